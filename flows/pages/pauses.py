"""暂停催报: what is paused, now or later, each with the link that ends it; and how one pauses."""

from cuibao.office import Office
from cuibao.service.letters.pausing import said
from cuibao.service.views.board import Board
from cuibao.times import day_of
from cuibao.tongue import say
from flows.pages.links import PAUSE, Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation
from flows.pages.overview import about


def pauses_page(office: Office, board: Board, links: Links) -> Page:
    """The pauses that have not ended, oldest first."""
    today = day_of(board.as_of)
    kept = office.ledger.agreements.pauses(office.campaign.id)
    rows = [
        [
            str(pause.id),
            escaped(said(office, pause, today)),
            escaped(pause.by),
            linked(say("解除"), links.lifting(pause)),
        ]
        for pause in kept
        if pause.lifted_at is None and pause.last >= today
    ]
    return page(
        PAUSE.word,
        board.as_of,
        about(links),
        simulation(board.simulated),
        say(
            "遇抗洪抢险等，可以对一个单位、一个方案或者全部暂停催报：暂停的日子里不写信、不列入电话催报单，期限和报送情况不变；"
            "收到的照常登记、照常发回执，阶段小结照常。暂停一结束，落在里面的一次补上。"
        ),
        grid([say("编号"), say("暂停什么"), say("登记人"), say("提前结束")], rows) if rows else say("现在没有暂停的。"),
        linked(say("**打开表单暂停**"), links.form(PAUSE)),
    )
