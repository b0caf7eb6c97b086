"""Which periods of the calendar an English text names: April, July-September, April 13-19, 2027-04, last month.

A full date (April 10, 2027; 4/10) names no month: it says when something was written or is due. A quarter or a half
that is named by its number alone is nobody's: schools count them from the summer, the calendar from January.
"""

import re
import unicodedata

from cuibao.model import Every
from cuibao.policy.mail.spans import NamedDay, Span

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b"
_YEAR = r"(?:20\d\d)\b"
_TO = r"\s*(?:-|\u2013|\u2014|to|through|thru)\s*"
_WEEK = re.compile(
    rf"\b({_MONTH})\s*({_DAY})(?:,?\s*({_YEAR}))?{_TO}(?:({_MONTH})\s*)?({_DAY})(?:,?\s*({_YEAR}))?", re.IGNORECASE
)
_DATES = re.compile(
    rf"\b({_MONTH})\s*({_DAY})(?:,?\s*({_YEAR}))?|\b({_DAY})\s*(?:of\s*)?({_MONTH})(?:,?\s*({_YEAR}))?"
    r"|(?<!\d)(?:20\d\d)[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)(?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[-/.](?:20)?\d\d)?(?!\d)"
    r"|(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
    re.IGNORECASE,
)
_MONTHS = re.compile(rf"\b({_MONTH})(?:{_TO}({_MONTH}))?(?:,?\s*({_YEAR}))?", re.IGNORECASE)
_NUMERIC = re.compile(
    r"(?<!\d)(20\d\d)[-/.](0?[1-9]|1[0-2])(?!\d|[-/.]\d)|(?<!\d|[-/.])(0?[1-9]|1[0-2])[-/.](20\d\d)(?!\d)"
)
_ACROSS = re.compile(r"(?<!\d)(20\d\d)\s*[-\u2013/]\s*(?:20)?\d\d(?![\d-])")
_YEARS = re.compile(rf"(?<!\d)({_YEAR})")
_BY_NUMBER = re.compile(
    r"\b(?:q\s?[1-4]|[1-4]q|(?:first|second|third|fourth|1st|2nd|3rd|4th|last|final)\s+(?:quarter|qtr|half|semester|trimester|term)|quarter\s+\w+|h[12])\b",
    re.IGNORECASE,
)
_LAST = {
    Every.WEEK: re.compile(r"\b(?:last|past|previous|prior)\s+week\b", re.IGNORECASE),
    Every.MONTH: re.compile(r"\b(?:last|past|previous|prior)\s+month\b", re.IGNORECASE),
    Every.YEAR: re.compile(r"\b(?:last|past|previous|prior)\s+(?:school\s+)?year\b", re.IGNORECASE),
}
# The verb, and no month: lower case, or before a pronoun.
_MAY = re.compile(r"\bmay\b(?!\s*\d)|\bMay\s+(?=(?:I|we|you|it|they|he|she|this|the)\b)")
_NOBODY_S = (0, 0)


def readable(text: str) -> str:
    """`text` with spaces where a file's name has none: between words, numbers, and what CamelCase joins."""
    folded = unicodedata.normalize("NFKC", text).replace("_", " ")
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d{2})|(?<=\d{2})(?=[A-Z])", " ", folded)


def english_span(text: str) -> Span:
    """The periods and years that `text` names."""
    left = _MAY.sub(" ", readable(text))
    stretches = frozenset(_stretch(found) for found in _WEEK.findall(left))
    left = _WEEK.sub(" # ", left)
    across = frozenset(int(year) for year in _ACROSS.findall(left) if not _NUMERIC.search(left))
    dates = frozenset(_date(found) for found in _DATES.finditer(left))
    undated = _ACROSS.sub(" # ", _DATES.sub(" # ", left)) if across else _DATES.sub(" # ", left)
    months = {month for found in _MONTHS.findall(undated) for month in _between(found[0], found[1] or found[0])}
    years = {int(found[2]) for found in _MONTHS.findall(undated) if found[2]}
    for year, month, other_month, other_year in _NUMERIC.findall(undated):
        months.add(int(month or other_month))
        years.add(int(year or other_year))
    years |= {int(year) for year in _YEARS.findall(undated)}
    return Span(
        months=frozenset(months),
        years=frozenset(years),
        stated=frozenset(years),
        stretches=stretches,
        dates=dates,
        weeks=frozenset({_NOBODY_S}) if _BY_NUMBER.search(undated) else frozenset(),
        lasts=frozenset(every for every, pattern in _LAST.items() if pattern.search(undated)),
        across=across,
    )


def without_english_periods(text: str, sign: str) -> str:
    """`text` with `sign` for whatever names a period, a date or a year."""
    left = _MAY.sub(lambda found: found[0] if found[0][0] == "m" else found[0].lower(), readable(text))
    for pattern in (_WEEK, _DATES, _NUMERIC, _ACROSS):
        left = pattern.sub(f" {sign} ", left)
    left = re.sub(r"\bmay\b", "\ue0ff", left)  # the verb stays a word
    left = _MONTHS.sub(f" {sign} ", left)
    return _YEARS.sub(f" {sign} ", left).replace("\ue0ff", "may")


def _number(month: str) -> int:
    return _NAMES.index(month[:3].lower()) + 1


def _between(first: str, last: str) -> tuple[int, ...]:
    start, end = _number(first), _number(last)
    if start <= end:
        return tuple(range(start, end + 1))
    return (*range(start, 13), *range(1, end + 1))


def _day(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _stretch(found: tuple[str, ...]) -> tuple[NamedDay, NamedDay]:
    month, day, year, to_month, to_day, to_year = found
    ends = int(to_year or 0)
    begins = int(year or 0) or ends
    return (begins, _number(month), _day(day)), (ends, _number(to_month or month), _day(to_day))


def _date(found: re.Match[str]) -> NamedDay:
    if found[1]:
        return int(found[3] or 0), _number(found[1]), _day(found[2])
    if found[5]:
        return int(found[6] or 0), _number(found[5]), _day(found[4])
    numbers = [int(each) for each in re.findall(r"\d+", found[0])]
    if len(numbers) == 1:
        whole = str(numbers[0])
        return int(whole[:4]), int(whole[4:6]), int(whole[6:])
    if numbers[0] > 999:
        return numbers[0], numbers[1], numbers[2]
    year = numbers[2] if len(numbers) > 2 else 0
    return year + 2000 if 0 < year < 100 else year, numbers[0], numbers[1]
