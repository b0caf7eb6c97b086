"""What a morning asks about the obligations of many units: the steps that were taken, and what is not settled yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from cuibao.ledger.book import taken_back
from cuibao.ledger.entries import entries_of
from cuibao.ledger.tables import letters, obligations, receipts, reminders
from cuibao.model import Entry, LetterState, ObligationKey, Receipt

PARTS = ("plan", "requirement", "period", "unit")
# Whatever was before, a last entry of these settles its obligation: what would take it back is a later one.
SETTLING = (Entry.RECEIVED, Entry.NIL, Entry.EXEMPTED)


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of an obligation in the ledger: `letter` is the state of the letter that carries it, None if missed.

    `refused` are the addresses at which that was refused; `said`: its unit has it, or may have it.
    """

    code: str
    letter: LetterState | None
    day: date
    refused: tuple[str, ...]
    said: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """Of some units' obligations, `settled` are those that plainly are, and `entries` and `marks` what is known of the
    others, which the policy judges; `counts` is how many entries each unit has in all."""

    settled: frozenset[ObligationKey]
    entries: Mapping[ObligationKey, tuple[Receipt, ...]]
    marks: Mapping[ObligationKey, Mapping[str, Mark]]
    counts: Mapping[str, int]


def pending_of(db: Connection, campaign: str, units: Collection[str]) -> Pending:
    """What is pending of `units`. They are counted first: what is entered meanwhile, a letter's last look will miss."""
    theirs = and_(obligations.c.campaign == campaign, obligations.c.unit.in_(units))
    counted = select(obligations.c.unit, func.count()).join_from(obligations, receipts).where(theirs)
    counts = {row[0]: row[1] for row in db.execute(counted.group_by(obligations.c.unit))}
    if not counts:
        return Pending(frozenset(), {}, marks_of(db, theirs), {})
    of_it = receipts.c.obligation == obligations.c.id
    newest = select(func.max(receipts.c.seq)).where(of_it).correlate(obligations).scalar_subquery()
    last = select(*_named(), receipts.c.entry, obligations.c.id).join_from(obligations, receipts)
    settled, others = set(), []
    for *parts, entry, row in db.execute(last.where(theirs, receipts.c.seq == newest)):
        if entry in SETTLING:
            settled.add(ObligationKey(*parts))
        else:
            others.append(row)
    plainly = select(receipts.c.id).where(of_it, receipts.c.seq == newest, receipts.c.entry.in_(SETTLING))
    entries = entries_of(db, obligations.c.id.in_(others)) if others else {}
    return Pending(frozenset(settled), entries, marks_of(db, and_(theirs, ~plainly.exists())), counts)


def marks_of(db: Connection, wanted: ColumnElement[bool]) -> Mapping[ObligationKey, Mapping[str, Mark]]:
    """The steps of the obligations that are `wanted` which a letter carried or a later step made missed, by code."""
    # To whom a letter went, only where it matters: read from JSON, it takes longer than all the rest.
    refused = case((letters.c.state == LetterState.REFUSED, letters.c.recipients))
    carried = [letters.c.state, letters.c.attempts, letters.c.day, refused]
    columns = [obligations.c.id, *_named(), *(reminders.c[name] for name in ("code", "letter", "missed_on")), *carried]
    # One that a letter carried whose morning was taken back is no mark.
    counting = and_(wanted, or_(reminders.c.letter.is_(None), ~taken_back()))
    query = select(*columns).select_from(obligations.join(reminders).outerjoin(letters)).where(counting)
    found: dict[ObligationKey, Mapping[str, Mark]] = {}
    by_row: dict[int, dict[str, Mark]] = {}
    for row, plan, requirement, period, unit, code, *carrier in db.execute(query):
        if (marks := by_row.get(row)) is None:
            marks = by_row[row] = {}
            found[ObligationKey(plan, requirement, period, unit)] = marks
        marks[code] = _mark(code, *carrier)
    return found


def _named() -> Sequence[ColumnElement[str]]:
    return [obligations.c[name] for name in PARTS]


def _mark(
    code: str, letter: int | None, missed_on: date, state: str, attempts: int, day: date, refused: Sequence[str] | None
) -> Mark:
    if letter is None:
        return Mark(code, None, missed_on, ())
    became = LetterState(state)
    # One that may have gone out before a power cut, for all that is known, has said nothing yet.
    return Mark(code, became, day, tuple(refused or ()), said=became.delivered and attempts > 0)
