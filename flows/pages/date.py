"""核对日期: why the morning waits, and what each answer would do."""

from cuibao.ledger import Toll
from cuibao.model import DateAnswer, Doubt
from cuibao.service.letters.clock import Asked, why, would_undo
from cuibao.service.views.board import Board
from cuibao.tongue import say
from flows.pages.links import DATE, MORNING, Links
from flows.pages.markdown import Page, linked, page, simulation
from flows.pages.overview import about


def date_page(board: Board, links: Links) -> Page:
    """The open question with its answers, or that there is none; and what can be taken back."""
    asked = board.asked
    return page(
        DATE.word,
        board.as_of,
        about(links),
        simulation(board.simulated),
        _question(asked, links) if asked.question else say("没有要核对的日期，每日催报照常。"),
        _undone(asked.tolls) if asked.tolls else [],
        linked(say("**打开表单回答**"), links.form(DATE)) if asked.question or asked.tolls else [],
    )


def _question(asked: Asked, links: Links) -> list[str]:
    assert asked.question is not None
    right, wrong = DateAnswer.RIGHT.word, DateAnswer.EARLIER_WRONG.word
    counts_on = say("；那天的信照样算数，到那天不再催") if asked.question.doubt is Doubt.BACK else ""
    answers = [
        say(
            "- 电脑的日期**不对**：改正日期，然后重做{morning}，不用回答。",
            morning=linked(MORNING.word, links.form(MORNING)),
        ),
        say("- 日期没错，以前的催报也没错：答“{right}”，今天照常催报{counts_on}。", right=right, counts_on=counts_on),
    ]
    taking_back = say(
        "- 日期没错，以前催报那天电脑的日期错了：答“{wrong}”，今天照常催报，并撤回下面的催报。", wrong=wrong
    )
    lines = "\n".join([*answers, *([taking_back] if asked.tolls else [])])
    return [say("**{why}。**", why=why(asked.question)), say("在核对以前，没有转阶段，也没有发信。"), lines]


def _undone(tolls: tuple[Toll, ...]) -> list[str]:
    return [
        say("## 答“{wrong}”会撤回什么", wrong=DateAnswer.EARLIER_WRONG.word),
        "\n".join(f"- {would_undo(toll)}" for toll in tolls),
    ]
