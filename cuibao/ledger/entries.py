"""The append-only log of an obligation's entries."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select

from cuibao.ledger.book import id_of, key_of
from cuibao.ledger.tables import obligations, receipts
from cuibao.model import Channel, Entry, ObligationKey, Receipt


def append(db: Connection, campaign: str, entry: Receipt, *, mail: int | None = None) -> None:
    """Add an entry under its number, which came by `mail`. Raises IntegrityError where that is taken."""
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
    names = [obligations.c[name] for name in ("plan", "requirement", "period", "unit")]
    query = select(*names, *columns).join_from(obligations, receipts).where(wanted).order_by(receipts.c.seq)
    found: dict[ObligationKey, list[Receipt]] = {}
    for row in db.execute(query).mappings():
        found.setdefault(key_of(row), []).append(_receipt(row))
    return {key: tuple(entries) for key, entries in found.items()}


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
