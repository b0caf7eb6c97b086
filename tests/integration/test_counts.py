"""What a letter and a look cost, counted and not timed: transactions, statements, waits for the disk, round trips."""

import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cuibao.ledger import engine as engines
from cuibao.model import Channel, Entry
from cuibao.service.entries.lookup import item_named
from cuibao.service.entries.record import record
from cuibao.service.letters import morning
from cuibao.service.views.board import progress
from cuibao.service.views.trail import trail
from tests.faults import town
from tests.integration.smtp_server import SmtpServer
from tests.offices import at, begun, office, smtp

pytestmark = pytest.mark.slow

FEW, MANY = 9, 29


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts what every ledger that is opened from now on says to SQLite, by its first word."""
    found: Counter[str] = Counter()
    original = engines._set_pragmas

    def traced(connection: Any, record: Any) -> None:
        original(connection, record)
        connection.set_trace_callback(lambda words: found.update([words.split()[0].upper()]))

    monkeypatch.setattr(engines, "_set_pragmas", traced)
    return found


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer(pipelining=True) as running:
        yield running


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the client does on its connection, in its order: it sends, or it waits for an answer.

    Told by the client itself: how many pieces the server reads what was sent in is up to how busy the machine is.
    """
    found: list[str] = []

    def noted(name: str) -> None:
        original = getattr(smtplib.SMTP, name)

        def told(*given: Any) -> Any:
            found.append(name)
            return original(*given)

        monkeypatch.setattr(smtplib.SMTP, name, told)

    noted("send")
    noted("getreply")
    return found


@pytest.fixture
def a_letter(tmp_path: Path, server: SmtpServer, counts: Counter[str], talk: list[str]) -> dict[str, float]:
    """What one letter more costs: the difference between a morning of many and one of few, by their number."""
    found: dict[int, Counter[str]] = {}
    for units in (FEW, MANY):
        home = town.lay_out(tmp_path / str(units), units)
        with office(home, **smtp(server.port)) as opened:
            morning.prepare(opened, at(town.DAY))
            counts.clear()
            talk.clear()
            reached = [result for result in morning.write(opened, at(town.DAY), 0) if result.status.reaches]
        assert len(reached) == units
        found[units] = counts.copy()
        found[units]["sends"] = talk.count("send")
        found[units]["round trips"] = list(pairwise(talk)).count(("send", "getreply"))
    return {name: (found[MANY][name] - found[FEW][name]) / (MANY - FEW) for name in found[MANY]}


def test_it_is_one_transaction_that_writes_and_one_that_looks(a_letter: dict[str, float]) -> None:
    """Two looks; the one before is concluded and let go, this one held and noted as departing."""
    counted = {word: a_letter[word] for word in ("BEGIN", "COMMIT", "SELECT", "UPDATE", "DELETE")}
    assert counted == {"BEGIN": 2, "COMMIT": 2, "SELECT": 2, "UPDATE": 3, "DELETE": 1}


def test_it_waits_for_the_disk_with_its_batch_only(a_letter: dict[str, float]) -> None:
    assert a_letter["PRAGMA"] == 0


def test_it_takes_two_round_trips(a_letter: dict[str, float]) -> None:
    """DATA; the body, which has no answer; its dot with MAIL and RCPT of the next one. No RSET."""
    assert {name: a_letter[name] for name in ("sends", "round trips")} == {"sends": 3, "round trips": 2}


def test_without_pipelining_each_command_waits_for_its_answer(tmp_path: Path) -> None:
    home = town.lay_out(tmp_path)
    begun(home, **smtp(25))
    with SmtpServer() as server, office(home, **smtp(server.port)) as opened:
        morning.run(opened, at(town.DAY))
        assert not [packet for packet in server.packets if packet.count(b"\r\n") > 1 and packet.startswith(b"MAIL")]
        assert server.commands.count("RCPT") == town.LETTERS


def test_who_looks_asks_as_many_questions_whatever_the_number_of_units(tmp_path: Path, counts: Counter[str]) -> None:
    few, many = (_asked(town.lay_out(tmp_path / str(units), units), units, counts) for units in (FEW, MANY))
    assert few == many == {"plan": 3, "item": 3, "history": 9}


def _asked(home: Path, units: int, counts: Counter[str]) -> dict[str, int]:
    """How many questions each look into a ledger asks to which all units but two reported, half of them in vain."""
    with office(home) as opened:
        item = item_named(opened, "skills", "roster", None)
        for entry, reported in ((Entry.RECEIVED, units - 2), (Entry.RETURNED, units // 2)):
            for name in map(town.unit, range(reported)):
                record(
                    opened,
                    at(town.DAY),
                    units=[name],
                    period=item,
                    received=None,
                    channel=Channel.MAIL,
                    by="王芳",
                    note="没有盖章",
                    entry=entry,
                )
        looks: dict[str, Callable[[], object]] = {
            "plan": lambda: progress(opened, at(town.DAY), item.plan),
            "item": lambda: progress(opened, at(town.DAY), item.plan, item),
            "history": lambda: trail(opened, unit=town.unit(0)),
        }
        asked = {}
        for name, look in looks.items():
            counts.clear()
            look()
            asked[name] = counts["SELECT"]
        return asked
