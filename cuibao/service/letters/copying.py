"""抄送: whether a unit's leader may get a copy of what is under 督办."""

from cuibao.model import Copies, Unit
from cuibao.office import Office
from cuibao.service.letters.beginning import beginning


class Copying:
    """Whether leaders are copied by themselves, or once a person has approved of a unit's first."""

    def __init__(self, office: Office) -> None:
        begun = beginning(office)
        self._how = (begun.copies if begun else None) or office.campaign.policy.copies

    def allowed(self, unit: Unit) -> bool:
        """Whether the leader of `unit` may get a copy."""
        return self._how is Copies.AUTO
