"""事发登记: a clerk opens an item for something that happened, and from then on it is owed like any other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cuibao.errors import Contradiction
from cuibao.ledger import KeptEvent
from cuibao.model import Event, Plan, Requirement
from cuibao.office import Office
from cuibao.policy.moving import rules_of
from cuibao.policy.periods import event_key
from cuibao.policy.standing import counting
from cuibao.said import full_date, label_of, month_day, one_line
from cuibao.service.entries.lookup import contradiction, groups_named, plan_named, suggestion, unit_named
from cuibao.service.entries.record import faults_of_clerk
from cuibao.times import day_of
from cuibao.tongue import say

LABEL_LENGTH = 40
# How many units a line names.
NAMES = 5
# How often an event is tried against others who open one at the same time.
AGAIN = 5


@dataclass(frozen=True, slots=True)
class EventItem:
    """An item that a clerk opens."""

    plan: Plan
    requirement: Requirement

    @property
    def label(self) -> str:
        """What a form calls it."""
        return say("{plan}·{item}", plan=self.plan.called, item=self.requirement.title)

    @property
    def is_due_before(self) -> bool:
        """Whether it is to be in before what it is opened for, which is then a day to come."""
        return any(rule.offset is not None and rule.offset.count.back for rule in rules_of(self.requirement))

    def has(self, event: Event) -> bool:
        """Whether `event` is one of its own."""
        return (event.plan, event.requirement) == (self.plan.id, self.requirement.id)


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of an event that was entered; `again`: the very same one was there."""

    event: Event
    again: bool = False


def event_items(office: Office) -> tuple[EventItem, ...]:
    """The items that a clerk opens, in the notice's order."""
    return tuple(
        EventItem(plan, each)
        for plan in office.campaign.plans
        for each in plan.requirements
        if each.event is not None and not each.assists
    )


def event_item_labelled(office: Office, label: str) -> EventItem:
    """The item that a form calls `label`. Raises Contradiction."""
    found = {each.label: each for each in _required(office)}
    if not label.strip():
        raise Contradiction(say("请选择事发的事项。"))
    if label.strip() not in found:
        raise Contradiction(
            say(
                "没有“{label}”这一事发后才报的事项。{suggestion}",
                label=label,
                suggestion=suggestion(label, list(found)),
            )
        )
    return found[label.strip()]


def event_item_named(office: Office, plan: str | None, requirement: str | None) -> EventItem:
    """The item that a command line names by ids or words; where there is but one, it need not. Raises Contradiction."""
    found = _required(office)
    if plan:
        found = tuple(each for each in found if each.plan.id == plan_named(office, plan).id)
    if requirement:
        found = tuple(each for each in found if requirement in (each.requirement.id, each.requirement.title))
    if len(found) == 1:
        return found[0]
    known = say("、").join(
        say("{plan} {requirement}（{label}）", plan=each.plan.id, requirement=each.requirement.id, label=each.label)
        for each in _required(office)
    )
    raise Contradiction(say("请用方案和事项指明事发后才报的一项，现有：{known}", known=known))


def open_event(
    office: Office,
    as_of: datetime,
    item: EventItem,
    *,
    happened: date | None,
    label: str,
    units: Sequence[str],
    by: str,
    token: str | None = None,
) -> Opened:
    """Open `item` for what happened on a day to `units`, which may be named by their group; called `label`, or by its
    day. The same twice, or by the same `token`, is harmless. Raises Contradiction, naming everything that is wrong."""
    faults = [*_faults_of_day(office, as_of, item, happened), *faults_of_clerk(by)]
    owing, more = _owing(office, item, units)
    words = one_line(label) or (_called(office, happened) if happened else "")
    if len(words) > LABEL_LENGTH:
        more.append(say("名称请不超过{most}个字，现为 {count} 个字。", most=LABEL_LENGTH, count=len(words)))
    if faults or more or happened is None:
        raise contradiction(faults + more)
    campaign = office.campaign.id
    office.register(as_of)
    wanted = Event(item.plan.id, item.requirement.id, 0, happened, words, owing, by.strip(), as_of)
    for _ in range(AGAIN):
        kept = [each for each in office.ledger.events.all(campaign) if item.has(each.event)]
        if (same := _same(kept, wanted, token)) is not None:
            return Opened(same, again=True)
        made = replace(wanted, number=max((each.event.number for each in kept), default=0) + 1)
        if office.ledger.events.keep(campaign, made, token):
            office.lay_out_again()
            return Opened(made)
    raise Contradiction(say("别人正在登记同一事项的事发，请稍候再登。"))


def take_back(office: Office, as_of: datetime, item: EventItem, number: int, by: str) -> Event:
    """Take back the event of this `number`, for which nothing was entered: it is owed no more. Raises Contradiction."""
    if faults := faults_of_clerk(by):
        raise contradiction(faults)
    campaign = office.campaign.id
    kept = {each.event.number: each for each in office.ledger.events.all(campaign) if item.has(each.event)}
    standing = say("、").join(str(each.event.number) for each in kept.values() if each.taken_back is None) or say(
        "（没有）"
    )
    if number not in kept:
        raise Contradiction(
            say(
                "“{label}”没有编号为 {number} 的事发，可以撤回的：{standing}",
                label=item.label,
                number=number,
                standing=standing,
            )
        )
    event = kept[number].event
    entries = office.ledger.entries(campaign, item=(event.plan, event.requirement, event_key(event)))
    if entered := sum(1 for found in entries.values() if counting(found)):
        raise Contradiction(
            say(
                "第 {number} 号事发已有 {count} 个单位的登记，不能撤回；确属登错的，请先撤销那些登记。",
                number=number,
                count=entered,
            )
        )
    if kept[number].taken_back:
        raise Contradiction(say("第 {number} 号事发早已撤回。", number=number))
    seen = sum(len(found) for found in entries.values())
    if not office.ledger.events.take_back(campaign, event, by.strip(), as_of, entries=seen):
        raise Contradiction(say("第 {number} 号事发刚刚有人登记或撤回，请再看一次。", number=number))
    office.lay_out_again()
    return event


def all_events(office: Office) -> tuple[tuple[EventItem, KeptEvent], ...]:
    """Every event of the campaign's items, those that were taken back too, in the order in which they were opened."""
    items = event_items(office)
    kept = office.ledger.events.all(office.campaign.id) if items else ()
    return tuple((item, each) for each in kept for item in items if item.has(each.event))


def outcome(office: Office, item: EventItem, done: Opened) -> str:
    """What came of an event that was entered."""
    event = done.event
    if done.again:
        return say(
            "不必再登：第 {number} 号事发早已登记，{item}（{label}），{whose}",
            number=event.number,
            item=item.label,
            label=event.label,
            whose=whose(office, event),
        )
    period = office.schedule.period((event.plan, event.requirement, event_key(event)))
    told = say("{item}，{whose}", item=label_of(period), whose=whose(office, event))
    return say("已登记事发（第 {number} 号）：{told}；下一次每日催报发函", number=event.number, told=told)


def taken_back(office: Office, item: EventItem, event: Event) -> str:
    """What came of taking an event back."""
    told = say("{item}（{label}），{whose}", item=item.label, label=event.label, whose=whose(office, event))
    return say("已撤回第 {number} 号事发：{told}；已去过信的单位请另行告知", number=event.number, told=told)


def whose(office: Office, event: Event) -> str:
    """The units of an event in few words."""
    units = office.campaign.units
    names = say("、").join(units[unit].name if unit in units else unit for unit in event.units[:NAMES])
    return names + (say(" 等 {count} 个单位", count=len(event.units)) if len(event.units) > NAMES else "")


def _required(office: Office) -> tuple[EventItem, ...]:
    if not (found := event_items(office)):
        raise Contradiction(no_items())
    return found


def _faults_of_day(office: Office, as_of: datetime, item: EventItem, happened: date | None) -> list[str]:
    campaign = office.campaign.of(item.plan)
    issued, until = campaign.issued, campaign.chase_until
    if happened is None:
        return [say("请填写事发日期。")]
    if item.is_due_before:
        # A meeting is known before it is held. A year mistyped must not be owed for ever.
        if happened > until:
            return [
                say("事发日期 {happened} 晚于欠报催到的最后一天（{day}）。", happened=happened, day=full_date(until))
            ]
    elif happened > day_of(as_of):
        return [say("事发日期 {happened} 还没到，今天是 {day}。", happened=happened, day=day_of(as_of))]
    return (
        [say("事发日期 {happened} 早于通知印发日（{day}）。", happened=happened, day=full_date(issued))]
        if happened < issued
        else []
    )


def _owing(office: Office, item: EventItem, names: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The ids of the units that are meant, in the campaign's order; of a group those that the item may be owed by."""
    found: set[str] = set()
    faults = [] if names else [say("请至少选一个单位。")]
    for name in names:
        if groups := groups_named(office, name):
            members = [each for each in item.requirement.units if office.campaign.units[each].group in groups]
            found.update(members)
            faults += (
                [] if members else [say("“{group}”里没有要报“{item}”的单位。", group=name.strip(), item=item.label)]
            )
            continue
        try:
            unit = unit_named(office, name)
        except Contradiction as unknown:
            faults.append(str(unknown))
            continue
        found.add(unit.id)
        if unit.id not in item.requirement.units:
            faults.append(say("{unit}不需要报送“{item}”。", unit=unit.name, item=item.label))
    return tuple(each for each in item.requirement.units if each in found), faults


def _called(office: Office, day: date) -> str:
    return month_day(day) if day.year == office.campaign.issued.year else full_date(day)


def _same(kept: Sequence[KeptEvent], wanted: Event, token: str | None) -> Event | None:
    """The event that `wanted` is, where it was opened before. Raises Contradiction where another one is called so."""
    for each in kept:
        event = each.event
        if token is not None and token == each.token:
            return event
        if each.taken_back is None and event.label == wanted.label:
            if (event.day, event.units) == (wanted.day, wanted.units):
                return event
            other = say("请另写一个名称，如 {label}第二起", label=event.label)
            raise contradiction(
                [say("第 {number} 号事发也叫“{label}”，{other}。", number=event.number, label=event.label, other=other)]
            )
    return None


def no_items() -> str:
    """That there is nothing to open."""
    return say("这次通知里没有事发后才报的事项（方案里写 event 的），不用登记事发。")
