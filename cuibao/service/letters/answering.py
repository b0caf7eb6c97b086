"""来信待核: what lies in the mailbox and may be the report."""

from collections.abc import Collection, Mapping
from datetime import datetime

from cuibao.model import ObligationKey, Respite
from cuibao.office import Office


def respites_by_mails(office: Office, as_of: datetime, units: Collection[str]) -> Mapping[ObligationKey, Respite]:
    """What of `units` is not chased for it on the day of `as_of`."""
    return {}
