"""The shapes of the office's YAML files. Every scalar arrives as text (see `sheet`) and is read here."""

import re
from calendar import monthrange
from datetime import date
from typing import TypeVar

from cuibao.loading.shapes import Document, Reader, Wrong, defaulting, listed, listing, needed, optional, some
from cuibao.model import Copies, Every, Expected, Register, Rule, Term

T = TypeVar("T", bound=Term)

DATE = "应为真实的日期，写作 2022-04-25"
DATE_OR_RECURRENCE = "应为日期（写作 2022-04-25），或 every、day、from、to 一组"

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE_NUMBER = re.compile(r"[1-9]\d{0,3}")
_PHONE = re.compile(r"\+?[\d][\d \-]{5,19}")
_MAILBOX = re.compile(
    r"(?=.{6,254}\Z)"  # RFC 5321 4.5.3.1.3; and no more is looked at
    r"[A-Za-z0-9_%+'-]+(\.[A-Za-z0-9_%+'-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)
_RECURRING = {every.value: every for every in Every if every is not Every.ONCE}


def is_mailbox(text: str) -> bool:
    """Whether the office's files may give `text` as a mailbox."""
    return _MAILBOX.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether the office's files may give `text` as a phone number."""
    return _PHONE.fullmatch(text) is not None


def _text(value: object) -> str:
    if isinstance(value, str) and (text := value.strip()):
        return text
    raise Wrong.because("应为文字", value)


def _date(expected: str) -> Reader[date]:
    def read(value: object) -> date:
        # The pattern comes first: fromisoformat also takes 20220425 and week dates, which a clerk would misread.
        if isinstance(value, str) and _ISO_DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise Wrong.because(expected, value)

    return read


def _count(value: object) -> int:
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    raise Wrong.because("应为 1 至 9999 的整数", value)


def _day_of_month(value: object) -> int | None:
    if value == "last":
        return None
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value) and int(value) <= 31:
        return int(value)
    raise Wrong.because("应为 1 至 31 的整数或 last", value)


def _recurring(value: object) -> Every:
    if isinstance(value, str) and value in _RECURRING:
        return _RECURRING[value]
    words = "或 ".join(f"{every}（{every.zh}）" for every in _RECURRING.values())
    raise Wrong.because(f"应为 {words}", value)


def _word_of(terms: type[T]) -> Reader[T]:
    """One of the `terms`, by its English word."""
    known = {term.value: term for term in terms}

    def read(value: object) -> T:
        if isinstance(value, str) and value in known:
            return known[value]
        raise Wrong.because("应为 " + "或 ".join(f"{each}（{each.zh}）" for each in terms), value)

    return read


_copies = _word_of(Copies)
_register = _word_of(Register)
_expected = _word_of(Expected)


def _yes_or_no(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise Wrong.because("应为 true（是）或 false（否）", value)


def _matching(pattern: str | re.Pattern[str], expected: str) -> Reader[str]:
    compiled = re.compile(pattern)

    def read(value: object) -> str:
        if isinstance(value, str) and compiled.fullmatch(value):
            return value
        raise Wrong.because(expected, value)

    return read


_day = _date(DATE)
_id = _matching(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "应为小写字母、数字和连字符，以字母开头")
_unit_no = _matching(r"[A-Z]\d{2,5}", "应为一个大写字母加两到五位数字，如 T01")
_reference = _matching(r"[A-Z0-9]{2,12}", "应为 2 至 12 个大写字母或数字，如 XF2022")
_short = _matching(r"[^\s]{2,6}", "应为 2 至 6 个字的简称")
_phone = _matching(_PHONE, "应为电话号码（数字、空格和连字符）")
_mailbox = _matching(_MAILBOX, "应为一个邮箱地址，如 xfxawb@sina.com")


class PhaseEntry(Document):
    """A phase's first and last day."""

    start = needed(_day, "from")
    end = needed(_day, "to")


class Phases(Document):
    """The three phases of a campaign or of a plan."""

    mobilization = needed(PhaseEntry.read)
    implementation = needed(PhaseEntry.read)
    summary = needed(PhaseEntry.read)


class OfficeEntry(Document):
    """The office that issued the notice."""

    name = needed(_text)
    mailbox = needed(_mailbox)
    phone = needed(_phone)


class Reminders(Document):
    """When to remind: working days before and after a due date; and how often at most."""

    advance_working_days = needed(listed(_count))
    advance_working_days_monthly = needed(listed(_count))
    overdue_working_days = needed(listed(_count))
    escalate_from = needed(_count)
    letters_at_most = defaulting(_count, 2)
    letters_in_days = defaulting(_count, 7)
    copy_in_days = defaulting(_count, 7)
    escalation = defaulting(_copies, Copies.AUTO)
    # Of files older than the weekly chasing day; they change nothing any more.
    then_every_days = optional(_count)
    overdue_at_most = optional(_count)

    @property
    def outdated(self) -> tuple[str, ...]:
        """The fields given that mean nothing any more."""
        return tuple(name for name in ("then_every_days", "overdue_at_most") if getattr(self, name) is not None)


class Window(Document, lenient=True):
    """The campaign's own dates, readable whatever else its file holds."""

    issued = needed(_day)
    ends = needed(_day)


class CampaignDocument(Window):
    """campaign.yaml."""

    title = needed(_text)
    document_no = needed(_text)
    reference = needed(_reference)
    office = needed(OfficeEntry.read)
    phases = needed(Phases.read)
    reminders = needed(Reminders.read)
    assumptions = listing(_text)
    chase_until = optional(_day)


class Recurrence(Document):
    """`day` (None: the last one) of every month or quarter from the month of `start` to the month of `end`."""

    every = needed(_recurring)
    day = needed(_day_of_month)
    start = needed(_day, "from")
    end = needed(_day, "to")

    @property
    def rule(self) -> Rule:
        """Any day of a month stands for the month, so whole months go on: from the 1st to the last day."""
        length = monthrange(self.end.year, self.end.month)[1]
        return Rule(self.every, day=self.day, first=self.start.replace(day=1), last=self.end.replace(day=length))


def _due(value: object) -> date | Recurrence:
    return Recurrence.read(value) if isinstance(value, dict) else _date(DATE_OR_RECURRENCE)(value)


class ItemDue(Document, lenient=True):
    """When an item is due, readable whatever else it holds."""

    due = needed(_due)


class Item(ItemDue):
    """What requirements and milestones have in common."""

    id = needed(_id)
    title = needed(_text)
    owed_by = needed(some(_text))
    source = needed(_text)
    assumption = optional(_text)


class RequirementItem(Item):
    """报送事项: something is sent in."""

    form = optional(_text)
    also_to = optional(_text)
    nil_report = defaulting(_yes_or_no, False)
    attachment = defaulting(_yes_or_no, True)
    expects = listing(_expected)


class MilestoneItem(Item):
    """工作节点: a date to be reminded of."""


class Contact(Document):
    """Whom to ask about a plan, and where its reports go."""

    name = optional(_text)
    phone = needed(_phone)
    mailbox = needed(_mailbox)


class PlanDocument(Document):
    """One plan's file."""

    no = needed(_count)
    id = needed(_id)
    title = needed(_text)
    short = needed(_short)
    contact = needed(Contact.read)
    phases = optional(Phases.read)
    requirements = listing(RequirementItem.read)
    milestones = listing(MilestoneItem.read)
    assumptions = listing(_text)


class PersonEntry(Document):
    """A liaison or a leader; whatever is not known yet is left out or left blank."""

    name = optional(_text)
    post = optional(_text)
    phone = optional(_phone)
    mobile = optional(_phone)
    email = optional(_mailbox)


class UnitEntry(Document):
    """One unit."""

    id = needed(_id)
    no = needed(_unit_no)
    name = needed(_text)
    aliases = listing(_text)
    addresses = listing(_mailbox)
    liaison = optional(PersonEntry.read)
    leader = optional(PersonEntry.read)
    register = optional(_register)


class UnitsDocument(Document):
    """units.yaml."""

    units = needed(some(UnitEntry.read))


class GroupEntry(Document):
    """One group and the ids of its units."""

    id = needed(_id)
    name = needed(_text)
    members = needed(some(_text))
    register = defaulting(_register, Register.INSTRUCT)


class GroupsDocument(Document):
    """groups.yaml."""

    groups = needed(some(GroupEntry.read))


class HolidaysDocument(Document):
    """holidays.yaml."""

    holidays = listing(_day)
    workdays = listing(_day)
