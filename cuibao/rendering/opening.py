"""What a phase wants when it opens, as the templates see it: by plan and phase, all dates of a requirement together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cuibao.model import Every, Period
from cuibao.rendering import words
from cuibao.rendering.environment import Recurring
from cuibao.said import full_title, month_day, spelled_out


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One requirement that opens, all its periods together: `due` is 4月25日（星期一）, or 每月25日 in `months`."""

    title: str
    due: str
    months: str
    send: bool
    form: str | None
    also_to: str | None


@dataclass(frozen=True, slots=True)
class OpeningGroup(Recurring):
    """What one plan wants in one phase that opens."""

    plan: str
    plan_title: str
    phase: str
    dates: str
    rows: tuple[OpeningRow, ...]


def opening_groups(periods: Iterable[Period], today: date) -> tuple[OpeningGroup, ...]:
    """The `periods` that open, by plan and phase."""
    ordered = sorted(periods, key=lambda period: (period.plan.no, period.phase.start, period.phase.end))
    groups = groupby(ordered, key=lambda period: (period.plan.no, period.phase))
    return tuple(_group(list(members), today) for _, members in groups)


def _group(periods: Sequence[Period], today: date) -> OpeningGroup:
    plan, phase = periods[0].plan, periods[0].phase
    by_requirement: dict[str, list[Period]] = {}
    for period in sorted(periods, key=lambda period: period.due):
        by_requirement.setdefault(period.requirement.id, []).append(period)
    return OpeningGroup(
        plan=plan.short,
        plan_title=plan.title,
        phase=phase.stem,
        dates=f"{month_day(phase.start)}至{month_day(phase.end)}",
        rows=tuple(_row(members, today) for members in by_requirement.values()),
    )


def _row(periods: Sequence[Period], today: date) -> OpeningRow:
    requirement, alone = periods[0].requirement, len(periods) == 1
    monthly = requirement.rule.every is Every.MONTH and not alone
    day = requirement.rule.day
    return OpeningRow(
        title=full_title(periods[0]) if alone else requirement.title,
        due=f"每月{'月底' if day is None else f'{day}日'}"
        if monthly
        else "、".join(spelled_out(period.due, today) for period in periods),
        months=words.months([period.due.month for period in periods]) if monthly else "",
        send=requirement.tracked,
        form=requirement.form,
        also_to=requirement.also_to,
    )
