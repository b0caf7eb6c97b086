"""contacts/: who the units are, which group each belongs to, and by what words a plan may call them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cuibao.errors import Faults
from cuibao.loading.documents import GroupEntry, GroupsDocument, PersonEntry, UnitEntry, UnitsDocument
from cuibao.loading.faults import Fault, Location, guesses, nearest, shown
from cuibao.loading.parsing import Parsed, parse
from cuibao.loading.sheet import Sheet
from cuibao.model import OFFICE, Person, Unit

UNITS_FILE = "units.yaml"


@dataclass(frozen=True, slots=True)
class Directory:
    """The units in the office's order, the groups' names, and the unit ids that each word stands for."""

    units: dict[str, Unit]
    groups: dict[str, str]
    words: dict[str, tuple[str, ...]]

    def resolve(self, words: Iterable[str]) -> tuple[str, ...]:
        """The ids of the units that `words` stand for, in the order of units.yaml, none twice. KeyError if unknown."""
        called = {unit for word in words for unit in self.words[word]}
        return tuple(unit for unit in self.units if unit in called)

    def named(self, words: object) -> tuple[str, ...]:
        """The ids of the units that a list as it stands in a file names, as far as its words are right."""
        told = [word.strip() for word in words if isinstance(word, str)] if isinstance(words, list) else []
        return self.resolve(word for word in told if word in self.words)

    def right_word(self, word: str) -> str:
        """What to write in place of a `word` that stands for no unit."""
        if "，" in word or "、" in word:
            return "几个单位之间应用英文逗号或各写一行"
        hint = nearest(word, self.words)
        return f"是否应为 {hint}" if hint else "应为 units.yaml 或 groups.yaml 中的一个"


def load_directory(folder: Path, faults: list[Fault]) -> Directory | None:
    """units.yaml and groups.yaml of `folder`; None, and the mistakes in `faults`, where they are not right."""
    before = len(faults)
    units = parse(UnitsDocument, folder / UNITS_FILE, faults)
    groups = parse(GroupsDocument, folder / "groups.yaml", faults)
    called = [*_words(units, "units", "单位")]
    faults += _repeated_words([*called, *_words(groups, "groups", "分组")])
    if units:
        faults += _reserved_ids(units)
    if units and groups:
        faults += _misplaced_members(units, groups, called)
    if len(faults) > before or not (units and units.document and groups and groups.document):
        return None
    return _directory(units.document, groups.document)


def load_units(folder: Path) -> dict[str, Unit]:
    """The units in `folder`, by id, in the office's order. Raises Faults, every mistake of both files."""
    faults: list[Fault] = []
    directory = load_directory(folder, faults)
    if directory is None:
        raise Faults([str(fault) for fault in faults])
    return directory.units


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that stands for a unit or a group, and where it is written."""

    sheet: Sheet
    place: Location
    text: str
    whose: str


def _words(parsed: Parsed[Any] | None, field: str, kind: str) -> Iterator[_Word]:
    """Every id, number, name and alias that a file gives, also where other parts of it are wrong."""
    if parsed is None:
        return
    for entry in parsed.places(field):
        whose = f"{kind}“{parsed.sheet.at((*entry, 'name'))}”"
        own = [(*entry, key) for key in ("id", "no", "name")]
        for place in [*own, *parsed.places(*entry, "aliases")]:
            text = parsed.sheet.at(place)
            if isinstance(text, str):
                yield _Word(parsed.sheet, place, text.strip(), whose)


def _repeated_words(words: Sequence[_Word]) -> Iterator[Fault]:
    """Words that stand for two things: a plan's owed_by could not say which it means."""
    first: dict[str, _Word] = {}
    for word in words:
        if word.text in first:
            other = first[word.text]
            where = f"{other.whose}（{other.sheet.path.name} 第 {other.sheet.line(other.place)} 行）"
            yield word.sheet.fault(word.place, f"与{where}重复，应各不相同，{shown(word.text)}")
        else:
            first[word.text] = word


def _reserved_ids(units: Parsed[UnitsDocument]) -> Iterator[Fault]:
    for entry in units.places("units"):
        if units.sheet.at((*entry, "id")) == OFFICE:
            yield units.sheet.fault((*entry, "id"), f"{OFFICE} 是本办公室自己的代号，应换一个，{shown(OFFICE)}")


def _misplaced_members(
    units: Parsed[UnitsDocument], groups: Parsed[GroupsDocument], called: Sequence[_Word]
) -> Iterator[Fault]:
    """Members that are no unit, and units that are not in exactly one group; `called` are the words for units."""
    ids = ((units.sheet.at((*entry, "id")), entry) for entry in units.places("units"))
    entries = {unit: entry for unit, entry in ids if isinstance(unit, str)}
    unit_at = {entry: unit for unit, entry in entries.items()}
    named = {word.text: unit_at.get(word.place[:2]) for word in called}
    guess = guesses(entries)
    group_of: dict[str, str] = {}
    for group in groups.places("groups"):
        name = str(groups.sheet.at((*group, "name")))
        for place in groups.places(*group, "members"):
            member = groups.sheet.at(place)
            if not isinstance(member, str):
                continue
            if member not in entries:
                hint = named.get(member) or guess(member)
                if hint:  # the unit that was meant is not reported as left out as well
                    group_of.setdefault(hint, name)
                question = f"，是否应为 {hint}" if hint else ""
                yield groups.sheet.fault(place, f"{UNITS_FILE} 中没有这个 id{question}，{shown(member)}")
            elif member in group_of:
                said = f"已列入分组“{group_of[member]}”，每个单位只应在一个分组，{shown(member)}"
                yield groups.sheet.fault(place, said)
            else:
                group_of[member] = name
    for unit, entry in entries.items():
        if unit not in group_of:
            said = f"不在任何分组，应列入 groups.yaml 的一个分组，{shown(unit)}"
            yield units.sheet.fault((*entry, "id"), said)


def _directory(listed: UnitsDocument, grouped: GroupsDocument) -> Directory:
    group_of = {member: group for group in grouped.groups for member in group.members}
    words: dict[str, tuple[str, ...]] = {}
    for unit in listed.units:
        words |= dict.fromkeys((unit.id, unit.no, unit.name, *unit.aliases), (unit.id,))
    for group in grouped.groups:
        words |= dict.fromkeys((group.id, group.name), group.members)
    return Directory(
        units={unit.id: _unit(unit, group_of[unit.id]) for unit in listed.units},
        groups={group.id: group.name for group in grouped.groups},
        words=words,
    )


def _unit(entry: UnitEntry, group: GroupEntry) -> Unit:
    return Unit(
        id=entry.id,
        no=entry.no,
        name=entry.name,
        aliases=entry.aliases,
        addresses=entry.addresses,
        liaison=_person(entry.liaison),
        leader=_person(entry.leader),
        group=group.id,
        register=entry.register or group.register,
        dates=dict(entry.dates),
    )


def _person(entry: PersonEntry | None) -> Person:
    if entry is None:
        return Person()
    return Person(name=entry.name, post=entry.post, phone=entry.phone, mobile=entry.mobile, email=entry.email)
