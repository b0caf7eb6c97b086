"""A process that stands still past its lease while another takes over, and then goes on."""

import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

from cuibao.holders import Holder
from tests.faults.conftest import Town
from tests.faults.programs import until
from tests.faults.town import ITEMS, LETTERS, UNITS
from tests.integration.smtp_server import Stage, Stall

pytestmark = pytest.mark.slow

LEASE = 1.0
PLACES = (
    "cuibao.ledger.ledger.Ledger.file",
    "cuibao.ledger.leases.Leases.depart",
    "cuibao.ledger.leases.Leases.still",
    "cuibao.ledger.leases.Leases.conclude",
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", PLACES)
def test_who_slept_past_its_lease_touches_nothing(small_town: Town, place: str, after: bool) -> None:
    sleeper = small_town.morning(lease=LEASE, at={"place": place, "times": 1, "after": after, "how": "STOP"})
    until(lambda: sleeper.stopped)
    time.sleep(LEASE)
    assert small_town.morning(lease=LEASE).wait() == 0
    states, accepted = small_town.states(), len(small_town.server.letters)
    sleeper.go_on()
    sleeper.wait()
    assert small_town.states() == states
    found = small_town.tally("SIGSTOP past the lease", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    # The bytes of one letter had arrived where it slept before it could say so.
    assert found.copies == int(place.endswith("conclude") and not after)
    assert len(small_town.server.letters) == accepted


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end"])
def test_who_slept_in_the_conversation_touches_nothing(small_town: Town, stage: Stage, stored: bool) -> None:
    small_town.server.next(stage, Stall(2 * LEASE, stored=stored))
    sleeper = small_town.morning(lease=LEASE)
    until(lambda: small_town.server.did(stage))
    sleeper.stop()
    time.sleep(LEASE)
    assert small_town.morning(lease=LEASE).wait() == 0
    states = small_town.states()
    time.sleep(LEASE)  # the server has given its answer by now
    sleeper.go_on()
    sleeper.wait()
    assert small_town.states() == states
    found = small_town.tally("SIGSTOP in the conversation", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    assert found.copies == int(stage == "end" and stored)


def test_a_unit_that_reported_meanwhile_gets_nothing_from_who_slept(small_town: Town) -> None:
    at = {"place": "cuibao.ledger.ledger.Ledger.file", "times": 1, "after": True, "how": "STOP"}
    sleeper = small_town.morning(lease=LEASE, at=at)
    until(lambda: sleeper.stopped)
    time.sleep(LEASE)
    for item in ITEMS:
        small_town.reports(0, item)
    assert small_town.morning(lease=LEASE).wait() == 0
    sleeper.go_on()
    sleeper.wait()
    small_town.tally("SIGSTOP past the lease", 1, wrong=len(small_town.to(0)))
    assert small_town.to(0) == []
    assert len(small_town.server.letters) == LETTERS - 1


def test_a_slow_server_is_no_dead_one(small_town: Town) -> None:
    small_town.environ["CUIBAO_SMTP_CONNECTIONS"] = "2"
    small_town.server.next("end", *[Stall(LEASE / 2, stored=True)] * UNITS)
    slow = small_town.morning(lease=LEASE)
    until(lambda: len(small_town.server.letters) == 3)
    hasty = small_town.morning(lease=LEASE)
    assert hasty.wait() == 0
    assert "正在发送" in hasty.said
    assert slow.wait() == 0
    found = small_town.tally("a slow server", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


# --- whose lease it is ---


def hold(home: Path, **other: str | int) -> None:
    """Let what the leases are held by be another process: `other` than it was."""
    with closing(connect(home / "ledger.db")) as ledger:
        for number, text in ledger.execute("SELECT id, holder FROM leases WHERE holder <> ''").fetchall():
            holder = Holder.parse(text)
            assert holder is not None
            changed = Holder(**{name: getattr(holder, name) for name in Holder.__slots__} | other)
            ledger.execute("UPDATE leases SET holder = ? WHERE id = ?", (str(changed), number))
        ledger.commit()


def killed_with_its_leases(small_town: Town, **more: Any) -> None:
    at = {"place": "cuibao.ledger.ledger.Ledger.file", "times": 1, "after": True, "how": "KILL"}
    assert small_town.morning(at=at, **more).wait() == -9


def test_a_process_with_the_number_of_the_dead_one_is_not_taken_for_it(small_town: Town) -> None:
    killed_with_its_leases(small_town)
    hold(small_town.home, pid=1)
    assert small_town.morning().wait() == 0
    found = small_town.tally("the dead one's number is another's", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


@pytest.mark.parametrize("elsewhere", [{"boot": "another"}, {"namespace": "another"}])
def test_what_a_process_elsewhere_held_is_waited_for_and_sent(small_town: Town, elsewhere: dict[str, str]) -> None:
    killed_with_its_leases(small_town, lease=2 * LEASE)
    hold(small_town.home, **elsewhere)
    begun = time.monotonic()
    assert small_town.morning(lease=2 * LEASE).wait() == 0
    assert time.monotonic() - begun > LEASE
    found = small_town.tally("the dead one was of another boot or container", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


def test_a_free_mailbox_has_one_connection_whoever_sends(small_town: Town) -> None:
    small_town.environ |= {"CUIBAO_SMTP_CONNECTIONS": "1", "CUIBAO_SMTP_GAP_SECONDS": "0.2"}
    begun = time.monotonic()
    mornings = [small_town.morning() for _ in range(3)]
    assert [morning.wait() for morning in mornings] == [0, 0, 0]
    assert timedelta(seconds=time.monotonic() - begun) > timedelta(seconds=0.2 * (LETTERS - 1))
    assert small_town.server.most_connections == 1
    found = small_town.tally("several mornings at once", 3)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


def test_the_next_process_waits_for_the_pause_after_the_last_letter(small_town: Town) -> None:
    small_town.environ |= {"CUIBAO_SMTP_GAP_SECONDS": "1.5"}
    for cap in ("1", "2"):
        small_town.environ["CUIBAO_SMTP_DAILY_CAP"] = cap
        assert small_town.morning().wait() == 0
    first, second = small_town.server.moments
    assert second - first >= 1.4


def test_several_mornings_share_the_letters(small_town: Town) -> None:
    small_town.environ["CUIBAO_SMTP_CONNECTIONS"] = "4"
    mornings = [small_town.morning(batch=1) for _ in range(5)]
    assert [morning.wait() for morning in mornings] == [0] * 5
    found = small_town.tally("several mornings at once", 5)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


@pytest.mark.parametrize("answer", ["535 5.7.8 authentication failed", "554 5.7.1 spam"])
def test_what_the_server_refuses_for_good_stops_every_process(small_town: Town, answer: str) -> None:
    small_town.environ |= {"CUIBAO_SMTP_CONNECTIONS": "2", "CUIBAO_SMTP_GAP_SECONDS": "0.3"}
    mornings = small_town.morning(batch=1), small_town.morning(batch=1)
    until(lambda: len(small_town.server.letters) >= 2)
    small_town.server.next("mail", answer)
    until(lambda: small_town.server.did("mail"))
    gone = len(small_town.server.letters)
    assert [morning.wait() for morning in mornings] == [1, 1]
    assert len(small_town.server.letters) <= gone + 1  # what was on its way already
    small_town.environ |= {"CUIBAO_SMTP_GAP_SECONDS": "0"}
    assert small_town.morning().wait() == 0  # begun by a person, after it
    found = small_town.tally("535 or 554 while two send", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


def test_what_the_server_refuses_for_good_stops_who_waits_for_the_connection(small_town: Town) -> None:
    small_town.environ |= {"CUIBAO_SMTP_CONNECTIONS": "1"}
    small_town.server.next("mail", Stall(4.0))
    first = small_town.morning()
    until(lambda: small_town.server.did("mail"))
    small_town.server.next("rcpt", "451 4.7.1 later")
    small_town.server.next("mail", "535 5.7.8 authentication failed")
    others = [small_town.morning() for _ in range(2)]
    assert [morning.wait() for morning in (first, *others)] == [1, 1, 1]
    assert small_town.server.commands.count("MAIL") == 2
    assert small_town.morning().wait() == 0
    found = small_town.tally("535 or 554 while two send", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


def test_one_process_uses_the_connections_that_it_may(small_town: Town) -> None:
    small_town.environ |= {"CUIBAO_SMTP_CONNECTIONS": "3"}
    small_town.server.next("end", *[Stall(0.3, stored=True)] * 6)
    running = small_town.morning(batch=2)
    assert running.wait() == 0
    assert small_town.server.most_connections == 3
    assert small_town.server.connections == 3
    found = small_town.tally("several connections", 0)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
def test_a_kill_costs_one_copy_a_connection_at_most(small_town: Town, stored: bool) -> None:
    small_town.environ |= {"CUIBAO_SMTP_CONNECTIONS": "3"}
    small_town.server.next("end", *[Stall(30, stored=stored)] * 3)
    running = small_town.morning(batch=2)
    until(lambda: small_town.server.did("end"))
    running.kill()
    assert small_town.morning(batch=2).wait() == 0
    found = small_town.tally("several connections", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    assert found.copies == (3 if stored else 0)


def test_the_daily_cap_holds_over_several_connections_and_processes(small_town: Town) -> None:
    small_town.environ |= {"CUIBAO_SMTP_CONNECTIONS": "3", "CUIBAO_SMTP_DAILY_CAP": "5"}
    mornings = [small_town.morning(batch=1) for _ in range(3)]
    assert [morning.wait() for morning in mornings] == [0] * 3
    assert len(small_town.server.letters) == 5
