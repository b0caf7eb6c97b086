"""抄送批准: the units whose leaders are to get a first copy, and what a person decided about each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, insert, select, update

from cuibao.ledger.book import Book
from cuibao.ledger.tables import copies, letters
from cuibao.model import CopyDecision, LetterState

DELIVERED = tuple(state for state in LetterState if state.delivered)


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """That a unit's leader would get a first copy, and since when; `decision` is None while nobody has decided."""

    asked_at: datetime
    decision: CopyDecision | None


class Approvals(Book):
    """Which leaders may get copies."""

    def asked(self, campaign: str) -> Mapping[str, CopyAsked]:
        """What was asked, by unit, in the order of the asking."""
        query = select(copies).where(copies.c.campaign == campaign).order_by(copies.c.id)
        with self.reading() as db:
            return {
                row["unit"]: CopyAsked(row["asked_at"], CopyDecision(row["decision"]) if row["decision"] else None)
                for row in db.execute(query).mappings()
            }

    def copied(self, campaign: str) -> frozenset[str]:
        """The units whose leaders have had a copy."""
        went = and_(letters.c.campaign == campaign, letters.c.copied, letters.c.state.in_(DELIVERED), self.counts())
        with self.reading() as db:
            return frozenset(db.scalars(select(letters.c.addressee).where(went).distinct()))

    def decide(self, campaign: str, units: Collection[str], decision: CopyDecision, by: str, at: datetime) -> None:
        """Write what was decided about `units`, which were asked about; it takes the place of what was before."""
        asked = and_(copies.c.campaign == campaign, copies.c.unit.in_(units))
        with self.writing() as db:
            db.execute(update(copies).where(asked).values(decision=decision, decided_by=by, decided_at=at))


def ask(db: Connection, campaign: str, units: Collection[str], at: datetime) -> None:
    """Ask about each of `units` that was not asked about before. Who files a unit's letter holds it: nobody else asks
    about the unit now."""
    if not units:
        return
    known = set(db.scalars(select(copies.c.unit).where(copies.c.campaign == campaign, copies.c.unit.in_(units))))
    rows = [{"campaign": campaign, "unit": unit, "asked_at": at} for unit in units if unit not in known]
    if rows:
        db.execute(insert(copies), rows)
