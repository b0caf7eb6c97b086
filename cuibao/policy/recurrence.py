"""Recurrence: what a rule makes of the calendar, before days off are looked at.

The keys of what is due once, on some dates, or in a period of the calendar are given here, and only here: the ledger
keeps them, so that no correction of a date may change one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cuibao.model import ONCE, Every, Period, Rule
from cuibao.policy.intervals import KINDS, Interval, following, intervals, month_end
from cuibao.said import WEEKDAYS, day_name
from cuibao.tongue import say

# Before the key of what is about the period before the one in which it is due: 2024-03 is due in March, about-2024-03
# is what March was reported on, in April. Giving `previous` to a rule so never moves what came by a month.
PREVIOUS = "about-"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a rule falls due: `key` is its name in the ledger, `label` the one shown; `interval` is the period
    of the calendar that it is about, None of a date that goes by none. `due` is None where it is counted from
    elsewhere."""

    key: str
    label: str
    interval: Interval | None
    due: date | None


def occurrences(rule: Rule, ends: date, year: int = 0) -> Iterator[Occurrence]:
    """What `rule` comes to, in order, in a campaign that `ends` on that day. A day that a month does not have is its
    last day. A label has its year where that is not the `year` that it is read in. Raises KeyError for a kind that has
    no calendar."""
    if rule.every is Every.EVENT:
        return
    if rule.every is Every.ONCE:
        yield Occurrence(ONCE, "", None, rule.once)
    elif rule.every is Every.LIST:
        yield from (Occurrence(due.isoformat(), "", None, due) for due in rule.dates)
    else:
        yield from _of_calendar(rule, ends, year)


def kind_of(period: Period) -> Every:
    """How often what `period` is one of recurs: by its key, for a later notice may have changed it."""
    every = period.requirement.rule.every
    if _is_one(period, every):
        return every
    if period.about_day is None:
        return Every.ONCE if period.key == ONCE else Every.LIST
    return next((each for each in KINDS if _is_one(period, each)), every)


def _is_one(period: Period, every: Every) -> bool:
    if not every.recurs:
        return period.about_day is None and (period.key == ONCE) is (every is Every.ONCE)
    kind = KINDS[every]
    name, key = kind.key(kind.holding(period.about)), period.key.removeprefix(PREVIOUS)
    return key == name or (key[:-2] == name and key[-2] == "-")


def advance_steps(every: Every, long: tuple[int, ...], short: tuple[int, ...]) -> tuple[int, ...]:
    """The reminder steps of a date of this kind, the farthest first, of the office's `long` and `short` ones."""
    kind = KINDS[every] if every.recurs else None
    if kind is None or not kind.dense:
        return tuple(sorted(long, reverse=True))
    return tuple(sorted(sorted(short)[: kind.steps], reverse=True))


def cut_short(rule: Rule, ends: date) -> date | None:
    """The first due date of `rule` that stands for a day which its month does not have, if any does."""
    wanted = rule.month_day[1] if rule.month_day else rule.day
    if wanted is None or not rule.every.recurs:
        return None
    dues = (found.due for found in occurrences(rule, ends) if found.due)
    tenths = rule.every is Every.TEN_DAYS
    return next(
        (due for due in dues if (due.day - 10 * min((due.day - 1) // 10, 2) if tenths else due.day) < wanted), None
    )


def _of_calendar(rule: Rule, ends: date, year: int) -> Iterator[Occurrence]:
    assert rule.first is not None
    kind = KINDS[rule.every]
    for interval in intervals(rule.every, rule.first, rule.last or ends):
        if rule.last is None and interval.ends > ends:
            return
        if any(day in interval for day in rule.skipped):
            continue
        key = f"{PREVIOUS if rule.previous else ''}{kind.key(interval)}"
        label = _label(rule.every, interval, year)
        within = following(rule.every, interval) if rule.previous else interval
        if len(rule.weekdays) > 1:
            for number in rule.weekdays:
                due = within.begins + timedelta(days=number - 1)
                if _asked(rule, due):
                    which = say("{label}，周{day}", label=label, day=WEEKDAYS[number - 1], name=day_name(number))
                    yield Occurrence(f"{key}-{number}", which, interval, due)
        elif rule.offset:
            yield Occurrence(key, label, interval, None)
        elif _asked(rule, due := _due(rule, within)):
            yield Occurrence(key, label, interval, due)


def _asked(rule: Rule, due: date) -> bool:
    """Whether `due` lies within the days of `rule`: a week may begin before the month or the day that was said, and end
    after it. What is about the week before comes later by nature."""
    if not rule.weekdays or rule.previous:
        return True
    assert rule.first is not None
    return rule.first <= due and (rule.last is None or due <= rule.last)


def _label(every: Every, interval: Interval, year: int) -> str:
    label, own = KINDS[every].label(interval), interval.begins.year
    if not year or own == year or every is Every.YEAR:
        return label
    if KINDS[every].months:
        return say("{year}年{months}", year=own, months=label)
    return say("{year}年{days}", year=own, days=label)


def _due(rule: Rule, within: Interval) -> date:
    """The day of the period `within` on which `rule` falls due."""
    if rule.every is Every.DAY:
        return within.begins
    if rule.weekdays:
        return within.begins + timedelta(days=rule.weekdays[0] - 1)
    if rule.every is Every.TEN_DAYS:
        return min(within.begins + timedelta(days=rule.day - 1), within.ends) if rule.day else within.ends
    return _in_month(_month(rule, within), rule.month_day[1] if rule.month_day else rule.day)


def _month(rule: Rule, within: Interval) -> date:
    """A day of the month of `within` that `rule` means: what closes a period comes at its end, what is about the one
    before at its beginning."""
    if rule.month_day is None:
        return within.begins if rule.previous else within.ends
    return within.begins.replace(month=within.begins.month + rule.month_day[0] - 1)


def _in_month(month: date, day: int | None) -> date:
    last = month_end(month)
    return last if day is None else last.replace(day=min(day, last.day))
