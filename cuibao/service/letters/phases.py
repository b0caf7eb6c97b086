"""Phases: which begin and end, what each works on, and the gate report that a phase leaves behind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cuibao.model import NOTHING_ENTERED, GateReport, GateRow, Period, Phase, Plan, Status
from cuibao.office import Office
from cuibao.policy.schedule import Schedule
from cuibao.said import full_title
from cuibao.service.entries.standings import standings
from cuibao.service.views.board import Progress, progress_of
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class Transition:
    """A phase that this call found begun or ended, and recorded."""

    plan: Plan
    phase: Phase
    turn: Literal["opened", "closed"]


@dataclass(frozen=True, slots=True)
class PhaseBrief:
    """What a phase of a plan has in hand on a day: its items, and what it still misses from phases before it."""

    plan: Plan
    phase: Phase
    items: tuple[Progress, ...]
    arrears: tuple[Progress, ...]

    @property
    def done(self) -> int:
        """How many of the phase's obligations are settled."""
        return sum(item.done for item in self.items)

    @property
    def total(self) -> int:
        """How many obligations the phase has."""
        return sum(item.total for item in self.items)


def turn(office: Office, as_of: datetime, plans: tuple[Plan, ...]) -> tuple[Transition, ...]:
    """Record the phases of `plans` that have begun or ended by `as_of` and were not recorded; each is returned once.

    Level-triggered: a server that was down over a transition finds it on its next morning. A phase ends with its last
    day, not with the start of the next: phases may overlap.
    """
    campaign, today = office.campaign, day_of(as_of)
    if today < campaign.issued:
        return ()
    office.ledger.register(campaign.id, as_of)
    known = {(mark.plan, mark.phase): mark for mark in office.ledger.phase_marks(campaign.id)}
    found: list[Transition] = []
    for plan in plans:
        for phase in plan.phases:
            mark = known.get((plan.id, phase.name))
            if (
                phase.start <= today
                and (mark is None or mark.opened_at is None)
                and office.ledger.open_phase(campaign.id, plan.id, phase.name, as_of)
            ):
                found.append(Transition(plan, phase, "opened"))
            if (
                phase.end < today
                and (mark is None or mark.closed_at is None)
                and office.ledger.close_phase(campaign.id, plan.id, phase.name, as_of)
            ):
                found.append(Transition(plan, phase, "closed"))
    return tuple(found)


def running(plan: Plan, as_of: datetime) -> tuple[Phase, ...]:
    """The phases of `plan` at work on the day of `as_of`; between two and after the last, the one that ended last:
    its arrears are still collected. None before the first."""
    today = day_of(as_of)
    at_work = tuple(phase for phase in plan.phases if phase.start <= today <= phase.end)
    return at_work or tuple(phase for phase in plan.phases if phase.end < today)[-1:]


def mobilize(office: Office, as_of: datetime, plan: Plan, phase: Phase) -> PhaseBrief:
    """动员部署: who has named its liaison, sent its plan, and what is to be set up."""
    return PhaseBrief(plan, phase, _items(office, as_of, plan, phase), ())


def implement(office: Office, as_of: datetime, plan: Plan, phase: Phase) -> PhaseBrief:
    """集中实施: the recurring reports of the period that runs now, and the mobilization items still missing."""
    today = day_of(as_of)
    items = tuple(item for item in _items(office, as_of, plan, phase) if item.period.begins <= today)
    return PhaseBrief(plan, phase, items, _arrears(office, as_of, plan, phase))


def summarize(office: Office, as_of: datetime, plan: Plan, phase: Phase) -> PhaseBrief:
    """总结提升: the final reports, and everything the plan still misses: the year is assessed on it."""
    return PhaseBrief(plan, phase, _items(office, as_of, plan, phase), _arrears(office, as_of, plan, phase))


def gate_report(office: Office, as_of: datetime, plan: Plan, phase: Phase) -> GateReport:
    """Per unit, what was on time, late and missing among the phase's obligations, as seen at `as_of`."""
    entered = standings(office, as_of=as_of)
    schedule = office.schedule
    tallies: dict[str, list[tuple[Period, Status]]] = {}
    for obligation in schedule.obligations:
        period = obligation.period
        if period.plan.id != plan.id or period.phase != phase or not period.requirement.tracked:
            continue
        standing = schedule.status(period, entered.get(obligation.key, NOTHING_ENTERED), as_of)
        tallies.setdefault(obligation.unit.id, []).append((period, standing))
    rows = tuple(_gate_row(office, unit, found) for unit, found in tallies.items())
    return GateReport(plan, phase, as_of, tuple(sorted(rows, key=lambda row: -len(row.missing))))


def gate_reports(office: Office, plan: Plan) -> tuple[GateReport, ...]:
    """The report of each phase of `plan` that was closed and asked for something, as it stood at that moment."""
    marks = office.ledger.phase_marks(office.campaign.id)
    closed = {mark.phase: mark.closed_at for mark in marks if mark.plan == plan.id}
    found = (
        gate_report(office, moment, plan, phase)
        for phase in plan.phases
        if (moment := closed.get(phase.name)) is not None
    )
    return tuple(report for report in found if report.rows)


def _gate_row(office: Office, unit: str, found: list[tuple[Period, Status]]) -> GateRow:
    statuses = [status for _, status in found]
    missing = tuple(full_title(period) for period, status in found if not status.settled)
    return GateRow(office.campaign.units[unit], statuses.count(Status.ON_TIME), statuses.count(Status.LATE), missing)


def _items(office: Office, as_of: datetime, plan: Plan, phase: Phase) -> tuple[Progress, ...]:
    schedule = office.schedule
    return progress_of(office, as_of, [p for p in _of_plan(schedule, plan) if p.phase == phase])


def _arrears(office: Office, as_of: datetime, plan: Plan, phase: Phase) -> tuple[Progress, ...]:
    # An earlier phase that ran on into this one is in arrears from its own end.
    today, before = day_of(as_of), plan.phases[: plan.phases.index(phase)]
    earlier = [p for p in _of_plan(office.schedule, plan) if p.phase in before and p.phase.end < today]
    return tuple(item for item in progress_of(office, as_of, earlier) if item.missing)


def _of_plan(schedule: Schedule, plan: Plan) -> list[Period]:
    return [period for period in schedule.tracked() if period.plan.id == plan.id]
