"""抄送批准: whose leader would get a first copy, for which items; each with the links that decide it."""

from cuibao.model import CopyDecision
from cuibao.said import label_of, month_day
from cuibao.service.letters.approving import CopyWanted
from cuibao.service.views.board import Board
from cuibao.times import day_of
from cuibao.tongue import say
from flows.pages.links import Links
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation, unbroken
from flows.pages.overview import about


def copies_page(board: Board, links: Links, office: str) -> Page:
    """Each unit with what is under 督办; `office` is who approves."""
    rows = [_row(each, board, links) for each in board.copies]
    head = [unbroken(say("责任单位")), say("分管领导"), say("自何时"), say("督办的事项"), unbroken(say("处理"))]
    return page(
        say("抄送批准：{count} 个单位等批准", count=len(rows)),
        board.as_of,
        about(links),
        simulation(board.simulated),
        [_how(escaped(office)), grid(head, rows)] if rows else say("没有等批准的抄送。"),
    )


def _how(office: str) -> str:
    return say(
        "下列单位有事项列为督办，按规定要抄送分管领导。第一次抄送先由{office}批准；批准以前照常催报，只是不抄送。"
        "批准以后自动抄送，7 天最多一次；不批准的一直不抄送。",
        office=office,
    )


def _row(wanted: CopyWanted, board: Board, links: Links) -> list[str]:
    today, leader = day_of(board.as_of), wanted.unit.leader
    periods = [listed.obligation.period for listed in wanted.items]
    items = [
        say("{item}，逾期 {count} 天", item=label_of(period), count=(today - period.due).days) for period in periods
    ]
    decisions = (linked(unbroken(each.word), links.copies(wanted.unit.name, each)) for each in CopyDecision)
    return [
        escaped(wanted.unit.name),
        escaped(" ".join(filter(None, (leader.name, leader.post, leader.email)))),
        month_day(wanted.since),
        "<br>".join(map(escaped, items)),
        "<br>".join(decisions),
    ]
