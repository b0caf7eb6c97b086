"""`cuibao`, preloaded and forked: every run is a process of its own, and costs no second of imports.

Reads a request a line (JSON) from its standard input, forks, and answers with the process's number: `python -m
tests.faults.forks`. What a run is told besides its words: how long its leases are, how many letters it files at a time,
from which boot of the machine it believes to be, what the machine's clock shows at its beginning, and where a signal is
to meet it.
"""

import importlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

PRELOADED = (
    "cuibao.cli.clock",
    "cuibao.cli.morning",
    "cuibao.cli.record",
    "cuibao.ledger",
    "cuibao.loading.campaign",
    "cuibao.mailer.connection",
    "cuibao.rendering",
    "cuibao.service.entries.record",
    "cuibao.service.letters.morning",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
)


def main() -> None:
    """Fork as asked, until the standard input ends."""
    for module in PRELOADED:
        importlib.import_module(module)
    children: dict[int, Path] = {}
    waiting = b""
    while True:
        if select.select([0], [], [], 0.005)[0]:
            more = os.read(0, 65536)
            if not more:
                return
            waiting += more
        while b"\n" in waiting:
            line, _, waiting = waiting.partition(b"\n")
            request = json.loads(line)
            pid = os.fork()
            if pid == 0:
                _become(request)
            children[pid] = Path(request["out"])
            print(pid, flush=True)
        _reap(children)


def _reap(children: dict[int, Path]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        out = children.pop(pid)
        part = out.with_suffix(".part")
        part.write_text(str(os.waitstatus_to_exitcode(status)), encoding="ascii")
        part.rename(out.with_suffix(".code"))


def _become(request: dict[str, Any]) -> None:
    """Be the run that was asked for; never returns."""
    code = 1
    try:
        file = os.open(request["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(file, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(request["environ"])
        _prepare(request)
        sys.argv = ["cuibao", *request["words"]]
        from cuibao.cli import main as program

        program()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _prepare(request: dict[str, Any]) -> None:
    from cuibao import holders, office
    from cuibao.service import sending

    if "lease" in request:
        office.Office.LEASE = timedelta(seconds=request["lease"])
    if "batch" in request:
        sending.BATCH = sending.BRISK_BATCH = request["batch"]
    if "boot" in request:
        boot = str(request["boot"])
        holders._boot = lambda: boot
    if "clock" in request:
        office.Office.machine_now = staticmethod(_clock(request["clock"]))  # type: ignore[method-assign]
    if "durable" in request:
        _note_what_is_durable(Path(request["environ"]["CUIBAO_HOME"]), Path(request["durable"]))
    if "at" in request:
        _meet(**request["at"])


def _clock(shows: str) -> Callable[[], datetime]:
    began, start = time.monotonic(), datetime.fromisoformat(shows)
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def _meet(place: str, times: int, after: bool, how: str) -> None:
    """At the `times`-th call of the method at `place`, before it or after, be met by a signal."""
    path, _, name = place.rpartition(".")
    module, _, kind = path.rpartition(".")
    owner = getattr(importlib.import_module(module), kind)
    original: Callable[..., object] = getattr(owner, name)
    calls = 0

    def meeting(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == times and not after:
            os.kill(os.getpid(), signal.Signals[f"SIG{how}"])
        found = original(*args, **kwargs)
        if calls == times and after:
            os.kill(os.getpid(), signal.Signals[f"SIG{how}"])
        return found

    setattr(owner, name, meeting)


def _note_what_is_durable(home: Path, note: Path) -> None:
    """Keep in `note` how long SQLite's log was when letters had been filed: the last commit that waits for the disk."""
    from cuibao.ledger import Ledger

    original = Ledger.file

    def noting(*args: Any) -> Any:
        rows = original(*args)
        note.write_text(str((home / "ledger.db-wal").stat().st_size), encoding="ascii")
        return rows

    Ledger.file = noting  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    main()
