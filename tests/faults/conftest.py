"""What the tests of faults share: the preloaded program, a mail server that remembers, and the report."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cuibao.model import LetterState
from cuibao.office import Office
from tests.faults import town
from tests.faults.programs import Forks, Run
from tests.faults.tally import Tally, count, note
from tests.integration.smtp_server import Kept, SmtpServer
from tests.offices import at, begun, office, smtp

# `make faults` tries them all; `make test` a fixed sample.
ALL = bool(os.environ.get("CUIBAO_ALL_FAULTS"))


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """The preloaded program."""
    with Forks(tmp_path_factory.mktemp("forks")) as running:
        yield running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SmtpServer]:
    """A mail server that keeps a letter on the disk before it says so, and hears several commands at once."""
    with SmtpServer(record=tmp_path / "accepted", pipelining=True) as running:
        yield running


@dataclass
class Town:
    """The office of a small town, its program and its mail server."""

    home: Path
    forks: Forks
    server: SmtpServer
    environ: dict[str, str] = field(default_factory=lambda: {"CUIBAO_SMTP_CONNECTIONS": "1"})

    @property
    def settings(self) -> dict[str, str]:
        """How the office is set up."""
        return {**smtp(self.server.port), **self.environ}

    def open(self) -> AbstractContextManager[Office]:
        """The office itself, in this process."""
        return office(self.home, **self.settings)

    def morning(self, day: str = town.DAY, **more: Any) -> Run:
        """Begin a morning."""
        return self.run("morning", "--as-of", day, **more)

    def by_the_clock(self, clock: str, *words: str, **more: Any) -> Run:
        """Begin a morning, or what the words say, while the machine's clock shows `clock` (in Shanghai)."""
        return self.run(*(words or ("morning",)), clock=f"{clock}+08:00", **more)

    def run(self, *words: str, **more: Any) -> Run:
        """Begin a run of the program."""
        return self.forks.run({"CUIBAO_HOME": str(self.home), **self.settings}, *words, **more)

    def reports(self, number: int, requirement: str) -> None:
        """Enter what a unit sent in."""
        words = ("--unit", f"town{number}", "--plan", "skills", "--requirement", requirement, "--by", "王")
        assert self.run("record", *words).wait() == 0

    def states(self, day: str = town.DAY) -> dict[str, LetterState]:
        """The letters of `day` by Message-ID, and where each stands."""
        with self.open() as opened:
            letters = opened.ledger.written(opened.campaign.id)
        return {letter.message_id: letter.state for letter in letters if letter.day == at(day).date()}

    def addressees(self, day: str) -> dict[str, LetterState]:
        """To whom the letters of `day` are, and where each stands."""
        with self.open() as opened:
            return dict(opened.ledger.filed_on(opened.campaign.id, at(day).date()))

    def to(self, number: int) -> list[Kept]:
        """What was accepted for a unit."""
        return [letter for letter in self.server.letters if f"town{number}@xf.gov.cn" in letter.recipients]

    def tally(
        self, row: str, faults: int, *, day: str = town.DAY, letters: int = town.LETTERS, wrong: int = 0
    ) -> Tally:
        """What the faults cost, noted in the report."""
        states = self.states(day)
        uncertain = [name for name, state in states.items() if state is LetterState.UNCERTAIN]
        told = [name for name, state in states.items() if state in (LetterState.REFUSED, LetterState.STOPPED)]
        found = count(faults, states, self.server.letters, uncertain, told=told, wrong=wrong)
        found.lost += letters - len(states)
        found.expected = letters
        note(row, found)
        return found


@pytest.fixture
def small_town(tmp_path: Path, forks: Forks, server: SmtpServer) -> Town:
    """The office, with nothing sent yet."""
    begun(town.lay_out(tmp_path), **smtp(server.port))
    return Town(tmp_path, forks, server)
