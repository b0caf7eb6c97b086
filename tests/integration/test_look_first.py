"""Look first, then write: a real mailbox, a real mail server, and mornings that remind nobody of what lies there."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from cuibao.model import Channel, Claiming, Entry, LetterStatus, RespiteKind, Step
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.letters.morning import LetterResult, MorningResult
from cuibao.service.mail import deciding, looking
from cuibao.service.mail.answers import send_answers
from cuibao.service.mail.waiting import queue
from tests.flows.small import APRIL, LIAISON, lay_out
from tests.integration.imap_server import Account
from tests.integration.smtp_server import HOST, SmtpServer
from tests.mails import AUTHSERV, File, authentication_results, mail, out_of_office
from tests.offices import DOMAIN, at, begun, imap, office, smtp, spoil

pytestmark = pytest.mark.slow

# Due on Monday, 25 July, and chased on the first and third working day after, and for the third time, which is 督办, on
# the sixth: the fifth is within a week of two others.
INTERIM = "安全技能·阶段性工作情况（7月25日前）"
FIRST, SECOND, THIRD = "2022-07-26", "2022-07-28", "2022-08-02"
# Most is the same on any database.
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GUPI, LEADER, PRIVATE = f"gupi@{DOMAIN}", f"leader.gupi@{DOMAIN}", "13800000000@qq.com"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def environ(tmp_path: Path, server: SmtpServer, account: Account, database_url: str) -> dict[str, str]:
    """A small campaign since April, in which all that 古陂镇 owes is the report of July."""
    lay_out(tmp_path)
    leader = f"leader: {{name: 李莉, email: {LEADER}}}"
    spoil(tmp_path / "contacts" / "units.yaml", f"addresses: [{GUPI}]", f"addresses: [{GUPI}], {leader}")
    found = {
        **smtp(server.port),
        "CUIBAO_HOME": str(tmp_path),
        "CUIBAO_DATABASE_URL": database_url,
        **imap(account),
        "CUIBAO_IMAP_AUTHSERV": AUTHSERV,
    }
    begun(tmp_path, **found)
    with at_office(found, FIRST) as opened:
        receive(opened, LIAISON, "古陂镇", "嘉定镇")
    return found


@contextmanager
def at_office(environ: dict[str, str], day: str, hour: str = "08:30") -> Iterator[Office]:
    with office(Path(environ["CUIBAO_HOME"]), **environ, CUIBAO_NOW=f"{day}T{hour}") as opened:
        yield opened


def receive(opened: Office, item: str, *units: str) -> None:
    period = lookup.item_labelled(opened, item)
    entering.record(opened, opened.now(), units=units, period=period, received=None, channel=Channel.FAX, by="王芳")


def run(environ: dict[str, str], day: str) -> MorningResult:
    """The morning of `day`."""
    with at_office(environ, day) as opened:
        return morning.run(opened, opened.now())


def to_gupi(result: MorningResult) -> LetterResult:
    (found,) = [letter for letter in result.letters if letter.name == "古陂镇"]
    return found


def written(environ: dict[str, str], *days: str) -> list[str]:
    """On which of `days` 古陂镇 got a letter, with 督办 and a copy to its leader marked."""
    found = []
    for day in days:
        letter = to_gupi(run(environ, day))
        if letter.status is LetterStatus.SENT:
            found.append(f"{day}{' 督办' if letter.overdue[0].urged else ''}{' 抄送' if LEADER in letter.cc else ''}")
    return found


def report(sender: str, unit: str = "古陂镇", **given: Any) -> bytes:
    """The report of July, as `sender` sends it in the name of `unit`."""
    return mail(sender=sender, files=[File(f"{unit}安全技能阶段性工作情况.docx")], **given)


def of_letter(server: SmtpServer, address: str) -> bytes:
    """The newest letter to `address`."""
    return [kept.data for kept in server.letters if address in kept.recipients][-1]


def answers(server: SmtpServer) -> list[tuple[str, ...]]:
    """To whom acknowledgements went."""
    return [kept.recipients for kept in server.letters if b"Auto-Submitted: auto-replied" in kept.data]


# --- 3.1: the mailbox before the letters ---


def test_nobody_is_reminded_of_a_report_that_came_ten_minutes_before(
    environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    account.deliver(report(GUPI), at(f"{FIRST}T08:20"))
    result = run(environ, FIRST)
    assert to_gupi(result).status is LetterStatus.NOTHING_DUE
    assert answers(server) == [(GUPI,)]
    assert result.mailbox is not None
    assert (result.mailbox.words, result.mailbox.trouble) == ("先收信：来信 1 封，登记 1，回执已发送 1", "")


@ONE
def test_after_days_without_the_machine_it_is_the_same(environ: dict[str, str], account: Account) -> None:
    account.deliver(report(GUPI), at("2022-07-24T10:00"))
    assert written(environ, THIRD) == []


@contextmanager
def listening(*, says: bytes = b"", again: float | None = None) -> Iterator[int]:
    """A server that says so much to whoever connects, and with `again` the same every so many seconds; its port."""
    with socket.create_server((HOST, 0)) as listener:
        peers: list[socket.socket] = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    peers.append(peer)
                    threading.Thread(target=talk, args=(peer,), daemon=True).start()

        def talk(peer: socket.socket) -> None:
            with suppress(OSError):
                peer.sendall(says)
                while again is not None:
                    time.sleep(again)
                    peer.sendall(says)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            for peer in peers:
                peer.close()


@ONE
@pytest.mark.parametrize("says", [b"", b"."], ids=["is silent", "never ends its greeting"])
def test_a_mail_server_that_hangs_does_not_keep_the_letters(
    environ: dict[str, str], server: SmtpServer, monkeypatch: pytest.MonkeyPatch, says: bytes
) -> None:
    monkeypatch.setattr(looking, "PATIENCE", 0.6)
    with listening(says=says, again=0.05 if says else None) as port:
        result = run({**environ, "CUIBAO_IMAP_PORT": str(port)}, FIRST)
    assert to_gupi(result).status is LetterStatus.SENT
    assert result.mailbox is not None
    assert result.mailbox.words == "没有先收信（0.01 分钟内没有读完），信照发"


@ONE
def test_a_mail_server_that_is_away_or_hangs_up_or_refuses_does_not_keep_the_letters(
    environ: dict[str, str], account: Account
) -> None:
    for day, changes, why in (
        (FIRST, {"CUIBAO_IMAP_PORT": "1"}, "没有开放"),
        (SECOND, {"CUIBAO_IMAP_PASSWORD": "wrong"}, "拒绝账号"),
    ):
        result = run({**environ, **changes}, day)
        assert to_gupi(result).status is LetterStatus.SENT
        assert result.mailbox is not None
        assert why in result.mailbox.trouble
        assert result.mailbox.words == f"没有先收信（{result.mailbox.trouble}），信照发"
    with listening(says=b"* OK ready\r\n* BYE busy\r\n") as port:
        result = run({**environ, "CUIBAO_IMAP_PORT": str(port)}, THIRD)
    assert to_gupi(result).status is LetterStatus.SENT
    assert result.mailbox is not None
    assert result.mailbox.trouble


def test_two_readers_at_once_register_and_answer_once(
    environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    account.deliver(report(GUPI), at(f"{FIRST}T08:20"))
    program = str(Path(sys.executable).with_name("cuibao"))
    given = {**os.environ, **environ, "CUIBAO_NOW": f"{FIRST}T08:30"}
    commands = ("collect", "morning", "collect", "morning")
    started = [
        subprocess.Popen([program, each], env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for each in commands
    ]
    said = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    with at_office(environ, FIRST, "09:00") as opened:
        entries = opened.ledger.entries(opened.campaign.id, "gupi")
        assert [len(found) for key, found in entries.items() if key.requirement == "interim"] == [1]
    assert answers(server) == [(GUPI,)]
    assert [kept for kept in server.letters if GUPI in kept.recipients and b"auto-replied" not in kept.data] == []


@ONE
def test_what_only_looks_reads_nothing_and_neither_does_a_day_off(environ: dict[str, str], account: Account) -> None:
    account.deliver(report(GUPI), at("2022-07-24T08:20"))
    with at_office(environ, FIRST) as opened:
        planned = morning.run(opened, opened.now(), dry_run=True)
        assert (to_gupi(planned).status, planned.mailbox) == (LetterStatus.PLANNED, None)
    assert run(environ, "2022-07-31").mailbox is None
    with at_office(environ, FIRST) as opened:
        assert opened.ledger.mails.listed(opened.campaign.id) == ()


@ONE
def test_without_a_mailbox_there_is_nothing_to_read(environ: dict[str, str]) -> None:
    assert run({key: value for key, value in environ.items() if "IMAP" not in key}, FIRST).mailbox is None


# --- 3.2: what waits in 待认领 ---


def test_a_report_from_a_private_address_has_five_working_days_and_is_chased_again(
    environ: dict[str, str], account: Account
) -> None:
    assert written(environ, FIRST, SECOND) == [FIRST, SECOND]
    account.deliver(report(PRIVATE), at("2022-07-29T08:20"))
    held = ("2022-07-29", "2022-08-01", THIRD, "2022-08-03", "2022-08-04", "2022-08-05")
    assert written(environ, *held) == []
    assert written(environ, "2022-08-08") == ["2022-08-08 督办 抄送"]


def test_a_letter_that_goes_all_the_same_has_the_item_without_counting_it(
    environ: dict[str, str], account: Account
) -> None:
    with at_office(environ, FIRST) as opened:
        for month in range(4, 8):
            receive(opened, APRIL.replace("4月", f"{month}月"), "嘉定镇")
    run(environ, FIRST)
    account.deliver(report(PRIVATE, "嘉定镇"), at("2022-08-18T15:00"))
    result = run(environ, "2022-08-19")  # a Friday, before a due day on Saturday
    (letter,) = [each for each in result.letters if each.name == "嘉定镇"]
    assert [reminder.step for reminder in letter.reminders] == [Step.DUE]
    ((listed),) = letter.overdue
    assert listed.respite is not None
    assert (listed.respite.kind, listed.respite.since, listed.respite.vouched) == (
        RespiteKind.MAIL,
        at("2022-08-18T15:00").date(),
        False,
    )
    with at_office(environ, "2022-08-19") as opened:
        marks = opened.ledger.marks(opened.campaign.id, "jiading")
    assert [code for code in marks[listed.obligation.key] if code.startswith("listed")] == [f"listed-{FIRST}"]
    assert result.waiting is not None
    assert result.waiting.words == "有 1 封来信待认领，最早的从 8月19日 08:30 等到现在"


@ONE
def test_a_mail_of_the_units_own_that_asks_something_is_known_for_its(
    environ: dict[str, str], account: Account
) -> None:
    account.deliver(report(GUPI, text="请查收。格式对吗？"), at(f"{FIRST}T08:20"))
    run(environ, FIRST)
    with at_office(environ, FIRST) as opened:
        (waiting,) = queue(opened)
    assert waiting.mail.certain


@ONE
def test_a_second_mail_buys_no_more_days(environ: dict[str, str], account: Account) -> None:
    account.deliver(report(PRIVATE), at(f"{FIRST}T08:20"))
    assert written(environ, FIRST, SECOND) == []
    account.deliver(report(PRIVATE, subject="再次报送"), at("2022-08-01T08:20"))
    assert written(environ, THIRD) == []
    assert written(environ, "2022-08-03") == ["2022-08-03"]


@ONE
def test_what_was_dismissed_is_chased_at_once_and_a_mail_after_it_buys_nothing(
    environ: dict[str, str], account: Account
) -> None:
    account.deliver(report(PRIVATE), at(f"{FIRST}T08:20"))
    assert written(environ, FIRST, "2022-07-27") == []
    decide(environ, "2022-07-27", Claiming.DISMISSED)
    assert written(environ, SECOND) == [SECOND]
    account.deliver(report(PRIVATE, subject="再次报送"), at("2022-07-29T08:20"))
    assert written(environ, "2022-07-29", "2022-08-01", THIRD) == []  # what is left of the first one's days
    assert written(environ, "2022-08-03") == ["2022-08-03"]


@ONE
def test_what_was_claimed_is_registered_answered_and_never_chased(
    environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    account.deliver(report(PRIVATE), at(f"{FIRST}T08:20"))
    assert written(environ, FIRST) == []
    decide(environ, "2022-07-27", Claiming.RECEIVED)
    assert written(environ, SECOND, THIRD, "2022-08-03", "2022-08-08") == []
    assert [PRIVATE in to for to in answers(server)] == [True]


@ONE
def test_after_a_return_it_is_given_anew(environ: dict[str, str], account: Account) -> None:
    account.deliver(report(PRIVATE), at(f"{FIRST}T08:20"))
    assert written(environ, FIRST) == []
    decide(environ, "2022-07-27", Claiming.RECEIVED)
    with at_office(environ, "2022-08-09", "10:00") as opened:
        period = lookup.item_labelled(opened, INTERIM)
        entering.record(
            opened,
            opened.now(),
            units=["古陂镇"],
            period=period,
            received=None,
            channel=Channel.PHONE,
            by="王芳",
            entry=Entry.RETURNED,
            note="缺盖章",
        )
    account.deliver(report(PRIVATE, subject="盖章后重报"), at("2022-08-10T08:00"))
    assert written(environ, "2022-08-10", "2022-08-12", "2022-08-17") == []
    assert written(environ, "2022-08-18") == ["2022-08-18"]


@ONE
@pytest.mark.parametrize(
    "raw",
    [
        report(GUPI, extra=[authentication_results(spf="fail", dmarc="fail")]),
        mail(sender=PRIVATE, subject="古陂镇报送材料", files=[File("附件.docx")]),
        mail(sender=GUPI, subject="安全技能阶段性工作情况", text="好的，马上报"),
        report(GUPI, extra=["Auto-Submitted: auto-replied"]),
        out_of_office(by_header=False, subject="自动回复：安全技能阶段性工作情况"),
    ],
    ids=["forged", "vague", "a promise", "a machine", "an absence"],
)
def test_nobody_silences_a_unit_by_a_mail_that_is_no_report(
    environ: dict[str, str], account: Account, raw: bytes
) -> None:
    account.deliver(raw, at("2022-07-25T10:00"))
    assert written(environ, FIRST, SECOND, THIRD) == [FIRST, SECOND, f"{THIRD} 督办 抄送"]


@ONE
def test_an_answer_that_promises_silences_nobody(environ: dict[str, str], account: Account, server: SmtpServer) -> None:
    assert written(environ, FIRST) == [FIRST]
    (line,) = [each for each in of_letter(server, GUPI).split(b"\r\n") if each.lower().startswith(b"message-id:")]
    named = line.split(b": ")[1].decode()
    account.deliver(mail(sender=GUPI, text="好的，马上报", in_reply_to=named), at("2022-07-26T10:00"))
    assert written(environ, SECOND, THIRD) == [SECOND, f"{THIRD} 督办 抄送"]
    with at_office(environ, THIRD) as opened:
        assert [waiting.mail.names for waiting in queue(opened)] == [()]


def decide(environ: dict[str, str], day: str, claiming: Claiming) -> None:
    """Let a person decide about the one mail that waits."""
    with at_office(environ, day, "10:00") as opened:
        (waiting,) = queue(opened)
        deciding.claim(
            opened,
            opened.now(),
            waiting.mail.id,
            units=["古陂镇"] if claiming is Claiming.RECEIVED else [],
            items=[lookup.item_labelled(opened, INTERIM)] if claiming is Claiming.RECEIVED else [],
            claiming=claiming,
            by="王芳",
        )
        send_answers(opened)
