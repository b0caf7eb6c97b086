"""The office's time zone: every date of a campaign is a day in it. One zone a process, its campaign's."""

from datetime import date, datetime, time

import pendulum

USUAL = "Asia/Shanghai"
SHANGHAI = pendulum.timezone(USUAL)

_zone = [SHANGHAI]


def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name (IANA)."""
    return name in pendulum.timezones()


def live_in(name: str) -> None:
    """Let every moment be told by the clocks of the zone called `name` from now on."""
    _zone[0] = pendulum.timezone(name)


def zone_name() -> str:
    """The name of the office's zone (IANA)."""
    return str(_zone[0].name)


def local(moment: datetime) -> datetime:
    """The `moment` on the office's clock; without an offset it is read as the office's own."""
    return moment.replace(tzinfo=_zone[0]) if moment.tzinfo is None else moment.astimezone(_zone[0])


def day_of(moment: datetime) -> date:
    """The office's calendar day on which the aware `moment` falls."""
    return local(moment).date()


def at_hour(day: date, hour: time) -> datetime:
    """That `hour` of `day` on the office's clock."""
    return datetime.combine(day, hour, tzinfo=_zone[0])


def start_of(day: date) -> datetime:
    """The office's midnight at which `day` begins."""
    return at_hour(day, time())


def parse_moment(text: str) -> datetime:
    """The moment that an ISO 8601 `text` names, on the office's clock where it has no offset. Raises ValueError."""
    # Not pendulum.parse: it would take 08:30 for that hour of the machine's own today.
    return local(datetime.fromisoformat(text.strip()))
