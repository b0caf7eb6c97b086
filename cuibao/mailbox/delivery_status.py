"""What a delivery report says for machines: RFC 3464, and RFC 6533 where addresses are not ASCII."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cuibao.mailbox.body import Part
from cuibao.mailbox.decoding import text_of
from cuibao.mailbox.headers import Headers, ids_in
from cuibao.said import short_line

_LONGEST = 64 * 1024
_MOST = 100  # groups, and addresses of them all
_LONGEST_ADDRESS = 320
_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")
_ADDRESS = re.compile(r"(?<![^\s@<>(),;:\"\[\]\\])[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\]+")
_XTEXT = re.compile(rb"\+([0-9A-F]{2})")
_UNITEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
# Whatever else a server writes as what it did, such as "expired", it did not deliver.
_NOT_FAILED = frozenset(("delayed", "relayed", "delivered", "expanded", "deliverable"))


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """Whether something has `failed` for good, at which `addresses`, and the server's words for it; `ids` are the
    Message-IDs of the mail that it names."""

    failed: bool
    addresses: tuple[str, ...]
    ids: tuple[str, ...]
    detail: str


def status_in(leaves: tuple[Part, ...]) -> DeliveryStatus | None:
    """What the parts of a report say of recipients; None where none of them is about any."""
    for leaf in leaves:
        if _is_status(leaf):
            groups = _groups(leaf.data[:_LONGEST])
            recipients = [each for each in groups if each.raw("final-recipient") or each.raw("original-recipient")]
            if recipients:
                return _status([each for each in recipients if _has_failed(each)], groups)
    return None


def _is_status(leaf: Part) -> bool:
    """A gateway may have taken the type of the part, but not what it begins with (RFC 3464 section 2.2.2)."""
    if leaf.type.endswith("delivery-status"):
        return True
    if leaf.type not in ("text/plain", "application/octet-stream"):
        return False
    return leaf.body[:_LONGEST_ADDRESS].lstrip()[:14].lower() == b"reporting-mta:"


def _groups(data: bytes) -> list[Headers]:
    """The groups of fields, the first about the report and each other about one recipient (section 2.1); of several
    recipients in one group, each with a group of its own."""
    return [group for block in _BLANK_LINE.split(data)[:_MOST] for group in _parted(Headers.of(block.strip()))]


def _parted(block: Headers) -> Iterator[Headers]:
    fields: list[tuple[str, bytes]] = []
    for name, value in block.fields:
        if name == "final-recipient" and name in dict(fields):
            yield Headers(tuple(fields))
            fields = []
        fields.append((name, value))
    yield Headers(tuple(fields))


def _has_failed(recipient: Headers) -> bool:
    status = recipient.text("status")
    action = next(iter(re.findall(r"[a-z-]+", recipient.text("action")[:80].lower())), "")
    if action in _NOT_FAILED:
        return False
    return action == "failed" or status.startswith("5") or (bool(action) and not status.startswith(("2", "4")))


def _status(failed: list[Headers], groups: list[Headers]) -> DeliveryStatus:
    named = (address for recipient in failed for address in _addresses(recipient))
    ids = (
        found
        for group in groups
        for name, value in group.fields
        if name.endswith("message-id")
        for found in ids_in(value)
    )
    words = (words for each in failed for field in ("diagnostic-code", "status") if (words := each.text(field)))
    return DeliveryStatus(
        bool(failed),
        tuple(dict.fromkeys(named))[:_MOST],
        tuple(dict.fromkeys(ids))[:_MOST],
        short_line(next(words, "")[:_LONGEST_ADDRESS]),
    )


def _addresses(recipient: Headers) -> Iterator[str]:
    """The recipient's addresses, what we wrote to first: a forwarding server reports on an address that we never heard
    of."""
    for field in ("original-recipient", "final-recipient"):
        kind, _, value = recipient.text(field)[:_LONGEST_ADDRESS].rpartition(";")
        plains = (_from_unitext(value),) if "utf-8" in kind.lower() else (value, _from_xtext(value))
        for plain in dict.fromkeys(plains):
            yield from (found.strip(".-").lower() for found in _ADDRESS.findall(plain))


def _from_xtext(value: str) -> str:
    """`value` without the encoding of RFC 3461 section 4, which some servers leave in place."""
    data = _XTEXT.sub(lambda found: bytes([int(found[1], 16)]), value.encode("utf-8", "replace"))
    return text_of(data)


def _from_unitext(value: str) -> str:
    """`value` without the encoding of RFC 6533 section 3."""
    return _UNITEXT.sub(lambda found: _character(int(found[1], 16)), value)


def _character(number: int) -> str:
    return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else ""
