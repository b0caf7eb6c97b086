"""What a service needs of the office that calls it: `cuibao.office` puts it together; services never reach up."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # named here only: a command that needs no ledger does not load SQLAlchemy
    from cuibao.evidence import EvidenceFolder
    from cuibao.ledger import Claim, Ledger
    from cuibao.mailbox import Mailbox
    from cuibao.mailer import Carrier
    from cuibao.model import Campaign
    from cuibao.policy.schedule import Schedule
    from cuibao.rendering import Templates


class Office(Protocol):
    """One campaign's office: its schedule, its ledger, its letters and what carries them."""

    @property
    def campaign(self) -> "Campaign":
        """The campaign at work."""

    @property
    def schedule(self) -> "Schedule":
        """The campaign laid out in time."""

    @property
    def contacts_folder(self) -> Path:
        """Where units.yaml and groups.yaml are."""

    @property
    def ledger(self) -> "Ledger":
        """The open ledger."""

    @property
    def templates(self) -> "Templates":
        """The office's letters."""

    @property
    def carrier(self) -> "Carrier":
        """What carries letters."""

    @property
    def mailbox(self) -> "Mailbox":
        """The office's mailbox; raises SettingError where none is set."""

    @property
    def evidence(self) -> "EvidenceFolder":
        """Where what came by mail is kept."""

    @property
    def daily_cap(self) -> int | None:
        """How many letters may go out in a day."""

    @property
    def reaches_outside(self) -> bool:
        """Whether letters go to a mail server."""

    @property
    def stopped_clock(self) -> datetime | None:
        """The moment at which the office's clock was stopped, if it was."""

    def now(self) -> datetime:
        """The office's clock."""

    def claim(self) -> "Claim":
        """A lease on a letter in this process's name."""

    def gone(self, holder: str | None) -> bool:
        """Whether the process that holds a letter is known to be dead."""
