"""When to remind: the steps of a period, and which of them is true on a given day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cuibao.model import Campaign, Entry, Listed, Period, Receipt, Reminder, Step, StepDate
from cuibao.policy.recurrence import advance_steps
from cuibao.policy.workdays import WorkingDays
from cuibao.times import day_of

# The code of the step that speaks first of what a clerk opened.
OPENED = "opened"
# What a unit reads first.
WEIGHT = {Step.DUE: 0, Step.ADVANCE: 1, Step.OPENING: 2}


@dataclass(frozen=True, slots=True)
class DueSteps:
    """What a morning makes of an obligation's steps: the one to send now, and those that were skipped for good."""

    send: StepDate | None
    missed: tuple[StepDate, ...]


def steps(period: Period, campaign: Campaign, calendar: WorkingDays) -> tuple[StepDate, ...]:
    """Every step of `period`, in order of their days, all of them working days.

    Advance steps count back from the last working day on or before the due date, on which the step of the day itself
    goes out; those that would fall on the opening letter's day or before it, or before the period begins, are left out.
    What a clerk opened is spoken of on the next working day. What is overdue then is for `policy.chasing`.
    """
    last_day = calendar.on_or_before(period.due)
    event = period.requirement.event is not None
    opening = calendar.on_or_after(period.begins if event else max(campaign.of(period.plan).issued, period.phase.start))
    found = []
    if opening < last_day:
        found.append(StepDate(Step.ADVANCE, OPENED, opening) if event else StepDate(Step.OPENING, "opening", opening))
    for days in _advance(period, campaign):
        day = calendar.before(last_day, days)
        if day > opening and day >= period.begins:
            found.append(StepDate(Step.ADVANCE, f"advance-{days}", day))
    # What recurs is not spoken of before its period begins, were that period a holiday to its end.
    begun = last_day >= period.begins or not period.requirement.rule.every.recurs
    if last_day >= campaign.of(period.plan).issued and begun:
        found.append(StepDate(Step.DUE, "due", last_day))
    return tuple(found)


def steps_again(period: Period, campaign: Campaign, calendar: WorkingDays, entry: Receipt) -> tuple[StepDate, ...]:
    """The steps of a `period` whose reminders `entry` made begin anew: an extension, or a report sent back.

    They have codes of their own, for what was said before was said of another date, or before the report came in. One
    that was sent back before it was due is reminded of on the next working day.
    """
    since = day_of(entry.entered_at)
    returned = entry.entry is Entry.RETURNED
    found = [step for step in steps(period, campaign, calendar) if step.step is not Step.OPENING and step.day > since]
    following = calendar.after(since, 1)
    if returned and following <= period.due and all(step.day != following for step in found):
        found.append(StepDate(Step.ADVANCE, "returned", following))
    again = (StepDate(step.step, f"{step.code}.{entry.seq}", step.day) for step in found)
    return tuple(sorted(again, key=lambda step: step.day))


def due_soon_from(period: Period, campaign: Campaign, calendar: WorkingDays) -> date:
    """The day on which the first advance reminder of `period` is for: from then on it counts as due soon, as far as
    it has begun."""
    ahead = _advance(period, campaign)
    last_day = calendar.on_or_before(period.due)
    return max(calendar.before(last_day, max(ahead)), period.begins) if ahead else last_day


def judge(
    step_dates: tuple[StepDate, ...], handled: Collection[str], due: date, today: date, *, late: bool = False
) -> DueSteps:
    """Which step is true `today`: the latest whose day has come, unless its code is among `handled`.

    Earlier ones that were never handled are missed: a server that was down says what is true now, once. What was to be
    said by the due date is true no more when that has passed; but of a milestone (`late`) nothing else is ever said, so
    that its day is said even then, once.
    """
    come = [step for step in step_dates if step.day <= today]
    if not come or come[-1].code in handled:
        return DueSteps(None, ())
    latest = come[-1]
    send = latest if today <= due or late else None
    return DueSteps(send, tuple(step for step in come if step is not send and step.code not in handled))


def soonest_first(reminders: Collection[Reminder]) -> tuple[Reminder, ...]:
    """In the order of a letter: due today, soonest, then what opens."""
    return tuple(
        sorted(reminders, key=lambda r: (WEIGHT[r.step], r.obligation.period.due, r.obligation.period.plan.no))
    )


def gravest_first(overdue: Collection[Listed]) -> tuple[Listed, ...]:
    """In the order of a letter: what is under 督办, then the others, overdue longest first."""
    return tuple(
        sorted(overdue, key=lambda each: (not each.urged, each.obligation.period.due, each.obligation.period.plan.no))
    )


def _advance(period: Period, campaign: Campaign) -> tuple[int, ...]:
    requirement, policy = period.requirement, campaign.of(period.plan).policy
    if requirement.advance is not None:
        return requirement.advance
    return advance_steps(requirement.rule.every, policy.advance, policy.advance_monthly)
