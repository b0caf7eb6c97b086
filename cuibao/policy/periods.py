"""From rules to dates: the periods (报送期) of a campaign, as later notices and the calendar left them.

A requirement is laid out line by line, a line for all units of which the same is said: by the rule, then each later
notice changes what is due from its day on. Then the lines are put together: a period is owed by the units whose lines
have it, and due for most of them on the common day.
"""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from cuibao.model import (
    JOINTLY,
    Amendment,
    Anchor,
    Campaign,
    DueDay,
    Event,
    Moved,
    Period,
    Phase,
    Plan,
    Requirement,
    Rule,
)
from cuibao.policy.dues import counted, off_holidays
from cuibao.policy.intervals import Interval
from cuibao.policy.moving import moving
from cuibao.policy.recurrence import Occurrence, occurrences
from cuibao.policy.workdays import WorkingDays
from cuibao.times import day_of
from cuibao.tongue import say

# Stands for a unit where none is meant.
NOBODY = ""
# Who moved a due date where no notice did.
EVENT = "event-"
# What names a date that letters have named: its plan, its requirement, its key, the day were none a day off.
Nominal = tuple[str, str, str, date]


def periods(
    campaign: Campaign,
    calendar: WorkingDays,
    events: Collection[Event] = (),
    told: Mapping[Nominal, date] | None = None,
) -> tuple[Period, ...]:
    """Every period of the campaign, milestones included, by due date, then in the notice's order.

    `events` are what clerks opened items for; `told` the due dates that letters have named already: a calendar that was
    published since makes none of them earlier.
    """
    layout = _Layout(campaign, calendar, events, told or {})
    found = [
        period
        for plan in campaign.plans
        for requirement in plan.requirements
        for period in layout.of(plan, requirement)
    ]
    return tuple(sorted(found, key=lambda period: (period.due, period.plan.no)))


def of_item(campaign: Campaign, calendar: WorkingDays, plan: Plan, requirement: Requirement) -> tuple[Period, ...]:
    """The periods of a `requirement` of `plan`, with other notices than the campaign's perhaps, before any event."""
    return tuple(_Layout(campaign, calendar, (), {}).of(plan, requirement))


def phase_on(plan: Plan, day: date) -> Phase:
    """The phase that `day` belongs to: the first that holds it; before the first or after the last, the nearest.

    Phases may overlap (plan 3 of the 2022 notice implements while it still mobilizes); the earlier one then counts.
    """
    for phase in plan.phases:
        if day <= phase.end:
            return phase
    return plan.phases[-1]


def event_key(event: Event) -> str:
    """What the ledger calls the period that a clerk opened."""
    return f"{EVENT}{event.number}"


def event_number(key: str) -> int | None:
    """The number of the event whose period the ledger calls `key`; None of any other period."""
    return int(key.removeprefix(EVENT)) if key.startswith(EVENT) else None


@dataclass(frozen=True, slots=True)
class _Dated:
    """An occurrence with its due date, of the units in `only` (None: of all)."""

    key: str
    label: str
    interval: Interval | None
    day: DueDay
    since: date | None = None
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """What is said of some units: the rule, and by what each later notice goes on. `unit`: which one, where the dates
    are its own."""

    rule: Rule
    changed: tuple[Rule | None, ...]
    unit: str = NOBODY


Laid = Mapping[str, _Dated]


class _Layout:
    """Lays out one requirement after another; what is counted from another item's dates has them laid out first."""

    def __init__(
        self, campaign: Campaign, calendar: WorkingDays, events: Collection[Event], told: Mapping[Nominal, date]
    ) -> None:
        self._campaign = campaign
        self._calendar = calendar
        self._events = events
        self._told = told
        self._moving = moving(campaign)
        self._sayings: dict[tuple[str, str], _Sayings] = {}
        self._laid: dict[tuple[str, str, _Line], Laid] = {}

    def of(self, plan: Plan, requirement: Requirement) -> Iterator[Period]:
        """The periods of one requirement."""
        said = self._said(plan, requirement)
        owners: dict[str, list[tuple[_Dated, tuple[str, ...]]]] = {}
        for line, units in said.lines.items():
            for key, dated in self._lay_line(plan, requirement, line).items():
                owing = units if dated.only is None else tuple(unit for unit in units if unit in dated.only)
                if owing or not requirement.units:
                    owners.setdefault(key, []).append((dated, owing))
        for found in owners.values():
            yield self._period(plan, requirement, found, said.common)

    def _period(
        self,
        plan: Plan,
        requirement: Requirement,
        found: Sequence[tuple[_Dated, tuple[str, ...]]],
        common: Container[str],
    ) -> Period:
        """One period, of the units of the lines that have it. Its common day is that of whoever has none of its own,
        else the first."""
        plain = [dated for dated, units in found if not units or any(unit in common for unit in units)]
        dated = min(plain or [each for each, _ in found], key=lambda each: _earliest(each.day))
        days = {unit: each.day for each, units in found for unit in units}
        owing = tuple(unit for unit in requirement.units if unit in days)
        phase = phase_on(plan, dated.day.due)
        begins = dated.since or (dated.interval.begins if dated.interval else phase.start)
        dues = [each.day.due for each, _ in found]
        return Period(
            plan=plan,
            requirement=requirement,
            key=dated.key,
            label=dated.label,
            begins=max(self._campaign.of(plan).issued, begins),
            due=dated.day.due,
            phase=phase,
            at=dated.day.at,
            moved=dated.day.moved,
            about_day=dated.interval.ends if dated.interval else None,
            apart={unit: days[unit] for unit in owing if days[unit] != dated.day},
            only=None if len(owing) == len(requirement.units) else owing,
            told_as=dated.day.told_as,
            span=(min(dues), max(dues)),
        )

    def _said(self, plan: Plan, requirement: Requirement) -> "_Sayings":
        name = (plan.id, requirement.id)
        if name not in self._sayings:
            self._sayings[name] = self._sort(plan, requirement)
        return self._sayings[name]

    def _sort(self, plan: Plan, requirement: Requirement) -> "_Sayings":
        """The units of `requirement`, by what is said of them."""
        own = {unit: rule for units, rule in requirement.apart for unit in units}
        changes = [{unit: rule for units, rule in each.apart for unit in units} for each in requirement.amended]
        lines: dict[_Line, list[str]] = {}
        common: set[str] = set()
        for unit in requirement.units:
            rules = zip(requirement.amended, changes, strict=True)
            changed = tuple(theirs.get(unit, notice.rule) for notice, theirs in rules)
            line = _Line(own.get(unit, requirement.rule), changed)
            if any(self._is_own(plan, rule, unit) for rule in (line.rule, *changed)):
                line = replace(line, unit=unit)
            elif unit not in own and not any(unit in theirs for theirs in changes):
                common.add(unit)
            lines.setdefault(line, []).append(unit)
        if not lines:
            lines[_Line(requirement.rule, tuple(notice.rule for notice in requirement.amended))] = []
        return _Sayings({line: tuple(units) for line, units in lines.items()}, frozenset(common))

    def _is_own(self, plan: Plan, rule: Rule | None, unit: str) -> bool:
        """Whether `rule` comes to other dates for `unit` than for others: they are its own, or of an item that are."""
        if rule is None or rule.offset is None:
            return False
        if rule.offset.anchor is not Anchor.ITEM:
            return rule.offset.anchor is Anchor.UNIT
        other_plan, other = self._named(plan, rule.offset.what)
        return unit in other.units and len(self._said(other_plan, other).lines) > 1

    def _lay_line(self, plan: Plan, requirement: Requirement, line: _Line) -> Laid:
        """What is due by a line, as amended."""
        name = (plan.id, requirement.id, line)
        if name not in self._laid:
            laid: Laid = self._lay(plan, requirement, line.rule, line.unit)
            for amendment, other in zip(requirement.amended, line.changed, strict=True):
                laid = self._amend(plan, requirement, laid, amendment, other, line.unit)
            self._laid[name] = laid
        return self._laid[name]

    def _amend(
        self,
        plan: Plan,
        requirement: Requirement,
        laid: Laid,
        amendment: Amendment,
        rule: Rule | None,
        unit: str,
    ) -> Laid:
        since, by = amendment.since, amendment.document_no
        moves = dict(amendment.moves)
        after = self._lay(plan, requirement, rule, unit) if rule else {}
        kept: dict[str, _Dated] = {}
        for key, dated in laid.items():
            nominal = dated.day.nominal or dated.day.due
            # Where a day off had moved it, letters named that day.
            new = moves.get(nominal) or moves.get(dated.day.due)
            if new:
                kept[key] = replace(dated, day=_moved(dated.day, DueDay(new, dated.day.at), by))
            elif nominal < since or (rule is None and not amendment.stops):
                kept[key] = dated
            elif key in after:
                # No notice makes due what was not before it came.
                early = after[key].day.due < since
                kept[key] = dated if early else replace(dated, day=_moved(dated.day, after[key].day, by))
        more = {key: each for key, each in after.items() if key not in laid and each.day.due >= since}
        return kept | more

    def _lay(self, plan: Plan, requirement: Requirement, rule: Rule, unit: str) -> dict[str, _Dated]:
        """What `rule` alone comes to for `unit`."""
        anchor = rule.offset.anchor if rule.offset else None
        if requirement.event is not None:
            found = self._of_events(plan, requirement, rule)
        elif anchor is Anchor.ITEM:
            found = self._of_item(plan, requirement, rule, unit)
        else:
            found = self._of_calendar(plan, requirement, rule, unit)
        return {dated.key: dated for dated in found}

    def _of_calendar(self, plan: Plan, requirement: Requirement, rule: Rule, unit: str) -> Iterator[_Dated]:
        campaign = self._campaign.of(plan)
        for each in occurrences(rule, campaign.ends, campaign.issued.year):
            anchor = each.due or self._anchor(plan, requirement, rule, each, unit)
            if anchor is not None:
                day = self._due_day(plan, requirement, rule, each.key, anchor)
                yield _Dated(each.key, each.label, each.interval, day)

    def _anchor(self, plan: Plan, requirement: Requirement, rule: Rule, each: Occurrence, unit: str) -> date | None:
        """The end of a period, or a date of the unit's own, that is counted from; None where it has none. Who works
        along does so for the first of those who owe it."""
        assert rule.offset is not None
        if rule.offset.anchor is Anchor.UNIT:
            owner = requirement.id.removesuffix(JOINTLY)
            owing = self._named(plan, owner)[1].units if requirement.assists else (unit,)
            known = (self._campaign.units[each] for each in owing if each in self._campaign.units)
            return min((day for one in known if (day := one.dates.get(rule.offset.what))), default=None)
        assert each.interval is not None
        return each.interval.ends

    def _of_item(self, plan: Plan, requirement: Requirement, rule: Rule, unit: str) -> Iterator[_Dated]:
        """One period for each of the item that it is counted from, under the same key; counted from the unit's own date
        where it has one there."""
        assert rule.offset is not None
        other_plan, other = self._named(plan, rule.offset.what)
        for each in self._lay_line(other_plan, other, self._said(other_plan, other).of(unit)).values():
            plain = each.day.told_as[1] if each.day.told_as else each.day.due
            day = self._due_day(plan, requirement, rule, each.key, each.day.due, plain)
            # What a clerk opened for some units is so for those of them who owe this too, or else for all who do.
            owing = frozenset(requirement.units) & each.only if each.only else None
            yield replace(each, day=day, only=owing or None)

    def _of_events(self, plan: Plan, requirement: Requirement, rule: Rule) -> Iterator[_Dated]:
        """One period for each time that a clerk opened the item; who works along does so each time."""
        along = requirement.assists
        for event in self._events:
            if (event.plan, event.requirement) == (plan.id, requirement.id.removesuffix(JOINTLY)):
                key = event_key(event)
                due = self._due_day(plan, requirement, rule, key, event.day)
                since = min(day_of(event.opened_at), due.due)
                yield _Dated(key, event.label, None, due, since, None if along else frozenset(event.units))

    def _named(self, plan: Plan, what: str) -> tuple[Plan, Requirement]:
        """The item called `what`, as plan/requirement."""
        of, _, name = what.rpartition("/")
        found = next(each for each in self._campaign.plans if each.id == (of or plan.id))
        return found, next(each for each in found.requirements if each.id == name)

    def _due_day(
        self, plan: Plan, requirement: Requirement, rule: Rule, key: str, anchor: date, plain: date | None = None
    ) -> DueDay:
        """The day that `rule` says, counted from `anchor` where it counts, with what days off make of it; one that a
        letter has named by the same rule is put off openly, and never put forward. `plain`: the anchor, were no day
        off."""
        day = counted(rule.offset, anchor, self._calendar) if rule.offset else anchor
        due = off_holidays(day, rule.holiday, self._calendar)
        if (plan.id, requirement.id) not in self._moving:
            return DueDay(due, rule.at, nominal=day)
        told_as = (f"{key}{_way(rule)}", _plain(rule, plain or anchor))
        named = self._told.get((plan.id, requirement.id, *told_as))
        moved = Moved(named, rule.at, say("节假日安排")) if named and named < due else None
        return DueDay(max(due, named or due), rule.at, moved, day, told_as)


@dataclass(frozen=True, slots=True)
class _Sayings:
    """What is said of whom; `common` are the units of which nothing is said by name."""

    lines: Mapping[_Line, tuple[str, ...]]
    common: frozenset[str]

    def of(self, unit: str) -> _Line:
        """The line of `unit`; of one that is not meant, that of most."""
        found = next((line for line, units in self.lines.items() if unit in units), None)
        return found or max(self.lines, key=lambda line: len(self.lines[line]))


def _way(rule: Rule) -> str:
    """How days off count in `rule`: what one that counts them otherwise has told is no word of this one's."""
    offset = f"{rule.offset.count.value[:1]}{rule.offset.days}" if rule.offset else ""
    return f"/{rule.holiday.to.value[:1]}{rule.holiday.days}{offset}"


def _plain(rule: Rule, anchor: date) -> date:
    """The day that `rule` says, were no day off: no calendar changes it."""
    if rule.offset is None:
        return anchor
    return anchor + timedelta(days=-rule.offset.days if rule.offset.count.back else rule.offset.days)


def _earliest(day: DueDay) -> tuple[date, time]:
    return day.due, day.at or time.max


def _moved(before: DueDay, after: DueDay, by: str) -> DueDay:
    """`after`, with the day that a notice moved it from."""
    if (before.due, before.at) == (after.due, after.at):
        return before
    return replace(after, moved=Moved(before.due, before.at, by), nominal=after.nominal or after.due)
