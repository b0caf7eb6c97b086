"""核对日期: why the morning waits, and what each answer would do."""

from cuibao.model import DateAnswer
from cuibao.service.letters.clock import Asked, why, would_undo
from cuibao.service.views.board import Board
from flows.pages.links import BOARD, DATE, MORNING, Links
from flows.pages.markdown import Page, linked, page, simulation
from flows.pages.overview import ABOUT

FORM = "打开表单回答"


def date_page(board: Board, links: Links) -> Page:
    """The open question with its answers, or that there is none."""
    return page(
        "核对日期",
        board.as_of,
        f"{ABOUT}。谁还没有报，见{linked(BOARD, links.page(BOARD))}。",
        simulation(board.simulated),
        "没有要核对的日期，每日催报照常。" if board.asked is None else _question(board.asked, links),
    )


def _question(asked: Asked, links: Links) -> list[str]:
    right, wrong = DateAnswer.RIGHT.zh, DateAnswer.EARLIER_WRONG.zh
    undone = [f"- {would_undo(toll)}" for toll in asked.tolls]
    answers = [
        f"- 电脑的日期**不对**：改正日期，然后重做{linked(MORNING, links.form(MORNING))}，不用回答。",
        f"- 日期没错，以前的催报也没错：答“{right}”，今天照常催报。",
    ]
    taking_back = f"- 日期没错，以前催报那天电脑的日期错了：答“{wrong}”，今天照常催报，并撤回下面的催报。"
    blocks = [f"**{why(asked.question)}。**", "在核对以前，没有转阶段，也没有发信。"]
    blocks += ["\n".join([*answers, *([taking_back] if undone else [])]), linked(f"**{FORM}**", links.form(DATE))]
    return [*blocks, f"## 答“{wrong}”会做什么", "\n".join(undone)] if undone else blocks
