"""A lock keeps processes and threads apart, and ends with its holder, however that ends."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cuibao.locks import Held, alone

HOLD = """
import sys
from pathlib import Path
from cuibao.locks import alone

with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "lock"


@contextmanager
def another_process(lock: Path) -> Iterator[subprocess.Popen[str]]:
    """One that has the lock until its standard input ends."""
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_it_refuses_the_second_and_names_the_first(lock: Path) -> None:
    with another_process(lock) as process:
        with pytest.raises(Held) as refused, alone(lock, wait=False):
            pytest.fail("two have it")
        assert refused.value.holder == process.pid


def test_it_names_nobody_where_the_holder_has_not_written_yet(lock: Path) -> None:
    with another_process(lock):
        lock.write_text("")
        with pytest.raises(Held) as refused, alone(lock, wait=False):
            pytest.fail("two have it")
    assert refused.value.holder is None


def test_it_is_free_once_its_holder_was_killed(lock: Path) -> None:
    with another_process(lock) as process:
        process.kill()
        process.wait()
        with alone(lock, wait=False):
            pass


def test_it_is_free_again_though_a_child_of_its_holder_lives_on(lock: Path) -> None:
    with alone(lock):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        with alone(lock, wait=False):
            pass
    finally:
        child.kill()
        child.communicate()


def test_it_lets_the_second_wait_for_the_first(lock: Path) -> None:
    done: list[str] = []

    def second() -> None:
        with alone(lock):
            done.append("second")

    waiting = threading.Thread(target=second)
    with alone(lock):
        waiting.start()
        with pytest.raises(Held), alone(lock, wait=False):
            pytest.fail("two have it")
        done.append("first")
    waiting.join()
    assert done == ["first", "second"]


def test_it_lets_go_where_its_holder_fails(lock: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone(lock):
        raise ZeroDivisionError
    with alone(lock, wait=False):
        pass


def test_it_says_so_where_it_cannot_be_written(lock: Path) -> None:
    with pytest.raises(OSError, match="No such file"), alone(lock / "not-there"):
        pytest.fail("it has no file")
