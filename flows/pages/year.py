"""全年报送日程: every period by due date."""

from collections.abc import Iterable
from datetime import datetime

from cuibao.said import full_title, month_day
from cuibao.service.views.year import YearLine
from cuibao.times import day_of
from flows.pages.markdown import Page, escaped, grid, page


def year_page(lines: Iterable[YearLine], as_of: datetime) -> Page:
    """The whole year; what is due next is marked."""
    found = list(lines)
    following = next((line.period.due for line in found if line.period.due >= day_of(as_of)), None)
    head = ["截止", "最后工作日", "方案", "事项", "阶段", "单位数", "依据"]
    return page("全年报送日程", as_of, "", grid(head, [_row(line, line.period.due == following) for line in found]))


def _row(line: YearLine, following: bool) -> list[str]:
    period = line.period
    return [
        month_day(period.due) + (" ←下一个" if following else ""),
        month_day(line.last_working_day) if line.last_working_day != period.due else "当日",
        f"{period.plan.no} {escaped(period.plan.short)}",
        escaped(full_title(period)),
        escaped(period.phase.name) if period.requirement.tracked else "工作节点",
        str(len(line.units)),
        escaped(period.requirement.source),
    ]
