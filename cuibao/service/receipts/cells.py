"""What a clerk writes into a cell to say that something was received: a date in any of the usual ways, or a tick."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from enum import Enum
from unicodedata import normalize

SHOWN = 20
HOW = "已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"


class Ticked(Enum):
    """What a cell says that names no day."""

    HERE = "√"
    MISSING = "未报"
    EXEMPT = "免报"


class Illegible(Exception):
    """A cell of which nobody can say what it means; `str()` says what would be right."""


_WORDS = {
    **dict.fromkeys(
        ("√", "✓", "✔", "☑", "1", "是", "有", "对", "y", "yes", "true", "ok"),
        Ticked.HERE,
    ),
    **dict.fromkeys(("已报", "已报送", "已收", "已收到", "收到", "已交", "已送"), Ticked.HERE),
    **dict.fromkeys(("×", "✗", "✘", "0", "否", "n", "no", "false", "未报", "未报送", "未收到", "没报"), Ticked.MISSING),
    "免报": Ticked.EXEMPT,
}
BLANK = frozenset({"", "/", "-", "—", "——", "－", "无", "暂无"})

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_FULL = re.compile(rf"(\d{{4}})(?:[-/.]|年)(\d{{1,2}})(?:[-/.]|月)(\d{{1,2}})[日号]?{_TIME}", re.ASCII)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_SHORT = re.compile(r"(\d{1,2})(月|[-/.])(\d{1,2})[日号]?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)


def read_cell(text: str, years: Sequence[int], fits: Callable[[date], bool]) -> date | Ticked | None:
    """What `text` says; None where it says nothing. Raises Illegible.

    A day without a year is of the one of `years` in which it `fits`, or of the first where it fits in none.
    """
    plain = "".join(normalize("NFKC", text).split()) if len(text) <= SHOWN * 2 else text
    if plain in BLANK:
        return None
    if (mark := _WORDS.get(plain.casefold())) is not None:
        return mark
    spaced = " ".join(normalize("NFKC", text).split()) if len(text) <= SHOWN * 2 else text
    for pattern, written in ((_FULL, spaced), (_FULL, plain), (_COMPACT, plain)):
        if found := pattern.fullmatch(written):
            return _day(text, *map(int, found.groups()))
    if found := _SERIAL.fullmatch(plain):
        return _SERIAL_ZERO + timedelta(days=int(found[1]))
    if found := _SHORT.fullmatch(plain):
        return _without_year(text, found, years, fits)
    raise Illegible(f"看不懂“{shown(text)}”：{HOW}")


def shown(text: str) -> str:
    """`text` in a message: cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _without_year(text: str, found: re.Match[str], years: Sequence[int], fits: Callable[[date], bool]) -> date:
    month, sign, day = int(found[1]), found[2], found[3]
    if sign == "." and day in ("1", "2", "3"):  # a spreadsheet makes 4.3 of 4.30
        either = f"可能是 {month}月{day}日，也可能是 {month}月{day}0日"
        raise Illegible(f"“{shown(text)}”{either}，请写成 {month}月{day}日这样")
    days = []
    for year in years:
        with suppress(ValueError):  # 29 February
            days.append(date(year, month, int(day)))
    if not days:
        raise Illegible(f"没有“{shown(text)}”这一天：{HOW}")
    fitting = [each for each in days if fits(each)]
    if len(fitting) > 1:
        raise Illegible(f"“{shown(text)}”没有写年份，看不出是哪一年，请写成 {fitting[-1]} 这样")
    return (fitting or days)[0]


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Illegible(f"没有“{shown(text)}”这一天：{HOW}") from None
