"""What the Prefect UI shows, as Markdown and tables: pure functions from the engine's results."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime

from cuibao.model import Entry, GateReport, Period, Plan, Status, Unit
from cuibao.said import full_title, label_of, month_day, short_moment
from cuibao.service.letters.phases import PhaseBrief
from cuibao.service.views.board import Cell, Overview, PlanTable, Progress, Trouble
from cuibao.service.views.year import YearEntry
from cuibao.times import day_of

# From a unit's name, an item's label and what is to be entered to the address of the pre-filled form.
Link = Callable[[str, str, Entry], str]
# From a unit's name to the address of the form that shows its history, pre-filled.
UnitLink = Callable[[str], str]

MARKS = {
    Status.UPCOMING: "·",
    Status.OPEN: "待报",
    Status.DUE_SOON: "临期",
    Status.OVERDUE: "**逾期**",
    Status.ON_TIME: "✓",
    Status.LATE: "✓ 迟报",
    Status.RETURNED: "**退回**",
    Status.EXEMPT: "免报",
    Status.EXTENDED: "延期",
}
BEGUN = (Status.OPEN, Status.DUE_SOON, Status.OVERDUE, Status.RETURNED, Status.EXTENDED)


def overview_page(
    seen: Overview, title: str, link: Link, more: Iterable[tuple[str, str]], waiting: tuple[int, str] = (0, "")
) -> str:
    """Who has not reported: overdue first, then what is due soon; each name links to the form that marks it.

    `more` are the other pages, by name and address; `waiting` is how many mails a person must decide about, and where.
    """
    counts = "，".join(f"{status.zh} **{seen.counts.get(status, 0)}** 件" for status in Status)
    return "\n\n".join(
        [
            f"# 谁还没有报（{short_moment(seen.as_of)}）",
            *simulation(seen.simulated),
            f"{title}：{counts}",
            "点单位名称，打开填好的登记表，核对后点 **Submit** 即登记为收到。",
            *_waiting(*waiting),
            f"## 逾期未报 {_items_and_cells(seen.overdue, Status.OVERDUE)}",
            _items(seen.overdue, Status.OVERDUE, link),
            *_returned(seen.returned, link),
            f"## 临期 {_items_and_cells(seen.due_soon, Status.DUE_SOON)}",
            _items(seen.due_soon, Status.DUE_SOON, link),
            *_troubles(seen.troubles),
            *_strays(seen.strays),
            "## 其他报表",
            " · ".join(f"[{name}]({address})" for name, address in more),
        ]
    )


def overview_lines(seen: Overview) -> str:
    """The same for a log: plain lines."""
    overdue = _items_and_cells(seen.overdue, Status.OVERDUE)
    due_soon = _items_and_cells(seen.due_soon, Status.DUE_SOON)
    lines = [f"{short_moment(seen.as_of)} 逾期未报 {overdue}；临期 {due_soon}"]
    for head, items, status in (
        ("逾期", seen.overdue, Status.OVERDUE),
        ("退回", seen.returned, Status.RETURNED),
        ("临期", seen.due_soon, Status.DUE_SOON),
    ):
        for item in items:
            names = "、".join(cell.obligation.unit.name for cell in item.missing if cell.status is status)
            lines.append(f"【{head}】{label_of(item.period)} 已报 {item.done}/{item.total}，未报：{names}")
    lines += [f"【信送不到】{trouble.name}：{trouble.what}" for trouble in seen.troubles]
    return "\n".join(lines)


def plan_page(
    table: PlanTable, as_of: datetime, simulated: bool, link: Link, board: str | None, history: UnitLink | None = None
) -> str:
    """A plan's units × periods; what has begun and is missing links to the form that marks it.

    `board` is the address of the board: this page stays as it was drawn, and the newest is linked from there. A unit's
    name links to its `history`.
    """
    head = ["单位", *_headings(table.periods)]
    rows = [[_named(unit, history), *(_cell(cell, link) for cell in row)] for unit, row in table.rows]
    return "\n\n".join(
        [
            f"# 方案{table.plan.no} {escaped(table.plan.title)}",
            f"截至 {short_moment(as_of)}。"
            f"登记以后请{f'从[报送情况表]({board})' if board else '重新'}打开本表，才是最新的。",
            *simulation(simulated),
            "✓ 按时收到，✓ 迟报 过期收到，· 未到期，空白为不需要报。"
            "点“待报”“临期”“逾期”可登记；点 ✓ 可退回重报或撤销。" + ("点单位名称可查往来记录。" if history else ""),
            grid(head, rows),
        ]
    )


def calendar_page(entries: Iterable[YearEntry], today: date) -> str:
    """The whole year by due date."""
    rows = [
        [
            month_day(entry.period.due) + (" ←下一个" if following else ""),
            month_day(entry.last_working_day) if entry.last_working_day != entry.period.due else "当日",
            f"{entry.period.plan.no} {escaped(entry.period.plan.short)}",
            escaped(full_title(entry.period)),
            entry.period.phase.name.zh if entry.period.requirement.tracked else "工作节点",
            str(len(entry.units)),
            escaped(entry.period.requirement.source),
        ]
        for entry, following in _with_next(list(entries), today)
    ]
    head = ["截止", "最后工作日", "方案", "事项", "阶段", "单位数", "依据"]
    return "\n\n".join(["# 全年报送日程", grid(head, rows)])


def gate_page(report: GateReport, simulated: bool) -> str:
    """The record of a closed phase, a row a unit."""
    rows = [
        [
            escaped(row.unit.name),
            str(row.on_time),
            str(row.late),
            str(len(row.missing)),
            "、".join(map(escaped, row.missing)),
        ]
        for row in report.rows
    ]
    return "\n\n".join(
        [
            f"# 阶段小结：方案{report.plan.no} {escaped(report.plan.short)} · {report.phase.name.zh}",
            f"{month_day(report.phase.start)}至{month_day(report.phase.end)}，"
            f"以下为阶段结束后 {short_moment(report.drawn_at)} 的情况。",
            *simulation(simulated),
            grid(["单位", "按时", "迟报", "未报", "未报事项"], rows),
        ]
    )


def brief_page(brief: PhaseBrief, as_of: datetime, simulated: bool) -> str:
    """What a phase has in hand: its items, and what is still missing from before it."""
    parts = [
        f"# 方案{brief.plan.no} {escaped(brief.plan.short)} · {brief.phase.name.zh}",
        f"{month_day(brief.phase.start)}至{month_day(brief.phase.end)}。"
        f"截至 {short_moment(as_of)} 已报 {brief.done}/{brief.total}",
        *simulation(simulated),
    ]
    if brief.items:
        parts.append(grid(["事项", "已报", "未报单位"], [_progress_row(item) for item in brief.items]))
    if brief.arrears:
        parts.append("## 以前阶段的欠报")
        parts.append(grid(["事项", "已报", "未报单位"], [_progress_row(item) for item in brief.arrears]))
    return "\n\n".join(parts)


def plan_name(plan: Plan) -> str:
    """A plan in the names of runs and deployments: “方案2 安全技能”."""
    return f"方案{plan.no} {plan.short}"


def simulation(simulated: bool) -> list[str]:
    """What each page of a simulation says; nothing of a real campaign."""
    return ["**（模拟演练：以下报送情况由程序模拟产生，不是真实数据）**"] if simulated else []


def grid(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escaped(words: str) -> str:
    """`words` in a Markdown page or table's cell: nothing in a name may end the cell or begin a link."""
    for mark in "\\|[]<>*_`":
        words = words.replace(mark, f"\\{mark}")
    return " ".join(words.split())


def _items_and_cells(items: Collection[Progress], status: Status) -> str:
    cells = sum(cell.status is status for item in items for cell in item.missing)
    return f"{len(items)} 项，{cells} 件"


def _items(items: Iterable[Progress], status: Status, link: Link) -> str:
    rows = [
        [
            escaped(label_of(item.period)),
            f"{item.done}/{item.total}",
            "、".join(_name_link(cell, link) for cell in item.missing if cell.status is status),
        ]
        for item in items
    ]
    return grid(["报送事项", "已报", "未报单位（点名称登记）"], rows) if rows else "没有。"


def _waiting(mails: int, address: str) -> list[str]:
    return [f"**有 {mails} 封来信待认领**，认领以前不算已报：[打开处理]({address})"] if mails else []


def _returned(items: tuple[Progress, ...], link: Link) -> list[str]:
    if not items:
        return []
    head = f"## 退回待重报 {_items_and_cells(items, Status.RETURNED)}"
    return [head, _items(items, Status.RETURNED, link)]


def _troubles(found: Iterable[Trouble]) -> list[str]:
    rows = [[escaped(trouble.name), trouble.what, escaped(trouble.detail)] for trouble in found]
    return ["## 信送不到的单位，请电话联系", grid(["单位", "情况", "说明"], rows)] if rows else []


def _strays(found: Iterable[str]) -> list[str]:
    rows = [[escaped(stray)] for stray in found]
    head = "方案、事项、报送期、单位的代号"
    why = "下列收件登记在日程里找不到对应的事项，多半是方案或通讯录里的代号（id）被改过，或事项、单位被删去；请改回来。"
    return ["## 台账里有登记、日程里没有的", why, grid([head], rows)] if rows else []


def _progress_row(item: Progress) -> list[str]:
    names = "、".join(escaped(cell.obligation.unit.name) for cell in item.missing)
    return [escaped(label_of(item.period)), f"{item.done}/{item.total}", names]


def _cell(cell: Cell | None, link: Link) -> str:
    if cell is None:
        return ""
    until = f" 至{_short(cell.standing.due)}" if cell.standing.due and not cell.status.settled else ""
    if cell.status in BEGUN:
        return _linked(MARKS[cell.status], cell, link) + until
    if cell.received_at is None:
        return MARKS[cell.status] + until
    nil = " 零报告" if cell.standing.nil else ""
    return _linked(f"{MARKS[cell.status]} {_short(day_of(cell.received_at))}", cell, link, Entry.RETURNED) + nil


def _name_link(cell: Cell, link: Link) -> str:
    back = "（退回）" if cell.status is Status.RETURNED else ""
    return _linked(escaped(cell.obligation.unit.name), cell, link) + back


def _named(unit: Unit, history: UnitLink | None) -> str:
    return f"[{escaped(unit.name)}]({history(unit.name)})" if history else escaped(unit.name)


def _linked(words: str, cell: Cell, link: Link, entry: Entry = Entry.RECEIVED) -> str:
    return f"[{words}]({link(cell.obligation.unit.name, label_of(cell.obligation.period), entry)})"


def _headings(periods: tuple[Period, ...]) -> list[str]:
    """As short as can be, for the columns are narrow: a period's label alone where no other column has it."""
    labels = Counter(period.label for period in periods)
    return [
        f"{period.label if period.label and labels[period.label] == 1 else _titled(period)} {_short(period.due)}"
        for period in periods
    ]


def _titled(period: Period) -> str:
    return f"{escaped(period.requirement.title)}{period.label and f' {period.label}'}"


def _short(day: date) -> str:
    return f"{day.month}.{day.day}"


def _with_next(entries: list[YearEntry], today: date) -> Iterable[tuple[YearEntry, bool]]:
    following = next((entry.period.due for entry in entries if entry.period.due >= today), None)
    return [(entry, entry.period.due == following) for entry in entries]


def inert(words: str) -> str:
    """A stranger's `words` in a Markdown table's cell: an address of a site in them is text, and no link to click."""
    return re.sub(r"(?i)(?<=https:)(?=//)|(?<=http:)(?=//)|(?<=www)(?=\.)", "\u2060", escaped(words))


def unbroken(words: str) -> str:
    """`words` that no narrow column breaks, with a word joiner (U+2060) between the characters."""
    return "\u2060".join(words)
