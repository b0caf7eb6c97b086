"""Keep the campaigns of an office in one book: one mailbox, one letter a morning, one id on all that is common.

A ledger may hold several campaigns that followed one another. The real ones become one book, under the id of the one
that the office began with, and so do the drills; each simulation stays by itself. No entry, letter, reminder or piece
of evidence is lost, and what was decided stays decided.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A plan of the book's first campaign keeps its id; that of another is known by both ids.
WITH_PLAN = ("obligations", "pauses", "phases", "events", "told")
BEFORE, AFTER = 80, 161
DRILL = "~drill"
JOINT = ":"
# No morning was taken back so often.
REVISIONS = 1000
# Of two judgements of one mail, and of two answers to it: which counts, the first before the others.
VERDICTS = ("receipt", "supplement", "bounce", "queue", "ignored")
WENT = ("sent", "partial", "uncertain", "sending")
DISMISSED, SETTLED = "dismissed", "settled"

MOMENT = sa.DateTime(timezone=True)


def _table(name: str, *columns: str, **typed: Any) -> sa.TableClause:
    """A table with its id, and as much more of it as is needed here: texts, but for what is `typed`."""
    texts = (sa.column(each, sa.String()) for each in columns)
    return sa.table(name, sa.column("id", sa.Integer()), *texts, *(sa.column(each, typed[each]) for each in typed))


campaigns = sa.table(
    "campaigns",
    sa.column("id", sa.String()),
    sa.column("simulated", sa.Boolean()),
    sa.column("opened_at", MOMENT),
    sa.column("judged_under", sa.Text()),
    sa.column("book", sa.String()),
)
obligations, phases, events, told = (
    _table(name, "campaign", "plan") for name in ("obligations", "phases", "events", "told")
)
pauses = _table(
    "pauses",
    *("campaign", "unit", "plan", "reason", "entered_by", "lifted_by"),
    first=sa.Date(),
    last=sa.Date(),
    entered_at=MOMENT,
    lifted_at=MOMENT,
)
letters = _table("letters", "campaign", "code", revision=sa.Integer())
mornings = _table("mornings", "campaign", revision=sa.Integer())
retractions = _table("retractions", "campaign", revision=sa.Integer(), phases=sa.JSON())
leases = _table("leases", "kind", "thing")
mails = _table("mails", "campaign", "identity", "verdict", "decision", "waits", guesses=sa.JSON(), names=sa.JSON())
receipts, evidence = (_table(name, mail=sa.Integer()) for name in ("receipts", "evidence"))
acknowledgements = _table("acknowledgements", "message_id", "state", mail=sa.Integer())
bad_addresses = _table("bad_addresses", "campaign", "address", mail=sa.Integer(), cleared_at=MOMENT)
positions = _table("positions", "campaign", "folder", validity=sa.BigInteger(), last=sa.BigInteger())
trust, probes, exports, calls = (_table(name, "campaign") for name in ("trust", "probes", "exports", "calls"))
copies = _table("copies", "campaign", "unit", "decision")
questions = _table("questions", "campaign", "open", "answer", asked_at=MOMENT, answered_at=MOMENT)


class Joining(NamedTuple):
    """A `campaign` whose rows are to bear the id of another, `book`; the how many-th that does."""

    book: str
    campaign: str
    number: int

    @property
    def prefix(self) -> str:
        """What its plans are told by from the book's own."""
        return f"{self.campaign.removesuffix(DRILL)}{JOINT}"

    def of(self, table: sa.TableClause) -> sa.ColumnElement[bool]:
        """Whether a row of `table` is its own still."""
        return table.c.campaign == self.campaign

    def of_book(self, table: sa.TableClause) -> sa.ColumnElement[bool]:
        """Whether a row of `table` is the book's."""
        return table.c.campaign == self.book


def upgrade() -> None:
    _widths(BEFORE, AFTER)
    op.add_column("campaigns", sa.Column("book", sa.String(80)))
    db = op.get_bind()
    for joining in _books(db):
        for merge in (_pauses, _plans, _leases, _mornings, _mails, _addresses, _positions, _trust, _copies, _questions):
            merge(db, joining)
        for table in (probes, exports, calls):
            _move(db, joining, table)
    with op.batch_alter_table("campaigns") as altered:
        altered.alter_column("book", existing_type=sa.String(80), nullable=False)


def downgrade() -> None:
    """Know of no books any more. What was merged stays merged: the rows of all bear the id of the first."""
    op.drop_column("campaigns", "book")
    _widths(AFTER, BEFORE)


def _widths(before: int, after: int) -> None:
    for table in WITH_PLAN:
        with op.batch_alter_table(table) as altered:
            altered.alter_column("plan", existing_type=sa.String(before), type_=sa.String(after))


def _books(db: sa.Connection) -> list[Joining]:
    """Note the book of each campaign; those that join another's."""
    groups: dict[tuple[str, bool], list[str]] = {}
    rows = db.execute(sa.select(campaigns.c.id, campaigns.c.simulated, campaigns.c.opened_at)).all()
    for row in sorted(rows, key=lambda row: (row.opened_at, row.id)):
        alone = row.id if row.simulated else ""
        groups.setdefault((alone, row.id.endswith(DRILL)), []).append(row.id)
    for group in groups.values():
        db.execute(sa.update(campaigns).where(campaigns.c.id.in_(group)).values(book=group[0]))
    return [
        Joining(book, campaign, number)
        for book, *others in groups.values()
        for number, campaign in enumerate(others, start=1)
    ]


def _move(db: sa.Connection, joining: Joining, table: sa.TableClause, **also: Any) -> None:
    """Let the rows that are left of the campaign be the book's."""
    db.execute(sa.update(table).where(joining.of(table)).values(campaign=joining.book, **also))


# --- what is owed, and what was said of it ---


def _plans(db: sa.Connection, joining: Joining) -> None:
    for table in (obligations, phases, events, told):
        _move(db, joining, table, plan=_qualified(joining, table))


def _pauses(db: sa.Connection, joining: Joining) -> None:
    """A pause of all plans is one of each of the campaign's own: it was never meant for the others."""
    owed = sa.select(obligations.c.plan).where(joining.of(obligations)).distinct().order_by(obligations.c.plan)
    plans = db.scalars(owed).all()
    of_all = sa.and_(joining.of(pauses), pauses.c.plan.is_(None))
    found = db.execute(sa.select(pauses).where(of_all).order_by(pauses.c.id)).mappings().all()
    each = [{**row, "plan": plan} for row in found for plan in plans]
    db.execute(sa.delete(pauses).where(of_all))
    if each:
        db.execute(sa.insert(pauses), [{name: row[name] for name in row if name != "id"} for row in each])
    _move(db, joining, pauses, plan=_qualified(joining, pauses))


def _qualified(joining: Joining, table: sa.TableClause) -> sa.ColumnElement[str]:
    return sa.literal(joining.prefix, sa.String()).concat(table.c.plan)


def _named(joining: Joining, written: Sequence[Sequence[str]]) -> list[list[str]]:
    """What begins with the id of a plan each, as it is in the book."""
    return [[joining.prefix + plan, *rest] for plan, *rest in written]


# --- mornings and their letters ---


def _mornings(db: sa.Connection, joining: Joining) -> None:
    """Two campaigns wrote on one day: of the second the mornings are told apart by numbers below zero, the same for
    the letters and for what took them back."""
    theirs = letters.alias("theirs")
    known = sa.select(theirs.c.code).where(theirs.c.campaign == joining.book, theirs.c.code.is_not(None))
    db.execute(sa.update(letters).where(joining.of(letters), letters.c.code.in_(known)).values(code=None))
    for row in db.execute(sa.select(retractions.c.id, retractions.c.phases).where(joining.of(retractions))).all():
        turned = _named(joining, row.phases)
        db.execute(sa.update(retractions).where(retractions.c.id == row.id).values(phases=turned))
    for table in (letters, mornings, retractions):
        _move(db, joining, table, revision=-(REVISIONS * joining.number + table.c.revision) - 1)


def _leases(db: sa.Connection, joining: Joining) -> None:
    """Those on letters name the campaign, and nobody asks by that name any more. All others are on a Message-ID or a
    connection, and stay."""
    of_letters = sa.select(leases.c.id, leases.c.thing).where(leases.c.kind == "letter")
    gone = [row.id for row in db.execute(of_letters) if row.thing.startswith(f"{joining.campaign}/")]
    db.execute(sa.delete(leases).where(leases.c.id.in_(gone)))


# --- the mailbox ---


def _mails(db: sa.Connection, joining: Joining) -> None:
    """Both may have read the same mail: it becomes one, as it was decided about, or else as it was judged."""
    waiting = sa.and_(joining.of(mails), mails.c.waits.is_not(None), mails.c.decision.is_(None))
    if db.execute(sa.select(mails.c.id).where(waiting).limit(1)).first():
        # What waits for want of trust is judged under the book's.
        db.execute(sa.update(campaigns).where(campaigns.c.id == joining.book).values(judged_under=None))
    needed = sa.select(*(mails.c[name] for name in ("id", "identity", "verdict", "decision", "guesses", "names")))
    known = {row.identity: row for row in db.execute(needed.where(joining.of_book(mails)))}
    for row in db.execute(needed.where(joining.of(mails))).all():
        said = {"guesses": _named(joining, row.guesses), "names": _named(joining, row.names)}
        kept = row.id
        if ours := known.get(row.identity):
            kept, gone = (ours.id, row.id) if _weight(ours) <= _weight(row) else (row.id, ours.id)
            said = {"guesses": [*ours.guesses, *said["guesses"]], "names": [*ours.names, *said["names"]]}
            _one_answer(db, ours.id, row.id)
            for table in (receipts, evidence, acknowledgements, bad_addresses):
                db.execute(sa.update(table).where(table.c.mail == gone).values(mail=kept))
            db.execute(sa.delete(mails).where(mails.c.id == gone))
        db.execute(sa.update(mails).where(mails.c.id == kept).values(campaign=joining.book, **said))


def _weight(mail: sa.Row[Any]) -> tuple[bool, bool, int]:
    """The less, the more counts what was made of `mail`: a person's word first, and of two the one that registered."""
    return mail.decision is None, mail.decision == DISMISSED, _place(mail.verdict, VERDICTS)


def _one_answer(db: sa.Connection, ours: int, theirs: int) -> None:
    """A mail is answered once: of two answers the one stays that went, or may have; else the book's own."""
    query = sa.select(acknowledgements).where(acknowledgements.c.mail.in_([ours, theirs]))
    found = sorted(db.execute(query).all(), key=lambda row: (_place(row.state, WENT), row.mail != ours))
    for answer in found[1:]:
        of_it = sa.and_(leases.c.kind == "answer", leases.c.thing == answer.message_id)
        db.execute(sa.delete(leases).where(of_it))
        db.execute(sa.delete(acknowledgements).where(acknowledgements.c.id == answer.id))


def _addresses(db: sa.Connection, joining: Joining) -> None:
    """An address is marked once for a bounce; it is good again where either said so."""
    known = {(row.address, row.mail): row for row in _rows(db, bad_addresses, joining.of_book(bad_addresses))}
    for row in _rows(db, bad_addresses, joining.of(bad_addresses)):
        if ours := known.get((row.address, row.mail)):
            cleared = max(filter(None, (ours.cleared_at, row.cleared_at)), default=None)
            _change(db, bad_addresses, ours.id, cleared_at=cleared)
            _drop(db, bad_addresses, row.id)
    _move(db, joining, bad_addresses)


def _positions(db: sa.Connection, joining: Joining) -> None:
    """What only one has read is read again, and known again; but of a folder that was numbered anew, the newer."""
    known = {row.folder: row for row in _rows(db, positions, joining.of_book(positions))}
    for row in _rows(db, positions, joining.of(positions)):
        if ours := known.get(row.folder):
            reached = min((ours, row), key=lambda each: (-each.validity, each.last))
            _change(db, positions, ours.id, validity=reached.validity, last=reached.last)
            _drop(db, positions, row.id)
    _move(db, joining, positions)


def _trust(db: sa.Connection, joining: Joining) -> None:
    if _rows(db, trust, joining.of_book(trust)):
        db.execute(sa.delete(trust).where(joining.of(trust)))
    _move(db, joining, trust)


# --- what was asked of people ---


def _copies(db: sa.Connection, joining: Joining) -> None:
    """One approval a unit: the one that was decided, else the book's own."""
    known = {row.unit: row for row in _rows(db, copies, joining.of_book(copies))}
    for row in _rows(db, copies, joining.of(copies)):
        if ours := known.get(row.unit):
            _drop(db, copies, ours.id if ours.decision is None and row.decision is not None else row.id)
    _move(db, joining, copies)


def _questions(db: sa.Connection, joining: Joining) -> None:
    """One question is open at a time; the book's own, where both have one."""
    if _rows(db, questions, questions.c.open == joining.book):
        settled = {"open": None, "answer": SETTLED, "answered_at": questions.c.asked_at}
        db.execute(sa.update(questions).where(questions.c.open == joining.campaign).values(**settled))
    db.execute(sa.update(questions).where(questions.c.open == joining.campaign).values(open=joining.book))
    _move(db, joining, questions)


def _rows(db: sa.Connection, table: sa.TableClause, wanted: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
    return db.execute(sa.select(table).where(wanted).order_by(table.c.id)).all()


def _change(db: sa.Connection, table: sa.TableClause, row: int, **values: Any) -> None:
    db.execute(sa.update(table).where(table.c.id == row).values(**values))


def _drop(db: sa.Connection, table: sa.TableClause, row: int) -> None:
    db.execute(sa.delete(table).where(table.c.id == row))


def _place(word: str, order: Sequence[str]) -> int:
    return order.index(word) if word in order else len(order)
