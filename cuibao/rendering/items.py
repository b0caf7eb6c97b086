"""Single items as the templates see them: what is overdue, what is due or was sent back, what has passed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cuibao.enclosed import names_of
from cuibao.model import (
    NOTHING_ENTERED,
    Letter,
    Listed,
    Obligation,
    ObligationKey,
    Period,
    Reminder,
    Respite,
    Step,
)
from cuibao.policy.folding import folded
from cuibao.rendering import words
from cuibao.rendering.environment import Recurring
from cuibao.said import (
    date_from,
    due_from,
    due_spelled_out,
    full_title,
    hour,
    listed,
    moved_words,
    one_line,
    through,
    title_of_all,
)
from cuibao.times import day_of
from cuibao.tongue import say

# How many units a line names.
NAMED = 15


@dataclass(frozen=True, slots=True)
class RespiteView(Recurring):
    """Why an item does not count now: `kind` is 来信待核, of a mail that came on `since`, `vouched` for or not; or
    已承诺, by `until`."""

    kind: str
    since: str
    until: str
    vouched: bool


@dataclass(frozen=True, slots=True)
class CollectedView(Recurring):
    """What is missing of an item that is summed up: its title, how many units have not reported, and which; of many
    only the first are named."""

    title: str
    count: int
    names: str


@dataclass(frozen=True, slots=True)
class OverdueView(Recurring):
    """One line of the list of what is overdue. `due` is 4月25日 or 4月25日12时, `moved` 由…改为… where it was another
    day once; `form` and `copies` stand with the first period of a requirement only; `returned`: why it was sent back on
    `returned_on`, else None; `extended`: the date was put off for this unit. Where it is `count` periods in one, `due`
    is 6月1日17时至6月12日17时, `days` of the oldest and `days_least` of the latest.
    """

    plan: str
    title: str
    due: str
    days: int
    moved: str
    form: str | None
    copies: str | None
    also_to: str | None
    extended: bool
    returned: str | None
    returned_on: str
    respite: RespiteView | None
    collected: tuple[CollectedView, ...]
    count: int
    days_least: int


@dataclass(frozen=True, slots=True)
class ItemView(Recurring):
    """One item that is due or was sent back. `due` is 4月25日（星期一）, with the hour `at` where there is one (12时),
    `moved` 由…改为… where it was another day once, `ahead` how far it is; `send` is false for a milestone, for which
    nothing is sent in, and `assists` true where others send it; `copies` what is wanted on paper, `files` what goes
    with the letter; `extended`: the date was put off for this unit; `returned`: why it was sent back, else None."""

    plan: str
    title: str
    due: str
    at: str
    moved: str
    ahead: str
    send: bool
    assists: bool
    form: str | None
    copies: str | None
    files: tuple[str, ...]
    also_to: str | None
    extended: bool
    returned: str | None
    respite: RespiteView | None
    collected: tuple[CollectedView, ...] = ()


@dataclass(frozen=True, slots=True)
class CatchingUpView(Recurring):
    """All periods of a requirement that were due before the campaign was begun, on `first_due`: 4月20日、5月20日."""

    plan: str
    title: str
    first_due: str
    form: str | None
    copies: str | None
    files: tuple[str, ...]
    also_to: str | None
    respite: RespiteView | None


@dataclass(frozen=True, slots=True)
class PassedView(Recurring):
    """A milestone of a day that has passed, and that nobody was reminded of in time. `day` is 4月25日（星期一）;
    `assists` as in `ItemView`."""

    plan: str
    title: str
    day: str
    assists: bool


def overdue_views(overdue: Sequence[Listed], letter: Letter) -> Iterator[OverdueView]:
    """The lines of one list of what is overdue; of what is due every day or week, the older periods in one line."""
    seen: set[tuple[str, str]] = set()
    for members in folded(overdue, lambda each: _plain_period(each, letter)):
        first = members[0].obligation.period
        name = (first.plan.id, first.requirement.id)
        view = _overdue(members[0], letter) if len(members) == 1 else _overdue_together(members, letter)
        yield view if name not in seen else replace(view, form=None, copies=None)
        seen.add(name)


def _plain_period(listed: Listed, letter: Letter) -> Period | None:
    """Its period, where nothing is to be said of it but that it is overdue."""
    standing = letter.standings.get(listed.obligation.key, NOTHING_ENTERED)
    plain = listed.respite is None and standing.returned is None and standing.due is None
    return listed.obligation.period if plain else None


def _overdue(each: Listed, letter: Letter) -> OverdueView:
    period, requirement, today = each.obligation.period, each.obligation.period.requirement, letter.day
    standing = letter.standings.get(each.obligation.key, NOTHING_ENTERED)
    back, days = standing.returned, (today - period.due).days
    return OverdueView(
        plan=period.plan.distinct,
        title=full_title(period),
        due=due_from(period, today),
        days=days,
        moved=moved_words(period, today),
        form=requirement.form,
        copies=requirement.copies,
        also_to=requirement.also_to,
        extended=standing.due is not None,
        returned=one_line(back.note) if back else None,
        returned_on=date_from(day_of(back.entered_at), today) if back else "",
        respite=_respite(each.respite, letter),
        collected=_collected(each.obligation.key, letter),
        count=1,
        days_least=days,
    )


def _overdue_together(members: Sequence[Listed], letter: Letter) -> OverdueView:
    """Several periods of one requirement; what moved their dates, and who is missing of what they sum up, is said of
    the latest, which have lines of their own."""
    oldest, latest = (_overdue(each, letter) for each in (members[0], members[-1]))
    return replace(
        oldest,
        title=title_of_all([each.obligation.period for each in members]),
        due=through(oldest.due, latest.due),
        moved="",
        collected=(),
        count=len(members),
        days_least=latest.days,
    )


def due_view(reminder: Reminder, letter: Letter) -> ItemView:
    """What `letter` reminds of before it is overdue."""
    period = reminder.obligation.period
    days = (period.due - letter.day).days
    # The step of the day itself, sent before the day: the due date is a day off.
    last_day = reminder.step is Step.DUE and days > 0
    ahead = words.days_ahead(days, hour(period.at)) + (say("，逢休息日，今天是此前最后一个工作日") if last_day else "")
    return _item(reminder.obligation, letter, ahead)


def catching_up_views(owed: Iterable[Obligation], letter: Letter) -> Iterator[CatchingUpView]:
    """What was due before the campaign was begun, as the notice numbers the plans."""
    together: dict[tuple[str, str, Respite | None], list[Obligation]] = {}
    for each in sorted(owed, key=lambda each: (each.period.plan.no, letter.first_due[each.key])):
        plan, requirement, _ = each.key.item
        together.setdefault((plan, requirement, letter.respites.get(each.key)), []).append(each)
    for (*_, respite), members in together.items():
        period = members[0].period
        yield CatchingUpView(
            plan=period.plan.distinct,
            title=period.requirement.title,
            first_due=listed(date_from(letter.first_due[each.key], letter.day) for each in members),
            form=period.requirement.form,
            copies=period.requirement.copies,
            files=names_of(period.requirement, letter.unit),
            also_to=period.requirement.also_to,
            respite=_respite(respite, letter),
        )


def returned_view(obligation: Obligation, letter: Letter) -> ItemView:
    """What was sent back and has not come again."""
    return _item(obligation, letter, "")


def passed_view(obligation: Obligation, letter: Letter) -> PassedView:
    """A milestone that `letter` speaks of too late."""
    period = obligation.period
    due = due_spelled_out(period, letter.day)
    return PassedView(period.plan.distinct, full_title(period), due, period.requirement.assists)


def _item(obligation: Obligation, letter: Letter, ahead: str) -> ItemView:
    period, key = obligation.period, obligation.key
    standing = letter.standings.get(key, NOTHING_ENTERED)
    return ItemView(
        plan=period.plan.distinct,
        title=full_title(period),
        due=due_spelled_out(period, letter.day),
        at=hour(period.at),
        moved=moved_words(period, letter.day),
        ahead=ahead,
        send=period.requirement.tracked,
        assists=period.requirement.assists,
        form=period.requirement.form,
        copies=period.requirement.copies,
        files=names_of(period.requirement, letter.unit),
        also_to=period.requirement.also_to,
        extended=standing.due is not None,
        returned=one_line(standing.returned.note) if standing.returned else None,
        respite=_respite(letter.respites.get(key), letter),
        collected=_collected(key, letter),
    )


def _collected(key: ObligationKey, letter: Letter) -> tuple[CollectedView, ...]:
    found = []
    for each in letter.collected.get(key, ()):
        names, count = listed(one_line(unit.name) for unit in each.units[:NAMED]), len(each.units)
        if count > NAMED:
            names = say("{names} 等{count}个单位", names=names, count=count, more=count - NAMED)
        found.append(CollectedView(full_title(each.period), count, names))
    return tuple(found)


def _respite(respite: Respite | None, letter: Letter) -> RespiteView | None:
    if respite is None:
        return None
    since, until = (date_from(day, letter.day) for day in (respite.since, respite.until))
    return RespiteView(respite.kind.word, since, until, respite.vouched)
