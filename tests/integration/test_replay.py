"""The replay: the real engine under a simulated clock; what it may touch, that it repeats itself, and a whole year."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from cuibao.errors import CuibaoError, LedgerError, SettingError
from cuibao.model import Channel, ObligationKey, Period, Status, Step
from cuibao.office import Office
from cuibao.service import replay
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.entries.standings import standings
from cuibao.service.letters import morning
from cuibao.service.replay import PlayedDay
from cuibao.service.views import board
from tests.integration.smtp_server import SmtpServer
from tests.offices import at, office, reachable, smtp

pytestmark = pytest.mark.slow

# Without the day of the notice, whose letters carry a calendar each.
FIRST, LAST = date(2022, 6, 20), date(2022, 6, 23)


def play(
    opened: Office, seed: int = 7, first: date = FIRST, last: date = LAST, *, leave: bool = False
) -> list[PlayedDay]:
    return list(replay.replay(opened, first, last, seed, leave_last_morning=leave))


def letters(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "outbox").glob("*.eml")}


def entries(home: Path) -> list[tuple[object, ...]]:
    """The log of receipts as it is stored, whatever rows it got."""
    with sqlite3.connect(home / "ledger.db") as db:
        return db.execute(
            "SELECT o.plan, o.requirement, o.period, o.unit, r.entry, r.received_at, r.channel, r.entered_by, r.note,"
            " r.entered_at FROM receipts r JOIN obligations o ON o.id = r.obligation ORDER BY 1, 2, 3, 4"
        ).fetchall()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an office in which the days were played; not to be changed."""
    home = tmp_path_factory.mktemp("once")
    with office(home) as opened:
        play(opened)
    return home


@pytest.fixture
def played(once: Path, tmp_path: Path) -> Path:
    """A home of the test's own in which the days were played."""
    return shutil.copytree(once, tmp_path / "played")


# --- what a seed means ---


def test_the_same_seed_gives_the_same_receipts_and_the_same_letters_to_the_byte(once: Path, tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        play(opened)
    assert entries(tmp_path) == entries(once) != []
    assert letters(tmp_path) == letters(once) != {}


def test_another_seed_gives_other_receipts(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        found = [{a.obligation.key: a.at for a in replay.arrivals(opened, seed)} for seed in (7, 8)]
    assert found[0] != found[1]


def test_a_seed_answers_in_every_way_there_is(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        found = list(replay.arrivals(opened, 2022))
        owed = sum(1 for o in opened.schedule.obligations if o.period.requirement.tracked)
    late = [a for a in found if a.at.date() > a.obligation.period.due]
    assert 0 < len(late) < len(found) < owed
    assert {a.channel for a in found} == set(Channel) - {Channel.PHONE}  # no report comes by phone


def test_no_answer_comes_before_its_period_or_outside_office_hours(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        found = list(replay.arrivals(opened, 2022))
    assert all(a.at.date() >= a.obligation.period.begins for a in found)
    assert all(a.at.time() > replay.MORNING and a.at.hour < 18 for a in found)


# --- what it may touch ---


def test_it_refuses_a_ledger_that_holds_a_real_campaign(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        item = lookup.item_named(opened, "skills", "interim", None)
        entering.record(
            opened, at("2022-06-20T10:00"), units=["嘉定镇"], period=item, received=None, channel=Channel.FAX, by="王"
        )
        with pytest.raises(LedgerError, match="真实登记，不能在上面做模拟演练"):
            play(opened)
        assert opened.ledger.simulated(opened.campaign.id) is False
    assert len(entries(tmp_path)) == 1
    assert letters(tmp_path) == {}


def test_it_refuses_a_ledger_that_holds_another_seed(once: Path, played: Path) -> None:
    with office(played) as opened, pytest.raises(LedgerError, match="种子为 7 的模拟演练，与这次的 8 不同"):
        play(opened, seed=8)
    assert (entries(played), letters(played)) == (entries(once), letters(once))


def test_it_refuses_a_mail_server_and_leaves_the_ledger_untouched(tmp_path: Path) -> None:
    reachable(tmp_path)
    with SmtpServer() as server, office(tmp_path, **smtp(server.port)) as opened:
        with pytest.raises(SettingError, match=r"模拟演练.*不能对外发信"):
            play(opened)
        assert opened.ledger.simulated(opened.campaign.id) is None
    assert server.connections == 0


def test_a_simulated_ledger_never_writes_through_a_mail_server(played: Path) -> None:
    reachable(played)
    with (
        SmtpServer() as server,
        office(played, **smtp(server.port)) as opened,
        pytest.raises(SettingError, match=r"模拟演练.*不能对外发信"),
    ):
        morning.run(opened, at("2022-06-24T08:30"))
    assert server.connections == 0


def test_it_refuses_days_that_run_backwards_and_leaves_the_ledger_untouched(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        with pytest.raises(CuibaoError, match="起始日期 2022-06-23 晚于结束日期 2022-06-20"):
            play(opened, first=LAST, last=FIRST)
        assert opened.ledger.simulated(opened.campaign.id) is None


def test_every_entry_says_that_it_is_simulated(once: Path) -> None:
    with office(once) as opened:
        assert board.look(opened, at("2022-06-23T18:00")).simulated
    assert {(entry[7], entry[8]) for entry in entries(once)} == {("模拟", "模拟演练，非真实报送")}


# --- going on ---


def test_a_second_run_sends_and_records_nothing(once: Path, played: Path) -> None:
    with office(played) as opened:
        again = play(opened)
    assert (entries(played), letters(played)) == (entries(once), letters(once))
    assert [(len(day.morning.written), day.received) for day in again if day.morning] == [(0, 0)] * 4


def test_it_goes_on_where_it_was_broken_off(once: Path, tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        for day in replay.replay(opened, FIRST, LAST, 7):
            if day.day == date(2022, 6, 21):
                break
    with office(tmp_path) as opened:
        play(opened)
    assert entries(tmp_path) == entries(once)
    assert letters(tmp_path) == letters(once)


def test_it_leaves_the_last_morning_to_be_run_later(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        (*_, last) = play(opened, leave=True)
        assert (last.day, last.morning, last.received) == (LAST, None, 0)
        assert not [name for name in letters(tmp_path) if name.startswith("2022-06-23")]
        assert all(str(entry[5]) < "2022-06-23 00:30" for entry in entries(tmp_path))  # UTC
        left = morning.run(opened, at("2022-06-23T08:30"))
    assert len(left.written) > 0
    assert all(letter.status is morning.LetterStatus.SENT for letter in left.written)


# --- a whole year ---


@dataclass(frozen=True)
class Year:
    days: list[PlayedDay]
    due_before: dict[str, date]
    due_after: dict[str, date]
    statuses: Counter[Status]
    received: dict[ObligationKey, datetime]
    working: set[date]
    files: list[str]

    def reminders(self) -> Iterator[tuple[datetime, ObligationKey, str, Step]]:
        for day in self.days:
            if day.morning is not None:
                for letter in day.morning.written:
                    for told in letter.reminders:
                        yield day.morning.as_of, told.obligation.key, told.code, told.step


def due_dates(opened: Office) -> dict[str, date]:
    def name(period: Period) -> str:
        return f"{period.plan.id}/{period.requirement.id}/{period.key}"

    return {name(period): period.due for period in opened.schedule.periods}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The campaign from end to end, played once for all that is asked of it."""
    home = tmp_path_factory.mktemp("year")
    with office(home, CUIBAO_DATABASE_URL="sqlite://") as opened:  # in memory: 258 mornings commit a lot
        before = due_dates(opened)
        days = play(opened, seed=2022, first=opened.campaign.issued, last=opened.campaign.ends)
        statuses = Counter(cell.status for cell in board.look(opened, at("2023-01-01T00:00")).cells)
        received = {key: found.first_at for key, found in standings(opened).items() if found.first_at}
        working = {day.day for day in days if opened.schedule.calendar.is_working(day.day)}
    with office(home) as opened:
        after = due_dates(opened)
    return Year(days, before, after, statuses, received, working, sorted(letters(home)))


def test_a_year_is_played_to_its_last_day(year: Year) -> None:
    assert [year.days[0].day, year.days[-1].day, len(year.days)] == [date(2022, 4, 18), date(2022, 12, 31), 258]


def test_after_a_year_everything_is_settled_or_overdue(year: Year) -> None:
    assert set(year.statuses) == {Status.ON_TIME, Status.LATE, Status.OVERDUE}


def test_no_unit_gets_two_letters_a_day(year: Year) -> None:
    written = [(day.day, one.addressee) for day in year.days if day.morning for one in day.morning.written]
    assert max(Counter(written).values()) == 1
    assert len(year.files) == len(set(year.files)) == len(written) + sum("信丰县安委办" in name for name in year.files)


def test_no_step_is_carried_twice(year: Year) -> None:
    carried = Counter((key, code) for _, key, code, _ in year.reminders())
    assert max(carried.values()) == 1


def test_nothing_is_asked_for_that_was_in_before_the_morning(year: Year) -> None:
    asked_again = [
        key for moment, key, _, _ in year.reminders() if key in year.received and year.received[key] < moment
    ]
    assert asked_again == []


def test_no_letter_goes_out_on_a_day_off(year: Year) -> None:
    written = {day.day for day in year.days if day.morning and day.morning.written}
    assert written <= year.working
    assert date(2022, 10, 8) in year.working  # a Saturday made up for the holiday


def test_no_obligation_is_chased_more_than_eight_times(year: Year) -> None:
    chased = Counter(key for _, key, _, step in year.reminders() if step in (Step.OVERDUE, Step.ESCALATION))
    assert max(chased.values()) == 8


def test_every_tracked_obligation_is_asked_for_before_it_is_overdue(year: Year) -> None:
    asked = {key for _, key, _, step in year.reminders() if step not in (Step.OVERDUE, Step.ESCALATION)}
    chased = {key for _, key, _, step in year.reminders() if step in (Step.OVERDUE, Step.ESCALATION)}
    assert chased <= asked


def test_no_due_date_moves(year: Year) -> None:
    assert year.due_before == year.due_after
    assert len(year.due_before) == 50
    assert year.due_before["skills/liaison/once"] == date(2022, 4, 25)


def test_every_letter_of_a_year_goes_out(year: Year) -> None:
    statuses = Counter(letter.status for day in year.days if day.morning for letter in day.morning.letters)
    assert set(statuses) == {morning.LetterStatus.SENT, morning.LetterStatus.NOTHING_DUE}


def test_its_ids_come_of_its_seed(tmp_path: Path) -> None:
    keys = []
    for home, seed in (("a", 7), ("b", 7), ("c", 8)):
        with office(tmp_path / home) as opened:
            opened.ledger.register(opened.campaign.id, at("2022-06-20T08:30"), seed=seed)
            keys.append(opened.key)
    assert keys[0] == keys[1] != keys[2]
