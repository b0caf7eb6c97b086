"""The contacts as offices keep them: tables of .xlsx and .csv, and units.yaml changed without losing a comment."""

from cuibao.contacts.columns import Column
from cuibao.contacts.exporting import write_table
from cuibao.contacts.reading import Row, Table, read_rows
from cuibao.contacts.units import UNITS_FILE, Changed, edited, replace_units

__all__ = ["UNITS_FILE", "Changed", "Column", "Row", "Table", "edited", "read_rows", "replace_units", "write_table"]
