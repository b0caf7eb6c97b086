"""The office's own letter as the templates see it: what the phases that closed, or the whole year, left behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from cuibao.model import Campaign, GateReport, GateRow, OfficeLetter, YearEnd
from cuibao.said import both, full_date, listed, stretch, through
from cuibao.times import day_of
from cuibao.tongue import say


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


def gate_letter_view(letter: OfficeLetter, campaign: Campaign) -> GateLetterView:
    """The gate reports of `letter` in words; where the office runs several campaigns, with which one's year ended."""
    gates = tuple(_gate(report) for report in letter.reports)
    # The whole year counts what was missing at the end of each phase once more.
    counted = letter.final.rows if letter.final else [row for report in letter.reports for row in report.rows]
    plans = tuple(dict.fromkeys(report.plan for report in gates))
    return GateLetterView(
        day=full_date(day_of(letter.written_at)),
        reports=(_year_end(letter.final, named=bool(campaign.joined)), *gates) if letter.final else gates,
        plans=listed(plans),
        plan_count=len(plans),
        phases=_phases(letter),
        missing=sum(len(row.missing) for row in counted),
        units_missing=len({row.unit.id for row in counted if row.missing}),
        simulated=letter.simulated,
        final=letter.final is not None,
    )


def _phases(letter: OfficeLetter) -> str:
    ended = sorted((report.phase for report in letter.reports), key=lambda phase: phase.end)
    return both(dict.fromkeys(phase.stem for phase in ended))


def _gate(report: GateReport) -> GateView:
    plan, phase = report.plan, report.phase
    dates = stretch(phase.start, phase.end)
    heading = say("{plan}：{phase}阶段（{dates}）", plan=plan.distinct, phase=phase.stem, dates=dates)
    return _tallied(plan.distinct, plan.title, phase.stem, dates, heading, report.rows)


def _year_end(report: YearEnd, *, named: bool) -> GateView:
    campaign = report.campaign
    dates = through(full_date(campaign.issued), full_date(campaign.ends))
    heading = say("全年报送情况（{dates}）", dates=dates)
    if named:
        heading = say("{name}：{words}", name=campaign.title, words=heading)
    return _tallied(say("全部方案"), campaign.title, say("全年"), dates, heading, report.rows)


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
