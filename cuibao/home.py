"""The data folder, which nobody but the office's own user may look into.

It holds the ledger, the letters, what came by mail and the password of the web pages. What is made in it is closed from
its first byte; and a home that an earlier version, or a person, left open to others is closed where it is surely ours.
"""

import os
import stat
from enum import Enum
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
# What an office puts there itself, and what we write.
GIVEN = frozenset({"schedules", "contacts", "templates"})
WRITTEN = frozenset({"ledger.db", "ledger.db-wal", "ledger.db-shm", "outbox", "evidence", "exports", "logs", "prefect"})
WRITTEN |= {"up.lock", ".ledger.db.lock", "password"}
# What is found nowhere but in a home: any folder may hold logs or templates.
TELLING = frozenset({"ledger.db", "up.lock", "outbox", "evidence"})


class Closing(Enum):
    """What came of closing a home: it was `CLOSED` already or is new, is `NOW_CLOSED`, or was left `OPEN`."""

    CLOSED = "closed"
    NOW_CLOSED = "now closed"
    OPEN = "open"

    def said(self, home: Path) -> str | None:
        """One Chinese line about the folder at `home` for whoever runs the program; None where there is no need."""
        if self is Closing.NOW_CLOSED:
            return f"数据文件夹 {home} 原来别的用户也能进，已改为只有本用户能进。"
        if self is Closing.OPEN:
            return (
                f"注意：数据文件夹 {home} 别的用户也能进。里面有不是本程序的东西，没有改它的权限；"
                "请用 CUIBAO_HOME 换一个专用的文件夹，或者自己改成只有本用户能进（chmod 700）。"
            )
        return None


def close_home(home: Path) -> Closing:
    """Make the folder at `home`, or close it to others where it is ours; what is not ours stays as it is.

    Raises OSError where the folder can be neither made nor looked at.
    """
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
        return Closing.CLOSED
    mode = stat.S_IMODE(home.stat().st_mode)
    if not mode & OTHERS:
        return Closing.CLOSED
    if not is_ours(home):
        return Closing.OPEN
    home.chmod(mode & ~OTHERS)
    return Closing.NOW_CLOSED if _names(home) & WRITTEN else Closing.CLOSED


def is_within(path: Path, home: Path) -> bool:
    """Whether what is at `path` is part of the home, however either is spelled."""
    return path.resolve().is_relative_to(home.resolve())


def is_ours(home: Path) -> bool:
    """Whether `home` is a folder for the program's data alone.

    It is owned by us; nobody else uses it as a matter of course (a user's own folder or one above it, the program's,
    a sticky one like /tmp); and what is in it is ours by its name. A file that somebody put beside is no matter where
    something tells that this is a home; where nothing does, it is a folder of documents.
    """
    status, place = home.stat(), home.resolve()
    if status.st_uid != os.geteuid() or status.st_mode & stat.S_ISVTX:
        return False
    for theirs in (Path.home().resolve() / "within", Path(__file__).resolve()):
        if place in theirs.parents:
            return False
    others = [entry for entry in home.iterdir() if entry.name not in GIVEN | WRITTEN]
    return not others or (bool(_names(home) & TELLING) and not any(entry.is_dir() for entry in others))


def _names(home: Path) -> set[str]:
    return {entry.name for entry in home.iterdir()}
