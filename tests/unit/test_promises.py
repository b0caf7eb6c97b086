"""How long a promise holds, and what ends it."""

from dataclasses import replace
from datetime import date

import pytest

from cuibao.model import Channel, Entry, Promise, Receipt, RespiteKind
from cuibao.policy.promises import AT_MOST, holding, latest_day, respite
from cuibao.policy.workdays import WorkingDays
from cuibao.times import parse_moment
from tests.unit import samples

KEY = samples.obligation(samples.MINES, "monthly", date(2022, 7, 25)).key
LATER = parse_moment("2022-12-31T08:30")
CALENDAR = WorkingDays()


def promise(called: str, until: date) -> Promise:
    return Promise(KEY, parse_moment(called), until)


def entry(kind: Entry, when: str, **more: object) -> Receipt:
    moment = parse_moment(when)
    return replace(Receipt(KEY, kind, moment, Channel.MAIL, "王芳", "", moment), **more)  # type: ignore[arg-type]


FIRST = promise("2022-07-26T10:00", date(2022, 7, 29))


@pytest.mark.parametrize(("today", "given"), [(26, True), (29, True), (30, False)])
def test_it_holds_until_its_day_which_is_included(today: int, given: bool) -> None:
    found = respite([FIRST], date(2022, 7, today))
    assert (found is not None) is given
    if found:
        assert (found.kind, found.since, found.until) == (RespiteKind.PROMISE, date(2022, 7, 26), date(2022, 7, 29))


def test_the_newest_counts_also_where_it_is_for_an_earlier_day() -> None:
    assert respite([FIRST, promise("2022-07-27T10:00", date(2022, 7, 28))], date(2022, 7, 29)) is None


@pytest.mark.parametrize("kind", [kind for kind in Entry if kind is not Entry.WITHDRAWN])
def test_an_entry_after_the_call_ends_it_and_one_before_does_not(kind: Entry) -> None:
    assert holding([FIRST], [entry(kind, "2022-07-26T09:00")], LATER) == (FIRST,)
    assert holding([FIRST], [entry(kind, "2022-07-26T11:00")], LATER) == ()
    again = promise("2022-07-27T10:00", date(2022, 8, 1))
    assert holding([FIRST, again], [entry(kind, "2022-07-26T11:00")], LATER) == (again,)


def test_an_entry_that_was_a_mistake_ends_nothing() -> None:
    mistake = entry(Entry.RECEIVED, "2022-07-26T11:00", seq=1)
    taken_back = entry(Entry.WITHDRAWN, "2022-07-26T12:00", seq=2, withdraws=1)
    assert holding([FIRST], [mistake, taken_back], LATER) == (FIRST,)


def test_it_is_not_known_before_the_call() -> None:
    assert holding([FIRST], [], parse_moment("2022-07-26T09:59")) == ()


def test_one_after_the_other_reaches_no_further_than_the_first_alone() -> None:
    until = date(2022, 12, 31)
    latest = latest_day([], date(2022, 7, 26), CALENDAR, until)
    assert latest == CALENDAR.after(date(2022, 7, 26), AT_MOST) == date(2022, 8, 16)
    assert latest_day([FIRST], date(2022, 7, 29), CALENDAR, until) == latest
    assert latest_day([FIRST], date(2022, 7, 29), CALENDAR, date(2022, 8, 1)) == date(2022, 8, 1)
