"""Which period of an item another item sums up."""

from collections.abc import Collection

from cuibao.model import Period


def summed_up(periods: Collection[Period], by: Period) -> Period | None:
    """Of an item's `periods` the one that `by` sums up: that of the same key, else the last that is due before it; of
    what clerks open, numbers say nothing. None where there is none yet."""
    same = (each for each in periods if each.key == by.key and each.requirement.event is None)
    before = [each for each in periods if each.due <= by.due]
    return next(same, None) or max(before, key=lambda each: (each.due, each.about), default=None)
