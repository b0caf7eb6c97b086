"""One plan's units × periods: what has begun and is missing links to the form that marks it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cuibao.model import Entry, Period, Status, Unit
from cuibao.said import dotted, due_dotted, label_of
from cuibao.service.views.board import Board, Cell
from cuibao.service.views.plan_table import PlanTable, own_date
from cuibao.times import day_of
from cuibao.tongue import say
from flows.pages.links import BOARD, Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation

# As many columns as fit beside Prefect's own, each as wide as so many letters; and how many periods make a table of
# their own where there are more.
WIDE = 16
A_COLUMN = 5
RECURS = 3
_UNBROKEN = re.compile(r"[!-~]+")
BEGUN = (Status.OPEN, Status.DUE_SOON, Status.OVERDUE, Status.RETURNED, Status.EXTENDED)


def plan_page(table: PlanTable, board: Board, links: Links) -> Page:
    """The whole year of a plan; a unit's name links to its trail. The code of its campaign, where there are several,
    stands behind a title that another may have too."""
    plan = table.plan
    title = say("{name}（{code}）", name=plan.title, code=plan.tag) if plan.shared else plan.title
    return page(
        say("方案{no} {plan}", no=plan.no, plan=escaped(title)),
        board.as_of,
        say("有变化时本页自动更新，不用重新打开。全部方案见{board}。", board=linked(BOARD.word, links.page(BOARD))),
        simulation(board.simulated),
        say(
            "✓ 按时收到，✓ 迟报 过期收到，· 未到期，空白为不需要报。点“待报”“临期”“逾期”可登记；"
            "点 ✓ 可退回重报或撤销；点单位名称可查往来记录。"
        ),
        [escaped(each.words) for each in table.left_out],
        *(block for part in _parts(table.periods) for block in _table(part, table, links)),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the columns, under a heading; without, they are all that there are. `mixed`: of all kinds."""

    heading: str
    columns: tuple[int, ...]
    mixed: bool = False


def _parts(periods: Sequence[Period]) -> Iterator[_Part]:
    """The columns in tables that fit beside Prefect's own: of a wide one, a table for each requirement that recurs, and
    the others together."""
    every = tuple(range(len(periods)))
    if len(_fitting(periods, every, full=False)) <= 1:
        yield _Part("", every)
        return
    found: dict[str, list[int]] = {}
    for number, period in enumerate(periods):
        found.setdefault(period.requirement.id, []).append(number)
    for columns in found.values():
        for some in _fitting(periods, columns, full=False) if len(columns) >= RECURS else ():
            yield _Part(periods[columns[0]].requirement.title, some)
    others = sorted(number for columns in found.values() if len(columns) < RECURS for number in columns)
    for some in _fitting(periods, others, full=True):
        yield _Part(say("其他事项"), some, mixed=True)


def _fitting(periods: Sequence[Period], columns: Sequence[int], *, full: bool) -> Sequence[tuple[int, ...]]:
    """The `columns` in their order, as many together as fit: Chinese breaks anywhere, a long English word needs more
    room than a date."""
    found: list[tuple[int, ...]] = []
    taken = 0.0
    heads = _headings([periods[number] for number in columns], full=full)
    for number, head in zip(columns, heads, strict=True):
        width = max(1.0, max(map(len, _UNBROKEN.findall(head)), default=0) / A_COLUMN)
        taken += width
        if found and taken <= WIDE:
            found[-1] += (number,)
        else:
            found.append((number,))
            taken = width
    return found


def _table(part: _Part, table: PlanTable, links: Links) -> Iterator[str]:
    """The table of one part, of whoever owes any of it."""
    head = [say("单位"), *_headings([table.periods[number] for number in part.columns], full=part.mixed)]
    rows = [
        [_named(unit, links), *(_cell(row[number], links) for number in part.columns)]
        for unit, row in table.rows
        if not part.heading or any(row[number] for number in part.columns)
    ]
    if part.heading:
        yield f"## {escaped(part.heading)}"
    yield grid(head, rows)


def _cell(cell: Cell | None, links: Links) -> str:
    if cell is None:
        return ""
    until = f" {own}" if (own := own_date(cell, dotted)) else ""
    if cell.status in BEGUN:
        return _linked(_mark(cell.status), cell, links, Entry.RECEIVED) + until
    if cell.received_at is None:
        return _mark(cell.status) + until
    nil = say(" 零报告") if cell.standing.nil else ""
    return _linked(f"{_mark(cell.status)} {dotted(day_of(cell.received_at))}", cell, links, Entry.RETURNED) + nil


def _mark(status: Status) -> str:
    """What stands in a cell, as short as can be."""
    return {
        Status.UPCOMING: "·",
        Status.OPEN: say("待报"),
        Status.DUE_SOON: say("临期"),
        Status.OVERDUE: say("**逾期**"),
        Status.ON_TIME: "✓",
        Status.LATE: say("✓ 迟报"),
        Status.RETURNED: say("**退回**"),
        Status.EXEMPT: say("免报"),
        Status.EXTENDED: say("延期"),
    }[status]


def _linked(words: str, cell: Cell, links: Links, entry: Entry) -> str:
    return linked(words, links.entry(cell.obligation.unit.name, label_of(cell.obligation.period), entry))


def _named(unit: Unit, links: Links) -> str:
    return linked(escaped(unit.name), links.trail(unit.name))


def _headings(periods: Sequence[Period], *, full: bool) -> list[str]:
    """As short as can be, for the columns are narrow: a period's label alone where no other column has it; in `full`
    where it stands among others of all kinds."""
    labels = Counter("" if full else period.label for period in periods)
    alone = {label for label, times in labels.items() if label and times == 1}
    return [f"{escaped(p.label) if p.label in alone else _titled(p)} {due_dotted(p)}" for p in periods]


def _titled(period: Period) -> str:
    return escaped(f"{period.requirement.title} {period.label}".strip())
