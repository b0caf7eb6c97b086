"""What a phase of a plan has in hand."""

from cuibao.said import label_of, month_day, plan_name
from cuibao.service.views.board import Board, Progress
from cuibao.service.views.briefs import PhaseBrief
from flows.pages.markdown import Page, escaped, grid, page, simulation

HEAD = ["事项", "已报", "未报单位"]


def brief_page(brief: PhaseBrief, board: Board) -> Page:
    """Its items, and what is still missing from before it."""
    blocks = [grid(HEAD, [_row(item) for item in brief.items])] if brief.items else []
    if brief.arrears:
        blocks += ["## 以前阶段的欠报", grid(HEAD, [_row(item) for item in brief.arrears])]
    return page(
        f"{escaped(plan_name(brief.plan))} · {brief.phase.name.zh}",
        board.as_of,
        f"阶段为{month_day(brief.phase.start)}至{month_day(brief.phase.end)}，已报 {brief.done}/{brief.total}。",
        simulation(board.simulated),
        blocks,
    )


def _row(item: Progress) -> list[str]:
    names = "、".join(escaped(cell.obligation.unit.name) for cell in item.missing)
    return [escaped(label_of(item.period)), f"{item.done}/{item.total}", names]
