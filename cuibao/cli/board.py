"""`cuibao board`: who has reported."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import item_fields, print_json, print_table, say
from cuibao.cli.parameters import as_json, as_of_option, campaign_option
from cuibao.errors import Contradiction
from cuibao.model import Status
from cuibao.said import month_day, one_line

if TYPE_CHECKING:
    from cuibao.office import Office
    from cuibao.service.views.board import Cell, Progress


@click.command(cls=ChineseCommand, help="看谁报了、谁没报。")
@as_of_option
@campaign_option
@click.option("--plan", metavar="方案", help="只看一个方案还有谁没报，如 skills 或 安全技能。")
@click.option("--requirement", metavar="事项", help="只看这个方案的一个事项，如 interim 或它的名称。")
@click.option("--period", metavar="报送期", help="事项的哪一期，如 2022-07；只有一期的可以不写。")
@click.option("--all", "everything", is_flag=True, help="连未到期的也列出。")
@click.option("--text", "as_text", is_flag=True, help="逾期未报的，写成可以贴到工作群里的几行字。")
@as_json
def board(
    as_of: datetime | None,
    campaign: str | None,
    plan: str | None,
    requirement: str | None,
    period: str | None,
    everything: bool,
    as_text: bool,
    as_json: bool,
) -> None:
    """Every tracked obligation with its status; of one plan or item only what is still owed."""
    from cuibao.office import open_view
    from cuibao.service.letters.pausing import said
    from cuibao.service.views.board import look
    from cuibao.service.views.chat import chat
    from cuibao.service.views.overview import overview
    from cuibao.times import day_of

    if as_text and (plan or requirement or period or everything or as_json):
        raise Contradiction("--text 列出全部方案里逾期的，不和 --plan、--requirement、--period、--all、--json 一起用。")
    with open_view(campaign) as office:
        moment = as_of or office.now()
        if plan or requirement or period:
            _still_owed(office, moment, plan, requirement, period, everything=everything, as_json=as_json)
            return
        found, rehearsal = look(office, moment), office.rehearsal
        if as_text:
            say(chat(office, found))
            return
        paused = [said(office, pause, day_of(moment)) for pause in found.pauses]
    if as_json:
        _print_cells(found.cells)
        return
    seen = overview(found)
    shown = found.progress if everything else dict.fromkeys((*seen.overdue, *seen.returned, *seen.due_soon))
    tally = "，".join(f"{status.word} {seen.counts.get(status, 0)}" for status in Status)
    say(f"{found.as_of:%Y-%m-%d %H:%M} 报送情况{rehearsal}：{tally}")
    if found.over:
        say(f"{found.over}。")
    if found.unbegun:
        say(f"注意：{found.unbegun}。")
    for line in paused:
        say(f"暂停催报：{line}")
    _print_items(shown)
    if found.copies:
        names = "、".join(each.unit.name for each in found.copies)
        say(f"第一次抄送分管领导、等批准的单位 {len(found.copies)} 个：{names}。见 cuibao copies。")
    for trouble in found.troubles:
        say(one_line(f"信送不到：{trouble.name}，{trouble.what}。{trouble.detail}"))
    for stray in found.strays:
        say(one_line(f"台账里有登记、日程里没有：{stray}"))
    for notice in found.notices:
        say(f"注意：{notice}")


def _still_owed(
    office: "Office",
    as_of: datetime,
    plan: str | None,
    requirement: str | None,
    period: str | None,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    from cuibao.said import plan_name
    from cuibao.service.entries.lookup import item_meant, plan_named
    from cuibao.service.views.board import progress
    from cuibao.times import day_of

    item = item_meant(office, None, plan, requirement, period) if requirement or period else None
    named = item.plan if item else plan_named(office, plan or "")
    found = progress(office, as_of, named, item)
    if as_json:
        _print_cells(cell for each in found for cell in each.missing)
        return
    done, total = sum(each.done for each in found), sum(each.total for each in found)
    say(f"{as_of:%Y-%m-%d %H:%M} {plan_name(named)}{office.rehearsal}：应报 {total}，已报 {done}")
    begun = [each for each in found if each.missing and each.period.begins <= day_of(as_of)]
    _print_items(found if everything or item else begun)


def _print_items(items: "Iterable[Progress]") -> None:
    from cuibao.said import label_of

    print_table(
        ("事项", "已报/应报", "未报单位"),
        [
            (
                label_of(item.period),
                f"{item.done}/{item.total}",
                "、".join(map(_named, item.missing)),
            )
            for item in items
        ],
    )


def _named(cell: "Cell") -> str:
    promised = f"（已承诺{month_day(cell.promised)}）" if cell.promised else ""
    return cell.obligation.unit.name + promised


def _print_cells(cells: "Iterable[Cell]") -> None:
    print_json(
        [
            {
                "unit": cell.obligation.unit.name,
                **item_fields(cell.obligation.period),
                "status": cell.status.value,
                "received_at": cell.received_at.isoformat() if cell.received_at else None,
            }
            for cell in cells
        ]
    )
