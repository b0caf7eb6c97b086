"""Whose word about senders is believed, and the mails by which the office learned that.

What was learned once stays: another server's word is noted with the mail that brought it, and believed by nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from cuibao.ledger.book import Book
from cuibao.ledger.tables import campaigns, probes, trust


@dataclass(frozen=True, slots=True)
class Learned:
    """The `server` whose word counts, the `hosts` that stand above it in a header, and since when."""

    server: str
    hosts: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Probe:
    """A mail of the office to itself: when it went and came back, and `found`, the server whose word it bore, empty
    where none that can be relied upon, None while it has not come back."""

    sent_at: datetime
    seen_at: datetime | None
    found: str | None


class Probes(Book):
    """What the office sent to itself, and what it learned from that."""

    def learned(self, campaign: str) -> Learned | None:
        """Whose word was learned to count; None while nobody's was."""
        with self.reading() as db:
            row = db.execute(select(trust).where(trust.c.campaign == campaign)).mappings().first()
            return None if row is None else Learned(row["server"], frozenset(row["hosts"]), row["learned_at"])

    def last(self, campaign: str) -> Probe | None:
        """The newest mail to ourselves; of those that have come back, where any has."""
        query = select(probes).where(probes.c.campaign == campaign)
        newest = query.order_by(probes.c.seen_at.is_(None), probes.c.id.desc()).limit(1)
        with self.reading() as db:
            row = db.execute(newest).mappings().first()
            return None if row is None else Probe(row["sent_at"], row["seen_at"], row["found"])

    def going(self, campaign: str, message_id: str, at: datetime) -> None:
        """Note a mail to ourselves before it goes: it may be back before we know that it went."""
        with self.writing() as db:
            db.execute(insert(probes).values(campaign=campaign, message_id=message_id, sent_at=at))

    def gave_up(self, campaign: str, message_id: str) -> None:
        """Forget a mail to ourselves that went to nobody."""
        with self.writing() as db:
            db.execute(delete(probes).where(_waited_for(campaign, message_id)))

    def came_back(self, campaign: str, message_id: str, at: datetime, server: str, hosts: frozenset[str]) -> bool:
        """Note that the mail to ourselves with this id is here, and learn what it teaches where nothing was before.

        False where it is none that we wait for: whatever comes under its id again teaches nothing.
        """
        try:
            return self._came_back(campaign, message_id, at, server, hosts)
        except IntegrityError:  # another process learned from another at the same moment; that stands
            return self._came_back(campaign, message_id, at, server, hosts)

    def _came_back(self, campaign: str, message_id: str, at: datetime, server: str, hosts: frozenset[str]) -> bool:
        with self.writing() as db:
            seen = update(probes).where(_waited_for(campaign, message_id)).values(seen_at=at, found=server)
            if db.execute(seen).rowcount != 1:
                return False
            known = db.scalar(select(trust.c.id).where(trust.c.campaign == campaign))
            if server and known is None:
                words = {"server": server, "hosts": sorted(hosts), "learned_at": at}
                db.execute(insert(trust).values(campaign=campaign, **words))
            return True

    # --- what was judged before ---

    def judged_under(self, campaign: str) -> tuple[str | None, int]:
        """The trust under which what waits for want of it was judged last, and up to which mail; 0 for all of it."""
        with self.reading() as db:
            words = db.scalar(select(campaigns.c.judged_under).where(campaigns.c.id == campaign))
        mark, _, reached = (words or "").partition("\n")
        return (mark if words is not None else None), int(reached or 0)

    def judge_under(self, campaign: str, mark: str, reached: int = 0) -> None:
        """Note that; see `judged_under`."""
        words = f"{mark}\n{reached}" if reached else mark
        with self.writing() as db:
            db.execute(update(campaigns).where(campaigns.c.id == campaign).values(judged_under=words))


def _waited_for(campaign: str, message_id: str) -> ColumnElement[bool]:
    return and_(probes.c.campaign == campaign, probes.c.message_id == message_id, probes.c.seen_at.is_(None))
