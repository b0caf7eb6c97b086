"""One plan's whole year: units × periods."""

from collections.abc import Mapping
from dataclasses import dataclass

from cuibao.model import Period, Plan, Status, Unit
from cuibao.office import Office
from cuibao.service.views.board import Board, Cell

# A status in a column as narrow as a date.
IN_SHORT: Mapping[Status, str] = {
    Status.UPCOMING: "未到期",
    Status.OPEN: "待报",
    Status.DUE_SOON: "临期",
    Status.OVERDUE: "逾期",
    Status.ON_TIME: "按时",
    Status.LATE: "迟报",
    Status.RETURNED: "退回",
    Status.EXEMPT: "免报",
    Status.EXTENDED: "延期",
}


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A plan's units × periods; `rows` hold a cell per period, None where the unit does not owe it."""

    plan: Plan
    periods: tuple[Period, ...]
    rows: tuple[tuple[Unit, tuple[Cell | None, ...]], ...]


def plan_table(office: Office, board: Board, plan: Plan) -> PlanTable:
    """The plan's whole year, one row a unit in the order of the contacts."""
    periods = tuple(period for period in office.schedule.tracked() if period.plan.id == plan.id)
    found = {(cell.obligation.unit.id, cell.obligation.period.identity): cell for cell in board.cells}
    rows = tuple(
        (unit, row)
        for unit in office.campaign.units.values()
        if any(row := tuple(found.get((unit.id, period.identity)) for period in periods))
    )
    return PlanTable(plan, periods, rows)
