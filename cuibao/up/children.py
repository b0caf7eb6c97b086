"""The processes that `up` starts, each with its log, and those that a killed `up` left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from cuibao.files import make_folder, open_new
from cuibao.up.settings import MARK, UpError, UpSettings

STOP_SECONDS = 15.0
TICK_SECONDS = 0.1


class Child:
    """A Python module that runs as a process of ours, by default one of Prefect's commands. In a session of its own:
    Ctrl-C at the terminal reaches us and not it.

    What it makes is closed to other users, unless it `shares`: then it has our own umask. It works in `folder`.
    """

    def __init__(
        self,
        what: str,
        command: tuple[str, ...],
        settings: UpSettings,
        environ: Mapping[str, str],
        log: str,
        *,
        module: str = "prefect",
        folder: Path | None = None,
        shares: bool = False,
    ) -> None:
        self.what = what
        self.log = settings.logs / log
        make_folder(settings.logs, private=True)
        if self.log.exists():
            self.log.replace(self.log.with_name(f"{log}.1"))
        with open_new(self.log, private=True) as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *command],
                # Prefect reads .env, prefect.toml and pyproject.toml where it is started. In the checkout, what matters
                # to us stands in `environ`, which comes before them.
                cwd=folder or settings.prefect,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=-1 if shares else 0o077,
            )

    def require_alive(self) -> None:
        """Raise UpError where it has ended."""
        if (code := self.process.poll()) is not None:
            self.fail(f"意外停止（退出码 {code}）")

    def fail(self, why: str) -> NoReturn:
        """Raise UpError with `why` and where to read on."""
        raise UpError(f"{self.what}{why}，详情见 {self.log}")

    def logged(self) -> int:
        """How many bytes it has logged."""
        try:
            return self.log.stat().st_size
        except OSError:
            return 0

    def traces(self) -> tuple[int, int]:
        """What can be seen of its work from outside: the bytes it has logged, the whole seconds it has computed."""
        return self.logged(), computed(self.process.pid)

    def stop(self) -> None:
        """Ask it to end, wait, and end it."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def end_strays(home: Path) -> None:
    """End what an `up` left behind on this home. We hold its lock, so whatever bears its mark is nobody's child."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + STOP_SECONDS
        strays = _strays(home)
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        while strays and time.monotonic() < deadline:
            time.sleep(TICK_SECONDS)
            strays = _strays(home)
        if not strays:
            return


def _strays(home: Path) -> list[int]:
    """The processes that some `up` on this home started, known by the mark in their environment (Linux's /proc)."""
    mark = f"{MARK}={home.resolve()}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def computed(session: int) -> int:
    """The seconds of processor time that a session's processes and their ended children have had; 0 without /proc."""
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # proc(5): after the name in parentheses come the fields from the third on; 6 is the session, 14 to 17 the
            # ticks in user and kernel mode, of the process and of its children.
            fields = entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += sum(map(int, fields[11:15]))
    return ticks // os.sysconf("SC_CLK_TCK")
