"""The parts of a mail (RFC 2046), as the bytes that they are.

Taken apart here and not by the standard library's parser: that one raises on some of what the world sends, recurses as
deep as a sender likes, and gives an attached mail back in other bytes than it came in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cuibao.mailbox import base64
from cuibao.mailbox.decoding import header_text, quoted_printable_of, text_of, uuencoded
from cuibao.mailbox.headers import Headers, Parameters, better
from cuibao.mailbox.work import DEPTH, FIELDS, HEADERS, Exceeded, Work
from cuibao.tongue import say

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
# Where a character is at most so many bytes, an encoding may be cut at a line's end only.
_BYTES_A_CHARACTER = 4
_EACH_PADDING = 200
_EACH_LINE = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers, and the parts of a multipart. Its body stays where it lies in the mail until asked for:
    a copy for each level that it is nested in would be many."""

    headers: Headers
    content: Parameters
    disposition: Parameters
    children: tuple["Part", ...]
    mail: bytes = field(repr=False)
    begin: int
    end: int
    work: Work = field(repr=False, compare=False)

    @property
    def body(self) -> bytes:
        """The body as sent."""
        return self.mail[self.begin : self.end]

    @property
    def type(self) -> str:
        """The MIME type, text/plain where none that can be one is given (RFC 2045 section 5.2), and for a multipart
        that could not be taken apart."""
        given = self.content.value
        whole = not given.startswith("multipart/") or self.children
        return given if whole and _TYPE.fullmatch(given) else "text/plain"

    @property
    def name(self) -> str:
        """The file's name as its sender wrote it, the best of the places where it can stand; empty where nowhere."""
        return better((self.disposition.readable("filename"), self.content.readable("name")))

    @property
    def content_id(self) -> str:
        """The Content-ID without its angle brackets."""
        return header_text(self.headers.raw("content-id")).strip().strip("<>")

    @property
    def data(self) -> bytes:
        """The body decoded. Raises Exceeded."""
        encoding = self.headers.text("content-transfer-encoding").lower()
        body = self.body
        self.work.look(len(body))
        if encoding.startswith("base64"):
            self.work.look(_EACH_PADDING * body.count(b"="))
            return base64.decoded(body)
        if encoding.startswith("quoted"):
            return quoted_printable_of(body)
        if "uu" in encoding:
            self.work.look(_EACH_LINE * body.count(b"\n"))
            return uuencoded(body)
        return body

    @property
    def text(self) -> str:
        """The body decoded, as text."""
        return self.beginning(self.end)[0]

    def beginning(self, most: int) -> tuple[str, bool]:
        """The body decoded, as text of `most` characters at the most, and whether that is all. Raises Exceeded."""
        data = self.data
        whole = len(data) <= most * _BYTES_A_CHARACTER
        if not whole:
            data = data[: data.rfind(b"\n", 0, most * _BYTES_A_CHARACTER) + 1]
        self.work.look(_BYTES_A_CHARACTER * len(data))
        text = text_of(data, self.content.get("charset"))
        return text[:most], whole and len(text) <= most

    def leaves(self) -> Iterator["Part"]:
        """The parts that hold something, in their order; attached mails are not entered."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def header_block(raw: bytes) -> bytes:
    """The header block with the blank line that ends it, as BODY[HEADER] is (RFC 3501 section 6.4.5)."""
    return raw[: _headers_end(raw, 0, len(raw))]


def part_of(raw: bytes, depth: int = DEPTH, work: Work | None = None) -> Part:
    """Take a mail apart, down to `depth` levels; with 0 into its header and its body. Raises Exceeded, by `work` among
    others, and nothing else."""
    return _part(raw, 0, len(raw), depth, work or Work(len(raw)), whole=depth > 0)


def _part(raw: bytes, begin: int, end: int, depth: int, work: Work, *, whole: bool = True) -> Part:
    work.part()
    body = _headers_end(raw, begin, min(end, begin + HEADERS + 1))
    if body - begin > HEADERS:
        raise Exceeded(say("邮件头过长"))
    work.look(_BYTES_A_CHARACTER * (body - begin))
    headers = Headers.of(raw[begin:body])
    if len(headers.fields) > FIELDS:
        raise Exceeded(say("邮件头过长"))
    content = headers.parameters("content-type")
    boundary = content.get("boundary").encode("utf-8", "replace").rstrip()
    children: tuple[Part, ...] = ()
    if content.value.startswith("multipart/") and boundary and whole:
        if not depth:
            raise Exceeded(say("邮件层层嵌套过深"))
        work.look(end - body)
        pieces = _between(raw, body, end, b"--" + boundary)
        children = tuple(_part(raw, start, stop, depth - 1, work) for start, stop in pieces)
    disposition = headers.parameters("content-disposition")
    return Part(headers, content, disposition, children, raw, body, end, work)


def _headers_end(raw: bytes, begin: int, end: int) -> int:
    """Where the header block that begins at `begin` ends, with the blank line; `end` where there is none."""
    if raw.startswith((b"\n", b"\r\n"), begin, end):
        return begin + (1 if raw[begin : begin + 1] == b"\n" else 2)
    found = _BLANK_LINE.search(raw, begin, end)
    return found.end() if found else end


def _between(raw: bytes, begin: int, end: int, delimiter: bytes) -> Iterator[tuple[int, int]]:
    """Where what stands between the delimiter lines begins and ends, the last of them missing or not (RFC 2046 section
    5.1.1)."""
    begun = -1
    for start, stop, last in _delimiters(raw, begin, end, delimiter):
        if begun >= 0:
            yield begun, _without_last_break(raw, begun, start)
        begun = -1 if last else stop
        if last:
            break
    if 0 <= begun < end:
        yield begun, end


def _delimiters(raw: bytes, begin: int, end: int, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each delimiter line starts and stops, and whether it is the closing one."""
    at = begin if raw.startswith(delimiter, begin, end) else raw.find(b"\n" + delimiter, begin, end) + 1
    while at > begin or (at == begin and raw.startswith(delimiter, at, end)):
        stop = raw.find(b"\n", at, end) + 1 or end
        rest = raw[at + len(delimiter) : stop].strip()
        if rest in (b"", b"--"):
            yield at, stop, rest == b"--"
        at = raw.find(b"\n" + delimiter, stop - 1, end) + 1


def _without_last_break(raw: bytes, begin: int, end: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    if raw.endswith(b"\r\n", begin, end):
        return end - 2
    return end - 1 if raw.endswith(b"\n", begin, end) else end
