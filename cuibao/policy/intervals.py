"""The calendar's own periods: days, weeks, ten-day periods (旬), months, quarters, half-years and years.

One entry of `KINDS` for each `Every` that goes by the calendar; a kind that no entry names is a KeyError, for it must
not pass for another.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cuibao.model import Every
from cuibao.policy.mail.spans import NamedDay, Span
from cuibao.said import month_day, month_name
from cuibao.tongue import say

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """One period of the calendar, both days included."""

    begins: date
    ends: date

    def __contains__(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        return self.begins <= day <= self.ends


@dataclass(frozen=True, slots=True)
class Division:
    """One way to divide the calendar.

    `holding` is the period that a day belongs to. Of a period, `key` is its name in the ledger, `label` the one shown;
    `named`: whether a text that names a span means the one that a day belongs to. `dense`: its dates lie too close for
    the office's long reminder steps, and for more than so many of the short ones (`steps`, the nearest first). `months`
    is how many it has, 0 where it is shorter than one.
    """

    holding: Callable[[date], Interval]
    key: Callable[[Interval], str]
    label: Callable[[Interval], str]
    named: Callable[[date, Span], bool]
    dense: bool = False
    steps: int | None = None
    months: int = 0


def intervals(every: Every, first: date, last: date) -> Iterator[Interval]:
    """The periods from the one that holds `first` to the one that holds `last`, in order."""
    found = KINDS[every].holding(first)
    while found.begins <= last:
        yield found
        found = following(every, found)


def following(every: Every, interval: Interval) -> Interval:
    """The period after `interval`."""
    return KINDS[every].holding(interval.ends + ONE_DAY)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def quarter(day: date) -> int:
    """The quarter of `day`, from 1."""
    return (day.month + 2) // 3


def _months(count: int) -> Callable[[date], Interval]:
    """Periods of so many months, counted from January."""

    def holding(day: date) -> Interval:
        first = (day.month - 1) // count * count + 1
        return Interval(date(day.year, first, 1), month_end(date(day.year, first + count - 1, 1)))

    return holding


def _week(day: date) -> Interval:
    monday = day - timedelta(days=day.weekday())
    return Interval(monday, monday + timedelta(days=6))


def _week_key(week: Interval) -> str:
    year, number, _ = week.begins.isocalendar()
    return f"{year}-W{number:02}"


def _week_label(week: Interval) -> str:
    first, day = month_day(week.begins), week.ends.day
    if week.begins.month == week.ends.month:
        return say("{first}至{day}日", first=first, day=day)
    return say("{first}至{last}", first=first, last=month_day(week.ends))


def _tenth(day: date) -> int:
    return min((day.day - 1) // 10, 2)


def _ten_days(day: date) -> Interval:
    number = _tenth(day)
    ends = day.replace(day=10 * number + 10) if number < 2 else month_end(day)
    return Interval(day.replace(day=10 * number + 1), ends)


def _ten_days_label(interval: Interval) -> str:
    month, name = interval.begins.month, month_name(interval.begins.month)
    tenth = _tenth(interval.begins)
    if tenth == 0:
        return say("{month}月上旬", month=month, name=name)
    if tenth == 1:
        return say("{month}月中旬", month=month, name=name)
    return say("{month}月下旬", month=month, name=name, last=interval.ends.day)


def _quarter_label(interval: Interval) -> str:
    number = quarter(interval.begins)
    return (say("第一季度"), say("第二季度"), say("第三季度"), say("第四季度"))[number - 1]


def _half_label(interval: Interval) -> str:
    return say("上半年") if interval.begins.month == 1 else say("下半年")


def _day_named(day: date, span: Span) -> bool:
    # A full date is otherwise when something was written: it counts where no day is said to be reported on.
    named = ((year or day.year, month or day.month, number) for year, month, number in span.days or span.dates)
    return any(each == (day.year, day.month, day.day) for each in named)


def _week_named(day: date, span: Span) -> bool:
    week = _week(day)
    year, number, _ = day.isocalendar()
    # Some count from the week that holds 1 January: where that is another number, both weeks are meant, and a person
    # is asked.
    plain = (week.begins - _week(date(day.year, 1, 1)).begins).days // 7 + 1
    if any((of or year, each) in ((year, number), (day.year, plain)) for of, each in span.weeks):
        return True
    return any(_whole_week(first, last) == week for first, last in _stretches(week, span))


def _whole_week(first: date, last: date) -> Interval | None:
    """The week of which a stretch has all working days."""
    return _week(first) if first.weekday() == 0 and 4 <= (last - first).days <= 6 else None


def _ten_days_named(day: date, span: Span) -> bool:
    named = any((month or day.month, number) == (day.month, _tenth(day)) for month, number in span.tenths)
    return named or _stretch_named(_ten_days(day), span)


def _month_named(day: date, span: Span) -> bool:
    return day.month in span.months or _stretch_named(_months(1)(day), span)


def _quarter_named(day: date, span: Span) -> bool:
    if _stretch_named(_months(3)(day), span):
        return True
    # A quarter's report may bear its last month; one of another month is none of ours.
    return quarter(day) in span.quarters if span.quarters else day.month in span.months


def _half_named(day: date, span: Span) -> bool:
    number = 1 + day.month // 7
    if span.halves:
        return number in span.halves and not span.months - set(range(6 * number - 5, 6 * number + 1))
    return span.months == set(range(6 * number - 5, 6 * number + 1)) or _stretch_named(_months(6)(day), span)


def _year_named(day: date, span: Span) -> bool:
    # 2025年度 stands before what is about a part of it too.
    if span.tells:
        return span.months == set(range(1, 13)) or _stretch_named(_months(12)(day), span)
    return day.year in span.whole


def _stretch_named(interval: Interval, span: Span) -> bool:
    """Whether `span` names it by its first and its last day."""
    return any(Interval(*each) == interval for each in _stretches(interval, span))


def _stretches(interval: Interval, span: Span) -> Iterator[tuple[date, date]]:
    """The stretches that are named, those without a year in that of `interval`."""
    for first, last in span.stretches:
        begins, ends = _dated(first, interval.begins.year), _dated(last, interval.ends.year)
        if begins and ends and begins <= ends:
            yield begins, ends


def _dated(day: NamedDay, year: int) -> date | None:
    try:
        return date(day[0] or year, day[1], day[2])
    except ValueError:
        return None


KINDS: Mapping[Every, Division] = {
    Every.DAY: Division(
        holding=lambda day: Interval(day, day),
        key=lambda interval: interval.begins.isoformat(),
        label=lambda interval: month_day(interval.begins),
        named=_day_named,
        dense=True,
        steps=0,
    ),
    Every.WEEK: Division(holding=_week, key=_week_key, label=_week_label, named=_week_named, dense=True, steps=1),
    Every.TEN_DAYS: Division(
        holding=_ten_days,
        key=lambda interval: f"{interval.begins:%Y-%m}-T{_tenth(interval.begins) + 1}",
        label=_ten_days_label,
        named=_ten_days_named,
        dense=True,
        steps=1,
    ),
    Every.MONTH: Division(
        holding=_months(1),
        key=lambda interval: f"{interval.begins:%Y-%m}",
        label=lambda interval: month_name(interval.begins.month),
        named=_month_named,
        dense=True,
        months=1,
    ),
    Every.QUARTER: Division(
        holding=_months(3),
        key=lambda interval: f"{interval.begins.year}-Q{quarter(interval.begins)}",
        label=_quarter_label,
        named=_quarter_named,
        months=3,
    ),
    Every.HALF_YEAR: Division(
        holding=_months(6),
        key=lambda interval: f"{interval.begins.year}-H{(interval.begins.month + 5) // 6}",
        label=_half_label,
        named=_half_named,
        months=6,
    ),
    Every.YEAR: Division(
        holding=_months(12),
        key=lambda interval: str(interval.begins.year),
        label=lambda interval: say("{year}年", year=interval.begins.year),
        named=_year_named,
        months=12,
    ),
}
