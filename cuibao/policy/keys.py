"""The forms of the keys under which the ledger keeps what was received: 2024-03, about-2024-03, 2025-W41-2."""

import re
from collections.abc import Collection, Iterable, Mapping

from cuibao.model import Every, Period, Requirement
from cuibao.policy.moving import Item

# But for the number of a weekday behind its week: another weekday is another report.
_NUMBER = re.compile(r"(?<!W\d\d-)\d+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def form_of(key: str) -> str:
    """What all keys have in common that a rule makes of the calendar, whatever the dates."""
    return _NUMBER.sub("0", key)


def is_lost(key: str, requirement: Requirement, made: Mapping[str, str], keys: Collection[str]) -> bool:
    """Whether the ledger's `key` is none that the item's rule can make: of another form than those `made`, or of a list
    of dates one that is not among its `keys`."""
    if form_of(key) not in made:
        return True
    return requirement.rule.every is Every.LIST and _DATE.fullmatch(key) is not None and key not in keys


def keys_by_form(periods: Iterable[Period]) -> Mapping[Item, Mapping[str, str]]:
    """A key of each form that `periods` have, by item and form."""
    found: dict[Item, dict[str, str]] = {}
    for period in periods:
        plan, requirement, key = period.identity
        found.setdefault((plan, requirement), {}).setdefault(form_of(key), key)
    return found


def keys_of(periods: Iterable[Period]) -> Mapping[Item, frozenset[str]]:
    """All keys of `periods`, by item."""
    found: dict[Item, set[str]] = {}
    for period in periods:
        plan, requirement, key = period.identity
        found.setdefault((plan, requirement), set()).add(key)
    return {item: frozenset(keys) for item, keys in found.items()}
