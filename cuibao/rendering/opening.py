"""What a phase wants when it opens, as the templates see it: by plan and phase, all dates of a requirement together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cuibao.enclosed import names_of
from cuibao.model import Campaign, Every, Letter, OnHoliday, Period, Rule
from cuibao.policy.intervals import KINDS
from cuibao.rendering import words
from cuibao.rendering.environment import Recurring
from cuibao.said import date_from, due_spelled_out, full_title, hour, listed, moved_words, nth, stretch
from cuibao.said_rules import rule_in_words
from cuibao.tongue import say

# What recurs more often is said by its rule; so is what has more dates than a reader takes in.
SELDOM = tuple(every for every in Every if not (every.recurs and KINDS[every].dense))
FEW_DATES = 6
A_YEAR = 12


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One requirement that opens, all its periods together: `due` is 4月25日（星期一）, or 每月25日 in `months`; `at`
    the hour, where one is said. `rule` says all of that itself where dates would be too many: 每周二、周五12时前，10月
    10日至12月26日共24期. `moved` are the dates that were others once; the rest as in `ItemView`."""

    title: str
    due: str
    at: str
    months: str
    rule: str
    moved: tuple[str, ...]
    send: bool
    assists: bool
    form: str | None
    copies: str | None
    files: tuple[str, ...]
    also_to: str | None


@dataclass(frozen=True, slots=True)
class OpeningGroup(Recurring):
    """What one plan wants in one phase that opens."""

    plan: str
    plan_title: str
    phase: str
    dates: str
    rows: tuple[OpeningRow, ...]


def opening_groups(periods: Iterable[Period], letter: Letter, campaign: Campaign) -> tuple[OpeningGroup, ...]:
    """The `periods` that open with `letter`, by plan and phase."""
    ordered = sorted(periods, key=_in_order)
    groups = groupby(ordered, key=lambda period: (period.plan.no, period.plan.id, period.phase))
    return tuple(_group(list(members), letter, campaign) for _, members in groups)


def _in_order(period: Period) -> tuple[int, str, date, date]:
    return period.plan.no, period.plan.id, period.phase.start, period.phase.end


def _group(periods: Sequence[Period], letter: Letter, campaign: Campaign) -> OpeningGroup:
    plan, phase = periods[0].plan, periods[0].phase
    by_requirement: dict[str, list[Period]] = {}
    for period in sorted(periods, key=lambda period: period.due):
        by_requirement.setdefault(period.requirement.id, []).append(period)
    return OpeningGroup(
        plan=plan.distinct,
        plan_title=plan.title,
        phase=phase.stem,
        dates=stretch(phase.start, phase.end),
        rows=tuple(_row(members, letter, campaign) for members in by_requirement.values()),
    )


def _row(periods: Sequence[Period], letter: Letter, campaign: Campaign) -> OpeningRow:
    requirement, alone, today = periods[0].requirement, len(periods) == 1, letter.day
    monthly = not alone and _is_plainly_monthly(periods)
    rule = "" if alone or monthly else _rule(periods, letter, campaign)
    return OpeningRow(
        title=full_title(periods[0]) if alone else requirement.title,
        due=_monthly(requirement.rule) if monthly else listed(due_spelled_out(period, today) for period in periods),
        at=next((hour(period.at) for period in periods if period.at), ""),
        months=words.months([period.due.month for period in periods]) if monthly else "",
        rule=rule,
        moved=_moved(periods, letter, by_rule=bool(rule)),
        send=requirement.tracked,
        assists=requirement.assists,
        form=requirement.form,
        copies=requirement.copies,
        files=names_of(requirement, letter.unit),
        also_to=requirement.also_to,
    )


def _monthly(rule: Rule) -> str:
    return say("每月月底") if rule.day is None else say("每月{day}日", day=rule.day, nth=nth(rule.day))


def _is_plainly_monthly(periods: Sequence[Period]) -> bool:
    """Whether a day of the month and the months say it all."""
    requirement = periods[0].requirement
    rule = requirement.rule
    plain = not (rule.offset or rule.previous or rule.at or rule.holiday.to is not OnHoliday.STAY)
    apart = requirement.apart or requirement.amended
    return rule.every is Every.MONTH and plain and not apart and len(periods) <= A_YEAR


def _rule(periods: Sequence[Period], letter: Letter, campaign: Campaign) -> str:
    """The rule of `periods` and from when to when; empty where their dates are soon said."""
    requirement, today = periods[0].requirement, letter.day
    if requirement.rule.every in SELDOM and len(periods) <= FEW_DATES:
        return ""
    rule = rule_in_words(periods[0].plan, requirement, campaign.plans, today, letter.unit.id)
    if not rule:
        return ""
    first, last = (date_from(period.due, today) for period in (periods[0], periods[-1]))
    return say("{rule}，{first}至{last}共{count}期", rule=rule, first=first, last=last, count=len(periods))


def _moved(periods: Sequence[Period], letter: Letter, *, by_rule: bool) -> tuple[str, ...]:
    """Each date that was another once; not those that a later rule moved, where that rule is said."""
    notices = {each.document_no for each in periods[0].requirement.amended if each.rule or each.apart}
    told = [each for each in periods if each.moved and not (by_rule and each.moved.by in notices)]
    return tuple(moved_words(each, letter.day) for each in told)
