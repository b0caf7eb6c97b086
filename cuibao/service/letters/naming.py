"""What a morning's letter is called: for mail programs its Message-ID, for people its code."""

from collections.abc import Iterable
from datetime import date

from cuibao import ids
from cuibao.model import Obligation, Unit
from cuibao.office import Office
from cuibao.policy.codes import codes_for
from cuibao.policy.joining import about


def message_id(office: Office, key: str, addressee: str, day: date, revision: int) -> str:
    """The Message-ID of a morning's letter: the same whoever writes it and however often, and another one after its
    morning was taken back, which happened `revision` times: the first may have left."""
    domain = office.carrier.sender.partition("@")[2]
    return ids.message_id(key, office.campaign.id, domain, "letter", addressee, day.isoformat(), str(revision))


class Codebook:
    """The codes of the letters of one morning, of a `day` and a `revision`: no letter of the campaign has that of
    another, though its day was taken back or its unit's number was another's an hour ago. Reads the ledger once."""

    def __init__(self, office: Office, day: date, revision: int) -> None:
        self._campaign = office.campaign
        self._day = day
        self._revision = revision
        self._owners = dict(office.ledger.codes(office.campaign.id, day))

    def code_of(self, unit: Unit, told: Iterable[Obligation]) -> str:
        """The code of the unit's letter, which tells it these: that of their campaign, or of the first of several; the
        same however often it is asked for."""
        mine = (unit.id, self._revision)
        reference = about(self._campaign, [each.period.plan for each in told]).references[0]
        codes = codes_for(reference, self._day, unit.no)
        return next(code for code in codes if self._owners.setdefault(code, mine) == mine)
