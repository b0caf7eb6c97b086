"""`cuibao deploy`: have Prefect run what the campaigns' files say now."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import say


@click.command(
    cls=ChineseCommand,
    help="按现在的方案文件重新安装流程，每个方案一个；改了文件、不想重启时用。网页里暂停的仍旧暂停。",
)
@click.option("--port", type=click.IntRange(1, 65535), metavar="端口", help="端口；不写就用 CUIBAO_PORT，默认 4200。")
def deploy(port: int | None) -> None:
    """Install what has changed on the server that `cuibao up` runs."""
    from cuibao.office import open_office
    from cuibao.service import checking
    from cuibao.settings import CHECKOUT, environment
    from cuibao.up import UpSettings, install

    with open_office(looking=True) as office:
        checking.require_sound(office)
        settings = office.settings
    say(install(UpSettings(CHECKOUT, settings.home, dict(environment()), port or settings.port)))
