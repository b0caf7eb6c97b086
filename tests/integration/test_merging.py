"""Several campaigns of an office in one book: a ledger that version 0008 wrote, with two that followed one another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Integer, MetaData, create_engine, func, inspect, select, text

from cuibao.holders import Holder
from cuibao.incoming import Position
from cuibao.ledger import (
    Consequences,
    Decision,
    Filing,
    Lease,
    Leased,
    Ledger,
    Question,
    ReadMail,
    letter_name,
)
from cuibao.ledger.engine import MIGRATIONS
from cuibao.ledger.tables import (
    bad_addresses,
    campaigns,
    evidence,
    leases,
    letters,
    mails,
    metadata,
    mornings,
    obligations,
    phases,
    questions,
    receipts,
    reminders,
    retractions,
)
from cuibao.model import (
    CarriedBy,
    Channel,
    CopyDecision,
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

DUMP = Path(__file__).with_name("ledgers") / "two-campaigns-0008.sql"
# The book, and what joined it; both are rehearsed, and there is a simulation.
FIRST, SECOND, SIMULATED = "safety-2022", "safety-2023", "exercise"
THIRD = "safety-2024"
REHEARSED, REHEARSED_TOO = f"{FIRST}~drill", f"{SECOND}~drill"
EARLIER, DAY, NEXT, LAST = date(2022, 12, 19), date(2022, 12, 26), date(2022, 12, 27), date(2022, 12, 28)
NOW = parse_moment("2022-12-28T08:30")
MINE = Lease(Holder("boot", "ns", 2, "2", "b"), NOW, NOW + timedelta(seconds=90))
ITEM = ("skills", "interim", "2022-12-25")
OTHER_ITEM = (f"{SECOND}:skills", "interim", "2022-12-25")
PARKS = (f"{SECOND}:parks", "monthly", "2022-12")
MINES = ("mines", "monthly", "2022-12")
# The tables that name a plan.
PLANS = ("obligations", "pauses", "phases", "events", "told")


@pytest.fixture
def url(database_url: str) -> str:
    """Where a ledger of version 0008 lies."""
    load(database_url)
    return database_url


@pytest.fixture
def written(url: str) -> Iterator[Ledger]:
    """One that was merged, to be written in."""
    opened = Ledger.open(url, outside=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One that was merged, for all who only read."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('merged') / 'ledger.db'}"
    else:
        url = request.getfixturevalue("postgresql_server").new_database()
    load(url)
    opened = Ledger.open(url, outside=True)
    yield opened
    opened.close()


def load(url: str) -> None:
    """Put the ledger of version 0008 there."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.executescript(DUMP.read_text(encoding="utf-8"))
        return
    source, target = create_engine("sqlite://"), create_engine(url)
    with source.connect() as whole, target.begin() as empty:
        driver: Any = whole.connection.dbapi_connection
        driver.executescript(DUMP.read_text(encoding="utf-8"))
        migrate(empty, "0008")
        copy(whole, empty)
    source.dispose()
    target.dispose()


def copy(whole: Connection, empty: Connection) -> None:
    """Put the rows of a ledger into another that is empty."""
    kept = MetaData()
    kept.reflect(whole)
    for table in kept.sorted_tables:
        if table.name == "alembic_version":
            continue
        for row in whole.execute(select(table)).mappings():
            # A null that is not written is not JSON's.
            given = {name: aware(value) for name, value in row.items() if value is not None}
            empty.execute(table.insert().values(given))
        if "id" in table.c and isinstance(table.c.id.type, Integer):
            newest = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
            empty.execute(text(newest))


def aware(value: Any) -> Any:
    """As SQLite has it, a moment is in UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def migrate(connection: Connection, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)


def before(query: str) -> list[tuple[Any, ...]]:
    """What the ledger held before it was merged."""
    with closing(sqlite3.connect(":memory:")) as kept:
        kept.executescript(DUMP.read_text(encoding="utf-8"))
        return kept.execute(query).fetchall()


def rows(ledger: Ledger, query: Any) -> list[tuple[Any, ...]]:
    with ledger.reading() as db:
        return [tuple(row) for row in db.execute(query)]


def key(item: tuple[str, str, str], unit: str = "jiading") -> ObligationKey:
    return ObligationKey(*item, unit)


def mail(ledger: Ledger, number: int, campaign: str = FIRST) -> ReadMail:
    """The one that has this number in its identity."""
    with ledger.reading() as db:
        found = db.scalar(select(mails.c.id).where(mails.c.campaign == campaign, mails.c.identity == f"{number:064x}"))
    read = ledger.mails.numbered(campaign, found or 0)
    assert read is not None
    return read


def test_each_campaign_knows_its_book(ledger: Ledger) -> None:
    assert [(each.id, each.book, each.simulated, each.closed) for each in ledger.kept()] == [
        (SIMULATED, SIMULATED, True, False),
        (FIRST, FIRST, False, True),
        (SECOND, FIRST, False, False),
        (REHEARSED, REHEARSED, False, False),
        (REHEARSED_TOO, REHEARSED, False, False),
    ]
    assert next(each.told for each in ledger.kept() if each.id == FIRST)
    assert ledger.seed(SIMULATED) == 1
    assert [ledger.key(each) for each in (FIRST, SECOND)] == ["aa" * 32, "bb" * 32]
    for each, since in ((FIRST, date(2022, 4, 18)), (SECOND, date(2022, 12, 20))):
        beginning = ledger.mornings.beginning(each, CarriedBy.SMTP)
        assert beginning is not None
        assert beginning.first_on == since
    assert ledger.closings.reported(FIRST, "office@xf.example")


def test_nothing_is_lost(ledger: Ledger) -> None:
    for table in (receipts, letters, reminders, evidence, obligations, phases, mornings, retractions, questions):
        assert rows(ledger, select(func.count()).select_from(table)) == before(f"SELECT count(*) FROM {table.name}")
    for name in ("beginnings", "calls", "promises", "events", "told", "probes", "exports", "halts"):
        assert rows(ledger, text(f"SELECT count(*) FROM {name}")) == before(f"SELECT count(*) FROM {name}")
    known = select(letters.c.id, letters.c.message_id, letters.c.state, letters.c.data).order_by(letters.c.id)
    assert [(*row[:3], bytes(row[3])) for row in rows(ledger, known)] == before(
        "SELECT id, message_id, state, data FROM letters ORDER BY id"
    )
    carried = select(reminders.c.letter, reminders.c.obligation, reminders.c.code).order_by(reminders.c.id)
    assert rows(ledger, carried) == before("SELECT letter, obligation, code FROM reminders ORDER BY id")
    entered = select(receipts.c.id, receipts.c.obligation, receipts.c.entry, receipts.c.seq).order_by(receipts.c.id)
    assert rows(ledger, entered) == before("SELECT id, obligation, entry, seq FROM receipts ORDER BY id")


def test_no_row_refers_to_nothing(ledger: Ledger) -> None:
    with ledger.reading() as db:
        if db.dialect.name == "sqlite":
            assert db.execute(text("PRAGMA foreign_key_check")).all() == []
            assert db.scalar(text("PRAGMA foreign_keys")) == 1
        own = {"campaigns", "beginnings"}
        for table in metadata.sorted_tables:
            if "campaign" in table.c and table.name not in own:
                of = set(db.scalars(select(table.c.campaign).distinct()))
                assert of <= {FIRST, REHEARSED, SIMULATED}, table.name


def test_what_a_joining_campaign_owes_is_told_by_its_own_id(ledger: Ledger) -> None:
    with ledger.reading() as db:
        owed = set(map(tuple, db.execute(select(obligations.c.campaign, obligations.c.plan).distinct())))
    assert owed == {
        (FIRST, "skills"),
        (FIRST, "mines"),
        (FIRST, f"{SECOND}:skills"),
        (FIRST, f"{SECOND}:parks"),
        (REHEARSED, "skills"),
        (REHEARSED, f"{SECOND}:skills"),
        (SIMULATED, "skills"),
    }
    assert {each.event.plan: each.taken_back is not None for each in ledger.events.all(FIRST)} == {
        "mines": False,
        f"{SECOND}:parks": True,
    }
    assert ledger.events.told(FIRST) == {
        (*MINES, date(2022, 12, 31)): date(2022, 12, 30),
        (*PARKS, date(2022, 12, 31)): date(2023, 1, 3),
    }
    marks = [(mark.plan, mark.phase, mark.closed_at is not None, mark.reported) for mark in ledger.phase_marks(FIRST)]
    assert sorted(marks) == [
        (f"{SECOND}:skills", "implementation", True, True),
        ("skills", "implementation", True, True),
    ]


def test_every_entry_is_found_under_its_own_plan(ledger: Ledger) -> None:
    entered = {each: [entry.entry for entry in entries] for each, entries in ledger.entries(FIRST).items()}
    assert entered == {
        key(ITEM): [Entry.RECEIVED],
        key(ITEM, "anxi"): [Entry.RECEIVED, Entry.RETURNED],
        key(("skills", "final", "once")): [Entry.EXTENDED],
        key(MINES): [Entry.RECEIVED],
        key(OTHER_ITEM): [Entry.RECEIVED],
        key(OTHER_ITEM, "datang"): [Entry.RECEIVED],
        key(OTHER_ITEM, "anxi"): [Entry.NIL],
        key(PARKS): [Entry.RECEIVED],
        key(PARKS, "datang"): [Entry.RECEIVED, Entry.WITHDRAWN],
        key(PARKS, "anxi"): [Entry.RECEIVED],
    }
    assert ledger.periods_kept(FIRST)[PARKS[:2]] == ["2022-12"]
    assert ledger.entries(SECOND) == {}


def test_a_pause_of_all_plans_pauses_no_others(ledger: Ledger) -> None:
    paused = [
        (pause.unit, pause.plan, pause.reason, pause.lifted_by)
        for pause in sorted(ledger.agreements.pauses(FIRST), key=lambda each: (each.reason, each.plan or ""))
    ]
    assert paused == [
        ("jiading", f"{SECOND}:parks", "停电", None),
        ("datang", f"{SECOND}:parks", "山洪", "李"),
        ("datang", f"{SECOND}:skills", "山洪", "李"),
        ("anxi", None, "换届", None),
        (None, f"{SECOND}:parks", "迎检", None),
        (None, f"{SECOND}:skills", "迎检", None),
    ]
    (simulated,) = ledger.agreements.pauses(SIMULATED)
    assert simulated.plan is None


def test_calls_keep_what_was_promised_in_them(ledger: Ledger) -> None:
    assert [(call.unit, call.promised) for call in ledger.agreements.calls(FIRST)] == [
        ("datang", (key(ITEM, "datang"),)),
        ("anxi", (key(OTHER_ITEM, "anxi"), key(PARKS, "anxi"))),
    ]


def test_mornings_of_one_day_are_told_apart_and_what_was_taken_back_stays_so(ledger: Ledger) -> None:
    assert [ledger.mornings.revision(FIRST, day) for day in (EARLIER, DAY, NEXT)] == [1, 0, 0]
    written = {
        (letter.addressee, letter.message_id): letter.taken_back
        for letter in ledger.written(FIRST)
        if letter.day in (EARLIER, NEXT)
    }
    assert written == {
        ("jiading", f"<{FIRST}.jiading.2022-12-19.0@xf.example>"): True,
        ("jiading", f"<{FIRST}.jiading.2022-12-19.1@xf.example>"): False,
        ("jiading", f"<{FIRST}.jiading.2022-12-27.0@xf.example>"): False,
        ("jiading", f"<{SECOND}.jiading.2022-12-27.0@xf.example>"): True,
        ("jiading", f"<{SECOND}.jiading.2022-12-27.1@xf.example>"): False,
        ("datang", f"<{SECOND}.datang.2022-12-27.1@xf.example>"): False,
        ("office", f"<{SECOND}.office.2022-12-27.1@xf.example>"): False,
    }
    of_second = letters.c.message_id.startswith(f"<{SECOND}.")
    numbers = select(letters.c.day, letters.c.revision).where(of_second, letters.c.campaign == FIRST).distinct()
    assert set(rows(ledger, numbers)) == {(DAY, -1001), (NEXT, -1001), (NEXT, -1002)}
    theirs = select(mornings.c.day, mornings.c.revision).where(mornings.c.revision < 0)
    assert set(rows(ledger, theirs)) == {(DAY, -1001), (NEXT, -1001), (NEXT, -1002)}
    ((day, revision, turned),) = rows(
        ledger,
        select(retractions.c.day, retractions.c.revision, retractions.c.phases).where(retractions.c.revision < 0),
    )
    assert (day, revision) == (NEXT, -1001)
    assert [each[:3] for each in turned] == [[f"{SECOND}:skills", "implementation", "closed_at"]]
    assert ledger.mornings.last(FIRST) == NEXT


def test_who_had_a_letter_of_either_that_day_gets_no_second(ledger: Ledger) -> None:
    filed = ledger.filed_on(FIRST, DAY)
    assert (set(filed), filed["anxi"]) == ({"jiading", "datang", "office", "anxi"}, LetterState.PARTIAL)
    # What had not left is still to be said; what was taken back was said to nobody.
    assert ledger.filed_on(FIRST, NEXT) == {"jiading": LetterState.SENT, "office": LetterState.SENT}


def test_what_the_letters_said_is_still_said(ledger: Ledger) -> None:
    marks = {each: {code: mark.said for code, mark in of.items()} for each, of in ledger.marks(FIRST).items()}
    assert marks == {
        key(ITEM): {"advance-5": True, "due": True},
        key(ITEM, "datang"): {"due": True},
        key(MINES): {"opening": False, "due": True},
        key(OTHER_ITEM): {"due": True},
        key(OTHER_ITEM, "datang"): {"due": True},
        key(PARKS): {"due": True},
        key(PARKS, "anxi"): {"opening": True},
    }
    pending = ledger.pending(FIRST, ["jiading", "anxi"], since=DAY, before=LAST)
    assert [letter.day for letter in pending.letters["jiading"]] == [DAY, DAY, NEXT, NEXT]
    assert [letter.copied for letter in pending.letters["anxi"]] == [False]
    assert ledger.last_days(FIRST) == {"jiading": NEXT, "datang": DAY, "anxi": DAY, "office": LAST}
    assert [letter.addressee for letter in ledger.underway(FIRST, LAST)] == ["datang"]


def test_a_code_names_one_letter_of_the_book(ledger: Ledger) -> None:
    codes = ledger.codes(FIRST, DAY)
    assert codes == {
        "XF-221226-T01": ("jiading", 0),
        "XF-221226-T02": ("datang", 0),
        "XF-221226-T02b": ("datang", -1001),
        "XF-221226-T03": ("anxi", -1001),
    }
    without = select(letters.c.message_id).where(letters.c.code.is_(None), letters.c.addressee == "jiading")
    assert rows(ledger, without) == [(f"<{SECOND}.jiading.2022-12-26.0@xf.example>",)]


def test_nobody_holds_a_letter_by_a_name_that_is_gone(ledger: Ledger) -> None:
    held = set(rows(ledger, select(leases.c.kind, leases.c.thing)))
    assert held == {
        ("letter", letter_name(FIRST, LAST, 0, "jiading")),
        ("connection", "smtp://office@xf.example#1"),
    }


def test_a_mail_that_both_have_read_is_one_as_it_was_decided(ledger: Ledger) -> None:
    made = {number: mail(ledger, number) for number in range(1, 12)}
    assert {number: (each.verdict, each.decision, list(each.names)) for number, each in made.items()} == {
        1: ("queue", "received", [key(ITEM), key(MINES), key(OTHER_ITEM)]),
        2: ("receipt", None, [key(MINES), key(OTHER_ITEM)]),
        3: ("bounce", None, []),
        4: ("queue", None, []),
        5: ("receipt", None, [key(MINES), key(PARKS)]),
        6: ("ignored", None, []),
        7: ("queue", "dismissed", [key(PARKS)]),
        8: ("queue", "received", [key(MINES, "datang")]),
        9: ("queue", "received", []),
        10: ("supplement", None, [key(ITEM), key(PARKS)]),
        11: ("bounce", None, []),
    }


def test_each_mail_is_there_once_with_all_that_came_of_it(ledger: Ledger) -> None:
    assert ledger.mails.known(FIRST, [f"{number:064x}" for number in range(20)]) == {f"{n:064x}" for n in range(1, 12)}
    assert len(ledger.mails.listed(FIRST)) == 10
    assert [each.identity for each in ledger.mails.undecided(FIRST, "queue")] == [f"{4:064x}"]
    came = {each: {entry.mail for entry in entries} for each, entries in ledger.entries(FIRST).items()}
    for number, items in (
        (1, [key(ITEM)]),
        (2, [key(OTHER_ITEM)]),
        (5, [key(MINES), key(PARKS)]),
        (8, [key(OTHER_ITEM, "datang")]),
        (9, [key(PARKS, "anxi")]),
    ):
        assert all(came[each] == {mail(ledger, number).id} for each in items)
    files = {(file.mail, file.key, file.path) for file in ledger.mails.files(FIRST)}
    assert files == {
        (mail(ledger, 1).id, key(ITEM), f"{FIRST}/skills/1-报告.docx"),
        (mail(ledger, 2).id, key(OTHER_ITEM), f"{SECOND}/skills/2-报告.docx"),
        (mail(ledger, 5).id, key(MINES), f"{FIRST}/mines/5-报告.docx"),
        (mail(ledger, 5).id, key(PARKS), f"{SECOND}/parks/5-报告.docx"),
        (mail(ledger, 8).id, key(OTHER_ITEM, "datang"), f"{SECOND}/skills/8-报告.docx"),
        (mail(ledger, 10).id, key(ITEM), f"{FIRST}/skills/10-报告.docx"),
    }
    assert mail(ledger, 4).guesses == (key(PARKS, "datang"),)
    assert mail(ledger, 1).guesses == (key(ITEM), key(OTHER_ITEM))
    assert (mail(ledger, 1).decided_by, mail(ledger, 1).decision_note) == ("王", "已核实")


def test_of_two_acknowledgements_the_one_stays_that_went(ledger: Ledger) -> None:
    answers = {(answer.mail, answer.message.message_id, answer.state) for answer in ledger.mails.answers(FIRST)}
    assert answers == {
        (mail(ledger, 1).id, f"<{FIRST}.answer-1@xf.example>", LetterState.SENT),
        (mail(ledger, 2).id, f"<{SECOND}.answer-2@xf.example>", LetterState.SENT),
        (mail(ledger, 5).id, f"<{SECOND}.answer-5@xf.example>", LetterState.SENT),
        (mail(ledger, 8).id, f"<{SECOND}.answer-8@xf.example>", LetterState.WAITING),
    }
    assert mail(ledger, 5).raw == f"{FIRST}/mails/5.eml"


def test_an_address_is_good_again_where_either_found_it_so(ledger: Ledger) -> None:
    assert set(ledger.mails.bad_addresses(FIRST)) == {"datang@xf.example"}
    assert ledger.mails.cleared_addresses(FIRST) == {"anxi@xf.example": parse_moment("2022-12-27T14:00")}
    marks = select(bad_addresses.c.address, bad_addresses.c.mail).order_by(bad_addresses.c.id)
    assert rows(ledger, marks) == [
        ("anxi@xf.example", mail(ledger, 3).id),
        ("datang@xf.example", mail(ledger, 11).id),
    ]


def test_a_mailbox_is_read_on_where_the_slower_one_was(ledger: Ledger) -> None:
    folders = {name: ledger.mails.position(FIRST, f"office@xf.example/{name}") for name in ("INBOX", "Junk", "报送")}
    assert folders == {"INBOX": Position(7, 40), "Junk": Position(9, 3), "报送": Position(1, 5)}


def test_the_book_believes_whom_it_believed(ledger: Ledger) -> None:
    learned = ledger.probes.learned(FIRST)
    assert learned is not None
    assert learned.server == "mx.example"
    assert ledger.probes.learned(SECOND) is None
    assert ledger.probes.last(FIRST) is not None
    # One of the mails that came with the second waits for want of trust.
    assert ledger.probes.judged_under(FIRST) == (None, 0)


def test_an_approval_that_was_decided_stands(ledger: Ledger) -> None:
    asked = {unit: copy.decision for unit, copy in ledger.copies.asked(FIRST).items()}
    assert asked == {"jiading": CopyDecision.APPROVED, "datang": CopyDecision.DECLINED, "anxi": None}
    assert ledger.copies.copied(FIRST) == {"anxi"}


def test_one_question_stays_open(ledger: Ledger) -> None:
    question = ledger.mornings.open_question(FIRST)
    assert question is not None
    assert question.asked_at == NOW
    settled = select(questions.c.asked_at, questions.c.answered_at).where(questions.c.answer == DateAnswer.SETTLED)
    assert rows(ledger, settled) == [(parse_moment("2022-12-28T08:45"),) * 2]
    assert [each.answer for each in ledger.mornings.answered(FIRST)] == [DateAnswer.EARLIER_WRONG] * 2


def test_a_simulation_stays_by_itself(ledger: Ledger) -> None:
    assert set(ledger.entries(SIMULATED)) == {key(ITEM)}
    (letter,) = ledger.written(SIMULATED)
    assert (letter.code, letter.keys, letter.taken_back) == ("XF-221226-T01", (key(ITEM),), False)
    assert ledger.letter(SIMULATED, "jiading", DAY) is not None


def test_drills_have_a_book_of_their_own(ledger: Ledger) -> None:
    rehearsed = {letter.code: letter.keys for letter in ledger.written(REHEARSED)}
    assert rehearsed == {"XF-221226-T01": (key(ITEM),), "XF-221226-T09": (key(OTHER_ITEM),)}
    assert ledger.written(REHEARSED_TOO) == ()


def test_the_book_goes_on(written: Ledger) -> None:
    written.register(FIRST, NOW, members=[FIRST, SECOND, "safety-2024"])
    assert [each.book for each in written.kept() if not each.simulated] == [FIRST, FIRST, REHEARSED, REHEARSED, FIRST]
    written.enrol(FIRST, [key(OTHER_ITEM), key(("safety-2024:mines", "monthly", "2024-01"))])
    assert not written.enter(FIRST, [Receipt(key(OTHER_ITEM), Entry.NIL, NOW, Channel.MAIL, "王", "", NOW)])
    again = Receipt(key(OTHER_ITEM), Entry.RETURNED, NOW, Channel.MAIL, "王", "", NOW, seq=2)
    assert written.enter(FIRST, [again])

    written.mornings.note(FIRST, NOW)
    assert written.mornings.last(FIRST) == LAST
    message = Message("<new@xf.example>", "催报", ("jiading@xf.example",), b"")
    said = ((key(OTHER_ITEM), "listed-1", Step.ESCALATION), (key(ITEM), "listed-1", Step.ESCALATION))
    filing = Filing(FIRST, "jiading", LAST, 0, NOW, message, steps=said, code="XF-221228-T01", carrier=CarriedBy.SMTP)
    held = replace(MINE, now=NOW + timedelta(days=1), until=NOW + timedelta(days=1, seconds=90))
    assert written.leases.take(Leased.LETTER, [filing.thing], held).ours
    assert set(written.file([filing], held)) == {"jiading"}

    new = ReadMail("ff", "<ff@x>", "a@x", "", "", (), NOW, NOW, "queue", "", guesses=(key(PARKS),), names=(key(PARKS),))
    assert written.mails.file(FIRST, replace(mail(written, 1), id=0), Consequences()) is None
    number = written.mails.file(FIRST, new, Consequences())
    assert number is not None
    assert written.mails.decide(FIRST, number, Decision("dismissed", "王", NOW, ""), Consequences())
    inbox = "office@xf.example/INBOX"
    written.mails.advance(FIRST, inbox, Position(7, 60))
    assert written.mails.position(FIRST, inbox) == Position(7, 60)
    written.mornings.settle(FIRST, NOW)
    written.mornings.ask(FIRST, Question(LAST, Doubt.GAP, NEXT, None, asked_at=NOW))
    assert written.mornings.open_question(FIRST) is not None


def test_taking_a_morning_back_leaves_those_alone_that_joined(written: Ledger) -> None:
    question = written.mornings.open_question(FIRST)
    assert question is not None
    said = replace(question, answer=DateAnswer.EARLIER_WRONG, answered_by="王", answered_at=NOW)
    assert written.mornings.answer(FIRST, said, [NEXT], MINE)
    assert written.mornings.revision(FIRST, NEXT) == 1
    standing = {letter.message_id for letter in written.written(FIRST, "jiading") if not letter.taken_back}
    assert f"<{FIRST}.jiading.2022-12-27.0@xf.example>" not in standing
    assert f"<{SECOND}.jiading.2022-12-27.1@xf.example>" in standing


def test_a_third_campaign_joins_as_the_second_did(url: str) -> None:
    statements = (
        f"INSERT INTO campaigns (id, simulated, opened_at) VALUES ('{THIRD}', false, '2022-12-27 01:00:00.000000')",
        f"INSERT INTO pauses (id, campaign, first, last, reason, entered_by, entered_at) VALUES "
        f"(90, '{THIRD}', '2022-12-26', '2022-12-30', '', '王', '2022-12-27 01:00:00.000000')",
        f"INSERT INTO mornings (id, campaign, day, revision, at) VALUES "
        f"(90, '{THIRD}', '2022-12-26', 0, '2022-12-26 01:00:00.000000')",
        'INSERT INTO mails (id, campaign, identity, message_id, sender, sender_name, subject, "references", '
        "arrived_at, read_at, verdict, reason, guesses, files, answerable, names, certain) "
        f"SELECT 90, '{THIRD}', identity, message_id, sender, sender_name, subject, \"references\", arrived_at, "
        f"read_at, verdict, reason, guesses, files, answerable, names, certain FROM mails "
        f"WHERE campaign = '{SECOND}' AND identity = '{4:064x}'",
        "UPDATE questions SET open = NULL, answer = 'settled', answered_at = asked_at WHERE open IS NOT NULL",
        "INSERT INTO questions (id, campaign, open, asked_at, day, doubt) VALUES "
        f"(90, '{THIRD}', '{THIRD}', '2022-12-28 01:00:00.000000', '2022-12-28', 'gap')",
        f"INSERT INTO bad_addresses (id, campaign, address, mail, since, detail) VALUES "
        f"(90, '{THIRD}', 'anxi@xf.example', 90, '2022-12-28 01:00:00.000000', '')",
    )
    engine = create_engine(url)
    with engine.begin() as db:
        for statement in statements:
            db.execute(text(statement))
    engine.dispose()
    ledger = Ledger.open(url, outside=True)
    assert next(each.book for each in ledger.kept() if each.id == THIRD) == FIRST
    assert {row[0] for row in rows(ledger, select(mornings.c.revision))} == {0, 1, -1001, -1002, -2001}
    assert all(pause.entered_at != parse_moment("2022-12-27T09:00") for pause in ledger.agreements.pauses(FIRST))
    # Of two that wait, the earlier campaign's, with what either takes it for.
    assert mail(ledger, 4).guesses == (key(PARKS, "datang"), key((f"{THIRD}:parks", *PARKS[1:]), "datang"))
    assert mail(ledger, 4).waits == "trust"
    assert set(ledger.mails.bad_addresses(FIRST)) == {"anxi@xf.example", "datang@xf.example"}
    question = ledger.mornings.open_question(FIRST)
    assert question is not None
    assert question.asked_at == parse_moment("2022-12-28T09:00")
    ledger.close()


def test_the_schema_is_that_of_the_tables_and_goes_back(url: str) -> None:
    Ledger.open(url).close()
    engine = create_engine(url)
    widths = {name: {column["name"]: column for column in inspect(engine).get_columns(name)} for name in PLANS}
    assert {str(widths[name]["plan"]["type"]) for name in PLANS} == {"VARCHAR(161)"}
    with engine.begin() as connection:
        migrate(connection, "0008", down=True)
    found = inspect(engine)
    assert "book" not in {column["name"] for column in found.get_columns("campaigns")}
    types = {str(column["type"]) for name in PLANS for column in found.get_columns(name) if column["name"] == "plan"}
    assert types == {"VARCHAR(80)"}
    engine.dispose()


def test_a_ledger_with_one_campaign_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as file:
        file.executescript(DUMP.read_text(encoding="utf-8"))
        others = f"(SELECT id FROM {{}} WHERE campaign <> '{FIRST}')"
        for table, column, of in (
            ("receipts", "obligation", "obligations"),
            ("reminders", "obligation", "obligations"),
            ("promises", "obligation", "obligations"),
            ("evidence", "mail", "mails"),
            ("acknowledgements", "mail", "mails"),
        ):
            file.execute(f"DELETE FROM {table} WHERE {column} IN {others.format(of)}")
        for each in metadata.tables.values():
            if "campaign" in each.c:
                file.execute(f"DELETE FROM {each.name} WHERE campaign <> '{FIRST}'")
        file.execute("DELETE FROM campaigns WHERE id <> ?", [FIRST])
        file.commit()
        had = everything(file)
    Ledger.open(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as file:
        has = everything(file)
    has["campaigns"] = [{name: value for name, value in row.items() if name != "book"} for row in has["campaigns"]]
    assert has == had
    assert sum(map(len, had.values())) > 60


def everything(file: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by the name of its columns."""
    found = {}
    for name in metadata.tables:
        read = file.execute(f"SELECT * FROM {name} ORDER BY 1")
        columns = [each[0] for each in read.description]
        found[name] = [dict(zip(columns, row, strict=True)) for row in read]
    return found


def test_an_empty_ledger_has_no_books(database_url: str) -> None:
    opened = Ledger.open(database_url)
    assert opened.kept() == ()
    opened.register(FIRST, NOW)
    assert rows(opened, select(campaigns.c.book)) == [(FIRST,)]
    opened.close()
