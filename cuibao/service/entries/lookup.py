"""What forms and command lines name in words, found in the schedule and the contacts; or said that it is not there."""

import difflib
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from cuibao.errors import Contradiction
from cuibao.model import Entry, Obligation, ObligationKey, Period, Phase, Plan, Term, Unit
from cuibao.office import Office
from cuibao.said import label_of, title_and_date
from cuibao.service.entries.standings import reported, settled
from cuibao.tongue import say

T = TypeVar("T", bound=Term)
# How many unknown words of a table are compared with all known ones, and how long a word may be.
GUESSES = 20
LONGEST_NAME = 40


def term_named(kind: type[T], words: str, what: str) -> T:
    """The member of `kind` that is called `words` or has this id; `what` it says. Raises Contradiction."""
    for member in kind:
        if words.strip() in (member.word, member.value):
            return member
    raise Contradiction(
        say(
            "{what}应为 {listed} 之一，现为 {words}",
            what=what,
            listed=say("、").join(member.word for member in kind),
            words=words or say("（未选）"),
        )
    )


def plan_named(office: Office, words: str) -> Plan:
    """The plan with this id, number, short name or title. Raises Contradiction, listing what there is, or what of
    several campaigns is meant by the same words."""
    plans, wanted = office.campaign.plans, words.strip()
    found = [plan for plan in plans if wanted in (plan.id, plan.called)] or [
        plan for plan in plans if wanted in (plan.own_id, plan.title, plan.short, str(plan.no))
    ]
    if len({plan.campaign for plan in found}) > 1:
        raise Contradiction(say("叫“{words}”的方案有几个，请写代号：{known}", words=words, known=_ids_of(found)))
    if found:
        return found[0]
    raise Contradiction(say("没有“{words}”这一方案，现有：{known}", words=words, known=_ids_of(plans)))


def _ids_of(plans: Sequence[Plan]) -> str:
    return say("、").join(say("{id}（{name}）", id=plan.id, name=plan.called) for plan in plans)


def phase_named(plan: Plan, words: str) -> Phase:
    """The phase of `plan` with this name or id. Raises Contradiction, listing what there is."""
    for phase in plan.named_phases:
        if words.strip() in (phase.name, phase.id):
            return phase
    if not plan.named_phases:
        raise Contradiction(say("方案“{plan}”不分阶段，不用选阶段，现为 {words}", plan=plan.short, words=words))
    raise Contradiction(
        say(
            "阶段应为 {listed} 之一，现为 {words}",
            listed=say("、").join(phase.name for phase in plan.named_phases),
            words=words,
        )
    )


def item_labelled(office: Office, label: str) -> Period:
    """The period that a form calls `label`. Raises Contradiction."""
    if not label.strip():
        raise Contradiction(say("请选择报送事项。"))
    named: dict[str, list[Period]] = {}
    for period in office.schedule.tracked():
        named.setdefault(label_of(period), []).append(period)
    found = named.get(label.strip()) or _as_of_one(office, label.strip())
    if not found:
        raise Contradiction(
            say("没有“{label}”这一报送事项。{suggestion}", label=label, suggestion=suggestion(label, list(named)))
        )
    if len(found) > 1:
        raise Contradiction(
            say("有 {count} 个报送期都叫“{label}”，请用命令行按报送期登记。", count=len(found), label=label)
        )
    return found[0]


def _as_of_one(office: Office, label: str) -> list[Period]:
    """The periods that were called `label` while the office ran but one campaign: a form may stand open since then."""
    return [each for each in office.schedule.tracked() if label == f"{each.plan.short}·{title_and_date(each)}"]


def item_named(office: Office, plan: str, requirement: str, period: str | None) -> Period:
    """The period that a command line names by ids or Chinese titles. Raises Contradiction, listing what there is."""
    wanted = plan_named(office, plan)
    of_plan = [p for p in office.schedule.periods if p.plan.id == wanted.id]
    named = [p for p in of_plan if requirement in (p.requirement.id, p.requirement.title)]
    if not named:
        known = say("、").join(
            dict.fromkeys(say("{id}（{name}）", id=p.requirement.id, name=p.requirement.title) for p in of_plan)
        )
        raise Contradiction(
            say(
                "方案“{plan}”没有“{requirement}”这一事项，现有：{known}",
                plan=wanted.short,
                requirement=requirement,
                known=known,
            )
        )
    if not named[0].requirement.tracked:
        raise Contradiction(say("“{item}”是工作节点，不需要报送，无从登记。", item=named[0].requirement.title))
    if period is None and len(named) == 1:
        return named[0]
    # The name of one period may be the due date of another, that a day off or a notice moved there.
    for called in (
        [found for found in named if period == found.name],
        [found for found in named if period in (found.due.isoformat(), found.label)],
    ):
        if len(called) == 1:
            return called[0]
    known = say("、").join(p.name for p in named)
    raise Contradiction(
        say(
            "“{item}”的报送期应为其中之一：{known}，现为 {period}",
            item=named[0].requirement.title,
            known=known,
            period=period or say("（未写）"),
        )
    )


def item_meant(
    office: Office, label: str | None, plan: str | None, requirement: str | None, period: str | None
) -> Period | None:
    """The item named by its label or by its parts; None where neither is given. Raises Contradiction."""
    if label and label.strip():
        if plan or requirement or period:
            raise Contradiction(say("事项写了名称，就不用再写方案、事项代号和报送期。"))
        return item_labelled(office, label)
    if plan and requirement:
        return item_named(office, plan, requirement, period)
    if plan or requirement or period:
        raise Contradiction(say("指明一个事项，方案和事项要一起写。"))
    return None


def unit_named(office: Office, name: str) -> Unit:
    """The unit called `name`: its name, an alias, its code or its id. Raises Contradiction with the nearest name."""
    wanted = name.strip()
    for unit in office.campaign.units.values():
        if wanted in (unit.name, unit.id, unit.no, *unit.aliases):
            return unit
    names = [word for unit in office.campaign.units.values() for word in (unit.name, *unit.aliases)]
    raise Contradiction(say("通讯录里没有“{name}”。{suggestion}", name=name, suggestion=suggestion(wanted, names)))


def suggestion(word: str, known: Sequence[str]) -> str:
    """Those of `known` that are most like `word`, as a question; nothing where none is."""
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.4)
    return say("是不是：{listed}？", listed=say("、").join(near)) if near else ""


def unknown(known: Sequence[str], said: str) -> Callable[[str], str]:
    """What to say of a word of a table that is none of `known`: `said`, with the word where it has {}, and which may be
    meant. That is looked for among all of them, and so for the first words only."""
    left = iter(range(GUESSES))

    def of(word: str) -> str:
        guess = suggestion(word, known) if len(word) <= LONGEST_NAME and next(left, None) is not None else ""
        return said.format(word if len(word) <= LONGEST_NAME else f"{word[:LONGEST_NAME]}…") + guess

    return of


def owed_by(office: Office, units: Sequence[str], periods: Sequence[Period]) -> tuple[Obligation, ...]:
    """What each of `units`, which are no groups, owes of each of `periods`. Raises Contradiction, naming everything
    that is wrong."""
    found: dict[ObligationKey, Obligation] = {}
    faults = [
        say("这里请逐个选单位，不能选分组“{group}”。", group=name.strip())
        for name in units
        if groups_named(office, name)
    ]
    for period in periods:
        owed, more = obligations_named(office, units, period)
        found |= {obligation.key: obligation for obligation in owed}
        faults += more
    if faults:
        raise contradiction(list(dict.fromkeys(faults)))
    return tuple(found.values())


def obligations_named(
    office: Office, units: Sequence[str], period: Period, entry: Entry = Entry.RECEIVED
) -> tuple[list[Obligation], list[str]]:
    """Who is meant; of a group those who owe this item, and only those whom a decision can be about: who still owes it,
    or of what is sent back who has reported."""
    owed: dict[ObligationKey, Obligation] = {}
    faults = [] if units else [say("请至少选一个单位。")]
    spared = _spared(office, period, entry) if units else ()
    for name in units:
        members = _members(office, name, period)
        for unit in members:
            obligation = office.schedule.obligation(period, unit)
            if unit.id not in spared:
                owed[obligation.key] = obligation
        if members:
            continue
        try:
            unit = unit_named(office, name)
        except Contradiction as unknown:
            faults.append(str(unknown))
            continue
        if unit.id not in period.units:
            faults.append(say("{unit}不需要报送“{item}”。", unit=unit.name, item=label_of(period)))
            continue
        obligation = office.schedule.obligation(period, unit)
        owed[obligation.key] = obligation
    if not owed and not faults:
        whom = say("已经报了") if entry is Entry.RETURNED else say("还要报")
        faults.append(
            say("{units}里没有{whom}“{item}”的单位。", units=say("、").join(units), whom=whom, item=label_of(period))
        )
    return list(owed.values()), faults


def _spared(office: Office, period: Period, entry: Entry) -> Collection[str]:
    """The units that `entry` is not about where it is made for their group."""
    if entry is Entry.RETURNED:
        return set(period.units) - reported(office, period)
    return settled(office, period) if entry in (Entry.EXEMPTED, Entry.EXTENDED) else ()


def _members(office: Office, name: str, period: Period) -> list[Unit]:
    """The units of the group called `name` that owe `period`; none where no group is called so."""
    groups = groups_named(office, name)
    return [unit for unit in map(office.campaign.units.get, period.units) if unit and unit.group in groups]


def groups_named(office: Office, name: str) -> set[str]:
    """The groups of this name or id."""
    return {group for group, words in office.campaign.groups.items() if name.strip() in (group, words)}


def contradiction(faults: Sequence[str]) -> Contradiction:
    """What is wrong with an entry, all of it; nothing was recorded."""
    return Contradiction("\n".join([*faults, say("以上情况请核对；本次没有登记任何内容。")]))
