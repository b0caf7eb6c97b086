"""Small builders of model objects for tests, in the likeness of the 2022 notice."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from cuibao.model import (
    Campaign,
    Every,
    GateReport,
    GateRow,
    Letter,
    Listed,
    Obligation,
    ObligationKey,
    OfficeContact,
    OfficeLetter,
    Period,
    Person,
    Phase,
    Plan,
    Reminder,
    ReminderPolicy,
    Requirement,
    Respite,
    Rule,
    Standing,
    Step,
    Unit,
)

CHINA = timezone(timedelta(hours=8))
MAILBOX = "office@xinfeng.example"
MOBILIZATION = Phase("mobilization", "动员部署", date(2022, 4, 1), date(2022, 4, 30))
IMPLEMENTATION = Phase("implementation", "集中实施", date(2022, 5, 1), date(2022, 9, 30))
SUMMARY = Phase("summary", "总结提升", date(2022, 10, 1), date(2022, 12, 31))
PHASES = (MOBILIZATION, IMPLEMENTATION, SUMMARY)


def unit(name: str = "嘉定镇", unit_id: str = "jiading", no: str = "T01") -> Unit:
    """A town with a liaison and a leader."""
    return Unit(
        id=unit_id,
        no=no,
        name=name,
        aliases=(),
        addresses=(f"{unit_id}@town.example",),
        liaison=Person(name="李联络", phone="3330001"),
        leader=Person(name="张分管", email=f"leader.{unit_id}@town.example"),
        group="towns",
    )


def once(day: date) -> Rule:
    """Due on one day."""
    return Rule(Every.ONCE, once=day)


def monthly(day: int | None, first: int, last: int) -> Rule:
    """Due every month of 2022 from month `first` to month `last`."""
    return Rule(Every.MONTH, day=day, first=date(2022, first, 1), last=date(2022, last, 28))


def quarterly() -> Rule:
    """Due at the end of each quarter of 2022 from the second."""
    return Rule(Every.QUARTER, first=date(2022, 4, 1), last=date(2022, 12, 31))


def requirement(
    requirement_id: str,
    title: str,
    rule: Rule,
    *,
    form: str | None = None,
    also_to: str | None = None,
    tracked: bool = True,
    units: Iterable[str] = ("jiading",),
) -> Requirement:
    """A requirement owed by `units`."""
    return Requirement(requirement_id, title, tuple(units), rule, "四（二）", form, also_to, None, tracked)


OFFICE_CONTACT = OfficeContact("陈运发", "3336239", MAILBOX)


def plan(
    no: int,
    plan_id: str,
    short: str,
    requirements: Iterable[Requirement],
    *,
    contact: OfficeContact = OFFICE_CONTACT,
    phases: tuple[Phase, ...] = PHASES,
) -> Plan:
    """A plan titled as the notice titles them."""
    title = f"信丰县{short}“巩固提升”攻坚战实施方案"
    return Plan(no, plan_id, title, short, phases, tuple(requirements), contact, ())


CAMPAIGN_TITLE = "信丰县安全生产专项整治三年行动“巩固提升”攻坚战"


def campaign(*plans: Plan, units: Iterable[Unit] = (), title: str = CAMPAIGN_TITLE) -> Campaign:
    """A campaign of `plans`, owed by 嘉定镇 unless told otherwise."""
    return Campaign(
        id="xinfeng-2022",
        title=title,
        document_no="信安办字〔2022〕30号",
        reference="XF2022",
        issued=date(2022, 4, 18),
        ends=date(2022, 12, 31),
        office="信丰县安全生产委员会办公室",
        mailbox=MAILBOX,
        phone="3336239",
        plans=plans,
        units={each.id: each for each in (tuple(units) or (unit(),))},
        groups={"towns": "乡镇"},
        policy=ReminderPolicy((7, 3, 1), (3, 1), (1, 3, 5), 3),
        chase_until=date(2023, 1, 31),
        assumptions=(),
        short="信丰县安委办",
    )


CULTURE = plan(
    1,
    "culture",
    "公共安全文化建设",
    [requirement("progress", "提升攻坚战进展情况", quarterly())],
    contact=OfficeContact("杨军明", "3336240", MAILBOX),
)
SKILLS = plan(
    2,
    "skills",
    "从业人员安全技能",
    [
        requirement("liaison", "联络人姓名和联系电话", once(date(2022, 4, 25))),
        requirement("mobilize", "制定实施方案或计划安排，进行动员部署", once(date(2022, 4, 30)), tracked=False),
        requirement("stage", "阶段性工作情况", once(date(2022, 7, 25))),
        requirement("final", "最终工作情况", once(date(2022, 10, 20))),
    ],
)
RESPONSIBILITY = plan(
    3,
    "responsibility",
    "企业安全生产主体责任",
    [
        requirement(
            "monthly",
            "本月工作进展",
            monthly(20, 4, 12),
            form="对照7项目标任务，结合实际条目式简要书面报送",
        )
    ],
)
MINES = plan(
    4,
    "mines",
    "矿山安全",
    [
        requirement("monthly", "本月工作情况", monthly(25, 5, 9), also_to="市安委办"),
        requirement(
            "upgrade",
            "非煤矿山技术改造情况",
            once(date(2022, 9, 15)),
            form="附件2《非煤矿山技术改造情况登记表》",
            also_to="市安委办",
        ),
    ],
    contact=OfficeContact("卢志军", "3336241", MAILBOX),
)
FIREWORKS = plan(
    5,
    "fireworks",
    "烟花爆竹安全",
    [requirement("inspect", "完成零售店（点）全覆盖检查", once(date(2022, 7, 30)), tracked=False)],
    contact=OfficeContact(None, "3336239", MAILBOX),
)
DEMONSTRATION = plan(
    8,
    "demonstration",
    "“双千示范”工程",
    [requirement("progress", "建设阶段性进展情况", monthly(None, 5, 11))],
    contact=OfficeContact(None, "3336239", MAILBOX),
)
PLANS = (CULTURE, SKILLS, RESPONSIBILITY, MINES, FIREWORKS, DEMONSTRATION)


def period(of: Plan, requirement_id: str, due: date, *, phase: Phase | None = None) -> Period:
    """The period of one of `of`'s requirements that is due on `due`, labelled and keyed as the policy does."""
    wanted = next(each for each in of.requirements if each.id == requirement_id)
    labels = {
        Every.ONCE: ("once", ""),
        Every.MONTH: (f"{due:%Y-%m}", f"{due.month}月"),
        Every.QUARTER: (f"{due.year}-Q{(due.month + 2) // 3}", f"第{'一二三四'[(due.month - 1) // 3]}季度"),
    }
    key, label = labels[wanted.rule.every]
    holds = phase or next((each for each in of.phases if due <= each.end), of.phases[-1])
    return Period(of, wanted, key, label, holds.start, due, holds)


def obligation(of: Plan, requirement_id: str, due: date, *, by: Unit | None = None) -> Obligation:
    """What `by` (嘉定镇) owes of that period."""
    return Obligation(period(of, requirement_id, due), by or unit())


def reminder(owed: Obligation, step: Step) -> Reminder:
    """A reminder of `owed` at `step`."""
    return Reminder(owed, step, step.value)


def letter(
    *reminders: Reminder,
    day: date = date(2022, 7, 25),
    to: tuple[str, ...] = ("jiading@town.example",),
    cc: tuple[str, ...] = (),
    year: tuple[Obligation, ...] = (),
    settled: Iterable[Obligation] = (),
    by: Unit | None = None,
    simulated: bool = False,
    overdue: tuple[Listed, ...] = (),
    respites: Mapping[ObligationKey, Respite] | None = None,
    first_due: Mapping[ObligationKey, date] | None = None,
) -> Letter:
    """A letter to 嘉定镇 written at 08:30 on `day`."""
    addressee = by or (reminders[0].obligation.unit if reminders else unit())
    return Letter(
        unit=addressee,
        day=day,
        written_at=datetime(day.year, day.month, day.day, 8, 30, tzinfo=CHINA),
        reference=f"XF2022-{day:%y%m%d}-{addressee.no}",
        message_id=f"xf2022-{day:%m%d}-{addressee.no.lower()}@xinfeng.example",
        to=to,
        cc=cc,
        reminders=reminders,
        year=year,
        standings={each.key: Standing(first_at=datetime(2022, 4, 20, tzinfo=CHINA), received=True) for each in settled},
        with_year=any(reminder.step is Step.OPENING for reminder in reminders),
        simulated=simulated,
        overdue=overdue,
        respites=respites or {},
        first_due=first_due or {},
    )


def whole_year() -> tuple[Obligation, ...]:
    """Everything that 嘉定镇 owes in `PLANS`."""
    dated = {
        (CULTURE, "progress"): [(6, 30), (9, 30), (12, 31)],
        (SKILLS, "liaison"): [(4, 25)],
        (SKILLS, "mobilize"): [(4, 30)],
        (SKILLS, "stage"): [(7, 25)],
        (SKILLS, "final"): [(10, 20)],
        (RESPONSIBILITY, "monthly"): [(month, 20) for month in range(4, 13)],
        (MINES, "monthly"): [(month, 25) for month in range(5, 10)],
        (MINES, "upgrade"): [(9, 15)],
        (FIREWORKS, "inspect"): [(7, 30)],
        (DEMONSTRATION, "progress"): [(5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30)],
    }
    owed = [
        obligation(of, requirement_id, date(2022, month, day))
        for (of, requirement_id), days in dated.items()
        for month, day in days
    ]
    return tuple(sorted(owed, key=lambda each: (each.period.due, each.period.plan.no)))


def gate_report(of: Plan = SKILLS, phase: Phase = MOBILIZATION) -> GateReport:
    """A phase that left 大桥镇 with something missing and 古陂镇 late."""
    rows = (
        GateRow(unit(), 2, 0, ()),
        GateRow(unit("古陂镇", "gupo", "T03"), 1, 1, ()),
        GateRow(unit("大桥镇", "daqiao", "T04"), 0, 1, ("联络人姓名和联系电话",)),
    )
    return GateReport(of, phase, datetime(2022, 5, 5, 8, 30, tzinfo=CHINA), rows)


def office_letter(*reports: GateReport, simulated: bool = False) -> OfficeLetter:
    """The office's letter of 5 May with `reports`."""
    written_at = datetime(2022, 5, 5, 8, 30, tzinfo=CHINA)
    return OfficeLetter(
        written_at, "xf2022-0505-gate@xinfeng.example", (MAILBOX,), reports or (gate_report(),), simulated
    )


def renamed(of: Unit, name: str) -> Unit:
    """`of` under another name."""
    return replace(of, name=name)
