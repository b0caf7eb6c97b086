"""From words to wire: RFC 5322 bytes that are the same whenever the same letter is built.

The library folds headers and encodes their words (RFC 2047), once for each distinct text. What it would do to the
rest, for every letter anew, is done here: the frame of the parts is always the same, and base64 is base64.
"""

import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.charset import BASE64, Charset
from email.errors import MessageError
from email.headerregistry import Address
from email.policy import SMTP
from functools import lru_cache
from itertools import chain, repeat

from cuibao.errors import Faults
from cuibao.model import Message
from cuibao.said import one_line
from cuibao.tongue import say

# What needs no look by the library: a dot-atom and a host name (RFC 5322, 3.2.3), short enough for one line.
_PLAIN = re.compile(r"(?!.{65})[\w+=-]+(?:\.[\w+=-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)+", re.ASCII | re.IGNORECASE)
# Names without a character that has a meaning, which fill one encoded word (RFC 2047, section 2), and not of so many
# digits that the library would choose its other encoding.
_SHORT_NAME = re.compile(r"[\u4e00-\u9fff]{1,15}|(?=.{1,9}$)(?:\d*[\u4e00-\u9fff]){2,}\d*", re.ASCII)
_UTF_8 = Charset("utf-8")
_UTF_8.header_encoding = BASE64
# What stands in a header as it is.
_WORDS = re.compile(r"[A-Za-z\d<>@.,_-]+(?: [A-Za-z\d<>@.,_-]+)*", re.ASCII)
_REFERENCE = re.compile(r"[A-Z\d-]{1,70}\]", re.ASCII)
_ENCODED = 75
_SPECIMEN = "specimen@cuibao.invalid"
_LINE = 78
_BYTES_A_LINE = 57


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
class Enclosure:
    """A file to attach: its `name`, and the `kind` of its `data` as a Content-Type has it."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What is said, twice: in HTML and in plain text; and the files with it."""

    subject: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...] = ()


def message(envelope: Envelope, body: Body) -> Message:
    """The mail of `body` in `envelope`. Raises Faults where an address is none."""
    subject = one_line(body.subject)
    both = _boundary(envelope.message_id, 1 if body.enclosures else 0)
    said = _multipart(both, _text(body.text, "plain"), _text(body.html, "html"))
    head = b"".join(_headers(envelope, subject)) + b"MIME-Version: 1.0\r\n"
    if body.enclosures:
        outer = _boundary(envelope.message_id, 0)
        first = _kind("alternative", both) + b"\r\n" + said
        kind, parts = _kind("mixed", outer), _multipart(outer, first, *map(_attached, body.enclosures))
    else:
        kind, parts = _kind("alternative", both), said
    data = head + kind + f"Content-Language: {say('zh-CN')}\r\n\r\n".encode() + parts
    return Message(envelope.message_id, subject, envelope.to + envelope.cc, data)


def _headers(envelope: Envelope, subject: str) -> Iterator[bytes]:
    yield _named("From", ((envelope.sender_name, envelope.sender),))
    yield _named("Reply-To", ((envelope.sender_name, envelope.reply_to),))
    yield _subject(subject)
    yield _dated(envelope.written_at)
    yield _folded("Message-ID", f"<{one_line(envelope.message_id).strip('<>')}>")
    # RFC 3834, section 5: what answers a mail by itself says so, and nobody's machine answers back.
    yield _folded("Auto-Submitted", "auto-generated" if envelope.answers is None else "auto-replied")
    yield _folded("X-Auto-Response-Suppress", "OOF, AutoReply")
    if envelope.answers:
        yield _folded("In-Reply-To", one_line(envelope.answers))
        yield _folded("References", one_line(" ".join((*envelope.references, envelope.answers))))
    if envelope.to:
        yield _named("To", tuple((envelope.to_name, address) for address in envelope.to))
    if envelope.cc:
        yield _named("Cc", tuple(("", address) for address in envelope.cc))


def _subject(subject: str) -> bytes:
    """Its words encoded, its reference in brackets at the end as it is."""
    words, bracket, reference = subject.rpartition(" [")
    if not bracket or words.isascii() or not words.isprintable() or not _REFERENCE.fullmatch(reference):
        return _folded("Subject", subject)
    room = chain([_LINE - len("Subject: ")], repeat(_LINE - len(" ")))
    lines = _UTF_8.header_encode_lines(words, (min(_ENCODED, each) for each in room))
    return "Subject: {}\r\n [{}\r\n".format("\r\n ".join(filter(None, lines)), reference).encode()


def _named(header: str, people: tuple[tuple[str, str], ...]) -> bytes:
    """A header of addresses, folded between them, and within one that is too long for a line (RFC 5322, 2.2.3)."""
    found = header.encode() + b":"
    for number, (name, address) in enumerate(people, start=1):
        mailbox = _mailbox(name, address) + (b"," if number < len(people) else b"")
        for part in [mailbox] if len(mailbox) < _LINE else mailbox.split():
            length = len(found) - found.rfind(b"\n") - 1
            found += (b" " if length + 1 + len(part) <= _LINE else b"\r\n ") + part
    return found + b"\r\n"


def _mailbox(name: str, address: str) -> bytes:
    if not address.isascii():
        raise Faults([f"“{address}”不是可用的邮箱地址"])
    if not _PLAIN.fullmatch(address):
        return _by_the_library(name, address)
    if _SHORT_NAME.fullmatch(name):
        return f"{_UTF_8.header_encode(name)} <{address}>".encode()
    return _by_the_library(name, _SPECIMEN).replace(_SPECIMEN.encode(), address.encode()) if name else address.encode()


@lru_cache(maxsize=1024)
def _by_the_library(name: str, address: str) -> bytes:
    try:
        mailbox = Address(one_line(name), addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise Faults([f"“{address}”不是可用的邮箱地址"]) from error
    folded: bytes = SMTP.fold_binary("To", SMTP.header_factory("To", [mailbox]))
    return folded.removeprefix(b"To:").strip()


@lru_cache(maxsize=1024)
def _folded(header: str, value: str) -> bytes:
    if len(header) + 2 + len(value) <= _LINE and _WORDS.fullmatch(value):
        return f"{header}: {value}\r\n".encode()
    folded: bytes = SMTP.fold_binary(header, SMTP.header_factory(header, value))
    return folded


@lru_cache(maxsize=64)
def _dated(moment: datetime) -> bytes:
    folded: bytes = SMTP.fold_binary("Date", SMTP.header_factory("Date", moment))
    return folded


def _boundary(message_id: str, number: int) -> bytes:
    """Drawn from the Message-ID: bytes kept must be bytes sent."""
    return b"=_" + hashlib.sha256(f"{message_id} {number}".encode()).hexdigest()[:24].encode()


def _kind(multipart: str, boundary: bytes) -> bytes:
    return b'Content-Type: multipart/%s; boundary="%s"\r\n' % (multipart.encode(), boundary)


def _multipart(boundary: bytes, *parts: bytes) -> bytes:
    """RFC 2046, 5.1.1."""
    return b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


def _text(words: str, kind: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n'
    head += "MIME-Version: 1.0\r\n" if kind == "html" else ""
    return head.encode() + b"\r\n" + _base64(b"\r\n".join([*words.encode().splitlines(), b""]) or b"\r\n")


def _attached(enclosure: Enclosure) -> bytes:
    head = b"Content-Transfer-Encoding: base64\r\n"
    head += _folded("Content-Disposition", f'attachment; filename="{enclosure.name}"')
    head += _folded("Content-Type", enclosure.kind) + b"MIME-Version: 1.0\r\n"
    return head + b"\r\n" + _base64(enclosure.data)


def _base64(data: bytes) -> bytes:
    whole = binascii.b2a_base64(data, newline=False)
    width = _BYTES_A_LINE * 4 // 3
    return b"\r\n".join([*[whole[at : at + width] for at in range(0, len(whole), width)], b""])
