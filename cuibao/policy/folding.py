"""What is owed so often that a list of it would be read by nobody: the older periods of one item, in one line."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from cuibao.model import Every, Period
from cuibao.policy.recurrence import kind_of

Item = TypeVar("Item")
# Of what is due as often as this, no more lines than `HANDFUL` stand in a list; of more, the `LATEST` have their own.
OFTEN = (Every.DAY, Every.WEEK, Every.TEN_DAYS)
HANDFUL = 5
LATEST = 3


def folded(items: Sequence[Item], period_of: Callable[[Item], Period | None]) -> Iterator[tuple[Item, ...]]:
    """`items`, oldest first, in their order: each alone, but the older ones of a requirement together, where there are
    too many, at the place of the first. `period_of` is None of what has something of its own to be said."""
    older = _older(items, period_of)
    for place, item in enumerate(items):
        together = older.get(place)
        if together is None:
            yield (item,)
        elif place == together[0]:
            yield tuple(items[each] for each in together)


def _older(items: Sequence[Item], period_of: Callable[[Item], Period | None]) -> dict[int, list[int]]:
    """The places of what stands together, by each of these places."""
    alike: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(items):
        period = period_of(item)
        if period is not None and kind_of(period) in OFTEN:
            alike.setdefault(period.identity[:2], []).append(place)
    many = [places[:-LATEST] for places in alike.values() if len(places) > HANDFUL]
    return {place: places for places in many for place in places}
