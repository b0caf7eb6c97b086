"""What the templates see: plain words and numbers, drawn from a letter. The names here are the templates' language,
listed for the office in `templates/README.zh-CN.md`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cuibao.model import (
    NOTHING_ENTERED,
    Campaign,
    Every,
    GateReport,
    GateRow,
    Letter,
    Listed,
    Obligation,
    OfficeContact,
    OfficeLetter,
    Period,
    PhaseName,
    Reminder,
    Step,
    YearEnd,
)
from cuibao.rendering import words
from cuibao.rendering.environment import Recurring
from cuibao.said import full_date, full_title, month_day, one_line, spelled_out, weekday


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The office that writes: `name` in full, `short` as everyone calls it."""

    name: str
    short: str
    mailbox: str
    phone: str


@dataclass(frozen=True, slots=True)
class ContactView(Recurring):
    """Whom to ask about a plan (the office where the notice names nobody), and where to send."""

    name: str
    phone: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class ItemView(Recurring):
    """One reminded item. `due` is 4月25日（星期一）; `days` counts past it or up to it; `urged` marks 督办;
    `send` is false for a milestone, for which nothing is sent in; `extended`: the date was put off for this unit;
    `returned`: why what was sent in was sent back, else None."""

    plan: str
    title: str
    due: str
    days: int
    ahead: str
    urged: bool
    send: bool
    form: str | None
    also_to: str | None
    contact: ContactView
    extended: bool = False
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One requirement that opens, all its periods together: `due` is 4月25日（星期一）前 or 每月25日前（5月至9月）."""

    title: str
    due: str
    send: bool
    form: str | None
    also_to: str | None


@dataclass(frozen=True, slots=True)
class OpeningGroup(Recurring):
    """What one plan wants in one phase that opens; `send` is false where it is milestones only."""

    plan: str
    plan_title: str
    phase: str
    dates: str
    contact: ContactView
    rows: tuple[OpeningRow, ...]
    send: bool


@dataclass(frozen=True, slots=True)
class YearRow(Recurring):
    """One line of the year's table. `again` marks the later periods of a requirement, whose form is as before;
    `label` is 5月 or 第二季度, empty for a single one."""

    date: str
    weekday: str
    plan: str
    title: str
    label: str
    form: str | None
    send: bool
    settled: bool
    exempt: bool
    again: bool


@dataclass(frozen=True, slots=True)
class ArrearRow:
    """One item that is overdue and of which this letter is no reminder: it was reminded of before.

    `form` stands with the first period of its requirement only.
    """

    plan: str
    title: str
    due: str
    days: int
    form: str | None
    also_to: str | None


@dataclass(frozen=True, slots=True)
class ArrearContact:
    """Where to send the arrears of `plans`, and whom to ask."""

    plans: str
    contact: ContactView


@dataclass(frozen=True, slots=True)
class LetterView:
    """A whole letter. `kind` is 督办, 催报 or 报送通知. The four tuples of items, with `opening`, are its sections:

    `returned` 退回重报 (all there are, each time), `overdue` 逾期未报, `today` 今日到期, `soon` 近期到期. `arrears`:
    what else is overdue, longest first; `overdue_count` counts both. `also_elsewhere`: something goes to another office
    too.
    """

    kind: str
    unit: str
    day: str
    reference: str
    on_copy: bool
    returned: tuple[ItemView, ...]
    overdue: tuple[ItemView, ...]
    arrears: tuple[ArrearRow, ...]
    arrear_contacts: tuple[ArrearContact, ...]
    overdue_count: int
    today: tuple[ItemView, ...]
    soon: tuple[ItemView, ...]
    opening: tuple[OpeningGroup, ...]
    opening_count: int
    opening_phases: str
    year: tuple[YearRow, ...]
    urged_count: int
    has_reports: bool
    also_elsewhere: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class GateRowView:
    """One unit's line of a gate report."""

    unit: str
    on_time: int
    late: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateView:
    """One plan's phase that closed, or the whole year: `heading` says which; `units` in all, `rows` for those of them
    with something missing, then late."""

    plan: str
    plan_title: str
    phase: str
    dates: str
    heading: str
    units: int
    rows: tuple[GateRowView, ...]
    on_time: int
    late: int
    missing: int
    units_missing: int


@dataclass(frozen=True, slots=True)
class GateLetterView:
    """The office's letter about all phases that closed, which are of `plan_count` plans. `final`: how the year ended is
    in it, as the first of the `reports`, and `missing` counts the whole year."""

    day: str
    reports: tuple[GateView, ...]
    plans: str
    plan_count: int
    phases: str
    missing: int
    units_missing: int
    simulated: bool
    final: bool = False


def office_view(campaign: Campaign) -> OfficeView:
    """The office behind `campaign`."""
    return OfficeView(campaign.office, words.short_office(campaign.office), campaign.mailbox, campaign.phone)


def letter_view(letter: Letter, campaign: Campaign) -> LetterView:
    """`letter` in words. Items keep the letter's order within their section."""
    dated = [reminder for reminder in letter.reminders if reminder.step is not Step.OPENING]
    opening = [reminder for reminder in letter.reminders if reminder.step is Step.OPENING]
    sections: dict[str, list[ItemView]] = {"returned": [], "overdue": [], "today": [], "soon": []}
    late_items = [_as_reminder(listed) for listed in letter.overdue]
    for reminder in [*late_items, *dated, *_sent_back_before(letter)]:
        item = _item(reminder, letter, campaign)
        sections[_section(reminder, letter.day) if item.returned is None else "returned"].append(item)
    groups = _opening(opening, letter.day, campaign)
    late: tuple[Period, ...] = ()
    arrears = tuple(_arrear_rows(late, letter.day))
    told = [listed.obligation.period for listed in letter.overdue]
    told += [reminder.obligation.period for reminder in letter.reminders]
    return LetterView(
        kind=_kind(letter, bool(sections["returned"] or sections["overdue"] or arrears)),
        unit=one_line(letter.unit.name),
        day=full_date(letter.day),
        reference=letter.reference,
        on_copy=bool(letter.cc),
        arrears=arrears,
        arrear_contacts=_arrear_contacts(late, campaign),
        overdue_count=len(sections["overdue"]) + len(arrears),
        **{name: tuple(items) for name, items in sections.items()},
        opening=groups,
        opening_count=sum(len(group.rows) for group in groups),
        opening_phases=words.both(dict.fromkeys(group.phase for group in groups)),
        year=tuple(_year(letter)) if letter.with_year else (),
        urged_count=sum(item.urged for item in [*sections["returned"], *sections["overdue"]]),
        has_reports=any(period.requirement.tracked for period in told),
        also_elsewhere=any(period.requirement.also_to for period in told),
        simulated=letter.simulated,
    )


def gate_letter_view(letter: OfficeLetter, campaign: Campaign) -> GateLetterView:
    """The gate reports of `letter` in words."""
    gates = tuple(_gate(report) for report in letter.reports)
    # The whole year counts what was missing at the end of each phase once more.
    counted = letter.final.rows if letter.final else [row for report in letter.reports for row in report.rows]
    plans = tuple(dict.fromkeys(report.plan for report in gates))
    return GateLetterView(
        day=full_date(letter.written_at.date()),
        reports=(_year_end(letter.final, campaign), *gates) if letter.final else gates,
        plans="、".join(plans),
        plan_count=len(plans),
        phases=words.both([name.zh for name in PhaseName if any(name is each.phase.name for each in letter.reports)]),
        missing=sum(len(row.missing) for row in counted),
        units_missing=len({row.unit.id for row in counted if row.missing}),
        simulated=letter.simulated,
        final=letter.final is not None,
    )


def _kind(letter: Letter, overdue: bool) -> str:
    if any(listed.urged for listed in letter.overdue):
        return "督办"
    if not overdue and any(reminder.step is Step.OPENING for reminder in letter.reminders):
        return "报送通知"
    return "催报"


def _section(reminder: Reminder, today: date) -> str:
    """By the dates, not the step's name: after downtime a step may go out later than the day it was for."""
    period = reminder.obligation.period
    if period.due < today:
        return "overdue"
    return "today" if period.due == today else "soon"


def _sent_back_before(letter: Letter) -> Iterable[Reminder]:
    """What was sent back and is not reminded of today: a letter says of each why, until it has come again."""
    reminded = {reminder.obligation.key for reminder in letter.reminders}
    reminded |= {listed.obligation.key for listed in letter.overdue}
    for obligation in sorted(letter.year, key=_year_order):
        standing = letter.standings.get(obligation.key)
        if standing is not None and standing.returned and not standing.settled and obligation.key not in reminded:
            yield Reminder(obligation, Step.OVERDUE, "")


def _item(reminder: Reminder, letter: Letter, campaign: Campaign) -> ItemView:
    period, today = reminder.obligation.period, letter.day
    standing = letter.standings.get(reminder.obligation.key, NOTHING_ENTERED)
    days = abs((period.due - today).days)
    # The step of the day itself, sent before the day: the due date is a day off.
    last_day = reminder.step is Step.DUE and period.due > today
    return ItemView(
        plan=period.plan.short,
        title=full_title(period),
        due=spelled_out(period.due, today),
        days=days,
        ahead=words.days_ahead(days) + ("，逢休息日，今天是此前最后一个工作日" if last_day else ""),
        urged=reminder.step is Step.ESCALATION,
        send=period.requirement.tracked,
        form=period.requirement.form,
        also_to=period.requirement.also_to,
        contact=_contact(period.plan.contact, campaign),
        extended=standing.due is not None,
        returned=one_line(standing.returned.note) if standing.returned else None,
    )


def _as_reminder(listed: Listed) -> Reminder:
    return Reminder(listed.obligation, Step.ESCALATION if listed.urged else Step.OVERDUE, "")


def _arrear_rows(periods: Iterable[Period], today: date) -> Iterable[ArrearRow]:
    seen = set()
    for period in periods:
        name = (period.plan.id, period.requirement.id)
        yield ArrearRow(
            plan=period.plan.short,
            title=full_title(period),
            due=month_day(period.due),
            days=(today - period.due).days,
            form=None if name in seen else period.requirement.form,
            also_to=period.requirement.also_to,
        )
        seen.add(name)


def _arrear_contacts(periods: Iterable[Period], campaign: Campaign) -> tuple[ArrearContact, ...]:
    plans: dict[ContactView, dict[str, None]] = {}
    for period in sorted(periods, key=lambda period: period.plan.no):
        plans.setdefault(_contact(period.plan.contact, campaign), {})[period.plan.short] = None
    return tuple(ArrearContact("、".join(shorts), contact) for contact, shorts in plans.items())


def _contact(contact: OfficeContact, campaign: Campaign) -> ContactView:
    return ContactView(contact.name or words.short_office(campaign.office), contact.phone, contact.mailbox)


def _opening(reminders: Iterable[Reminder], today: date, campaign: Campaign) -> tuple[OpeningGroup, ...]:
    periods = sorted(
        (reminder.obligation.period for reminder in reminders),
        key=lambda period: (period.plan.no, period.phase.start, period.phase.end),
    )
    groups = groupby(periods, key=lambda period: (period.plan.no, period.phase))
    return tuple(_opening_group(list(members), today, campaign) for _, members in groups)


def _opening_group(periods: Sequence[Period], today: date, campaign: Campaign) -> OpeningGroup:
    plan, phase = periods[0].plan, periods[0].phase
    by_requirement: dict[str, list[Period]] = {}
    for period in sorted(periods, key=lambda period: period.due):
        by_requirement.setdefault(period.requirement.id, []).append(period)
    return OpeningGroup(
        plan=plan.short,
        plan_title=plan.title,
        phase=phase.name.zh,
        dates=f"{month_day(phase.start)}至{month_day(phase.end)}",
        contact=_contact(plan.contact, campaign),
        rows=tuple(_opening_row(members, today) for members in by_requirement.values()),
        send=any(period.requirement.tracked for period in periods),
    )


def _opening_row(periods: Sequence[Period], today: date) -> OpeningRow:
    requirement = periods[0].requirement
    alone = len(periods) == 1
    return OpeningRow(
        title=full_title(periods[0]) if alone else requirement.title,
        due=f"{spelled_out(periods[0].due, today)}前" if alone else _dates_together(periods, today),
        send=requirement.tracked,
        form=requirement.form,
        also_to=requirement.also_to,
    )


def _dates_together(periods: Sequence[Period], today: date) -> str:
    rule = periods[0].requirement.rule
    if rule.every is Every.MONTH:
        day = "月底" if rule.day is None else f"{rule.day}日"
        return f"每月{day}前（{words.months([period.due.month for period in periods])}）"
    return "、".join(spelled_out(period.due, today) for period in periods) + "前"


def _year(letter: Letter) -> Iterable[YearRow]:
    seen, settled = set(), letter.settled
    for obligation in sorted(letter.year, key=_year_order):
        period = obligation.period
        name = (period.plan.id, period.requirement.id)
        yield YearRow(
            date=month_day(period.due),
            weekday=weekday(period.due),
            plan=period.plan.short,
            title=period.requirement.title,
            label=period.label,
            form=period.requirement.form,
            send=period.requirement.tracked,
            settled=obligation.key in settled,
            exempt=letter.standings.get(obligation.key, NOTHING_ENTERED).exempt,
            again=name in seen,
        )
        seen.add(name)


def _year_order(obligation: Obligation) -> tuple[date, int]:
    return obligation.period.due, obligation.period.plan.no


def _gate(report: GateReport) -> GateView:
    plan, phase = report.plan, report.phase
    dates = f"{month_day(phase.start)}至{month_day(phase.end)}"
    heading = f"{plan.short}：{phase.name.zh}阶段（{dates}）"
    return _tallied(plan.short, plan.title, phase.name.zh, dates, heading, report.rows)


def _year_end(report: YearEnd, campaign: Campaign) -> GateView:
    dates = f"{full_date(campaign.issued)}至{full_date(campaign.ends)}"
    return _tallied("全部方案", campaign.title, "全年", dates, f"全年报送情况（{dates}）", report.rows)


def _tallied(plan: str, plan_title: str, phase: str, dates: str, heading: str, lines: Sequence[GateRow]) -> GateView:
    told = (row for row in lines if row.missing or row.late)
    rows = sorted(told, key=lambda row: (-len(row.missing), -row.late))
    return GateView(
        plan=plan,
        plan_title=plan_title,
        phase=phase,
        dates=dates,
        heading=heading,
        units=len(lines),
        rows=tuple(GateRowView(row.unit.name, row.on_time, row.late, row.missing) for row in rows),
        on_time=sum(row.on_time for row in lines),
        late=sum(row.late for row in rows),
        missing=sum(len(row.missing) for row in rows),
        units_missing=sum(bool(row.missing) for row in rows),
    )
