"""How the fields of a header are written: pieces, quotes, comments, angle brackets. Each text is gone through once.

Clients write them wrongly in many ways: what opens and is never closed is a character as any other.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

# A quote that can end a piece: not escaped, and nothing but blanks between it and the next semicolon.
_CLOSING = re.compile(r'(?<!\\)(?:\\\\)*"(?=\s*(?:;|\Z))')
_MARK = re.compile(r';|=\s*"')
_COMMENTS = re.compile(r"\\.|[()\\]|[^()\\]+", re.DOTALL)
_TOKEN = re.compile(r"""=\?[^?\s]{1,40}\?[BbQq]\?[^?]*\?=|<[^<>]*>|\\.|[^\\"()<,;:=]+|.""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_IN_BARE = {"quoted": "\0", "comment": " "}


@dataclass(frozen=True, slots=True)
class AsWritten:
    """One address as it is written, with the `words` before it, of which `unquoted` are not in quotes.

    In an address without angle brackets quoted text is a NUL and a comment a blank.
    """

    words: str
    unquoted: str
    address: str


def pieces(text: str) -> list[str]:
    """What stands between semicolons outside of quotes. A quote ends only where a piece can end: clients write names
    with quotes in them as they are."""
    closing = [found.end() for found in _CLOSING.finditer(text)]
    found: list[str] = []
    begun = at = 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        if mark[0] == ";":
            found.append(text[begun : mark.start()])
            begun = at
        elif (number := bisect_left(closing, at + 1)) < len(closing):
            at = closing[number]
    return [*found, text[begun:]]


def without_comments(text: str) -> str:
    """`text` without its comments, which nest (RFC 5322 section 3.2.2); one that is never closed goes to the end."""
    kept: list[str] = []
    depth = 0
    for token in _COMMENTS.findall(text):
        if token == "(" or (token == ")" and depth):
            depth += 1 if token == "(" else -1
        elif not depth:
            kept.append(token)
    return "".join(kept)


def mailboxes(text: str) -> Iterator[AsWritten]:
    """The addresses in a list of them (RFC 5322 section 3.4), and whatever stands in the place of one."""
    words: list[str] = []
    bare: list[str] = []
    bracketed = False
    for kind, token in (*_tokens(text), ("end", "")):
        if kind == "angle":
            yield AsWritten("".join(words), "".join(bare), token)
            words, bare, bracketed = [], [], True
        elif kind == "end":
            rest = "".join(bare)
            if not bracketed or rest.strip():
                yield AsWritten("", "", rest)
            words, bare, bracketed = [], [], False
        elif kind == "group":
            words, bare = [], []
        else:
            words.append("" if kind == "comment" else token)
            bare.append(_IN_BARE.get(kind, token))


def has_group(text: str) -> bool:
    """Whether `text` names a group of addresses, or a colon stands where that of one would."""
    return any(kind == "group" for kind, _ in _tokens(text))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """What `text` is made of, each with its kind: word, quoted, comment, angle, group (a colon), end of an address."""
    at = 0
    never_closed: set[str] = set()
    while at < len(text):
        opening = text[at]
        stop = -1
        if opening in '"(' and opening not in never_closed:
            stop = _end(text, at)
            never_closed |= {opening} if stop < 0 else set()
        if stop >= 0:
            inner = text[at + 1 : stop - 1]
            yield ("quoted", _ESCAPED.sub(r"\1", inner)) if opening == '"' else ("comment", " ")
            at = stop
            continue
        token = _TOKEN.match(text, at)
        assert token is not None
        at = token.end()
        yield _kind(token[0]), token[0][1:-1] if _kind(token[0]) == "angle" else token[0]


def _kind(token: str) -> str:
    if token[0] == "<" and len(token) > 1:
        return "angle"
    return "end" if token in (",", ";") else "group" if token == ":" else "word"


def _end(text: str, at: int) -> int:
    """Where the quoted string or the comment that opens at `at` has ended; -1 where it never does."""
    if text[at] == '"':
        found = _QUOTED.match(text, at)
        return found.end() if found else -1
    depth = 0
    for token in _COMMENTS.finditer(text, at):
        if token[0] in ("(", ")"):
            depth += 1 if token[0] == "(" else -1
            if not depth:
                return token.end()
    return -1
