"""From the bytes of a mail to what it says. Pure, and prepared for whatever the world sends."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from cuibao.incoming import Attachment, Mail
from cuibao.mailbox import bounces, markup, quotes, senders
from cuibao.mailbox.authentication import authentications
from cuibao.mailbox.body import Part, header_block, part_of
from cuibao.mailbox.headers import Headers
from cuibao.mailbox.machine import why_bulk, why_machine
from cuibao.mailbox.stations import links_in
from cuibao.mailbox.work import FIELDS, HEADERS, TEXT, Exceeded, Work
from cuibao.tongue import say

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
_NAME_LENGTH = 1_000
# How often a character of the text is looked at: what is quoted, which links, what of it is a page's own.
_EACH_CHARACTER = 20
_PAGES = 8  # characters of pages as sent to one that is read: the rest are pictures written out
_SHOWN = re.compile(r"cid:([^\s\"'<>)]+)", re.IGNORECASE)
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
    """What the mail `raw` says. Never raises: of a mail that costs too much, or that breaks us, there is what its
    header says, and why it was not read. `raw` is kept."""
    try:
        return _parsed(raw, arrived_at)
    except Exceeded as excess:
        reason = excess.reason
    except Exception:  # MemoryError and RecursionError among others: one mail must not keep the others from being read
        reason = say("邮件结构过于复杂")
    try:
        return _headed(raw, arrived_at, _head(raw), reason)
    except Exception:
        return _headed(raw, arrived_at, Headers(()), reason)


def _parsed(raw: bytes, arrived_at: datetime) -> Mail:
    work = Work(len(raw))
    mail = part_of(raw, work=work)
    leaves = tuple(mail.leaves())
    content = _Content.of(mail, leaves)
    work.look(_EACH_CHARACTER * sum(map(len, (*content.plain, *content.pages))))
    own, quoted = content.words()
    headers, subject = mail.headers, mail.headers.subject
    shown = frozenset(found for page in content.pages for found in _shown(page))
    attachments = tuple(_attachment(part, shown) for part in content.files)
    report = bounces.report_of(mail, leaves, subject, own, f"{own}\n{quoted}")
    bounce = report.bounce if report else None
    files = any(not attachment.inline for attachment in attachments)
    why = why_machine(headers, subject, own, files=files) if report is None else ""
    return replace(
        _headed(raw, arrived_at, headers, "" if content.whole else say("正文过长")),
        text=own,
        page=content.other_than(own),
        quoted=quotes.stretches(quoted),
        attachments=attachments,
        links=links_in(*content.plain, *content.pages),
        machine=why if report is None else (bounces.BOUNCE if bounce else bounces.STATUS),
        bulk=why_bulk(headers),
        bounce=bounce,
    )


def _headed(raw: bytes, arrived_at: datetime, headers: Headers, unread: str) -> Mail:
    """What the header of a mail says, which is all where it was not read."""
    people = headers.senders
    return Mail(
        identity=hashlib.sha256(header_block(raw)[:HEADERS]).hexdigest(),
        message_id=headers.message_id,
        senders=tuple(person.address for person in people),
        sender_name=people[0].name if people else "",
        subject=headers.subject,
        arrived_at=arrived_at,
        references=headers.references,
        text="",
        attachments=(),
        links=(),
        authentications=authentications(headers),
        machine="",
        bulk="",
        bounce=None,
        raw=raw,
        unread=unread,
        sender_doubt=senders.doubt(headers),
    )


def _head(raw: bytes) -> Headers:
    """The header as far as it may be long, to the last line that is whole."""
    block = header_block(raw[: HEADERS + 1])
    return Headers(Headers.of(block if len(block) <= HEADERS else block[: block.rfind(b"\n") + 1]).fields[:FIELDS])


@dataclass(frozen=True, slots=True)
class _Content:
    """The texts, the pages (HTML) and the files of a mail, and whether the texts are `whole`."""

    plain: tuple[str, ...]
    pages: tuple[str, ...]
    files: tuple[Part, ...]
    whole: bool

    @classmethod
    def of(cls, mail: Part, leaves: tuple[Part, ...]) -> "_Content":
        bodies = [leaf for leaf in leaves if _is_body(leaf)]
        report = mail.type == "multipart/report"
        plain, all_plain = _texts([leaf.beginning(TEXT) for leaf in bodies if leaf.type == "text/plain"])
        pages, all_pages = _texts([_page(leaf) for leaf in bodies if leaf.type == "text/html"])
        files = tuple(leaf for leaf in leaves if not _is_body(leaf) and _is_file(leaf, report=report))
        return cls(plain, pages, files, all_plain and all_pages)

    def words(self) -> tuple[str, str]:
        """The author's own words and the quoted ones: of the plain text, unless only the page tells them apart."""
        own, quoted = quotes.split("\n".join(self.plain))
        if (own or quoted) and (quoted or not any(map(markup.marks_quotes, self.pages))):
            return own, quoted
        page_own, page_quoted = _of_pages(self.pages)
        if page_quoted or not (own or quoted):
            return page_own, page_quoted
        return own, quoted

    def other_than(self, own: str) -> str:
        """The author's words on the pages where these are other words than `own`; empty where they are the same."""
        page = _of_pages(self.pages)[0] if self.plain else ""
        return page if _letters(page) != _letters(own) else ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _page(leaf: Part) -> tuple[str, bool]:
    page, whole = leaf.beginning(_PAGES * TEXT)
    page = markup.without_pictures(page)
    return page[:TEXT], whole and len(page) <= TEXT


def _texts(found: list[tuple[str, bool]]) -> tuple[tuple[str, ...], bool]:
    """As much of the texts as is looked at in one mail, and whether that is all."""
    left = TEXT
    kept: list[str] = []
    for text, _ in found:
        kept.append(text[:left])
        left -= len(kept[-1])
    return tuple(kept), all(whole for _, whole in found) and sum(len(text) for text, _ in found) <= TEXT


def _shown(page: str) -> list[str]:
    """The Content-IDs (RFC 2392) of what is shown within a page."""
    return [name for found in _SHOWN.findall(markup.plain(page)) for name in (found, unquote(found))]


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


def _attachment(part: Part, shown: frozenset[str]) -> Attachment:
    kind = "application/ms-tnef" if part.type in _TNEF else part.type
    return Attachment(_name(part)[:_NAME_LENGTH], kind, part.data, _is_inline(part, shown))


def _name(part: Part) -> str:
    if part.type == "message/rfc822":
        subject = part_of(part.data, 0).headers.subject
        return f"{subject}.eml" if subject else part.name or f"{_NAMELESS}.eml"
    return part.name or _NAMELESS + _ENDINGS.get(part.type, "")


def _is_inline(part: Part, shown: frozenset[str]) -> bool:
    """Whether it is shown within the text: a picture there, or an invitation, which is no report."""
    if part.type == "text/calendar" or (part.content_id and part.content_id in shown):
        return True
    return part.type.startswith("image/") and part.disposition.value == "inline"
