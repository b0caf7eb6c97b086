"""A report entered at every stage of the letter that reminds of it."""

import pytest

from tests.faults.conftest import Town
from tests.faults.programs import until
from tests.faults.tally import reminds_of
from tests.faults.town import ITEMS
from tests.integration.smtp_server import Stage, Stall

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("items", [("roster",), tuple(ITEMS)], ids=["one", "all"])
@pytest.mark.parametrize("stage", ["greeting", "mail", "rcpt", "data"])
def test_a_report_stops_or_shortens_the_letter_on_its_way(
    small_town: Town, stage: Stage, items: tuple[str, ...]
) -> None:
    small_town.server.next(stage, Stall(1.5))
    running = small_town.morning()
    until(lambda: small_town.server.did(stage))
    for item in items:
        small_town.reports(0, item)
    assert running.wait() == 0
    letters = small_town.to(0)
    wrong = [letter for letter in letters if any(ITEMS[item] in reminds_of(letter) for item in items)]
    found = small_town.tally("a report after MAIL, RCPT or DATA", 1, wrong=len(wrong))
    assert (found.lost, found.copies, found.wrong) == (0, 0, 0)
    assert len(letters) == len(ITEMS) - len(items)
    assert small_town.morning().wait() == 0
    assert small_town.to(0) == letters


def test_a_repeat_does_not_remind_of_what_has_come_in(small_town: Town) -> None:
    small_town.server.next("end", Stall(30, stored=False))
    running = small_town.morning()
    until(lambda: small_town.server.did("end"))
    running.kill()
    small_town.reports(0, "roster")
    assert small_town.morning().wait() == 1  # a person is told
    found = small_town.tally("a report before the repeat", 1, wrong=len(small_town.to(0)))
    assert (found.lost, found.copies, found.uncertain, found.wrong) == (0, 0, 1, 0)
