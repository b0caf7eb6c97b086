"""Base64 as mails hold it (RFC 2045 section 6.8): with junk in it, cut anywhere, padded in the middle."""

import binascii
import re
from collections.abc import Iterator

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_JUNK = bytes(set(range(256)) - set(_ALPHABET + b"="))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_PADDING = re.compile(rb"=[=\s]*")
# What a gateway writes below a file is text, with blanks and punctuation between its words.
_WORDS = re.compile(rb"[^\sA-Za-z0-9+/=!*#~^|]|\S[ \t]+\S")
_DASHES = re.compile(rb"(?:\A|\n)(?:--|__)")
_LETTER = re.compile(rb"[A-Za-z0-9+/]")


def alone(data: bytes) -> bytes:
    """`data` without what is neither base64 nor its padding."""
    return data.translate(None, _JUNK)


def decoded(data: bytes) -> bytes:
    """What `data` holds: all of it, also where it was encoded in pieces that are padded each; a broken end is dropped.

    What follows the padding and reads as words is none of it.
    """
    data = _in_one_alphabet(data)
    padded = _PADDING.search(data)
    if padded is None or not _LETTER.search(data, padded.end()):
        return _piece(alone(data[: padded.start()] if padded else data))
    words = _WORDS.search(data, padded.end())
    end = max(padded.end(), data.rfind(b"\n", 0, words.start() + 1)) if words else len(data)
    return b"".join(_pieces(alone(data[:end])))


def _pieces(data: bytes) -> Iterator[bytes]:
    """Each padded piece decoded. A padding where no group has begun, or after a single character, is junk."""
    carried = b""
    for piece in data.split(b"="):
        group = carried + piece
        whole = len(group) - (len(group) % 4 == 1)
        yield _piece(group[:whole])
        carried = group[whole:]


def _piece(data: bytes) -> bytes:
    usable = data[: len(data) - (len(data) % 4 == 1)]
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))


def _in_one_alphabet(data: bytes) -> bytes:
    """`data` in the usual alphabet where it is in that of RFC 4648 section 5, and in no other."""
    if b"+" in data or b"/" in data or not (b"-" in data or b"_" in data) or _DASHES.search(data):
        return data
    return data.translate(_URL_SAFE)
