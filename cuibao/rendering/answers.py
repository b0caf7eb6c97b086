"""What the acknowledgement's templates see: plain words, drawn from an acknowledgement."""

from dataclasses import dataclass

from cuibao.model import Acknowledged, Acknowledgement, Obligation
from cuibao.rendering import words
from cuibao.rendering.views import full_title
from cuibao.times import day_of, in_shanghai


@dataclass(frozen=True, slots=True)
class RegisteredView:
    """One item that was registered. `due` is 7月25日（星期一）; `files` the names of what came for it."""

    plan: str
    title: str
    due: str
    nil: bool
    late: bool
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwedView:
    """One item that the unit still owes; `overdue` counts the days past its date, 0 before."""

    plan: str
    title: str
    due: str
    overdue: int


@dataclass(frozen=True, slots=True)
class AcknowledgementView:
    """A whole acknowledgement. `arrived` is 2022年7月25日16:30, `subject` the subject of the mail it answers."""

    unit: str
    subject: str
    arrived: str
    day: str
    items: tuple[RegisteredView, ...]
    owed: tuple[OwedView, ...]
    simulated: bool = False


def acknowledgement_view(answer: Acknowledgement) -> AcknowledgementView:
    """`answer` in words."""
    arrived = in_shanghai(answer.arrived_at)
    return AcknowledgementView(
        unit=words.one_line(answer.unit.name),
        subject=words.one_line(answer.subject),
        arrived=f"{words.full_date(arrived.date())}{arrived:%H:%M}",
        day=words.full_date(day_of(answer.written_at)),
        items=tuple(_registered(item, answer) for item in answer.items),
        owed=tuple(_owed(owed, answer) for owed in answer.owed),
    )


def _registered(item: Acknowledged, answer: Acknowledgement) -> RegisteredView:
    period = item.obligation.period
    return RegisteredView(
        plan=period.plan.short,
        title=full_title(period),
        due=words.spelled_out(period.due, day_of(answer.written_at)),
        nil=item.nil,
        late=item.late,
        files=tuple(words.one_line(name) for name in item.files),
    )


def _owed(owed: Obligation, answer: Acknowledgement) -> OwedView:
    period, today = owed.period, day_of(answer.written_at)
    return OwedView(
        plan=period.plan.short,
        title=full_title(period),
        due=words.spelled_out(period.due, today),
        overdue=max(0, (today - period.due).days),
    )
