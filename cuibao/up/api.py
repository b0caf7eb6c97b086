"""As much of Prefect's API as `up` needs, by the standard library alone."""

import base64
import http.client
import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

from cuibao.tongue import catalogue, languages, say
from cuibao.up.settings import NoAnswer, UpError, UpSettings, WorkPool

BUSY_SECONDS = 10.0
ANSWER_SECONDS = 10.0
TICK_SECONDS = 0.1
# What may be otherwise the next time; whatever else the server refuses, it refuses for good.
PASSING = frozenset({408, 429})
UNFINISHED = ["PENDING", "RUNNING", "CANCELLING"]
FINAL = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]


class Api:
    """The server's API at the address and with the password that `up` gave it. Every call may raise NoAnswer, where the
    same may be answered later, or another UpError, where it is refused."""

    def __init__(self, settings: UpSettings, password: str) -> None:
        self._url = f"{settings.front}api"
        self._log = settings.logs / "server.log"
        basic = base64.b64encode(password.encode("ascii")).decode("ascii")
        self._headers = {"Content-Type": "application/json", "Authorization": f"Basic {basic}"}
        # Loopback never goes through the office's proxy.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, path: str, body: object = None, *, method: str | None = None) -> Any:
        """GET `path`, or send `body` to it; None where it is not found."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, headers=self._headers, method=method)
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                with self._opener.open(request, timeout=ANSWER_SECONDS) as answer:
                    text = answer.read()
                return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return None
                answered = f"服务对 {path} 的回应是 {error.code}，详情见 {self._log}"
                if error.code < 500 and error.code not in PASSING:
                    raise UpError(answered) from error
                # Nothing was written: SQLite was busy with somebody else's transaction. Prefect's own client waits too.
                if error.code != 503 or time.monotonic() > deadline:
                    raise NoAnswer(answered) from error
            except (OSError, ValueError, http.client.HTTPException) as error:
                raise NoAnswer(f"服务没有回应（{error}），详情见 {self._log}") from error
            time.sleep(TICK_SECONDS)

    def healthy(self) -> bool:
        """Whether the server answers."""
        return self.call("/health") is True

    def keep_pool(self, pool: WorkPool, template: dict[str, Any]) -> None:
        """Have the work pool, with `template` for its base job template, whatever it had before."""
        if self.call(f"/work_pools/{pool.name}") is None:
            self.call("/work_pools/", {"name": pool.name, "type": pool.type, "base_job_template": template})
        else:
            self.call(f"/work_pools/{pool.name}", {"base_job_template": template}, method="PATCH")

    def deployment(self, name: str) -> str | None:
        """The id of the deployment `flow/deployment`, both as prefect.yaml calls them, whatever the UI does."""
        for words in map(catalogue, languages()):
            parts = (str(words.get(part, part)) for part in name.split("/", 1))
            if found := self.call("/deployments/name/" + "/".join(quote(part, safe="") for part in parts)):
                return str(found["id"])
        return None

    def run(self, deployment: str, key: str) -> str:
        """Start a run of a deployment; its id. Asked again with the same `key`, that of the run that was started."""
        body = {"state": {"type": "SCHEDULED", "name": "Scheduled"}, "idempotency_key": key}
        return str(self._found(f"/deployments/{deployment}/create_flow_run", body)["id"])

    def state(self, run: str) -> dict[str, Any]:
        """The state of a flow run."""
        state: dict[str, Any] = self._found(f"/flow_runs/{run}")["state"]
        return state

    def last_end(self, deployment: str) -> str | None:
        """How the last of a deployment's runs that have ended did, the type of its state; None where none has."""
        body = {
            "deployments": {"id": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"any_": FINAL}}},
            "sort": "EXPECTED_START_TIME_DESC",
            "limit": 1,
        }
        return next((str(run["state_type"]) for run in self._found("/flow_runs/filter", body)), None)

    def task_runs(self) -> int:
        """How many task runs there have been."""
        return int(self._found("/task_runs/count", {}))

    def last_heartbeat(self, pool: WorkPool) -> str | None:
        """When our worker of the pool was last heard of."""
        workers = self.call(f"/work_pools/{pool.name}/workers/filter", {}) or []
        return next((str(each["last_heartbeat_time"]) for each in workers if each["name"] == pool.worker), None)

    def unfinished(self) -> list[str]:
        """The ids of the flow runs that are on their way."""
        body = {"flow_runs": {"state": {"type": {"any_": UNFINISHED}}}, "limit": 200}
        return [str(run["id"]) for run in self._found("/flow_runs/filter", body)]

    def close_interrupted(self) -> None:
        """Call crashed what no process works on any more: it would stay "running" and hold its concurrency slot."""
        state = {
            "type": "CRASHED",
            "name": say("已中断"),
            "message": say("服务停止时还没有做完；再运行一次即可，不会重复发函。"),
        }
        for run in self.unfinished():
            self.call(f"/flow_runs/{run}/set_state", {"state": state, "force": True})

    def _found(self, path: str, body: object = None) -> Any:
        """As `call`, of what must be there."""
        answer = self.call(path, body)
        if answer is None:
            raise UpError(f"服务里没有 {path}，详情见 {self._log}")
        return answer
