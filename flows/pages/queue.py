"""待认领: the mails that a person must decide about, each with the links that decide it."""

from cuibao.model import Claiming
from cuibao.said import label_of, short_moment
from cuibao.service.mail.waiting import Waiting
from cuibao.service.views.board import Board
from cuibao.tongue import say
from flows.pages.links import Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation, unbroken
from flows.pages.overview import about

MOST_GUESSES = 3


def queue_page(board: Board, links: Links) -> Page:
    """Each mail with why it waits and what it is most likely about."""
    rows = [_row(each, links) for each in board.waiting]
    head = [unbroken(say("编号")), say("来信"), say("为什么待认领"), say("可能是"), say("处理")]
    return page(
        say("待认领的来信 {count} 封", count=len(rows)),
        board.as_of,
        about(links),
        simulation(board.simulated),
        [*_how(), *_about_bounces(board), grid(head, rows)] if rows else say("没有待认领的来信。"),
    )


def _how() -> list[str]:
    return [
        say(
            "程序拿不准的来信都在这里，请逐封打开核对（原信在邮箱里），再点右边的“登记”或“不是报送”，"
            "核对后点 **Submit**。"
        ),
        say("拿不准是谁发的（不在通讯录里、没有核实、可能是冒名），先打电话问清再登记。"),
        say("登记的收到时间是来信到达的时间；登记后会发出一封回执。"),
    ]


def _about_bounces(board: Board) -> list[str]:
    words = say("**退信**是说我们的信没有送达：邮箱地址确已失效的，请在通讯录里更正，再点“不是报送”。")
    return [words] if any(each.bounce for each in board.waiting) else []


def _row(waiting: Waiting, links: Links) -> list[str]:
    mail = waiting.mail
    sender = f"{mail.sender_name} {mail.sender}" if mail.sender_name else mail.sender or say("（没有发件人）")
    files = say("附件：{listed}", listed=say("、").join(mail.files)) if mail.files else say("（没有附件）")
    lines = [short_moment(mail.arrived_at), sender, mail.subject or say("（没有主题）"), files]
    letter = "<br>".join(map(escaped, lines))
    decisions = ((unbroken(say("登记")), Claiming.RECEIVED), (unbroken(say("不是报送")), Claiming.DISMISSED))
    return [
        str(mail.id),
        say("**退信**<br>{letter}", letter=letter) if waiting.bounce else letter,
        escaped(mail.reason),
        "<br>".join(map(escaped, _likely(waiting))) or say("看不出来"),
        "<br>".join(linked(words, links.claim(waiting, claiming)) for words, claiming in decisions),
    ]


def _likely(waiting: Waiting) -> list[str]:
    """The unit and the items that it is most likely from and about."""
    unit = [waiting.unit.name] if waiting.unit else []
    if len(waiting.items) > MOST_GUESSES:
        return [*unit, say("有 {count} 项可能", count=len(waiting.items))]
    return [*unit, *(label_of(item) for item in waiting.items)]
