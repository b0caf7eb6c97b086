"""Sending a letter that is ours to send, once: the last look at the receipts, the hand-over, and what became of it.

Whatever may have reached its addressee is never called unsent: it ends as sent, or as uncertain, for a person to see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cuibao.errors import CuibaoError, LedgerError
from cuibao.ledger import FiledLetter
from cuibao.mailer import Session
from cuibao.model import Delivery, LetterState, Message, ObligationKey, Outcome
from cuibao.office import Office

_STATES = {
    Outcome.ACCEPTED: LetterState.SENT,
    Outcome.DEFERRED: LetterState.DEFERRED,
    Outcome.REFUSED: LetterState.REFUSED,
    Outcome.UNKNOWN: LetterState.UNCERTAIN,
}

# One automatic repeat of the same bytes after a crash, then a person.
ATTEMPTS = 2
RECEIVED = "发送前已收到报送，或已没有要催的"


def state_of(delivery: Delivery) -> LetterState:
    """What becomes of a letter whose hand-over came to this."""
    partly = delivery.outcome is Outcome.ACCEPTED and delivery.refused
    return LetterState.PARTIAL if partly else _STATES[delivery.outcome]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it was written: `known` is how many entries each of its unit's obligations had by then."""

    message: Message
    known: Mapping[ObligationKey, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What became of a letter."""

    state: LetterState
    detail: str


def dispatch(
    office: Office,
    session: Session,
    letter: int,
    draft: Draft,
    attempts: int,
    again: Callable[[], Draft | None],
) -> Dispatch:
    """Send the `letter` that we hold, in which `attempts` may have gone out before.

    Where something was entered for the unit since it was written, `again` files it anew, or says None where nothing is
    left to say. Raises LeaseLost where another process has taken the letter over.
    """

    def conclude(state: LetterState, detail: str) -> Dispatch:
        if attempts and state not in (LetterState.SENT, LetterState.PARTIAL):
            # The attempt before this one may have arrived, whatever became of this one.
            state, detail = LetterState.UNCERTAIN, f"上一次发送中断，是否送达请人工核实。{detail}"
        office.ledger.conclude(letter, state, detail)
        return Dispatch(state, detail)

    if attempts >= ATTEMPTS:
        return conclude(LetterState.UNCERTAIN, "")
    try:
        session.ready()
    except CuibaoError as trouble:
        return conclude(LetterState.DEFERRED, str(trouble))
    while not office.ledger.depart(letter, office.lease(), draft.known):
        # After an attempt that may have arrived the bytes may not change: a person looks at it.
        fresh = again() if attempts == 0 else None
        if fresh is None:
            return conclude(LetterState.STOPPED, RECEIVED)
        draft = fresh
    delivery = session.deliver(draft.message)
    try:
        return conclude(state_of(delivery), delivery.detail)
    except LedgerError as trouble:
        return Dispatch(
            LetterState.UNCERTAIN, f"信已交给邮件服务器，结果没能记下来（{trouble}）。再运行时会用相同内容重发一次。"
        )


def take_over(office: Office, filed: FiledLetter) -> FiledLetter | None:
    """Take a lease on an unfinished letter of this morning; None where it is finished or another process is at it.

    What it is like is known only once it is ours: its holder may have sent it before it died.
    """
    gone = filed.holder if office.gone(filed.holder) else None
    if not office.ledger.resume(filed.id, office.lease(), gone):
        return None
    return office.ledger.letter(office.campaign.id, filed.addressee, filed.day)
