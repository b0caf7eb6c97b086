"""`cuibao up` in a process of its own, on a free port, for the tests that need the whole service."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.services import free_port as free_port

# `up` itself gives up where nothing moves; this is for a machine on which everything else runs too.
READY_SECONDS = 1200.0
STOP_SECONDS = 180.0
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

PROGRAM = """
import os, sys
from pathlib import Path
from cuibao.errors import CuibaoError
from cuibao.up import UpSettings, up

checkout, home, port, *run_first = sys.argv[1:]
settings = UpSettings(checkout=Path(checkout), home=Path(home), port=int(port), environment=dict(os.environ))
say = lambda line: print(line, flush=True)
try:
    up(settings, say, tuple(run_first), ready=lambda url: say(f"READY {url}"))
except CuibaoError as error:
    sys.exit(str(error))
"""


@dataclass
class Running:
    """A service that is up: its process, its addresses and what it said so far."""

    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def front(self) -> str:
        """The UI's front page."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def password(self) -> str:
        """The password as it was printed beside the address."""
        (line,) = [each for each in self.said if each.startswith("界面密码：")]
        return line.removeprefix("界面密码：").partition("（")[0]

    def call(self, path: str, body: object = None) -> Any:
        """GET `path` of Prefect's API, or POST `body` to it; again while its database is busy."""
        for _ in range(50):
            try:
                return self.once(path, body)
            except urllib.error.HTTPError as error:
                if error.code != 503:  # 503: nothing was written
                    raise
                time.sleep(0.1)
        raise AssertionError(f"{path} is still busy")

    def once(self, path: str, body: object = None, method: str | None = None) -> Any:
        """GET `path` of Prefect's API, or POST `body` to it, once; or by another `method`."""
        data = None if body is None else json.dumps(body).encode()
        login = base64.b64encode(self.password.encode("ascii")).decode("ascii")
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
        request = urllib.request.Request(f"{self.front}api{path}", data=data, headers=headers, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def deployment(self, name: str) -> dict[str, Any]:
        """The deployment `flow/deployment`."""
        flow, deployment = name.split("/", 1)
        found: dict[str, Any] = self.call(f"/deployments/name/{quote(flow, safe='')}/{quote(deployment, safe='')}")
        return found

    def start(self, name: str, **parameters: object) -> str:
        """Start a run of the deployment `name`; its id."""
        body = {"parameters": parameters, "state": {"type": "SCHEDULED", "name": "Scheduled"}}
        return str(self.call(f"/deployments/{self.deployment(name)['id']}/create_flow_run", body)["id"])

    def run(self, name: str, **parameters: object) -> dict[str, Any]:
        """Run the deployment `name` to its end; the flow run."""
        return self.wait_for(self.start(name, **parameters), *FINAL)

    def wait_for(self, run: str, *types: str, seconds: float = 120.0) -> dict[str, Any]:
        """Wait until the flow run `run` is in one of these state types; the flow run."""
        deadline = time.monotonic() + seconds
        while True:
            found: dict[str, Any] = self.call(f"/flow_runs/{run}")
            if found["state_type"] in types:
                return found
            assert time.monotonic() < deadline, f"{found['name']} is still {found['state_name']}"
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def running(
    checkout: Path, home: Path, environment: Mapping[str, str] | None = None, run_first: tuple[str, ...] = ()
) -> Iterator[Running]:
    """The service on `checkout` and `home`, from ready until the block is left; nothing of it is left behind."""
    service = launch(checkout, home, free_port(), environment, run_first)
    try:
        wait_until_ready(service)
        yield service
    finally:
        try:
            service.stop()
        except subprocess.TimeoutExpired:
            service.process.kill()
            raise


def launch(
    checkout: Path,
    home: Path,
    port: int,
    environment: Mapping[str, str] | None = None,
    run_first: tuple[str, ...] = (),
) -> Running:
    """Start the service from a working directory that is not the checkout; do not wait for it."""
    project = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(checkout), str(home), str(port), *run_first],
        cwd="/",
        env={**os.environ, **(environment or {}), "PYTHONPATH": project},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    service = Running(process, port)
    threading.Thread(target=_listen, args=(service,), daemon=True).start()
    return service


def wait_until_ready(service: Running) -> None:
    """Wait until it says that it is ready; fails with all it said where it ends or takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while not any(line.startswith("READY") for line in service.said):
        assert service.process.poll() is None, "\n".join(service.said)
        assert time.monotonic() < deadline, "\n".join(service.said)
        time.sleep(0.05)


def _listen(service: Running) -> None:
    assert service.process.stdout is not None
    for line in service.process.stdout:
        service.said.append(line.rstrip("\n"))
