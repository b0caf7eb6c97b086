"""Which months and quarters a text names: 5月, 五月份, 2022年5月, 202205, 第二季度; a full date names none."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

NUMERALS = {word: number for number, word in enumerate((*"一二三四五六七八九十", "十一", "十二"), start=1)}

_MONTH = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_QUARTER = "[1-4一二三四]"
_TO = r"\s*[-–—~至到]+\s*"
_AND = r"\s*[、,和及]\s*"

# The day a thing was written or is due: says nothing about the month it is for.
_DATES = re.compile(
    rf"(?:20\d\d年)?(?<![\d十])(?:{_MONTH})月(?:\d{{1,2}}|[一二三十]{{1,3}})(?:[日号]|$)"
    r"|(?<!\d)20\d\d(?:[.\-/ ]\d{1,2}[.\-/ ]\d{1,2}|[01]\d[0-3]\d)(?!\d)"
)
_MONTHS = re.compile(
    rf"(?:(20\d\d)年?[.\-/ ]?)?(?<![十])(?:(?<!\d)({_MONTH})月?份?({_TO}|{_AND}))?(?<![十])({_MONTH})月"
)
_NUMERIC = re.compile(r"(?<![\dA-Za-z])(20\d\d)(?:[.\-/年]?(0[1-9]|1[0-2])|[.\-/]([1-9]))(?!\d|月|[.\-/]\d)")
_QUARTERS = re.compile(
    rf"(?:(20\d\d)年?)?第?(?:({_QUARTER})季?度?({_TO}|{_AND})第?)?({_QUARTER})季|(?<![A-Za-z])[Qq]([1-4])(?!\d)"
)
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?=年)")


@dataclass(frozen=True, slots=True)
class Span:
    """The months and quarters named; `years` where one is written with 年, or before a month, and `stated` those of
    them that are no part of a full date."""

    months: frozenset[int] = frozenset()
    quarters: frozenset[int] = frozenset()
    years: frozenset[int] = frozenset()
    stated: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.months or self.quarters)


NO_SPAN = Span()


def span(text: str) -> Span:
    """The months, quarters and years that `text` names. 上半年, 本月 and 上月 name none: they depend on the reader."""
    folded = unicodedata.normalize("NFKC", text)
    if not any(mark in folded for mark in ("月", "季", "20", "Q", "q")):
        return NO_SPAN
    folded = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", folded)
    years = frozenset(int(year) for year in _YEARS.findall(folded))
    undated = _DATES.sub("#", folded)
    stated = frozenset(int(year) for year in _YEARS.findall(undated))
    numeric = [(int(year), int(two or one)) for year, two, one in _NUMERIC.findall(undated)]
    undated = _NUMERIC.sub("#", undated)
    return Span(
        frozenset(_months(undated)) | {month for _, month in numeric},
        frozenset(_quarters(undated)),
        years | {year for year, _ in numeric},
        stated | {year for year, _ in numeric},
    )


def _months(text: str) -> Iterator[int]:
    for _, first, joint, last in _MONTHS.findall(text):
        yield from _between(first, joint, last)


def _quarters(text: str) -> Iterator[int]:
    for _, first, joint, last, letter in _QUARTERS.findall(text):
        yield from _between(first, joint, last or letter)


def _between(first: str, joint: str, last: str) -> tuple[int, ...]:
    start, end = _number(first or last), _number(last)
    if joint.strip() and joint.strip() in "、,和及":
        return (start, end)
    return tuple(range(min(start, end), end + 1))


def _number(word: str) -> int:
    return NUMERALS.get(word) or int(word)
