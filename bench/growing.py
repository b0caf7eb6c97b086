"""How a morning grows with the number of units: seconds and memory of the engine alone, with a carrier that takes every
letter at once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.measuring import Figure, seconds
from cuibao.mailer import OutboxCarrier, Session
from cuibao.mailer.carrier import Watch
from cuibao.model import Delivery, Message, Outcome
from cuibao.office import open_office
from cuibao.service.letters import morning
from cuibao.settings import Settings, read_settings
from tests.faults import town
from tests.offices import at, begun

ROUNDS = 3
LIMITS = {60: 0.3, 1200: 3.0, 12000: 20.0}
MEGABYTES = 200.0


def figures() -> Iterator[Figure]:
    """The first morning of an office, a letter with the year's calendar to each unit; each in a process of its own."""
    beyond = {}
    for units, limit in LIMITS.items():
        rounds = [_in_a_process(units) for _ in range(ROUNDS)]
        took, peak, beyond[units] = (median(each[name] for each in rounds) for name in ("seconds", "peak", "beyond"))
        yield Figure(f"a morning of {units:,} units", took, {"limit": limit})
        yield Figure(f"the memory of {units:,} units", peak, {"limit": MEGABYTES}, unit="MB")
    _, few, many = LIMITS
    yield Figure(
        f"of that beyond the contacts, {many:,} units", beyond[many], {f"{few:,} units": beyond[few]}, unit="MB"
    )


class _Taking(OutboxCarrier):
    """An outbox that keeps nothing."""

    @contextmanager
    def session(self) -> Iterator[Session]:  # type: ignore[override]
        yield self

    def ready(self) -> None:
        """At once."""

    def dated(self) -> None:
        """No clock either."""

    def deliver(self, _message: Message, watch: Watch, _following: Message | None = None) -> Delivery:
        """Take it, where it may go."""
        return Delivery(Outcome.ACCEPTED if watch.may_begin() and watch.may_end() else Outcome.WITHHELD)


def _in_a_process(units: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.growing", str(units)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def _measured(units: int) -> dict[str, float]:
    with TemporaryDirectory() as folder, open_office(_settings(Path(folder), units)) as office:
        office.__dict__["carrier"] = _Taking(Path(folder), office.campaign.mailbox)
        _ = office.schedule.of_unit("town0"), office.ledger, office.templates
        loaded = _megabytes("VmRSS")
        took = seconds(lambda: morning.run(office, at(town.DAY)))
        peak = _megabytes("VmHWM")
        assert office.ledger.count_letters(office.campaign.id, at(town.DAY).date()) == units + 1
    return {"seconds": took, "peak": peak, "beyond": peak - loaded}


def _settings(home: Path, units: int) -> Settings:
    begun(town.lay_out(home, units))
    return read_settings({"CUIBAO_HOME": str(home)})


def _megabytes(name: str) -> float:
    """A size of this process as Linux tells it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]))))
