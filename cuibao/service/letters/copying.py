"""抄送: whether a unit's leader may get a copy of what is under 督办."""

from cuibao.model import Copies, CopyDecision, Unit
from cuibao.office import Office
from cuibao.service.letters.beginning import beginning


class Copying:
    """Whether leaders are copied by themselves, or once a person has approved of a unit's first. Whose leader a person
    has declined to copy is copied in neither way."""

    def __init__(self, office: Office) -> None:
        ledger, begun = office.ledger.copies, [(each, beginning(office, each)) for each in office.campaign.each]
        ways = {(found.copies if found else None) or each.policy.copies for each, found in begun}
        self._how = Copies.ASK if Copies.ASK in ways else Copies.AUTO
        self._asked = ledger.asked(office.campaign.id)
        # Theirs is no first copy.
        self._copied = ledger.copied(office.campaign.id) if self._how is Copies.ASK else frozenset()

    def allowed(self, unit: Unit) -> bool:
        """Whether the leader of `unit` may get a copy."""
        asked = self._asked.get(unit.id)
        if asked is not None and asked.decision is not None:
            return asked.decision is CopyDecision.APPROVED
        return self._how is Copies.AUTO or unit.id in self._copied

    def asks(self, unit: Unit) -> bool:
        """Whether a person is to be asked about the leader of `unit`."""
        return not self.allowed(unit) and unit.id not in self._asked
