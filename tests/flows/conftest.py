"""One real Prefect server for these tests, in a folder of its own, and a small office for each test."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.context import use_profile
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_SSL_CERT_FILE,
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_LOGGING_TO_API_BATCH_INTERVAL,
    PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD,
    Profile,
)

from cuibao.settings import CHECKOUT
from cuibao.up import HOST, UpSettings, environment
from flows.begin import begin
from flows.board import board
from flows.call import call
from flows.claim import claim
from flows.copies import copies
from flows.date import date
from flows.event import event
from flows.export import export
from flows.liaison import liaison
from flows.morning import morning
from flows.pause import pause
from flows.plan import plan
from flows.record import record
from flows.resend import resend
from flows.trail import trail
from tests import new_prefect
from tests.flows.runs import Observed
from tests.flows.small import lay_out
from tests.integration.smtp_server import Certificate, SmtpServer
from tests.offices import smtp
from tests.services import free_port

SERVER_SECONDS = 600
# The deployments of the small campaign, as prefect.yaml names them.
INSTALLED: dict[str, Flow[Any, Any]] = {
    **{flow.name: flow for flow in (board, record, liaison, trail, claim, copies, date, begin, morning, resend)},
    **{flow.name: flow for flow in (call, event, export, pause)},
    "电话催报单": board,
    "方案2 安全技能": plan,
    "方案3 主体责任": plan,
}
PLANS = {"方案2 安全技能": "skills", "方案3 主体责任": "responsibility"}


@pytest.fixture(scope="package", autouse=True)
def prefect_server(tmp_path_factory: pytest.TempPathFactory, imap_certificate: Certificate) -> Iterator[Path]:
    """Prefect's server, set up as `cuibao up` sets it up, with the deployments that the flows write to; its database.

    It cleans all the time, and keeps its events, by which tests see what was changed.
    """
    folder = tmp_path_factory.mktemp("prefect")
    new_prefect.put(folder)
    settings = UpSettings(checkout=CHECKOUT, home=folder, environment=dict(os.environ), port=free_port())
    environ = environment(settings, "for-tests-only") | {
        "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ORPHAN_CLEANUP_LOOP_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "true",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "0.2",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(settings.port)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    ours = Profile(
        name="tests",
        settings={
            PREFECT_HOME: folder,
            PREFECT_API_URL: environ["PREFECT_API_URL"],
            PREFECT_API_AUTH_STRING: environ["PREFECT_API_AUTH_STRING"],
            # Every client reads it, also for an address without TLS: one certificate and not a browser's hundred.
            PREFECT_API_SSL_CERT_FILE: str(imap_certificate.authority),
            PREFECT_LOGGING_TO_API_BATCH_INTERVAL: 0.2,
            PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD: environ[
                "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD"
            ],
        },
    )
    try:
        with use_profile(ours, include_current_context=False):
            with get_client(sync_client=True) as client:
                _wait(client, server, folder / "server.log")
                for name, flow in INSTALLED.items():
                    given = {"plan": PLANS[name]} if name in PLANS else {}
                    number = client.create_flow_from_name(flow.name)
                    # As prefect.yaml has it of every form: what is filled in is checked by the flow.
                    client.create_deployment(number, name, parameters=given, enforce_parameter_schema=False)
            yield settings.prefect / "prefect.db"
            # What is still on its way would be tried again and again once the server is gone.
            APILogWorker.instance().drain()
            EventsWorker.drain_all()
    finally:
        server.terminate()
        server.wait()


def _wait(client: SyncPrefectClient, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SERVER_SECONDS
    while client.api_healthcheck() is not None:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.1)


@pytest.fixture
def prefect_api() -> Iterator[Observed]:
    """What Prefect knows, from here on; nothing that another test's office drew."""
    with observed() as found:
        yield found


@contextmanager
def observed() -> Iterator[Observed]:
    """The same for the tests of a class."""
    with get_client(sync_client=True) as client:
        for artifact in client.read_artifacts():
            client.delete_artifact(artifact.id)
        for deployment in client.read_deployments():
            if deployment.description:
                client.update_deployment(deployment.id, DeploymentUpdate(description=""))
        yield Observed(client)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small campaign on the morning after it was issued."""
    monkeypatch.setenv("CUIBAO_HOME", str(tmp_path))
    monkeypatch.setenv("CUIBAO_NOW", "2022-04-18T08:30")
    return lay_out(tmp_path)


@pytest.fixture
def year_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office's clock at the end of the year, so that any moment of it has come."""
    monkeypatch.setenv("CUIBAO_NOW", "2022-12-31T08:30")


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpServer]:
    """The office's mail server."""
    with SmtpServer() as running:
        for name, value in smtp(running.port).items():
            monkeypatch.setenv(name, value)
        yield running
