"""What the office looks at first: what is due today and newly overdue; then who owes most; then item by item."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cuibao.model import Status, Unit
from cuibao.service.views.board import Board, Cell, Progress
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class Urgent:
    """An item with those of the `cells` that it misses which are urgent."""

    progress: Progress
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Arrears:
    """What one unit owes that is overdue or was sent back, the oldest first, and for how many days that one."""

    unit: Unit
    cells: tuple[Cell, ...]
    days: int

    def count(self, status: Status) -> int:
        """How many of them stand so."""
        return sum(cell.status is status for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Overview:
    """What is due today, and what became overdue since the last working day; the arrears of the units, who owes most
    first; the periods of which somebody is overdue (longest first), was sent something back, or owes something soon;
    and how many obligations stand how."""

    due_today: tuple[Urgent, ...]
    newly_overdue: tuple[Urgent, ...]
    arrears: tuple[Arrears, ...]
    overdue: tuple[Progress, ...]
    returned: tuple[Progress, ...]
    due_soon: tuple[Progress, ...]
    counts: Mapping[Status, int]


def overview(board: Board) -> Overview:
    """The board's front page."""
    today = day_of(board.as_of)

    def items(status: Status) -> tuple[Progress, ...]:
        return tuple(item for item in board.progress if any(cell.status is status for cell in item.missing))

    return Overview(
        due_today=tuple(_urgent(board, lambda cell: cell.due == today)),
        newly_overdue=tuple(_urgent(board, lambda cell: board.fresh_from <= cell.due < today)),
        arrears=_arrears(board),
        overdue=items(Status.OVERDUE),
        returned=items(Status.RETURNED),
        due_soon=items(Status.DUE_SOON),
        counts=Counter(cell.status for cell in board.cells),
    )


def _urgent(board: Board, wanted: Callable[[Cell], bool]) -> Iterator[Urgent]:
    for item in board.progress:
        if cells := tuple(cell for cell in item.missing if wanted(cell)):
            yield Urgent(item, cells)


def _arrears(board: Board) -> tuple[Arrears, ...]:
    found: dict[str, list[Cell]] = {}
    for item in board.progress:
        for cell in item.missing:
            if cell.status in (Status.OVERDUE, Status.RETURNED):
                found.setdefault(cell.obligation.unit.id, []).append(cell)
    today = day_of(board.as_of)
    rows = []
    for cells in found.values():
        cells.sort(key=lambda cell: cell.due)
        rows.append(Arrears(cells[0].obligation.unit, tuple(cells), max(0, (today - cells[0].due).days)))
    return tuple(sorted(rows, key=lambda row: (-len(row.cells), -row.days)))
