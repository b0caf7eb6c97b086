"""What each phase of a plan has in hand: each of the three works on something else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cuibao.model import Period, Phase, PhaseName, Plan
from cuibao.office import Office
from cuibao.service.views.board import Board, Progress
from cuibao.times import day_of


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


def brief(office: Office, board: Board, plan: Plan, phase: Phase) -> PhaseBrief:
    """What `phase` of `plan` has in hand, as its name has it."""
    return BRIEFS[phase.name](office, board, plan, phase)


def _mobilize(office: Office, board: Board, plan: Plan, phase: Phase) -> PhaseBrief:
    """动员部署: who has named its liaison, sent its plan, and what is to be set up."""
    return PhaseBrief(plan, phase, board.progress_of(_of_phase(office, plan, phase)), ())


def _implement(office: Office, board: Board, plan: Plan, phase: Phase) -> PhaseBrief:
    """集中实施: the recurring reports of the period that runs now, and the mobilization items still missing."""
    begun = [period for period in _of_phase(office, plan, phase) if period.begins <= day_of(board.as_of)]
    return PhaseBrief(plan, phase, board.progress_of(begun), _arrears(office, board, plan, phase))


def _summarize(office: Office, board: Board, plan: Plan, phase: Phase) -> PhaseBrief:
    """总结提升: the final reports, and everything the plan still misses: the year is assessed on it."""
    items = board.progress_of(_of_phase(office, plan, phase))
    return PhaseBrief(plan, phase, items, _arrears(office, board, plan, phase))


BRIEFS: Mapping[PhaseName, Callable[[Office, Board, Plan, Phase], PhaseBrief]] = {
    PhaseName.MOBILIZATION: _mobilize,
    PhaseName.IMPLEMENTATION: _implement,
    PhaseName.SUMMARY: _summarize,
}


def _of_phase(office: Office, plan: Plan, phase: Phase) -> list[Period]:
    return [period for period in office.schedule.tracked() if period.plan.id == plan.id and period.phase == phase]


def _arrears(office: Office, board: Board, plan: Plan, phase: Phase) -> tuple[Progress, ...]:
    # An earlier phase that ran on into this one is in arrears from its own end.
    before = [earlier for earlier in plan.phases[: plan.phases.index(phase)] if earlier.end < day_of(board.as_of)]
    return tuple(item for each in before for item in board.progress_of(_of_phase(office, plan, each)) if item.missing)
