"""Delivery reports: the standard ones, and those in which a mail server says for people only what became of a mail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cuibao.incoming import Bounce
from cuibao.mailbox.body import Part, part_of
from cuibao.mailbox.delivery_status import DeliveryStatus, status_in
from cuibao.mailbox.failing import (
    answer_in,
    begins_as_bounce,
    failed_addresses,
    may_have_ended,
    may_report,
    only_tells,
    parted,
    tells_of_failure,
)
from cuibao.mailbox.headers import Headers, addresses_in, ids_in, mailboxes
from cuibao.said import short_line

STATUS = "投递状态通知"
BOUNCE = "退信"
_LONGEST = 64 * 1024
_OPENING = 3_000
_MOST = 100
_DAEMONS = frozenset(
    ("mailer-daemon", "mailer_daemon", "mailerdaemon", "mail-daemon", "maildaemon", "mail.delivery.system")
)
_SERVERS = _DAEMONS | {"postmaster", "post_master", "mail-delivery-system"}
# These send other mails too, and may be a person's.
_PERHAPS = frozenset(("mdaemon", "sysadmin", "systemadministrator", "system-administrator", "mailadmin"))
# The mailbox that Exchange has for its reports in every organization.
_EXCHANGE = "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"
_DAEMON_NAME = re.compile(r"mail delivery (?:sub)?system|mailer.?daemon", re.IGNORECASE)
_SERVER_NAME = re.compile(r"系统退信|退信|^postmaster\b", re.IGNORECASE)
_LIKE_SERVER = re.compile(
    r"系统管理员|管理员|邮件系统|邮件服务|邮局|system|administrator|microsoft outlook|no-?reply|bounce|sysadmin|daemon"
    r"|\bmail\b",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(r"\W*(?:自动回复|自动答复|automatic reply|auto[- ]?reply|out of office)", re.IGNORECASE)
# Letters of ours speak of reports that were sent back.
_OUR_WORDS = re.compile(r"退回(?:重报|待重报)")
_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_BARE_ID = re.compile(r"Message-ID[ \t]{0,20}[:：][ \t]{0,20}([^\s<>@]{1,200}@[^\s<>@]{1,200})", re.IGNORECASE)
_RETURNED = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global")


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail says of a delivery: a bounce, or only how it is getting on."""

    bounce: Bounce | None


@dataclass(frozen=True, slots=True)
class _Source:
    """Who a mail is from, as far as it tells a report: `daemon`, from whom nothing else comes; `server`, from whom
    hardly anything else does; `marked` as sent by itself; `automatic`, sent by itself whoever it is from."""

    daemon: bool
    server: bool
    marked: bool
    automatic: bool


def report_of(mail: Part, leaves: tuple[Part, ...], subject: str, own: str, text: str) -> Report | None:
    """The delivery report that this mail is; None where it is none. `own`: its `text` without what it quotes, because
    an automatic answer may quote a letter of ours that speaks of something sent back."""
    source = _source(mail)
    status = status_in(leaves) if source.automatic else None
    if status is not None:
        return Report(_bounce(mail, leaves, subject, own, text, status) if status.failed else None)
    if not source.automatic:
        return None
    opening = own[:_OPENING]
    heard = _OUR_WORDS.sub(" ", subject)
    said = _OUR_WORDS.sub(" ", opening)
    if _AUTOMATIC.match(subject):
        return None  # somebody's automatic answer, which comes with an empty Return-Path too (RFC 3834, section 3.3)
    if not (source.server or begins_as_bounce(heard)):
        return Report(_unsure(subject, text)) if source.marked and may_report(heard, said) else None
    if only_tells(heard, opening):
        return Report(_unsure(subject, text) if may_have_ended(heard, said) else None)
    if source.daemon or tells_of_failure(heard, said):
        return Report(_bounce(mail, leaves, subject, own, text, None))
    return None


def _unsure(subject: str, text: str) -> Bounce:
    """What may be a bounce and may not: it names nothing, so that it waits for a person and marks nothing."""
    mentions = tuple(dict.fromkeys(addresses_in(text[:_LONGEST])))[:_MOST]
    return Bounce(message_ids=(), addresses=(), mentions=mentions, by_server=False, detail=short_line(subject))


def _source(mail: Part) -> _Source:
    headers = mail.headers
    people = headers.senders
    names = [person.name for person in people] or [headers.text("from")[:_MOST]]
    locals_ = {person.address.partition("@")[0] for person in people}
    daemon = (
        bool(locals_ & _DAEMONS) or any(map(_DAEMON_NAME.search, names)) or bool(headers.raw("x-failed-recipients"))
    )
    server = daemon or _is_server(locals_) or any(map(_SERVER_NAME.search, names))
    submitted = headers.parameters("auto-submitted").value
    marked = _has_null_sender(headers) or submitted not in ("", "no") or mail.type == "multipart/report"
    like = any(_LIKE_SERVER.search(f"{person.name} {person.address.partition('@')[0]}") for person in people)
    return _Source(daemon, server, marked, server or marked or like or not people)


def _is_server(names: set[str], others: frozenset[str] = frozenset()) -> bool:
    return bool(names & (_SERVERS | others)) or _EXCHANGE in names


def _has_null_sender(headers: Headers) -> bool:
    sent_by = headers.raw("return-path").strip().strip(b"<>").partition(b"@")[0].lower()
    return bool(headers.raw("return-path").strip()) and (not sent_by or sent_by.decode("ascii", "replace") in _SERVERS)


def _bounce(
    mail: Part, leaves: tuple[Part, ...], subject: str, own: str, text: str, status: DeliveryStatus | None
) -> Bounce:
    text = text[:_LONGEST]
    below = parted(text)[1]
    # What is quoted was written by whoever wrote the mail that came back.
    notice = parted(own[:_LONGEST] or text)[0]
    returned = _returned(leaves) or Headers.of(below.encode("utf-8", "replace"))
    given = status.addresses if status else ()
    answer = status.detail if status else answer_in(notice)
    return Bounce(
        message_ids=tuple(dict.fromkeys(_ids(mail, returned, status, text)))[:_MOST],
        addresses=given or tuple(_addresses(mail, returned, subject, notice))[:_MOST],
        mentions=tuple(dict.fromkeys((*_written_to(returned), *addresses_in(text))))[:_MOST],
        by_server=_is_server({person.address.partition("@")[0] for person in mail.headers.senders}, _PERHAPS),
        detail=short_line(answer or subject),
    )


def _addresses(mail: Part, returned: Headers, subject: str, notice: str) -> Iterator[str]:
    """The addresses that did not get it; never our own, to which the report came, and never those of the servers."""
    ours = {person.address for field in ("to", "delivered-to", "cc") for person in mailboxes(mail.headers.raw(field))}
    ours |= {person.address for person in returned.senders}
    given = addresses_in(mail.headers.text("x-failed-recipients")[:_OPENING])
    found = given or failed_addresses(subject, notice, ours)
    alone = _written_to(returned)
    for address in dict.fromkeys(found or (alone if len(alone) == 1 else ())):
        if address not in ours and not _is_server({address.partition("@")[0]}):
            yield address


def _written_to(returned: Headers) -> tuple[str, ...]:
    """Whom the mail that came back was to."""
    return tuple(person.address for field in ("to", "cc") for person in mailboxes(returned.raw(field)))


def _ids(mail: Part, returned: Headers, status: DeliveryStatus | None, text: str) -> Iterator[str]:
    """The Message-IDs by which the report may name the mail that came back, the surest first."""
    if returned.message_id:
        yield returned.message_id
    yield from status.ids if status else ()
    yield from (f"<{found}>" for found in _BARE_ID.findall(text)[:_MOST])
    yield from _ID.findall(text)[:_MOST]
    yield from ids_in(mail.headers.raw("in-reply-to")[:_LONGEST])
    yield from reversed(ids_in(mail.headers.raw("references")[:_LONGEST]))


def _returned(leaves: tuple[Part, ...]) -> Headers | None:
    """The header of the mail that came back, whole or its headers alone (RFC 6522 section 3, RFC 6533 section 5)."""
    for leaf in leaves:
        if leaf.type in _RETURNED or leaf.type == "message/global-headers" or leaf.name.lower().endswith(".eml"):
            return part_of(leaf.data[: 4 * _LONGEST], 0).headers
    return None
