"""Which periods of the calendar a text names: 5月, 第二季度, 第41周, 10月6日至12日, 10月上旬, 上半年, 2024年年报.

A full date names no month: it says when something was written or is due. Only what is reported day by day goes by it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cuibao.model import Every

# A day as it is written, its year and its month 0 where none is.
NamedDay = tuple[int, int, int]
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
# 2025-2026年: the years of a campaign, and none that is meant.
_ACROSS = re.compile(r"(?<!\d)(20\d\d)年?度?[-–—~至到]+(20\d\d)年?")

_COUNT = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DAY = r"[0-3]?\d|[一二三四五六七八九十]{1,3}"
_UNTIL = r"[-–—~至到]+"
_WEEKS = re.compile(
    rf"(?:(20\d\d)年?)?(月份?的?)?第(?:({_COUNT})周?({_UNTIL}|[、,和及])第?)?({_COUNT})周(?!年|岁)"
    r"|(?:(20\d\d)[年-]?)?(?<![A-Za-z])W(\d{1,2})(?![\dA-Za-z])"
)
_STRETCHES = re.compile(
    rf"(?<!\d)(?:(20\d\d)年)?({_MONTH})月({_DAY})[日号]?{_UNTIL}(?:(20\d\d)年)?(?:({_MONTH})月)?({_DAY})[日号]?(?!\d|月)"
    r"|(?<![\d.])(?:(20\d\d)[./])?(1[0-2]|0?[1-9])[./]([0-3]?\d)[-–—~至到]+(?:(20\d\d)[./])?(?:(1[0-2]|0?[1-9])[./])?"
    r"([0-3]?\d)(?![\d.])"
    r"|(?<!\d)(20\d\d)-(\d\d)-(\d\d)[-–—~至到]+(?:(20\d\d)-)?(?:(\d\d)-)?(\d\d)(?!\d)"
    r"|(?<!\d)(20\d\d)?(0[1-9]|1[0-2])([0-3]\d)[-–—~至到]+(20\d\d)?(0[1-9]|1[0-2])([0-3]\d)(?!\d)"
)
_TENTHS = re.compile(rf"(?:({_MONTH})月份?的?)?(?:([上中下])旬?(?:{_UNTIL}|[、,和及]))?([上中下])旬")
_HALVES = re.compile(r"(?:([上下])(?:半年)?[、,和及至])?([上下])半年|(?<![A-Za-z])[Hh]([12])(?![\dA-Za-z])")
_WHOLE = re.compile(r"(?<![-–—~至到\d])(20\d\d)(?:年{0,2}度|年全年|年{1,2}终|年{1,2}报(?![告送给请到至上]))")
_DAYS = re.compile(
    rf"(?:(20\d\d)年)?(?:(?<![\d十])({_MONTH})月|(?<![\d月]))({_DAY})[日号]"
    r"(?=的?(?:安全|生产|值班|工作|排查|巡查)*(?:日报|报(?![告送给请到至上表])|情况|动态|进展|统计))"
)
# Several days of one month: 10月6日、7日.
_LISTED_DAYS = re.compile(rf"(?:(20\d\d)年)?(?<![\d十])({_MONTH})月((?:(?:{_DAY})[日号]?{_AND})+(?:{_DAY})[日号])")
_FULL = re.compile(
    rf"(?:(20\d\d)年)?(?<![\d十])({_MONTH})月({_DAY})[日号]"
    r"|(?<!\d)(20\d\d)[./ -](\d{1,2})[./ -](\d{1,2})(?!\d)|(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d)"
)
_TURNS = re.compile(rf"第({_COUNT})[次期批轮](?!会|全|大)")
_LAST = {
    Every.WEEK: "上一?个?周",
    Every.MONTH: "上一?个?月",
    Every.QUARTER: "上一?个?季度?",
    Every.YEAR: "上一?年度|去年",
}
_REPORT = "报(?![告送给请到至上])"
_DOING = f"(?={_REPORT}|工作|情况|进展|动态|统计|汇总)"
_RATES = {
    Every.DAY: rf"(?<![\d一二三四五六七八九十今明昨当])日{_REPORT}|每日{_DOING}",
    Every.WEEK: rf"周{_REPORT}|每周{_DOING}|[本这]周(?![一二三四五六日天末])",
    Every.TEN_DAYS: rf"旬{_REPORT}|每旬{_DOING}|本旬",
    Every.MONTH: rf"月度?{_REPORT}|每月{_DOING}",
    Every.QUARTER: rf"季度?{_REPORT}|每季度?{_DOING}",
    Every.HALF_YEAR: rf"半年度?{_REPORT}|每半年{_DOING}",
    Every.YEAR: rf"(?<!半)年度?{_REPORT}|(?<!半)年度(?=报告|报表|总结|工作总结)",
}
_LASTS = {every: re.compile(rf"(?<!以)(?:{words})") for every, words in _LAST.items()}
_RATED = {every: re.compile(words) for every, words in _RATES.items()}
_TODAY = re.compile("今日|昨日|当日|前一?日")


@dataclass(frozen=True, slots=True)
class Span:
    """The months and quarters named; `years` where one is written with 年, or before a month, and `stated` those of
    them that are no part of a full date.

    Then what only some campaigns report by: `weeks` by year (0: none is written) and number, `stretches` from a day to
    another, `tenths` (旬) by month (0: none) and number from 0, `halves` of a year, `whole` years; `days` that are
    reported on, and all full `dates`; `turns`, as in 第二次; `lasts`, kinds of which the last period is meant (上周);
    `rates`, kinds of report (周报); `across`: years that only say from when to when a campaign lasts; `within`: months
    of which only a part is named.
    """

    months: frozenset[int] = frozenset()
    quarters: frozenset[int] = frozenset()
    years: frozenset[int] = frozenset()
    stated: frozenset[int] = frozenset()
    weeks: frozenset[tuple[int, int]] = frozenset()
    stretches: frozenset[tuple[NamedDay, NamedDay]] = frozenset()
    tenths: frozenset[tuple[int, int]] = frozenset()
    halves: frozenset[int] = frozenset()
    whole: frozenset[int] = frozenset()
    days: frozenset[NamedDay] = frozenset()
    dates: frozenset[NamedDay] = frozenset()
    turns: frozenset[int] = frozenset()
    lasts: frozenset[Every] = frozenset()
    rates: frozenset[Every] = frozenset()
    across: frozenset[int] = frozenset()
    within: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.months or self.quarters)

    @property
    def tells(self) -> bool:
        """Whether it names a period of any kind."""
        return bool(self or self.weeks or self.stretches or self.tenths or self.halves or self.days or self.lasts)

    @property
    def relative(self) -> bool:
        """Whether it names a period by no more than 上周, 上月."""
        return bool(self.lasts) and not replace(self, lasts=frozenset()).tells

    @property
    def says(self) -> bool:
        """Whether it says anything of when, or of how often."""
        return bool(self.tells or self.whole or self.dates or self.turns or self.rates)

    def or_else(self, wider: "Span") -> "Span":
        """This text's periods, and `wider`'s where it names none; its kinds of report likewise."""
        one = self if self.tells or not wider.tells else wider
        return replace(
            one,
            whole=self.whole or wider.whole,
            dates=self.dates or wider.dates,
            turns=self.turns or wider.turns,
            rates=self.rates or wider.rates,
        )

    def stating(self, years: frozenset[int]) -> "Span":
        """With `years` where it has none of its own."""
        return self if self.years or not years else replace(self, years=years, stated=years)

    @property
    def coarse(self) -> "Span":
        """Its months, quarters and years alone, for who reports by no other period."""
        return Span(self.months, self.quarters, self.years, self.stated)

    @property
    def meant(self) -> "Span":
        """Without the years that only say how long a campaign lasts, and the months of which a part is named."""
        years, stated = self.years - self.across, self.stated - self.across
        return replace(self, months=self.months - self.within, years=years, stated=stated)


NO_SPAN = Span()


def span(text: str) -> Span:
    """The periods and years that `text` names. 本月 and 上月 name no month: they depend on the reader."""
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", folded)
    if not re.search(r"[月季周旬日年WQHh次期批轮]|[Qq][1-4]|20\d|\d[./-]\d|\d{4}[-–—~至到]\d{4}", folded):
        return NO_SPAN
    years = frozenset(int(year) for year in _YEARS.findall(folded))
    undated = _DATES.sub("#", folded)
    stated = frozenset(int(year) for year in _YEARS.findall(undated))
    numeric = [(int(year), int(two or one)) for year, two, one in _NUMERIC.findall(undated)]
    undated = _NUMERIC.sub("#", undated)
    coarse = Span(
        frozenset(_months(undated)) | {month for _, month in numeric},
        frozenset(_quarters(undated)),
        years | {year for year, _ in numeric},
        stated | {year for year, _ in numeric},
    )
    whole = _TENTHS.sub("#", _WEEKS.sub("#", _STRETCHES.sub("#", undated)))
    return replace(_with_finer(coarse, folded), within=frozenset(_months(undated)) - frozenset(_months(whole)))


def without_periods(text: str) -> str:
    """`text` with a full stop for all that names a period or a kind of report, for who looks at the rest."""
    left = unicodedata.normalize("NFKC", text)
    left = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", left)
    for pattern in (_STRETCHES, *_RATED.values(), _WEEKS, _TENTHS, _HALVES, _DAYS, _TURNS, *_LASTS.values()):
        left = pattern.sub("。", left)
    return left


def marking_periods(text: str, period: str, report: str) -> str:
    """`text` with the sign `period` for what names one, and `report` for a kind of report."""
    for pattern in (_STRETCHES, _DAYS):
        text = pattern.sub(period, text)
    for pattern in _RATED.values():
        text = pattern.sub(report, text)
    for pattern in (_WEEKS, _TENTHS, _HALVES, _TURNS, *_LASTS.values(), _TODAY):
        text = pattern.sub(period, text)
    return text


def _with_finer(coarse: Span, folded: str) -> Span:
    """`coarse`, and whatever else `folded` names."""
    apart = _STRETCHES.sub("#", folded)
    return replace(
        coarse,
        weeks=frozenset(_weeks(apart)),
        stretches=frozenset(_stretches(folded)),
        tenths=frozenset(_tenths(apart)),
        halves=frozenset(_halves(apart)),
        whole=frozenset(int(year) for year in _WHOLE.findall(folded)),
        days=frozenset((*map(_day, _DAYS.findall(apart)), *_listed_days(apart))),
        dates=frozenset(_day([part for part in found if part] or found) for found in _FULL.findall(apart)),
        turns=frozenset(map(_count, _TURNS.findall(folded))),
        lasts=frozenset(every for every, pattern in _LASTS.items() if pattern.search(folded)),
        rates=frozenset(every for every, pattern in _RATED.items() if pattern.search(folded)),
        across=frozenset(_across(folded)),
    )


def _across(text: str) -> Iterator[int]:
    """The years that are written only as the first or the last of several."""
    apart = _DATES.sub("#", _ACROSS.sub("#", text))
    own = {*_YEARS.findall(apart), *(year for year, _, _ in _NUMERIC.findall(apart))}
    yield from (int(year) for found in _ACROSS.findall(text) for year in found if year not in own)


def _weeks(text: str) -> Iterator[tuple[int, int]]:
    """The weeks named; one of a month (10月第二周) is none that has a number in its year."""
    for year, of_month, first, joint, last, other_year, letter in _WEEKS.findall(text):
        if of_month:
            yield (0, 0)
        elif letter:
            yield (int(other_year or 0), int(letter))
        else:
            start, end = _count(first or last), _count(last)
            both = (start, end) if joint in ("、", ",", "和", "及") else range(min(start, end), end + 1)
            yield from ((int(year or 0), number) for number in both)


def _stretches(text: str) -> Iterator[tuple[NamedDay, NamedDay]]:
    for found in _STRETCHES.findall(text):
        for start in range(0, len(found), 6):
            year, month, day, to_year, to_month, to_day = found[start : start + 6]
            if day:
                first = (int(year or 0), _count(month), _count(day))
                yield first, (int(to_year or 0), _count(to_month or month), _count(to_day))


def _tenths(text: str) -> Iterator[tuple[int, int]]:
    for month, first, last in _TENTHS.findall(text):
        yield from ((_count(month) if month else 0, "上中下".index(each)) for each in {first or last, last})


def _halves(text: str) -> Iterator[int]:
    for first, last, letter in _HALVES.findall(text):
        yield from {int(letter)} if letter else {"上下".index(each) + 1 for each in {first or last, last}}


def _day(found: Sequence[str]) -> NamedDay:
    year, month, day = found if len(found) == 3 else ("", *found)
    return int(year or 0), _count(month) if month else 0, _count(day)


def _listed_days(text: str) -> Iterator[NamedDay]:
    for year, month, days in _LISTED_DAYS.findall(text):
        yield from (_day((year, month, day)) for day in re.findall(_DAY, days))


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


def _count(word: str) -> int:
    """A number to 99, in either kind of numerals."""
    if not re.fullmatch("[一二三四五六七八九十]+", word):
        return int(word)
    tens, mark, ones = word.rpartition("十")
    units = sum(NUMERALS[each] for each in ones[:1])
    return (NUMERALS.get(tens, 1) * 10 if mark else 0) + units
