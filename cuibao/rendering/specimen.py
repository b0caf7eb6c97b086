"""A made-up campaign and letters that between them have every section, for trying the templates out."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from cuibao.model import (
    Acknowledged,
    Acknowledgement,
    Campaign,
    Channel,
    Entry,
    Every,
    Expected,
    ExportLetter,
    GateReport,
    GateRow,
    Letter,
    Listed,
    Obligation,
    OfficeContact,
    OfficeLetter,
    Period,
    Person,
    Phase,
    Plan,
    Receipt,
    Register,
    Reminder,
    ReminderPolicy,
    Requirement,
    Respite,
    RespiteKind,
    Rule,
    Standing,
    Status,
    Step,
    StillMissing,
    StillOwed,
    Unit,
    YearEnd,
)
from cuibao.rendering.exports import CellView, CountView, ExportView, OwedRowView, PlanRowView, PlanView, UnitView
from cuibao.rendering.sheets import CallItemView, CallSheetView, CallView, PersonView

TODAY = date(2022, 7, 29)
REFERENCE = "YL2022-220729-T00"
NOW = datetime(2022, 7, 29, 8, 30, tzinfo=timezone(timedelta(hours=8)))
MAILBOX = "office@specimen.invalid"

UNIT = Unit("specimen", "T00", "样例镇", (), (), Person(), Person(), "towns")
PHASE = Phase("implementation", "集中实施", date(2022, 5, 1), date(2022, 9, 30))
REPORT = Requirement("report", "样例事项", ("specimen",), Rule(Every.ONCE), "", "样表", "上级办公室", None, True)
PLAIN = Requirement("plain", "样例事项", ("specimen",), Rule(Every.ONCE), "", None, None, None, True)
MILESTONE = Requirement("milestone", "样例工作节点", ("specimen",), Rule(Every.ONCE), "", None, None, None, False)
PLAN = Plan(
    no=1,
    id="specimen",
    title="样例方案",
    short="样例",
    phases=(PHASE,),
    requirements=(REPORT, PLAIN, MILESTONE),
    contact=OfficeContact(None, "0000000", MAILBOX),
    assumptions=(),
)
CAMPAIGN = Campaign(
    id="specimen",
    title="样例攻坚战",
    document_no="样字〔2022〕1号",
    reference="YL2022",
    issued=date(2022, 4, 18),
    ends=date(2022, 12, 31),
    office="样例县防汛抗旱指挥部办公室",
    short="样例县防指办",
    mailbox=MAILBOX,
    phone="0000000",
    plans=(PLAN,),
    units={UNIT.id: UNIT},
    groups={"towns": "乡镇"},
    policy=ReminderPolicy((), (), (), 3),
    assumptions=(),
    chase_until=date(2023, 1, 31),
)


def _owed(requirement: Requirement, days: int) -> Obligation:
    due = TODAY + timedelta(days=days)
    return Obligation(Period(PLAN, requirement, "once", "", PHASE.start, due, PHASE), UNIT)


def _reminder(requirement: Requirement, step: Step, days: int) -> Reminder:
    return Reminder(_owed(requirement, days), step, step.value)


def _letter(
    *reminders: Reminder,
    overdue: tuple[Listed, ...] = (),
    cc: tuple[str, ...] = (),
    settled: int = 0,
    simulated: bool = False,
    back: bool = False,
    month_by_month: int = 0,
) -> Letter:
    year = tuple(_owed(requirement, days) for requirement, days in ((REPORT, -20), (PLAIN, 2), (MILESTONE, 3)))
    return Letter(
        unit=UNIT,
        day=TODAY,
        written_at=NOW,
        reference=REFERENCE,
        message_id="specimen@specimen.invalid",
        to=("unit@specimen.invalid",),
        cc=cc,
        reminders=reminders,
        overdue=overdue,
        year=year + tuple(_owed(PLAIN, 30 * month) for month in range(1, month_by_month)),
        standings={owed.key: Standing(first_at=NOW, received=True, count=1) for owed in year[1 : 1 + settled]}
        | ({year[0].key: BACK} if back else {}),
        with_year=any(reminder.step is Step.OPENING for reminder in reminders),
        simulated=simulated,
    )


RETURN = Receipt(_owed(REPORT, -20).key, Entry.RETURNED, NOW, Channel.PHONE, "样例", "缺少盖章", NOW, seq=2)
BACK = Standing(first_at=NOW, returned=RETURN, due=TODAY, rearmed=RETURN, count=2)

MAIL = Respite(RespiteKind.MAIL, TODAY - timedelta(days=1), TODAY)
FORGED = replace(MAIL, vouched=False)
PROMISE = Respite(RespiteKind.PROMISE, TODAY, TODAY + timedelta(days=2))

_EVERYTHING = _letter(
    _reminder(REPORT, Step.DUE, 0),
    _reminder(MILESTONE, Step.DUE, 1),
    _reminder(PLAIN, Step.ADVANCE, 3),
    _reminder(MILESTONE, Step.DUE, -2),
    _reminder(REPORT, Step.OPENING, 20),
    _reminder(PLAIN, Step.OPENING, 30),
    _reminder(MILESTONE, Step.OPENING, 40),
    overdue=(
        Listed(_owed(REPORT, -9), urged=True),
        Listed(_owed(PLAIN, -1)),
        Listed(_owed(PLAIN, -2), respite=MAIL),
        Listed(_owed(PLAIN, -3), respite=FORGED),
        Listed(_owed(PLAIN, -4), respite=PROMISE),
    ),
    cc=("leader@specimen.invalid",),
    settled=1,
    simulated=True,
)
_SENT_BACK = _letter(_reminder(PLAIN, Step.OPENING, 30), back=True, month_by_month=18)
_ITEM = _owed(PLAIN, 3)

LETTERS = (
    _EVERYTHING,
    _SENT_BACK,
    *(replace(letter, unit=replace(UNIT, register=Register.REQUEST)) for letter in (_EVERYTHING, _SENT_BACK)),
    _letter(overdue=(Listed(_owed(REPORT, -20), urged=True),), back=True),
    replace(_letter(_reminder(PLAIN, Step.ADVANCE, 3)), respites={_ITEM.key: MAIL}, first_due={_ITEM.key: PHASE.start}),
    _letter(_reminder(MILESTONE, Step.ADVANCE, 1)),
    replace(
        _letter(_reminder(PLAIN, Step.ADVANCE, 2), overdue=(Listed(_owed(REPORT, -20)),)),
        collected={_owed(each, 0).key: (StillMissing(_ITEM.period, (UNIT,)),) for each in (PLAIN, REPORT)},
    ),
)


def _gate(*rows: GateRow) -> GateReport:
    return GateReport(PLAN, PHASE, NOW, rows)


def _office_letter(*reports: GateReport) -> OfficeLetter:
    return OfficeLetter(NOW, "gate@specimen.invalid", (MAILBOX,), reports, simulated=len(reports) > 1)


OFFICE_LETTERS = (
    _office_letter(_gate(GateRow(UNIT, 1, 0, ("样例事项",))), _gate(GateRow(UNIT, 1, 1, ()))),
    _office_letter(_gate(GateRow(UNIT, 1, 0, ()))),
    replace(_office_letter(), final=YearEnd(CAMPAIGN, NOW, (GateRow(UNIT, 1, 1, ("样例·样例事项",)),))),
)

EXPORT_LETTERS = tuple(
    ExportLetter(NOW, "export@specimen.invalid", (MAILBOX,), NOW, lines, (), simulated=not lines)
    for lines in ((), ("截至7月29日，以下单位未报：", "", "【样例】", "样例事项：样例镇"))
)


def _answer(*items: Acknowledged, owed: tuple[StillOwed, ...] = (), stranger: str = "") -> Acknowledgement:
    to = ("unit@specimen.invalid",)
    return Acknowledgement(UNIT, to, "a@specimen.invalid", "<b@unit>", (), "样例", NOW, NOW, items, owed, stranger)


ACKNOWLEDGEMENTS = (
    _answer(
        Acknowledged(_owed(REPORT, -3), nil=False, late=True, files=("样例.docx",)),
        Acknowledged(_owed(PLAIN, 3), nil=True, late=False, files=()),
        owed=(
            StillOwed(_owed(REPORT, -20), Status.OVERDUE),
            StillOwed(_owed(REPORT, -2), Status.RETURNED),
            StillOwed(_owed(PLAIN, 5), Status.DUE_SOON),
        ),
        stranger="other@specimen.invalid",
    ),
    replace(_answer(Acknowledged(_owed(PLAIN, 3), nil=False, late=False, files=())), waited=True),
    replace(
        _answer(
            Acknowledged(_owed(PLAIN, 3), nil=False, late=False, files=(), found=((Expected.NAME, "样例"),)),
            stranger="other@specimen.invalid",
        ),
        kept=True,
    ),
)

_CALLS = (
    CallView(
        unit=UNIT.name,
        people=(PersonView("联络员", "样例", "样例", ("0000000",)), PersonView("分管领导", "样例", "", ())),
        unreached=True,
        bad="样例",
        items=(
            CallItemView("样例事项", "逾期未报", "7月9日到期", 20, 3, "", "已承诺7月20日前报，没有报"),
            CallItemView("样例事项", "退回待重报", "7月28日退回", 0, 0, "缺少盖章", ""),
        ),
    ),
    CallView(UNIT.name, (), False, "", ()),
)

CALL_SHEETS = (
    CallSheetView("2022年7月29日 08:30", True, 2, 1, _CALLS),
    CallSheetView("2022年7月29日 08:30", False, 0, 0, ()),
)

_OWED = OwedRowView(UNIT.name, "样例", "样例事项", "7月9日到期", "2022-07-09", 20, "逾期未报", "overdue", "样例")
_ROW = PlanRowView(UNIT.name, (CellView("逾期", "overdue", "0"),))

EXPORTS = (
    ExportView(
        moment="2022年7月29日 08:30",
        simulated=True,
        counts=(CountView("逾期未报", "overdue", 1),),
        units=(UnitView(UNIT.name, "乡镇", 1, 20, 0, 0, 0, 1),),
        owed=(_OWED,),
        plans=(PlanView(1, "样例", "样例方案", (("样例事项", "7月9日"),), (_ROW,), ("样例",)),),
    ),
    ExportView("2022年7月29日 08:30", False, (), (), (), ()),
)
