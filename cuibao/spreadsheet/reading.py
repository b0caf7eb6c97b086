"""Reading a table of contacts: all the sheets of a file that hold one, and what of it was left out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cuibao.errors import Contradiction
from cuibao.spreadsheet.columns import Column, Header, column_called, find_header
from cuibao.spreadsheet.grids import MOST_FILE, TOO_LARGE, Grid
from cuibao.spreadsheet.separated import read_separated

OLD_EXCEL, ZIP, WEB_PAGE = b"\xd0\xcf\x11\xe0", b"PK", b"<"
NO_HEADER = "没有找到列名。请在第一行写列名：单位、姓名、职务、电话、手机、邮箱"
DAMAGED = "打不开，可能已损坏或设了密码，请用 Excel 或 WPS 打开（有密码的去掉密码），另存为 .xlsx 后再导入"
OTHER_KINDS = "只能导入 .xlsx、.xls、.ods 或 .csv 文件，请用 Excel 或 WPS 另存为 .xlsx"
LETTERS = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheets:
    """What a file holds: its `grids`, where `either` the ways to read the only one of a .csv; `left_out`: what of the
    file was not read, a line each."""

    grids: Iterable[Grid]
    left_out: tuple[str, ...] = ()
    either: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something: `number` is the one that Excel shows beside it; blank cells are left out.

    `sheet` is named where a file has several with contacts. `unset` are its cells whose formulas hold no value.
    """

    number: int
    cells: Mapping[Column, str]
    sheet: str = ""
    unset: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where the row stands, in Chinese."""
        return place_of(self.sheet, self.number)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds, the names of its columns that mean nothing here, and what of it was left out, a line each."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def place_of(sheet: str, number: int) -> str:
    """第 3 行, with its sheet where that has to be said."""
    return f"{f'工作表“{sheet}”' if sheet else ''}第 {number} 行"


def read_rows(path: Path) -> Table:
    """The contacts in the .xlsx, .xls, .ods or .csv at `path`. Raises Contradiction, saying what to do about it."""
    return read_file(path, _contacts)


def read_file(path: Path, make: Callable[[Sheets], T]) -> T:
    """What `make` makes of the sheets in the .xlsx, .xls, .ods or .csv at `path`. Raises Contradiction, saying what to
    do about it, with the path before what `make` says."""
    try:
        if path.stat().st_size > MOST_FILE:
            raise Contradiction(f"{path}：{TOO_LARGE}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Contradiction(f"{path}：没有这个文件") from None
    except IsADirectoryError:
        raise Contradiction(f"{path}：是文件夹，应为 .xlsx 或 .csv 文件") from None
    except OSError as trouble:
        raise Contradiction(f"{path}：读不出来（{trouble.strerror}）") from None
    try:
        return make(_sheets_of(path.suffix.lower(), raw))
    except Contradiction as wrong:
        raise Contradiction(f"{path}：{wrong}") from None


def _contacts(sheets: Sheets) -> Table:
    if sheets.either:
        return _first_with_header(sheets.grids)
    return _all_with_header(tuple(sheets.grids), sheets.left_out)


def _sheets_of(suffix: str, raw: bytes) -> Sheets:
    if suffix in (".csv", ".txt"):
        return Sheets(read_separated(raw), either=True)
    if suffix not in (".xlsx", ".xlsm", ".xls", ".ods"):
        raise Contradiction(OTHER_KINDS)
    # Systems that hand out an .xls often write something else under that name.
    if raw.lstrip()[:1] == WEB_PAGE:
        raise Contradiction("其实是网页文件，请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入")
    grids, hidden, said = _sheets(suffix, raw)
    return Sheets(grids, (*(f"工作表“{name}”是隐藏的，没有读" for name in hidden), *said))


def _sheets(suffix: str, raw: bytes) -> tuple[list[Grid], list[str], list[str]]:
    """The sheets that are shown, the names of the others, and what is to be said of the format."""
    older = raw.startswith(OLD_EXCEL) or suffix == ".ods"
    # What is raised on a damaged file is anything: the zip's, the XML's, the library's own, calamine's panic.
    try:
        if older:
            from cuibao.spreadsheet.older import UNSEEN, read_older

            return (*read_older(raw), [UNSEEN])
        from cuibao.spreadsheet.workbook import read_workbook

        return (*read_workbook(raw), [])
    except (Contradiction, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        raise Contradiction(DAMAGED) from None


def _first_with_header(readings: Iterable[Grid]) -> Table:
    complaint = NO_HEADER
    for grid in readings:
        try:
            header = find_header(grid.cells)
        except Contradiction as wrong:
            complaint = str(wrong)
            continue
        if header is not None:
            return Table(tuple(_rows(grid, header, "")), header.ignored)
    raise Contradiction(complaint)


def _all_with_header(grids: Sequence[Grid], left_out: Sequence[str]) -> Table:
    found: list[tuple[Grid, Header]] = []
    without: list[str] = []
    complaint = ""
    for grid in grids:
        try:
            header = find_header(grid.cells)
        except Contradiction as wrong:
            complaint = complaint or f"{wrong}{_among_hidden(grid)}"
            without.append(f"工作表“{grid.name}”没有读：{wrong}{_among_hidden(grid)}")
            continue
        if header is not None:
            found.append((grid, header))
        elif grid.cells or grid.hidden_rows:
            without.append(f"工作表“{grid.name}”里没有找到列名，没有读{_among_hidden(grid)}")
    if not found:
        raise Contradiction(complaint or NO_HEADER + "".join(map(_among_hidden, grids)))
    several = len(found) > 1
    rows = [row for grid, header in found for row in _rows(grid, header, grid.name if several else "")]
    ignored = dict.fromkeys(name for _, header in found for name in header.ignored)
    hidden = [line for grid, _ in found for line in hidden_in(grid, several=several)]
    return Table(tuple(rows), tuple(ignored), (*without, *hidden, *left_out))


def hidden_in(grid: Grid, *, several: bool) -> Iterator[str]:
    """What is hidden in a sheet and so was not read, a line each; the sheet is named where there are `several`."""
    where = f"工作表“{grid.name}”里" if several else ""
    if grid.hidden_rows:
        yield f"{where}隐藏（或筛选掉）的 {grid.hidden_rows} 行没有读"
    if grid.hidden_columns:
        yield f"{where}隐藏的 {len(grid.hidden_columns)} 列没有读：{_letters(grid)}"


def _among_hidden(grid: Grid) -> str:
    """Where there may be what is missed in a sheet."""
    hidden = [f"{grid.hidden_rows} 行"] if grid.hidden_rows else []
    hidden += [f"{_letters(grid)} 列"] if grid.hidden_columns else []
    return f"（其中隐藏的 {'、'.join(hidden)}没有看）" if hidden else ""


def _letters(grid: Grid) -> str:
    more = "等" if len(grid.hidden_columns) > LETTERS else ""
    return "、".join(grid.hidden_columns[:LETTERS]) + more


def _rows(grid: Grid, header: Header, sheet: str) -> Iterator[Row]:
    unset: dict[int, dict[int, str]] = {}
    for at, column, name in grid.unset:
        if column in header.columns:
            unset.setdefault(at, {})[column] = name
    for at, row in enumerate(grid.cells[header.below :], start=header.below):
        broken = unset.get(at, {})
        held = {column: row[index].strip() for index, column in _within(header, row) if index not in broken}
        cells = {column: text for column, text in held.items() if text}
        # A table made for printing repeats its header on every page.
        if (cells or broken) and column_called(cells.get(Column.UNIT, "")) is not Column.UNIT:
            yield Row(at + 1, cells, sheet, tuple(broken.values()))


def _within(header: Header, row: Sequence[str]) -> Iterator[tuple[int, Column]]:
    return ((index, column) for index, column in header.columns.items() if index < len(row))
