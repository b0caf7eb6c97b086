"""The append-only log of an obligation's entries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, select, true

from cuibao.errors import LedgerError
from cuibao.ledger.book import ITEM, id_of, key_of
from cuibao.ledger.tables import events, obligations, receipts
from cuibao.model import Channel, Entry, ObligationKey, Receipt
from cuibao.policy.periods import event_number
from cuibao.tongue import say

ARRIVING = tuple(kind for kind in Entry if kind.arrives)
# How many rows a statement names: SQLite takes 32,766 values, PostgreSQL twice as many.
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What was entered, but for what is plainly settled: `came` are the units of each item (by the ids of its plan,
    requirement and period) whose report came in by their last entry, `entries` those of the others, in their order."""

    came: Mapping[tuple[str, str, str], Collection[str]]
    entries: Mapping[ObligationKey, tuple[Receipt, ...]]


def require_standing(db: Connection, campaign: str, obligation: ObligationKey) -> None:
    """Raise LedgerError where `obligation` is of an event that was taken back. Who takes one back waits for this
    transaction, or this one for theirs."""
    number = event_number(obligation.period)
    if number is None:
        return
    lock_event(db, campaign, obligation.plan, obligation.requirement, number)
    back = _event(campaign, obligation.plan, obligation.requirement, -number)
    if db.execute(select(events.c.id).where(back)).first():
        raise LedgerError(say("这次事发刚刚撤回，没有登记任何内容。"))


def lock_event(db: Connection, campaign: str, plan: str, requirement: str, number: int) -> None:
    """Keep others from taking an event back, or from entering something for it, until the transaction ends. SQLite has
    one that writes at a time anyhow."""
    db.execute(select(events.c.id).where(_event(campaign, plan, requirement, number)).with_for_update())


def _event(campaign: str, plan: str, requirement: str, number: int) -> ColumnElement[bool]:
    named = {"campaign": campaign, "plan": plan, "requirement": requirement, "number": number}
    return and_(*(events.c[column] == value for column, value in named.items()))


def append(db: Connection, campaign: str, entry: Receipt, *, mail: int | None = None) -> None:
    """Add an entry under its number, which came by `mail`. Raises IntegrityError where that is taken, LedgerError where
    a clerk has taken back what it is about."""
    require_standing(db, campaign, entry.obligation)
    db.execute(
        insert(receipts).values(
            obligation=id_of(db, campaign, entry.obligation),
            seq=entry.seq,
            entry=entry.entry,
            received_at=entry.received_at,
            channel=entry.channel,
            entered_by=entry.by,
            note=entry.note,
            entered_at=entry.entered_at,
            due=entry.due,
            withdraws=entry.withdraws,
            mail=mail if mail is not None else entry.mail,
        )
    )


def entries_of(db: Connection, wanted: ColumnElement[bool]) -> Mapping[ObligationKey, tuple[Receipt, ...]]:
    """The entries of the obligations that are `wanted`, in their order."""
    columns = [column for column in receipts.c if column.key != "id"]
    names = [obligations.c[name] for name in (*ITEM, "unit")]
    query = select(*names, *columns).join_from(obligations, receipts).where(wanted).order_by(receipts.c.seq)
    found: dict[ObligationKey, list[Receipt]] = {}
    for row in db.execute(query).mappings():
        found.setdefault(key_of(row), []).append(_receipt(row))
    return {key: tuple(entries) for key, entries in found.items()}


def unsettled_of(db: Connection, wanted: ColumnElement[bool], as_of: datetime | None) -> Unsettled:
    """The entries of the obligations that are `wanted`, but for those that had plainly come in by `as_of`, or ever.

    Whatever was before, an obligation whose last entry arrives is settled: what would take that back or put it off
    comes later and has a higher number. Of any other kind of last entry the policy is the judge.
    """
    by_then = true() if as_of is None else receipts.c.received_at <= as_of
    of_it = receipts.c.obligation == obligations.c.id
    last = select(and_(receipts.c.entry.in_(ARRIVING), by_then)).where(of_it).order_by(receipts.c.seq.desc()).limit(1)
    columns = [obligations.c[name] for name in ("id", *ITEM, "unit")] + [last.scalar_subquery()]
    came: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    others: list[int] = []
    for row, plan, requirement, period, unit, settled in db.execute(select(*columns).where(wanted)).all():
        if settled:
            came[plan, requirement, period].add(unit)
        elif settled is not None:
            others.append(row)
    entries: dict[ObligationKey, tuple[Receipt, ...]] = {}
    for start in range(0, len(others), AT_ONCE):
        entries |= entries_of(db, obligations.c.id.in_(others[start : start + AT_ONCE]))
    return Unsettled(came, entries)


def _receipt(row: RowMapping) -> Receipt:
    return Receipt(
        obligation=key_of(row),
        entry=Entry(row["entry"]),
        received_at=row["received_at"],
        channel=Channel(row["channel"]),
        by=row["entered_by"],
        note=row["note"],
        entered_at=row["entered_at"],
        seq=row["seq"],
        due=row["due"],
        withdraws=row["withdraws"],
        mail=row["mail"],
    )
