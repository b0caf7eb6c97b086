"""That what was received for an item is still found, whatever is changed in the files.

Giving `about: previous` or several weekdays to an item changes its keys, and so does taking that away. Whoever sends or
registers asks the ledger once for the keys that it has; whoever looks does not.
"""

from collections.abc import Mapping, Sequence

from cuibao.errors import Faults
from cuibao.model import ONCE, ObligationKey, Plan, Requirement
from cuibao.office import Office
from cuibao.policy.keys import form_of, is_lost, keys_by_form, keys_of
from cuibao.policy.standing import counting

EVENTS = "event-1"


def require_keys(office: Office, item: Sequence[str] = ()) -> None:
    """Raise Faults where entries of the campaign, or of one `item` (the ids of a plan and its requirement), stand under
    keys of another form than its rule makes now. Asks the ledger once."""
    wanted = tuple(item)
    if () in office.keys_held or wanted in office.keys_held:
        return
    if found := moved_keys(office, wanted):
        raise Faults(found)
    office.keys_held.add(wanted)


def moved_keys(office: Office, item: Sequence[str] = ()) -> list[str]:
    """What is to be said of each item whose keys have moved, in the notice's order."""
    kept = office.ledger.periods_kept(office.campaign.id, item)
    made = keys_by_form(office.schedule.periods)
    laid = keys_of(office.schedule.periods)
    known = {(plan.id, each.id): (plan, each) for plan in office.campaign.plans for each in plan.requirements}
    found = []
    for name, (plan, requirement) in known.items():
        now, keys = _now(requirement, made.get(name, {})), laid.get(name, ())
        strange = [key for key in kept.get(name, ()) if is_lost(key, requirement, now, keys)] if now else []
        if strange:
            found += _said(office, plan, requirement, strange, now)
    return found


def lost_entries(office: Office) -> list[str]:
    """What is to be said of entries that nothing in the files is owed for any more, a line an item: an id or a date was
    changed, or the item is gone."""
    owing = {period.identity: frozenset(period.units) for period in office.schedule.periods}
    found: dict[str, list[ObligationKey]] = {}
    for key, entries in office.ledger.entries(office.campaign.id).items():
        if key.unit not in owing.get(key.item, ()) and counting(entries) and office.runs(key.plan):
            found.setdefault(f"{key.plan}/{key.requirement}", []).append(key)
    return [
        f"台账里有 {len(keys)} 件登记，现在的日程里没有：事项 {name}，报送期 {keys[0].period}，单位 {keys[0].unit}"
        f"{'等' if len(keys) > 1 else ''}。代号或日期改过的，请改回来；确实取消了的，不用处理。"
        for name, keys in found.items()
    ]


def _now(requirement: Requirement, made: Mapping[str, str]) -> Mapping[str, str]:
    """The forms that the item has now; one that clerks open may have no period yet."""
    return {**made, form_of(EVENTS): EVENTS} if requirement.event is not None else made


def _said(
    office: Office, plan: Plan, requirement: Requirement, strange: Sequence[str], now: Mapping[str, str]
) -> list[str]:
    entries = office.ledger.entries(office.campaign.id, item=(plan.id, requirement.id))
    lost = sorted(key.period for key, found in entries.items() if key.period in strange for _ in counting(found))
    if not lost:
        return []
    if all(form_of(key) in now for key in lost):
        return [
            f"{plan.file}：事项 {requirement.id}（{requirement.title}）的几个日期里没有 {lost[0]} 了，台账里有"
            f" {len(lost)} 条登记在这样的报送期下，会找不到。请把日期改回来；要改期，写在 amended 的 moves 里。"
        ]
    return [
        f"{plan.file}：事项 {requirement.id}（{requirement.title}）的报送期变了写法：台账里有 {len(lost)} 条登记在"
        f"{_called(lost[0])}的报送期下，现在的 due 是{_called(next(iter(now.values())))}的，这些登记会找不到。"
        "请改回原来的写法；要换报送办法，另起一个 id，原来的事项照旧留着。"
    ]


def _called(key: str) -> str:
    return "只报一次" if key == ONCE else f" {key} 这样"
