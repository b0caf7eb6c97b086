"""The office's own files that go with a letter: the forms of what it asks for."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from cuibao.enclosed import KINDS, LARGEST_LETTER, file_for, name_for
from cuibao.errors import Faults
from cuibao.model import Campaign, Letter, Period
from cuibao.rendering.mime import Enclosure


def forms(asked_for: Iterable[Period], letter: Letter, campaign: Campaign) -> tuple[Enclosure, ...]:
    """The files of the campaign that go with what a letter asks for, each once.

    Raises Faults for one that is gone since the campaign was read, and where they are too large together: what is
    checked then is how much there can be in any letter.
    """
    found = tuple(_read(asked_for, letter, campaign))
    if (size := sum(len(each.data) for each in found)) > LARGEST_LETTER:
        raise Faults([f"{campaign.files}：随信附件合计 {size} 字节，超过一封信的上限 {LARGEST_LETTER} 字节"])
    return found


def _read(asked_for: Iterable[Period], letter: Letter, campaign: Campaign) -> Iterator[Enclosure]:
    paths: set[Path] = set()
    names: dict[str, str] = {}
    for period, given in _given(asked_for):
        theirs, requirement = campaign.of(period.plan), period.requirement
        path = file_for(theirs.files, given, letter.unit)
        if path is None:
            where = theirs.files / given
            raise Faults([f"{where}：没有{letter.unit.name}的这个文件，它应随“{requirement.title}”的信附上"])
        if path in paths:
            continue
        name = name_for(given, letter.unit)
        if name in names:  # of another folder, or of another campaign
            other = names[name] != theirs.id
            name = f"{theirs.reference if other else requirement.title}-{name}"
        paths.add(path)
        names[name] = theirs.id
        kind = KINDS.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
        yield Enclosure(name, kind, path.read_bytes())


def _given(asked_for: Iterable[Period]) -> Iterator[tuple[Period, str]]:
    for period in asked_for:
        for given in period.requirement.attach:
            yield period, given
