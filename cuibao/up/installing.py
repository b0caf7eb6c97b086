"""Installing the deployments on a server that runs already."""

import subprocess
import sys

from cuibao.files import make_folder, open_new
from cuibao.up.lock import is_up
from cuibao.up.password import password_of
from cuibao.up.settings import UNREADABLE, UpError, UpSettings
from cuibao.up.surroundings import environment


def install(settings: UpSettings) -> str:
    """Have the server of this home run what prefect.yaml and the campaigns say now; what came of it, in words.

    Raises UpError where no `up` serves this home, or where something cannot be installed.
    """
    if not is_up(settings.home):
        raise UpError(f"{settings.front} 没有服务在运行。请先运行 cuibao up，它启动时会安装流程。")
    password = password_of(settings.home)
    make_folder(settings.logs, private=True)
    done = subprocess.run(
        [sys.executable, "-m", "flows.install"],
        cwd=settings.checkout,
        env=environment(settings, password),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode == UNREADABLE:
        raise UpError(done.stdout.strip())
    if done.returncode != 0:
        log = settings.logs / "deploy.log"
        with open_new(log, private=True) as file:
            file.write((done.stdout + done.stderr).encode())
        raise UpError(f"安装流程没有成功，详情见 {log}")
    return done.stdout.strip()
