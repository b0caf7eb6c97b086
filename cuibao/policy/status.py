"""Where an obligation stands on a day, from its period and what was received."""

from datetime import date, datetime

from cuibao.model import Period, Status
from cuibao.times import day_of


def status(period: Period, received_at: datetime | None, soon_from: date, as_of: datetime) -> Status:
    """The status at `as_of`: `X日前` includes day X to its end in Shanghai; what came in after `as_of` is not seen."""
    if received_at is not None and received_at <= as_of:
        return Status.ON_TIME if day_of(received_at) <= period.due else Status.LATE
    today = day_of(as_of)
    if today > period.due:
        return Status.OVERDUE
    if today >= soon_from:
        return Status.DUE_SOON
    return Status.OPEN if today >= period.begins else Status.UPCOMING
