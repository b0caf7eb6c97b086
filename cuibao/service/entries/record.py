"""Recording what arrives (登记): an entry is checked against the schedule and the ledger, then kept for good."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from cuibao.errors import Contradiction
from cuibao.model import Campaign, Channel, Confirming, Entry, Obligation, ObligationKey, Period, Receipt
from cuibao.office import Office
from cuibao.policy.entries import Already, Refused, admit, newest, to_confirm
from cuibao.said import as_entered, full_date, label_of, month_day
from cuibao.service.entries.lookup import contradiction, groups_named, obligations_named
from cuibao.service.entries.outcome import Recorded, Repeated, unconfirmed
from cuibao.service.keys import require_keys
from cuibao.times import day_of, start_of
from cuibao.tongue import say

# What the ledger's column holds; PostgreSQL refuses more, SQLite does not.
NAME_LENGTH = 80
# How often an entry is tried against others who enter the same at the same time.
AGAIN = 5


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
    confirmed: Collection[Confirming] = (),
) -> Recorded:
    """Make an entry about what `period` asks of `units`, which may be named by their group; for all or for none.

    `received` is the moment it came in or was decided, a day (kept as its midnight; today becomes now), or None for
    now; `due` the date of an extension; `number` the entry that a withdrawal takes back, None for the last one. What
    was entered before is not entered again, and is no mistake. Raises Contradiction, naming everything that is wrong,
    or Unconfirmed, saying what would be entered where that is not `confirmed`; then nothing was recorded. Raises Faults
    as `require_keys`.
    """
    require_keys(office, period.identity[:2])
    arrived = _moment(received, as_of)
    faults = _faults(office, as_of, period, arrived, by)
    faults += _faults_of_entry(office.campaign.of(period.plan), entry, note, due, number)
    owed, more = obligations_named(office, units, period, entry)
    group = any(groups_named(office, name) for name in units)
    asked = to_confirm(period, entry, day_of(as_of), group=group)
    if isinstance(asked, Refused):
        more.append(say("“{item}”：{why}。", item=label_of(period), why=asked.words))
    if faults + more:
        raise contradiction(faults + more)
    wanted = Receipt(owed[0].key, entry, arrived, channel, by.strip(), note.strip(), as_of, due=due, withdraws=number)
    if isinstance(asked, Confirming) and asked not in confirmed:
        would = admitted(office, owed, wanted)
        if would.entered:
            raise unconfirmed(office, would, period, entry, asked)
    return enter_all(office, owed, wanted)


def enter_all(office: Office, owed: Sequence[Obligation], wanted: Receipt) -> Recorded:
    """Make the entry `wanted` for each of `owed`, all or none. Raises Contradiction, or Faults as `require_keys`."""
    campaign = office.campaign.id
    office.register(wanted.entered_at)
    office.ledger.enrol(campaign, [obligation.key for obligation in owed])
    for _ in range(AGAIN):
        found = admitted(office, owed, wanted)
        if office.ledger.enter(campaign, found.entered):
            return found
    raise Contradiction(say("别人正在登记同一事项，请稍候再登。"))


def admitted(office: Office, owed: Sequence[Obligation], wanted: Receipt) -> Recorded:
    """The entry `wanted` for each of `owed` as it would be made now; nothing is written. Raises Contradiction."""
    for item in {obligation.key.item[:2] for obligation in owed}:
        require_keys(office, item)
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
            already.append(
                Repeated(
                    obligation.unit,
                    verdict.entry,
                    say("{words}（{entry}）", words=verdict.words, entry=_said_of(verdict.entry)),
                )
            )
        else:
            faults.append(
                say(
                    "{unit}的“{item}”：{why}。",
                    unit=obligation.unit.name,
                    item=label_of(obligation.period),
                    why=verdict.words,
                )
            )
    if faults:
        raise contradiction(faults)
    taken_back = tuple(entries[made.obligation][made.withdraws - 1] for made in entered if made.withdraws is not None)
    return Recorded(tuple(entered), tuple(already), taken_back)


def require_clerk(by: str) -> None:
    """Raises Contradiction where nobody is named, or by a name that the ledger cannot hold."""
    faults = faults_of_clerk(by)
    if faults:
        raise contradiction(faults)


def _for(obligation: Obligation, before: Sequence[Receipt], wanted: Receipt) -> Receipt:
    """The entry `wanted` as it is about `obligation`."""
    number = wanted.withdraws
    if wanted.entry is Entry.WITHDRAWN and number is None:
        number = newest(before)
    return replace(wanted, obligation=obligation.key, withdraws=number)


def _moment(received: datetime | date | None, as_of: datetime) -> datetime:
    if received is None:
        return as_of
    if isinstance(received, datetime):
        return received
    return as_of if received == day_of(as_of) else start_of(received)


def _faults(office: Office, as_of: datetime, period: Period, arrived: datetime, by: str) -> list[str]:
    faults = []
    if arrived > as_of:
        faults.append(
            say("收到时间 {moment} 还没到，现在是 {now}。", moment=as_entered(arrived), now=as_entered(as_of))
        )
    issued = office.campaign.of(period.plan).issued
    if day_of(arrived) < issued:
        faults.append(
            say("收到时间 {moment} 早于通知印发日（{day}）。", moment=as_entered(arrived), day=full_date(issued))
        )
    faults += faults_of_clerk(by)
    if not period.requirement.tracked:
        faults.append(say("“{item}”是工作节点，不需要报送，无从登记。", item=period.requirement.title))
    return faults


def faults_of_clerk(by: str) -> list[str]:
    """That nobody is named who records, or by a name that the ledger cannot hold."""
    if not by.strip():
        return [say("请填写登记人。")]
    return [say("登记人请不超过{count}个字。", count=NAME_LENGTH)] if len(by.strip()) > NAME_LENGTH else []


def _faults_of_entry(campaign: Campaign, entry: Entry, note: str, due: date | None, number: int | None) -> list[str]:
    faults = []
    if not entry.arrives and not note.strip():
        faults.append(say("登记{entry}请在备注里写明原因。", entry=entry.word))
    if entry is Entry.EXTENDED and due is None:
        faults.append(say("登记延期请填写延到哪一天。"))
    if due is not None and entry is not Entry.EXTENDED:
        faults.append(say("登记{entry}不用填延期日期。", entry=entry.word))
    if due is not None and due > campaign.chase_until:
        faults.append(say("延期日期 {due} 晚于欠报催到的最后一天（{last}）。", due=due, last=campaign.chase_until))
    if number is not None and entry is not Entry.WITHDRAWN:
        faults.append(say("登记{entry}不用填第几条，那是撤销用的。", entry=entry.word))
    return faults


def _said_of(entry: Receipt) -> str:
    """An earlier entry in few words."""
    when = as_entered(entry.received_at)
    if entry.entry.arrives:
        return say("{when}收到", when=when)
    if entry.entry is Entry.EXTENDED and entry.due:
        return say("延至{day}", day=month_day(entry.due))
    return when + (say("，原因：{note}", note=entry.note) if entry.note else "")
