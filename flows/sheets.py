"""Pages to work through: whom to phone (电话催报单), what passed (往来记录). Pure functions, as in `flows.pages`."""

from collections.abc import Callable
from datetime import datetime

from cuibao.model import Entry, Person, Status
from cuibao.said import month_day, short_moment
from cuibao.service.views.calls import Call, CallItem, CallSheet
from cuibao.service.views.trail import EntryMade, Event, Trail
from flows.pages import Link, escaped, grid, inert, simulation, unbroken

# From a unit's name, an item's label and the number of an entry to the address of the form that withdraws it.
WithdrawalLink = Callable[[str, str, int], str]


def calls_page(sheet: CallSheet, link: Link) -> str:
    """Whom to phone, a section a unit; each item links to the form that marks it."""
    reached = len(sheet.calls) - sheet.unreached
    blocks = [_call(number, call, link) for number, call in enumerate(sheet.calls, start=1)]
    return "\n\n".join(
        [
            f"# 电话催报单（{short_moment(sheet.as_of)}）",
            *simulation(sheet.simulated),
            f"共 {len(sheet.calls)} 个单位，{sheet.items} 项。一个电话说完一个单位的全部事项；"
            "点事项名称，打开填好的登记表。要打印，请在命令行运行 `cuibao calls --html 文件名.html`。",
            f"## 信送不到的，先打：{sheet.unreached} 个单位",
            *(blocks[: sheet.unreached] or ["没有。"]),
            f"## 有逾期或退回的：{reached} 个单位",
            *(blocks[sheet.unreached :] or ["没有。"]),
        ]
    )


def trail_page(trail: Trail, as_of: datetime, link: WithdrawalLink | None) -> str:
    """What passed, oldest first; the number of an entry links to the form that withdraws it."""
    rows = [
        [
            f"{event.at.year}.{event.at.month}.{event.at.day} {event.at:%H:%M}",
            escaped(event.unit),
            _kind(event, link),
            escaped(event.items),
            inert(event.words),
        ]
        for event in trail.events
    ]
    # Headings that do not break keep their narrow columns as wide as a unit's name.
    head = ["时间", unbroken("责任单位"), unbroken("往来类别"), "事项", "内容"]
    return "\n\n".join(
        [
            f"# 往来记录：{escaped(trail.title)}",
            f"截至 {short_moment(as_of)}，共 {len(rows)} 条，早的在前。"
            + ("登错了的，点它的条号打开填好的登记表，写明原因即可撤销。" if link else ""),
            *simulation(trail.simulated),
            grid(head, rows) if rows else "还没有往来。",
        ]
    )


def trail_lines(trail: Trail) -> str:
    """The same for a log: plain lines."""
    lines = [f"往来记录：{trail.title}，共 {len(trail.events)} 条"]
    for event in trail.events:
        about = f"【{event.items}】" if event.items else ""
        lines.append(f"{event.at:%Y-%m-%d %H:%M} {event.unit} {_kind(event, None)}{about}{event.words}")
    return "\n".join(lines)


def _call(number: int, call: Call, link: Link) -> str:
    people = [said for role, person in _people(call) if (said := _person(role, person))]
    lines = [f"### {number}. {escaped(call.unit.name)}", "；".join(people) or "通讯录里没有联系人和电话。"]
    if call.bad:
        lines.append(f"**{escaped(call.bad)}**")
    rows = [_item(call, item, link) for item in call.items]
    return "\n\n".join([*lines, grid(["报送事项（点名称登记）", "情况", "自何时", "逾期", "已去信"], rows)])


def _people(call: Call) -> tuple[tuple[str, Person], ...]:
    return ("联络员", call.unit.liaison), ("分管领导", call.unit.leader)


def _person(role: str, person: Person) -> str:
    if not (person.name or person.phone or person.mobile):
        return ""
    numbers = "".join(f" **{escaped(number)}**" for number in (person.phone, person.mobile) if number)
    post = f"（{escaped(person.post)}）" if person.post else ""
    return f"{role} {escaped(person.name or '')}{post}{numbers or '（无电话）'}"


def _item(call: Call, item: CallItem, link: Link) -> list[str]:
    back = item.status is Status.RETURNED
    return [
        f"[{escaped(item.label)}]({link(call.unit.name, item.label, Entry.RECEIVED)})",
        item.status.zh + (f"：{escaped(item.reason)}" if item.reason else ""),
        f"{month_day(item.since)}{'退回' if back else '到期'}",
        f"{item.days} 天" if item.days else "",
        f"{item.letters} 封",
    ]


def _kind(event: Event, link: WithdrawalLink | None) -> str:
    if not isinstance(event, EntryMade):
        return event.zh
    about = event.about
    if link is None or not event.counts or not about.known:
        return f"{event.zh} {event.number}"
    return f"{event.zh} [{event.number}]({link(about.unit, about.label, event.entry.seq)})"
