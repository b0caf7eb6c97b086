"""The board taken out of the browser: as a workbook."""

from pathlib import Path

from cuibao.errors import Contradiction
from cuibao.files import write_new
from cuibao.office import Office
from cuibao.service.views.board import Board
from cuibao.service.views.workbook import workbook


def export(office: Office, board: Board, path: Path) -> None:
    """Write the board to `path`, never over another file. Raises Contradiction."""
    if path.suffix.lower() != ".xlsx":
        raise Contradiction(f"{path}：文件名应以 .xlsx 结尾")
    write_new(path, workbook(office, board))
