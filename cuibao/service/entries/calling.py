"""通话: what a call to a unit came to; what was promised in it is not chased until its day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cuibao.model import NOTHING_ENTERED, Obligation, Period, PhoneCall, Standing, Status, Unit
from cuibao.office import Office
from cuibao.policy.promises import AT_MOST, latest_day
from cuibao.policy.standing import standing
from cuibao.said import as_entered, date_from, full_date, label_of
from cuibao.service.entries.lookup import contradiction, unit_named
from cuibao.service.entries.record import NAME_LENGTH, faults_of_clerk
from cuibao.service.letters.promising import held_of
from cuibao.times import day_of
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was entered, and what was promised in it; `again`: it was entered before."""

    unit: Unit
    call: PhoneCall
    promised: tuple[Obligation, ...]
    again: bool = False


def record_call(
    office: Office,
    as_of: datetime,
    *,
    unit: str,
    whom: str,
    note: str,
    by: str,
    called: datetime | None = None,
    items: Sequence[Period] = (),
    until: date | None = None,
) -> Called:
    """Enter a call to `unit`, made at `called` (None: now). What it promised to send by `until` are these `items`, or
    all that it owes overdue or sent back where none is named. The same twice in a day is entered once.

    Raises Contradiction, naming everything that is wrong; then nothing was recorded.
    """
    found, moment = unit_named(office, unit), called or as_of
    faults = [*faults_of_clerk(by), *_faults(office, as_of, moment, whom, note, items, until)]
    promised: tuple[Obligation, ...] = ()
    if until is not None:
        promised, more = _promised(office, as_of, found, moment, items, until)
        faults += more
    if faults:
        raise contradiction(faults)
    keys = tuple(obligation.key for obligation in promised)
    call = PhoneCall(found.id, moment, whom.strip(), note.strip(), by.strip(), as_of, keys, until)
    again = _is_known(office, call, given=called is not None)
    if not again:
        office.register(as_of)
        office.ledger.enrol(office.campaign.id, keys)
        office.ledger.agreements.note_call(office.campaign.id, call)
    return Called(found, call, promised, again)


def said(called: Called) -> str:
    """What came of entering a call: “已登记通话：嘉定镇（张三），承诺4月28日前报：安全技能·联络人（4月25日前）”."""
    call = called.call
    promise = ""
    if call.until is not None:
        labels = say("、").join(label_of(obligation.period) for obligation in called.promised)
        promise = say("，承诺{day}前报：{labels}", day=date_from(call.until, day_of(call.called_at)), labels=labels)
    given = {"unit": called.unit.name, "whom": call.whom, "promise": promise}
    if called.again:
        return say("不必再登通话：{unit}（{whom}）{promise}", **given)
    return say("已登记通话：{unit}（{whom}）{promise}", **given)


def _faults(
    office: Office,
    as_of: datetime,
    called: datetime,
    whom: str,
    note: str,
    items: Collection[Period],
    until: date | None,
) -> list[str]:
    faults = []
    if not whom.strip():
        faults.append(say("请填写接听人；没有人接，请写“无人接听”。"))
    elif len(whom.strip()) > NAME_LENGTH:
        faults.append(say("接听人请不超过{count}个字。", count=NAME_LENGTH))
    if called > as_of:
        faults.append(say("通话时间 {moment} 还没到，现在是 {now}。", moment=as_entered(called), now=as_entered(as_of)))
    if day_of(called) < office.campaign.issued:
        faults.append(
            say(
                "通话时间 {moment} 早于通知印发日（{day}）。",
                moment=as_entered(called),
                day=full_date(office.campaign.issued),
            )
        )
    if items and until is None:
        faults.append(say("选了承诺报送的事项，请填写承诺哪天前报；没有承诺的，不选事项，写在通话内容里。"))
    if until is None and not note.strip():
        faults.append(say("请填写通话内容，或者承诺哪天前报。"))
    if until is not None and until < day_of(called):
        faults.append(say("承诺的日期 {until} 早于通话的日期。", until=until))
    return faults


def _promised(
    office: Office, as_of: datetime, unit: Unit, called: datetime, items: Sequence[Period], until: date
) -> tuple[tuple[Obligation, ...], list[str]]:
    """What `unit` promised, and what is wrong with that."""
    campaign, calendar = office.campaign, office.schedule.calendar
    entries = office.ledger.entries(campaign.id, unit.id)
    standings = {key: standing(found) for key, found in entries.items()}
    owed = [each for each in office.schedule.of_unit(unit.id) if each.period.requirement.tracked]
    if items:
        wanted = {period.identity for period in items}
        chosen = [each for each in owed if each.period.identity in wanted]
        known = {each.period.identity for each in chosen}
        faults = [
            say("{unit}不需要报送“{item}”。", unit=unit.name, item=label_of(each))
            for each in items
            if each.identity not in known
        ]
    else:
        chosen = [each for each in owed if _is_late(office, each, standings.get(each.key, NOTHING_ENTERED), as_of)]
        faults = (
            [] if chosen else [say("{unit}现在没有逾期或退回的事项；承诺的是哪一项，请选报送事项。", unit=unit.name)]
        )
    held = held_of(office.ledger.agreements.promises(campaign.id, [unit.id]), entries, as_of)
    for each in chosen:
        label = label_of(each.period)
        latest = latest_day(held.get(each.key, ()), day_of(called), calendar, campaign.of(each.period.plan).chase_until)
        if standings.get(each.key, NOTHING_ENTERED).settled:
            faults.append(say("{unit}的“{label}”已经报了或者免报，不用承诺。", unit=unit.name, label=label))
        elif until > latest:
            faults.append(
                say(
                    "{unit}的“{label}”最晚可以承诺到 {latest}（从第一次承诺起 {count} 个工作日以内）。要更晚，"
                    "请登记延期；只记这次通话的，不填承诺。",
                    unit=unit.name,
                    label=label,
                    latest=latest,
                    count=AT_MOST,
                )
            )
    return tuple(chosen), faults


def _is_late(office: Office, obligation: Obligation, stands: Standing, as_of: datetime) -> bool:
    return office.schedule.status(obligation.period, stands, as_of) in (Status.OVERDUE, Status.RETURNED)


def _is_known(office: Office, call: PhoneCall, *, given: bool) -> bool:
    """Whether this very call was entered before: at that moment, or where none is given on that day."""
    for kept in office.ledger.agreements.calls(office.campaign.id, call.unit):
        same = kept.called_at == call.called_at if given else day_of(kept.called_at) == day_of(call.called_at)
        if same and replace(kept, called_at=call.called_at, entered_at=call.entered_at) == call:
            return True
    return False
