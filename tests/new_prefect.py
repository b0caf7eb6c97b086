"""The database of a new Prefect, made by Prefect once a test run and put where a service will look for it.

A server that finds none makes its own by a hundred migrations, which is half of what its start costs. What is put there
is the file that its command for just that makes: nothing of Prefect's or of ours does anything else than it would.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from cuibao.files import make_folder
from cuibao.settings import CHECKOUT
from cuibao.up import UpSettings, environment

NAME = "prefect.db"
_kept: list[Path] = []


def keep_in(folder: Path) -> None:
    """Keep it in `folder`, which all workers of the run share, as soon as somebody wants it."""
    _kept[:] = [folder / "new-prefect"]


def put(home: Path) -> None:
    """Let the first service on the data folder `home` find a database, in which there is nothing yet."""
    made = _made(*_kept)
    theirs = _settings(home).prefect
    make_folder(theirs, private=True)
    assert not (theirs / NAME).exists()
    shutil.copy(made, theirs / NAME)


def _made(home: Path) -> Path:
    made = _settings(home).prefect / NAME
    with FileLock(home.with_suffix(".lock")):
        if not home.exists():
            half = home.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            settings = _settings(half)
            make_folder(settings.prefect, private=True)
            command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
            environ = environment(settings, "for-tests-only")
            done = subprocess.run(
                command, env=environ, cwd=settings.prefect, umask=0o077, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
            assert [file.name for file in settings.prefect.glob(f"{NAME}*")] == [NAME]  # with no journal beside it
            half.rename(home)
    return made


def _settings(home: Path) -> UpSettings:
    return UpSettings(checkout=CHECKOUT, home=home, environment=os.environ)
