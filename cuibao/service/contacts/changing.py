"""The contacts, brought up to date from a table or a form, and handed out as one; units.yaml stays the source."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cuibao.errors import Contradiction, Faults
from cuibao.loading import UNITS_FILE, is_mailbox, load_units
from cuibao.loading.editing import Changed, Place, edited, replace_units
from cuibao.model import Unit
from cuibao.office import Office
from cuibao.service.contacts.cells import Filled, called, filled
from cuibao.service.contacts.rows import Rejected, named, refused, unset
from cuibao.service.entries.lookup import unit_named
from cuibao.service.letters.addresses import addresses_of
from cuibao.spreadsheet import Column, Table, read_rows, write_table
from cuibao.tongue import say

SEVERAL = "、"
SHOWN = 5
# Where units.yaml keeps what a column holds, by names that a `Unit` has too.
PLACES: Mapping[Column, Place] = {
    Column.ADDRESSES: ("addresses",),
    Column.NAME: ("liaison", "name"),
    Column.POST: ("liaison", "post"),
    Column.PHONE: ("liaison", "phone"),
    Column.MOBILE: ("liaison", "mobile"),
    Column.EMAIL: ("liaison", "email"),
    Column.LEADER_NAME: ("leader", "name"),
    Column.LEADER_POST: ("leader", "post"),
    Column.LEADER_PHONE: ("leader", "phone"),
    Column.LEADER_MOBILE: ("leader", "mobile"),
    Column.LEADER_EMAIL: ("leader", "email"),
}
# A leader's columns by a liaison's: what is said of a person, whoever it is.
_ALIKE = {
    column: next(other for other, their in PLACES.items() if their == ("liaison", place[-1]))
    for column, place in PLACES.items()
    if place[0] == "leader"
}


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one unit; `old` is empty where there was none, several addresses are joined by “、”."""

    unit: str
    name: str
    column: Column
    old: str
    new: str

    @property
    def field(self) -> str:
        """What the value is, in Chinese."""
        return self.column.value


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; `base` is units.yaml as it was, of the `folder` of the contacts in which the units are
    that it changes; `confirmed` are the addresses somebody has just given.

    `left_out`: what of the file was not read, a line each.
    """

    changes: tuple[Change, ...]
    rejected: tuple[Rejected, ...]
    unchanged: tuple[str, ...]
    ignored: tuple[str, ...]
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]
    confirmed: tuple[str, ...]
    base: bytes
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written; `confirmed_addresses` somebody has just given."""

    changes: tuple[Change, ...]
    unchanged: tuple[str, ...]
    warnings: tuple[str, ...]
    confirmed_addresses: tuple[str, ...]


def read_table(path: Path) -> Table:
    """The table at `path`. Raises Contradiction, saying what to do about it."""
    return read_rows(path)


def plan_import(office: Office, rows: Table) -> ImportPlan:
    """What taking in `rows` would change. A blank cell keeps what there is; a row with a mistake is left out whole.

    Only an address that is new to its unit counts as confirmed: a table repeats all the others unread. Raises
    Contradiction where units.yaml cannot be read, or units of two of them would be changed.
    """
    bases = {folder: _units_file(office, folder) for folder in {each.contacts for each in office.campaign.each}}
    found_units, rejected = named(office, rows.rows)
    changes: list[Change] = []
    unchanged, warnings = [], []
    told: dict[str, Filled] = {}
    for row, unit in found_units:
        found = filled(_values(unit), row.cells)
        faults = [*unset(row), *found.faults]
        if faults:
            rejected.append(refused(row, unit.name, say("；").join(faults)))
            continue
        own = _changes(unit, found)
        changes += own
        told[unit.id] = found
        warnings += [
            say("{place}（{unit}）：{warning}", place=row.place, unit=unit.name, warning=warning)
            for warning in found.warnings
        ]
        if not own:
            unchanged.append(unit.name)
    after = _after(office.campaign.units, changes)
    folder = _folder_of(office, changes)
    order = {(row.sheet, row.number): at for at, row in enumerate(rows.rows)}
    return ImportPlan(
        changes=tuple(changes),
        rejected=tuple(sorted(rejected, key=lambda found: order[found.sheet, found.row])),
        unchanged=tuple(unchanged),
        ignored=rows.ignored,
        left_out=rows.left_out,
        warnings=(*warnings, *_shared(after, told)),
        confirmed=_new_addresses(office.campaign.units, after),
        base=bases[folder],
        folder=folder,
    )


def plan_liaison(office: Office, unit: str, **entered: str) -> ImportPlan:
    """What a form changes of one unit's liaison and leader; a blank keeps what there is.

    The fields are called as the columns are: `name`, `mobile`, `leader_email`. An address that somebody enters here is
    confirmed, also where it is the one that was there. Raises Contradiction, naming all faults.
    """
    if not unit.strip():
        raise Contradiction(say("请选择责任单位。"))
    found = unit_named(office, unit)
    folder = office.campaign.home_of(found.id)
    base = _units_file(office, folder)
    cells = {Column[field.upper()]: text.strip() for field, text in entered.items()}
    held = filled(_values(found), {column: cells[column] for column in Column if cells.get(column)})
    if held.faults:
        raise Contradiction(say("；").join(held.faults))
    changes = _changes(found, held)
    after = _after(office.campaign.units, changes)
    return ImportPlan(
        changes=tuple(changes),
        rejected=(),
        unchanged=() if changes else (found.name,),
        ignored=(),
        left_out=(),
        warnings=(*held.warnings, *_shared(after, {found.id: held})),
        confirmed=held.addresses,
        base=base,
        folder=folder,
    )


def change_liaison(office: Office, unit: str, **entered: str) -> Applied:
    """Write what `plan_liaison` plans."""
    return apply(office, plan_liaison(office, unit, **entered))


def plan_address(office: Office, unit: str, address: str) -> ImportPlan:
    """What makes `address` one of the unit's own mailboxes; nothing where it is one already. Raises Contradiction where
    it is no address or another unit's, and whatever `apply` would raise now."""
    found = unit_named(office, unit)
    folder = office.campaign.home_of(found.id)
    base = _units_file(office, folder)
    if not is_mailbox(address):
        raise Contradiction(say("“{address}”不是一个邮箱地址，不能加进通讯录。", address=address))
    owners = [each for each in office.campaign.units.values() if address.lower() in addresses_of(each)]
    if others := [each.name for each in owners if each.id != found.id]:
        raise Contradiction(
            say(
                "{address} 是{units}的邮箱，不能又算作{unit}的。",
                address=address,
                units=say("、").join(others),
                unit=found.name,
            )
        )
    held = Filled({Column.ADDRESSES: (*found.addresses, *(() if owners else (address,)))}, (), ())
    changes = tuple(_changes(found, held))
    plan = ImportPlan(changes, (), () if changes else (found.name,), (), (), (), (address,), base, folder)
    _rewritten(office, plan)
    return plan


def said(done: Applied) -> str:
    """What came of changing one unit's people, in a sentence:
    “已修改：嘉定镇 联络员 张三，手机 13800000000；分管领导 李四”."""
    if not done.changes:
        return say("没有变化：{units}", units=say("、").join(done.unchanged))
    people: dict[str, list[str]] = {"liaison": [], "leader": []}
    for change in done.changes:
        titled = f"{called(_ALIKE.get(change.column, change.column))} {change.new}"
        who, field = PLACES[change.column][0], PLACES[change.column][-1]
        people.setdefault(who, []).append(change.new if field == "name" else titled)
    liaison, leader = (say("，").join(values) for values in (people["liaison"], people["leader"]))
    told = [say("联络员 {values}", values=liaison)] if liaison else []
    told += [say("分管领导 {values}", values=leader)] if leader else []
    return say("已修改：{unit} {told}", unit=done.changes[0].name, told=say("；").join(told))


def apply(office: Office, plan: ImportPlan) -> Applied:
    """Write what `plan` changes into units.yaml; `office` goes on with the contacts that it has read.

    Raises Contradiction where somebody else has changed the file since, Faults where it would not be right: then
    nothing was written.
    """
    before = office.campaign.units
    after = _after(before, plan.changes)
    if plan.changes:
        replace_units(office.contacts_in(plan.folder) / UNITS_FILE, plan.base, _rewritten(office, plan))
    kept = _addresses(after.values())
    dropped = tuple(address for address in _addresses(before.values()) if address not in kept)
    _clear_bad_marks(office, dropped=dropped, confirmed=plan.confirmed)
    return Applied(plan.changes, plan.unchanged, plan.warnings, plan.confirmed)


def export(office: Office, path: Path) -> int:
    """Write the contacts as a table to `path`, .xlsx or .csv; how many units. Raises Contradiction."""
    rows = [{Column.UNIT: unit.name, **_values(unit)} for unit in office.campaign.units.values()]
    write_table(path, rows)
    return len(rows)


def _rewritten(office: Office, plan: ImportPlan) -> bytes:
    """units.yaml as it is once `plan` is applied, tried as a morning would read it."""
    text = edited(plan.base, _by_unit(plan.changes))
    wanted = _after(office.campaign.units_in(plan.folder), plan.changes)
    _require_right(office.contacts_in(plan.folder), text, wanted)
    return text


def _clear_bad_marks(office: Office, *, dropped: Sequence[str], confirmed: Sequence[str]) -> None:
    """Addresses that bounced are tried again once they are nobody's any more, or somebody has given them anew."""
    addresses = {address.lower() for address in (*dropped, *confirmed)}
    if addresses:
        office.ledger.mails.clear_addresses(office.campaign.id, addresses, office.now())


def _folder_of(office: Office, changes: Iterable[Change]) -> str:
    """The folder of the contacts in which all these units are. Raises Contradiction where they are in two."""
    folders = sorted({office.campaign.home_of(change.unit) for change in changes})
    if len(folders) > 1:
        named = say("、").join(str(office.contacts_in(folder)) for folder in folders)
        raise Contradiction(say("表里要改的单位不在同一处通讯录（{folders}），请分开导入。", folders=named))
    return folders[0] if folders else office.campaign.contacts


def _units_file(office: Office, folder: str) -> bytes:
    # By now what is wrong in the files was said with its line: nothing is compared with them before.
    path = office.contacts_in(folder) / UNITS_FILE
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise Contradiction(say("{path}：读不出来（{strerror}）", path=path, strerror=trouble.strerror)) from None


def _changes(unit: Unit, found: Filled) -> list[Change]:
    values = _values(unit)
    told = {column: SEVERAL.join(texts) for column, texts in found.values.items()}
    return [
        Change(unit.id, unit.name, column, values.get(column, ""), told[column])
        for column in Column
        if column in told and told[column] != values.get(column, "")
    ]


def _values(unit: Unit) -> dict[Column, str]:
    """What is known of `unit`, as a table writes it."""
    held: dict[Column, Any] = {column: reduce(getattr, place, unit) for column, place in PLACES.items()}
    return {column: value if isinstance(value, str) else SEVERAL.join(value) for column, value in held.items() if value}


def _after(units: Mapping[str, Unit], changes: Iterable[Change]) -> dict[str, Unit]:
    """The units as they are once `changes` are made."""
    after = dict(units)
    for change in changes:
        after[change.unit] = _changed(after[change.unit], change)
    return after


def _changed(unit: Unit, change: Change) -> Unit:
    *whose, field = PLACES[change.column]
    new: dict[str, Any] = {field: _new_value(change)}
    for person in whose:
        new = {person: replace(getattr(unit, person), **new)}
    return replace(unit, **new)


def _new_value(change: Change) -> str | tuple[str, ...]:
    return tuple(change.new.split(SEVERAL)) if change.column is Column.ADDRESSES else change.new


def _by_unit(changes: Sequence[Change]) -> dict[str, Changed]:
    by_unit: dict[str, dict[Place, str | Sequence[str]]] = {}
    for change in changes:
        by_unit.setdefault(change.unit, {})[PLACES[change.column]] = _new_value(change)
    return dict(by_unit)


def _require_right(folder: Path, text: bytes, wanted: Mapping[str, Unit]) -> None:
    """Read the changed file as a morning would read it, elsewhere: a bad one must never take the place of a good one.

    Raises Faults if it cannot be read, Contradiction if it says anything but what was wanted.
    """
    with TemporaryDirectory() as aside:
        (Path(aside) / UNITS_FILE).write_bytes(text)
        shutil.copy(folder / "groups.yaml", aside)
        try:
            read = load_units(Path(aside))
        except Faults as faults:
            lines = [line.replace(aside, str(folder)) for line in faults.lines]
            raise Faults([say("这样改，通讯录会有错误，本次没有写入："), *lines]) from None
    if read != wanted:
        raise Contradiction(say("通讯录与刚才读到的不一致，可能刚被别人改过，本次没有写入。请再做一次。"))


def _of(unit: Unit) -> tuple[str, ...]:
    return tuple(filter(None, (*unit.addresses, unit.liaison.email, unit.leader.email)))


def _addresses(units: Iterable[Unit]) -> dict[str, None]:
    return dict.fromkeys(address for unit in units for address in _of(unit))


def _new_addresses(before: Mapping[str, Unit], after: Mapping[str, Unit]) -> tuple[str, ...]:
    held = {unit: frozenset(_of(before[unit])) for unit in after if after[unit] is not before[unit]}
    new = (address for unit, had in held.items() for address in _of(after[unit]) if address not in had)
    return tuple(dict.fromkeys(new))


def _shared(units: Mapping[str, Unit], told: Mapping[str, Filled]) -> Iterator[str]:
    """Mailboxes that two units have after the change, among those that somebody has just given."""
    owners: dict[str, list[str]] = {}
    for unit in units.values():
        for address in {address.lower() for address in _of(unit)}:
            owners.setdefault(address, []).append(unit.name)
    for address in dict.fromkeys(address for found in told.values() for address in found.addresses):
        if len(names := owners[address.lower()]) > 1:
            more = say("等 {count} 个单位", count=len(names)) if len(names) > SHOWN else ""
            yield say(
                "{units}{more}用的是同一个邮箱 {address}，收到回信时分不清是哪个单位",
                units=say("、").join(names[:SHOWN]),
                more=more,
                address=address,
            )
