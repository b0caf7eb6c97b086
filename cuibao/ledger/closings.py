"""How a campaign ends: a person closes it, and the year-end report goes to the office once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from cuibao.ledger.book import Book
from cuibao.ledger.tables import campaigns, letters
from cuibao.model import LetterState

DELIVERED = tuple(state for state in LetterState if state.delivered)


@dataclass(frozen=True, slots=True)
class Closed:
    """When a campaign was closed, and by whom."""

    at: datetime
    by: str


class Closings(Book):
    """The end of a campaign."""

    def closing(self, campaign: str) -> Closed | None:
        """Who has closed the campaign; None where nobody has."""
        query = select(campaigns.c.closed_at, campaigns.c.closed_by).where(campaigns.c.id == campaign)
        with self.reading() as db:
            row = db.execute(query).first()
            return None if row is None or row.closed_at is None else Closed(row.closed_at, row.closed_by)

    def end(self, campaign: str, closing: Closed) -> bool:
        """Close the campaign, which was registered; False where it is closed already."""
        is_open = (campaigns.c.id == campaign, campaigns.c.closed_at.is_(None))
        with self.writing() as db:
            made = update(campaigns).where(*is_open).values(closed_at=closing.at, closed_by=closing.by)
            return db.execute(made).rowcount == 1

    def reported(self, campaign: str, mailbox: str) -> bool:
        """Whether the office has, or may have, the year-end report, which it never gets twice; or it was refused at the
        same `mailbox`, where a person has to see to that first."""
        query = select(letters.c.state, letters.c.recipients)
        query = query.join(campaigns, campaigns.c.final_letter == letters.c.id)
        with self.reading() as db:
            row = db.execute(query.where(campaigns.c.id == campaign, self.went())).first()
        refused = row is not None and row.state == LetterState.REFUSED and mailbox in row.recipients
        return row is not None and (row.state in DELIVERED or refused)
