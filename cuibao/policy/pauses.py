"""Pauses (暂停催报): what nobody is written to about for some days."""

from collections.abc import Iterable
from datetime import date

from cuibao.model import ObligationKey, Pause, Respite, RespiteKind
from cuibao.times import day_of


def runs(pause: Pause, day: date) -> bool:
    """Whether `pause` holds on `day`; one that was lifted, on the days before."""
    lifted = pause.lifted_at is not None and day_of(pause.lifted_at) <= day
    return pause.first <= day <= pause.last and not lifted


def covers(pause: Pause, key: ObligationKey) -> bool:
    """Whether `pause` is about this obligation."""
    return pause.unit in (None, key.unit) and pause.plan in (None, key.plan)


def respite(pauses: Iterable[Pause], key: ObligationKey, day: date) -> Respite | None:
    """What those of `pauses` that hold on `day` give an obligation, together."""
    found = [pause for pause in pauses if runs(pause, day) and covers(pause, key)]
    if not found:
        return None
    return Respite(RespiteKind.PAUSE, min(each.first for each in found), max(each.last for each in found))
