"""Several campaigns run by one office as one: one letter a unit, one mailbox, one board across them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cuibao.model import JOINT, Amendment, Anchor, Campaign, Copies, Plan, ReminderPolicy, Requirement, Rule
from cuibao.tongue import say

# What campaigns must have in common, by the name in campaign.yaml: one letter has one language and one sender.
ALIKE: Mapping[str, Callable[[Campaign], str]] = {
    "language": lambda campaign: campaign.language,
    "timezone": lambda campaign: campaign.timezone,
    "calendar": lambda campaign: campaign.calendar,
    "office.name": lambda campaign: campaign.office,
    "office.short": lambda campaign: campaign.office_short,
    "office.mailbox": lambda campaign: campaign.mailbox,
    "office.phone": lambda campaign: campaign.phone,
}


def unlike(campaigns: Sequence[Campaign]) -> Iterator[str]:
    """What keeps `campaigns` from being run as one, each in words that name file and field."""
    first, *others = campaigns
    for other in others:
        for name, read in ALIKE.items():
            if read(other) != read(first):
                yield (
                    f"{other.folder}/campaign.yaml 的 {name} 是 {read(other)}，而 {first.folder} 的是 {read(first)}："
                    "一个办公室同时办的攻坚战，这一项应当相同；不同的请另设一个 CUIBAO_HOME 来办"
                )
    yield from _mixed_up(campaigns)
    owners: dict[str, str] = {}
    for campaign in campaigns:
        owner = owners.setdefault(campaign.reference, campaign.folder)
        if owner != campaign.folder:
            yield (
                f"{campaign.folder}/campaign.yaml 的 reference 是 {campaign.reference}，与 {owner} 的相同："
                "信的编号要分得清，请换一个"
            )


def _mixed_up(campaigns: Sequence[Campaign]) -> Iterator[str]:
    """What two folders of the contacts both have: a word that stands for units must mean the same everywhere."""
    places: dict[str, str] = {}
    for contacts, words in {each.contacts: tuple(_words(each)) for each in campaigns}.items():
        for word in dict.fromkeys(words):
            if word in places:
                where = " 和 ".join(f"contacts/{folder}".rstrip("/") for folder in (places[word], contacts))
                yield f"{where} 里都有“{word}”：同时办的攻坚战各用一处通讯录时，单位和分组的代号、名称不能相同"
            places.setdefault(word, contacts)


def _words(campaign: Campaign) -> Iterator[str]:
    for unit in campaign.units.values():
        yield from (unit.id, unit.no, unit.name, *unit.aliases)
    for group, name in campaign.groups.items():
        yield from (group, name)


def join(campaigns: Sequence[Campaign], book: str) -> Campaign:
    """`campaigns`, which are alike, as one whose rows in the ledger bear `book`, the id of the office's first.

    Of several, the codes stand beside what is named; the plans of all but that first have ids of their own in the
    ledger, so that a campaign that comes or goes changes no other's.
    """
    several = len(campaigns) > 1
    titles, names = _alike(campaigns)
    members = [_member(campaign, book, several, titles, names) for campaign in campaigns]
    if not several and members[0].id == book:
        return members[0]
    return _as_one(members, book)


def apart(campaigns: Sequence[Campaign], book: str) -> Campaign:
    """`campaigns` that run no more, as one, each named by its code: they need not be alike."""
    return _as_one([_member(each, book, True, (), ()) for each in campaigns], book)


def _alike(campaigns: Sequence[Campaign]) -> tuple[frozenset[str], frozenset[str]]:
    """What several of `campaigns` are titled, and what plans of several are called: next year's are often copies."""
    titles = Counter(each.title for each in campaigns)
    names = Counter(name for each in campaigns for name in {plan.short for plan in each.plans})
    return _several(titles), _several(names)


def _several(counted: Counter[str]) -> frozenset[str]:
    return frozenset(word for word, count in counted.items() if count > 1)


def _as_one(members: Sequence[Campaign], book: str) -> Campaign:
    return replace(
        members[0],
        id=book,
        title=say("、").join(each.title for each in members),
        document_no=say("、").join(each.document_no for each in members),
        issued=min(each.issued for each in members),
        ends=max(each.ends for each in members),
        chase_until=max(each.chase_until for each in members),
        units={unit.id: unit for each in members for unit in each.units.values()},
        groups={group: name for each in members for group, name in each.groups.items()},
        plans=tuple(plan for each in members for plan in each.plans),
        policy=strictest([each.policy for each in members]),
        assumptions=tuple(each for member in members for each in member.assumptions),
        outdated=tuple(dict.fromkeys(each for member in members for each in member.outdated)),
        joined={each.folder: each for each in members},
    )


def strictest(policies: Sequence[ReminderPolicy]) -> ReminderPolicy:
    """The limits of letters that keep to those of all `policies`; when to remind is each campaign's own."""
    return replace(
        policies[0],
        letters_at_most=min(each.letters_at_most for each in policies),
        letters_in_days=max(each.letters_in_days for each in policies),
        copy_in_days=max(each.copy_in_days for each in policies),
        copies=Copies.ASK if any(each.copies is Copies.ASK for each in policies) else policies[0].copies,
    )


def about(campaign: Campaign, plans: Sequence[Plan]) -> Campaign:
    """Of a joined `campaign` what concerns `plans`: theirs alone where they are of one."""
    named = {plan.campaign for plan in plans}
    members = [each for folder, each in campaign.joined.items() if folder in named]
    if not members or len(members) == len(campaign.joined):
        return campaign
    return _as_one(members, campaign.id)


def _member(campaign: Campaign, book: str, several: bool, titles: Collection[str], names: Collection[str]) -> Campaign:
    prefix = "" if campaign.id == book else f"{campaign.folder}{JOINT}"
    tag = campaign.reference if several else ""
    title = campaign.title
    if title in titles:
        title = say("{name}（{code}）", name=title, code=campaign.reference)
    plans = (_renamed(plan, campaign.folder, prefix, tag, plan.short in names) for plan in campaign.plans)
    return replace(campaign, title=title, plans=tuple(plans))


def _renamed(plan: Plan, folder: str, prefix: str, tag: str, shared: bool) -> Plan:
    requirements = plan.requirements
    if prefix:
        requirements = tuple(_anchored(each, prefix) for each in requirements)
    named = replace(plan, id=f"{prefix}{plan.id}", campaign=folder, tag=tag, shared=shared)
    return replace(named, requirements=requirements)


def _anchored(requirement: Requirement, prefix: str) -> Requirement:
    """The requirement, counted from the items of its own campaign under the ids that their plans have now."""
    return replace(
        requirement,
        rule=_rule(requirement.rule, prefix),
        apart=_apart(requirement.apart, prefix),
        amended=tuple(_amendment(each, prefix) for each in requirement.amended),
    )


def _amendment(amendment: Amendment, prefix: str) -> Amendment:
    rule = amendment.rule and _rule(amendment.rule, prefix)
    return replace(amendment, rule=rule, apart=_apart(amendment.apart, prefix))


def _apart(rules: Sequence[tuple[tuple[str, ...], Rule]], prefix: str) -> tuple[tuple[tuple[str, ...], Rule], ...]:
    return tuple((units, _rule(rule, prefix)) for units, rule in rules)


def _rule(rule: Rule, prefix: str) -> Rule:
    offset = rule.offset
    if offset is None or offset.anchor is not Anchor.ITEM or "/" not in offset.what:
        return rule
    return replace(rule, offset=replace(offset, what=f"{prefix}{offset.what}"))
