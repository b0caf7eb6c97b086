"""What was agreed beside the entries: calls, what was promised in them, and pauses. Added to; a pause is lifted."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from cuibao.ledger.book import ITEM, Book, ids_of, key_of
from cuibao.ledger.tables import calls, obligations, pauses, promises
from cuibao.model import Pause, PhoneCall, Promise


class Agreements(Book):
    """The calls, promises and pauses of a campaign, which was registered."""

    # --- calls ---

    def note_call(self, campaign: str, call: PhoneCall) -> None:
        """Keep a call with what was promised in it, all or nothing; the obligations were enrolled."""
        with self.writing() as db:
            row = {"campaign": campaign, "unit": call.unit, "called_at": call.called_at, "whom": call.whom}
            row |= {"note": call.note, "entered_by": call.by, "entered_at": call.entered_at}
            number = db.scalars(insert(calls).values(**row).returning(calls.c.id)).one()
            if call.promised:
                found = ids_of(db, campaign, call.promised)
                of_call = {"call": number, "until": call.until}
                db.execute(insert(promises), [{**of_call, "obligation": found[key]} for key in call.promised])

    def calls(self, campaign: str, unit: str | None = None) -> tuple[PhoneCall, ...]:
        """The calls to all units or to one, in the order in which they were made."""
        wanted = (
            calls.c.campaign == campaign if unit is None else (calls.c.campaign == campaign) & (calls.c.unit == unit)
        )
        names = [obligations.c[name] for name in (*ITEM, "unit")]
        said = select(promises.c.call, promises.c.until, *names).join_from(promises, obligations).join(calls)
        with self.reading() as db:
            promised: dict[int, list[RowMapping]] = {}
            for row in db.execute(said.where(wanted).order_by(promises.c.id)).mappings():
                promised.setdefault(row["call"], []).append(row)
            rows = db.execute(select(calls).where(wanted).order_by(calls.c.called_at, calls.c.id)).mappings()
            return tuple(_call(row, promised.get(row["id"], [])) for row in rows)

    def promises(self, campaign: str, units: Collection[str] | None = None) -> tuple[Promise, ...]:
        """What was promised by all units or by some, in the order of the calls."""
        names = [obligations.c[name] for name in (*ITEM, "unit")]
        query = select(calls.c.called_at, promises.c.until, *names).join_from(promises, obligations).join(calls)
        query = query.where(calls.c.campaign == campaign).order_by(calls.c.called_at, promises.c.id)
        if units is not None:
            query = query.where(calls.c.unit.in_(units))
        with self.reading() as db:
            return tuple(Promise(key_of(row), row["called_at"], row["until"]) for row in db.execute(query).mappings())

    # --- pauses ---

    def pause(self, campaign: str, pause: Pause) -> int:
        """Keep a pause; its number."""
        row = {name: getattr(pause, name) for name in ("unit", "plan", "first", "last", "reason", "entered_at")}
        with self.writing() as db:
            made = insert(pauses).values(campaign=campaign, entered_by=pause.by, **row).returning(pauses.c.id)
            number: int = db.scalars(made).one()
            return number

    def lift(self, campaign: str, number: int, by: str, at: datetime) -> bool:
        """End a pause before its time; False where there is none of this number that was not ended."""
        mine = (pauses.c.campaign == campaign) & (pauses.c.id == number) & pauses.c.lifted_at.is_(None)
        with self.writing() as db:
            return db.execute(update(pauses).where(mine).values(lifted_by=by, lifted_at=at)).rowcount == 1

    def pauses(self, campaign: str) -> tuple[Pause, ...]:
        """Every pause, in the order in which they were entered."""
        with self.reading() as db:
            rows = db.execute(select(pauses).where(pauses.c.campaign == campaign).order_by(pauses.c.id)).mappings()
            return tuple(_pause(row) for row in rows)


def _call(row: RowMapping, promised: Collection[RowMapping]) -> PhoneCall:
    plain = {name: row[name] for name in ("unit", "called_at", "whom", "note", "entered_at")}
    until = next((each["until"] for each in promised), None)
    return PhoneCall(**plain, by=row["entered_by"], promised=tuple(map(key_of, promised)), until=until)


def _pause(row: RowMapping) -> Pause:
    plain = ("unit", "plan", "first", "last", "reason", "entered_at", "id", "lifted_by", "lifted_at")
    return Pause(**{name: row[name] for name in plain}, by=row["entered_by"])
