"""导出 by mail: what the office gets of its own form, when it gets nothing, and that its own mail is no report."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from cuibao.ledger.tables import exports
from cuibao.office import Office
from cuibao.service.exporting import ExportMail, Left, hand_out
from cuibao.service.sending import line
from cuibao.service.views.board import look
from cuibao.settings import CHECKOUT
from tests.integration.imap_server import Account
from tests.integration.smtp_server import Act, Drop, SmtpServer, Stage
from tests.integration.test_inbox import NOW, collect, environ, opened, server
from tests.offices import at, in_earnest, office, reachable, smtp, spoil

__all__ = ["environ", "opened", "server"]

MAILBOX = "xfxawb@sina.com"


def handed_out(opened: Office) -> Left:
    return hand_out(opened, look(opened, at(NOW)))


def mailed(server: SmtpServer) -> EmailMessage:
    (kept,) = server.letters
    assert kept.recipients == (MAILBOX,)
    return message_from_bytes(kept.data, policy=policy.default)


def states(opened: Office) -> Sequence[tuple[str, int]]:
    with opened.ledger.exports.reading() as db:
        return [(state, attempts) for state, attempts in db.execute(select(exports.c.state, exports.c.attempts))]


def test_the_office_gets_both_files_and_the_lines_for_its_chat_group(opened: Office, server: SmtpServer) -> None:
    left = handed_out(opened)
    assert left.mailed == f"已寄到 {MAILBOX}"
    mail = mailed(server)
    assert mail["Subject"] == "【演练】报送情况（截至2022年7月27日 09:00）"
    files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert files == {path.name: path.read_bytes() for path in left.paths}
    book = next(data for name, data in files.items() if name is not None and name.endswith(".xlsx"))
    assert isinstance(book, bytes)
    assert load_workbook(BytesIO(book)).sheetnames[0] == "总表"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        assert "（演练）截至7月27日，以下单位未报：" in part.get_content()
    assert states(opened) == [("sent", 1)]


def test_two_exports_are_two_mails(opened: Office, server: SmtpServer) -> None:
    handed_out(opened)
    handed_out(opened)
    assert len({kept.message_id for kept in server.letters}) == 2


def test_its_own_mail_in_the_mailbox_is_nobodys_report(opened: Office, server: SmtpServer, account: Account) -> None:
    handed_out(opened)
    (kept,) = server.letters
    account.deliver(kept.data, at(NOW))
    found = collect(opened)
    assert (found.read, found.queued, found.registered) == (1, 0, [])
    assert len(server.letters) == 1


@pytest.mark.parametrize(
    ("stage", "act", "said", "state"),
    [
        ("rcpt", "451 4.7.1 later", "没有寄到", ("stopped", 0)),
        ("rcpt", "550 5.1.1 no such user", "没有寄到", ("refused", 1)),
        ("end", "552 5.3.4 too big", "没有寄到", ("refused", 1)),
        ("end", Drop(stored=True), "是否送达不确定", ("uncertain", 1)),
    ],
)
def test_a_mail_that_did_not_go_is_said_and_not_sent_again(
    opened: Office, server: SmtpServer, stage: Stage, act: Act, said: str, state: tuple[str, int]
) -> None:
    server.next(stage, act)
    left = handed_out(opened)
    assert said in left.mailed
    assert MAILBOX in left.mailed
    assert all(path.exists() for path in left.paths)
    assert states(opened) == [state]


def test_a_server_that_is_away_costs_the_mail_alone(opened: Office, server: SmtpServer) -> None:
    server.next("greeting", Drop())
    left = handed_out(opened)
    assert left.mailed.startswith(f"没有寄到 {MAILBOX}：")
    assert all(path.exists() for path in left.paths)


def test_it_does_not_wait_long_where_other_letters_are_on_their_way(
    opened: Office, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExportMail, "patience", 0.0)
    with ExitStack() as others:
        for _ in opened.carrier.lines:
            assert others.enter_context(line(opened, 0.0))
        assert handed_out(opened).mailed == f"没有寄到 {MAILBOX}：别的信正在发送，请稍后再导出一次"
    assert server.letters == []


def test_nothing_is_mailed_before_the_campaign_was_begun(tmp_path: Path) -> None:
    with SmtpServer() as server:
        reachable(tmp_path)
        with office(tmp_path, **in_earnest(server.port)) as opened:
            left = hand_out(opened, look(opened, opened.now()))
        assert left.mailed.startswith("没有寄到邮箱：尚未启用。")
        assert (server.connections, server.letters) == (0, [])
    assert all(path.exists() for path in left.paths)


def test_nothing_is_mailed_by_a_clock_that_stands(tmp_path: Path) -> None:
    with SmtpServer() as server:
        reachable(tmp_path)
        with office(tmp_path, **in_earnest(server.port), CUIBAO_NOW=NOW) as opened:
            assert handed_out(opened).mailed.startswith("没有寄到邮箱：CUIBAO_NOW 把时钟停在 2022年7月27日 09:00")
        assert server.connections == 0


def test_nothing_is_mailed_to_an_address_that_is_none_yet(tmp_path: Path, server: SmtpServer) -> None:
    reachable(tmp_path)
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "schedules")
    spoil(tmp_path / "schedules" / "xinfeng-2022" / "campaign.yaml", MAILBOX, "office@xinfeng.example")
    with office(tmp_path, **smtp(server.port), CUIBAO_NOW=NOW) as opened:
        said = handed_out(opened).mailed
    assert said == "没有寄到邮箱：本办公室的邮箱 office@xinfeng.example 是占位地址"
    assert server.connections == 0


def test_with_the_outbox_it_is_a_matter_of_files(tmp_path: Path) -> None:
    with office(tmp_path, CUIBAO_NOW=NOW) as opened:
        assert handed_out(opened).mailed == ""
    assert not (tmp_path / "outbox").exists()
