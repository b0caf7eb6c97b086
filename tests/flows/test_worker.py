"""The forms' worker hears of a run from the server, and does not wait until it asks by itself."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.settings import get_current_settings

from cuibao.settings import CHECKOUT
from cuibao.up.settings import FORMS
from flows.board import board
from tests.flows.runs import SECONDS

NEVER = "3600"


@pytest.fixture
def prefect(home: Path) -> Iterator[SyncPrefectClient]:
    """Prefect, with a worker of the forms that asks once when it starts, and then not for an hour."""
    api = get_current_settings().api
    assert api.url is not None
    assert api.auth_string is not None
    environ = os.environ | {
        "PREFECT_API_URL": api.url,
        "PREFECT_API_AUTH_STRING": api.auth_string.get_secret_value(),
        "PREFECT_WORKER_QUERY_SECONDS": NEVER,
    }
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=FORMS.name, type=FORMS.type))
        worker = subprocess.Popen([sys.executable, "-m", "flows.worker"], env=environ, cwd=CHECKOUT)
        yield client
        worker.kill()
        worker.wait()
        client.delete_work_pool(FORMS.name)


def test_it_begins_a_run_that_it_has_not_asked_for(prefect: SyncPrefectClient) -> None:
    flow = prefect.create_flow_from_name(board.name)
    form = prefect.create_deployment(flow, "试填", entrypoint="flows/board.py:board", work_pool_name=FORMS.name)
    deadline = time.monotonic() + SECONDS

    def ended() -> int:
        submitted = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[form]))
        return sum(
            bool(run.state and run.state.is_final()) for run in prefect.read_flow_runs(flow_run_filter=submitted)
        )

    def submit() -> None:
        assert time.monotonic() < deadline
        prefect.create_flow_run_from_deployment(form)

    submit()
    while not (found := ended()):  # what is there when it starts, it finds by asking
        assert time.monotonic() < deadline
        time.sleep(0.2)
    while ended() <= found:  # and what comes before it listens, at no time: then the next one
        submit()
        time.sleep(3)
    prefect.delete_deployment(form)
