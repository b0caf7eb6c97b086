"""Reading a real IMAP server's mailboxes: what is new, once, and nothing touched."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from cuibao.errors import LoginRefused, SettingError
from cuibao.incoming import Mail, Position
from cuibao.mailbox import Batch, Glimpse, ImapSettings, Mailbox, MailboxSession, MailboxTrouble
from cuibao.times import SHANGHAI
from tests.integration.imap_server import Account
from tests.integration.smtp_server import HOST, Certificate, SmtpServer
from tests.mails import File, mail
from tests.services import free_port

BEGIN = date(2022, 4, 18)
ARRIVED = datetime(2022, 7, 25, 8, 30, tzinfo=SHANGHAI)


def settings(account: Account, **changes: Any) -> ImapSettings:
    plain = ImapSettings(HOST, account.server.port, "none", account.user, account.password, timeout=20)
    return replace(plain, **changes)


def mailbox(account: Account, **changes: Any) -> Mailbox:
    return Mailbox(settings(account, **changes))


def news(session: MailboxSession, position: Position | None = None, folder: str = "INBOX") -> list[Batch]:
    return list(session.news(folder, position, BEGIN))


def look(account: Account, position: Position | None = None, **changes: Any) -> tuple[list[Mail], Position | None]:
    """All mails that are new since `position`, and the position then."""
    with mailbox(account, **changes).opened() as session:
        batches = news(session, position)
        mails = [each for batch in batches for each in session.mails(batch.glimpses)]
    return mails, batches[-1].position if batches else position


def subjects(mails: list[Mail]) -> list[str]:
    return [each.subject for each in mails]


def test_it_reads_each_mail_once_and_in_order(account: Account) -> None:
    for number in (1, 2):
        account.deliver(mail(subject=f"report {number}"), ARRIVED)
    first, position = look(account)
    assert subjects(first) == ["report 1", "report 2"]
    assert look(account, position) == ([], position)
    account.deliver(mail(subject="report 3"), ARRIVED - timedelta(days=900))
    assert subjects(look(account, position)[0]) == ["report 3"]


def test_it_gives_the_mail_as_it_lies_there(account: Account) -> None:
    raw = mail(subject="七月报表", files=[File("报表.xlsx")], style="qq")
    account.deliver(raw, ARRIVED.astimezone(UTC))
    ((found,), _) = look(account)
    assert (found.raw, found.subject, found.arrived_at, found.oversized) == (raw, "七月报表", ARRIVED, False)
    assert found.arrived_at.utcoffset() == timedelta(hours=8)
    assert [file.name for file in found.files] == ["报表.xlsx"]


def test_it_glimpses_the_mail_that_it_will_fetch(account: Account) -> None:
    raw = mail(subject="七月报表", text="字" * 5000)
    account.deliver(raw, ARRIVED)
    with mailbox(account).opened() as session:
        ((glimpse,),) = [batch.glimpses for batch in news(session)]
        (found,) = session.mails([glimpse])
    assert (glimpse.identity, glimpse.size, glimpse.arrived_at) == (found.identity, len(raw), ARRIVED)


def test_it_marks_nothing_read(account: Account) -> None:
    account.deliver(mail(), ARRIVED)
    account.deliver(mail(files=[File("a.xls")]), ARRIVED)
    look(account)
    assert account.flags() == [(), ()]


def test_it_begins_with_the_day_it_is_told(account: Account) -> None:
    midnight = datetime(2022, 4, 18, tzinfo=SHANGHAI)
    account.deliver(mail(subject="too old"), midnight - timedelta(minutes=1))
    account.deliver(mail(subject="just in"), midnight)
    assert subjects(look(account)[0]) == ["just in"]


def test_it_remembers_a_folder_where_all_is_old(account: Account) -> None:
    account.deliver(mail(), ARRIVED - timedelta(days=900))
    mails, position = look(account)
    assert mails == []
    assert position is not None
    assert position.last == 1


def test_it_yields_batches_to_go_on_from(account: Account) -> None:
    account.deliver_many([mail(subject=f"report {number}") for number in range(5)], ARRIVED)
    with mailbox(account).opened() as session:
        first, second, third = session.news("INBOX", None, BEGIN, at_once=2)
        assert [len(batch.glimpses) for batch in (first, second, third)] == [2, 2, 1]
        rest = news(session, first.position)
        assert subjects(list(session.mails(rest[0].glimpses))) == ["report 2", "report 3", "report 4"]
    assert third.position.last == 5


def test_it_scans_anew_when_the_server_has_renumbered(account: Account) -> None:
    account.deliver_many([mail(subject=f"report {number}") for number in range(3)], ARRIVED)
    before, position = look(account)
    account.renumber()
    after, moved = look(account, position)
    assert [each.identity for each in after] == [each.identity for each in before]
    assert position is not None
    assert moved is not None
    assert moved.validity != position.validity


def test_it_passes_over_a_mail_that_is_gone(account: Account) -> None:
    for number in (1, 2, 3):
        account.deliver(mail(subject=f"report {number}"), ARRIVED)
    with mailbox(account).opened() as session:
        ((one, two, three),) = [batch.glimpses for batch in news(session)]
        account.remove(2)
        assert subjects(list(session.mails([one, two, three]))) == ["report 1", "report 3"]
        assert list(session.mails([two])) == []


def test_it_fetches_no_mail_over_the_limit(account: Account) -> None:
    big = mail(subject="七月报表", files=[File("a.xls", bytes(300_000))])
    account.deliver(big, ARRIVED)
    account.deliver(mail(subject="small"), ARRIVED)
    (first, second), _ = look(account, size_limit=200_000)
    assert (first.subject, first.oversized, first.attachments, second.oversized) == ("七月报表", True, (), False)
    assert first.raw == big[: big.index(b"\r\n\r\n") + 4]


def test_it_keeps_apart_mails_without_a_header(account: Account) -> None:
    account.deliver(b"\r\nfirst\r\n", ARRIVED)
    account.deliver(b"\r\nsecond\r\n", ARRIVED)
    mails, _ = look(account)
    assert [each.text for each in mails] == ["first", "second"]
    assert mails[0].identity != mails[1].identity


def test_it_reads_a_folder_with_a_chinese_name(account: Account) -> None:
    account.deliver(mail(subject="report"), ARRIVED, folder="垃圾邮件 & 其他")
    with mailbox(account).opened() as session:
        (batch,) = news(session, folder="垃圾邮件 & 其他")
        news(session)
        assert subjects(list(session.mails(batch.glimpses))) == ["report"]


def test_it_names_the_folders_that_there_are(account: Account) -> None:
    account.deliver(mail(), ARRIVED, folder="垃圾邮件")
    with mailbox(account).opened() as session, pytest.raises(SettingError) as refusal:
        news(session, folder="订阅邮件")
    assert str(refusal.value) == f"邮箱 {account.user} 中没有文件夹“订阅邮件”，现有：垃圾邮件、INBOX"


def test_it_says_who_it_is_before_it_opens_a_folder(account: Account) -> None:
    look(account)
    ours = [line for line in account.server.log.splitlines() if f"({account.user})" in line and "ID sent" in line]
    assert len(ours) == 1
    assert "name=cuibao, version=" in ours[0]


def test_it_needs_little_to_find_nothing(account: Account) -> None:
    account.deliver_many([mail()] * 1000, ARRIVED)
    _, position = look(account)
    assert look(account, position) == ([], position)
    *_, (asked, answered) = account.traffic()
    assert (asked < 300, answered < 1_500) == (True, True)


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_it_encrypts(account: Account, imap_certificate: Certificate, security: str) -> None:
    account.deliver(mail(subject="report"), ARRIVED)
    port = account.server.tls_port if security == "ssl" else account.server.port
    mails, _ = look(account, security=security, port=port, ca_file=imap_certificate.authority)
    assert subjects(mails) == ["report"]


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_it_trusts_no_unknown_certificate(account: Account, security: str) -> None:
    port = account.server.tls_port if security == "ssl" else account.server.port
    with pytest.raises(MailboxTrouble, match="的证书未通过验证"):
        look(account, security=security, port=port)


def test_it_refuses_a_file_that_is_no_authority(account: Account, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="应为 PEM 格式"):
        look(account, security="ssl", ca_file=tmp_path / "none.pem")
    with pytest.raises(SettingError, match="993 端口一开始就加密"):
        look(account, security="starttls", port=993)


def test_it_says_what_to_check_when_the_password_is_wrong(account: Account) -> None:
    with pytest.raises(LoginRefused, match=rf":\d+ 拒绝账号 {account.user} 登录：请检查账号和授权码.*IMAP 服务已开启"):
        look(account, password="wrong")
    with pytest.raises(LoginRefused, match="没有设置密码"):
        look(account, password="")
    with pytest.raises(LoginRefused, match="非英文字符"):
        look(account, password="授权码")


def test_it_says_what_to_check_when_nobody_listens(account: Account) -> None:
    with pytest.raises(MailboxTrouble, match="没有开放：请检查端口"):
        look(account, port=free_port())
    with pytest.raises(MailboxTrouble, match="找不到收件服务器"):
        look(account, host="imap.invalid")


def test_it_says_what_to_check_when_the_server_speaks_something_else(account: Account) -> None:
    with SmtpServer() as server, pytest.raises(MailboxTrouble, match="不是可用的 IMAP 服务，请检查端口"):
        look(account, port=server.port)
    with pytest.raises(MailboxTrouble, match="加密连接未能建立"):
        look(account, security="ssl")


def test_it_gives_up_on_a_silent_server(account: Account) -> None:
    with listening(b"") as port, pytest.raises(MailboxTrouble, match=r"在 0.2 秒内没有应答"):
        look(account, port=port, timeout=0.2)


@pytest.mark.parametrize(
    ("answer", "trouble", "words"),
    [
        (b"NO [UNAVAILABLE] try later", MailboxTrouble, "暂时不让账号"),
        (b"NO LOGIN Login error or password error", LoginRefused, "授权码"),
        (b"NO \xb5\xc7\xc2\xbc\xc6\xb5\xd4\xda\xb9\xfd\xb8\xdf\xa3\xac\xc6\xb5\xc2\xca", MailboxTrouble, "频"),
        (b"BAD what", LoginRefused, "授权码"),
    ],
)
def test_it_tells_a_passing_refusal_from_a_final_one(
    account: Account, answer: bytes, trouble: type[Exception], words: str
) -> None:
    with listening(b"* OK [CAPABILITY IMAP4rev1] ready\r\n", answer) as port, pytest.raises(trouble, match=words):
        look(account, port=port)


def test_it_says_so_when_the_connection_is_lost(account: Account) -> None:
    account.deliver(mail(subject="report"), ARRIVED)
    with mailbox(account).opened() as session:
        ((glimpse,),) = [batch.glimpses for batch in news(session)]
        account.server.hang_up(account.user)
        account.server.stop()
        with pytest.raises(MailboxTrouble, match=r"收件服务器 .* 没有开放"):
            list(session.mails([glimpse]))
    account.server.start()
    assert subjects(look(account)[0]) == ["report"]


def test_it_goes_on_over_another_connection_where_one_is_lost(account: Account) -> None:
    for number in (1, 2):
        account.deliver(mail(subject=f"report {number}"), ARRIVED)
    with mailbox(account).opened() as session:
        ((one, two),) = [batch.glimpses for batch in news(session)]
        account.server.hang_up(account.user)
        assert subjects(list(session.mails([one, two]))) == ["report 1", "report 2"]


def test_it_reads_ten_thousand_mails_once_each_and_asks_for_many_at_a_time(account: Account) -> None:
    raws = [mail(subject=f"七月报表 {number}", style="qq") for number in range(10_000)]
    account.deliver_many(raws, ARRIVED)
    with mailbox(account).opened() as session:
        glimpses: list[Glimpse] = [each for batch in news(session) for each in batch.glimpses]
        read = sum(1 for _ in session.mails(glimpses))
    assert (len(glimpses), len({each.identity for each in glimpses}), read) == (10_000, 10_000, 10_000)
    *_, (asked, answered) = account.traffic()
    assert asked < 20 * 10_000
    assert answered < 2 * sum(map(len, raws))


@contextmanager
def listening(greeting: bytes, answer: bytes = b"") -> Iterator[int]:
    """A server that greets, answers every command so, and knows CAPABILITY; yields its port."""
    with socket.create_server((HOST, 0)) as listener:
        talk = Thread(target=_talk, args=(listener, greeting, answer), daemon=True)
        talk.start()
        yield int(listener.getsockname()[1])
        talk.join(5)


def _talk(listener: socket.socket, greeting: bytes, answer: bytes) -> None:
    peer, _ = listener.accept()
    with peer, peer.makefile("rb") as lines:
        peer.sendall(greeting)
        for line in lines:
            tag, command = line.split()[:2]
            if command == b"CAPABILITY":
                peer.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
            elif command == b"LOGOUT":
                peer.sendall(b"* BYE\r\n" + tag + b" OK done\r\n")
            else:
                peer.sendall(tag + b" " + answer + b"\r\n")
