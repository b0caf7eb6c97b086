"""`cuibao up`: Prefect's server, deployments and workers, until Ctrl-C."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import say


@click.command(cls=ChineseCommand, help="启动服务：Prefect 界面、定时催报和登记表单；按 Ctrl-C 停止。")
@click.option("--run-morning", is_flag=True, help="启动后先做一次今天的每日催报。")
@click.option("--port", type=click.IntRange(1, 65535), metavar="端口", help="端口；不写就用 CUIBAO_PORT，默认 4200。")
def up(run_morning: bool, port: int | None) -> None:
    """Start everything, and stop it again on Ctrl-C."""
    from cuibao.office import open_office
    from cuibao.service import checking
    from cuibao.settings import CHECKOUT, environment
    from cuibao.up import BOARD, MORNING, UpSettings
    from cuibao.up import up as start

    with open_office() as office:
        checking.require_sound(office)  # what cannot be read is said here, not by a failed run tomorrow
        for warning in checking.warnings(office):
            say(f"注意：{warning}")
        settings = office.settings
    chosen = UpSettings(
        checkout=CHECKOUT, home=settings.home, port=port or settings.port, environment=dict(environment())
    )
    # Installing the flows anew has blanked the pages and the forms: one of these draws them.
    start(chosen, say, run_first=(MORNING if run_morning else BOARD,))
