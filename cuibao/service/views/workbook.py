"""The board as a workbook: who has reported what, what is overdue, what was entered, and how it was chased."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from cuibao.model import OFFICE, Entry, LetterState, Period, Status, Unit
from cuibao.office import Office
from cuibao.said import date_from, dotted, due_dotted, full_moment, full_title
from cuibao.service.views.board import Board, Cell
from cuibao.service.views.calls import OWED, CallItem, is_paused, owed_items
from cuibao.service.views.plan_table import in_short, own_date
from cuibao.service.views.trail import CallMade, EntryMade, Event, LetterSent, everything, undoing
from cuibao.spreadsheet import Tinted, Value, Worksheet, as_workbook
from cuibao.times import day_of, start_of
from cuibao.tongue import say

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


def workbook(office: Office, board: Board) -> bytes:
    """The workbook as an .xlsx."""
    return as_workbook(worksheets(office, board))


def worksheets(office: Office, board: Board) -> tuple[Worksheet, ...]:
    """Its sheets."""
    about = say(
        "{campaign}{rehearsal}　截至 {moment}",
        campaign=office.campaign.title,
        rehearsal=office.rehearsal,
        moment=full_moment(board.as_of),
    )
    events = everything(office)
    return (
        _table(
            office,
            board,
            say(
                "{about}　各单位逐期报送情况　日期是收到日期，带“迟”字的过期收到；空白的不需要报。",
                about=about,
            ),
        ),
        _owed(office, board, say("{about}　逾期未报、退回待重报的事项", about=about)),
        _entries(board, events, say("{about}　收件登记", about=about)),
        _chased(board, events, say("{about}　催报函和电话催报", about=about)),
    )


def _table(office: Office, board: Board, above: str) -> Worksheet:
    """Units × periods, the periods by plan."""
    periods = sorted(office.schedule.tracked(), key=lambda period: office.campaign.place(period.plan))
    cells = {(cell.obligation.unit.id, cell.obligation.period.identity): cell for cell in board.cells}
    owed = Counter(cell.obligation.unit.id for cell in board.cells if cell.status in OWED)
    named = [f"{period.plan.distinct}\n{full_title(period)}\n{due_dotted(period)}" for period in periods]
    rows = [
        (unit.name, office.campaign.groups[unit.group], owed[unit.id], *row)
        for unit in office.campaign.units.values()
        if any(row := [_standing(cells.get((unit.id, period.identity))) for period in periods])
    ]
    widths = [NAME, 16, NARROW, *[NARROW] * len(periods)]
    head = [say("单位"), say("分组"), say("逾期和退回"), *named]
    return Worksheet(say("总表"), head, rows, widths, above, across=1 + len(periods) // COLUMNS_A_PAGE)


def _standing(cell: Cell | None) -> Tinted | None:
    if cell is None:
        return None
    # How Excel writes the day on which a report came.
    came = {Status.ON_TIME: say('m"."d'), Status.LATE: say('m"."d"迟"')}
    if cell.received_at is not None and cell.status in came:
        return Tinted(day_of(cell.received_at), TINTS[cell.status], came[cell.status])
    return Tinted(in_short(cell.status) + own_date(cell, dotted), TINTS[cell.status])


def _owed(office: Office, board: Board, above: str) -> Worksheet:
    head = [
        say("单位"),
        say("方案"),
        say("报送事项"),
        say("期限"),
        say("逾期天数"),
        say("情况"),
        say("退回原因"),
        say("电话里的承诺"),
        say("暂停催报"),
        say("已去信"),
    ]
    head += [say("联络员"), say("电话"), say("手机")]
    rows = [_owed_row(office, board, item) for item in owed_items(office, board)]
    return Worksheet(say("逾期清单"), head, rows, [NAME, 12, 34, 12, 9, 12, 24, 24, 9, 8, 10, 16, 14], above)


def _owed_row(office: Office, board: Board, item: CallItem) -> tuple[Value | Tinted, ...]:
    unit, period = item.obligation.unit, item.obligation.period
    return (
        unit.name,
        period.plan.distinct,
        full_title(period),
        _due(period),
        item.days,
        Tinted(item.status.word, TINTS[item.status]),
        item.reason,
        item.promised,
        say("是") if is_paused(item.obligation.key, board) else "",
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
    head = [
        say("收到时间"),
        say("单位"),
        say("报送事项"),
        say("登记"),
        say("条号"),
        say("方式"),
        say("登记人"),
        say("备注"),
        say("延期到"),
        say("登记时间"),
        say("已{entry}", entry=Entry.WITHDRAWN.word),
    ]
    rows = [
        (
            _when(event.entry.received_at),
            event.unit,
            event.items,
            undoing(event.entry),
            event.entry.seq,
            event.entry.channel.word,
            event.entry.by,
            event.entry.note,
            event.entry.due,
            event.at,
            say("由第{number}条撤销", number=event.withdrawn_by) if event.withdrawn_by else "",
        )
        for event in events
        if isinstance(event, EntryMade) and event.entry.received_at <= board.as_of
    ]
    return Worksheet(say("收件登记"), head, rows, [17, NAME, 44, 12, 6, 8, 12, 30, 12, 17, 14], above)


def _chased(board: Board, events: Iterable[Event], above: str) -> Worksheet:
    head = [
        say("时间"),
        say("单位"),
        say("方式"),
        say("编号"),
        say("结果"),
        say("事项"),
        say("主题或通话内容"),
        say("收件人或接听人"),
        say("说明"),
    ]
    rows = list(_chased_rows(event for event in events if event.at <= board.as_of))
    return Worksheet(say("催报记录"), head, rows, [17, NAME, 8, 20, 14, 50, 40, 34, 30], above)


def _chased_rows(events: Iterable[Event]) -> Iterator[tuple[Value, ...]]:
    for event in events:
        if isinstance(event, LetterSent) and event.letter.addressee != OFFICE:
            letter = event.letter
            came_of_it = say("已撤回") if letter.taken_back else letter.state.word
            to = say("、").join(letter.recipients)
            why = "" if letter.state is LetterState.SENT else letter.detail
            yield event.at, event.unit, event.word, letter.code, came_of_it, event.items, letter.subject, to, why
        elif isinstance(event, CallMade):
            call = event.call
            promised = say("承诺{day}前报", day=date_from(call.until, day_of(event.at))) if call.until else ""
            yield (
                event.at,
                event.unit,
                event.word,
                "",
                promised,
                event.items,
                call.note,
                call.whom,
                say("登记人 {by}", by=call.by),
            )


def _when(moment: datetime) -> date:
    """The moment, or its day alone where a clerk gave no hour and midnight stands."""
    day = day_of(moment)
    return day if moment == start_of(day) else moment
