"""Reading a table of contacts: .xlsx through openpyxl, .csv in whatever encoding Excel saved it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cuibao.errors import Contradiction
from cuibao.spreadsheet.columns import Column, Header, column_called, find_header

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
DELIMITERS = (",", "\t", ";")
# A sheet that was once formatted to its last row must not be read to there.
EMPTY_ROWS_AT_MOST = 1000
FORMULA_STARTS = ("=", "+", "-", "@")

Cells = list[list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something: `number` is the one that Excel shows beside it; blank cells are left out."""

    number: int
    cells: Mapping[Column, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds, and the names of its columns that mean nothing here."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]


def read_rows(path: Path) -> Table:
    """The contacts in the .xlsx or .csv at `path`. Raises Contradiction, saying what to do about it."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Contradiction(f"{path}：没有这个文件") from None
    except IsADirectoryError:
        raise Contradiction(f"{path}：是文件夹，应为 .xlsx 或 .csv 文件") from None
    except OSError as trouble:
        raise Contradiction(f"{path}：读不出来（{trouble.strerror}）") from None
    try:
        return _table(_candidates(path.suffix.lower(), raw))
    except Contradiction as wrong:
        raise Contradiction(f"{path}：{wrong}") from None


def _candidates(suffix: str, raw: bytes) -> Iterator[Cells]:
    """The ways to read a file: each sheet of a workbook, or each delimiter of a .csv."""
    if suffix == ".xls":
        raise Contradiction("是旧版 Excel 文件，请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入")
    if suffix in (".xlsx", ".xlsm"):
        return _sheets(raw)
    if suffix in (".csv", ".txt"):
        text = _decoded(raw)
        return (_separated(text, delimiter) for delimiter in DELIMITERS)
    raise Contradiction("只能导入 .xlsx 或 .csv 文件，请用 Excel 或 WPS 另存为 .xlsx")


def _table(candidates: Iterator[Cells]) -> Table:
    complaint = "没有找到列名。请在第一行写列名：单位、姓名、职务、电话、手机、邮箱"
    for rows in candidates:
        try:
            header = find_header(rows)
        except Contradiction as wrong:
            complaint = str(wrong)
            continue
        if header is not None:
            return Table(tuple(_rows(rows, header)), header.ignored)
    raise Contradiction(complaint)


def _rows(rows: Cells, header: Header) -> Iterator[Row]:
    for number, row in enumerate(rows[header.below :], start=header.below + 1):
        held = {column: row[at].strip() for at, column in header.columns.items() if at < len(row)}
        cells = {column: text for column, text in held.items() if text}
        # A table made for printing repeats its header on every page.
        if cells and column_called(cells.get(Column.UNIT, "")) is not Column.UNIT:
            yield Row(number, cells)


def _decoded(raw: bytes) -> str:
    """Excel saves UTF-8, GBK (“CSV”) or UTF-16 (“Unicode 文本”), and only some of them say so."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Contradiction("认不出文字编码，请用 Excel 或 WPS 另存为 .xlsx")


def _separated(text: str, delimiter: str) -> Cells:
    try:
        return [[_unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:
        raise Contradiction("不是完整的 CSV 文件，请用 Excel 或 WPS 另存为 .xlsx") from None


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe by which an export keeps Excel from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _sheets(raw: bytes) -> Iterator[Cells]:
    from openpyxl import load_workbook

    if raw.startswith(OLD_EXCEL):
        raise Contradiction("是旧版 Excel 文件或设了密码，请去掉密码，另存为 .xlsx 后再导入")
    # What openpyxl raises on a damaged file is anything: its zip's, its XML's, its own.
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheets = []
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # WPS writes dimensions that do not hold
                sheets.append(_held(sheet.iter_rows(values_only=True)))
    except Exception:
        raise Contradiction("打不开，可能已损坏或不是真正的 .xlsx，请用 Excel 或 WPS 打开后另存为 .xlsx") from None
    return iter(sheets)


def _held(rows: Iterator[Sequence[object]]) -> Cells:
    held: Cells = []
    empty = 0
    for row in rows:
        cells = [_text(value) for value in row]
        empty = 0 if any(cells) else empty + 1
        held.append(cells)
        if empty > EMPTY_ROWS_AT_MOST:
            break
    return held


def _text(value: object) -> str:
    """What a cell shows: a number that Excel made of a phone number is its digits again."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
