"""PostgreSQL dies in the middle of a morning, and comes back; and two machines share it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.conftest import Town
from tests.faults.programs import until
from tests.integration.smtp_server import Stall
from tests.offices import begun, smtp
from tests.services import Postgresql, postgresql

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgresql]:
    """A server of our own, for others must not die with it."""
    with postgresql(durable=True) as running:
        yield running


@pytest.fixture
def town_on_postgresql(small_town: Town, cluster: Postgresql) -> Town:
    moved = {"CUIBAO_DATABASE_URL": cluster.new_database()}
    begun(small_town.home, **smtp(small_town.server.port), **moved)
    return replace(small_town, environ={**small_town.environ, **moved})


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
@pytest.mark.parametrize("place", ["Leases.take", "Leases.depart", "Leases.still", "Leases.conclude", "Ledger.file"])
def test_a_database_that_dies_costs_one_copy_at_most(
    town_on_postgresql: Town, cluster: Postgresql, place: str, stored: bool
) -> None:
    module = "cuibao.ledger.ledger" if place.startswith("Ledger") else "cuibao.ledger.leases"
    at = {"place": f"{module}.{place}", "times": 1, "after": stored, "how": "STOP"}
    running = town_on_postgresql.morning(at=at)
    until(lambda: running.stopped)
    cluster.die()
    running.go_on()
    assert running.wait() == 1
    assert "台账" in running.said
    cluster.come_back()
    assert town_on_postgresql.morning().wait() == 0
    found = town_on_postgresql.tally("PostgreSQL dies and comes back", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    assert found.copies <= 1


def test_a_kill_after_the_dot_costs_one_copy(town_on_postgresql: Town) -> None:
    town_on_postgresql.server.next("end", Stall(30, stored=True))
    running = town_on_postgresql.morning()
    until(lambda: town_on_postgresql.server.did("end"))
    running.kill()
    assert town_on_postgresql.morning().wait() == 0
    found = town_on_postgresql.tally("SIGKILL in the conversation", 1)
    assert (found.lost, found.copies, found.differing, found.uncertain) == (0, 1, 0, 0)


def test_what_another_machine_filed_and_never_sent_is_not_doubtful(town_on_postgresql: Town) -> None:
    at = {"place": "cuibao.ledger.ledger.Ledger.file", "times": 1, "after": True, "how": "KILL"}
    assert town_on_postgresql.morning(at=at, boot="another machine", lease=0.5).wait() == -9
    assert town_on_postgresql.morning(lease=0.5).wait() == 0
    found = town_on_postgresql.tally("SIGKILL at a boundary", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


def test_several_mornings_share_the_letters(town_on_postgresql: Town) -> None:
    town_on_postgresql.environ["CUIBAO_SMTP_CONNECTIONS"] = "4"
    mornings = [town_on_postgresql.morning(batch=1) for _ in range(4)]
    assert [morning.wait() for morning in mornings] == [0] * 4
    found = town_on_postgresql.tally("several mornings at once", 4)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)
