"""The board as one page for a leader who has no access to the browser's: what is overdue, and every plan's year."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from cuibao.model import Plan, Status, Unit
from cuibao.office import Office
from cuibao.rendering.exports import CellView, CountView, ExportView, OwedRowView, PlanRowView, PlanView, UnitView
from cuibao.said import due_of_all, full_moment, full_title, month_day
from cuibao.service.views.board import Board, Cell
from cuibao.service.views.calls import CallItem, owed_items
from cuibao.service.views.plan_table import in_short, own_date, plan_table
from cuibao.times import day_of
from cuibao.tongue import say

# What a leader looks for first.
BY_WEIGHT = (
    *(Status.OVERDUE, Status.RETURNED, Status.DUE_SOON, Status.EXTENDED, Status.OPEN),
    *(Status.UPCOMING, Status.LATE, Status.ON_TIME, Status.EXEMPT),
)
NOT_OWED = CellView("", "", "")


def handout(office: Office, board: Board) -> str:
    """The page. Raises Faults where its template is broken."""
    return office.templates.export(view(office, board), office.campaign)


def view(office: Office, board: Board) -> ExportView:
    """What is on it."""
    counts = Counter(cell.status for cell in board.cells)
    owed = owed_items(office, board)
    return ExportView(
        moment=full_moment(board.as_of),
        simulated=board.simulated,
        counts=tuple(CountView(status.word, status.value, counts[status]) for status in BY_WEIGHT),
        units=_units(office, board, owed),
        owed=tuple(_owed(item, day_of(board.as_of)) for item in owed),
        plans=tuple(_plan(office, board, plan) for plan in office.campaign.plans),
    )


def _units(office: Office, board: Board, owed: Sequence[CallItem]) -> tuple[UnitView, ...]:
    """Every unit that has something to report, who owes most first."""
    counts: dict[str, Counter[Status]] = {}
    for cell in board.cells:
        counts.setdefault(cell.obligation.unit.id, Counter())[cell.status] += 1
    longest: dict[str, int] = {}
    for item in owed:  # the longest come first
        longest.setdefault(item.obligation.unit.id, item.days)
    found = [
        _unit(office, unit, counts[unit.id], longest.get(unit.id, 0))
        for unit in office.campaign.units.values()
        if unit.id in counts
    ]
    return tuple(sorted(found, key=lambda each: (-each.overdue, -each.longest, -each.returned)))


def _unit(office: Office, unit: Unit, counts: Counter[Status], longest: int) -> UnitView:
    return UnitView(
        unit=unit.name,
        group=office.campaign.groups[unit.group],
        overdue=counts[Status.OVERDUE],
        longest=longest,
        returned=counts[Status.RETURNED],
        due_soon=counts[Status.DUE_SOON],
        late=counts[Status.LATE],
        on_time=counts[Status.ON_TIME],
    )


def _owed(item: CallItem, today: date) -> OwedRowView:
    period = item.obligation.period
    return OwedRowView(
        unit=item.obligation.unit.name,
        plan=period.plan.distinct,
        title=full_title(period),
        since=item.since_when(today),
        since_key=item.since.isoformat(),
        days=item.days,
        status=item.status.word,
        tone=item.status.value,
        note=say("；").join(filter(None, (item.reason, item.promised))),
    )


def _plan(office: Office, board: Board, plan: Plan) -> PlanView:
    table = plan_table(office, board, plan)
    return PlanView(
        no=plan.no,
        plan=plan.distinct,
        plan_title=plan.title,
        periods=tuple((full_title(period), due_of_all(period, day_of(board.as_of))) for period in table.periods),
        rows=tuple(PlanRowView(unit.name, tuple(map(_cell, row))) for unit, row in table.rows),
        left_out=tuple(each.words for each in table.left_out),
    )


def _cell(cell: Cell | None) -> CellView:
    if cell is None:
        return NOT_OWED
    status, standing = cell.status, cell.standing
    words, key = in_short(status), str(BY_WEIGHT.index(status))
    if cell.received_at is not None and status in (Status.ON_TIME, Status.LATE):
        day = day_of(cell.received_at)
        words = (
            month_day(day) + (say(" 迟报") if status is Status.LATE else "") + (say(" 零报告") if standing.nil else "")
        )
        key += f" {day.isoformat()}"
    else:
        words += own_date(cell, month_day)
    return CellView(words, status.value, key)
