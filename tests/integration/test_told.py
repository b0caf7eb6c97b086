"""The due dates that letters have named, where a calendar is published or corrected between two mornings."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cuibao.ledger import engine as engines
from cuibao.model import Period
from cuibao.service import checking
from cuibao.service.letters import morning
from tests import winter
from tests.offices import at, begun, office

# The fifth working day after the quarter by the calendar of 2026, with the Sunday that is made up for.
NAMED = date(2026, 1, 8)
LATER, EARLIER = {"holidays": "2026-01-05"}, {"workdays": "2026-01-03"}
OPENING, NEXT = "2025-11-03T08:30", "2025-12-29T08:30"
WINTER = ("winter", "quarterly", "2025-Q4/s1w5", date(2026, 1, 5))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    winter.lay_out(tmp_path, winter.QUARTERLY)
    begun(tmp_path)
    return tmp_path


def a_morning(home: Path, when: str) -> Period:
    """Write the letters of a morning in an office of its own; the period as it stood then."""
    with office(home) as opened:
        (period,) = opened.schedule.periods
        assert morning.run(opened, at(when)).written
        return period


def told(home: Path) -> dict[tuple[str, str, str, date], date]:
    with office(home) as opened:
        return dict(opened.ledger.events.told(opened.campaign.id))


def period(home: Path) -> Period:
    with office(home) as opened:
        (found,) = opened.schedule.periods
        return found


def test_a_morning_keeps_what_its_letters_name(home: Path) -> None:
    assert a_morning(home, OPENING).due == NAMED
    assert told(home) == {WINTER: NAMED}


def test_a_day_off_that_is_published_later_puts_it_off_and_says_so(home: Path) -> None:
    a_morning(home, OPENING)
    winter.days_off(home, **LATER)
    found = a_morning(home, NEXT)
    assert found.due == date(2026, 1, 9)
    assert found.moved is not None
    assert (found.moved.was, found.moved.by) == (NAMED, "节假日安排")
    assert told(home) == {WINTER: date(2026, 1, 9)}
    # What was named last stands, though the day off is none after all.
    winter.days_off(home)
    assert period(home).due == date(2026, 1, 9)


def test_a_working_day_that_is_published_later_makes_it_no_earlier(home: Path) -> None:
    a_morning(home, OPENING)
    winter.days_off(home, **EARLIER)
    found = a_morning(home, "2025-12-30T08:30")
    assert (found.due, found.moved) == (NAMED, None)
    assert told(home) == {WINTER: NAMED}


def test_what_no_letter_has_named_goes_by_the_calendar(home: Path) -> None:
    winter.days_off(home, **EARLIER)
    assert period(home).due == date(2026, 1, 7)


def test_a_dry_run_names_nothing(home: Path) -> None:
    with office(home) as opened:
        morning.run(opened, at(OPENING), dry_run=True)
    assert told(home) == {}


def test_what_is_counted_from_it_moves_with_it(tmp_path: Path) -> None:
    due = "due: {days_after: 2, of: quarterly}"
    follow = f"\n  - {{id: follow, title: 汇总, owed_by: [县公安局], {due}, source: 通知五}}\n"
    winter.lay_out(tmp_path, winter.QUARTERLY, follow)
    begun(tmp_path)
    with office(tmp_path) as opened:
        morning.run(opened, at(OPENING))
    assert told(tmp_path)[("winter", "follow", "2025-Q4/s1d2", date(2026, 1, 7))] == date(2026, 1, 10)
    winter.days_off(tmp_path, **EARLIER)
    with office(tmp_path) as opened:
        assert [each.due for each in opened.schedule.periods] == [NAMED, date(2026, 1, 10)]


def test_a_rule_that_is_changed_is_not_held_to_the_dates_of_the_old_one(home: Path) -> None:
    a_morning(home, OPENING)
    winter.say(home, winter.QUARTERLY.replace("working_days_after: 5", "working_days_after: 3"))
    assert period(home).due == date(2026, 1, 6)


def test_the_ledger_is_asked_only_where_something_new_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    original = engines._set_pragmas

    def traced(connection: Any, record: Any) -> None:
        original(connection, record)
        connection.set_trace_callback(said.append)

    monkeypatch.setattr(engines, "_set_pragmas", traced)
    counts = []
    for when in (OPENING, NEXT):
        with office(home) as opened:
            _ = opened.schedule
            said.clear()
            assert morning.run(opened, at(when)).written
            counts.append(sum(" told" in words for words in said))
    assert counts == [2, 0]


def test_corrections_of_another_calendar_are_not_taken_and_the_check_says_so(home: Path) -> None:
    campaign = home / "schedules" / "winter-2025" / "campaign.yaml"
    campaign.write_text(f"calendar: US\n{campaign.read_text(encoding='utf-8')}", encoding="utf-8")
    winter.days_off(home, **EARLIER)
    with office(home) as opened:
        said = "schedules/holidays.yaml 更正的是 CN 的日历，本攻坚战用 US 的，没有采用。"
        assert said in checking.warnings(opened)
