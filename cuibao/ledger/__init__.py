"""The ledger (台账): every fact of a campaign, in SQLite or any database SQLAlchemy reaches."""

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
from cuibao.ledger.ledger import FiledLetter, Filing, Ledger, Mark, PhaseMark, WrittenLetter
from cuibao.ledger.mails import Answer, BadAddress, Consequences, Decision, Mails, ReadMail, StoredFile

__all__ = [
    "Account",
    "Answer",
    "BadAddress",
    "Consequences",
    "Decision",
    "Departure",
    "Ending",
    "FiledLetter",
    "Filing",
    "Hold",
    "Lease",
    "Leased",
    "Leases",
    "Ledger",
    "Look",
    "Mails",
    "Mark",
    "PhaseMark",
    "Quota",
    "ReadMail",
    "StoredFile",
    "Taken",
    "WrittenLetter",
    "letter_name",
]
