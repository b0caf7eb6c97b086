"""The password of the web pages and of everything that talks to Prefect's server: one a home, in a file of its own.

Prefect compares the whole of what a login sends with the whole of what it was started with, and its page has one field:
so there is no user name before it, and no colon in it.
"""

import os
import secrets
import stat
from pathlib import Path

from cuibao.files import beside, open_new, sync_folder, write_whole
from cuibao.up.settings import UpError

# What is easily taken for something else when read from a screen (0 and o, 1, i and l) is not among them.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4
SHORTEST = 12
LONGEST = 128
NAME = "password"
REMEDY = "请运行 cuibao password --new 换一个新密码。"


def password_of(home: Path) -> str:
    """The password of the existing folder `home`, made where there is none. Raises UpError where it cannot be read.

    A file that others could read is closed to them again.
    """
    path = home / NAME
    if not os.path.lexists(path):
        _keep_first(path, new_password())
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, encoding="ascii") as file:
            if stat.S_IMODE(os.fstat(handle).st_mode) != 0o600:
                os.fchmod(handle, 0o600)
            kept = file.read(LONGEST + 2).removesuffix("\n")
    except (OSError, UnicodeDecodeError) as trouble:
        why = getattr(trouble, "strerror", None) or "内容不对"
        raise UpError(f"界面密码读不出来（{path}：{why}）。{REMEDY}") from None
    if complaint(kept):
        raise UpError(f"界面密码的文件 {path} 是空的或内容不对。{REMEDY}")
    return kept


def keep_password(home: Path, password: str) -> None:
    """Make `password` that of the home, which must exist. Raises UpError where it will not do or cannot be kept."""
    if words := complaint(password):
        raise UpError(words)
    try:
        write_whole(home / NAME, f"{password}\n".encode("ascii"), private=True)
    except OSError as trouble:
        raise UpError(f"写不了 {home / NAME}：{trouble.strerror}") from None


def new_password() -> str:
    """A password that nobody guesses (79 bits) and anybody can type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def complaint(password: str) -> str | None:
    """What is wrong with a password that somebody chose, in Chinese; None where it will do."""
    if not all("!" <= character <= "~" for character in password):
        return "密码只能用英文字母、数字和英文标点，不能有空格和汉字。"
    if ":" in password:
        return "密码里不能有冒号。"
    if len(password) < SHORTEST:
        return f"密码太短，至少要 {SHORTEST} 个字符。"
    if len(password) > LONGEST:
        return f"密码太长，最多 {LONGEST} 个字符。"
    return None


def _keep_first(path: Path, password: str) -> None:
    """Keep `password` where no other process was first; whole or not at all, and never open to others."""
    try:
        with beside(path) as half:
            with open_new(half, private=True) as file:
                file.write(f"{password}\n".encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            _put(half, path)
        sync_folder(path.parent)
    except OSError as trouble:
        raise UpError(f"写不了 {path}：{trouble.strerror}") from None


def _put(half: Path, path: Path) -> None:
    try:
        path.hardlink_to(half)
    except FileExistsError:
        return
    except OSError:  # a disk without hard links
        half.replace(path)
