"""A morning's letters by two processes beside one, and with the ledger in PostgreSQL beside SQLite."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import LIMIT, Figure, medians
from bench.sending import NOTHING_SET, NOW, SINK, environ, second_morning, sink
from cuibao.office import open_office
from cuibao.service.letters import morning
from cuibao.settings import environment, read_settings
from tests.services import Postgresql, postgresql

ROUNDS, LETTERS = 5, 1000
ONE, TWO = "letters by one process, from its beginning to its end", "the same by two processes"
SQLITE, POSTGRESQL = "the ledger in SQLite", "letters by one process, the ledger in PostgreSQL"
# How many times as fast two have to be, and what share of SQLite's pace PostgreSQL has to reach.
TWICE, SHARE = 1.5, 0.5


def figures() -> Iterator[Figure]:
    """The whole way, planning, writing and filing included, against a mail server that takes all there is."""
    if SINK is None:
        print("smtp-sink is not installed (apt-get install postfix): nothing was sent")
        return
    with sink() as port, postgresql(durable=True) as server:
        subjects = {
            ONE: lambda: _sent(port, 1),
            TWO: lambda: _sent(port, 2),
            POSTGRESQL: lambda: _sent(port, 1, server),
        }
        found = medians(subjects, ROUNDS)
    yield Figure(TWO, found[TWO], {ONE: found[ONE], LIMIT: found[ONE] / TWICE}, pieces=LETTERS)
    yield Figure(POSTGRESQL, found[POSTGRESQL], {SQLITE: found[ONE], LIMIT: found[ONE] / SHARE}, pieces=LETTERS)


def _sent(port: int, processes: int, server: Postgresql | None = None) -> float:
    """How long it takes until the last of so many processes is done, which all begin at once."""
    with TemporaryDirectory() as home:
        database = {"CUIBAO_DATABASE_URL": server.new_database()} if server else NOTHING_SET
        with second_morning(Path(home), port, LETTERS, processes, database):
            pass
        settings = {"PATH": os.environ["PATH"], **environ(Path(home), port, processes), **database}
        at_work = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.together"], env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            for _ in range(processes)
        ]
        for each in at_work:
            assert each.stdout is not None
            each.stdout.readline()
        began = time.perf_counter()
        for each in at_work:
            assert each.stdin is not None
            each.stdin.close()
        assert not any(each.wait() for each in at_work)
        return time.perf_counter() - began


def _work() -> None:
    """One of the processes: gets ready, says so, and begins when its standard input ends."""
    with open_office(read_settings(environment())) as office:
        _ = office.schedule, office.templates, office.carrier, office.ledger
        print("ready", flush=True)
        sys.stdin.read()
        with closing(morning.write(office, NOW, 0)) as writing:
            for _ in writing:
                pass


if __name__ == "__main__":
    _work()
