"""What an obligation's entries come to: the log is only added to, so the last word counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cuibao.model import NOTHING_ENTERED, Entry, Receipt, Standing


def counting(entries: Sequence[Receipt], as_of: datetime | None = None) -> tuple[Receipt, ...]:
    """The `entries` that were not withdrawn, in their order; with `as_of` only those of that moment or before.

    A withdrawal says that its entry was a mistake: it never was, whatever moment is looked at.
    """
    withdrawn = {entry.withdraws for entry in entries if entry.entry is Entry.WITHDRAWN}
    return tuple(
        entry
        for entry in entries
        if entry.entry is not Entry.WITHDRAWN
        and entry.seq not in withdrawn
        and (as_of is None or entry.received_at <= as_of)
    )


def standing(entries: Sequence[Receipt], as_of: datetime | None = None) -> Standing:
    """Where an obligation with these `entries` stands, by what was so at `as_of`, or by all of them."""
    found = replace(NOTHING_ENTERED, count=len(entries))
    for entry in counting(entries, as_of):
        found = _after(found, entry)
    return found


def _after(before: Standing, entry: Receipt) -> Standing:
    return RULES[entry.entry](before, entry)


def _arrived(before: Standing, entry: Receipt) -> Standing:
    first = min(before.first_at, entry.received_at) if before.first_at else entry.received_at
    return replace(before, first_at=first, received=True, nil=entry.entry is Entry.NIL, returned=None, exempt=False)


def _returned(before: Standing, entry: Receipt) -> Standing:
    return replace(before, received=False, nil=False, returned=entry, exempt=False, rearmed=entry)


def _extended(before: Standing, entry: Receipt) -> Standing:
    return replace(before, due=entry.due, rearmed=entry)


def _exempted(before: Standing, entry: Receipt) -> Standing:
    return replace(before, exempt=True)


# A kind that stands here under no rule must not pass for another: it is a KeyError. A withdrawal never counts itself.
RULES: Mapping[Entry, Callable[[Standing, Receipt], Standing]] = {
    Entry.RECEIVED: _arrived,
    Entry.NIL: _arrived,
    Entry.RETURNED: _returned,
    Entry.EXTENDED: _extended,
    Entry.EXEMPTED: _exempted,
}
