"""`cuibao board`: who has reported."""

from datetime import datetime

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import item_fields, print_json, print_table
from cuibao.cli.parameters import as_json, as_of_option
from cuibao.model import Status


@click.command(cls=ChineseCommand, help="看谁报了、谁没报。")
@as_of_option
@click.option("--all", "everything", is_flag=True, help="连未到期的也列出。")
@as_json
def board(as_of: datetime | None, everything: bool, as_json: bool) -> None:
    """Every tracked obligation with its status."""
    from cuibao.office import open_office
    from cuibao.said import label_of
    from cuibao.service.views.board import look
    from cuibao.service.views.overview import overview

    with open_office() as office:
        found = look(office, as_of or office.now())
    if as_json:
        print_json(
            [
                {
                    "unit": cell.obligation.unit.name,
                    **item_fields(cell.obligation.period),
                    "status": cell.status.value,
                    "received_at": cell.received_at.isoformat() if cell.received_at else None,
                }
                for cell in found.cells
            ]
        )
        return
    seen = overview(found)
    shown = found.progress if everything else dict.fromkeys((*seen.overdue, *seen.returned, *seen.due_soon))
    simulated = "（模拟演练）" if found.simulated else ""
    tally = "，".join(f"{status.zh} {seen.counts.get(status, 0)}" for status in Status)
    click.echo(f"{found.as_of:%Y-%m-%d %H:%M} 报送情况{simulated}：{tally}")
    print_table(
        ("事项", "已报/应报", "未报单位"),
        [
            (
                label_of(item.period),
                f"{item.done}/{item.total}",
                "、".join(cell.obligation.unit.name for cell in item.missing),
            )
            for item in shown
        ],
    )
    for trouble in found.troubles:
        click.echo(f"信送不到：{trouble.name}，{trouble.what}。{trouble.detail}")
    for stray in found.strays:
        click.echo(f"台账里有登记、日程里没有：{stray}")
