"""Prefect's extension point: a worker whose runs begin at once."""

from typing import Any

import anyio
import anyio.abc
from prefect.client.schemas.objects import FlowRun
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.flows import load_flow_from_flow_run
from prefect.runner._flow_run_executor import FlowRunExecutorContext
from prefect.states import Cancelled
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from cuibao.up.settings import FORMS
from flows.worker.forks import ForkStarter

SUBMITTED = EventFilter(event=EventNameFilter(name=["prefect.flow-run.Scheduled"]))


class FormsWorker(BaseWorker[BaseJobConfiguration, BaseVariables, BaseWorkerResult]):
    """Runs flows as Prefect's process worker does (crashes, cancelling and logs are the same code), but in forks.

    What a run may set is nothing: there is no command, and it works where this process does.
    """

    type = FORMS.type
    job_configuration = BaseJobConfiguration

    async def start(self, *args: Any, **kwargs: Any) -> None:
        """As any worker, but look for a run also when the server says that there is one."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._listen)
            await super().start(*args, **kwargs)
            group.cancel_scope.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                async with get_events_subscriber(filter=SUBMITTED) as events:
                    async for _ in events:
                        await self.get_and_submit_flow_runs()
            except Exception as trouble:
                # Until the server is heard again, the worker finds what there is by asking every second.
                self._logger.warning("不能立即得知新提交的表单，改为每秒查询一次：%s", trouble)
                await anyio.sleep(1)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> BaseWorkerResult:
        """Run `flow_run` to its end."""
        async with FlowRunExecutorContext() as context:
            environ = {name: value for name, value in configuration.env.items() if value is not None}
            starter = ForkStarter(environ, context.control_channel)
            executor = context.create_executor(
                flow_run, starter, resolve_flow=load_flow_from_flow_run, propose_submitting=False
            )
            async with anyio.create_task_group() as group:
                handle = await group.start(executor.submit)
                if task_status is not None:
                    task_status.started(handle.pid)
        await self._end_cancelling(flow_run)
        return BaseWorkerResult(identifier=str(handle.pid), status_code=handle.returncode)

    async def _end_cancelling(self, flow_run: FlowRun) -> None:
        """Call a run cancelled that was to be, and whose process has ended: Prefect, which cancels only what has begun,
        would have it wait for ever where it was cancelled between being taken and its beginning."""
        found = await self.client.read_flow_run(flow_run.id)
        if found.state is not None and found.state.is_cancelling():
            await self.client.set_flow_run_state(flow_run.id, Cancelled(), force=True)
