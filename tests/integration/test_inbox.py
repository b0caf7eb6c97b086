"""收取: a real mailbox, a real mail server, a real ledger, and everything that one mail brings about."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.holders import Holder
from cuibao.model import Channel, Claiming, Entry, LetterState, Status
from cuibao.office import Office
from cuibao.rendering import Templates
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.mail import answers as answering
from cuibao.service.mail import deciding, reading
from cuibao.service.mail.reading import Collected
from cuibao.service.mail.waiting import queue
from cuibao.service.views import board, trail
from cuibao.settings import CHECKOUT
from cuibao.spreadsheet import sheet
from tests.integration.imap_server import Account
from tests.integration.smtp_server import Drop, SmtpServer, Stage
from tests.mails import AUTHSERV, File, authentication_results, bounce, docx, mail, out_of_office
from tests.offices import DOMAIN, at, begun, imap, office, reachable, smtp

MORNING = "2022-07-26T08:30"
NOW = "2022-07-27T09:00"
JIADING = f"jiading@{DOMAIN}"
INTERIM = "安全技能·阶段性工作情况（7月25日前）"
REPORT = "嘉定镇安全技能阶段性工作情况.docx"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def environ(tmp_path: Path, server: SmtpServer, account: Account, database_url: str) -> dict[str, str]:
    reachable(tmp_path)
    settings = {
        **smtp(server.port),
        "CUIBAO_HOME": str(tmp_path),
        "CUIBAO_DATABASE_URL": database_url,
        "CUIBAO_NOW": NOW,
        **imap(account),
        "CUIBAO_IMAP_AUTHSERV": AUTHSERV,
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


def status(opened: Office, item: str = INTERIM, unit: str = "jiading") -> Status:
    period = lookup.item_labelled(opened, item)
    (found,) = [
        cell.status
        for cell in board.look(opened, at(NOW)).cells
        if cell.obligation.unit.id == unit and cell.obligation.period == period
    ]
    return found


def letter_to(opened: Office, server: SmtpServer, address: str = JIADING) -> EmailMessage:
    """The letter of the morning to `address`."""
    morning.run(opened, at(MORNING))
    (found,) = [kept for kept in server.letters if address in kept.recipients]
    return message_from_bytes(found.data, policy=policy.default)


def answers(server: SmtpServer) -> list[EmailMessage]:
    """The acknowledgements that went out."""
    parsed = [message_from_bytes(kept.data, policy=policy.default) for kept in server.letters]
    return [each for each in parsed if each["Auto-Submitted"] == "auto-replied"]


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def reasons(opened: Office) -> list[str]:
    return [waiting.mail.reason for waiting in queue(opened)]


def test_a_report_from_a_known_address_is_registered_when_it_arrived_and_answered(
    opened: Office, account: Account, server: SmtpServer, tmp_path: Path
) -> None:
    theirs = mail(sender=JIADING, subject="报送材料", files=[File(REPORT, docx("a report"))], message_id="<1@jiading>")
    account.deliver(theirs, at("2022-07-25T23:50"))
    found = collect(opened)
    assert (found.read, found.queued, len(found.registered)) == (1, 0, 1)
    assert status(opened) is Status.ON_TIME
    (entries,) = opened.ledger.entries(opened.campaign.id, "jiading").values()
    assert (entries[0].entry, entries[0].received_at) == (Entry.RECEIVED, at("2022-07-25T23:50"))

    (answer,) = answers(server)
    assert answer["To"].addresses[0].addr_spec == JIADING
    assert (answer["In-Reply-To"], answer["References"]) == ("<1@jiading>", "<1@jiading>")
    said = plain(answer)
    assert "2022年7月25日23:50来信（报送材料）收悉，已登记1项" in said
    assert f"附件：{REPORT}" in said
    assert "已到期或即将到期" in said

    (kept,) = opened.ledger.mails.files(opened.campaign.id)
    assert (tmp_path / "evidence" / kept.path).read_bytes() == docx("a report")
    assert kept.path.startswith("xinfeng-2022_drill/skills/interim-once/jiading/20220725-2350-")
    assert (kept.name, kept.size) == (REPORT, len(docx("a report")))
    (read,) = opened.ledger.mails.listed(opened.campaign.id)
    assert (tmp_path / "evidence" / str(read.raw)).read_bytes() == theirs
    assert account.flags() == [()]


@pytest.mark.parametrize("stage", ["greeting", "rcpt"])
def test_an_answer_that_could_not_go_for_two_days_is_given_up_and_said_to_be(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer, stage: Stage
) -> None:
    account.deliver(
        mail(sender=JIADING, subject="报送材料", files=[File(REPORT, docx("a report"))]), at("2022-07-25T23:50")
    )
    came_to = []
    for now in (NOW, "2022-07-27T23:50", "2022-07-27T23:51", "2022-07-28T09:00"):
        with office(tmp_path, **(environ | {"CUIBAO_NOW": now})) as opened:
            reading.collect(opened, at(now), Collected())
            server.next(stage, "451 4.3.0 try again later")
            came_to.append(answering.send_answers(opened))
            events = trail.trail(opened, unit="嘉定镇").events
    assert came_to == [{"暂缓发送": 1}, {"暂缓发送": 1}, {"不再发送": 1}, {}]
    assert answers(server) == []
    (answer,) = [event for event in events if isinstance(event, trail.AnswerSent)]
    assert answer.words.startswith("不再发送：")


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
def test_an_answer_of_which_nobody_knows_is_never_sent_again(
    opened: Office, account: Account, server: SmtpServer, stored: bool
) -> None:
    account.deliver(mail(sender=JIADING, files=[File(REPORT)]), at("2022-07-25T10:00"))
    server.next("end", Drop(stored=stored))
    reading.collect(opened, at(NOW), Collected())
    assert [answering.send_answers(opened) for _ in range(2)] == [{"是否送达不确定": 1}, {}]
    assert len(answers(server)) == int(stored)


def test_what_was_read_is_not_read_again(opened: Office, account: Account, server: SmtpServer) -> None:
    account.deliver(mail(sender=JIADING, files=[File(REPORT)]), at("2022-07-25T10:00"))
    collect(opened)
    assert collect(opened).read == 0
    account.renumber()
    assert collect(opened).read == 0
    assert len(answers(server)) == 1
    account.deliver(mail(sender=JIADING, files=[File("主体责任7月.doc")]), at("2022-07-26T10:00"))
    assert collect(opened).read == 1


def test_a_reply_to_a_letter_is_matched_by_it(opened: Office, account: Account, server: SmtpServer) -> None:
    address = f"gongan@{DOMAIN}"
    letter = letter_to(opened, server, address)
    text = plain(letter)
    reply = mail(
        sender=address,
        subject=f"回复：{letter['Subject']}",
        in_reply_to=str(letter["Message-ID"]),
        quoting=text,
        style="qq",
        files=[File("阶段性工作情况.doc")],
    )
    account.deliver(reply, at("2022-07-26T15:00"))
    collect(opened)
    assert status(opened, unit="gongan") is Status.LATE
    (answer,) = answers(server)
    assert "（迟报）" in plain(answer)


def test_a_mail_with_items_of_two_plans_makes_two_receipts_and_one_answer(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    files = [File(REPORT), File("嘉定镇主体责任7月工作进展.doc", docx("another"))]
    account.deliver(mail(sender=JIADING, files=files), at("2022-07-26T10:00"))
    collect(opened)
    assert status(opened) is Status.LATE
    assert status(opened, "主体责任·本月工作进展（7月，7月20日前）") is Status.LATE
    (answer,) = answers(server)
    assert answer["Subject"] == "【演练】回执：嘉定镇2项材料已登记"
    by_item = {file.key.plan: file.name for file in opened.ledger.mails.files(opened.campaign.id)}
    assert by_item == {"skills": REPORT, "responsibility": "嘉定镇主体责任7月工作进展.doc"}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (mail(sender="someone@qq.com", files=[File(REPORT)]), "发件人地址不在通讯录里"),
        (mail(sender=JIADING, subject="材料", files=[File("材料.zip")]), ""),
        (mail(sender=JIADING, subject="嘉定镇安全技能阶段性工作情况", text="已办理。"), "没有附件"),
        (
            mail(sender=JIADING, files=[File(REPORT)], extra=[authentication_results(spf="fail", dkim="none")]),
            "发件人身份验证未通过（SPF），可能是冒名",
        ),
    ],
)
def test_whatever_is_in_doubt_waits_for_a_person_and_is_not_answered(
    opened: Office, account: Account, server: SmtpServer, message: bytes, reason: str
) -> None:
    account.deliver(message, at("2022-07-26T10:00"))
    found = collect(opened)
    assert (found.queued, found.registered) == (1, [])
    (said,) = reasons(opened)
    assert reason in said
    assert answers(server) == []
    assert status(opened) is Status.OVERDUE


def test_who_is_out_of_office_is_left_in_peace(opened: Office, account: Account, server: SmtpServer) -> None:
    account.deliver(out_of_office(), at("2022-07-26T10:00"))
    assert collect(opened).ignored == 1
    assert (reasons(opened), answers(server)) == ([], [])


def test_a_bounce_marks_the_address_until_it_is_changed(opened: Office, account: Account, server: SmtpServer) -> None:
    letter = letter_to(opened, server)
    account.deliver(bounce(str(letter["Message-ID"]), [JIADING]), at("2022-07-26T08:45"))
    assert collect(opened).bounced == 1
    assert set(opened.ledger.mails.bad_addresses(opened.campaign.id)) == {JIADING}
    (trouble,) = [each for each in board.look(opened, at(NOW)).troubles if each.name == "嘉定镇"]
    assert trouble.what == "邮箱退信"
    assert JIADING in trouble.detail
    again = morning.run(opened, at("2022-07-27T08:30"))
    assert [one.to for one in again.written if one.name == "嘉定镇" and JIADING in one.to] == []
    opened.ledger.mails.clear_addresses(opened.campaign.id, [JIADING], at(NOW))
    assert opened.ledger.mails.bad_addresses(opened.campaign.id) == {}


def test_a_letter_that_reached_nobody_goes_out_again_to_a_new_address(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    liaison = f"liaison.jiading@{DOMAIN}"
    with office(tmp_path, **environ) as opened:
        letter = letter_to(opened, server)
        account.deliver(bounce(str(letter["Message-ID"]), [JIADING, liaison]), at("2022-07-26T08:45"))
        collect(opened)
        filed = opened.ledger.letter(opened.campaign.id, "jiading", at(MORNING).date())
        assert filed is not None
        assert filed.state is LetterState.REFUSED
    units = tmp_path / "contacts" / "units.yaml"
    units.write_text(units.read_text("utf-8").replace(f"[{JIADING}]", f"[new@{DOMAIN}]"), "utf-8")
    with office(tmp_path, **environ) as opened:
        result = morning.run(opened, at("2022-07-27T08:30"))
        (one,) = [each for each in result.written if each.name == "嘉定镇"]
        assert one.to == (f"new@{DOMAIN}",)
        assert JIADING not in opened.ledger.mails.bad_addresses(opened.campaign.id)


# --- what a person decides ---


def waiting_mail(opened: Office, account: Account) -> int:
    theirs = mail(sender="someone@qq.com", subject="材料", files=[File("1.doc", docx("one"))], message_id="<9@qq>")
    account.deliver(theirs, at("2022-07-25T18:00"))
    collect(opened)
    (waiting,) = queue(opened)
    return waiting.mail.id


def claim(
    opened: Office, number: int, claiming: Claiming = Claiming.RECEIVED, *items: str, unit: str = "嘉定镇"
) -> bool:
    done = deciding.claim(
        opened,
        at(NOW),
        number,
        units=[unit],
        items=[lookup.item_labelled(opened, item) for item in items],
        claiming=claiming,
        by="王芳",
    )
    answering.send_answers(opened)
    return done.again


def test_a_mail_that_is_claimed_counts_from_its_arrival_and_is_answered_once(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    number = waiting_mail(opened, account)
    assert not claim(opened, number, Claiming.RECEIVED, INTERIM)
    assert status(opened) is Status.ON_TIME
    assert queue(opened) == ()
    (file,) = opened.ledger.mails.files(opened.campaign.id)
    assert file.name == "1.doc"
    assert claim(opened, number, Claiming.RECEIVED, INTERIM)
    (answer,) = answers(server)
    assert answer["To"].addresses[0].addr_spec == "someone@qq.com"


def test_a_mail_that_is_dismissed_waits_no_more(opened: Office, account: Account, server: SmtpServer) -> None:
    number = waiting_mail(opened, account)
    assert not claim(opened, number, Claiming.DISMISSED)
    assert claim(opened, number, Claiming.DISMISSED)
    assert (queue(opened), answers(server)) == ((), [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": 999}, "没有编号为 999 的来信。待认领的编号："),
        ({"items": []}, "请选择报送事项；不是报送材料的，请选“不是报送”。"),
        ({"by": " "}, "请填写登记人。"),
        ({"units": []}, "请至少选一个单位。"),
        ({"units": ["县危化安全专业委员会"]}, "不需要报送"),
    ],
)
def test_a_claim_that_cannot_be_is_refused_in_chinese(
    opened: Office, account: Account, changes: dict[str, object], words: str
) -> None:
    number = waiting_mail(opened, account)
    wanted: dict[str, object] = {
        "number": number,
        "units": ["嘉定镇"],
        "items": [lookup.item_labelled(opened, INTERIM)],
        "by": "王芳",
        **changes,
    }
    number = int(str(wanted.pop("number")))
    with pytest.raises(Contradiction, match=words):
        deciding.claim(opened, at(NOW), number, claiming=Claiming.RECEIVED, **wanted)  # type: ignore[arg-type]
    assert len(queue(opened)) == 1


def test_a_report_sent_back_is_not_settled_by_the_mail_it_came_in(opened: Office, account: Account) -> None:
    first = mail(sender=JIADING, files=[File(REPORT)], message_id="<first@jiading>")
    account.deliver(first, at("2022-07-25T10:00"))
    collect(opened)
    entering.record(
        opened,
        at("2022-07-26T16:00"),
        units=["嘉定镇"],
        period=lookup.item_labelled(opened, INTERIM),
        received=None,
        channel=Channel.PHONE,
        by="王芳",
        note="缺盖章",
        entry=Entry.RETURNED,
    )
    earlier = mail(sender=JIADING, files=[File(REPORT, docx("on its way"))])
    same_file = mail(sender=JIADING, files=[File("（修改）" + REPORT)])
    account.deliver(earlier, at("2022-07-26T09:00"))
    account.deliver(b"Received: from a by b; Tue, 26 Jul 2022 17:00:00 +0800\r\n" + first, at("2022-07-26T17:00"))
    account.deliver(same_file, at("2022-07-26T17:00"))
    collect(opened)
    assert status(opened) is Status.RETURNED
    again = "与退回的相同，请核对是不是重报"
    assert reasons(opened) == ["这封信是退回之前寄来的，请核对是不是重报", again, again]
    account.deliver(mail(sender=JIADING, files=[File(REPORT, docx("stamped"))]), at("2022-07-26T17:00"))
    collect(opened)
    assert status(opened) is Status.ON_TIME


def test_a_file_that_the_office_had_attached_is_no_report(opened: Office, account: Account, server: SmtpServer) -> None:
    morning.run(opened, at("2022-04-18T08:30"))
    (kept,) = [kept for kept in server.letters if JIADING in kept.recipients]
    letter = message_from_bytes(kept.data, policy=policy.default)
    workbook, calendar = (part.get_content() for part in letter.iter_attachments())
    replies = [
        mail(sender=JIADING, in_reply_to=str(letter["Message-ID"]), files=[File(f"科技强安实施方案.{ending}", data)])
        for ending, data in (("xlsx", workbook), ("csv", calendar.encode()), ("csv", b"year,plan\n2022,7\n"))
    ]
    for minute, reply in enumerate(replies[:2]):
        account.deliver(reply, at(f"2022-04-19T10:{minute:02}"))
    assert (collect(opened).queued, reasons(opened)) == (2, ["附件是本办公室发出的文件"] * 2)
    account.deliver(replies[2], at("2022-04-19T10:02"))
    assert len(collect(opened).registered) == 1


def test_a_liaison_named_in_the_text_is_registered_and_shown_in_the_answer(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    text = "联络人：张三\n电话：0797-3330001\n\n嘉定镇应急管理站\n李四"
    account.deliver(mail(sender=JIADING, subject="嘉定镇安全技能联络人", text=text), at("2022-04-20T10:00"))
    assert len(collect(opened).registered) == 1
    (answer,) = answers(server)
    assert "姓名：张三" in plain(answer)
    assert "联系电话：0797-3330001" in plain(answer)
    page = answer.get_body(("html",))
    assert page is not None
    assert "0797-3330001" in page.get_content()


def test_more_of_what_is_registered_is_kept_as_a_supplement(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    for number in (1, 2):
        account.deliver(mail(sender=JIADING, files=[File(REPORT, docx(str(number)))]), at(f"2022-07-25T1{number}:00"))
    found = collect(opened)
    assert (len(found.registered), found.supplements, found.queued) == (1, 1, 0)
    assert len(opened.ledger.mails.files(opened.campaign.id)) == 2
    assert len(answers(server)) == 1


# --- breaking off ---


COLLECT = """
import sys
from cuibao.office import open_office
from cuibao.service.mail import answers as answering
from cuibao.service.mail import reading

with open_office() as office:
    reading.collect(office, office.now(), reading.Collected())
    answering.send_answers(office)
"""


# The process is what is killed: one database is enough.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("milliseconds", [350, 450, 550, 650, 750, 850, 1000, 1200, 1500])
def test_a_reading_that_is_killed_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
    environ: dict[str, str],
    account: Account,
    server: SmtpServer,
    milliseconds: int,
) -> None:
    senders = [("jiading", "嘉定镇"), ("gupi", "古陂镇"), ("datangbu", "大塘埠镇"), ("gongan", "县公安局")]
    with office(tmp_path, **environ) as opened:
        opened.ledger.register(opened.campaign.id, at(NOW))
        for unit, _ in senders:
            sent = mail(sender=f"{unit}@{DOMAIN}", files=[File("安全技能阶段性工作情况.doc", docx("x", 200_000))])
            account.deliver(sent, at("2022-07-25T10:00"))
        child = subprocess.Popen([sys.executable, "-c", COLLECT], env={**os.environ, **environ})
        time.sleep(milliseconds / 1000)
        child.send_signal(signal.SIGKILL)
        child.wait()
        for _ in range(2):
            collect(opened)
        entries = opened.ledger.entries(opened.campaign.id)
        assert sorted(key.unit for key in entries) == sorted(unit for unit, _ in senders)
        assert all(len(found) == 1 for found in entries.values())
        assert len(opened.ledger.mails.files(opened.campaign.id)) == len(senders)
        whom = [answer["To"].addresses[0].addr_spec for answer in answers(server)]
        assert len(whom) == len(set(whom))
        states = [answer.state for answer in opened.ledger.mails.answers(opened.campaign.id)]
        assert len(states) == len(senders)
        assert set(states) <= {LetterState.SENT, LetterState.UNCERTAIN}
        assert states.count(LetterState.UNCERTAIN) <= 1


class Died(BaseException):
    """The process is gone at this very place."""


PLACES = [
    ("cuibao.service.mail.reading.keep_raw", 1),
    ("cuibao.service.mail.reading.keep_files", 1),
    ("cuibao.ledger.mails.Mails.file", 1),
    ("cuibao.ledger.mails.Mails.file", 2),
    ("cuibao.ledger.mails.Mails.advance", 1),
    ("cuibao.ledger.leases.Leases.take", 1),  # the connection
    ("cuibao.ledger.leases.Leases.take", 2),
    ("cuibao.ledger.leases.Leases.depart", 1),
    ("cuibao.ledger.leases.Leases.still", 1),
    ("cuibao.ledger.leases.Leases.conclude", 1),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("place", "times"), PLACES)
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
    for unit in ("jiading", "gupi"):
        account.deliver(
            mail(sender=f"{unit}@{DOMAIN}", files=[File("安全技能阶段性工作情况.doc")]), at("2022-07-25T10:00")
        )
    account.deliver(mail(sender="someone@qq.com", files=[File("1.doc")]), at("2022-07-25T10:00"))
    with monkeypatch.context() as broken, office(tmp_path, **environ) as opened:
        _die_at(broken, place, times, after)
        with pytest.raises(Died):
            collect(opened)
    with office(tmp_path, **environ) as opened:
        monkeypatch.setattr(Holder, "lives", lambda self, other: other == self)  # that process is dead
        collect(opened)
        collect(opened)
        entries = opened.ledger.entries(opened.campaign.id)
        assert sorted(key.unit for key in entries) == ["gupi", "jiading"]
        assert all(len(found) == 1 for found in entries.values())
        assert len(queue(opened)) == 1
        assert len(opened.ledger.mails.files(opened.campaign.id)) == 2
        whom = [answer["To"].addresses[0].addr_spec for answer in answers(server)]
        assert len(whom) == len(set(whom))
        assert len(opened.ledger.mails.answers(opened.campaign.id)) == 2
        if not place.endswith(("depart", "still", "conclude")):
            assert len(whom) == 2


def _die_at(patch: pytest.MonkeyPatch, place: str, times: int, after: bool) -> None:
    """Let the `times`-th call of what is at `place` be the last thing that happens, with its effect or without."""
    module, _, name = place.rpartition(".")
    owner: object = sys.modules.get(module)
    if owner is None:
        package, _, kind = module.rpartition(".")
        owner = getattr(sys.modules[package], kind)
    original = getattr(owner, name)
    calls = 0

    def dying(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls < times:
            return original(*args, **kwargs)
        if after:
            original(*args, **kwargs)
        raise Died

    patch.setattr(owner, name, dying)


def test_every_moment_that_is_kept_is_the_mails_own(opened: Office, account: Account) -> None:
    account.deliver(mail(sender=JIADING, files=[File(REPORT)]), at("2022-07-25T10:00"))
    collect(opened, "2022-07-26T20:00")
    (read,) = opened.ledger.mails.listed(opened.campaign.id)
    moments: tuple[datetime, ...] = (read.arrived_at, read.read_at)
    assert moments == (at("2022-07-25T10:00"), at("2022-07-26T20:00"))


# --- a mailbox that is full ---


def ten_thousand() -> Iterator[bytes]:
    """What lies in an office's mailbox: one in twenty from a unit, a fifth from strangers, the rest advertisements."""
    for number in range(10_000):
        kind = number % 20
        if kind == 0:
            yield mail(sender=JIADING, files=[File(f"安全技能阶段性工作情况{number}.doc", docx("x", 20_000))])
        elif kind < 5:
            yield mail(sender=f"a{number}@qq.com", subject=f"材料{number}", files=[File("1.doc", docx("x", 20_000))])
        else:
            bulk = ["List-Unsubscribe: <mailto:u@shop.com>"]
            yield mail(sender=f"news{number}@shop.com", subject=f"优惠{number}", text="大促" * 200, extra=bulk)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is the mailbox that is full
def test_ten_thousand_mails_are_read_once_and_never_asked_for_again(
    tmp_path: Path, environ: dict[str, str], account: Account
) -> None:
    account.deliver_many(ten_thousand(), at("2022-07-25T10:00"))
    with office(tmp_path, **environ) as opened:
        found = Collected()
        reading.collect(opened, at(NOW), found)
    assert (found.read, len(found.registered), found.supplements) == (10_000, 1, 499)
    assert (found.queued, found.ignored) == (2_000, 7_500)
    with office(tmp_path, **environ) as opened:
        assert collect(opened).read == 0
    (_, first), *_, (_, last) = account.traffic()[1:]  # the first session made the folders
    assert first > 10_000 * 1_000
    assert last < 2_000


# --- mails that cannot be dealt with ---


def test_a_mail_that_cannot_be_kept_now_keeps_nobody_back_and_is_read_again(
    opened: Office, account: Account, server: SmtpServer, tmp_path: Path
) -> None:
    shutil.copytree(CHECKOUT / "templates", tmp_path / "broken")
    (tmp_path / "broken" / "acknowledgement" / "body.txt.j2").write_text("{{ letter.nonsense }}", "utf-8")
    account.deliver(mail(sender=JIADING, files=[File(REPORT)]), at("2022-07-25T10:00"))
    account.deliver(mail(sender="someone@qq.com", files=[File("1.doc")]), at("2022-07-25T11:00"))
    good = opened.templates
    opened.templates = Templates(tmp_path / "broken", sheet)
    found = collect(opened)
    (trouble,) = found.troubles
    assert "acknowledgement/body.txt.j2" in trouble
    assert (found.registered, found.queued) == ([], 1)
    opened.templates = good
    found = collect(opened)
    assert (len(found.registered), found.queued, found.troubles) == (1, 0, [])
    assert len(answers(server)) == 1


def test_a_mail_at_which_the_program_fails_goes_to_a_person(
    opened: Office, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.deliver(mail(sender=JIADING, files=[File(REPORT)]), at("2022-07-25T10:00"))

    def failing(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reading, "keep_files", failing)
    assert collect(opened).queued == 1
    assert reasons(opened) == ["程序处理不了这封信，请打开看"]


def test_an_automatic_answer_with_an_empty_return_path_is_no_bounce(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    letter = letter_to(opened, server)
    theirs = mail(
        sender=JIADING,
        subject="自动回复：【督办】嘉定镇：1项退回重报",
        text="我正在休假",
        in_reply_to=str(letter["Message-ID"]),
        extra=["Return-Path: <>", "Auto-Submitted: auto-replied"],
    )
    account.deliver(theirs, at("2022-07-26T10:00"))
    found = collect(opened)
    assert (found.bounced, found.queued, found.ignored) == (0, 0, 1)
    assert opened.ledger.mails.bad_addresses(opened.campaign.id) == {}


def test_an_address_that_was_confirmed_is_not_marked_again_for_the_same_letter(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    letter = letter_to(opened, server)
    account.deliver(bounce(str(letter["Message-ID"]), [JIADING]), at("2022-07-26T08:45"))
    collect(opened)
    opened.ledger.mails.clear_addresses(opened.campaign.id, [JIADING], at("2022-07-26T15:00"))
    account.deliver(bounce(str(letter["Message-ID"]), [JIADING]), at("2022-07-27T08:45"))
    assert collect(opened).bounced == 0
    assert opened.ledger.mails.bad_addresses(opened.campaign.id) == {}


def test_two_reports_of_two_addresses_make_a_letter_that_reached_nobody(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    letter = letter_to(opened, server)
    for address in (JIADING, f"liaison.{JIADING}"):
        account.deliver(bounce(str(letter["Message-ID"]), [address]), at("2022-07-26T08:45"))
    collect(opened)
    filed = opened.ledger.letter(opened.campaign.id, "jiading", at(MORNING).date())
    assert filed is not None
    assert filed.state is LetterState.REFUSED


def test_the_first_decision_stands(opened: Office, account: Account) -> None:
    number = waiting_mail(opened, account)
    claim(opened, number, Claiming.RECEIVED, INTERIM, INTERIM)
    with pytest.raises(Contradiction, match=f"来信 {number} 已经登记过"):
        claim(opened, number, Claiming.DISMISSED)
    claim(opened, number, Claiming.RECEIVED, INTERIM, unit="古陂镇")
    read = opened.ledger.mails.numbered(opened.campaign.id, number)
    assert read is not None
    assert (read.decision, read.decided_by) == ("received", "王芳")
    assert status(opened, unit="gupi") is Status.ON_TIME


def test_what_was_dismissed_can_still_be_registered(opened: Office, account: Account) -> None:
    number = waiting_mail(opened, account)
    claim(opened, number, Claiming.DISMISSED)
    claim(opened, number, Claiming.RECEIVED, INTERIM)
    assert status(opened) is Status.ON_TIME
