"""Phases: which begin and end, and the gate report that a phase leaves behind."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from cuibao.model import (
    Campaign,
    GateReport,
    GateRow,
    ObligationKey,
    Period,
    Phase,
    Plan,
    Receipt,
    Reports,
    Status,
    YearEnd,
)
from cuibao.office import Office
from cuibao.policy.standing import standing
from cuibao.said import full_title, plan_name
from cuibao.service.letters.beginning import held_back, why_not
from cuibao.times import day_of
from cuibao.tongue import say

Entries: TypeAlias = Mapping[ObligationKey, tuple[Receipt, ...]]


@dataclass(frozen=True, slots=True)
class Transition:
    """A phase that this call found begun or ended, and recorded."""

    plan: Plan
    phase: Phase
    turn: Literal["opened", "closed"]

    @property
    def words(self) -> str:
        """方案2 安全技能：进入集中实施阶段."""
        plan, phase = plan_name(self.plan), self.phase
        if self.turn == "opened":
            return say("{plan}：进入{stem}阶段", plan=plan, stem=phase.stem, phase=phase.name)
        return say("{plan}：结束{stem}阶段", plan=plan, stem=phase.stem, phase=phase.name)


def turn(office: Office, as_of: datetime, plans: tuple[Plan, ...], revision: int) -> tuple[Transition, ...]:
    """Record the phases of `plans` that have begun or ended by `as_of` and were not recorded; each is returned once.

    Raises LeaseLost once the morning of that day and `revision` was taken back. Nothing is recorded where nothing may
    leave: it would go out with the yes.

    Level-triggered: a server that was down over a transition finds it on its next morning. A phase ends with its last
    day, not with the start of the next: phases may overlap.
    """
    campaign, today = office.campaign, day_of(as_of)
    plans = tuple(plan for plan in plans if campaign.of(plan).issued <= today)
    if not plans or why_not(office, as_of) is not None:
        return ()
    plans = tuple(plan for plan in plans if held_back(office, campaign.of(plan)) is None)
    office.register(as_of)
    known = {(mark.plan, mark.phase): mark for mark in office.ledger.phase_marks(campaign.id)}
    found: list[Transition] = []
    for plan in plans:
        for phase in plan.named_phases:
            mark = known.get((plan.id, phase.id))
            if (
                phase.start <= today
                and (mark is None or mark.opened_at is None)
                and office.ledger.open_phase(campaign.id, plan.id, phase.id, as_of, revision)
            ):
                found.append(Transition(plan, phase, "opened"))
            if (
                phase.end < today
                and (mark is None or mark.closed_at is None)
                and office.ledger.close_phase(campaign.id, plan.id, phase.id, as_of, revision)
            ):
                found.append(Transition(plan, phase, "closed"))
    return tuple(found)


def running(plan: Plan, as_of: datetime) -> tuple[Phase, ...]:
    """The phases of `plan` at work on the day of `as_of`; between two and after the last, the one that ended last:
    its arrears are still collected. None before the first."""
    today = day_of(as_of)
    at_work = tuple(phase for phase in plan.phases if phase.start <= today <= phase.end)
    return at_work or tuple(phase for phase in plan.phases if phase.end < today)[-1:]


def gate_report(office: Office, entries: Entries, as_of: datetime, plan: Plan, phase: Phase) -> GateReport:
    """Per unit, what was on time, late and missing among the phase's obligations, by the `entries` as of `as_of`."""
    asked = (each for each in office.schedule.tracked() if each.plan.id == plan.id and each.phase == phase)
    return GateReport(plan, phase, as_of, _rows(office, entries, as_of, asked, full_title))


def year_end(office: Office, entries: Entries, as_of: datetime, campaign: Campaign) -> YearEnd:
    """The same of the whole `campaign`."""

    def named(period: Period) -> str:
        return say("{plan}·{item}", plan=period.plan.short, item=full_title(period))

    asked = (each for each in office.schedule.tracked() if office.campaign.of(each.plan) is campaign)
    return YearEnd(campaign, as_of, _rows(office, entries, as_of, asked, named))


def gate_reports(office: Office, plans: Collection[Plan]) -> tuple[GateReport, ...]:
    """The report of each phase of `plans` that was closed and asked for something, as it stood at that moment."""
    with office.ledger.snapshot():
        marks = office.ledger.phase_marks(office.campaign.id)
        entries = {plan.id: office.ledger.entries(office.campaign.id, item=[plan.id]) for plan in plans}
    closed = {(mark.plan, mark.phase): mark.closed_at for mark in marks}
    found = (
        gate_report(office, entries[plan.id], moment, plan, phase)
        for plan in plans
        for phase in plan.phases
        if phase.reports is Reports.GATE and (moment := closed.get((plan.id, phase.id))) is not None
    )
    return tuple(report for report in found if report.rows)


def _rows(
    office: Office, entries: Entries, as_of: datetime, asked: Iterable[Period], named: Callable[[Period], str]
) -> tuple[GateRow, ...]:
    """A row for each unit that owed some of what was `asked`, who misses most first."""
    schedule = office.schedule
    tallies: dict[str, list[tuple[Period, Status]]] = {}
    for obligation in (owed for period in asked for owed in schedule.of_period(period)):
        period = obligation.period
        status = schedule.status(period, standing(entries.get(obligation.key, ()), as_of), as_of)
        tallies.setdefault(obligation.unit.id, []).append((period, status))
    rows = [_row(office, unit, found, named) for unit, found in tallies.items()]
    return tuple(sorted(rows, key=lambda row: -len(row.missing)))


def _row(office: Office, unit: str, found: list[tuple[Period, Status]], named: Callable[[Period], str]) -> GateRow:
    statuses = [status for _, status in found]
    missing = tuple(named(period) for period, status in found if not status.settled)
    return GateRow(office.campaign.units[unit], statuses.count(Status.ON_TIME), statuses.count(Status.LATE), missing)
