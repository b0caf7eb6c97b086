"""What clerks opened items for, and the due dates that letters have named of what depends on days off."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from cuibao.errors import LedgerError
from cuibao.ledger.book import Book, belongs
from cuibao.ledger.entries import lock_event
from cuibao.ledger.tables import events, obligations, receipts, told
from cuibao.model import Event
from cuibao.policy.periods import event_key
from cuibao.tongue import say

# What names a date in `told`: its plan, its requirement, its period, the day were none a day off.
Named = tuple[str, str, str, date]
# How often a row is tried against others who write the same at the same time.
AGAIN = 5


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event as the ledger holds it; `taken_back`: by whom and when, None where it stands."""

    event: Event
    token: str | None = None
    taken_back: tuple[str, datetime] | None = None


class Events(Book):
    """The events of a campaign, which was registered. Only added to: what takes one back is a row of its own, which has
    its number below zero, so that no event is taken back twice."""

    def keep(self, campaign: str, event: Event, token: str | None = None) -> bool:
        """Keep an event; False where another of its item has its number."""
        try:
            with self.writing() as db:
                db.execute(insert(events).values(campaign=campaign, token=token, **_row(event)))
        except IntegrityError:
            return False
        return True

    def take_back(self, campaign: str, event: Event, by: str, at: datetime, *, entries: int) -> bool:
        """Take an event back for good; False where it was, or where not so many `entries` are of it any more."""
        back = replace(event, number=-event.number, units=(), by=by, opened_at=at)
        item = (event.plan, event.requirement, event_key(event))
        of_event = select(receipts.c.id).join(obligations, receipts.c.obligation == obligations.c.id)
        try:
            with self.writing() as db:
                lock_event(db, campaign, event.plan, event.requirement, event.number)
                if len(db.execute(of_event.where(belongs(campaign, None, item))).all()) != entries:
                    return False
                db.execute(insert(events).values(campaign=campaign, token=None, **_row(back)))
        except IntegrityError:
            return False
        return True

    def all(self, campaign: str) -> tuple[KeptEvent, ...]:
        """Every event, those that were taken back too, in the order in which they were opened."""
        with self.reading() as db:
            rows = db.execute(select(events).where(events.c.campaign == campaign).order_by(events.c.id)).mappings()
            found = [(_event(row), row["token"]) for row in rows]
        back = {_name(each): (each.by, each.opened_at) for each, _ in found if each.number < 0}
        return tuple(
            KeptEvent(each, token, back.get(_name(replace(each, number=-each.number))))
            for each, token in found
            if each.number > 0
        )

    # --- dates that letters have named ---

    def told(self, campaign: str) -> Mapping[Named, date]:
        """The due dates that letters have named."""
        with self.reading() as db:
            return _told(db, campaign)

    def tell(self, campaign: str, dates: Mapping[Named, date]) -> None:
        """Keep `dates`, each unless a later one is kept."""
        for _ in range(AGAIN):
            try:
                return self._tell(campaign, dates)
            except IntegrityError:  # another morning named it at the same time
                continue
        raise LedgerError(say("别人正在写催报函，请稍候再做。"))

    def _tell(self, campaign: str, dates: Mapping[Named, date]) -> None:
        with self.writing() as db:
            kept = _told(db, campaign)
            new = [_names(campaign, named) | {"due": due} for named, due in dates.items() if named not in kept]
            if new:
                db.execute(insert(told), new)
            for named, due in dates.items():
                if named in kept and kept[named] < due:
                    mine = (told.c[column] == value for column, value in _names(campaign, named).items())
                    db.execute(update(told).where(*mine, told.c.due < due).values(due=due))


def _row(event: Event) -> dict[str, object]:
    plain = {name: getattr(event, name) for name in ("plan", "requirement", "number", "day", "label", "opened_at")}
    return plain | {"units": list(event.units), "opened_by": event.by}


def _event(row: RowMapping) -> Event:
    plain = {name: row[name] for name in ("plan", "requirement", "number", "day", "label", "opened_at")}
    return Event(**plain, units=tuple(row["units"]), by=row["opened_by"])


def _name(event: Event) -> tuple[str, str, int]:
    return event.plan, event.requirement, event.number


def _told(db: Connection, campaign: str) -> dict[Named, date]:
    rows = db.execute(select(told).where(told.c.campaign == campaign)).mappings()
    return {(row["plan"], row["requirement"], row["period"], row["nominal"]): row["due"] for row in rows}


def _names(campaign: str, named: Named) -> dict[str, object]:
    return dict(zip(("campaign", "plan", "requirement", "period", "nominal"), (campaign, *named), strict=True))
