"""What the forms offer: the items that somebody still owes, first."""

from dataclasses import dataclass

from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.views.board import Board, Progress
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class FormItem:
    """An item as the form offers it: `label` is unique, readable, and names the period when it comes back."""

    label: str
    progress: Progress


def open_items(office: Office, board: Board) -> tuple[FormItem, ...]:
    """The items that somebody still owes and that have begun, most urgent first."""
    today = day_of(board.as_of)
    begun = [period for period in office.schedule.tracked() if period.begins <= today]
    return tuple(FormItem(label_of(item.period), item) for item in board.progress_of(begun) if item.missing)
