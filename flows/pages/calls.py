"""电话催报单: whom to phone today, a section a unit; each item links to the form that marks it."""

from datetime import date

from cuibao.model import Entry
from cuibao.service.views.calls import Call, Callee, CallItem, CallSheet
from cuibao.times import day_of
from cuibao.tongue import say
from flows.pages.links import CALLS, Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation
from flows.pages.overview import about


def calls_page(sheet: CallSheet, links: Links) -> Page:
    """Those whom no letter reaches first, then those with something overdue or sent back."""
    today = day_of(sheet.as_of)
    blocks = [_call(number, call, today, links) for number, call in enumerate(sheet.calls, start=1)]
    return page(
        CALLS.word,
        sheet.as_of,
        about(links),
        simulation(sheet.simulated),
        say(
            "共 {count} 个单位，{items} 项。一个电话说完一个单位的全部事项；打完点“登记这次通话”，"
            "记下接听人、怎么说的、承诺哪天前报；点事项名称，打开填好的登记表。"
            "承诺的日期没到的、暂停催报的，不在这里。要打印，"
            "请在命令行运行 `cuibao calls --html 文件名.html`。",
            count=len(sheet.calls),
            items=sheet.items,
        ),
        say("## 信送不到的，先打：{count} 个单位", count=sheet.unreached),
        blocks[: sheet.unreached] or say("没有。"),
        say("## 有逾期或退回的：{count} 个单位", count=len(sheet.calls) - sheet.unreached),
        blocks[sheet.unreached :] or say("没有。"),
    )


def _call(number: int, call: Call, today: date, links: Links) -> str:
    people = say("；").join(map(_said, call.people)) or say("通讯录里没有联系人和电话。")
    rows = [_item(call, item, today, links) for item in call.items]
    whom = call.people[0].name if call.people else ""
    return "\n\n".join(
        [
            f"### {number}. {escaped(call.unit.name)}",
            people,
            *([f"**{escaped(call.bad)}**"] if call.bad else []),
            linked(say("登记这次通话"), links.call(call.unit.name, whom)),
            grid([say("报送事项（点名称登记）"), say("情况"), say("自何时"), say("逾期"), say("已去信")], rows),
        ]
    )


def _said(callee: Callee) -> str:
    post = say("（{post}）", post=escaped(callee.post)) if callee.post else ""
    numbers = "".join(f" **{escaped(number)}**" for number in callee.numbers)
    numbers = numbers or say("（无电话）")
    return f"{callee.role} {escaped(callee.name)}{post}{numbers}"


def _item(call: Call, item: CallItem, today: date, links: Links) -> list[str]:
    return [
        linked(escaped(item.label), links.entry(call.unit.name, item.label, Entry.RECEIVED)),
        escaped(item.situation),
        item.since_when(today),
        say("{count} 天", count=item.days) if item.days else "",
        say("{count} 封", count=item.letters),
    ]
