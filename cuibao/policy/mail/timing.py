"""When what is owed is of: whether a text means one of its periods, or another, and whether it can be reported yet."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from cuibao.model import Anchor, Every, Obligation, Period
from cuibao.policy.intervals import KINDS
from cuibao.policy.mail.spans import Span
from cuibao.policy.recurrence import PREVIOUS, kind_of

# Up to this day of a month a date may be of what is about the month before.
_EARLY = 10
_MARCH = 3
_SHORT = (Every.DAY, Every.WEEK, Every.TEN_DAYS)
# Words for one kind of report that clerks use of another: 月报 of what is due on a single date.
_LOOSELY = {
    Every.MONTH: (Every.MONTH, Every.QUARTER, Every.ONCE, Every.LIST),
    Every.QUARTER: (Every.MONTH, Every.QUARTER, Every.ONCE, Every.LIST),
    Every.HALF_YEAR: (Every.ONCE, Every.LIST),
    Every.YEAR: (Every.ONCE, Every.LIST),
}


def named(period: Period, span: Span, today: date) -> bool:
    """Whether `span` means this very period of the calendar."""
    every = kind_of(period)
    if not every.recurs:
        return False
    kind = KINDS[every]
    if every in span.lasts and span.relative:
        return period.about == kind.holding(today).begins - timedelta(days=1)
    return kind.named(period.about, span)


def told(period: Period, span: Span) -> bool:
    """Whether `span` says which period of such a kind is meant, this one or another."""
    every = kind_of(period)
    if not every.recurs:
        return False
    more = (every is Every.DAY and span.dates) or (every is Every.YEAR and span.whole)
    return span.tells or bool(more)


def misses(period: Period, span: Span, today: date) -> bool:
    """Whether `span` names periods shorter than a month, a half-year, or the last one (上月), and not this one; months
    and quarters stand in prose too."""
    plain = span.weeks or span.stretches or span.tenths or span.halves or span.days or span.lasts
    return bool(plain) and not named(period, span, today)


def narrowed(obligations: Sequence[Obligation], span: Span) -> list[Obligation]:
    """Of what a text names, the months where it names one alone, which a quarter may end with, and the quarter or the
    half-year where it names all its months."""
    found = list(obligations)
    months = [each for each in found if kind_of(each.period) is Every.MONTH]
    if not months or len(months) == len(found):
        return found
    if len(span.months) == 1 and not (span.quarters or span.halves):
        return [each for each in found if kind_of(each.period) is not Every.QUARTER]
    return [each for each in found if _months_of(each.period) == span.months] or found


def _months_of(period: Period) -> set[int]:
    every = kind_of(period)
    interval = KINDS[every].holding(period.about)
    return set(range(interval.begins.month, interval.ends.month + 1))


def clashing(obligations: Iterable[Obligation]) -> bool:
    """Whether what a text names is of several kinds, or is several short periods of one item: one of them may have been
    settled long ago."""
    periods = [each.period for each in obligations]
    if len({kind_of(period) for period in periods}) > 1:
        return True
    short = {(period.identity[:2], period.about) for period in periods if kind_of(period) in _SHORT}
    return len(short) > len({item for item, _ in short})


def fits_rate(period: Period, rates: Iterable[Every], own: Iterable[Every]) -> bool:
    """Whether it is reported at one of `rates`, or is called so by a word of its `own`."""
    return kind_of(period) in rates or not set(rates).isdisjoint(own)


def fits_loosely(period: Period, rates: Iterable[Every]) -> bool:
    """Whether clerks may call it by one of `rates`."""
    return any(kind_of(period) in _LOOSELY.get(rate, ()) for rate in rates)


def years(period: Period, *, summed: bool) -> frozenset[int]:
    """The years by which a text may call it; `summed`: it sums up a year, in its own words."""
    if kind_of(period) is Every.WEEK:
        return frozenset({period.about.year, KINDS[Every.WEEK].holding(period.about).begins.year})
    if summed and not kind_of(period).recurs and period.due.month <= _MARCH:
        return frozenset({period.due.year - 1})
    return frozenset({period.about.year})


def of_turn(obligations: Iterable[Obligation], span: Span) -> list[Obligation]:
    """What is due on some dates, by its number (第二次) or by its month, where it is the only one there."""
    dated = [each for each in obligations if kind_of(each.period) is Every.LIST]
    found = []
    for each in dated:
        same = sorted(other.period.key for other in dated if other.period.identity[:2] == each.period.identity[:2])
        by_number = same.index(each.period.key) + 1 in span.turns
        if by_number if span.turns else each.period.due.month in span.months:
            found.append(each)
    return found


def about_the_month_before(obligation: Obligation, others: Iterable[Obligation]) -> bool:
    """Whether another date of the same item, early in the month that follows, may be the one of this month."""
    due = obligation.period.due
    later = due.replace(day=1) + timedelta(days=31)
    return any(
        other.period.identity[:2] == obligation.period.identity[:2]
        and (other.period.due.year, other.period.due.month) == (later.year, later.month)
        and other.period.due.day <= _EARLY
        for other in others
    )


def ripe(period: Period, others: Iterable[Period], today: date) -> bool:
    """Whether a report on it can be meant by who says no more: its period has begun; half of one that is reported on
    when it is over has passed; and of several dates those before it have come."""
    if period.begins > today:
        return False
    every = kind_of(period)
    if is_afterwards(period):
        interval = KINDS[every].holding(period.about)
        return today >= interval.begins + (interval.ends - interval.begins) / 2
    if every is Every.LIST:
        return not any(today <= other.due < period.due for other in others if _of_one(other, period))
    if len(period.requirement.rule.weekdays) > 1:
        same = (other for other in others if _of_one(other, period) and other.about == period.about)
        return not any(today <= other.due < period.due for other in same)
    return True


def is_afterwards(period: Period) -> bool:
    """Whether it is reported on when it is over."""
    if not kind_of(period).recurs or period.due <= period.about:
        return False
    offset = period.requirement.rule.offset
    return period.key.startswith(PREVIOUS) or (offset is not None and offset.anchor is not Anchor.UNIT)


def _of_one(one: Period, other: Period) -> bool:
    return one.identity[:2] == other.identity[:2]
