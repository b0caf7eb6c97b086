"""What the templates of the exported board, and of the mail that brings it, see; the names are listed in
`templates/README.zh-CN.md`."""

from dataclasses import dataclass

from cuibao.model import ExportLetter
from cuibao.said import full_date, full_moment
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class CountView:
    """How many reports stand how: `status` in words, `tone` by its English name, which is its colour on the page."""

    status: str
    tone: str
    count: int


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit in numbers; `longest` is for how many days its oldest overdue item has been so."""

    unit: str
    group: str
    overdue: int
    longest: int
    returned: int
    due_soon: int
    late: int
    on_time: int


@dataclass(frozen=True, slots=True)
class OwedRowView:
    """Something overdue or sent back; `since` is 7月25日到期 or 7月28日退回, `since_key` what it is sorted by; `note`
    why it was sent back and what was promised, else empty."""

    unit: str
    plan: str
    title: str
    since: str
    since_key: str
    days: int
    status: str
    tone: str
    note: str


@dataclass(frozen=True, slots=True)
class CellView:
    """How one unit stands with one period: a few `words`, and `key` to sort by; of what is not owed all are empty."""

    words: str
    tone: str
    key: str


@dataclass(frozen=True, slots=True)
class PlanRowView:
    """One unit's year in a plan, a cell a period."""

    unit: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """One plan's year: `periods` are titles with their dates, `left_out` what is said of those that have no column."""

    no: int
    plan: str
    plan_title: str
    periods: tuple[tuple[str, str], ...]
    rows: tuple[PlanRowView, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportView:
    """The whole page; `units` are in the order of who owes most, `owed` in that of how long."""

    moment: str
    simulated: bool
    counts: tuple[CountView, ...]
    units: tuple[UnitView, ...]
    owed: tuple[OwedRowView, ...]
    plans: tuple[PlanView, ...]


@dataclass(frozen=True, slots=True)
class ExportLetterView:
    """The mail that brings the page and the workbook; `moment` is that of what they show, `lines` say it shortly."""

    day: str
    moment: str
    lines: tuple[str, ...]
    simulated: bool


def export_letter_view(letter: ExportLetter) -> ExportLetterView:
    """The mail of an export in words."""
    written_on, moment = full_date(day_of(letter.written_at)), full_moment(letter.as_of)
    return ExportLetterView(written_on, moment, letter.lines, letter.simulated)
