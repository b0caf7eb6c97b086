"""The board as a workbook: who has reported what, what is overdue, what was entered, and how it was chased."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from cuibao.model import OFFICE, LetterState, Period, Status, Unit
from cuibao.office import Office
from cuibao.said import date_from, dotted, due_dotted, full_moment, full_title
from cuibao.service.views.board import Board, Cell
from cuibao.service.views.calls import OWED, CallItem, is_paused, owed_items
from cuibao.service.views.plan_table import IN_SHORT, own_date
from cuibao.service.views.trail import CallMade, EntryMade, Event, LetterSent, everything
from cuibao.spreadsheet import Tinted, Value, Worksheet, as_workbook
from cuibao.times import day_of, start_of

TINTS: Mapping[Status, str] = {
    Status.UPCOMING: "FFFFFF",
    Status.OPEN: "DDEBF7",
    Status.DUE_SOON: "FFF2CC",
    Status.OVERDUE: "FFC7CE",
    Status.ON_TIME: "C6EFCE",
    Status.LATE: "FFE699",
    Status.RETURNED: "F8CBAD",
    Status.EXEMPT: "E7E6E6",
    Status.EXTENDED: "E4DFEC",
}
# So narrow that one page has the dates of half a year's reports.
NARROW, NAME = 8, 26
COLUMNS_A_PAGE = 24
# How Excel writes the day on which a report came.
CAME = {Status.ON_TIME: 'm"."d', Status.LATE: 'm"."d"迟"'}
HOW_TO_READ = "日期是收到日期，带“迟”字的过期收到；空白的不需要报。"


def workbook(office: Office, board: Board) -> bytes:
    """The workbook as an .xlsx."""
    return as_workbook(worksheets(office, board))


def worksheets(office: Office, board: Board) -> tuple[Worksheet, ...]:
    """Its sheets."""
    about = f"{office.campaign.title}{office.rehearsal}　截至 {full_moment(board.as_of)}"
    events = everything(office)
    return (
        _table(office, board, f"{about}　各单位逐期报送情况　{HOW_TO_READ}"),
        _owed(office, board, f"{about}　逾期未报、退回待重报的事项"),
        _entries(board, events, f"{about}　收件登记"),
        _chased(board, events, f"{about}　催报函和电话催报"),
    )


def _table(office: Office, board: Board, above: str) -> Worksheet:
    """Units × periods, the periods by plan."""
    periods = sorted(office.schedule.tracked(), key=lambda period: period.plan.no)
    cells = {(cell.obligation.unit.id, cell.obligation.period.identity): cell for cell in board.cells}
    owed = Counter(cell.obligation.unit.id for cell in board.cells if cell.status in OWED)
    named = [f"{period.plan.short}\n{full_title(period)}\n{due_dotted(period)}" for period in periods]
    rows = [
        (unit.name, office.campaign.groups[unit.group], owed[unit.id], *row)
        for unit in office.campaign.units.values()
        if any(row := [_standing(cells.get((unit.id, period.identity))) for period in periods])
    ]
    widths = [NAME, 16, NARROW, *[NARROW] * len(periods)]
    head = ["单位", "分组", "逾期和退回", *named]
    return Worksheet("总表", head, rows, widths, above, across=1 + len(periods) // COLUMNS_A_PAGE)


def _standing(cell: Cell | None) -> Tinted | None:
    if cell is None:
        return None
    if cell.received_at is not None and cell.status in CAME:
        return Tinted(day_of(cell.received_at), TINTS[cell.status], CAME[cell.status])
    return Tinted(IN_SHORT[cell.status] + own_date(cell, dotted), TINTS[cell.status])


def _owed(office: Office, board: Board, above: str) -> Worksheet:
    head = ["单位", "方案", "报送事项", "期限", "逾期天数", "情况", "退回原因", "电话里的承诺", "暂停催报", "已去信"]
    head += ["联络员", "电话", "手机"]
    rows = [_owed_row(office, board, item) for item in owed_items(office, board)]
    return Worksheet("逾期清单", head, rows, [NAME, 12, 34, 12, 9, 12, 24, 24, 9, 8, 10, 16, 14], above)


def _owed_row(office: Office, board: Board, item: CallItem) -> tuple[Value | Tinted, ...]:
    unit, period = item.obligation.unit, item.obligation.period
    return (
        unit.name,
        period.plan.short,
        full_title(period),
        _due(period),
        item.days,
        Tinted(item.status.word, TINTS[item.status]),
        item.reason,
        item.promised,
        "是" if is_paused(item.obligation.key, board) else "",
        item.letters,
        *_people(unit),
    )


def _due(period: Period) -> date:
    """The day, or the moment of it where there is an hour."""
    if period.at is None:
        return period.due
    return start_of(period.due).replace(hour=period.at.hour, minute=period.at.minute)


def _people(unit: Unit) -> tuple[Value, ...]:
    return unit.liaison.name, unit.liaison.phone, unit.liaison.mobile


def _entries(board: Board, events: Iterable[Event], above: str) -> Worksheet:
    """Every entry as the ledger keeps it, of those that were withdrawn too."""
    head = ["收到时间", "单位", "报送事项", "登记", "条号", "方式", "登记人", "备注", "延期到", "登记时间", "已撤销"]
    rows = [
        (
            _when(event.entry.received_at),
            event.unit,
            event.items,
            event.entry.entry.word + (f"第{event.entry.withdraws}条" if event.entry.withdraws else ""),
            event.entry.seq,
            event.entry.channel.word,
            event.entry.by,
            event.entry.note,
            event.entry.due,
            event.at,
            f"由第{event.withdrawn_by}条撤销" if event.withdrawn_by else "",
        )
        for event in events
        if isinstance(event, EntryMade) and event.entry.received_at <= board.as_of
    ]
    return Worksheet("收件登记", head, rows, [17, NAME, 44, 12, 6, 8, 12, 30, 12, 17, 14], above)


def _chased(board: Board, events: Iterable[Event], above: str) -> Worksheet:
    head = ["时间", "单位", "方式", "编号", "结果", "事项", "主题或通话内容", "收件人或接听人", "说明"]
    rows = list(_chased_rows(event for event in events if event.at <= board.as_of))
    return Worksheet("催报记录", head, rows, [17, NAME, 8, 20, 14, 50, 40, 34, 30], above)


def _chased_rows(events: Iterable[Event]) -> Iterator[tuple[Value, ...]]:
    for event in events:
        if isinstance(event, LetterSent) and event.letter.addressee != OFFICE:
            letter = event.letter
            came_of_it = "已撤回" if letter.taken_back else letter.state.word
            to = "、".join(letter.recipients)
            why = "" if letter.state is LetterState.SENT else letter.detail
            yield event.at, event.unit, event.word, letter.code, came_of_it, event.items, letter.subject, to, why
        elif isinstance(event, CallMade):
            call = event.call
            promised = f"承诺{date_from(call.until, day_of(event.at))}前报" if call.until else ""
            yield event.at, event.unit, event.word, "", promised, event.items, call.note, call.whom, f"登记人 {call.by}"


def _when(moment: datetime) -> date:
    """The moment, or its day alone where a clerk gave no hour and midnight stands."""
    day = day_of(moment)
    return day if moment == start_of(day) else moment
