"""What every way of sending has in common: one batch is one session, one letter is `ready()` and then `deliver()`."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from cuibao.dated import Dated
from cuibao.errors import CuibaoError
from cuibao.model import Delivery, Message


class ConnectionTrouble(CuibaoError):
    """The mail server cannot be reached for a passing reason; the letter can go later."""


class BatchStopped(CuibaoError):
    """The mail server turned us away as a whole; more letters now would only make it worse."""


class Watch(Protocol):
    """What whoever sends a letter looks at while it goes. What either raises goes through `deliver`, and then nobody
    has the letter."""

    def may_begin(self) -> bool:
        """Whether the letter may go, now that the server takes its addressees. After a yes it counts as on its way."""

    def may_end(self) -> bool:
        """Whether it may still go, with all said but the final dot."""


class Session(Protocol):
    """One batch of letters. All the waiting, connecting and logging in is in `ready`, none of it in `deliver`."""

    def ready(self) -> None:
        """Get to where one letter can be handed over at once: wait for the pace, connect, log in.

        Raises ConnectionTrouble when this letter cannot go now; LoginRefused or BatchStopped when no letter of this
        batch can go any more (every later call raises the same at once, without touching the network);
        SettingError when a setting or a folder cannot be used.
        """

    def dated(self) -> Dated | None:
        """The date that the server gives when it greets; None where it gives none, or there is no server."""

    def deliver(self, message: Message, watch: Watch, following: Message | None = None) -> Delivery:
        """Hand over one letter, after its own `ready()`; whatever the server does is an outcome, never an exception.
        Where the pace allows it, the `following` one may be announced with its end.

        ACCEPTED with `refused` or `deferred` addresses: the others have it, and to the latter the same bytes may be
        tried again. REFUSED: nobody has it. DEFERRED: nobody has it, and the same bytes may be tried again. WITHHELD:
        nobody has it, for `watch` said no. UNKNOWN: it may have arrived.
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

    @property
    def lines(self) -> tuple[str, ...]:
        """The connections that the office may use at once, by name, whichever of its processes does; empty where there
        may be any number."""

    @property
    def gap(self) -> timedelta:
        """How long a connection rests after a letter before the next one."""

    def usable(self, address: str) -> bool:
        """Whether this carrier would hand anything to `address`."""

    def session(self) -> AbstractContextManager[Session]:
        """Begin a batch; nothing connects before the first `ready()`. For one thread at a time."""
