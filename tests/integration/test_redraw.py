"""One board: however much is drawn, the ledger is read once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from cuibao.model import Channel
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries.record import record
from cuibao.service.letters import morning
from cuibao.service.views.board import look
from flows.pages.links import BOARD, CLAIM, RECORD, TRAIL, Links
from flows.publish import table
from tests.offices import at, office

pytestmark = pytest.mark.slow

NOW = "2022-07-26T08:30"
LINKS = Links({name: name for name in (BOARD, RECORD, CLAIM, TRAIL)}, "县安委办")
AT_MOST = 3


class Reads:
    """What was asked of a ledger: how many transactions began, and how often each table was read from."""

    def __init__(self) -> None:
        self.transactions = 0
        self.statements: list[str] = []

    def of(self, name: str) -> int:
        """How many statements read the table `name`."""
        return sum(f" {name} " in f" {' '.join(each.split())} " for each in self.statements)


@contextmanager
def counted(opened: Office) -> Iterator[Reads]:
    """Count what is asked of the ledger in the block."""
    reads, engine = Reads(), opened.ledger._engine

    def begins(_connection: Connection) -> None:
        reads.transactions += 1

    def asks(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            reads.statements.append(statement)

    event.listen(engine, "begin", begins)
    event.listen(engine, "before_cursor_execute", asks)
    try:
        yield reads
    finally:
        event.remove(engine, "begin", begins)
        event.remove(engine, "before_cursor_execute", asks)


def worked(opened: Office) -> None:
    """A summer's work in the ledger: mornings with their letters, and a report."""
    for day in ("2022-04-18", "2022-05-05", "2022-07-26"):
        morning.run(opened, at(f"{day}T08:30"))
    period = lookup.item_named(opened, "skills", "interim", None)
    record(opened, at(NOW), units=["嘉定镇"], period=period, received=None, channel=Channel.MAIL, by="王芳")


def redraw(opened: Office) -> set[str]:
    """Draw all pages and forms, as a mark does; the names of what they stand on."""
    return set(table(opened, look(opened, at(NOW)), LINKS, []))


@pytest.mark.parametrize("cap", ["", "1"])
def test_one_redraw_reads_the_ledger_once_whatever_the_number_of_plans(
    tmp_path: Path, database_url: str, cap: str
) -> None:
    settings = {"CUIBAO_DATABASE_URL": database_url, "CUIBAO_NOW": NOW, "CUIBAO_SMTP_DAILY_CAP": cap}
    with office(tmp_path, **settings) as opened:
        worked(opened)
        with counted(opened) as reads:
            drawn = redraw(opened)
        assert len([plan for plan in opened.campaign.plans if plan.id in drawn]) == 8
        assert 0 < reads.transactions <= AT_MOST
        # The entries for the board; for the agendas of those whom a daily cap keeps back, how many there are, which are
        # the last, and those of what is not settled.
        assert reads.of("receipts") == (4 if cap else 1)


def test_what_is_drawn_is_of_one_moment(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, CUIBAO_DATABASE_URL=database_url, CUIBAO_NOW=NOW) as opened:
        worked(opened)
        campaign, ledger = opened.campaign.id, opened.ledger
        period = lookup.item_named(opened, "skills", "interim", None)
        with office(tmp_path, CUIBAO_DATABASE_URL=database_url, CUIBAO_NOW=NOW) as other, ledger.snapshot():
            before = Counter(map(len, ledger.entries(campaign).values()))
            record(other, at(NOW), units=["古陂镇"], period=period, received=None, channel=Channel.MAIL, by="王芳")
            assert Counter(map(len, ledger.entries(campaign).values())) == before
        assert sum(map(len, ledger.entries(campaign).values())) == before[1] + 1


def test_nothing_is_written_in_a_snapshot(tmp_path: Path) -> None:
    with office(tmp_path, CUIBAO_NOW=NOW) as opened, opened.ledger.snapshot(), pytest.raises(RuntimeError):
        opened.ledger.register(opened.campaign.id, at(NOW))
