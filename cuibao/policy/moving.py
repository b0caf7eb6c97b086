"""Which items have due dates that a calendar published later may move."""

from collections.abc import Iterator

from cuibao.model import Anchor, Campaign, Requirement, Rule
from cuibao.policy.dues import by_calendar

# The ids of a plan and of its item.
Item = tuple[str, str]


def moving(campaign: Campaign) -> frozenset[Item]:
    """The items of which days off decide when they are due: by a rule of their own, or of an item counted from."""
    rules = {(plan.id, each.id): tuple(rules_of(each)) for plan in campaign.plans for each in plan.requirements}
    found = {item for item, own in rules.items() if any(map(by_calendar, own))}
    while more := {item for item, own in rules.items() if item not in found and _counted_from(item, own) & found}:
        found |= more
    return frozenset(found)


def rules_of(requirement: Requirement) -> Iterator[Rule]:
    """Every rule by which `requirement` is due for somebody, before and after later notices."""
    yield requirement.rule
    yield from (rule for _, rule in requirement.apart)
    for amendment in requirement.amended:
        if amendment.rule is not None:
            yield amendment.rule
        yield from (rule for _, rule in amendment.apart)


def _counted_from(item: Item, rules: tuple[Rule, ...]) -> frozenset[Item]:
    anchors = (rule.offset.what for rule in rules if rule.offset and rule.offset.anchor is Anchor.ITEM)
    parted = (what.rpartition("/") for what in anchors)
    return frozenset((plan or item[0], name) for plan, _, name in parted)
