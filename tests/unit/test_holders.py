"""Who holds a lease, and whether it lives: of real processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cuibao.holders import Holder

MINE = Holder.of_this_process()


@pytest.fixture
def other() -> Iterator[tuple[subprocess.Popen[str], Holder]]:
    """Another process, that waits, and its holder."""
    words = "from cuibao.holders import Holder; print(Holder.of_this_process(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        holder = Holder.parse(process.stdout.readline().strip())
        assert holder is not None
        yield process, holder
        process.kill()


def test_it_is_written_and_read_back() -> None:
    assert Holder.parse(str(MINE)) == MINE


@pytest.mark.parametrize("text", ["", "host:12:abc", "a/b/c/d/e", "a/b/1/d"])
def test_it_reads_nothing_into_other_words(text: str) -> None:
    assert Holder.parse(text) is None


def test_two_offices_of_one_process_are_two() -> None:
    assert Holder.of_this_process() != MINE
    assert MINE.lives(Holder.of_this_process()) is True


def test_it_knows_a_process_that_lives_and_one_that_was_killed(other: tuple[subprocess.Popen[str], Holder]) -> None:
    process, holder = other
    assert MINE.lives(holder) is True
    process.kill()
    process.wait()
    assert MINE.lives(holder) is False


def test_a_killed_process_that_nobody_has_asked_about_is_dead(other: tuple[subprocess.Popen[str], Holder]) -> None:
    process, holder = other
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it stays a zombie
    assert MINE.lives(holder) is False


def test_a_process_that_got_the_number_of_a_dead_one_is_another(other: tuple[subprocess.Popen[str], Holder]) -> None:
    _, holder = other
    assert MINE.lives(replace(holder, started=str(int(holder.started) - 1))) is False


@pytest.mark.parametrize("elsewhere", [{"boot": "another"}, {"namespace": "another"}])
def test_it_judges_nobody_elsewhere(elsewhere: dict[str, str]) -> None:
    assert MINE.lives(replace(MINE, pid=2**22 - 1, **elsewhere)) is None


def test_who_knows_nothing_of_itself_judges_nobody() -> None:
    assert replace(MINE, started="").lives(MINE) is None
