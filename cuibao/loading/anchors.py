"""Whether what a due date is counted from is there: another item, or a date of each unit's own."""

from collections.abc import Iterator, Mapping, Sequence

from cuibao.loading.directory import UNITS_FILE, Directory
from cuibao.loading.documents import ItemDue, PlanDocument
from cuibao.loading.faults import Fault, Location, nearest, shown
from cuibao.loading.parsing import Parsed
from cuibao.model import Anchor, Rule

# An item, as plan/item, and what it is counted from.
Links = Mapping[str, str]


def check_anchors(plans: Sequence[Parsed[PlanDocument]], directory: Directory | None) -> Iterator[Fault]:
    """Every due date of the `plans` that is counted from something."""
    known = {name for plan in plans for name, _ in _items(plan)}
    links = {
        name: target
        for plan in plans
        for name, item in _items(plan)
        if (found := plan.part(ItemDue, *item)) and (target := _target(plan, found.due))
    }
    for plan in plans:
        for name, item in _items(plan):
            if found := plan.part(ItemDue, *item):
                yield from _check_item(plan, name, item, found.due, known, links)
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
    plan: Parsed[PlanDocument], name: str, item: Location, rule: Rule, known: set[str], links: Links
) -> Iterator[Fault]:
    target, place = _target(plan, rule), (*item, "due", "of")
    if not target:
        return
    if target not in known:
        hint = nearest(target, known - {name})
        question = f"，是否应为 {hint.removeprefix(name.split('/')[0] + '/')}" if hint else ""
        yield plan.sheet.fault(place, f"没有这一事项{question}，{shown(plan.sheet.at(place))}")
    elif _comes_back(name, links):
        yield plan.sheet.fault(place, f"绕了一圈又算回本事项，应从一个有日期的事项算起，{shown(plan.sheet.at(place))}")


def _comes_back(name: str, links: Links) -> bool:
    """Whether following the `links` from an item never ends."""
    seen, at = {name}, links.get(name)
    while at is not None and at not in seen:
        seen.add(at)
        at = links.get(at)
    return at is not None


def _check_units(plan: Parsed[PlanDocument], item: Location, found: ItemDue, directory: Directory) -> Iterator[Fault]:
    """That whoever owes it has the date that it is counted from, unless it is due on a day of its own."""
    offset = found.due.offset
    if offset is None or offset.anchor is not Anchor.UNIT:
        return
    own = {unit for word in found.due_for for unit in directory.words.get(word, ())}
    owing = (directory.units[unit] for unit in directory.named(plan.sheet.at((*item, "owed_by"))) if unit not in own)
    without = [unit.name for unit in owing if offset.what not in unit.dates]
    if without:
        some = "、".join(without[:3]) + (f"等 {len(without)} 个单位" if len(without) > 3 else "")
        said = f"{UNITS_FILE} 中 {some}没有这个日期，应在该单位下写 dates: {{{offset.what}: 2024-06-30}} 这样的一项"
        yield plan.sheet.fault((*item, "due", "of_unit"), f"{said}，{shown(offset.what)}")
