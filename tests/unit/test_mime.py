"""The mail that is put together by hand, held against the one that Python's library would have made."""

import hashlib
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from itertools import product

import pytest

from cuibao.errors import Faults
from cuibao.rendering.letters import XLSX
from cuibao.rendering.mime import Body, Enclosure, Envelope, message
from cuibao.times import parse_moment

WHEN = parse_moment("2022-06-21T08:30")
SUBJECT = "【督办】嘉定镇：10项逾期、3项近期到期、集中实施阶段事项7项 [XF2022-220621-T01]"
TEXT, HTML = "嘉定镇：\n请报送。\n" * 30, "<p>报送</p>\n" * 50
EVENTS = "BEGIN:VCALENDAR\r\nX:报送\r\nEND:VCALENDAR\r\n".encode()
CALENDAR = Enclosure("报送日程.ics", 'text/calendar; charset="utf-8"', EVENTS)
WORKBOOK = Enclosure("全年事项一览.xlsx", XLSX, bytes(range(256)))
NAMES = ("嘉定镇", "", '县安委办, "甲"', "Plain Name", "县危化安全专业委员会", "第11999镇", "3号4矿", "1234号")
TO = (("a@xf.gov.cn",), ("jiading@xf.gov.cn", "liaison.jiading@xf.gov.cn"), ("we'ird@xf.gov.cn",), ())
CC = ((), ("leader@xf.gov.cn", "two@xf.gov.cn"), tuple(f"leader{number}@xf.gov.cn" for number in range(9)))


def envelope(name: str, to: tuple[str, ...], cc: tuple[str, ...], answers: str | None = None) -> Envelope:
    references = ("<x@y.cn>",) if answers else ()
    message_id = "<xinfeng-2022.20220621.jiading.53c45600@sina.com>"
    office = "xfxawb@sina.com"
    return Envelope(message_id, WHEN, "县安委办", office, name, to, cc, office, answers, references)


def by_the_library(given: Envelope, body: Body) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(given.sender_name, addr_spec=given.sender)
    mail["Reply-To"] = Address(given.sender_name, addr_spec=given.reply_to)
    mail["Subject"] = body.subject
    mail["Date"] = given.written_at
    mail["Message-ID"] = given.message_id
    mail["Auto-Submitted"] = "auto-generated" if given.answers is None else "auto-replied"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if given.answers:
        mail["In-Reply-To"] = given.answers
        mail["References"] = " ".join((*given.references, given.answers))
    if given.to:
        mail["To"] = [Address(given.to_name, addr_spec=address) for address in given.to]
    if given.cc:
        mail["Cc"] = [Address("", addr_spec=address) for address in given.cc]
    mail.set_content(body.text, cte="base64")
    mail.add_alternative(body.html, subtype="html", cte="base64")
    for each in body.enclosures:
        mail.add_attachment(each.data, maintype="application", subtype="octet-stream", filename=each.name)
        *_, part = mail.iter_attachments()
        del part["Content-Type"], part["MIME-Version"]
        part["Content-Type"] = each.kind
        part["MIME-Version"] = "1.0"
    mail["Content-Language"] = "zh-CN"
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{given.message_id} {number}'.encode()).hexdigest()[:24]}")
    return mail.as_bytes()


def unfolded(data: bytes) -> bytes:
    """`data` with each header in one line, for between two addresses the library folds a character late; the subject as
    it reads, for where an encoded word ends says nothing."""
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = re.sub(rb"[ \t]*\r\n[ \t]+", b" ", head)
    subject = str(message_from_bytes(data, policy=policy.default)["Subject"])
    return re.sub(rb"(?m)^Subject: .*$", b"Subject: " + subject.encode(), lines) + b"\r\n\r\n" + rest


@pytest.mark.parametrize("enclosures", [(), (CALENDAR,), (WORKBOOK, CALENDAR)], ids=["plain", "calendar", "workbook"])
@pytest.mark.parametrize(("name", "to", "cc"), list(product(NAMES, TO, CC)))
def test_it_is_what_the_library_makes(
    name: str, to: tuple[str, ...], cc: tuple[str, ...], enclosures: tuple[Enclosure, ...]
) -> None:
    given, body = envelope(name, to, cc), Body(SUBJECT, TEXT, HTML, enclosures)
    data = message(given, body).data
    assert unfolded(data) == unfolded(by_the_library(given, body))
    assert max(map(len, data.split(b"\r\n"))) <= 79  # the type of a workbook is one word


@pytest.mark.parametrize("answers", ["", "<abc@qq.com>"])
def test_an_answer_is_what_the_library_makes(answers: str) -> None:
    given, body = envelope("嘉定镇", TO[0], (), answers), Body("回执", TEXT, HTML)
    assert message(given, body).data == by_the_library(given, body)


@pytest.mark.parametrize("text", ["", "一行", "一行\n", "a\r\nb\rc\n", "末尾\n\n\n", "x" * 5000])
def test_the_words_are_what_the_library_makes(text: str) -> None:
    given, body = envelope("嘉定镇", TO[0], ()), Body("x", text, text)
    assert message(given, body).data == by_the_library(given, body)


@pytest.mark.parametrize(
    "subject",
    [
        SUBJECT,
        "【模拟演练】" * 30 + " [XF2022-220621-T01]",
        "Plain words [XF2022-220621-T01]",
        "a=b_c? d 报送 [XF2022-220621-T01]",
        "报送 [x] [XF2022-220621-T01]",
        "报送 [XF2022 0621]",
        "报" * 200,
    ],
)
def test_a_subject_reads_as_it_was_meant(subject: str) -> None:
    data = message(envelope("嘉定镇", TO[0], ()), Body(subject, TEXT, HTML)).data
    assert str(message_from_bytes(data, policy=policy.default)["Subject"]) == subject
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_a_name_too_long_for_a_line_is_read_as_it_was_meant() -> None:
    name, address = "很长的单位名称" * 6, f"{'x' * 60}@{'long.' * 12}gov.cn"
    data = message(envelope(name, (address, "b@xf.gov.cn"), ()), Body("x", TEXT, HTML)).data
    read = message_from_bytes(data, policy=policy.default)
    # Between two encoded words the library reads the space that it folded at (bpo-35547).
    found = [(each.display_name.replace(" ", ""), each.addr_spec) for each in read["To"].addresses]
    assert found == [(name, address), (name, "b@xf.gov.cn")]
    assert max(map(len, data.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "address", ["张三@xf.gov.cn", "no at all", "a@b@c", "a b@c.cn", "", "@x.cn", "a@", "x@y.cn>\r\nBcc: z@z.cn"]
)
def test_it_refuses_what_is_no_address(address: str) -> None:
    with pytest.raises(Faults, match="不是可用的邮箱地址"):
        message(envelope("嘉定镇", (address,), ()), Body("x", TEXT, HTML))


def test_no_header_has_other_bytes_than_ascii() -> None:
    data = message(envelope("嘉定镇", TO[0], (), "<１２@x.cn>"), Body("x [１２]", TEXT, HTML)).data
    assert data.partition(b"\r\n\r\n")[0].isascii()


def test_another_moment_and_another_message_id_make_other_bytes() -> None:
    given, body = envelope("嘉定镇", TO[0], ()), Body("x", TEXT, HTML)
    later = Envelope(
        "<other@sina.com>", datetime(2023, 1, 1, tzinfo=WHEN.tzinfo), "县安委办", "a@b.cn", "", TO[0], (), "a@b.cn"
    )
    assert message(later, body).data == by_the_library(later, body) != message(given, body).data
