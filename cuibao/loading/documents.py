"""The shapes of the office's YAML files. Every scalar arrives as text (see `sheet`) and is read here."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from cuibao.model import Every, Rule

MISUSE = "misuse"
DUE_DATE, DUE_RECURRENCE = "(date)", "(recurrence)"
DUE_TAGS = frozenset({DUE_DATE, DUE_RECURRENCE})

DATE = "应为真实的日期，写作 2022-04-25"
DATE_OR_RECURRENCE = "应为日期（写作 2022-04-25），或 every、day、from、to 一组"

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE_NUMBER = re.compile(r"[1-9]\d{0,3}")
_PHONE = re.compile(r"\+?[\d][\d \-]{5,19}")
_MAILBOX = re.compile(
    r"[A-Za-z0-9_%+'-]+(\.[A-Za-z0-9_%+'-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)
_RECURRING = {every.value: every for every in Every if every is not Every.ONCE}


def is_mailbox(text: str) -> bool:
    """Whether the office's files may give `text` as a mailbox."""
    return _MAILBOX.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether the office's files may give `text` as a phone number."""
    return _PHONE.fullmatch(text) is not None


def _misuse(expected: str) -> PydanticCustomError:
    return PydanticCustomError(MISUSE, "{expected}", {"expected": expected})


def _iso_date(expected: str) -> Callable[[object], date]:
    def read(value: object) -> date:
        # The pattern comes first: fromisoformat also takes 20220425 and week dates, which a clerk would misread.
        if isinstance(value, date):
            return value
        if isinstance(value, str) and _ISO_DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise _misuse(expected)

    return read


def _whole_number(value: object) -> int:
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    raise _misuse("应为 1 至 9999 的整数")


def _day_of_month(value: object) -> int | None:
    if value == "last":
        return None
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value) and int(value) <= 31:
        return int(value)
    raise _misuse("应为 1 至 31 的整数或 last")


def _recurring(value: object) -> Every:
    if isinstance(value, str) and value in _RECURRING:
        return _RECURRING[value]
    raise _misuse("应为 " + "或 ".join(f"{every}（{every.zh}）" for every in _RECURRING.values()))


def _yes_or_no(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise _misuse("应为 true（是）或 false（否）")


def _matching(pattern: str | re.Pattern[str], expected: str) -> BeforeValidator:
    compiled = re.compile(pattern)

    def read(value: object) -> object:
        if isinstance(value, str) and compiled.fullmatch(value):
            return value
        raise _misuse(expected)

    return BeforeValidator(read)


def _blank_is_empty(value: object) -> object:
    return () if value is None else value


def _shape_of_due(value: object) -> str:
    return DUE_RECURRENCE if isinstance(value, dict | Recurrence) else DUE_DATE


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_blank_is_empty)]
Day = Annotated[date, BeforeValidator(_iso_date(DATE))]
Days = Annotated[tuple[Day, ...], BeforeValidator(_blank_is_empty)]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Count = Annotated[int, BeforeValidator(_whole_number)]
Counts = Annotated[tuple[Count, ...], BeforeValidator(_blank_is_empty)]
Id = Annotated[str, _matching(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "应为小写字母、数字和连字符，以字母开头")]
UnitNo = Annotated[str, _matching(r"[A-Z]\d{2,5}", "应为一个大写字母加两到五位数字，如 T01")]
Reference = Annotated[str, _matching(r"[A-Z0-9]{2,12}", "应为 2 至 12 个大写字母或数字，如 XF2022")]
Short = Annotated[str, _matching(r"[^\s]{2,6}", "应为 2 至 6 个字的简称")]
Phone = Annotated[str, _matching(_PHONE, "应为电话号码（数字、空格和连字符）")]
Mailbox = Annotated[str, _matching(_MAILBOX, "应为一个邮箱地址，如 xfxawb@sina.com")]


class Document(BaseModel):
    """A part of a file: no field but those named here, so that a misspelt one is caught."""

    # Only whole files are validated in a good campaign: the shapes of their parts are not worth building at import.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PhaseEntry(Document):
    """A phase's first and last day."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")


class Phases(Document):
    """The three phases of a campaign or of a plan."""

    mobilization: PhaseEntry
    implementation: PhaseEntry
    summary: PhaseEntry


class OfficeEntry(Document):
    """The office that issued the notice."""

    name: Text
    mailbox: Mailbox
    phone: Phone


class Reminders(Document):
    """When to remind: working days before and after a due date."""

    advance_working_days: Counts
    advance_working_days_monthly: Counts
    overdue_working_days: Counts
    then_every_days: Count
    overdue_at_most: Count
    escalate_from: Count


class Window(Document):
    """The campaign's own dates, readable whatever else its file holds."""

    model_config = ConfigDict(extra="ignore")

    issued: Day
    ends: Day


class CampaignDocument(Window):
    """campaign.yaml."""

    model_config = ConfigDict(extra="forbid")

    title: Text
    document_no: Text
    reference: Reference
    office: OfficeEntry
    phases: Phases
    reminders: Reminders
    assumptions: Texts = ()


class Recurrence(Document):
    """`day` (None: the last one) of every month or quarter from the month of `start` to the month of `end`."""

    every: Annotated[Every, BeforeValidator(_recurring)]
    day: Annotated[int | None, BeforeValidator(_day_of_month)]
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")

    @property
    def rule(self) -> Rule:
        """Any day of a month stands for the month, so whole months go on: from the 1st to the last day."""
        length = monthrange(self.end.year, self.end.month)[1]
        return Rule(self.every, day=self.day, first=self.start.replace(day=1), last=self.end.replace(day=length))


Due = Annotated[
    Annotated[date, BeforeValidator(_iso_date(DATE_OR_RECURRENCE)), Tag(DUE_DATE)]
    | Annotated[Recurrence, Tag(DUE_RECURRENCE)],
    Discriminator(_shape_of_due),
]


class ItemDue(Document):
    """When an item is due, readable whatever else it holds."""

    model_config = ConfigDict(extra="ignore")

    due: Due


class Item(ItemDue):
    """What requirements and milestones have in common."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    title: Text
    owed_by: Annotated[tuple[Text, ...], Field(min_length=1)]
    source: Text
    assumption: Text | None = None


class RequirementItem(Item):
    """报送事项: something is sent in."""

    form: Text | None = None
    also_to: Text | None = None
    nil_report: YesOrNo = False
    attachment: YesOrNo = True


class MilestoneItem(Item):
    """工作节点: a date to be reminded of."""


class Contact(Document):
    """Whom to ask about a plan, and where its reports go."""

    name: Text | None = None
    phone: Phone
    mailbox: Mailbox


class PlanDocument(Document):
    """One plan's file."""

    no: Count
    id: Id
    title: Text
    short: Short
    contact: Contact
    phases: Phases | None = None
    requirements: Annotated[tuple[RequirementItem, ...], BeforeValidator(_blank_is_empty)] = ()
    milestones: Annotated[tuple[MilestoneItem, ...], BeforeValidator(_blank_is_empty)] = ()
    assumptions: Texts = ()


class PersonEntry(Document):
    """A liaison or a leader; whatever is not known yet is left out or left blank."""

    name: Text | None = None
    post: Text | None = None
    phone: Phone | None = None
    mobile: Phone | None = None
    email: Mailbox | None = None


class UnitEntry(Document):
    """One unit."""

    id: Id
    no: UnitNo
    name: Text
    aliases: Texts = ()
    addresses: Annotated[tuple[Mailbox, ...], BeforeValidator(_blank_is_empty)] = ()
    liaison: PersonEntry | None = None
    leader: PersonEntry | None = None


class UnitsDocument(Document):
    """units.yaml."""

    units: Annotated[tuple[UnitEntry, ...], Field(min_length=1)]


class GroupEntry(Document):
    """One group and the ids of its units."""

    id: Id
    name: Text
    members: Annotated[tuple[Text, ...], Field(min_length=1)]


class GroupsDocument(Document):
    """groups.yaml."""

    groups: Annotated[tuple[GroupEntry, ...], Field(min_length=1)]


class HolidaysDocument(Document):
    """holidays.yaml."""

    holidays: Days = ()
    workdays: Days = ()
