"""How anything leaves the office: the one sender of letters, gate reports, acknowledgements, exports.

The order is the promise. A lease; then the bytes, filed for good; then the server's word that it takes the addressees;
then, in one transaction, a look at what has come in since and the note that the letter departs; its body; a last look;
the final dot; and what became of it. Whatever may have arrived is never called unsent: it ends as sent, or as
uncertain, for a person to see.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from queue import SimpleQueue
from typing import Protocol, TypeAlias

from cuibao.errors import CuibaoError, LeaseLost, LedgerError, LoginRefused
from cuibao.holders import Holder
from cuibao.ledger import Account, Departure, Ending, Hold, Leased, Look, Quota
from cuibao.mailer import BatchStopped, Session
from cuibao.model import Delivery, LetterState, LetterStatus, Message, Outcome
from cuibao.office import Office
from cuibao.said import short_line
from cuibao.times import day_of
from cuibao.tongue import say

# Claimed, written and filed at a time: small enough for two processes to share a morning, the larger where letters
# follow each other at once, and waiting for the disk is most of what filing takes.
BATCH, BRISK_BATCH = 20, 50
POLL_SECONDS, PATIENT_POLL_SECONDS = 0.2, 1.0
RENEWALS_A_LEASE = 3
log = logging.getLogger(__name__)

_STATES = {
    Outcome.ACCEPTED: LetterState.SENT,
    Outcome.REFUSED: LetterState.REFUSED,
    Outcome.UNKNOWN: LetterState.UNCERTAIN,
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something written and filed, which we hold. `attempts`: how often these bytes may have been handed over before;
    `recorded`: how often by the ledger, which a power cut makes forget; `moot`: what they say is true no more, so they
    are not to go again. `rest`: some of its addressees have it, once, and its message is to the others that are to get
    it; `missed` are those who never will."""

    hold: Hold
    message: Message
    attempts: int = 0
    recorded: int = 0
    look: Look | None = None
    moot: bool = False
    rest: bool = False
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the `thing` that was to go out, and what it said, where it was written."""

    thing: str
    status: LetterStatus
    detail: str = ""
    message: Message | None = None


class Mailing(Protocol):
    """What one kind of mail declares of itself.

    `attempts`: how often the same bytes may be handed over where nobody knows whether they arrived; after that a person
    looks. `quota`: how many may go out today. `patience`: how long it waits, in seconds, while all connections to the
    mail server are in use.
    """

    @property
    def kind(self) -> Leased: ...  # noqa: D102

    @property
    def attempts(self) -> int: ...  # noqa: D102

    @property
    def quota(self) -> Quota | None: ...  # noqa: D102

    @property
    def patience(self) -> float: ...  # noqa: D102

    def load(self, things: Sequence[str]) -> Iterator[Parcel | Sent]:
        """Each of `things`, which are on lease now: written and filed; or why it does not go."""

    def again(self, parcel: Parcel) -> Parcel | LetterStatus:
        """What nobody has got, written and filed anew as everything stands now; or STOPPED, where nothing is left to
        say, or UNREACHABLE.

        Raises LeaseLost where it is not ours any more.
        """

    def put_off(self, parcel: Parcel) -> LetterState:
        """What becomes of one that could not go now: DEFERRED, or STOPPED where it is not worth sending any more."""


def send(office: Office, mailing: Mailing, things: Sequence[str]) -> Iterator[Sent]:
    """Send `things`, about in their order, and say of each what became of it, as soon as that is known.

    What other processes hold comes last: it is sent if they die, and called BUSY if they live. Whatever breaks off
    here, the next run finds it and goes on.
    """
    if not things:
        return
    began, left = office.machine_now(), _Left(things, BATCH if office.carrier.gap else BRISK_BATCH)
    with _renewed(office), line(office, mailing.patience) as session:
        if session is None:
            yield from (Sent(thing, LetterStatus.BUSY) for thing in things)
            return
        sender = _Sender(office, mailing, session, began)
        busy = yield from _together(office, mailing, sender, left, began)
        waited = time.monotonic() + office.LEASE.total_seconds() + 1
        while busy and sender.may_be_free(busy) and time.monotonic() < waited:
            busy = yield from sender.work(_Left(list(busy), left.batch))
            if busy:
                time.sleep(PATIENT_POLL_SECONDS)
        yield from (Sent(thing, LetterStatus.BUSY) for thing in busy)


Held: TypeAlias = Mapping[str, Holder | None]


class _Left:
    """What is still to be sent, handed out batch by batch to however many threads."""

    def __init__(self, things: Sequence[str], batch: int) -> None:
        self.batch = batch
        self.ended = False
        self._things = deque(things)
        self._lock = threading.Lock()

    @property
    def batches(self) -> int:
        """How many batches it is, at least."""
        return -(-len(self._things) // self.batch)

    def next(self) -> list[str]:
        """The next batch; empty at the end."""
        with self._lock:
            return [self._things.popleft() for _ in range(min(self.batch, len(self._things)))]

    def again(self, things: Sequence[str]) -> None:
        """Put `things` first again."""
        with self._lock:
            self._things.extendleft(reversed(things))

    def end(self) -> None:
        """Hand out nothing more."""
        with self._lock:
            self.ended = True
            self._things.clear()


def _together(
    office: Office, mailing: Mailing, sender: "_Sender", left: _Left, began: datetime
) -> Generator[Sent, None, Held]:
    """What is `left`, sent over as many connections as there are batches, and as the office may use now."""
    # With a quota, what one frees is for the next one in turn: no two may draw on it at once.
    more = 0 if mailing.quota else min(len(office.carrier.lines), left.batches) - 1
    if more <= 0:
        return (yield from sender.work(left))

    def over_another() -> Generator[Sent, None, Held]:
        try:
            with line(office, patience=0) as session:
                if session is not None:
                    return (yield from _Sender(office, mailing, session, began).work(left))
        except CuibaoError as trouble:  # the first connection does it all
            log.warning("no other connection: %s", trouble)
        return {}

    found: SimpleQueue[Sent | BaseException | None] = SimpleQueue()
    held: dict[str, Holder | None] = {}

    def listen(at_work: Generator[Sent, None, Held]) -> None:
        try:
            while not left.ended:
                found.put(next(at_work))
        except StopIteration as end:
            held.update(end.value)
        except BaseException as trouble:
            found.put(trouble)
        finally:
            try:
                at_work.close()
            finally:
                found.put(None)

    threads: list[threading.Thread] = []
    try:
        for each in (sender.work(left), *(over_another() for _ in range(more))):
            threads.append(threading.Thread(target=listen, args=[each]))
            threads[-1].start()
        for _ in threads:
            while (said := found.get()) is not None:
                if isinstance(said, BaseException):
                    raise said
                yield said
    finally:
        left.end()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    return held


class _Sender:
    """One connection's worth of sending; `began` is when whoever asked for it did.

    Where letters follow each other at once, what became of one is written with the departure of the next; `_owed` is
    what is still to be written, `_done` what is to be said.
    """

    def __init__(self, office: Office, mailing: Mailing, session: Session, began: datetime) -> None:
        self._office = office
        self._leases = office.ledger.leases
        self._mailing = mailing
        self._session = session
        self._account = Account(office.account, began) if office.carrier.lines else None
        self._owed: tuple[Ending, Sent] | None = None
        self._done: list[Sent] = []
        self._ask = True  # whether the account was refused, while we waited for the connection
        self._refusal: Exception | None = None
        self._forgiven = False

    def work(self, left: _Left) -> Generator[Sent, None, Held]:
        """Send what nobody holds; what others hold is returned, with its holder."""
        busy: dict[str, Holder | None] = {}
        while chunk := left.next():
            try:
                taken = self._leases.take(self._mailing.kind, chunk, self._office.lease(), self._mailing.quota)
            except CuibaoError as trouble:
                yield from (Sent(thing, LetterStatus.FAILED, str(trouble)) for thing in chunk)
                continue
            busy |= taken.theirs
            yield from self._work_on(taken.ours)
            if taken.ours:  # some may not have needed their room
                left.again(taken.kept_back)
            else:
                yield from (Sent(thing, LetterStatus.CAPPED) for thing in taken.kept_back)
        return busy

    def may_be_free(self, busy: Held) -> bool:
        """Whether something may be held by nobody that lives, for all that can be told from here: its lease tells."""
        return any(holder is None or self._office.holder.lives(holder) is not True for holder in busy.values())

    def _work_on(self, ours: Sequence[str]) -> Iterator[Sent]:
        """Send what is on lease; never raises for one of them."""
        if not ours:
            return
        left = dict.fromkeys(ours)
        try:
            for sent in self._each(ours):
                del left[sent.thing]
                yield sent
        except CuibaoError as trouble:
            self._write_down()
            for sent in self._said():
                del left[sent.thing]
                yield sent
            yield from (Sent(thing, LetterStatus.FAILED, str(trouble)) for thing in left)
        finally:
            # Also where whoever listens has enough: the next run need not wait for the leases to run out.
            self._write_down()
            self._done.clear()
            _give_up(self._office, self._mailing.kind, ours)

    def _each(self, ours: Sequence[str]) -> Iterator[Sent]:
        coming = self._mailing.load(ours)
        each = next(coming, None)
        while each is not None:
            following = next(coming, None)
            if isinstance(each, Sent):
                yield each
            else:
                self._guarded(each, following if isinstance(following, Parcel) else None)
            yield from self._said()
            each = following
        self._write_down()
        yield from self._said()

    def _said(self) -> Iterator[Sent]:
        done, self._done = self._done, []
        yield from done

    def _guarded(self, parcel: Parcel, following: Parcel | None) -> None:
        try:
            self._send(parcel, following)
        except LeaseLost as lost:
            self._done.append(_sent(parcel, LetterStatus.BUSY, str(lost)))
        except CuibaoError as trouble:
            self._done.append(_sent(parcel, LetterStatus.FAILED, str(trouble)))
        except Exception as trouble:
            log.exception("sending %s failed", parcel.hold.thing)
            self._done.append(_sent(parcel, LetterStatus.FAILED, say("程序出错：{kind}", kind=type(trouble).__name__)))

    def _send(self, parcel: Parcel, following: Parcel | None) -> None:
        coming = following.message if following is not None and not self._over(following) else None
        while True:
            if self._over(parcel):
                why = _unsure() + (received() if parcel.moot else "")
                return self._end(parcel, LetterState.UNCERTAIN, why, parcel.recorded)
            try:
                self._ready()
            except CuibaoError as trouble:
                return self._put_off(parcel, str(trouble))
            watch = _Watch(self, parcel)
            delivery = self._session.deliver(parcel.message, watch, coming)
            if delivery.halts is not None:
                self._halt(delivery.halts)
            if delivery.outcome is Outcome.UNKNOWN and parcel.attempts + 1 < self._mailing.attempts:
                parcel = replace(parcel, attempts=parcel.attempts + 1, recorded=parcel.recorded + 1)
            elif delivery.outcome is not Outcome.WITHHELD:
                return self._delivered(parcel, delivery)
            elif watch.found is Departure.LOST:
                raise LeaseLost(taken_over())
            elif watch.found is Departure.HALTED:
                self._ask = True
            elif parcel.attempts:
                parcel = replace(parcel, moot=True)
            elif parcel.rest:
                left = parcel.message.recipients
                why, missed = (
                    say("{addresses} 不再补发：其后该单位有新的登记", addresses=say("、").join(left)),
                    (*parcel.missed, *left),
                )
                return self._end(parcel, LetterState.PARTIAL, why, parcel.recorded, missed=missed)
            elif isinstance(fresh := self._mailing.again(parcel), Parcel):
                parcel = fresh
            elif fresh is LetterStatus.STOPPED:
                return self._end(parcel, LetterState.STOPPED, received(), 0)
            else:
                return self._end(parcel, LetterState.DEFERRED, fresh.word, 0, said=fresh)

    def _over(self, parcel: Parcel) -> bool:
        """Whether a person has to look, and nothing is sent any more."""
        return parcel.moot or parcel.attempts >= self._mailing.attempts

    def _ready(self) -> None:
        """Get to where a letter can go. What the server refuses for good stops every process of the office at once."""
        if self._ask and self._account is not None and (reason := self._leases.halted(self._account)):
            raise BatchStopped(reason)
        self._ask = False
        try:
            self._session.ready()
        except (LoginRefused, BatchStopped) as refusal:
            self._halt(refusal)
            raise

    def _halt(self, refusal: Exception) -> None:
        """Note for every process that the server wants no more from us: once, however many letters it is said of."""
        if refusal is not self._refusal:
            at, day = self._office.machine_now(), day_of(self._office.now())
            login = isinstance(refusal, LoginRefused)
            self._leases.halt(self._office.account, at, day, str(refusal), login=login)
            self._refusal = refusal

    def _forgive(self) -> None:
        """Count the refused logins no more, now that the server has taken a letter from us."""
        if self._account is None or self._forgiven:
            return
        self._forgiven = True
        try:
            self._leases.forgive(self._account.name)
        except LedgerError as trouble:  # what became of the letter matters more
            log.warning("refused logins count still: %s", trouble)

    def _delivered(self, parcel: Parcel, delivery: Delivery) -> None:
        if delivery.outcome is Outcome.DEFERRED:
            self._put_off(parcel, delivery.detail)
            return
        missed = (*parcel.missed, *delivery.refused)
        state, detail, went = _state(parcel, delivery), delivery.detail, parcel.recorded + 1
        if parcel.attempts and delivery.outcome is Outcome.ACCEPTED:
            detail = say("上一次发送中断，已用相同内容重发一次。{detail}", detail=detail)
        elif parcel.attempts:
            # The attempt before this one may have arrived, whatever became of this one.
            went = went if delivery.outcome is Outcome.UNKNOWN else parcel.recorded
            state, detail = LetterState.UNCERTAIN, _unsure() + detail
        if parcel.rest and delivery.deferred:
            went = parcel.recorded  # of those who have it, it stays the one
        self._end(parcel, state, detail, went, missed=missed, deferred=delivery.deferred)
        if delivery.outcome is Outcome.ACCEPTED:
            self._forgive()

    def _put_off(self, parcel: Parcel, why: str) -> None:
        """It could not go now, and nobody got it by this attempt."""
        state, detail = LetterState.PARTIAL, why
        if parcel.attempts:
            # It goes once more today, the same bytes: what the ledger knew of it before is what it knows again.
            state, detail = LetterState.DEFERRED if parcel.recorded else LetterState.WAITING, _unsure() + why
        elif not parcel.rest:
            return self._end(parcel, self._mailing.put_off(parcel), why, 0)
        said, left = LetterStatus.DEFERRED, parcel.message.recipients if parcel.rest else ()
        return self._end(parcel, state, why, parcel.recorded, said=said, detail=detail, deferred=left)

    # --- what became of them ---

    def _end(
        self,
        parcel: Parcel,
        state: LetterState,
        words: str,
        attempts: int,
        *,
        said: LetterStatus | None = None,
        detail: str | None = None,
        missed: tuple[str, ...] | None = None,
        deferred: tuple[str, ...] = (),
    ) -> None:
        """Note what is to be written of a letter, and then to be said: the same, unless it is given."""
        self._write_down()
        missed = parcel.missed if missed is None else missed
        if parcel.missed:
            words = short_line(say("{addresses} 未收到；{words}", addresses=say("、").join(parcel.missed), words=words))
        sent = _sent(parcel, said or LetterStatus(state.value), words if detail is None else detail)
        self._owed = Ending(parcel.hold, state, words, attempts, missed, deferred), sent
        if self._office.carrier.gap:
            self._write_down()

    def _write_down(self) -> None:
        """Write what is owed, by itself."""
        if self._owed is None:
            return
        ending, sent = self._owed
        try:
            ended = self._leases.conclude(ending, self._office.lease())
        except LedgerError as trouble:
            self._owed = None
            self._done.append(self._unwritten(ending, sent, trouble))
        else:
            self._say(sent, ended)

    def depart(self, parcel: Parcel) -> Departure:
        """Note that `parcel` departs, if it may; with it write what is owed. Where that fails, it is owed still."""
        owed = self._owed
        found, ended = self._leases.depart(
            parcel.hold,
            self._office.lease(),
            parcel.look,
            self._account,
            owed[0] if owed else None,
            attempts=parcel.recorded + 1,
        )
        if owed:
            self._say(owed[1], ended)
        return found

    def still(self, parcel: Parcel) -> Departure:
        """Whether what `depart` found is so still."""
        found, until = self._leases.still(parcel.hold, self._office.lease(), parcel.look)
        # The clock again, and last: who slept while it looked may have lost it.
        return found if self._office.machine_now() < until else Departure.LOST

    def _say(self, sent: Sent, ended: bool) -> None:
        self._owed = None
        self._done.append(sent if ended else Sent(sent.thing, LetterStatus.BUSY, taken_over(), sent.message))

    def _unwritten(self, ending: Ending, sent: Sent, trouble: LedgerError) -> Sent:
        if not ending.attempts:
            return Sent(sent.thing, LetterStatus.FAILED, str(trouble), sent.message)
        again = (
            say("再运行时会用相同内容重发一次。")
            if ending.attempts < self._mailing.attempts
            else say("请人工核实是否送达。")
        )
        words = say("信已交给邮件服务器，结果没能记下来（{trouble}）。{again}", trouble=trouble, again=again)
        return Sent(sent.thing, LetterStatus.UNCERTAIN, words, sent.message)


def _sent(parcel: Parcel, status: LetterStatus, detail: str) -> Sent:
    return Sent(parcel.hold.thing, status, detail, parcel.message)


class _Watch:
    """The two looks at a letter while it goes; `found` is what the last of them saw."""

    def __init__(self, sender: _Sender, parcel: Parcel) -> None:
        self._sender = sender
        self._parcel = parcel
        self.found = Departure.GOES

    def may_begin(self) -> bool:
        self.found = self._sender.depart(self._parcel)
        return self.found is Departure.GOES

    def may_end(self) -> bool:
        self.found = self._sender.still(self._parcel)
        return self.found is Departure.GOES


def _state(parcel: Parcel, delivery: Delivery) -> LetterState:
    """What becomes of a letter whose hand-over came to this, and that nobody puts off."""
    partly = parcel.missed or delivery.refused or delivery.deferred
    if parcel.rest and delivery.outcome is Outcome.REFUSED:
        return LetterState.PARTIAL
    return LetterState.PARTIAL if partly and delivery.outcome is Outcome.ACCEPTED else _STATES[delivery.outcome]


@contextmanager
def _renewed(office: Office) -> Iterator[None]:
    """In the block, hold whatever this process holds while it lives: a slow server takes longer than a lease."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(office.LEASE.total_seconds() / RENEWALS_A_LEASE):
            try:
                office.ledger.leases.renew(office.lease())
            except CuibaoError as trouble:  # the looks before DATA and before the dot know when it is too late
                log.warning("a lease could not be renewed: %s", trouble)

    renewing = threading.Thread(target=renew, name="leases", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        done.set()
        renewing.join()


@contextmanager
def line(office: Office, patience: float) -> Iterator[Session | None]:
    """A session over a connection that the office may use now; None where all are in use, for longer than we wait."""
    name = _free_line(office, patience)
    if name is None:
        yield None
        return
    try:
        with office.carrier.session() as session:
            yield session
    finally:
        if name:
            _give_up(office, Leased.CONNECTION, [name], rest=office.machine_now() + office.carrier.gap)


def _give_up(office: Office, kind: Leased, things: Sequence[str], *, rest: datetime | None = None) -> None:
    try:
        office.ledger.leases.give_up(kind, things, office.lease(), rest=rest)
    except CuibaoError as trouble:  # what became of the letters matters more; the leases run out by themselves
        log.warning("leases could not be given up: %s", trouble)


def _free_line(office: Office, patience: float) -> str | None:
    lines = office.carrier.lines
    if not lines:
        return ""
    until = time.monotonic() + patience
    while True:
        for line in lines:
            if office.ledger.leases.take(Leased.CONNECTION, [line], office.lease()).ours:
                return line
        if time.monotonic() > until:
            return None
        time.sleep(POLL_SECONDS)


def received() -> str:
    """Why a letter did not go that was written already."""
    return say("发送前已收到报送，或已没有要催的")


def taken_over() -> str:
    """That another process has the letter."""
    return say("这封信已由另一进程接手，本进程不再发送。")


def _unsure() -> str:
    return say("上一次发送中断，是否送达请人工核实。")
