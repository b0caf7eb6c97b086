"""`up` itself: one home, one port, one password, and a service that stops when it is asked to."""

import errno
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from cuibao.files import make_folder
from cuibao.home import close_home
from cuibao.up.children import end_strays
from cuibao.up.halting import Halt, Stopped, signals
from cuibao.up.lock import only_one
from cuibao.up.password import password_of
from cuibao.up.service import MORNING, Service
from cuibao.up.settings import HOST, UpError, UpSettings
from cuibao.up.surroundings import environment, ignored


def up(
    settings: UpSettings,
    say: Callable[[str], None],
    run_first: tuple[str, ...] = (),
    ready: Callable[[str], None] | None = None,
    until: threading.Event | None = None,
) -> None:
    """Run the service until Ctrl-C, SIGTERM or `until`; return once everything it started is gone.

    A morning that was cut off is done first, then once each deployment that `run_first` names (`每日催报/每日催报`);
    when they have ended, `ready` is called with the front page's address. `say` gets one Chinese line at a time. Raises
    UpError where the port is taken, another `up` has this home, its password cannot be read, or a part does not start
    or stay up; what was started is stopped before it leaves.
    """
    halt = Halt(until)
    keep_others_out(settings.home, say)
    with signals(halt), only_one(settings.home):
        make_folder(settings.prefect, private=True)
        end_strays(settings.home)
        _require_free(settings.port)
        password = password_of(settings.home)
        if names := ignored(settings):
            say(f"这些设置没有采用（Prefect 由本程序自己设置）：{'、'.join(names)}")
        service = Service(settings, environment(settings, password), password, say, halt)
        try:
            service.start()
            if MORNING not in run_first:
                service.resume(MORNING)
            for name in run_first:
                service.run(name)
            service.show()
            if ready is not None:
                ready(settings.front)
            service.watch()
        except Stopped:
            pass
        finally:
            service.stop()


def keep_others_out(home: Path, say: Callable[[str], None]) -> None:
    """Have a home that is closed to other users, and say what came of that. Raises UpError where it cannot be made."""
    try:
        if said := close_home(home).said(home):
            say(said)
    except OSError as trouble:
        raise UpError(f"数据文件夹 {home} 不能用：{trouble.strerror}") from None


def _require_free(port: int) -> None:
    """Raise UpError where something else listens on `port`, or may not be asked to."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "已被别的程序占用" if error.errno == errno.EADDRINUSE else f"不能使用（{error.strerror}）"
            raise UpError(f"端口 {port} {why}。请用 CUIBAO_PORT 换一个端口，例如 CUIBAO_PORT={port + 1}。") from error
