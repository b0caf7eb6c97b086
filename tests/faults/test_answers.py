"""Whatever a mail server says, at every stage: one letter in the end, or a person is told; never a second one."""

import pytest

from cuibao.model import LetterState
from tests.faults.conftest import Town
from tests.faults.town import LETTERS, unit
from tests.integration.smtp_server import Act, Drop, Stage

pytestmark = pytest.mark.slow

STAGES: tuple[Stage, ...] = ("greeting", "mail", "rcpt", "data", "end")
ACTS: dict[str, Act] = {
    "421": "421 4.3.2 shutting down",
    "450": "450 4.2.1 try again later",
    "451 of a free mailbox": "451 DT:SPM 163 smtp",
    "550 that means later": "550 Ip frequency limited",
    "lines": b"450-4.2.1 try\r\n450-again\r\n450 later",
    "garbage": "<html>proxy error</html>",
    "cut": Drop(),
    "cut, kept": Drop(stored=True),
}
FINAL = {"550": "550 5.1.1 no such user", "552": "552 5.3.4 too big"}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("stage", STAGES)
def test_what_passes_costs_no_letter(small_town: Town, stage: Stage, act: str) -> None:
    small_town.server.next(stage, ACTS[act])
    first = small_town.morning().wait()
    assert small_town.morning().wait() == 0
    found = small_town.tally("4xx, a lost connection, garbage", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    # The answer to the dot was lost, of a letter that was kept: the same bytes once more, at once.
    assert found.copies == int(stage == "end" and act == "cut, kept")
    resent = stage == "end" and act in ("cut", "cut, kept", "garbage")
    assert first == int(not resent)
    assert len({letter.message_id for letter in small_town.server.letters}) == LETTERS


@pytest.mark.parametrize("act", FINAL)
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end"])
def test_what_is_refused_is_shown_and_not_tried_again(small_town: Town, stage: Stage, act: str) -> None:
    small_town.server.next(stage, FINAL[act])
    assert [small_town.morning().wait() for _ in range(2)] == [0, 0]
    states = list(small_town.states().values())
    assert (states.count(LetterState.REFUSED), states.count(LetterState.SENT)) == (1, LETTERS - 1)
    found = small_town.tally("5xx", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


def test_half_of_the_recipients_refused(small_town: Town) -> None:
    units = small_town.home / "contacts" / "units.yaml"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace("[town0@xf.gov.cn]", "[town0@xf.gov.cn, second@xf.gov.cn]"), encoding="utf-8")
    small_town.server.rejects("second@xf.gov.cn", "550 5.1.1 no such user")
    assert [small_town.morning().wait() for _ in range(2)] == [0, 0]
    assert LetterState.PARTIAL in small_town.states().values()
    assert len(small_town.to(0)) == 1
    found = small_town.tally("half of the recipients refused", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


def test_two_lost_answers_are_shown_to_a_person(small_town: Town) -> None:
    small_town.server.next("end", Drop(stored=True), Drop(stored=False))
    running = small_town.morning()
    assert running.wait() == 1
    assert f"有 1 封信不知是否送达，不会再自动重发，请打电话核实：{unit(0)}。" in running.said
    assert small_town.morning().wait() == 0
    found = small_town.tally("two lost answers", 2)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 1)


def test_a_server_that_is_away_puts_all_off_and_is_asked_three_times(small_town: Town) -> None:
    small_town.server.next("greeting", *["421 4.3.2 too busy"] * 3)
    assert small_town.morning().wait() == 1
    assert small_town.server.connections == 3
    assert set(small_town.states().values()) == {LetterState.DEFERRED}
    assert small_town.morning().wait() == 0
    found = small_town.tally("a server that is away", 1)
    assert (found.lost, found.copies, found.uncertain) == (0, 0, 0)


@pytest.mark.parametrize("then", ["450 4.2.1 later", "550 5.1.1 no such user"])
@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored"])
def test_a_repeat_that_is_not_taken(small_town: Town, stored: bool, then: str) -> None:
    small_town.server.next("end", Drop(stored=stored), then)
    running = small_town.morning()
    assert running.wait() == 1
    assert "上一次发送中断，是否送达请人工核实。" in running.said
    assert small_town.morning().wait() == 0
    found = small_town.tally("a repeat that is not taken", 2)
    later = then.startswith("450")  # it goes again today, the same bytes
    assert (found.lost, found.differing) == (0, 0)
    assert (found.copies, found.uncertain) == (int(later and stored), int(not later))
