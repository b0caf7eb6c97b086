"""Whether what a due date is counted from is there: another item, or a date of each unit's own."""

from collections.abc import Iterator, Mapping, Sequence

from cuibao.loading.datechecks import rules_of
from cuibao.loading.directory import UNITS_FILE, Directory
from cuibao.loading.documents import ItemDue, PlanDocument
from cuibao.loading.faults import Fault, Location, nearest, shown
from cuibao.loading.parsing import Parsed
from cuibao.model import Anchor, Rule

# An item, as plan/item, and the items that it is counted from.
Links = Mapping[str, frozenset[str]]


def check_anchors(plans: Sequence[Parsed[PlanDocument]], directory: Directory | None) -> Iterator[Fault]:
    """Every due date of the `plans` that is counted from something, those of some units and of later notices too."""
    known = {name for plan in plans for name, _ in _items(plan)}
    links = {
        name: frozenset(filter(None, (_target(plan, rule) for _, rule in rules_of(item, found))))
        for plan in plans
        for name, item in _items(plan)
        if (found := plan.part(ItemDue, *item))
    }
    for plan in plans:
        for name, item in _items(plan):
            if found := plan.part(ItemDue, *item):
                for place, rule in rules_of(item, found):
                    yield from _check_item(plan, name, place, rule, known, links)
                if directory:
                    yield from _check_units(plan, item, found, directory)


def _items(plan: Parsed[PlanDocument]) -> Iterator[tuple[str, Location]]:
    for item in (*plan.places("requirements"), *plan.places("milestones")):
        yield f"{plan.sheet.at(('id',))}/{plan.sheet.at((*item, 'id'))}", item


def _target(plan: Parsed[PlanDocument], rule: Rule) -> str:
    """The item that `rule` is counted from, as plan/item; empty where it is from none."""
    if rule.offset is None or rule.offset.anchor is not Anchor.ITEM:
        return ""
    what = rule.offset.what
    return what if "/" in what else f"{plan.sheet.at(('id',))}/{what}"


def _check_item(
    plan: Parsed[PlanDocument], name: str, at: Location, rule: Rule, known: set[str], links: Links
) -> Iterator[Fault]:
    target, place = _target(plan, rule), (*at, "of")
    if not target or plan.sheet.at(place) is None:  # said elsewhere, and told of there
        return
    if target not in known:
        hint = nearest(target, known - {name})
        question = f"，是否应为 {hint.removeprefix(name.split('/')[0] + '/')}" if hint else ""
        yield plan.sheet.fault(place, f"没有这一事项{question}，{shown(plan.sheet.at(place))}")
    elif _comes_back(name, target, links):
        yield plan.sheet.fault(place, f"绕了一圈又算回本事项，应从一个有日期的事项算起，{shown(plan.sheet.at(place))}")


def _comes_back(name: str, target: str, links: Links) -> bool:
    """Whether following the `links` from `target` leads to the item that is counted from it."""
    seen: set[str] = set()
    ahead = {target}
    while ahead:
        seen |= ahead
        ahead = {each for item in ahead for each in links.get(item, ())} - seen
    return name in seen


def _check_units(plan: Parsed[PlanDocument], item: Location, found: ItemDue, directory: Directory) -> Iterator[Fault]:
    """That whoever goes by a date of its own has that date in the contacts."""
    owing = directory.named(plan.sheet.at((*item, "owed_by")))
    own = {unit for word in found.due_for for unit in directory.words.get(word, ())}
    for at, rule in rules_of(item, found):
        if rule.offset is None or rule.offset.anchor is not Anchor.UNIT:
            continue
        here, some = plan.sheet.at((*at, "of_unit")) is not None, at[-2] == "due_for"
        if not here and not some:  # said elsewhere, and told of there
            continue
        meant = directory.words.get(str(at[-1]), ()) if some else [unit for unit in owing if unit not in own]
        without = [directory.units[unit].name for unit in meant if rule.offset.what not in directory.units[unit].dates]
        if without:
            yield plan.sheet.fault((*at, "of_unit") if here else at, _lacking_dates(without, rule.offset.what))


def _lacking_dates(without: Sequence[str], what: str) -> str:
    some = "、".join(without[:3]) + (f"等 {len(without)} 个单位" if len(without) > 3 else "")
    return f"{UNITS_FILE} 中 {some}没有这个日期，应在该单位下写 dates: {{{what}: 2024-06-30}} 这样的一项，{shown(what)}"
