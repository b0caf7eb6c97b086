"""A campaign laid out in time: its periods, who owes them, and when each is reminded."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from cuibao.model import (
    NOTHING_ENTERED,
    Campaign,
    DueDay,
    Event,
    Obligation,
    Period,
    Standing,
    Status,
    StepDate,
    Unit,
)
from cuibao.policy import periods as of_rules
from cuibao.policy import reminders
from cuibao.policy.status import status
from cuibao.policy.workdays import WorkingDays

NOVEMBER = 11


def with_due(obligation: Obligation, due: date) -> Obligation:
    """The obligation with another due date, which counts to its end."""
    return replace(obligation, period=_due_on(obligation.period, DueDay(due)))


def _due_on(period: Period, day: DueDay) -> Period:
    return replace(period, due=day.due, at=day.at, moved=day.moved, told_as=day.told_as)


class Schedule:
    """Every period of a campaign with its reminder days, each thing worked out once, when it is first asked for; and
    the obligations, which are laid out only for whom they are asked for: a large campaign has hundreds of thousands.
    `told`: the due dates that letters had named."""

    def __init__(
        self,
        campaign: Campaign,
        calendar: WorkingDays,
        events: Collection[Event] = (),
        told: Mapping[of_rules.Nominal, date] | None = None,
    ) -> None:
        self.campaign = campaign
        self.calendar = calendar
        self.told = told or {}
        self.periods = of_rules.periods(campaign, calendar, events, self.told)
        self._soon: dict[tuple[str, str, str, date], date] = {}
        self._steps: dict[tuple[str, str, str, date], tuple[StepDate, ...]] = {}

    @cached_property
    def obligations(self) -> tuple[Obligation, ...]:
        """Every obligation, in the order of the periods, then of the units."""
        return tuple(owed for period in self.periods for owed in self.of_period(period))

    def of_period(self, period: Period) -> tuple[Obligation, ...]:
        """What is owed of `period`, in the order of the units."""
        return tuple(self.obligation(period, self.campaign.units[unit]) for unit in period.units)

    def obligation(self, period: Period, unit: Unit) -> Obligation:
        """What `unit` owes of `period`, with the due date of its own where it has one."""
        own = period.apart.get(unit.id)
        return Obligation(_due_on(period, own) if own else period, unit)

    def of_unit(self, unit: str) -> tuple[Obligation, ...]:
        """What the unit owes all year, milestones included, by due date."""
        owed = [period for period in self.periods if self.owes(unit, period)]
        found = [self.obligation(period, self.campaign.units[unit]) for period in owed]
        return tuple(sorted(found, key=_in_time) if any(period.apart for period in owed) else found)

    def owes(self, unit: str, period: Period) -> bool:
        """Whether `period` is owed by the unit."""
        return unit in (self._owing[period.identity[:2]] if period.only is None else period.only)

    def as_extended(self, obligation: Obligation, standing: Standing) -> Obligation:
        """The obligation with the due date that counts for its unit."""
        if standing.due is None:
            return obligation
        return with_due(obligation, standing.due)

    def steps(self, period: Period, standing: Standing = NOTHING_ENTERED) -> tuple[StepDate, ...]:
        """The reminder steps of `period`, whose due date is the one that counts; see `policy.reminders`."""
        if standing.rearmed is not None:
            return reminders.steps_again(period, self.campaign, self.calendar, standing.rearmed)
        which = (*period.identity, period.due)
        if which not in self._steps:
            self._steps[which] = reminders.steps(period, self.campaign, self.calendar)
        return self._steps[which]

    def status(self, period: Period, standing: Standing, as_of: datetime) -> Status:
        """Where an obligation of `period` with the `standing` of `as_of` stands; see `policy.status`."""
        if standing.due is None:
            return status(period, standing, self._soon_from(period), as_of)
        extended = _due_on(period, DueDay(standing.due))
        soon = reminders.due_soon_from(extended, self.campaign, self.calendar)
        return status(extended, standing, soon, as_of)

    def last_working_day(self, period: Period) -> date:
        """The last working day on or before the due date of `period`."""
        return self.calendar.on_or_before(period.due)

    def period(self, identity: tuple[str, str, str]) -> Period:
        """The period of this `identity`. Raises KeyError."""
        return self._by_identity[identity]

    def tracked(self) -> Iterator[Period]:
        """The periods for which something has to be sent in."""
        return (period for period in self.periods if period.requirement.tracked)

    def unpublished_years(self, today: date) -> tuple[int, ...]:
        """The campaign's years whose State Council holidays are not known and should be: the next one's are published
        in November."""
        known = today.year + (today.month >= NOVEMBER)
        years = range(self.campaign.issued.year, min(self.campaign.chase_until.year, known) + 1)
        return tuple(year for year in years if not self.calendar.published(year))

    def _soon_from(self, period: Period) -> date:
        which = (*period.identity, period.due)
        if which not in self._soon:
            self._soon[which] = reminders.due_soon_from(period, self.campaign, self.calendar)
        return self._soon[which]

    @cached_property
    def _by_identity(self) -> dict[tuple[str, str, str], Period]:
        return {period.identity: period for period in self.periods}

    @cached_property
    def _owing(self) -> dict[tuple[str, str], frozenset[str]]:
        return {
            (plan.id, requirement.id): frozenset(requirement.units)
            for plan in self.campaign.plans
            for requirement in plan.requirements
        }


def _in_time(obligation: Obligation) -> tuple[date, int]:
    return obligation.period.due, obligation.period.plan.no
