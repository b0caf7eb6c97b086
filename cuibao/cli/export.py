"""`cuibao export`: the board as a file for those who do not look into the browser."""

from datetime import datetime
from pathlib import Path

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import say
from cuibao.cli.parameters import as_of_option, campaign_option


@click.command(
    cls=ChineseCommand,
    help="导出报送情况：.xlsx 是总表、逾期清单、收件登记、催报记录，.html 是给领导看的网页；不覆盖已有的文件。",
)
@click.argument("path", metavar="文件", type=click.Path(path_type=Path))
@as_of_option
@campaign_option
def export(path: Path, as_of: datetime | None, campaign: str | None) -> None:
    """Write the board to `path`."""
    from cuibao.office import open_view
    from cuibao.service.views import export as service
    from cuibao.service.views.board import look

    with open_view(campaign) as office:
        service.export(office, look(office, as_of or office.now()), path)
        rehearsal = office.rehearsal
    say(f"已导出报送情况{rehearsal}：{path}")
