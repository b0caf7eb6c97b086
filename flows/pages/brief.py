"""What a phase of a plan has in hand."""

from collections.abc import Iterable

from cuibao.said import label_of, phase_title, stretch
from cuibao.service.views.board import Board, Progress
from cuibao.service.views.briefs import PhaseBrief
from cuibao.tongue import say
from flows.pages.markdown import Page, escaped, grid, page, simulation


def brief_page(brief: PhaseBrief, board: Board) -> Page:
    """Its items, and what is still missing from before it."""
    blocks = [_grid(brief.items)] if brief.items else []
    if brief.arrears:
        blocks += [say("## 以前阶段的欠报"), _grid(brief.arrears)]
    phase = brief.phase
    return page(
        escaped(phase_title(brief.plan, phase)),
        board.as_of,
        _about(brief),
        simulation(board.simulated),
        blocks,
    )


def _about(brief: PhaseBrief) -> str:
    phase = brief.phase
    days = stretch(phase.start, phase.end)
    if phase.name:
        return say("阶段为{days}，已报 {done}/{total}。", days=days, done=brief.done, total=brief.total)
    return say("攻坚战为{days}，已报 {done}/{total}。", days=days, done=brief.done, total=brief.total)


def _grid(items: Iterable[Progress]) -> str:
    return grid([say("事项"), say("已报"), say("未报单位")], [_row(item) for item in items])


def _row(item: Progress) -> list[str]:
    names = say("、").join(escaped(cell.obligation.unit.name) for cell in item.missing)
    return [escaped(label_of(item.period)), f"{item.done}/{item.total}", names]
