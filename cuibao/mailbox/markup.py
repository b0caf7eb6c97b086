"""The text of an HTML mail, and which of it is quoted."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

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


_NAMES = re.compile(
    r"""(?:[\s"'/]|\A)(?:id|class|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE | re.DOTALL
)
_OPENS = re.compile(r"</?([A-Za-z][^\s/<>]*)")
_WITHIN_TAG = re.compile(r"[<>]|=\s*[\"']")
# Their content is no markup, but ends with the tag's own end alone.
_RAW = {tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE) for tag in ("script", "style")}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(r"&#0*([0-9]{8,});?")
_PICTURE = re.compile(r"data:[a-z]{1,20}/[^\s\"'<>)]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a page: what stands outside of any quotation, and what stands within."""

    own: str
    quoted: str


def marks_quotes(page: str) -> bool:
    """Whether `page` says which of it is quoted."""
    return _HINTS.search(page) is not None


def without_pictures(page: str) -> str:
    """`page` without the pictures that are written out within it (RFC 2397)."""
    return _PICTURE.sub("data:", page)


def plain(text: str) -> str:
    """`text` with its character references replaced. Never raises, as `html.unescape` does for a number without end."""
    return html.unescape(_NUMBER.sub("\ufffd", text))


def read(page: str) -> Reading:
    """The words of `page` as a reader sees them. Never raises, and goes through the page once."""
    reader = _Reader()
    for token in _tokens(page):
        if isinstance(token, _Tag):
            reader.tag(token)
        else:
            reader.words(token)
    return Reading("".join(reader.own), "".join(reader.quoted))


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag with its name in lower case and its attributes as they are written."""

    name: str
    attributes: str
    ends: bool


def _tokens(page: str) -> Iterator["_Tag | str"]:
    """The tags of `page` and the text between them, character references and all; what never closes is text."""
    at = 0
    finder = _Finder(page)
    while (start := page.find("<", at)) >= 0:
        if start > at:
            yield page[at:start]
        at = start
        if page.startswith("<!--", at):
            stop = finder.after("-->", at + 4)
            at = stop if stop >= 0 else at + 4
        elif page.startswith(("<!", "<?"), at):
            stop = finder.after(">", at)
            at = stop if stop >= 0 else at + 2
        elif found := _OPENS.match(page, at):
            at, closed = _tag_end(page, found.end(), finder)
            if not closed:
                yield page[start:at]
                continue
            tag = _Tag(found[1].lower(), page[found.end() : at - 1], page[start + 1] == "/")
            yield tag
            if tag.name in _RAW and not tag.ends:
                end = _RAW[tag.name].search(page, at)
                at = end.start() if end else len(page)
        else:
            yield "<"
            at += 1
    yield page[at:]


def _tag_end(page: str, at: int, finder: "_Finder") -> tuple[int, bool]:
    """Where the tag that goes on at `at` ends, and that it does: not so where another begins before it, or the page
    ends."""
    while found := _WITHIN_TAG.search(page, at):
        if found[0] == ">":
            return found.end(), True
        if found[0] == "<":
            return found.start(), False
        stop = finder.after(found[0][-1], found.end())
        at = stop if stop >= 0 else found.end()
    return len(page), False


class _Finder:
    """Finds marks in a page, and looks only once for one that is not there any more."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._gone: set[str] = set()

    def after(self, mark: str, at: int) -> int:
        """Where the next `mark` from `at` on ends; -1 where there is none."""
        if mark in self._gone:
            return -1
        found = self._page.find(mark, at)
        if found < 0:
            self._gone.add(mark)
            return -1
        return found + len(mark)


@dataclass(slots=True)
class _Reader:
    """What was read so far, and within what: a quotation, by its tag and how many of its kind are open; a tag that
    shows nothing."""

    own: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    _quotation: str = ""
    _depth: int = 0
    _from_here: bool = False
    _silent: str = ""

    def tag(self, tag: _Tag) -> None:
        """Go on with a tag."""
        if tag.name in _LINES:
            self._write("\n")
        elif tag.name in _CELLS:
            self._write(" ")
        if tag.ends:
            self._end(tag.name)
        elif not tag.attributes.endswith("/"):
            self._begin(tag)

    def words(self, text: str) -> None:
        """Go on with text."""
        if not self._silent:
            self._write(_BLANKS.sub(" ", plain(text)))

    def _begin(self, tag: _Tag) -> None:
        if tag.name == "body":
            self._silent = ""  # a head that was never closed
        if tag.name in _SILENT and not self._silent:
            self._silent = tag.name
        if self._quotation:
            self._depth += tag.name == self._quotation and tag.name not in _VOID
        elif not self._from_here:
            self._may_quote(tag)

    def _may_quote(self, tag: _Tag) -> None:
        names = " ".join("".join(found) for found in _NAMES.findall(tag.attributes))
        if names and _FROM_HERE.search(names):
            self._from_here = True
        elif tag.name in ("blockquote", "includetail") or (names and tag.name not in _VOID and _QUOTING.search(names)):
            self._quotation, self._depth = tag.name, 1

    def _end(self, name: str) -> None:
        if name == self._silent:
            self._silent = ""
        if name == self._quotation:
            self._depth -= 1
            if not self._depth:
                self._quotation = ""

    def _write(self, text: str) -> None:
        (self.quoted if self._quotation or self._from_here else self.own).append(text)
