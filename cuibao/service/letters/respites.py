"""What is not chased for a while, and why: a mail about it waits, its unit promised it, or the office paused."""

from collections.abc import Collection, Mapping
from datetime import datetime

from cuibao.model import ObligationKey, Respite
from cuibao.office import Office
from cuibao.service.letters.answering import respites_by_mails
from cuibao.service.letters.pausing import respites_by_pauses
from cuibao.service.letters.promising import respites_by_promises


def respites(office: Office, as_of: datetime, units: Collection[str]) -> Mapping[ObligationKey, Respite]:
    """Why each obligation of `units` is not chased on the day of `as_of`; a pause comes before a mail, a mail before a
    promise."""
    by = (respites_by_promises, respites_by_mails, respites_by_pauses)
    return {key: respite for found in by for key, respite in found(office, as_of, units).items()}
