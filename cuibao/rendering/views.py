"""What the templates of a unit's letter see: plain words and numbers. The names here and in the modules beside are the
templates' language, listed for the office in `templates/README.zh-CN.md`.
"""

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass

from cuibao.model import (
    NOTHING_ENTERED,
    Campaign,
    Letter,
    Obligation,
    ObligationKey,
    Period,
    Register,
    RespiteKind,
    Step,
)
from cuibao.rendering.contacts import ContactView, contact_views
from cuibao.rendering.items import (
    CatchingUpView,
    ItemView,
    OverdueView,
    PassedView,
    catching_up_views,
    due_view,
    overdue_views,
    passed_view,
    returned_view,
)
from cuibao.rendering.opening import OpeningGroup, opening_groups
from cuibao.rendering.year import YearView, in_order, year_view
from cuibao.said import both, due_spelled_out, full_date, kind_of, one_line
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class LetterView:
    """A whole letter. `kind` is 督办, 催报 or 报送通知, by what is gravest; `asks`: its unit is asked, not instructed.

    Its sections: `urged` 督办, `overdue` what else is overdue, both longest first and counted by `overdue_count`, the
    first by `urged_count` too: a line may be several periods;
    `returned` 退回重报 (all there are, each time); `today`, `soon`; `catching_up`, by a single day, what was due before
    the campaign was begun; `held` what does not count now, for a mail is being looked at or a date was promised;
    `passed`; `opening`. `contacts` of all that; `year`, where it tells the whole year; `also_elsewhere`: something goes
    to another office too; `has_hours`: something is due by an hour; `has_copies`: something is wanted on paper.
    `passed_kind` and `nodes`: what that is for which nothing is sent in, of what has passed and of all: 工作节点.
    """

    kind: str
    asks: bool
    unit: str
    day: str
    reference: str
    on_copy: bool
    urged: tuple[OverdueView, ...]
    overdue: tuple[OverdueView, ...]
    urged_count: int
    overdue_count: int
    held: tuple[OverdueView, ...]
    returned: tuple[ItemView, ...]
    today: tuple[ItemView, ...]
    soon: tuple[ItemView, ...]
    catching_up: tuple[CatchingUpView, ...]
    catching_up_count: int
    catching_up_by: str
    passed: tuple[PassedView, ...]
    opening: tuple[OpeningGroup, ...]
    opening_count: int
    opening_phases: str
    contacts: tuple[ContactView, ...]
    year: YearView | None
    passed_kind: str
    nodes: str
    has_reports: bool
    has_hours: bool
    has_copies: bool
    also_elsewhere: bool
    simulated: bool


def letter_view(letter: Letter, campaign: Campaign) -> LetterView:
    """`letter` in words. Items keep the letter's order within their section."""
    urged = [each for each in letter.overdue if each.urged]
    held = [each for each in letter.overdue if each.respite is not None]
    back = _sent_back(letter, {each.obligation.key for each in (*urged, *held)})
    told_of = {obligation.key for obligation in back}
    overdue = [each for each in letter.overdue if each not in urged and each not in held]
    overdue = [each for each in overdue if each.obligation.key not in told_of]
    reminders = [each for each in letter.reminders if each.obligation.key not in told_of]
    late = [each.obligation for each in reminders if each.obligation.key in letter.first_due]
    reminders = [each for each in reminders if each.obligation not in late]
    opening = [each.obligation.period for each in reminders if each.step is Step.OPENING]
    dated = [each for each in reminders if each.step is not Step.OPENING]
    coming = [each for each in dated if each.obligation.period.due >= letter.day]
    groups = opening_groups(opening, letter, campaign)
    listed = [each.obligation.period for each in (*urged, *held, *overdue)]
    told = [*listed, *(each.period for each in (*back, *late)), *(each.obligation.period for each in dated), *opening]
    return LetterView(
        kind=_kind(letter, bool(overdue or back)),
        asks=letter.unit.register is Register.REQUEST,
        unit=one_line(letter.unit.name),
        day=full_date(letter.day),
        reference=letter.reference,
        on_copy=bool(letter.cc),
        urged=tuple(overdue_views(urged, letter)),
        overdue=tuple(overdue_views(overdue, letter)),
        urged_count=len(urged),
        overdue_count=len(urged) + len(overdue),
        held=tuple(overdue_views(held, letter)),
        returned=tuple(returned_view(each, letter) for each in back),
        today=tuple(due_view(each, letter) for each in coming if each.obligation.period.due == letter.day),
        soon=tuple(due_view(each, letter) for each in coming if each.obligation.period.due > letter.day),
        catching_up=tuple(catching_up_views(late, letter)),
        catching_up_count=len(late),
        catching_up_by=due_spelled_out(late[0].period, letter.day) if late else "",
        passed=tuple(passed_view(each.obligation, letter) for each in dated if each not in coming),
        opening=groups,
        opening_count=sum(len(group.rows) for group in groups),
        opening_phases=_phases(groups),
        contacts=contact_views([period.plan for period in told], campaign),
        year=year_view(letter) if letter.with_year else None,
        passed_kind=_kinds(each.obligation.period for each in dated if each not in coming),
        nodes=_kinds(told),
        has_reports=any(period.requirement.tracked for period in told),
        has_hours=any(period.at for period in told),
        has_copies=any(period.requirement.copies for period in told),
        also_elsewhere=any(period.requirement.also_to for period in told),
        simulated=letter.simulated,
    )


def _phases(groups: Collection[OpeningGroup]) -> str:
    """The phases that open; none where some of what opens is of no phase."""
    return both(dict.fromkeys(group.phase for group in groups)) if all(group.phase for group in groups) else ""


def asked_for(letter: Letter) -> tuple[Period, ...]:
    """What `letter` asks for before it is overdue, or since it was sent back: with it go the forms to fill in. Who did
    not report in time got them on the due day."""
    back = _sent_back(letter, {each.obligation.key for each in letter.overdue if each.urged or each.respite})
    return tuple(each.period for each in (*back, *(reminder.obligation for reminder in letter.reminders)))


def _kinds(periods: Iterable[Period]) -> str:
    """What those of `periods` are for which nothing is sent in: 工作节点, 协助事项, 工作节点和协助事项."""
    kinds = {kind_of(period.requirement) for period in periods if not period.requirement.tracked}
    return both(sorted(kinds, reverse=True))


def _kind(letter: Letter, owes: bool) -> str:
    if any(each.urged for each in letter.overdue):
        return say("督办")
    if not owes and any(reminder.step is Step.OPENING for reminder in letter.reminders):
        return say("报送通知")
    return say("催报")


def _sent_back(letter: Letter, besides: Container[ObligationKey]) -> tuple[Obligation, ...]:
    """What was sent back and has not come again: a letter says of each why, reminded of or not, but in a pause."""
    return tuple(
        obligation
        for obligation in in_order(letter.year)
        if (key := obligation.key) not in besides
        and letter.standings.get(key, NOTHING_ENTERED).returned
        and key not in letter.settled
        and not ((respite := letter.respites.get(key)) and respite.kind is RespiteKind.PAUSE)
    )
