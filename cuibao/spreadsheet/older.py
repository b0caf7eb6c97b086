"""Tables of .xls and .ods through calamine, which sees neither what is hidden nor what is a formula."""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from cuibao.errors import Contradiction
from cuibao.spreadsheet.grids import MOST_ROWS, TOO_LARGE, TOO_MANY_ROWS, Filling, Grid, text_of

UNSEEN = "这种格式里看不出哪些行、列是隐藏的，也看不出哪些公式没有算出结果，都按表里存的内容读了，请核对"
MOST_IN_ODS = 32 * 2**20  # bytes of XML
MOST_CELLS = 5_000_000

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def read_older(raw: bytes) -> tuple[list[Grid], list[str]]:
    """The sheets that are shown, and the names of the others. Raises Contradiction where there is too much of them,
    and whatever a damaged file makes calamine raise."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    if raw.startswith(b"PK"):
        require_modest(raw)
    filling = Filling()
    with _panic_unsaid():
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
        shown = [Grid(name, filling.sheet(_rows(book.get_sheet_by_name(name)))) for name in visible]
    return shown, [sheet.name for sheet in book.sheets_metadata if sheet.name not in visible]


@contextmanager
def _panic_unsaid() -> Iterator[None]:
    """What a damaged file makes calamine say on standard error, in a programmer's English, before it is raised."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[str]]]:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Contradiction(TOO_LARGE)
    rows = sheet.to_python(skip_empty_area=False)
    return ((number, [text_of(value) for value in row]) for number, row in enumerate(rows))


def require_modest(raw: bytes) -> None:
    """Raise Contradiction where the .ods `raw` says in few words that it has many cells: calamine would make room for
    them all. Raises BadZipFile, ParseError, ValueError."""
    with ZipFile(io.BytesIO(raw)) as file:
        if sum(part.file_size for part in file.infolist() if part.filename.endswith(".xml")) > MOST_IN_ODS:
            raise Contradiction(TOO_LARGE)
        with file.open("content.xml") as content:
            rows, last, width = 0, 0, 0
            for _, element in iterparse(content):
                if element.tag == f"{_TABLE}table-row":
                    repeated = int(element.get(f"{_TABLE}number-rows-repeated", 1))
                    rows += repeated
                    if held := _width(element):
                        last, width = rows, max(width, held)
                        if repeated > MOST_ROWS:
                            raise Contradiction(TOO_MANY_ROWS)
                    element.clear()
                elif element.tag == f"{_TABLE}table":
                    _require_area(last, width)
                    rows, last, width = 0, 0, 0
                    element.clear()


def _require_area(rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise Contradiction(TOO_LARGE)


def _width(row: Element) -> int:
    """How many columns there are up to the last cell of `row` with something in it."""
    at, held = 0, 0
    for cell in row:
        at += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        if len(cell) or len(cell.attrib.keys() - {f"{_TABLE}number-columns-repeated", f"{_TABLE}style-name"}):
            held = at
    return held
