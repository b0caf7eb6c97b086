"""Which mails are delivery reports, whatever server they are from, and what they say of whom."""

from datetime import datetime

import pytest

from cuibao.incoming import Bounce, Mail
from cuibao.mailbox import parse
from cuibao.times import SHANGHAI
from tests import bounces, mails
from tests.bounces import SHAPES, SILENT, dsn, notice, recipient
from tests.mails import LETTER, OFFICE, File, mail, multipart, part, text_part

ARRIVED = datetime(2022, 7, 25, 9, 0, tzinfo=SHANGHAI)
GONE = "gone@jiading.gov.cn"
OTHER = "other@jiading.gov.cn"
STATUS = "投递状态通知"


def read(raw: bytes) -> Mail:
    found = parse(raw, ARRIVED)
    assert found.subject != "（无法解析的邮件）"
    return found


def bounce_in(raw: bytes) -> Bounce:
    found = read(raw)
    assert found.bounce is not None, (found.machine, found.subject)
    assert found.machine == "退信"
    return found.bounce


# --- for machines ---


@pytest.mark.parametrize(
    "raw",
    [
        dsn(recipient(GONE), letter=LETTER),
        dsn(recipient(GONE), letter=LETTER, outer="mixed"),
        dsn(recipient(GONE), letter=LETTER, extra=["Auto-Submitted: auto-replied"]),
        dsn(recipient(GONE), letter=LETTER, extra=["Auto-Submitted: auto-generated (failure)"]),
        dsn(recipient(GONE), letter=LETTER, outer="mixed", sender=OTHER, extra=["Auto-Submitted: auto-replied"]),
        dsn(recipient(GONE), letter=LETTER, outer="mixed", sender=OTHER, extra=["Return-Path: <>"]),
        dsn(recipient(GONE), letter=LETTER, sender=OTHER),
        dsn(recipient(GONE), letter=LETTER, encoding="base64"),
        dsn(recipient(GONE), letter=LETTER, encoding="quoted-printable"),
        dsn(recipient(GONE), letter=LETTER, type="message/global-delivery-status"),
        dsn(recipient(GONE, kind="utf-8"), letter=LETTER, type="message/global-delivery-status", encoding="base64"),
        dsn(recipient(GONE), letter=LETTER, type="text/plain; name=details.txt"),
        dsn(recipient(GONE), letter=LETTER, type="Message/Delivery-Status"),
        dsn(recipient(GONE), letter=LETTER, returned="message/rfc822-headers"),
        dsn(recipient(GONE), letter=LETTER, returned="text/rfc822-headers"),
        dsn(recipient(GONE), letter=LETTER, returned="message/global"),
        dsn(recipient(GONE), letter=LETTER, returned="message/global-headers"),
        dsn(recipient(GONE), letter=LETTER, returned="application/octet-stream; name=1.eml", name="MESSAGE-id"),
        dsn(recipient(GONE, action=""), letter=LETTER),
        dsn(recipient(GONE, action="FAILED"), letter=LETTER),
        dsn(recipient(GONE, action="failed (gave up)", status="4.4.7"), letter=LETTER),
        dsn(recipient(GONE, action="expired", status=""), letter=LETTER),
        dsn(recipient(OTHER, action="delivered", status="2.0.0"), recipient(GONE), letter=LETTER),
        dsn(recipient(GONE), recipient(OTHER, action="delayed", status="4.4.1"), letter=LETTER),
        dsn(recipient(OTHER, action="relayed", status="2.1.9") + recipient(GONE), letter=LETTER),
    ],
)
def test_it_reads_a_report_by_the_standard_in_every_shape(raw: bytes) -> None:
    found = bounce_in(raw)
    assert (found.message_ids[0], found.addresses) == (LETTER, (GONE,))
    assert "550" in found.detail


def test_it_takes_the_message_id_that_the_report_itself_names() -> None:
    named = recipient(GONE).replace("Final-Recipient", f"X-Original-Message-ID: {LETTER}\r\nFinal-Recipient")
    assert bounce_in(dsn(named)).message_ids == (LETTER,)


@pytest.mark.parametrize(
    ("group", "addresses"),
    [
        (recipient("inner@mx.cn", original=f"rfc822; {GONE}"), (GONE, "inner@mx.cn")),
        (recipient("inner@mx.cn", original="rfc822;go+2Bne@jiading.gov.cn"), ("go+2bne@jiading.gov.cn", "go+ne@")),
        (recipient("user+AB@gmail.com"), ("user+ab@gmail.com",)),
        (recipient("镇办@嘉定.cn", kind="utf-8"), ("镇办@嘉定.cn",)),
        (recipient(r"\x{9547}\x{529E}@jiading.gov.cn", kind="utf-8"), ("镇办@jiading.gov.cn",)),
        (recipient(r"\x{D800}\x{110000}a@x.cn", kind="utf-8"), ("a@x.cn",)),
        (recipient(f"<{GONE}>"), (GONE,)),
    ],
)
def test_it_reads_an_address_in_every_encoding_what_was_written_to_first(
    group: str, addresses: tuple[str, ...]
) -> None:
    found = bounce_in(dsn(group)).addresses
    for address in addresses:
        assert any(each.startswith(address) for each in found)
    assert found[0] == addresses[0]


def test_it_takes_the_address_from_the_words_where_the_part_for_machines_has_none() -> None:
    text = f"The following address(es) failed:\n\n  {GONE}\n    mailbox is full\n"
    status = b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822;/var/spool/gone\r\nAction: failed\r\n"
    body = multipart("report", text_part(text), part("message/delivery-status", status, encoding="7bit"))
    raw = mail(fields={"From": "MAILER-DAEMON@mx.cn"})
    assert bounce_in(raw[: raw.index(b"MIME-Version")] + body).addresses == (GONE,)


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", "deliverable"])
@pytest.mark.parametrize("extra", [[], ["Auto-Submitted: auto-replied"]])
def test_a_report_by_the_standard_that_nothing_failed_is_no_bounce(action: str, extra: list[str]) -> None:
    found = read(dsn(recipient(GONE, action=action, status="4.4.1"), letter=LETTER, extra=extra))
    assert (found.bounce, found.machine) == (None, STATUS)


# --- for people ---


@pytest.mark.parametrize("shape", SHAPES)
def test_it_reads_a_report_in_words_that_names_its_letter(shape: str) -> None:
    found = bounce_in(SHAPES[shape](LETTER, GONE))
    assert LETTER in found.message_ids
    assert found.addresses == (GONE,)
    assert found.detail


@pytest.mark.parametrize("shape", SILENT)
def test_it_reads_a_report_in_words_that_does_not(shape: str) -> None:
    found = bounce_in(SILENT[shape](GONE))
    assert found.addresses == (GONE,)
    assert LETTER not in found.message_ids
    assert found.by_server


@pytest.mark.parametrize(
    "subject",
    [
        "未传递: 报送提醒",
        "无法传递的邮件: 报送提醒",
        "传递失败",
        "传递状态通知（失败）",
        "邮件未送达",
        "系统退信",
        "【退信】报送提醒",
        "邮件被退回",
        "郵件無法傳遞",
        "退件通知",
        "Undeliverable: 报送延迟",
        "Delivery Status Notification (Failure)",
        "[Postmaster] Email Delivery Failure",
        "Mail System Error - Returned Mail",
        "Rejected: 报送提醒",
        "Returned mail: Cannot send message for 4 days",
    ],
)
def test_it_knows_a_bounce_by_how_its_subject_begins(subject: str) -> None:
    raw = notice(f"{GONE}\n550 5.1.1 RESOLVER", sender="postmaster@jiading.gov.cn", subject=subject)
    assert bounce_in(raw).addresses == (GONE,)


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (f"以下收件人投递成功：\n{OTHER}\n\n以下收件人投递失败：\n{GONE}\n", (GONE,)),
        (f"Successfully delivered to:\n  {OTHER}\nFailed:\n  {GONE}\n", (GONE,)),
        (f"The following addresses failed:\n{GONE}\n{OTHER}\n", (GONE, OTHER)),
        (f"无法投递到 {GONE}。\n如有疑问，请联系 postmaster@jiading.gov.cn\n", (GONE,)),
        (f"发件人：{OFFICE}\n收件人：{GONE}\n550 不存在\n", (GONE,)),
        (f"550 {GONE}\n-- original message --\nFrom: {OTHER}\n550 {OTHER}\n", (GONE,)),
        (f"550 {GONE}, 发件人地址 {OTHER}\n-- original message --\nFrom: {OTHER}\n", (GONE,)),
        (f"见 {GONE} 处", (GONE,)),
        ("邮件无法投递。\n", ()),
        ("\n".join(f"见 a{number}@x.cn 处" for number in range(9)), ()),
    ],
)
def test_it_takes_the_addresses_that_failed_and_no_others(text: str, addresses: tuple[str, ...]) -> None:
    found = bounce_in(notice(text, sender="postmaster@jiading.gov.cn", subject="退信通知")).addresses
    assert found == addresses


def test_whom_the_letter_was_to_stands_in_for_the_address_that_is_not_told() -> None:
    body = multipart(
        "mixed", text_part("邮件无法投递。"), part("message/rfc822", bounces.original(LETTER).encode(), encoding="7bit")
    )
    raw = mail(fields={"From": "postmaster@jiading.gov.cn", "Subject": mails.word("退信")})
    found = bounce_in(raw[: raw.index(b"MIME-Version")] + body)
    assert (found.message_ids, found.addresses, found.mentions) == ((LETTER,), (GONE,), (GONE,))


def test_it_names_the_letter_that_it_answers() -> None:
    raw = notice("550", extra=["In-Reply-To: <new@x.cn>", "References: <old@x.cn> <new@x.cn>"])
    assert bounce_in(raw).message_ids == ("<new@x.cn>", "<old@x.cn>")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Delivery Status Notification (Delay)", "Delivery to the following recipient has been delayed"),
        ("Warning: message 1abc delayed 24 hours", "No action is required. Delivery attempts will continue"),
        ("Warning: could not send message for past 4 hours", "** THIS IS A WARNING MESSAGE ONLY **"),
        ("Undelivered Mail", "YOU DO NOT NEED TO RESEND YOUR MESSAGE"),
        ("Delayed Mail (still being retried)", "Your message could not be delivered for 1 hour"),
        ("Delivery status notification: warning", "has not yet been delivered"),
        ("已延迟: 报送提醒", "此邮件尚未送达以下收件人：gone@jiading.gov.cn"),
        ("传递延迟: 报送提醒", "这只是警告邮件，不需要重新发送邮件。"),
        ("邮件延迟投递通知", "系统将继续重试"),
        ("投递通知", "您的邮件暂时发送失败，系统将在72小时内继续尝试投递。"),
        ("Mail status", "The server will keep trying to deliver it for two days; it is not yet delivered"),
        ("Successful Mail Delivery Report", "Your message was successfully delivered"),
        ("已送达: 报送提醒", "您的邮件已送达以下收件人"),
    ],
)
@pytest.mark.parametrize("extra", [[], ["Auto-Submitted: auto-replied"]])
def test_a_delay_or_a_success_is_no_bounce(subject: str, text: str, extra: list[str]) -> None:
    found = read(notice(text, sender="postmaster@jiading.gov.cn", subject=subject, extra=extra))
    assert (found.bounce, found.machine) == (None, STATUS)


@pytest.mark.parametrize(
    ("raw", "machine"),
    [
        (mails.out_of_office(text=f"您的邮件无法送达，{GONE} 已停用，被退回。"), "自动回复"),
        (mails.out_of_office(subject="自动回复：1项退回重报", text="550 不存在"), "自动回复"),
        (notice("邮件无法送达", sender="postmaster@jiading.gov.cn", subject="自动回复：系统退信"), "自动回复"),
        (mails.out_of_office(subject="回复：退信的处理", text="我正在休假"), "自动回复"),
        (
            mail(subject="自动回复：退信", text="退信", extra=["Return-Path: <>", "Auto-Submitted: auto-replied"]),
            "自动回复",
        ),
        (mail(subject="退信", text=f"发给 {GONE} 的邮件被退信了，请核对。"), ""),
        (mail(subject="系统退信", text="转发给你看"), ""),
        (mail(subject="转发：系统退信", files=[File("退信.eml", bounces.qmail(LETTER, GONE), "message/rfc822")]), ""),
        (mail(subject="回复：1项退回重报", text="已重报，退回的材料不存在问题"), ""),
        (mail(name="postal", subject="Delivery", text="无法送达"), ""),
        (notice("我正在休假，邮件无法送达。", sender="sysadmin@x.cn", subject="回复：1项退回重报"), "自动回复"),
        (notice("本镇不存在重大隐患。", sender="postmaster@jiading.gov.cn", subject="七月报表"), ""),
        (mails.read_receipt(), "已读回执"),
        (mail(extra=["Auto-Submitted: auto-generated"], subject="备案回执"), "系统自动发出的邮件"),
    ],
)
def test_what_a_person_or_its_answering_machine_writes_is_no_bounce(raw: bytes, machine: str) -> None:
    found = read(raw)
    assert (found.bounce, found.machine) == (None, machine)


def test_whatever_a_mailer_daemon_says_is_heard() -> None:
    found = bounce_in(notice("...", subject="?", extra=["Auto-Submitted: auto-generated"]))
    assert (found.message_ids, found.addresses) == ((), ())


def test_what_a_postmaster_writes_about_other_things_is_no_bounce() -> None:
    assert read(notice("您的邮箱容量即将用完。", sender="postmaster@163.com", subject="容量提醒")).bounce is None


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 2_000_000,
        "-" * 2_000_000,
        "a" * 2_000_000,
        "<" * 2_000_000,
        "a@" * 1_000_000,
        "<a@b" * 500_000,
        "Message-ID:" * 200_000,
        "delivery" * 250_000,
        "success " * 250_000,
        "550 " * 500_000,
        ("deliver" * 140 + "\n") * 2_000,
        ("将继续" * 300 + "\n") * 2_000,
        (" " * 999 + "\n") * 2_000,
        "\n".join(f"<a{number}@x.cn>: 550" for number in range(100_000)),
    ],
    ids=range(14),
)
def test_it_reads_no_more_of_a_long_report_than_a_server_writes(text: str) -> None:
    """The patterns see so little of a text, however long, that even a pattern of quadratic cost would be done soon."""
    found = bounce_in(notice(text, subject="退信"))
    assert len(found.addresses) <= 100
    assert len(found.message_ids) <= 100
    assert len(found.mentions) <= 100
    assert len(found.detail) <= 300


def test_a_part_for_machines_without_end_is_read_as_far_as_one_may_go() -> None:
    groups = (recipient(f"a{number}@{'x' * 300}.cn") for number in range(20_000))
    found = bounce_in(dsn(*groups, letter=LETTER))
    assert 0 < len(found.addresses) <= 100


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("noreply@jiading.gov.cn", "邮件系统通知", f"您发往 {GONE} 的邮件被拒收"),
        ("postmaster@jiading.gov.cn", "邮件延迟投递失败", f"发给 {GONE} 的邮件，系统已放弃投递"),
        ("postmaster@jiading.gov.cn", "Warning: mail delayed - giving up", f"{GONE}: 550 no such user"),
        ("postmaster@jiading.gov.cn", "投递通知", f"{GONE} 550 用户不存在，系统将会再次尝试"),
    ],
)
def test_what_may_be_a_bounce_waits_for_a_person_and_names_nothing(sender: str, subject: str, text: str) -> None:
    found = read(notice(text, sender=sender, subject=subject, extra=["Auto-Submitted: auto-replied"]))
    assert found.bounce is not None
    assert (found.bounce.message_ids, found.bounce.addresses, found.bounce.mentions) == ((), (), (GONE,))
    assert found.machine == "退信"


@pytest.mark.parametrize(
    "below", ["----- 原始邮件 -----\n", "原邮件内容：\n", "------ 原信内容 ------\n", "原始邮件\n", "> "]
)
def test_whoever_wrote_what_came_back_names_no_address_that_failed(below: str) -> None:
    text = f"您的邮件无法投递到 nosuch@163.com\n\n{below}{GONE}: 550 用户不存在"
    found = read(notice(text, sender="postmaster@sina.com", subject="系统退信"))
    assert found.bounce is not None
    assert found.bounce.addresses == ("nosuch@163.com",)
