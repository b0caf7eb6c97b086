"""Which unit each row of a table is about, and why a row is not taken in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cuibao.model import Unit
from cuibao.office import Office
from cuibao.service.entries.lookup import LONGEST_NAME, unknown
from cuibao.spreadsheet import Column, Row, place_of

SEVERAL = "、"
UNSET = "请用 Excel 或 WPS 打开后保存一次，或改写成实际内容"
# How many rows are listed in a line.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not taken in: its number in the table, the unit as written there, and every reason.

    `sheet` is named where a file has several with contacts.
    """

    row: int
    unit: str
    why: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Where the row stands, in Chinese."""
        return place_of(self.sheet, self.row)


def named(office: Office, rows: Sequence[Row]) -> tuple[list[tuple[Row, Unit]], list[Rejected]]:
    """The rows whose unit is known and stands in the table once, and the others."""
    units = office.campaign.units.values()
    called = {word: unit for unit in units for word in (unit.name, unit.id, unit.no, *unit.aliases)}
    stranger = _unknown(office)
    rows_of: dict[str, list[Row]] = {}
    rejected = []
    for row in rows:
        written = "".join(row.cells.get(Column.UNIT, "").split())
        if not written:
            why = "；".join(unset(row)) or "没有写单位名称；如果是合并单元格，请拆开后每行都写"
            rejected.append(refused(row, "", why))
        elif written not in called:
            rejected.append(refused(row, written[:LONGEST_NAME], stranger(written)))
        else:
            rows_of.setdefault(called[written].id, []).append(row)
    once = [(found[0], office.campaign.units[unit]) for unit, found in rows_of.items() if len(found) == 1]
    for unit, found in rows_of.items():
        if len(found) > 1:
            why = f"{_places(found)}写的都是{office.campaign.units[unit].name}，只应有一行"
            rejected += [refused(row, office.campaign.units[unit].name, why) for row in found]
    return once, rejected


def refused(row: Row, unit: str, why: str) -> Rejected:
    """`row`, not taken in, about the `unit` of this name."""
    return Rejected(row.number, unit, why, row.sheet)


def unset(row: Row) -> list[str]:
    """What to say of each formula in `row` that nobody has computed."""
    return [f"{name} 是公式，没有存下结果，{UNSET}" for name in row.unset]


def _unknown(office: Office) -> Callable[[str], str]:
    """What to say of a word that is no unit."""
    units = office.campaign.units.values()
    names = list(dict.fromkeys(word for unit in units for word in (unit.name, *unit.aliases)))
    return unknown(names, "通讯录里没有“{}”。")


def _places(rows: Sequence[Row]) -> str:
    """第 2、4 行; some of them where there are many."""
    more = f"等 {len(rows)} 行" if len(rows) > SHOWN else ""
    if any(row.sheet for row in rows):
        return SEVERAL.join(row.place for row in rows[:SHOWN]) + more
    return f"第 {SEVERAL.join(str(row.number) for row in rows[:SHOWN])} {more or '行'}"
