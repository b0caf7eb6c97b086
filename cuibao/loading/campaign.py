"""A campaign's folder and the contacts, read whole: either a `Campaign` or every mistake at once."""

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from cuibao.errors import Faults
from cuibao.loading.anchors import check_anchors
from cuibao.loading.checks import check_campaign, check_plan, check_plans_apart, window_of
from cuibao.loading.directory import UNITS_FILE, Directory, load_directory
from cuibao.loading.documents import (
    AmendmentEntry,
    CampaignDocument,
    Item,
    PlanDocument,
    Reminders,
    RequirementItem,
)
from cuibao.loading.dues import counting_from
from cuibao.loading.enclosing import check_enclosed
from cuibao.loading.faults import Fault
from cuibao.loading.notices import check_laid_out
from cuibao.loading.parsing import parse
from cuibao.loading.phases import phases_of
from cuibao.model import (
    JOINTLY,
    Amendment,
    Anchor,
    Campaign,
    OfficeContact,
    Plan,
    ReminderPolicy,
    Requirement,
    Rule,
)
from cuibao.said import listed
from cuibao.tongue import say, speaking

CAMPAIGN_FILE = "campaign.yaml"


def find_campaigns(schedules: Path) -> tuple[Path, ...]:
    """The folders of `schedules` that hold a campaign.yaml, by name; none where there is no such folder."""
    return tuple(sorted(found.parent for found in schedules.glob(f"*/{CAMPAIGN_FILE}")))


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Nothing of what is being read is garbage; to look for some takes the longer the more has been read."""
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if worked:
            gc.enable()


@_collector_resting()
def load_campaign(folder: Path, contacts: Path) -> Campaign:
    """The campaign in `folder`, owed by the units in `contacts`, or in the folder of it that the campaign names; its id
    is its own folder's name.

    Raises Faults: every mistake of every file, in the order of the files and their lines.
    """
    faults: list[Fault] = []
    head = parse(CampaignDocument, folder / CAMPAIGN_FILE, faults)
    paths = _plan_files(folder, faults)
    plans = [plan for path in paths if (plan := parse(PlanDocument, path, faults))]
    if head and head.document and head.document.contacts:
        contacts = contacts / head.document.contacts
    directory = load_directory(contacts, faults)
    if head:
        faults += check_campaign(head)
    faults += check_plans_apart(plans)
    faults += check_anchors(plans, directory)
    for plan in plans:
        faults += check_plan(plan, window_of(head), directory)
    if directory:
        faults += check_enclosed(folder, plans, directory)
    documents = [(plan.sheet.path.name, plan.document) for plan in plans if plan.document]
    files = [folder / CAMPAIGN_FILE, *paths, contacts / UNITS_FILE, contacts / "groups.yaml"]
    if faults or head is None or head.document is None or directory is None:
        raise Faults([str(fault) for fault in _in_reading_order(faults, files)])
    with speaking(head.document.language):  # for what is said of a title
        campaign = _campaign(folder, head.document, documents, directory)
    if found := list(check_laid_out(campaign, plans, directory, head.document)):
        raise Faults([str(fault) for fault in _in_reading_order(found, files)])
    return campaign


def _plan_files(folder: Path, faults: list[Fault]) -> list[Path]:
    """Every YAML of `folder` but campaign.yaml; files that an editor hides are passed over."""
    paths = sorted(path for path in folder.glob("*") if not path.name.startswith((".", "~")))
    # An editor's .yaml.txt or .YAML must not make a plan vanish unnoticed.
    faults += [
        Fault(path, None, "", "扩展名应为 .yaml，否则不会被读取")
        for path in paths
        if path.suffix != ".yaml" and re.search(r"\.ya?ml", path.name.lower())
    ]
    plans = [path for path in paths if path.suffix == ".yaml" and path.name != CAMPAIGN_FILE]
    if not plans:
        faults.append(Fault(folder, None, "", "没有方案文件，应至少有一个，如 1-culture.yaml"))
    return plans


def _in_reading_order(faults: list[Fault], files: list[Path]) -> list[Fault]:
    """By file, then by line; what concerns no one file comes first."""
    order = {path: number for number, path in enumerate(files, start=1)}
    return sorted(faults, key=lambda fault: (order.get(fault.path, 0), fault.line or 0))


def _campaign(
    folder: Path, head: CampaignDocument, plans: list[tuple[str, PlanDocument]], directory: Directory
) -> Campaign:
    dues = {f"{plan.id}/{item.id}": item.due for _, plan in plans for item in (*plan.requirements, *plan.milestones)}
    return Campaign(
        id=folder.name,
        title=head.title,
        document_no=head.document_no,
        reference=head.reference,
        issued=head.issued,
        ends=head.ends,
        office=head.office.name,
        mailbox=head.office.mailbox,
        phone=head.office.phone,
        plans=tuple(
            _plan(file, plan, head, dues, directory) for file, plan in sorted(plans, key=lambda each: each[1].no)
        ),
        units=directory.units,
        groups=directory.groups,
        policy=_policy(head.reminders),
        assumptions=head.assumptions,
        chase_until=head.until,
        outdated=head.reminders.outdated,
        calendar=head.calendar,
        short=head.office.short or "",
        language=head.language,
        timezone=head.timezone,
        contacts=head.contacts or "",
        files=folder,
    )


def _policy(reminders: Reminders) -> ReminderPolicy:
    return ReminderPolicy(
        advance=reminders.advance_working_days,
        advance_monthly=reminders.advance_working_days_monthly,
        overdue=reminders.overdue_working_days,
        escalate_from=reminders.escalate_from,
        letters_at_most=reminders.letters_at_most,
        letters_in_days=reminders.letters_in_days,
        copy_in_days=reminders.copy_in_days,
        copies=reminders.escalation,
    )


def _plan(
    file: str, plan: PlanDocument, head: CampaignDocument, dues: Mapping[str, Rule], directory: Directory
) -> Plan:
    items = (*plan.requirements, *plan.milestones)
    dues = {**dues, **{item.id: item.due for item in items}}
    return Plan(
        no=plan.no,
        id=plan.id,
        title=plan.title,
        short=plan.short,
        phases=phases_of(head.phases if plan.phases is None else plan.phases, head.issued, head.ends),
        requirements=tuple(each for item in items for each in _requirements(item, dues, directory)),
        contact=OfficeContact(name=plan.contact.name, phone=plan.contact.phone, mailbox=plan.contact.mailbox),
        assumptions=plan.assumptions,
        file=file,
    )


def _requirements(item: Item, dues: Mapping[str, Rule], directory: Directory) -> Iterator[Requirement]:
    """The item as a requirement; and where others work along with its owners, as a milestone of theirs."""
    requirement = _requirement(item, dues, directory)
    yield requirement
    if isinstance(item, RequirementItem) and item.jointly:
        owners = [directory.units[unit].name for unit in requirement.units[:3]]
        whom = listed(owners)
        if (more := len(requirement.units) - len(owners)) > 0:
            whom = say("{names}等", names=whom, more=more)
        yield replace(
            requirement,
            id=f"{requirement.id}{JOINTLY}",
            title=say("协助{whom}报送“{title}”", whom=whom, title=requirement.title),
            units=tuple(unit for unit in directory.resolve(item.jointly) if unit not in requirement.units),
            form=None,
            also_to=None,
            tracked=False,
            collects=(),
            attach=(),
            copies=None,
        )


def _requirement(item: Item, dues: Mapping[str, Rule], directory: Directory) -> Requirement:
    sent_in = item if isinstance(item, RequirementItem) else None
    own = _apart(item.due_for, dues, directory)
    return Requirement(
        id=item.id,
        title=item.title,
        units=directory.resolve(item.owed_by),
        rule=_rule(item.due, dues),
        source=item.source,
        form=sent_in.form if sent_in else None,
        also_to=sent_in.also_to if sent_in else None,
        assumption=item.assumption,
        tracked=sent_in is not None,
        nil=sent_in.nil_report if sent_in else False,
        attached=sent_in.attachment if sent_in else True,
        expects=tuple(dict.fromkeys(sent_in.expects)) if sent_in else (),
        apart=own,
        amended=tuple(_amendment(notice, dues, directory) for notice in item.amended),
        event=item.event,
        advance=item.reminders,
        collects=sent_in.collects if sent_in else (),
        attach=sent_in.attach if sent_in else (),
        copies=sent_in.copies if sent_in else None,
    )


def _amendment(notice: AmendmentEntry, dues: Mapping[str, Rule], directory: Directory) -> Amendment:
    return Amendment(
        document_no=notice.document_no,
        since=notice.since,
        rule=notice.due and _rule(notice.due, dues),
        apart=_apart(notice.due_for, dues, directory),
        moves=tuple((date.fromisoformat(old), new) for old, new in notice.moves.items()),
        stops=notice.stopped,
    )


def _apart(
    rules: Mapping[str, Rule], dues: Mapping[str, Rule], directory: Directory
) -> tuple[tuple[tuple[str, ...], Rule], ...]:
    """The units with rules of their own: one that is named itself goes by that, and not by its group's."""
    ordered = sorted(rules.items(), key=lambda each: len(directory.words[each[0]]))
    found: list[tuple[tuple[str, ...], Rule]] = []
    seen: set[str] = set()
    for word, rule in ordered:
        units = tuple(unit for unit in directory.resolve([word]) if unit not in seen)
        seen.update(units)
        found.append((units, _rule(rule, dues)))
    return tuple(found)


def _rule(rule: Rule, dues: Mapping[str, Rule]) -> Rule:
    """`rule`, with the periods of the item that it is counted from."""
    if rule.offset is None or rule.offset.anchor is not Anchor.ITEM:
        return rule
    return counting_from(rule, _rule(dues[rule.offset.what], dues))
