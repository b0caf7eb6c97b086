"""Single values of the office's files. Every scalar arrives as text (see `sheet`) and is read here."""

import re
from datetime import date
from typing import TypeVar

from cuibao.loading.shapes import Reader, Wrong
from cuibao.model import Term

T = TypeVar("T", bound=Term)

AN_ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
# No campaign is of another century; what lies beyond is a slip of the pen, and calendars end somewhere.
YEARS = range(1990, 2101)
DATE = "应为真实的日期，写作 2022-04-25"

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE_NUMBER = re.compile(r"[1-9]\d{0,3}")
# 0797-3330001, +86 138 0000 0000; and as Americans write them: (559) 555-0142, 559.555.0142 ext. 12.
_PHONE = re.compile(
    r"\+?\d[\d -]{5,19}"
    r"|(?:\+?1[ -]?)?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}(?:,? (?:ext\.?|x) ?\d{1,6})?"
)
_MAILBOX = re.compile(
    r"(?=.{6,254}\Z)"  # RFC 5321 4.5.3.1.3; and no more is looked at
    r"[A-Za-z0-9_%+'-]+(\.[A-Za-z0-9_%+'-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)


def is_mailbox(text: str) -> bool:
    """Whether the office's files may give `text` as a mailbox."""
    return _MAILBOX.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether the office's files may give `text` as a phone number."""
    return _PHONE.fullmatch(text) is not None


def text(value: object) -> str:
    """Words, without the spaces around them. Raises Wrong."""
    if isinstance(value, str) and (words := value.strip()):
        return words
    raise Wrong.because("应为文字", value)


def a_day(value: object) -> date:
    """A date such as 2022-04-25. Raises Wrong."""
    # The pattern comes first: fromisoformat also takes 20220425 and week dates, which a clerk would misread.
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            if (day := date.fromisoformat(value)).year in YEARS:
                return day
        except ValueError:
            pass
    raise Wrong.because(DATE, value)


def count(value: object) -> int:
    """A whole number from 1. Raises Wrong."""
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    raise Wrong.because("应为 1 至 9999 的整数", value)


def word_of(terms: type[T]) -> Reader[T]:
    """A reader of one of the `terms`, by its English word."""
    known = {term.value: term for term in terms}

    def read(value: object) -> T:
        if isinstance(value, str) and value in known:
            return known[value]
        raise Wrong.because("应为 " + "或 ".join(f"{each}（{each.zh}）" for each in terms), value)

    return read


def yes_or_no(value: object) -> bool:
    """true or false. Raises Wrong."""
    if value in ("true", "false"):
        return value == "true"
    raise Wrong.because("应为 true（是）或 false（否）", value)


def matching(pattern: str | re.Pattern[str], expected: str) -> Reader[str]:
    """A reader of what matches `pattern` as a whole; `expected` says what would be right."""
    compiled = re.compile(pattern)

    def read(value: object) -> str:
        if isinstance(value, str) and compiled.fullmatch(value):
            return value
        raise Wrong.because(expected, value)

    return read


an_id = matching(AN_ID, "应为小写字母、数字和连字符，以字母开头")
a_phone = matching(_PHONE, "应为电话号码（数字、空格和连字符）")
a_mailbox = matching(_MAILBOX, "应为一个邮箱地址，如 xfxawb@sina.com")
