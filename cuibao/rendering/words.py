"""Wording for letters: how far a date is, months, and text that wraps as Chinese does, or as English."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from cuibao.said import listed, month_name, through
from cuibao.tongue import say

# A run without spaces (word, address, number with its measure, reference) stays whole; any other character may end a
# line.
TOKEN = re.compile(r"[!-~À-ÖØ-öø-ÿ–]+[年月日天号项个]?|\s+|.", re.DOTALL)
# What may not begin a line (closing marks), and what may not end one (opening marks).
NO_LINE_START = frozenset("，。、；：？！）》〉】〕”’%")
NO_LINE_END = frozenset("（《〈【〔“‘")
BLANK_LINES = re.compile(r"\n{3,}")
LEAD = re.compile(r" *(?:\d+\. |- )?(?:[^\s：]{2,4}：)?")


def days_ahead(days: int, hour: str = "") -> str:
    """How far a date is ahead, in words, with the `hour` of what is close: 今日到期, 明日12时到期, 还有3天."""
    if days == 0:
        return say("今日{hour}到期", hour=hour) if hour else say("今日到期")
    if days == 1:
        return say("明日{hour}到期", hour=hour) if hour else say("明日到期")
    return say("还有{count}天", count=days)


def months(numbers: Sequence[int]) -> str:
    """Months in order, a stretch of three or more shortened: 5月至9月; 5月、7月."""
    return listed(_stretches(numbers))


def _stretches(numbers: Sequence[int]) -> Iterator[str]:
    start = 0
    for end in range(1, len(numbers) + 1):
        if end < len(numbers) and numbers[end] == numbers[end - 1] + 1:
            continue
        stretch = numbers[start:end]
        if len(stretch) > 2:
            yield through(month_name(stretch[0]), month_name(stretch[-1]))
        else:
            yield from map(month_name, stretch)
        start = end


def plain_text(text: str) -> str:
    """`text` as the plain part of a mail: wrapped, no more than one empty line in a row, ended by a line end."""
    return BLANK_LINES.sub("\n\n", wrap(text.strip())) + "\n"


def wrap(text: str, columns: int = 72) -> str:
    """Wrap each line of `text` to `columns`, a Chinese character counting two.

    A continued line hangs under the words of the first: after its number, bullet or label (“期限：”). Closing marks
    never begin a line, opening marks never end one; addresses and numbers stay whole.
    """
    return "\n".join(_wrapped(line.rstrip(), columns) for line in text.split("\n"))


@lru_cache(maxsize=4096)  # most lines of a letter stand in every other
def _wrapped(line: str, columns: int) -> str:
    return "\n".join(_wrap_line(line, columns))


def _wrap_line(line: str, columns: int) -> Iterator[str]:
    if 2 * len(line) <= columns:
        yield line
        return
    lead = LEAD.match(line)
    hang = " " * _width(lead.group() if lead else "")
    tokens = TOKEN.findall(line)
    current, width = "", 0
    for place, token in enumerate(tokens):
        need = _width(token)
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        # A closing mark must follow on the same line: leave room for it.
        room = need + (2 if following in NO_LINE_START else 0)
        if width + room > columns and current.strip() and token not in NO_LINE_START:
            carried = current[-1] if current[-1] in NO_LINE_END else ""
            yield current[: len(current) - len(carried)].rstrip()
            current = hang + carried
            width = _width(current)
            if token.isspace():
                continue
        current += token
        width += need
    yield current.rstrip()


@lru_cache(maxsize=4096)
def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
