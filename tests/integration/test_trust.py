"""Whose word about senders is believed: learned from a mail to ourselves, pinned, waived; what waited, judged again.

The mail server of a test does not deliver into its mailbox: the test does, with a line on top as a provider would.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from cuibao.errors import Contradiction, CuibaoError, LoginRefused, SettingError
from cuibao.holders import Holder
from cuibao.ledger import Ledger
from cuibao.model import Claiming, Entry, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.mail import answers as answering
from cuibao.service.mail import deciding, probing, reading, rejudging, trusting
from cuibao.service.mail.keeping import keep_files
from cuibao.service.mail.reading import Collected
from cuibao.service.mail.trusting import Learning, Taught
from cuibao.service.mail.waiting import queue
from cuibao.service.views import board, trail
from tests.integration.imap_server import Account
from tests.integration.smtp_server import SmtpServer
from tests.integration.test_cli import cuibao
from tests.integration.test_inbox import Died, _die_at
from tests.mails import AUTHSERV, File, docx, mail
from tests.offices import DOMAIN, at, begun, imap, office, reachable, smtp

NOW = "2022-07-27T09:00"  # a Wednesday
SENDER = f"office@{DOMAIN}"
JIADING = f"jiading@{DOMAIN}"
INTERIM = "安全技能·阶段性工作情况（7月25日前）"
REPORT = "嘉定镇安全技能阶段性工作情况.docx"
OTHER = "mx9.other.example"
# What is on top of a mail that the mailbox's server has looked at.
OWN = f"Authentication-Results: {AUTHSERV}; spf=pass smtp.mailfrom={SENDER}"
TRUSTING = {"CUIBAO_IMAP_AUTHSERV": AUTHSERV}
WAIVING = {"CUIBAO_IMAP_WAIVED_DOMAINS": DOMAIN}
NOTHING_TRUSTED = "还没有认定收件服务器，来信都不会自动登记"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def environ(tmp_path: Path, server: SmtpServer, account: Account, database_url: str) -> dict[str, str]:
    """An office that trusts nobody yet."""
    reachable(tmp_path)
    settings = {
        **smtp(server.port),
        "CUIBAO_HOME": str(tmp_path),
        "CUIBAO_DATABASE_URL": database_url,
        "CUIBAO_NOW": NOW,
        **imap(account),
    }
    begun(tmp_path, **settings)
    return settings


@pytest.fixture
def opened(tmp_path: Path, environ: dict[str, str]) -> Iterator[Office]:
    with office(tmp_path, **environ) as found:
        yield found


def collect(opened: Office, now: str = NOW) -> Collected:
    found = Collected()
    reading.collect(opened, at(now), found)
    answering.send_answers(opened)
    return found


def ask(opened: Office) -> Learning:
    return probing.ask(opened, lambda: None, wait=0)


def probe(server: SmtpServer) -> bytes:
    """The newest mail of the office to itself."""
    return [kept.data for kept in server.letters if b"CHECK-" in kept.data][-1]


def come_back(account: Account, server: SmtpServer, *lines: str) -> None:
    account.deliver("".join(f"{line}\r\n" for line in lines).encode() + probe(server))


def learn(opened: Office, account: Account, server: SmtpServer, *lines: str) -> Collected:
    """Send a probe, let it come back with `lines` on top, and read it."""
    assert ask(opened).came is Taught.NOT_YET
    come_back(account, server, *lines)
    return collect(opened)


def answers(server: SmtpServer) -> list[EmailMessage]:
    parsed = [message_from_bytes(kept.data, policy=policy.default) for kept in server.letters]
    return [each for each in parsed if each["Auto-Submitted"] == "auto-replied"]


def status(opened: Office, unit: str = "jiading") -> Status:
    period = lookup.item_labelled(opened, INTERIM)
    (found,) = [
        cell.status
        for cell in board.look(opened, at(NOW)).cells
        if cell.obligation.unit.id == unit and cell.obligation.period == period
    ]
    return found


def report(account: Account, arrived: str = "2022-07-25T10:00", unit: str = "jiading", size: int = 0) -> bytes:
    """A report that nothing but trust keeps from being registered."""
    files = [File("安全技能阶段性工作情况.docx", docx(unit, size))]
    sent = mail(sender=f"{unit}@{DOMAIN}", files=files, message_id=f"<{unit}.{arrived}@client>")
    account.deliver(sent, at(arrived))
    return sent


# --- a mail to ourselves ---


def test_it_sends_one_mail_to_itself_and_to_nobody_else(opened: Office, server: SmtpServer) -> None:
    assert ask(opened) == Learning(Taught.NOT_YET)
    (sent,) = server.letters
    assert (sent.sender, sent.recipients) == (SENDER, (SENDER,))
    read = message_from_bytes(sent.data, policy=policy.default)
    assert (read["To"].addresses[0].addr_spec, read["Reply-To"].addresses[0].addr_spec) == (SENDER, SENDER)
    ask(opened)
    names = {kept.message_id for kept in server.letters}
    assert len(names) == 2
    assert all(len(name.split(".")[2].split("@")[0]) == 32 for name in names)


def test_it_goes_to_the_account_that_is_read(tmp_path: Path, environ: dict[str, str], server: SmtpServer) -> None:
    with office(tmp_path, **(environ | {"CUIBAO_IMAP_USER": f"inbox@{DOMAIN}"})) as opened:
        ask(opened)
    (sent,) = server.letters
    assert sent.recipients == (f"inbox@{DOMAIN}",)


def test_it_waits_for_it_and_learns_whose_word_counts(opened: Office, account: Account, server: SmtpServer) -> None:
    account.deliver(mail(sender=JIADING))

    def deliver() -> None:
        while not server.letters:
            time.sleep(0.05)
        come_back(account, server, "Received: from a by store7.sina.com; now", OWN)

    provider = threading.Thread(target=deliver)
    provider.start()
    gone: list[int] = []
    learned = probing.ask(opened, lambda: gone.append(len(server.letters)), wait=30)
    provider.join()
    assert (learned, gone) == (Learning(Taught.LEARNED, AUTHSERV), [1])
    assert learned.words == f"自检信已收到，已认定收件服务器 {AUTHSERV}：以后只信它对发件人的核实"
    assert (opened.trust.server, opened.trust.hosts) == (AUTHSERV, frozenset({"store7.sina.com"}))
    assert trusting.basis(opened) == (f"来信只信 {AUTHSERV} 对发件人的核实（2022年7月27日 09:00由自检信认定）。",)
    assert trusting.notices(opened) == ()
    # What it looked at is still there for the reading.
    found = collect(opened)
    assert (found.read, found.ignored) == (2, 1)


def test_a_reading_learns_it_too_and_has_nothing_else_to_do_with_it(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    assert NOTHING_TRUSTED in collect(opened).notices[0]
    found = learn(opened, account, server, OWN)
    assert (found.read, found.ignored, found.queued) == (1, 1, 0)
    assert found.notices == [f"自检信已收到，已认定收件服务器 {AUTHSERV}：以后只信它对发件人的核实。"]
    assert queue(opened) == ()
    assert opened.trust.server == AUTHSERV
    account.renumber()
    assert collect(opened).read == 0


def test_it_is_known_again_where_a_server_gives_it_another_message_id(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    ask(opened)
    name = server.letters[-1].message_id
    account.deliver(f"{OWN}\r\n".encode() + probe(server).replace(name.encode(), b"<other@provider.example>"))
    collect(opened)
    assert opened.trust.server == AUTHSERV


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(SENDER.encode(), JIADING.encode()),
        lambda raw: raw.replace(b"\r\nFrom: ", b"\r\nFrom: <x@evil.example>\r\nFrom: ", 1),
        lambda raw: raw.replace(b".check.", b".check.0").replace(b"[CHECK-", b"[CHECK-0"),
    ],
    ids=["from another", "from two", "another id"],
)
def test_what_is_not_from_us_under_our_id_teaches_nothing(
    opened: Office, account: Account, server: SmtpServer, change: Callable[[bytes], bytes]
) -> None:
    ask(opened)
    raw = b"X-First: 1\r\n" + probe(server)
    account.deliver(f"{OWN}\r\n".encode() + change(raw))
    collect(opened)
    assert opened.trust.server == ""


def test_a_copy_that_comes_later_teaches_nothing(opened: Office, account: Account, server: SmtpServer) -> None:
    learn(opened, account, server)  # its provider writes nothing
    come_back(account, server, f"Authentication-Results: {OTHER}; dmarc=pass")
    found = collect(opened)
    assert (found.ignored, opened.trust.server) == (1, "")


def test_another_server_is_never_believed_by_itself(
    tmp_path: Path, environ: dict[str, str], opened: Office, account: Account, server: SmtpServer
) -> None:
    learn(opened, account, server, OWN)
    found = learn(opened, account, server, f"Authentication-Results: {OTHER}; spf=pass smtp.mailfrom={SENDER}")
    (said,) = [notice for notice in found.notices if notice.startswith("自检信已收到")]
    assert f"带回的是 {OTHER} 的验证结果，与认定的 {AUTHSERV} 不同，没有改动，仍只信 {AUTHSERV}" in said
    assert f"CUIBAO_IMAP_AUTHSERV={OTHER}" in said
    assert opened.trust.server == AUTHSERV
    (notice,) = board.look(opened, at(NOW)).notices
    assert f"CUIBAO_IMAP_AUTHSERV={OTHER}" in notice
    with office(tmp_path, **(environ | {"CUIBAO_IMAP_AUTHSERV": OTHER})) as changed:
        assert (changed.trust.server, changed.trust.hosts) == (OTHER, None)
        assert trusting.notices(changed) == ()
        assert trusting.basis(changed) == (f"来信只信 {OTHER} 对发件人的核实（由 CUIBAO_IMAP_AUTHSERV 指定）。",)
    # Another that brings the known one again is all right.
    assert "仍是已认定的" in learn(opened, account, server, OWN).notices[0]
    assert trusting.notices(opened) == ()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "收件服务器没有写验证结果"),
        (("Authentication-Results: spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=x; dkim=none",), "没有署名"),
        (
            ("Received: from relay.example by mx.sina.com; now", "Authentication-Results: relay.example; spf=pass"),
            "不像是收件服务器写的",
        ),
    ],
)
def test_where_no_word_can_be_relied_upon_it_says_what_can_be_done(
    opened: Office, account: Account, server: SmtpServer, lines: Sequence[str], why: str
) -> None:
    said, notice = learn(opened, account, server, *lines).notices
    assert why in said
    for words in (said, notice):
        assert "CUIBAO_IMAP_AUTHSERV" in words
        assert "CUIBAO_IMAP_WAIVED_DOMAINS" in words
    assert opened.trust.server == ""


# --- what cannot be ---


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"CUIBAO_IMAP_HOST": ""}, "没有设置收信服务器"),
        ({"CUIBAO_SMTP_HOST": "", "CUIBAO_DRILL": ""}, "没有设置发信服务器，发不了自检信"),
        ({"CUIBAO_IMAP_PASSWORD": "wrong"}, ""),
        ({"CUIBAO_IMAP_PORT": "1"}, ""),
        ({"CUIBAO_SMTP_PORT": "1"}, ""),
        ({"CUIBAO_IMAP_FOLDERS": "没有这个"}, "没有这个"),
        ({"CUIBAO_SMTP_SENDER": "office@xinfeng.example"}, "是占位地址"),
    ],
)
def test_what_stops_it_is_one_line_and_leaves_nothing_behind(
    tmp_path: Path, environ: dict[str, str], server: SmtpServer, change: dict[str, str], words: str
) -> None:
    with office(tmp_path, **(environ | change)) as opened:
        with pytest.raises(CuibaoError) as stopped:
            ask(opened)
        assert words in str(stopped.value)
        assert "\n" not in str(stopped.value)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in str(stopped.value))
        assert opened.ledger.probes.last(opened.campaign.id) is None
    assert server.letters == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_simulation_sends_nothing(tmp_path: Path, environ: dict[str, str], server: SmtpServer) -> None:
    with office(tmp_path, **(environ | {"CUIBAO_DATABASE_URL": f"sqlite:///{tmp_path / 'simulation.db'}"})) as opened:
        opened.ledger.register(opened.campaign.id, at(NOW), seed=7)
        with pytest.raises(SettingError, match="台账里是模拟演练"):
            ask(opened)
        assert (trusting.notices(opened), trusting.basis(opened)) == ((), ())
    assert server.letters == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_the_server_refuses_is_not_waited_for(opened: Office, server: SmtpServer) -> None:
    server.rejects(SENDER, "550 5.1.1 no such user")
    with pytest.raises(CuibaoError, match=r"自检信没有发出去：.*no such user"):
        ask(opened)
    assert opened.ledger.probes.last(opened.campaign.id) is None


def test_a_login_that_is_refused_is_said_to_be(tmp_path: Path, environ: dict[str, str]) -> None:
    with (
        SmtpServer(auth=(SENDER, "right")) as strict,
        office(
            tmp_path,
            **{
                **environ,
                **smtp(strict.port),
                "CUIBAO_SMTP_USER": SENDER,
                "CUIBAO_SMTP_PASSWORD": "wrong",
            },
        ) as opened,
        pytest.raises(LoginRefused),
    ):
        ask(opened)


# --- what is waived ---


def test_what_is_waived_is_registered_and_marked(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    theirs = mail(sender=JIADING, files=[File(REPORT)], vouched=False)
    account.deliver(theirs, at("2022-07-25T10:00"))
    account.deliver(
        mail(sender=f"gupi@{DOMAIN}", files=[File("安全技能阶段性工作情况.docx")], extra=["Received-SPF: fail (x)"]),
        at("2022-07-25T10:00"),
    )
    with office(tmp_path, **(environ | WAIVING)) as opened:
        found = collect(opened)
        assert (len(found.registered), found.queued) == (1, 1)
        assert status(opened) is Status.ON_TIME
        (waiting,) = queue(opened)
        assert waiting.mail.reason == "发件人身份验证未通过（SPF），可能是冒名"
        came = [each for each in trail.trail(opened, unit="嘉定镇").events if isinstance(each, trail.MailCame)]
        assert "；未经验证；" in came[0].words
        (notice,) = board.look(opened, at(NOW)).notices
        assert notice.startswith(
            f"{DOMAIN} 的来信不经验证就会登记（CUIBAO_IMAP_WAIVED_DOMAINS）：谁都能冒充这些单位报送"
        )
        assert found.notices == [notice]


def test_what_a_server_vouched_for_is_not_marked(tmp_path: Path, environ: dict[str, str], account: Account) -> None:
    report(account)
    with office(tmp_path, **(environ | TRUSTING | WAIVING)) as opened:
        collect(opened)
        came = [each for each in trail.trail(opened, unit="嘉定镇").events if isinstance(each, trail.MailCame)]
        assert "未经验证" not in came[0].words


# --- judged again ---


def test_what_waited_for_trust_is_registered_as_a_fresh_one_once_it_is_there(
    opened: Office, account: Account, server: SmtpServer, tmp_path: Path
) -> None:
    theirs = report(account)
    account.deliver(mail(sender="someone@qq.com", files=[File("1.doc")]), at("2022-07-25T11:00"))
    found = collect(opened)
    assert (found.registered, found.queued) == ([], 2)
    (waits,) = [waiting.mail for waiting in queue(opened) if waiting.mail.sender == JIADING]
    assert waits.reason.startswith("还没有认定收件服务器")
    assert learn(opened, account, server, OWN).registered == []

    found = collect(opened)
    assert [(each.unit, len(each.items)) for each in found.registered] == [("嘉定镇", 1)]
    assert (found.read, found.again, found.changed) == (0, 1, True)
    assert reading.said(found, {}) == "没有新来信，原来待核实的 1 封已重新判断，登记 1"
    assert status(opened) is Status.ON_TIME
    (entries,) = opened.ledger.entries(opened.campaign.id, "jiading").values()
    assert [(entry.entry, entry.received_at, entry.entered_at, entry.mail) for entry in entries] == [
        (Entry.RECEIVED, at("2022-07-25T10:00"), at(NOW), waits.id)
    ]
    (kept,) = opened.ledger.mails.files(opened.campaign.id)
    assert (tmp_path / "evidence" / kept.path).read_bytes() == docx("jiading")
    now = opened.ledger.mails.numbered(opened.campaign.id, waits.id)
    assert now is not None
    assert (now.verdict, now.vouched, now.waits, now.raw) == ("receipt", "passed", None, waits.raw)
    assert (tmp_path / "evidence" / str(now.raw)).read_bytes() == theirs
    (answer,) = answers(server)
    assert answer["To"].addresses[0].addr_spec == JIADING
    part = answer.get_body(("plain",))
    assert part is not None
    said = str(part.get_content())
    assert "2022年7月25日10:00来信（报送材料）收悉，已登记1项" in said
    assert "来信时本办公室的邮箱还不能核实发件人，现已核实" in said
    assert [waiting.mail.sender for waiting in queue(opened)] == ["someone@qq.com"]

    found = collect(opened)
    assert (found.again, found.registered, len(answers(server))) == (0, [], 1)


@pytest.mark.parametrize(
    ("arrived", "answered"),
    [
        ("2022-07-27T08:00", 1),
        ("2022-07-25T00:00", 1),
        ("2022-07-24T23:59", 0),  # a Sunday
        ("2022-07-20T10:00", 0),
    ],
)
def test_only_what_came_in_the_last_two_working_days_is_answered(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer, arrived: str, answered: int
) -> None:
    report(account, arrived)
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == 1
    with office(tmp_path, **(environ | TRUSTING)) as opened:
        found = collect(opened)
        assert (len(found.registered), len(answers(server))) == (1, answered)
        assert len(opened.ledger.mails.answers(opened.campaign.id)) == answered


def test_what_the_server_does_not_vouch_for_waits_on_with_another_reason(
    tmp_path: Path, environ: dict[str, str], account: Account
) -> None:
    files = [File("安全技能阶段性工作情况.docx")]
    for unit, word in (("gupi", "dmarc=none"), ("datangbu", "dmarc=fail")):
        extra = [f"Authentication-Results: {AUTHSERV}; {word}"]
        sent = mail(sender=f"{unit}@{DOMAIN}", files=files, extra=extra)
        account.deliver(sent, at("2022-07-25T10:00"))
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == 2
    with office(tmp_path, **(environ | TRUSTING)) as opened:
        assert (collect(opened).again, collect(opened).again) == (1, 0)
        reasons = {waiting.mail.sender: waiting.mail.reason for waiting in queue(opened)}
        assert reasons == {
            f"gupi@{DOMAIN}": "收件服务器没有证实发件人身份，请核对是谁发的",
            f"datangbu@{DOMAIN}": "发件人身份验证未通过（DMARC），可能是冒名",
        }
    with office(tmp_path, **(environ | TRUSTING | WAIVING)) as opened:
        found = collect(opened)
        assert (found.again, found.registered) == (1, [])  # a word of the server is not waived


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"x")])
def test_a_mail_whose_bytes_are_gone_costs_itself_only(
    tmp_path: Path, environ: dict[str, str], account: Account, harm: Callable[[Path], object]
) -> None:
    for unit in ("jiading", "gupi", "datangbu"):
        report(account, unit=unit)
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == 3
        first = queue(opened)[0].mail
        harm(tmp_path / "evidence" / str(first.raw))
    with office(tmp_path, **(environ | TRUSTING)) as opened:
        found = collect(opened)
        assert {each.unit for each in found.registered} == {"古陂镇", "大塘埠镇"}
        (waiting,) = queue(opened)
        assert (waiting.mail.id, waiting.mail.reason) == (
            first.id,
            "原件读不出来或已损坏，没能重新核实，请到邮箱里打开",
        )
        assert collect(opened).again == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hundreds_are_judged_again_some_at_a_reading(tmp_path: Path, environ: dict[str, str], account: Account) -> None:
    account.deliver_many(
        (
            mail(sender=JIADING, files=[File("安全技能阶段性工作情况.docx", docx(str(number)))])
            for number in range(rejudging.AT_ONCE * 2 + 7)
        ),
        at("2022-07-25T10:00"),
    )
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == rejudging.AT_ONCE * 2 + 7
    with office(tmp_path, **(environ | TRUSTING)) as opened:
        assert [collect(opened).again for _ in range(4)] == [rejudging.AT_ONCE, rejudging.AT_ONCE, 7, 0]
        assert queue(opened) == ()
        (entries,) = opened.ledger.entries(opened.campaign.id).values()
        assert len(entries) == 1
        assert len(opened.ledger.mails.files(opened.campaign.id)) == rejudging.AT_ONCE * 2 + 7


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_waits_on_keeps_nobody_back(tmp_path: Path, environ: dict[str, str], account: Account) -> None:
    files = [File("安全技能阶段性工作情况.docx")]
    unsaid = [f"Authentication-Results: {AUTHSERV}; dmarc=none"]
    account.deliver_many(
        (mail(sender=f"gupi@{DOMAIN}", files=files, extra=unsaid) for _ in range(rejudging.AT_ONCE)),
        at("2022-07-25T10:00"),
    )
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == rejudging.AT_ONCE
        report(account)  # and so it has a number after theirs
        assert collect(opened).queued == 1
    with office(tmp_path, **(environ | TRUSTING)) as opened:
        assert [len(collect(opened).registered) for _ in range(2)] == [0, 1]
        assert collect(opened).again == 0
        assert len(queue(opened)) == rejudging.AT_ONCE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_big_ones_are_fewer_at_a_reading(
    tmp_path: Path, environ: dict[str, str], account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejudging, "BYTES_AT_ONCE", 500_000)
    for unit in ("jiading", "gupi", "datangbu"):
        report(account, unit=unit, size=300_000)
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == 3
    with office(tmp_path, **(environ | TRUSTING)) as opened:
        assert [collect(opened).again for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("claiming", [Claiming.DISMISSED, Claiming.RECEIVED])
def test_what_a_clerk_decides_meanwhile_stands(
    tmp_path: Path,
    environ: dict[str, str],
    account: Account,
    server: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
    claiming: Claiming,
) -> None:
    report(account)
    with office(tmp_path, **environ) as opened:
        collect(opened)
        number = queue(opened)[0].mail.id
    trusting_now = environ | TRUSTING
    original = keep_files

    def slow(*args: object) -> object:
        """The clerk is quicker than the reading, which has judged the mail and files it after this."""
        kept = original(*args)  # type: ignore[arg-type]
        with monkeypatch.context() as quick, office(tmp_path, **trusting_now) as clerk:
            quick.setattr(reading, "keep_files", original)
            items = [lookup.item_labelled(clerk, INTERIM)]
            deciding.claim(clerk, at(NOW), number, units=["嘉定镇"], items=items, claiming=claiming, by="王芳")
        return kept

    with office(tmp_path, **trusting_now) as opened:
        monkeypatch.setattr(reading, "keep_files", slow)
        found = collect(opened)
        assert (found.registered, found.again) == ([], 0)
        read = opened.ledger.mails.numbered(opened.campaign.id, number)
        assert read is not None
        assert (read.verdict, read.decision) == ("queue", claiming.value)
        entries = [entry for each in opened.ledger.entries(opened.campaign.id).values() for entry in each]
        expected = 1 if claiming is Claiming.RECEIVED else 0
        assert [entry.by for entry in entries] == ["王芳"] * expected
        assert len(answers(server)) == expected
        assert collect(opened).again == 0


def test_a_dismissal_comes_too_late_for_what_was_registered_meanwhile(
    tmp_path: Path, environ: dict[str, str], account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(account)
    with office(tmp_path, **environ) as opened:
        collect(opened)
        number = queue(opened)[0].mail.id
    with office(tmp_path, **(environ | TRUSTING)) as opened:
        found = deciding._mail(opened, number)  # what the clerk has before her
        collect(opened)
        monkeypatch.setattr(deciding, "_mail", lambda *_: found)
        with pytest.raises(Contradiction, match="刚刚已有人处理过"):
            deciding.claim(opened, at(NOW), number, units=[], items=[], claiming=Claiming.DISMISSED, by="王芳")
        assert status(opened) is Status.ON_TIME


# --- breaking off ---


COLLECT = """
from cuibao.office import open_office
from cuibao.service.mail import answers, reading

with open_office() as office:
    reading.collect(office, office.now(), reading.Collected())
    answers.send_answers(office)
"""
UNITS = ("jiading", "gupi", "datangbu", "gongan")


def settle(opened: Office, server: SmtpServer) -> None:
    """After whatever broke off: each registered once, kept once, answered at most once."""
    for _ in range(2):
        collect(opened)
    entries = opened.ledger.entries(opened.campaign.id)
    assert sorted(key.unit for key in entries) == sorted(UNITS)
    assert all(len(found) == 1 for found in entries.values())
    assert len(opened.ledger.mails.files(opened.campaign.id)) == len(UNITS)
    assert len(opened.ledger.mails.answers(opened.campaign.id)) == len(UNITS)
    whom = [answer["To"].addresses[0].addr_spec for answer in answers(server)]
    assert len(whom) == len(set(whom)) >= len(UNITS) - 1
    assert queue(opened) == ()


# The process is what is killed: one database is enough.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("milliseconds", [500, 650, 800, 950, 1100, 1300, 1600])
def test_one_that_is_killed_while_it_judges_again_loses_nothing_and_doubles_nothing(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer, milliseconds: int
) -> None:
    for unit in UNITS:
        report(account, "2022-07-26T10:00", unit, size=200_000)
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == len(UNITS)
    trusting_now = environ | TRUSTING
    child = subprocess.Popen([sys.executable, "-c", COLLECT], env={**os.environ, **trusting_now})
    time.sleep(milliseconds / 1000)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with office(tmp_path, **trusting_now) as opened:
        settle(opened, server)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    "place",
    [
        "cuibao.service.mail.reading.keep_raw",
        "cuibao.service.mail.reading.keep_files",
        "cuibao.ledger.mails.Mails.judge_again",
        "cuibao.ledger.probes.Probes.judge_under",
    ],
)
def test_wherever_it_breaks_off_the_next_reading_goes_on_from_there(
    tmp_path: Path,
    environ: dict[str, str],
    account: Account,
    server: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    times: int,
    after: bool,
) -> None:
    for unit in UNITS:
        report(account, "2022-07-26T10:00", unit)
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == len(UNITS)
    trusting_now = environ | TRUSTING
    with monkeypatch.context() as patch, office(tmp_path, **trusting_now) as opened:
        _die_at(patch, place, times, after)
        with pytest.raises(Died):
            collect(opened)
    monkeypatch.setattr(Holder, "lives", lambda self, other: other == self)  # that process is dead
    with office(tmp_path, **trusting_now) as opened:
        settle(opened, server)


def test_two_readings_at_once_judge_each_once(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    for unit in UNITS:
        report(account, "2022-07-26T10:00", unit)
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == len(UNITS)
    trusting_now = environ | TRUSTING
    children = [subprocess.Popen([sys.executable, "-c", COLLECT], env={**os.environ, **trusting_now}) for _ in range(3)]
    assert [child.wait(120) for child in children] == [0, 0, 0]
    with office(tmp_path, **trusting_now) as opened:
        settle(opened, server)


def test_two_probes_that_come_back_at_once_pin_one_server(database_url: str) -> None:
    ledger = Ledger.open(database_url)
    ledger.register("a", at(NOW))
    for name in ("<1>", "<2>"):
        ledger.probes.going("a", name, at(NOW))
    found: list[bool] = []
    hosts: frozenset[str] = frozenset()

    def back(name: str, server: str) -> None:
        found.append(ledger.probes.came_back("a", name, at(NOW), server, hosts))

    threads = [threading.Thread(target=back, args=words) for words in (("<1>", "x"), ("<2>", "y"), ("<1>", "z"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == [False, True, True]
    learned = ledger.probes.learned("a")
    assert learned is not None
    assert learned.server in ("x", "y", "z")
    ledger.close()


# --- what a clerk sees ---


@pytest.fixture
def typed(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same office as the command line finds it."""
    home = tmp_path / "office"
    home.mkdir()
    (tmp_path / "contacts").rename(home / "contacts")
    return {name: value for name, value in environ.items() if name != "CUIBAO_HOME"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_clerk_is_told_until_she_has_set_it(
    tmp_path: Path, typed: dict[str, str], account: Account, server: SmtpServer
) -> None:
    report(account, "2022-07-26T10:00")
    for words in (("check",), ("collect",), ("board",)):
        out = cuibao(tmp_path, *words, **typed).out
        assert f"注意：{NOTHING_TRUSTED}" in out
        assert "cuibao check --mail" in out
    assert server.letters == []  # plain check sends nothing

    def deliver() -> None:
        while not server.letters:
            time.sleep(0.05)
        come_back(account, server, OWN)

    provider = threading.Thread(target=deliver)
    provider.start()
    said = cuibao(tmp_path, "check", "--mail", **typed)
    provider.join()
    assert said.code == 0
    assert said.out.endswith(f"\n自检信已收到，已认定收件服务器 {AUTHSERV}：以后只信它对发件人的核实。\n")
    assert f"来信只信 {AUTHSERV} 对发件人的核实" in cuibao(tmp_path, "check", **typed).out
    assert "原来待核实的 1 封已重新判断，登记 1，不处理 1，回执已发送 1" in cuibao(tmp_path, "collect", **typed).out
    assert "注意" not in cuibao(tmp_path, "board", **typed).out.partition("通讯录")[0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_clerk_sees_whose_word_was_not_asked_for(tmp_path: Path, typed: dict[str, str], account: Account) -> None:
    account.deliver(mail(sender=JIADING, files=[File(REPORT)], vouched=False), at("2022-07-26T10:00"))
    waived = typed | WAIVING
    cuibao(tmp_path, "collect", **waived)
    assert "未经验证" in cuibao(tmp_path, "history", "--unit", "嘉定镇", **waived).out
    (came,) = [
        each
        for each in cuibao(tmp_path, "history", "--unit", "嘉定镇", "--json", **waived).json
        if each["kind"] == "mail"
    ]
    assert came["vouched"] == "waived"
    for words in (("check",), ("board",)):
        assert "谁都能冒充这些单位报送" in cuibao(tmp_path, *words, **waived).out
    assert any("谁都能冒充" in words for words in cuibao(tmp_path, "check", "--json", **waived).json["warnings"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_check_without_a_mailbox_says_so_in_a_line(tmp_path: Path, typed: dict[str, str]) -> None:
    said = cuibao(tmp_path, "check", "--mail", **{k: v for k, v in typed.items() if "IMAP" not in k})
    assert said.code == 1
    assert said.complaint == "没有设置收信服务器，收不了信。请在 .env 里写 CUIBAO_IMAP_HOST（见 .env.example）。"
