"""Markdown that no name can break, and the page that is made of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cuibao.said import short_moment, tamed
from cuibao.tongue import say

_MARKS = re.compile(r"[\\|\[\]<>*_`~&]")
_ADDRESSES = re.compile(r"(?i)(?<=https:)(?=//)|(?<=http:)(?=//)|(?<=www)(?=\.)|(?=@)")
# Tears what the UI would make a link of in two, and is not in what somebody copies from the page.
NO_LINK = "<wbr>"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, the moment that it shows, a line about that, and what it says."""

    title: str
    as_of: datetime
    about: str
    blocks: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole page. The moment has the second paragraph for itself."""
        return "\n\n".join(
            [
                f"# {self.title}",
                say("截至 {moment}。{about}", moment=short_moment(self.as_of), about=self.about),
                *self.blocks,
            ]
        )

    @property
    def rehearsed(self) -> "Page":
        """The same page, of a drill."""
        return replace(self, title=say("【演练】{title}", title=self.title), blocks=(drill(), *self.blocks))

    def says(self, text: str | None) -> bool:
        """Whether `text` is this page but for the moment that it was drawn at."""
        return text is not None and _undated(text) == _undated(self.text)


def page(title: str, as_of: datetime, about: str, *blocks: Iterable[str] | str) -> Page:
    """A page of `blocks`, each a paragraph, a table, or several of them."""
    flat = tuple(each for block in blocks for each in ((block,) if isinstance(block, str) else block))
    return Page(title, as_of, about, flat)


def grid(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escaped(words: str) -> str:
    """`words` as text in a Markdown page or a table's cell, whoever wrote them: nothing in them ends the cell, begins a
    link or a tag, or is taken for an address to click (GFM, “Autolinks (extension)”, which no backslash stops).
    """
    text = _MARKS.sub(r"\\\g<0>", " ".join(tamed(words).split()))
    return _ADDRESSES.sub(NO_LINK, text)


def unbroken(words: str) -> str:
    """`words` that no narrow column breaks, with a word joiner (U+2060) between the characters."""
    return "\u2060".join(words)


def linked(words: str, address: str | None) -> str:
    """`words`, as a link where there is an address."""
    return f"[{words}]({address})" if address else words


def drill() -> str:
    """What each page of a drill says."""
    return say("**（演练：这里的信和登记都只算演练，不是真实情况）**")


def simulation(simulated: bool) -> list[str]:
    """What each page of a simulation says; nothing of a real campaign."""
    return [say("**（模拟演练：以下报送情况由程序模拟产生，不是真实数据）**")] if simulated else []


def _undated(text: str) -> tuple[str, str]:
    title, _, rest = text.partition("\n\n")
    return title, rest.partition("\n\n")[2]
