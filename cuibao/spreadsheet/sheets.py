"""A sheet to send: the same bytes for the same rows, whenever it is made."""

import io
import re
from datetime import date
from functools import lru_cache
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cuibao.spreadsheet.worksheets import Worksheet, as_workbook

_PROPERTIES = "docProps/core.xml"
_MOMENTS = re.compile(rb"<dcterms:(created|modified).*?</dcterms:\1>")


@lru_cache(maxsize=64)  # units that owe the same get the same
def sheet(title: str, columns: tuple[tuple[str, int], ...], rows: tuple[tuple[date | str, ...], ...]) -> bytes:
    """A workbook of one sheet called `title`: `columns` by name with their widths in characters, and its rows."""
    names, widths = zip(*columns, strict=True)
    return _timeless(as_workbook([Worksheet(title, names, rows, widths)]))


def _timeless(book: bytes) -> bytes:
    """The same workbook without the moment of its making: the bytes of a letter must not depend on it."""
    held = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as made, ZipFile(held, "w") as kept:
        for name in made.namelist():
            data = made.read(name)
            data = _MOMENTS.sub(b"", data) if name == _PROPERTIES else data
            kept.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return held.getvalue()
