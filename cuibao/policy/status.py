"""Where an obligation stands on a day, from its period and what was received."""

from datetime import date, datetime, timedelta

from cuibao.model import Period, Standing, Status
from cuibao.times import day_of, start_of

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)


def ends_at(period: Period) -> datetime:
    """The moment from which it is late: `X日前` includes day X to its end, `X日12:00前` that minute, by the office's
    clock."""
    if period.at is None:
        return start_of(period.due + ONE_DAY)
    return start_of(period.due).replace(hour=period.at.hour, minute=period.at.minute) + ONE_MINUTE


def status(period: Period, standing: Standing, soon_from: date, as_of: datetime) -> Status:
    """The status at `as_of`.

    `standing` is that of `as_of`, `period` has the due date that counts. Whether a report was on time is judged by its
    first arrival: one that was sent back and came again is not late for that.
    """
    if standing.received:
        assert standing.first_at is not None
        return Status.ON_TIME if standing.first_at < ends_at(period) else Status.LATE
    if standing.exempt:
        return Status.EXEMPT
    if standing.returned:
        return Status.RETURNED
    today = day_of(as_of)
    if as_of >= ends_at(period):
        return Status.OVERDUE
    if today >= soon_from:
        return Status.DUE_SOON
    if standing.due is not None:
        return Status.EXTENDED
    return Status.OPEN if today >= period.begins else Status.UPCOMING
