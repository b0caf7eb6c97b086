"""What we use of yagmail's session, and what we add to it: an answer has to be there, whole, within its time."""

import socket
import time
from functools import cache
from typing import Any, Protocol

from cuibao.tongue import say

# No server says so much at once; and a server that never stops must not fill our memory.
_LONGEST = 64 * 1024


class Wire(Protocol):
    """A session: its commands one by one. `timeout` is how many seconds an answer may take."""

    sock: socket.socket | None
    esmtp_features: dict[str, str]
    timeout: float
    greeting: bytes

    def ehlo_or_helo_if_needed(self) -> None:
        """Introduce ourselves, unless that is done."""

    def has_extn(self, opt: str) -> bool:
        """Whether the server offers the extension `opt`."""

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        """Any command, and the answer."""

    def rset(self) -> tuple[int, bytes]:
        """RSET, and the answer."""

    def send(self, s: bytes) -> None:
        """Bytes as they are."""

    def getreply(self) -> tuple[int, bytes]:
        """Wait for an answer; its code is -1 where it is no SMTP."""

    def close(self) -> None:
        """Let go of the socket."""


@cache
def on_time(session: Any) -> Any:
    """The class `session` of a library, whose `timeout` is for a whole answer, and not for each byte of it."""

    class OnTime(session):  # type: ignore[misc]  # which class that is, yagmail decides
        file: Any
        greeting = b""

        def getreply(self) -> tuple[int, bytes]:
            if self.file is None:  # at first, and again after STARTTLS
                self.file = _Lines(self.sock)
            self.file.begin(self.timeout)
            answer: tuple[int, bytes] = super().getreply()
            self.file.end(self.timeout)
            self.greeting = self.greeting or answer[1]
            return answer

    return OnTime


class _Lines:
    """The lines that come in on a socket, as a file."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._waiting = bytearray()
        self._until = 0.0
        self._patience = 0.0
        self._room = 0

    def begin(self, seconds: float) -> None:
        """The lines from now on are one answer, which may take so long."""
        self._until = time.monotonic() + seconds
        self._patience = seconds
        self._room = _LONGEST

    def end(self, seconds: float) -> None:
        """What is sent from now on may take so long again."""
        self._wait(seconds)

    def readline(self, _limit: int = -1) -> bytes:
        """The next line; what there is of it where the server has hung up. Raises OSError for one that does not end."""
        while b"\n" not in self._waiting:
            if not (more := self._more()):
                break
            self._waiting += more
        line, end, rest = self._waiting.partition(b"\n")
        self._waiting = rest
        return bytes(line + end)

    def close(self) -> None:
        """The socket is for others to close."""

    def _more(self) -> bytes:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self._room <= 0:
            raise OSError(say("答复没有尽头"))
        # At the beginning of an answer it is nearly that already, and saying it again costs a call of the system.
        self._wait(self._patience if self._room == _LONGEST and self._patience - left < 0.01 else left)
        more = self._sock.recv(4096)
        self._room -= len(more)
        return more

    def _wait(self, seconds: float) -> None:
        if seconds != self._sock.gettimeout():
            self._sock.settimeout(seconds)
