"""A unit's whole year as the templates see it, and as a table to attach where it is longer than a page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Protocol

from cuibao.model import NOTHING_ENTERED, Campaign, Letter, Obligation, Requirement
from cuibao.rendering.environment import Recurring
from cuibao.said import at_hour_of, clauses, date_from, hour, kind_of, moved_words, weekday
from cuibao.tongue import say

# As many lines as stand on a page beside the letter; of a longer year, so many dates are said in the letter itself.
A_PAGE = 12
NEXT_FEW = 3


class SheetWriter(Protocol):
    """What makes a workbook of one sheet: a `title`, columns by name with their widths, and rows."""

    def __call__(
        self, title: str, columns: tuple[tuple[str, int], ...], rows: tuple[tuple[date | str, ...], ...]
    ) -> bytes:
        """The file."""


@dataclass(frozen=True, slots=True)
class YearRow(Recurring):
    """One line of the year. `at` the hour where there is one (12时), `moved` 由…改为… where it was another day once;
    `assists`, `copies` and `first_due` as in `ItemView`. `again` marks the later periods of a requirement, whose form
    is as before; `label` is 5月 or 第二季度, empty for a single one."""

    date: str
    weekday: str
    at: str
    plan: str
    title: str
    label: str
    moved: str
    form: str | None
    copies: str | None
    send: bool
    assists: bool
    settled: bool
    exempt: bool
    again: bool
    first_due: str


@dataclass(frozen=True, slots=True)
class YearView:
    """The year of a letter, of `count` items: all `rows`, or where they are `attached` the next few."""

    count: int
    attached: bool
    rows: tuple[YearRow, ...]


def year_view(letter: Letter) -> YearView:
    """The year of `letter` in words."""
    year = in_order(letter.year)
    attached = len(year) > A_PAGE
    told = list(islice(_to_come(year, letter), NEXT_FEW)) if attached else year
    return YearView(len(year), attached, tuple(_rows(told, letter)))


def year_sheet(letter: Letter, campaign: Campaign, written: SheetWriter) -> bytes | None:
    """The year of `letter` as a workbook; None where the letter itself has all of it."""
    if len(letter.year) <= A_PAGE:
        return None
    rows = tuple(_cells(obligation, letter, campaign) for obligation in in_order(letter.year))
    return written(say("全年事项一览"), columns(), rows)


def columns() -> tuple[tuple[str, int], ...]:
    """What the table of a year has, each column with its width."""
    return (
        (say("期限"), 12),
        (say("星期"), 9),
        (say("方案"), 20),
        (say("事项"), 60),
        (say("期次"), 10),
        (say("形式"), 46),
        (say("同时报"), 14),
        (say("联系"), 24),
        (say("情况"), 22),
    )


def in_order(obligations: Iterable[Obligation]) -> list[Obligation]:
    """By due date, then as the notice numbers the plans."""
    return sorted(obligations, key=lambda obligation: (obligation.period.due, obligation.period.plan.no))


def _to_come(year: Iterable[Obligation], letter: Letter) -> Iterator[Obligation]:
    done = letter.settled.union(letter.first_due)  # what is to be caught up with stands in the letter itself
    return (each for each in year if each.period.due >= letter.day and each.key not in done)


def _rows(year: Sequence[Obligation], letter: Letter) -> Iterator[YearRow]:
    seen, settled = set(), letter.settled
    for obligation in year:
        period = obligation.period
        name = (period.plan.id, period.requirement.id)
        first_due = letter.first_due.get(obligation.key)
        yield YearRow(
            date=date_from(period.due, letter.day),
            weekday=weekday(period.due),
            at=hour(period.at),
            plan=period.plan.distinct,
            title=period.requirement.title,
            label=period.label,
            moved=moved_words(period, letter.day),
            form=period.requirement.form,
            copies=period.requirement.copies,
            send=period.requirement.tracked,
            assists=period.requirement.assists,
            settled=obligation.key in settled,
            exempt=letter.standings.get(obligation.key, NOTHING_ENTERED).exempt,
            again=name in seen,
            first_due=date_from(first_due, letter.day) if first_due else "",
        )
        seen.add(name)


def _cells(obligation: Obligation, letter: Letter, campaign: Campaign) -> tuple[date | str, ...]:
    period, contact = obligation.period, obligation.period.plan.contact
    requirement = period.requirement
    return (
        period.due,
        at_hour_of(weekday(period.due), period.at),
        period.plan.distinct,
        requirement.title,
        period.label,
        _form(requirement) if requirement.tracked else say("{kind}，无需报送", kind=kind_of(requirement)),
        requirement.also_to or "",
        f"{contact.name or campaign.office_short} {contact.phone}",
        _how_it_stands(obligation, letter),
    )


def _form(requirement: Requirement) -> str:
    paper = say("书面材料：{copies}", copies=requirement.copies) if requirement.copies else ""
    return clauses((requirement.form or "", paper))


def _how_it_stands(obligation: Obligation, letter: Letter) -> str:
    standing = letter.standings.get(obligation.key, NOTHING_ENTERED)
    if standing.settled:
        return say("免报") if standing.exempt else say("已报")
    first_due = letter.first_due.get(obligation.key)
    if first_due:
        return say("原定{was}前", was=date_from(first_due, letter.day))
    return moved_words(obligation.period, letter.day)
