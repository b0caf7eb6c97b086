"""A real `cuibao up`: its processes die in a letter, its database is gone, it was off when the morning was due."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

from tests.acceptance.running import FINAL
from tests.demo import MORNING, Demo
from tests.faults import town
from tests.faults.conftest import ALL, Town
from tests.faults.programs import Forks, until
from tests.faults.tally import Tally
from tests.integration.smtp_server import SmtpServer, Stall
from tests.offices import begun, smtp

pytestmark = pytest.mark.slow

# How each process is known by its command line.
PARTS = {"server": "prefect server start", "worker": "prefect worker start", "flow": "prefect.engine"}
RESEND = "补发/补发"
NAMES = {"server": "Prefect's server", "worker": "Prefect's worker", "up": "cuibao up"}
# How long ago the first morning was due that it missed, and the office's time when it is switched on.
OFF = [
    pytest.param("switched on at 09:40", timedelta(minutes=70), "2022-05-16T09:40", id="late"),
    pytest.param("ten days off", timedelta(days=10), "2022-05-16T09:40", id="days"),
][: 2 if ALL else 1]
STORED = [pytest.param(True, id="stored"), pytest.param(False, id="lost")][: 2 if ALL else 1]
MORE = pytest.mark.skipif(not ALL, reason="Prefect takes its time: in make faults")
SECONDS = 300.0


class Up(Demo):
    """`cuibao up` on a small town, with a mail server; its clock stands, and what is scheduled can be dated back."""

    def __init__(self, folder: Path, forks: Forks, server: SmtpServer) -> None:
        super().__init__(folder, {**smtp(server.port), "CUIBAO_SMTP_CONNECTIONS": "1"})
        self.now = town.DAY
        self.home.mkdir()
        self.town = Town(town.lay_out(self.home), forks, server)
        self.server = server

    @property
    def is_up(self) -> bool:
        """Whether there is a service that has not ended."""
        return "service" in self.__dict__ and self.service.process.poll() is None

    def forget(self) -> None:
        """Begin a new year: since the notice nothing had to be sent."""
        for file in self.home.glob("ledger.db*"):
            file.unlink()
        begun(self.home, **smtp(self.server.port))
        self.server.letters.clear()

    def start_at(self, moment: str = town.DAY) -> None:
        """Start it, or start it again, at a moment of the office's clock."""
        self.now = self._environ["CUIBAO_NOW"] = moment
        self.start()
        # They would begin runs at moments of their own, in the next test too. What was disabled stays so.
        for trigger in self.service.call("/automations/filter", {}):
            self.service.once(f"/automations/{trigger['id']}", {"enabled": False}, "PATCH")

    def kill(self, part: str) -> None:
        """End at once each process that is such a part, or `up` itself; nobody tells the others."""
        if part == "up":
            self.service.process.kill()
            self.service.process.wait()
        else:
            killed = [pid for pid in self.processes() if PARTS[part] in _command(pid)]
            assert killed
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    def in_the_middle_of_a_letter(self, stored: bool) -> str:
        """Begin a morning, up to the final dot of a letter that is not answered; the run."""
        self.server.next("end", Stall(SECONDS, stored=stored))
        run = self.service.start(MORNING)
        until(lambda: self.server.did("end"), SECONDS)
        return run

    def date_back(self, by: timedelta) -> None:
        """Let the mornings that Prefect has scheduled be missed: the first of them was due so long ago."""
        with closing(connect(self.home / "prefect" / "prefect.db")) as prefect, prefect:
            due = (
                "SELECT flow_run.id, next_scheduled_start_time FROM flow_run JOIN flow ON flow.id = flow_id"
                " WHERE auto_scheduled AND state_type = 'SCHEDULED' AND flow.name = '每日催报'"
            )
            runs = {run: datetime.fromisoformat(moment) for run, moment in prefect.execute(due)}
            back = min(runs.values()) - (datetime.now(UTC).replace(tzinfo=None) - by)
            for run, moment in runs.items():
                then = (moment - back).isoformat(" ", "microseconds")
                prefect.execute(
                    "UPDATE flow_run SET expected_start_time = ?, next_scheduled_start_time = ?, idempotency_key = id"
                    " WHERE id = ?",
                    (then, then, run),
                )
                prefect.execute(
                    "UPDATE flow_run_state SET state_details = json_set(state_details, '$.scheduled_time', ?)"
                    " WHERE flow_run_id = ?",
                    (f"{then}+00:00", run),
                )

    def mornings(self) -> list[dict[str, Any]]:
        """The runs of 每日催报."""
        return self._runs({"deployments": {"name": {"any_": ["每日催报"]}}})

    def settle(self) -> None:
        """Wait until every run that has begun or is late has ended."""
        until(lambda: all(_waits(run) or run["state_type"] in FINAL for run in self._runs({})), SECONDS)

    def has_tomorrow(self) -> bool:
        """Whether Prefect will run the next morning: within a day, at half past eight in Shanghai."""
        now = datetime.now(UTC)
        due = [datetime.fromisoformat(run["expected_start_time"]) for run in self.mornings() if _waits(run)]
        return any(now < moment < now + timedelta(days=1) and f"{moment:%H:%M}" == "00:30" for moment in due)

    def require(self, row: str, faults: int, **more: Any) -> Tally:
        """Once all is quiet: nothing lost, nothing different, and tomorrow's morning scheduled; what it cost."""
        self.settle()
        until(self.has_tomorrow, SECONDS)
        found = self.town.tally(row, faults, **more)
        assert (found.lost, found.differing, found.uncertain, found.wrong) == (0, 0, 0, 0)
        return found

    def _runs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.service.call("/flow_runs/filter", wanted | {"limit": 200})
        return found


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    return ""


def _waits(run: dict[str, Any]) -> bool:
    """Whether it is for a later day: not late, nor turned away by Prefect's limit for half a minute."""
    due = datetime.fromisoformat(run["expected_start_time"])
    return run["state_name"] == "Scheduled" and due > datetime.now(UTC)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[Up]:
    """One home for the module: a start takes its time."""
    folder = tmp_path_factory.mktemp("up")
    with SmtpServer(record=folder / "accepted", pipelining=True) as server:
        up = Up(folder, forks, server)
        try:
            yield up
        finally:
            up.end()
            for pid in up.processes():  # a test that failed with `up` killed
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def running(service: Up) -> Up:
    """It runs, and nothing was ever sent."""
    if service.is_up and service.now != town.DAY:
        service.end()
    if not service.is_up:
        service.start_at()
    service.settle()
    service.forget()
    return service


@pytest.fixture
def off(service: Up) -> Up:
    """It has run and was stopped, and nothing was ever sent."""
    if not service.is_up:
        service.start_at()
    service.settle()
    until(service.has_tomorrow, SECONDS)
    service.end()
    service.forget()
    return service


@pytest.mark.parametrize("stored", STORED)
def test_the_flows_process_killed(running: Up, stored: bool) -> None:
    run = running.in_the_middle_of_a_letter(stored)
    running.kill("flow")
    assert running.service.wait_for(run, *FINAL)["state_type"] == "CRASHED"
    assert running.service.run(MORNING)["state_type"] == "COMPLETED"
    assert running.require("Prefect's flow process killed in a letter", 1).copies == int(stored)


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("part", ["server", "worker", "up"] if ALL else ["up"])
def test_a_part_killed_in_a_letter(running: Up, part: str, stored: bool) -> None:
    running.in_the_middle_of_a_letter(stored)
    running.kill(part)
    if part != "up":  # which notices
        assert running.service.process.wait(SECONDS) == 1
    running.start_at()
    assert "上次的每日催报没有做完，现在接着做。" in running.service.said
    assert running.require(f"{NAMES[part]} killed in a letter", 1).copies == int(stored)


def test_what_was_put_off_goes_with_the_next_run_of_resending(running: Up) -> None:
    running.server.greylists(*(f"town{number}@xf.gov.cn" for number in range(town.UNITS)))
    assert running.service.run(MORNING)["state_type"] == "FAILED"
    assert len(running.server.letters) == town.LETTERS - town.UNITS
    done = running.service.run(RESEND)
    assert (done["state_type"], done["name"]) == ("COMPLETED", f"【演练】补发：已发送 {town.UNITS}")
    assert running.require("451 from a server that greylists", town.UNITS).copies == 0


@MORE
def test_five_mornings_triggered_at_once(running: Up) -> None:
    runs = [running.service.start(MORNING) for _ in range(5)]
    ends = [running.service.wait_for(run, *FINAL, seconds=SECONDS)["state_type"] for run in runs]
    assert ends == ["COMPLETED"] * 5
    assert running.require("five mornings triggered in Prefect at once", 5).copies == 0


@MORE
def test_prefects_database_deleted(off: Up) -> None:
    assert off.town.morning().wait() == 0
    shutil.rmtree(off.home / "prefect")
    off.start_at()
    assert off.service.run(MORNING)["state_type"] == "COMPLETED"
    assert off.require("Prefect's database deleted", 1).copies == 0


@pytest.mark.parametrize(("row", "missed", "now"), OFF)
def test_switched_on_after_a_missed_morning(off: Up, row: str, missed: timedelta, now: str) -> None:
    assert off.town.morning().wait() == 0
    off.server.letters.clear()
    off.date_back(missed)
    off.start_at(now)
    assert off.require(row, 1, day=now, letters=town.UNITS).copies == 0
