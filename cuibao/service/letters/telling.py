"""Which due dates letters name of what days off decide: kept before they go, for a calendar that is published later
makes none of them earlier."""

from collections.abc import Iterable, Iterator
from datetime import date

from cuibao.model import Letter, Obligation
from cuibao.office import Office
from cuibao.policy.periods import Nominal


class Telling:
    """What the letters of one morning name. The ledger is asked only where something new is named."""

    def __init__(self, office: Office) -> None:
        self._campaign = office.campaign.id
        self._events = office.ledger.events
        self._known = dict(office.schedule.told)

    def tell(self, letters: Iterable[Letter]) -> None:
        """Keep what these letters name."""
        new: dict[Nominal, date] = {}
        for obligation in (each for letter in letters for each in _named(letter)):
            period = obligation.period
            if period.told_as is not None:
                named = (*period.identity[:2], *period.told_as)
                if max(self._known.get(named, date.min), new.get(named, date.min)) < period.due:
                    new[named] = period.due
        if new:
            self._events.tell(self._campaign, new)
            self._known |= new


def _named(letter: Letter) -> Iterator[Obligation]:
    """What a letter says a date of."""
    yield from (reminder.obligation for reminder in letter.reminders)
    yield from (listed.obligation for listed in letter.overdue)
    if letter.with_year:
        yield from letter.year
