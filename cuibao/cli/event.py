"""`cuibao event`: what happened, for which an item is to be reported."""

from datetime import date
from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import plan_fields, print_json, print_table, say
from cuibao.cli.parameters import Day, as_json
from cuibao.errors import CuibaoError

if TYPE_CHECKING:
    from cuibao.ledger import KeptEvent
    from cuibao.office import Office
    from cuibao.service.entries.opening import EventItem


@click.command(cls=ChineseCommand, help="事发登记：事发后才报的事项，登记何时、哪些单位；什么都不写，就列出登记过的。")
@click.option("--plan", metavar="方案", help="哪个方案；只有一个这样的事项时可以不写。")
@click.option("--requirement", metavar="事项", help="哪个事项；只有一个时可以不写。")
@click.option("--day", "happened", type=Day(), help="事发日期。")
@click.option("--label", default="", metavar="文字", help="怎么称呼，如 某矿冒顶；不写就是事发日期。")
@click.option("--unit", "units", multiple=True, metavar="单位", help="哪个单位或分组要报，可写多次。")
@click.option("--back", type=int, metavar="整数", help="撤回登记错的第几号；已有收件登记的不能撤回。")
@click.option("--by", default="", metavar="姓名", help="登记人。")
@as_json
def event(
    plan: str | None,
    requirement: str | None,
    happened: date | None,
    label: str,
    units: tuple[str, ...],
    back: int | None,
    by: str,
    as_json: bool,
) -> None:
    """List, open, or take one back."""
    from cuibao.office import open_office
    from cuibao.service.entries import opening

    given = bool(happened or label or units)
    if back is not None and given:
        raise CuibaoError("撤回登记错的，只写 --back、--by 和事项。")
    if back is None and not given and (plan or requirement or by):
        raise CuibaoError("请用 --day 和 --unit 写明哪天事发、哪些单位要报。")
    with open_office(looking=not given and back is None) as office:
        if back is not None:
            item = opening.event_item_named(office, plan, requirement)
            gone = opening.take_back(office, office.now(), item, back, by)
            say(f"{opening.taken_back(office, item, gone)}；登记人 {by}。")
            return
        if given:
            item = opening.event_item_named(office, plan, requirement)
            done = opening.open_event(office, office.now(), item, happened=happened, label=label, units=units, by=by)
            say(f"{opening.outcome(office, item, done)}；登记人 {by}。")
            return
        kept = opening.all_events(office)
        if as_json:
            print_json([_fields(item, each) for item, each in kept])
            return
        if not opening.event_items(office):
            say(opening.no_items())
            return
        say(f"事发 {len(kept)} 次" if kept else "没有登记过事发。")
        head = ("编号", "事项", "名称", "事发日期", "单位", "登记人", "撤回")
        print_table(head, [_row(office, item, each) for item, each in kept])


def _row(office: "Office", item: "EventItem", kept: "KeptEvent") -> tuple[str, ...]:
    from cuibao.service.entries.opening import whose

    back = f"{kept.taken_back[1]:%Y-%m-%d %H:%M} {kept.taken_back[0]}" if kept.taken_back else ""
    event = kept.event
    return str(event.number), item.label, event.label, str(event.day), whose(office, event), event.by, back


def _fields(item: "EventItem", kept: "KeptEvent") -> dict[str, object]:
    event = kept.event
    return {
        "number": event.number,
        **plan_fields(item.plan),
        "requirement": event.requirement,
        "day": event.day.isoformat(),
        "label": event.label,
        "units": list(event.units),
        "by": event.by,
        "opened_at": event.opened_at.isoformat(),
        "taken_back_by": kept.taken_back[0] if kept.taken_back else None,
        "taken_back_at": kept.taken_back[1].isoformat() if kept.taken_back else None,
    }
