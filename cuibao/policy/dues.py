"""From a day of the calendar to a due date: days counted from an anchor, and what becomes of a day off."""

from datetime import date, timedelta

from cuibao.model import Count, Holiday, Offset, OnHoliday, Rule
from cuibao.policy.workdays import WorkingDays


def counted(offset: Offset, anchor: date, calendar: WorkingDays) -> date:
    """The day at `offset` from `anchor`, which is not counted itself."""
    if offset.count is Count.DAYS_AFTER:
        return anchor + timedelta(days=offset.days)
    if offset.count is Count.DAYS_BEFORE:
        return anchor - timedelta(days=offset.days)
    walk = calendar.after if offset.count is Count.WORKING_DAYS_AFTER else calendar.before
    return walk(anchor, offset.days)


def off_holidays(day: date, holiday: Holiday, calendar: WorkingDays) -> date:
    """Where a due date goes that is a day off: the n-th working day before or after it; a working day stays."""
    if holiday.to is OnHoliday.STAY or calendar.is_working(day):
        return day
    return (calendar.before if holiday.to is OnHoliday.BEFORE else calendar.after)(day, holiday.days)


def by_calendar(rule: Rule) -> bool:
    """Whether which days are off decides what `rule` comes to, so that a calendar published later may change it."""
    working = rule.offset and rule.offset.count in (Count.WORKING_DAYS_AFTER, Count.WORKING_DAYS_BEFORE)
    return bool(working) or rule.holiday.to is not OnHoliday.STAY
