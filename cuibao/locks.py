"""Locks between processes and threads. The kernel lets go of them however their holder ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


class Held(Exception):
    """Another has the lock: the process `holder`, None where that cannot be told."""

    def __init__(self, holder: int | None) -> None:
        super().__init__(holder)
        self.holder = holder


@contextmanager
def alone(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock file at `path`, which is made where there is none, with no rights for others, names its holder,
    and stays.

    Whoever comes second waits, or, where it is not to `wait`, is told Held. Raises OSError where the file cannot be
    written.
    """
    # Imported here: few commands lock anything.
    from filelock import lock_descriptor, unlock_descriptor

    with open(path, "a+", encoding="ascii", opener=_for_us_alone) as file:
        if not lock_descriptor(file.fileno(), blocking=wait):
            raise Held(_holder(file))
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
        finally:
            unlock_descriptor(file.fileno())


def _for_us_alone(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _holder(file: TextIO) -> int | None:
    try:
        file.seek(0)
        return int(file.read())
    except (OSError, ValueError):  # not written yet; or, where locks are mandatory, not to be read
        return None
