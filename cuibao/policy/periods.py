"""From rules to dates: the periods (报送期) of a campaign."""

from collections.abc import Iterator
from datetime import date

import pendulum

from cuibao.model import Campaign, Every, Obligation, Period, Phase, Plan, Requirement, Rule

QUARTERS = "一二三四"


def periods(campaign: Campaign) -> tuple[Period, ...]:
    """Every period of the campaign, milestones included, by due date, then in the notice's order."""
    found = [
        period
        for plan in campaign.plans
        for requirement in plan.requirements
        for period in _periods_of(campaign, plan, requirement)
    ]
    return tuple(sorted(found, key=lambda period: (period.due, period.plan.no)))


def obligations(campaign: Campaign) -> tuple[Obligation, ...]:
    """Every unit × period of the campaign, in the order of `periods`, then of the units."""
    return tuple(
        Obligation(period, campaign.units[unit]) for period in periods(campaign) for unit in period.requirement.units
    )


def phase_on(plan: Plan, day: date) -> Phase:
    """The phase that `day` belongs to: the first that holds it; before the first or after the last, the nearest.

    Phases may overlap (plan 3 of the 2022 notice implements while it still mobilizes); the earlier one then counts.
    """
    for phase in plan.phases:
        if day <= phase.end:
            return phase
    return plan.phases[-1]


def _periods_of(campaign: Campaign, plan: Plan, requirement: Requirement) -> Iterator[Period]:
    for due in due_dates(requirement.rule):
        phase = phase_on(plan, due)
        yield Period(
            plan=plan,
            requirement=requirement,
            key=_key(requirement.rule, due),
            label=_label(requirement.rule, due),
            begins=max(campaign.issued, _begins(requirement.rule, due, phase)),
            due=due,
            phase=phase,
        )


def due_dates(rule: Rule) -> tuple[date, ...]:
    """The dates on which `rule` falls due, in order. A day that a month does not have is its last day."""
    if rule.once is not None:
        return (rule.once,)
    assert rule.first is not None
    assert rule.last is not None
    return tuple(
        due
        for month in _months(rule.first, rule.last)
        if rule.every is Every.MONTH or month.month % 3 == 0
        if rule.first <= (due := _day_in(month, rule.day)) <= rule.last
    )


def _months(first: date, last: date) -> Iterator[date]:
    month = pendulum.date(first.year, first.month, 1)
    while month <= last:
        yield month
        month = month.add(months=1)


def _day_in(month: date, day: int | None) -> date:
    end = pendulum.date(month.year, month.month, 1).end_of("month")
    return end if day is None else date(end.year, end.month, min(day, end.day))


def _begins(rule: Rule, due: date, phase: Phase) -> date:
    if rule.every is Every.ONCE:
        return phase.start
    months_back = 0 if rule.every is Every.MONTH else 2
    return pendulum.date(due.year, due.month, 1).subtract(months=months_back)


def _key(rule: Rule, due: date) -> str:
    if rule.every is Every.MONTH:
        return f"{due:%Y-%m}"
    if rule.every is Every.QUARTER:
        return f"{due.year}-Q{_quarter(due)}"
    return "once"  # not its date, or correcting that would orphan what was received


def _label(rule: Rule, due: date) -> str:
    if rule.every is Every.MONTH:
        return f"{due.month}月"
    if rule.every is Every.QUARTER:
        return f"第{QUARTERS[_quarter(due) - 1]}季度"
    return ""


def _quarter(day: date) -> int:
    return (day.month + 2) // 3
