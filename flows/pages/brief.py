"""What a phase of a plan has in hand."""

from cuibao.said import label_of, phase_title, stretch
from cuibao.service.views.board import Board, Progress
from cuibao.service.views.briefs import PhaseBrief
from flows.pages.markdown import Page, escaped, grid, page, simulation

HEAD = ["事项", "已报", "未报单位"]


def brief_page(brief: PhaseBrief, board: Board) -> Page:
    """Its items, and what is still missing from before it."""
    blocks = [grid(HEAD, [_row(item) for item in brief.items])] if brief.items else []
    if brief.arrears:
        blocks += ["## 以前阶段的欠报", grid(HEAD, [_row(item) for item in brief.arrears])]
    phase = brief.phase
    what = "阶段" if phase.name else "攻坚战"
    return page(
        escaped(phase_title(brief.plan, phase)),
        board.as_of,
        f"{what}为{stretch(phase.start, phase.end)}，已报 {brief.done}/{brief.total}。",
        simulation(board.simulated),
        blocks,
    )


def _row(item: Progress) -> list[str]:
    names = "、".join(escaped(cell.obligation.unit.name) for cell in item.missing)
    return [escaped(label_of(item.period)), f"{item.done}/{item.total}", names]
