"""How long it takes to look into a large ledger: the board of one plan, who owes one item, one unit's history."""

import time
from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory

from bench import province
from bench.measuring import Figure, medians
from cuibao.model import Period, Plan
from cuibao.office import Office, open_office
from cuibao.service.views.board import progress
from cuibao.service.views.trail import trail
from cuibao.settings import read_settings

ROUNDS = 5
BOARD, OWING, HISTORY = "the board of one plan", "who owes one item", "one unit's history"
LIMITS = {BOARD: 1.0, OWING: 0.1, HISTORY: 0.1}
EVERYTHING = "all entries of the campaign, read"


def figures() -> Iterator[Figure]:
    """Seconds of the processor, on SQLite, of an office that has read its files and laid out nothing: of the plan that
    asks for most, its item that most units owe, and the unit that owes most."""
    with TemporaryDirectory() as home, open_office(read_settings({"CUIBAO_HOME": home})) as office:
        province.lay_out(office)
        plan = max(office.campaign.plans, key=lambda plan: sum(map(_units, _of(office, plan))))
        item = max(_of(office, plan), key=_units)
        unit = max(office.campaign.units, key=lambda unit: len(office.schedule.of_unit(unit)))
        subjects = {
            BOARD: lambda: _afresh(office, lambda: progress(office, province.NOW, plan)),
            OWING: lambda: _afresh(office, lambda: progress(office, province.NOW, plan, item)),
            HISTORY: lambda: _afresh(office, lambda: trail(office, unit=unit)),
        }
        found = medians(subjects, ROUNDS)
        everything = _afresh(office, lambda: office.ledger.entries(office.campaign.id))
    for name, limit in LIMITS.items():
        yield Figure(name, found[name], {EVERYTHING: everything, "limit": limit})


def _of(office: Office, plan: Plan) -> list[Period]:
    return [period for period in office.schedule.tracked() if period.plan.id == plan.id]


def _units(period: Period) -> int:
    return len(period.requirement.units)


def _afresh(office: Office, do: Callable[[], object]) -> float:
    vars(office).pop("schedule", None)
    began = time.process_time()
    do()
    return time.process_time() - began
