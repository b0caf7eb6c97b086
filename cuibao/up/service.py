"""The server, and then the workers, from first start to last stop."""

import contextlib
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar
from uuid import uuid4

from cuibao.up.api import FINAL, Api
from cuibao.up.children import Child, end_strays
from cuibao.up.halting import Halt, Stopped
from cuibao.up.pool import job_template
from cuibao.up.settings import FORMS, HOST, POOL, UNREADABLE, NoAnswer, UpError, UpSettings, WorkPool
from cuibao.up.waiting import Patience

MORNING = "每日催报/每日催报"
BOARD = "报送情况表/报送情况表"
FORM = "登记/登记"
# Once the password is typed, Prefect's login page goes on to the address that was wanted, with "?tab=Details" after it:
# the last parameter is spoiled, so it must not be the tab.
DESCRIPTION = "?tab=Description&login=1"

GRACE_SECONDS = 20.0
TICK_SECONDS = 0.1
LOOK_SECONDS = 1.0

ENDINGS = {"Completed": "已完成", "Failed": "失败", "Crashed": "异常中断", "Cancelled": "已取消"}

T = TypeVar("T")


class Service:
    """What `up` runs, with the environment `environ` and the password that it holds."""

    def __init__(
        self, settings: UpSettings, environ: Mapping[str, str], password: str, say: Callable[[str], None], halt: Halt
    ) -> None:
        self._settings = settings
        self._environ = environ
        self._password = password
        self._speak = say
        self._halt = halt
        self._api = Api(settings, password)
        self._server: Child | None = None
        self._workers: list[Child] = []

    def start(self) -> None:
        """Start the server, install the deployments, start the workers, each when the one before is ready."""
        self._say("正在启动服务……")
        address = ("--host", HOST, "--port", str(self._settings.port))
        self._server = server = self._child("服务", ("server", "start", *address), "server.log")
        self._wait("启动服务", self._api.healthy, server.traces)
        from cuibao.office import speak_up  # which imports much

        speak_up()  # what ends here bears its words in the UI
        self._ask("启动服务", self._api.close_interrupted)
        self._say("正在安装流程……")
        template = job_template(self._settings.checkout)
        for pool in (POOL, FORMS):
            self._ask("建立工作池", partial(self._api.keep_pool, pool, template))
        self._install()
        self._say("正在启动催报进程……")
        before = {pool: self._ask("启动催报进程", partial(self._api.last_heartbeat, pool)) for pool in (POOL, FORMS)}
        # Their flows write the ledger and the letters; what is the office's own place keeps the office's umask.
        command = ("worker", "start", "--pool", POOL.name, "--name", POOL.worker)
        self._workers.append(self._child("催报进程", command, "worker.log", shares=True))
        self._workers.append(self._forms_worker())
        for pool, worker in zip((POOL, FORMS), self._workers, strict=True):
            self._wait(f"启动{worker.what}", partial(self._is_new, pool, before[pool]), worker.logged)

    def resume(self, name: str) -> None:
        """Run the deployment `name` once more where its last run was cut off: Prefect itself leaves it so."""
        deployment = self._ask("运行", lambda: self._api.deployment(name))
        if deployment is not None and self._ask("运行", lambda: self._api.last_end(deployment)) == "CRASHED":
            self._say(f"上次的{name.split('/')[-1]}没有做完，现在接着做。")
            self.run(name)

    def run(self, name: str) -> None:
        """Run the deployment `name` once, wait for its end and say how it ended.

        Where nothing of it moves any more, say so and go on: the service is not less useful for a mail server that
        does not answer.
        """
        deployment = self._ask("运行", lambda: self._api.deployment(name))
        if deployment is None:
            raise UpError(f"prefect.yaml 里没有流程“{name}”。")
        title = name.split("/")[-1]
        self._say(f"正在运行：{title}……")
        key = uuid4().hex  # where an answer is lost, asking again must not start a second one
        run = self._ask("运行", lambda: self._api.run(deployment, key))
        page = f"{self._settings.front}v2/runs/flow-run/{run}"
        try:
            self._wait(f"运行{title}", lambda: self._api.state(run)["type"] in FINAL, self._traces_of_runs)
        except _StandsStill:
            self._say(f"{title}好几分钟没有进展，不再等它；它还在运行，详情见 {page}")
            return
        state = self._ask("运行", lambda: self._api.state(run))
        said = "，".join(filter(None, (ENDINGS.get(state["name"], state["name"]), state["message"])))
        self._say(f"{title}：{said}")
        if state["type"] != "COMPLETED":
            self._say(f"{title}没有做完，详情见 {page}")

    def show(self) -> None:
        """Say where to look."""
        pages = f"{self._settings.front}v2/deployments/deployment"
        board = self._ask("启动服务", lambda: self._api.deployment(BOARD))
        form = self._ask("启动服务", lambda: self._api.deployment(FORM))
        self._say(f"已就绪：{self._settings.front}")
        self._say(f"界面密码：{self._password}（第一次打开网页时输入，以后不再问）")
        if board:
            self._say(f"报送情况表（请收藏这个网址）：{pages}/{board}{DESCRIPTION}")
        if form:
            self._say(f"登记：{pages}/{form}/run")
        self._say("按 Ctrl-C 停止。")

    def watch(self) -> None:
        """Stay until asked to stop. Raises UpError where a part ends by itself."""
        while not self._halt:
            self._require_alive()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """Let what is running finish for a while, then stop the workers, then the server, then whatever they left."""
        if self._server is None:
            return
        self._say("正在停止……")
        if self._workers:
            self._let_finish()
        for worker in self._workers:
            worker.stop()
        with contextlib.suppress(UpError):  # whatever the server says, it is stopped
            self._api.close_interrupted()
        self._server.stop()
        end_strays(self._settings.home)
        self._say("已停止。")

    def _let_finish(self) -> None:
        """Give running flows their grace: a stopping worker kills them. Asking again cuts it short."""
        asked = self._halt.asked
        deadline = time.monotonic() + GRACE_SECONDS
        told = False
        with contextlib.suppress(UpError):
            while time.monotonic() < deadline and self._halt.asked <= asked and self._api.unfinished():
                if not told:
                    self._say(f"还有流程在运行，最多等 {GRACE_SECONDS:.0f} 秒；再按一次 Ctrl-C 立即停止。")
                    told = True
                time.sleep(TICK_SECONDS)

    def _child(self, what: str, command: tuple[str, ...], log: str, *, shares: bool = False) -> Child:
        return Child(what, command, self._settings, self._environ, log, shares=shares)

    def _forms_worker(self) -> Child:
        """The worker of ours, in the checkout whose flows it imports."""
        return Child(
            "表单进程",
            (),
            self._settings,
            self._environ,
            "forms.log",
            module="flows.worker",
            folder=self._settings.checkout,
            shares=True,
        )

    def _is_new(self, pool: WorkPool, before: str | None) -> bool:
        """Whether the pool's worker was heard of since `before`."""
        return self._api.last_heartbeat(pool) not in (None, before)

    def _install(self) -> None:
        """Install the checkout's deployments. Raises UpError where that does not succeed."""
        checkout = self._settings.checkout
        child = Child(
            "安装流程", (), self._settings, self._environ, "deploy.log", module="flows.install", folder=checkout
        )
        try:
            self._wait("安装流程", lambda: child.process.poll() is not None, child.traces)
        finally:
            child.stop()
        if child.process.returncode == UNREADABLE:
            self._say(f"攻坚战的文件有错，各方案的流程没有重新安装，详情见 {child.log}")
        elif child.process.returncode != 0:
            child.fail("没有成功")

    def _traces_of_runs(self) -> object:
        """What can be seen of flows at work. An idle worker computes too, so its time says nothing."""
        logged = sum(worker.logged() for worker in self._workers)
        with contextlib.suppress(UpError):
            return logged, self._api.task_runs()
        return logged, None

    def _ask(self, what: str, question: Callable[[], T]) -> T:
        """The answer to `question`, asked again until a slow server gives one.

        Nothing else counts as movement: being asked alone makes a server compute, and one that always fails log it.
        """
        answers: list[T] = []

        def asked() -> bool:
            answers.append(question())
            return True

        self._wait(what, asked, lambda: None)
        return answers[-1]

    def _wait(self, what: str, done: Callable[[], bool], traces: Callable[[], object]) -> None:
        """Wait until `done`, as long as the `traces` of the work change, and say now and then that we do.

        Raises UpError where a part ends, _StandsStill where nothing has moved for five minutes, Stopped where somebody
        asks.
        """
        now = time.monotonic()
        patience, next_look = Patience(now), now
        while not _is(done):
            if self._halt:
                raise Stopped
            self._require_alive()
            now = time.monotonic()
            if now >= next_look:
                patience.look(now, traces())
                next_look = now + LOOK_SECONDS
            if patience.is_over(now):
                minutes = round(patience.seconds / 60)
                raise _StandsStill(f"{what}：{minutes} 分钟没有任何进展，详情见 {self._settings.logs}")
            if (waited := patience.word(now)) is not None:
                self._say(f"还在{what}（已 {waited} 秒），请稍候……")
            time.sleep(TICK_SECONDS)

    def _say(self, line: str) -> None:
        """Say `line`; a terminal that was closed must not keep us from stopping what we started."""
        with contextlib.suppress(OSError):
            self._speak(line)

    def _require_alive(self) -> None:
        for child in (self._server, *self._workers):
            if child is not None:
                child.require_alive()


class _StandsStill(UpError):
    """Nothing has moved for as long as we wait for that."""


def _is(done: Callable[[], bool]) -> bool:
    """`done()`, where no answer means not yet."""
    try:
        return done()
    except NoAnswer:
        return False
