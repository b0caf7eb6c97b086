"""Who sends what: the one hold on whatever goes out, a letter, an acknowledgement, a connection to the mail server.

A lease is won by the database alone: a unique row, or an UPDATE on condition of the holder that was seen. Whatever
becomes of something is written on condition that it is ours still, so who slept past its lease touches nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from cuibao.errors import LedgerError
from cuibao.holders import Holder
from cuibao.ledger.book import Book, of_morning
from cuibao.ledger.hot import Hot, read
from cuibao.ledger.tables import (
    acknowledgements,
    campaigns,
    exports,
    halts,
    leases,
    letters,
    obligations,
    questions,
    receipts,
    retractions,
)
from cuibao.model import LetterState
from cuibao.times import start_of
from cuibao.tongue import say

# Two who take something new at the same moment: the second sees the first the next time it looks.
_LOOKS = 3
_LONGEST_REST = timedelta(days=1)


class Leased(StrEnum):
    """What a lease is on."""

    LETTER = "letter"
    ANSWER = "answer"
    EXPORT = "export"
    CONNECTION = "connection"


_ROWS: Mapping[Leased, Table] = {
    Leased.LETTER: letters,
    Leased.ANSWER: acknowledgements,
    Leased.EXPORT: exports,
}


@dataclass(frozen=True, slots=True)
class Lease:
    """In whose name something is held, and until when. Both moments are the machine's, not the campaign's."""

    holder: Holder
    now: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Something on lease that can go out: its name among the leases of its kind, and its row."""

    kind: Leased
    thing: str
    row: int


@dataclass(frozen=True, slots=True)
class Look:
    """What was known of a unit when its letter was written: how many entries its obligations had, which are only added
    to."""

    campaign: str
    unit: str
    entries: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How many letters of a day may be handed over."""

    campaign: str
    day: date
    revision: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a call took: `ours`; `theirs`, with the holder where that can be named; what the quota kept back."""

    ours: tuple[str, ...]
    theirs: Mapping[str, Holder | None]
    kept_back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Our account with the mail server, and `since` when a refusal of it counts."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of something that was on lease, how often it may have been handed over by now, whom the server
    `refused`, and whom it `deferred` while others took it."""

    hold: Hold
    state: LetterState
    detail: str
    attempts: int
    refused: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()


class Departure(Enum):
    """Whether something may go out now."""

    GOES = auto()
    CHANGED = auto()
    LOST = auto()
    HALTED = auto()


# Written once: these are executed for every letter.
_OURS = and_(
    leases.c.kind == bindparam("kind_"), leases.c.thing == bindparam("thing_"), leases.c.holder == bindparam("holder_")
)
_ENTRIES = (
    select(func.count())
    .select_from(obligations.join(receipts))
    .where(obligations.c.campaign == bindparam("campaign_"), obligations.c.unit == bindparam("unit_"))
    .scalar_subquery()
)
_HALTED = exists().where(
    halts.c.account == bindparam("account_"), halts.c.at >= bindparam("since_", type_=halts.c.at.type)
)
_HOLD_ON = Hot(update(leases).where(_OURS).values(until=bindparam("until_", type_=leases.c.until.type)))
_LET_GO = Hot(delete(leases).where(_OURS))
_SEE = Hot(select(_ENTRIES, _HALTED))
_STILL = Hot(select(leases.c.until, _ENTRIES).where(_OURS))
_LEAVE = {
    kind: Hot(
        update(table)
        .where(table.c.id == bindparam("row_"))
        .values(state=LetterState.SENDING, attempts=bindparam("attempts_", type_=table.c.attempts.type))
    )
    for kind, table in _ROWS.items()
}
_END = {
    kind: Hot(
        update(table)
        .where(table.c.id == bindparam("row_"))
        .values(
            state=bindparam("state_"),
            detail=bindparam("detail_"),
            attempts=bindparam("attempts_", type_=letters.c.attempts.type),
            **{
                name: bindparam(f"{name}_", type_=table.c[name].type)
                for name in ("refused", "deferred")
                if name in table.c
            },
        )
    )
    for kind, table in _ROWS.items()
}


class Leases(Book):
    """The leases of the ledger, and what becomes of the things that were on lease."""

    def take(self, kind: Leased, things: Sequence[str], lease: Lease, quota: Quota | None = None) -> Taken:
        """Hold as many of `things` as nobody holds that lives, in their order, and as the `quota` leaves room for.

        A letter of the quota's day that was handed over before needs no room: it has been counted.
        """
        for _ in range(_LOOKS):
            # Another may have taken one of them since we looked.
            with suppress(IntegrityError):
                return self._take(kind, things, lease, quota)
        raise LedgerError(say("台账正被许多进程同时使用，请稍后再运行。"))

    def _take(self, kind: Leased, things: Sequence[str], lease: Lease, quota: Quota | None) -> Taken:
        with self.writing(light=True) as db:
            room = None if quota is None else _Room(db, quota, lease)
            wanted = and_(leases.c.kind == kind, leases.c.thing.in_(things))
            rows = {row["thing"]: row for row in db.execute(select(leases).where(wanted)).mappings()}
            ours, kept_back, theirs = [], [], {}
            for thing in things:
                row = rows.get(thing)
                if row is not None and not free(row, lease):
                    theirs[thing] = Holder.parse(row["holder"])
                elif room is not None and not room.for_one_more(thing):
                    kept_back.append(thing)
                elif row is None or _take_over(db, row, lease):
                    ours.append(thing)
                else:
                    theirs[thing] = None
            if new := [thing for thing in ours if thing not in rows]:
                values = {"kind": kind, "holder": str(lease.holder), "until": lease.until}
                db.execute(insert(leases), [{**values, "thing": thing} for thing in new])
            return Taken(tuple(ours), theirs, tuple(kept_back))

    def renew(self, lease: Lease) -> None:
        """Hold everything that is ours until the end of `lease`."""
        ours = leases.c.holder == str(lease.holder)
        with self.writing(light=True) as db:
            # In this order, as `held` does: who locks the same rows in another one may wait for us for ever.
            db.execute(select(leases.c.id).where(ours).order_by(leases.c.id).with_for_update())
            db.execute(update(leases).where(ours).values(until=lease.until))

    def give_up(self, kind: Leased, things: Collection[str], lease: Lease, *, rest: datetime | None = None) -> None:
        """Hold those of `things` no more that are ours, and leave them as they are; nobody gets them before `rest`."""
        ours = and_(leases.c.kind == kind, leases.c.thing.in_(things), leases.c.holder == str(lease.holder))
        with self.writing(light=True) as db:
            db.execute(delete(leases).where(ours) if rest is None else update(leases).where(ours).values(_nobody(rest)))

    def depart(
        self,
        hold: Hold,
        lease: Lease,
        look: Look | None,
        account: Account | None = None,
        ending: Ending | None = None,
        *,
        attempts: int = 1,
    ) -> tuple[Departure, bool]:
        """Before DATA: note that it is being sent, if it is ours, nothing was entered for its unit that it does not
        know, and the server has not refused the account. Otherwise nothing of it is noted. `attempts`: how often it may
        have been handed over, with this time.

        In the same transaction, write the `ending` of the one before; whether that was ours still, see `conclude`.
        """
        with self.writing(light=_light(hold, lease)) as db:
            ended = ending is None or _end(db, ending, lease)
            return _depart(db, hold, lease, look, account, attempts), ended

    def still(self, hold: Hold, lease: Lease, look: Look | None) -> tuple[Departure, datetime]:
        """Before the final dot: whether what `depart` said is so still, and until when nobody else can have it."""
        with self.reading() as db:
            found = _STILL(db, **_named(hold, lease), **_of_unit(look)).fetchone()
            if found is None:
                return Departure.LOST, lease.now
            until, entries = read(db, leases.c.until, found[0]), found[1]
        return Departure.CHANGED if look is not None and entries != look.entries else Departure.GOES, until

    def conclude(self, ending: Ending, lease: Lease) -> bool:
        """Record what became of something; then it is held no more.

        False where another has taken it over: then nothing was touched.
        """
        with self.writing(light=_light(ending.hold, lease)) as db:
            return _end(db, ending, lease)

    def halt(self, account: str, at: datetime, day: date, reason: str, *, login: bool) -> None:
        """Record that the mail server wants no more from `account`, and why, on that `day` of the office's; `login`:
        because it does not take the account itself."""
        with self.writing() as db:
            db.execute(insert(halts).values(account=account, at=at, day=day, reason=reason, login=login))

    def refusals(self, account: str, day: date) -> tuple[bool, ...]:
        """How often the server wanted no more from `account` on `day`: for each, whether it did not take a login."""
        of_day = and_(halts.c.account == account, halts.c.day == day)
        with self.reading() as db:
            return tuple(db.scalars(select(halts.c.login).where(of_day)))

    def forgive(self, account: str) -> None:
        """Count the refused logins of `account` no more: the server has taken a letter from it."""
        refused = and_(halts.c.account == account, halts.c.login)
        with self.reading() as db:
            any_ = db.scalar(select(exists().where(refused)))
        if any_:
            with self.writing(light=True) as db:
                db.execute(delete(halts).where(refused))

    def halted(self, account: Account) -> str | None:
        """Why nothing more goes out through `account`, if the server has said so since then."""
        newest = select(halts.c.reason).where(halts.c.account == account.name, halts.c.at >= account.since)
        with self.reading() as db:
            return db.scalar(newest.order_by(halts.c.id.desc()).limit(1))


class _Room:
    """How many letters more the quota leaves room for. Counted under a lock, so that no two count the same room."""

    def __init__(self, db: Connection, quota: Quota, lease: Lease) -> None:
        # Not so strong a lock that a new letter, which names the campaign, would wait for it.
        campaign = select(campaigns.c.id).where(campaigns.c.id == quota.campaign)
        db.execute(campaign.with_for_update(key_share=True))
        # The held ones first: what is concluded in between is counted twice rather than never.
        morning = (quota.campaign, quota.day, quota.revision)
        held = {row["thing"] for row in leases_of(db, *morning) if not free(row, lease)}
        gone = select(letters.c.addressee).where(of_morning(*morning), letters.c.attempts > 0)
        self._counted = {letter_name(*morning, addressee) for addressee in db.scalars(gone)}
        elsewhere = db.scalar(_sent_falsely(quota)) or 0
        self._left = quota.at_most - len(self._counted | held) - elsewhere

    def for_one_more(self, thing: str) -> bool:
        if thing in self._counted:
            return True
        self._left -= 1
        return self._left >= 0


def _sent_falsely(quota: Quota) -> Select[int]:
    """How many letters went out under dates that were taken back on the quota's day: about that day, by its machine."""
    same = and_(*(retractions.c[name] == letters.c[name] for name in ("campaign", "day", "revision")))
    query = select(func.count()).select_from(letters.join(retractions, same).join(questions))
    begins = start_of(quota.day)
    that_day = and_(questions.c.answered_at >= begins, questions.c.answered_at < begins + timedelta(days=1))
    return query.where(letters.c.campaign == quota.campaign, letters.c.attempts > 0, that_day)


def letter_name(campaign: str, day: date, revision: int, addressee: str) -> str:
    """What a letter is called among the leases, before it has a row."""
    return f"{campaign}/{day}{f'.{revision}' if revision else ''}/{addressee}"


def leases_of(db: Connection, campaign: str, day: date, revision: int) -> Iterable[RowMapping]:
    """The leases on the letters of a morning."""
    named = leases.c.thing.startswith(letter_name(campaign, day, revision, ""), autoescape=True)
    return db.execute(select(leases).where(leases.c.kind == Leased.LETTER, named)).mappings()


def held(db: Connection, kind: Leased, things: Iterable[str], lease: Lease) -> frozenset[str]:
    """Which of `things` are ours, and stay so until the transaction ends."""
    ours = and_(leases.c.kind == kind, leases.c.thing.in_(list(things)), leases.c.holder == str(lease.holder))
    return frozenset(db.scalars(select(leases.c.thing).where(ours).order_by(leases.c.id).with_for_update()))


def _depart(
    db: Connection, hold: Hold, lease: Lease, look: Look | None, account: Account | None, attempts: int
) -> Departure:
    # An UPDATE, for the lock on the row: nobody takes it over before this is done.
    if _HOLD_ON(db, **_named(hold, lease), until_=lease.until).rowcount != 1:
        return Departure.LOST
    if look is not None or account is not None:
        since = account or Account("", lease.now)
        entries, halted = _SEE(db, **_of_unit(look), account_=since.name, since_=since.since).fetchone()
        if halted:
            return Departure.HALTED
        if look is not None and entries != look.entries:
            return Departure.CHANGED
    _LEAVE[hold.kind](db, row_=hold.row, attempts_=attempts)
    return Departure.GOES


def _end(db: Connection, ending: Ending, lease: Lease) -> bool:
    if _LET_GO(db, **_named(ending.hold, lease)).rowcount != 1:
        return False
    came_to: dict[str, Any] = {"state_": ending.state, "detail_": ending.detail, "attempts_": ending.attempts}
    if ending.hold.kind is Leased.LETTER:
        came_to |= {"refused_": list(ending.refused), "deferred_": list(ending.deferred)}
    _END[ending.hold.kind](db, row_=ending.hold.row, **came_to)
    return True


def _named(hold: Hold, lease: Lease) -> dict[str, str]:
    return {"kind_": hold.kind, "thing_": hold.thing, "holder_": str(lease.holder)}


def _of_unit(look: Look | None) -> dict[str, str]:
    return {"campaign_": look.campaign if look else "", "unit_": look.unit if look else ""}


def free(row: RowMapping, lease: Lease) -> bool:
    """Whether nobody holds what `row` is on: its lease has run out, or its holder is known to be dead."""
    if row["until"] < lease.now:
        return True
    # A moment that nothing of now could reach was written by a clock that was wrong; who lives renews it soon.
    holder = Holder.parse(row["holder"])
    if holder is None:
        return bool(row["until"] > lease.now + _LONGEST_REST)
    lives = lease.holder.lives(holder)
    reachable = row["until"] <= lease.now + 2 * (lease.until - lease.now)
    return lives is False or not (lives or reachable)


def _take_over(db: Connection, row: RowMapping, lease: Lease) -> bool:
    seen = and_(leases.c.id == row["id"], leases.c.holder == row["holder"], leases.c.until == row["until"])
    values = {"holder": str(lease.holder), "until": lease.until}
    return db.execute(update(leases).where(seen).values(values)).rowcount == 1


def _nobody(until: datetime) -> dict[str, Any]:
    return {"holder": "", "until": until}


def _light(hold: Hold, lease: Lease) -> bool:
    """A letter was filed, for good, before it departs: what a power cut takes back is only whether it did, and by the
    boot under which it was filed that is known. Of an acknowledgement it would not be."""
    return hold.kind is Leased.LETTER and bool(lease.holder.boot)
