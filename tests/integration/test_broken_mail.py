"""One broken mail costs one mail, whatever it does to the program or to the server: those behind it are read."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cuibao.incoming import Mail
from cuibao.mailbox import Mailbox, MailboxTrouble
from cuibao.mailbox.line import CONNECTIONS
from cuibao.mailbox.work import HEADERS
from cuibao.model import Entry
from cuibao.office import Office
from cuibao.policy.mail.judging import Judgement, Matcher
from cuibao.service.mail import reading
from cuibao.service.mail.reading import Collected
from cuibao.service.mail.waiting import queue
from tests.attacks import ATTACKS
from tests.integration.imap_between import Answer, between
from tests.integration.imap_server import Account
from tests.integration.test_mailbox import ARRIVED, BEGIN, look, settings, subjects
from tests.mails import AUTHSERV, File, docx, mail, multipart, text_part
from tests.offices import DOMAIN, at, imap, office, reachable
from tests.unit.test_decoding import ENCODED

NOW = "2022-07-27T09:00"
JIADING = f"jiading@{DOMAIN}"
REPORT = "嘉定镇安全技能阶段性工作情况.docx"


@pytest.fixture
def opened(tmp_path: Path, account: Account, database_url: str) -> Iterator[Office]:
    reachable(tmp_path)
    environ = {
        "CUIBAO_HOME": str(tmp_path),
        "CUIBAO_DATABASE_URL": database_url,
        "CUIBAO_NOW": NOW,
        **imap(account),
        "CUIBAO_IMAP_AUTHSERV": AUTHSERV,
    }
    with office(tmp_path, **environ) as found:
        yield found


def collect(opened: Office) -> Collected:
    found = Collected()
    reading.collect(opened, at(NOW), found)
    return found


@pytest.mark.parametrize(
    ("attack", "size"),
    [
        ("comments never closed", 40_000),
        ("comments never closed", 4_000_000),
        ("one header folded", 2_000_000),
        ("boundary without a line", 6_000_000),
        ("many headers", 3_000_000),
        ("boundary lines of parts", 1_000_000),
        ("nested in one boundary", 2_000_000),
        ("base64 padded everywhere", 3_000_000),
    ],
)
def test_a_report_behind_a_mail_that_was_made_to_stop_it_is_registered(
    opened: Office, account: Account, tmp_path: Path, attack: str, size: int
) -> None:
    hostile = ATTACKS[attack](size)
    account.deliver_many([hostile, mail(sender=JIADING, files=[File(REPORT)])], at("2022-07-25T10:00"))
    found = collect(opened)
    assert (found.read, found.queued, len(found.registered), found.troubles) == (2, 1, 1, [])
    (entries,) = opened.ledger.entries(opened.campaign.id, "jiading").values()
    assert entries[0].entry is Entry.RECEIVED
    (waiting,) = queue(opened)
    assert waiting.mail.subject == "x"
    kept = (tmp_path / "evidence" / str(waiting.mail.raw)).read_bytes()
    assert kept.replace(b"\r\n", b"\n") == hostile.replace(b"\r\n", b"\n")
    assert collect(opened).read == 0


def test_a_mail_that_cannot_be_kept_now_is_read_again(opened: Office, account: Account, tmp_path: Path) -> None:
    account.deliver_many([mail(sender="x@x.cn"), mail(sender=JIADING, files=[File(REPORT)])], at("2022-07-25T10:00"))
    (tmp_path / "evidence").write_text("a file where a folder has to be")
    found = collect(opened)
    assert (found.read, found.queued, found.registered, len(found.troubles)) == (2, 0, [], 2)
    (tmp_path / "evidence").unlink()
    found = collect(opened)
    assert (found.queued, len(found.registered), found.troubles) == (1, 1, [])
    assert collect(opened).read == 0


def test_a_mail_at_which_the_program_fails_waits_and_those_behind_it_do_not(
    opened: Office, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.deliver_many([mail(subject="broken"), mail(sender=JIADING, files=[File(REPORT)])], at("2022-07-25T10:00"))
    judge = Matcher.judge

    def failing(self: Matcher, given: Mail, *rest: object) -> Judgement:
        if given.subject == "broken":
            raise MemoryError
        return judge(self, given, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Matcher, "judge", failing)
    found = collect(opened)
    assert (found.queued, len(found.registered), found.troubles) == (1, 1, [])
    assert [waiting.mail.reason for waiting in queue(opened)] == ["程序处理不了这封信，请打开看"]
    assert collect(opened).read == 0


# --- the server ---


def relayed(account: Account, answer: Answer, **changes: object) -> list[Mail]:
    """All mails in the mailbox, read past a server that answers so."""
    with between(account.server.port, answer) as port:
        given = replace(settings(account, **changes), port=port)
        with Mailbox(given).opened() as session:
            return [each for batch in session.news("INBOX", None, BEGIN) for each in session.mails(batch.glimpses)]


def asks_for(command: bytes, uid: int) -> bool:
    """Whether a command asks for what is in that mail."""
    found = re.search(rb"UID FETCH ([\d,]+) .*BODY", command)
    return found is not None and str(uid).encode() in found[1].split(b",")


LINE = b"* 2 FETCH (UID 2 ENVELOPE (" + b"x" * 2_000_000
LITERAL = b"* 2 FETCH (UID 2 BODY[] {3000000000}\r\nx"


@pytest.mark.parametrize(
    "broken", [b"x", LINE, LITERAL, b"* 2 FETCH (UID 2 BODY[] {x}\r\n{tag}", b"{tag} NO [SERVERBUG] broken\r\n"]
)
@pytest.mark.parametrize("part", [b"BODY.PEEK[HEADER]", b"BODY.PEEK[]", b"BODY.PEEK["])
def test_a_mail_over_which_the_server_breaks_is_told_of_and_the_others_are_read(
    account: Account, broken: bytes, part: bytes
) -> None:
    account.deliver_many([mail(subject=f"report {number}", text="text") for number in (1, 2, 3)], ARRIVED)
    mails = relayed(account, lambda command: broken if asks_for(command, 2) and part in command else None)
    assert subjects(mails)[::2] == ["report 1", "report 3"]
    assert [each.oversized for each in mails] == [False, part != b"BODY.PEEK[HEADER]" or broken[:5] != b"{tag}", False]
    assert len({each.identity for each in mails}) == 3
    if part == b"BODY.PEEK[]":
        assert (mails[1].subject, mails[1].text) == ("report 2", "")


def test_a_server_that_breaks_over_everything_is_not_asked_for_ever(account: Account) -> None:
    account.deliver_many([mail(subject=f"report {number}") for number in range(60)], ARRIVED)
    asked: list[bytes] = []

    def breaking(command: bytes) -> bytes | None:
        asked.append(command)
        return b"x" if b"BODY" in command else None

    with pytest.raises(MailboxTrouble, match="连接中断"):
        relayed(account, breaking)
    assert sum(b"LOGIN" in command for command in asked) == CONNECTIONS


@pytest.mark.parametrize("refusal", [b"{tag} BAD no parts\r\n", b"{tag} NO no parts\r\n"])
def test_a_server_that_has_no_parts_of_a_header_gives_it_whole(account: Account, refusal: bytes) -> None:
    account.deliver_many([mail(subject=f"report {number}") for number in (1, 2, 3)], ARRIVED)
    mails = relayed(account, lambda command: refusal if b"]<0." in command else None)
    assert [(each.subject, each.identity) for each in mails] == [
        (each.subject, each.identity) for each in look(account)[0]
    ]


def test_a_header_that_the_server_writes_in_quotes_is_read(account: Account) -> None:
    account.deliver(b"Subject: x\r\n\r\ntext", ARRIVED)
    said = (
        b'* 1 FETCH (UID 1 INTERNALDATE "25-Jul-2022 08:30:00 +0800" RFC822.SIZE 18 BODY[HEADER]<0> "Subject: x")\r\n'
    )
    (found,) = relayed(account, lambda command: said + b"{tag} OK done\r\n" if b"]<0." in command else None)
    assert (found.subject, found.text, found.oversized) == ("x", "text", False)


def test_of_a_header_no_more_is_fetched_than_is_read(account: Account) -> None:
    lines = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 900) for number in range(40_000))
    account.deliver_many([b"From: a@x.cn\r\nSubject: long\r\n" + lines + b"\r\nx", mail(subject="behind")], ARRIVED)
    with Mailbox(settings(account)).opened() as session:
        ((first, second),) = [batch.glimpses for batch in session.news("INBOX", None, BEGIN)]
        assert (len(first.header), first.size > 30_000_000) == (HEADERS + 1, True)
        long, behind = session.mails([first, second])
    assert (long.subject, long.senders, long.unread, behind.subject) == ("long", ("a@x.cn",), "邮件头过长", "behind")
    assert long.raw.startswith(b"From: a@x.cn\r\nSubject: long\r\nX-0: y")
    assert len(long.raw) == first.size
    assert long.identity == hashlib.sha256(long.raw[:HEADERS]).hexdigest()


def test_a_mail_is_known_by_its_whole_header_as_it_always_was(account: Account) -> None:
    account.deliver(mail(subject="report"), ARRIVED)
    ((found,), _) = look(account)
    assert found.identity == hashlib.sha256(found.raw[: found.raw.index(b"\r\n\r\n") + 4]).hexdigest()


# --- what a sender's program encoded ---


@pytest.mark.parametrize(("encoding", "written", "data"), ENCODED)
def test_a_file_comes_through_a_real_server_as_it_was_encoded(
    account: Account, encoding: str, written: bytes, data: bytes
) -> None:
    head = f"Content-Type: application/octet-stream; name=a.doc\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    raw = b"Subject: x\r\n" + multipart("mixed", text_part("见附件"), head.encode() + written)
    account.deliver_many([raw], ARRIVED)  # `deliver` would write other line ends
    ((found,), _) = look(account)
    (file,) = found.files
    assert hashlib.sha256(file.data).hexdigest() == hashlib.sha256(data).hexdigest()


def test_the_evidence_is_what_the_senders_program_encoded(opened: Office, account: Account, tmp_path: Path) -> None:
    data = docx("阶段性工作情况") * 3
    account.deliver(mail(sender=JIADING, files=[File(REPORT, data)]), at("2022-07-25T10:00"))
    collect(opened)
    (kept,) = opened.ledger.mails.files(opened.campaign.id)
    assert (tmp_path / "evidence" / kept.path).read_bytes() == data
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
