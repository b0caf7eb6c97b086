"""The code that people see of a letter, such as XF2022-220725-T01: whose it is and of which day; how clerks write it.

Short and readable, unique within the campaign, and so nothing that a stranger could not make up: a hint, never a proof.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import count

_OPENS, _CLOSES = "[［【〔（(", "]］】〕）)"
_DASH = r"\s*[-－‐‑–—−]\s*"


def codes_for(reference: str, day: date, no: str) -> Iterator[str]:
    """What a letter of `day` to the unit numbered `no` may be called, the best first: the later ones are for the second
    letter of a day whose morning was taken back, or for a number that another unit had that morning."""
    plain = f"{reference}-{day:%y%m%d}-{no}"
    yield plain
    yield from (f"{plain}-{number}" for number in count(2))


class Codes:
    """Finds the codes of campaigns with those `references` in what people write: in brackets of any kind or none, with
    full-width characters, small letters, spaces; also the older ones, which have no year (XF2022-0725-T01)."""

    def __init__(self, *references: str) -> None:
        ordered = sorted(references, key=len, reverse=True)
        written = "|".join("".join(map(_either_width, reference)) for reference in ordered)
        plain = _DASH.join((rf"(?<![A-Za-z\d])(?:{written})", r"(?:\d{6}|\d{4})", r"[A-ZＡ-Ｚ]\d{2,5}(?!\d)"))
        # What follows may be a word of the clerk's: T01-7月 is July's, and T01-2 the second letter.
        bare = rf"{plain}(?:{_DASH}\d{{1,2}}(?!\w))?"
        self.bracketed = rf"[{re.escape(_OPENS)}]\s*{bare}\s*[{re.escape(_CLOSES)}]"
        self._bare = re.compile(bare, re.IGNORECASE)
        self._any = re.compile(f"{self.bracketed}|{bare}", re.IGNORECASE)

    def found(self, text: str) -> Iterator[str]:
        """The codes in `text`, each as the ledger has it; without its last number too, which may be the clerk's."""
        for match in self._bare.finditer(text):
            code = re.sub(_DASH, "-", unicodedata.normalize("NFKC", match.group())).upper()
            parts = code.split("-")
            yield from dict.fromkeys((code, "-".join(parts[:3])))

    def blanked(self, text: str) -> str:
        """`text` without its codes."""
        return self._any.sub(" ", text)


def _either_width(character: str) -> str:
    """A pattern for `character` and its full-width form."""
    return f"[{character}{chr(ord(character) + 0xFEE0)}]"
