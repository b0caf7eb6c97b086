"""The board taken out of the browser: as a workbook, or as one page."""

from collections.abc import Callable, Mapping
from pathlib import Path

from cuibao.errors import Contradiction
from cuibao.files import write_new
from cuibao.office import Office
from cuibao.service.views.board import Board
from cuibao.service.views.handout import handout
from cuibao.service.views.workbook import workbook


def export(office: Office, board: Board, path: Path) -> None:
    """Write the board to `path`, never over another file. Raises Contradiction."""
    written = FORMATS.get(path.suffix.lower())
    if written is None:
        raise Contradiction(f"{path}：文件名应以 {' 或 '.join(FORMATS)} 结尾")
    write_new(path, written(office, board))


def _page(office: Office, board: Board) -> bytes:
    return handout(office, board).encode("utf-8")


FORMATS: Mapping[str, Callable[[Office, Board], bytes]] = {".xlsx": workbook, ".html": _page}
