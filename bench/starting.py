"""How long a clerk waits for the commands that she types most."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import Figure, medians, seconds

ROUNDS = 9
LIMIT = 0.5
PYTHON, SQLALCHEMY = "python -c pass", "python -c 'import sqlalchemy'"
COMMANDS = {
    "cuibao schedule": ("schedule",),
    "cuibao board": ("board",),
    "cuibao record": (
        *("record", "--unit", "嘉定镇", "--plan", "skills", "--requirement", "interim", "--period", "2022-07-25"),
        *("--by", "王芳"),
    ),
}


def figures() -> Iterator[Figure]:
    """Each command from its start to its end, on a ledger that is there and holds nothing."""
    program = str(Path(sys.executable).with_name("cuibao"))
    with TemporaryDirectory() as home:

        def run(*command: str) -> Callable[[], float]:
            return lambda: seconds(lambda: _run(home, *command))

        _run(home, program, "board")
        subjects = {PYTHON: run(sys.executable, "-c", "pass")}
        subjects[SQLALCHEMY] = run(sys.executable, "-c", "import sqlalchemy")
        subjects |= {name: run(program, *words) for name, words in COMMANDS.items()}
        found = medians(subjects, ROUNDS)
    for name in COMMANDS:
        yield Figure(name, found[name], {PYTHON: found[PYTHON], SQLALCHEMY: found[SQLALCHEMY], "limit": LIMIT})


def _run(home: str, *command: str) -> None:
    environ = {"HOME": home, "CUIBAO_HOME": home, "CUIBAO_NOW": "2022-07-26T09:00", "PYTHONUTF8": "1"}
    subprocess.run(command, env=environ, cwd=home, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
