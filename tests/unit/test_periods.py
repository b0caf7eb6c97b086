"""Rules of recurrence, laid out as periods."""

from datetime import date

import pytest

from cuibao.model import Phase
from cuibao.policy.periods import periods, phase_on
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from tests.unit import samples


@pytest.mark.parametrize(
    ("plan", "requirement", "keys", "labels"),
    [
        (samples.CULTURE, "progress", ["2022-Q2", "2022-Q3", "2022-Q4"], ["第二季度", "第三季度", "第四季度"]),
        (samples.SKILLS, "stage", ["once"], [""]),
        (samples.MINES, "monthly", [f"2022-{m:02}" for m in range(5, 10)], [f"{m}月" for m in range(5, 10)]),
    ],
)
def test_it_names_periods(plan: object, requirement: str, keys: list[str], labels: list[str]) -> None:
    found = [
        p
        for p in periods(samples.campaign(*samples.PLANS), WorkingDays())
        if p.plan is plan and p.requirement.id == requirement
    ]
    assert [period.key for period in found] == keys
    assert [period.label for period in found] == labels


def test_it_begins_a_monthly_period_with_its_month_and_a_quarterly_one_with_its_quarter() -> None:
    begins = {
        (p.requirement.id, p.key): p.begins
        for p in periods(samples.campaign(samples.CULTURE, samples.MINES), WorkingDays())
    }
    assert begins["monthly", "2022-07"] == date(2022, 7, 1)
    assert begins["progress", "2022-Q3"] == date(2022, 7, 1)


def test_it_begins_nothing_before_the_notice_is_issued() -> None:
    assert all(
        period.begins >= date(2022, 4, 18) for period in periods(samples.campaign(*samples.PLANS), WorkingDays())
    )


def test_it_sorts_periods_by_due_date() -> None:
    found = [period.due for period in periods(samples.campaign(*samples.PLANS), WorkingDays())]
    assert found == sorted(found)


def test_it_makes_an_obligation_of_every_unit_and_period() -> None:
    other = samples.unit("古陂镇", "gupi", "T03")
    requirement = samples.requirement("final", "总结", samples.once(date(2022, 12, 5)), units=("jiading", "gupi"))
    campaign = samples.campaign(samples.plan(5, "f", "烟花", [requirement]), units=(samples.unit(), other))
    found = Schedule(campaign, WorkingDays()).obligations
    assert [(o.unit.id, o.period.key) for o in found] == [("jiading", "once"), ("gupi", "once")]


def test_what_a_unit_owes_is_every_obligation_of_its_own() -> None:
    schedule = Schedule(samples.campaign(*samples.PLANS), WorkingDays())
    for unit in schedule.campaign.units:
        assert schedule.of_unit(unit) == tuple(owed for owed in schedule.obligations if owed.unit.id == unit)
    assert schedule.of_unit("nobody") == ()


def test_it_counts_a_day_in_two_phases_to_the_earlier() -> None:
    overlapping = Phase("implementation", "集中实施", date(2022, 4, 1), date(2022, 9, 30))
    plan = samples.plan(3, "p", "责任", [], phases=(samples.MOBILIZATION, overlapping, samples.SUMMARY))
    assert phase_on(plan, date(2022, 4, 20)).id == "mobilization"
    assert phase_on(plan, date(2022, 5, 20)).id == "implementation"


def test_it_counts_a_day_after_the_last_phase_to_the_last() -> None:
    assert phase_on(samples.SKILLS, date(2023, 1, 15)).id == "summary"
