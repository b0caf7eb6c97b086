"""补发: a passing fault at half past eight does not cost the day, and a mail server that means it is left alone."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cuibao.model import Channel, LetterState, LetterStatus
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import again, morning
from cuibao.service.mail.answers import send_answers
from cuibao.service.views import board
from cuibao.service.views.trail import trail
from tests.faults.programs import until
from tests.faults.town import DAY, ITEMS, LETTERS, NEXT_DAY, NEXT_STEP, UNITS, lay_out, unit
from tests.integration.smtp_server import SmtpServer, Stall
from tests.offices import at, begun, office, smtp

NINE, LATER = "2022-05-06T09:00", "2022-05-06T09:30"
HALF_HOURS = [f"2022-05-06T{hour:02}:{minute:02}" for hour in range(9, 18) for minute in (0, 30)]
USER, PASSWORD = "office@xf.gov.cn", "right"
ADDRESSES = [f"town{number}@xf.gov.cn" for number in range(UNITS)]

Opened = Callable[[str], AbstractContextManager[Office]]


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    begun(lay_out(tmp_path), **smtp(25))
    return tmp_path


@pytest.fixture
def town(home: Path, server: SmtpServer) -> Opened:
    """The office at a moment of its clock."""
    return lambda moment: office(home, CUIBAO_NOW=moment, **smtp(server.port))


def in_the_morning(town: Opened, moment: str = DAY) -> Counter[LetterStatus]:
    with town(moment) as opened:
        return Counter(each.status for each in morning.run(opened, opened.now()).letters)


def resent(town: Opened, moment: str = NINE) -> Counter[LetterStatus] | str:
    """What 补发 did by the clock, or why it did nothing."""
    with town(moment) as opened:
        if (reason := again.why_not(opened, opened.now(), by_itself=True)) is not None:
            return reason
        return Counter(each.status for each in again.resend(opened, opened.now()))


def report(town: Opened, number: int, requirement: str, moment: str = "2022-05-06T08:45") -> None:
    with town(moment) as opened:
        item = lookup.item_named(opened, "skills", requirement, None)
        units = [unit(number)]
        entering.record(opened, opened.now(), units=units, period=item, received=None, channel=Channel.FAX, by="王")


def copies(server: SmtpServer) -> set[int]:
    """How often each letter was accepted."""
    return set(Counter(each.message_id for each in server.letters).values())


def text(server: SmtpServer, number: int) -> str:
    """What the only letter to a unit asks for."""
    (letter,) = [each for each in server.letters if ADDRESSES[number] in each.recipients]
    part = message_from_bytes(letter.data, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).partition("全年事项一览")[0]


def ids(town: Opened, day: str = DAY) -> dict[str, str]:
    with town(DAY) as opened:
        written = opened.ledger.written(opened.campaign.id)
        return {each.addressee: each.message_id for each in written if each.day == at(day).date()}


# --- what passes ---


def test_greylisted_at_half_past_eight_delivered_at_nine(town: Opened, server: SmtpServer) -> None:
    server.greylists(*ADDRESSES, "office@xf.gov.cn")
    assert in_the_morning(town) == {LetterStatus.DEFERRED: LETTERS}
    before = ids(town)
    assert resent(town) == {LetterStatus.SENT: LETTERS}
    assert ids(town) == before
    assert {each.message_id for each in server.letters} == set(before.values())
    assert copies(server) == {1}
    assert resent(town, LATER) == "没有要补发的信"


def test_it_is_written_as_everything_stands_when_it_goes(town: Opened, server: SmtpServer) -> None:
    server.greylists(*ADDRESSES)
    in_the_morning(town)
    report(town, 0, "roster")
    for requirement in ITEMS:
        report(town, 1, requirement)
    assert resent(town) == {LetterStatus.SENT: UNITS - 1, LetterStatus.STOPPED: 1}
    assert (ITEMS["roster"] in text(server, 0), ITEMS["work-plan"] in text(server, 0)) == (False, True)
    assert ITEMS["roster"] in text(server, 2)


def test_it_is_tried_every_half_hour(town: Opened, server: SmtpServer) -> None:
    server.greylists(ADDRESSES[0], times=3)
    in_the_morning(town)
    found = [resent(town, moment) for moment in HALF_HOURS[:3]]
    assert found == [{LetterStatus.DEFERRED: 1}, {LetterStatus.DEFERRED: 1}, {LetterStatus.SENT: 1}]


def test_a_server_that_is_away_in_the_morning(home: Path, town: Opened, server: SmtpServer) -> None:
    with office(home, CUIBAO_NOW=DAY, **{**smtp(server.port), "CUIBAO_SMTP_PORT": "1"}) as opened:
        morning.run(opened, opened.now())
    assert resent(town) == {LetterStatus.SENT: LETTERS}


def test_the_rest_of_the_recipients_get_theirs(home: Path, town: Opened, server: SmtpServer) -> None:
    units = home / "contacts" / "units.yaml"
    whole = units.read_text(encoding="utf-8")
    units.write_text(whole.replace(f"[{ADDRESSES[0]}]", f"[{ADDRESSES[0]}, second@xf.gov.cn]"), encoding="utf-8")
    server.greylists("second@xf.gov.cn")
    assert in_the_morning(town) == {LetterStatus.SENT: LETTERS - 1, LetterStatus.PARTIAL: 1}
    assert resent(town) == {LetterStatus.SENT: 1}
    first, second = (each for each in server.letters if each.recipients[0] in (ADDRESSES[0], "second@xf.gov.cn"))
    assert (first.recipients, second.recipients) == ((ADDRESSES[0],), ("second@xf.gov.cn",))
    assert first.data == second.data


def test_what_a_crash_left_is_finished(home: Path, town: Opened, server: SmtpServer) -> None:
    server.next("data", Stall(30))
    environ = {**os.environ, "CUIBAO_HOME": str(home), "CUIBAO_NOW": DAY, **smtp(server.port)}
    words = [str(Path(sys.executable).with_name("cuibao")), "morning"]
    running = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: server.did("data"))
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert resent(town) == {LetterStatus.SENT: LETTERS}
    assert copies(server) == {1}


def test_what_a_morning_is_sending_is_left_to_it(home: Path, town: Opened, server: SmtpServer) -> None:
    server.next("end", Stall(4, stored=True))
    environ = {**os.environ, "CUIBAO_HOME": str(home), "CUIBAO_NOW": DAY, **smtp(server.port)}
    words = [str(Path(sys.executable).with_name("cuibao")), "morning"]
    running = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: server.letters)
    assert resent(town) == {LetterStatus.BUSY: LETTERS}
    assert running.wait() == 0
    assert (copies(server), len(server.letters)) == ({1}, LETTERS)


# --- what it does not do ---


def test_it_begins_no_morning(town: Opened, server: SmtpServer) -> None:
    assert resent(town) == "没有要补发的信"
    in_the_morning(town)
    assert resent(town, f"{NEXT_STEP[:10]}T09:00") == "没有要补发的信"


def test_it_leaves_yesterdays_to_todays_morning(town: Opened, server: SmtpServer) -> None:
    server.greylists(*ADDRESSES)
    in_the_morning(town)
    assert resent(town, f"{NEXT_DAY[:10]}T09:00") == "没有要补发的信"


@pytest.mark.parametrize("moment", ["2022-05-06T08:59", "2022-05-06T18:00"])
def test_it_keeps_to_office_hours(town: Opened, server: SmtpServer, moment: str) -> None:
    server.greylists(ADDRESSES[0])
    in_the_morning(town)
    assert resent(town, moment) == "不在办公时间"


def test_nothing_goes_on_a_day_off(town: Opened) -> None:
    assert resent(town, "2022-05-08T09:00") == "2022-05-08 为休息日，不发催报函"


def test_what_the_daily_cap_kept_waits_for_tomorrow(home: Path, server: SmtpServer) -> None:
    def capped(moment: str) -> AbstractContextManager[Office]:
        return office(home, CUIBAO_NOW=moment, CUIBAO_SMTP_DAILY_CAP="3", **smtp(server.port))

    assert in_the_morning(capped) == {LetterStatus.SENT: 3, LetterStatus.CAPPED: LETTERS - 3}
    assert resent(capped) == "没有要补发的信"
    assert len(server.letters) == 3
    assert in_the_morning(capped, NEXT_DAY)[LetterStatus.SENT] == 3


def test_what_was_put_off_has_no_room_either_once_the_cap_is_reached(home: Path, server: SmtpServer) -> None:
    def capped(moment: str) -> AbstractContextManager[Office]:
        return office(home, CUIBAO_NOW=moment, CUIBAO_SMTP_DAILY_CAP="3", **smtp(server.port))

    server.greylists(ADDRESSES[0])
    in_the_morning(capped)
    assert resent(capped) == {LetterStatus.CAPPED: 1}
    assert len(server.letters) == 3


# --- a server that means it ---


@pytest.fixture
def strict() -> Iterator[SmtpServer]:
    with SmtpServer(auth=(USER, PASSWORD)) as running:
        yield running


@pytest.fixture
def locked_out(home: Path, strict: SmtpServer) -> Opened:
    """The office, with a password that the server does not take."""
    return lambda moment: office(home, CUIBAO_NOW=moment, **_login(strict, "wrong"))


def _login(server: SmtpServer, password: str) -> dict[str, str]:
    return {**smtp(server.port), "CUIBAO_SMTP_USER": USER, "CUIBAO_SMTP_PASSWORD": password}


def test_a_login_is_refused_three_times_a_day_and_again_the_next(locked_out: Opened, strict: SmtpServer) -> None:
    assert in_the_morning(locked_out) == {LetterStatus.DEFERRED: LETTERS}
    found = [resent(locked_out, moment) for moment in HALF_HOURS]
    assert strict.logins == 3
    assert found[:2] == [{LetterStatus.DEFERRED: LETTERS}] * 2
    silent = "邮件服务器今天已 3 次拒绝登录，不再自动登录：请检查账号和授权码，再重做每日催报"
    assert set(map(str, found[2:])) == {silent}
    with locked_out(LATER) as opened:
        assert {each.detail.rpartition("；")[2] for each in board.look(opened, opened.now()).troubles} == {silent}
    in_the_morning(locked_out, NEXT_STEP)
    assert resent(locked_out, f"{NEXT_STEP[:10]}T09:00") == {LetterStatus.DEFERRED: UNITS + 1}
    assert strict.logins == 5


def test_a_login_that_is_taken_again_in_time_costs_nothing(home: Path, locked_out: Opened, strict: SmtpServer) -> None:
    in_the_morning(locked_out)
    assert resent(lambda moment: office(home, CUIBAO_NOW=moment, **_login(strict, PASSWORD))) == {
        LetterStatus.SENT: LETTERS
    }
    assert copies(strict) == {1}


def test_a_person_may_still_try(home: Path, locked_out: Opened, strict: SmtpServer) -> None:
    in_the_morning(locked_out)
    for moment in HALF_HOURS[:4]:
        resent(locked_out, moment)
    assert in_the_morning(locked_out, "2022-05-06T11:00") == {LetterStatus.DEFERRED: LETTERS}
    assert strict.logins == 4

    def corrected(moment: str) -> AbstractContextManager[Office]:
        return office(home, CUIBAO_NOW=moment, **_login(strict, PASSWORD))

    strict.greylists(ADDRESSES[0])
    assert in_the_morning(corrected, "2022-05-06T11:10") == {LetterStatus.SENT: LETTERS - 1, LetterStatus.DEFERRED: 1}
    # The server has taken letters: by itself again.
    assert resent(corrected, "2022-05-06T11:30") == {LetterStatus.SENT: 1}


def test_a_sender_that_the_server_does_not_take_is_as_bad_as_a_login(town: Opened, server: SmtpServer) -> None:
    server.next("mail", *["553 Mail from must equal authorized user"] * 4)
    assert in_the_morning(town) == {LetterStatus.DEFERRED: LETTERS}
    for moment in HALF_HOURS:
        resent(town, moment)
    assert server.commands.count("MAIL") == 3


def test_acknowledgements_leave_a_try_to_the_morning(locked_out: Opened, strict: SmtpServer) -> None:
    with locked_out("2022-05-06T00:15") as opened:
        opened.ledger.register(opened.campaign.id, opened.now())
        for moment in ("2022-05-05T23:45", "2022-05-06T00:15", "2022-05-06T00:30"):
            opened.ledger.leases.halt(opened.account, opened.machine_now(), at(moment).date(), "535 no", login=True)
        assert send_answers(opened, by_itself=True) == {}
    assert in_the_morning(locked_out) == {LetterStatus.DEFERRED: LETTERS}
    assert strict.logins == 1
    assert str(resent(locked_out)).startswith("邮件服务器今天已 3 次拒绝登录")


def test_nothing_goes_by_itself_to_a_server_that_calls_it_spam(town: Opened, server: SmtpServer) -> None:
    server.next("end", "554 DT:SPM")
    found = in_the_morning(town)
    assert (found[LetterStatus.REFUSED], found[LetterStatus.DEFERRED]) == (1, LETTERS - 1)
    before = server.connections
    assert {str(resent(town, moment))[:14] for moment in HALF_HOURS} == {"邮件服务器今天以疑似垃圾邮件"}
    assert server.connections == before
    assert in_the_morning(town, LATER)[LetterStatus.SENT] == LETTERS - 1


@pytest.mark.parametrize("answer", ["451 DT:SPM 163", "550 Ip frequency limited"])
def test_what_a_free_mailbox_means_for_now_goes_later(town: Opened, server: SmtpServer, answer: str) -> None:
    server.next("end", answer)
    in_the_morning(town)
    assert resent(town) == {LetterStatus.SENT: 1}


# --- what is said of it ---


def test_the_board_and_the_trail_say_that_it_is_tried_again(town: Opened, server: SmtpServer) -> None:
    server.greylists(ADDRESSES[0])
    in_the_morning(town)

    def said(moment: str) -> tuple[str, str]:
        with town(moment) as opened:
            (trouble,) = board.look(opened, opened.now()).troubles
            (event,) = [each for each in trail(opened, unit=unit(0)).events if each.kind == "letter"]
            return f"{trouble.what}：{trouble.detail}".rpartition("）；")[2], event.words.rpartition("，")[2]

    assert [words[-7:] for words in said(NINE)] == ["今天会自动再试"] * 2
    assert [words[-8:] for words in said("2022-05-06T17:45")] == ["今天不再自动再试"] * 2
    assert not any("再试" in words for words in said(NEXT_DAY))


def test_a_letter_of_today_that_nobody_put_off_is_not_tried_again(town: Opened, server: SmtpServer) -> None:
    server.rejects(ADDRESSES[0], "550 5.1.1 no such user")
    assert in_the_morning(town)[LetterStatus.REFUSED] == 1
    assert resent(town) == "没有要补发的信"
    with town(NINE) as opened:
        letter = opened.ledger.letter(opened.campaign.id, "town0", at(DAY).date())
        assert letter is not None
        assert letter.state is LetterState.REFUSED
