"""The working-day calendar of 2022, from the State Council's notice 国办发明电〔2021〕11号."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from cuibao.policy.workdays import PUBLISHED_YEARS, WorkingDays, is_known, statutory_days


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2022, 4, 24), True),  # a make-up Sunday
        (date(2022, 4, 25), True),
        (date(2022, 4, 30), False),  # Labour Day holiday
        (date(2022, 5, 4), False),
        (date(2022, 5, 7), True),  # a make-up Saturday
        (date(2022, 7, 23), False),
        (date(2022, 10, 8), True),
    ],
)
def test_it_knows_holidays_and_make_up_days(day: date, working: bool) -> None:
    assert WorkingDays().is_working(day) is working


def test_it_agrees_with_the_library_on_every_published_day() -> None:
    first, last = date(min(PUBLISHED_YEARS), 1, 1), date(max(PUBLISHED_YEARS), 12, 31)
    days = [first + timedelta(days=after) for after in range((last - first).days + 1)]
    assert list(map(WorkingDays().is_working, days)) == list(map(chinese_calendar.is_workday, days))


def test_it_finds_the_last_working_day_before_a_holiday() -> None:
    assert WorkingDays().on_or_before(date(2022, 5, 2)) == date(2022, 4, 29)
    assert WorkingDays().on_or_before(date(2022, 4, 25)) == date(2022, 4, 25)


def test_it_finds_the_first_working_day_after_a_holiday() -> None:
    assert WorkingDays().on_or_after(date(2022, 5, 1)) == date(2022, 5, 5)


def test_it_counts_working_days_both_ways() -> None:
    calendar = WorkingDays()
    assert calendar.before(date(2022, 4, 25), 1) == date(2022, 4, 24)
    assert calendar.before(date(2022, 4, 25), 2) == date(2022, 4, 22)
    assert calendar.after(date(2022, 4, 29), 1) == date(2022, 5, 5)
    assert calendar.after(date(2022, 4, 29), 3) == date(2022, 5, 7)


def test_it_lets_the_office_override_either_way() -> None:
    calendar = WorkingDays(holidays=frozenset({date(2022, 7, 25)}), workdays=frozenset({date(2022, 7, 24)}))
    assert not calendar.is_working(date(2022, 7, 25))
    assert calendar.is_working(date(2022, 7, 24))


def test_it_counts_weekends_off_in_a_year_not_published_yet() -> None:
    calendar = WorkingDays()
    assert calendar.published(2022)
    assert not calendar.published(2050)
    assert calendar.is_working(date(2050, 1, 4))
    assert not calendar.is_working(date(2050, 1, 2))


@pytest.mark.parametrize("year", sorted(PUBLISHED_YEARS))
def test_every_statutory_day_off_is_off_in_the_plan_that_was_published(year: int) -> None:
    assert len(statutory_days(year)) >= 7
    assert [day for day in sorted(statutory_days(year)) if WorkingDays().is_working(day)] == []


def test_it_knows_the_statutory_days_off_of_a_year_not_published_yet() -> None:
    def spelled(*days: tuple[int, int]) -> set[date]:
        return {date(2050, month, day) for month, day in days}

    fixed = spelled((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
    # 除夕 to 初三, 清明, 端午, 中秋
    moving = spelled((1, 22), (1, 23), (1, 24), (1, 25), (4, 4), (6, 23), (9, 30))
    assert statutory_days(2050) == fixed | moving
    assert not any(map(WorkingDays().is_working, fixed | moving))


def test_it_does_not_take_what_a_plan_put_off_for_a_statutory_day() -> None:
    assert date(2022, 10, 7) not in statutory_days(2022)
    assert date(2022, 10, 3) in statutory_days(2022)


def test_the_office_may_work_on_a_statutory_day() -> None:
    assert WorkingDays(workdays=frozenset({date(2050, 5, 2)})).is_working(date(2050, 5, 2))


def test_another_countrys_office_goes_by_its_own_days_off() -> None:
    california = WorkingDays(country="US-CA")
    assert not california.is_working(date(2024, 2, 19))  # Presidents' Day
    assert california.is_working(date(2024, 2, 12))  # in China, the Spring Festival
    assert california.on_or_after(date(2023, 12, 23)) == date(2023, 12, 26)
    assert california.published(2050)


def test_an_office_may_rest_on_other_days_of_the_week() -> None:
    israel = WorkingDays(country="IL")
    assert (israel.is_working(date(2024, 3, 1)), israel.is_working(date(2024, 3, 3))) == (False, True)


def test_it_knows_countries_and_their_parts_by_their_codes() -> None:
    assert [is_known(code) for code in ("CN", "US", "US-CA", "US-XX", "XX")] == [True, True, True, False, False]
