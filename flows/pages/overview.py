"""报送情况表: what is urgent, then who owes most, then item by item; each name is a link to the form that marks it."""

from collections.abc import Collection, Iterable, Sequence

from cuibao.model import Entry, Status
from cuibao.said import date_from, label_of, month_day, short_moment, tamed
from cuibao.service.letters.clock import why
from cuibao.service.views.board import Board, Cell, Progress
from cuibao.service.views.overview import Arrears, Overview, Urgent, overview
from cuibao.service.views.troubles import Trouble
from cuibao.times import day_of
from cuibao.tongue import say
from flows.pages.links import (
    BEGIN,
    BOARD,
    CALL,
    CALLS,
    CLAIM,
    COPIES,
    DATE,
    EXPORT,
    LIAISON,
    MORNING,
    PAUSE,
    RECORD,
    TRAIL,
    Links,
)
from flows.pages.markdown import Page, escaped, grid, linked, page, simulation, unbroken


def about(links: Links) -> str:
    """What every page but the board says first: that it keeps itself fresh, and where the board is."""
    board = linked(BOARD.word, links.page(BOARD))
    return say("有变化时本页自动更新，不用重新打开。谁还没有报，见{board}。", board=board)


def overview_page(
    board: Board,
    title: str,
    links: Links,
    more: Iterable[tuple[str, str]],
    pauses: Sequence[str] = (),
    *,
    one: bool = False,
) -> Page:
    """What is due today and newly overdue on top; then who owes most, what is owed item by item, and whom no letter
    reaches.

    `more` are the other pages, by name and address; `pauses` what is paused, a line each; `one`: the board is that of
    one of several campaigns.
    """
    seen = overview(board)
    counts = say("，").join(
        say("{status} **{count}** 件", status=status.word, count=seen.counts.get(status, 0)) for status in Status
    )
    fresh = say(
        "有变化时本页自动更新，不用重新打开；最近一次核对的时间见{morning}的运行记录。",
        morning=linked(MORNING.word, links.runs(MORNING)),
    )
    across = say("全部攻坚战见{board}。", board=linked(BOARD.word, links.page(BOARD)))
    return page(
        say("谁还没有报：{title}", title=escaped(title)) if one else say("谁还没有报"),
        board.as_of,
        fresh + (across if one else ""),
        simulation(board.simulated),
        _first(board, links, pauses),
        _urgent(seen, board, links),
        _by_unit(seen.arrears, links),
        say("## 按事项"),
        say("{title}：{counts}", title=title, counts=counts),
        _section(seen.overdue, Status.OVERDUE, links),
        _section(seen.returned, Status.RETURNED, links) if seen.returned else [],
        _section(seen.due_soon, Status.DUE_SOON, links),
        _troubles(board.troubles),
        _strays(board.strays),
        _notices(board.notices),
        say("## 其他报表"),
        " · ".join(f"[{name}]({address})" for name, address in (*_others(links), *more)),
    )


def _first(board: Board, links: Links, pauses: Sequence[str]) -> list[str]:
    """What a person has to know or do before all else, a line each."""
    over = [say("**{over}。**", over=escaped(board.over))] if board.over else []
    said = (_asked(board, links), _unbegun(board, links), _paused(pauses, links), _waiting(board, links))
    return [*over, *(line for lines in said for line in lines), *_copies(board, links)]


def overview_lines(board: Board, seen: Overview) -> str:
    """The same for a log: plain lines."""
    overdue, due_soon = _tally(seen.overdue, Status.OVERDUE), _tally(seen.due_soon, Status.DUE_SOON)
    lines = [
        say(
            "{moment} 逾期未报 {overdue}；临期 {due_soon}",
            moment=short_moment(board.as_of),
            overdue=overdue,
            due_soon=due_soon,
        )
    ]
    for head, urgent in ((say("今天到期"), seen.due_today), (say("新逾期"), seen.newly_overdue)):
        for found in urgent:
            names = say("、").join(cell.obligation.unit.name for cell in found.cells)
            lines.append(
                say("【{head}】{item} 未报：{names}", head=head, item=label_of(found.progress.period), names=names)
            )
    for head, items, status in (
        (say("逾期"), seen.overdue, Status.OVERDUE),
        (say("退回"), seen.returned, Status.RETURNED),
        (say("临期"), seen.due_soon, Status.DUE_SOON),
    ):
        for item in items:
            names = say("、").join(cell.obligation.unit.name for cell in item.missing if cell.status is status)
            lines.append(
                say(
                    "【{head}】{item} 已报 {done}/{total}，未报：{names}",
                    head=head,
                    item=label_of(item.period),
                    done=item.done,
                    total=item.total,
                    names=names,
                )
            )
    lines += [say("【启用】{unbegun}", unbegun=board.unbegun)] if board.unbegun else []
    lines += [say("【来信核实】{notice}", notice=notice) for notice in board.notices]
    lines += [say("【信送不到】{unit}：{what}", unit=trouble.name, what=trouble.what) for trouble in board.troubles]
    return tamed("\n".join(lines))


def _others(links: Links) -> list[tuple[str, str]]:
    wanted = [
        (say("登记（一次登记几个单位）"), links.form(RECORD)),
        (TRAIL.word, links.form(TRAIL)),
        (say("待认领的来信"), links.page(CLAIM)),
        (CALLS.word, links.page(CALLS)),
        (say("通话（登记电话里怎么说的）"), links.form(CALL)),
        (PAUSE.word, links.page(PAUSE)),
        (say("联络员和分管领导"), links.page(LIAISON)),
        (say("导出（Excel 表和网页）"), links.form(EXPORT)),
    ]
    return [(name, address) for name, address in wanted if address]


def _asked(board: Board, links: Links) -> list[str]:
    if board.asked.question is None:
        return []
    answer = linked(say("打开核对"), links.page(DATE))
    return [
        say(
            "**每日催报停着**：{why}。日期不对，请改正电脑的日期后重做；没错，请回答：{answer}",
            why=why(board.asked.question),
            answer=answer,
        )
    ]


def _unbegun(board: Board, links: Links) -> list[str]:
    return (
        [
            say(
                "**{unbegun}。**{form}",
                unbegun=escaped(board.unbegun),
                form=linked(say("打开启用"), links.page(BEGIN)),
            )
        ]
        if board.unbegun
        else []
    )


def _paused(pauses: Sequence[str], links: Links) -> list[str]:
    words = say("；").join(map(escaped, pauses))
    return (
        [say("**暂停催报**：{words}。{form}", words=words, form=linked(say("看暂停的或解除"), links.page(PAUSE)))]
        if pauses
        else []
    )


def _waiting(board: Board, links: Links) -> list[str]:
    count, bounces = len(board.waiting), sum(each.bounce for each in board.waiting)
    among = say("（其中退信 {count} 封，排在最前）", count=bounces) if bounces else ""
    words = say("**有 {count} 封来信待认领**{among}，认领以前不算已报", count=count, among=among)
    return [say("{words}：{form}", words=words, form=linked(say("打开处理"), links.page(CLAIM)))] if count else []


def _copies(board: Board, links: Links) -> list[str]:
    words = say("**有 {count} 个单位第一次抄送分管领导，等批准**，批准以前不抄送", count=len(board.copies))
    return (
        [say("{words}：{form}", words=words, form=linked(say("打开处理"), links.page(COPIES)))] if board.copies else []
    )


def _urgent(seen: Overview, board: Board, links: Links) -> list[str]:
    """What falls due today and what has just become overdue, item by item."""
    counts = [sum(len(found.cells) for found in urgent) for urgent in (seen.due_today, seen.newly_overdue)]
    rows = [_urgent_row(say("今天到期"), found, links) for found in seen.due_today]
    rows += [_urgent_row(say("新逾期"), found, links) for found in seen.newly_overdue]
    since = date_from(board.fresh_from, day_of(board.as_of))
    table = grid([say("情况"), say("报送事项"), say("已报"), say("未报单位（点名称登记，核对后点 Submit）")], rows)
    nothing = say("今天没有到期的；{since}以来没有新逾期的。", since=since)
    return [
        say("## 今天到期 {due} 件，{since}以来新逾期 {overdue} 件", due=counts[0], since=since, overdue=counts[1]),
        table if rows else nothing,
    ]


def _urgent_row(words: str, found: Urgent, links: Links) -> list[str]:
    names = say("、").join(_name(cell, links) for cell in found.cells)
    item = found.progress
    return [f"**{unbroken(words)}**", escaped(label_of(item.period)), f"{item.done}/{item.total}", names]


def _by_unit(arrears: Collection[Arrears], links: Links) -> list[str]:
    """Who owes most first, a line each."""
    rows = [
        [
            linked(escaped(each.unit.name), links.trail(each.unit.name)),
            str(each.count(Status.OVERDUE) or ""),
            str(each.count(Status.RETURNED) or ""),
            say("{count} 天", count=each.days) if each.days else "",
            linked(escaped(label_of(oldest.obligation.period)), _entry(oldest, links)),
        ]
        for each in arrears
        for oldest in each.cells[:1]
    ]
    head = [say("单位（点名称看往来记录）"), say("逾期"), say("退回"), say("最久"), say("欠得最久的（点名称登记）")]
    count = sum(len(each.cells) for each in arrears)
    return [
        say("## 按单位：{units} 个单位欠 {count} 件", units=len(rows), count=count),
        grid(head, rows) if rows else say("没有。"),
    ]


def _section(items: Collection[Progress], status: Status, links: Links) -> list[str]:
    rows = [
        [
            escaped(label_of(item.period)),
            f"{item.done}/{item.total}",
            say("、").join(_name(cell, links) for cell in item.missing if cell.status is status),
        ]
        for item in items
    ]
    table = grid([say("报送事项"), say("已报"), say("未报单位（点名称登记）")], rows) if rows else say("没有。")
    return [f"### {status.word} {_tally(items, status)}", table]


def _tally(items: Collection[Progress], status: Status) -> str:
    cells = sum(cell.status is status for item in items for cell in item.missing)
    return say("{items} 项，{count} 件", items=len(items), count=cells)


def _name(cell: Cell, links: Links) -> str:
    back = say("（退回）") if cell.status is Status.RETURNED else ""
    promised = say("（已承诺{day}）", day=month_day(cell.promised)) if cell.promised else ""
    return linked(escaped(cell.obligation.unit.name), _entry(cell, links)) + back + promised


def _entry(cell: Cell, links: Links) -> str | None:
    """The form that marks it as received."""
    return links.entry(cell.obligation.unit.name, label_of(cell.obligation.period), Entry.RECEIVED)


def _troubles(found: Iterable[Trouble]) -> list[str]:
    rows = [[escaped(trouble.name), escaped(trouble.what), escaped(trouble.detail)] for trouble in found]
    return [say("## 信送不到的单位，请电话联系"), grid([say("单位"), say("情况"), say("说明")], rows)] if rows else []


def _notices(found: Iterable[str]) -> list[str]:
    lines = [f"- {escaped(notice)}" for notice in found]
    return [say("## 来信核实"), "\n".join(lines)] if lines else []


def _strays(found: Iterable[str]) -> list[str]:
    rows = [[escaped(stray)] for stray in found]
    head = say("方案、事项、报送期、单位的代号")
    why = say(
        "下列收件登记在日程里找不到对应的事项，多半是方案或通讯录里的代号（id）被改过，或事项、单位被删去；请改回来。"
    )
    return [say("## 台账里有登记、日程里没有的"), why, grid([head], rows)] if rows else []
