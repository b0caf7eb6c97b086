"""Whether somebody wants us to stop."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Stopped(Exception):
    """Somebody asked us to stop while we were still waiting for something."""


class Halt:
    """Whether somebody asked. A plain counter: an Event set by a signal handler may deadlock its waiter."""

    def __init__(self, until: threading.Event | None) -> None:
        self.asked = 0
        self._until = until

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        """Ask, as a signal handler does."""
        self.asked += 1

    def __bool__(self) -> bool:
        return self.asked > 0 or (self._until is not None and self._until.is_set())


@contextlib.contextmanager
def signals(halt: Halt) -> Iterator[None]:
    """Let Ctrl-C, `kill` and a closed terminal ask `halt`; in another thread than the main one, leave signals alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, halt.ask) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
