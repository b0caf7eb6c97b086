"""Recording what arrives (登记): an entry is checked against the schedule and the ledger, then kept for good."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry, Obligation, ObligationKey, Period, Receipt, Unit
from cuibao.office import Office
from cuibao.policy.entries import Already, admit, newest
from cuibao.said import as_entered, full_date, label_of, month_day
from cuibao.service.entries.standings import standings
from cuibao.service.views.board import Progress, progress_of
from cuibao.times import day_of, start_of

# What the ledger's column holds; PostgreSQL refuses more, SQLite does not.
NAME_LENGTH = 80
# How often an entry is tried against others who enter the same at the same time.
AGAIN = 5


@dataclass(frozen=True, slots=True)
class FormItem:
    """An item as the form offers it: `label` is unique, readable, and names the period when it comes back."""

    label: str
    progress: Progress


def open_items(office: Office, as_of: datetime) -> tuple[FormItem, ...]:
    """The items that somebody still owes and that have begun, most urgent first."""
    today = day_of(as_of)
    begun = [period for period in office.schedule.tracked() if period.begins <= today]
    return tuple(FormItem(label_of(item.period), item) for item in progress_of(office, as_of, begun) if item.missing)


def item_labelled(office: Office, label: str) -> Period:
    """The period that a form calls `label`. Raises Contradiction."""
    if not label.strip():
        raise Contradiction("请选择报送事项。")
    named = {label_of(period): period for period in office.schedule.tracked()}
    if label.strip() not in named:
        raise Contradiction(f"没有“{label}”这一报送事项。{_nearest(label, list(named))}")
    return named[label.strip()]


def item_named(office: Office, plan: str, requirement: str, period: str | None) -> Period:
    """The period that a command line names by ids or Chinese titles. Raises Contradiction, listing what there is."""
    plans = [p for p in office.campaign.plans if plan in (p.id, p.title, p.short, str(p.no))]
    if not plans:
        known = "、".join(f"{p.id}（{p.short}）" for p in office.campaign.plans)
        raise Contradiction(f"没有“{plan}”这一方案，现有：{known}")
    of_plan = [p for p in office.schedule.periods if p.plan.id == plans[0].id]
    named = [p for p in of_plan if requirement in (p.requirement.id, p.requirement.title)]
    if not named:
        known = "、".join(dict.fromkeys(f"{p.requirement.id}（{p.requirement.title}）" for p in of_plan))
        raise Contradiction(f"方案“{plans[0].short}”没有“{requirement}”这一事项，现有：{known}")
    if not named[0].requirement.tracked:
        raise Contradiction(f"“{named[0].requirement.title}”是工作节点，不需要报送，无从登记。")
    if period is None and len(named) == 1:
        return named[0]
    for found in named:
        if period in (found.name, found.due.isoformat(), found.label):
            return found
    known = "、".join(p.name for p in named)
    raise Contradiction(f"“{named[0].requirement.title}”的报送期应为其中之一：{known}，现为 {period or '（未写）'}")


def unit_named(office: Office, name: str) -> Unit:
    """The unit called `name`: its name, an alias, its code or its id. Raises Contradiction with the nearest name."""
    wanted = name.strip()
    for unit in office.campaign.units.values():
        if wanted in (unit.name, unit.id, unit.no, *unit.aliases):
            return unit
    names = [word for unit in office.campaign.units.values() for word in (unit.name, *unit.aliases)]
    raise Contradiction(f"通讯录里没有“{name}”。{_nearest(wanted, names)}")


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was entered before and so is not entered again."""

    unit: Unit
    entry: Receipt
    words: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an entry for several units: what was entered now, and what had been before; of a withdrawal, what it
    took back, in words (第2条退回重报)."""

    entered: tuple[Receipt, ...]
    already: tuple[Repeated, ...]
    taken_back: tuple[str, ...] = ()


def record(
    office: Office,
    as_of: datetime,
    *,
    units: Sequence[str],
    period: Period,
    received: datetime | date | None,
    channel: Channel,
    by: str,
    note: str = "",
    entry: Entry = Entry.RECEIVED,
    due: date | None = None,
    number: int | None = None,
) -> Recorded:
    """Make an entry about what `period` asks of `units`, which may be named by their group; for all or for none.

    `received` is the moment it came in or was decided, a day (kept as its midnight; today becomes now), or None for
    now; `due` the date of an extension; `number` the entry that a withdrawal takes back, None for the last one. What
    was entered before is not entered again, and is no mistake. Raises Contradiction, naming everything that is wrong,
    and then nothing was recorded.
    """
    arrived = _moment(received, as_of)
    faults = _faults(office, as_of, period, arrived, by)
    faults += _faults_of_entry(office, entry, note, due, number)
    owed, more = _obligations(office, units, period, whole_group=entry not in (Entry.EXEMPTED, Entry.EXTENDED))
    if entry in (Entry.RETURNED, Entry.WITHDRAWN):
        more += [f"登记{entry.zh}请逐个选单位，不能选分组“{name.strip()}”。" for name in units if _group(office, name)]
    if faults + more:
        raise _contradiction(faults + more)
    wanted = Receipt(owed[0].key, entry, arrived, channel, by.strip(), note.strip(), as_of, due=due, withdraws=number)
    return enter_all(office, owed, wanted)


def enter_all(office: Office, owed: Sequence[Obligation], wanted: Receipt) -> Recorded:
    """Make the entry `wanted` for each of `owed`, all or none. Raises Contradiction."""
    campaign = office.campaign.id
    office.ledger.register(campaign, wanted.entered_at)
    office.ledger.enrol(campaign, [obligation.key for obligation in owed])
    for _ in range(AGAIN):
        found = admitted(office, owed, wanted)
        if office.ledger.enter(campaign, found.entered):
            return found
    raise Contradiction("别人正在登记同一事项，请稍候再登。")


def admitted(office: Office, owed: Sequence[Obligation], wanted: Receipt) -> Recorded:
    """The entry `wanted` for each of `owed` as it would be made now; nothing is written. Raises Contradiction."""
    entries: dict[ObligationKey, tuple[Receipt, ...]] = {}
    for unit in {obligation.unit.id for obligation in owed}:
        entries |= office.ledger.entries(office.campaign.id, unit)
    entered, already, faults = [], [], []
    for obligation in owed:
        before = entries.get(obligation.key, ())
        verdict = admit(obligation.period, before, _for(obligation, before, wanted))
        if isinstance(verdict, Receipt):
            entered.append(verdict)
        elif isinstance(verdict, Already):
            already.append(Repeated(obligation.unit, verdict.entry, f"{verdict.words}（{_said_of(verdict.entry)}）"))
        else:
            faults.append(f"{obligation.unit.name}的“{label_of(obligation.period)}”：{verdict.words}。")
    if faults:
        raise _contradiction(faults)
    return Recorded(tuple(entered), tuple(already), tuple(_taken_back(entries, made) for made in entered))


def _taken_back(entries: Mapping[ObligationKey, Sequence[Receipt]], made: Receipt) -> str:
    if made.withdraws is None:
        return ""
    return f"第{made.withdraws}条{entries[made.obligation][made.withdraws - 1].entry.zh}"


def owed_by(office: Office, units: Sequence[str], periods: Sequence[Period]) -> tuple[Obligation, ...]:
    """What each of `units` owes of each of `periods`. Raises Contradiction, naming everything that is wrong."""
    found: dict[ObligationKey, Obligation] = {}
    faults: list[str] = []
    for period in periods:
        owed, more = _obligations(office, units, period, whole_group=True)
        found |= {obligation.key: obligation for obligation in owed}
        faults += more
    if faults:
        raise _contradiction(list(dict.fromkeys(faults)))
    return tuple(found.values())


def require_clerk(by: str) -> None:
    """Raises Contradiction where nobody is named, or by a name that the ledger cannot hold."""
    faults = _faults_of_clerk(by)
    if faults:
        raise _contradiction(faults)


def _for(obligation: Obligation, before: Sequence[Receipt], wanted: Receipt) -> Receipt:
    """The entry `wanted` as it is about `obligation`."""
    number = wanted.withdraws
    if wanted.entry is Entry.WITHDRAWN and number is None:
        number = newest(before)
    return replace(wanted, obligation=obligation.key, withdraws=number)


def _contradiction(faults: Sequence[str]) -> Contradiction:
    return Contradiction("\n".join([*faults, "以上情况请核对；本次没有登记任何内容。"]))


def _moment(received: datetime | date | None, as_of: datetime) -> datetime:
    if received is None:
        return as_of
    if isinstance(received, datetime):
        return received
    return as_of if received == day_of(as_of) else start_of(received)


def _faults(office: Office, as_of: datetime, period: Period, arrived: datetime, by: str) -> list[str]:
    faults = []
    if arrived > as_of:
        faults.append(f"收到时间 {as_entered(arrived)} 还没到，现在是 {as_entered(as_of)}。")
    if day_of(arrived) < office.campaign.issued:
        faults.append(f"收到时间 {as_entered(arrived)} 早于通知印发日（{full_date(office.campaign.issued)}）。")
    faults += _faults_of_clerk(by)
    if not period.requirement.tracked:
        faults.append(f"“{period.requirement.title}”是工作节点，不需要报送，无从登记。")
    return faults


def _faults_of_clerk(by: str) -> list[str]:
    if not by.strip():
        return ["请填写登记人。"]
    return [f"登记人请不超过{NAME_LENGTH}个字。"] if len(by.strip()) > NAME_LENGTH else []


def _faults_of_entry(office: Office, entry: Entry, note: str, due: date | None, number: int | None) -> list[str]:
    faults = []
    if not entry.arrives and not note.strip():
        faults.append(f"登记{entry.zh}请在备注里写明原因。")
    if entry is Entry.EXTENDED and due is None:
        faults.append("登记延期请填写延到哪一天。")
    if due is not None and entry is not Entry.EXTENDED:
        faults.append(f"登记{entry.zh}不用填延期日期。")
    if due is not None and due > office.campaign.ends:
        faults.append(f"延期日期 {due} 晚于攻坚战结束日（{office.campaign.ends}）。")
    if number is not None and entry is not Entry.WITHDRAWN:
        faults.append(f"登记{entry.zh}不用填第几条，那是撤销用的。")
    return faults


def _obligations(
    office: Office, units: Sequence[str], period: Period, *, whole_group: bool
) -> tuple[list[Obligation], list[str]]:
    """Who is meant; of a group those who owe this item, and where a decision is entered those who still owe it."""
    owed: dict[ObligationKey, Obligation] = {}
    faults = [] if units else ["请至少选一个单位。"]
    settled = {key for key, found in standings(office).items() if found.settled} if units and not whole_group else set()
    for name in units:
        members = _members(office, name, period)
        for unit in members:
            obligation = Obligation(period, unit)
            if obligation.key not in settled:
                owed[obligation.key] = obligation
        if members:
            continue
        try:
            unit = unit_named(office, name)
        except Contradiction as unknown:
            faults.append(str(unknown))
            continue
        if unit.id not in period.requirement.units:
            faults.append(f"{unit.name}不需要报送“{label_of(period)}”。")
            continue
        obligation = Obligation(period, unit)
        owed[obligation.key] = obligation
    if not owed and not faults:
        faults.append(f"{'、'.join(units)}里没有还要报“{label_of(period)}”的单位。")
    return list(owed.values()), faults


def _members(office: Office, name: str, period: Period) -> list[Unit]:
    """The units of the group called `name` that owe `period`; none where no group is called so."""
    groups = _group(office, name)
    return [unit for unit in map(office.campaign.units.get, period.requirement.units) if unit and unit.group in groups]


def _group(office: Office, name: str) -> set[str]:
    return {group for group, words in office.campaign.groups.items() if name.strip() in (group, words)}


def _said_of(entry: Receipt) -> str:
    """An earlier entry in few words."""
    when = as_entered(entry.received_at)
    if entry.entry.arrives:
        return f"{when}收到"
    if entry.entry is Entry.EXTENDED and entry.due:
        return f"延至{month_day(entry.due)}"
    return when + (f"，原因：{entry.note}" if entry.note else "")


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.4)
    return f"是不是：{'、'.join(near)}？" if near else ""
