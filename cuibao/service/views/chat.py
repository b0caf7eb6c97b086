"""The lines for the office's chat group (`cuibao board --text`): who has not reported what is due, by plan."""

from collections.abc import Iterator

from cuibao.model import Plan, Status
from cuibao.office import Office
from cuibao.said import month_day, plan_name, title_and_date
from cuibao.service.views.board import Board, Cell, Progress
from cuibao.service.views.calls import OWED, is_given
from cuibao.times import day_of
from cuibao.tongue import say


def chat(office: Office, board: Board) -> str:
    """Ready to be pasted. What is paused, or promised for a day to come, is not asked for."""
    until = say("{rehearsal}截至{day}", rehearsal=office.rehearsal, day=month_day(day_of(board.as_of)))
    parts = [part for plan in office.campaign.plans if (part := "\n".join(_of_plan(plan, board)))]
    if not parts:
        return say("{until}，没有要催的逾期事项。", until=until)
    return "\n\n".join([say("{until}，以下单位未报：", until=until), *parts, say("请抓紧报送。")])


def _of_plan(plan: Plan, board: Board) -> Iterator[str]:
    items = [
        (item, names) for item in board.progress if item.period.plan.id == plan.id if (names := _names(item, board))
    ]
    if items:
        yield say("【{plan}】", plan=plan_name(plan))
    for item, names in items:
        yield say("{item}：{names}", item=title_and_date(item.period), names=say("、").join(names))


def _names(item: Progress, board: Board) -> list[str]:
    return [_name(cell) for cell in item.missing if cell.status in OWED and not is_given(cell, board)]


def _name(cell: Cell) -> str:
    return cell.obligation.unit.name + (say("（退回待重报）") if cell.status is Status.RETURNED else "")
