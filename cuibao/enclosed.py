"""The office's own files that go with letters, such as forms to fill in: which they are, by what name, how large.

A requirement names them by their path within its campaign's folder; `{unit}` in a name stands for the unit's id or its
name, so that each unit gets a file of its own.
"""

import re
from pathlib import Path, PurePosixPath

from cuibao.model import Requirement, Unit

UNIT = "{unit}"
# What no name of a file may have, on one system or another, nor the header of a mail.
UNFIT = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]')
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_LETTER = 5 * 1024 * 1024
# What may go with a letter, by its suffix: what mail servers let pass and an office opens.
OFFICE_OPEN = "application/vnd.openxmlformats-officedocument"
KINDS = {
    ".doc": "application/msword",
    ".docx": f"{OFFICE_OPEN}.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": f"{OFFICE_OPEN}.spreadsheetml.sheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": f"{OFFICE_OPEN}.presentationml.presentation",
    ".wps": "application/octet-stream",
    ".et": "application/octet-stream",
    ".pdf": "application/pdf",
    ".ofd": "application/octet-stream",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".zip": "application/zip",
    ".txt": 'text/plain; charset="utf-8"',
    ".csv": 'text/csv; charset="utf-8"',
}


def paths_for(given: str, unit: Unit) -> tuple[str, ...]:
    """What the file `given` by a requirement may be called for `unit`, within the campaign's folder."""
    if UNIT not in given:
        return (given,)
    # A name is no way into another folder.
    called = (word for word in (unit.id, unit.name) if "/" not in word)
    return tuple(given.replace(UNIT, word) for word in called)


def file_for(folder: Path, given: str, unit: Unit) -> Path | None:
    """The file of the campaign in `folder` that is `given` for `unit`; None where there is none. A link that leads out
    of the folder is none."""
    for path in paths_for(given, unit):
        found = folder / path
        if found.is_file() and found.resolve().is_relative_to(folder.resolve()):
            return found
    return None


def names_of(requirement: Requirement, unit: Unit) -> tuple[str, ...]:
    """What the files that go with `requirement` are called in a letter to `unit`."""
    return tuple(name_for(given, unit) for given in requirement.attach)


def name_for(given: str, unit: Unit) -> str:
    """What the file `given` is called in a letter: the unit's name, where each has its own."""
    return UNFIT.sub("_", PurePosixPath(given).name.replace(UNIT, unit.name))
