"""Writing sheets that Excel and WPS open as they are: dates are dates, no number is mangled, no text is a formula."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from cuibao.said import tamed
from cuibao.spreadsheet.separated import FORMULA_STARTS
from cuibao.times import local
from cuibao.tongue import say

AS_TEXT, AS_DAY, AS_MOMENT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
HEAD = "E8EEF7"
A4 = 9
# What Excel refuses in a text beside what moves or hides what stands beside it.
UNWRITABLE = re.compile("[\ufffe\uffff]")

Value: TypeAlias = str | int | date | None


@dataclass(frozen=True, slots=True)
class Tinted:
    """A value in a cell of this colour, six hexadecimal digits; `shown_as`: how Excel writes it, if not as ever."""

    value: Value
    tint: str
    shown_as: str = ""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet to write: the names of its columns under a line `above` them, and its rows; `widths` in characters.

    The names stay in sight and on every page, and so do the first `kept` columns; it is printed as wide as `across`
    pages.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value | Tinted]]
    widths: Sequence[int]
    above: str = ""
    kept: int = 1
    across: int = 1


def as_workbook(sheets: Sequence[Worksheet]) -> bytes:
    """The `sheets` as an .xlsx."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def as_separated(sheet: Worksheet) -> bytes:
    """The `sheet` as a .csv."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if sheet.above:
        writer.writerow([sheet.above])
    writer.writerow([_guarded(name) for name in sheet.head])
    writer.writerows([_guarded(_plain(value)) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig", errors="replace")  # without the mark Excel takes it for GBK


def _plain(value: Value | Tinted) -> str:
    bare = value.value if isinstance(value, Tinted) else value
    if isinstance(bare, datetime):
        return f"{local(bare):%Y-%m-%d %H:%M}"
    return "" if bare is None else str(bare)


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _fill(made: Any, sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    first = 2 if sheet.above else 1
    if sheet.above:
        _write(made.cell(1, 1), sheet.above)
    for at, name in enumerate(sheet.head, start=1):
        head = made.cell(first, at)
        _write(head, name)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=HEAD)
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        made.column_dimensions[get_column_letter(at)].width = sheet.widths[at - 1]
    tints = {value.tint for row in sheet.rows for value in row if isinstance(value, Tinted)}
    fills = {tint: PatternFill("solid", fgColor=tint) for tint in tints}
    for number, row in enumerate(sheet.rows, start=first + 1):
        for at, value in enumerate(row, start=1):
            cell = made.cell(number, at)
            _write(cell, value.value if isinstance(value, Tinted) else value)
            if isinstance(value, Tinted):
                cell.fill = fills[value.tint]
                cell.number_format = value.shown_as or cell.number_format
    _set_up(made, sheet, first)


def _write(cell: Any, value: Value) -> None:
    """Put `value` into `cell`; what is text, or typed there later, stays text, also where it begins with =."""
    if isinstance(value, datetime):
        cell.value, cell.number_format = local(value).replace(tzinfo=None), AS_MOMENT
    elif isinstance(value, date):
        cell.value, cell.number_format = value, AS_DAY
    elif isinstance(value, int):
        cell.value = value
    else:
        cell.number_format = AS_TEXT
        if value:
            cell.value = UNWRITABLE.sub("\ufffd", tamed(value))
            cell.data_type = "s"


def _set_up(made: Any, sheet: Worksheet, first: int) -> None:
    """What stays in sight, what can be filtered, and how it is printed: A4 across."""
    from openpyxl.utils import get_column_letter

    last, end = get_column_letter(len(sheet.head)), first + len(sheet.rows)
    made.freeze_panes = made.cell(first + 1, sheet.kept + 1).coordinate
    made.auto_filter.ref = f"A{first}:{last}{end}"
    made.print_area = f"A1:{last}{end}"
    made.print_title_rows = f"1:{first}"
    made.print_title_cols = f"A:{get_column_letter(sheet.kept)}"
    made.page_setup.orientation, made.page_setup.paperSize = "landscape", A4
    made.page_setup.fitToWidth, made.page_setup.fitToHeight = sheet.across, 0
    made.sheet_properties.pageSetUpPr.fitToPage = True
    made.oddFooter.center.text = say("&A　第 &P 页，共 &N 页")
