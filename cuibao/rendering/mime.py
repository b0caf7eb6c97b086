"""From words to wire: RFC 5322 bytes that are the same whenever the same letter is built."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from cuibao.errors import Faults
from cuibao.model import Message
from cuibao.said import one_line


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, when, under which Message-ID (with or without its angle brackets).

    `answers` is the Message-ID of the mail that this one answers by itself, empty where that has none, and None where
    it answers nothing; `references` are those before it.
    """

    message_id: str
    written_at: datetime
    sender_name: str
    sender: str
    to_name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: str
    answers: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What is said, twice: in HTML and in plain text; `calendar` is an iCalendar file to attach."""

    subject: str
    text: str
    html: str
    calendar: bytes | None = None


def message(envelope: Envelope, body: Body) -> Message:
    """The mail of `body` in `envelope`. Raises Faults where an address is none."""
    subject = one_line(body.subject)
    mail = EmailMessage(policy=SMTP)
    for name, value in _headers(envelope, subject):
        mail[name] = value
    mail.set_content(body.text, cte="base64")
    mail.add_alternative(body.html, subtype="html", cte="base64")
    if body.calendar is not None:
        mail.add_attachment(
            body.calendar, maintype="text", subtype="calendar", filename="报送日程.ics", params={"charset": "utf-8"}
        )
    # Last: the library hands a Content- header on to the first part.
    mail["Content-Language"] = "zh-CN"
    _fix_boundaries(mail, envelope.message_id)
    return Message(envelope.message_id, subject, envelope.to + envelope.cc, mail.as_bytes())


def _headers(envelope: Envelope, subject: str) -> list[tuple[str, object]]:
    headers: list[tuple[str, object]] = [
        ("From", _address(envelope.sender, envelope.sender_name)),
        ("Reply-To", _address(envelope.reply_to, envelope.sender_name)),
        ("Subject", subject),
        ("Date", envelope.written_at),
        ("Message-ID", f"<{one_line(envelope.message_id).strip('<>')}>"),
        # RFC 3834, section 5: what answers a mail by itself says so, and nobody's machine answers back.
        ("Auto-Submitted", "auto-generated" if envelope.answers is None else "auto-replied"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ]
    if envelope.answers:
        headers.append(("In-Reply-To", one_line(envelope.answers)))
        headers.append(("References", one_line(" ".join((*envelope.references, envelope.answers)))))
    if envelope.to:
        headers.append(("To", [_address(address, envelope.to_name) for address in envelope.to]))
    if envelope.cc:
        headers.append(("Cc", [_address(address) for address in envelope.cc]))
    return headers


def _address(address: str, name: str = "") -> Address:
    if not address.isascii():
        raise Faults([f"“{address}”不是可用的邮箱地址"])
    try:
        return Address(one_line(name), addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise Faults([f"“{address}”不是可用的邮箱地址"]) from error


def _fix_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Boundaries drawn from the Message-ID: the library's own are random, and bytes kept must be bytes sent."""
    parts: Sequence[EmailMessage] = [part for part in mail.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        digest = hashlib.sha256(f"{message_id} {number}".encode()).hexdigest()[:24]
        part.set_boundary(f"=_{digest}")
