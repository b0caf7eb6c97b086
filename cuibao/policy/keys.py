"""The forms of the keys under which the ledger keeps what was received: 2024-03, about-2024-03, 2025-W41-2."""

import re
from collections.abc import Iterable, Mapping

from cuibao.model import Period
from cuibao.policy.moving import Item

_NUMBER = re.compile(r"\d+")


def form_of(key: str) -> str:
    """What all keys have in common that a rule makes of the calendar, whatever the dates."""
    return _NUMBER.sub("0", key)


def keys_by_form(periods: Iterable[Period]) -> Mapping[Item, Mapping[str, str]]:
    """A key of each form that `periods` have, by item and form."""
    found: dict[Item, dict[str, str]] = {}
    for period in periods:
        plan, requirement, key = period.identity
        found.setdefault((plan, requirement), {}).setdefault(form_of(key), key)
    return found
