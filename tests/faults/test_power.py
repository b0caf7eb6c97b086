"""A power cut: the ledger's files as they were at the last commit that waited for the disk, and torn after it."""

import random
import shutil
from pathlib import Path

import pytest

from cuibao.model import LetterState
from cuibao.service.mail.correspondence import Correspondence
from cuibao.service.views import board
from tests.faults.conftest import ALL, Town
from tests.faults.programs import until
from tests.faults.tally import count, note, reminds_of
from tests.faults.town import DAY, ITEMS, LETTERS, NEXT_DAY, UNITS
from tests.offices import at

pytestmark = pytest.mark.slow

SEEDS = range(60 if ALL else 6)


def cut(small_town: Town, seed: int) -> None:
    """Let the power go while letters go; of SQLite's log what was durable is left, and of the rest what chance says."""
    dice = random.Random(seed)
    durable = small_town.home.parent / f"{small_town.home.name}.durable"
    running = small_town.morning(batch=dice.choice([3, 20]), durable=str(durable))
    until(lambda: len(small_town.server.letters) >= dice.choice([1, 3, 6]) or running.code is not None)
    running.kill()
    ledger, log = small_town.home / "ledger.db", small_town.home / "ledger.db-wal"
    if not log.exists():  # it had ended
        return
    kept = int(durable.read_text(encoding="ascii"))
    left = log.read_bytes()
    assert len(left) >= kept
    length = dice.choice([kept, dice.randint(kept, len(left))])
    log.write_bytes(left[:length])
    (small_town.home / "ledger.db-shm").unlink(missing_ok=True)
    assert ledger.exists()


@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_power_cut_each_letter_goes_at_most_once_more(small_town: Town, seed: int) -> None:
    cut(small_town, seed)
    accepted = len(small_town.server.letters)
    assert small_town.morning(boot="after the cut", lease=0.5).wait() == 0
    found = small_town.tally("a power cut, the same day", 1)
    assert (found.lost, found.differing, found.uncertain) == (0, 0, 0)
    assert found.copies <= accepted


@pytest.mark.parametrize("seed", SEEDS)
def test_the_morning_after_says_what_is_still_true(small_town: Town, seed: int) -> None:
    cut(small_town, seed)
    first = list(small_town.server.letters)
    after = small_town.morning(NEXT_DAY, boot="after the cut", lease=0.5)
    code = after.wait()
    states, then = small_town.states(), small_town.states(NEXT_DAY)
    # Whoever runs it is told.
    doubtful = LetterState.UNCERTAIN in states.values()
    assert (code, "不知是否送达" in after.said) == (int(doubtful), doubtful)
    # Nothing of the day before is repeated, and whoever may not have got its letter gets the one of today.
    again = small_town.server.letters[len(first) :]
    assert {letter.message_id for letter in again} == set(then)
    assert set(states.values()) <= {LetterState.SENT, LetterState.UNCERTAIN}
    yesterday, today = small_town.addressees(DAY), small_town.addressees(NEXT_DAY)
    told = set(yesterday) - set(today)
    sent = {addressee for addressee, state in yesterday.items() if state is LetterState.SENT}
    # The one that was departing, where that much was still known, counts as said: a person is shown it.
    assert sent <= told
    assert len(told - sent) <= 1
    assert set(yesterday) | set(today) == {"office", *(f"town{number}" for number in range(UNITS))}
    uncertain = [name for name, state in states.items() if state is LetterState.UNCERTAIN]
    note("a power cut, the day after", count(1, [*states, *then], small_town.server.letters, uncertain))


def cut_before_the_first_letter(small_town: Town) -> None:
    at = {"place": "cuibao.ledger.ledger.Ledger.file", "times": 1, "after": True, "how": "KILL"}
    assert small_town.morning(at=at).wait() == -9


def test_a_server_that_is_away_after_the_cut_makes_no_letter_lost(small_town: Town) -> None:
    cut_before_the_first_letter(small_town)
    small_town.server.next("greeting", *["421 4.3.2 too busy"] * 3)
    assert small_town.morning(boot="after the cut", lease=0.5).wait() == 1
    small_town.server.next("mail", "450 4.2.1 later")
    assert small_town.morning(boot="after the cut").wait() == 1
    assert set(small_town.states().values()) == {LetterState.SENT, LetterState.WAITING}
    assert small_town.morning(boot="after the cut").wait() == 0
    found = small_town.tally("a power cut, then a server that is away", 2)
    assert (found.lost, found.copies, found.differing, found.uncertain) == (0, 0, 0, 0)


def test_one_that_refuses_after_the_cut_is_shown_and_said_again_the_next_day(small_town: Town) -> None:
    cut_before_the_first_letter(small_town)
    small_town.server.rejects("town0@xf.gov.cn", "550 5.1.1 no such user")
    assert small_town.morning(boot="after the cut", lease=0.5).wait() == 1
    small_town.server.accepts("town0@xf.gov.cn")
    assert small_town.morning(NEXT_DAY, boot="after the cut").wait() == 0
    assert small_town.addressees(NEXT_DAY) == {"town0": LetterState.SENT}
    assert len(small_town.to(0)) == 1


def test_a_report_after_the_cut_leaves_the_rest_of_its_letter_to_the_next_day(small_town: Town) -> None:
    cut_before_the_first_letter(small_town)
    small_town.reports(0, "roster")
    assert small_town.morning(boot="after the cut", lease=0.5).wait() == 1
    assert small_town.to(0) == []
    assert small_town.morning(NEXT_DAY, boot="after the cut").wait() == 0
    (letter,) = small_town.to(0)
    wrong = ITEMS["roster"] in reminds_of(letter)
    note("a report before the repeat", count(1, [letter.message_id], [letter], [], wrong=int(wrong)))
    assert not wrong
    assert ITEMS["work-plan"] in reminds_of(letter)


def test_what_went_out_before_the_cut_is_known_again_by_its_reply(small_town: Town) -> None:
    cut_before_the_first_letter(small_town)
    with small_town.open() as opened:
        letters = opened.ledger.letters(opened.campaign.id, at(DAY).date(), ["town0"])
        assert letters["town0"].message.message_id in Correspondence(opened).letters


def test_the_board_shows_what_a_power_cut_left_in_doubt(small_town: Town) -> None:
    cut_before_the_first_letter(small_town)
    small_town.server.next("greeting", *["421 4.3.2 too busy"] * 3)
    assert small_town.morning(NEXT_DAY, boot="after the cut", lease=0.5).wait() == 1
    with small_town.open() as opened:
        shown = board.look(opened, at(NEXT_DAY)).troubles
    assert {trouble.what for trouble in shown} == {"暂缓发送"}  # today's letter, which says the same and more
    with small_town.open() as opened:
        kept = opened.ledger.open_letters(opened.campaign.id, [LetterState.UNCERTAIN])
    assert len(kept) == LETTERS


def test_a_copy_of_the_home_holds_all_that_was_filed(small_town: Town, tmp_path: Path) -> None:
    """The image is taken as the first letter is offered: by then the batch is on the disk."""
    at = {"place": "cuibao.ledger.leases.Leases.depart", "times": 1, "after": False, "how": "STOP"}
    running = small_town.morning(DAY, at=at)
    until(lambda: running.stopped)
    copy = shutil.copytree(small_town.home, tmp_path / "image", ignore=shutil.ignore_patterns("*-shm", "image"))
    running.kill()
    image = Town(copy, small_town.forks, small_town.server)
    assert set(image.states().values()) == {LetterState.WAITING}
    assert len(image.states()) == LETTERS
