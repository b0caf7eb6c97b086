"""The ledger (台账): every fact of a campaign, in SQLite or any database SQLAlchemy reaches."""

from cuibao.ledger.ledger import Claim, FiledLetter, Filing, Ledger, Mark, PhaseMark

__all__ = ["Claim", "FiledLetter", "Filing", "Ledger", "Mark", "PhaseMark"]
