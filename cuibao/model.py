"""The glossary in code: frozen values that every other module speaks in.

Dates are `datetime.date` in the campaign's calendar; moments are aware `datetime.datetime` in its time zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Self

from cuibao.times import USUAL
from cuibao.tongue import CHINESE, say


class Term(StrEnum):
    """A word of the glossary: its English value is stored; its Chinese `zh`, in the language that is spoken, is the
    `word` that is shown."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> Self:
        """Build a member of `value`, shown as `zh`."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member

    @property
    def word(self) -> str:
        """What people see of it."""
        return say(self.zh)


class Opens(Term):
    """What a phase works on while it runs."""

    ALL = "all", "本阶段全部事项"
    RUNNING = "running", "本阶段已到报送期的事项和以前阶段的欠报"
    FINAL = "final", "本阶段全部事项和以前阶段的欠报"


class Reports(Term):
    """What a phase leaves behind when it closes."""

    GATE = "gate", "阶段小结"
    NOTHING = "none", "不写小结"


class Every(Term):
    """How often a requirement recurs."""

    ONCE = "once", "一次"
    LIST = "list", "几个日期"
    EVENT = "event", "事发时"
    DAY = "day", "每日"
    WEEK = "week", "每周"
    TEN_DAYS = "ten-days", "每旬"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF_YEAR = "half-year", "每半年"
    YEAR = "year", "每年"

    @property
    def recurs(self) -> bool:
        """Whether it goes by the calendar, so that its periods have names of their own."""
        return self not in (Every.ONCE, Every.LIST, Every.EVENT)


class Anchor(Term):
    """What a date is counted from."""

    PERIOD = "period", "报送期结束"
    ITEM = "item", "另一事项的期限"
    UNIT = "unit", "单位自己的日期"
    EVENT = "event", "事发"


class Count(Term):
    """How days are counted from an anchor, which is not counted itself."""

    DAYS_AFTER = "days_after", "天后"
    DAYS_BEFORE = "days_before", "天前"
    WORKING_DAYS_AFTER = "working_days_after", "个工作日后"
    WORKING_DAYS_BEFORE = "working_days_before", "个工作日前"

    @property
    def back(self) -> bool:
        """Whether it comes to a day before the anchor."""
        return self in (Count.DAYS_BEFORE, Count.WORKING_DAYS_BEFORE)


class OnHoliday(Term):
    """What becomes of a due date that is a day off."""

    STAY = "stay", "不变"
    BEFORE = "before", "提前"
    AFTER = "after", "顺延"


class Step(Term):
    """催报节点."""

    OPENING = "opening", "启动"
    ADVANCE = "advance", "提前"
    DUE = "due", "当日"
    OVERDUE = "overdue", "逾期"
    ESCALATION = "escalation", "督办"


class Status(Term):
    """Where an obligation stands; computed from receipts and the date, never stored."""

    UPCOMING = "upcoming", "未到期"
    OPEN = "open", "待报"
    DUE_SOON = "due_soon", "临期"
    OVERDUE = "overdue", "逾期未报"
    ON_TIME = "on_time", "按时"
    LATE = "late", "迟报"
    RETURNED = "returned", "退回待重报"
    EXEMPT = "exempt", "免报"
    EXTENDED = "extended", "延期"

    @property
    def settled(self) -> bool:
        """Whether the unit owes nothing more for this obligation."""
        return self in (Status.ON_TIME, Status.LATE, Status.EXEMPT)


class Channel(Term):
    """Through what a report, or what was agreed about it, reached the office."""

    MAIL = "mail", "邮件"
    PAPER = "paper", "纸质"
    FAX = "fax", "传真"
    WECHAT = "wechat", "微信"
    IN_PERSON = "in_person", "当面"
    PHONE = "phone", "电话"


class Entry(Term):
    """What a receipt says."""

    RECEIVED = "received", "收到"
    NIL = "nil", "零报告"
    RETURNED = "returned", "退回重报"
    EXEMPTED = "exempted", "免报"
    EXTENDED = "extended", "延期"
    WITHDRAWN = "withdrawn", "撤销"

    @property
    def arrives(self) -> bool:
        """Whether something of the unit's came in, and not word of what the office decided."""
        return self in (Entry.RECEIVED, Entry.NIL)


class Confirming(Term):
    """What a person says who has seen what an entry would do, for those that are made only then."""

    GROUP = "group", "确认整组"
    EARLY = "early", "确认提前报送"


class Expected(Term):
    """What the words of a mail must state, for an item that needs no attachment."""

    NAME = "name", "姓名"
    PHONE = "phone", "联系电话"


class Outcome(Term):
    """What became of one attempt to hand a letter to the mail server."""

    ACCEPTED = "accepted", "已受理"
    DEFERRED = "deferred", "暂缓"
    REFUSED = "refused", "退信"
    UNKNOWN = "unknown", "不确定"
    WITHHELD = "withheld", "未发"


class CarriedBy(Term):
    """What takes a letter."""

    OUTBOX = "outbox", "发件夹"
    SMTP = "smtp", "邮件服务器"


class Copies(Term):
    """How a leader gets the first copy of an escalated letter: when somebody has approved, or by itself."""

    ASK = "ask", "先批准"
    AUTO = "auto", "自动抄送"


class CopyDecision(Term):
    """What a person says of a unit's first copy to its leader."""

    APPROVED = "approved", "批准"
    DECLINED = "declined", "不批准"


class RespiteKind(Term):
    """Why an item is not chased for a while."""

    MAIL = "mail", "来信待核"
    PROMISE = "promise", "已承诺"
    PAUSE = "pause", "暂停催报"


class Register(Term):
    """How a letter speaks to a unit: 要求 to those the office instructs, 商请 to a party organ."""

    INSTRUCT = "instruct", "要求"
    REQUEST = "request", "商请"


class LetterState(Term):
    """Where a letter stands in the ledger."""

    WAITING = "claimed", "待发送"  # the word in the ledger stays
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    PARTIAL = "partial", "部分退信"
    DEFERRED = "deferred", "暂缓发送"
    REFUSED = "refused", "退信"
    UNCERTAIN = "uncertain", "是否送达不确定"
    STOPPED = "stopped", "不再发送"

    @property
    def delivered(self) -> bool:
        """Whether the unit has, or may have, this letter."""
        return self in (LetterState.SENT, LetterState.PARTIAL, LetterState.UNCERTAIN)

    @property
    def unfinished(self) -> bool:
        """Whether the letter may still go out on its own day."""
        return self in (LetterState.WAITING, LetterState.SENDING, LetterState.DEFERRED)


class LetterStatus(Term):
    """What one call made of a letter that might have to go out, or of an acknowledgement."""

    SENT = "sent", "已发送"
    PARTIAL = "partial", "部分退信"
    DEFERRED = "deferred", "暂缓发送"
    REFUSED = "refused", "退信"
    UNCERTAIN = "uncertain", "是否送达不确定"
    FAILED = "failed", "未能写信"
    CAPPED = "capped", "已达每日上限"
    PLANNED = "planned", "拟发送"
    STOPPED = "stopped", "已报送，未发"
    NOTHING_DUE = "nothing_due", "无需催报"
    ALREADY = "already", "今日已发"
    BUSY = "busy", "正在发送"
    UNREACHABLE = "unreachable", "无有效地址"

    @property
    def written(self) -> bool:
        """Whether this call had a letter to write, whatever came of it (or, in a dry run, would have)."""
        return self in _WRITTEN

    @property
    def unsent(self) -> bool:
        """Whether the letter should have gone out and did not, for a reason that a person should look at."""
        return self in (LetterStatus.DEFERRED, LetterStatus.FAILED)

    @property
    def red(self) -> bool:
        """Whether the whole run has to be looked at for it."""
        return self.unsent or self is LetterStatus.UNCERTAIN

    @property
    def troubled(self) -> bool:
        """Whether a person has to look at what became of it."""
        return self.red or self in (LetterStatus.REFUSED, LetterStatus.PARTIAL)

    @property
    def reaches(self) -> bool:
        """Whether it went out just now."""
        return self in (LetterStatus.SENT, LetterStatus.PARTIAL)

    @property
    def left(self) -> bool:
        """Whether it is for another process, or another day."""
        return self in (LetterStatus.BUSY, LetterStatus.CAPPED)


_WRITTEN = frozenset(
    {
        LetterStatus.SENT,
        LetterStatus.PARTIAL,
        LetterStatus.DEFERRED,
        LetterStatus.REFUSED,
        LetterStatus.UNCERTAIN,
        LetterStatus.FAILED,
        LetterStatus.CAPPED,
        LetterStatus.PLANNED,
    }
)


class Verdict(Term):
    """What becomes of a mail."""

    RECEIPT = "receipt", "登记"
    SUPPLEMENT = "supplement", "补充材料"
    QUEUE = "queue", "待认领"
    IGNORED = "ignored", "不处理"
    BOUNCE = "bounce", "退信"


class Claiming(Term):
    """What a person decides about a mail."""

    RECEIVED = "received", "收到"
    NIL = "nil", "零报告"
    DISMISSED = "dismissed", "不是报送"


class Doubt(Term):
    """Why the machine's clock is not believed on a morning."""

    BACK = "back", "早于上次催报"
    SERVER = "server", "与邮件服务器不一致"
    MAIL = "mail", "早于来信"
    GAP = "gap", "隔得太久"


class DateAnswer(Term):
    """How a question about the date ends: the first two by a person, the last by a morning that finds nothing odd."""

    RIGHT = "right", "日期没错"
    EARLIER_WRONG = "earlier_wrong", "撤回以前的催报"
    SETTLED = "settled", "日期已改正"


@dataclass(frozen=True, slots=True)
class Person:
    """A liaison (联络员) or a leader (分管领导); what is not known yet is None."""

    name: str | None = None
    post: str | None = None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """责任单位. `no` is its short code (T01) in references; `addresses` are the unit's own mailboxes; `dates` are
    days of its own that what it owes is counted from, by name."""

    id: str
    no: str
    name: str
    aliases: tuple[str, ...]
    addresses: tuple[str, ...]
    liaison: Person
    leader: Person
    group: str
    register: Register = Register.INSTRUCT
    dates: Mapping[str, date] = field(default_factory=dict, hash=False)


# The addressee of what the office writes to itself; no unit may have this id.
OFFICE = "office"


@dataclass(frozen=True, slots=True)
class OfficeContact:
    """Whom a unit asks about a plan, and where it sends its reports."""

    name: str | None
    phone: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A dated stretch of a plan, both days included; `opens` and `reports` are what it is told to do.

    `id` names it in the ledger for good, `name` is what the notice calls it. A plan without phases has a single one
    without a name, over the whole campaign: nothing opens or closes with it.
    """

    id: str
    name: str
    start: date
    end: date
    opens: Opens = Opens.FINAL
    reports: Reports = Reports.GATE

    @property
    def stem(self) -> str:
        """Its name without the word 阶段 at the end, which sentences add."""
        return self.name.removesuffix("阶段")


@dataclass(frozen=True, slots=True)
class Offset:
    """So many days from an anchor; `what` names it: an item as plan/requirement, or a date that units have."""

    count: Count
    days: int
    anchor: Anchor
    what: str = ""


@dataclass(frozen=True, slots=True)
class Holiday:
    """What becomes of a due date that is a day off: it moves by so many working `days` `to` that side, or stays."""

    to: OnHoliday = OnHoliday.STAY
    days: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """When a requirement is due: on one date (`once`), on some (`dates`), or once in every period of the calendar from
    the one that holds `first` to the one that holds `last` (None: while a period ends by the campaign's end), but for
    those that hold a day of `skipped`.

    Where in a period: on its `day` (None: the last; of a quarter or longer in its last month, or where it is about the
    previous period in its first), on `weekdays` (1 is Monday), on a `month_day` (the month of the period, the day), or
    at an `offset`. `previous`: what is due in a period is about the one before. `at` is the hour; without, the whole
    day counts.
    """

    every: Every
    once: date | None = None
    day: int | None = None
    first: date | None = None
    last: date | None = None
    dates: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    month_day: tuple[int, int] | None = None
    offset: Offset | None = None
    previous: bool = False
    skipped: tuple[date, ...] = ()
    at: time | None = None
    holiday: Holiday = Holiday()


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later notice, `document_no`, that changes what is due from `since` on: by another `rule`, for some units by
    their own (`apart`), date by date (`moves`: from, to), or for good (`stops`)."""

    document_no: str
    since: date
    rule: Rule | None = None
    apart: tuple[tuple[tuple[str, ...], Rule], ...] = ()
    moves: tuple[tuple[date, date], ...] = ()
    stops: bool = False


# After the id of an item, where it is those units' who work along with its owners. No file can give such an id.
JOINTLY = ".jointly"


@dataclass(frozen=True, slots=True)
class Requirement:
    """报送事项, or 工作节点 (milestone) where `tracked` is false. `units` are unit ids in the campaign's order.

    `nil`: a nil report (零报告) will do; `attached`: what is sent in by mail is a file, and not a few words, which must
    then state all that is in `expects`. `apart`: the units that are due by rules of their own; `amended`: what later
    notices changed, in their order; `event`: what a clerk opens it for, where no calendar does; `advance`: on which
    working days before it is due to remind of it, the farthest first, where the campaign's are not meant; `collects`:
    the items of the plan whose reports it sums up; `attach`: the forms that go with its letters; `copies`: what is to
    be sent in besides on paper.
    """

    id: str
    title: str
    units: tuple[str, ...]
    rule: Rule
    source: str
    form: str | None
    also_to: str | None
    assumption: str | None
    tracked: bool
    nil: bool = False
    attached: bool = True
    expects: tuple[Expected, ...] = ()
    apart: tuple[tuple[tuple[str, ...], Rule], ...] = ()
    amended: tuple[Amendment, ...] = ()
    event: str | None = None
    advance: tuple[int, ...] | None = None
    collects: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    copies: str | None = None

    @property
    def assists(self) -> bool:
        """Whether its units send nothing in themselves, but work along with those who do."""
        return self.id.endswith(JOINTLY)


@dataclass(frozen=True, slots=True)
class Plan:
    """方案: `no` as numbered in the notice, `short` the words used where the title is too long, `file` where it is
    written.

    `id` names it in the ledger for good: of an office's first campaign as its file has it, of a later one after the
    campaign's own and a colon. `campaign` is the folder of its campaign; `tag` the code of that, where the office runs
    several at once; `shared`: a plan of another of them has the same `short`.
    """

    no: int
    id: str
    title: str
    short: str
    phases: tuple[Phase, ...]
    requirements: tuple[Requirement, ...]
    contact: OfficeContact
    assumptions: tuple[str, ...]
    file: str = ""
    campaign: str = ""
    tag: str = ""
    shared: bool = False

    @property
    def own_id(self) -> str:
        """Its id as its own campaign has it."""
        return self.id.rpartition(JOINT)[2]

    @property
    def called(self) -> str:
        """Its short name; with its campaign's code where the office runs several."""
        return say("{name}（{code}）", name=self.short, code=self.tag) if self.tag else self.short

    @property
    def distinct(self) -> str:
        """Its short name; with its campaign's code where a plan of another campaign that the office runs has the
        same."""
        return self.called if self.shared else self.short

    @property
    def named_phases(self) -> tuple[Phase, ...]:
        """The phases that the notice has; none where it has none."""
        return tuple(phase for phase in self.phases if phase.name)


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """When to remind: working days before and after a due date, and how often at most.

    A letter that is not one of a due day or an opening needs fewer than `letters_at_most` letters to its unit in the
    last `letters_in_days` days; a leader is copied once in `copy_in_days` days. An overdue item is under 督办 in its
    `escalate_from`-th letter.
    """

    advance: tuple[int, ...]
    advance_monthly: tuple[int, ...]
    overdue: tuple[int, ...]
    escalate_from: int
    letters_at_most: int = 2
    letters_in_days: int = 7
    copy_in_days: int = 7
    copies: Copies = Copies.AUTO


# After the id of a campaign that is rehearsed. No folder is called so.
DRILL = "~drill"

# Between the id of a campaign and that of its plan, in the ledger that was begun with another. No file can give such.
JOINT = ":"


@dataclass(frozen=True, slots=True)
class Campaign:
    """攻坚战: one notice with its plans, its units and its office. What is overdue is chased to `chase_until`, that day
    included; `outdated` are settings in its file that mean nothing any more; `calendar` is the code of the country
    whose holidays count, `language` and `timezone` (IANA) are those of the office; `drill`: this is a rehearsal of it,
    with a name of its own in the ledger; `short` is what its office is called for short, empty where that is not said;
    `contacts` the folder of the contacts that its units are in, empty where they are in the contacts' own;
    `files` is where its own files lie.

    Of several that an office runs as one, `id` is what their common rows in the ledger bear, each is in `joined` by its
    folder, and the dates span them all; the limits of letters are the strictest.
    """

    id: str
    title: str
    document_no: str
    reference: str
    issued: date
    ends: date
    office: str
    mailbox: str
    phone: str
    plans: tuple[Plan, ...]
    units: Mapping[str, Unit]
    groups: Mapping[str, str]
    policy: ReminderPolicy
    assumptions: tuple[str, ...]
    chase_until: date
    outdated: tuple[str, ...] = ()
    calendar: str = "CN"
    drill: bool = False
    short: str = ""
    language: str = CHINESE
    timezone: str = USUAL
    contacts: str = ""
    files: Path = Path()
    joined: Mapping[str, "Campaign"] = field(default_factory=dict, hash=False)

    @property
    def folder(self) -> str:
        """The name of its folder, which is its id but in a rehearsal."""
        return self.id.removesuffix(DRILL)

    @property
    def each(self) -> tuple["Campaign", ...]:
        """The campaigns that it joins, or itself."""
        return tuple(self.joined.values()) or (self,)

    @property
    def references(self) -> tuple[str, ...]:
        """The codes of all of them."""
        return tuple(each.reference for each in self.each)

    def of(self, plan: Plan) -> "Campaign":
        """The campaign that `plan` is of."""
        return self.joined.get(plan.campaign, self)

    def home_of(self, unit: str) -> str:
        """The folder of the contacts that the unit is in, as of `contacts`."""
        return next((each.contacts for each in self.each if unit in each.units), self.contacts)

    def units_in(self, contacts: str) -> Mapping[str, Unit]:
        """The units of that folder of the contacts."""
        return next((each.units for each in self.each if each.contacts == contacts), self.units)

    def place(self, plan: Plan) -> tuple[int, int]:
        """Where `plan` comes among all: after those of the campaigns before its own, by its number."""
        return list(self.joined).index(plan.campaign) if self.joined else 0, plan.no

    @property
    def office_short(self) -> str:
        """What its office is called where the name is too long."""
        return self.short or self.office


@dataclass(frozen=True, slots=True)
class Beginning:
    """启用: when and by whom, empty where it began by itself, and which units and addresses were `listed` then, None
    where nobody was asked; `copies`: how leaders are copied, None as the campaign's file has it; `first_on`: the day of
    the first morning that wrote, None until it came."""

    at: datetime
    by: str
    listed: Mapping[str, tuple[str, ...]] | None = None
    copies: Copies | None = None
    first_on: date | None = None


@dataclass(frozen=True, slots=True)
class Respite:
    """Why an obligation is not chased, from `since` to `until`, both included.

    `vouched`: of a mail, that its sender is the unit beyond doubt.
    """

    kind: RespiteKind
    since: date
    until: date
    vouched: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """What a clerk opened an item for: it happened on `day`, is called `label`, and concerns `units`. `number` counts
    the events of an item from 1."""

    plan: str
    requirement: str
    number: int
    day: date
    label: str
    units: tuple[str, ...]
    by: str
    opened_at: datetime


# The key of what is due on a single date: not that date, or correcting it would orphan what was received.
ONCE = "once"


@dataclass(frozen=True, slots=True)
class Moved:
    """That something was due on another day: `was`, to the hour `at`, until a notice or the calendar moved it: `by`."""

    was: date
    at: time | None
    by: str


@dataclass(frozen=True, slots=True)
class DueDay:
    """When something is due: by the end of `due`, or by the hour `at` of it. `moved`: it was another day once.
    `nominal` is the day before days off were looked at; `told_as` what a date that letters name is kept under, where
    days off decide: the day were none off, which no calendar changes."""

    due: date
    at: time | None = None
    moved: Moved | None = None
    nominal: date | None = None
    told_as: tuple[str, date] | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """报送期: one dated occurrence of a requirement.

    `key`, which the ledger keeps, is 2022-05, 2022-Q2, once, or what `policy.recurrence` makes of other rules. It is
    due by the end of `due`, or by the hour `at` of it; `moved`: that was another day once. `apart`: the units that it
    is due for on another day, `span` the first and the last of all these; `only`: the units that owe it, where those
    are not all of its requirement's; `told_as` as of a due day.
    """

    plan: Plan
    requirement: Requirement
    key: str
    label: str
    begins: date
    due: date
    phase: Phase
    at: time | None = None
    moved: Moved | None = None
    about_day: date | None = None
    apart: Mapping[str, DueDay] = field(default_factory=dict, hash=False)
    only: tuple[str, ...] | None = None
    span: tuple[date, date] | None = None
    told_as: tuple[str, date] | None = None

    @property
    def units(self) -> tuple[str, ...]:
        """The ids of the units that owe it, in the campaign's order."""
        return self.requirement.units if self.only is None else self.only

    def due_for(self, unit: str) -> date:
        """The day that it is due for `unit`, by id."""
        return self.apart[unit].due if unit in self.apart else self.due

    @property
    def dues(self) -> tuple[date, date]:
        """The first and the last day on which it is due for anybody: the same in each unit's own."""
        return self.span or (self.due, self.due)

    @property
    def about(self) -> date:
        """A day of what it reports on: the last one, or the due date where it goes by no calendar."""
        return self.about_day or self.due

    @property
    def name(self) -> str:
        """What a command line and a JSON answer call it: its key, or the date of a single one."""
        return self.due.isoformat() if self.key == ONCE else self.key

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells it from all others of the campaign: the ids of its plan and requirement, and its key."""
        return self.plan.id, self.requirement.id, self.key


@dataclass(frozen=True, slots=True)
class ObligationKey:
    """What names an obligation for good, in the ledger as in a link."""

    plan: str
    requirement: str
    period: str
    unit: str

    @property
    def item(self) -> tuple[str, str, str]:
        """The identity of its period."""
        return self.plan, self.requirement, self.period


@dataclass(frozen=True, slots=True)
class Obligation:
    """应报: unit × period, the thing tracked."""

    period: Period
    unit: Unit

    @property
    def key(self) -> ObligationKey:
        """The obligation's name in the ledger."""
        return ObligationKey(self.period.plan.id, self.period.requirement.id, self.period.key, self.unit.id)


@dataclass(frozen=True, slots=True)
class StepDate:
    """One step of an obligation's reminders: its stable `code` (advance-3, overdue-5) and the working day it is for."""

    step: Step
    code: str
    day: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """催报: one obligation at one step."""

    obligation: Obligation
    step: Step
    code: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """收件登记: an entry of the append-only log.

    `received_at` is when it came in, or was decided; `seq` numbers an obligation's entries from 1; `due` is the date of
    an extension, `withdraws` the `seq` of the entry that a withdrawal takes back, `mail` the mail that it came by.
    """

    obligation: ObligationKey
    entry: Entry
    received_at: datetime
    channel: Channel
    by: str
    note: str
    entered_at: datetime
    seq: int = 1
    due: date | None = None
    withdraws: int | None = None
    mail: int | None = None


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """通话: a call to `unit`, whom it reached and what was said; what was `promised` in it, and by when."""

    unit: str
    called_at: datetime
    whom: str
    note: str
    by: str
    entered_at: datetime
    promised: tuple[ObligationKey, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """承诺: what was said in a call: that this would come by `until`, that day included."""

    obligation: ObligationKey
    called_at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Pause:
    """暂停: nothing is chased from `first` to `last`, both included, of `unit` and of `plan`; None is all of them.
    `lifted_at`: it was ended before its time."""

    unit: str | None
    plan: str | None
    first: date
    last: date
    reason: str
    by: str
    entered_at: datetime
    id: int = 0
    lifted_by: str | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an obligation stands by its entries, whatever the date.

    `first_at` is when something first came in, also where it was sent back since; `returned` the entry that sent it
    back and still counts; `due` the date it was extended to; `rearmed` the last entry that made its reminders begin
    anew; `count` how many entries there are, withdrawn ones too.
    """

    first_at: datetime | None = None
    received: bool = False
    nil: bool = False
    returned: Receipt | None = None
    exempt: bool = False
    due: date | None = None
    rearmed: Receipt | None = None
    count: int = 0

    @property
    def settled(self) -> bool:
        """Whether the unit owes nothing more."""
        return self.received or self.exempt


NOTHING_ENTERED = Standing()


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a letter's list of what is overdue: `urged` marks 督办; `respite`: why it does not count now."""

    obligation: Obligation
    urged: bool = False
    respite: Respite | None = None


@dataclass(frozen=True, slots=True)
class StillMissing:
    """Of what somebody is to sum up: the `period` and the `units` that have not reported it."""

    period: Period
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """催报函: the one mail that a unit gets in a morning: its reminders, and all that is overdue, worst first.

    `overdue` is the list, the same in whatever letter; `reminders` all else. `with_year`: it carries the unit's whole
    year, as a table and a calendar, as an opening letter does; `standings`: how its obligations stand of which
    something was entered; `respites` why some are not chased now; `first_due` the notice's own due date of those that
    were overdue already when the campaign was begun, and got another; `collected` what is missing of what the unit sums
    up.
    """

    unit: Unit
    day: date
    written_at: datetime
    reference: str
    message_id: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reminders: tuple[Reminder, ...]
    year: tuple[Obligation, ...]
    standings: Mapping[ObligationKey, Standing]
    with_year: bool
    simulated: bool
    overdue: tuple[Listed, ...] = ()
    respites: Mapping[ObligationKey, Respite] = field(default_factory=dict)
    first_due: Mapping[ObligationKey, date] = field(default_factory=dict)
    collected: Mapping[ObligationKey, tuple[StillMissing, ...]] = field(default_factory=dict)

    @property
    def settled(self) -> frozenset[ObligationKey]:
        """What the unit owes nothing more for."""
        return frozenset(key for key, standing in self.standings.items() if standing.settled)


@dataclass(frozen=True, slots=True)
class GateRow:
    """One unit's record at the end of a phase; `missing` are the labels of what it still owes."""

    unit: Unit
    on_time: int
    late: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateReport:
    """What a phase leaves behind when it closes: per unit, on time, late and missing (阶段小结)."""

    plan: Plan
    phase: Phase
    drawn_at: datetime
    rows: tuple[GateRow, ...]


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What the `campaign` leaves behind when nobody is chased any more (年终小结): a row a unit, as of a phase; what is
    missing goes by its plan too."""

    campaign: Campaign
    drawn_at: datetime
    rows: tuple[GateRow, ...]


@dataclass(frozen=True, slots=True)
class OfficeLetter:
    """The one letter a morning that the office writes to itself: the gate reports of the phases that closed, and at the
    `final` end how the whole year went."""

    written_at: datetime
    message_id: str
    to: tuple[str, ...]
    reports: tuple[GateReport, ...]
    simulated: bool
    final: YearEnd | None = None


@dataclass(frozen=True, slots=True)
class ExportLetter:
    """The mail by which the office gets what it exported: the `files` by name, and how things stood `as_of`, in
    `lines` for its chat group."""

    written_at: datetime
    message_id: str
    to: tuple[str, ...]
    as_of: datetime
    lines: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    simulated: bool


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One item of an acknowledgement: `nil` for a nil report, `late` where it came after its date; `files` by name,
    `found` what the mail itself stated."""

    obligation: Obligation
    nil: bool
    late: bool
    files: tuple[str, ...]
    found: tuple[tuple[Expected, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StillOwed:
    """An obligation, with the due date that counts, that is overdue, returned or due soon: how it stands."""

    obligation: Obligation
    status: Status


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """回执: the answer to a mail by which something was registered; `owed` is what else the unit should send in now.

    `answers` is the Message-ID of the mail, empty where it had none; `references` the chain before it, oldest first;
    `stranger` the address that it bears as its sender's, where nobody vouches that the unit wrote from it, else empty;
    `kept`: the office takes that address for the unit's own from now on.
    `waited`: nobody could say at first whether its sender was who it said, so that the answer comes late.
    """

    unit: Unit
    to: tuple[str, ...]
    message_id: str
    answers: str
    references: tuple[str, ...]
    subject: str
    arrived_at: datetime
    written_at: datetime
    items: tuple[Acknowledged, ...]
    owed: tuple[StillOwed, ...]
    stranger: str = ""
    kept: bool = False
    waited: bool = False
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A letter as it goes over the wire: `data` are the RFC 5322 bytes, kept before any SMTP."""

    message_id: str
    subject: str
    recipients: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """The recorded outcome of one attempt; `refused` are the recipients turned away, `deferred` those put off while
    others took it, `detail` the server's words, `halts` why no other letter should follow."""

    outcome: Outcome
    refused: tuple[str, ...] = ()
    detail: str = ""
    deferred: tuple[str, ...] = ()
    halts: Exception | None = None
