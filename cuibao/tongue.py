"""In what language the office speaks to its units and shows its pages: one language a process, its campaign's.

The program's own words are Chinese. The files in `tongues/<language>` hold for each of them what it is in another
language, by the Chinese; a text with `count` in it may have two forms there, `one` and `other`. What no catalogue holds
stays Chinese: a test holds that none is missing.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

TONGUES = Path(__file__).parent / "tongues"
CHINESE = "zh"
Catalogue = Mapping[str, "str | Mapping[str, str]"]

_spoken: list[str] = [CHINESE]


def languages() -> tuple[str, ...]:
    """The languages that there are, the program's own first."""
    return CHINESE, *sorted(path.name for path in TONGUES.iterdir() if path.is_dir())


def speak(language: str) -> None:
    """Let everything be said in `language` from now on."""
    _spoken[0] = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let what is done meanwhile be said in `language`."""
    before = _spoken[0]
    speak(language)
    try:
        yield
    finally:
        speak(before)


def beside(folder: Path) -> Path:
    """Where in `folder` the files of the spoken language are: the program's own in itself, others' in one each."""
    return folder if _spoken[0] == CHINESE else folder / _spoken[0]


def spoken() -> str:
    """The language that is spoken."""
    return _spoken[0]


def say(text: str, /, **values: Any) -> str:
    """`text` in the language that is spoken, with `values` in the places that it names."""
    found = text if _spoken[0] == CHINESE else catalogue(_spoken[0]).get(text, text)
    if not isinstance(found, str):
        found = found["one" if values["count"] == 1 else "other"]
    return found.format(**values) if values else found


@cache
def catalogue(language: str) -> Catalogue:
    """What is said in `language` for each Chinese text."""
    files = sorted((TONGUES / language).glob("*.toml"))
    return {text: said for file in files for text, said in tomllib.loads(file.read_text(encoding="utf-8")).items()}
