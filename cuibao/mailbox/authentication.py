"""Authentication-Results (RFC 8601): what a server found out about who a mail is from.

Read as a grammar, in one pass: a result stands at the head of its piece and nowhere else, so that nothing which a
sender can have a server quote (a reason, an envelope address, a comment) is ever taken for one. Whose words these are,
and whether they are to be believed, is for `policy.mail.vouching` to say.
"""

import re

from cuibao.incoming import Authentication, Result
from cuibao.mailbox.decoding import text_of
from cuibao.mailbox.headers import Headers

# However many servers a mail says that it came through, no more of them matter than any mailbox has.
_MOST_HOSTS = 50
_LONGEST = 16 * 1024
# What is quoted is one value, whatever stands in it.
_QUOTED = dict.fromkeys(map(ord, " \t;="), "\0")
_SPACE = re.compile(r"[ \t\r\n]+")
_FOLD = re.compile(rb"\r?\n[ \t]+")
# An authserv-id, and the one version that there is (section 2.2; a token is that of RFC 2045).
_SERVER = re.compile(r"([a-z0-9!#$%&'*+.^_`{|}~-]{1,255})(?: 1)?")
_HEAD = re.compile(r"([a-z][a-z0-9-]{0,39})(?: ?/ ?\d{1,3})?=([a-z]{1,20})(?: |$)")
_PROPERTY = re.compile(r"([a-z][a-z0-9._-]{0,60})=(.*)", re.DOTALL)
# "from a by b (…) with …; date": the clause that names the server which wrote it (RFC 5321 section 4.4).
_BY = re.compile(r"(?:^| )by ([^ ;]{1,255})")
# As RFC 7208 section 9.1 writes it, where a server writes nothing else.
_SPF_FAIL = re.compile(r"(fail|softfail|hardfail)(?: |$)")


def authentications(headers: Headers) -> tuple[Authentication, ...]:
    """Every Authentication-Results of a header block, topmost first, with the servers that a mail had reached above it;
    then what Received-SPF says of a failure.

    One that is none by the grammar, names no server (as Microsoft's do not) or is longer than any server writes has no
    name.
    """
    found: list[Authentication] = []
    failed: list[Authentication] = []
    above: tuple[str, ...] = ()
    written = False
    for name, value in headers.fields:
        if name == "received":
            above = _reached(above, value)
        elif name == "from":
            written = True
        elif name == "authentication-results":
            found.append(_authentication(value, above, appended=written))
        elif name == "received-spf" and (fail := _SPF_FAIL.match(_plain(value))):
            failed.append(Authentication("", (Result("spf", fail[1]),), above, written))
    return (*found, *failed)


def _reached(above: tuple[str, ...], received: bytes) -> tuple[str, ...]:
    """The servers `above` with the one that wrote a further Received field, each once."""
    by = _BY.search(_plain(received))
    host = by[1].rstrip(".") if by and len(above) < _MOST_HOSTS else ""
    return above if host in above else (*above, host)


def _authentication(value: bytes, above: tuple[str, ...], *, appended: bool) -> Authentication:
    plain = _plain(value)
    server, _, rest = plain.partition(";")
    named = _SERVER.fullmatch(server.strip(" "))
    results = _results(rest if named else plain)
    # Coremail folds within words: a failure that is cut in two is one all the same.
    joined = _plain(_FOLD.sub(b"", value)) if b"\n" in value else ""
    more = [each for each in _results(joined) if each.result != "pass" and each not in results]
    return Authentication(named[1] if named else "", (*results, *more), above, appended)


def _results(pieces: str) -> tuple[Result, ...]:
    return tuple(found for piece in pieces.split(";") if (found := _result(piece.strip(" "))) is not None)


def _result(piece: str) -> Result | None:
    """`method=result` at the head, then reasons and properties (section 2.2); None where there is no such head, or a
    pass is followed by what is neither: a value was cut there, and nobody knows what of."""
    head = _HEAD.match(piece)
    if head is None:
        return None
    given = [_PROPERTY.fullmatch(token) for token in piece[head.end() :].split(" ") if token]
    if head[2] == "pass" and not all(given):
        return None
    return Result(head[1], head[2], tuple((found[1], found[2]) for found in given if found and "." in found[1]))


def _plain(value: bytes) -> str:
    """A field in lower case without comments and quotes; empty where it is over-long, or one of these never ends."""
    # The bytes in lower case, not the text: beyond ASCII there are letters whose small ones are ASCII.
    text = text_of(value.lower()) if len(value) <= _LONGEST else ""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        stop, piece = _piece(text, at)
        if stop < 0:
            return ""
        pieces.append(piece)
        at = stop
    # And no other space than the standard's: what another server saw as one name is one here.
    return _SPACE.sub(" ", "".join(pieces)).strip(" ").replace(" =", "=").replace("= ", "=")


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
