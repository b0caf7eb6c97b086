"""What was exported and mailed to the office itself: that it went, or may have. Its files are in the home."""

from datetime import datetime

from sqlalchemy import insert

from cuibao.ledger.book import Book
from cuibao.ledger.tables import exports
from cuibao.model import LetterState, Message


class Exports(Book):
    """The exports that went, or were to go, by mail."""

    def file(self, campaign: str, message: Message, at: datetime) -> int:
        """Note an export before it goes; its row."""
        written = {"message_id": message.message_id, "subject": message.subject, "recipients": list(message.recipients)}
        standing = {"state": LetterState.WAITING, "attempts": 0, "detail": "", "written_at": at}
        with self.writing() as db:
            row = db.execute(insert(exports).values(campaign=campaign, **written, **standing)).inserted_primary_key
            assert row is not None
            return int(row[0])
