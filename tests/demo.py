"""The demonstration as a stranger runs it: the campaign replayed to 26 July 2022, then the command `cuibao up`."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cuibao.up import MARK
from tests import new_prefect
from tests.acceptance.running import READY_SECONDS, Running
from tests.services import free_port

NOW = "2022-07-26T08:30"
# Only for a hang: on a machine that does much else it takes minutes.
REPLAY_SECONDS = 1200
PROGRAM = Path(sys.executable).with_name("cuibao")
BOARD, FORM, MORNING = "报送情况表/报送情况表", "登记/登记", "每日催报/每日催报"


class Demo:
    """A home with its service, which can be stopped and started again; `service` is the one that runs now.

    `environ` are further settings, as an office that really sends and reads mail has them.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.home = folder / "home"
        self._elsewhere = folder / "elsewhere"
        self._elsewhere.mkdir()
        self._environ = dict(environ or {})
        self.service: Running

    def replay(self) -> None:
        """Play the weeks before, up to the last morning; for the README's pictures, all of them."""
        first = "2022-04-18" if os.environ.get("CUIBAO_SCREENSHOTS") else "2022-06-20"
        self.command("replay", "--from", first, "--to", "2022-07-26", "--leave-last-morning")

    def command(self, *arguments: str, **environ: str) -> None:
        """Run the program to its end, with `environ` over the settings."""
        subprocess.run(
            [str(PROGRAM), *arguments],
            cwd=self._elsewhere,
            env=self.environment() | environ,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=REPLAY_SECONDS,
        )

    def start(self, *options: str) -> None:
        """Start the service from a folder that is not the checkout, and wait until it is ready."""
        if "service" not in self.__dict__:
            new_prefect.put(self.home)
        port = free_port()
        process = subprocess.Popen(
            [str(PROGRAM), "up", "--port", str(port), *options],
            cwd=self._elsewhere,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.service = Running(process, port)
        threading.Thread(target=_listen, args=(self.service,), daemon=True).start()
        deadline = time.monotonic() + READY_SECONDS
        while not any(line.startswith("按 Ctrl-C") for line in self.service.said):
            assert process.poll() is None, "\n".join(self.service.said)
            assert time.monotonic() < deadline, "\n".join(self.service.said)
            time.sleep(0.05)

    def end(self) -> None:
        """Stop the service where it was started; it must not take long."""
        if "service" not in self.__dict__:
            return
        try:
            self.service.stop()
        except subprocess.TimeoutExpired:
            self.service.process.kill()
            raise

    def outbox(self) -> dict[str, bytes]:
        """The letters that were written, by file name."""
        return {path.name: path.read_bytes() for path in (self.home / "outbox").glob("*.eml")}

    def page(self) -> str:
        """The board's own page."""
        return str(self.service.deployment(BOARD)["description"])

    def processes(self) -> list[int]:
        """The processes that a service on this home started and that are still there."""
        mark = f"{MARK}={self.home}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def environment(self) -> dict[str, str]:
        """What the program is started with."""
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("CUIBAO_", "PREFECT_"))}
        return theirs | {"CUIBAO_HOME": str(self.home), "CUIBAO_NOW": NOW} | self._environ


@contextmanager
def demonstration(folder: Path) -> Iterator[Demo]:
    """The demonstration in `folder`, its last morning done, until the block is left."""
    demo = Demo(folder)
    demo.replay()
    try:
        demo.start("--run-morning")
        yield demo
    finally:
        demo.end()


def _listen(service: Running) -> None:
    assert service.process.stdout is not None
    for line in service.process.stdout:
        service.said.append(line.rstrip("\n"))
