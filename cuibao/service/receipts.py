"""Recording what arrives (登记): an entry is checked against the schedule and the ledger, then kept for good."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry, Obligation, ObligationKey, Period, Receipt, Unit
from cuibao.service.board import Progress, progress_of
from cuibao.service.parts import Office
from cuibao.times import day_of, start_of

# What the ledger's column holds; PostgreSQL refuses more, SQLite does not.
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class FormItem:
    """An item as the form offers it: `label` is unique, readable, and names the period when it comes back."""

    label: str
    progress: Progress


def label_of(period: Period) -> str:
    """An item's words on forms and boards: “安全技能·阶段性工作情况（7月25日前）”."""
    requirement, due = period.requirement, period.due
    which = f"{period.label}，" if period.label else ""
    year = "" if due.year == period.plan.phases[0].start.year else f"{due.year}年"
    return f"{period.plan.short}·{requirement.title}（{which}{year}{due.month}月{due.day}日前）"


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
) -> tuple[Receipt, ...]:
    """Enter that `units` have sent in what `period` asks for; all of them or none.

    `received` is a moment, a day (kept as its midnight; today becomes now), or None for now. Raises Contradiction,
    naming everything that is wrong, and then nothing was recorded.
    """
    arrived = _moment(received, as_of)
    faults = _faults(office, as_of, period, arrived, by)
    owed, more = _obligations(office, units, period)
    faults += more + _already(office, owed)
    if faults:
        raise Contradiction("\n".join([*faults, "以上情况请核对；本次没有登记任何内容。"]))
    campaign = office.campaign.id
    office.ledger.register(campaign, as_of)
    office.ledger.enrol(campaign, [obligation.key for obligation in owed])
    entries = tuple(
        Receipt(obligation.key, Entry.RECEIVED, arrived, channel, by.strip(), note.strip(), as_of)
        for obligation in owed
    )
    office.ledger.enter(campaign, entries)
    return entries


def _moment(received: datetime | date | None, as_of: datetime) -> datetime:
    if received is None:
        return as_of
    if isinstance(received, datetime):
        return received
    return as_of if received == day_of(as_of) else start_of(received)


def _faults(office: Office, as_of: datetime, period: Period, arrived: datetime, by: str) -> list[str]:
    faults = []
    if arrived > as_of:
        faults.append(f"收到时间 {_said(arrived)} 还没到，现在是 {_said(as_of)}。")
    if day_of(arrived) < office.campaign.issued:
        faults.append(f"收到时间 {_said(arrived)} 早于通知印发日（{_said(start_of(office.campaign.issued))}）。")
    if not by.strip():
        faults.append("请填写登记人。")
    if len(by.strip()) > NAME_LENGTH:
        faults.append(f"登记人请不超过{NAME_LENGTH}个字。")
    if not period.requirement.tracked:
        faults.append(f"“{period.requirement.title}”是工作节点，不需要报送，无从登记。")
    return faults


def _obligations(office: Office, units: Sequence[str], period: Period) -> tuple[list[Obligation], list[str]]:
    owed: dict[ObligationKey, Obligation] = {}
    faults = [] if units else ["请至少选一个单位。"]
    for name in units:
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
    return list(owed.values()), faults


def _already(office: Office, owed: Sequence[Obligation]) -> list[str]:
    faults = []
    for obligation in owed:
        arrived = office.ledger.received(office.campaign.id, obligation.unit.id).get(obligation.key)
        if arrived is not None:
            what = f"{obligation.unit.name}的“{label_of(obligation.period)}”"
            faults.append(f"已登记过（{_said(arrived)}收到）：{what}。")
    return faults


def _said(moment: datetime) -> str:
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    return day if moment == start_of(day_of(moment)) else f"{day}{moment:%H:%M}"


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.4)
    return f"是不是：{'、'.join(near)}？" if near else ""
