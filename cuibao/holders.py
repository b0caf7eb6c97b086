"""Who holds a lease: one process of one boot of one machine, told apart from all that had its number before it.

Read from /proc (proc(5)); where there is none, nobody is ever judged dead, and a lease has to run out.
"""

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PROC = Path("/proc")
_ENDED = ("Z", "X")  # a zombie sends no letter


@dataclass(frozen=True, slots=True)
class Holder:
    """A process: the `boot` of its machine, its pid `namespace`, its number, when it `started` (clock ticks since the
    boot); `name` tells the offices of one process apart."""

    boot: str
    namespace: str
    pid: int
    started: str
    name: str

    @classmethod
    def of_this_process(cls) -> Self:
        """A new holder in this process."""
        pid = os.getpid()
        return cls(_boot(), _namespace(), pid, _started(pid) or "", uuid.uuid4().hex[:8])

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The holder that `str` wrote as `text`; None for any other."""
        parts = text.split("/")
        if len(parts) != 5 or not parts[2].isdigit():
            return None
        return cls(parts[0], parts[1], int(parts[2]), parts[3], parts[4])

    def __str__(self) -> str:
        return f"{self.boot}/{self.namespace}/{self.pid}/{self.started}/{self.name}"

    def lives(self, other: "Holder") -> bool | None:
        """Whether `other` is at work still; None where that cannot be told from here: another machine, another boot,
        another container."""
        if not (self.boot and self.namespace and self.started):
            return None
        if (other.boot, other.namespace) != (self.boot, self.namespace):
            return None
        return _lives(other.pid, other.started)


def _boot() -> str:
    return _read(_PROC / "sys" / "kernel" / "random" / "boot_id")


def _namespace() -> str:
    try:
        return str((_PROC / "self" / "ns" / "pid").stat().st_ino)
    except OSError:
        return ""


def _lives(pid: int, started: str) -> bool | None:
    if _stat(pid):
        return _started(pid) == started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return None  # it is there, and not for us to see (proc(5), hidepid)


def _started(pid: int) -> str | None:
    """When the process `pid` of our namespace began; None where there is none that lives."""
    # The second field is the program's name in brackets, with whatever is in it.
    state, *rest = _stat(pid).rpartition(")")[2].split() or ["X"]
    return None if state in _ENDED else rest[18]


def _stat(pid: int) -> str:
    return _read(_PROC / str(pid) / "stat")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
