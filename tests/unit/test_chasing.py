"""Chasing: when the list of what is overdue goes out, when an item is under 督办, when a leader is copied."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibao.model import Channel, Entry, Receipt, Standing
from cuibao.policy import chasing
from cuibao.policy.chasing import Posted, as_chased, chase_is_due, chasing_day, crowded, is_over, is_urged, may_copy
from cuibao.policy.workdays import WorkingDays
from tests.offices import at
from tests.unit import samples

CALENDAR = WorkingDays()
CAMPAIGN = samples.campaign(*samples.PLANS)
POLICY = CAMPAIGN.policy
MONDAY, FRIDAY = date(2022, 7, 25), date(2022, 7, 29)
DAY = timedelta(days=1)
# Two units by the day of the week on which they are chased.
TUESDAYS = next(f"unit{n}" for n in range(99) if chasing_day(f"unit{n}", MONDAY, CALENDAR) == MONDAY + DAY)
FRIDAYS = next(f"unit{n}" for n in range(99) if chasing_day(f"unit{n}", MONDAY, CALENDAR) == FRIDAY)


def letters(*days: date, listed: bool = True, copied: bool = False, arrived: bool = True) -> list[Posted]:
    return [Posted(day, listed, copied, arrived) for day in days]


def due(unit: str, since: Sequence[date], sent: Sequence[Posted], today: date) -> bool:
    return chase_is_due(unit, since, sent, today, POLICY, CALENDAR)


# --- how many letters ---


def test_a_third_letter_in_seven_days_has_to_wait() -> None:
    two = letters(MONDAY - 6 * DAY, MONDAY - DAY, listed=False)
    assert crowded(two, MONDAY, POLICY)
    assert not crowded(two, MONDAY + DAY, POLICY)  # the older one is seven days ago now


def test_a_letter_that_did_not_arrive_takes_no_room() -> None:
    assert not crowded(letters(MONDAY - DAY, MONDAY - 2 * DAY, arrived=False), MONDAY, POLICY)


def test_both_numbers_are_settings() -> None:
    three = replace(POLICY, letters_at_most=3)
    assert not crowded(letters(MONDAY - DAY, MONDAY - 2 * DAY), MONDAY, three)
    longer = replace(POLICY, letters_in_days=14)
    assert crowded(letters(MONDAY - 13 * DAY, MONDAY - 8 * DAY), MONDAY, longer)


# --- when the list goes ---


def test_the_list_is_due_after_one_three_and_five_working_days() -> None:
    since = [date(2022, 7, 20)]  # a Wednesday
    days = [MONDAY + n * DAY for n in range(-4, 3)]
    seen: list[Posted] = []
    found = []
    for today in days:
        if CALENDAR.is_working(today) and due(FRIDAYS, since, seen, today):
            found.append(today)
            seen += letters(today)
    assert found == [date(2022, 7, 21), date(2022, 7, 25), date(2022, 7, 27)]


def test_a_chase_that_had_to_wait_is_due_until_a_letter_has_the_list() -> None:
    since = [date(2022, 7, 20)]
    assert due(FRIDAYS, since, [], date(2022, 7, 22))
    assert due(FRIDAYS, since, letters(date(2022, 7, 21), listed=False), date(2022, 7, 22))
    assert not due(FRIDAYS, since, letters(date(2022, 7, 21)), date(2022, 7, 22))


def test_what_was_due_long_ago_is_chased_on_the_units_own_day_of_the_week() -> None:
    since, last_week = [date(2022, 5, 25)], letters(date(2022, 7, 22))
    assert not due(TUESDAYS, since, last_week, MONDAY)
    assert due(TUESDAYS, since, last_week, MONDAY + DAY)
    assert due(TUESDAYS, since, last_week, FRIDAY)  # it waits for a free day


def test_a_week_whose_list_has_gone_already_has_no_other() -> None:
    since, monday = [date(2022, 5, 25)], letters(MONDAY)
    assert not any(due(FRIDAYS, since, monday, MONDAY + n * DAY) for n in range(7))
    assert due(FRIDAYS, since, monday, FRIDAY + 7 * DAY)


def test_a_chasing_day_that_is_a_holiday_moves_to_the_next_working_day() -> None:
    golden_week = date(2022, 10, 3)
    assert chasing_day(FRIDAYS, golden_week, CALENDAR) == date(2022, 10, 8)  # a make-up Saturday
    assert chasing_day(TUESDAYS, golden_week, CALENDAR) == date(2022, 10, 8)


def test_nothing_overdue_is_no_reason_to_write() -> None:
    assert not due(TUESDAYS, [], [], MONDAY)


def test_what_became_overdue_after_the_chasing_day_waits_for_its_own_day() -> None:
    since = [MONDAY + DAY]
    assert not due(TUESDAYS, since, letters(date(2022, 7, 1)), MONDAY + DAY)
    assert due(TUESDAYS, since, letters(date(2022, 7, 1)), MONDAY + 2 * DAY)  # the first working day after it


def test_units_are_spread_over_the_week() -> None:
    days = [chasing_day(f"unit{n}", MONDAY, CALENDAR).weekday() for n in range(500)]
    assert all(70 < days.count(weekday) < 130 for weekday in range(5))


# --- played day by day ---


def played(
    unit: str, dues: Sequence[date], first: date, days: int, settled: Callable[[date, date], bool]
) -> Iterator[tuple[date, bool]]:
    """The days on which a letter goes, and whether for a due day, to a unit that owes what is due on `dues`."""
    sent: list[Posted] = []
    for today in (first + n * DAY for n in range(days)):
        if not CALENDAR.is_working(today):
            continue
        owed = [day for day in dues if day < today and not settled(day, today)]
        on_day = any(CALENDAR.on_or_before(day) == today for day in dues if not settled(day, today))
        goes = on_day or (not crowded(sent, today, POLICY) and chase_is_due(unit, owed, sent, today, POLICY, CALENDAR))
        if goes:
            sent += letters(today, listed=bool(owed))
            yield today, on_day


NEVER: Callable[[date, date], bool] = lambda _due, _today: False  # noqa: E731


@given(
    st.lists(st.dates(date(2022, 5, 1), date(2022, 9, 30)), min_size=1, max_size=12),
    st.sampled_from([f"unit{n}" for n in range(10)]),
)
def test_a_unit_that_never_reports_hears_of_it_each_week_and_not_too_often(dues: list[date], unit: str) -> None:
    found = list(played(unit, dues, date(2022, 5, 1), 200, NEVER))
    days = [day for day, _ in found]
    for day, on_due_day in found:
        before = [each for each in days if day - 7 * DAY < each < day]
        assert on_due_day or len(before) < POLICY.letters_at_most
    first = min(dues)
    weeks = {day - day.weekday() * DAY for day in days}
    monday = first - first.weekday() * DAY + 7 * DAY
    while monday + 14 * DAY < date(2022, 5, 1) + 200 * DAY:
        working = any(CALENDAR.is_working(monday + n * DAY) for n in range(5))
        assert monday in weeks or not working or monday + 7 * DAY in weeks
        monday += 7 * DAY


def test_the_letters_stop_when_all_has_come() -> None:
    came = date(2022, 6, 15)
    found = list(played(TUESDAYS, [date(2022, 5, 25)], date(2022, 5, 1), 100, lambda _, today: today >= came))
    assert found
    assert all(day < came for day, _ in found)


# --- 督办 ---


def test_an_item_is_under_supervision_after_two_letters_that_arrived() -> None:
    since = date(2022, 7, 20)
    assert not is_urged([date(2022, 7, 21)], since, POLICY)
    assert is_urged([date(2022, 7, 21), date(2022, 7, 25)], since, POLICY)


def test_letters_of_before_it_was_due_again_do_not_count() -> None:
    assert not is_urged([date(2022, 7, 21), date(2022, 7, 25)], date(2022, 7, 21), POLICY)


def test_the_number_is_a_setting() -> None:
    assert is_urged([], date(2022, 7, 20), replace(POLICY, escalate_from=1))
    assert not is_urged([date(2022, 7, 21)] * 3, date(2022, 7, 20), replace(POLICY, escalate_from=5))


@pytest.mark.parametrize(
    ("sent_back", "since"),
    [(None, "2022-07-20"), ("2022-07-18T09:00", "2022-07-20"), ("2022-07-28T09:00", "2022-07-28")],
)
def test_it_is_owed_since_it_was_due_or_sent_back_after_that(sent_back: str | None, since: str) -> None:
    owed = samples.obligation(samples.RESPONSIBILITY, "monthly", date(2022, 7, 20))
    back = None
    if sent_back:
        moment = at(sent_back)
        back = Receipt(owed.key, Entry.RETURNED, moment, Channel.PHONE, "王", "缺少盖章", moment)
    found = chasing.owed_since(owed.period.due, Standing(returned=back))
    assert found == date.fromisoformat(since)


# --- the leader ---


def test_a_leader_is_copied_once_in_seven_days() -> None:
    copied = letters(MONDAY, copied=True)
    assert not may_copy(copied, MONDAY + 6 * DAY, POLICY)
    assert may_copy(copied, MONDAY + 7 * DAY, POLICY)
    assert may_copy(letters(MONDAY, copied=False), MONDAY + DAY, POLICY)


# --- the first day and the last ---


def test_what_was_overdue_before_it_was_begun_is_due_seven_days_after() -> None:
    owed = samples.obligation(samples.RESPONSIBILITY, "monthly", date(2022, 7, 20))
    assert as_chased(owed, date(2022, 7, 21)) == date(2022, 7, 28)
    assert as_chased(owed, date(2022, 7, 20)) == date(2022, 7, 20)
    assert as_chased(owed, None) == date(2022, 7, 20)


def test_nobody_is_written_to_after_the_last_day_of_chasing() -> None:
    assert not is_over(CAMPAIGN, CAMPAIGN.chase_until)
    assert is_over(CAMPAIGN, CAMPAIGN.chase_until + DAY)
