"""Real servers for tests, on loopback, each with its own folder; absent ones skip, or fail where CI requires them."""

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

# Not the generator that hypothesis seeds: two workers would draw the same numbers.
_chance = random.SystemRandom()
_names: list[socket.socket] = []
_databases = count(1)
_MEMORY, _ROOM = Path("/dev/shm"), 8 * 2**30
# No test pulls the plug, and everything is deleted at the end.
_NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def need(what: str, found: object) -> None:
    """Skip the test where `what` is not installed; fail under CUIBAO_REQUIRE_SERVICES."""
    if found:
        return
    if os.environ.get("CUIBAO_REQUIRE_SERVICES"):
        pytest.fail(f"{what} is required here and is not installed")
    pytest.skip(f"{what} is not installed")


def roomy_memory() -> Path | None:
    """The folder that this machine keeps in memory, where there is one with room for all that tests write.

    A ledger waits for the disk at every commit, and what a test wants to know of that is not how fast the disk is.
    """
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM:
        return _MEMORY
    return None


def free_port() -> int:
    """A TCP port on loopback that nothing listens on, and that no process of these tests will be given but this one.

    It lies below what the kernel gives out by itself (from 32768, Linux's ip_local_port_range), where any connection
    might take it before its server does. A name that lives as long as this process keeps other tests away, of other
    workers and of other checkouts (unix(7), "abstract").
    """
    while True:
        port = _chance.randrange(20_000, 32_000)
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0cuibao-tests-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            name.close()
            continue
        _names.append(name)
        return port


@dataclass(frozen=True)
class Postgresql:
    """A running cluster: the SQLAlchemy `url` of its server, to be followed by a database's name."""

    url: str
    control: Callable[..., None]

    def new_database(self) -> str:
        """The SQLAlchemy URL of a new, empty database."""
        name = f"test_{next(_databases)}"
        engine = create_engine(f"{self.url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return f"{self.url}/{name}"

    def die(self) -> None:
        """End it at once, as a crash does."""
        self.control("-m", "immediate", "stop")

    def come_back(self) -> None:
        """Start it again on what is on the disk."""
        self.control("start")


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[Postgresql]:
    """A PostgreSQL cluster of our own. Unless it is `durable`, it waits for no disk."""
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
    options += "" if durable else f" {_NOT_DURABLE}"

    def control(*words: str) -> None:
        run(str(tools / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, *words)

    control("start")
    try:
        yield Postgresql(f"postgresql+psycopg://cuibao@127.0.0.1:{port}", control)
    finally:
        control("-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
