"""Of what an item sums up, which units have not reported yet: said to whoever is to sum it up."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from cuibao.model import Obligation, ObligationKey, Period, Receipt, StillMissing
from cuibao.office import Office
from cuibao.policy.collecting import summed_up
from cuibao.policy.standing import standing

Entries = Mapping[ObligationKey, tuple[Receipt, ...]]


class Collecting:
    """Who has not reported what is summed up. The ledger is asked for each letter that speaks of such an item, for
    others report while a morning goes on."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def of(self, obligations: Iterable[Obligation]) -> Mapping[ObligationKey, tuple[StillMissing, ...]]:
        """What is missing of what each of `obligations` sums up; without those of which nothing is."""
        summing = [each for each in obligations if each.period.requirement.collects]
        if not summing:
            return {}
        items = {(each.period.plan.id, name) for each in summing for name in each.period.requirement.collects}
        entries = self._office.ledger.entries_of_items(self._office.campaign.id, sorted(items))
        found = {each.key: tuple(self._missing(each, entries)) for each in summing}
        return {key: missing for key, missing in found.items() if missing}

    def _missing(self, obligation: Obligation, entries: Entries) -> Iterator[StillMissing]:
        plan = obligation.period.plan.id
        for requirement in obligation.period.requirement.collects:
            period = summed_up(self._periods.get((plan, requirement), []), obligation.period)
            # Whoever sums up knows of its own.
            units = [unit for unit in period.units if unit != obligation.unit.id] if period else []
            missing = [unit for unit in units if period and not _settled(entries, period, unit)]
            if period and missing:
                yield StillMissing(period, tuple(self._office.campaign.units[unit] for unit in missing))

    @cached_property
    def _periods(self) -> Mapping[tuple[str, str], list[Period]]:
        """The periods of all items that are summed up."""
        campaign = self._office.campaign
        wanted = {(plan.id, each) for plan in campaign.plans for item in plan.requirements for each in item.collects}
        found: dict[tuple[str, str], list[Period]] = {}
        for period in self._office.schedule.periods:
            if period.identity[:2] in wanted:
                found.setdefault(period.identity[:2], []).append(period)
        return found


def _settled(entries: Entries, period: Period, unit: str) -> bool:
    return standing(entries.get(ObligationKey(*period.identity, unit), ())).settled
