"""From the bytes of a mail to what it says. Pure, and prepared for whatever the world sends."""

import hashlib
import html
from dataclasses import dataclass
from datetime import datetime

from cuibao.incoming import Attachment, Mail
from cuibao.mailbox import bounces, markup, quotes
from cuibao.mailbox.authentication import authentications
from cuibao.mailbox.body import Part, header_block, part_of
from cuibao.mailbox.machine import why_bulk, why_machine
from cuibao.mailbox.stations import links_in

_BODIES = ("text/plain", "text/html")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_REPORT_PARTS = (
    "message/delivery-status",
    "message/disposition-notification",
    "message/global-delivery-status",
    "text/rfc822-headers",
)
_NAMELESS = "未命名"
_LONGEST = 1_000_000  # characters of a text; nobody writes more by hand
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}


def parse(raw: bytes, arrived_at: datetime) -> Mail:
    """What the mail `raw` says. Never raises: what cannot be made sense of is empty, and `raw` is kept."""
    try:
        return _parsed(raw, arrived_at)
    except Exception:  # one mail made to break us must not keep the others from being read
        return _unreadable(raw, arrived_at)


def _parsed(raw: bytes, arrived_at: datetime) -> Mail:
    mail = part_of(raw)
    leaves = tuple(mail.leaves())
    content = _Content.of(mail, leaves)
    own, quoted = content.words()
    headers, subject = mail.headers, mail.headers.subject
    shown = html.unescape("\n".join(content.pages))
    attachments = tuple(_attachment(part, shown) for part in content.files)
    report = bounces.report_of(mail, leaves, subject, own, f"{own}\n{quoted}")
    bounce = report.bounce if report else None
    files = any(not attachment.inline for attachment in attachments)
    why = why_machine(headers, subject, own, files=files) if report is None else ""
    senders = headers.senders
    return Mail(
        identity=_identity(raw),
        message_id=headers.message_id,
        senders=tuple(person.address for person in senders),
        sender_name=senders[0].name if senders else "",
        subject=subject,
        arrived_at=arrived_at,
        references=headers.references,
        text=own,
        attachments=attachments,
        links=links_in(*content.plain, *content.pages),
        authentications=authentications(headers),
        machine=why if report is None else (bounces.BOUNCE if bounce else bounces.STATUS),
        bulk=why_bulk(headers),
        bounce=bounce,
        raw=raw,
    )


def _unreadable(raw: bytes, arrived_at: datetime) -> Mail:
    return Mail(_identity(raw), "", (), "", "（无法解析的邮件）", arrived_at, (), "", (), (), (), "", "", None, raw)


def _identity(raw: bytes) -> str:
    return hashlib.sha256(header_block(raw)).hexdigest()


@dataclass(frozen=True, slots=True)
class _Content:
    """The texts, the pages (HTML) and the files of a mail."""

    plain: tuple[str, ...]
    pages: tuple[str, ...]
    files: tuple[Part, ...]

    @classmethod
    def of(cls, mail: Part, leaves: tuple[Part, ...]) -> "_Content":
        bodies = [leaf for leaf in leaves if _is_body(leaf)]
        report = mail.type == "multipart/report"
        return cls(
            tuple(leaf.text[:_LONGEST] for leaf in bodies if leaf.type == "text/plain"),
            tuple(leaf.text[:_LONGEST] for leaf in bodies if leaf.type == "text/html"),
            tuple(leaf for leaf in leaves if not _is_body(leaf) and _is_file(leaf, report=report)),
        )

    def words(self) -> tuple[str, str]:
        """The author's own words and the quoted ones: of the plain text, unless only the page tells them apart."""
        own, quoted = quotes.split("\n".join(self.plain))
        if (own or quoted) and (quoted or not any(map(markup.marks_quotes, self.pages))):
            return own, quoted
        page_own, page_quoted = _of_pages(self.pages)
        if page_quoted or not (own or quoted):
            return page_own, page_quoted
        return own, quoted


def _of_pages(pages: tuple[str, ...]) -> tuple[str, str]:
    readings = [markup.read(page) for page in pages]
    own, quoted = quotes.split("\n".join(reading.own for reading in readings))
    within = quotes.tidy("\n".join(reading.quoted for reading in readings))
    return own, f"{quoted}\n{within}".strip("\n")


def _is_body(part: Part) -> bool:
    return part.type in _BODIES and part.disposition.value != "attachment" and not part.name


def _is_file(part: Part, *, report: bool) -> bool:
    if part.type in _SIGNATURES or part.type in _REPORT_PARTS or (report and part.type == "message/rfc822"):
        return False
    return not part.type.startswith("multipart/")


def _attachment(part: Part, shown: str) -> Attachment:
    kind = "application/ms-tnef" if part.type in _TNEF else part.type
    return Attachment(_name(part), kind, part.data, _is_inline(part, shown))


def _name(part: Part) -> str:
    if part.type == "message/rfc822":
        subject = part_of(part.data, 0).headers.subject
        return f"{subject}.eml" if subject else part.name or f"{_NAMELESS}.eml"
    return part.name or _NAMELESS + _ENDINGS.get(part.type, "")


def _is_inline(part: Part, shown: str) -> bool:
    """Whether it is shown within the text: a picture there, or an invitation, which is no report."""
    if part.type == "text/calendar":
        return True
    if part.content_id and f"cid:{part.content_id}" in shown:
        return True
    return part.type.startswith("image/") and part.disposition.value == "inline"
