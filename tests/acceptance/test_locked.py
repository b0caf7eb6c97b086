"""Nothing reaches Prefect's API without the office's password: on a new home, and on one that the last version made."""

import base64
import http.client
import json
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from cuibao.up import HOST, UpSettings, environment
from cuibao.up.pool import job_template
from tests import new_prefect
from tests.acceptance.running import FINAL, Running, free_port, running
from tests.acceptance.trial import PREFECT_YAML, lay_out
from tests.browser.conftest import CHROMIUM, log_in, window
from tests.services import need

OPEN_TO_ALL = {("get", "/api/health"), ("get", "/api/ready")}
FOREIGN = {"Origin": "http://elsewhere.example", "Host": "elsewhere.example:4200"}
SOCKETS = (
    *("/api/events/in", "/api/events/out", "/api/logs/out", "/api/task_runs/subscriptions/scheduled"),
    "/api/work_pools/cuibao/workers/connect",
)
TRIAL, FILLED_IN = "trial/试运行", "trial/试填"
POOLS = {TRIAL: "cuibao", FILLED_IN: "cuibao-forms"}
ENTRY = "登记/登记"
NEW, OLD = "a new home", "a home of the last version"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module", params=[NEW, OLD])
def home(request: pytest.FixtureRequest, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("above") / "home"
    if request.param == OLD:
        leave_as_before(home, checkout)
    return home


@pytest.fixture(scope="module")
def service(checkout: Path, home: Path) -> Iterator[Running]:
    with running(checkout, home, {"CUIBAO_HOME": str(home), "CUIBAO_WORD": "原话"}) as service:
        for run in of_the_last_version(service):
            service.wait_for(run["id"], *FINAL)
        yield service


@pytest.fixture
def bait(tmp_path: Path) -> Path:
    """What an attack would write."""
    return tmp_path / "attacked"


def leave_as_before(home: Path, checkout: Path) -> None:
    """Make `home` as the last version did: open to all, without a password, its pool's template and deployments too."""
    home.mkdir(mode=0o755)
    new_prefect.put(home)
    (home / "prefect").chmod(0o755)
    (home / "prefect" / new_prefect.NAME).chmod(0o644)
    (home / "ledger.db").touch(mode=0o644)
    settings = UpSettings(checkout=checkout, home=home, environment={}, port=free_port())
    locks = ("AUTH_STRING", "CORS", "CSRF")
    environ = {name: value for name, value in environment(settings, "x").items() if not any(map(name.count, locks))}
    environ |= {"PATH": "/usr/bin:/bin", "CUIBAO_CHECKOUT": str(checkout)}
    started = partial(subprocess.run, env=environ, cwd=checkout, check=True, stdout=subprocess.DEVNULL)
    prefect = [sys.executable, "-m", "prefect"]
    address = ["--host", HOST, "--port", str(settings.port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*prefect, "server", "start", *address], env=environ, stdout=log, stderr=log, text=True
        )
    try:
        old = Running(server, settings.port, ["界面密码：none（）"])
        wait_for_health(old)
        started([*prefect, "work-pool", "create", "cuibao", "--type", "process", "--overwrite"])
        variable = 'name: cuibao, job_variables: {working_dir: "{{ $CUIBAO_CHECKOUT }}"}'
        before = PREFECT_YAML.replace("cuibao-forms", "cuibao").replace("name: cuibao", variable)
        (checkout / "prefect.yaml").write_text(before, encoding="utf-8")
        started([*prefect, "deploy", "--all"])
        (checkout / "prefect.yaml").write_text(PREFECT_YAML, encoding="utf-8")
        assert {"command", "env", "working_dir"} <= set(template_of(old, TRIAL)["variables"]["properties"])
        assert old.deployment(TRIAL)["job_variables"] == {"working_dir": str(checkout)}
        old.start(FILLED_IN)
    finally:
        server.terminate()
        server.wait()
    (home / "server.log").unlink()


def wait_for_health(service: Running) -> None:
    deadline = time.monotonic() + 240
    while True:
        try:
            service.once("/health")
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def template_of(service: Running, name: str) -> dict[str, Any]:
    """The base job template of the work pool of the deployment `name`."""
    found: dict[str, Any] = service.call(f"/work_pools/{POOLS[name]}")["base_job_template"]
    return found


def of_the_last_version(service: Running) -> list[dict[str, Any]]:
    """The runs of the form that were submitted where forms had no pool of their own."""
    of_form = {"deployments": {"id": {"any_": [service.deployment(FILLED_IN)["id"]]}}}
    return [run for run in service.call("/flow_runs/filter", of_form) if run["work_pool_name"] == POOLS[TRIAL]]


def made(service: Running) -> tuple[int, int]:
    """How many flow runs and artifacts there are, but for those of the scheduler."""
    mornings = {"flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}}}
    return service.call("/flow_runs/count", mornings), service.call("/artifacts/count", {})


def asked(service: Running, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
    """The status and the body that the server answers with."""
    connection = http.client.HTTPConnection(HOST, service.port, timeout=30)
    try:
        connection.request(method.upper(), path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def basic(words: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(words.encode()).decode('ascii')}"}


def routes(service: Running) -> list[tuple[str, str]]:
    """Every method and path of the server's API, with something in each place of its path."""
    status, text = asked(service, "get", "/api/openapi.json", basic(service.password))
    assert status == 200
    some = "00000000-0000-0000-0000-000000000000"
    paths = json.loads(text)["paths"]
    return [
        (method, f"/api{re.sub('{[^}]*}', some, path).removeprefix('/api')}")
        for path in paths
        for method in paths[path]
    ]


def attack(bait: Path) -> dict[str, Any]:
    """A flow run's job variables that would write `bait`, were any of them taken."""
    return {"command": f"touch {bait}", "env": {"CUIBAO_WORD": "别的话"}, "working_dir": str(bait.parent)}


# --- every door ---


@pytest.mark.parametrize("headers", [{}, FOREIGN, {"Content-Type": "text/plain"}], ids=["plain", "foreign", "text"])
def test_no_route_answers_without_the_password(service: Running, headers: dict[str, str]) -> None:
    found = routes(service)
    known = {path for _, path in found}
    assert len(found) > 150
    assert {"/api/admin/settings", "/api/flow_runs/filter", "/api/artifacts/filter", "/api/csrf-token"} <= known
    more = [("get", "/api/docs"), ("get", "/api/openapi.json"), ("get", "/api/static/prefect-logo-mark-gradient.png")]
    more += [("options", "/api/flow_runs/"), ("get", "/api/no-such-thing"), ("post", "/api/health")]
    before = made(service)
    for method, path in {*found, *more} - OPEN_TO_ALL:
        assert (path, asked(service, method, path, headers, b"{}")[0]) == (path, 401)
    assert made(service) == before


def test_only_its_health_is_told_to_everybody(service: Running) -> None:
    assert set(routes(service)) >= OPEN_TO_ALL
    assert [asked(service, method, path, FOREIGN)[0] for method, path in sorted(OPEN_TO_ALL)] == [200, 200]


def test_no_other_words_pass_for_the_password(service: Running) -> None:
    right = service.password
    wrong = [basic(words) for words in (f":{right}", f"user:{right}", f"{right}:", right[:-1], right.upper(), "", "x")]
    wrong += [
        {"Authorization": f"Bearer {right}"},
        {"Authorization": right},
        {"Authorization": "Basic"},
        {"Cookie": right},
    ]
    for headers in wrong:
        assert (headers, asked(service, "get", "/api/admin/version", headers)[0]) == (headers, 401)
    # Prefect stumbles over a password that is not ASCII: no answer, but an error of its own.
    assert asked(service, "get", "/api/admin/version", basic("密码"))[0] == 500
    assert asked(service, "get", "/api/admin/version", basic(right))[0] == 200


def test_only_our_own_pages_are_told_that_they_may_read(service: Running) -> None:
    port = service.port
    ours = (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    others = ("http://elsewhere.example", f"http://127.0.0.1:{port + 1}", f"https://localhost:{port}", "null")
    assert [allowed(service, origin) for origin in ours] == list(ours)
    assert [allowed(service, origin) for origin in others] == [None] * len(others)


def allowed(service: Running, origin: str) -> str | None:
    """Whom the server allows, asked by a browser on behalf of a page of `origin`."""
    connection = http.client.HTTPConnection(HOST, service.port, timeout=30)
    wants = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    try:
        connection.request("OPTIONS", "/api/flow_runs/filter", headers={"Origin": origin, **wants})
        return connection.getresponse().getheader("Access-Control-Allow-Origin")
    finally:
        connection.close()


def test_what_is_served_to_everybody_does_not_hold_the_password(service: Running) -> None:
    secrets = (service.password.encode(), base64.b64encode(service.password.encode()))
    for path in (
        "/",
        "/ui-settings",
        "/v2/",
        "/v2/login",
        "/openapi.json",
        "/docs",
        "/api/health",
        "/api/admin/settings",
    ):
        text = asked(service, "get", path, {"Accept": "text/html"})[1]
        assert not [secret for secret in secrets if secret in text]
    settings = asked(service, "get", "/api/admin/settings", basic(service.password))[1]
    assert secrets[0] not in settings


def greeted(service: Running, path: str, token: str | None, *, speaks: bool = True) -> str:
    """What a websocket answers to a first message with `token`; no more than that it was closed is "closed"."""
    protocols = [Subprotocol("prefect")] if speaks else None
    foreign = Origin(FOREIGN["Origin"])
    try:
        with connect(f"ws://{HOST}:{service.port}{path}", subprotocols=protocols, origin=foreign, proxy=None) as socket:
            socket.send(json.dumps({"type": "auth", "token": token}))
            return str(json.loads(socket.recv(timeout=30))["type"])
    except WebSocketException:
        return "closed"


@pytest.mark.parametrize("path", SOCKETS)
def test_no_websocket_opens_without_the_password(service: Running, path: str) -> None:
    assert greeted(service, path, service.password) == "auth_success"
    assert [greeted(service, path, token) for token in (None, "", "x", f":{service.password}")] == ["closed"] * 4
    assert greeted(service, path, service.password, speaks=False) == "closed"


def test_there_is_no_websocket_but_those() -> None:
    import prefect.server.api

    sources = Path(str(prefect.server.api.__file__)).parent.glob("*.py")
    assert sum(source.read_text(encoding="utf-8").count(".websocket(") for source in sources) == len(SOCKETS)


# --- the three attacks ---

ATTACK = """
async ({api, form, trial, flow, variables}) => {
    const said = [];
    const tried = async (name, path, init) => {
        try {
            const answer = await fetch(api + path, init);
            said.push([name, answer.type === "opaque" ? "unreadable" : answer.status]);
        } catch (blocked) { said.push([name, "blocked"]); }
    };
    const run = JSON.stringify({job_variables: variables, state: {type: "SCHEDULED", name: "Scheduled"}});
    const loose = JSON.stringify({flow_id: flow, deployment_id: trial, work_pool_name: "cuibao", ...JSON.parse(run)});
    const json = {method: "POST", credentials: "include", headers: {"Content-Type": "application/json"}};
    const text = {method: "POST", credentials: "include", headers: {"Content-Type": "text/plain"}};
    const ways = [["json", json], ["bare", {...json, credentials: "omit"}], ["text", text]];
    for (const [name, how] of [...ways, ["no-cors", {...text, mode: "no-cors"}]]) {
        await tried(name + " list", "/artifacts/filter", {...how, body: "{}"});
        await tried(name + " entry", `/deployments/${form}/create_flow_run`, {...how, body: run});
        await tried(name + " command", `/deployments/${trial}/create_flow_run`, {...how, body: run});
        await tried(name + " loose", "/flow_runs/", {...how, body: loose});
    }
    await new Promise((done) => {
        const socket = new WebSocket(api.replace("http", "ws") + "/events/in");
        socket.onopen = () => { said.push(["socket", "open"]); socket.close(); };
        socket.onclose = done;
    });
    return said;
}
"""


@contextmanager
def foreign_site(folder: Path) -> Iterator[str]:
    """A site on another port of this machine; its address."""
    folder.joinpath("index.html").write_text("<!doctype html><title>elsewhere</title>", encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer((HOST, 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def attacked(page: Page, service: Running, api: str, bait: Path) -> list[list[Any]]:
    """What came of everything that the page in the window tries; it knows more than a stranger can."""
    trial = service.deployment(TRIAL)
    given = {"api": api, "form": service.deployment(ENTRY)["id"], "trial": trial["id"], "flow": trial["flow_id"]}
    found: list[list[Any]] = page.evaluate(ATTACK, {**given, "variables": attack(bait)})
    return found


def test_a_page_of_another_origin_does_nothing_in_the_browser_in_which_the_clerk_has_logged_in(
    service: Running, tmp_path: Path, bait: Path
) -> None:
    need("Chromium", CHROMIUM.exists())
    before = made(service)
    with window(CHROMIUM, service) as clerk, foreign_site(tmp_path) as address:
        log_in(clerk, service)
        clerk.context.unroute_all()
        page = clerk.context.new_page()
        page.goto(address)
        outcome = dict(attacked(page, service, f"{service.front}api", bait))
        assert set(outcome.values()) == {"blocked", "unreadable"}
        # A form needs nobody's leave either.
        page.evaluate(
            """(address) => {
                const form = document.createElement("form");
                Object.assign(form, {method: "POST", action: address, enctype: "text/plain"});
                document.body.append(form);
                form.submit();
            }""",
            f"{service.front}api/deployments/{service.deployment(ENTRY)['id']}/create_flow_run",
        )
        page.get_by_text("Unauthorized").wait_for()
    assert made(service) == before
    assert not bait.exists()


def test_a_text_that_needs_no_leave_to_be_sent_starts_nothing(service: Running, bait: Path) -> None:
    before = made(service)
    body = json.dumps({"job_variables": attack(bait)}).encode()
    path = f"/api/deployments/{service.deployment(TRIAL)['id']}/create_flow_run"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert asked(service, "post", path, {"Content-Type": kind}, body)[0] == 401
    assert made(service) == before
    assert not bait.exists()


def test_a_name_that_is_bent_to_this_machine_opens_nothing(service: Running, bait: Path) -> None:
    """DNS rebinding: the stranger's page is of the same origin as the server that it talks to."""
    need("Chromium", CHROMIUM.exists())
    before = made(service)
    front = f"http://elsewhere.example:{service.port}"
    with window(CHROMIUM, service, f"--host-resolver-rules=MAP elsewhere.example {HOST}") as clerk:
        log_in(clerk, service)
        clerk.context.unroute_all()
        page = clerk.context.new_page()
        page.goto(f"{front}/ui-settings")
        outcome = dict(attacked(page, service, f"{front}/api", bait))
        assert page.evaluate("localStorage.length") == 0
    assert {answer for name, answer in outcome.items() if not name.startswith("no-cors")} == {401}
    assert made(service) == before
    assert not bait.exists()


# --- and with the password ---


@pytest.mark.parametrize("name", POOLS)
def test_a_run_can_set_neither_command_nor_environment_nor_folder(
    service: Running, checkout: Path, home: Path, bait: Path, name: str
) -> None:
    assert template_of(service, name) == job_template(checkout)
    trial = service.deployment(name)
    assert trial["work_pool_name"] == POOLS[name]
    assert trial["job_variables"] == {}
    wanted = json.dumps({"job_variables": attack(bait)}).encode()
    headers = basic(service.password) | {"Content-Type": "application/json"}
    assert asked(service, "post", f"/api/deployments/{trial['id']}/create_flow_run", headers, wanted)[0] == 422

    # Where the server does not look, the worker does not take what is there.
    assert asked(service, "patch", f"/api/deployments/{trial['id']}", headers, wanted)[0] == 204
    run = {"flow_id": trial["flow_id"], "deployment_id": trial["id"], "job_variables": attack(bait)}
    run |= {"work_pool_name": POOLS[name], "state": {"type": "SCHEDULED", "name": "Scheduled"}}
    done = service.wait_for(str(service.call("/flow_runs/", run)["id"]), *FINAL)
    assert done["state_name"] == "已完成"
    assert done["state"]["message"] == f"原话 {checkout}"
    assert done["job_variables"] == attack(bait)
    assert not bait.exists()
    nothing = json.dumps({"job_variables": {}}).encode()
    assert asked(service, "patch", f"/api/deployments/{trial['id']}", headers, nothing)[0] == 204


def test_a_form_that_was_submitted_to_the_last_version_is_still_done(
    service: Running, request: pytest.FixtureRequest
) -> None:
    ended = [run["state_name"] for run in of_the_last_version(service)]
    assert ended == (["已完成"] if request.node.callspec.params["home"] == OLD else [])


# --- and on the disk ---


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_looks_into_the_home(service: Running, home: Path, request: pytest.FixtureRequest) -> None:
    line = f"数据文件夹 {home} 原来别的用户也能进，已改为只有本用户能进。"
    was_open = request.node.callspec.params["home"] == OLD
    assert service.said.count(line) == was_open
    assert rights(home) == 0o700
    assert rights(home / "password") == 0o600
    if not was_open:
        service.run(TRIAL)
        open_to_others = {path.name for path in home.rglob("*") if rights(path) & 0o077}
        assert open_to_others <= {"pid"}  # which the flow wrote by itself
    assert all(not rights(log) & 0o077 for log in (home / "logs").iterdir())
