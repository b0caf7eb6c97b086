"""Which days the office works: the calendar of its country, and the office's overrides.

China's is the State Council's, with its make-up days; those of other countries and their parts come by the codes of
ISO 3166 (US, US-CA) from the package `holidays`.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import chinese_calendar

ONE_DAY = timedelta(days=1)
SATURDAY = 5
CHINA = "CN"
PUBLISHED_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


@cache
def statutory_days(year: int) -> frozenset[date]:
    """The days off of `year` that need no announcement: 元旦, 春节, 清明, 劳动节, 端午, 中秋 and 国庆 by law.

    What the year's plan puts off besides is not among them.
    """
    import holidays  # takes a second, and is wanted in a year that is not published alone

    named = holidays.country_holidays("CN", years=year, observed=False, language="zh_CN")
    return frozenset(day for day, name in named.items() if "调休" not in name)


def is_known(country: str) -> bool:
    """Whether there is a calendar of this code: a country's (US), or that of a part of it (US-CA)."""
    if country == CHINA:
        return True
    import holidays

    code, _, part = country.partition("-")
    countries = holidays.list_supported_countries(include_aliases=False)
    return code in countries and (not part or part in countries[code])


@cache
def _days_off(country: str, year: int) -> tuple[frozenset[date], frozenset[int]]:
    """The public holidays of `year`, and the days of the week that are off (Monday is 0)."""
    import holidays

    code, _, part = country.partition("-")
    found = holidays.country_holidays(code, subdiv=part or None, years=year)
    return frozenset(found), frozenset(found.weekend)


class WorkingDays:
    """The working-day calendar of a `country`. `holidays` and `workdays` are the office's own overrides and always win.

    In a year that the State Council has not published yet, Saturday, Sunday and the statutory days are off.
    """

    def __init__(
        self, holidays: frozenset[date] = frozenset(), workdays: frozenset[date] = frozenset(), country: str = CHINA
    ) -> None:
        self._holidays = holidays
        self._workdays = workdays
        self._country = country

    def published(self, year: int) -> bool:
        """Whether the holidays of `year` are known: China's are when the State Council has published them."""
        return self._country != CHINA or year in PUBLISHED_YEARS

    def is_working(self, day: date) -> bool:
        """Whether the office works on `day`."""
        if day in self._workdays:
            return True
        if day in self._holidays:
            return False
        return self._works_in_china(day) if self._country == CHINA else self._works_abroad(day)

    def _works_in_china(self, day: date) -> bool:
        # Not chinese_calendar.is_workday, which goes through all the years for each day.
        if day in chinese_calendar.workdays:
            return True
        if day.weekday() >= SATURDAY or day in chinese_calendar.holidays:
            return False
        return self.published(day.year) or day not in statutory_days(day.year)

    def _works_abroad(self, day: date) -> bool:
        off, weekend = _days_off(self._country, day.year)
        return day.weekday() not in weekend and day not in off

    def on_or_before(self, day: date) -> date:
        """The last working day up to and including `day`."""
        return day if self.is_working(day) else next(self._walk(day, -ONE_DAY))

    def on_or_after(self, day: date) -> date:
        """The first working day from `day` on."""
        return day if self.is_working(day) else next(self._walk(day, ONE_DAY))

    def before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`, which is not counted itself."""
        return self._nth(day, -ONE_DAY, count)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is not counted itself."""
        return self._nth(day, ONE_DAY, count)

    def _nth(self, day: date, stride: timedelta, count: int) -> date:
        walk = self._walk(day, stride)
        for _ in range(count - 1):
            next(walk)
        return next(walk)

    def _walk(self, day: date, stride: timedelta) -> Iterator[date]:
        while True:
            day += stride
            if self.is_working(day):
                yield day
