"""The board taken out of the browser: as a workbook, or as one page."""

from collections.abc import Callable, Mapping
from itertools import chain, count
from pathlib import Path

from cuibao.errors import Contradiction, CuibaoError
from cuibao.files import make_folder, write_new
from cuibao.office import Office
from cuibao.service.views.board import Board
from cuibao.service.views.handout import handout
from cuibao.service.views.workbook import workbook
from cuibao.tongue import say


def export(office: Office, board: Board, path: Path) -> None:
    """Write the board to `path`, never over another file. Raises Contradiction."""
    written = FORMATS.get(path.suffix.lower())
    if written is None:
        raise Contradiction(say("{path}：文件名应以 {listed} 结尾", path=path, listed=say(" 或 ").join(FORMATS)))
    write_new(path, written(office, board))


def leave(office: Office, board: Board) -> tuple[Path, ...]:
    """Write the board to the home in every format, for the office's user alone, under the day and the hour that it
    shows: where these files are. Raises CuibaoError."""
    folder = office.settings.home / "exports"
    try:
        make_folder(folder, private=True)
    except OSError as trouble:
        raise CuibaoError(say("写不了 {folder}：{strerror}", folder=folder, strerror=trouble.strerror)) from None
    paths = _unused(
        folder, say("报送情况{rehearsal} {as_of:%Y-%m-%d %H%M}", rehearsal=office.rehearsal, as_of=board.as_of)
    )
    for path in paths:
        write_new(path, FORMATS[path.suffix](office, board), private=True)
    return paths


def _unused(folder: Path, name: str) -> tuple[Path, ...]:
    """A path for each format, under `name` or the first number behind it that no file has."""
    numbered = chain([name], (say("{name}（{number}）", name=name, number=number) for number in count(2)))
    named = (tuple(folder / f"{each}{suffix}" for suffix in FORMATS) for each in numbered)
    return next(paths for paths in named if not any(path.exists() for path in paths))


def _page(office: Office, board: Board) -> bytes:
    return handout(office, board).encode("utf-8")


FORMATS: Mapping[str, Callable[[Office, Board], bytes]] = {".xlsx": workbook, ".html": _page}
