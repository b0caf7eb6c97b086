"""The ledger (台账): every fact of a campaign, in SQLite or any database SQLAlchemy reaches."""

from cuibao.ledger.book import Claim
from cuibao.ledger.ledger import FiledLetter, Filing, Ledger, Mark, PhaseMark, WrittenLetter
from cuibao.ledger.mails import Answer, BadAddress, Consequences, Decision, Post, ReadMail, StoredFile

__all__ = [
    "Answer",
    "BadAddress",
    "Claim",
    "Consequences",
    "Decision",
    "FiledLetter",
    "Filing",
    "Ledger",
    "Mark",
    "PhaseMark",
    "Post",
    "ReadMail",
    "StoredFile",
    "WrittenLetter",
]
