"""A campaign laid out in time: its periods, who owes them, and when each is reminded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from cuibao.model import NOTHING_ENTERED, Campaign, Obligation, Period, Standing, Status, StepDate
from cuibao.policy import periods as of_rules
from cuibao.policy import reminders
from cuibao.policy.status import status
from cuibao.policy.workdays import WorkingDays


class Schedule:
    """Every period and obligation of a campaign with its reminder days; worked out once, then looked up."""

    def __init__(self, campaign: Campaign, calendar: WorkingDays) -> None:
        self.campaign = campaign
        self.calendar = calendar
        self.periods = of_rules.periods(campaign)
        self.obligations = of_rules.obligations(campaign)

    def of_unit(self, unit: str) -> tuple[Obligation, ...]:
        """What the unit owes all year, milestones included, by due date."""
        return self._by_unit.get(unit, ())

    def as_extended(self, obligation: Obligation, standing: Standing) -> Obligation:
        """The obligation with the due date that counts for its unit."""
        if standing.due is None:
            return obligation
        return replace(obligation, period=replace(obligation.period, due=standing.due))

    def steps(self, period: Period, standing: Standing = NOTHING_ENTERED) -> tuple[StepDate, ...]:
        """The reminder steps of `period`, whose due date is the one that counts; see `policy.reminders`."""
        if standing.rearmed is not None:
            return reminders.steps_again(period, self.campaign, self.calendar, standing.rearmed)
        return self._steps[self._name(period)]

    def status(self, period: Period, standing: Standing, as_of: datetime) -> Status:
        """Where an obligation of `period` with the `standing` of `as_of` stands; see `policy.status`."""
        if standing.due is None:
            return status(period, standing, self._soon[self._name(period)], as_of)
        extended = replace(period, due=standing.due)
        soon = reminders.due_soon_from(extended, self.campaign, self.calendar)
        return status(extended, standing, soon, as_of)

    def last_working_day(self, period: Period) -> date:
        """The last working day on or before the due date of `period`."""
        return self.calendar.on_or_before(period.due)

    def tracked(self) -> Iterator[Period]:
        """The periods for which something has to be sent in."""
        return (period for period in self.periods if period.requirement.tracked)

    def unpublished_years(self) -> tuple[int, ...]:
        """The campaign's years whose State Council holidays are not known."""
        years = range(self.campaign.issued.year, self.campaign.ends.year + 1)
        return tuple(year for year in years if not self.calendar.published(year))

    @staticmethod
    def _name(period: Period) -> tuple[str, str, str]:
        return period.plan.id, period.requirement.id, period.key

    @cached_property
    def _steps(self) -> dict[tuple[str, str, str], tuple[StepDate, ...]]:
        return {self._name(period): reminders.steps(period, self.campaign, self.calendar) for period in self.periods}

    @cached_property
    def _soon(self) -> dict[tuple[str, str, str], date]:
        return {
            self._name(period): reminders.due_soon_from(period, self.campaign, self.calendar) for period in self.periods
        }

    @cached_property
    def _by_unit(self) -> dict[str, tuple[Obligation, ...]]:
        found: dict[str, list[Obligation]] = {}
        for obligation in self.obligations:
            found.setdefault(obligation.unit.id, []).append(obligation)
        return {unit: tuple(owed) for unit, owed in found.items()}
