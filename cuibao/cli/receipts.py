"""`cuibao receipts`: what was received, taken in from a table, and handed out as one to fill in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseGroup
from cuibao.cli.output import item_fields, print_json, print_table, say
from cuibao.cli.parameters import as_json
from cuibao.cli.record import channel_option
from cuibao.errors import CuibaoError
from cuibao.model import Channel
from cuibao.said import one_line

if TYPE_CHECKING:
    from cuibao.service.receipts.importing import ReceiptsPlan

# How many cells are listed that are not taken in; whoever mends these sees the others next.
LISTED = 50


@click.group(cls=ChineseGroup, help="台账导入：已经收到的从 Excel 表补录，先导出要填的表。")
def receipts() -> None:
    """Every subcommand opens the office on its own."""


file = click.argument("path", metavar="文件", type=click.Path(path_type=Path))


@receipts.command(
    "import",
    help="把 .xlsx、.xls、.ods 或 .csv 表里收到的登记进台账；先只列出，加 --yes 才登记。有一格不对就都不登记。",
)
@file
@click.option("--yes", is_flag=True, help="登记；须同时写 --by。")
@click.option("--by", default="", metavar="姓名", help="登记人。")
@channel_option
@as_json
def import_(path: Path, yes: bool, by: str, channel: Channel, as_json: bool) -> None:
    """Show what would be entered, and with --yes enter it, all or nothing."""
    from cuibao.office import open_office
    from cuibao.service.receipts import importing as service

    with open_office(looking=not yes) as office:
        table = service.read_table(path)
        if yes:
            plan = service.enter(office, office.now(), table, by=by, channel=channel)
        else:
            plan = service.plan_import(office, office.now(), table, channel=channel)
    entered = yes and not plan.refused
    if as_json:
        print_json(_answer(plan, entered=entered))
    else:
        _print(plan)
        say(_ending(plan, entered=entered))
    if yes and plan.refused:
        raise CuibaoError(f"有 {len(plan.refused)} 格不能导入，本次没有登记任何内容；改好后再导入。")


@receipts.command("export", help="导出要填的表（.xlsx 或 .csv）：每行一个单位，每列一个事项，已经收到的填好了日期。")
@file
@as_json
def export(path: Path, as_json: bool) -> None:
    """Write the table to fill in."""
    from cuibao.office import open_office
    from cuibao.service.receipts import exporting as service
    from cuibao.service.views.board import look

    with open_office(looking=True) as office:
        units, items = service.export(office, look(office, office.now()), path)
    if as_json:
        print_json({"file": str(path), "units": units, "items": items})
        return
    say(f"已导出 {units} 个单位、{items} 个事项：{path}。填好后运行 cuibao receipts import 导入。")


def _answer(plan: "ReceiptsPlan", *, entered: bool) -> dict[str, object]:
    return {
        "entered": entered,
        "arrivals": [
            {
                "sheet": arrival.place.sheet or None,
                "cell": arrival.place.cell,
                "unit": arrival.obligation.unit.name,
                **item_fields(arrival.obligation.period),
                "received": arrival.day.isoformat(),
                "ticked": arrival.ticked,
            }
            for arrival in plan.arrivals
        ],
        "refused": [
            {"sheet": each.place.sheet or None, "cell": each.place.cell, "why": each.why} for each in plan.refused
        ],
        "same": plan.same,
        "ignored": list(plan.ignored),
        "left_out": list(plan.left_out),
    }


def _print(plan: "ReceiptsPlan") -> None:
    from cuibao.said import label_of

    print_table(
        ("单位", "事项", "收到日期", "单元格"),
        [
            (
                arrival.obligation.unit.name,
                label_of(arrival.obligation.period),
                f"{arrival.day}{'（日期不详，按时）' if arrival.ticked else ''}",
                arrival.place.cell,
            )
            for arrival in plan.arrivals
        ],
    )
    if plan.same:
        say(f"台账里已有的 {plan.same} 格。")
    if plan.ignored:
        say(f"没有用到的列：{'、'.join(plan.ignored)}")
    for line in plan.left_out:
        say(f"没有读的：{line}")
    if plan.refused:
        say(f"不能导入的 {len(plan.refused)} 格：")
    for each in plan.refused[:LISTED]:
        say(one_line(f"{each.place}：{each.why}"))
    if len(plan.refused) > LISTED:
        say(f"…… 另有 {len(plan.refused) - LISTED} 格")


def _ending(plan: "ReceiptsPlan", *, entered: bool) -> str:
    if not plan.arrivals:
        return "没有要登记的内容。"
    if plan.refused:
        return f"要登记收到 {len(plan.arrivals)} 件；有不能导入的，改好以前一件也不登记。"
    units = len({arrival.obligation.unit.id for arrival in plan.arrivals})
    what = f"{units} 个单位、{len(plan.arrivals)} 件"
    if entered:
        return f"已登记收到 {what}。"
    return f"要登记收到 {what}。现在什么都没有登记，加 --yes --by 姓名 才登记。"
