"""The ledger (台账): every fact of a campaign, in SQLite or any database SQLAlchemy reaches."""

from cuibao.ledger.book import Lease
from cuibao.ledger.ledger import FiledLetter, Filing, Ledger, Mark, PhaseMark, WrittenLetter
from cuibao.ledger.mails import Answer, BadAddress, Consequences, Decision, Mails, ReadMail, StoredFile

__all__ = [
    "Answer",
    "BadAddress",
    "Consequences",
    "Decision",
    "FiledLetter",
    "Filing",
    "Lease",
    "Ledger",
    "Mails",
    "Mark",
    "PhaseMark",
    "ReadMail",
    "StoredFile",
    "WrittenLetter",
]
