"""When to remind: the steps of a period, and which of them is true on a given day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from cuibao.model import Campaign, Entry, Period, Receipt, Reminder, Step, StepDate
from cuibao.policy.recurrence import cadence
from cuibao.policy.workdays import WorkingDays
from cuibao.times import day_of

# Worst first: what a unit reads at the top of its letter.
WEIGHT = {Step.ESCALATION: 0, Step.OVERDUE: 1, Step.DUE: 2, Step.ADVANCE: 3, Step.OPENING: 4}


@dataclass(frozen=True, slots=True)
class DueSteps:
    """What a morning makes of an obligation's steps: the one to send now, and those that were skipped for good."""

    send: StepDate | None
    missed: tuple[StepDate, ...]


def steps(period: Period, campaign: Campaign, calendar: WorkingDays) -> tuple[StepDate, ...]:
    """Every step of `period`, in order of their days, all of them working days.

    Advance steps count back from the last working day on or before the due date, on which the step of the day itself
    goes out; those that would fall on the opening letter's day or before it are left out. A milestone has no overdue
    steps: nothing is sent in for it, so nobody can know.
    """
    last_day = calendar.on_or_before(period.due)
    opening = calendar.on_or_after(max(campaign.issued, period.phase.start))
    found = []
    if opening < last_day:
        found.append(StepDate(Step.OPENING, "opening", opening))
    for days in _advance(period, campaign):
        day = calendar.before(last_day, days)
        if day > opening:
            found.append(StepDate(Step.ADVANCE, f"advance-{days}", day))
    if last_day >= campaign.issued:
        found.append(StepDate(Step.DUE, "due", last_day))
    if period.requirement.tracked:
        found.extend(_overdue(period.due, campaign, calendar))
    return tuple(found)


def steps_again(period: Period, campaign: Campaign, calendar: WorkingDays, entry: Receipt) -> tuple[StepDate, ...]:
    """The steps of a `period` whose reminders `entry` made begin anew: an extension, or a report sent back.

    They have codes of their own, for what was said before was said of another date, or before the report came in. One
    that was sent back is reminded of on the next working day, and its overdue steps count from the day it was sent
    back, where that was after its due date.
    """
    since = day_of(entry.entered_at)
    returned = entry.entry is Entry.RETURNED
    found = [step for step in steps(period, campaign, calendar) if step.step is not Step.OPENING and step.day > since]
    if returned and since > period.due:
        found = list(_overdue(since, campaign, calendar))
    following = calendar.after(since, 1)
    if returned and following <= period.due and all(step.day != following for step in found):
        found.append(StepDate(Step.ADVANCE, "returned", following))
    again = (StepDate(step.step, f"{step.code}.{entry.seq}", step.day) for step in found)
    return tuple(sorted(again, key=lambda step: step.day))


def due_soon_from(period: Period, campaign: Campaign, calendar: WorkingDays) -> date:
    """The day on which the first advance reminder of `period` is for: from then on it counts as due soon."""
    ahead = _advance(period, campaign)
    last_day = calendar.on_or_before(period.due)
    return calendar.before(last_day, max(ahead)) if ahead else last_day


def judge(step_dates: tuple[StepDate, ...], handled: Collection[str], due: date, today: date) -> DueSteps:
    """Which step is true `today`: the latest whose day has come, unless its code is among `handled`.

    Earlier ones that were never handled are missed: a server that was down says what is true now, once. What was to be
    said by the due date is true no more when that has passed.
    """
    come = [step for step in step_dates if step.day <= today]
    if not come or come[-1].code in handled:
        return DueSteps(None, ())
    latest = come[-1]
    send = latest if today <= due or latest.step in (Step.OVERDUE, Step.ESCALATION) else None
    return DueSteps(send, tuple(step for step in come if step is not send and step.code not in handled))


def worst_first(reminders: Collection[Reminder]) -> tuple[Reminder, ...]:
    """In the order of a letter: escalated, overdue longest, due today, soonest, then what opens."""
    return tuple(
        sorted(reminders, key=lambda r: (WEIGHT[r.step], r.obligation.period.due, r.obligation.period.plan.no))
    )


def _advance(period: Period, campaign: Campaign) -> tuple[int, ...]:
    dense = cadence(period.requirement.rule).dense
    counts = campaign.policy.advance_monthly if dense else campaign.policy.advance
    return tuple(sorted(counts, reverse=True))


def _overdue(due: date, campaign: Campaign, calendar: WorkingDays) -> Iterator[StepDate]:
    policy = campaign.policy
    for number, (code, day) in enumerate(_overdue_days(due, campaign, calendar), start=1):
        if number > policy.overdue_at_most or day > campaign.ends:
            return
        step = Step.ESCALATION if number >= policy.escalate_from else Step.OVERDUE
        yield StepDate(step, code, day)


def _overdue_days(due: date, campaign: Campaign, calendar: WorkingDays) -> Iterator[tuple[str, date]]:
    policy = campaign.policy
    day = due
    for days in policy.overdue:
        day = calendar.after(due, days)
        yield f"overdue-{days}", day
    for again in count():
        day = calendar.on_or_after(day + timedelta(days=policy.then_every_days))
        yield f"overdue-again-{again + 1}", day
