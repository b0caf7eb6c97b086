"""Files that are there whole or not at all, also after a power cut."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write `data` beside `path`, wait for the disk where `durable`, then rename. Raises OSError; leaves no half."""
    with beside(path) as half:
        with half.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        half.replace(path)
    if durable:
        sync_folder(path.parent)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A hidden name beside `path` for this thread alone; whatever is left there in the end is removed."""
    half = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        yield half
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
