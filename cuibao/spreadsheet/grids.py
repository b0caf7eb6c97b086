"""What the sheets of a file hold, whatever its format, and how much of it is taken before it is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cuibao.errors import Contradiction

# An office has some hundred units; whatever is larger than this is no table of them.
MOST_ROWS = 20_000
MOST_COLUMNS = 256
MOST_FILE = 50 * 2**20  # bytes
# A sheet that was once formatted to its last row must not be read to there.
EMPTY_ROWS_AT_MOST = 1000

TOO_MANY_ROWS = f"有内容的行超过 {MOST_ROWS} 行，不像各单位的表。请只留要导入的内容，另存后再导入"
TOO_WIDE = f"有内容的列超过 {MOST_COLUMNS} 列，不像各单位的表。请只留要导入的内容，另存后再导入"
TOO_LARGE = "展开后的内容太多，不像各单位的表（常见的是整列设了格式）。请把有内容的行复制到一张新表里，另存后再导入"

Cells: TypeAlias = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: `cells` by row and column from 0, the last ones with something in them.

    What is hidden (`hidden_rows` with something in them, `hidden_columns` by their letters) is blank in `cells`.
    `unset` are the formulas that nobody has computed, by row and column, with the names that Excel gives their cells.
    """

    name: str
    cells: Cells
    hidden_rows: int = 0
    hidden_columns: tuple[str, ...] = ()
    unset: tuple[tuple[int, int, str], ...] = ()


class Filling:
    """The rows of a file as they are read, one sheet after the other; a row too many is refused as soon as it comes."""

    def __init__(self) -> None:
        self._held = 0

    def sheet(self, rows: Iterable[tuple[int, Sequence[str]]]) -> list[list[str]]:
        """The cells of a sheet from its `rows`, numbered from 0. Raises Contradiction.

        What stands below a long run of empty rows is not read.
        """
        cells: list[list[str]] = []
        last = -1
        for number, row in rows:
            if number - last > EMPTY_ROWS_AT_MOST:
                break
            kept = _without_blanks(row)
            if not kept:
                continue
            self.count()
            if len(kept) > MOST_COLUMNS:
                raise Contradiction(TOO_WIDE)
            cells += [[] for _ in range(number - len(cells))]
            cells.append(kept)
            last = number
        return cells

    def count(self) -> None:
        """One more row with something in it. Raises Contradiction where it is one too many."""
        self._held += 1
        if self._held > MOST_ROWS:
            raise Contradiction(TOO_MANY_ROWS)


def cell_name(row: int, column: int) -> str:
    """What Excel calls the cell at `row` and `column`, both from 0: C7."""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def text_of(value: object) -> str:
    """What a cell shows: a number that Excel made of a phone number is its digits again."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _without_blanks(row: Sequence[str]) -> list[str]:
    """`row` to its last cell with something in it."""
    length = len(row)
    while length and not row[length - 1].strip():
        length -= 1
    return list(row[:length])
