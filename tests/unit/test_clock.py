"""Whether a morning believes the machine's clock."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cuibao.dated import Dated
from cuibao.model import Doubt
from cuibao.policy.clock import Evidence, suspicion
from tests.offices import at

NOW = at("2022-07-29T08:30")
LAST = date(2022, 7, 28)


def doubt(**evidence: Any) -> Doubt | None:
    found = suspicion(NOW, Evidence(**{"last": LAST, **evidence}))
    return found.doubt if found else None


def before(**ago: int) -> datetime:
    return NOW - timedelta(**ago)


def test_it_asks_nothing_the_day_after() -> None:
    assert doubt() is None


def test_it_asks_nothing_on_the_first_morning_of_all() -> None:
    assert doubt(last=None) is None


def test_it_waits_for_a_day_before_the_last_mornings() -> None:
    assert doubt(last=date(2022, 7, 30)) is Doubt.BACK
    assert doubt(last=date(2022, 7, 29)) is None


@pytest.mark.parametrize("hours", [25, -25])
def test_it_waits_where_a_server_says_another_day(hours: int) -> None:
    assert doubt(dated=[Dated(before(hours=hours), apart=False)]) is Doubt.SERVER


@pytest.mark.parametrize("hours", [24, -24, 0])
def test_a_server_may_differ_by_a_day(hours: int) -> None:
    assert doubt(dated=[Dated(before(hours=hours), apart=True)]) is None


def test_it_waits_where_a_mail_came_more_than_a_day_from_now() -> None:
    assert doubt(arrivals=[before(hours=-25)]) is Doubt.MAIL
    assert doubt(arrivals=[before(hours=-24)]) is None


def test_a_mail_that_a_person_was_asked_about_is_odd_no_more() -> None:
    assert doubt(arrivals=[before(hours=-25)], known=[before(hours=-25)]) is None
    assert doubt(arrivals=[before(hours=-400), before(hours=-26)], known=[before(hours=-400)]) is Doubt.MAIL


@pytest.mark.parametrize(("days", "expected"), [(45, None), (46, Doubt.GAP)])
def test_forty_five_days_without_a_sign_are_not_odd(days: int, expected: Doubt | None) -> None:
    assert doubt(last=before(days=days).date()) is expected


@pytest.mark.parametrize(("days", "expected"), [(15, None), (16, Doubt.GAP)])
def test_in_a_mailbox_that_was_looked_into_fifteen_are(days: int, expected: Doubt | None) -> None:
    assert doubt(last=before(days=days).date(), looked=True) is expected
    assert doubt(last=before(days=40).date(), arrivals=[before(days=days)], looked=True) is expected


def test_the_later_of_morning_and_mail_counts() -> None:
    assert doubt(last=before(days=60).date(), arrivals=[before(days=60), before(days=3)]) is None
    assert doubt(last=before(days=3).date(), arrivals=[before(days=60)]) is None


def test_a_mail_from_the_future_breaks_no_silence() -> None:
    assert doubt(last=before(days=60).date(), arrivals=[before(days=-30)], known=[before(days=-30)]) is Doubt.GAP


def test_after_a_persons_word_the_silence_begins_anew() -> None:
    assert doubt(last=before(days=60).date(), confirmed=before(days=1)) is None


def test_a_dated_answer_from_another_machine_explains_a_silence() -> None:
    far = before(days=60).date()
    assert doubt(last=far, dated=[Dated(NOW, apart=True)]) is None
    assert doubt(last=far, dated=[Dated(NOW, apart=False)]) is Doubt.GAP


def test_it_says_what_it_was_measured_by() -> None:
    found = suspicion(NOW, Evidence(last=date(2022, 7, 30)))
    assert found is not None
    assert found.against == date(2022, 7, 30)
