"""The contacts as offices keep them, tables of .xlsx, .xls, .ods and .csv; and sheets to send."""

from cuibao.spreadsheet.columns import Column
from cuibao.spreadsheet.reading import Row, Table, place_of, read_rows
from cuibao.spreadsheet.sheets import sheet
from cuibao.spreadsheet.writing import write_table

__all__ = ["Column", "Row", "Table", "place_of", "read_rows", "sheet", "write_table"]
