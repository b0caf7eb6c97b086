"""Writing a table of contacts that Excel and WPS open as it is: no phone number is mangled, no cell is a formula."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from cuibao.errors import Contradiction
from cuibao.files import write_whole
from cuibao.spreadsheet.columns import Column
from cuibao.spreadsheet.separated import FORMULA_STARTS

AS_TEXT = "@"
WIDTHS = {Column.UNIT: 26, Column.ADDRESSES: 34, Column.EMAIL: 30, Column.LEADER_EMAIL: 30}
WIDTH = 16


def write_table(path: Path, rows: Sequence[Mapping[Column, str]]) -> None:
    """Write `rows` as .xlsx or .csv, by the name of `path`. Raises Contradiction; never writes over a file."""
    writers = {".xlsx": _workbook, ".csv": _separated}
    if path.suffix.lower() not in writers:
        raise Contradiction(f"{path}：文件名应以 .xlsx 或 .csv 结尾")
    if path.exists():
        raise Contradiction(f"{path}：已有这个文件，请换一个文件名")
    if not path.parent.is_dir():
        raise Contradiction(f"{path}：没有 {path.parent} 这个文件夹")
    try:
        write_whole(path, writers[path.suffix.lower()](rows))
    except OSError as trouble:
        raise Contradiction(f"{path}：写不进去（{trouble.strerror}）") from None


def _separated(rows: Sequence[Mapping[Column, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.value for column in Column])
    writer.writerows([_guarded(row.get(column, "")) for column in Column] for row in rows)
    return text.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for GBK


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _workbook(rows: Sequence[Mapping[Column, str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "通讯录"
    for at, column in enumerate(Column, start=1):
        head = sheet.cell(1, at, column.value)
        head.font, head.alignment = Font(bold=True), Alignment(horizontal="center")
        head.fill = PatternFill("solid", fgColor="E8EEF7")
        sheet.column_dimensions[get_column_letter(at)].width = WIDTHS.get(column, WIDTH)
        for number, row in enumerate(rows, start=2):
            cell = sheet.cell(number, at)
            assert isinstance(cell, Cell)
            cell.number_format = AS_TEXT
            if text := row.get(column):
                cell.value = text
                cell.data_type = "s"  # also where it begins with =
    sheet.freeze_panes = "B2"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
