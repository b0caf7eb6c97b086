"""Where an obligation stands on a day, from its period and what was received."""

from datetime import date, datetime

from cuibao.model import Period, Standing, Status
from cuibao.times import day_of


def status(period: Period, standing: Standing, soon_from: date, as_of: datetime) -> Status:
    """The status at `as_of`: `X日前` includes day X to its end in Shanghai.

    `standing` is that of `as_of`, `period` has the due date that counts. Whether a report was on time is judged by its
    first arrival: one that was sent back and came again is not late for that.
    """
    if standing.received:
        assert standing.first_at is not None
        return Status.ON_TIME if day_of(standing.first_at) <= period.due else Status.LATE
    if standing.exempt:
        return Status.EXEMPT
    if standing.returned:
        return Status.RETURNED
    today = day_of(as_of)
    if today > period.due:
        return Status.OVERDUE
    if today >= soon_from:
        return Status.DUE_SOON
    if standing.due is not None:
        return Status.EXTENDED
    return Status.OPEN if today >= period.begins else Status.UPCOMING
