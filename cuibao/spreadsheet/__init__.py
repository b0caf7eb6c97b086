"""Tables as offices keep them, of .xlsx, .xls, .ods and .csv: read cell by cell, and written."""

from cuibao.spreadsheet.columns import Column, bare, column_called
from cuibao.spreadsheet.grids import Grid, cell_name
from cuibao.spreadsheet.reading import Row, Sheets, Table, hidden_in, place_of, read_file, read_rows
from cuibao.spreadsheet.sheets import sheet
from cuibao.spreadsheet.worksheets import Tinted, Value, Worksheet, as_workbook
from cuibao.spreadsheet.writing import write_sheet, write_table

__all__ = [
    "Column",
    "Grid",
    "Row",
    "Sheets",
    "Table",
    "Tinted",
    "Value",
    "Worksheet",
    "as_workbook",
    "bare",
    "cell_name",
    "column_called",
    "hidden_in",
    "place_of",
    "read_file",
    "read_rows",
    "sheet",
    "write_sheet",
    "write_table",
]
