"""回执: what it names and to whom it goes; and the address of a stranger that a clerk makes the unit's own."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.ledger import Consequences
from cuibao.model import Channel, Claiming, Entry, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.mail import answers as answering
from cuibao.service.mail import deciding
from cuibao.service.mail.address import KeptAddress
from cuibao.service.mail.waiting import queue
from cuibao.service.views import board
from tests.integration.imap_server import Account
from tests.integration.smtp_server import SmtpServer
from tests.integration.test_inbox import (
    INTERIM,
    JIADING,
    NOW,
    REPORT,
    answers,
    collect,
    environ,
    opened,
    plain,
    reasons,
    server,
    status,
)
from tests.mails import File, authentication_results, mail
from tests.offices import DOMAIN, at, office

__all__ = ["environ", "opened", "server"]

STRANGER = "someone@qq.com"
LIAISON = f"liaison.jiading@{DOMAIN}"
FAILED = authentication_results(dmarc="fail", spf="fail")


def due_now(opened: Office, unit: str = "jiading") -> list[board.Cell]:
    """What the board shows of the unit as late, sent back or soon due."""
    wanted = {Status.OVERDUE, Status.RETURNED, Status.DUE_SOON}
    return [c for c in board.look(opened, at(NOW)).cells if c.obligation.unit.id == unit and c.status in wanted]


def report(account: Account) -> None:
    account.deliver(mail(sender=JIADING, files=[File(REPORT)]), at("2022-07-25T10:00"))


def enter(opened: Office, cell: board.Cell, entry: Entry = Entry.RECEIVED) -> None:
    entering.record(
        opened,
        at("2022-07-26T09:00"),
        units=["嘉定镇"],
        period=cell.obligation.period,
        received=None,
        channel=Channel.PAPER,
        by="王芳",
        note="缺盖章",
        entry=entry,
    )


def claim(opened: Office, *, units: Sequence[str] = ("嘉定镇",), keep: bool = False, **more: object) -> str:
    """What is said of claiming the only mail that waits."""
    number = queue(opened)[0].mail.id
    wanted: dict[str, object] = {"claiming": Claiming.RECEIVED, "by": "王芳", **more}
    items = [lookup.item_labelled(opened, INTERIM)]
    done = deciding.claim(
        opened,
        at(NOW),
        number,
        units=units,
        items=items,
        keep_address=keep,
        **wanted,  # type: ignore[arg-type]
    )
    return deciding.said(opened, done, answering.send_answers(opened))


def addressees(server: SmtpServer) -> list[str]:
    """Whom the only answer names and went to."""
    (answer,) = answers(server)
    named = [address.addr_spec for address in answer["To"].addresses]
    (kept,) = [each for each in server.letters if b"auto-replied" in each.data]
    assert sorted(kept.recipients) == sorted(named)
    return named


# --- what it says ---


def test_it_names_what_is_due_now_and_nothing_of_the_year_to_come(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    report(account)
    collect(opened)
    owed = due_now(opened)
    (answer,) = answers(server)
    said = plain(answer)
    head, _, named = said.partition(f"另有下列{len(owed)}项已到期或即将到期，请及时报送：")
    assert "已登记1项" in head
    lines = [line.strip() for line in named.partition("登记如有误")[0].splitlines() if line.strip().startswith("-")]
    assert len(lines) == len(owed) > 3
    assert all(f"- {cell.obligation.period.plan.short}：" in named for cell in owed)
    assert {cell.status for cell in owed} == {Status.OVERDUE, Status.DUE_SOON}
    assert "12月" not in named


def test_it_says_so_where_nothing_more_is_due(opened: Office, account: Account, server: SmtpServer) -> None:
    for cell in due_now(opened):
        if cell.obligation.period != lookup.item_labelled(opened, INTERIM):
            enter(opened, cell)
    report(account)
    collect(opened)
    (answer,) = answers(server)
    assert "目前没有其他已到期或即将到期的事项。" in plain(answer)
    assert "另有下列" not in plain(answer)


def test_it_names_what_was_sent_back(opened: Office, account: Account, server: SmtpServer) -> None:
    cell = next(each for each in due_now(opened) if each.obligation.period.plan.short == "主体责任")
    enter(opened, cell)
    enter(opened, cell, Entry.RETURNED)
    report(account)
    collect(opened)
    (answer,) = answers(server)
    assert plain(answer).count("，退回待重报") == 1


# --- to whom it goes ---


def test_a_strangers_mail_is_answered_to_the_unit_too(opened: Office, account: Account, server: SmtpServer) -> None:
    account.deliver(mail(sender=STRANGER, files=[File(REPORT)]), at("2022-07-25T10:00"))
    collect(opened)
    claim(opened)
    assert addressees(server) == [STRANGER, JIADING, LIAISON]
    (answer,) = answers(server)
    said = "".join(plain(answer).split())
    assert f"来信署名的邮箱是{STRANGER}，不能确认是你单位所发。如不是你单位所发，请即告知。" in said
    assert "来信收悉" in said  # its subject is not repeated in the office's name


def test_it_leaves_out_an_address_that_bounces_and_names_each_once(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    units = tmp_path / "contacts" / "units.yaml"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace(f"[{JIADING}]", f"[{JIADING}, JiaDing@{DOMAIN}]"), encoding="utf-8")
    account.deliver(mail(sender=STRANGER, files=[File(REPORT)]), at("2022-07-25T10:00"))
    with office(tmp_path, **environ) as opened:
        collect(opened)
        (waiting,) = queue(opened)
        bad = Consequences(bad=((LIAISON, "退信"),))
        assert opened.ledger.mails.add(opened.campaign.id, waiting.mail.id, at(NOW), bad)
        claim(opened)
    assert [address.lower() for address in addressees(server)] == [STRANGER, JIADING]


@pytest.mark.parametrize("sender", [JIADING, STRANGER])
def test_a_sender_that_failed_verification_is_never_answered(
    opened: Office, account: Account, server: SmtpServer, sender: str
) -> None:
    account.deliver(mail(sender=sender, files=[File(REPORT)], extra=[FAILED]), at("2022-07-25T10:00"))
    collect(opened)
    assert "已登记" in claim(opened)
    assert addressees(server) == [JIADING, LIAISON]


def test_a_sender_that_failed_is_not_answered_where_the_unit_has_no_address(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    units = tmp_path / "contacts" / "units.yaml"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace(JIADING, "gone@x.invalid").replace(LIAISON, "gone2@x.invalid"), encoding="utf-8")
    account.deliver(mail(sender=STRANGER, files=[File(REPORT)], extra=[FAILED]), at("2022-07-25T10:00"))
    with office(tmp_path, **environ) as opened:
        collect(opened)
        assert claim(opened) == f"来信 {opened.ledger.mails.listed(opened.campaign.id)[0].id} 已登记：嘉定镇，1 项"
    assert answers(server) == []


def test_the_units_own_mail_is_answered_to_its_sender_alone(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    account.deliver(
        mail(sender=JIADING, subject="请问", text="请问怎么填？", files=[File(REPORT)]), at("2022-07-25T10:00")
    )
    collect(opened)
    claim(opened)
    assert addressees(server) == [JIADING]
    assert "如不是你单位" not in plain(answers(server)[0])


# --- whose it is from now on ---


def test_an_address_that_a_clerk_keeps_is_the_units_from_now_on(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    units = tmp_path / "contacts" / "units.yaml"
    before = units.read_text(encoding="utf-8")
    account.deliver(mail(sender="SomeOne@qq.com", files=[File(REPORT)]), at("2022-07-25T10:00"))
    with office(tmp_path, **environ) as opened:
        collect(opened)
        said = claim(opened, keep=True)
        assert said.endswith(f"已登记：嘉定镇，1 项；{STRANGER} 以后算嘉定镇的；回执已发送 1")
    assert units.read_text(encoding="utf-8") == before.replace(f"[{JIADING}]", f"[{JIADING}, {STRANGER}]", 1)
    said = "".join(plain(answers(server)[0]).split())
    assert f"来信发自{STRANGER}，今后按你单位的邮箱对待。如不是你单位的邮箱，请即告知。" in said
    another = mail(sender=STRANGER, files=[File("嘉定镇主体责任7月工作进展.doc")])
    account.deliver(another, at("2022-07-26T10:00"))
    with office(tmp_path, **environ) as opened:
        assert collect(opened).queued == 0
        assert status(opened, "主体责任·本月工作进展（7月，7月20日前）") is Status.LATE


@pytest.mark.parametrize(
    ("sender", "extra", "more", "words"),
    [
        (STRANGER, [], {"units": ["嘉定镇", "古陂镇"]}, "请只选一个单位"),
        (STRANGER, [], {"units": []}, "请只选一个单位"),
        (STRANGER, [], {"claiming": Claiming.DISMISSED}, "不是报送的来信，不能把发件地址算作单位的。"),
        (f"gupi@{DOMAIN}", [], {}, f"gupi@{DOMAIN} 是古陂镇的邮箱，不能又算作嘉定镇的。"),
        (STRANGER, [FAILED], {}, "没有通过收件服务器的验证，发件地址可能是冒用的"),
        ("a@qq.com>, <b@qq.com", [], {}, "不是一个邮箱地址"),
        (STRANGER, [], {"units": ["嘉定县"]}, "通讯录里没有“嘉定县”"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_anything_is_recorded(
    tmp_path: Path,
    opened: Office,
    account: Account,
    sender: str,
    extra: Sequence[str],
    more: dict[str, object],
    words: str,
) -> None:
    before = (tmp_path / "contacts" / "units.yaml").read_bytes()
    account.deliver(
        mail(sender=sender, subject="嘉定镇材料", files=[File("1.doc")], extra=extra), at("2022-07-25T10:00")
    )
    collect(opened)
    with pytest.raises(Contradiction, match=words):
        claim(opened, keep=True, **more)  # type: ignore[arg-type]
    assert len(reasons(opened)) == 1
    assert (tmp_path / "contacts" / "units.yaml").read_bytes() == before


def test_an_address_that_is_the_units_already_changes_nothing(tmp_path: Path, opened: Office, account: Account) -> None:
    before = (tmp_path / "contacts" / "units.yaml").read_bytes()
    account.deliver(mail(sender=JIADING, text="请问怎么填？", files=[File(REPORT)]), at("2022-07-25T10:00"))
    collect(opened)
    assert f"；{JIADING} 本来就是嘉定镇的；" in claim(opened, keep=True)
    assert (tmp_path / "contacts" / "units.yaml").read_bytes() == before


def test_contacts_that_somebody_changes_meanwhile_are_left_alone_and_that_is_said(
    tmp_path: Path, opened: Office, account: Account
) -> None:
    account.deliver(mail(sender=STRANGER, files=[File(REPORT)]), at("2022-07-25T10:00"))
    collect(opened)
    (waiting,) = queue(opened)
    keeping = KeptAddress(opened, waiting.mail, ["嘉定镇"], Claiming.RECEIVED)
    units = tmp_path / "contacts" / "units.yaml"
    units.write_text(units.read_text(encoding="utf-8") + "# 刚改过\n", encoding="utf-8")
    assert keeping.write().startswith(f"{STRANGER} 没有加进通讯录，请再认领一次：通讯录刚刚被别人改过")
    assert STRANGER not in units.read_text(encoding="utf-8")
