"""Tables of what was received, found in a file: units × items, items × units, or a row each of unit, item and date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from cuibao.errors import Contradiction
from cuibao.spreadsheet import Column, Grid, Sheets, bare, cell_name, column_called, hidden_in

# Above the names of the columns stand a title and who filled the table in: never more than this.
HEADER_WITHIN = 10
NO_HEADER = (
    "没有找到列名。每行一个单位、每列一个事项的，第一格写“单位”；每行一件的，列名写 单位、事项、收到日期。"
    "可以先用 cuibao receipts export 导出要填的表"
)
NO_DATE = "有“单位”和“事项”，缺少“收到日期”一列"


class Axis(Enum):
    """What a column or a row is about."""

    UNIT = "单位"
    ITEM = "事项"
    DAY = "收到日期"


_ITEM = ("事项", "报送事项", "事项名称", "报送内容", "报送材料", "材料")
_DAY = ("收到日期", "收到时间", "收件日期", "收件时间", "报送日期", "报送时间", "日期", "是否报送", "是否收到")
_AXES = {**dict.fromkeys(_ITEM, Axis.ITEM), **dict.fromkeys(_DAY, Axis.DAY)}
# What else a table has beside its items, and what stands in a row that is no unit's.
_BESIDE = frozenset({"序号", "编号", "类别", "分组", "备注", "说明", "应报", "已报", "未报", "逾期", "完成率"})
_SUMS = frozenset({"合计", "小计", "总计", "共计"})


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell is: its sheet, empty in a .csv, and the name that Excel gives it."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"工作表“{self.sheet}” {self.cell}" if self.sheet else self.cell


@dataclass(frozen=True, slots=True)
class Heading:
    """The words by which a table names a unit or an item."""

    words: str
    place: CellPlace


@dataclass(frozen=True, slots=True)
class Marking:
    """A cell that says something of a unit's item; `unset`: a formula that nobody has computed."""

    unit: Heading
    item: Heading
    place: CellPlace
    text: str
    unset: bool


@dataclass(frozen=True, slots=True)
class Markings:
    """What the tables of a file say, the columns that mean nothing here, and what was not read, a line each."""

    cells: tuple[Marking, ...]
    ignored: tuple[str, ...]
    left_out: tuple[str, ...]


def find(sheets: Sheets) -> Markings:
    """The tables in `sheets`. Raises Contradiction where there is none."""
    found: list[_TableReader] = []
    left_out = list(sheets.left_out)
    for grid in sheets.grids:
        reader = _reader(grid)
        if reader is not None:
            found.append(reader)
            if sheets.either:
                break
        elif grid.cells and not sheets.either:
            left_out.append(f"工作表“{grid.name}”里没有找到列名，没有读")
    if not found:
        raise Contradiction(NO_HEADER)
    cells = tuple(cell for reader in found for cell in reader.cells())
    ignored = dict.fromkeys(name for reader in found for name in reader.ignored)
    hidden = [line for reader in found for line in hidden_in(reader.grid, several=len(found) > 1)]
    return Markings(cells, tuple(ignored), (*left_out, *hidden, *(line for reader in found for line in reader.sums)))


def _reader(grid: Grid) -> "_TableReader | None":
    for at, row in enumerate(grid.cells[:HEADER_WITHIN]):
        axes = {column: axis for column, words in enumerate(row) if (axis := _axis(words))}
        if Axis.UNIT in axes.values() or Axis.ITEM in axes.values():
            reader = _TableReader(grid, at, axes)
            if any(name.words for name in reader.columns.values()):
                return reader
    return None


def _axis(words: str) -> Axis | None:
    if column_called(words) is Column.UNIT:
        return Axis.UNIT
    return _AXES.get(bare(words))


class _TableReader:
    """One table, whose names stand in the row `at` of its sheet (from 0)."""

    def __init__(self, grid: Grid, at: int, axes: Mapping[int, Axis]) -> None:
        self.grid = grid
        self.ignored: list[str] = []
        self.sums: list[str] = []
        self._at = at
        self._places = {axis: column for column, axis in reversed(list(axes.items()))}
        self._listed = Axis.UNIT in self._places and Axis.ITEM in self._places
        self._unset = {(row, column) for row, column, _ in grid.unset}
        if self._listed and Axis.DAY not in self._places:
            raise Contradiction(NO_DATE)
        self.columns = self._named()

    def _named(self) -> dict[int, Heading]:
        """The columns of a matrix with their names, of which some are blank, or that of the dates in a list."""
        row = self.grid.cells[self._at]
        if self._listed:
            others = {column for column, words in enumerate(row) if words.strip()} - set(self._places.values())
            self.ignored += [_short(row[column]) for column in sorted(others)]
            return {self._places[Axis.DAY]: self._heading(self._at, self._places[Axis.DAY])}
        named = {}
        for column in range(max(map(len, self.grid.cells))):
            head = self._heading(self._at, column)
            if column in self._places.values():
                continue
            if bare(head.words) in _BESIDE or column_called(head.words) is not None:
                self.ignored.append(_short(head.words))
            else:
                named[column] = head
        return named

    def cells(self) -> Iterator[Marking]:
        """What each cell with something in it says."""
        corner = self._places.get(Axis.UNIT, self._places.get(Axis.ITEM, 0))
        for at, row in enumerate(self.grid.cells[self._at + 1 :], start=self._at + 1):
            head = self._heading(at, corner)
            if _axis(head.words) is not None:  # a table made for printing repeats its header on every page
                continue
            if bare(head.words) in _SUMS:
                self.sums.append(f"第 {at + 1} 行“{_short(head.words)}”没有读")
                continue
            for column, name in self.columns.items():
                text = row[column].strip() if column < len(row) else ""
                if text:
                    yield self._marking(at, column, head, name, text)

    def _marking(self, at: int, column: int, head: Heading, name: Heading, text: str) -> Marking:
        if self._listed:
            unit, item = head, self._heading(at, self._places[Axis.ITEM])
        else:
            unit, item = (head, name) if Axis.UNIT in self._places else (name, head)
        return Marking(unit, item, self._place(at, column), text, (at, column) in self._unset)

    def _heading(self, at: int, column: int) -> Heading:
        row = self.grid.cells[at]
        return Heading(row[column].strip() if column < len(row) else "", self._place(at, column))

    def _place(self, at: int, column: int) -> CellPlace:
        return CellPlace(self.grid.name, cell_name(at, column))


def _short(words: str) -> str:
    return "".join(words.split())[:20]
