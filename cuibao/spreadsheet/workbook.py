"""An .xlsx through openpyxl, row by row: what is hidden or was never computed is seen, what is huge is refused."""

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from cuibao.errors import Contradiction
from cuibao.spreadsheet.grids import MOST_COLUMNS, TOO_LARGE, TOO_WIDE, Filling, Grid, text_of

# Bytes of XML. Sheets are read row by row, all other parts at once; pictures not at all.
MOST_IN_SHEETS = 64 * 2**20
MOST_ELSEWHERE = 32 * 2**20
LAST_COLUMN = 16_384  # XFD
HIDDEN = frozenset({"1", "true"})


def require_modest(raw: bytes) -> None:
    """Raise Contradiction where the parts of the zip `raw` say that they are large; Python reads no more of a part
    than it says. Raises BadZipFile."""
    with ZipFile(io.BytesIO(raw)) as file:
        parts = [part for part in file.infolist() if "/media/" not in part.filename]
    sheets = sum(part.file_size for part in parts if part.filename.startswith("xl/worksheets/"))
    if sheets > MOST_IN_SHEETS or sum(part.file_size for part in parts) - sheets > MOST_ELSEWHERE:
        raise Contradiction(TOO_LARGE)


def read_workbook(raw: bytes) -> tuple[list[Grid], list[str]]:
    """The sheets that are shown, and the names of the others. Raises Contradiction where there is too much of them,
    and whatever a damaged file makes openpyxl raise."""
    require_modest(raw)
    filling = Filling()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it would not save again
        book: Any = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        shown = [_grid(sheet, filling) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return shown, [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]


def _grid(sheet: Any, filling: Filling) -> Grid:
    book = sheet.parent
    with sheet._get_source() as source:
        reader = _SheetRows(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        cells = filling.sheet(reader.rows(filling))
    return Grid(
        sheet.title,
        cells,
        hidden_rows=reader.hidden_rows,
        hidden_columns=tuple(get_column_letter(column) for column in sorted(reader.hidden_with_text)),
        unset=tuple(reader.unset),
    )


class _SheetRows(WorkSheetParser):
    """openpyxl's own parser, which is told of hidden rows and columns and of formulas, and says nothing of them."""

    hidden_rows = 0

    def __init__(self, *source: Any, **known: Any) -> None:
        super().__init__(*source, **known)
        self.hidden_with_text: set[int] = set()
        self.unset: list[tuple[int, int, str]] = []
        self._hidden: set[int] = set()
        self._spans = 0

    def rows(self, filling: Filling) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows that are shown, numbered from 0, with nothing in the columns that are not."""
        for number, (hidden, found) in self.parse():
            held = [cell for cell in found if cell["value"] not in (None, "") or cell["data_type"] == "unset"]
            if hidden:
                if held:
                    filling.count()
                    self.hidden_rows += 1
                continue
            yield number - 1, self._shown(held)

    def _shown(self, held: Sequence[Mapping[str, Any]]) -> Sequence[str]:
        row = [""] * max((cell["column"] for cell in held), default=0)
        for cell in held:
            column = cell["column"]
            if column in self._hidden:
                self.hidden_with_text.add(column)
            elif cell["data_type"] == "unset":
                name = f"{get_column_letter(column)}{cell['row']}"
                self.unset.append((cell["row"] - 1, column - 1, name))
                row[column - 1] = f"（{name}）"
            else:
                row[column - 1] = text_of(cell["value"])
        return row

    def parse_row(self, row: Any) -> Any:
        """As openpyxl does, with whether the row is hidden."""
        number, cells = super().parse_row(row)
        self.row_dimensions.clear()
        return number, (_is_hidden(row, "ht"), cells)

    def parse_column_dimensions(self, col: Any) -> None:
        """Only whether the columns are hidden."""
        self._spans += 1
        if self._spans > MOST_COLUMNS:
            raise Contradiction(TOO_WIDE)
        if _is_hidden(col, "width"):
            self._hidden.update(range(int(col.get("min", 0)), min(int(col.get("max", 0)), LAST_COLUMN) + 1))

    def parse_cell(self, element: Any) -> Any:
        """As openpyxl does; a formula without a value, which it takes for a blank cell, is called unset.

        A formula that came to an empty text says that it did.
        """
        cell = super().parse_cell(element)
        if cell["value"] is None and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "unset"
        return cell


def _is_hidden(element: Any, size: str) -> bool:
    return element.get("hidden") in HIDDEN or element.get(size) in ("0", "0.0")
