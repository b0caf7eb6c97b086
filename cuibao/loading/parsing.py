"""A file read into its shape, its mistakes set aside so that the other files are read too."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from cuibao.loading.faults import Fault, Location
from cuibao.loading.shapes import Document, Wrong
from cuibao.loading.sheet import Sheet, read_sheet

D = TypeVar("D", bound=Document)
Part = TypeVar("Part", bound=Document)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[D]):
    """A file that is good YAML; `document` is None where its shape is not right."""

    sheet: Sheet
    document: D | None

    def part(self, shape: type[Part], *location: str | int) -> Part | None:
        """What stands at `location`, if that much is right, however wrong the rest of the file is."""
        if self.document is not None:
            return _within(shape, self.document, location)
        try:
            return shape.read(self.sheet.at(location))
        except Wrong:
            return None

    def places(self, *location: str | int) -> list[Location]:
        """The location of each entry of the list at `location`; none where there is no list."""
        entries = self.sheet.at(location)
        return [(*location, index) for index in range(len(entries))] if isinstance(entries, list) else []


def parse(shape: type[D], path: Path, faults: list[Fault]) -> Parsed[D] | None:
    """The file at `path` read as a `shape`; every mistake is added to `faults`. None where it is not even YAML."""
    sheet = read_sheet(path, faults)
    if sheet is None:
        return None
    try:
        return Parsed(sheet, shape.read(sheet.data))
    except Wrong as wrong:
        faults += [sheet.fault(location, said) for location, said in wrong.found]
        return Parsed(sheet, None)


def _within(shape: type[Part], document: Document, location: Location) -> Part | None:
    """The part of a good document: already read, so not read again."""
    part: Any = document
    for step in location:
        part = part[step] if isinstance(step, int) else getattr(part, step, None)
    return part if isinstance(part, shape) else None
