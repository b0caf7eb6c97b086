"""The contacts as offices keep them: tables of .xlsx and .csv, and units.yaml changed without losing a comment."""

from cuibao.spreadsheet.columns import Column
from cuibao.spreadsheet.reading import Row, Table, read_rows
from cuibao.spreadsheet.units import UNITS_FILE, Changed, edited, replace_units
from cuibao.spreadsheet.writing import write_table

__all__ = ["UNITS_FILE", "Changed", "Column", "Row", "Table", "edited", "read_rows", "replace_units", "write_table"]
