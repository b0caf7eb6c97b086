"""A machine's clock that is wrong, and right again: by the program's own processes, each with the clock it is told."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest

from cuibao.model import DateAnswer
from tests.faults import town
from tests.faults.conftest import Town
from tests.faults.programs import Run, until
from tests.faults.tally import Tally, note
from tests.integration.imap_server import ImapServer
from tests.integration.smtp_server import SmtpServer
from tests.mails import AUTHSERV, mail
from tests.offices import begun, smtp

# The town's first morning, the next working day with a new step, and a day so near that only what comes later can tell.
FIRST, SECOND, AHEAD, YEAR_AHEAD = "2022-05-06T08:30", "2022-05-09T08:30", "2022-06-06T08:30", "2023-05-09T08:30"
ROW = "the machine's clock wrong, then right"


def ended(run: Run, code: int = 0) -> str:
    assert run.wait() == code, run.said
    return run.said


def rows(town: Town, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(town.home / "ledger.db") as ledger:
        return ledger.execute(query).fetchall()


def accepted(town: Town) -> list[tuple[str, str]]:
    """To whom and what: the subject says how things stand and of which morning it is, whether its first or another."""
    heads = [(letter.recipients, BytesHeaderParser().parsebytes(letter.data)) for letter in town.server.letters]
    return sorted((recipients[0], re.sub(r"-\d]$", "]", str(head["Subject"]))) for recipients, head in heads)


def answered(town: Town, clock: str, answer: DateAnswer, *more: str) -> str:
    return ended(town.by_the_clock(clock, "clock", "--answer", answer.zh, "--by", "王", *more))


def told(town: Town, expected: int, *, wrong: int = 0) -> None:
    ids = [letter.message_id for letter in town.server.letters]
    note(
        ROW,
        Tally(faults=1, expected=expected, lost=expected - len(set(ids)), copies=len(ids) - len(set(ids)), wrong=wrong),
    )


def test_a_year_ahead_waits_and_the_right_day_gets_its_letters(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    before = len(small_town.server.letters)
    said = ended(small_town.by_the_clock(YEAR_AHEAD), 1)
    assert "2023年5月9日" in said
    assert "cuibao clock" in said
    assert len(small_town.server.letters) == before
    assert "2023年5月9日" in ended(small_town.by_the_clock(YEAR_AHEAD, "clock"))
    ended(small_town.by_the_clock(SECOND))
    assert len(small_town.server.letters) == before + town.UNITS
    assert "没有要核对的日期" in ended(small_town.by_the_clock(SECOND, "clock"))
    told(small_town, before + town.UNITS)


def test_a_day_back_waits_until_the_clock_is_right(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    before = len(small_town.server.letters)
    assert "早" in ended(small_town.by_the_clock("2022-05-05T08:30"), 1)
    assert len(small_town.server.letters) == before
    ended(small_town.by_the_clock(FIRST))
    assert rows(small_town, "SELECT answer FROM questions") == [("settled",)]
    told(small_town, before)


def test_a_morning_that_waits_leaves_only_the_question(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    tables = ("mornings", "obligations", "letters", "reminders", "leases", "bad_addresses")
    counts = [rows(small_town, f"SELECT count(*) FROM {table}") for table in tables]
    phases = rows(small_town, "SELECT * FROM phases")
    ended(small_town.by_the_clock(YEAR_AHEAD), 1)
    assert [rows(small_town, f"SELECT count(*) FROM {table}") for table in tables] == counts
    assert rows(small_town, "SELECT * FROM phases") == phases


def test_there_is_one_question_and_not_one_a_day(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    for day in (YEAR_AHEAD, "2023-05-10T08:30", "2023-05-11T08:30"):
        ended(small_town.by_the_clock(day), 1)
    assert rows(small_town, "SELECT day, answer FROM questions") == [("2023-05-11", None)]


def test_ten_days_off_ask_nothing(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    before = len(small_town.server.letters)
    ended(small_town.by_the_clock("2022-05-16T09:40"))
    assert len(small_town.server.letters) == before + town.UNITS
    told(small_town, before + town.UNITS)


def test_a_quiet_morning_leaves_a_row_and_one_at_a_moment_given_none(small_town: Town) -> None:
    ended(small_town.by_the_clock("2022-05-08T08:30"))  # a Sunday
    ended(small_town.by_the_clock(SECOND, "morning", "--as-of", FIRST))
    assert rows(small_town, "SELECT day, revision FROM mornings") == [("2022-05-08", 0)]


# --- an answer ---


def test_the_date_is_right_lets_the_day_through_and_the_next(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock("2022-09-01T08:30"), 1)
    before = len(small_town.server.letters)
    assert "日期没错" in answered(small_town, "2022-09-01T09:00", DateAnswer.RIGHT)
    ended(small_town.by_the_clock("2022-09-01T09:01"))
    assert len(small_town.server.letters) > before
    ended(small_town.by_the_clock("2022-09-02T08:30"))


def test_an_answer_of_the_day_after_lets_that_day_through(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock("2022-09-01T08:30"), 1)
    answered(small_town, "2022-09-02T08:00", DateAnswer.RIGHT)
    ended(small_town.by_the_clock("2022-09-02T08:30"))
    ended(small_town.by_the_clock("2022-09-05T08:30"))


def test_the_date_is_right_although_a_later_morning_was_and_is_asked_once(small_town: Town) -> None:
    for day in (FIRST, AHEAD):
        ended(small_town.by_the_clock(day))
    ended(small_town.by_the_clock("2022-05-07T08:30"), 1)
    answered(small_town, "2022-05-07T09:00", DateAnswer.RIGHT)
    ended(small_town.by_the_clock("2022-05-07T09:01"))
    ended(small_town.by_the_clock(SECOND))


def test_nobody_answers_what_is_not_asked(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    assert "没有要核对的日期" in ended(small_town.by_the_clock(FIRST, "clock", "--answer", "日期没错", "--by", "王"), 1)


def test_an_answer_has_a_name(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock(YEAR_AHEAD), 1)
    assert "登记人" in ended(small_town.by_the_clock(YEAR_AHEAD, "clock", "--answer", "日期没错"), 1)


def test_what_was_answered_while_the_clock_was_ahead_says_nothing_once_it_is_right(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock(YEAR_AHEAD), 1)
    answered(small_town, YEAR_AHEAD, DateAnswer.RIGHT)
    ended(small_town.by_the_clock(SECOND))  # nothing ran ahead: nothing is odd
    ended(small_town.by_the_clock(YEAR_AHEAD), 1)


@pytest.mark.parametrize("answer", [DateAnswer.RIGHT, DateAnswer.EARLIER_WRONG])
def test_a_year_that_a_person_let_through_can_be_left_again(small_town: Town, answer: DateAnswer) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock(YEAR_AHEAD), 1)
    answered(small_town, YEAR_AHEAD, DateAnswer.RIGHT)
    ended(small_town.by_the_clock(YEAR_AHEAD))
    ended(small_town.by_the_clock(SECOND), 1)
    answered(small_town, SECOND, answer, "--yes")
    ended(small_town.by_the_clock(SECOND))
    ended(small_town.by_the_clock("2022-05-10T08:30"))
    ended(small_town.by_the_clock("2023-05-10T08:30"), 1)


def test_a_question_that_the_clock_has_outlived_takes_nothing_back(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock(YEAR_AHEAD), 1)
    words = ("clock", "--answer", DateAnswer.EARLIER_WRONG.zh, "--by", "王", "--yes")
    assert "没有要核对的日期" in ended(small_town.by_the_clock(SECOND, *words), 1)
    ended(small_town.by_the_clock("2022-05-05T08:30"), 1)
    assert "没有要核对的日期" in ended(small_town.by_the_clock(FIRST, *words), 1)
    assert rows(small_town, "SELECT * FROM retractions") == []


def test_a_clock_that_fell_back_to_its_makers_date_takes_back_no_year(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock("2020-01-01T00:10"), 1)
    for answer in ("日期没错", "撤回以前的催报"):
        words = ("clock", "--answer", answer, "--by", "王", "--yes")
        assert "请先改正电脑的日期" in ended(small_town.by_the_clock("2020-01-01T00:11", *words), 1)
    assert rows(small_town, "SELECT * FROM retractions") == []


# --- taking back ---


def test_taking_back_first_says_what_it_would_do(small_town: Town) -> None:
    for day in (FIRST, AHEAD):
        ended(small_town.by_the_clock(day))
    ended(small_town.by_the_clock(SECOND), 1)
    words = ("clock", "--answer", DateAnswer.EARLIER_WRONG.zh, "--by", "王")
    said = ended(small_town.by_the_clock(SECOND, *words), 1)
    assert f"2022年6月6日的催报：已发出的 {town.UNITS} 封信不再算数" in said
    assert "--yes" in said
    assert rows(small_town, "SELECT * FROM retractions") == []
    ended(small_town.by_the_clock(SECOND), 1)


def test_what_a_morning_ahead_did_is_taken_back_and_the_real_days_get_what_they_should(
    small_town: Town, tmp_path_factory: pytest.TempPathFactory
) -> None:
    days = (SECOND, AHEAD)
    control = Town(town.lay_out(tmp_path_factory.mktemp("control")), small_town.forks, SmtpServer())
    begun(control.home, **smtp(25))
    with control.server:
        for day in (FIRST, *days):
            ended(control.by_the_clock(day))
        right = accepted(control)
    for day in (FIRST, AHEAD):
        ended(small_town.by_the_clock(day))
    facts = ("letters", "reminders", "obligations", "phases", "mornings")
    before = {table: rows(small_town, f"SELECT count(*) FROM {table}") for table in facts}
    false = [letter.message_id for letter in small_town.server.letters[town.LETTERS :]]
    ended(small_town.by_the_clock(SECOND), 1)
    answered(small_town, SECOND, DateAnswer.EARLIER_WRONG, "--yes")
    assert {table: rows(small_town, f"SELECT count(*) FROM {table}") for table in facts} == before
    small_town.server.letters[town.LETTERS :] = []
    for day in days:
        ended(small_town.by_the_clock(day))
    assert accepted(small_town) == right
    ids = [letter.message_id for letter in small_town.server.letters]
    assert not set(ids) & set(false)
    again = {message_id for (message_id,) in rows(small_town, "SELECT message_id FROM letters WHERE revision = 1")}
    assert len(again & set(ids)) == town.UNITS
    told(small_town, len(right))


def test_several_mornings_ahead_are_taken_back_at_once(small_town: Town) -> None:
    for day in (FIRST, AHEAD, "2022-06-07T08:30", "2022-06-08T08:30"):
        ended(small_town.by_the_clock(day))
    ended(small_town.by_the_clock(SECOND), 1)
    answered(small_town, SECOND, DateAnswer.EARLIER_WRONG, "--yes")
    assert rows(small_town, "SELECT day FROM retractions") == [("2022-06-06",), ("2022-06-07",), ("2022-06-08",)]
    ended(small_town.by_the_clock(SECOND))
    ended(small_town.by_the_clock("2022-05-10T08:30"))


def test_a_phase_that_a_false_morning_closed_is_open_again(small_town: Town) -> None:
    ended(small_town.by_the_clock("2022-04-18T08:30"))
    ended(small_town.by_the_clock("2022-05-20T08:30"))  # closes the phase of April, and reports on it
    query = "SELECT phase, closed_at IS NULL, letter IS NULL FROM phases ORDER BY phase"
    assert rows(small_town, query) == [("implementation", 1, 1), ("mobilization", 0, 0)]
    ended(small_town.by_the_clock("2022-04-19T08:30"), 1)
    answered(small_town, "2022-04-19T08:30", DateAnswer.EARLIER_WRONG, "--yes")
    assert rows(small_town, "SELECT phase FROM phases WHERE opened_at IS NULL OR closed_at IS NULL") == [
        ("mobilization",),
        ("implementation",),
    ]
    ended(small_town.by_the_clock("2022-04-19T08:31"))
    reports = [letter for letter in small_town.server.letters if letter.recipients == ("office@xf.gov.cn",)]
    ended(small_town.by_the_clock("2022-05-05T08:30"))
    again = [letter for letter in small_town.server.letters if letter.recipients == ("office@xf.gov.cn",)]
    assert (len(reports), len(again)) == (1, 2)


def test_what_is_on_its_way_is_not_taken_back_and_who_sleeps_sends_nothing_after_it_was(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    before = len(small_town.server.letters)
    at = {"place": "cuibao.ledger.leases.Leases.depart", "times": 3, "after": False, "how": "STOP"}
    asleep = small_town.by_the_clock(AHEAD, at=at, batch=1)
    until(lambda: asleep.stopped)
    gone = len(small_town.server.letters)
    assert gone > before
    ended(small_town.by_the_clock(SECOND), 1)
    words = ("clock", "--answer", DateAnswer.EARLIER_WRONG.zh, "--by", "王", "--yes")
    assert "还在发送" in ended(small_town.by_the_clock(SECOND, *words), 1)
    with sqlite3.connect(small_town.home / "ledger.db") as ledger:  # as after its lease ran out
        ledger.execute("UPDATE leases SET until = '2022-05-01 00:00:00.000000'")
    answered(small_town, SECOND, DateAnswer.EARLIER_WRONG, "--yes")
    asleep.go_on()
    asleep.wait()
    assert len(small_town.server.letters) == gone
    ended(small_town.by_the_clock(SECOND))
    assert len(small_town.server.letters) == gone + town.UNITS


@pytest.mark.parametrize(
    ("place", "times"),
    [
        ("cuibao.ledger.ledger.Ledger.enrol", 1),
        ("cuibao.ledger.ledger.Ledger.phase_marks", 1),
        ("cuibao.ledger.leases.Leases.take", 3),
        ("cuibao.ledger.ledger.Ledger.file", 1),
    ],
)
def test_a_morning_that_slept_while_it_was_taken_back_does_nothing_more(
    small_town: Town, place: str, times: int
) -> None:
    ended(small_town.by_the_clock("2022-04-18T08:30"))
    asleep = small_town.by_the_clock(
        "2022-05-20T08:30", at={"place": place, "times": times, "after": False, "how": "STOP"}
    )
    until(lambda: asleep.stopped)
    before = len(small_town.server.letters)
    ended(small_town.by_the_clock("2022-04-19T08:30"), 1)
    with sqlite3.connect(small_town.home / "ledger.db") as ledger:  # as after its lease ran out
        ledger.execute("UPDATE leases SET until = '2022-04-01 00:00:00.000000'")
    answered(small_town, "2022-04-19T08:30", DateAnswer.EARLIER_WRONG, "--yes")
    asleep.go_on()
    assert asleep.wait() == 1
    assert len(small_town.server.letters) == before
    assert rows(small_town, "SELECT count(*) FROM phases WHERE closed_at IS NOT NULL") == [(0,)]
    ended(small_town.by_the_clock("2022-05-20T08:30"))
    assert len(small_town.server.letters) == before + town.LETTERS


def test_what_is_ahead_can_be_taken_back_though_nothing_is_asked_any_more(small_town: Town) -> None:
    for day in (FIRST, AHEAD):
        ended(small_town.by_the_clock(day))
    ended(small_town.by_the_clock("2022-05-07T08:30"), 1)
    answered(small_town, "2022-05-07T09:00", DateAnswer.RIGHT)
    ended(small_town.by_the_clock("2022-05-07T09:01"))
    assert "答“撤回以前的催报”就撤回2022年6月6日的催报" in ended(small_town.by_the_clock("2022-05-07T09:02", "clock"))
    answered(small_town, "2022-05-07T09:03", DateAnswer.EARLIER_WRONG, "--yes")
    before = len(small_town.server.letters)
    ended(small_town.by_the_clock(AHEAD))
    assert len(small_town.server.letters) == before + town.UNITS


def test_a_moment_that_was_given_while_the_clock_was_ahead_can_be_taken_back(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock(AHEAD, "morning", "--as-of", AHEAD))
    before = len(small_town.server.letters)
    answered(small_town, SECOND, DateAnswer.EARLIER_WRONG, "--yes")
    ended(small_town.by_the_clock(SECOND))
    ended(small_town.by_the_clock(AHEAD))
    assert len(small_town.server.letters) == before + 2 * town.UNITS


def test_what_may_have_left_before_a_power_cut_is_uncertain_and_not_unsent(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    at = {"place": "cuibao.ledger.leases.Leases.depart", "times": 1, "after": False, "how": "KILL"}
    small_town.by_the_clock(AHEAD, at=at, batch=2, boot="before").wait()
    small_town.by_the_clock(SECOND, boot="after").wait()
    words = ("clock", "--answer", DateAnswer.EARLIER_WRONG.zh, "--by", "王", "--yes")
    said = ended(small_town.by_the_clock("2022-05-09T09:00", *words, boot="after"))
    assert "已发出的 2 封信不再算数" in said
    states = rows(small_town, "SELECT state, count(*) FROM letters WHERE day = '2022-06-06' GROUP BY state")
    assert states == [("uncertain", 2)]


def test_a_letter_that_was_taken_back_hides_no_trouble_and_is_none(small_town: Town) -> None:
    small_town.server.rejects("town1@xf.gov.cn", "550 5.1.1 no such user")
    ended(small_town.by_the_clock(FIRST))
    small_town.server.accepts("town1@xf.gov.cn")
    ended(small_town.by_the_clock(AHEAD))
    ended(small_town.by_the_clock(SECOND), 1)
    answered(small_town, SECOND, DateAnswer.EARLIER_WRONG, "--yes")
    said = ended(small_town.by_the_clock(SECOND, "board"))
    assert f"{town.unit(1)}" in said.partition("信送不到")[2]
    assert "6月6日" not in said


def test_what_went_out_falsely_counts_towards_the_days_cap(small_town: Town) -> None:
    small_town.environ["CUIBAO_SMTP_DAILY_CAP"] = "10"
    for day in (FIRST, AHEAD):
        ended(small_town.by_the_clock(day))
    before = len(small_town.server.letters)
    ended(small_town.by_the_clock(SECOND), 1)
    answered(small_town, SECOND, DateAnswer.EARLIER_WRONG, "--yes")
    ended(small_town.by_the_clock(SECOND))
    assert len(small_town.server.letters) == before + 10 - town.UNITS


# --- what other machines say ---


def test_it_waits_where_the_mail_servers_greeting_says_another_day(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    before = len(small_town.server.letters)
    small_town.server.next("greeting", "220 mail.loopback ESMTP Exim 4.96 Mon, 09 May 2022 08:31:00 +0800")
    said = ended(small_town.by_the_clock("2022-05-13T08:30"), 1)
    assert "2022年5月13日" in said
    assert "2022年5月9日 08:31" in said
    assert len(small_town.server.letters) == before
    ended(small_town.by_the_clock(SECOND))


@pytest.mark.parametrize(("host", "code"), [("127.0.0.2", 0), ("127.0.0.1", 1)])
def test_a_date_from_another_machine_explains_a_long_silence(small_town: Town, host: str, code: int) -> None:
    ended(small_town.by_the_clock(FIRST))
    with SmtpServer(host=host) as apart:
        small_town.environ |= {**smtp(apart.port), "CUIBAO_SMTP_HOST": host, "CUIBAO_SMTP_GAP_SECONDS": "0"}
        apart.next("greeting", "220 mail.loopback ESMTP Exim 4.96 Fri, 05 Aug 2022 00:31:00 +0000")
        ended(small_town.by_the_clock("2022-08-05T08:30"), code)
        assert bool(apart.letters) is (code == 0)


def test_a_mail_server_that_is_away_tells_nothing(small_town: Town) -> None:
    ended(small_town.by_the_clock(FIRST))
    small_town.environ |= smtp(1)
    assert "核对" not in ended(small_town.by_the_clock(SECOND), 1)
    assert rows(small_town, "SELECT count(*) FROM mornings") == [(2,)]


@pytest.fixture
def by_mail(small_town: Town, tmp_path: Path) -> Iterator[tuple[Town, ImapServer]]:
    folder = tmp_path / "imap"
    folder.mkdir()
    with ImapServer(folder) as server:
        account = server.account("office")
        small_town.environ |= {
            "CUIBAO_IMAP_HOST": "127.0.0.1",
            "CUIBAO_IMAP_PORT": str(server.port),
            "CUIBAO_IMAP_SECURITY": "none",
            "CUIBAO_IMAP_USER": "office",
            "CUIBAO_IMAP_PASSWORD": account.password,
            "CUIBAO_IMAP_AUTHSERV": AUTHSERV,
        }
        yield small_town, server


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_it_waits_where_a_mail_came_after_the_day_it_is_said_to_be(by_mail: tuple[Town, ImapServer]) -> None:
    small_town, mailboxes = by_mail
    ended(small_town.by_the_clock(FIRST))
    mailboxes.account("office").deliver(mail(sender="town1@xf.gov.cn"), moment("2022-05-12T10:00"))
    said = ended(small_town.by_the_clock(SECOND), 1)
    assert "2022年5月12日 10:00" in said
    assert "撤回" not in ended(small_town.by_the_clock(SECOND, "clock"))
    answered(small_town, SECOND, DateAnswer.RIGHT)
    ended(small_town.by_the_clock(SECOND))
    ended(small_town.by_the_clock("2022-05-10T08:30"))  # a mail that was asked about once is not asked about again


def test_a_mail_with_a_date_of_its_own_does_not_speak_for_the_others(by_mail: tuple[Town, ImapServer]) -> None:
    small_town, mailboxes = by_mail
    ended(small_town.by_the_clock(FIRST))
    box = mailboxes.account("office")
    box.deliver(mail(sender="town1@xf.gov.cn"), moment("2027-05-12T10:00"))
    ended(small_town.by_the_clock(SECOND), 1)
    answered(small_town, SECOND, DateAnswer.RIGHT)
    ended(small_town.by_the_clock(SECOND))
    box.deliver(mail(sender="town1@xf.gov.cn"), moment("2022-05-22T10:00"))
    ended(small_town.by_the_clock("2022-05-11T08:30"), 1)


def test_a_silent_mailbox_is_odd_after_fifteen_days_and_a_mail_in_it_breaks_the_silence(
    by_mail: tuple[Town, ImapServer],
) -> None:
    small_town, mailboxes = by_mail
    ended(small_town.by_the_clock(FIRST))
    ended(small_town.by_the_clock("2022-05-23T08:30"), 1)
    mailboxes.account("office").deliver(mail(sender="town1@xf.gov.cn"), moment("2022-05-20T10:00"))
    ended(small_town.by_the_clock("2022-05-23T08:31"))


def test_a_mailbox_that_cannot_be_read_is_no_silent_one(by_mail: tuple[Town, ImapServer]) -> None:
    small_town, mailboxes = by_mail
    ended(small_town.by_the_clock(FIRST))
    mailboxes.stop()
    ended(small_town.by_the_clock("2022-05-23T08:30"))
