"""Sending a claimed letter once: the last look at the receipts, the hand-over, and what became of it.

Whatever may have reached its addressee is never called unsent: it ends as sent, or as uncertain, for a person to see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cuibao.errors import CuibaoError
from cuibao.ledger import FiledLetter
from cuibao.mailer import Session
from cuibao.model import LetterState, Message, ObligationKey, Outcome
from cuibao.service.parts import Office

STATES = {
    Outcome.ACCEPTED: LetterState.SENT,
    Outcome.DEFERRED: LetterState.DEFERRED,
    Outcome.REFUSED: LetterState.REFUSED,
    Outcome.UNKNOWN: LetterState.UNCERTAIN,
}

# One automatic repeat of the same bytes after a crash, then a person.
ATTEMPTS = 2

Without: TypeAlias = Callable[[frozenset[ObligationKey]], Message | None]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What became of a letter: `message` as it went, `dropped` what was received before it did."""

    state: LetterState
    detail: str
    message: Message
    dropped: frozenset[ObligationKey] = frozenset()


def dispatch(
    office: Office, session: Session, letter: int, message: Message, attempts: int, without: Without
) -> Dispatch:
    """Send the claimed `letter`, in which `attempts` may have gone out before.

    What is received before DATA is taken out: `without` writes the letter anew, or says None where nothing is left.
    Raises ClaimLost where another process has taken the letter over.
    """
    if attempts >= ATTEMPTS:
        return _conclude(office, letter, LetterState.UNCERTAIN, "", message, attempts)
    try:
        session.ready()
    except CuibaoError as trouble:
        return _conclude(office, letter, LetterState.DEFERRED, str(trouble), message, attempts)
    dropped: frozenset[ObligationKey] = frozenset()
    while arrived := office.ledger.depart(letter, office.claim()):
        dropped |= arrived
        shorter = without(dropped) if attempts == 0 else None
        if shorter is None:
            # After an attempt that may have arrived the bytes may not change: a person looks at it.
            return _conclude(office, letter, LetterState.STOPPED, "发送前已收到报送", message, attempts, dropped)
        message = shorter
        office.ledger.rewrite(letter, office.campaign.id, message, arrived)
    delivery = session.deliver(message)
    state = STATES[delivery.outcome]
    if delivery.refused and state is LetterState.SENT:
        state = LetterState.PARTIAL
    return _conclude(office, letter, state, delivery.detail, message, attempts, dropped)


def take_over(office: Office, filed: FiledLetter) -> bool:
    """Claim an unfinished letter of this morning anew; False where it is finished or another process is at it."""
    gone = filed.holder if office.gone(filed.holder) else None
    return office.ledger.resume(filed.id, office.claim(), gone)


def _conclude(
    office: Office,
    letter: int,
    state: LetterState,
    detail: str,
    message: Message,
    attempts: int,
    dropped: frozenset[ObligationKey] = frozenset(),
) -> Dispatch:
    if attempts and state not in (LetterState.SENT, LetterState.PARTIAL):
        # The attempt before this one may have arrived, whatever became of this one.
        state, detail = LetterState.UNCERTAIN, f"上一次发送中断，是否送达请人工核实。{detail}"
    office.ledger.conclude(letter, state, detail)
    return Dispatch(state, detail, message, dropped)
