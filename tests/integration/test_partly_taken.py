"""A letter that the mail server took for some of its recipients and put off for others: the rest get it the same day,
and nobody gets it twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cuibao.ledger import FiledLetter
from cuibao.model import Channel, LetterState, LetterStatus
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning, pausing
from cuibao.service.views import board
from tests.faults.town import DAY, ITEMS, NEXT_STEP, lay_out, unit
from tests.integration.smtp_server import Drop, SmtpServer
from tests.offices import at, office, smtp, spoil

NINE = "2022-05-06T09:00"
FIRST, SECOND, THIRD = "town0@xf.gov.cn", "second@xf.gov.cn", "third@xf.gov.cn"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A town of one unit, which has three addresses."""
    units = lay_out(tmp_path, 1) / "contacts" / "units.yaml"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace(f"[{FIRST}]", f"[{FIRST}, {SECOND}, {THIRD}]"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def town(home: Path, server: SmtpServer) -> Iterator[Office]:
    with office(home, **smtp(server.port)) as opened:
        yield opened


def status(town: Office, moment: str) -> LetterStatus:
    """What a morning at that moment made of the unit's letter."""
    return next(each.status for each in morning.run(town, at(moment)).letters if each.addressee == "town0")


def filed(town: Office) -> FiledLetter:
    letter = town.ledger.letter(town.campaign.id, "town0", at(DAY).date())
    assert letter is not None
    return letter


def got(server: SmtpServer) -> list[tuple[str, ...]]:
    """Whom each transaction with the unit's letter was for."""
    return [each.recipients for each in server.letters if each.recipients != ("office@xf.gov.cn",)]


def report(town: Office, requirement: str, moment: str = "2022-05-06T08:45") -> None:
    item = lookup.item_named(town, "skills", requirement, None)
    entering.record(town, at(moment), units=[unit(0)], period=item, received=None, channel=Channel.FAX, by="王")


def test_the_rest_get_the_same_bytes_later_that_day(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND, THIRD)
    assert status(town, DAY) is LetterStatus.PARTIAL
    letter = filed(town)
    assert (letter.state, letter.deferred, letter.unfinished) == (LetterState.PARTIAL, (SECOND, THIRD), True)
    assert f"暂缓接收：{SECOND}（451" in board.look(town, at(DAY)).troubles[0].detail
    assert status(town, NINE) is LetterStatus.SENT
    assert status(town, NINE) is LetterStatus.ALREADY
    assert got(server) == [(FIRST,), (SECOND, THIRD)]
    assert {each.data for each in server.letters if FIRST in each.recipients} == {
        each.data for each in server.letters if SECOND in each.recipients
    }
    assert (filed(town).state, filed(town).deferred) == (LetterState.SENT, ())
    assert board.look(town, at(NINE)).troubles == ()


def test_whoever_is_put_off_again_is_tried_again(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND, times=2)
    server.greylists(THIRD, times=3)
    found = [status(town, moment) for moment in (DAY, NINE, "2022-05-06T09:30", "2022-05-06T10:00")]
    assert found == [LetterStatus.PARTIAL, LetterStatus.DEFERRED, LetterStatus.PARTIAL, LetterStatus.SENT]
    assert got(server) == [(FIRST,), (SECOND,), (THIRD,)]


def test_nobody_gets_the_rest_of_a_letter_once_something_was_entered(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND)
    status(town, DAY)
    report(town, next(iter(ITEMS)))
    assert status(town, NINE) is LetterStatus.PARTIAL
    letter = filed(town)
    assert (letter.unfinished, letter.missed) == (False, (SECOND,))
    assert letter.detail == f"{SECOND} 不再补发：其后该单位有新的登记"
    assert status(town, "2022-05-06T09:30") is LetterStatus.ALREADY
    assert got(server) == [(FIRST, THIRD)]


def test_nobody_gets_the_rest_of_a_letter_that_was_paused_meanwhile(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND)
    status(town, DAY)
    until = at("2022-05-20T08:30").date()
    pausing.pause(town, at(DAY), unit=None, plan=None, first=None, last=until, reason="抗洪抢险", by="王")
    assert status(town, NINE) is LetterStatus.ALREADY
    assert got(server) == [(FIRST, THIRD)]


def test_nobody_gets_the_rest_at_an_address_that_is_the_units_no_more(home: Path, server: SmtpServer) -> None:
    server.greylists(SECOND, THIRD)
    with office(home, **smtp(server.port)) as opened:
        status(opened, DAY)
    spoil(home / "contacts" / "units.yaml", f"{SECOND}, ", "")
    with office(home, **smtp(server.port)) as opened:
        assert status(opened, NINE) is LetterStatus.SENT
    assert got(server) == [(FIRST,), (THIRD,)]


def test_what_was_entered_before_it_was_written_does_not_hold_the_rest_back(town: Office, server: SmtpServer) -> None:
    town.ledger.register(town.campaign.id, at(DAY))
    report(town, next(iter(ITEMS)), "2022-05-06T08:20")
    server.greylists(SECOND)
    assert [status(town, moment) for moment in (DAY, NINE)] == [LetterStatus.PARTIAL, LetterStatus.SENT]
    assert got(server) == [(FIRST, THIRD), (SECOND,)]


def test_a_rest_that_is_refused_is_over(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND)
    status(town, DAY)
    server.rejects(SECOND, "550 5.1.1 no such user")
    assert [status(town, NINE) for _ in range(2)] == [LetterStatus.PARTIAL, LetterStatus.ALREADY]
    assert (filed(town).missed, filed(town).deferred) == ((SECOND,), ())
    assert got(server) == [(FIRST, THIRD)]


def test_whom_the_server_refused_stays_missed_when_the_rest_have_it(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND)
    server.rejects(THIRD, "550 5.1.1 no such user")
    status(town, DAY)
    assert status(town, NINE) is LetterStatus.PARTIAL
    letter = filed(town)
    assert (letter.missed, letter.deferred) == ((THIRD,), ())
    assert letter.detail.startswith(f"{THIRD} 未收到；250 ")
    assert got(server) == [(FIRST,), (SECOND,)]


def test_a_rest_of_which_nobody_knows_whether_it_arrived_is_shown_to_a_person(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND)
    status(town, DAY)
    server.next("end", Drop(stored=True), Drop(stored=False))
    assert [status(town, NINE) for _ in range(2)] == [LetterStatus.UNCERTAIN, LetterStatus.ALREADY]
    assert got(server) == [(FIRST, THIRD), (SECOND,)]
    assert [each.what for each in board.look(town, at(NINE)).troubles] == ["是否送达不确定"]


def test_a_rest_that_was_never_taken_is_not_tried_the_next_day(town: Office, server: SmtpServer) -> None:
    server.greylists(SECOND, times=2)
    assert [status(town, moment) for moment in (DAY, NINE)] == [LetterStatus.PARTIAL, LetterStatus.DEFERRED]
    status(town, NEXT_STEP)
    assert filed(town).state is LetterState.PARTIAL
    assert filed(town).message.message_id not in {
        each.message_id for each in server.letters if SECOND in each.recipients
    }


def test_all_of_them_put_off_is_a_letter_put_off(town: Office, server: SmtpServer) -> None:
    server.greylists(FIRST, SECOND, THIRD)
    assert status(town, DAY) is LetterStatus.DEFERRED
    for requirement in ITEMS:
        report(town, requirement)
    assert status(town, NINE) is LetterStatus.STOPPED
    assert got(server) == []
