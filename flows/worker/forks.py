"""Forks of a process that has imported everything: each is a new process without the seconds that one takes to begin.

The parent of the forks is multiprocessing's own, single-threaded server: nothing but imports happens in it, so no fork
inherits a lock, a connection or a thread.
"""

import multiprocessing
import os
import pkgutil
import runpy
from collections.abc import Mapping
from multiprocessing import forkserver

import anyio
import anyio.abc
from prefect import engine
from prefect.client.schemas.objects import FlowRun
from prefect.runner._control_channel import ControlChannel
from prefect.runner._process_manager import ProcessHandle

import flows

_forks = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Start the parent of the forks. It goes on by itself to import every flow; the first fork waits for that."""
    _forks.set_forkserver_preload(
        [each.name for each in pkgutil.iter_modules(flows.__path__, "flows.") if not each.ispkg]
    )
    forkserver.ensure_running()


class ForkStarter:
    """Starts a flow run in a fork, as Prefect's own starters do in a new interpreter (its `ProcessStarter`).

    The run's environment is ours, and beside it what Prefect tells its engine of this run: `environ`.
    """

    def __init__(self, environ: Mapping[str, str], control: ControlChannel) -> None:
        self._environ = environ
        self._control = control

    async def start(
        self, flow_run: FlowRun, task_status: anyio.abc.TaskStatus[ProcessHandle] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Start the run, tell `task_status`, and wait for its end."""
        port, token = self._control.register(flow_run.id)
        told = {
            **self._environ,
            "PREFECT__CONTROL_PORT": str(port),
            "PREFECT__CONTROL_TOKEN": token,
            # The worker's side does what is to be done then.
            "PREFECT__ENABLE_CANCELLATION_AND_CRASHED_HOOKS": "false",
        }
        process = _forks.Process(target=_execute, args=(told,))
        process.start()
        task_status.started(ProcessHandle(process))  # type: ignore[arg-type]  # any of multiprocessing's will do
        await anyio.wait_readable(process.sentinel)
        process.join()


def _execute(told: Mapping[str, str]) -> None:
    """Do in this process what `python -m prefect.engine` does in a new one."""
    os.environ.update(told)
    runpy.run_path(engine.__file__, run_name="__main__")
