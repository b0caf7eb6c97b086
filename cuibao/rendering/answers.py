"""What the acknowledgement's templates see: plain words, drawn from an acknowledgement."""

from dataclasses import dataclass

from cuibao.model import Acknowledged, Acknowledgement, Status, StillOwed
from cuibao.said import due_spelled_out, full_date, full_title, one_line, within_sentence
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class FoundView:
    """Something that a mail stated: 姓名, and 张三."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RegisteredView:
    """One item that was registered. `due` is 7月25日（星期一）; `files` the names of what came for it, `found`
    what the mail itself stated, by label."""

    plan: str
    title: str
    due: str
    nil: bool
    late: bool
    files: tuple[str, ...]
    found: tuple[FoundView, ...] = ()


@dataclass(frozen=True, slots=True)
class OwedView:
    """One item that is due or overdue now; `overdue` counts the days past its date, 0 before; `returned`: it was sent
    back."""

    plan: str
    title: str
    due: str
    overdue: int
    returned: bool


@dataclass(frozen=True, slots=True)
class AcknowledgementView:
    """A whole acknowledgement. `arrived` is 2022年7月25日16:30, `subject` the subject of the mail it answers;
    `stranger` is the address that this came from, where it may not be the unit that wrote, and `kept` whether it is the
    unit's own from now on; `waited`: whether its sender could
    not be verified at first."""

    unit: str
    subject: str
    arrived: str
    day: str
    items: tuple[RegisteredView, ...]
    owed: tuple[OwedView, ...]
    stranger: str = ""
    kept: bool = False
    waited: bool = False
    simulated: bool = False


def acknowledgement_view(answer: Acknowledgement) -> AcknowledgementView:
    """`answer` in words."""
    return AcknowledgementView(
        unit=one_line(answer.unit.name),
        subject=one_line(answer.subject),
        arrived=within_sentence(answer.arrived_at),
        day=full_date(day_of(answer.written_at)),
        items=tuple(_registered(item, answer) for item in answer.items),
        owed=tuple(_owed(owed, answer) for owed in answer.owed),
        waited=answer.waited,
        stranger=one_line(answer.stranger),
        kept=answer.kept,
        simulated=answer.simulated,
    )


def _registered(item: Acknowledged, answer: Acknowledgement) -> RegisteredView:
    period = item.obligation.period
    return RegisteredView(
        plan=period.plan.distinct,
        title=full_title(period),
        due=due_spelled_out(period, day_of(answer.written_at)),
        nil=item.nil,
        late=item.late,
        files=tuple(one_line(name) for name in item.files),
        found=tuple(FoundView(expected.word, one_line(value)) for expected, value in item.found),
    )


def _owed(owed: StillOwed, answer: Acknowledgement) -> OwedView:
    period, today = owed.obligation.period, day_of(answer.written_at)
    return OwedView(
        plan=period.plan.distinct,
        title=full_title(period),
        due=due_spelled_out(period, today),
        overdue=max(0, (today - period.due).days),
        returned=owed.status is Status.RETURNED,
    )
