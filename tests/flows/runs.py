"""Running a flow in this process, and seeing what Prefect's server then knows of it."""

import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import ArtifactSort
from prefect.events import emit_event
from prefect.exceptions import ObjectNotFound
from prefect.flow_engine import run_flow_async

SECONDS = 180.0
T = TypeVar("T")


def run(flow: Any, **parameters: object) -> State[Any]:
    """Run `flow` as a worker would; its final state, whatever it is."""
    state: State[Any] = asyncio.run(flow(**parameters, return_state=True))
    return state


def submit(flow: Any, **parameters: object) -> State[Any]:
    """Run `flow` as the form of its deployment would start it; its final state, whatever it is."""
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(f"{flow.name}/{flow.name}")
        made = client.create_flow_run_from_deployment(deployment.id, parameters=parameters)
    return asyncio.run(_as_submitted(flow, made, parameters))


async def _as_submitted(flow: Any, made: FlowRun, parameters: dict[str, Any]) -> State[Any]:
    state = await run_flow_async(flow, flow_run=made, parameters=parameters, return_type="state")
    assert state is not None
    return state


def eventually(read: Callable[[], T], right: Callable[[T], bool]) -> T:
    """What `read` gives once it is `right`, or at the deadline: Prefect records task runs, logs and events later."""
    deadline = time.monotonic() + SECONDS
    while not right(found := read()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


class Observed:
    """Prefect's own records since this was made."""

    def __init__(self, client: SyncPrefectClient) -> None:
        self._client = client
        self._since = datetime.now(UTC)

    def name(self, state: State[Any]) -> str:
        """What the run of `state` is called."""
        return self._client.read_flow_run(_run_of(state)).name

    def remembers(self, state: State[Any]) -> bool:
        """Whether there still is a run of `state`."""
        try:
            return bool(self._client.read_flow_run(_run_of(state)))
        except ObjectNotFound:
            return False

    def subflows(self, state: State[Any]) -> list[str]:
        """The names of the runs that the run of `state` called, in their order."""
        return [run.name for run in self._children(_run_of(state))]

    def subflow(self, state: State[Any], start: str) -> State[Any]:
        """The state of the run under the run of `state` whose name begins with `start`."""
        (found,) = [run.state for run in self._children(_run_of(state)) if run.name.startswith(start)]
        assert found is not None
        state_found: State[Any] = found
        return state_found

    def tasks(self, state: State[Any], count: int) -> dict[str, str | None]:
        """The task runs of the run of `state` by name, with the names of their states, once `count` have ended."""
        found = eventually(
            lambda: self._tasks(_run_of(state)),
            lambda runs: len(runs) == count and all(run.state and run.state.is_final() for run in runs),
        )
        return {run.name: run.state_name for run in found}

    def log(self, state: State[Any]) -> str:
        """All that the run of `state` logged."""
        wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[_run_of(state)]))
        return eventually(
            lambda: "\n".join(line.message for line in self._client.read_logs(wanted)),
            lambda text: "Finished in state" in text,
        )

    def events(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """The events called `name`, oldest first: the id of the resource, and the payload."""
        last = uuid.uuid4().hex  # what was emitted before this has arrived when this has
        emit_event("tests.flows.last", resource={"prefect.resource.id": f"tests.{last}"})
        eventually(lambda: self._events("tests.flows.last"), lambda found: f"tests.{last}" in dict(found))
        return self._events(name)

    def pages(self, key: str) -> list[str]:
        """The versions of the artifact `key`, newest first."""
        found = self._client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])), sort=ArtifactSort.CREATED_DESC
        )
        return [str(artifact.data) for artifact in found if artifact.created and artifact.created >= self._since]

    def page(self, key: str) -> str:
        """The newest version of the artifact `key`."""
        return self.pages(key)[0]

    def drawn(self) -> set[str | None]:
        """The keys of the artifacts that were made."""
        found = self._client.read_artifacts()
        return {artifact.key for artifact in found if artifact.created and artifact.created >= self._since}

    def shown(self, name: str) -> str:
        """The page that stands on the deployment of this name."""
        (found,) = [each for each in self._client.read_deployments() if each.name == name]
        return found.description or ""

    def changes(self, name: str) -> int:
        """How often the deployment of this name was changed."""
        (found,) = [each for each in self._client.read_deployments() if each.name == name]
        changed = [resource for resource, _ in self.events("prefect.deployment.updated")]
        return changed.count(f"prefect.deployment.{found.id}")

    def forget(self, name: str, key: str) -> None:
        """Lose what stands on the deployment of this name, and every version of the artifact `key`."""
        (found,) = [each for each in self._client.read_deployments() if each.name == name]
        self._client.update_deployment(found.id, DeploymentUpdate(description=""))
        for artifact in self._client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key]))):
            self._client.delete_artifact(artifact.id)

    def deployment(self, name: str) -> DeploymentResponse:
        """The deployment `flow/deployment`."""
        return self._client.read_deployment_by_name(name)

    def form(self) -> dict[str, Any]:
        """The fields of the 登记 form."""
        schema = self.deployment("登记/登记").parameter_openapi_schema
        assert schema is not None
        fields: dict[str, Any] = schema["properties"]
        return fields

    def _children(self, run: uuid.UUID) -> list[Any]:
        wanted = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run]))
        return sorted(self._client.read_flow_runs(flow_run_filter=wanted), key=lambda each: each.start_time)

    def _tasks(self, run: uuid.UUID) -> list[Any]:
        found = self._client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run])))
        # A subflow has a task run too, in its parent.
        return [each for each in found if each.state is None or each.state.state_details.child_flow_run_id is None]

    def _events(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        wanted = {"event": {"name": [name]}, "occurred": {"since": self._since.isoformat()}, "order": "ASC"}
        found = self._client._client.post("/events/filter", json={"filter": wanted, "limit": 50}).json()["events"]
        return [(event["resource"]["prefect.resource.id"], event["payload"]) for event in found]


def _run_of(state: State[Any]) -> uuid.UUID:
    run = state.state_details.flow_run_id
    assert run is not None
    return run
