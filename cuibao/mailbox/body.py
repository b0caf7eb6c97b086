"""The parts of a mail (RFC 2046), as the bytes that they are.

Taken apart here and not by the standard library's parser: that one raises on some of what the world sends, recurses as
deep as a sender likes, and gives an attached mail back in other bytes than it came in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cuibao.mailbox.decoding import base64_of, header_text, quoted_printable_of, text_of, uuencoded
from cuibao.mailbox.headers import Headers, Parameters, better

_DEPTH = 16
_PARTS = 2000
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\A\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers, its type in lower case, its body as sent, and the parts of a multipart."""

    headers: Headers
    content: Parameters
    disposition: Parameters
    body: bytes
    children: tuple["Part", ...]

    @property
    def type(self) -> str:
        """The MIME type, text/plain where none that can be one is given (RFC 2045 section 5.2), and for a multipart
        that could not be taken apart."""
        given = self.content.value
        whole = not given.startswith("multipart/") or self.children
        return given if whole and re.fullmatch(r"[\w.+-]+/[\w.+-]+", given) else "text/plain"

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
        """The body decoded."""
        encoding = self.headers.text("content-transfer-encoding").lower()
        if encoding.startswith("base64"):
            return base64_of(self.body)
        if encoding.startswith("quoted"):
            return quoted_printable_of(self.body)
        return uuencoded(self.body) if "uu" in encoding else self.body

    @property
    def text(self) -> str:
        """The body decoded, as text."""
        return text_of(self.data, self.content.get("charset"))

    def leaves(self) -> Iterator["Part"]:
        """The parts that hold something, in their order; attached mails are not entered."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def header_block(raw: bytes) -> bytes:
    """The header block with the blank line that ends it, as BODY[HEADER] is (RFC 3501 section 6.4.5)."""
    found = _BLANK_LINE.search(raw)
    return raw[: found.end()] if found else raw


def part_of(raw: bytes, depth: int = _DEPTH) -> Part:
    """Take a mail, or a part of one, apart. Never raises; what is nested deeper than anybody needs stays whole."""
    block = header_block(raw)
    headers = Headers.of(block)
    content = headers.parameters("content-type")
    body = raw[len(block) :]
    boundary = content.get("boundary").encode("utf-8", "replace").rstrip()
    children: tuple[Part, ...] = ()
    if content.value.startswith("multipart/") and boundary and depth:
        children = tuple(part_of(piece, depth - 1) for piece in _between(body, b"--" + boundary))
    return Part(headers, content, headers.parameters("content-disposition"), body, children)


def _between(body: bytes, delimiter: bytes) -> list[bytes]:
    """What stands between the delimiter lines, the last of them missing or not (RFC 2046 section 5.1.1)."""
    pieces: list[bytes] = []
    begun = -1
    for start, stop, last in _delimiters(body, delimiter):
        if begun >= 0:
            pieces.append(_without_last_break(body[begun:start]))
        begun = -1 if last else stop
        if last or len(pieces) >= _PARTS:
            break
    if begun >= 0 and begun < len(body):
        pieces.append(body[begun:])
    return pieces


def _delimiters(body: bytes, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each delimiter line starts and stops, and whether it is the closing one."""
    at = body.find(delimiter)
    while at >= 0:
        stop = body.find(b"\n", at)
        stop = len(body) if stop < 0 else stop + 1
        rest = body[at + len(delimiter) : stop].strip()
        if (at == 0 or body[at - 1 : at] in (b"\n", b"\r")) and rest in (b"", b"--"):
            yield at, stop, rest == b"--"
        at = body.find(delimiter, at + len(delimiter))


def _without_last_break(piece: bytes) -> bytes:
    """The line break before a delimiter belongs to the delimiter."""
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith(b"\n") else piece
