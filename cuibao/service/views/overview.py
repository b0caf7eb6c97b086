"""What the office looks at first: what is overdue, what came back, what is due soon."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cuibao.model import Status
from cuibao.service.views.board import Board, Progress


@dataclass(frozen=True, slots=True)
class Overview:
    """The periods of which somebody is overdue (longest first), was sent something back, or owes something soon; and
    how many obligations stand how."""

    overdue: tuple[Progress, ...]
    returned: tuple[Progress, ...]
    due_soon: tuple[Progress, ...]
    counts: Mapping[Status, int]


def overview(board: Board) -> Overview:
    """The board's front page."""

    def items(status: Status) -> tuple[Progress, ...]:
        return tuple(item for item in progress if any(cell.status is status for cell in item.missing))

    progress = board.progress
    counts = Counter(cell.status for cell in board.cells)
    return Overview(items(Status.OVERDUE), items(Status.RETURNED), items(Status.DUE_SOON), counts)
