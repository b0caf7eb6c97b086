"""How the obligations of the campaign stand, by what was entered."""

from collections.abc import Mapping
from datetime import datetime

from cuibao.model import ObligationKey, Period, Standing
from cuibao.office import Office
from cuibao.policy.standing import standing


def standings(
    office: Office, unit: str | None = None, *, as_of: datetime | None = None
) -> Mapping[ObligationKey, Standing]:
    """The standing of each obligation with an entry, of the campaign or of one unit, now or at `as_of`."""
    entries = office.ledger.entries(office.campaign.id, unit)
    return {key: standing(found, as_of) for key, found in entries.items()}


def settled(office: Office, period: Period) -> frozenset[str]:
    """The ids of the units that owe nothing more of `period`, by all that was entered."""
    found = office.ledger.unsettled(office.campaign.id, period.identity)
    judged = {key.unit for key, entries in found.entries.items() if standing(entries).settled}
    return frozenset(judged.union(found.came.get(period.identity, ())))


def reported(office: Office, period: Period) -> frozenset[str]:
    """The ids of the units whose report of `period` came in, also of those that it was sent back to."""
    found = office.ledger.entries(office.campaign.id, item=period.identity)
    return frozenset(key.unit for key, entries in found.items() if standing(entries).first_at)
