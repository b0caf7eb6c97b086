"""What every way of sending has in common: one batch is one session, one letter is `ready()` and then `deliver()`."""

from contextlib import AbstractContextManager
from typing import Protocol

from cuibao.errors import CuibaoError
from cuibao.model import Delivery, Message


class ConnectionTrouble(CuibaoError):
    """The mail server cannot be reached for a passing reason; the letter can go later."""


class BatchStopped(CuibaoError):
    """The mail server turned us away as a whole; more letters now would only make it worse."""


class Session(Protocol):
    """One batch of letters. All the waiting, connecting and logging in is in `ready`, none of it in `deliver`."""

    def ready(self) -> None:
        """Get to where one letter can be handed over at once: wait for the pace, connect, log in.

        Raises ConnectionTrouble when this letter cannot go now; LoginRefused or BatchStopped when no letter of this
        batch can go any more (every later call raises the same at once, without touching the network);
        SettingError when a setting or a folder cannot be used.
        """

    def deliver(self, message: Message) -> Delivery:
        """Hand over one letter, after its own `ready()`; whatever the server does is an outcome, never an exception.

        ACCEPTED with `refused` addresses: the others have it. REFUSED: nobody has it. DEFERRED: nobody has it, and
        the same bytes may be tried again. UNKNOWN: it may have arrived; a person has to look.
        Raises RuntimeError when `ready()` was not called before.
        """


class Carrier(Protocol):
    """A way for letters to leave."""

    @property
    def name(self) -> str:
        """What the clerk is told about where the letters go, in Chinese."""

    @property
    def sender(self) -> str:
        """The address that letters come from."""

    def usable(self, address: str) -> bool:
        """Whether this carrier would hand anything to `address`."""

    def session(self) -> AbstractContextManager[Session]:
        """Begin a batch; nothing connects before the first `ready()`. For one thread at a time."""
