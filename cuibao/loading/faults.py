"""What is wrong in a file, as one Chinese line: where it is, what would be right, what is there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Location = tuple[str | int, ...]

GUESSES = 20
SHOWN = 200  # characters


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: `field` is a path such as requirements[1].due.day (counted from 0), `line` counts from 1."""

    path: Path
    line: int | None
    field: str
    said: str

    def __str__(self) -> str:
        place = "，".join(part for part in (f"第 {self.line} 行" if self.line else "", self.field) if part)
        joint = " " if self.line else "，"
        return f"{self.path}{joint}{place}：{self.said}" if place else f"{self.path}：{self.said}"


def field_path(location: Location) -> str:
    """`("requirements", 1, "due")` as `requirements[1].due`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def shown(value: object) -> str:
    """What a file holds, for the end of a message."""
    if value is None or value == "":
        return "现为空"
    if isinstance(value, Mapping):
        return "现为一组字段"
    if isinstance(value, list | tuple):
        return "现为列表" if value else "现为空列表"
    text = str(value)
    return f'现为 "{text if len(text) <= SHOWN else f"{text[:SHOWN]}…"}"'


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None where none is alike."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), None)


def guesses(known: Iterable[str]) -> Callable[[str], str | None]:
    """`nearest` among `known`, for the first words only: each is compared with all, of which there may be thousands."""
    words, left = list(known), iter(range(GUESSES))
    return lambda word: None if next(left, None) is None else nearest(word, words)
