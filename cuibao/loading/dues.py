"""How a file says when something is due: a date, a list of dates, or a rule; and what changes that.

```
due: 2022-07-25
due: [2023-12-15, 2024-01-26]
due: {date: 2022-07-25, at: "12:00"}
due: {every: month, day: 10, about: previous, from: 2024-01, on_holiday: after}
due: {every: quarter, working_days_after: 5, from: 2025-Q4}
due: {days_after: 90, of_unit: grant-end}
```
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Self

from cuibao.loading.datewords import A_DAY, A_WEEKDAY, Meant, Place, hour, named, on_holiday, place
from cuibao.loading.faults import shown
from cuibao.loading.scalars import a_day, an_id, count, matching
from cuibao.loading.shapes import Document, Reader, Wrong, defaulting, listed, needed, optional, some
from cuibao.model import Anchor, Count, Every, Holiday, Offset, Rule
from cuibao.policy.intervals import KINDS, month_end

DATE_OR_RULE = "应为日期（写作 2022-04-25），或 every、day、from、to 一组"
CALENDAR_KINDS = tuple(every for every in Every if every.recurs)
OFFSETS = {each.value: each for each in Count}
# What says where in a period it is due: of these a later notice's takes the place of the earlier one's.
PLACES = ("day", *OFFSETS)
# What says of itself when something is due; without one of these, a group of fields changes what is said elsewhere.
WHOLE = ("date", "dates", "every", "of", "of_unit")
NOTHING: tuple["Meant", ...] = ()


def _recurring(value: object) -> Every:
    kinds = {every.value: every for every in CALENDAR_KINDS}
    if isinstance(value, str) and value in kinds:
        return kinds[value]
    words = "、".join(f"{every}（{every.word}）" for every in CALENDAR_KINDS)
    raise Wrong.because(f"应为 {words} 之一", value)


def _previous(value: object) -> bool:
    if value == "previous":
        return True
    raise Wrong.because("应为 previous（报的是上一期，如每月10日前报上一个月），或不写", value)


class _Due(Document):
    """What every form of a due date may have besides."""

    at = optional(hour)
    on_holiday = defaulting(on_holiday, Holiday())

    @property
    def rule(self) -> Rule:
        """The rule that it is."""
        raise NotImplementedError


class _Single(_Due):
    """One date."""

    date = needed(a_day)

    @property
    def rule(self) -> Rule:
        """The rule that it is."""
        return Rule(Every.ONCE, once=self.date, at=self.at, holiday=self.on_holiday)


class _Dates(_Due):
    """Some dates."""

    dates = needed(some(a_day))

    @classmethod
    def read(cls, value: object) -> Self:
        """As the others; the dates must be in order."""
        found = super().read(value)
        if list(found.dates) != sorted(set(found.dates)):
            raise Wrong([(("dates",), "日期应从早到晚、不重复")])
        return found

    @property
    def rule(self) -> Rule:
        """The rule that it is."""
        return Rule(Every.LIST, dates=self.dates, at=self.at, holiday=self.on_holiday)


class _Counted(_Due):
    """So many days from something."""

    days_after = optional(count)
    days_before = optional(count)
    working_days_after = optional(count)
    working_days_before = optional(count)
    of = optional(matching(r"[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?", "应为事项代号，别的方案的写作 方案代号/事项代号"))
    of_unit = optional(an_id)

    @property
    def counts(self) -> tuple[tuple[Count, int], ...]:
        """The ways of counting that are given."""
        return tuple((each, days) for name, each in OFFSETS.items() if (days := getattr(self, name)) is not None)

    @property
    def anchor(self) -> tuple[Anchor, str]:
        """What it is counted from."""
        if self.of_unit:
            return Anchor.UNIT, self.of_unit
        return (Anchor.ITEM, self.of) if self.of else (Anchor.EVENT, "")

    @property
    def rule(self) -> Rule:
        """The rule that it is; whose periods are the item's that it is counted from, the loader adds."""
        anchor, what = self.anchor
        every = Every.EVENT if anchor is Anchor.EVENT else Every.ONCE
        ((way, days),) = self.counts
        return Rule(every, offset=Offset(way, days, anchor, what), at=self.at, holiday=self.on_holiday)

    @classmethod
    def read(cls, value: object) -> Self:
        """As the others; counted in one way, and from one thing."""
        found = super().read(value)
        if len(found.counts) != 1:
            raise Wrong([((), f"应写 {'、'.join(OFFSETS)} 中的一个")])
        if found.of and found.of_unit:
            raise Wrong([(("of_unit",), "of 和 of_unit 只能写一个")])
        return found


class Recurrence(_Counted):
    """Once in every period of the calendar; `to` may be left out."""

    every = needed(_recurring)
    day = optional(place)
    start = needed(named, "from")
    end = optional(named, "to")
    about = optional(_previous)
    skipped: tuple[Meant, ...] = defaulting(listed(named), NOTHING, "except")

    @classmethod
    def read(cls, value: object) -> Self:
        """As the others; with a place in its period that there is."""
        found = super(_Counted, cls).read(value)
        faults = [*_wrong_place(found), *_wrong_names(found, _given(value))]
        if faults:
            raise Wrong(faults)
        return found

    @property
    def anchor(self) -> tuple[Anchor, str]:
        """What it is counted from, where it is."""
        return Anchor.PERIOD, ""

    @property
    def rule(self) -> Rule:
        """The rule that it is. Of a period as long as a quarter, the last month must be meant, unless it is reported on
        when it is over."""
        at = self.day or Place()
        offset = Offset(*self.counts[0], *self.anchor) if self.counts else None
        return Rule(
            self.every,
            day=at.day,
            weekdays=at.weekdays,
            month_day=at.month_day,
            first=self._first,
            last=self._last,
            offset=offset,
            previous=self.about is not None,
            skipped=tuple(each.interval.begins for each in self.skipped),
            at=self.at,
            holiday=self.on_holiday,
        )

    @property
    def _first(self) -> date:
        first = self.start.interval.begins
        return first.replace(day=1) if KINDS[self.every].months else first  # a day stands for its month

    @property
    def _last(self) -> date | None:
        if self.end is None:
            return None
        months = KINDS[self.every].months
        last = month_end(self.end.interval.ends) if months else self.end.interval.ends
        if months > 1 and self.end.every is None and not self.about and not self.counts:
            interval = KINDS[self.every].holding(last)
            return last if interval.ends <= last else interval.begins - timedelta(days=1)
        return last


# The fields of every form of a due date.
RULE_FIELDS = frozenset(key for form in (_Single, _Dates, _Counted, Recurrence) for key in form.fields)


def _wrong_place(found: Recurrence) -> list[tuple[tuple[str | int, ...], str]]:
    """What is wrong with where in its period it is due."""
    if found.of or found.of_unit:
        return [(("of" if found.of else "of_unit",), "有 every 时按报送期结束之日起算，不写这一项")]
    if len(found.counts) > 1:
        return [((found.counts[1][0].value,), f"{'、'.join(OFFSETS)} 只能写一个")]
    if found.counts:
        return [(("day",), f"与 {found.counts[0][0].value} 只能写一个")] if found.day else []
    if found.every is Every.DAY:
        return [(("day",), "每日都报的不写 day")] if found.day else []
    if found.day is None:
        return [] if found.every is Every.TEN_DAYS else [(("day",), "缺少这一项")]
    return _misplaced(found.every, found.day)


def _misplaced(every: Every, at: Place) -> list[tuple[tuple[str | int, ...], str]]:
    if every is Every.WEEK:
        return [] if at.weekdays else [(("day",), A_WEEKDAY)]
    if at.weekdays:
        return [(("day",), f"星期只用于 every: week（每周），现为 every: {every}（{every.word}）")]
    if every is Every.TEN_DAYS and (at.month_day or (at.day or 0) > 10):
        return [(("day",), "每旬的应为 1 至 10 的整数（旬内第几日）或 last")]
    months = KINDS[every].months
    if at.month_day and (months == 1 or at.month_day[0] > months):
        within = f"应为第几个月-几日，月为 1 至 {months}，如 1-15（其中第一个月的15日）"
        return [(("day",), A_DAY if months == 1 else within)]
    return []


def _given(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _wrong_names(found: Recurrence, given: Mapping[str, object]) -> list[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the periods named: only a day, or a period of the same kind or of a longer one, names one."""
    faults: list[tuple[tuple[str | int, ...], str]] = []
    order = list(CALENDAR_KINDS)
    if found.end and found.end.interval.ends < found.start.interval.begins:
        faults.append((("to",), f"应不早于 from（{given.get('from')}），{shown(given.get('to'))}"))
    names = [
        (("from",), found.start),
        (("to",), found.end),
        *((("except", n), each) for n, each in enumerate(found.skipped)),
    ]
    for where, each in names:
        if where[0] == "except" and each and not _between(found, each):
            faults.append((where, "不在 from 至 to 之间，本来就不报，应为其中的一期"))
            continue
        if each is None or each.every in (None, found.every):
            continue
        if where[0] == "except" or order.index(each.every) < order.index(found.every):
            faults.append((where, f"应为{found.every.word}的一期，或其中任一天"))
    return faults


def _between(found: Recurrence, left_out: Meant) -> bool:
    """Whether what is left out would be asked for otherwise."""
    kind = KINDS[found.every]
    if left_out.interval.ends < kind.holding(found.start.interval.begins).begins:
        return False
    return found.end is None or left_out.interval.begins <= kind.holding(found.end.interval.ends).ends


def a_due(value: object) -> Rule:
    """The rule that `value` says. Raises Wrong."""
    if isinstance(value, list):
        return _listed(value)
    if not isinstance(value, dict) or not value:
        return Rule(Every.ONCE, once=_date(value))
    return _form(value).read(value).rule


def _listed(value: list[object]) -> Rule:
    """A list of dates, its mistakes told of the list itself."""
    try:
        return _Dates.read({"dates": value}).rule
    except Wrong as wrong:
        found = ((at[1:], said) for at, said in wrong.found)
        raise Wrong(found) from None


def _date(value: object) -> date:
    try:
        return a_day(value)
    except Wrong:
        raise Wrong.because(DATE_OR_RULE, value) from None


def _form(value: Mapping[str, object]) -> type[_Due]:
    if "date" in value:
        return _Single
    if "dates" in value:
        return _Dates
    counted = any(key in value for key in (*OFFSETS, "of", "of_unit"))
    return _Counted if counted and "every" not in value else Recurrence


def changing(base: object, change: object) -> object:
    """What a file says where it says `change` of what it said as `base`: some fields may change, and the rest stand."""
    if not isinstance(change, dict) or any(key in change for key in WHOLE):
        return change
    moved = any(key in change for key in PLACES)
    if not isinstance(base, dict):
        if moved or base is None:
            return change
        base = {"dates" if isinstance(base, list) else "date": base}
    return {key: value for key, value in base.items() if not (moved and key in PLACES)} | change


def counting_from(rule: Rule, other: Rule) -> Rule:
    """`rule`, which is counted from an item that is due by `other`: its periods are that item's."""
    return replace(rule, every=other.every, previous=other.previous)


def parts(whole: Reader[Any], expected: str) -> Callable[[object], dict[str, Any]]:
    """A reader of a group of fields whose names are words of the office's; `expected` says what one looks like."""

    def read(value: object) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            raise Wrong.because(f"应为一组“{expected}”", value)
        found: dict[str, Any] = {}
        faults: list[tuple[tuple[str | int, ...], str]] = []
        for key, each in value.items():
            try:
                found[key] = whole(each)
            except Wrong as wrong:
                faults += wrong.within(key)
        if faults:
            raise Wrong(faults)
        return found

    return read
