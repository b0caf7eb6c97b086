"""Status from receipts and the date."""

from datetime import date

import pytest

from cuibao.model import NOTHING_ENTERED, Standing, Status
from cuibao.policy.status import status
from cuibao.times import parse_moment
from tests.unit import samples

PERIOD = samples.period(samples.MINES, "monthly", date(2022, 7, 25))
SOON = date(2022, 7, 20)


def at(now: str, received: str | None = None) -> Status:
    arrived = Standing(first_at=parse_moment(received), received=True) if received else NOTHING_ENTERED
    return status(PERIOD, arrived, SOON, parse_moment(now))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2022-04-30T23:59", Status.UPCOMING),
        ("2022-05-01T00:00", Status.OPEN),
        ("2022-07-19T23:59", Status.OPEN),
        ("2022-07-20T00:00", Status.DUE_SOON),
        ("2022-07-25T23:59:59", Status.DUE_SOON),  # the due day is included to its end
        ("2022-07-26T00:00", Status.OVERDUE),
    ],
)
def test_it_follows_the_calendar_while_nothing_came(now: str, expected: Status) -> None:
    assert at(now) is expected


def test_it_is_on_time_to_the_last_second_of_the_due_day() -> None:
    assert at("2022-08-01T08:30", "2022-07-25T23:59:59") is Status.ON_TIME


def test_it_is_late_from_the_next_midnight_in_shanghai() -> None:
    assert at("2022-08-01T08:30", "2022-07-26T00:00") is Status.LATE
    assert at("2022-08-01T08:30", "2022-07-25T16:00:00Z") is Status.LATE
