"""What the engine asks of the ledger and tells it, each a transaction of its own.

Claims are won by the database alone (a unique row, or a conditional UPDATE whose row count says who was first), so the
same code is right on SQLite and on PostgreSQL, with any number of processes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from cuibao.errors import ClaimLost, Contradiction, LedgerError
from cuibao.ledger.engine import in_chinese, look_at_engine, open_engine
from cuibao.ledger.tables import campaigns, letters, obligations, phases, receipts, reminders
from cuibao.model import LetterState, Message, ObligationKey, PhaseName, Receipt, Step

TAKEN_OVER = "这封信已由另一进程接手，本进程不再发送。"
UNFINISHED = tuple(state for state in LetterState if state.unfinished)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on a letter, and until when nobody else may. Both moments are the machine's, not the campaign's."""

    holder: str
    now: datetime
    until: datetime


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
class Filing:
    """A letter to claim: its bytes, the steps it carries, the steps it makes missed, the phases it reports on."""

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


class Ledger:
    """An open ledger. Every method is one transaction; see the module for what makes them safe together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(cuibao_reading=True)

    @classmethod
    def open(cls, url: str) -> Self:
        """The ledger at the SQLAlchemy `url`, created or migrated where needed. Raises LedgerError."""
        return cls(open_engine(url))

    @classmethod
    def look_at(cls, url: str) -> Self:
        """The ledger at `url` as it is, or where there is none an empty one in memory. Raises LedgerError."""
        return cls(look_at_engine(url))

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with in_chinese(), self._reading.begin() as db:
            yield db

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with in_chinese(), self._engine.begin() as db:
            yield db

    # --- the campaign ---

    def simulated(self, campaign: str) -> bool | None:
        """Whether the campaign in this ledger is a simulation; None where it holds nothing of it."""
        with self._read() as db:
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
        with self._write() as db:
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
        with self._read() as db:
            rows = db.execute(_obligations_of(campaign).where(obligations.c.unit.in_(units))).mappings()
            known = {_key(row) for row in rows}
        if missing := sorted(wanted - known, key=repr):
            with self._write() as db:
                db.execute(insert(obligations), [_names(campaign, key) for key in missing])

    # --- receipts ---

    def enter(self, campaign: str, entries: Sequence[Receipt]) -> None:
        """Append the entries, all or none. Raises Contradiction where one of them is received already."""
        try:
            with self._write() as db:
                for entry in entries:
                    self._append(db, campaign, entry)
        except IntegrityError:
            raise Contradiction("刚刚已有人登记了同一事项，本次没有重复登记。") from None

    def _append(self, db: Connection, campaign: str, entry: Receipt) -> None:
        obligation = _id_of(db, campaign, entry.obligation)
        if db.scalar(select(func.count()).where(receipts.c.obligation == obligation)):
            raise Contradiction("该事项已登记收到，本次没有重复登记。")
        db.execute(
            insert(receipts).values(
                obligation=obligation,
                seq=1,
                entry=entry.entry,
                received_at=entry.received_at,
                channel=entry.channel,
                entered_by=entry.by,
                note=entry.note,
                entered_at=entry.entered_at,
            )
        )

    def received(self, campaign: str, unit: str | None = None) -> Mapping[ObligationKey, datetime]:
        """When each obligation of the campaign, or of one unit, was first received."""
        query = (
            select(obligations, func.min(receipts.c.received_at).label("received_at"))
            .join_from(obligations, receipts)
            .where(_belongs(campaign, unit))
            .group_by(*obligations.c)
        )
        with self._read() as db:
            return {_key(row): row["received_at"] for row in db.execute(query).mappings()}

    def marks(self, campaign: str, unit: str | None = None) -> Mapping[ObligationKey, Mapping[str, Mark]]:
        """The steps of each obligation that a letter carried or a later step made missed, by code."""
        query = (
            select(obligations, reminders, letters.c.state, letters.c.day, letters.c.recipients)
            .join_from(obligations, reminders)
            .outerjoin(letters)
            .where(_belongs(campaign, unit))
        )
        found: dict[ObligationKey, dict[str, Mark]] = {}
        with self._read() as db:
            for row in db.execute(query).mappings():
                found.setdefault(_key(row), {})[row["code"]] = _mark(row)
        return found

    # --- letters ---

    def letter(self, campaign: str, addressee: str, day: date) -> FiledLetter | None:
        """The letter to `addressee` of the morning of `day`, if there is one."""
        with self._read() as db:
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
        with self._read() as db:
            return frozenset(db.scalars(query))

    def last_days(self, campaign: str) -> Mapping[str, date]:
        """The day of the newest letter of each addressee that was handed over, whatever became of it."""
        query = select(letters.c.addressee, func.max(letters.c.day).label("day"))
        query = query.where(letters.c.campaign == campaign, letters.c.attempts > 0).group_by(letters.c.addressee)
        with self._read() as db:
            return {row.addressee: row.day for row in db.execute(query)}

    def open_letters(self, campaign: str, states: Collection[LetterState]) -> tuple[FiledLetter, ...]:
        """The letters in one of `states`, oldest first, with those of their obligations that have neither been received
        nor been in a later letter that was sent; and the office's own, until its reports are in a later one."""
        later, again = letters.alias(), reminders.alias()
        sent_later = and_(later.c.state == LetterState.SENT, later.c.day > letters.c.day)
        wanted = and_(letters.c.campaign == campaign, letters.c.state.in_(states))
        said_again = exists().where(
            again.c.obligation == reminders.c.obligation, again.c.letter == later.c.id, sent_later
        )
        received = exists().where(receipts.c.obligation == reminders.c.obligation)
        owed = select(letters.c.id.label("letter"), obligations).select_from(letters.join(reminders).join(obligations))
        reported = exists().where(phases.c.letter == letters.c.id)
        keys: dict[int, list[ObligationKey]] = {}
        with self._read() as db:
            for row in db.execute(owed.where(wanted, ~received, ~said_again)).mappings():
                keys.setdefault(row["letter"], []).append(_key(row))
            either = or_(letters.c.id.in_(keys), reported)
            rows = db.execute(select(letters).where(wanted, either).order_by(letters.c.day)).mappings()
            return tuple(_filed(row, tuple(keys.get(row["id"], ()))) for row in rows)

    def count_letters(self, campaign: str, day: date) -> int:
        """How many letters were handed over on `day`, whatever became of them."""
        query = select(func.count()).select_from(letters)
        query = query.where(letters.c.campaign == campaign, letters.c.attempts > 0, letters.c.day == day)
        with self._read() as db:
            return db.scalar(query) or 0

    def file(self, filing: Filing, claim: Claim) -> int | None:
        """Claim a letter: commit its bytes and its steps before any SMTP. None where it was claimed already."""
        try:
            with self._write() as db:
                letter = db.execute(
                    insert(letters)
                    .values(
                        campaign=filing.campaign,
                        addressee=filing.addressee,
                        day=filing.day,
                        **_wire(filing.message),
                        state=LetterState.CLAIMED,
                        attempts=0,
                        holder=claim.holder,
                        lease_until=claim.until,
                        detail="",
                        written_at=filing.written_at,
                    )
                    .returning(letters.c.id)
                ).scalar_one()
                _carry(db, letter, filing)
                return int(letter)
        except IntegrityError:
            return None

    def resume(self, letter: int, claim: Claim, gone: str | None = None) -> bool:
        """Take over an unfinished letter that nobody holds any more. False where somebody does, or it is finished.

        `gone` is a holder known to be dead, whose lease need not run out.
        """
        free = or_(letters.c.lease_until.is_(None), letters.c.lease_until < claim.now)
        if gone is not None:
            free = or_(free, letters.c.holder == gone)
        with self._write() as db:
            taken = db.execute(
                update(letters)
                .where(letters.c.id == letter, letters.c.state.in_(UNFINISHED), free)
                .values(holder=claim.holder, lease_until=claim.until)
            )
            return taken.rowcount == 1

    def let_go(self, letter: int, claim: Claim) -> None:
        """Give up the claim and leave the letter as it is, for whoever resumes it."""
        with self._write() as db:
            db.execute(
                update(letters)
                .where(letters.c.id == letter, letters.c.holder == claim.holder)
                .values(holder=None, lease_until=None)
            )

    def depart(self, letter: int, claim: Claim, known: Collection[ObligationKey]) -> bool:
        """Just before DATA: mark the letter as being sent, unless its unit has sent in more than is `known` to it.

        False where it has: then nothing was marked, and the letter must be rewritten or stopped. Raises ClaimLost
        where another process has taken the letter over.
        """
        with self._write() as db:
            ours = db.execute(
                select(letters.c.campaign, letters.c.addressee)
                .where(letters.c.id == letter, letters.c.holder == claim.holder)
                .with_for_update()
            ).first()
            if ours is None:
                raise ClaimLost(TAKEN_OVER)
            received = db.execute(
                select(obligations).join_from(obligations, receipts).where(_belongs(ours.campaign, ours.addressee))
            ).mappings()
            if any(_key(row) not in known for row in received):
                return False
            db.execute(
                update(letters)
                .where(letters.c.id == letter)
                .values(state=LetterState.SENDING, attempts=letters.c.attempts + 1)
            )
            return True

    def refile(self, letter: int, filing: Filing, claim: Claim) -> None:
        """Write a letter anew that we hold and that was never handed over: its bytes, its steps, its phases.

        Raises ClaimLost where it is not ours, or has been handed over.
        """
        with self._write() as db:
            ours = and_(letters.c.id == letter, letters.c.holder == claim.holder, letters.c.attempts == 0)
            values = {**_wire(filing.message), "written_at": filing.written_at}
            if db.execute(update(letters).where(ours).values(**values)).rowcount != 1:
                raise ClaimLost(TAKEN_OVER)
            db.execute(reminders.delete().where(reminders.c.letter == letter))
            _carry(db, letter, filing)

    def conclude(self, letter: int, state: LetterState, detail: str) -> None:
        """Record what became of the letter, and let go of it. A deferred one starts over: nothing of it went out."""
        values: dict[str, Any] = {"state": state, "detail": detail, "holder": None, "lease_until": None}
        if state is LetterState.DEFERRED:
            values["attempts"] = 0
        with self._write() as db:
            db.execute(update(letters).where(letters.c.id == letter).values(**values))

    def settle_earlier(self, campaign: str, day: date, claim: Claim) -> None:
        """Close what earlier mornings left unfinished: never handed over is deferred, perhaps handed over is uncertain.

        The steps of a deferred letter are free for today's; an uncertain one is shown to a person and never repeated.
        """
        abandoned = and_(
            letters.c.campaign == campaign,
            letters.c.day < day,
            or_(letters.c.lease_until.is_(None), letters.c.lease_until < claim.now),
        )
        with self._write() as db:
            for was, becomes, detail in (
                (LetterState.SENDING, LetterState.UNCERTAIN, "发送途中程序中断，是否送达请人工核实"),
                (LetterState.CLAIMED, LetterState.DEFERRED, "当日未能发出"),
            ):
                db.execute(
                    update(letters)
                    .where(abandoned, letters.c.state == was)
                    .values(state=becomes, detail=detail, holder=None, lease_until=None)
                )

    # --- phases ---

    def phase_marks(self, campaign: str) -> tuple[PhaseMark, ...]:
        """Every phase that was opened or closed."""
        with self._read() as db:
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
        with self._write() as db:
            unmarked = and_(_phase(campaign, plan, phase), phases.c[column].is_(None))
            if db.execute(update(phases).where(unmarked).values({column: at})).rowcount:
                return True
            if db.scalar(select(phases.c.id).where(_phase(campaign, plan, phase))) is not None:
                return False
        try:
            with self._write() as db:
                db.execute(insert(phases).values({"campaign": campaign, "plan": plan, "phase": phase, column: at}))
                return True
        except IntegrityError:
            return False


def _obligations_of(campaign: str) -> Any:
    return select(obligations).where(obligations.c.campaign == campaign)


def _belongs(campaign: str, unit: str | None) -> ColumnElement[bool]:
    ours = obligations.c.campaign == campaign
    return ours if unit is None else and_(ours, obligations.c.unit == unit)


def _names(campaign: str, key: ObligationKey) -> dict[str, str]:
    return {
        "campaign": campaign,
        "plan": key.plan,
        "requirement": key.requirement,
        "period": key.period,
        "unit": key.unit,
    }


def _key(row: RowMapping) -> ObligationKey:
    return ObligationKey(row["plan"], row["requirement"], row["period"], row["unit"])


def _ids_of(db: Connection, campaign: str, keys: Collection[ObligationKey]) -> dict[ObligationKey, int]:
    units = {key.unit for key in keys}
    rows = db.execute(_obligations_of(campaign).where(obligations.c.unit.in_(units))).mappings()
    found = {_key(row): int(row["id"]) for row in rows}
    return {key: found[key] for key in keys}


def _id_of(db: Connection, campaign: str, key: ObligationKey) -> int:
    return _ids_of(db, campaign, [key])[key]


def _keys_of(db: Connection, letter: int) -> tuple[ObligationKey, ...]:
    rows = db.execute(
        select(obligations).join_from(obligations, reminders).where(reminders.c.letter == letter)
    ).mappings()
    return tuple(_key(row) for row in rows)


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


def _wire(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        "recipients": list(message.recipients),
        "data": message.data,
    }


def _carry(db: Connection, letter: int, filing: Filing) -> None:
    """Note what the letter carries, makes missed and reports on."""
    ids = _ids_of(db, filing.campaign, [key for key, _, _ in filing.steps + filing.missed])
    for key, code, step in filing.steps:
        _set_step(db, ids[key], code, step, letter=letter, missed_on=None)
    for key, code, step in filing.missed:
        _set_step(db, ids[key], code, step, letter=None, missed_on=filing.day)
    for plan, phase in filing.phases:
        db.execute(update(phases).where(_phase(filing.campaign, plan, phase)).values(letter=letter))


def _set_step(
    db: Connection, obligation: int, code: str, step: Step, *, letter: int | None, missed_on: date | None
) -> None:
    carried = {"letter": letter, "missed_on": missed_on}
    known = update(reminders).where(reminders.c.obligation == obligation, reminders.c.code == code)
    if not db.execute(known.values(**carried)).rowcount:
        db.execute(insert(reminders).values(obligation=obligation, code=code, step=step, **carried))


def _phase(campaign: str, plan: str, phase: PhaseName) -> ColumnElement[bool]:
    return and_(phases.c.campaign == campaign, phases.c.plan == plan, phases.c.phase == phase)
