"""How each kind of rule recurs: its dates, and what a kind that nobody thought of comes to."""

from datetime import date
from typing import Any, cast

import pytest

from cuibao.model import Every, Rule
from cuibao.policy import recurrence
from cuibao.policy.intervals import KINDS
from cuibao.policy.recurrence import occurrences

ENDS = date(2024, 12, 31)


def due_dates(rule: Rule) -> tuple[date | None, ...]:
    return tuple(each.due for each in occurrences(rule, ENDS))


def cut_short(rule: Rule) -> date | None:
    return recurrence.cut_short(rule, ENDS)


def monthly(day: int | None, first: date, last: date) -> Rule:
    return Rule(Every.MONTH, day=day, first=first, last=last)


def test_it_gives_a_single_date_once() -> None:
    assert due_dates(Rule(Every.ONCE, once=date(2022, 7, 25))) == (date(2022, 7, 25),)


def test_it_falls_on_the_same_day_of_every_month() -> None:
    found = due_dates(monthly(20, date(2022, 4, 1), date(2022, 12, 31)))
    assert [str(day) for day in found] == [f"2022-{month:02}-20" for month in range(4, 13)]


def test_it_takes_the_last_day_of_months_long_and_short() -> None:
    found = due_dates(monthly(None, date(2024, 1, 1), date(2024, 4, 30)))
    assert found == (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30))


def test_it_never_skips_a_month_that_lacks_the_day() -> None:
    found = due_dates(monthly(30, date(2022, 1, 1), date(2022, 3, 31)))
    assert found == (date(2022, 1, 30), date(2022, 2, 28), date(2022, 3, 30))


def test_it_takes_the_periods_that_hold_the_first_and_the_last_day() -> None:
    assert [str(day) for day in due_dates(monthly(20, date(2022, 4, 21), date(2022, 6, 19)))] == [
        "2022-04-20",
        "2022-05-20",
        "2022-06-20",
    ]


def test_it_ends_each_quarter() -> None:
    rule = Rule(Every.QUARTER, first=date(2022, 4, 18), last=date(2022, 12, 31))
    assert due_dates(rule) == (date(2022, 6, 30), date(2022, 9, 30), date(2022, 12, 31))


def test_it_finds_the_first_date_that_is_cut_short() -> None:
    assert cut_short(monthly(30, date(2022, 1, 1), date(2023, 3, 31))) == date(2022, 2, 28)
    assert cut_short(monthly(28, date(2022, 1, 1), date(2023, 3, 31))) is None
    assert cut_short(monthly(None, date(2022, 1, 1), date(2023, 3, 31))) is None
    assert cut_short(Rule(Every.QUARTER, day=31, first=date(2022, 1, 1), last=date(2022, 12, 31))) == date(2022, 6, 30)


def test_it_knows_every_kind() -> None:
    assert set(KINDS) == {every for every in Every if every.recurs}


def test_it_takes_an_unknown_kind_for_no_other() -> None:
    with pytest.raises(KeyError):
        due_dates(Rule(cast(Any, "fortnight"), first=date(2022, 1, 1), last=date(2022, 12, 31)))
