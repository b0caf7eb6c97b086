"""The rule by which a requirement is due, as a county office would write it: 每周二、周五12时前，逢休息日顺延."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from cuibao.model import Anchor, Count, Every, Offset, OnHoliday, Plan, Requirement, Rule
from cuibao.said import WEEKDAYS, date_from, hour

NUMBERS = "一二三四五六七八九十"
# What a period of the calendar is called when the one before it is meant, and when days are counted from its end.
LAST: Mapping[Every, str] = {
    Every.DAY: "前一日",
    Every.WEEK: "上周",
    Every.TEN_DAYS: "上旬",
    Every.MONTH: "上月",
    Every.QUARTER: "上季度",
    Every.HALF_YEAR: "上个半年",
    Every.YEAR: "上年",
}
OVER: Mapping[Every, str] = {
    Every.DAY: "当日",
    Every.WEEK: "每周结束",
    Every.TEN_DAYS: "旬",
    Every.MONTH: "月",
    Every.QUARTER: "季",
    Every.HALF_YEAR: "半年",
    Every.YEAR: "年",
}
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
        since = f"自{date_from(notice.since, today)}起"
        if notice.stops:
            found.append(f"{since}停报（{notice.document_no}）")
        elif rule is not None and (words := _words(rule, titles)):
            found.append(f"{since}改为{words}（{notice.document_no}）")
    return "；".join(filter(None, found))


def _titles(plan: Plan, requirement: Requirement, plans: Iterable[Plan]) -> Titles:
    known = {f"{each.id}/{item.id}": f"“{item.title}”期限" for each in plans for item in each.requirements}
    known[NO_ITEM] = requirement.event or "事发"
    return lambda name: known.get(name if "/" in name or name == NO_ITEM else f"{plan.id}/{name}", name)


def _words(rule: Rule, titles: Titles) -> str:
    when = _counted(rule, rule.offset, titles) if rule.offset else _placed(rule)
    if not when:
        return ""
    about = f"报{LAST[rule.every]}" if rule.previous and not rule.offset else ""
    return f"{when}{about}{_off_holidays(rule)}"


def _placed(rule: Rule) -> str:
    """Where in a period of the calendar it is due, with the hour; empty where it goes by no calendar."""
    if rule.every is Every.DAY and rule.at is None:
        return "每日"
    return f"{PLACED[rule.every](rule)}{hour(rule.at)}前" if rule.every in PLACED else ""


def _daily(rule: Rule) -> str:
    return "每日"


def _weekly(rule: Rule) -> str:
    return "每周" + "、".join(
        f"{'周' if number else ''}{WEEKDAYS[day - 1]}" for number, day in enumerate(rule.weekdays)
    )


def _ten_days(rule: Rule) -> str:
    return "每旬末" if rule.day is None else f"每旬第{rule.day}日"


def _monthly(rule: Rule) -> str:
    return "每月月底" if rule.day is None else f"每月{rule.day}日"


def _in_months(every: Every, months: int) -> Callable[[Rule], str]:
    """Of a period of so many months: the month is said, unless it is due on the last day of all."""

    def words(rule: Rule) -> str:
        if rule.month_day:
            number, day = rule.month_day
            if every is Every.YEAR:
                return f"每年{number}月{day}日"
            return f"{every.word}第{NUMBERS[number - 1]}个月{day}日"
        first = rule.previous
        if every is Every.YEAR:
            month = f"每年{1 if first else months}月"
            return f"{month}底" if rule.day is None else f"{month}{rule.day}日"
        if rule.day is None and not first:
            return f"{every.word}末"
        month = f"{every.word}{'首月' if first else '末月'}"
        return f"{month}月底" if rule.day is None else f"{month}{rule.day}日"

    return words


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
    ahead = offset.count.back
    working = offset.count in (Count.WORKING_DAYS_AFTER, Count.WORKING_DAYS_BEFORE)
    days = f"{offset.days}{'个工作日' if working else '日'}"
    anchor = _anchor(rule, offset, titles)
    if rule.at:
        return f"{anchor}{'前' if ahead else '后'}第{days}{hour(rule.at)}前"
    return f"{anchor}{days}前" if ahead else f"{anchor}后{days}内"


def _anchor(rule: Rule, offset: Offset, titles: Titles) -> str:
    if offset.anchor is Anchor.PERIOD:
        return f"{rule.every.word}结束" if offset.count.back else OVER[rule.every]
    if offset.anchor is Anchor.UNIT:
        return f"各单位“{offset.what}”"
    return titles(offset.what)


def _off_holidays(rule: Rule) -> str:
    to, days = rule.holiday.to, rule.holiday.days
    if to is OnHoliday.STAY:
        return ""
    if days == 1:
        return f"，逢休息日{to.word}"
    side = "其后" if to is OnHoliday.AFTER else "此前"
    number = NUMBERS[days - 1] if days <= len(NUMBERS) else str(days)
    return f"，逢休息日{to.word}至{side}第{number}个工作日"
