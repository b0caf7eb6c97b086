"""A table of what was received, taken in: what it adds to the ledger, and the cells that cannot be; all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from unicodedata import normalize

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry, Obligation, ObligationKey, Period, Receipt, Unit
from cuibao.office import Office
from cuibao.policy.entries import Already, Refused, admit
from cuibao.policy.standing import standing
from cuibao.said import date_from, full_date, full_title, label_of
from cuibao.service.entries.lookup import unknown
from cuibao.service.entries.record import AGAIN, require_clerk
from cuibao.service.keys import require_keys
from cuibao.service.receipts.cells import BLANK, Illegible, Ticked, read_cell
from cuibao.service.receipts.tables import CellPlace, Heading, Marking, Markings, find
from cuibao.spreadsheet import read_file
from cuibao.times import day_of, start_of
from cuibao.tongue import say

UNSET = "是公式，没有存下结果。请用 Excel 或 WPS 打开后保存一次，或改写成日期"
NO_UNIT = "没有写单位名称；如果是合并单元格，请拆开后每行都写"
NO_ITEM = "没有写事项名称；如果是合并单元格，请拆开后每格都写"


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A cell that is not taken in, and what would be right."""

    place: CellPlace
    why: str


@dataclass(frozen=True, slots=True)
class CameIn:
    """A cell that adds a receipt; `ticked`: it names no day."""

    place: CellPlace
    obligation: Obligation
    receipt: Receipt

    @property
    def day(self) -> date:
        """When it came in."""
        return day_of(self.receipt.received_at)

    @property
    def ticked(self) -> bool:
        """Whether the cell names no day."""
        return say("日期不详") in self.receipt.note


@dataclass(frozen=True, slots=True)
class ReceiptsPlan:
    """What an import would do: what it adds, and the cells that it refuses; while there are any, nothing is added.

    `same`: how many cells say what the ledger does; `ignored` and `left_out` are as in `Markings`.
    """

    arrivals: tuple[CameIn, ...]
    refused: tuple[RefusedCell, ...]
    same: int
    ignored: tuple[str, ...]
    left_out: tuple[str, ...]


def read_table(path: Path) -> Markings:
    """The tables in the file at `path`. Raises Contradiction, saying what to do about it."""
    return read_file(path, find)


def plan_import(
    office: Office, as_of: datetime, table: Markings, *, by: str = "", channel: Channel = Channel.MAIL
) -> ReceiptsPlan:
    """What taking in `table` would add at `as_of`. A blank cell changes nothing, and says nothing."""
    require_keys(office)
    reading = _Judging(office, as_of, by.strip(), channel)
    for cell in table.cells:
        reading.take(cell)
    refused = tuple(RefusedCell(place, why) for place, why in reading.refused.items())
    return ReceiptsPlan(tuple(reading.arrivals.values()), refused, reading.same, table.ignored, table.left_out)


def enter(office: Office, as_of: datetime, table: Markings, *, by: str, channel: Channel) -> ReceiptsPlan:
    """Enter what `table` adds, all of it, or nothing where a cell is refused. Raises Contradiction where nobody is
    named."""
    require_clerk(by)
    campaign = office.campaign.id
    for _ in range(AGAIN):
        plan = plan_import(office, as_of, table, by=by, channel=channel)
        if plan.refused or not plan.arrivals:
            return plan
        office.register(as_of)
        office.ledger.enrol(campaign, [arrival.obligation.key for arrival in plan.arrivals])
        if office.ledger.enter(campaign, [arrival.receipt for arrival in plan.arrivals]):
            return plan
    raise Contradiction("别人正在登记同一事项，请稍候再导入。本次没有登记任何内容。")


class _Judging:
    """Cell after cell of a table, held against the schedule and the ledger as it is now."""

    def __init__(self, office: Office, as_of: datetime, by: str, channel: Channel) -> None:
        self.arrivals: dict[ObligationKey, CameIn] = {}
        self.refused: dict[CellPlace, str] = {}
        self.same = 0
        self._as_of, self._today, self._by, self._channel = as_of, day_of(as_of), by, channel
        self._campaign = office.campaign
        self._owes, self._owed = office.schedule.owes, office.schedule.obligation
        self._entries = office.ledger.entries(office.campaign.id)
        self._units = _units(office)
        self._items = _items(office)
        names = [unit.name for unit in office.campaign.units.values()]
        self._no_unit = unknown(names, "通讯录里没有“{}”。")
        labels = [label_of(period) for period in office.schedule.tracked()]
        self._no_item = unknown(labels, "没有“{}”这一报送事项。")

    def take(self, cell: Marking) -> None:
        """Judge one cell."""
        if not cell.unset and cell.text in BLANK:
            return
        unit, item = self._unit(cell.unit), self._item(cell.item)
        if unit is None or item is None:
            return
        try:
            self._judge(cell, self._owed(item, unit))
        except Illegible as wrong:
            self.refused[cell.place] = str(wrong)

    def _judge(self, cell: Marking, owed: Obligation) -> None:
        if cell.unset:
            raise Illegible(UNSET)
        if not self._owes(owed.unit.id, owed.period):
            raise Illegible(f"{owed.unit.name}不需要报送“{label_of(owed.period)}”，请留空")
        years = range(self._campaign.of(owed.period.plan).issued.year, self._today.year + 1)
        said = read_cell(cell.text, years, lambda day: owed.period.begins <= day <= self._today)
        if said is Ticked.MISSING or said is Ticked.EXEMPT:
            self._require_so(owed, said)
        elif said is not None:
            self._arrives(cell, owed, said)

    def _require_so(self, owed: Obligation, said: Ticked) -> None:
        """Raises Illegible where the ledger says otherwise: neither is entered by a table."""
        stands = standing(self._entries.get(owed.key, ()))
        if said is Ticked.EXEMPT and not stands.exempt:
            raise Illegible("免报要写明原因，请用登记表登记，这里留空")
        if said is Ticked.MISSING and stands.received:
            raise Illegible("台账里已登记收到；确实没有收到的，请先撤销那一条登记，这里留空")
        self.same += 1

    def _arrives(self, cell: Marking, owed: Obligation, said: date | Ticked) -> None:
        entries = self._entries.get(owed.key, ())
        stands = standing(entries)
        if stands.received and stands.first_at:
            self._require_same_day(day_of(stands.first_at), said)
            self.same += 1
            return
        ticked = isinstance(said, Ticked)
        day = min(stands.due or owed.period.due, self._today) if isinstance(said, Ticked) else said
        self._require_possible(owed.period, day)
        moment = self._as_of if day == self._today else start_of(day)
        note = say("，").join([say("台账导入"), say("日期不详")]) if ticked else say("台账导入")
        wanted = Receipt(owed.key, Entry.RECEIVED, moment, self._channel, self._by, note, self._as_of)
        verdict = admit(owed.period, entries, wanted)
        if isinstance(verdict, Refused):
            raise Illegible(verdict.words)
        if isinstance(verdict, Already):
            self.same += 1
            return
        other = self.arrivals.setdefault(owed.key, CameIn(cell.place, owed, verdict))
        if other.receipt != verdict:
            raise Illegible(f"与 {other.place} 写的不一样，同一单位的同一事项只应写一处")

    def _require_same_day(self, received: date, said: date | Ticked) -> None:
        if said not in (Ticked.HERE, received):
            raise Illegible(f"台账里已登记 {full_date(received)} 收到；要改日期，请先撤销那一条登记")

    def _require_possible(self, period: Period, day: date) -> None:
        if self._today < period.begins:
            raise Illegible(f"这一期 {date_from(period.begins, self._today)} 才开始，还不能登记收到，请留空")
        if day > self._today:
            raise Illegible(f"{full_date(day)} 还没到，今天是 {full_date(self._today)}")
        if day < period.begins:
            raise Illegible(f"{full_date(day)} 早于这一期开始的日期（{full_date(period.begins)}），请核对")

    def _unit(self, head: Heading) -> Unit | None:
        words = "".join(head.words.split())
        found = self._units.get(words)
        if found is None and head.place not in self.refused:
            self.refused[head.place] = self._no_unit(words) if words else NO_UNIT
        return found

    def _item(self, head: Heading) -> Period | None:
        found = self._items.get(_plain(head.words), {})
        if len(found) == 1:
            return next(iter(found.values()))
        if head.place not in self.refused:
            stranger = self._no_item(head.words) if head.words else NO_ITEM
            self.refused[head.place] = _several(found) if found else stranger
        return None


def _units(office: Office) -> Mapping[str, Unit]:
    units = office.campaign.units.values()
    return {word: unit for unit in units for word in (unit.name, unit.id, unit.no, *unit.aliases)}


def _items(office: Office) -> Mapping[str, Mapping[tuple[str, str, str], Period]]:
    """The items by every name that a table may give them, in plain writing; by some names there are several."""
    found: dict[str, dict[tuple[str, str, str], Period]] = {}
    for period in office.schedule.tracked():
        titles = (full_title(period), period.requirement.title)
        plans = dict.fromkeys((period.plan.short, period.plan.called))
        for name in (label_of(period), *titles, *(f"{plan}·{title}" for title in titles for plan in plans)):
            found.setdefault(_plain(name), {})[period.identity] = period
    return found


def _plain(words: str) -> str:
    """`words` in half-width characters, without spaces and line breaks."""
    return "".join(normalize("NFKC", words).split())


def _several(found: Mapping[tuple[str, str, str], Period]) -> str:
    named = "、".join(f"“{label_of(period)}”" for period in list(found.values())[:3])
    return f"这个名称有 {len(found)} 个事项，请写全，如 {named}"
