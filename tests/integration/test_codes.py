"""The codes of letters: kept, unique whatever happens in a morning, and what a mail that quotes one comes to."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from cuibao.model import OFFICE, DateAnswer, Status
from cuibao.office import Office
from cuibao.service.letters import clock, morning
from cuibao.service.mail.correspondence import Correspondence
from tests.integration.imap_server import Account
from tests.integration.smtp_server import SmtpServer
from tests.integration.test_inbox import collect, environ, letter_to, opened, reasons, server, status
from tests.mails import File, mail
from tests.offices import DOMAIN, at, office, reachable

__all__ = ["environ", "opened", "server"]

DAY = "2022-05-06T08:30"
GONGAN = f"gongan@{DOMAIN}"


def codes(found: Office) -> dict[str, str | None]:
    """The code of each addressee's newest letter, which its subject shows."""
    written = found.ledger.written(found.campaign.id)
    assert all(letter.code is None or letter.subject.endswith(f" [{letter.code}]") for letter in written)
    return {letter.addressee: letter.code for letter in written}


def test_each_letter_to_a_unit_keeps_the_code_that_it_shows(tmp_path: Path) -> None:
    with office(tmp_path) as found:
        for day in ("2022-04-29T08:30", "2022-05-05T08:30"):
            morning.run(found, at(day))
        kept = codes(found)
    assert kept.pop(OFFICE) is None
    assert kept["jiading"] == "XF2022-220505-T01"
    assert len(set(kept.values())) == len(kept) == 42


def test_a_second_letter_of_a_day_has_another_code(tmp_path: Path) -> None:
    with office(tmp_path) as found:
        first = morning.run(found, at(DAY))
        clock.answer(found, at("2022-05-05T09:00"), DateAnswer.EARLIER_WRONG, "王")
        second = morning.run(found, at(DAY))
        assert codes(found)["jiading"] == "XF2022-220506-T01-2"
    subjects = [{letter.addressee: letter.subject for letter in each.written} for each in (first, second)]
    assert {name: f"{subject[:-1]}-2]" for name, subject in subjects[0].items()} == subjects[1]


def test_units_that_change_their_numbers_in_the_middle_of_a_morning_share_no_code(tmp_path: Path) -> None:
    reachable(tmp_path)
    with office(tmp_path) as found:
        ready = morning.prepare(found, at(DAY))
        list(morning.write(found, at(DAY), ready.revision, ["jiading"]))
    units = tmp_path / "contacts" / "units.yaml"
    text = units.read_text(encoding="utf-8")
    for was, becomes in (("no: T01\n", "no: T99\n"), ("no: T02\n", "no: T01\n"), ("no: T99\n", "no: T02\n")):
        text = text.replace(was, becomes)
    units.write_text(text, encoding="utf-8")
    with office(tmp_path) as found:
        written = list(morning.write(found, at(DAY), ready.revision))
        assert [letter.detail for letter in written if letter.status.unsent] == []
        kept = codes(found)
    assert (kept["jiading"], kept["datangbu"]) == ("XF2022-220506-T01", "XF2022-220506-T01-2")


def test_a_code_without_a_year_means_the_newest_letter_that_there_was(tmp_path: Path) -> None:
    with office(tmp_path) as found:
        for day in ("2022-05-06", "2022-05-20"):
            morning.run(found, at(f"{day}T08:30"))
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as ledger, ledger:  # as a program before codes were kept did
        ledger.execute("UPDATE letters SET code = NULL, subject = '【催报】嘉定镇 [XF2022-0506-T01]'")
        ledger.execute("DELETE FROM reminders WHERE letter IN (SELECT id FROM letters WHERE addressee != 'jiading')")
        ledger.execute("DELETE FROM letters WHERE addressee != 'jiading'")
    with office(tmp_path) as found:
        written, letters = found.ledger.written(found.campaign.id), Correspondence(found)

    def meant(when: datetime) -> str:
        letter = letters.quoted("XF2022-0506-T01", when)
        return letter.message_id if letter else ""

    found_then = [meant(at(when)) for when in ("2022-05-06T08:29", "2022-05-06T09:00", "2022-05-20T09:00")]
    assert found_then == ["", *(letter.message_id for letter in written)]
    assert letters.quoted("XF2022-220506-T01", at("2022-05-20T09:00")) is None


@pytest.mark.parametrize("quoted", ["[{}]", "［ {} ］材料", "{}的材料"])
def test_a_mail_that_quotes_the_code_alone_is_matched_by_it(
    opened: Office, account: Account, server: SmtpServer, quoted: str
) -> None:
    letter_to(opened, server, GONGAN)
    subject = quoted.format("xf2022-220726-d05")
    account.deliver(mail(sender=GONGAN, subject=subject, files=[File("阶段性工作情况.doc")]), at("2022-07-26T15:00"))
    assert collect(opened).queued == 0
    assert status(opened, unit="gongan") is Status.LATE


def test_a_code_proves_nothing(opened: Office, account: Account, server: SmtpServer) -> None:
    letter_to(opened, server, GONGAN)
    files = [File("阶段性工作情况.doc")]
    account.deliver(mail(sender=GONGAN, subject="[XF2022-220726-T01]", files=files), at("2022-07-26T15:00"))
    collect(opened)
    assert reasons(opened) == ["信是写给嘉定镇的，发件人是县公安局"]
