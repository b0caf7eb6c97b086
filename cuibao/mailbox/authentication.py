"""Authentication-Results (RFC 8601): what a server found out about who a mail is from.

Read as a grammar, in one pass: a result stands at the head of its piece and nowhere else, so that nothing which a
sender can have a server quote (a reason, an envelope address, a comment) is ever taken for one. Whose words these are,
and whether they are to be believed, is for `policy.mail.vouching` to say.
"""

import re

from cuibao.incoming import Authentication, Result
from cuibao.mailbox.decoding import text_of
from cuibao.mailbox.headers import Headers

# A server writes one or two, and no long ones; what stands below dozens was never its own.
_MOST = 20
_LONGEST = 16 * 1024
# What is quoted is one value, whatever stands in it.
_QUOTED = dict.fromkeys(map(ord, " \t;="), "\0")
_HEAD = re.compile(r"([a-z][a-z0-9-]{0,39})(?: ?/ ?\d{1,3})?=([a-z]{1,20})(?: |$)")
_PROPERTY = re.compile(r"([a-z]{1,20}\.[a-z0-9_-]{1,40})=(.*)")
# "from a by b (…) with …; date": the clause that names the server which wrote it (RFC 5321 section 4.4).
_BY = re.compile(r"(?:^| )by ([^ ;]{1,255})")


def authentications(headers: Headers) -> tuple[Authentication, ...]:
    """Every Authentication-Results of a header block, topmost first, with the servers that a mail had reached above it.

    One that is no such field by the grammar, or longer than any server writes, has neither a name nor results.
    """
    found: list[Authentication] = []
    above: list[str] = []
    for name, value in headers.fields:
        if name == "received":
            written = _BY.search(_plain(value))
            above.append(written[1].rstrip(".") if written else "")
        elif name == "authentication-results" and len(found) < _MOST:
            found.append(_authentication(_plain(value), tuple(above)))
    return tuple(found)


def _authentication(plain: str, above: tuple[str, ...]) -> Authentication:
    server, *pieces = plain.split(";")
    named = server.split()
    results = (_result(piece.strip()) for piece in pieces)
    return Authentication(
        named[0].rstrip(".") if named else "", tuple(found for found in results if found is not None), above
    )


def _result(piece: str) -> Result | None:
    """`method=result` at the head, then reasons and properties (section 2.2); None where there is no such head."""
    head = _HEAD.match(piece)
    if head is None:
        return None
    given = (_PROPERTY.fullmatch(token) for token in piece[head.end() :].split())
    return Result(head[1], head[2], tuple((found[1], found[2]) for found in given if found))


def _plain(value: bytes) -> str:
    """A field in lower case without comments and quotes; empty where it is over-long, or one of these never ends."""
    text = text_of(value).lower() if len(value) <= _LONGEST else ""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        stop, piece = _piece(text, at)
        if stop < 0:
            return ""
        pieces.append(piece)
        at = stop
    return " ".join("".join(pieces).split()).replace(" =", "=").replace("= ", "=")


def _piece(text: str, at: int) -> tuple[int, str]:
    """Where the comment, quoted string or character at `at` ends, and what it comes to; -1 where it never ends."""
    if text[at] == "(":
        return _comment_end(text, at), " "
    if text[at] == '"':
        stop = _string_end(text, at)
        return stop, re.sub(r"\\(.)", r"\1", text[at + 1 : stop - 1], flags=re.DOTALL).translate(_QUOTED)
    return at + 1, text[at]


def _comment_end(text: str, at: int) -> int:
    depth = 0  # comments nest (RFC 5322 section 3.2.2)
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] in "()":
            depth += 1 if text[at] == "(" else -1
            if not depth:
                return at + 1
        at += 1
    return -1


def _string_end(text: str, at: int) -> int:
    at += 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1 if at < len(text) else -1
