"""What the engine asks of the ledger and tells it, each a transaction of its own.

Leases are won by the database alone (a unique row, or a conditional UPDATE whose row count says who was first), so the
same code is right on SQLite and on PostgreSQL, with any number of processes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from cuibao.errors import LeaseLost, LedgerError
from cuibao.ledger.book import Book, Lease, belongs, ids_of, key_of, names, obligations_of
from cuibao.ledger.entries import append, counts_of, entries_of
from cuibao.ledger.mails import Mails
from cuibao.ledger.tables import campaigns, letters, obligations, phases, reminders
from cuibao.model import LetterState, Message, ObligationKey, PhaseName, Receipt, Step

TAKEN_OVER = "这封信已由另一进程接手，本进程不再发送。"
PARTS = ("plan", "requirement", "period", "unit")
UNFINISHED = tuple(state for state in LetterState if state.unfinished)


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of an obligation in the ledger: `letter` is the state of the letter that carries it, None if missed."""

    code: str
    letter: LetterState | None
    day: date
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiledLetter:
    """A letter as the ledger holds it."""

    id: int
    addressee: str
    day: date
    message: Message
    state: LetterState
    attempts: int
    holder: str | None
    detail: str
    keys: tuple[ObligationKey, ...]


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter as a trail shows it, without its bytes; `keys` are what it reminds of, `steps` at which step each."""

    id: int
    addressee: str
    day: date
    message_id: str
    subject: str
    recipients: tuple[str, ...]
    state: LetterState
    attempts: int
    detail: str
    written_at: datetime
    keys: tuple[ObligationKey, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """A letter to be sent: its bytes, the steps it carries, the steps it makes missed, the phases it reports on."""

    campaign: str
    addressee: str
    day: date
    written_at: datetime
    message: Message
    steps: tuple[tuple[ObligationKey, str, Step], ...] = ()
    missed: tuple[tuple[ObligationKey, str, Step], ...] = ()
    phases: tuple[tuple[str, PhaseName], ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseMark:
    """When a plan's phase was opened and closed, and whether its gate report has reached the office."""

    plan: str
    phase: PhaseName
    opened_at: datetime | None
    closed_at: datetime | None
    reported: bool


class Ledger(Book):
    """An open ledger. Every method is one transaction; see the module for what makes them safe together."""

    @property
    def mails(self) -> Mails:
        """What came by mail, in the same ledger."""
        return self._part(Mails)

    # --- the campaign ---

    def simulated(self, campaign: str) -> bool | None:
        """Whether the campaign in this ledger is a simulation; None where it holds nothing of it."""
        with self.reading() as db:
            return db.scalar(select(campaigns.c.simulated).where(campaigns.c.id == campaign))

    def register(self, campaign: str, at: datetime, *, seed: int | None = None) -> None:
        """Note the campaign, once; with a `seed` it is a simulation, and stays one.

        Raises LedgerError where a simulation would touch a real campaign, or one of another seed.
        """
        try:
            self._register(campaign, at, seed)
        except IntegrityError:  # another process did at the same time; what it noted is looked at now
            self._register(campaign, at, seed)

    def _register(self, campaign: str, at: datetime, seed: int | None) -> None:
        with self.writing() as db:
            row = db.execute(select(campaigns).where(campaigns.c.id == campaign)).mappings().first()
            if row is None:
                db.execute(insert(campaigns).values(id=campaign, simulated=seed is not None, seed=seed, opened_at=at))
            elif seed is not None and not row["simulated"]:
                raise LedgerError(
                    f"台账里已有“{campaign}”的真实登记，不能在上面做模拟演练。"
                    "请用 CUIBAO_HOME 或 CUIBAO_DATABASE_URL 另指一处新台账。"
                )
            elif seed is not None and row["seed"] != seed:
                raise LedgerError(
                    f"台账里已有种子为 {row['seed']} 的模拟演练，与这次的 {seed} 不同。"
                    "请换一个新文件夹，或用原来的种子。"
                )

    def enrol(self, campaign: str, keys: Iterable[ObligationKey]) -> None:
        """Make sure that each obligation has its row."""
        wanted = set(keys)
        try:
            self._insert_missing(campaign, wanted)
        except IntegrityError:  # another process enrolled at the same time; what is missing now is ours
            self._insert_missing(campaign, wanted)

    def _insert_missing(self, campaign: str, wanted: set[ObligationKey]) -> None:
        units = {key.unit for key in wanted}
        with self.reading() as db:
            rows = db.execute(obligations_of(campaign).where(obligations.c.unit.in_(units))).mappings()
            known = {key_of(row) for row in rows}
        if missing := sorted(wanted - known, key=repr):
            with self.writing() as db:
                db.execute(insert(obligations), [names(campaign, key) for key in missing])

    # --- receipts ---

    def enter(self, campaign: str, entries: Sequence[Receipt]) -> bool:
        """Append the entries, all or none. False where others were entered meanwhile: their numbers are taken."""
        try:
            with self.writing() as db:
                for entry in entries:
                    append(db, campaign, entry)
        except IntegrityError:
            return False
        return True

    def entries(self, campaign: str, unit: str | None = None) -> Mapping[ObligationKey, tuple[Receipt, ...]]:
        """The entries of each obligation of the campaign, or of one unit, in their order."""
        with self.reading() as db:
            return entries_of(db, belongs(campaign, unit))

    def marks(self, campaign: str, unit: str | None = None) -> Mapping[ObligationKey, Mapping[str, Mark]]:
        """The steps of each obligation that a letter carried or a later step made missed, by code."""
        query = (
            select(obligations, reminders, letters.c.state, letters.c.day, letters.c.recipients)
            .join_from(obligations, reminders)
            .outerjoin(letters)
            .where(belongs(campaign, unit))
        )
        found: dict[ObligationKey, dict[str, Mark]] = {}
        with self.reading() as db:
            for row in db.execute(query).mappings():
                found.setdefault(key_of(row), {})[row["code"]] = _mark(row)
        return found

    # --- letters ---

    def letter(self, campaign: str, addressee: str, day: date) -> FiledLetter | None:
        """The letter to `addressee` of the morning of `day`, if there is one."""
        with self.reading() as db:
            row = (
                db.execute(
                    select(letters).where(
                        letters.c.campaign == campaign, letters.c.addressee == addressee, letters.c.day == day
                    )
                )
                .mappings()
                .first()
            )
            return None if row is None else _filed(row, _keys_of(db, row["id"]))

    def filed_on(self, campaign: str, day: date) -> frozenset[str]:
        """The addressees of the letters of `day`, whatever became of them."""
        query = select(letters.c.addressee).where(letters.c.campaign == campaign, letters.c.day == day)
        with self.reading() as db:
            return frozenset(db.scalars(query))

    def last_days(self, campaign: str) -> Mapping[str, date]:
        """The day of the newest letter of each addressee that was handed over, whatever became of it."""
        query = select(letters.c.addressee, func.max(letters.c.day).label("day"))
        query = query.where(letters.c.campaign == campaign, letters.c.attempts > 0).group_by(letters.c.addressee)
        with self.reading() as db:
            return {row.addressee: row.day for row in db.execute(query)}

    def open_letters(self, campaign: str, states: Collection[LetterState]) -> tuple[FiledLetter, ...]:
        """The letters in one of `states`, oldest first, with those of their obligations that have not been in a later
        letter that was sent; and the office's own, until its reports are in a later one."""
        later, again = letters.alias(), reminders.alias()
        sent_later = and_(later.c.state == LetterState.SENT, later.c.day > letters.c.day)
        wanted = and_(letters.c.campaign == campaign, letters.c.state.in_(states))
        said_again = exists().where(
            again.c.obligation == reminders.c.obligation, again.c.letter == later.c.id, sent_later
        )
        owed = select(letters.c.id.label("letter"), obligations).select_from(letters.join(reminders).join(obligations))
        reported = exists().where(phases.c.letter == letters.c.id)
        keys: dict[int, list[ObligationKey]] = {}
        with self.reading() as db:
            for row in db.execute(owed.where(wanted, ~said_again)).mappings():
                keys.setdefault(row["letter"], []).append(key_of(row))
            either = or_(letters.c.id.in_(keys), reported)
            rows = db.execute(select(letters).where(wanted, either).order_by(letters.c.day)).mappings()
            return tuple(_filed(row, tuple(keys.get(row["id"], ()))) for row in rows)

    def written(self, campaign: str, addressee: str | None = None) -> tuple[WrittenLetter, ...]:
        """Every letter of the campaign, or to one addressee, oldest first."""
        wanted = letters.c.campaign == campaign
        if addressee is not None:
            wanted = and_(wanted, letters.c.addressee == addressee)
        columns = [column for column in letters.c if column.key != "data"]
        parts = [obligations.c[name] for name in PARTS]
        carried = select(reminders.c.letter, reminders.c.step, *parts).join_from(obligations, reminders)
        carried = carried.join(letters, letters.c.id == reminders.c.letter)
        found: dict[int, list[tuple[ObligationKey, Step]]] = {}
        with self.reading() as db:
            for row in db.execute(carried.where(wanted)).mappings():
                found.setdefault(row["letter"], []).append((key_of(row), Step(row["step"])))
            rows = db.execute(select(*columns).where(wanted).order_by(letters.c.day, letters.c.id)).mappings()
            return tuple(_written(row, found.get(row["id"], ())) for row in rows)

    def count_letters(self, campaign: str, day: date) -> int:
        """How many letters were handed over on `day`, whatever became of them."""
        query = select(func.count()).select_from(letters)
        query = query.where(letters.c.campaign == campaign, letters.c.attempts > 0, letters.c.day == day)
        with self.reading() as db:
            return db.scalar(query) or 0

    def file(self, filing: Filing, lease: Lease) -> int | None:
        """Commit a letter's bytes and steps before any SMTP, and hold it. None where it was filed already."""
        try:
            with self.writing() as db:
                letter = db.execute(
                    insert(letters)
                    .values(
                        campaign=filing.campaign,
                        addressee=filing.addressee,
                        day=filing.day,
                        **_wire(filing.message),
                        state=LetterState.WAITING,
                        attempts=0,
                        holder=lease.holder,
                        lease_until=lease.until,
                        detail="",
                        written_at=filing.written_at,
                    )
                    .returning(letters.c.id)
                ).scalar_one()
                _carry(db, letter, filing)
                return int(letter)
        except IntegrityError:
            return None

    def resume(self, letter: int, lease: Lease, gone: str | None = None) -> bool:
        """Take over an unfinished letter that nobody holds any more. False where somebody does, or it is finished.

        `gone` is a holder known to be dead, whose lease need not run out.
        """
        free = or_(letters.c.lease_until.is_(None), letters.c.lease_until < lease.now)
        if gone is not None:
            free = or_(free, letters.c.holder == gone)
        with self.writing() as db:
            taken = db.execute(
                update(letters)
                .where(letters.c.id == letter, letters.c.state.in_(UNFINISHED), free)
                .values(holder=lease.holder, lease_until=lease.until)
            )
            return taken.rowcount == 1

    def let_go(self, letter: int, lease: Lease) -> None:
        """Give up the lease and leave the letter as it is, for whoever resumes it."""
        with self.writing() as db:
            db.execute(
                update(letters)
                .where(letters.c.id == letter, letters.c.holder == lease.holder)
                .values(holder=None, lease_until=None)
            )

    def depart(self, letter: int, lease: Lease, known: Mapping[ObligationKey, int]) -> bool:
        """Just before DATA: mark the letter as being sent, unless more was entered for its unit than is `known` to it:
        how many entries each obligation had.

        False where it has: then nothing was marked, and the letter must be rewritten or stopped. Raises LeaseLost
        where another process has taken the letter over.
        """
        with self.writing() as db:
            ours = db.execute(
                select(letters.c.campaign, letters.c.addressee)
                .where(letters.c.id == letter, letters.c.holder == lease.holder)
                .with_for_update()
            ).first()
            if ours is None:
                raise LeaseLost(TAKEN_OVER)
            if counts_of(db, belongs(ours.campaign, ours.addressee)) != dict(known):
                return False
            db.execute(
                update(letters)
                .where(letters.c.id == letter)
                .values(state=LetterState.SENDING, attempts=letters.c.attempts + 1)
            )
            return True

    def refile(self, letter: int, filing: Filing, lease: Lease) -> None:
        """Write a letter anew that we hold and that was never handed over: its bytes, its steps, its phases.

        Raises LeaseLost where it is not ours, or has been handed over.
        """
        with self.writing() as db:
            ours = and_(letters.c.id == letter, letters.c.holder == lease.holder, letters.c.attempts == 0)
            values = {**_wire(filing.message), "written_at": filing.written_at}
            if db.execute(update(letters).where(ours).values(**values)).rowcount != 1:
                raise LeaseLost(TAKEN_OVER)
            db.execute(reminders.delete().where(reminders.c.letter == letter))
            _carry(db, letter, filing)

    def conclude(self, letter: int, state: LetterState, detail: str) -> None:
        """Record what became of the letter, and let go of it. A deferred one starts over: nothing of it went out."""
        values: dict[str, Any] = {"state": state, "detail": detail, "holder": None, "lease_until": None}
        if state is LetterState.DEFERRED:
            values["attempts"] = 0
        with self.writing() as db:
            db.execute(update(letters).where(letters.c.id == letter).values(**values))

    def settle_earlier(self, campaign: str, day: date, lease: Lease) -> None:
        """Close what earlier mornings left unfinished: never handed over is deferred, perhaps handed over is uncertain.

        The steps of a deferred letter are free for today's; an uncertain one is shown to a person and never repeated.
        """
        abandoned = and_(
            letters.c.campaign == campaign,
            letters.c.day < day,
            or_(letters.c.lease_until.is_(None), letters.c.lease_until < lease.now),
        )
        with self.writing() as db:
            for was, becomes, detail in (
                (LetterState.SENDING, LetterState.UNCERTAIN, "发送途中程序中断，是否送达请人工核实"),
                (LetterState.WAITING, LetterState.DEFERRED, "当日未能发出"),
            ):
                db.execute(
                    update(letters)
                    .where(abandoned, letters.c.state == was)
                    .values(state=becomes, detail=detail, holder=None, lease_until=None)
                )

    # --- phases ---

    def phase_marks(self, campaign: str) -> tuple[PhaseMark, ...]:
        """Every phase that was opened or closed."""
        with self.reading() as db:
            rows = db.execute(
                select(phases, letters.c.state)
                .join_from(phases, letters, isouter=True)
                .where(phases.c.campaign == campaign)
            ).mappings()
            return tuple(
                PhaseMark(
                    row["plan"],
                    PhaseName(row["phase"]),
                    row["opened_at"],
                    row["closed_at"],
                    row["state"] in (LetterState.SENT, LetterState.PARTIAL),
                )
                for row in rows
            )

    def open_phase(self, campaign: str, plan: str, phase: PhaseName, at: datetime) -> bool:
        """Record that the phase has begun. True for the one call that did so."""
        return self._stamp(campaign, plan, phase, "opened_at", at)

    def close_phase(self, campaign: str, plan: str, phase: PhaseName, at: datetime) -> bool:
        """Record that the phase has ended. True for the one call that did so."""
        return self._stamp(campaign, plan, phase, "closed_at", at)

    def _stamp(self, campaign: str, plan: str, phase: PhaseName, column: str, at: datetime) -> bool:
        with self.writing() as db:
            unmarked = and_(_phase(campaign, plan, phase), phases.c[column].is_(None))
            if db.execute(update(phases).where(unmarked).values({column: at})).rowcount:
                return True
            if db.scalar(select(phases.c.id).where(_phase(campaign, plan, phase))) is not None:
                return False
        try:
            with self.writing() as db:
                db.execute(insert(phases).values({"campaign": campaign, "plan": plan, "phase": phase, column: at}))
                return True
        except IntegrityError:
            return False


def _keys_of(db: Connection, letter: int) -> tuple[ObligationKey, ...]:
    rows = db.execute(
        select(obligations).join_from(obligations, reminders).where(reminders.c.letter == letter)
    ).mappings()
    return tuple(key_of(row) for row in rows)


def _mark(row: RowMapping) -> Mark:
    if row["letter"] is None:
        return Mark(row["code"], None, row["missed_on"], ())
    return Mark(row["code"], LetterState(row["state"]), row["day"], tuple(row["recipients"]))


def _filed(row: RowMapping, keys: tuple[ObligationKey, ...]) -> FiledLetter:
    return FiledLetter(
        id=row["id"],
        addressee=row["addressee"],
        day=row["day"],
        message=Message(row["message_id"], row["subject"], tuple(row["recipients"]), row["data"]),
        state=LetterState(row["state"]),
        attempts=row["attempts"],
        holder=row["holder"],
        detail=row["detail"],
        keys=keys,
    )


def _written(row: RowMapping, carried: Iterable[tuple[ObligationKey, Step]]) -> WrittenLetter:
    plain = {name: row[name] for name in ("id", "addressee", "day", "message_id", "subject", "attempts", "detail")}
    return WrittenLetter(
        **plain,
        recipients=tuple(row["recipients"]),
        state=LetterState(row["state"]),
        written_at=row["written_at"],
        keys=tuple(key for key, _ in carried),
        steps=tuple(step for _, step in carried),
    )


def _wire(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        "recipients": list(message.recipients),
        "data": message.data,
    }


def _carry(db: Connection, letter: int, filing: Filing) -> None:
    """Note what the letter carries, makes missed and reports on."""
    ids = ids_of(db, filing.campaign, [key for key, _, _ in filing.steps + filing.missed])
    steps = {(ids[key], code): (step, letter, None) for key, code, step in filing.steps}
    _set_steps(db, steps | {(ids[key], code): (step, None, filing.day) for key, code, step in filing.missed})
    for plan, phase in filing.phases:
        db.execute(update(phases).where(_phase(filing.campaign, plan, phase)).values(letter=letter))


def _set_steps(db: Connection, steps: Mapping[tuple[int, str], tuple[Step, int | None, date | None]]) -> None:
    """Write which letter carries each step, or when it was missed, by obligation and code; one that is there stays.

    All at once: the first letter of a unit after a long pause makes a hundred steps missed.
    """
    there = reminders.c.obligation.in_({obligation for obligation, _ in steps})
    rows = db.execute(select(reminders.c.obligation, reminders.c.code, reminders.c.id).where(there))
    known = {(obligation, code): row for obligation, code, row in rows}
    again, first = [], []
    for (obligation, code), (step, letter, missed_on) in steps.items():
        carried = {"letter": letter, "missed_on": missed_on}
        if row := known.get((obligation, code)):
            again.append({"row": row, **carried})
        else:
            first.append({"obligation": obligation, "code": code, "step": step, **carried})
    if again:
        db.execute(update(reminders).where(reminders.c.id == bindparam("row")), again)
    if first:
        db.execute(insert(reminders), first)


def _phase(campaign: str, plan: str, phase: PhaseName) -> ColumnElement[bool]:
    return and_(phases.c.campaign == campaign, phases.c.plan == plan, phases.c.phase == phase)
