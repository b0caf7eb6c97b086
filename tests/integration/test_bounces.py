"""退信: a real mailbox in which a report lies about a letter that a morning really handed over, and what it marks."""

import json
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner

from cuibao.cli.program import cli
from cuibao.model import LetterState
from cuibao.office import Office
from cuibao.service.letters import morning
from cuibao.service.mail import answers as answering
from cuibao.service.mail import reading
from cuibao.service.mail.reading import Collected
from cuibao.service.mail.waiting import queue
from cuibao.service.views import board, trail
from tests.bounces import SHAPES, coremail, dsn, googlemail, mdaemon, notice, qq, recipient, sina, vouched
from tests.integration.imap_server import Account
from tests.integration.smtp_server import SmtpServer
from tests.mails import AUTHSERV, File, docx, mail, out_of_office
from tests.offices import DOMAIN, at, begun, imap, office, reachable, smtp

MORNING = "2022-07-26T08:30"
REPORTED = "2022-07-27T08:10"
NOW = "2022-07-27T09:00"
GONE = "jiading@gmail.com"
LIAISON = f"liaison.jiading@{DOMAIN}"
REPORT = "嘉定镇安全技能阶段性工作情况.docx"
NOBODY = "dmarc=pass header.from=evil.example"
GOOGLE = "dmarc=pass header.from=googlemail.com"
UNKNOWN = "<nobody@knows.example>"
# What is judged and not what is kept: one database is enough.
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def environ(tmp_path: Path, server: SmtpServer, account: Account, database_url: str) -> dict[str, str]:
    reachable(tmp_path, lambda text: text.replace(f"[jiading@{DOMAIN}]", f"[{GONE}]"))
    found = {
        **smtp(server.port),
        "CUIBAO_SMTP_SENDER": "xfxawb@sina.com",
        "CUIBAO_HOME": str(tmp_path),
        "CUIBAO_DATABASE_URL": database_url,
        "CUIBAO_NOW": "2022-08-04T09:00",
        **imap(account),
        "CUIBAO_IMAP_AUTHSERV": AUTHSERV,
    }
    begun(tmp_path, **found)
    return found


@pytest.fixture
def opened(tmp_path: Path, environ: dict[str, str]) -> Iterator[Office]:
    with office(tmp_path, **environ) as found:
        yield found


@pytest.fixture
def letter(opened: Office, server: SmtpServer) -> str:
    """The Message-ID of the letter that a morning has written to the unit."""
    morning.run(opened, at(MORNING))
    (found,) = [kept for kept in server.letters if GONE in kept.recipients]
    return str(message_from_bytes(found.data, policy=policy.default)["Message-ID"])


def collect(opened: Office, now: str = NOW) -> Collected:
    found = Collected()
    reading.collect(opened, at(now), found)
    return found


def marked(opened: Office) -> set[str]:
    return set(opened.ledger.mails.bad_addresses(opened.campaign.id))


def state(opened: Office, day: str = MORNING) -> LetterState:
    filed = opened.ledger.letter(opened.campaign.id, "jiading", at(day).date())
    assert filed is not None
    return filed.state


def troubles(opened: Office) -> list[str]:
    return [f"{each.what}：{each.detail}" for each in board.look(opened, at(NOW)).troubles if each.name == "嘉定镇"]


def reasons(opened: Office) -> list[str]:
    return [waiting.mail.reason for waiting in queue(opened)]


def is_heard(opened: Office) -> None:
    assert (marked(opened), state(opened)) == ({GONE}, LetterState.PARTIAL)
    (trouble,) = troubles(opened)
    assert trouble.startswith(f"邮箱退信：{GONE}（7月27日退信")
    assert queue(opened) == ()
    (read,) = [each for each in trail.trail(opened, unit="嘉定镇").events if isinstance(each, trail.MailCame)]
    assert read.mail.reason == "退信：给嘉定镇的信没有送达"


def waits(opened: Office, words: str) -> None:
    assert (marked(opened), state(opened), troubles(opened)) == (set(), LetterState.SENT, [])
    (waiting,) = queue(opened)
    assert waiting.bounce
    assert waiting.mail.reason.startswith("退信")
    assert words in waiting.mail.reason


# --- what is heard ---


@pytest.mark.parametrize("named", [True, False], ids=["named", "unnamed"])
def test_google_s_report_in_words_alone_marks_the_address(
    opened: Office, account: Account, letter: str, named: bool
) -> None:
    account.deliver(vouched(googlemail(letter if named else UNKNOWN, GONE), GOOGLE), at(REPORTED))
    found = collect(opened)
    assert (found.bounced, found.queued, found.ignored) == (1, 0, 0)
    is_heard(opened)
    assert not [one for one in morning.run(opened, at("2022-07-27T09:30")).written if GONE in one.to]


@ONE
def test_mdaemon_s_report_that_names_the_letter_in_its_text_marks_the_address(
    opened: Office, account: Account, letter: str
) -> None:
    account.deliver(vouched(mdaemon(letter, GONE), "spf=pass smtp.helo=mx.jiading.gov.cn"), at(REPORTED))
    collect(opened)
    is_heard(opened)


@ONE
@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_a_report_by_rfc_6533_marks_the_address(opened: Office, account: Account, letter: str, encoding: str) -> None:
    raw = dsn(
        recipient(GONE, kind="utf-8"),
        letter=letter,
        type="message/global-delivery-status",
        returned="message/global-headers",
        encoding=encoding,
    )
    account.deliver(vouched(raw, "spf=pass smtp.helo=mx.jiading.gov.cn"), at(REPORTED))
    collect(opened)
    is_heard(opened)


@ONE
@pytest.mark.parametrize("shape", ["exim", "domino", "exchange in Chinese", "postfix in German"])
def test_a_report_in_whatever_words_that_names_the_letter_marks_the_address(
    opened: Office, account: Account, letter: str, shape: str
) -> None:
    account.deliver(vouched(SHAPES[shape](letter, GONE), NOBODY), at(REPORTED))
    collect(opened)
    is_heard(opened)


@pytest.mark.parametrize("result", ["dmarc=pass header.from=sina.com", "spf=pass smtp.helo=mail3-1.sina.com"])
def test_the_office_s_own_provider_is_believed_without_an_id(
    opened: Office, account: Account, letter: str, result: str
) -> None:
    account.deliver(vouched(sina(GONE), result), at(REPORTED))
    collect(opened)
    is_heard(opened)


@ONE
def test_a_letter_that_reached_nobody_is_a_bounce_as_a_whole(opened: Office, account: Account, letter: str) -> None:
    for address in (GONE, LIAISON):
        account.deliver(vouched(sina(address), "dmarc=pass header.from=sina.com"), at(REPORTED))
    assert collect(opened).bounced == 2
    assert (marked(opened), state(opened)) == ({GONE, LIAISON}, LetterState.REFUSED)


@ONE
def test_the_newest_letter_is_the_one_that_came_back(opened: Office, account: Account, letter: str) -> None:
    morning.run(opened, at("2022-07-29T08:30"))
    account.deliver(vouched(sina(GONE), "dmarc=pass header.from=sina.com"), at("2022-07-29T08:40"))
    collect(opened, "2022-07-29T09:00")
    assert (state(opened), state(opened, "2022-07-29T08:30")) == (LetterState.SENT, LetterState.PARTIAL)


def test_an_acknowledgement_that_did_not_arrive_marks_the_address_too(
    opened: Office, account: Account, server: SmtpServer
) -> None:
    account.deliver(
        vouched(mail(sender=GONE, files=[File(REPORT, docx("1"))], vouched=False), "dmarc=pass header.from=gmail.com"),
        at("2022-07-26T10:00"),
    )
    assert len(collect(opened).registered) == 1
    answering.send_answers(opened)
    (answer,) = [message_from_bytes(kept.data, policy=policy.default) for kept in server.letters]
    account.deliver(vouched(dsn(recipient(GONE), letter=str(answer["Message-ID"])), NOBODY), at(REPORTED))
    assert collect(opened).bounced == 1
    assert marked(opened) == {GONE}


@ONE
def test_without_anybody_to_believe_a_letter_that_is_named_is_a_bounce(
    tmp_path: Path, environ: dict[str, str], account: Account, server: SmtpServer
) -> None:
    del environ["CUIBAO_IMAP_AUTHSERV"]
    with office(tmp_path, **environ) as opened:
        morning.run(opened, at(MORNING))
        (found,) = [kept for kept in server.letters if GONE in kept.recipients]
        named = str(message_from_bytes(found.data, policy=policy.default)["Message-ID"])
        account.deliver(vouched(googlemail(UNKNOWN, GONE), GOOGLE), at(REPORTED))
        collect(opened)
        waits(opened, "没有证实")
        account.deliver(vouched(googlemail(named, GONE), GOOGLE), at("2022-07-27T08:20"))
        collect(opened)
        assert (marked(opened), state(opened)) == ({GONE}, LetterState.PARTIAL)


# --- what marks nothing ---


def test_a_forged_report_marks_nothing_though_it_names_the_letter(
    opened: Office, account: Account, letter: str
) -> None:
    raw = dsn(recipient(GONE), letter=letter)
    account.deliver(vouched(raw, "spf=fail smtp.helo=evil.example", "dmarc=fail"), at(REPORTED))
    collect(opened)
    waits(opened, "发件人身份验证未通过（DMARC），可能是冒名，没有标记地址")


@ONE
@pytest.mark.parametrize("named", ["<xinfeng-2022.20220726.jiading.0a1b2c3d@sina.com>", UNKNOWN, ""])
def test_a_stranger_s_report_marks_nothing(opened: Office, account: Account, letter: str, named: str) -> None:
    account.deliver(vouched(dsn(recipient(GONE), letter=named), NOBODY), at(REPORTED))
    collect(opened)
    waits(opened, f"写明没有送达{GONE}，但没有写明是哪一封信")


@ONE
@pytest.mark.parametrize(
    ("raw", "result"),
    [
        (qq(GONE), "dmarc=pass header.from=qq.com"),
        (coremail(GONE), "dmarc=pass header.from=xfzf.gov.cn"),
        (googlemail(UNKNOWN, GONE), "spf=none"),
        (googlemail(UNKNOWN, GONE), "dkim=pass header.d=evil.example"),
        (
            notice(f"无法投递到 {GONE}", sender="somebody@gmail.com", name="系统退信", subject="系统退信"),
            "dmarc=pass header.from=gmail.com",
        ),
    ],
    ids=["qq", "coremail", "none", "unaligned", "a user of the provider"],
)
def test_what_another_server_says_marks_nothing(
    opened: Office, account: Account, letter: str, raw: bytes, result: str
) -> None:
    account.deliver(vouched(raw, result), at(REPORTED))
    collect(opened)
    waits(opened, "没有证实是对方邮局或本单位邮局发来的")


@ONE
def test_what_comes_eight_days_after_the_letter_marks_nothing(opened: Office, account: Account, letter: str) -> None:
    account.deliver(vouched(googlemail(UNKNOWN, GONE), GOOGLE), at("2022-08-03T09:00"))
    collect(opened, "2022-08-03T10:00")
    waits(opened, "此前7天没有给它去过信")


@ONE
def test_an_address_that_was_never_written_to_is_not_marked(opened: Office, account: Account) -> None:
    account.deliver(vouched(googlemail(UNKNOWN, GONE), GOOGLE), at(REPORTED))
    collect(opened)
    assert marked(opened) == set()
    assert "此前7天没有给它去过信" in reasons(opened)[0]


def test_what_somebody_has_confirmed_since_is_not_marked_again(opened: Office, account: Account, letter: str) -> None:
    own = "dmarc=pass header.from=sina.com"
    account.deliver(vouched(sina(GONE), own), at(REPORTED))
    collect(opened)
    opened.ledger.mails.clear_addresses(opened.campaign.id, [GONE], at("2022-07-27T15:00"))
    account.deliver(vouched(sina(GONE), own), at("2022-07-28T08:45"))
    found = collect(opened, "2022-07-28T09:00")
    assert (found.bounced, found.queued, found.ignored) == (0, 0, 1)
    assert marked(opened) == set()


@ONE
@pytest.mark.parametrize(
    "raw",
    [
        dsn(recipient(GONE, action="delayed", status="4.4.1"), letter="LETTER"),
        notice(f"{GONE}\n系统将继续重试", sender="postmaster@gmail.com", subject="延迟投递通知 LETTER"),
        out_of_office(text=f"邮件无法送达，请改发 {LIAISON}"),
        dsn(recipient("spam@victim.example"), letter="<x@victim.example>", to="spam@victim.example"),
    ],
    ids=["delay", "delay in words", "vacation", "backscatter"],
)
def test_what_is_no_bounce_or_somebody_else_s_troubles_nobody(
    opened: Office, account: Account, letter: str, raw: bytes
) -> None:
    account.deliver(vouched(raw.replace(b"LETTER", letter.encode()), NOBODY), at(REPORTED))
    found = collect(opened)
    assert (found.ignored, found.queued, found.bounced) == (1, 0, 0)
    assert (marked(opened), state(opened)) == (set(), LetterState.SENT)


@ONE
def test_a_bounce_that_a_unit_passes_on_is_the_unit_s_mail(opened: Office, account: Account, letter: str) -> None:
    theirs = mail(sender=LIAISON, subject="转发：系统退信", text="我们收到这个，请看。", quoting=f"{GONE} 550 {letter}")
    account.deliver(theirs, at(REPORTED))
    assert collect(opened).queued == 1
    assert [waiting.bounce for waiting in queue(opened)] == [False]
    assert marked(opened) == set()


# --- what a person sees ---


def deliver_some(account: Account, waiting: Sequence[tuple[str, bytes]]) -> None:
    for moment, raw in waiting:
        account.deliver(raw, at(f"2022-07-27T{moment}"))


def test_bounces_wait_on_top_and_are_named_forged_ones_in_their_turn(
    opened: Office, account: Account, letter: str, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_some(
        account,
        [
            ("07:00", vouched(dsn(recipient(GONE), letter=letter), "dmarc=fail")),
            ("07:10", mail(sender="someone@qq.com", subject="材料", files=[File("1.doc")])),
            ("07:20", vouched(notice("邮件无法投递。", subject="退信"), NOBODY)),
            ("07:30", vouched(googlemail(UNKNOWN, GONE), NOBODY)),
        ],
    )
    assert collect(opened).queued == 4
    order = [(f"{each.mail.arrived_at:%H:%M}", each.bounce) for each in queue(opened)]
    assert order == [("07:20", True), ("07:30", True), ("07:00", True), ("07:10", False)]
    assert [each.unit and each.unit.name for each in queue(opened)] == [None, "嘉定镇", "嘉定镇", None]
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    shown = CliRunner().invoke(cli, ["queue"])
    assert "待认领的来信 4 封，其中退信 3 封，排在最前。" in shown.output
    as_json = CliRunner().invoke(cli, ["queue", "--json"])
    assert [each["bounce"] for each in json.loads(as_json.stdout)] == [True, True, True, False]
