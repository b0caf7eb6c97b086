"""承诺: what a unit said on the phone that it would send, and by when."""

from collections.abc import Collection, Mapping
from datetime import datetime

from cuibao.model import ObligationKey, Respite
from cuibao.office import Office


def respites_by_promises(office: Office, as_of: datetime, units: Collection[str]) -> Mapping[ObligationKey, Respite]:
    """What of `units` is not chased for it on the day of `as_of`."""
    return {}
