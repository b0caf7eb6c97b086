"""A new ledger on real SQLite: whole as soon as it is there, whoever looks or is killed, and never over another."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from cuibao.errors import LedgerError
from cuibao.ledger import Ledger
from cuibao.ledger.engine import REVISION
from tests import new_ledgers
from tests.integration.test_cli import cuibao

ROOT = Path(__file__).resolve().parents[2]
OPEN = "import sys; from cuibao.ledger import Ledger; print('here', flush=True); Ledger.open(sys.argv[1]).close()"
# Stops itself where a new ledger is half made: its tables are there, and its name is not.
STOP_HALFWAY = """
import os, signal, sys
from cuibao.ledger import Ledger, engine
bring_up = engine._bring_up
def halfway(made):
    engine._bring_up = bring_up
    bring_up(made)
    print("halfway", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
engine._bring_up = halfway
Ledger.open(sys.argv[1]).close()
"""


@pytest.fixture(autouse=True)
def _by_the_migrations() -> Iterator[None]:
    with new_ledgers.by_the_migrations():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@contextmanager
def started(program: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    words: Sequence[str] = [sys.executable, "-c", program, url(path)]
    with subprocess.Popen(words, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def half_made(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has stopped in the middle of making the ledger at `path`."""
    with started(STOP_HALFWAY, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "halfway\n"
        yield process


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as ledger:
        return str(ledger.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.slow
def test_nobody_sees_a_ledger_that_is_half_made(path: Path) -> None:
    with half_made(path) as first, started(OPEN, path) as second:
        assert second.stdout is not None
        assert second.stdout.readline() == "here\n"
        time.sleep(0.5)  # long enough for the second to see something, were there anything to see
        assert not path.exists()
        Ledger.look_at(url(path)).close()
        assert second.poll() is None
        first.send_signal(signal.SIGCONT)
        assert (first.wait(), second.wait()) == (0, 0)
    assert revision(path) == REVISION


@pytest.mark.slow
def test_who_is_killed_while_making_it_locks_nobody_out(path: Path) -> None:
    with half_made(path) as first, started(OPEN, path) as second:
        first.kill()
        assert second.wait() == 0
    assert revision(path) == REVISION
    Ledger.open(url(path)).close()
    assert sorted(found.name for found in path.parent.iterdir()) == [".ledger.db.lock", "ledger.db"]


@pytest.mark.slow
def test_many_processes_make_one_ledger(path: Path) -> None:
    words = [sys.executable, "-c", OPEN, url(path)]
    running = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(4)]
    seen = set()
    while any(process.poll() is None for process in running):
        if path.exists():
            seen.add(revision(path))
    assert [process.returncode for process in running] == [0] * 4
    assert seen <= {REVISION}


def test_it_is_for_our_own_user_alone(path: Path) -> None:
    Ledger.open(url(path)).close()
    assert {found.name: found.stat().st_mode & 0o077 for found in path.parent.glob("ledger.db*")} == {"ledger.db": 0}


@pytest.mark.parametrize("opened", [Ledger.open, Ledger.look_at])
def test_it_takes_no_empty_file_for_a_new_ledger(path: Path, opened: object) -> None:
    path.touch()
    with pytest.raises(LedgerError, match=r"是空的（0 字节）.*请从备份恢复台账"):
        opened(url(path))  # type: ignore[operator]
    assert path.read_bytes() == b""


def test_a_command_says_that_the_ledger_is_empty(tmp_path: Path) -> None:
    ledger = tmp_path / "office" / "ledger.db"
    ledger.parent.mkdir(mode=0o700)
    ledger.touch()
    said = cuibao(tmp_path, "board")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"台账文件 {ledger} 是空的（0 字节）")


def test_it_makes_none_beside_the_log_of_one_that_is_gone(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode=WAL")
        old.execute("CREATE TABLE theirs (id INTEGER)")
        path.unlink()
        with pytest.raises(LedgerError, match=r"不见了，却还留着它的 ledger\.db-wal"):
            Ledger.open(url(path))
    assert not path.exists()


def test_it_keeps_a_link_to_a_ledger_elsewhere(tmp_path: Path) -> None:
    link, kept = tmp_path / "link.db", tmp_path / "disk" / "kept.db"
    kept.parent.mkdir()
    link.symlink_to(kept)
    Ledger.open(url(link)).close()
    assert link.is_symlink()
    assert revision(kept) == REVISION


@pytest.mark.parametrize(
    "address",
    [
        "sqlite//x",
        "not a url",
        "postgresql:/u:geheim@h/x",
        "postgresql://u:geheim@h:port/x",
        "postgresql+psycopg://u:p@geheim@127.0.0.1:1/x",
        "postgresql+psycopg://u:p@geheim:geheim@127.0.0.1:1/x",
        "postgresql+psycopg://u:p@127.0.0.1/geheim@127.0.0.1:1/x",
        "postgresql://[::1/x",
        "mysql://u:geheim@h/x",
        "mysql+geheim://u:geheim@h/x",
        "sqlite:////none/none.db?timeout=geheim",
        "sqlite:////none/no\0ne.db",
    ],
)
def test_an_address_that_cannot_be_taken_apart_is_named_by_its_setting_alone(address: str) -> None:
    for opened in (Ledger.open, Ledger.look_at, Ledger.require_address):
        with pytest.raises(LedgerError) as refused:
            opened(address)
        assert str(refused.value).startswith("台账打不开：CUIBAO_DATABASE_URL 的写法无法识别，应写作 sqlite:////")
        assert "geheim" not in str(refused.value)


def test_no_password_among_the_options_is_shown() -> None:
    with pytest.raises(LedgerError, match=r"台账打不开（postgresql\+psycopg://127\.0\.0\.1:1/x）") as refused:
        Ledger.open("postgresql+psycopg://127.0.0.1:1/x?user=u&password=geheim")
    assert "geheim" not in str(refused.value)


def test_a_command_says_that_the_address_cannot_be_read(tmp_path: Path) -> None:
    said = cuibao(tmp_path, "board", CUIBAO_DATABASE_URL="postgresql://u:geheim@h:port/x")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("台账打不开：CUIBAO_DATABASE_URL 的写法无法识别")
    assert "Traceback" not in said.err
    assert not (tmp_path / "office").exists()
