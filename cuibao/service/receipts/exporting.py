"""The table of what was received, handed out: units × items, with the dates that the ledger has."""

from pathlib import Path

from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.receipts.cells import Ticked
from cuibao.service.views.board import Board, Cell
from cuibao.spreadsheet import Tinted, Value, Worksheet, write_sheet
from cuibao.times import day_of

ABOVE = (
    "填收到日期（如 2022-04-25、4月25日）；确实按时报了、日期不清楚的打 √；没报的留空。灰色的不用报。"
    "填好后用 cuibao receipts import 导入"
)
NOT_OWED = Tinted("—", "D9D9D9")
WIDTH, UNIT_WIDTH = 16, 24


def export(office: Office, board: Board, path: Path) -> tuple[int, int]:
    """Write the table to `path`, .xlsx or .csv: the items that have begun, or of which something came in all the same.

    How many units and items it has. Raises Contradiction; never writes over a file.
    """
    today = day_of(board.as_of)
    came = {cell.obligation.period.identity for cell in board.cells if cell.received_at or cell.standing.exempt}
    periods = [each for each in office.schedule.tracked() if each.begins <= today or each.identity in came]
    periods.sort(key=lambda period: (office.campaign.place(period.plan), period.due))
    cells = {(cell.obligation.unit.id, cell.obligation.period.identity): cell for cell in board.cells}
    rows = []
    for unit in office.campaign.units.values():
        found = [cells.get((unit.id, period.identity)) for period in periods]
        if any(found):
            rows.append([unit.name, *(_value(cell) for cell in found)])
    widths = [UNIT_WIDTH, *(WIDTH for _ in periods)]
    head = ["单位", *(label_of(period) for period in periods)]
    write_sheet(path, Worksheet("收件登记", head, rows, widths, above=ABOVE))
    return len(rows), len(periods)


def _value(cell: Cell | None) -> Value | Tinted:
    if cell is None:
        return NOT_OWED
    if cell.received_at is not None:
        return day_of(cell.received_at)
    return Ticked.EXEMPT.value if cell.standing.exempt else None
