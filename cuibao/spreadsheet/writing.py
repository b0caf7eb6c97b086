"""Writing a table of contacts that Excel and WPS open as it is: no phone number is mangled, no cell is a formula."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cuibao.errors import Contradiction
from cuibao.files import write_new
from cuibao.spreadsheet.columns import Column
from cuibao.spreadsheet.worksheets import Worksheet, as_separated, as_workbook

WIDTHS = {Column.UNIT: 26, Column.ADDRESSES: 34, Column.EMAIL: 30, Column.LEADER_EMAIL: 30}
WIDTH = 16


def write_table(path: Path, rows: Sequence[Mapping[Column, str]]) -> None:
    """Write the contacts in `rows`; see `write_sheet`."""
    written = [[row.get(column, "") for column in Column] for row in rows]
    widths = [WIDTHS.get(column, WIDTH) for column in Column]
    write_sheet(path, Worksheet("通讯录", [column.value for column in Column], written, widths))


def write_sheet(path: Path, sheet: Worksheet) -> None:
    """Write `sheet` as .xlsx or .csv, by the name of `path`. Raises Contradiction; never writes over a file."""
    if path.suffix.lower() == ".xlsx":
        write_new(path, as_workbook([sheet]))
    elif path.suffix.lower() == ".csv":
        write_new(path, as_separated(sheet))
    else:
        raise Contradiction(f"{path}：文件名应以 .xlsx 或 .csv 结尾")
