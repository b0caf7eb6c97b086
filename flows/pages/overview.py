"""报送情况表: what is urgent, then who owes most, then item by item; each name is a link to the form that marks it."""

from collections.abc import Collection, Iterable, Sequence

from cuibao.model import Entry, Status
from cuibao.said import date_from, label_of, month_day, short_moment, tamed
from cuibao.service.letters.clock import why
from cuibao.service.views.board import Board, Cell, Progress
from cuibao.service.views.overview import Arrears, Overview, Urgent, overview
from cuibao.service.views.troubles import Trouble
from cuibao.times import day_of
from flows.pages.links import (
    BEGIN,
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

ABOUT = "有变化时本页自动更新，不用重新打开"


def overview_page(
    board: Board, title: str, links: Links, more: Iterable[tuple[str, str]], pauses: Sequence[str] = ()
) -> Page:
    """What is due today and newly overdue on top; then who owes most, what is owed item by item, and whom no letter
    reaches.

    `more` are the other pages, by name and address; `pauses` what is paused, a line each.
    """
    seen = overview(board)
    counts = "，".join(f"{status.word} **{seen.counts.get(status, 0)}** 件" for status in Status)
    return page(
        "谁还没有报",
        board.as_of,
        f"{ABOUT}；最近一次核对的时间见{linked(MORNING, links.runs(MORNING))}的运行记录。",
        simulation(board.simulated),
        _first(board, links, pauses),
        _urgent(seen, board, links),
        _by_unit(seen.arrears, links),
        "## 按事项",
        f"{title}：{counts}",
        _section(seen.overdue, Status.OVERDUE, links),
        _section(seen.returned, Status.RETURNED, links) if seen.returned else [],
        _section(seen.due_soon, Status.DUE_SOON, links),
        _troubles(board.troubles),
        _strays(board.strays),
        _notices(board.notices),
        "## 其他报表",
        " · ".join(f"[{name}]({address})" for name, address in (*_others(links), *more)),
    )


def _first(board: Board, links: Links, pauses: Sequence[str]) -> list[str]:
    """What a person has to know or do before all else, a line each."""
    over = [f"**{escaped(board.over)}。**"] if board.over else []
    said = (_asked(board, links), _unbegun(board, links), _paused(pauses, links), _waiting(board, links))
    return [*over, *(line for lines in said for line in lines), *_copies(board, links)]


def overview_lines(board: Board, seen: Overview) -> str:
    """The same for a log: plain lines."""
    overdue, due_soon = _tally(seen.overdue, Status.OVERDUE), _tally(seen.due_soon, Status.DUE_SOON)
    lines = [f"{short_moment(board.as_of)} 逾期未报 {overdue}；临期 {due_soon}"]
    for head, urgent in (("今天到期", seen.due_today), ("新逾期", seen.newly_overdue)):
        for found in urgent:
            names = "、".join(cell.obligation.unit.name for cell in found.cells)
            lines.append(f"【{head}】{label_of(found.progress.period)} 未报：{names}")
    for head, items, status in (
        ("逾期", seen.overdue, Status.OVERDUE),
        ("退回", seen.returned, Status.RETURNED),
        ("临期", seen.due_soon, Status.DUE_SOON),
    ):
        for item in items:
            names = "、".join(cell.obligation.unit.name for cell in item.missing if cell.status is status)
            lines.append(f"【{head}】{label_of(item.period)} 已报 {item.done}/{item.total}，未报：{names}")
    lines += [f"【启用】{board.unbegun}"] if board.unbegun else []
    lines += [f"【来信核实】{notice}" for notice in board.notices]
    lines += [f"【信送不到】{trouble.name}：{trouble.what}" for trouble in board.troubles]
    return tamed("\n".join(lines))


def _others(links: Links) -> list[tuple[str, str]]:
    wanted = [
        ("登记（一次登记几个单位）", links.form(RECORD)),
        ("往来记录", links.form(TRAIL)),
        ("待认领的来信", links.page(CLAIM)),
        ("电话催报单", links.page(CALLS)),
        ("通话（登记电话里怎么说的）", links.form(CALL)),
        ("暂停催报", links.page(PAUSE)),
        ("联络员和分管领导", links.page(LIAISON)),
        ("导出（Excel 表和网页）", links.form(EXPORT)),
    ]
    return [(name, address) for name, address in wanted if address]


def _asked(board: Board, links: Links) -> list[str]:
    if board.asked.question is None:
        return []
    answer = linked("打开核对", links.page(DATE))
    return [f"**每日催报停着**：{why(board.asked.question)}。日期不对，请改正电脑的日期后重做；没错，请回答：{answer}"]


def _unbegun(board: Board, links: Links) -> list[str]:
    return [f"**{escaped(board.unbegun)}。**{linked('打开启用', links.page(BEGIN))}"] if board.unbegun else []


def _paused(pauses: Sequence[str], links: Links) -> list[str]:
    words = "；".join(map(escaped, pauses))
    return [f"**暂停催报**：{words}。{linked('看暂停的或解除', links.page(PAUSE))}"] if pauses else []


def _waiting(board: Board, links: Links) -> list[str]:
    count, bounces = len(board.waiting), sum(each.bounce for each in board.waiting)
    among = f"（其中退信 {bounces} 封，排在最前）" if bounces else ""
    words = f"**有 {count} 封来信待认领**{among}，认领以前不算已报"
    return [f"{words}：{linked('打开处理', links.page(CLAIM))}"] if count else []


def _copies(board: Board, links: Links) -> list[str]:
    words = f"**有 {len(board.copies)} 个单位第一次抄送分管领导，等批准**，批准以前不抄送"
    return [f"{words}：{linked('打开处理', links.page(COPIES))}"] if board.copies else []


def _urgent(seen: Overview, board: Board, links: Links) -> list[str]:
    """What falls due today and what has just become overdue, item by item."""
    counts = [sum(len(found.cells) for found in urgent) for urgent in (seen.due_today, seen.newly_overdue)]
    rows = [_urgent_row("今天到期", found, links) for found in seen.due_today]
    rows += [_urgent_row("新逾期", found, links) for found in seen.newly_overdue]
    since = date_from(board.fresh_from, day_of(board.as_of))
    table = grid(["情况", "报送事项", "已报", "未报单位（点名称登记，核对后点 Submit）"], rows)
    nothing = f"今天没有到期的；{since}以来没有新逾期的。"
    return [f"## 今天到期 {counts[0]} 件，{since}以来新逾期 {counts[1]} 件", table if rows else nothing]


def _urgent_row(words: str, found: Urgent, links: Links) -> list[str]:
    names = "、".join(_name(cell, links) for cell in found.cells)
    item = found.progress
    return [f"**{unbroken(words)}**", escaped(label_of(item.period)), f"{item.done}/{item.total}", names]


def _by_unit(arrears: Collection[Arrears], links: Links) -> list[str]:
    """Who owes most first, a line each."""
    rows = [
        [
            linked(escaped(each.unit.name), links.trail(each.unit.name)),
            str(each.count(Status.OVERDUE) or ""),
            str(each.count(Status.RETURNED) or ""),
            f"{each.days} 天" if each.days else "",
            linked(escaped(label_of(oldest.obligation.period)), _entry(oldest, links)),
        ]
        for each in arrears
        for oldest in each.cells[:1]
    ]
    head = ["单位（点名称看往来记录）", "逾期", "退回", "最久", "欠得最久的（点名称登记）"]
    count = sum(len(each.cells) for each in arrears)
    return [f"## 按单位：{len(rows)} 个单位欠 {count} 件", grid(head, rows) if rows else "没有。"]


def _section(items: Collection[Progress], status: Status, links: Links) -> list[str]:
    rows = [
        [
            escaped(label_of(item.period)),
            f"{item.done}/{item.total}",
            "、".join(_name(cell, links) for cell in item.missing if cell.status is status),
        ]
        for item in items
    ]
    table = grid(["报送事项", "已报", "未报单位（点名称登记）"], rows) if rows else "没有。"
    return [f"### {status.word} {_tally(items, status)}", table]


def _tally(items: Collection[Progress], status: Status) -> str:
    cells = sum(cell.status is status for item in items for cell in item.missing)
    return f"{len(items)} 项，{cells} 件"


def _name(cell: Cell, links: Links) -> str:
    back = "（退回）" if cell.status is Status.RETURNED else ""
    promised = f"（已承诺{month_day(cell.promised)}）" if cell.promised else ""
    return linked(escaped(cell.obligation.unit.name), _entry(cell, links)) + back + promised


def _entry(cell: Cell, links: Links) -> str | None:
    """The form that marks it as received."""
    return links.entry(cell.obligation.unit.name, label_of(cell.obligation.period), Entry.RECEIVED)


def _troubles(found: Iterable[Trouble]) -> list[str]:
    rows = [[escaped(trouble.name), escaped(trouble.what), escaped(trouble.detail)] for trouble in found]
    return ["## 信送不到的单位，请电话联系", grid(["单位", "情况", "说明"], rows)] if rows else []


def _notices(found: Iterable[str]) -> list[str]:
    lines = [f"- {escaped(notice)}" for notice in found]
    return ["## 来信核实", "\n".join(lines)] if lines else []


def _strays(found: Iterable[str]) -> list[str]:
    rows = [[escaped(stray)] for stray in found]
    head = "方案、事项、报送期、单位的代号"
    why = "下列收件登记在日程里找不到对应的事项，多半是方案或通讯录里的代号（id）被改过，或事项、单位被删去；请改回来。"
    return ["## 台账里有登记、日程里没有的", why, grid([head], rows)] if rows else []
