"""The ledger on real SQLite and on real PostgreSQL."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from cuibao.errors import Contradiction, LeaseLost, LedgerError
from cuibao.holders import Holder
from cuibao.ledger import Ending, Filing, Hold, Lease, Leased, Ledger, Question
from cuibao.ledger import ledger as ledgers
from cuibao.ledger.engine import MIGRATIONS, REVISION
from cuibao.ledger.tables import metadata
from cuibao.model import (
    Beginning,
    CarriedBy,
    Channel,
    DateAnswer,
    Doubt,
    Entry,
    LetterState,
    Message,
    ObligationKey,
    Receipt,
    Step,
)
from cuibao.times import parse_moment
from tests import new_ledgers

CAMPAIGN = "xinfeng-2022"
KEY = ObligationKey("skills", "interim", "2022-07-25", "jiading")
OTHER = replace(KEY, plan="mines", requirement="monthly", period="2022-07")
DAY = date(2022, 7, 25)
AS_OF = parse_moment("2022-07-25T08:30")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
MINE = Lease(Holder("boot", "ns", 1, "1", "a"), NOW, NOW + timedelta(seconds=90))
MESSAGE = Message("<20220725.jiading@x.example>", "催报", ("a@x.example",), b"bytes")


@pytest.fixture(autouse=True)
def _by_the_migrations() -> Iterator[None]:
    with new_ledgers.by_the_migrations():
        yield


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(database_url)
    opened.register(CAMPAIGN, AS_OF)
    opened.enrol(CAMPAIGN, [KEY, OTHER])
    yield opened
    opened.close()


def filing(*keys: ObligationKey, code: str = "due", day: date = DAY) -> Filing:
    message = replace(MESSAGE, message_id=f"<{day}.jiading@x.example>")
    return Filing(CAMPAIGN, "jiading", day, 0, AS_OF, message, steps=tuple((key, code, Step.DUE) for key in keys))


def file(ledger: Ledger, what: Filing) -> Hold:
    """File a letter as the one sender does: on lease."""
    ledger.leases.take(Leased.LETTER, [what.thing], MINE)
    return Hold(Leased.LETTER, what.thing, ledger.file([what], MINE)[what.addressee])


def conclude(ledger: Ledger, letter: Hold, state: LetterState) -> None:
    ledger.leases.take(Leased.LETTER, [letter.thing], MINE)
    assert ledger.leases.conclude(Ending(letter, state, "", 1), MINE)


def receipt(key: ObligationKey = KEY, at: datetime = AS_OF) -> Receipt:
    return Receipt(key, Entry.RECEIVED, at, Channel.MAIL, "王", "", at)


def received(ledger: Ledger) -> dict[ObligationKey, datetime]:
    return {key: entries[0].received_at for key, entries in ledger.entries(CAMPAIGN).items()}


def state_of(ledger: Ledger, day: date = DAY) -> LetterState:
    letter = ledger.letter(CAMPAIGN, "jiading", day)
    assert letter is not None
    return letter.state


def at_once(*calls: Callable[[], object]) -> list[object]:
    start = threading.Barrier(len(calls))

    def together(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        except Contradiction as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(together, calls))


def test_it_has_the_schema_that_the_tables_describe(database_url: str) -> None:
    Ledger.open(database_url).close()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_it_opens_at_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_it_keeps_everything_of_a_ledger_that_an_older_program_wrote(database_url: str) -> None:
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        for statement in OLDER:
            connection.execute(text(statement))
    engine.dispose()
    ledger = Ledger.open(database_url)
    (letter,) = ledger.written(CAMPAIGN)
    assert (letter.message_id, letter.steps, letter.taken_back) == ("<1@x.example>", (Step.DUE,), False)
    assert ledger.marks(CAMPAIGN)[KEY]["due"].said
    assert ledger.mornings.last(CAMPAIGN) == date(2022, 7, 25)
    assert [(mark.phase, mark.reported) for mark in ledger.phase_marks(CAMPAIGN)] == [("summary", True)]
    with ledger.reading() as db:
        if db.dialect.name == "sqlite":
            assert db.execute(text("PRAGMA foreign_key_check")).all() == []
            assert db.scalar(text("PRAGMA foreign_keys")) == 1
    ledger.close()


OLDER = (
    f"INSERT INTO campaigns (id, simulated, opened_at) VALUES ('{CAMPAIGN}', false, '2022-04-18 00:30:00')",
    "INSERT INTO obligations (id, campaign, plan, requirement, period, unit) VALUES "
    f"(1, '{CAMPAIGN}', '{KEY.plan}', '{KEY.requirement}', '{KEY.period}', '{KEY.unit}')",
    "INSERT INTO letters (id, campaign, addressee, day, message_id, subject, recipients, data, state, attempts, "
    f"detail, written_at) VALUES (7, '{CAMPAIGN}', 'jiading', '2022-07-25', '<1@x.example>', '', '[]', '', 'sent', 1, "
    "'', '2022-07-25 00:30:00')",
    "INSERT INTO reminders (id, obligation, code, step, letter) VALUES (1, 1, 'due', 'due', 7)",
    "INSERT INTO phases (id, campaign, plan, phase, closed_at, letter) VALUES "
    f"(1, '{CAMPAIGN}', '{KEY.plan}', 'summary', '2022-07-25 00:30:00', 7)",
)


def test_it_opens_once_for_many_at_the_same_time(database_url: str) -> None:
    opened = at_once(*[lambda: Ledger.open(database_url)] * 4)
    for each in opened:
        assert isinstance(each, Ledger)
        each.close()


def test_it_waits_for_whoever_else_is_at_a_file_without_a_log(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE theirs (id INTEGER)")
        other.execute("BEGIN IMMEDIATE")
        leave = threading.Timer(0.3, other.execute, ["COMMIT"])
        leave.start()
        Ledger.open(f"sqlite:///{path}").close()
        leave.join()


def test_it_keeps_everything_when_opened_again(database_url: str, ledger: Ledger) -> None:
    ledger.enter(CAMPAIGN, [receipt()])
    again = Ledger.open(database_url)
    assert received(again) == {KEY: AS_OF}
    again.close()


def test_a_closed_ledger_connects_no_more(database_url: str) -> None:
    ledger = Ledger.open(database_url)
    ledger.close()
    with pytest.raises(RuntimeError):
        ledger.simulated("xinfeng-2022")
    with pytest.raises(RuntimeError):
        ledger.register("xinfeng-2022", parse_moment("2022-04-18T08:30"))


def test_who_looks_at_a_ledger_that_is_not_there_makes_none(database_url: str) -> None:
    seen = Ledger.look_at(database_url)
    assert seen.entries(CAMPAIGN) == {}
    seen.close()
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_who_looks_at_a_ledger_sees_what_is_in_it(database_url: str, ledger: Ledger) -> None:
    ledger.enter(CAMPAIGN, [receipt()])
    seen = Ledger.look_at(database_url)
    assert received(seen) == {KEY: AS_OF}
    seen.close()


def test_it_gives_moments_back_aware_and_in_shanghai(ledger: Ledger) -> None:
    ledger.enter(CAMPAIGN, [receipt(at=datetime(2022, 7, 25, 0, 30, tzinfo=UTC))])
    assert received(ledger)[KEY].isoformat() == "2022-07-25T08:30:00+08:00"


def test_it_refuses_a_naive_moment(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="aware"):
        ledger.enter(CAMPAIGN, [receipt(at=datetime(2022, 7, 25, 8, 30))])  # noqa: DTZ001


def test_it_enrols_more_than_it_holds_in_memory(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "KEYS_AT_ONCE", 3)
    keys = [replace(KEY, unit=unit, requirement=name) for unit in ("a", "b", "c") for name in ("x", "y", "z", "w")]
    ledger.enrol(CAMPAIGN, keys)
    ledger.enrol(CAMPAIGN, keys)
    assert ledger.enter(CAMPAIGN, [receipt(key) for key in keys])


def test_it_enrols_the_same_obligation_once(ledger: Ledger) -> None:
    ledger.enrol(CAMPAIGN, [KEY, OTHER])
    file(ledger, filing(KEY, OTHER))
    letter = ledger.letter(CAMPAIGN, "jiading", DAY)
    assert letter is not None
    assert sorted(letter.keys, key=repr) == sorted([KEY, OTHER], key=repr)


def test_it_takes_a_number_once_and_keeps_the_first(ledger: Ledger) -> None:
    ledger.enter(CAMPAIGN, [receipt()])
    assert not ledger.enter(CAMPAIGN, [receipt(at=AS_OF + timedelta(days=1))])
    assert received(ledger) == {KEY: AS_OF}


def test_it_enters_all_receipts_or_none(ledger: Ledger) -> None:
    ledger.enter(CAMPAIGN, [receipt()])
    assert not ledger.enter(CAMPAIGN, [receipt(OTHER), receipt(KEY)])
    assert OTHER not in ledger.entries(CAMPAIGN)


def test_it_lets_one_of_several_clerks_enter_a_receipt(ledger: Ledger) -> None:
    answers = at_once(*[lambda: ledger.enter(CAMPAIGN, [receipt()])] * 4)
    assert answers.count(True) == 1


def test_it_carries_a_step_with_one_letter_only(ledger: Ledger) -> None:
    file(ledger, filing(KEY))
    assert ledger.marks(CAMPAIGN)[KEY]["due"].day == DAY
    conclude(ledger, file(ledger, filing(KEY, day=DAY + timedelta(days=1))), LetterState.SENT)
    assert ledger.marks(CAMPAIGN)[KEY]["due"].day == DAY + timedelta(days=1)


def test_it_records_missed_steps(ledger: Ledger) -> None:
    file(ledger, replace(filing(KEY), missed=((KEY, "advance-1", Step.ADVANCE),)))
    mark = ledger.marks(CAMPAIGN)[KEY]["advance-1"]
    assert (mark.letter, mark.day) == (None, DAY)


def test_it_keeps_the_bytes_before_anything_is_sent(ledger: Ledger) -> None:
    file(ledger, filing(KEY))
    letter = ledger.letter(CAMPAIGN, "jiading", DAY)
    assert letter is not None
    assert (letter.state, letter.message.data, letter.attempts) == (LetterState.WAITING, b"bytes", 0)


def test_it_files_a_letter_anew_that_has_not_gone_out(ledger: Ledger) -> None:
    letter = file(ledger, filing(KEY, OTHER))
    shorter = filing(KEY, code="overdue-1")
    ledger.file([replace(shorter, message=replace(shorter.message, data=b"shorter"), row=letter.row)], MINE)
    kept = ledger.letter(CAMPAIGN, "jiading", DAY)
    assert kept is not None
    assert (kept.keys, kept.message.data) == ((KEY,), b"shorter")
    assert set(ledger.marks(CAMPAIGN)[KEY]) == {"overdue-1"}
    assert OTHER not in ledger.marks(CAMPAIGN)


def test_it_finds_the_letters_that_still_matter(ledger: Ledger) -> None:
    lost = file(ledger, filing(KEY, OTHER))
    conclude(ledger, lost, LetterState.UNCERTAIN)
    assert ledger.filed_on(CAMPAIGN, DAY) == {"jiading": LetterState.UNCERTAIN}

    def mattering() -> list[set[ObligationKey]]:
        return [set(letter.keys) for letter in ledger.open_letters(CAMPAIGN, [LetterState.UNCERTAIN])]

    assert mattering() == [{KEY, OTHER}]
    later = file(ledger, filing(KEY, code="overdue-1", day=DAY + timedelta(days=1)))
    assert mattering() == [{KEY, OTHER}]
    conclude(ledger, later, LetterState.SENT)
    assert mattering() == [{OTHER}]


def test_it_notes_the_campaign_once_for_many_at_the_same_time(database_url: str) -> None:
    ledgers = [Ledger.open(database_url) for _ in range(4)]
    at_once(*[lambda each=each: each.register(CAMPAIGN, AS_OF) for each in ledgers])
    assert [each.simulated(CAMPAIGN) for each in ledgers] == [False] * 4
    for each in ledgers:
        each.close()


def test_it_keeps_the_first_of_the_keys_that_many_draw_at_the_same_time(ledger: Ledger, database_url: str) -> None:
    assert ledger.key(CAMPAIGN) is None
    ledgers = [Ledger.open(database_url) for _ in range(4)]
    keys = [f"{number:064x}" for number in range(4)]
    kept = at_once(*[partial(each.keep_key, CAMPAIGN, key) for each, key in zip(ledgers, keys, strict=True)])
    assert kept == [ledger.key(CAMPAIGN)] * 4
    assert ledger.keep_key(CAMPAIGN, "ff") == kept[0] in keys
    for each in ledgers:
        each.close()


def test_it_counts_the_letters_handed_over(ledger: Ledger) -> None:
    letter = file(ledger, filing(KEY))
    assert ledger.count_letters(CAMPAIGN, DAY) == 0
    assert ledger.last_days(CAMPAIGN) == {}
    ledger.leases.depart(letter, MINE, None)
    assert ledger.count_letters(CAMPAIGN, DAY) == 1
    assert ledger.last_days(CAMPAIGN) == {"jiading": DAY}


def test_what_was_taken_back_counts_no_more_and_is_written_again_under_another_revision(ledger: Ledger) -> None:
    question = Question(date(2022, 7, 20), Doubt.BACK, DAY, None, asked_at=AS_OF)
    ledger.mornings.note(CAMPAIGN, AS_OF)
    ledger.mornings.begin(CAMPAIGN, CarriedBy.OUTBOX, Beginning(AS_OF, ""))
    ledger.mornings.begins_on(CAMPAIGN, CarriedBy.OUTBOX, DAY)
    ledger.close_phase(CAMPAIGN, "skills", "summary", AS_OF, 0)
    ledger.leases.take(Leased.LETTER, [filing().thing], MINE)
    row = ledger.file([filing(KEY)], MINE)["jiading"]
    ledger.leases.conclude(Ending(Hold(Leased.LETTER, filing().thing, row), LetterState.SENT, "", 1), MINE)
    ledger.mornings.ask(CAMPAIGN, question)
    ledger.mornings.ask(CAMPAIGN, question)
    found = ledger.mornings.open_question(CAMPAIGN)
    assert found is not None
    assert ledger.mornings.days(CAMPAIGN, after=question.day) == (DAY,)
    assert ledger.marks(CAMPAIGN)[KEY]["due"].said
    said = replace(found, answer=DateAnswer.EARLIER_WRONG, answered_by="王", answered_at=AS_OF)
    answers = at_once(*[lambda: ledger.mornings.answer(CAMPAIGN, said, [DAY], MINE)] * 3)
    assert answers.count(True) == 1
    assert ledger.mornings.open_question(CAMPAIGN) is None
    assert (ledger.mornings.last(CAMPAIGN), ledger.mornings.revision(CAMPAIGN, DAY)) == (None, 1)
    assert (ledger.marks(CAMPAIGN), ledger.filed_on(CAMPAIGN, DAY)) == ({}, {})
    assert [mark.closed_at for mark in ledger.phase_marks(CAMPAIGN)] == [None]
    assert ledger.mornings.beginning(CAMPAIGN, CarriedBy.OUTBOX) == Beginning(AS_OF, "", first_on=None)
    for too_late in (
        lambda: ledger.file([filing(KEY)], MINE),
        lambda: ledger.close_phase(CAMPAIGN, "skills", "summary", AS_OF, 0),
    ):
        with pytest.raises(LeaseLost, match="已撤回"):
            too_late()
    again = replace(filing(KEY), revision=1, message=replace(MESSAGE, message_id="<again@x.example>"))
    ledger.leases.take(Leased.LETTER, [again.thing], MINE)
    assert ledger.file([again], MINE).keys() == {"jiading"}
    assert [letter.taken_back for letter in ledger.written(CAMPAIGN)] == [True, False]


def test_it_opens_and_closes_a_phase_once(ledger: Ledger) -> None:
    def opened() -> bool:
        return ledger.open_phase(CAMPAIGN, "skills", "summary", AS_OF, 0)

    assert at_once(*[opened] * 4).count(True) == 1
    assert ledger.close_phase(CAMPAIGN, "skills", "summary", AS_OF, 0)
    assert not ledger.close_phase(CAMPAIGN, "skills", "summary", AS_OF, 0)


def test_it_knows_which_gate_reports_reached_the_office(ledger: Ledger) -> None:
    ledger.close_phase(CAMPAIGN, "skills", "summary", AS_OF, 0)
    report = replace(filing(), addressee="office", phases=(("skills", "summary"),))
    assert [mark.reported for mark in ledger.phase_marks(CAMPAIGN)] == [False]
    letter = file(ledger, report)
    conclude(ledger, letter, LetterState.DEFERRED)
    assert [mark.reported for mark in ledger.phase_marks(CAMPAIGN)] == [False]
    conclude(ledger, letter, LetterState.SENT)
    assert [mark.reported for mark in ledger.phase_marks(CAMPAIGN)] == [True]


@pytest.mark.parametrize(
    ("refused", "deferred", "reached"), [((), ("a@x.cn",), True), (("b@x.cn",), ("a@x.cn",), False)]
)
def test_whom_the_server_put_off_a_letter_has_not_reached(
    ledger: Ledger, refused: tuple[str, ...], deferred: tuple[str, ...], reached: bool
) -> None:
    hold = file(ledger, replace(filing(KEY), own=("a@x.cn", "b@x.cn"), entries=3))
    assert ledger.leases.conclude(Ending(hold, LetterState.PARTIAL, "", 1, refused, deferred), MINE)
    assert ledger.marks(CAMPAIGN)[KEY]["due"].reached is reached
    letter = ledger.letter(CAMPAIGN, "jiading", DAY)
    assert letter is not None
    assert (letter.missed, letter.deferred, letter.entries) == (refused, deferred, 3)
    assert (letter.unfinished, letter.handed_over("boot")) == (True, 0)
    assert ledger.unfinished_on(CAMPAIGN, DAY) == {"jiading"}
    conclude(ledger, hold, LetterState.PARTIAL)
    assert ledger.unfinished_on(CAMPAIGN, DAY) == set()


def test_it_refuses_to_simulate_over_a_real_campaign(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="真实登记"):
        ledger.register(CAMPAIGN, AS_OF, seed=1)


def test_it_refuses_another_seed_and_takes_the_same(database_url: str) -> None:
    ledger = Ledger.open(database_url)
    ledger.register(CAMPAIGN, AS_OF, seed=1)
    ledger.register(CAMPAIGN, AS_OF, seed=1)
    ledger.register(CAMPAIGN, AS_OF)
    assert ledger.simulated(CAMPAIGN) is True
    with pytest.raises(LedgerError, match="种子"):
        ledger.register(CAMPAIGN, AS_OF, seed=2)
    ledger.close()


def test_it_is_durable_on_sqlite(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'new' / 'ledger.db'}")
    with ledger._engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    ledger.close()


def test_it_refuses_a_relative_sqlite_path() -> None:
    with pytest.raises(LedgerError, match="绝对路径"):
        Ledger.open("sqlite:///ledger.db")


@pytest.mark.parametrize("url", ["sqlite:////proc/none/ledger.db", "mysql+nothing://x/y", "not a url", "oracle://x/y"])
def test_it_says_in_chinese_what_cannot_be_opened(url: str) -> None:
    with pytest.raises(LedgerError, match="台账打不开"):
        Ledger.open(url)


def test_it_does_not_show_the_password_of_a_database_it_cannot_open() -> None:
    with pytest.raises(LedgerError) as refused:
        Ledger.open("postgresql+psycopg://u:secret@127.0.0.1:1/x")
    assert "secret" not in str(refused.value)


def test_it_refuses_a_ledger_of_a_newer_program(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    Ledger.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(LedgerError, match="更新本程序"):
        Ledger.open(url)
