"""Files that are there whole or not at all, also after a power cut."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from cuibao.errors import Contradiction


def write_whole(path: Path, data: bytes, *, durable: bool = True, private: bool = False) -> None:
    """Write `data` beside `path`, wait for the disk where `durable`, then rename. Raises OSError; leaves no half.

    What is `private` can be read by our own user only, from its first byte; anything else has the user's umask.
    """
    with beside(path) as half:
        with open_new(half, private=private) as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        half.replace(path)
    if durable:
        sync_folder(path.parent)


def write_new(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write `data` to `path`, whole; never over another file. Raises Contradiction, saying what is wrong."""
    if not path.parent.is_dir():
        raise Contradiction(f"{path}：没有 {path.parent} 这个文件夹")
    try:
        with beside(path) as half:
            write_whole(half, data, private=private)
            os.link(half, path)  # unlike a rename, never over another
        sync_folder(path.parent)
    except FileExistsError:
        raise Contradiction(f"{path}：已有这个文件，请换一个文件名") from None
    except OSError as trouble:
        raise Contradiction(f"{path}：写不进去（{trouble.strerror}）") from None


def open_new(path: Path, *, private: bool = False) -> IO[bytes]:
    """Open `path` for writing, empty; where it is `private` and new, with no rights for others. Raises OSError."""
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600 if private else 0o666))


def make_folder(path: Path, *, private: bool = False) -> None:
    """Make the folder at `path` and those above it; where `private`, all of them with no rights for others."""
    if not private:
        path.mkdir(parents=True, exist_ok=True)
        return
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


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
