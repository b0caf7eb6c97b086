"""Which days the office works: the State Council's calendar with its make-up days, and the office's overrides."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import chinese_calendar

ONE_DAY = timedelta(days=1)
SATURDAY = 5
PUBLISHED_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


@cache
def statutory_days(year: int) -> frozenset[date]:
    """The days off of `year` that need no announcement: 元旦, 春节, 清明, 劳动节, 端午, 中秋 and 国庆 by law.

    What the year's plan puts off besides is not among them.
    """
    import holidays  # takes a second, and is wanted in a year that is not published alone

    named = holidays.country_holidays("CN", years=year, observed=False, language="zh_CN")
    return frozenset(day for day, name in named.items() if "调休" not in name)


class WorkingDays:
    """The working-day calendar. `holidays` and `workdays` are the office's own overrides and always win.

    In a year that the State Council has not published yet, Saturday, Sunday and the statutory days are off.
    """

    def __init__(self, holidays: frozenset[date] = frozenset(), workdays: frozenset[date] = frozenset()) -> None:
        self._holidays = holidays
        self._workdays = workdays

    @staticmethod
    def published(year: int) -> bool:
        """Whether the State Council's holidays of `year` are known."""
        return year in PUBLISHED_YEARS

    def is_working(self, day: date) -> bool:
        """Whether the office works on `day`."""
        if day in self._workdays:
            return True
        if day in self._holidays:
            return False
        # Not chinese_calendar.is_workday, which goes through all the years for each day.
        if day in chinese_calendar.workdays:
            return True
        if day.weekday() >= SATURDAY or day in chinese_calendar.holidays:
            return False
        return self.published(day.year) or day not in statutory_days(day.year)

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
