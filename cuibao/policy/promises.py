"""Promises (承诺): how long what a unit said on the phone that it would send is not chased."""

from collections.abc import Sequence
from datetime import date, datetime

from cuibao.model import Promise, Receipt, Respite, RespiteKind
from cuibao.policy.standing import counting
from cuibao.policy.workdays import WorkingDays
from cuibao.times import day_of

# For so many working days an item is not chased, whatever is promised of it and however often: later is an extension.
AT_MOST = 15


def holding(promises: Sequence[Promise], entries: Sequence[Receipt], as_of: datetime) -> tuple[Promise, ...]:
    """Those of an obligation's `promises`, in their order, that were given by `as_of` and that no entry has overtaken:
    it came in, was sent back, put off."""
    overtaken = [entry.entered_at for entry in counting(entries, as_of)]
    made = (promise for promise in promises if promise.called_at <= as_of)
    return tuple(promise for promise in made if not any(moment > promise.called_at for moment in overtaken))


def latest_day(held: Sequence[Promise], called: date, calendar: WorkingDays, chase_until: date) -> date:
    """By when an item may be promised on the day `called`, of which these promises are `held`. It is counted from the
    first of them: else one promise after the other would silence the item for good."""
    first = min([called, *(day_of(promise.called_at) for promise in held)])
    return min(calendar.after(first, AT_MOST), chase_until)


def respite(held: Sequence[Promise], today: date) -> Respite | None:
    """What the last of these promises gives today, the day that was promised included."""
    if not held or held[-1].until < today:
        return None
    return Respite(RespiteKind.PROMISE, day_of(held[-1].called_at), held[-1].until)
