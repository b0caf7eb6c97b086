"""Real servers for tests, on loopback, each with its own folder; absent ones skip, or fail where CI requires them."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def need(what: str, found: object) -> None:
    """Skip the test where `what` is not installed; fail under CUIBAO_REQUIRE_SERVICES."""
    if found:
        return
    if os.environ.get("CUIBAO_REQUIRE_SERVICES"):
        pytest.fail(f"{what} is required here and is not installed")
    pytest.skip(f"{what} is not installed")


def free_port() -> int:
    """A TCP port on loopback that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL cluster of our own; yields the SQLAlchemy URL of its server, to be followed by a database's name."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    need("PostgreSQL", found)
    tools = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="cuibao-pg-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner = ["runuser", "-u", "postgres", "--"]
    port = free_port()
    data = str(folder / "data")

    def run(*command: str) -> None:
        subprocess.run([*as_owner, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run(
        str(tools / "initdb"), "-D", data, "-U", "cuibao", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"
    )
    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    run(str(tools / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://cuibao@127.0.0.1:{port}"
    finally:
        run(str(tools / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
