"""How long a clerk waits for the commands that she types most."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import Figure, medians, seconds

ROUNDS = 9
PYTHON, LIBRARIES = "python -c pass", "python -c 'import click, sqlalchemy'"
# How many times what its libraries take a command with the ledger may take.
AT_MOST = 1.3
RECORD = (
    *("record", "--unit", "嘉定镇", "--plan", "skills", "--requirement", "interim", "--period", "2022-07-25"),
    *("--by", "王芳"),
)
WITH_LEDGER = {
    "cuibao board": ("board",),
    "cuibao record": RECORD,
    "cuibao queue": ("queue",),
    "cuibao calls": ("calls",),
}
COMMANDS = {"cuibao schedule": ("schedule",)} | WITH_LEDGER


def figures() -> Iterator[Figure]:
    """Each command from its start to its end, with the 42 units of 2022 and a ledger that holds nothing yet."""
    program = str(Path(sys.executable).with_name("cuibao"))
    with TemporaryDirectory() as home:

        def run(*command: str) -> Callable[[], float]:
            return lambda: seconds(lambda: _run(home, *command))

        _run(home, program, "board")
        subjects = {PYTHON: run(sys.executable, "-c", "pass")}
        subjects[LIBRARIES] = run(sys.executable, "-c", "import click, sqlalchemy")
        subjects |= {name: run(program, *words) for name, words in COMMANDS.items()}
        found = medians(subjects, ROUNDS)
    for name in COMMANDS:
        beside = {peer: found[peer] for peer in (PYTHON, LIBRARIES)}
        yield Figure(name, found[name], beside | ({"limit": AT_MOST * found[LIBRARIES]} if name in WITH_LEDGER else {}))


def _run(home: str, *command: str) -> None:
    environ = {"HOME": home, "CUIBAO_HOME": home, "CUIBAO_NOW": "2022-07-26T09:00", "PYTHONUTF8": "1"}
    subprocess.run(command, env=environ, cwd=home, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
