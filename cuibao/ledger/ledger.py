"""What the engine asks of the ledger and tells it, each a transaction of its own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from cuibao.errors import LedgerError
from cuibao.ledger.agreements import Agreements
from cuibao.ledger.book import (
    Book,
    belongs,
    hold_campaign,
    ids_of,
    key_of,
    names,
    obligations_of,
    of_morning,
    require_standing,
    revision_of,
    taken_back,
)
from cuibao.ledger.closings import DELIVERED, Closings
from cuibao.ledger.copies import Approvals, ask
from cuibao.ledger.entries import Unsettled, append, entries_of, unsettled_of
from cuibao.ledger.events import Events
from cuibao.ledger.exports import Exports
from cuibao.ledger.leases import Lease, Leased, Leases, held, letter_name
from cuibao.ledger.mails import Mails
from cuibao.ledger.mornings import UNFINISHED, Mornings
from cuibao.ledger.pending import PARTS, Mark, Pending, marks_of, pending_of
from cuibao.ledger.probes import Probes
from cuibao.ledger.tables import beginnings, campaigns, letters, obligations, phases, receipts, reminders
from cuibao.model import CarriedBy, LetterState, Message, ObligationKey, Receipt, Step
from cuibao.times import day_of
from cuibao.tongue import say

# As many as are in memory at a time; a statement may name so many units, and many more.
KEYS_AT_ONCE = 5000
UNDERWAY = (LetterState.WAITING, LetterState.SENDING)


@dataclass(frozen=True, slots=True)
class FiledLetter:
    """A letter as the ledger holds it. `boot` is that of the machine that filed it, None where the ledger forgets
    nothing in a power cut. `missed` are those of its recipients whom it did not reach, `deferred` those whom the server
    put off while others took it, `entries` how many its unit had when it was written, where that is known."""

    id: int
    campaign: str
    addressee: str
    day: date
    revision: int
    message: Message
    state: LetterState
    attempts: int
    boot: str | None
    detail: str
    keys: tuple[ObligationKey, ...]
    missed: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()
    entries: int | None = None

    @property
    def thing(self) -> str:
        """What it is called among the leases."""
        return letter_name(self.campaign, self.day, self.revision, self.addressee)

    @property
    def unfinished(self) -> bool:
        """Whether it may still go out on its own day, to all of its recipients or to those that are `deferred`."""
        return _unfinished(self.state, self.deferred)

    def handed_over(self, boot: str) -> int:
        """How often it may have been handed over, to those to whom it is to go, as it looks from the `boot` of now:
        since it was filed under another, a power cut may have taken back that it went."""
        cut = self.state is LetterState.WAITING and self.boot not in (None, boot)
        return max(self.attempts - bool(self.deferred), int(cut))


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter as a trail shows it, without its bytes; `keys` are what it reminds of, `steps` at which step each;
    `taken_back`: its morning was, and it counts no more; `unfinished`: on its own day it may still go out, if only to
    some of its recipients."""

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
    taken_back: bool
    code: str | None
    keys: tuple[ObligationKey, ...]
    steps: tuple[Step, ...]
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Filing:
    """A letter to be sent: its bytes, the steps it carries, the steps it makes missed, the phases it reports on.

    `row` is that of the letter it takes the place of, which nobody can have got; `code` what people see of it, None
    for the office's own; `final`: the campaign whose year-end report is in it. `carrier` is to take it; `own` are those
    of its recipients that are the unit's own; `listed`: it has the list of what is overdue; `copied`: the unit's leader
    gets a copy; `asks`: a person is to be asked whether it may. `entries` is how many the unit has.
    """

    campaign: str
    addressee: str
    day: date
    revision: int
    written_at: datetime
    message: Message
    steps: tuple[tuple[ObligationKey, str, Step], ...] = ()
    missed: tuple[tuple[ObligationKey, str, Step], ...] = ()
    phases: tuple[tuple[str, str], ...] = ()
    row: int | None = None
    code: str | None = None
    carrier: CarriedBy = CarriedBy.OUTBOX
    own: tuple[str, ...] = ()
    entries: int | None = None
    listed: bool = False
    copied: bool = False
    final: str | None = None
    asks: bool = False

    @property
    def thing(self) -> str:
        """What it is called among the leases."""
        return letter_name(self.campaign, self.day, self.revision, self.addressee)


@dataclass(frozen=True, slots=True)
class PhaseMark:
    """When a plan's phase was opened and closed, and whether its gate report has reached the office."""

    plan: str
    phase: str
    opened_at: datetime | None
    closed_at: datetime | None
    reported: bool


@dataclass(frozen=True, slots=True)
class KeptCampaign:
    """A campaign that the ledger knows. Its common rows bear the id `book`; `closed`: a person closed it; `told`: the
    office has had the report of its end, or there is none, since it was never begun."""

    id: str
    book: str
    simulated: bool
    closed: bool
    told: bool


class Ledger(Book):
    """An open ledger. Every method is one transaction; see the module for what makes them safe together."""

    @property
    def mails(self) -> Mails:
        """What came by mail, in the same ledger."""
        return self._part(Mails)

    @property
    def probes(self) -> Probes:
        """Whose word about senders is believed, in the same ledger."""
        return self._part(Probes)

    @property
    def leases(self) -> Leases:
        """Who sends what, in the same ledger."""
        return self._part(Leases)

    @property
    def exports(self) -> Exports:
        """What was exported and mailed to the office itself, in the same ledger."""
        return self._part(Exports)

    @property
    def events(self) -> Events:
        """What clerks opened items for, and the dates that letters have named, in the same ledger."""
        return self._part(Events)

    @property
    def agreements(self) -> Agreements:
        """Calls, promises and pauses, in the same ledger."""
        return self._part(Agreements)

    @property
    def mornings(self) -> Mornings:
        """The mornings by the machine's own clock, in the same ledger."""
        return self._part(Mornings)

    @property
    def copies(self) -> Approvals:
        """Which leaders may get copies, in the same ledger."""
        return self._part(Approvals)

    @property
    def closings(self) -> Closings:
        """How the campaign ends, in the same ledger."""
        return self._part(Closings)

    # --- the campaign ---

    def simulated(self, campaign: str) -> bool | None:
        """Whether the campaign in this ledger is a simulation; None where it holds nothing of it."""
        with self.reading() as db:
            return db.scalar(select(campaigns.c.simulated).where(campaigns.c.id == campaign))

    def kept(self) -> tuple[KeptCampaign, ...]:
        """The campaigns that were noted, those that were noted first before the others."""
        begun = exists().where(beginnings.c.campaign == campaigns.c.id, beginnings.c.begun_at.is_not(None))
        names = (campaigns.c.id, campaigns.c.book, campaigns.c.simulated, campaigns.c.closed_at, letters.c.state)
        query = select(*names, begun.label("begun")).join_from(
            campaigns, letters, and_(letters.c.id == campaigns.c.final_letter, self.went()), isouter=True
        )
        with self.reading() as db:
            rows = db.execute(query.order_by(campaigns.c.opened_at, campaigns.c.id != campaigns.c.book)).all()
        return tuple(
            KeptCampaign(
                row.id,
                row.book,
                row.simulated,
                closed=row.closed_at is not None,
                told=row.state in DELIVERED or not row.begun,
            )
            for row in rows
        )

    def register(self, campaign: str, at: datetime, *, seed: int | None = None, members: Collection[str] = ()) -> None:
        """Note the campaign, once, and those of its `members` whose rows bear its id; with a `seed` it is a simulation,
        and stays one.

        Raises LedgerError where a simulation would touch a real campaign, or one of another seed.
        """
        others = [each for each in members if each != campaign]
        try:
            self._register(campaign, at, seed, others)
        except IntegrityError:  # another process did at the same time; what it noted is looked at now
            self._register(campaign, at, seed, others)

    def _register(self, campaign: str, at: datetime, seed: int | None, others: Collection[str]) -> None:
        with self.writing() as db:
            rows = db.execute(select(campaigns).where(campaigns.c.id.in_([campaign, *others]))).mappings()
            known = {row["id"]: row for row in rows}
            row = known.get(campaign)
            # What comes to a simulation is simulated too.
            played = row["seed"] if row else seed
            new = {"simulated": played is not None, "seed": played, "opened_at": at, "book": campaign}
            if missing := [each for each in (campaign, *others) if each not in known]:
                db.execute(insert(campaigns), [{"id": each, **new} for each in missing])
            if row is None:
                return
            if seed is not None and not row["simulated"]:
                raise LedgerError(
                    f"台账里已有“{campaign}”的真实登记，不能在上面做模拟演练。"
                    "请用 CUIBAO_HOME 或 CUIBAO_DATABASE_URL 另指一处新台账。"
                )
            if seed is not None and row["seed"] != seed:
                raise LedgerError(
                    f"台账里已有种子为 {row['seed']} 的模拟演练，与这次的 {seed} 不同。"
                    "请换一个新文件夹，或用原来的种子。"
                )

    def seed(self, campaign: str) -> int | None:
        """The seed of the simulation that the campaign is in this ledger; None where it is real."""
        with self.reading() as db:
            return db.scalar(select(campaigns.c.seed).where(campaigns.c.id == campaign))

    def key(self, campaign: str) -> str | None:
        """The key of its mails' ids; None where it has none yet."""
        with self.reading() as db:
            return db.scalar(select(campaigns.c.key).where(campaigns.c.id == campaign))

    def keep_key(self, campaign: str, key: str) -> str:
        """Keep `key` for good, where another process has kept none; the one that counts. It was registered."""
        mine = campaigns.c.id == campaign
        with self.writing() as db:
            db.execute(update(campaigns).where(mine, campaigns.c.key.is_(None)).values(key=key))
            kept: str = db.scalars(select(campaigns.c.key).where(mine)).one()
            return kept

    def enrol(self, campaign: str, keys: Iterable[ObligationKey]) -> None:
        """Make sure that each obligation has its row. Those of a unit come one after the other: each unit's are looked
        up once."""
        left = iter(keys)
        while wanted := set(islice(left, KEYS_AT_ONCE)):
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

    def periods_kept(self, campaign: str, item: Sequence[str] = ()) -> Mapping[tuple[str, str], Sequence[str]]:
        """The keys of the periods for which something was entered, of the campaign, or of one plan or item, by the ids
        of their plan and requirement."""
        columns = (obligations.c.plan, obligations.c.requirement, obligations.c.period)
        entered = select(*columns).join(receipts, receipts.c.obligation == obligations.c.id)
        query = entered.where(belongs(campaign, None, item)).distinct().order_by(*columns)
        found: dict[tuple[str, str], list[str]] = {}
        with self.reading() as db:
            for plan, requirement, period in db.execute(query):
                found.setdefault((plan, requirement), []).append(period)
        return found

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

    def entries(
        self, campaign: str, unit: str | None = None, *, item: Sequence[str] = ()
    ) -> Mapping[ObligationKey, tuple[Receipt, ...]]:
        """The entries of each obligation of the campaign, of one unit, of one plan or item, in their order."""
        with self.reading() as db:
            return entries_of(db, belongs(campaign, unit, item))

    def entries_of_items(
        self, campaign: str, items: Sequence[Sequence[str]]
    ) -> Mapping[ObligationKey, tuple[Receipt, ...]]:
        """The entries of each obligation of some items, each named by the ids of its plan and requirement."""
        if not items:
            return {}
        with self.reading() as db:
            return entries_of(db, or_(*(belongs(campaign, None, item) for item in items)))

    def unsettled(self, campaign: str, item: Sequence[str], as_of: datetime | None = None) -> Unsettled:
        """The entries of one plan or item by which an obligation may be owed at `as_of`, or by all of them."""
        with self.reading() as db:
            return unsettled_of(db, belongs(campaign, None, item), as_of)

    def marks(self, campaign: str, unit: str | None = None) -> Mapping[ObligationKey, Mapping[str, Mark]]:
        """The steps of each obligation that a letter carried or a later step made missed, by code."""
        with self.reading() as db:
            return marks_of(db, belongs(campaign, unit), self.counts())

    def pending(self, campaign: str, units: Collection[str], *, since: date, before: date) -> Pending:
        """What is not plainly settled of what `units` owe, with the steps that were taken, and their letters
        from the day `since` to the one before `before`."""
        with self.reading() as db:
            return pending_of(db, campaign, units, self.counts(), self.went(), since=since, before=before)

    # --- letters ---

    def letter(self, campaign: str, addressee: str, day: date) -> FiledLetter | None:
        """The letter to `addressee` of the morning of `day`, if there is one."""
        return self.letters(campaign, day, [addressee]).get(addressee)

    def letters(self, campaign: str, day: date, addressees: Collection[str]) -> Mapping[str, FiledLetter]:
        """The letters of the morning of `day` to some `addressees`, by addressee."""
        with self.reading() as db:
            morning = of_morning(campaign, day, revision_of(db, campaign, day))
            wanted = and_(morning, letters.c.addressee.in_(addressees))
            rows = db.execute(select(letters).where(wanted)).mappings().all()
            keys = _keys_of(db, [row["id"] for row in rows])
            return {row["addressee"]: self._filed(row, keys.get(row["id"], ())) for row in rows}

    def underway(self, campaign: str, before: date) -> tuple[FiledLetter, ...]:
        """The letters of days before that one which nobody has finished: one that was put off is, unless an attempt
        before may have arrived."""
        doubtful = and_(letters.c.state == LetterState.DEFERRED, letters.c.attempts > 0)
        wanted = and_(letters.c.campaign == campaign, letters.c.day < before, self.counts())
        wanted = and_(wanted, or_(letters.c.state.in_(UNDERWAY), doubtful))
        with self.reading() as db:
            return tuple(self._filed(row, ()) for row in db.execute(select(letters).where(wanted)).mappings())

    def filed_on(self, campaign: str, day: date) -> Mapping[str, LetterState]:
        """The addressees of the letters of `day`, and where each stands; among them those who have one of a ledger that
        was merged into this one that day."""
        query = select(letters.c.addressee, letters.c.state, letters.c.carrier).order_by(letters.c.revision)
        of_day = and_(letters.c.campaign == campaign, letters.c.day == day)
        merged = and_(of_day, letters.c.revision < 0, letters.c.state.in_(DELIVERED), self.counts())
        with self.reading() as db:
            query = query.where(or_(of_morning(campaign, day, revision_of(db, campaign, day)), merged))
            return {row.addressee: self._state_of(row) for row in db.execute(query)}

    def unfinished_on(self, campaign: str, day: date) -> frozenset[str]:
        """The addressees of the letters of `day` that were begun and may still go out: put off, by the server for all
        of their recipients or for some, or left by a crash."""
        rest = and_(letters.c.state == LetterState.PARTIAL, cast(letters.c.deferred, Text) != "[]")
        wanted = and_(self.went(), or_(letters.c.state.in_(UNFINISHED), rest))
        with self.reading() as db:
            morning = of_morning(campaign, day, revision_of(db, campaign, day))
            return frozenset(db.scalars(select(letters.c.addressee).where(morning, wanted)))

    def codes(self, campaign: str, day: date) -> Mapping[str, tuple[str, int]]:
        """The codes of the letters of `day`, and the addressee and the revision of the morning that each is of."""
        query = select(letters.c.code, letters.c.addressee, letters.c.revision)
        query = query.where(letters.c.campaign == campaign, letters.c.day == day, letters.c.code.is_not(None))
        with self.reading() as db:
            return {row.code: (row.addressee, row.revision) for row in db.execute(query)}

    def last_days(self, campaign: str) -> Mapping[str, date]:
        """The day of the newest letter of each addressee that was handed over, whatever became of it."""
        query = select(letters.c.addressee, func.max(letters.c.day).label("day"))
        counts = and_(letters.c.campaign == campaign, letters.c.attempts > 0, self.counts())
        query = query.where(counts).group_by(letters.c.addressee)
        with self.reading() as db:
            return {row.addressee: row.day for row in db.execute(query)}

    def open_letters(self, campaign: str, states: Collection[LetterState]) -> tuple[FiledLetter, ...]:
        """The letters in one of `states`, oldest first, with those of their obligations that have not been in a later
        letter that was sent; the office's own, until its reports are in a later one; and of those that may have gone
        out before a power cut, whose obligations are free again, each until a later one was sent."""
        later, again = letters.alias(), reminders.alias()
        sent_later = and_(later.c.state == LetterState.SENT, later.c.id > letters.c.id, self.counts(later))
        uncertain = letters.c.state == LetterState.UNCERTAIN
        # Of a morning that was taken back a person is to know only what may have arrived.
        wanted = and_(
            letters.c.campaign == campaign, letters.c.state.in_(states), self.went(), or_(uncertain, ~taken_back())
        )
        said_again = exists().where(
            again.c.obligation == reminders.c.obligation, again.c.letter == later.c.id, sent_later
        )
        owed = select(letters.c.id.label("letter"), obligations).select_from(letters.join(reminders).join(obligations))
        reported = or_(
            exists().where(phases.c.letter == letters.c.id), exists().where(campaigns.c.final_letter == letters.c.id)
        )
        written_again = exists().where(later.c.addressee == letters.c.addressee, sent_later)
        cut = and_(uncertain, letters.c.attempts == 0, ~written_again)
        keys: dict[int, list[ObligationKey]] = {}
        with self.reading() as db:
            for row in db.execute(owed.where(wanted, ~said_again)).mappings():
                keys.setdefault(row["letter"], []).append(key_of(row))
            either = or_(letters.c.id.in_(keys), reported, cut)
            rows = db.execute(select(letters).where(wanted, either).order_by(letters.c.day)).mappings()
            return tuple(self._filed(row, tuple(keys.get(row["id"], ()))) for row in rows)

    def bytes_to(self, campaign: str, addressee: str) -> tuple[bytes, ...]:
        """Every letter to `addressee` as it was written (RFC 5322), oldest first."""
        wanted = and_(letters.c.campaign == campaign, letters.c.addressee == addressee)
        with self.reading() as db:
            return tuple(db.scalars(select(letters.c.data).where(wanted).order_by(letters.c.id)))

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
            query = select(*columns, taken_back().label("taken_back")).where(wanted)
            # In the order that the index of an addressee has.
            in_order = query.order_by(letters.c.day, letters.c.revision, letters.c.id)
            rows = db.execute(in_order).mappings()
            return tuple(_written(row, found.get(row["id"], ())) for row in rows)

    def count_letters(self, campaign: str, day: date) -> int:
        """How many letters were handed over on `day`, whatever became of them."""
        query = select(func.count()).select_from(letters)
        with self.reading() as db:
            query = query.where(of_morning(campaign, day, revision_of(db, campaign, day)), letters.c.attempts > 0)
            query = query.where(self.went())
            return db.scalar(query) or 0

    def file(self, filings: Sequence[Filing], lease: Lease) -> Mapping[str, int]:
        """Commit the bytes and steps of one day's letters, for good, before any SMTP: all that we hold, or none.

        The rows of those, by addressee; the others were taken over by another process, and nothing of them is touched.
        """
        if not filings:
            return {}
        try:
            return self._file(filings, lease)
        except IntegrityError as trouble:
            raise LedgerError(say("台账里同一天已有这封信，没有再写。")) from trouble

    def _file(self, filings: Sequence[Filing], lease: Lease) -> Mapping[str, int]:
        with self.writing() as db:
            hold_campaign(db, filings[0].campaign)
            require_standing(db, filings[0].campaign, filings[0].day, filings[0].revision)
            ours = held(db, Leased.LETTER, [filing.thing for filing in filings], lease)
            filings = [filing for filing in filings if filing.thing in ours]
            boot = lease.holder.boot if db.dialect.name == "sqlite" else None
            rows = _filed_anew(db, [filing for filing in filings if filing.row is not None], boot)
            rows |= _filed_first(db, [filing for filing in filings if filing.row is None], boot)
            _carry(db, [(filing, rows[filing.addressee]) for filing in filings])
            for filing in filings:
                ask(db, filing.campaign, [filing.addressee] if filing.asks else [], filing.written_at)
            return rows

    def _goes(self, carrier: str) -> bool:
        """As `went`, of a row that was read."""
        return not self.outside or carrier == CarriedBy.SMTP

    def _state_of(self, row: Row[*tuple[Any, ...]]) -> LetterState:
        """Where a letter stands. What went to the outbox before there was a mail server is still to be sent."""
        return LetterState(row.state) if self._goes(row.carrier) else LetterState.WAITING

    def _filed(self, row: RowMapping, keys: tuple[ObligationKey, ...]) -> FiledLetter:
        letter = _filed(row, keys)
        if self._goes(row["carrier"]):
            return letter
        # Its place is taken by a new one: nobody has it.
        return replace(letter, state=LetterState.WAITING, attempts=0, boot=None, keys=(), missed=(), deferred=())

    # --- phases ---

    def phase_marks(self, campaign: str) -> tuple[PhaseMark, ...]:
        """Every phase that was opened or closed."""
        with self.reading() as db:
            rows = db.execute(
                select(phases, letters.c.state, letters.c.carrier)
                .join_from(phases, letters, isouter=True)
                .where(phases.c.campaign == campaign)
            ).mappings()
            return tuple(
                PhaseMark(
                    row["plan"],
                    row["phase"],
                    row["opened_at"],
                    row["closed_at"],
                    row["state"] in (LetterState.SENT, LetterState.PARTIAL) and self._goes(row["carrier"]),
                )
                for row in rows
            )

    def open_phase(self, campaign: str, plan: str, phase: str, at: datetime, revision: int) -> bool:
        """Record that the phase has begun. True for the one call that did so. Raises LeaseLost where the morning of
        that day and `revision` was taken back."""
        return self._stamp(campaign, plan, phase, "opened_at", at, revision)

    def close_phase(self, campaign: str, plan: str, phase: str, at: datetime, revision: int) -> bool:
        """Record that the phase has ended, as `open_phase` that it has begun."""
        return self._stamp(campaign, plan, phase, "closed_at", at, revision)

    def _stamp(self, campaign: str, plan: str, phase: str, column: str, at: datetime, revision: int) -> bool:
        with self.writing() as db:
            hold_campaign(db, campaign)
            require_standing(db, campaign, day_of(at), revision)
            unmarked = and_(_phase(campaign, plan, phase), phases.c[column].is_(None))
            if db.execute(update(phases).where(unmarked).values({column: at})).rowcount:
                return True
            if db.scalar(select(phases.c.id).where(_phase(campaign, plan, phase))) is not None:
                return False
        try:
            with self.writing() as db:
                hold_campaign(db, campaign)
                require_standing(db, campaign, day_of(at), revision)
                db.execute(insert(phases).values({"campaign": campaign, "plan": plan, "phase": phase, column: at}))
                return True
        except IntegrityError:
            return False


def _keys_of(db: Connection, found: Collection[int]) -> Mapping[int, tuple[ObligationKey, ...]]:
    """What each of some letters reminds of."""
    carried = select(reminders.c.letter, *[obligations.c[name] for name in PARTS]).join_from(obligations, reminders)
    keys: dict[int, list[ObligationKey]] = {}
    for row in db.execute(carried.where(reminders.c.letter.in_(found))).mappings():
        keys.setdefault(row["letter"], []).append(key_of(row))
    return {letter: tuple(carried) for letter, carried in keys.items()}


def _filed(row: RowMapping, keys: tuple[ObligationKey, ...]) -> FiledLetter:
    names_alike = ("id", "campaign", "addressee", "day", "revision", "attempts", "boot", "detail", "entries")
    plain = {name: row[name] for name in names_alike}
    message = Message(row["message_id"], row["subject"], tuple(row["recipients"]), row["data"])
    return FiledLetter(
        **plain,
        message=message,
        state=LetterState(row["state"]),
        keys=keys,
        missed=(*row["refused"], *row["bounced"]),
        deferred=tuple(row["deferred"]),
    )


def _written(row: RowMapping, carried: Iterable[tuple[ObligationKey, Step]]) -> WrittenLetter:
    plain = {
        name: row[name] for name in ("id", "addressee", "day", "message_id", "subject", "attempts", "detail", "code")
    }
    return WrittenLetter(
        **plain,
        recipients=tuple(row["recipients"]),
        state=LetterState(row["state"]),
        written_at=row["written_at"],
        taken_back=bool(row["taken_back"]),
        keys=tuple(key for key, _ in carried),
        steps=tuple(step for _, step in carried),
        unfinished=_unfinished(LetterState(row["state"]), row["deferred"]),
    )


def _unfinished(state: LetterState, deferred: Sequence[str]) -> bool:
    """Whether a letter may still go out on its own day, to all of its recipients or to those that are `deferred`."""
    return state.unfinished or (state is LetterState.PARTIAL and bool(deferred))


def _wire(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        "recipients": list(message.recipients),
        "data": message.data,
    }


_NEW_LETTER = insert(letters)
_ROWS_OF_DAY = select(letters.c.addressee, letters.c.id).where(
    letters.c.campaign == bindparam("campaign_"),
    letters.c.day == bindparam("day_"),
    letters.c.revision == bindparam("revision_"),
    letters.c.addressee.in_(bindparam("addressees_", expanding=True)),
)


def _filed_first(db: Connection, filings: Sequence[Filing], boot: str | None) -> dict[str, int]:
    if not filings:
        return {}
    named = ("campaign", "addressee", "day", "revision")
    rows = [{**{name: getattr(filing, name) for name in named}, **_waiting(filing, boot)} for filing in filings]
    db.execute(_NEW_LETTER, rows)
    of_day = {"campaign_": filings[0].campaign, "day_": filings[0].day, "revision_": filings[0].revision}
    made = db.execute(_ROWS_OF_DAY, of_day | {"addressees_": [filing.addressee for filing in filings]})
    return {row.addressee: row.id for row in made}


def _filed_anew(db: Connection, filings: Sequence[Filing], boot: str | None) -> dict[str, int]:
    for filing in filings:
        db.execute(update(letters).where(letters.c.id == filing.row).values(_waiting(filing, boot)))
        db.execute(reminders.delete().where(reminders.c.letter == filing.row))
    return {filing.addressee: filing.row for filing in filings if filing.row is not None}


def _waiting(filing: Filing, boot: str | None) -> dict[str, Any]:
    """A letter that nobody has got yet."""
    missed: dict[str, list[str]] = {"refused": [], "bounced": [], "deferred": []}
    fresh = {"state": LetterState.WAITING, "attempts": 0, "detail": "", "boot": boot, **missed}
    told = {name: getattr(filing, name) for name in ("written_at", "code", "carrier", "entries", "listed", "copied")}
    return {**_wire(filing.message), **fresh, **told, "own": list(filing.own)}


def _carry(db: Connection, filed: Collection[tuple[Filing, int]]) -> None:
    """Note what the letters carry, make missed and report on."""
    steps: dict[tuple[int, str], tuple[Step, int | None, date | None]] = {}
    named = [(filing.campaign, key) for filing, _ in filed for key, _, _ in filing.steps + filing.missed]
    ids = ids_of(db, named[0][0], [key for _, key in named]) if named else {}
    for filing, letter in filed:
        steps |= {(ids[key], code): (step, letter, None) for key, code, step in filing.steps}
        steps |= {(ids[key], code): (step, None, filing.day) for key, code, step in filing.missed}
        for plan, phase in filing.phases:
            db.execute(update(phases).where(_phase(filing.campaign, plan, phase)).values(letter=letter))
        if filing.final is not None:
            db.execute(update(campaigns).where(campaigns.c.id == filing.final).values(final_letter=letter))
    _set_steps(db, steps)


def _set_steps(db: Connection, steps: Mapping[tuple[int, str], tuple[Step, int | None, date | None]]) -> None:
    """Write which letter carries each step, or when it was missed, by obligation and code.

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


def _phase(campaign: str, plan: str, phase: str) -> ColumnElement[bool]:
    return and_(phases.c.campaign == campaign, phases.c.plan == plan, phases.c.phase == phase)
