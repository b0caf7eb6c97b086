"""Writing a plain sheet: columns of dates and words, the same bytes for the same rows."""

import io
import re
from datetime import date
from functools import lru_cache
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

DATE = "yyyy-mm-dd"
_PROPERTIES = "docProps/core.xml"
_MOMENTS = re.compile(rb"<dcterms:(created|modified).*?</dcterms:\1>")


@lru_cache(maxsize=64)  # units that owe the same get the same
def sheet(title: str, columns: tuple[tuple[str, int], ...], rows: tuple[tuple[date | str, ...], ...]) -> bytes:
    """A workbook of one sheet called `title`: `columns` by name with their widths in characters, a date as a date.

    No cell is a formula, whatever its words. It prints a page wide, with its head on every page.
    """
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    made = book.worksheets[0]
    made.title = title
    thin = Side(style="thin", color="B8C0CC")
    lines, wrapped = Border(left=thin, right=thin, top=thin, bottom=thin), Alignment(vertical="top", wrap_text=True)
    for at, (name, width) in enumerate(columns, start=1):
        head = made.cell(1, at, name)
        head.font, head.fill, head.border = Font(bold=True), PatternFill("solid", fgColor="E8EEF7"), lines
        made.column_dimensions[get_column_letter(at)].width = width
        for number, row in enumerate(rows, start=2):
            cell = made.cell(number, at, row[at - 1] or None)
            assert isinstance(cell, Cell)
            cell.alignment, cell.border = wrapped, lines
            if isinstance(row[at - 1], date):
                cell.number_format = DATE
            elif cell.value is not None:
                cell.data_type = "s"  # also where it begins with =
    made.freeze_panes = "A2"
    made.auto_filter.ref = made.dimensions
    made.print_title_rows = "1:1"
    made.page_setup.orientation, made.page_setup.fitToHeight = "landscape", 0
    made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    held = io.BytesIO()
    book.save(held)
    return _timeless(held.getvalue())


def _timeless(book: bytes) -> bytes:
    """The same workbook without the moment of its making: the bytes of a letter must not depend on it."""
    held = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as made, ZipFile(held, "w") as kept:
        for name in made.namelist():
            data = made.read(name)
            data = _MOMENTS.sub(b"", data) if name == _PROPERTIES else data
            kept.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return held.getvalue()
