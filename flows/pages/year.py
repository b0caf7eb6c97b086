"""全年报送日程: every period by due date."""

from collections.abc import Iterable
from datetime import date, datetime

from cuibao.model import Period
from cuibao.said import date_from, due_of_all, full_title, kind_of, was_due
from cuibao.service.views.year import YearLine
from cuibao.times import day_of
from cuibao.tongue import say
from flows.pages.markdown import Page, escaped, grid, page


def year_page(lines: Iterable[YearLine], as_of: datetime) -> Page:
    """The whole year; what is due next is marked. Days of the year in which the first plan begins bear none."""
    found = list(lines)
    year = min((line.period.plan.phases[0].start for line in found), default=day_of(as_of))
    following = next((line.period.due for line in found if line.period.due >= day_of(as_of)), None)
    head = [say("截止"), say("最后工作日"), say("方案"), say("事项"), say("阶段"), say("单位数"), say("依据")]
    return page(
        say("全年报送日程"),
        as_of,
        "",
        grid(head, [_row(line, year, following=line.period.due == following) for line in found]),
    )


def _row(line: YearLine, year: date, *, following: bool) -> list[str]:
    period = line.period
    return [
        _due(period, year) + (say(" ←下一个") if following else ""),
        date_from(line.last_working_day, year) if line.last_working_day != period.due else say("当日"),
        f"{period.plan.no} {escaped(period.plan.called)}",
        escaped(full_title(period)),
        escaped(period.phase.name) if period.requirement.tracked else kind_of(period.requirement),
        str(len(line.units)),
        escaped(period.requirement.source),
    ]


def _due(period: Period, year: date) -> str:
    """The day with its hour, and when it was due before; of units with days of their own, that they have them."""
    more = filter(None, [say("各单位不同") if period.apart else "", escaped(was_due(period, year))])
    return say("，").join([due_of_all(period, year), *more])
