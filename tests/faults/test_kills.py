"""SIGKILL: at every boundary of a letter's way, and wherever it happens to fall."""

import random
import time
from collections import Counter

import pytest

from tests.faults.conftest import ALL, Town
from tests.faults.programs import Run, until
from tests.faults.town import LETTERS
from tests.integration.smtp_server import Stage, Stall

pytestmark = pytest.mark.slow

PLACES = (
    "cuibao.ledger.leases.Leases.take",
    "cuibao.ledger.ledger.Ledger.file",
    "cuibao.ledger.leases.Leases.depart",
    "cuibao.ledger.leases.Leases.still",
    "cuibao.ledger.leases.Leases.conclude",
    "cuibao.ledger.leases.Leases.give_up",
)
SEEDS = range(260 if ALL else 12)
KILLS = 4
SECOND = "second@xf.gov.cn"


@pytest.mark.parametrize("batch", [1, 20])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", PLACES)
def test_a_kill_at_a_boundary(small_town: Town, place: str, after: bool, batch: int) -> None:
    killed = 0
    for times in (1, 2, 3):
        at = {"place": place, "times": times, "after": after, "how": "KILL"}
        killed += small_town.morning(batch=batch, at=at).wait() == -9
    assert killed >= 1
    assert small_town.morning(batch=batch).wait() == 0
    found = small_town.tally("SIGKILL at a boundary", killed)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    # The outcome of one letter is written as the next one departs.
    unwritten = place.endswith("conclude") or (place.endswith("depart") and not after)
    assert found.copies <= (killed if unwritten else 0)


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
@pytest.mark.parametrize("stage", ["greeting", "mail", "rcpt", "data", "end"])
def test_a_kill_in_the_middle_of_the_conversation(small_town: Town, stage: Stage, stored: bool) -> None:
    small_town.server.next(stage, Stall(30, stored=stored))
    running = small_town.morning()
    until(lambda: small_town.server.did(stage))
    running.kill()
    assert small_town.morning().wait() == 0
    found = small_town.tally("SIGKILL in the conversation", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    assert found.copies == int(stage == "end" and stored)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", PLACES)
def test_a_kill_at_a_boundary_while_the_rest_of_its_recipients_get_it(
    small_town: Town, place: str, after: bool
) -> None:
    _partly_taken(small_town)
    assert small_town.morning(at={"place": place, "times": 1, "after": after, "how": "KILL"}).wait() == -9
    assert small_town.morning().wait() == 0
    unwritten = place.endswith("conclude") and not after
    assert _copies(small_town) == {"town0@xf.gov.cn": 1, SECOND: 1 + unwritten}
    found = small_town.tally("SIGKILL while the rest of its recipients get it", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
@pytest.mark.parametrize("stage", ["greeting", "mail", "rcpt", "data", "end"])
def test_a_kill_in_the_conversation_about_the_rest_of_its_recipients(
    small_town: Town, stage: Stage, stored: bool
) -> None:
    _partly_taken(small_town)
    small_town.server.next(stage, Stall(30, stored=stored))
    running = small_town.morning()
    until(lambda: small_town.server.did(stage))
    running.kill()
    assert small_town.morning().wait() == 0
    assert _copies(small_town) == {"town0@xf.gov.cn": 1, SECOND: 1 + (stage == "end" and stored)}
    found = small_town.tally("SIGKILL while the rest of its recipients get it", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)


def test_two_kills_about_the_rest_of_its_recipients_leave_it_to_a_person(small_town: Town) -> None:
    _partly_taken(small_town)
    for _ in range(2):
        small_town.server.next("end", Stall(30, stored=True))
        running = small_town.morning()
        until(lambda: small_town.server.did("end"))
        running.kill()
    assert [small_town.morning().wait() for _ in range(2)] == [1, 0]
    assert _copies(small_town) == {"town0@xf.gov.cn": 1, SECOND: 2}
    assert small_town.tally("SIGKILL while the rest of its recipients get it", 2).uncertain == 1


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
def test_a_kill_before_the_rest_of_its_recipients_are_known(small_town: Town, stored: bool) -> None:
    """Whom a letter was put off for is not known: the same bytes go to all of them once more, and then to the rest."""
    _has_two_addresses(small_town)
    small_town.server.greylists(SECOND, times=2)
    small_town.server.next("end", Stall(30, stored=stored))
    running = small_town.morning()
    until(lambda: small_town.server.did("end"))
    running.kill()
    assert [small_town.morning().wait() for _ in range(3)] == [0, 0, 0]
    assert _copies(small_town) == {"town0@xf.gov.cn": 1 + stored, SECOND: 1}


def _partly_taken(small_town: Town) -> None:
    """A morning whose letter to the first unit the server took for one of its addresses and put off for the other."""
    _has_two_addresses(small_town)
    small_town.server.greylists(SECOND)
    assert small_town.morning().wait() == 0


def _has_two_addresses(small_town: Town) -> None:
    units = small_town.home / "contacts" / "units.yaml"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace("[town0@xf.gov.cn]", f"[town0@xf.gov.cn, {SECOND}]"), encoding="utf-8")


def _copies(small_town: Town) -> Counter[str]:
    """How often each address of the first unit got its letter."""
    recipients = (address for letter in small_town.server.letters for address in letter.recipients)
    return Counter(address for address in recipients if address in ("town0@xf.gov.cn", SECOND))


@pytest.mark.parametrize("seed", SEEDS)
def test_kills_wherever_they_fall(small_town: Town, seed: int) -> None:
    dice = random.Random(seed)
    batch, connections = dice.choice([1, 20]), dice.choice([1, 1, 3])
    small_town.environ["CUIBAO_SMTP_CONNECTIONS"] = str(connections)
    killed = 0
    for _ in range(KILLS):
        running = small_town.morning(batch=batch)
        if dice.random() < 0.8:  # most of a morning is before its first letter
            _wait_for_a_letter(small_town, running)
        time.sleep(dice.uniform(0, 0.08))
        running.kill()
        killed += running.code == -9
    assert small_town.morning(batch=batch).wait() in (0, 1)
    found = small_town.tally("SIGKILL anywhere", killed)
    assert (found.lost, found.differing) == (0, 0)
    assert found.copies <= killed * connections
    assert found.uncertain <= killed // 2 * connections
    assert len(small_town.states()) == LETTERS


def _wait_for_a_letter(small_town: Town, running: Run) -> None:
    accepted = len(small_town.server.letters)
    until(lambda: running.code is not None or len(small_town.server.letters) > accepted)
