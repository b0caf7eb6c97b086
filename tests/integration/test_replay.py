"""The replay: the real engine under a simulated clock; what it may touch, that it repeats itself, and a whole year."""

import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from cuibao.errors import CuibaoError, LedgerError, SettingError
from cuibao.model import Channel, ObligationKey, Period, Status, Step
from cuibao.office import Office
from cuibao.service import replay
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.entries.standings import standings
from cuibao.service.letters import morning, starting
from cuibao.service.replay import PlayedDay
from cuibao.service.views import board
from tests.integration.smtp_server import SmtpServer
from tests.offices import at, in_earnest, office, reachable, smtp

pytestmark = pytest.mark.slow

# Without the day of the notice, whose letters carry a calendar each.
FIRST, LAST = date(2022, 6, 21), date(2022, 6, 24)


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
        office(played, **in_earnest(server.port)) as opened,
        pytest.raises(SettingError, match=r"模拟演练.*不能对外发信"),
    ):
        starting.first_letters(opened, at("2022-06-24T08:30"))
    assert server.connections == 0


def test_it_refuses_days_that_run_backwards_and_leaves_the_ledger_untouched(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        with pytest.raises(CuibaoError, match="起始日期 2022-06-24 晚于结束日期 2022-06-21"):
            play(opened, first=LAST, last=FIRST)
        assert opened.ledger.simulated(opened.campaign.id) is None


def test_every_entry_says_that_it_is_simulated(once: Path) -> None:
    with office(once) as opened:
        assert board.look(opened, at("2022-06-24T18:00")).simulated
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
            if day.day == date(2022, 6, 22):
                break
    with office(tmp_path) as opened:
        play(opened)
    assert entries(tmp_path) == entries(once)
    assert letters(tmp_path) == letters(once)


def test_it_leaves_the_last_morning_to_be_run_later(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        due = date(2022, 6, 20)
        (*_, last) = play(opened, first=date(2022, 6, 16), last=due, leave=True)
        assert (last.day, last.morning, last.received) == (due, None, 0)
        assert not [name for name in letters(tmp_path) if name.startswith("2022-06-20")]
        assert all(str(entry[5]) < "2022-06-20 00:30" for entry in entries(tmp_path))  # UTC
        left = morning.run(opened, at("2022-06-20T08:30"))
    assert len(left.written) > 0
    assert all(letter.status is morning.LetterStatus.SENT for letter in left.written)


# --- a whole year ---


Letters = dict[str, list[tuple[date, morning.LetterResult]]]


def most_in_a_hundred_days(letters: Letters) -> int:
    """The most letters that any unit got in any hundred days."""
    hundred = timedelta(days=100)
    return max(
        sum(first <= day < first + hundred for day, _ in theirs) for theirs in letters.values() for first, _ in theirs
    )


def milder(letters: Letters) -> list[tuple[str, date, ObligationKey]]:
    """Which letter listed an item as overdue that an earlier one had under 督办, and not so itself."""
    found = []
    for unit, theirs in letters.items():
        urged: set[ObligationKey] = set()
        for day, letter in theirs:
            listed = {each.obligation.key: each.urged for each in letter.overdue}
            found += [(unit, day, key) for key, now in listed.items() if key in urged and not now]
            urged |= {key for key, now in listed.items() if now}
    return found


@dataclass(frozen=True)
class Year:
    days: list[PlayedDay]
    due_before: dict[str, date]
    due_after: dict[str, date]
    statuses: Counter[Status]
    received: dict[ObligationKey, datetime]
    working: set[date]
    files: list[str]
    tracked: dict[ObligationKey, date]

    def letters(self) -> Letters:
        found: Letters = defaultdict(list)
        for day in self.days:
            for letter in day.morning.written if day.morning else ():
                found[letter.addressee].append((day.day, letter))
        return found

    def overdue_on(self, unit: str, day: date) -> Iterator[ObligationKey]:
        """What the unit still owes that morning of what was due before."""
        morning_of = replay.morning_of(day)
        for key, due in self.tracked.items():
            came = self.received.get(key)
            if key.unit == unit and due < day and (came is None or came > morning_of):
                yield key

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
    with office(home, CUIBAO_DATABASE_URL="sqlite://") as opened:  # in memory: 292 mornings commit a lot
        before = due_dates(opened)
        days = play(opened, seed=2022, first=opened.campaign.issued, last=date(2023, 2, 3))
        statuses = Counter(cell.status for cell in board.look(opened, at("2023-02-04T00:00")).cells)
        received = {key: found.first_at for key, found in standings(opened).items() if found.first_at}
        working = {day.day for day in days if opened.schedule.calendar.is_working(day.day)}
    with office(home) as opened:
        after = due_dates(opened)
        tracked = {o.key: o.period.due for o in opened.schedule.obligations if o.period.requirement.tracked}
    return Year(days, before, after, statuses, received, working, sorted(letters(home)), tracked)


def test_a_year_is_played_to_its_last_day(year: Year) -> None:
    assert [year.days[0].day, year.days[-1].day, len(year.days)] == [date(2022, 4, 18), date(2023, 2, 3), 292]


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


def test_no_unit_gets_more_than_thirty_letters_in_any_hundred_days(year: Year) -> None:
    assert most_in_a_hundred_days(year.letters()) <= 30


def test_no_letter_is_milder_about_an_item_that_was_under_supervision(year: Year) -> None:
    assert milder(year.letters()) == []


def test_a_leader_gets_no_two_copies_within_a_week(year: Year) -> None:
    for letters in year.letters().values():
        copied = [day for day, letter in letters if letter.cc]
        assert all(after - before >= timedelta(days=7) for before, after in pairwise(copied))


def test_every_letter_has_the_whole_list_of_what_is_overdue(year: Year) -> None:
    for unit, letters in year.letters().items():
        for day, letter in letters:
            listed = {each.obligation.key for each in letter.overdue}
            assert listed == set(year.overdue_on(unit, day))


def test_what_is_due_on_the_last_day_is_chased_in_january(year: Year) -> None:
    january = [
        each.obligation.period.due
        for letters in year.letters().values()
        for day, letter in letters
        if day.year == 2023
        for each in letter.overdue
    ]
    assert date(2022, 12, 31) in january


def test_nobody_is_written_to_after_that(year: Year) -> None:
    assert max(day for letters in year.letters().values() for day, _ in letters) <= date(2023, 1, 31)


def test_every_tracked_obligation_is_asked_for_before_it_is_overdue(year: Year) -> None:
    asked = {key for _, key, _, _ in year.reminders()}
    chased = {each.obligation.key for ls in year.letters().values() for _, letter in ls for each in letter.overdue}
    assert chased <= asked


def test_a_unit_that_never_reports_stays_within_the_same(tmp_path: Path) -> None:
    """From the first day to where most letters of any hundred days lie behind."""
    letters: Letters = defaultdict(list)
    with office(tmp_path, CUIBAO_DATABASE_URL="sqlite://", CUIBAO_OUTBOX=str(tmp_path)) as opened:
        day = opened.campaign.issued
        while day <= date(2022, 9, 30):
            for letter in morning.run(opened, replay.morning_of(day)).written:
                letters[letter.addressee].append((day, letter))
            day += timedelta(days=1)
    assert len(letters) == 42
    assert most_in_a_hundred_days(letters) <= 30
    assert milder(letters) == []
    assert all(letter.overdue[0].urged for days in letters.values() for day, letter in days if day > date(2022, 9, 1))


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
