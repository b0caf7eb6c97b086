"""From rules to dates: the periods (报送期) of a campaign."""

from collections.abc import Iterator
from datetime import date

from cuibao.model import Campaign, Period, Phase, Plan, Requirement
from cuibao.policy.recurrence import cadence, due_dates


def periods(campaign: Campaign) -> tuple[Period, ...]:
    """Every period of the campaign, milestones included, by due date, then in the notice's order."""
    found = [
        period
        for plan in campaign.plans
        for requirement in plan.requirements
        for period in _periods_of(campaign, plan, requirement)
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


def _periods_of(campaign: Campaign, plan: Plan, requirement: Requirement) -> Iterator[Period]:
    recurs = cadence(requirement.rule)
    for due in due_dates(requirement.rule):
        phase = phase_on(plan, due)
        yield Period(
            plan=plan,
            requirement=requirement,
            key=recurs.key(due),
            label=recurs.label(due),
            begins=max(campaign.issued, recurs.begins(due, phase)),
            due=due,
            phase=phase,
        )
