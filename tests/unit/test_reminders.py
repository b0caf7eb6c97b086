"""When a period is reminded, and which step is true on a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibao.model import Plan, Reminder, Step, StepDate
from cuibao.policy.reminders import judge, soonest_first, steps
from cuibao.policy.workdays import WorkingDays
from tests.unit import samples

CALENDAR = WorkingDays()
CAMPAIGN = samples.campaign(*samples.PLANS)


def days(plan: Plan, requirement: str, due: date) -> dict[str, date]:
    found = steps(samples.period(plan, requirement, due), CAMPAIGN, CALENDAR)
    return {step.code: step.day for step in found}


def test_it_reminds_seven_three_and_one_working_days_ahead_and_on_the_day() -> None:
    found = days(samples.SKILLS, "stage", date(2022, 7, 25))
    assert found["opening"] == date(2022, 5, 5)  # the phase starts on 1 May, a holiday
    assert found["advance-7"] == date(2022, 7, 14)
    assert found["advance-3"] == date(2022, 7, 20)
    assert found["advance-1"] == date(2022, 7, 22)
    assert found["due"] == date(2022, 7, 25)


def test_it_does_not_remind_monthly_items_seven_days_ahead() -> None:
    assert "advance-7" not in days(samples.MINES, "monthly", date(2022, 7, 25))


def test_it_counts_back_over_make_up_days_and_leaves_out_what_falls_before_the_opening() -> None:
    found = days(samples.SKILLS, "liaison", date(2022, 4, 25))
    assert found["opening"] == date(2022, 4, 18)
    assert found["advance-1"] == date(2022, 4, 24)  # a make-up Sunday
    assert found["advance-3"] == date(2022, 4, 21)
    assert "advance-7" not in found  # 15 April, before the notice


def test_it_sends_the_step_of_a_holiday_on_the_last_working_day_before_it() -> None:
    found = days(samples.SKILLS, "mobilize", date(2022, 4, 30))
    assert found["due"] == date(2022, 4, 29)
    assert found["advance-1"] == date(2022, 4, 28)


def test_it_has_no_step_after_the_due_date() -> None:
    found = steps(samples.period(samples.MINES, "monthly", date(2022, 5, 25)), CAMPAIGN, CALENDAR)
    assert {step.step for step in found} == {Step.OPENING, Step.ADVANCE, Step.DUE}


@given(due=st.dates(date(2022, 4, 19), date(2022, 12, 31)))
def test_it_plans_every_step_on_a_working_day_in_order(due: date) -> None:
    found = steps(replace(samples.period(samples.SKILLS, "stage", date(2022, 7, 25)), due=due), CAMPAIGN, CALENDAR)
    assert all(CALENDAR.is_working(step.day) for step in found)
    assert [step.day for step in found] == sorted({step.day for step in found})
    assert len({step.code for step in found}) == len(found)


STEPS = (
    StepDate(Step.OPENING, "opening", date(2022, 5, 5)),
    StepDate(Step.ADVANCE, "advance-3", date(2022, 7, 20)),
    StepDate(Step.ADVANCE, "advance-1", date(2022, 7, 22)),
    StepDate(Step.DUE, "due", date(2022, 7, 25)),
)


@pytest.mark.parametrize(
    ("today", "handled", "send", "missed"),
    [
        (date(2022, 5, 4), set(), None, []),
        (date(2022, 5, 5), set(), "opening", []),
        (date(2022, 5, 6), {"opening"}, None, []),
        (date(2022, 7, 20), {"opening"}, "advance-3", []),
        (date(2022, 7, 21), {"opening"}, "advance-3", []),  # down on the 20th: still true on the 21st
        (date(2022, 7, 25), {"opening"}, "due", ["advance-3", "advance-1"]),  # down for a week
        (date(2022, 7, 25), {"opening", "advance-3", "due"}, None, []),
        (date(2022, 7, 26), {"opening"}, None, ["advance-3", "advance-1", "due"]),  # too late to say any of it
    ],
)
def test_it_sends_what_is_true_now_and_calls_the_rest_missed(
    today: date, handled: set[str], send: str | None, missed: list[str]
) -> None:
    verdict = judge(STEPS, handled, date(2022, 7, 25), today)
    assert (verdict.send.code if verdict.send else None) == send
    assert [step.code for step in verdict.missed] == missed


def test_it_says_the_day_of_a_milestone_once_even_when_it_has_passed() -> None:
    day_after = date(2022, 7, 26)
    verdict = judge(STEPS, {"opening"}, date(2022, 7, 25), day_after, late=True)
    assert verdict.send == STEPS[-1]
    assert [step.code for step in verdict.missed] == ["advance-3", "advance-1"]
    assert judge(STEPS, {"opening", "due"}, date(2022, 7, 25), day_after, late=True).send is None


@given(handled=st.sets(st.sampled_from([s.code for s in STEPS])), ahead=st.integers(-5, 90))
def test_it_never_sends_a_step_twice(handled: set[str], ahead: int) -> None:
    verdict = judge(STEPS, handled, date(2022, 7, 25), date(2022, 5, 5) + timedelta(days=ahead))
    if verdict.send is not None:
        assert verdict.send.code not in handled
        assert (
            judge(
                STEPS, handled | {verdict.send.code}, date(2022, 7, 25), date(2022, 5, 5) + timedelta(days=ahead)
            ).send
            is None
        )


def test_it_puts_the_most_urgent_first() -> None:
    def at(step: Step, plan: Plan, requirement: str, due: date) -> Reminder:
        return samples.reminder(samples.obligation(plan, requirement, due), step)

    found = soonest_first(
        [
            at(Step.OPENING, samples.MINES, "upgrade", date(2022, 9, 15)),
            at(Step.ADVANCE, samples.RESPONSIBILITY, "monthly", date(2022, 7, 28)),
            at(Step.DUE, samples.MINES, "monthly", date(2022, 7, 25)),
        ]
    )
    assert [r.step for r in found] == [Step.DUE, Step.ADVANCE, Step.OPENING]
