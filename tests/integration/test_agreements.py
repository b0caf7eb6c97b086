"""Calls, promises and pauses as the ledger keeps them, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from cuibao.ledger import Ledger
from cuibao.model import ObligationKey, Pause, PhoneCall, Promise
from tests.offices import at

CAMPAIGN = "small"
LIAISON = ObligationKey("skills", "liaison", "once", "gupi")
INTERIM = ObligationKey("skills", "interim", "once", "gupi")
MOMENT = at("2022-07-26T10:00")
UNTIL = date(2022, 7, 29)
CALL = PhoneCall("gupi", MOMENT, "张三", "正在盖章", "王芳", MOMENT, (LIAISON, INTERIM), UNTIL)
PAUSE = Pause("gupi", None, date(2022, 8, 1), date(2022, 8, 5), "抗洪抢险", "王芳", MOMENT)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(database_url)
    for campaign in (CAMPAIGN, "other"):
        opened.register(campaign, MOMENT)
        opened.enrol(campaign, [LIAISON, INTERIM])
    yield opened
    opened.close()


def test_it_keeps_a_call_with_what_was_promised_in_it(ledger: Ledger) -> None:
    kept = ledger.agreements
    kept.note_call(CAMPAIGN, CALL)
    kept.note_call("other", replace(CALL, whom="李四"))
    assert kept.calls(CAMPAIGN) == kept.calls(CAMPAIGN, "gupi") == (CALL,)
    assert kept.calls(CAMPAIGN, "jiading") == ()
    promised = (Promise(LIAISON, MOMENT, UNTIL), Promise(INTERIM, MOMENT, UNTIL))
    assert kept.promises(CAMPAIGN) == kept.promises(CAMPAIGN, ["gupi", "jiading"]) == promised
    assert kept.promises(CAMPAIGN, ["jiading"]) == kept.promises(CAMPAIGN, []) == ()


def test_it_gives_calls_and_promises_in_the_order_of_the_calls_whenever_they_were_entered(ledger: Ledger) -> None:
    before = replace(CALL, called_at=at("2022-07-25T10:00"), promised=(LIAISON,), until=date(2022, 7, 26))
    ledger.agreements.note_call(CAMPAIGN, CALL)
    ledger.agreements.note_call(CAMPAIGN, before)
    assert ledger.agreements.calls(CAMPAIGN) == (before, CALL)
    assert [promise.until.day for promise in ledger.agreements.promises(CAMPAIGN)] == [26, 29, 29]


def test_it_keeps_a_call_without_a_promise(ledger: Ledger) -> None:
    call = replace(CALL, promised=(), until=None)
    ledger.agreements.note_call(CAMPAIGN, call)
    assert ledger.agreements.calls(CAMPAIGN) == (call,)
    assert ledger.agreements.promises(CAMPAIGN) == ()


def test_it_keeps_a_pause_and_lifts_it_once(ledger: Ledger) -> None:
    kept = ledger.agreements
    number = kept.pause(CAMPAIGN, PAUSE)
    assert kept.pauses(CAMPAIGN) == (replace(PAUSE, id=number),)
    assert kept.pauses("other") == ()
    lifted_at = at("2022-08-03T09:00")
    assert not kept.lift("other", number, "李四", lifted_at)
    assert kept.lift(CAMPAIGN, number, "李四", lifted_at)
    assert not kept.lift(CAMPAIGN, number, "王芳", at("2022-08-04T09:00"))
    assert kept.pauses(CAMPAIGN) == (replace(PAUSE, id=number, lifted_by="李四", lifted_at=lifted_at),)
