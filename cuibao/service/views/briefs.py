"""What each phase of a plan has in hand: what it works on is what it is told."""

from dataclasses import dataclass

from cuibao.model import Opens, Period, Phase, Plan
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
    """What `phase` of `plan` has in hand, as it is told."""
    periods = _of_phase(office, plan, phase)
    if phase.opens is Opens.RUNNING:
        periods = [period for period in periods if period.begins <= day_of(board.as_of)]
    arrears = () if phase.opens is Opens.ALL else _arrears(office, board, plan, phase)
    return PhaseBrief(plan, phase, board.progress_of(periods), arrears)


def _of_phase(office: Office, plan: Plan, phase: Phase) -> list[Period]:
    return [period for period in office.schedule.tracked() if period.plan.id == plan.id and period.phase == phase]


def _arrears(office: Office, board: Board, plan: Plan, phase: Phase) -> tuple[Progress, ...]:
    # An earlier phase that ran on into this one is in arrears from its own end.
    before = [earlier for earlier in plan.phases[: plan.phases.index(phase)] if earlier.end < day_of(board.as_of)]
    return tuple(item for each in before for item in board.progress_of(_of_phase(office, plan, each)) if item.missing)
