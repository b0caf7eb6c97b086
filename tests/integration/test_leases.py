"""Leases on real SQLite and on real PostgreSQL: who may send what, and who has slept past it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from cuibao.holders import Holder
from cuibao.ledger import Account, Departure, Ending, Filing, Hold, Lease, Leased, Ledger, Look, Quota, letter_name
from cuibao.model import Channel, Entry, LetterState, Message, ObligationKey, Receipt, Step
from cuibao.times import parse_moment

CAMPAIGN = "xinfeng-2022"
KEY = ObligationKey("skills", "interim", "2022-07-25", "jiading")
DAY = date(2022, 7, 25)
AS_OF = parse_moment("2022-07-25T08:30")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LENGTH = timedelta(seconds=90)
ME = Holder.of_this_process()
THING = letter_name(CAMPAIGN, DAY, 0, "jiading")
UNKNOWING = Look(CAMPAIGN, "jiading", 0)
# In another container, of which nobody here can tell whether it lives.
ELSEWHERE = replace(ME, namespace="another")
DEAD = replace(ME, started="0", name="dead")


def lease(holder: Holder = ME, later: timedelta = timedelta()) -> Lease:
    return Lease(holder, NOW + later, NOW + later + LENGTH)


MINE, THEIRS = lease(), lease(ELSEWHERE)
SOON, LATER = timedelta(seconds=60), timedelta(seconds=91)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(database_url)
    opened.register(CAMPAIGN, AS_OF)
    opened.enrol(CAMPAIGN, [KEY, replace(KEY, unit="gupi")])
    yield opened
    opened.close()


def filed(ledger: Ledger, whose: Lease = MINE, unit: str = "jiading") -> Hold:
    thing = letter_name(CAMPAIGN, DAY, 0, unit)
    assert ledger.leases.take(Leased.LETTER, [thing], whose).ours == (thing,)
    message = Message(f"<{unit}@x.example>", "催报", ("a@x.example",), b"bytes")
    steps = ((replace(KEY, unit=unit), "due", Step.DUE),)
    rows = ledger.file([Filing(CAMPAIGN, unit, DAY, 0, AS_OF, message, steps)], whose)
    return Hold(Leased.LETTER, thing, rows[unit])


def receipt(unit: str = "jiading") -> Receipt:
    return Receipt(replace(KEY, unit=unit), Entry.RECEIVED, AS_OF, Channel.MAIL, "王", "", AS_OF)


def state(ledger: Ledger) -> tuple[LetterState, int]:
    letter = ledger.letter(CAMPAIGN, "jiading", DAY)
    assert letter is not None
    return letter.state, letter.attempts


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    start = threading.Barrier(len(calls))

    def together(call: Callable[[], object]) -> object:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(together, calls))


def taken(ledger: Ledger, whose: Lease) -> bool:
    return bool(ledger.leases.take(Leased.LETTER, [THING], whose).ours)


# --- taking ---


def test_one_of_several_gets_it(ledger: Ledger) -> None:
    leases = [lease(replace(ME, name=str(number))) for number in range(4)]
    assert at_once([partial(taken, ledger, each) for each in leases]).count(True) == 1


def test_one_of_several_gets_what_has_run_out(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    leases = [lease(replace(ELSEWHERE, name=str(number)), LATER) for number in range(4)]
    assert at_once([partial(taken, ledger, each) for each in leases]).count(True) == 1


def test_nobody_gets_what_is_held_not_even_its_holder_again(ledger: Ledger) -> None:
    assert taken(ledger, MINE)
    found = ledger.leases.take(Leased.LETTER, [THING], lease(ELSEWHERE, SOON))
    assert (found.ours, found.theirs) == ((), {THING: ME})
    assert not taken(ledger, MINE)


def test_a_lease_runs_out(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    assert not taken(ledger, lease(later=SOON))
    assert taken(ledger, lease(later=LATER))


def test_a_renewed_lease_does_not_run_out(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    ledger.leases.renew(lease(ELSEWHERE, SOON))
    assert not taken(ledger, lease(later=LATER))


def test_what_a_dead_process_held_is_free_at_once(ledger: Ledger) -> None:
    assert taken(ledger, lease(DEAD))
    assert taken(ledger, MINE)


def test_what_was_given_up_is_free_at_once_and_only_by_its_holder(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    ledger.leases.give_up(Leased.LETTER, [THING], MINE)
    assert not taken(ledger, MINE)
    ledger.leases.give_up(Leased.LETTER, [THING], THEIRS)
    assert taken(ledger, MINE)


def test_what_rests_is_nobodys_until_then(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    ledger.leases.give_up(Leased.LETTER, [THING], THEIRS, rest=NOW + timedelta(seconds=3))
    assert not taken(ledger, lease(later=timedelta(seconds=2)))
    assert taken(ledger, lease(later=timedelta(seconds=4)))


def test_a_lease_that_a_wrong_clock_wrote_holds_nothing(ledger: Ledger) -> None:
    assert taken(ledger, lease(ELSEWHERE, timedelta(days=365)))
    assert taken(ledger, MINE)


def test_a_clock_that_is_set_back_takes_nothing_from_who_lives(ledger: Ledger) -> None:
    assert taken(ledger, lease(ME, timedelta(hours=1)))
    assert not taken(ledger, lease(replace(ME, name="other")))


def test_a_rest_that_a_wrong_clock_wrote_keeps_nobody_waiting(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    ledger.leases.give_up(Leased.LETTER, [THING], THEIRS, rest=NOW + timedelta(days=365))
    assert taken(ledger, MINE)


def test_a_long_rest_is_no_wrong_clock(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    ledger.leases.give_up(Leased.LETTER, [THING], THEIRS, rest=NOW + timedelta(minutes=10))
    assert not taken(ledger, MINE)


def test_things_of_different_kinds_have_nothing_to_do_with_each_other(ledger: Ledger) -> None:
    assert taken(ledger, THEIRS)
    assert ledger.leases.take(Leased.ANSWER, [THING], MINE).ours == (THING,)


# --- the quota ---


def things(*units: str) -> list[str]:
    return [letter_name(CAMPAIGN, DAY, 0, unit) for unit in units]


def test_no_more_are_taken_than_may_go_out(ledger: Ledger) -> None:
    quota = Quota(CAMPAIGN, DAY, 0, 2)
    found = ledger.leases.take(Leased.LETTER, things("a", "b", "c"), MINE, quota)
    assert (found.ours, found.kept_back) == (tuple(things("a", "b")), tuple(things("c")))
    assert ledger.leases.take(Leased.LETTER, things("d"), THEIRS, quota).kept_back == tuple(things("d"))
    ledger.leases.give_up(Leased.LETTER, things("a"), MINE)
    assert ledger.leases.take(Leased.LETTER, things("d"), THEIRS, quota).ours == tuple(things("d"))


def test_a_letter_that_went_out_counts_once_and_may_be_taken_again(ledger: Ledger) -> None:
    quota = Quota(CAMPAIGN, DAY, 0, 1)
    letter = filed(ledger)
    ledger.leases.depart(letter, MINE, None)
    ledger.leases.give_up(Leased.LETTER, [THING], MINE)
    found = ledger.leases.take(Leased.LETTER, [*things("a"), THING], MINE, quota)
    assert (found.ours, found.kept_back) == ((THING,), tuple(things("a")))


def test_several_at_once_do_not_take_the_same_room(ledger: Ledger) -> None:
    quota = Quota(CAMPAIGN, DAY, 0, 3)

    def take(number: int) -> int:
        wanted = [letter_name(CAMPAIGN, DAY, 0, f"{number}-{each}") for each in range(3)]
        return len(ledger.leases.take(Leased.LETTER, wanted, lease(replace(ME, name=str(number))), quota).ours)

    counts = at_once([partial(take, number) for number in range(4)])
    assert sum(int(str(count)) for count in counts) == 3


# --- departing ---


def test_a_letter_departs(ledger: Ledger) -> None:
    assert ledger.leases.depart(filed(ledger), MINE, UNKNOWING)[0] is Departure.GOES
    assert state(ledger) == (LetterState.SENDING, 1)


def test_a_letter_whose_unit_has_sent_something_in_does_not(ledger: Ledger) -> None:
    letter = filed(ledger)
    ledger.enter(CAMPAIGN, [receipt()])
    assert ledger.leases.depart(letter, MINE, UNKNOWING)[0] is Departure.CHANGED
    assert state(ledger) == (LetterState.WAITING, 0)
    assert ledger.leases.depart(letter, MINE, replace(UNKNOWING, entries=1))[0] is Departure.GOES


def test_what_another_unit_sent_in_keeps_no_letter_back(ledger: Ledger) -> None:
    letter = filed(ledger)
    ledger.enter(CAMPAIGN, [receipt("gupi")])
    assert ledger.leases.depart(letter, MINE, UNKNOWING)[0] is Departure.GOES


def test_the_last_look_sees_what_came_since_the_first(ledger: Ledger) -> None:
    letter = filed(ledger)
    ledger.leases.depart(letter, MINE, UNKNOWING)
    assert ledger.leases.still(letter, MINE, UNKNOWING)[0] is Departure.GOES
    ledger.enter(CAMPAIGN, [receipt()])
    assert ledger.leases.still(letter, MINE, UNKNOWING)[0] is Departure.CHANGED


def test_the_last_look_says_until_when_it_is_ours(ledger: Ledger) -> None:
    letter = filed(ledger)
    ledger.leases.depart(letter, MINE, UNKNOWING)
    assert ledger.leases.still(letter, MINE, UNKNOWING)[1] == MINE.until
    ledger.leases.renew(lease(later=SOON))
    assert ledger.leases.still(letter, MINE, UNKNOWING)[1] == MINE.until + SOON


def test_departing_twice_on_one_way_is_one_attempt(ledger: Ledger) -> None:
    letter = filed(ledger)
    for _ in range(2):
        assert ledger.leases.depart(letter, MINE, UNKNOWING)[0] is Departure.GOES
    assert state(ledger) == (LetterState.SENDING, 1)
    assert ledger.leases.depart(letter, MINE, UNKNOWING, attempts=2)[0] is Departure.GOES
    assert state(ledger) == (LetterState.SENDING, 2)


# --- who slept past its lease ---


def test_who_lost_it_changes_nothing(ledger: Ledger) -> None:
    letter = filed(ledger)
    assert taken(ledger, lease(ELSEWHERE, LATER))
    assert ledger.leases.depart(letter, MINE, None)[0] is Departure.LOST
    assert ledger.leases.still(letter, MINE, None) == (Departure.LOST, MINE.now)
    assert not ledger.leases.conclude(Ending(letter, LetterState.SENT, "250", 1), MINE)
    other = Filing(CAMPAIGN, "jiading", DAY, 0, AS_OF, Message("<x@x.example>", "", (), b"other"), row=letter.row)
    assert ledger.file([other], MINE) == {}
    assert state(ledger) == (LetterState.WAITING, 0)


def test_who_lost_it_does_not_conclude_over_who_has_it(ledger: Ledger) -> None:
    letter = filed(ledger)
    ledger.leases.depart(letter, MINE, None)
    assert taken(ledger, lease(ELSEWHERE, LATER))
    assert ledger.leases.conclude(Ending(letter, LetterState.UNCERTAIN, "", 2), lease(ELSEWHERE, LATER))
    assert not ledger.leases.conclude(Ending(letter, LetterState.SENT, "250", 1), MINE)
    assert state(ledger) == (LetterState.UNCERTAIN, 2)


def test_what_is_concluded_is_held_no_more(ledger: Ledger) -> None:
    assert ledger.leases.conclude(Ending(filed(ledger), LetterState.DEFERRED, "451", 0), MINE)
    assert taken(ledger, THEIRS)


# --- the server's refusal ---


def test_it_knows_what_the_server_refused_since(ledger: Ledger) -> None:
    ledger.leases.halt("office@163.com", NOW, DAY, "535 no", login=True)
    assert ledger.leases.halted(Account("office@163.com", NOW)) == "535 no"
    assert ledger.leases.halted(Account("office@163.com", NOW + timedelta(seconds=1))) is None
    assert ledger.leases.halted(Account("other@163.com", NOW)) is None


def test_it_counts_the_refused_logins_of_a_day_until_a_letter_is_taken(ledger: Ledger) -> None:
    for account, day, login in (
        ("office@163.com", DAY, True),
        ("office@163.com", DAY, False),
        ("office@163.com", DAY - timedelta(days=1), True),
        ("other@163.com", DAY, True),
    ):
        ledger.leases.halt(account, NOW, day, "no", login=login)
    assert sorted(ledger.leases.refusals("office@163.com", DAY)) == [False, True]
    ledger.leases.forgive("office@163.com")
    assert ledger.leases.refusals("office@163.com", DAY) == (False,)
    assert ledger.leases.refusals("office@163.com", DAY - timedelta(days=1)) == ()
    assert ledger.leases.refusals("other@163.com", DAY) == (True,)


# --- power cuts ---


def test_a_letter_filed_under_another_boot_may_have_gone_out_on_sqlite(ledger: Ledger) -> None:
    filed(ledger)
    letter = ledger.letter(CAMPAIGN, "jiading", DAY)
    assert letter is not None
    assert letter.handed_over(ME.boot) == 0
    forgets = letter.boot is not None  # PostgreSQL does not
    assert letter.handed_over("another boot") == int(forgets)


def test_one_that_was_put_off_for_certain_has_not_whatever_the_boot(ledger: Ledger) -> None:
    ledger.leases.conclude(Ending(filed(ledger), LetterState.DEFERRED, "451", 0), MINE)
    letter = ledger.letter(CAMPAIGN, "jiading", DAY)
    assert letter is not None
    assert letter.handed_over("another boot") == 0


def test_what_may_have_gone_out_before_a_power_cut_is_not_said(ledger: Ledger) -> None:
    ledger.leases.conclude(Ending(filed(ledger), LetterState.UNCERTAIN, "", 0), MINE)
    assert not ledger.marks(CAMPAIGN)[KEY]["due"].said


def test_what_broke_off_while_it_went_out_counts_as_said(ledger: Ledger) -> None:
    ledger.leases.conclude(Ending(filed(ledger), LetterState.UNCERTAIN, "", 1), MINE)
    assert ledger.marks(CAMPAIGN)[KEY]["due"].said
