"""The text of an HTML mail, and which of it is quoted."""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

_LONGEST = 200_000
_SILENT = frozenset(("style", "script", "head", "title", "template", "noscript"))
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_LINES = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "center",
        "div",
        "dl",
        "dt",
        "dd",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "includetail",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_CELLS = frozenset(("td", "th"))
# What clients put around the mail that is answered: Gmail, NetEase (web, 网易邮箱大师), QQ (old, new), Outlook, Sina.
_QUOTING = re.compile(
    r"isReplyContent|gmail_quote|ntes-mailmaster-quote|xm_mail_oringinal_describe|qmbox_quote|OLK_SRC_BODY_SECTION"
    r"|yahoo_quoted|protonmail_quote|\bsinaquote\b",
    re.IGNORECASE,
)
# Outlook puts it above what is answered, and nothing around.
_FROM_HERE = re.compile(r"divRplyFwdMsg|\bappendonsend\b", re.IGNORECASE)
_HINTS = re.compile(rf"<blockquote|<includetail|{_QUOTING.pattern}|{_FROM_HERE.pattern}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a page: what stands outside of any quotation, and what stands within."""

    own: str
    quoted: str


def marks_quotes(page: str) -> bool:
    """Whether `page` says which of it is quoted."""
    return _HINTS.search(page) is not None


def read(page: str) -> Reading:
    """The words of `page` as a reader sees them. Never raises."""
    page = _closed(page[:_LONGEST])
    reader = _Reader()
    try:
        reader.feed(page)
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        # What the parser gives up on (a broken <![ section): every tag out, nothing is lost.
        return Reading(html.unescape(re.sub(r"<[^<>]*>", "\n", page)), "")
    return Reading("".join(reader.own), "".join(reader.quoted))


def _closed(page: str) -> str:
    """`page` without comments and without tags that never close, on which the parser spends the square of their
    number."""
    pieces: list[str] = []
    at = 0
    while (start := page.find("<!--", at)) >= 0 and (end := page.find("-->", start)) >= 0:
        pieces.append(page[at:start])
        at = end + len("-->")
    pieces.append(page[at:].replace("<!--", ""))
    return re.sub(r"<(?![^<>]*>)", "&lt;", "".join(pieces))


@dataclass
class _Quotation:
    """The tag that a quotation began with, and how many of its kind are open within."""

    tag: str
    depth: int = 1


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.own: list[str] = []
        self.quoted: list[str] = []
        self._quotation: _Quotation | None = None
        self._from_here = False
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._silent.clear()  # a head that was never closed
        if tag in _SILENT:
            self._silent.append(tag)
        self._break(tag)
        if self._quotation is not None:
            self._quotation.depth += tag == self._quotation.tag and tag not in _VOID
        elif not self._from_here:
            self._begin(tag, " ".join(value or "" for name, value in attrs if name in ("id", "class", "name")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        self._break(tag)
        if self._quotation is not None and tag == self._quotation.tag:
            self._quotation.depth -= 1
            if not self._quotation.depth:
                self._quotation = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._write(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _begin(self, tag: str, names: str) -> None:
        if names and _FROM_HERE.search(names):
            self._from_here = True
        elif tag in ("blockquote", "includetail") or (names and tag not in _VOID and _QUOTING.search(names)):
            self._quotation = _Quotation(tag)

    def _break(self, tag: str) -> None:
        if tag in _LINES:
            self._write("\n")
        elif tag in _CELLS:
            self._write(" ")

    def _write(self, text: str) -> None:
        (self.quoted if self._quotation is not None or self._from_here else self.own).append(text)
