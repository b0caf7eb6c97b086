"""A .csv in whatever encoding, and with whatever delimiter, Excel saved it."""

import csv
import io
from collections.abc import Iterator

from cuibao.errors import Contradiction
from cuibao.spreadsheet.grids import TOO_LARGE, Filling, Grid

DELIMITERS = (",", "\t", ";")
FORMULA_STARTS = ("=", "+", "-", "@")
MOST_TEXT = 20 * 2**20  # bytes


def read_separated(raw: bytes) -> Iterator[Grid]:
    """The ways to read the text `raw`, by one delimiter after the other. Raises Contradiction."""
    if len(raw) > MOST_TEXT:
        raise Contradiction(TOO_LARGE)
    text = _decoded(raw)
    return (Grid("", _separated(text, delimiter)) for delimiter in DELIMITERS)


def _decoded(raw: bytes) -> str:
    """Excel saves UTF-8, GBK (“CSV”) or UTF-16 (“Unicode 文本”), and only some of them say so."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Contradiction("认不出文字编码，请用 Excel 或 WPS 另存为 .xlsx")


def _separated(text: str, delimiter: str) -> list[list[str]]:
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        return Filling().sheet(enumerate([_unguarded(cell) for cell in row] for row in rows))
    except csv.Error:
        raise Contradiction("不是完整的 CSV 文件，请用 Excel 或 WPS 另存为 .xlsx") from None


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe by which an export keeps Excel from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
