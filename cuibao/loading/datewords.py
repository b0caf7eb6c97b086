"""Single words of a date: a period of the calendar, a place in it, an hour, what becomes of a day off."""

import re
from dataclasses import dataclass
from datetime import date, time

from cuibao import said
from cuibao.loading.scalars import YEARS, count, word_of
from cuibao.loading.shapes import Wrong, listed
from cuibao.model import Every, Holiday, OnHoliday
from cuibao.policy.intervals import KINDS, Interval

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
A_DAY = "应为 1 至 31 的整数或 last"
A_WEEKDAY = "每周的应为星期，如 friday（星期五），一周几次的写作 [tuesday, friday]"
A_PERIOD = (
    "应为一期（月写作 2022-04，季 2022-Q2，半年 2022-H1，旬 2022-04-T1，周 2022-W16，年 2022）或其中一天（2022-04-25）"
)
_NAMED = re.compile(r"(\d{4})(?:-(?:(\d{2})(?:-(?:T([123])|(\d{2})))?|W(\d{2})|Q([1-4])|H([12])))?")
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAY = re.compile(r"(?:(0?[1-9]|1[0-2])-)?([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Meant:
    """A period of the calendar that a file names: 2018-01, 2018-Q1, or a day that stands for the one it is in."""

    interval: Interval
    every: Every | None


def named(value: object) -> Meant:
    """The period of the calendar that `value` names. Raises Wrong."""
    found = _NAMED.fullmatch(value) if isinstance(value, str) else None
    if found:
        try:
            if int(found[1]) in YEARS:
                return _named(*found.groups())
        except ValueError:
            pass
    raise Wrong.because(A_PERIOD, value)


def _named(
    year: str, month: str | None, tenth: str | None, day: str | None, week: str | None, quarter: str, half: str
) -> Meant:
    if day:
        found = date(int(year), int(month or 0), int(day))
        return Meant(Interval(found, found), None)
    if tenth:
        return _holding(Every.TEN_DAYS, date(int(year), int(month or 0), 10 * int(tenth) - 9))
    if month:
        return _holding(Every.MONTH, date(int(year), int(month), 1))
    if week:
        return _holding(Every.WEEK, date.fromisocalendar(int(year), int(week), 1))
    if quarter:
        return _holding(Every.QUARTER, date(int(year), 3 * int(quarter), 1))
    return (
        _holding(Every.HALF_YEAR, date(int(year), 6 * int(half), 1))
        if half
        else _holding(Every.YEAR, date(int(year), 1, 1))
    )


def _holding(every: Every, day: date) -> Meant:
    return Meant(KINDS[every].holding(day), every)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a period: on a day of the month (None: the last), on weekdays, or on a month and a day within it."""

    day: int | None = None
    weekdays: tuple[int, ...] = ()
    month_day: tuple[int, int] | None = None


def place(value: object) -> Place:
    """`day:` in any of its forms. Raises Wrong."""
    if isinstance(value, list):
        numbers = listed(_weekday)(value)
        if numbers and list(numbers) == sorted(set(numbers)):
            return Place(weekdays=numbers)
        raise Wrong.because("应为一个或几个星期，从早到晚、不重复，如 [tuesday, friday]", value)
    if value == "last":
        return Place()
    if isinstance(value, str) and value in WEEKDAYS:
        return Place(weekdays=(_weekday(value),))
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found and 1 <= int(found[2]) <= 31:
        day = int(found[2])
        return Place(month_day=(int(found[1]), day)) if found[1] else Place(day=day)
    number = isinstance(value, str) and any(each.isdigit() for each in value)
    raise Wrong.because(A_DAY if number else f"{A_DAY}；{A_WEEKDAY}", value)


def _weekday(value: object) -> int:
    if isinstance(value, str) and value in WEEKDAYS:
        return WEEKDAYS.index(value) + 1
    words = "、".join(f"{word}（星期{zh}）" for word, zh in zip(WEEKDAYS, said.WEEKDAYS, strict=True))
    raise Wrong.because(f"应为星期：{words}", value)


def hour(value: object) -> time:
    """An hour such as 12:00. Raises Wrong."""
    if isinstance(value, str) and (found := _HOUR.fullmatch(value)):
        return time(int(found[1]), int(found[2]))
    raise Wrong.because('应为几时几分，写作 "12:00"、"09:00"；到当天结束为止的不写 at', value)


def on_holiday(value: object) -> Holiday:
    """`stay`, `before`, `after`, or {after: 2}. Raises Wrong."""
    if isinstance(value, dict):
        sides = {each.value: each for each in (OnHoliday.BEFORE, OnHoliday.AFTER)}
        for side, days in value.items():
            if side in sides and len(value) == 1:
                return Holiday(sides[side], count(days))
        raise Wrong.because("应为 {after: 2}（顺延到其后第二个工作日）或 {before: 2} 这样的一组", value)
    return Holiday(word_of(OnHoliday)(value))
