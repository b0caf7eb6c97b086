"""From rules to dates: the periods (报送期) of a campaign, as later notices and the calendar left them.

A requirement is laid out by its rule, then each later notice changes what is due from its day on. Units that are due by
rules of their own are laid out likewise, and their dates put beside the common ones.
"""

from collections.abc import Collection, Iterator, Mapping
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

# Who moved a due date where no notice did.
CALENDAR = "节假日安排"
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
    only: tuple[str, ...] | None = None


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
        self._laid: dict[tuple[str, str], Mapping[str, _Dated]] = {}
        self._lines: dict[tuple[object, ...], Mapping[str, _Dated]] = {}

    def of(self, plan: Plan, requirement: Requirement) -> Iterator[Period]:
        """The periods of one requirement."""
        apart: dict[str, dict[str, DueDay]] = {}
        for units, rule in _apart(requirement):
            for unit in units:
                for key, dated in self._line(plan, requirement, rule, unit, own=True).items():
                    apart.setdefault(key, {})[unit] = dated.day
        for dated in self._common(plan, requirement).values():
            others = apart.get(dated.key, {})
            first = min(others.values(), key=_earliest, default=dated.day) if _of_units(requirement.rule) else dated.day
            yield self._period(plan, requirement, replace(dated, day=first), others)

    def _period(self, plan: Plan, requirement: Requirement, dated: _Dated, apart: Mapping[str, DueDay]) -> Period:
        phase = phase_on(plan, dated.day.due)
        begins = dated.since or (dated.interval.begins if dated.interval else phase.start)
        return Period(
            plan=plan,
            requirement=requirement,
            key=dated.key,
            label=dated.label,
            begins=max(self._campaign.issued, begins),
            due=dated.day.due,
            phase=phase,
            at=dated.day.at,
            moved=dated.day.moved,
            about_day=dated.interval.ends if dated.interval else None,
            apart={unit: day for unit, day in apart.items() if day != dated.day},
            only=dated.only,
            told_as=dated.day.told_as,
        )

    def _common(self, plan: Plan, requirement: Requirement) -> Mapping[str, _Dated]:
        """What is due for whoever has no rule of its own, by key."""
        name = (plan.id, requirement.id)
        if name not in self._laid:
            unit = requirement.units[0] if requirement.units else ""
            self._laid[name] = self._line(plan, requirement, requirement.rule, unit, own=False)
        return self._laid[name]

    def _line(self, plan: Plan, requirement: Requirement, rule: Rule, unit: str, *, own: bool) -> Mapping[str, _Dated]:
        """What is due by `rule` as amended, for a `unit` that has it of its `own`, or for all who have none."""
        changed = tuple(_changed(amendment, unit if own else "") for amendment in requirement.amended)
        same = (plan.id, requirement.id, rule, changed, unit if _of_units(rule) else "")
        if same not in self._lines:
            laid: Mapping[str, _Dated] = self._lay(plan, requirement, rule, unit)
            for amendment, other in zip(requirement.amended, changed, strict=True):
                laid = self._amend(plan, requirement, laid, amendment, other, unit)
            self._lines[same] = laid
        return self._lines[same]

    def _amend(
        self,
        plan: Plan,
        requirement: Requirement,
        laid: Mapping[str, _Dated],
        amendment: Amendment,
        rule: Rule | None,
        unit: str,
    ) -> dict[str, _Dated]:
        since, by = amendment.since, amendment.document_no
        moves = dict(amendment.moves)
        after = self._lay(plan, requirement, rule, unit) if rule else {}
        kept: dict[str, _Dated] = {}
        for key, dated in laid.items():
            nominal = dated.day.nominal or dated.day.due
            if nominal in moves:
                kept[key] = replace(dated, day=_moved(dated.day, DueDay(moves[nominal], dated.day.at), by))
            elif nominal < since or (rule is None and not amendment.stops):
                kept[key] = dated
            elif key in after:
                kept[key] = replace(dated, day=_moved(dated.day, after[key].day, by))
        more = {key: each for key, each in after.items() if key not in laid and each.day.due >= since}
        return kept | more

    def _lay(self, plan: Plan, requirement: Requirement, rule: Rule, unit: str) -> dict[str, _Dated]:
        """What `rule` alone comes to for `unit`."""
        anchor = rule.offset.anchor if rule.offset else None
        if requirement.event is not None:
            found = self._of_events(plan, requirement, rule)
        elif anchor is Anchor.ITEM:
            found = self._of_item(plan, requirement, rule)
        else:
            found = self._of_calendar(plan, requirement, rule, unit)
        return {dated.key: dated for dated in found}

    def _of_calendar(self, plan: Plan, requirement: Requirement, rule: Rule, unit: str) -> Iterator[_Dated]:
        for each in occurrences(rule, self._campaign.ends, self._campaign.issued.year):
            anchor = each.due or self._anchor(rule, each, unit)
            if anchor is not None:
                day = self._due_day(plan, requirement, rule, each.key, anchor)
                yield _Dated(each.key, each.label, each.interval, day)

    def _anchor(self, rule: Rule, each: Occurrence, unit: str) -> date | None:
        """The end of a period, or a date of the unit's own, that is counted from; None where it has none."""
        assert rule.offset is not None
        if rule.offset.anchor is Anchor.UNIT:
            return self._campaign.units[unit].dates.get(rule.offset.what) if unit in self._campaign.units else None
        assert each.interval is not None
        return each.interval.ends

    def _of_item(self, plan: Plan, requirement: Requirement, rule: Rule) -> Iterator[_Dated]:
        """One period for each of the item that it is counted from, under the same key."""
        assert rule.offset is not None
        other_plan, other = self._named(plan, rule.offset.what)
        for each in self._common(other_plan, other).values():
            plain = each.day.told_as or each.day.due
            yield replace(each, day=self._due_day(plan, requirement, rule, each.key, each.day.due, plain))

    def _of_events(self, plan: Plan, requirement: Requirement, rule: Rule) -> Iterator[_Dated]:
        """One period for each time that a clerk opened the item; who works along does so each time."""
        along = requirement.id.endswith(JOINTLY)
        for event in self._events:
            if (event.plan, event.requirement) == (plan.id, requirement.id.removesuffix(JOINTLY)):
                key = event_key(event)
                due = self._due_day(plan, requirement, rule, key, event.day)
                since = min(day_of(event.opened_at), due.due)
                units = None if along else tuple(unit for unit in requirement.units if unit in event.units)
                yield _Dated(key, event.label, None, due, since, units)

    def _named(self, plan: Plan, what: str) -> tuple[Plan, Requirement]:
        """The item called `what`, as plan/requirement."""
        of, _, name = what.rpartition("/")
        found = next(each for each in self._campaign.plans if each.id == (of or plan.id))
        return found, next(each for each in found.requirements if each.id == name)

    def _due_day(
        self, plan: Plan, requirement: Requirement, rule: Rule, key: str, anchor: date, plain: date | None = None
    ) -> DueDay:
        """The day that `rule` says, counted from `anchor` where it counts, with what days off make of it; one that a
        letter has named is put off openly, and never put forward. `plain`: the anchor, were no day off."""
        day = counted(rule.offset, anchor, self._calendar) if rule.offset else anchor
        due = off_holidays(day, rule.holiday, self._calendar)
        if (plan.id, requirement.id) not in self._moving:
            return DueDay(due, rule.at, nominal=day)
        told_as = _plain(rule, plain or anchor)
        named = self._told.get((plan.id, requirement.id, key, told_as))
        moved = Moved(named, rule.at, CALENDAR) if named and named < due else None
        return DueDay(max(due, named or due), rule.at, moved, day, told_as)


def _apart(requirement: Requirement) -> Iterator[tuple[tuple[str, ...], Rule]]:
    """The units that are due on days of their own, by the rules that say so: of the plan, or of a later notice."""
    yield from requirement.apart
    own = {unit for units, _ in requirement.apart for unit in units}
    for amendment in requirement.amended:
        for units, _ in amendment.apart:
            others = tuple(unit for unit in units if unit not in own)
            own.update(others)
            if others:
                yield others, requirement.rule
    if _of_units(requirement.rule):
        others = tuple(unit for unit in requirement.units if unit not in own)
        if others:
            yield others, requirement.rule


def _changed(amendment: Amendment, unit: str) -> Rule | None:
    """The rule by which `amendment` has `unit` report; empty stands for whoever has none of its own."""
    return next((rule for units, rule in amendment.apart if unit in units), amendment.rule)


def _of_units(rule: Rule) -> bool:
    return rule.offset is not None and rule.offset.anchor is Anchor.UNIT


def _plain(rule: Rule, anchor: date) -> date:
    """The day that `rule` says, were no day off: other rules say others, and no calendar changes it."""
    if rule.offset is None:
        return anchor
    return anchor + timedelta(days=-rule.offset.days if rule.offset.count.back else rule.offset.days)


def _earliest(day: DueDay) -> tuple[date, time]:
    return day.due, day.at or time.max


def _moved(before: DueDay, after: DueDay, by: str) -> DueDay:
    """`after`, with the day that a notice moved it from: what moves twice was due on the first day once."""
    if (before.due, before.at) == (after.due, after.at):
        return before
    return replace(after, moved=Moved(before.due, before.at, by), nominal=after.nominal or after.due)
