"""Runs of the program as processes of their own, which can be killed, stopped and continued."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cuibao.settings import CHECKOUT

SECONDS = 60.0


def until(happens: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait for what `happens`; fails where it does not."""
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)


@dataclass(frozen=True)
class Run:
    """One run: its process, and where its words go."""

    pid: int
    out: Path

    @property
    def code(self) -> int | None:
        """What it ended with; None while it lives."""
        try:
            return int(self.out.with_suffix(".code").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    @property
    def said(self) -> str:
        """What it said so far."""
        return self.out.read_text(encoding="utf-8")

    @property
    def stopped(self) -> bool:
        """Whether it was stopped by a signal."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0] == "T"

    def wait(self) -> int:
        """What it ends with."""
        until(lambda: self.code is not None)
        assert self.code is not None
        return self.code

    def kill(self) -> None:
        """End it at once, however far it is."""
        if self.code is None:
            with suppress(ProcessLookupError):  # it may have ended just now
                os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        """Let it stand still."""
        os.kill(self.pid, signal.SIGSTOP)
        until(lambda: self.stopped)

    def go_on(self) -> None:
        """Let it go on where it stood still."""
        os.kill(self.pid, signal.SIGCONT)


class Forks:
    """The preloaded program; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("CUIBAO_", "PREFECT_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forks"],
            cwd=CHECKOUT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(SECONDS)

    def run(self, environ: dict[str, str], *words: str, **more: Any) -> Run:
        """Begin a run of `cuibao` with these `words`; see `tests.faults.forks` for what `more` may be."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        out = self._folder / f"{next(self._numbers)}.out"
        request = {"environ": environ, "words": words, "out": str(out), **more}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return Run(int(self._process.stdout.readline()), out)
