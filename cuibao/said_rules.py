"""The rule by which a requirement is due, as an office would write it: 每周二、周五12时前，逢休息日顺延."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from cuibao.model import Anchor, Count, Every, Offset, OnHoliday, Plan, Requirement, Rule, Term
from cuibao.said import WEEKDAYS, both, clauses, date_from, day_name, hour, listed, month_name, nth
from cuibao.tongue import say

NUMBERS = "一二三四五六七八九十"


class Last(Term):
    """The period of the calendar before the one in which something is due, by how often that is."""

    DAY = "day", "前一日"
    WEEK = "week", "上周"
    TEN_DAYS = "ten-days", "上旬"
    MONTH = "month", "上月"
    QUARTER = "quarter", "上季度"
    HALF_YEAR = "half-year", "上个半年"
    YEAR = "year", "上年"


class Over(Term):
    """A period of the calendar where days are counted from its end."""

    DAY = "day", "当日"
    WEEK = "week", "每周结束"
    TEN_DAYS = "ten-days", "旬"
    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    HALF_YEAR = "half-year", "半年"
    YEAR = "year", "年"


LAST: Mapping[Every, Last] = {Every(each.value): each for each in Last}
OVER: Mapping[Every, Over] = {Every(each.value): each for each in Over}
# What days are counted from, in words, by what a file calls it; what a clerk opens an item for has no name there.
Titles = Callable[[str], str]
NO_ITEM = ""


def rule_in_words(plan: Plan, requirement: Requirement, plans: Iterable[Plan], today: date, unit: str = "") -> str:
    """The rule of `plan`'s `requirement` with what later notices changed of it, that of the `unit` where it has its
    own; empty where its dates alone say when it is due. `plans`: what it may be counted from."""
    titles = _titles(plan, requirement, plans)
    own = next((rule for units, rule in requirement.apart if unit in units), requirement.rule)
    found = [_words(own, titles)]
    for notice in requirement.amended:
        rule = next((rule for units, rule in notice.apart if unit in units), notice.rule)
        since, by = date_from(notice.since, today), notice.document_no
        if notice.stops:
            found.append(say("自{since}起停报（{by}）", since=since, by=by))
        elif rule is not None and (words := _words(rule, titles)):
            found.append(say("自{since}起改为{rule}（{by}）", since=since, rule=words, by=by))
    return clauses(found)


def _titles(plan: Plan, requirement: Requirement, plans: Iterable[Plan]) -> Titles:
    known = {
        f"{each.id}/{item.id}": say("“{title}”期限", title=item.title) for each in plans for item in each.requirements
    }
    known[NO_ITEM] = requirement.event or say("事发")
    return lambda name: known.get(name if "/" in name or name == NO_ITEM else f"{plan.id}/{name}", name)


def _words(rule: Rule, titles: Titles) -> str:
    when = _counted(rule, rule.offset, titles) if rule.offset else _placed(rule)
    if not when:
        return ""
    about = say("报{last}", last=LAST[rule.every].word) if rule.previous and not rule.offset else ""
    return f"{when}{about}{_off_holidays(rule)}"


def _placed(rule: Rule) -> str:
    """Where in a period of the calendar it is due, with the hour; empty where it goes by no calendar."""
    if rule.every is Every.DAY and rule.at is None:
        return say("每日")
    if rule.every not in PLACED:
        return ""
    when = PLACED[rule.every](rule)
    return say("{when}{hour}前", when=when, hour=hour(rule.at)) if rule.at else say("{when}前", when=when)


def _daily(rule: Rule) -> str:
    return say("每日")


def _weekly(rule: Rule) -> str:
    days = listed(f"{'周' if number else ''}{WEEKDAYS[day - 1]}" for number, day in enumerate(rule.weekdays))
    return say("每周{days}", days=days, names=both(day_name(day) for day in rule.weekdays))


def _ten_days(rule: Rule) -> str:
    return say("每旬末") if rule.day is None else say("每旬第{day}日", day=rule.day)


def _monthly(rule: Rule) -> str:
    return say("每月月底") if rule.day is None else say("每月{day}日", day=rule.day, nth=nth(rule.day))


def _in_months(every: Every, months: int) -> Callable[[Rule], str]:
    """Of a period of so many months: the month is said, unless it is due on the last day of all."""

    def words(rule: Rule) -> str:
        if rule.month_day:
            number, day = rule.month_day
            return _in_nth_month(every, number, day)
        first, day_in_month = rule.previous, rule.day
        if every is Every.YEAR:
            return _in_month_of_year(1 if first else months, day_in_month)
        if day_in_month is None:
            return _end_of_month(every, first=first)
        if first:
            return say("{every}首月{day}日", every=every.word, day=day_in_month, nth=nth(day_in_month))
        return say("{every}末月{day}日", every=every.word, day=day_in_month, nth=nth(day_in_month))

    return words


def _in_nth_month(every: Every, number: int, day: int) -> str:
    if every is Every.YEAR:
        return _in_month_of_year(number, day)
    month, which = NUMBERS[number - 1], nth(number)
    return say("{every}第{month}个月{day}日", every=every.word, month=month, day=day, which=which, nth=nth(day))


def _in_month_of_year(month: int, day: int | None) -> str:
    name = month_name(month)
    if day is None:
        return say("每年{month}月底", month=month, name=name)
    return say("每年{month}月{day}日", month=month, day=day, name=name)


def _end_of_month(every: Every, *, first: bool) -> str:
    if first:
        return say("{every}首月月底", every=every.word)
    return say("{every}末", every=every.word, end=OVER[every].word)


PLACED: Mapping[Every, Callable[[Rule], str]] = {
    Every.DAY: _daily,
    Every.WEEK: _weekly,
    Every.TEN_DAYS: _ten_days,
    Every.MONTH: _monthly,
    Every.QUARTER: _in_months(Every.QUARTER, 3),
    Every.HALF_YEAR: _in_months(Every.HALF_YEAR, 6),
    Every.YEAR: _in_months(Every.YEAR, 12),
}


def _counted(rule: Rule, offset: Offset, titles: Titles) -> str:
    """季后5个工作日内; “现场会”期限前5个工作日; 季后第10日12时前."""
    anchor = _anchor(rule, offset, titles)
    if rule.at:
        day, at = _nth_day(offset), hour(rule.at)
        if offset.count.back:
            return say("{anchor}前{day}{hour}前", anchor=anchor, day=day, hour=at)
        return say("{anchor}后{day}{hour}前", anchor=anchor, day=day, hour=at)
    days = say("{count}个工作日", count=offset.days) if _working(offset) else say("{count}日", count=offset.days)
    return say("{anchor}{days}前", anchor=anchor, days=days) if offset.count.back else _within(anchor, days)


def _within(anchor: str, days: str) -> str:
    return say("{anchor}后{days}内", anchor=anchor, days=days)


def _working(offset: Offset) -> bool:
    return offset.count in (Count.WORKING_DAYS_AFTER, Count.WORKING_DAYS_BEFORE)


def _nth_day(offset: Offset) -> str:
    days = offset.days
    if _working(offset):
        return say("第{number}个工作日", number=days, nth=nth(days))
    return say("第{number}日", number=days, nth=nth(days))


def _anchor(rule: Rule, offset: Offset, titles: Titles) -> str:
    if offset.anchor is Anchor.PERIOD:
        over = OVER[rule.every].word
        return say("{every}结束", every=rule.every.word, over=over) if offset.count.back else over
    if offset.anchor is Anchor.UNIT:
        return say("各单位“{what}”", what=offset.what)
    return titles(offset.what)


def _off_holidays(rule: Rule) -> str:
    to, days = rule.holiday.to, rule.holiday.days
    if to is OnHoliday.STAY:
        return ""
    number, which = NUMBERS[days - 1] if days <= len(NUMBERS) else str(days), nth(days)
    if to is OnHoliday.AFTER:
        if days == 1:
            return say("，逢休息日顺延")
        return say("，逢休息日顺延至其后第{number}个工作日", number=number, nth=which)
    if days == 1:
        return say("，逢休息日提前")
    return say("，逢休息日提前至此前第{number}个工作日", number=number, nth=which)
