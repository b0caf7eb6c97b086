"""`cuibao up` on a checkout of its own: start, run, stop, start again, and what it says when it cannot."""

import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from cuibao.up import MARK, UpError, UpSettings, environment, up, waiting
from cuibao.up.api import Api
from tests import new_prefect
from tests.acceptance.running import Running, free_port, launch, running
from tests.acceptance.trial import PREFECT_YAML, lay_out

FAILING = """
import http.server, sys, time

class Failing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        healthy = self.path.endswith("/health")
        while not healthy and time.process_time() % 1 < 0.9:
            pass
        self.send_response(200 if healthy else 500)
        self.end_headers()
        self.wfile.write(b"true")

    do_POST = do_GET

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[-1])), Failing).serve_forever()
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a prefect.yaml and a flow, as small as they can be."""
    return lay_out(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the module, wholly new: Prefect makes its database as it does in an office."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def surroundings(home: Path) -> dict[str, str]:
    """What the office's environment holds, with settings of another Prefect that must not reach ours."""
    return {
        "CUIBAO_HOME": str(home),
        "CUIBAO_WORD": "原话",
        "PREFECT_API_URL": "http://127.0.0.1:9/api",
        "PREFECT_PROFILE": "elsewhere",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }


@pytest.fixture(scope="module")
def service(checkout: Path, home: Path, surroundings: dict[str, str]) -> Iterator[Running]:
    with running(checkout, home, surroundings, run_first=("trial/试运行",)) as service:
        yield service


class TestStarted:
    def test_it_runs_what_is_to_be_run_first_with_our_settings_in_the_checkout(
        self, service: Running, checkout: Path
    ) -> None:
        assert f"试运行：已完成，原话 {checkout}" in service.said

    def test_it_prints_the_front_page_the_board_and_the_form(self, service: Running) -> None:
        pages = f"{service.front}v2/deployments/deployment"
        board = service.deployment("报送情况表/报送情况表")["id"]
        form = service.deployment("登记/登记")["id"]
        assert f"已就绪：{service.front}" in service.said
        assert f"报送情况表（请收藏这个网址）：{pages}/{board}?tab=Description&login=1" in service.said
        assert f"登记：{pages}/{form}/run" in service.said

    def test_it_prints_the_password_beside_the_address(self, service: Running, home: Path) -> None:
        kept = (home / "password").read_text(encoding="ascii").strip()
        after = service.said.index(f"已就绪：{service.front}") + 1
        assert service.said[after] == f"界面密码：{kept}（第一次打开网页时输入，以后不再问）"

    def test_it_names_the_settings_of_another_prefect_that_it_does_not_take(self, service: Running) -> None:
        words = "这些设置没有采用（Prefect 由本程序自己设置）：PREFECT_API_URL、PREFECT_PROFILE"
        assert service.said.count(words) == 1

    def test_a_run_that_is_asked_for_twice_with_one_key_is_started_once(
        self, service: Running, checkout: Path, home: Path
    ) -> None:
        settings = UpSettings(checkout=checkout, home=home, environment={}, port=service.port)
        api = Api(settings, service.password)
        deployment = str(api.deployment("trial/试运行"))
        first = api.run(deployment, "one key")
        assert api.run(deployment, "one key") == first
        second = api.run(deployment, "another")
        assert second != first
        for run in (first, second):
            service.wait_for(run, "COMPLETED")

    def test_it_schedules_the_next_mornings(self, service: Running) -> None:
        deadline = time.monotonic() + 30
        wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 10}
        while not (scheduled := service.call("/flow_runs/filter", wanted)):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert {run["expected_start_time"][11:16] for run in scheduled} == {"00:30"}
        assert all("auto-scheduled" in run["tags"] for run in scheduled)  # by this `flows/collect.py` knows them

    def test_its_database_takes_a_hundred_writes_while_a_flow_runs(self, service: Running, home: Path) -> None:
        flow = service.call("/flows/filter", {})[0]["id"]
        run = service.start("trial/试运行", seconds=5.0)
        service.wait_for(run, "RUNNING")
        # `once` lets a busy database be seen where `call` would try again.
        made = [service.once("/flow_runs/", {"flow_id": flow, "state": {"type": "PENDING"}})["id"] for _ in range(100)]
        assert len(set(made)) == 100
        for each in made:
            service.once(f"/flow_runs/{each}/set_state", {"state": {"type": "CANCELLED"}, "force": True})
        assert service.wait_for(run, "COMPLETED")["state_name"] == "已完成"
        assert (home / "prefect" / "prefect.db").is_file()

    def test_an_event_starts_what_it_triggers_and_none_is_kept(self, service: Running) -> None:
        called = {"id": str(uuid4()), "occurred": datetime.now(UTC).isoformat(), "event": "trial.called"}
        service.call("/events", [called | {"resource": {"prefect.resource.id": "trial"}}])
        of_form = {"deployments": {"id": {"any_": [service.deployment("登记/登记")["id"]]}}}
        _wait_for(lambda: bool(service.call("/flow_runs/filter", of_form)))
        (run,) = service.call("/flow_runs/filter", of_form)
        service.wait_for(run["id"], "COMPLETED")
        assert service.call("/events/filter", {"filter": {}})["total"] == 0

    def test_it_refuses_a_second_one_on_the_same_home(self, service: Running, checkout: Path, home: Path) -> None:
        with pytest.raises(UpError) as caught:
            up(UpSettings(checkout=checkout, home=home, environment=os.environ, port=free_port()), print)
        assert str(caught.value) == f"{home} 已有一个 cuibao up 在运行（进程 {service.process.pid}），请先停掉它。"

    def test_it_listens_on_loopback_only(self, service: Running) -> None:
        listening = Path("/proc/net/tcp").read_text(encoding="ascii") + Path("/proc/net/tcp6").read_text(
            encoding="ascii"
        )
        local = {line.split()[1] for line in listening.splitlines() if f":{service.port:04X} " in line}
        assert {address for address in local if address.endswith(f":{service.port:04X}")} == {
            f"0100007F:{service.port:04X}"
        }


def test_it_stops_starts_again_and_leaves_nothing_behind(
    service: Running, checkout: Path, home: Path, surroundings: dict[str, str]
) -> None:
    runs = [service.start(name, seconds=2.0) for name in ("trial/试运行", "trial/试填")]
    for run in runs:
        service.wait_for(run, "RUNNING", "COMPLETED")
    assert service.stop() == 0
    assert _processes_of(home) == []
    assert service.said[-1] == "已停止。"

    with running(checkout, home, surroundings) as second:
        # The runs had their grace, and the schedule and the deployments are those of before.
        for run in runs:
            assert second.wait_for(run, "COMPLETED")["state_name"] == "已完成"
        assert second.run("trial/试运行")["state_name"] == "已完成"

        # What is killed outright is cleared away by the next start, and its runs are closed.
        lost = [second.start(name, seconds=600.0) for name in ("trial/试运行", "trial/试填")]
        for run in lost:
            second.wait_for(run, "RUNNING")
        second.process.kill()
        second.process.wait()
    assert _processes_of(home) != []

    with running(checkout, home, surroundings) as third:
        # By that start, or by themselves when it ended them.
        assert {third.call(f"/flow_runs/{run}")["state_type"] for run in lost} == {"CRASHED"}
        assert third.stop(signal.SIGTERM) == 0
    assert _processes_of(home) == []


def test_it_stops_while_it_is_still_starting(tmp_path: Path, checkout: Path) -> None:
    service = launch(checkout, tmp_path, free_port())
    _wait_for(lambda: bool(_processes_of(tmp_path)))
    assert service.stop() == 0
    assert _processes_of(tmp_path) == []


def test_it_says_which_port_is_taken_and_how_to_choose_another(tmp_path: Path, checkout: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UpError) as caught:
            up(UpSettings(checkout=checkout, home=tmp_path, environment=os.environ, port=port), print)
    assert str(caught.value) == (
        f"端口 {port} 已被别的程序占用。请用 CUIBAO_PORT 换一个端口，例如 CUIBAO_PORT={port + 1}。"
    )


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_it_says_so_where_the_home_is_no_folder(tmp_path: Path, checkout: Path, mode: int) -> None:
    home = tmp_path / "home"
    home.touch(mode)
    with pytest.raises(UpError, match=f"^数据文件夹 {home} 不能用：Not a directory$"):
        up(UpSettings(checkout=checkout, home=home, environment=os.environ, port=free_port()), print)


def test_it_gives_up_where_nothing_moves_and_says_what_it_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long enough for a slow machine to compute a second; the flow that is to be installed sleeps at its import."""
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(waiting, "FIRST_WORD_SECONDS", 2.0)
    (tmp_path / "checkout").mkdir()
    checkout, home = lay_out(tmp_path / "checkout"), tmp_path / "home"
    flows = checkout / "flows" / "trial.py"
    flows.write_text("import time\ntime.sleep(3600)\n" + flows.read_text(encoding="utf-8"), encoding="utf-8")
    said: list[str] = []
    new_prefect.put(home)
    with pytest.raises(UpError) as caught:
        up(UpSettings(checkout=checkout, home=home, environment=os.environ, port=free_port()), said.append)
    assert str(caught.value) == f"安装流程：0 分钟没有任何进展，详情见 {home / 'logs'}"
    assert re.search("还在安装流程（已 [0-9]+ 秒），请稍候……", "\n".join(said))
    assert said[-1] == "已停止。"
    assert _processes_of(home) == []


def test_it_gives_up_on_a_server_that_is_busy_and_answers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `prefect` that is healthy, fails at everything else, and logs and computes whenever it is asked."""
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 6.0)
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "__init__.py").touch()
    (tmp_path / "prefect" / "__main__.py").write_text(FAILING, encoding="utf-8")
    surroundings = {**os.environ, "PYTHONPATH": str(tmp_path)}
    settings = UpSettings(checkout=tmp_path, home=tmp_path / "home", environment=surroundings, port=free_port())
    too_long = threading.Event()
    alarm = threading.Timer(60.0, too_long.set)
    alarm.start()
    with pytest.raises(UpError, match=r"^启动服务：0 分钟没有任何进展"):
        up(settings, print, until=too_long)
    alarm.cancel()
    assert _processes_of(tmp_path / "home") == []


def test_it_names_the_log_where_a_deployment_cannot_be_installed(tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    broken = PREFECT_YAML.replace("flows/trial.py", "flows/none.py")
    (tmp_path / "checkout" / "prefect.yaml").write_text(broken, encoding="utf-8")
    home = tmp_path / "home"
    new_prefect.put(home)
    said: list[str] = []
    with pytest.raises(UpError) as caught:
        up(
            UpSettings(checkout=tmp_path / "checkout", home=home, environment=os.environ, port=free_port()),
            said.append,
            until=threading.Event(),
        )
    log = home / "logs" / "deploy.log"
    assert str(caught.value) == f"安装流程没有成功，详情见 {log}"
    assert "flows/none.py" in log.read_text(encoding="utf-8")
    assert said[-1] == "已停止。"
    assert _processes_of(home) == []


def test_it_keeps_the_users_own_prefect_out_and_loopback_off_the_proxy(tmp_path: Path) -> None:
    given = {
        "PREFECT_PROFILE": "cloud",
        "PREFECT_API_KEY": "x",
        "no_proxy": "office.example",
        "CUIBAO_NOW": "2022-07-26",
    }
    handed = environment(UpSettings(checkout=tmp_path, home=tmp_path, environment=given, port=4311), "abcd-efgh-jkmn")
    assert handed["PREFECT_API_URL"] == "http://127.0.0.1:4311/api"
    assert handed["no_proxy"] == "office.example,127.0.0.1,localhost"
    assert handed["CUIBAO_NOW"] == "2022-07-26"
    assert not {"PREFECT_PROFILE", "PREFECT_API_KEY"} & set(handed)


def _processes_of(home: Path) -> list[str]:
    """The command lines of the processes that an `up` on this home started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={home}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append((entry / "cmdline").read_text(encoding="utf-8").replace("\0", " "))
        except OSError:
            continue
    return found


def _wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)
