"""The forms' worker: each run a fork, begun at once, ended, cancelled and lost as any other; and nothing shared."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cuibao.settings import CHECKOUT
from cuibao.up import BOARD, MARK
from tests import new_prefect
from tests.acceptance.answering import NOW, answered, marks, on_the_other_pool
from tests.acceptance.running import FINAL, Running, running
from tests.acceptance.trial import lay_out

FORM = "trial/试填"
PARENT = "multiprocessing.forkserver"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    new_prefect.put(home)
    return home


@pytest.fixture(scope="module")
def service(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    checkout = lay_out(tmp_path_factory.mktemp("checkout"))
    with running(checkout, home, {"CUIBAO_HOME": str(home), "CUIBAO_WORD": "原话"}) as service:
        yield service


def begun(service: Running, home: Path) -> tuple[str, int]:
    """A run that would take ten minutes, and its process."""
    (home / "pid").unlink(missing_ok=True)
    run = service.start(FORM, seconds=600.0)
    service.wait_for(run, "RUNNING")
    _wait_for(lambda: (home / "pid").exists() and bool((home / "pid").read_text(encoding="ascii")))
    return run, int((home / "pid").read_text(encoding="ascii"))


def test_it_is_a_fork_of_one_thread_that_has_imported_the_flows(service: Running) -> None:
    _, (_, _, imported, parent) = surroundings(service, "surroundings/表单环境")
    command = Path(f"/proc/{parent}/cmdline").read_text(encoding="utf-8")
    assert imported
    assert PARENT in command
    assert "\nThreads:\t1\n" in Path(f"/proc/{parent}/status").read_text(encoding="ascii")


def test_it_has_the_surroundings_that_any_other_run_has(service: Running) -> None:
    form, (folder, umask, *_) = surroundings(service, "surroundings/表单环境")
    other, (other_folder, other_umask, *_) = surroundings(service, "surroundings/环境")
    assert (folder, umask) == (other_folder, other_umask)

    def ours(environ: dict[str, str]) -> dict[str, str]:
        # Prefect's notes to its engine, and where a new interpreter is to look for the flow.
        return {name: value for name, value in environ.items() if not name.startswith(("PREFECT__", "PYTHONPATH"))}

    assert ours(form) == ours(other)
    assert form["PREFECT__DEPLOYMENT_NAME"] == "表单环境"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_run_that_dies_is_called_crashed_and_takes_nothing_along(
    service: Running, home: Path, how: signal.Signals
) -> None:
    lost, pid = begun(service, home)
    beside = service.start(FORM, seconds=3.0)
    service.wait_for(beside, "RUNNING")
    os.kill(pid, how)
    assert service.wait_for(lost, *FINAL)["state_type"] == "CRASHED"
    assert service.wait_for(beside, *FINAL)["state_name"] == "已完成"
    assert service.run(FORM)["state_name"] == "已完成"


def test_a_run_that_is_cancelled_ends_within_seconds(service: Running, home: Path) -> None:
    run, pid = begun(service, home)
    cancel(service, run)
    assert service.wait_for(run, *FINAL, seconds=60.0)["state_type"] == "CANCELLED"
    _wait_for(lambda: not Path(f"/proc/{pid}").exists())
    assert service.run(FORM)["state_name"] == "已完成"


@pytest.mark.parametrize("taken", [False, True], ids=["submitted", "taken"])
def test_a_run_that_is_cancelled_before_it_began_never_does(service: Running, taken: bool) -> None:
    run = service.start(FORM, seconds=600.0)
    if taken:
        service.wait_for(run, "PENDING", "RUNNING")
    cancel(service, run)
    assert service.wait_for(run, *FINAL, seconds=60.0)["state_type"] == "CANCELLED"
    assert service.run(FORM)["state_name"] == "已完成"


def test_more_runs_than_are_done_at_once_wait_for_their_turn(service: Running) -> None:
    runs = [service.start(FORM, seconds=0.5) for _ in range(12)]
    assert {service.wait_for(run, *FINAL)["state_name"] for run in runs} == {"已完成"}


def test_a_clerk_is_answered_in_much_less_time_than_by_a_new_interpreter(tmp_path: Path) -> None:
    """Side by side, in turns: the machine may be as busy as it likes."""
    environ = {"CUIBAO_HOME": str(tmp_path), "CUIBAO_NOW": NOW}
    new_prefect.put(tmp_path)
    with running(CHECKOUT, tmp_path, environ, (BOARD,)) as service:
        pools = (str(service.deployment("登记/登记")["id"]), on_the_other_pool(service))
        some = marks(tmp_path)
        forms, others = zip(*([answered(service, pool, next(some)) for pool in pools] for _ in range(3)), strict=True)
    assert min(each.said for each in forms) <= 0.7 * min(each.said for each in others)
    assert min(each.drawn for each in forms) <= 0.7 * min(each.drawn for each in others)


def test_the_parent_of_the_forks_comes_back_where_it_was_lost(service: Running, home: Path) -> None:
    (parent,) = processes(home, PARENT)
    os.kill(parent, signal.SIGKILL)
    _wait_for(lambda: parent not in processes(home, PARENT))
    assert service.run(FORM)["state_name"] == "已完成"


def test_the_service_ends_with_a_word_where_the_worker_does(service: Running, home: Path) -> None:
    """The last of this module: nobody starts the service again."""
    (worker,) = processes(home, "flows.worker")
    os.kill(worker, signal.SIGKILL)
    assert service.process.wait(120) == 1
    log = home / "logs" / "forms.log"
    assert service.said[-1] == f"表单进程意外停止（退出码 -9），详情见 {log}"
    assert processes(home, "") == []


def surroundings(service: Running, name: str) -> Any:
    """What a run of the deployment `name` finds: its environment, and its folder, umask, imports and parent."""
    return json.loads(service.run(name)["state"]["message"])


def cancel(service: Running, run: str) -> None:
    """Cancel a run as the UI does."""
    service.call(f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})


def processes(home: Path, word: str) -> list[int]:
    """The processes of an `up` on this home that have `word` in their command lines; forks have their parent's."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_text(encoding="utf-8")
            if f"{MARK}={home}".encode() in (entry / "environ").read_bytes().split(b"\0") and word in command:
                found[int(entry.name)] = int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
    return [pid for pid, parent in found.items() if parent not in found]


def _wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)
