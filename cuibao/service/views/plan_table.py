"""One plan's whole year: units × periods; of what recurs so often that nobody could read it, the periods that matter
now. The workbook has all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cuibao.model import Period, Plan, Status, Unit
from cuibao.office import Office
from cuibao.said import hour
from cuibao.service.views.board import Board, Cell
from cuibao.times import day_of
from cuibao.tongue import say

# As many columns as a requirement may have: a year of months, and what is about the month before it. Of a longer one
# are shown the last that have begun, and the next.
COLUMNS = 13
LAST = 6


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many periods of a requirement the table has no column for: `before` those that it shows, of which `missing`
    reports are not in, and `after` them."""

    title: str
    before: int
    missing: int
    after: int

    @property
    def words(self) -> str:
        """The same, for those who look for them."""
        owed = say("其中还有 {count} 件没报，见“谁还没有报”", count=self.missing) if self.missing else say("都报了")
        earlier = say("以前的 {count} 期没有列出，{owed}", count=self.before, owed=owed) if self.before else ""
        later = say("以后的 {count} 期到时列出", count=self.after) if self.after else ""
        return say(
            "“{item}”只列最近几期：{listed}。", item=self.title, listed=say("；").join(filter(None, (earlier, later)))
        )


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A plan's units × periods; `rows` hold a cell per period, None where the unit does not owe it; `left_out` what it
    would be too wide with."""

    plan: Plan
    periods: tuple[Period, ...]
    rows: tuple[tuple[Unit, tuple[Cell | None, ...]], ...]
    left_out: tuple[LeftOut, ...] = ()


def in_short(status: Status) -> str:
    """A status in a column as narrow as a date."""
    return {
        Status.UPCOMING: say("未到期"),
        Status.OPEN: say("待报"),
        Status.DUE_SOON: say("临期"),
        Status.OVERDUE: say("逾期"),
        Status.ON_TIME: say("按时"),
        Status.LATE: say("迟报"),
        Status.RETURNED: say("退回"),
        Status.EXEMPT: say("免报"),
        Status.EXTENDED: say("延期"),
    }[status]


def own_date(cell: Cell, worded: Callable[[date], str]) -> str:
    """What a cell says of its date where that is not its column's: 至7.25, put off; （4.15）, the unit's own."""
    period = cell.obligation.period
    if cell.status.settled:
        return ""
    if cell.standing.due:
        return say("至{day}", day=worded(cell.standing.due))
    own = f"{worded(period.due)} {hour(period.at)}".strip()
    return say("（{day}）", day=own) if period.apart else ""


def plan_table(office: Office, board: Board, plan: Plan) -> PlanTable:
    """The plan's whole year, one row a unit in the order of the contacts."""
    every = [period for period in office.schedule.tracked() if period.plan.id == plan.id]
    left_out = tuple(_left_out(every, board))
    hidden = {period.identity for _, periods in left_out for period in periods}
    periods = tuple(period for period in every if period.identity not in hidden)
    found = {(cell.obligation.unit.id, cell.obligation.period.identity): cell for cell in board.cells}
    rows = tuple(
        (unit, row)
        for unit in office.campaign.units.values()
        if any(row := tuple(found.get((unit.id, period.identity)) for period in periods))
    )
    return PlanTable(plan, periods, rows, tuple(said for said, _ in left_out))


def _left_out(periods: Iterable[Period], board: Board) -> Iterable[tuple[LeftOut, Sequence[Period]]]:
    """Of each requirement of too many periods, those that get no column."""
    found: dict[str, list[Period]] = {}
    for period in periods:
        found.setdefault(period.requirement.id, []).append(period)
    missing = {progress.period.identity: len(progress.missing) for progress in board.progress}
    for each in found.values():
        if len(each) > COLUMNS:
            begun = sum(period.begins <= day_of(board.as_of) for period in each)
            before, after = each[: max(0, begun - LAST)], each[begun + 1 :]
            owed = sum(missing.get(period.identity, 0) for period in before)
            yield LeftOut(each[0].requirement.title, len(before), owed, len(after)), [*before, *after]
