"""What is said in several places, each in one wording: dates and moments, an item's name, another machine's words.

Moments are told by the office's clock. The shapes in the docstrings are the Chinese ones.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Protocol

from cuibao.model import Every, Moved, Period, Phase, Plan, Requirement, Term
from cuibao.times import day_of, local, start_of
from cuibao.tongue import say

WEEKDAYS = "一二三四五六日"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What moves, hides or turns round the text beside it, on a terminal or on a page (Unicode's Bidi_Control among it), and
# what no encoding has. Line ends and tabs are for whoever shows a text.
UNRULY = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
SHORT_LINE = 300  # characters


class Due(Protocol):
    """What is due on a day, to its end or to an hour of it: a period, or a unit's own day of one."""

    @property
    def due(self) -> date:
        """The day."""

    @property
    def at(self) -> time | None:
        """The hour; None where the whole day counts."""

    @property
    def moved(self) -> Moved | None:
        """When it was due before."""


class Month(Term):
    """The months of the year, in order."""

    JANUARY = "1", "1月"
    FEBRUARY = "2", "2月"
    MARCH = "3", "3月"
    APRIL = "4", "4月"
    MAY = "5", "5月"
    JUNE = "6", "6月"
    JULY = "7", "7月"
    AUGUST = "8", "8月"
    SEPTEMBER = "9", "9月"
    OCTOBER = "10", "10月"
    NOVEMBER = "11", "11月"
    DECEMBER = "12", "12月"


class Weekday(Term):
    """The days of the week, in order."""

    MONDAY = "1", "星期一"
    TUESDAY = "2", "星期二"
    WEDNESDAY = "3", "星期三"
    THURSDAY = "4", "星期四"
    FRIDAY = "5", "星期五"
    SATURDAY = "6", "星期六"
    SUNDAY = "7", "星期日"


MONTHS = tuple(Month)
DAYS = tuple(Weekday)


def month_name(number: int) -> str:
    """5月."""
    return MONTHS[number - 1].word


def day_name(number: int) -> str:
    """星期五, of a day of the week from 1."""
    return DAYS[number - 1].word


def nth(number: int) -> str:
    """A number as English counts things in order: 1st, 22nd."""
    teen = 10 < number % 100 < 14
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def listed(words: Iterable[str]) -> str:
    """Things side by side: 5月、7月."""
    return say("、").join(words)


def both(names: Iterable[str]) -> str:
    """Names as a sentence lists them: 动员部署和集中实施; the last joined by 和, any before by 、; of none, empty."""
    *others, last = list(names) or ("",)
    return say("{others}和{last}", others=listed(others), last=last) if others else last


def clauses(parts: Iterable[str]) -> str:
    """What is said one after the other, but for what is empty: 期限不变；停报."""
    return say("；").join(filter(None, parts))


def noted(text: str, note: str) -> str:
    """`text` with a `note` to it in brackets: 工作进展情况（5月）; alone where there is none."""
    return say("{text}（{note}）", text=text, note=note) if note else text


def through(first: str, last: str) -> str:
    """From the first to the last, each in words: 4月18日至12月31日; one alone where both are the same."""
    return first if first == last else say("{first}至{last}", first=first, last=last)


def month_day(day: date) -> str:
    """4月25日."""
    return say("{month}月{day}日", month=day.month, day=day.day, name=month_name(day.month))


def full_date(day: date) -> str:
    """2022年4月18日."""
    return say("{year}年{day}", year=day.year, day=month_day(day))


def stretch(first: date, last: date) -> str:
    """4月18日至12月31日; with its years where there are two: 2025年10月1日至2026年3月31日."""
    worded = month_day if first.year == last.year else full_date
    return say("{first}至{last}", first=worded(first), last=worded(last))


def weekday(day: date) -> str:
    """星期一."""
    return day_name(day.isoweekday())


def date_from(day: date, today: date) -> str:
    """4月25日, with its year where that is not the year of `today`."""
    return month_day(day) if day.year == today.year else full_date(day)


def spelled_out(day: date, today: date) -> str:
    """4月25日（星期一）, with its year where that is not the year of `today`."""
    return say("{day}（{weekday}）", day=date_from(day, today), weekday=weekday(day))


def hour(at: time | None) -> str:
    """12时, 12:30; nothing where the whole day counts."""
    if at is None:
        return ""
    return clock(at) if at.minute else say("{hour}时", hour=at.hour, **_of_half(at))


def clock(at: time) -> str:
    """08:30."""
    return say("{clock}", clock=f"{at:%H:%M}", minute=f"{at:%M}", **_of_half(at))


def _of_half(at: time) -> dict[str, object]:
    """Of the hour of the clock in the half of the day, the number and the half's name."""
    half = say("正午") if at == time(12) else say("下午") if at.hour >= 12 else say("上午")
    return {"number": (at.hour - 1) % 12 + 1, "half": half}


def at_hour_of(day: str, at: time | None) -> str:
    """A `day` in words with the hour where there is one: 7月25日12时."""
    return say("{day}{hour}", day=day, hour=hour(at)) if at else day


def due_from(due: Due, today: date) -> str:
    """When something is due, to be followed by 前: 7月25日, 7月25日12时."""
    return at_hour_of(date_from(due.due, today), due.at)


def due_spelled_out(due: Due, today: date) -> str:
    """The same with its weekday: 4月25日（星期一）, 4月25日（星期一）12时."""
    return at_hour_of(spelled_out(due.due, today), due.at)


def due_of_all(period: Period, today: date) -> str:
    """When a period is due, whoever owes it: 7月25日12时; where some are due on other days, from the first to the last
    of them: 3月31日至4月30日."""
    if not period.apart:
        return due_from(period, today)
    return through(*(date_from(day, today) for day in period.dues))


def moved_words(due: Due, today: date) -> str:
    """由11月7日改为11月6日（信安办字〔2022〕35号）; nothing of what is due when it always was."""
    moved = due.moved
    if moved is None:
        return ""
    was = at_hour_of(date_from(moved.was, today), moved.at)
    return say("由{was}改为{now}（{by}）", was=was, now=due_from(due, today), by=moved.by)


def was_due(due: Due, today: date) -> str:
    """原定11月7日（按信安办字〔2022〕35号改）; nothing of what is due when it always was."""
    if due.moved is None:
        return ""
    was = at_hour_of(date_from(due.moved.was, today), due.moved.at)
    return say("原定{was}（按{by}改）", was=was, by=due.moved.by)


def dotted(day: date) -> str:
    """4.25, in a column as narrow as that."""
    return say("{month}.{day}", month=day.month, day=day.day)


def due_dotted(period: Period) -> str:
    """When a period is due, whoever owes it, as short as can be: 7.25, 7.25 12时, 3.31至4.30."""
    if period.apart:
        return through(*(dotted(day) for day in period.dues))
    return f"{dotted(period.due)} {hour(period.at)}".strip()


def promised_by(day: date, today: date) -> str:
    """已承诺4月28日前报, and after that day that it was not kept."""
    by = date_from(day, today)
    return say("已承诺{by}前报，没有报", by=by) if day < today else say("已承诺{by}前报", by=by)


def short_moment(when: datetime) -> str:
    """7月26日 08:30."""
    return say("{day} {clock}", day=month_day(day_of(when)), clock=clock(local(when).time()))


def full_moment(when: datetime) -> str:
    """2022年7月26日 08:30."""
    return say("{day} {clock}", day=full_date(day_of(when)), clock=clock(local(when).time()))


def within_sentence(when: datetime) -> str:
    """2022年7月26日08:30."""
    return say("{day}{clock}", day=full_date(day_of(when)), clock=clock(local(when).time()))


def as_entered(when: datetime) -> str:
    """A moment as a clerk gave it: 2022年7月26日08:30, or its day alone where she gave no hour and midnight stands."""
    day = day_of(when)
    return full_date(day) if when == start_of(day) else within_sentence(when)


def full_title(period: Period) -> str:
    """A requirement's title with its month or quarter: 工作进展情况（5月）."""
    return noted(period.requirement.title, period.label)


def title_of_all(periods: Sequence[Period]) -> str:
    """A requirement's title with several of its periods: 汛情日报（6月1日至6月3日、6月5日，共4期）. Days
    that follow each other are a stretch."""
    stretches: list[list[Period]] = []
    for period in periods:
        before = stretches[-1][-1] if stretches else None
        if before is not None and _is_next_day(before, period):
            stretches[-1].append(period)
        else:
            stretches.append([period])
    said = listed(through(each[0].label, each[-1].label) for each in stretches)
    return say("{title}（{said}，共{count}期）", title=periods[0].requirement.title, said=said, count=len(periods))


def _is_next_day(before: Period, period: Period) -> bool:
    daily = before.begins == before.about_day and period.begins == period.about_day
    return daily and (period.about - before.about).days == 1


def plan_name(plan: Plan) -> str:
    """A plan in few words: 方案2 安全技能."""
    return say("方案{no} {plan}", no=plan.no, plan=plan.called)


def phase_title(plan: Plan, phase: Phase) -> str:
    """A plan's phase in few words: 方案2 安全技能 · 集中实施; the plan alone where it has none."""
    return " · ".join(filter(None, (plan_name(plan), phase.name)))


def label_of(period: Period) -> str:
    """An item's words on forms and boards: “安全技能·阶段性工作情况（7月25日前）”."""
    return say("{plan}·{item}", plan=period.plan.called, item=title_and_date(period))


def title_and_date(period: Period) -> str:
    """The same where its plan is named already: “阶段性工作情况（7月25日前）”."""
    start = period.plan.phases[0].start
    # What is due on the very day that it is about needs that day but once.
    label = period.label or _listed(period, start)
    dated = due_of_all(period, start)
    due = say("{due}，各单位不同", due=dated) if period.apart else say("{due}前", due=dated)
    which = label if label not in ("", date_from(period.due, start)) else ""
    return noted(period.requirement.title, say("{which}，{due}", which=which, due=due) if which else due)


def _listed(period: Period, start: date) -> str:
    """原定6月4日, of one of several dates that is due on another day: two of them may be due on the same."""
    own = date.fromisoformat(period.key) if period.requirement.rule.every is Every.LIST else period.due
    return say("原定{was}", was=date_from(own, start)) if own != period.due and not period.apart else ""


def kind_of(requirement: Requirement) -> str:
    """报送事项; of what nothing is sent in for, 工作节点, or 协助事项 where others do."""
    if requirement.tracked:
        return say("报送事项")
    return say("协助事项") if requirement.assists else say("工作节点")


def decoded(raw: bytes) -> str:
    """A server's words; UTF-8, else GB 18030, which Chinese servers answer in. Never raises."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def one_line(text: str) -> str:
    """`text` fit for a mail header: no control characters, no line ends, single spaces."""
    return " ".join(CONTROL.sub(" ", text).split())


def tamed(text: str) -> str:
    """`text` with a mark (U+FFFD) for each character that would do something to what is shown beside it."""
    return UNRULY.sub("\ufffd", text)


def short_line(text: str) -> str:
    """What another machine said, as a detail to keep and show: one printable line of at most 300 characters."""
    line = one_line("".join(character if character.isprintable() else " " for character in text))
    return line if len(line) <= SHORT_LINE else line[: SHORT_LINE - 1] + "…"
