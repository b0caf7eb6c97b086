"""From bytes to text, as mail from Chinese clients needs it: what a mail says of its charset is a hint, no more."""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import unquote_to_bytes

from cuibao.mailbox import base64

# GB 18030 contains GBK, which contains GB 2312: whoever declares the smaller writes characters of the larger.
_GB = frozenset(
    ("gb2312", "gbk", "gb18030", "gb_2312-80", "gb2312-80", "x-gbk", "cp936", "ms936", "936", "euc-cn", "chinese")
)
_SAYS_NOTHING = frozenset(
    ("", "ascii", "us-ascii", "default", "unknown", "unknown-8bit", "x-unknown", "8bit", "binary")
)
_WESTERN = frozenset(("iso8859-1", "iso8859-15", "cp1252", "latin-1"))
# Python's codecs that are no charsets, or would make something else of plain text.
_NO_CHARSETS = frozenset(("unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "mbcs", "oem"))
# RFC 2047 section 2, but with spaces in the text, which some clients leave there.
_WORD = re.compile(rb"=\?([^?\s]{1,40})\?([BbQq])\?([^?]*)\?=")
_FOLD = re.compile(rb"\r?\n[ \t]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_EASTERN = "\u2000"
_PERCENT = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UU = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_UU_END = re.compile(rb"^end\b", re.MULTILINE)

# What no western text has, if bytes of one are taken for Latin-1: what is undefined in every charset that is called so,
# a sign between two letters, two signs together, a capital within a word, a word of accented letters alone, digits
# between such letters.
_HIGH = "À-ÖØ-öø-ÿ\x8a\x8c\x8e\x9a\x9c\x9e\x9f"
_SIGN = "\x80\x82-\x85\x8b\x93-\x97\x99\x9b¡-©«¬®-³µ¶¸¹»-¿×÷"
_UNLIKELY = re.compile(
    rf"[\x81\x83\x86-\x89\x8d\x8f\x90\x98\x9d]|[A-Za-z{_HIGH}][{_SIGN}][A-Za-z{_HIGH}]|[{_SIGN}]{{2}}"
    rf"|[ß-öø-ÿ][A-ZÀ-ÖØ-Þ]|[a-z][À-ÖØ-Þ]|(?<![A-Za-z{_HIGH}])[{_HIGH}]{{2,}}(?![A-Za-z{_HIGH}])"
    r"|[\x81-\xfe]\d[\x81-\xfe]\d"
)
# Two Chinese characters' bytes at the end of a Latin word: CT室, but not coração.
_UNLIKELY_END = re.compile(rf"[A-Za-z][{_HIGH}]{{2,}}(?![A-Za-z{_HIGH}])|(?<![A-Za-z{_HIGH}])[{_HIGH}]{{2,}}[A-Za-z]")


def text_of(data: bytes, charset: str = "") -> str:
    """`data` as text in `charset` if that can be true, else in what it looks like. Never raises."""
    name = charset.strip().strip("\"'").lower().partition("*")[0]
    if data.isascii() and b"\x1b" not in data and b"~{" not in data and name != "utf-7":
        return data.decode("ascii")
    if name in _SAYS_NOTHING:
        return _looks_like(data)
    if name in _GB:
        return _as_utf8(data) or _strictly(data, "gb18030") or _looks_like(data)
    codec = _codec(name)
    if codec in _WESTERN:
        return _as_utf8(data) or _eastern(data) or data.decode(codec, "replace")
    return (_strictly(data, codec) if codec else "") or _looks_like(data)


def header_text(raw: bytes) -> str:
    """A header's value, unfolded, with its encoded-words (RFC 2047) and its raw 8-bit text made readable."""
    raw = _FOLD.sub(b" ", raw)
    pieces: list[str] = []
    end = 0
    for words, start, stop in _words(raw):
        between = raw[end:start]
        if between.strip() or not end:
            pieces.append(text_of(between))
        pieces.append(words)
        end = stop
    pieces.append(text_of(raw[end:]))
    return "".join(pieces).strip()


def percent_decoded(name: str) -> str:
    """A file's name that some clients write as a part of a URL, decoded if all of it can be one and holds Chinese."""
    if "%" not in name or not name.isascii() or not _PERCENT.fullmatch(name):
        return name
    data = unquote_to_bytes(name)
    text = _strictly(data, "utf-8") or _as_gb(data)
    return name if text.isascii() or _CONTROL.search(text) else text


def quoted_printable_of(data: bytes) -> bytes:
    """What quoted-printable `data` holds; what is none stays as it is."""
    return quopri.decodestring(data)


def uuencoded(data: bytes) -> bytes:
    """What uuencoded `data` holds; lines that are none are dropped."""
    begun = _UU.search(data)
    ended = _UU_END.search(data, begun.end()) if begun else None
    return b"".join(_uu_lines(data[begun.end() if begun else 0 : ended.start() if ended else len(data)]))


def _uu_lines(data: bytes) -> Iterator[bytes]:
    for line in data.splitlines():
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            continue


def _words(raw: bytes) -> Iterator[tuple[str, int, int]]:
    """Runs of encoded-words and where they stand. Neighbours of one charset are decoded together, because clients cut
    them by the byte, in the middle of a character."""
    found = list(_WORD.finditer(raw))
    run = 0
    runs = []
    for number, word in enumerate(found):
        before = found[number - 1] if number else None
        if before is None or word[1].lower() != before[1].lower() or raw[before.end() : word.start()].strip():
            run += 1
        runs.append((run, word))
    for _, members in groupby(runs, key=lambda member: member[0]):
        words = [word for _, word in members]
        data = b"".join(_word_bytes(words))
        yield text_of(data, words[0][1].decode("ascii", "replace")), words[0].start(), words[-1].end()


def _word_bytes(words: list[re.Match[bytes]]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    for word in words:
        if word[2] in b"Bb":
            # Some cut the base64 itself: an incomplete group goes on in the next word.
            waiting.append(base64.alone(word[3]))
        else:
            yield base64.decoded(b"".join(waiting))
            waiting = []
            yield quopri.decodestring(word[3].replace(b"_", b" "), header=False)
    yield base64.decoded(b"".join(waiting))


def _codec(name: str) -> str:
    """Python's name for the charset; empty where it knows none."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return "" if found.name.replace("_", "-") in _NO_CHARSETS else found.name


def _strictly(data: bytes, codec: str) -> str:
    try:
        text = data.decode(codec)
    except (LookupError, ValueError):  # a codec such as base64 is there, and makes no text
        return ""
    return "" if _LONE_SURROGATE.search(text) else text


def _eastern(data: bytes) -> str:
    """`data`, which is called western, as GB 18030 if it is that and no likely western text; else empty."""
    text = _strictly(data, "gb18030")
    if not text:
        return ""
    western = data.decode("latin-1").replace("\xa0", " ")
    if _UNLIKELY.search(western) or (_UNLIKELY_END.search(western) and _strictly(data, "gb2312")):
        return text
    return ""


def _as_utf8(data: bytes) -> str:
    """`data` as UTF-8 if it surely is: two GBK characters can pass for two Greek ones, hardly for Chinese ones."""
    text = _strictly(_whole_characters(data), "utf-8")
    return text if any(char >= _FIRST_EASTERN for char in text) and not _mixed(text) else ""


def _as_gb(data: bytes) -> str:
    """`data` as GB 18030 if all that is not ASCII in it is eastern; else empty."""
    text = _strictly(data, "gb18030")
    return "" if _mixed(text) else text


def _mixed(text: str) -> bool:
    return any("\x80" <= char < _FIRST_EASTERN and char not in "\xa0·×÷°±§" for char in text)


def _looks_like(data: bytes) -> str:
    return (
        _as_utf8(data)
        or _strictly(data, "gb18030")
        or _strictly(data, "utf-8")
        or _likelier(data.decode("utf-8", "replace"), data.decode("gb18030", "replace"))
    )


def _likelier(one: str, other: str) -> str:
    return one if one.count("\ufffd") <= other.count("\ufffd") else other


def _whole_characters(data: bytes) -> bytes:
    """`data` without the first bytes of a character that was cut off at its end."""
    for length in (1, 2, 3):
        lead = data[-length:][:1]
        if lead >= b"\xc0":
            needed = 2 if lead < b"\xe0" else 3 if lead < b"\xf0" else 4
            return data[:-length] if needed > length else data
        if lead < b"\x80":
            break
    return data
