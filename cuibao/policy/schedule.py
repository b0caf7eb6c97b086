"""A campaign laid out in time: its periods, who owes them, and when each is reminded."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property

from cuibao.model import Campaign, Obligation, Period, Status, StepDate
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

    def steps(self, period: Period) -> tuple[StepDate, ...]:
        """The reminder steps of `period`; see `policy.reminders.steps`."""
        return self._steps[self._name(period)]

    def status(self, period: Period, received_at: datetime | None, as_of: datetime) -> Status:
        """Where an obligation of `period` stands; see `policy.status`."""
        return status(period, received_at, self._soon[self._name(period)], as_of)

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
