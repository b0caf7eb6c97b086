"""承诺: what a unit said on the phone that it would send, and by when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from cuibao.model import ObligationKey, Promise, Receipt, Respite
from cuibao.office import Office
from cuibao.policy.promises import holding, respite
from cuibao.times import day_of


def respites_by_promises(office: Office, as_of: datetime, units: Collection[str]) -> Mapping[ObligationKey, Respite]:
    """What of `units` is not chased for it on the day of `as_of`."""
    campaign, ledger = office.campaign.id, office.ledger
    given = ledger.agreements.promises(campaign, units)
    entries: dict[ObligationKey, tuple[Receipt, ...]] = {}
    for unit in {promise.obligation.unit for promise in given}:
        entries |= ledger.entries(campaign, unit)
    held = held_of(given, entries, as_of)
    found = {key: respite(promises, day_of(as_of)) for key, promises in held.items()}
    return {key: given for key, given in found.items() if given is not None}


def held_of(
    given: Iterable[Promise], entries: Mapping[ObligationKey, Sequence[Receipt]], as_of: datetime
) -> Mapping[ObligationKey, Sequence[Promise]]:
    """The promises that hold at `as_of` of each obligation of which some do, whether their day has passed or not."""
    by_key: dict[ObligationKey, list[Promise]] = {}
    for promise in given:
        by_key.setdefault(promise.obligation, []).append(promise)
    held = {key: holding(promises, entries.get(key, ()), as_of) for key, promises in by_key.items()}
    return {key: promises for key, promises in held.items() if promises}
