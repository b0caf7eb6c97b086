"""Whether what a due date is counted from is there: another item, or a date of each unit's own."""

from collections.abc import Iterator, Mapping, Sequence

from cuibao.loading.datechecks import rules_in
from cuibao.loading.directory import UNITS_FILE, Directory
from cuibao.loading.documents import ItemDue, PlanDocument
from cuibao.loading.faults import Fault, Location, nearest, shown
from cuibao.loading.parsing import Parsed
from cuibao.model import Anchor, Rule

# An item, as plan/item, and what its rules are counted from.
Links = Mapping[str, frozenset[str]]
DUE = "due"


def check_anchors(plans: Sequence[Parsed[PlanDocument]], directory: Directory | None) -> Iterator[Fault]:
    """Every due date of the `plans` that is counted from something: of each rule, and of later notices too."""
    found = [(plan, name, item, due) for plan in plans for name, item in _items(plan) if (due := _due(plan, item))]
    known = {name for plan in plans for name, _ in _items(plan)}
    links = {name: frozenset(_target(plan, rule) for _, rule in rules_in(item, due)) for plan, name, item, due in found}
    by_units = {name for _, name, item, due in found if any(map(_of_units, (rule for _, rule in rules_in(item, due))))}
    for plan, name, item, due in found:
        for place, rule in rules_in(item, due):
            # What a rule leaves to another is said there.
            if plan.sheet.at((*place, "of")) is not None:
                yield from _check_target(plan, name, (*place, "of"), rule, known, links, by_units)
        if directory:
            yield from _check_units(plan, item, due, directory)


def _due(plan: Parsed[PlanDocument], item: Location) -> ItemDue | None:
    return plan.part(ItemDue, *item)


def _items(plan: Parsed[PlanDocument]) -> Iterator[tuple[str, Location]]:
    for item in (*plan.places("requirements"), *plan.places("milestones")):
        yield f"{plan.sheet.at(('id',))}/{plan.sheet.at((*item, 'id'))}", item


def _target(plan: Parsed[PlanDocument], rule: Rule) -> str:
    """The item that `rule` is counted from, as plan/item; empty where it is from none."""
    if rule.offset is None or rule.offset.anchor is not Anchor.ITEM:
        return ""
    what = rule.offset.what
    return what if "/" in what else f"{plan.sheet.at(('id',))}/{what}"


def _check_target(
    plan: Parsed[PlanDocument],
    name: str,
    place: Location,
    rule: Rule,
    known: set[str],
    links: Links,
    by_units: set[str],
) -> Iterator[Fault]:
    target, given = _target(plan, rule), shown(plan.sheet.at(place))
    if not target:
        return
    if target not in known:
        hint = nearest(target, known - {name})
        question = f"，是否应为 {hint.removeprefix(name.split('/')[0] + '/')}" if hint else ""
        yield plan.sheet.fault(place, f"没有这一事项{question}，{given}")
    elif _leads_to(target, name, links):
        yield plan.sheet.fault(place, f"绕了一圈又算回本事项，应从一个有日期的事项算起，{given}")
    elif target in by_units:
        said = "这一事项按各单位自己的日期到期，没有共同的日期，应同它一样写 of_unit"
        yield plan.sheet.fault(place, f"{said}，{given}")


def _leads_to(begin: str, end: str, links: Links) -> bool:
    """Whether following the `links` from one item comes to another."""
    seen, left = {begin}, [begin]
    while left:
        more = links.get(left.pop(), frozenset()) - seen
        seen |= more
        left += more
    return end in seen


def _of_units(rule: Rule) -> bool:
    return rule.offset is not None and rule.offset.anchor is Anchor.UNIT


def _check_units(plan: Parsed[PlanDocument], item: Location, found: ItemDue, directory: Directory) -> Iterator[Fault]:
    """That whoever owes it by a date of the units' own has that date, unless it is due on a day of its own."""
    owing = directory.named(plan.sheet.at((*item, "owed_by")))
    lacking: set[tuple[str, str]] = set()
    for place, rule in rules_in(item, found):
        if rule.offset is None or rule.offset.anchor is not Anchor.UNIT:
            continue
        what = rule.offset.what
        meant = (unit for unit in _meant(item, place, found, directory) if unit in owing)
        without = [unit for unit in meant if what not in directory.units[unit].dates and (unit, what) not in lacking]
        lacking.update((unit, what) for unit in without)
        if without:
            names = [directory.units[unit].name for unit in without]
            some = "、".join(names[:3]) + (f"等 {len(names)} 个单位" if len(names) > 3 else "")
            said = f"{UNITS_FILE} 中 {some}没有这个日期，应在该单位下写 dates: {{{what}: 2024-06-30}} 这样的一项"
            yield plan.sheet.fault((*place, "of_unit"), f"{said}，{shown(what)}")


def _meant(item: Location, place: Location, found: ItemDue, directory: Directory) -> Iterator[str]:
    """The units that the rule at `place` of an `item` is for."""
    if place[-1] == DUE:
        own = {unit for word in _apart(item, place, found) for unit in directory.words.get(word, ())}
        yield from (unit for unit in directory.units if unit not in own)
        return
    word = str(place[-1])
    # Who is named itself goes by that, and not by its group's.
    others = (directory.words.get(each, ()) for each in _words(item, place, found) if each != word)
    mine = directory.words.get(word, ())
    narrower = {unit for units in others if len(units) < len(mine) for unit in units}
    yield from (unit for unit in mine if unit not in narrower)


def _words(item: Location, place: Location, found: ItemDue) -> Iterator[str]:
    """The words beside the one at `place`."""
    number = _notice(item, place)
    yield from found.due_for if number is None else found.amended[number].due_for


def _apart(item: Location, place: Location, found: ItemDue) -> Iterator[str]:
    """The words of those who are due by rules of their own where the one at `place` is for the others."""
    yield from found.due_for
    number = _notice(item, place)
    for notice in () if number is None else found.amended[: number + 1]:
        yield from notice.due_for


def _notice(item: Location, place: Location) -> int | None:
    """Which later notice `place` is in, of an `item`; None where in none."""
    within = place[len(item) :]
    return within[1] if len(within) > 1 and isinstance(within[1], int) else None
