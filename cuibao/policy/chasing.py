"""Chasing what is overdue: on which days a unit gets the list, when it is under 督办, and when its leader is copied.

A unit's letters are one sequence: all that is overdue is one list, every letter has it, and the letter that has it
settles every day on which it was due. Nothing is stored of how grave an item is: that is read off the letters which
listed it and arrived.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from cuibao.model import Campaign, Obligation, ReminderPolicy, Standing
from cuibao.policy.workdays import WorkingDays
from cuibao.times import day_of

WEEK = timedelta(days=7)
WORKING_WEEK = 5
# How long before today what was sent matters: the longest public holiday, and the week on either side of it.
LOOKING_BACK = timedelta(days=30)
# What was overdue before the campaign was begun is treated as due so many days after.
GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter that was handed over: whether it had the list of what is overdue, and whether the leader got a copy.
    `arrived`: the unit has it, or may have it."""

    day: date
    listed: bool
    copied: bool
    arrived: bool = True


def crowded(letters: Collection[Posted], today: date, policy: ReminderPolicy) -> bool:
    """Whether the unit got as many letters in these days as it may get: then only a due day's or an opening goes."""
    since = today - timedelta(days=policy.letters_in_days)
    return sum(letter.arrived for letter in letters if since < letter.day <= today) >= policy.letters_at_most


def may_copy(letters: Collection[Posted], today: date, policy: ReminderPolicy) -> bool:
    """Whether the leader got no copy in these days, also of a letter that did not reach the unit."""
    since = today - timedelta(days=policy.copy_in_days)
    return not any(letter.copied for letter in letters if since < letter.day <= today)


def chase_is_due(
    unit: str,
    owed_since: Collection[date],
    letters: Collection[Posted],
    today: date,
    policy: ReminderPolicy,
    calendar: WorkingDays,
) -> bool:
    """Whether the list of what is overdue has to go to `unit`: one of its days has come, and no letter since had it.

    `owed_since` are the days on which what is overdue now was due, or sent back. The days of the list are some working
    days after each, and the unit's own day of a week in which no letter had it.
    """
    if not owed_since:
        return False
    last = max((letter.day for letter in letters if letter.listed), default=date.min)
    days = _days(unit, owed_since, last, today, policy, calendar)
    return any(last < day <= today for day in days)


def _days(
    unit: str, owed_since: Collection[date], last: date, today: date, policy: ReminderPolicy, calendar: WorkingDays
) -> Iterator[date]:
    for since in set(owed_since):
        yield from (calendar.after(since, count) for count in policy.overdue)
    first = min(owed_since)
    monday = today - timedelta(days=today.weekday())
    while monday > last and monday + WEEK > first and monday > today - LOOKING_BACK:
        day = chasing_day(unit, monday, calendar)
        if day > first:
            yield day
        monday -= WEEK


def chasing_day(unit: str, monday: date, calendar: WorkingDays) -> date:
    """The day of the week from `monday` on which `unit` is chased: its own by its id, or the next working day."""
    number = int.from_bytes(sha256(unit.encode()).digest()[:4]) % WORKING_WEEK
    return calendar.on_or_after(monday + timedelta(days=number))


def is_urged(listed_on: Collection[date], since: date, policy: ReminderPolicy) -> bool:
    """Whether an item is under 督办: enough letters `listed_on` these days arrived, all after it was due or sent back,
    which was on `since`."""
    return sum(day > since for day in listed_on) >= policy.escalate_from - 1


def owed_since(due: date, standing: Standing) -> date:
    """The day since which an item is owed that is overdue: it was due, or sent back after that."""
    back = day_of(standing.returned.entered_at) if standing.returned else due
    return max(due, back)


def as_chased(obligation: Obligation, begun: date | None) -> date:
    """The due date that letters go by: another one for what was overdue already when the campaign was begun."""
    due = obligation.period.due
    return begun + GRACE if begun is not None and due < begun else due


def is_over(campaign: Campaign, today: date) -> bool:
    """Whether nobody is written to any more."""
    return today > campaign.chase_until
