"""Whether the files that are to go with letters are there, for each unit that gets them, and small enough."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from pathlib import Path, PurePosixPath

from cuibao.enclosed import KINDS, LARGEST_FILE, LARGEST_LETTER, UNFIT, UNIT, file_for, paths_for
from cuibao.loading.directory import Directory
from cuibao.loading.documents import PlanDocument
from cuibao.loading.faults import Fault, Location, shown
from cuibao.loading.parsing import Parsed
from cuibao.model import Unit

MEGABYTE = 1024 * 1024
# How many units are named that have no file of their own.
NAMED = 5


def check_enclosed(folder: Path, plans: Sequence[Parsed[PlanDocument]], directory: Directory) -> Iterator[Fault]:
    """Each file of each plan, and then whether all that one unit gets is too much for one letter: an opening has it all
    where one phase asks for it."""
    good = []
    for plan in plans:
        for place in _places(plan):
            enclosed = _Enclosed(plan, place, str(plan.sheet.at(place)), _owing(plan, place, directory))
            if faults := list(_wrong(enclosed, folder)):
                yield from (plan.sheet.fault(place, said) for said in faults)
            else:
                good.append(enclosed)
    yield from islice(_too_heavy(good, folder), 1)  # what follows would be too much as well


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """A file as a plan gives it, where it does so, and the units that get it."""

    plan: Parsed[PlanDocument]
    place: Location
    given: str
    units: Sequence[Unit]


def _wrong(enclosed: _Enclosed, folder: Path) -> Iterator[str]:
    given = enclosed.given
    if wrong := _wrong_path(given):
        yield f"{wrong}，{shown(given)}"
        return
    found = {unit.id: file_for(folder, given, unit) for unit in enclosed.units}
    if lacking := [unit for unit in enclosed.units if found[unit.id] is None]:
        yield _lacking(folder, given, lacking)
    for path in dict.fromkeys(path for path in found.values() if path):
        yield from _wrong_size(path, path.stat().st_size)


def _too_heavy(good: Iterable[_Enclosed], folder: Path) -> Iterator[Fault]:
    got: dict[str, set[Path]] = {}
    sizes: dict[Path, int] = {}
    for each in good:
        for unit in each.units:
            path = file_for(folder, each.given, unit)
            assert path is not None
            sizes.setdefault(path, path.stat().st_size)
            got.setdefault(unit.id, set()).add(path)
            whole = sum(sizes[path] for path in got[unit.id])
            if whole > LARGEST_LETTER:
                said = f"连同前面各项，给{unit.name}的附件合计 {_megabytes(whole)}，一封信应不超过"
                yield each.plan.sheet.fault(each.place, f"{said} {_megabytes(LARGEST_LETTER)}")


def _places(plan: Parsed[PlanDocument]) -> Iterator[Location]:
    """Where files are given; what is no text is a fault of the file's shape already."""
    for item in plan.places("requirements"):
        yield from (each for each in plan.places(*item, "attach") if isinstance(plan.sheet.at(each), str))


def _wrong_path(given: str) -> str:
    """What is wrong with how a file is named; empty where nothing is."""
    path = PurePosixPath(given)
    if path.is_absolute() or ".." in path.parts or "\\" in given or given != given.strip():
        return "应为本攻坚战文件夹里的文件，写作 forms/汇总表.xlsx，文件夹之间用 /"
    if UNFIT.search(path.name):
        return '文件名里不能有 " * : < > ? | 这些符号'
    if path.suffix.lower() not in KINDS:
        return f"只能附 {'、'.join(kind.removeprefix('.') for kind in KINDS)} 文件，别的文件收信的邮箱可能拒收"
    return ""


def _owing(plan: Parsed[PlanDocument], place: Location, directory: Directory) -> list[Unit]:
    owed_by = plan.sheet.at((*place[:2], "owed_by"))
    words = owed_by if isinstance(owed_by, list) else []
    known = [word.strip() for word in words if isinstance(word, str) and word.strip() in directory.words]
    return [directory.units[unit] for unit in directory.resolve(known)]


def _lacking(folder: Path, given: str, units: Sequence[Unit]) -> str:
    if UNIT not in given:
        return f"没有这个文件，应放在 {folder / given}"
    names = "、".join(f"{unit.name}（{' 或 '.join(paths_for(given, unit))}）" for unit in units[:NAMED])
    more = f"等 {len(units)} 个单位" if len(units) > NAMED else ""
    return f"缺{names}{more}的文件，应放在 {folder}"


def _wrong_size(path: Path, size: int) -> Iterator[str]:
    if not size:
        yield f"{path} 是空文件"
    elif size > LARGEST_FILE:
        yield f"{path} 有 {_megabytes(size)}，每个附件应不超过 {_megabytes(LARGEST_FILE)}"


def _megabytes(size: int) -> str:
    """Rounded up: what is too large never reads as what is allowed."""
    return f"{ceil(10 * size / MEGABYTE) / 10:.1f}".removesuffix(".0") + " MB"
