"""The shapes of the office's YAML files."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Self, TypeAlias

from cuibao.loading.dues import RULE_FIELDS, a_due, changing, parts
from cuibao.loading.scalars import AN_ID, a_day, a_mailbox, a_phone, an_id, count, matching, text, word_of, yes_or_no
from cuibao.loading.shapes import Document, Wrong, defaulting, listed, listing, needed, optional, some
from cuibao.model import Copies, Expected, Opens, Register, Reports, Rule
from cuibao.policy.workdays import CHINA, is_known
from cuibao.times import USUAL, is_zone
from cuibao.tongue import CHINESE, languages


def _country(value: object) -> str:
    """The code of a country, or of a part of it, whose holidays are known. Raises Wrong."""
    code = _code(value)
    if not is_known(code):
        raise Wrong.because("没有这个国家（地区）的节假日，应为 ISO 3166 代号，如 CN、US、US-CA", value)
    return code


def _language(value: object) -> str:
    """A language that letters and pages can be in. Raises Wrong."""
    if value not in languages():
        raise Wrong.because(f"应为 {'、'.join(languages())} 之一", value)
    return str(value)


def _timezone(value: object) -> str:
    """The name of a time zone (IANA). Raises Wrong."""
    if not isinstance(value, str) or not is_zone(value):
        raise Wrong.because("没有这个时区，应为 IANA 名称，如 Asia/Shanghai、America/Los_Angeles", value)
    return value


NO_RULES: Mapping[str, Rule] = {}
NO_DATES: Mapping[str, date] = {}
_rules_apart = parts(a_due, "单位或分组: 期限")
_copies = word_of(Copies)
_register = word_of(Register)
_expected = word_of(Expected)
_unit_no = matching(r"[A-Z]\d{2,5}", "应为一个大写字母加两到五位数字，如 T01")
_code = matching(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", "应为国家（地区）代号，如 CN、US、US-CA")
_reference = matching(r"[A-Z0-9]{2,12}", "应为 2 至 12 个大写字母或数字，如 XF2022")
_folder = matching(rf"{AN_ID}(/{AN_ID})*", "应为通讯录文件夹里的一个文件夹，如 schools")
_phase_id = matching(rf"(?=.{{1,80}}\Z){AN_ID}", "应为小写字母、数字和连字符，以字母开头，最多 80 个")
# A name in Latin letters may be of several words.
_LATIN = r"(?=[!-~])[ -~]{1,%d}(?<! )"
_phase_name = matching(rf"\S{{1,20}}|{_LATIN % 40}", "应为阶段的名称，1 至 20 个字，中间没有空格，如 自查自纠")
_office_short = matching(rf"\S{{2,20}}|{_LATIN % 40}", "应为办公室的简称，2 至 20 个字，中间没有空格")
_short = matching(rf"[^\s]{{2,6}}|{_LATIN % 24}", "应为 2 至 6 个字的简称")


class PhaseSpan(Document, lenient=True):
    """A phase's first and last day, readable whatever else it holds."""

    start = needed(a_day, "from")
    end = needed(a_day, "to")


class PhaseEntry(PhaseSpan):
    """A phase that is given its days and nothing else."""


class UsualPhases(Document):
    """The three phases of a campaign or of a plan, by the names that most notices give them."""

    mobilization = needed(PhaseEntry.read)
    implementation = needed(PhaseEntry.read)
    summary = needed(PhaseEntry.read)


class PhaseItem(PhaseSpan):
    """One of the phases that a notice has of its own."""

    name = needed(_phase_name)
    id = optional(_phase_id)
    opens = optional(word_of(Opens))
    reports = defaulting(word_of(Reports), Reports.GATE)


PhasesEntry: TypeAlias = UsualPhases | tuple[PhaseItem, ...]
_phase_list = listed(PhaseItem.read)


def phases_entry(value: object) -> PhasesEntry:
    """The phases: a list of the notice's own, which may be empty, or the three usual ones. Raises Wrong."""
    if isinstance(value, list):
        return _phase_list(value)
    if isinstance(value, dict):
        return UsualPhases.read(value)
    raise Wrong.because("应为列表，每个阶段写 name、from、to；不分阶段的写 []", value)


class OfficeEntry(Document):
    """The office that issued the notice."""

    name = needed(text)
    short = optional(_office_short)
    mailbox = needed(a_mailbox)
    phone = needed(a_phone)


class Reminders(Document):
    """When to remind: working days before and after a due date; and how often at most."""

    advance_working_days = needed(listed(count))
    advance_working_days_monthly = needed(listed(count))
    overdue_working_days = needed(listed(count))
    escalate_from = needed(count)
    letters_at_most = defaulting(count, 2)
    letters_in_days = defaulting(count, 7)
    copy_in_days = defaulting(count, 7)
    escalation = defaulting(_copies, Copies.AUTO)
    # Of files older than the weekly chasing day; they change nothing any more.
    then_every_days = optional(count)
    overdue_at_most = optional(count)

    @property
    def outdated(self) -> tuple[str, ...]:
        """The fields given that mean nothing any more."""
        return tuple(name for name in ("then_every_days", "overdue_at_most") if getattr(self, name) is not None)


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last."""
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class Window(Document, lenient=True):
    """The campaign's own dates, readable whatever else its file holds."""

    issued = needed(a_day)
    ends = needed(a_day)
    chase_until = optional(a_day)

    @property
    def until(self) -> date:
        """The last day on which anything can be due: what is overdue is chased no longer."""
        return self.chase_until or a_month_after(self.ends)


class CampaignDocument(Window):
    """campaign.yaml."""

    title = needed(text)
    document_no = needed(text)
    reference = needed(_reference)
    office = needed(OfficeEntry.read)
    phases = optional(phases_entry)
    reminders = needed(Reminders.read)
    assumptions = listing(text)
    calendar = defaulting(_country, CHINA)
    language = defaulting(_language, CHINESE)
    timezone = defaulting(_timezone, USUAL)
    contacts = optional(_folder)


class AmendmentEntry(Document):
    """What a later notice changed: `due` for all, `due_for` some, dates one by one (`moves`), or all from then on."""

    document_no = needed(text)
    since = needed(a_day, "from")
    due = optional(a_due)
    due_for: Mapping[str, Rule] = defaulting(_rules_apart, NO_RULES)
    moves: Mapping[str, date] = defaulting(parts(a_day, "原定日期: 改后日期"), NO_DATES)
    stopped = defaulting(yes_or_no, False)

    @classmethod
    def read(cls, value: object) -> Self:
        """As every document; something must have changed."""
        found = super().read(value)
        if not (found.due or found.due_for or found.moves or found.stopped):
            raise Wrong([((), "应写改成了什么：due、due_for、moves 或 stopped: true")])
        if found.stopped and (found.due or found.due_for or found.moves):
            raise Wrong([(("stopped",), "停报以后没有新的期限，due、due_for、moves 不能同时写")])
        wrong = [old for old in found.moves if not _is_day(old)]
        if wrong:
            raise Wrong([(("moves", wrong[0]), "应写作“原定日期: 改后日期”，如 2024-01-26: 2024-02-02")])
        return found


def _is_day(value: object) -> bool:
    try:
        a_day(value)
    except Wrong:
        return False
    return True


class ItemDue(Document, lenient=True):
    """When an item is due, readable whatever else it holds."""

    due: Rule = needed(a_due)
    due_for: Mapping[str, Rule] = defaulting(_rules_apart, NO_RULES)
    amended = listing(AmendmentEntry.read)

    @classmethod
    def read(cls, value: object) -> Self:
        """As every document; where it says only what of a date is otherwise, the rest of that date stands."""
        if isinstance(value, dict) and "due" in value and value["due"] is None:
            beside = [key for key in value if key in RULE_FIELDS and key not in cls.fields]
            if beside:
                raise Wrong([(("due",), f"下面的 {'、'.join(beside)} 应比 due 多缩进两格")])
        return super().read(_whole(value) if isinstance(value, dict) else value)


def _whole(item: dict[str, object]) -> dict[str, object]:
    """`item` with its own due dates and its later notices' said in full."""
    common = item.get("due")
    own = {word: changing(common, each) for word, each in _fields(item.get("due_for")).items()}
    whole = item | ({"due_for": own} if own else {})
    notices: list[object] = []
    listed_notices = item.get("amended")
    for notice in listed_notices if isinstance(listed_notices, list) else ():
        if isinstance(notice, dict):
            if "due" in notice:
                own = {word: changing(each, notice["due"]) for word, each in own.items()}
                common = changing(common, notice["due"])
                notice = notice | {"due": common}
            some_units = {
                word: changing(own.get(word, common), each) for word, each in _fields(notice.get("due_for")).items()
            }
            # Whoever is due on days of its own is so after the notice too, by what it changed.
            changed = {**(own if "due" in notice else {}), **some_units}
            own |= some_units
            notice = notice | ({"due_for": changed} if changed else {})
        notices.append(notice)
    return whole | ({"amended": notices} if notices else {})


def _fields(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


class Item(ItemDue):
    """What requirements and milestones have in common."""

    id = needed(an_id)
    title = needed(text)
    owed_by = needed(some(text))
    source = needed(text)
    assumption = optional(text)
    event = optional(text)
    reminders = optional(listed(count))


class RequirementItem(Item):
    """报送事项: something is sent in."""

    form = optional(text)
    also_to = optional(text)
    nil_report = defaulting(yes_or_no, False)
    attachment = defaulting(yes_or_no, True)
    expects = listing(_expected)
    jointly = listing(text)
    collects = listing(an_id)
    attach = listing(text)
    copies = optional(text)


class MilestoneItem(Item):
    """工作节点: a date to be reminded of."""


class Contact(Document):
    """Whom to ask about a plan, and where its reports go."""

    name = optional(text)
    phone = needed(a_phone)
    mailbox = needed(a_mailbox)


class PlanDocument(Document):
    """One plan's file."""

    no = needed(count)
    id = needed(an_id)
    title = needed(text)
    short = needed(_short)
    contact = needed(Contact.read)
    phases = optional(phases_entry)
    requirements = listing(RequirementItem.read)
    milestones = listing(MilestoneItem.read)
    assumptions = listing(text)


class PersonEntry(Document):
    """A liaison or a leader; whatever is not known yet is left out or left blank."""

    name = optional(text)
    post = optional(text)
    phone = optional(a_phone)
    mobile = optional(a_phone)
    email = optional(a_mailbox)


class UnitEntry(Document):
    """One unit."""

    id = needed(an_id)
    no = needed(_unit_no)
    name = needed(text)
    aliases = listing(text)
    addresses = listing(a_mailbox)
    liaison = optional(PersonEntry.read)
    leader = optional(PersonEntry.read)
    register = optional(_register)
    dates: Mapping[str, date] = defaulting(parts(a_day, "名称: 日期"), NO_DATES)


class UnitsDocument(Document):
    """units.yaml."""

    units = needed(some(UnitEntry.read))


class GroupEntry(Document):
    """One group and the ids of its units."""

    id = needed(an_id)
    name = needed(text)
    members = needed(some(text))
    register = defaulting(_register, Register.INSTRUCT)


class GroupsDocument(Document):
    """groups.yaml."""

    groups = needed(some(GroupEntry.read))


class HolidaysDocument(Document):
    """holidays.yaml, which belongs to one calendar."""

    calendar = defaulting(_country, CHINA)

    holidays = listing(a_day)
    workdays = listing(a_day)
