"""Whether what later notices say of an item comes to anything, and whether all that is due can still be chased.

A notice that changes nothing is a mistake of whoever wrote it down: a date that is none of the item's, periods that the
item does not have. It is found by laying the item out without the notice and with it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cuibao.loading.datechecks import some_of
from cuibao.loading.directory import Directory
from cuibao.loading.documents import AmendmentEntry, ItemDue, PlanDocument, Window
from cuibao.loading.faults import Fault, Location, shown
from cuibao.loading.parsing import Parsed
from cuibao.loading.sheet import Sheet
from cuibao.model import JOINTLY, ONCE, Amendment, Anchor, Campaign, Count, DueDay, Plan, Requirement, Rule
from cuibao.policy.moving import rules_of
from cuibao.policy.periods import of_item
from cuibao.policy.recurrence import occurrences
from cuibao.policy.workdays import WorkingDays

ELSEWHERE = (Anchor.ITEM, Anchor.UNIT)
BY_WORKING_DAYS = (Count.WORKING_DAYS_AFTER, Count.WORKING_DAYS_BEFORE)
# When each period is due, by its key and by the unit that has a day of its own, empty for all others.
Laid = Mapping[tuple[str, str], DueDay]


def check_notices(
    sheet: Sheet, item: Location, notices: Sequence[AmendmentEntry], window: Window | None
) -> Iterator[Fault]:
    """The days from which the later `notices` of an `item` change it: in order, and within the campaign."""
    for number, notice in enumerate(notices):
        place: Location = (*item, "amended", number, "from")
        earlier = notices[:number]
        if window and notice.since < window.issued:
            said = f"补充通知应不早于印发日 {window.issued}；印发时就这样定的直接写在 due 里"
            yield sheet.fault(place, f"{said}，{shown(notice.since)}")
        elif window and notice.since > window.until:
            yield sheet.fault(place, f"应不晚于欠报催到的最后一天 {window.until}，{shown(notice.since)}")
        elif earlier and notice.since < earlier[-1].since:
            said = f"几个补充通知应从早到晚写，上一个是 {earlier[-1].since}"
            yield sheet.fault(place, f"{said}，{shown(notice.since)}")
        elif (notice.document_no, notice.since) in {(each.document_no, each.since) for each in earlier}:
            yield sheet.fault(place[:-1], f"{notice.document_no} 从 {notice.since} 起的已写过，同一通知的应写在一处")


def check_laid_out(
    campaign: Campaign, plans: Sequence[Parsed[PlanDocument]], directory: Directory, window: Window
) -> Iterator[Fault]:
    """Every item of the `campaign` that later notices change, or that is due by what stands elsewhere."""
    files = {plan.sheet.path.name: plan for plan in plans}
    for plan in campaign.plans:
        parsed = files[plan.file]
        places = {
            parsed.sheet.at((*each, "id")): each
            for each in (*parsed.places("requirements"), *parsed.places("milestones"))
        }
        for requirement in plan.requirements:
            if requirement.event is None and not requirement.id.endswith(JOINTLY):
                check = _Check(campaign, plan, requirement, parsed, places[requirement.id], directory)
                yield from list(check.notices()) or check.within(window)


@dataclass(frozen=True, slots=True)
class _Check:
    """The check of one item, which stands at `place` of its file, `parsed`."""

    campaign: Campaign
    plan: Plan
    requirement: Requirement
    parsed: Parsed[PlanDocument]
    place: Location
    directory: Directory

    def notices(self) -> Iterator[Fault]:
        """What is wrong with its later notices."""
        for number, notice in enumerate(self.requirement.amended):
            before = self._laid(number)
            found = [*self._without_effect(number, notice, before), *self._no_such_dates(number, notice, before)]
            yield from found or self._too_early(number, notice, before)

    def within(self, window: Window) -> Iterator[Fault]:
        """That what is counted from elsewhere, or was changed, is due while it is chased."""
        elsewhere = any(rule.offset and rule.offset.anchor in ELSEWHERE for rule in rules_of(self.requirement))
        if not elsewhere and not self.requirement.amended:
            return
        laid = self._laid(len(self.requirement.amended))
        days = defaultdict(set)
        for (key, _), day in laid.items():
            days[key].add(day)
        for (key, unit), day in laid.items():
            said = ""
            if day.due > window.until:
                said = f"应不晚于欠报催到的最后一天 {window.until}"
            elif day.due < window.issued and key == ONCE:
                said = f"应不早于印发日 {window.issued}"
            if said:
                whose = "" if len(days[key]) == 1 else f"{self.campaign.units[unit].name}的"
                yield self.parsed.sheet.fault((*self.place, "due"), f"{whose}期限{said}，算得 {day.due}")
                return

    def _laid(self, number: int, *more: Amendment) -> Laid:
        """The item as the first `number` of its notices left it, and then some more."""
        item = replace(self.requirement, amended=(*self.requirement.amended[:number], *more))
        found = of_item(self.campaign, WorkingDays(country=self.campaign.calendar), self.plan, item)
        return {
            (each.key, unit): DueDay(day.due, day.at)
            for each in found
            for unit in each.units or ("",)
            for day in (each.apart.get(unit) or DueDay(each.due, each.at),)
        }

    def _without_effect(self, number: int, notice: Amendment, before: Laid) -> Iterator[Fault]:
        sheet, place = self.parsed.sheet, (*self.place, "amended", number)
        common = replace(notice, apart=(), moves=())
        changed = self._laid(number, common)
        if (notice.stops or notice.rule) and changed == before:
            said = f"没有改变任何一期：从 {notice.since} 起没有要到期的，或与原来一样；以前到期的改期写 moves"
            yield sheet.fault((*place, "stopped" if notice.stops else "due"), said)
        found = self.parsed.part(ItemDue, *self.place)
        assert found is not None
        words = sorted(found.amended[number].due_for, key=lambda word: len(self.directory.words[word]))
        for word, own in zip(words, notice.apart, strict=True):
            # Who has kept days of its own is not written here.
            given = sheet.at((*place, "due_for", word)) is not None
            if given and self._laid(number, replace(common, apart=(own,))) == changed:
                yield sheet.fault((*place, "due_for", word), self._no_change(changed, notice, own[1]))

    def _no_change(self, laid: Laid, notice: Amendment, rule: Rule) -> str:
        keys = list(dict.fromkeys(key for key, _ in laid))
        own = [each.key for each in occurrences(rule, self.campaign.ends)]
        if set(keys).isdisjoint(own):
            return f"报送期应与其他单位的一样，只是日期不同；其他单位有 {some_of(keys)}，这里有 {some_of(own)}"
        return f"没有改变任何一期：从 {notice.since} 起没有要到期的，或与原来一样"

    def _no_such_dates(self, number: int, notice: Amendment, before: Laid) -> Iterator[Fault]:
        if any(rule.offset and rule.offset.count in BY_WORKING_DAYS for rule in rules_of(self.requirement)):
            return  # the office's own days off, which are not known here, may have put them elsewhere
        for old, new in notice.moves:
            one = replace(notice, rule=None, apart=(), moves=((old, new),))
            if old != new and self._laid(number, one) == before:
                dues = sorted({str(day.due) for day in before.values()})
                said = f"没有一期是这一天到期，到期的有 {some_of(dues)}，{shown(old)}"
                yield self.parsed.sheet.fault((*self.place, "amended", number, "moves", str(old)), said)

    def _too_early(self, number: int, notice: Amendment, before: Laid) -> Iterator[Fault]:
        """No date may be over when the notice comes."""
        for (key, unit), day in self._laid(number, notice).items():
            old = before.get((key, unit))
            if old and day.due < notice.since and day.due < old.due:
                said = f"原定 {old.due} 到期的一期改成了 {day.due}，早于 from（{notice.since}）"
                more = f"；这一期不改的，from 应晚于 {old.due}"
                yield self.parsed.sheet.fault((*self.place, "amended", number), said + more)
                return
