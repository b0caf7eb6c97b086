"""The ledger (台账): every fact of a campaign, in SQLite or any database SQLAlchemy reaches."""

from cuibao.ledger.closings import Closed
from cuibao.ledger.copies import CopyAsked
from cuibao.ledger.events import KeptEvent
from cuibao.ledger.leases import (
    Account,
    Departure,
    Ending,
    Hold,
    Lease,
    Leased,
    Leases,
    Look,
    Quota,
    Taken,
    letter_name,
)
from cuibao.ledger.ledger import FiledLetter, Filing, KeptCampaign, Ledger, PhaseMark, WrittenLetter
from cuibao.ledger.mails import Answer, BadAddress, Consequences, Decision, Mails, ReadMail, StoredFile
from cuibao.ledger.mornings import Question, Toll
from cuibao.ledger.pending import Mark, PastLetter, Pending
from cuibao.ledger.probes import Learned, Probe, Probes

__all__ = [
    "Account",
    "Answer",
    "BadAddress",
    "Closed",
    "Consequences",
    "CopyAsked",
    "Decision",
    "Departure",
    "Ending",
    "FiledLetter",
    "Filing",
    "Hold",
    "KeptCampaign",
    "KeptEvent",
    "Learned",
    "Lease",
    "Leased",
    "Leases",
    "Ledger",
    "Look",
    "Mails",
    "Mark",
    "PastLetter",
    "Pending",
    "PhaseMark",
    "Probe",
    "Probes",
    "Question",
    "Quota",
    "ReadMail",
    "StoredFile",
    "Taken",
    "Toll",
    "WrittenLetter",
    "letter_name",
]
