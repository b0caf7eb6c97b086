"""暂停: no letters about a unit, a plan or all for some days; what falls into them is made up for afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from cuibao.errors import Contradiction
from cuibao.model import ObligationKey, Pause, Plan, Respite, Unit
from cuibao.office import Office
from cuibao.policy.pauses import respite, runs
from cuibao.said import date_from, plan_name
from cuibao.service.entries.lookup import contradiction
from cuibao.service.entries.record import faults_of_clerk
from cuibao.times import day_of
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class Paused:
    """What came of a pause that was entered; `again`: the very same one was there."""

    pause: Pause
    again: bool = False


def respites_by_pauses(office: Office, as_of: datetime, units: Collection[str]) -> Mapping[ObligationKey, Respite]:
    """What of `units` is not chased for it on the day of `as_of`."""
    today = day_of(as_of)
    running = running_pauses(office, as_of)
    owed = (each.key for unit in units for each in office.schedule.of_unit(unit)) if running else ()
    found = {key: respite(running, key, today) for key in owed}
    return {key: given for key, given in found.items() if given is not None}


def running_pauses(office: Office, as_of: datetime) -> tuple[Pause, ...]:
    """The pauses that hold on the day of `as_of`."""
    kept = office.ledger.agreements.pauses(office.campaign.id)
    return tuple(pause for pause in kept if runs(pause, day_of(as_of)))


def pause(
    office: Office,
    as_of: datetime,
    *,
    unit: Unit | None,
    plan: Plan | None,
    first: date | None,
    last: date | None,
    reason: str,
    by: str,
) -> Paused:
    """Pause what is owed by `unit` (None: by all) of `plan` (None: of all), from `first` (None: today) to `last`. The
    same twice is harmless. Raises Contradiction."""
    today, campaign = day_of(as_of), office.campaign
    start = first or today
    faults = faults_of_clerk(by)
    if not reason.strip():
        faults.append(say("请写明暂停的原因。"))
    if start < today:
        faults.append(say("暂停只能从今天（{today}）起，现为 {start}。", today=today, start=start))
    if last is None:
        faults.append(say("请填写暂停到哪一天。"))
    elif last < start:
        faults.append(say("暂停到的日期 {last} 早于开始的日期 {start}。", last=last, start=start))
    elif last > campaign.chase_until:
        faults.append(
            say(
                "暂停到的日期 {last} 晚于欠报催到的最后一天（{until}）。",
                last=last,
                until=campaign.chase_until,
            )
        )
    if faults or last is None:
        raise contradiction(faults)
    made = Pause(unit.id if unit else None, plan.id if plan else None, start, last, reason.strip(), by.strip(), as_of)
    office.register(as_of)
    for kept in office.ledger.agreements.pauses(campaign.id):
        if replace(kept, id=0, entered_at=as_of) == made:
            return Paused(kept, again=True)
    return Paused(replace(made, id=office.ledger.agreements.pause(campaign.id, made)))


def lift(office: Office, as_of: datetime, number: int, by: str) -> Pause:
    """End the pause of this number on the day of `as_of`: what it held back is chased from then on. Raises
    Contradiction."""
    if faults := faults_of_clerk(by):
        raise contradiction(faults)
    agreements, campaign = office.ledger.agreements, office.campaign.id
    kept = {each.id: each for each in agreements.pauses(campaign)}
    open_ones = [each for each in kept.values() if each.lifted_at is None and each.last >= day_of(as_of)]
    if number not in kept:
        numbers = say("、").join(str(each.id) for each in open_ones) or say("（没有）")
        raise Contradiction(say("没有编号为 {number} 的暂停，可以解除的：{numbers}", number=number, numbers=numbers))
    if kept[number] not in open_ones or not agreements.lift(campaign, number, by.strip(), as_of):
        raise Contradiction(say("编号 {number} 的暂停早已结束，不用解除。", number=number))
    return kept[number]


def whom(office: Office, pause: Pause) -> str:
    """What a pause is about: 嘉定镇, 方案2 安全技能, 嘉定镇的方案2 安全技能, or 全部单位."""
    names = {unit.id: unit.name for unit in office.campaign.units.values()}
    plans = {plan.id: plan_name(plan) for plan in office.campaign.plans}
    unit = names.get(pause.unit, pause.unit) if pause.unit else ""
    plan = plans.get(pause.plan, pause.plan) if pause.plan else ""
    if unit and plan:
        return say("{unit}的{plan}", unit=unit, plan=plan)
    return unit or plan or say("全部单位")


def said(office: Office, pause: Pause, today: date) -> str:
    """A pause in a line: 嘉定镇，7月1日至7月5日，原因：抗洪抢险."""
    days = say("{first}至{last}", first=date_from(pause.first, today), last=date_from(pause.last, today))
    return say(
        "{whom}，{days}，原因：{reason}", whom=whom(office, pause), days=days, reason=" ".join(pause.reason.split())
    )


def outcome(office: Office, done: Paused) -> str:
    """What came of a pause that was entered."""
    told = said(office, done.pause, day_of(done.pause.entered_at))
    return (
        say("不必再登：早已暂停催报，{told}", told=told)
        if done.again
        else say("已暂停催报（第 {number} 号）：{told}", number=done.pause.id, told=told)
    )


def in_short(office: Office, as_of: datetime) -> str:
    """How much is paused, for the morning's words; empty where nothing is: 暂停催报 2 个单位、1 个方案."""
    running = running_pauses(office, as_of)
    if any(pause.unit is None and pause.plan is None for pause in running):
        return say("全部暂停催报")
    units = {pause.unit for pause in running if pause.unit}
    plans = {pause.plan for pause in running if pause.unit is None}
    counted = [
        *([say("{count} 个单位", count=len(units))] if units else []),
        *([say("{count} 个方案", count=len(plans))] if plans else []),
    ]
    return say("暂停催报 {listed}", listed=say("、").join(counted)) if counted else ""
