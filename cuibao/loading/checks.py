"""What one file alone cannot tell: whether a plan's dates, names and units agree with the campaign and with each other.

Each check looks at the parts that are right and passes over the rest, so that one mistake never hides another.
"""

from collections.abc import Iterator, Sequence

from cuibao.loading.apart import check_due_for
from cuibao.loading.datechecks import check_dates
from cuibao.loading.directory import Directory
from cuibao.loading.documents import (
    CampaignDocument,
    ItemDue,
    MilestoneItem,
    PlanDocument,
    Reminders,
    RequirementItem,
    Window,
)
from cuibao.loading.faults import Fault, Location, shown
from cuibao.loading.notices import check_notices
from cuibao.loading.parsing import Parsed
from cuibao.loading.phases import check_phases
from cuibao.loading.sheet import Sheet


def check_campaign(campaign: Parsed[CampaignDocument]) -> Iterator[Fault]:
    """The campaign's own dates, phases and reminder steps."""
    window = campaign.part(Window)
    if window and window.ends < window.issued:
        yield campaign.sheet.fault(("ends",), f"应不早于印发日 {window.issued}，{shown(window.ends)}")
    until = window.chase_until if window else None
    if window and until and until < window.ends:
        yield campaign.sheet.fault(("chase_until",), f"应不早于结束日 {window.ends}，{shown(until)}")
    yield from check_phases(campaign, window_of(campaign))
    reminders = campaign.part(Reminders, "reminders")
    if reminders:
        yield from _check_reminders(campaign.sheet, reminders)


def window_of(campaign: Parsed[CampaignDocument] | None) -> Window | None:
    """The days between which everything is due; None where campaign.yaml does not say so rightly."""
    window = campaign.part(Window) if campaign else None
    return window if window and window.issued <= window.ends else None


def check_plan(plan: Parsed[PlanDocument], window: Window | None, directory: Directory | None) -> Iterator[Fault]:
    """One plan's ids, dates and units; what is wrong with the campaign or the contacts is not blamed on the plan."""
    items = [*plan.places("requirements"), *plan.places("milestones")]
    if plan.document and not items:
        yield plan.sheet.fault((), "requirements 和 milestones 都为空，应至少有一项")
    # Requirements and milestones share the ledger's key, so their ids must differ too; a form tells items by title.
    yield from _check_apart(plan.sheet, items, "id")
    yield from _check_apart(plan.sheet, items, "title")
    yield from check_phases(plan, window)
    for item in items:
        found = plan.part(ItemDue, *item)
        if found:
            yield from check_dates(plan, item, found, window)
            yield from check_notices(plan.sheet, item, found.amended, window)
        if directory:
            words = [*plan.places(*item, "owed_by"), *plan.places(*item, "jointly")]
            yield from _check_units(plan.sheet, words, directory)
            yield from check_due_for(plan.sheet, item, directory)
        yield from _check_steps(plan, item)
    for item in plan.places("requirements"):
        whole = plan.part(RequirementItem, *item)
        if whole and whole.expects and whole.attachment:
            said = "只用于不必有附件的事项，应同时写 attachment: false，或不写 expects"
            yield plan.sheet.fault((*item, "expects"), said)
        if whole:
            yield from _check_collects(plan, item, whole)
        if whole and directory:
            yield from _check_jointly(plan, item, whole, directory)


def _check_steps(plan: Parsed[PlanDocument], item: Location) -> Iterator[Fault]:
    """That the reminder steps of an item stand in the order of their days."""
    whole = plan.part(RequirementItem if item[0] == "requirements" else MilestoneItem, *item)
    given = list(whole.reminders or ()) if whole else []
    wanted = sorted(set(given), reverse=True)
    if given != wanted:
        yield plan.sheet.fault((*item, "reminders"), f"应由大到小、不重复，即 {wanted}，现为 {given}")


def _check_collects(plan: Parsed[PlanDocument], item: Location, whole: RequirementItem) -> Iterator[Fault]:
    """That what an item sums up are other items of the plan for which something is sent in."""
    ids = (plan.sheet.at((*each, "id")) for each in plan.places("requirements"))
    others = [each for each in ids if isinstance(each, str) and each != whole.id]
    for number, wanted in enumerate(whole.collects):
        if wanted not in others:
            said = "不能汇总这一事项自己" if wanted == whole.id else "本方案没有这个要报送的事项"
            listed = f"，可以写的有 {'、'.join(others)}" if others else ""
            yield plan.sheet.fault((*item, "collects", number), f"{said}{listed}，{shown(wanted)}")


def _check_jointly(
    plan: Parsed[PlanDocument], item: Location, whole: RequirementItem, directory: Directory
) -> Iterator[Fault]:
    """That somebody works along who does not owe the item."""
    along, owing = (directory.named(plan.sheet.at((*item, field))) for field in ("jointly", "owed_by"))
    if along and set(along) <= set(owing):
        yield plan.sheet.fault((*item, "jointly"), "都已在 owed_by 中，应为不报送而协助的单位或分组，没有的不写")


def check_plans_apart(plans: Sequence[Parsed[PlanDocument]]) -> Iterator[Fault]:
    """Plans that share a number, an id or a short name."""
    for field in ("no", "id", "short"):
        first: dict[str, str] = {}
        for plan in plans:
            value = plan.sheet.at((field,))
            if isinstance(value, str) and value in first:
                yield plan.sheet.fault((field,), f"与 {first[value]} 重复，每个方案应不同，{shown(value)}")
            elif isinstance(value, str):
                first[value] = plan.sheet.path.name


def _check_apart(sheet: Sheet, items: Sequence[Location], field: str) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for item in items:
        place = (*item, field)
        value = sheet.at(place)
        if isinstance(value, str) and value in first:
            said = f"与第 {first[value]} 行重复，一个方案内 requirements 和 milestones 的 {field} 应各不相同"
            yield sheet.fault(place, f"{said}，{shown(value)}")
        elif isinstance(value, str):
            first[value] = sheet.line(place)


def _check_reminders(sheet: Sheet, reminders: Reminders) -> Iterator[Fault]:
    for field in ("advance_working_days", "advance_working_days_monthly", "overdue_working_days"):
        ahead = field.startswith("advance")
        counts = list(getattr(reminders, field))
        wanted = sorted(set(counts), reverse=ahead)
        if counts != wanted:
            said = f"应{'由大到小' if ahead else '由小到大'}、不重复，即 {wanted}，现为 {counts}"
            yield sheet.fault(("reminders", field), said)


def _check_units(sheet: Sheet, places: Sequence[Location], directory: Directory) -> Iterator[Fault]:
    for place in places:
        word = sheet.at(place)
        if isinstance(word, str) and word.strip() and word.strip() not in directory.words:
            yield sheet.fault(place, f"没有这个单位或分组，{directory.right_word(word)}，{shown(word)}")
