"""Delivery reports: the standard ones (RFC 3464), and what Chinese mail servers send in their place."""

import re
from dataclasses import dataclass

from cuibao.incoming import Bounce
from cuibao.mailbox.body import Part, part_of
from cuibao.mailbox.headers import Headers, NamedAddress, addresses_in, ids_in, mailboxes
from cuibao.said import short_line

STATUS = "投递状态通知"
BOUNCE = "退信"
_LONGEST = 20_000
_OPENING = 3_000
_STATUS_LENGTH = 256 * 1024
_SYSTEM_NAMES = frozenset(("postmaster", "mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon"))
_SYSTEM_SENDER = re.compile(r"系统退信|退信|mail delivery (?:sub)?system|mailer-daemon|^postmaster\b", re.IGNORECASE)
_FAILED = re.compile(
    r"退信|退回|投递失败|发送失败|无法投递|无法送达|无法发送|未能送达|未送达|被拒收|拒绝接收|undeliver|not be delivered"
    r"|couldn't be delivered|delivery (?:has )?fail|\(failure\)|failure notice|returned mail|returned to sender",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"延迟|延误|稍后.{0,10}(?:重试|继续)|继续尝试|\(delay\)|delayed|will be retried|still trying", re.IGNORECASE
)
_BESIDE = re.compile(
    r"收件人|收件地址|收信人|无法投递|无法发送到|无法送达|投递到|发送到|不存在|拒收|recipient|failed|rejected|undeliver"
    r"|\b[45]\d\d[ -]|user unknown|no such user|mailbox (?:unavailable|not found)",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^.*(?:\b5\d\d[ -]|不存在|拒收|已满|退信原因|user unknown|no such user).*$", re.IGNORECASE | re.MULTILINE
)
_AUTOMATIC = re.compile(r"\W*(?:自动回复|自动答复|automatic reply|auto[- ]?reply|out of office)", re.IGNORECASE)
# Letters of ours speak of reports that were sent back.
_OUR_WORDS = re.compile(r"退回(?:重报|待重报)")
_ID_IN_TEXT = re.compile(r"Message-ID\s*[:：]\s*(<[^<>\s]+>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail says of a delivery: a bounce, or only how it is getting on."""

    bounce: Bounce | None


def report_of(mail: Part, leaves: tuple[Part, ...], subject: str, own: str, text: str) -> Report | None:
    """The delivery report that this mail is; None where it is none. `own`: its `text` without what it quotes, because
    an automatic answer may quote a letter of ours that speaks of something sent back."""
    status = next((leaf for leaf in leaves if leaf.type.endswith("/delivery-status")), None)
    if status is not None and (mail.type == "multipart/report" or _from_system(mail.headers)):
        recipients = _recipients(status)
        if recipients:
            failed = [recipient for recipient in recipients if _has_failed(recipient)]
            return Report(_standard(failed, mail, leaves, text) if failed else None)
    if not _from_system(mail.headers) or _answers_by_itself(mail.headers, subject):
        return None
    subject = _OUR_WORDS.sub(" ", subject)
    return _unstandard(mail, leaves, subject, own[:_OPENING], text[:_LONGEST])


def _recipients(status: Part) -> list[Headers]:
    """The groups of fields that are about one recipient each (RFC 3464 section 2.3)."""
    groups = (Headers.of(group) for group in re.split(rb"\r?\n[ \t]*\r?\n", status.data[:_STATUS_LENGTH]))
    return [group for group in groups if group.raw("final-recipient") or group.raw("original-recipient")]


def _has_failed(recipient: Headers) -> bool:
    action = recipient.text("action").lower()
    return action == "failed" if action else recipient.text("status").startswith("5")


def _standard(failed: list[Headers], mail: Part, leaves: tuple[Part, ...], text: str) -> Bounce:
    # What we wrote to comes first: a forwarding server reports on an address that we never heard of.
    named = (
        address
        for recipient in failed
        for field in ("original-recipient", "final-recipient")
        for address in addresses_in(recipient.text(field).rpartition(";")[2])
    )
    words = next(
        (words for each in failed for field in ("diagnostic-code", "status") if (words := each.text(field))), ""
    )
    return Bounce(_our_id(mail, leaves, text), tuple(dict.fromkeys(named)), short_line(words))


def _unstandard(mail: Part, leaves: tuple[Part, ...], subject: str, own: str, text: str) -> Report | None:
    if _FAILED.search(subject) or (_FAILED.search(own) and not _DELAYED.search(subject)):
        answer = _ANSWER.search(text)
        detail = short_line(answer[0] if answer else subject)
        return Report(Bounce(_our_id(mail, leaves, text), _addresses(mail, leaves, text), detail))
    return Report(None) if _DELAYED.search(subject) else None


def _answers_by_itself(headers: Headers, subject: str) -> bool:
    """Whether it is somebody's automatic answer, which also comes with an empty Return-Path (RFC 3834, section 3.3)."""
    return headers.text("auto-submitted").lower().startswith("auto-replied") or bool(_AUTOMATIC.match(subject))


def _from_system(headers: Headers) -> bool:
    if headers.raw("return-path").strip() == b"<>" or headers.raw("x-failed-recipients"):
        return True
    return any(map(_is_system, headers.senders))


def _is_system(person: NamedAddress) -> bool:
    return person.address.partition("@")[0] in _SYSTEM_NAMES or bool(_SYSTEM_SENDER.search(person.name))


def _addresses(mail: Part, leaves: tuple[Part, ...], text: str) -> tuple[str, ...]:
    """The addresses that stand beside words of failure, on their line or the next; never our own, to which the report
    came, and never those of the servers."""
    given = addresses_in(mail.headers.text("x-failed-recipients"))
    ours = {person.address for field in ("to", "delivered-to", "cc") for person in mailboxes(mail.headers.raw(field))}
    returned = _returned(leaves)
    ours |= {person.address for person in returned.senders} if returned else set()
    words = re.split(r"(?im)^[^\S\n]*(?:Return-Path|Received|DKIM-Signature|Message-ID)\s*:", text)[0]
    lines = [line for line in words.split("\n") if line.strip()]
    for before, line in zip(["", *lines], lines, strict=False):
        if _BESIDE.search(line) or _BESIDE.search(before):
            given += addresses_in(line)
    return tuple(
        address
        for address in dict.fromkeys(given)
        if address not in ours and address.partition("@")[0] not in _SYSTEM_NAMES
    )


def _our_id(mail: Part, leaves: tuple[Part, ...], text: str) -> str:
    """The Message-ID of the mail that came back; empty where the report does not tell."""
    returned = _returned(leaves)
    if returned is not None and returned.message_id:
        return returned.message_id
    if found := _ID_IN_TEXT.search(text):
        return found[1]
    threads = [*ids_in(mail.headers.raw("in-reply-to")), *reversed(ids_in(mail.headers.raw("references")))]
    return next(iter(threads), "")


def _returned(leaves: tuple[Part, ...]) -> Headers | None:
    """The header of the mail that came back, whole or its headers alone (RFC 6522 section 3)."""
    for leaf in leaves:
        if leaf.type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            return part_of(leaf.data, 0).headers
        if leaf.name.lower().endswith(".eml"):
            return part_of(leaf.data, 0).headers
    return None
