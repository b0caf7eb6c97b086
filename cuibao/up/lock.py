"""One `up` a home."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from cuibao.locks import Held, alone
from cuibao.up.settings import UpError

NAME = "up.lock"
# Whoever only asks holds the lock for a moment too.
PATIENCE_SECONDS = 1.0
TICK_SECONDS = 0.05


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold this home; the kernel lets go of the lock however we end. Raises UpError, naming who holds it."""
    try:
        (home / NAME).touch(mode=0o600)
    except OSError as trouble:
        raise UpError(f"数据文件夹 {home} 不能用：{trouble.strerror}") from None
    with contextlib.ExitStack() as held:
        _enter(held, home)
        yield


def is_up(home: Path) -> bool:
    """Whether some `up` holds this home."""
    if not (home / NAME).exists():
        return False
    try:
        with alone(home / NAME, wait=False):
            return False
    except Held:
        return True


def _enter(held: contextlib.ExitStack, home: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            held.enter_context(alone(home / NAME, wait=False))
            return
        except Held as other:
            if time.monotonic() >= deadline:
                holder = other.holder or "?"
                raise UpError(f"{home} 已有一个 cuibao up 在运行（进程 {holder}），请先停掉它。") from other
        time.sleep(TICK_SECONDS)
