"""Whether the dates of an item make sense: each falls within the campaign, each period has one, no day is made up.

Days off do not count here: the office's own calendar is another file, and no date moves far by it.
"""

from collections.abc import Iterator
from datetime import date

from cuibao.loading.documents import ItemDue, PlanDocument, Window
from cuibao.loading.faults import Fault, Location, shown
from cuibao.loading.parsing import Parsed
from cuibao.loading.sheet import Sheet
from cuibao.model import Anchor, Every, Rule
from cuibao.policy.dues import counted
from cuibao.policy.recurrence import cut_short, occurrences
from cuibao.policy.workdays import WorkingDays

CALENDAR = WorkingDays()


def check_dates(plan: Parsed[PlanDocument], item: Location, found: ItemDue, window: Window | None) -> Iterator[Fault]:
    """The due date of an `item`, those of some units, and those of later notices."""
    sheet, event = plan.sheet, plan.sheet.at((*item, "event"))
    for place, rule in rules_in(item, found):
        if rule.every is Every.EVENT and not event:
            said = "从什么算起没有写：按报送期结束写 every，按另一事项写 of，按单位自己的日期写 of_unit，按事发写 event"
            yield sheet.fault(place, said)
        elif event and rule.every is not Every.EVENT:
            yield sheet.fault(place, "事发后才报的事项（event），期限应写 days_after 等，不写日期")
        else:
            yield from _check_rule(sheet, place, rule, window)
    yield from _check_apart(sheet, item, found, window)


def rules_in(item: Location, found: ItemDue) -> Iterator[tuple[Location, Rule]]:
    """Every rule of the item, and where it is written."""
    yield (*item, "due"), found.due
    yield from (((*item, "due_for", word), rule) for word, rule in found.due_for.items())
    for number, notice in enumerate(found.amended):
        place: Location = (*item, "amended", number)
        if notice.due:
            yield (*place, "due"), notice.due
        yield from (((*place, "due_for", word), rule) for word, rule in notice.due_for.items())


def _check_apart(sheet: Sheet, item: Location, found: ItemDue, window: Window | None) -> Iterator[Fault]:
    """That units with dates of their own report on the same periods as all others."""
    if window is None or found.due.every is Every.EVENT:
        return
    keys = [each.key for each in occurrences(found.due, window.ends)]
    for word, rule in found.due_for.items():
        own = [each.key for each in occurrences(rule, window.ends)]
        if own != keys and (rule.offset is None or rule.offset.anchor is not Anchor.ITEM):
            said = f"报送期应与 due 的一样，只是日期不同；due 有 {some_of(keys)}，这里有 {some_of(own)}"
            yield sheet.fault((*item, "due_for", word), said)


def some_of(keys: list[str]) -> str:
    """The first few of `keys`, and how many there are."""
    return "、".join(keys[:4]) + (f" 等 {len(keys)} 期" if len(keys) > 4 else "") or "（无）"


def _check_rule(sheet: Sheet, place: Location, rule: Rule, window: Window | None) -> Iterator[Fault]:
    if not rule.every.recurs:
        for number, day in enumerate(rule.dates):
            at = (*place, number) if isinstance(sheet.at(place), list) else (*place, "dates", number)
            yield from check_inside(sheet, at, day, window, shown(day))
        if rule.once:
            at = (*place, "date") if isinstance(sheet.at(place), dict) else place
            yield from check_inside(sheet, at, rule.once, window, shown(rule.once))
    elif rule.last is not None or window is not None:
        yield from _check_recurrence(sheet, place, rule, window)


def _check_recurrence(sheet: Sheet, place: Location, rule: Rule, window: Window | None) -> Iterator[Fault]:
    ends = window.ends if window else date.max
    dues, short = _dues(rule, ends), cut_short(rule, ends)
    if not dues:
        yield sheet.fault(place, _no_period(sheet, place, rule))
    elif short:
        wanted = rule.month_day[1] if rule.month_day else rule.day
        said = f"{short.year} 年 {short.month} 月没有 {wanted} 日，月末应写 last，{shown(wanted)}"
        if rule.every is Every.TEN_DAYS:
            said = f"{short.year} 年 {short.month} 月下旬没有第 {wanted} 日，旬末应写 last，{shown(wanted)}"
        elif rule.month_day:
            said = f"{short.year} 年 {short.month} 月没有 {wanted} 日，应为每一期都有的日子，{shown(wanted)}"
        yield sheet.fault((*place, "day"), said)
    elif window:
        # What is reported when a period is over may be due after the campaign has ended.
        last_day = window.until if rule.previous or rule.offset else window.ends
        if dues[0] < window.issued:
            yield from check_inside(sheet, (*place, "from"), dues[0], window, f"第一期为 {dues[0]}")
        if dues[-1] > last_day:
            until = "攻坚战结束日" if last_day == window.ends else "欠报催到的最后一天"
            yield sheet.fault((*place, "to"), f"应不晚于{until} {last_day}，最后一期为 {dues[-1]}")


def _no_period(sheet: Sheet, place: Location, rule: Rule) -> str:
    if rule.every is Every.QUARTER and not rule.skipped and sheet.at((*place, "to")):
        first, last = (sheet.at((*place, part)) for part in ("from", "to"))
        return f"from {first} 至 to {last} 之间没有季末月（3、6、9、12 月），应至少有一期"
    return f"没有一个{rule.every.word.removeprefix('每')}的报送期在其中，应至少有一期；请核对 from、to、except"


def _dues(rule: Rule, ends: date) -> list[date]:
    found = []
    for each in occurrences(rule, ends):
        if each.due:
            found.append(each.due)
        elif rule.offset and each.interval:
            found.append(counted(rule.offset, each.interval.ends, CALENDAR))
    return found


def check_inside(sheet: Sheet, place: Location, day: date, window: Window | None, found: str) -> Iterator[Fault]:
    """That a `day` is one of the campaign's; `found` is what to say of it otherwise."""
    if window and day < window.issued:
        yield sheet.fault(place, f"应不早于印发日 {window.issued}，{found}")
    elif window and day > window.ends:
        yield sheet.fault(place, f"应不晚于攻坚战结束日 {window.ends}，{found}")
