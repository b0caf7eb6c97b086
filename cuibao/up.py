"""`cuibao up`: Prefect's server, deployments and worker as one program that starts, waits and stops cleanly.

Standard library only: the command has nothing of Prefect to import, and drives it as a user would, by its command line
and its API. Everything listens on loopback. What a worker runs is read from the checkout's hand-kept `prefect.yaml`.
"""

import contextlib
import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import quote

from cuibao.errors import CuibaoError

HOST = "127.0.0.1"
POOL = "cuibao"
WORKER = "催报"
BOARD = "报送情况表/报送情况表"
FORM = "登记/登记"

SERVER_SECONDS = 120.0
DEPLOY_SECONDS = 120.0
WORKER_SECONDS = 60.0
RUN_SECONDS = 600.0
GRACE_SECONDS = 20.0
STOP_SECONDS = 15.0
BUSY_SECONDS = 10.0
TICK_SECONDS = 0.1

FINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
ENDINGS = {"Completed": "已完成", "Failed": "失败", "Crashed": "异常中断", "Cancelled": "已取消"}
UNFINISHED = ["PENDING", "RUNNING", "CANCELLING"]
MARK = "CUIBAO_UP_HOME"


class UpError(CuibaoError):
    """The service could not be started or did not stay up."""


class _NoAnswer(UpError):
    """The server did not answer, or not sensibly."""


class _Stopped(Exception):
    """Somebody asked us to stop while we were still waiting for something."""


@dataclass(frozen=True, slots=True)
class UpSettings:
    """What `up` needs to know.

    `checkout` holds prefect.yaml and flows/; `home` is the data folder (Prefect keeps its own in `home/prefect`, logs
    go to `home/logs`); `environment` is handed to every child, less whatever `PREFECT_…` it holds.
    """

    checkout: Path
    home: Path
    environment: Mapping[str, str]
    port: int = 4200

    @property
    def front(self) -> str:
        """The address of the UI's front page."""
        return f"http://{HOST}:{self.port}/"

    @property
    def logs(self) -> Path:
        """Where the children's output goes, a file each."""
        return self.home / "logs"


def up(
    settings: UpSettings,
    say: Callable[[str], None],
    run_first: tuple[str, ...] = (),
    ready: Callable[[str], None] | None = None,
    until: threading.Event | None = None,
) -> None:
    """Run the service until Ctrl-C, SIGTERM or `until`; return once everything it started is gone.

    `run_first` names deployments (`每日催报/每日催报`) that are run once and waited for; `ready` is then called with
    the front page's address. `say` gets one Chinese line at a time. Raises UpError where the port is taken, another
    `up` has this home, or a part does not start or stay up; what was started is stopped before it leaves.
    """
    halt = _Halt(until)
    with _signals(halt), _only_one(settings.home):
        _end_strays(settings.home)
        _require_free(settings.port)
        service = _Service(settings, say, halt)
        try:
            service.start()
            for name in run_first:
                service.run(name)
            service.show()
            if ready is not None:
                ready(settings.front)
            service.watch()
        except _Stopped:
            pass
        finally:
            service.stop()


class _Halt:
    """Whether somebody wants us to stop. A plain counter: an Event set by a signal handler may deadlock its waiter."""

    def __init__(self, until: threading.Event | None) -> None:
        self.asked = 0
        self._until = until

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def __bool__(self) -> bool:
        return self.asked > 0 or (self._until is not None and self._until.is_set())


@contextlib.contextmanager
def _signals(halt: _Halt) -> Iterator[None]:
    """Let Ctrl-C, `kill` and a closed terminal ask `halt`; in another thread than the main one, leave signals alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, halt.ask) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold this home for ourselves. The kernel lets go of the lock however we end."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "?"
            raise UpError(f"{home} 已有一个 cuibao up 在运行（进程 {holder}），请先停掉它。") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _require_free(port: int) -> None:
    """Raise UpError where something else listens on `port`, or may not be asked to."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "已被别的程序占用" if error.errno == errno.EADDRINUSE else f"不能使用（{error.strerror}）"
            raise UpError(f"端口 {port} {why}。请用 CUIBAO_PORT 换一个端口，例如 CUIBAO_PORT={port + 1}。") from error


def _strays(home: Path) -> list[int]:
    """The processes that some `up` on this home started, known by the mark in their environment (Linux's /proc)."""
    mark = f"{MARK}={home.resolve()}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def _end_strays(home: Path) -> None:
    """End what an `up` left behind on this home. We hold its lock, so whatever bears its mark is nobody's child."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + STOP_SECONDS
        strays = _strays(home)
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        while strays and time.monotonic() < deadline:
            time.sleep(TICK_SECONDS)
            strays = _strays(home)
        if not strays:
            return


class _Api:
    """As much of Prefect's API as `up` needs."""

    def __init__(self, settings: UpSettings) -> None:
        self._url = f"{settings.front}api"
        self._log = settings.logs / "server.log"
        # Loopback never goes through the office's proxy.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, path: str, body: object = None) -> Any:
        """GET `path`, or POST `body` to it. None where it is not found; _NoAnswer where nothing sensible comes."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, headers={"Content-Type": "application/json"})
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                with self._opener.open(request, timeout=10) as answer:
                    text = answer.read()
                return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return None
                # Nothing was written: SQLite was busy with somebody else's transaction. Prefect's own client waits too.
                if error.code != 503 or time.monotonic() > deadline:
                    raise _NoAnswer(f"服务对 {path} 的回应是 {error.code}，详情见 {self._log}") from error
            except (OSError, http.client.HTTPException) as error:
                raise _NoAnswer(f"服务没有回应（{error}），详情见 {self._log}") from error
            time.sleep(TICK_SECONDS)

    def healthy(self) -> bool:
        """Whether the server answers."""
        return self.call("/health") is True

    def deployment(self, name: str) -> str | None:
        """The id of the deployment `flow/deployment`."""
        found = self.call("/deployments/name/" + "/".join(quote(part, safe="") for part in name.split("/", 1)))
        return str(found["id"]) if found else None

    def last_heartbeat(self) -> str | None:
        """When our worker was last heard of."""
        workers = self.call(f"/work_pools/{POOL}/workers/filter", {}) or []
        return next((str(each["last_heartbeat_time"]) for each in workers if each["name"] == WORKER), None)

    def unfinished(self) -> list[str]:
        """The ids of the flow runs that are on their way."""
        body = {"flow_runs": {"state": {"type": {"any_": UNFINISHED}}}, "limit": 200}
        return [str(run["id"]) for run in self.call("/flow_runs/filter", body)]

    def close_interrupted(self) -> None:
        """Call crashed what no process works on any more: it would stay "running" and hold its concurrency slot."""
        state = {"type": "CRASHED", "name": "已中断", "message": "服务停止时还没有做完；再运行一次即可，不会重复发函。"}
        for run in self.unfinished():
            self.call(f"/flow_runs/{run}/set_state", {"state": state, "force": True})


class _Child:
    """A process of ours with its log. In a session of its own: Ctrl-C at the terminal reaches us and not it."""

    def __init__(self, what: str, command: list[str], settings: UpSettings, log: str) -> None:
        self.what = what
        self.log = settings.logs / log
        settings.logs.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_name(f"{log}.1"))
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "prefect", *command],
                cwd=settings.checkout,
                env=environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def require_alive(self) -> None:
        """Raise UpError where it has ended."""
        if (code := self.process.poll()) is not None:
            self.fail(f"意外停止（退出码 {code}）")

    def fail(self, why: str) -> NoReturn:
        """Raise UpError with `why` and where to read on."""
        raise UpError(f"{self.what}{why}，详情见 {self.log}")

    def stop(self) -> None:
        """Ask it to end, wait, and end it."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def environment(settings: UpSettings) -> dict[str, str]:
    """What a child's environment holds: ours, Prefect's settings as `up` wants them, and none of the user's own."""
    theirs = {name: value for name, value in settings.environment.items() if not name.startswith("PREFECT_")}
    direct = ",".join(filter(None, (theirs.get("no_proxy") or theirs.get("NO_PROXY"), HOST, "localhost")))
    home = settings.home.resolve()
    return theirs | {
        MARK: str(home),
        "CUIBAO_CHECKOUT": str(settings.checkout.resolve()),
        # Without a mailbox its readings would only crowd the list of runs.
        "CUIBAO_READS_MAIL": "true" if theirs.get("CUIBAO_IMAP_HOST") else "false",
        "NO_PROXY": direct,
        "no_proxy": direct,
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_PROFILES_PATH": str(home / "prefect" / "profiles.toml"),
        "PREFECT_API_URL": f"{settings.front}api",
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_COLORS": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": _database_url(home / "prefect" / "prefect.db"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }


def _database_url(file: Path) -> str:
    """Prefect's SQLite `file`, over one connection.

    Prefect opens several, and its transactions read before they write: one that meets another's write fails at once
    with 503. A form in the browser then says "Unknown error", and a flow waits two seconds or more before it tries
    again. Prefect keeps to one connection for whatever URL holds ":memory:" (its `configurations.py`; its pool
    settings do not reach SQLite), so this URL does, in a parameter that SQLite ignores.
    """
    return f"sqlite+aiosqlite:///file:{quote(str(file))}?uri=true&single=:memory:"


class _Service:
    """The server, and then the worker, from first start to last stop."""

    def __init__(self, settings: UpSettings, say: Callable[[str], None], halt: _Halt) -> None:
        self._settings = settings
        self._speak = say
        self._halt = halt
        self._api = _Api(settings)
        self._server: _Child | None = None
        self._worker: _Child | None = None

    def start(self) -> None:
        """Start the server, install the deployments, start the worker, each when the one before is ready."""
        self._say("正在启动服务……")
        address = ("--host", HOST, "--port", str(self._settings.port))
        self._server = self._child("服务", "server.log", "server", "start", *address)
        self._wait("启动服务", SERVER_SECONDS, self._api.healthy)
        self._api.close_interrupted()
        self._say("正在安装流程……")
        if self._api.call(f"/work_pools/{POOL}") is None:
            self._command("建立工作池", "pool.log", "work-pool", "create", POOL, "--type", "process", "--overwrite")
        self._command("安装流程", "deploy.log", "deploy", "--all")
        self._say("正在启动催报进程……")
        before = self._api.last_heartbeat()
        self._worker = self._child("催报进程", "worker.log", "worker", "start", "--pool", POOL, "--name", WORKER)
        self._wait("启动催报进程", WORKER_SECONDS, lambda: self._api.last_heartbeat() not in (None, before))

    def run(self, name: str) -> None:
        """Run the deployment `name` once, wait for its end and say how it ended."""
        deployment = self._api.deployment(name)
        if deployment is None:
            raise UpError(f"prefect.yaml 里没有流程“{name}”。")
        title = name.split("/")[-1]
        self._say(f"正在运行：{title}……")
        body = {"state": {"type": "SCHEDULED", "name": "Scheduled"}}
        run = self._api.call(f"/deployments/{deployment}/create_flow_run", body)["id"]
        path = f"/flow_runs/{run}"
        self._wait(title, RUN_SECONDS, lambda: self._api.call(path)["state_type"] in FINAL)
        state = self._api.call(path)["state"]
        said = "，".join(filter(None, (ENDINGS.get(state["name"], state["name"]), state["message"])))
        self._say(f"{title}：{said}")
        if state["type"] != "COMPLETED":
            self._say(f"{title}没有做完，详情见 {self._settings.front}v2/runs/flow-run/{run}")

    def show(self) -> None:
        """Say where to look."""
        pages = f"{self._settings.front}v2/deployments/deployment"
        self._say(f"已就绪：{self._settings.front}")
        if board := self._api.deployment(BOARD):
            self._say(f"报送情况表（请收藏这个网址）：{pages}/{board}?tab=Description")
        if form := self._api.deployment(FORM):
            self._say(f"登记：{pages}/{form}/run")
        self._say("按 Ctrl-C 停止。")

    def watch(self) -> None:
        """Stay until asked to stop. Raises UpError where a part ends by itself."""
        while not self._halt:
            self._require_alive()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """Let what is running finish for a while, then stop the worker, then the server, then whatever they left."""
        if self._server is None:
            return
        self._say("正在停止……")
        if self._worker is not None:
            self._let_finish()
            self._worker.stop()
        with contextlib.suppress(_NoAnswer):
            self._api.close_interrupted()
        self._server.stop()
        _end_strays(self._settings.home)
        self._say("已停止。")

    def _let_finish(self) -> None:
        """Give running flows their grace: a stopping worker kills them. Asking again cuts it short."""
        asked = self._halt.asked
        deadline = time.monotonic() + GRACE_SECONDS
        told = False
        with contextlib.suppress(_NoAnswer):
            while time.monotonic() < deadline and self._halt.asked <= asked and self._api.unfinished():
                if not told:
                    self._say(f"还有流程在运行，最多等 {GRACE_SECONDS:.0f} 秒；再按一次 Ctrl-C 立即停止。")
                    told = True
                time.sleep(TICK_SECONDS)

    def _child(self, what: str, log: str, *command: str) -> _Child:
        return _Child(what, list(command), self._settings, log)

    def _command(self, what: str, log: str, *command: str) -> None:
        """Run one Prefect command to its end. Raises UpError where it does not succeed."""
        child = self._child(what, log, *command)
        try:
            self._wait(what, DEPLOY_SECONDS, lambda: child.process.poll() is not None)
        finally:
            child.stop()
        if child.process.returncode != 0:
            child.fail("没有成功")

    def _wait(self, what: str, seconds: float, done: Callable[[], bool]) -> None:
        """Wait until `done`. Raises UpError at the deadline or where a part ends, _Stopped where somebody asks."""
        deadline = time.monotonic() + seconds
        while not _is(done):
            if self._halt:
                raise _Stopped
            self._require_alive()
            if time.monotonic() > deadline:
                raise UpError(f"{what}：{seconds:.0f} 秒还没有完成，详情见 {self._settings.logs}")
            time.sleep(TICK_SECONDS)

    def _say(self, line: str) -> None:
        """Say `line`; a terminal that was closed must not keep us from stopping what we started."""
        with contextlib.suppress(OSError):
            self._speak(line)

    def _require_alive(self) -> None:
        for child in (self._server, self._worker):
            if child is not None:
                child.require_alive()


def _is(done: Callable[[], bool]) -> bool:
    """`done()`, where no answer means not yet."""
    try:
        return done()
    except _NoAnswer:
        return False
