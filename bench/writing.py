"""How fast a morning's letters get into the outbox folder, each noted in the ledger before and after."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import Figure, medians, seconds
from cuibao.files import write_whole
from cuibao.office import open_office
from cuibao.service.letters import morning
from cuibao.settings import read_settings
from cuibao.times import parse_moment

ROUNDS = 3
MORNING = parse_moment("2022-06-21T08:30")
LETTERS, FILES = "letters", "the same files, written and synced alone"


def figures() -> Iterator[Figure]:
    """The first morning of an office that begins in June: a letter to everybody, each with the year's calendar."""
    written: list[bytes] = []
    found = medians({LETTERS: lambda: _letters(written), FILES: lambda: _files(written)}, ROUNDS)
    yield Figure("a morning's letters to the outbox", found[LETTERS], {FILES: found[FILES]}, pieces=len(written))


def _letters(written: list[bytes]) -> float:
    with TemporaryDirectory() as home, open_office(read_settings({"CUIBAO_HOME": home})) as office:
        _ = office.ledger, office.templates  # made once in the life of an office, and once in that of a process
        found = seconds(lambda: morning.run(office, MORNING))
        written[:] = [path.read_bytes() for path in (Path(home) / "outbox").glob("*.eml")]
    return found


def _files(written: list[bytes]) -> float:
    with TemporaryDirectory() as folder:
        return seconds(lambda: _write(Path(folder), written))


def _write(folder: Path, written: list[bytes]) -> None:
    for number, data in enumerate(written):
        write_whole(folder / f"{number}.eml", data, durable=True)
