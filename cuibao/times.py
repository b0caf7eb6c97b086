"""The office's time zone: every date of a campaign is a day in Asia/Shanghai."""

from datetime import date, datetime, time

import pendulum

SHANGHAI = pendulum.timezone("Asia/Shanghai")


def in_shanghai(moment: datetime) -> datetime:
    """The `moment` on Shanghai's clock; without an offset it is read as Shanghai's own."""
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def day_of(moment: datetime) -> date:
    """The calendar day in Shanghai on which the aware `moment` falls."""
    return in_shanghai(moment).date()


def start_of(day: date) -> datetime:
    """Midnight in Shanghai at which `day` begins."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def parse_moment(text: str) -> datetime:
    """The moment that an ISO 8601 `text` names, in Shanghai where it has no offset. Raises ValueError."""
    # Not pendulum.parse: it would take 08:30 for that hour of the machine's own today.
    return in_shanghai(datetime.fromisoformat(text.strip()))
