"""A header block, and what its fields say: addresses, Message-IDs, parameters."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from cuibao.mailbox import grammar
from cuibao.mailbox.decoding import header_text, percent_decoded, text_of

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_ID = re.compile(r"<[^<>\s]+>")
_BETWEEN_IDS = re.compile(r"[\s<>,;\"]+")
_ADDRESS = re.compile(r"[^\s\0@<>(),:;\"\[\]\\]+@[^\s\0@<>(),;\"\\]+")
_ADDRESS_IN_TEXT = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SEGMENT = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>\d{1,3}))?(?P<encoded>\*)?")
_LINE = re.compile(rb"\r?\n")
_QUOTED_PAIR = re.compile(r'\\(["\\])')
# Beyond these nothing honest is.
_PARAMETERS_LENGTH = 8 * 1024
ADDRESSES_LENGTH = 4 * 1024
_READABLE_LENGTH = 8 * 1024
_IDS = 1_000
_ID_LENGTH = 998
_CONTROLS = dict.fromkeys(map(ord, "\0\r\n"))


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """One address with the name beside it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """A field such as Content-Type: its value in lower case, and its parameters as they are written (RFC 2045)."""

    value: str
    given: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The parameter as it is written, quotes and folds apart."""
        return next((value for key, value in self.given if key == name), "")

    def readable(self, name: str) -> str:
        """The parameter decoded, by RFC 2231 or, as many clients have it, by RFC 2047; the better of the two."""
        candidates = (_continued(self.given, name), header_text(_raw(self.get(name))))
        return better(percent_decoded(candidate.translate(_CONTROLS).strip()) for candidate in candidates)


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of a header block in their order, names in lower case, values as they came."""

    fields: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, block: bytes) -> "Headers":
        """Take a header block apart; a line that is none is passed over."""
        fields: list[tuple[str, list[bytes]]] = []
        for line in _LINE.split(block):
            if line[:1] in (b" ", b"\t") and fields:
                fields[-1][1].append(line)
            elif found := _FIELD.fullmatch(line):
                fields.append((found[1].decode("ascii").lower(), [found[2]]))
        return cls(tuple((name, b"\n".join(lines)) for name, lines in fields))

    def all(self, name: str) -> tuple[bytes, ...]:
        """Every field of that name, topmost first."""
        return tuple(value for key, value in self.fields if key == name)

    def raw(self, name: str) -> bytes:
        """The topmost field of that name; empty where there is none."""
        return next((value for key, value in self.fields if key == name), b"")

    def text(self, name: str) -> str:
        """The topmost field of that name, readable, on one line, as far as anybody would read it."""
        return " ".join(header_text(self.raw(name)[:_READABLE_LENGTH]).translate(_CONTROLS).split())

    def parameters(self, name: str) -> Parameters:
        """The topmost field of that name, with its parameters."""
        value, *given = grammar.pieces(text_of(unfolded(self.raw(name)[:_PARAMETERS_LENGTH])))
        pairs = (piece.partition("=") for piece in given)
        return Parameters(
            grammar.without_comments(value).strip().lower(),
            tuple((key.strip().lower(), _unquoted(written.strip())) for key, equals, written in pairs if equals),
        )

    @property
    def message_id(self) -> str:
        """The Message-ID with its angle brackets; empty where there is none."""
        return next(iter(ids_in(self.raw("message-id"))), "")

    @property
    def subject(self) -> str:
        """The subject, readable."""
        return self.text("subject")

    @property
    def senders(self) -> tuple[NamedAddress, ...]:
        """Everybody in From, in however many From fields, each once."""
        found = (mailbox for value in self.all("from") for mailbox in mailboxes(value))
        return tuple({mailbox.address: mailbox for mailbox in reversed(list(found))}.values())[::-1]

    @property
    def references(self) -> tuple[str, ...]:
        """The Message-IDs of In-Reply-To, then those of References from the last (the newest) on, each once."""
        answered = [found for value in self.all("in-reply-to") for found in ids_in(value)]
        thread = [found for value in self.all("references") for found in ids_in(value)]
        return tuple(dict.fromkeys([*answered, *reversed(thread)]))[:_IDS]


def ids_in(value: bytes) -> list[str]:
    """The Message-IDs in a field, in their order; what has no angle brackets gets them, what no line can hold (RFC
    5322 section 2.1.1) is left out."""
    text = text_of(unfolded(value))
    found = _ID.findall(text) or [f"<{bare}>" for bare in _BETWEEN_IDS.split(text) if "@" in bare.strip("@")]
    return [each for each in found if len(each) <= _ID_LENGTH]


def mailboxes(value: bytes) -> list[NamedAddress]:
    """The addresses in a field such as From (RFC 5322 section 3.4), in lower case; what is no address is left out."""
    text = text_of(unfolded(value[:ADDRESSES_LENGTH]))
    # A client may encode name and address in one word; only then is an address looked for within.
    return list(_mailboxes(text)) or list(_mailboxes(header_text(_raw(text))))


def addresses_in(text: str) -> list[str]:
    """Whatever looks like an address in running text, in lower case, each once."""
    return list(dict.fromkeys(found.strip(".-").lower() for found in _ADDRESS_IN_TEXT.findall(text)))


def better(names: Iterable[str]) -> str:
    """The first that was decoded without loss, else the first that says anything."""
    given = [name for name in names if name]
    return next((name for name in given if not set("\ufffd?") & set(name)), given[0] if given else "")


def unfolded(value: bytes) -> bytes:
    """A field's value on one line (RFC 5322 section 2.2.3)."""
    return _LINE.sub(b"", value).strip()


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _mailboxes(text: str) -> Iterator[NamedAddress]:
    for written in grammar.mailboxes(text):
        if address := _address(written.address):
            name = header_text(_raw(written.words.strip().strip("'\"")))
            yield NamedAddress(" ".join(name.translate(_CONTROLS).split()), address)


def _address(text: str) -> str:
    """The bare address in `text`, without a source route; empty where it is none."""
    bare = "".join(text.split()).rpartition(":")[2].strip("<>.").lower()
    return bare if _ADDRESS.fullmatch(bare) else ""


def _unquoted(written: str) -> str:
    if written[:1] != '"':
        return written
    inner = written[1:-1] if len(written) > 1 and written.endswith('"') else written[1:]
    # Only these two: a path such as C:\report.doc is written with plain backslashes.
    return _QUOTED_PAIR.sub(r"\1", inner)


def _continued(given: tuple[tuple[str, str], ...], name: str) -> str:
    """The parameter by RFC 2231: percent-encoded, in a charset, in numbered segments; empty where not so given."""
    segments: dict[int, tuple[bool, str]] = {}
    for key, value in given:
        found = _SEGMENT.fullmatch(key)
        if found and found["name"] == name and (found["number"] or found["encoded"]):
            segments.setdefault(int(found["number"] or 0), (bool(found["encoded"]), value))
    if not segments:
        return ""
    charset, encoded_at_all = "", False
    data: list[bytes] = []
    for _, (encoded, value) in sorted(segments.items()):
        if encoded and not data and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        encoded_at_all = encoded_at_all or encoded
        data.append(unquote_to_bytes(value) if encoded else _raw(value))
    joined = b"".join(data)
    return text_of(joined, charset) if encoded_at_all else header_text(joined)
