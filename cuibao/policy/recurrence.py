"""Recurrence: what sets a single date, a month and a quarter apart, one entry of `CADENCES` for each `Every`.

A kind that no entry names is a KeyError: it must not pass for another.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cuibao.model import Every, Phase, Rule
from cuibao.policy.mail.spans import Span

QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Cadence:
    """One way to recur.

    `dates` are a rule's due dates, in order. Of the period that is due on a date, `key` is its name in the ledger,
    `label` the one shown, `begins` its first day in its phase, `named` whether a text that names a span means it.
    `months` says in words in which months it falls due; `dense`: its dates lie too close for the long reminder steps.
    """

    dates: Callable[[Rule], Iterator[date]]
    key: Callable[[date], str]
    label: Callable[[date], str]
    begins: Callable[[date, Phase], date]
    named: Callable[[date, Span], bool]
    months: str = "月"
    dense: bool = False


def cadence(rule: Rule) -> Cadence:
    """How `rule` recurs. Raises KeyError for a kind that has no cadence."""
    return CADENCES[rule.every]


def due_dates(rule: Rule) -> tuple[date, ...]:
    """The dates on which `rule` falls due, in order. A day that a month does not have is its last day."""
    return tuple(cadence(rule).dates(rule))


def cut_short(rule: Rule) -> date | None:
    """The first due date of `rule` that stands for a day which its month does not have, if any does."""
    return next((due for due in due_dates(rule) if rule.day is not None and due.day < rule.day), None)


def _once(rule: Rule) -> Iterator[date]:
    assert rule.once is not None
    yield rule.once


def _every_months(count: int) -> Callable[[Rule], Iterator[date]]:
    """In each month whose number `count` divides."""

    def dates(rule: Rule) -> Iterator[date]:
        assert rule.first is not None
        assert rule.last is not None
        for number in range(_months_to(rule.first), _months_to(rule.last) + 1):
            year, month = number // 12, number % 12 + 1
            length = monthrange(year, month)[1]
            due = date(year, month, min(rule.day or length, length))
            if month % count == 0 and rule.first <= due <= rule.last:
                yield due

    return dates


def _months_to(day: date) -> int:
    return day.year * 12 + day.month - 1


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _in_quarter(due: date, span: Span) -> bool:
    # A quarter's report may bear its last month; one of another month is none of ours.
    return _quarter(due) in span.quarters if span.quarters else due.month in span.months


CADENCES: Mapping[Every, Cadence] = {
    Every.ONCE: Cadence(
        dates=_once,
        key=lambda due: "once",  # not its date, or correcting that would orphan what was received
        label=lambda due: "",
        begins=lambda due, phase: phase.start,
        named=lambda due, span: False,
    ),
    Every.MONTH: Cadence(
        dates=_every_months(1),
        key=lambda due: f"{due:%Y-%m}",
        label=lambda due: f"{due.month}月",
        begins=lambda due, phase: due.replace(day=1),
        named=lambda due, span: due.month in span.months,
        dense=True,
    ),
    Every.QUARTER: Cadence(
        dates=_every_months(3),
        key=lambda due: f"{due.year}-Q{_quarter(due)}",
        label=lambda due: f"第{QUARTERS[_quarter(due) - 1]}季度",
        begins=lambda due, phase: date(due.year, 3 * _quarter(due) - 2, 1),
        named=_in_quarter,
        months="季末月（3、6、9、12 月）",
    ),
}
