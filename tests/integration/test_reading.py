"""What the ledger leaves out when it is asked for less, by random ledgers: nothing that the policy would have judged
otherwise."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from cuibao.ledger import entries as narrowing
from cuibao.ledger.mails import Consequences, ReadMail, StoredFile
from cuibao.model import Channel, Entry, Message, ObligationKey, Receipt, Status, Verdict
from cuibao.office import Office
from cuibao.policy.standing import standing
from cuibao.service.entries import lookup
from cuibao.service.entries.standings import settled
from cuibao.service.views.board import look, progress
from cuibao.service.views.trail import AnswerSent, MailCame, trail
from tests.offices import at, office

pytestmark = pytest.mark.slow

BEGAN = at("2022-04-18T08:30")
MOMENTS = tuple(at(f"{day}T08:30") for day in ("2022-04-20", "2022-06-28", "2022-12-30"))
# Of how many obligations something is entered, and how often at most.
ENTERED, AT_MOST, DAYS = 250, 6, 240


@pytest.fixture(params=range(3))
def opened(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Office]:
    """An office whose ledger has entries of all kinds in any order, also of what nobody owes any more."""
    chance = random.Random(request.param)
    with office(tmp_path, CUIBAO_DATABASE_URL=database_url, CUIBAO_NOW="2022-12-30T08:30") as found:
        owed = [obligation.key for obligation in found.schedule.obligations]
        entered = [*chance.sample(owed, ENTERED), replace(owed[0], period="gone"), replace(owed[1], unit="nobody")]
        found.ledger.register(found.campaign.id, BEGAN)
        found.ledger.enrol(found.campaign.id, [*entered, *chance.sample(owed, ENTERED)])
        assert found.ledger.enter(found.campaign.id, [entry for key in entered for entry in history(key, chance)])
        yield found


def history(key: ObligationKey, chance: random.Random) -> Iterator[Receipt]:
    """Entries that no form would let through together, but for one thing: who withdraws names what was there."""
    for seq in range(1, chance.randrange(AT_MOST) + 2):
        kind = chance.choice([each for each in Entry if seq > 1 or each is not Entry.WITHDRAWN])
        moment = BEGAN + timedelta(hours=chance.randrange(24 * DAYS))
        due = moment.date() + timedelta(days=chance.randrange(DAYS)) if kind is Entry.EXTENDED else None
        withdraws = chance.randrange(1, seq) if kind is Entry.WITHDRAWN else None
        yield Receipt(key, kind, moment, Channel.MAIL, "王芳", "", moment, seq, due, withdraws)


def test_the_random_ledgers_hold_every_status(opened: Office) -> None:
    assert {cell.status for moment in MOMENTS for cell in look(opened, moment).cells} == set(Status)


def test_the_progress_of_a_plan_and_of_an_item_is_that_of_the_board(opened: Office) -> None:
    for moment in MOMENTS:
        board = look(opened, moment)
        for plan in opened.campaign.plans:
            of_plan = tuple(item for item in board.progress if item.period.plan == plan)
            assert progress(opened, moment, plan) == of_plan
            assert [progress(opened, moment, plan, item.period) for item in of_plan] == [(item,) for item in of_plan]


def test_what_is_left_out_is_settled_and_all_else_is_there(opened: Office) -> None:
    everything = opened.ledger.entries(opened.campaign.id)
    for plan in opened.campaign.plans:
        of_plan = {key: entries for key, entries in everything.items() if key.plan == plan.id}
        for moment in (None, *MOMENTS):
            found = opened.ledger.unsettled(opened.campaign.id, [plan.id], moment)
            came = {key for key in of_plan if key.unit in found.came.get(key.item, ())}
            assert all(standing(of_plan[key], moment).received for key in came)
            assert found.entries == {key: entries for key, entries in of_plan.items() if key not in came}
            # What could be left out was: else nothing would be narrowed, and all of this would still hold.
            last = [entries[-1] for entries in of_plan.values()]
            assert len(came) == sum(e.entry.arrives and (not moment or e.received_at <= moment) for e in last)


def test_who_is_settled_is_so_by_all_that_was_entered(opened: Office) -> None:
    done = {key for key, found in opened.ledger.entries(opened.campaign.id).items() if standing(found).settled}
    for period in opened.schedule.tracked():
        assert settled(opened, period) == {key.unit for key in done if key.item == period.identity}


def test_it_takes_them_in_portions(opened: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = opened.campaign.plans[2]
    whole = opened.ledger.unsettled(opened.campaign.id, [plan.id])
    assert len(whole.entries) > 3
    monkeypatch.setattr(narrowing, "AT_ONCE", 2)
    assert opened.ledger.unsettled(opened.campaign.id, [plan.id]) == whole


def test_a_units_trail_holds_every_mail_that_has_to_do_with_it(opened: Office) -> None:
    chance = random.Random(7)
    units = list(opened.campaign.units)[:5]
    for number in range(60):
        comes(opened, number, units, chance)
    mails, campaign = opened.ledger.mails, opened.campaign.id
    for unit in units:
        entered = {entry.mail for entries in opened.ledger.entries(campaign, unit).values() for entry in entries}
        filed = {file.mail for file in mails.files(campaign, unit)}
        guessed = {mail.id for mail in mails.listed(campaign) for key in mail.guesses if key.unit == unit}
        own = {mail.id for mail in mails.listed(campaign) if mail.unit == unit}
        events = trail(opened, unit=unit).events
        expected = (entered | filed | guessed | own) - {None}
        assert {each.mail.id for each in events if isinstance(each, MailCame)} == expected
        answered = {answer.mail for answer in mails.answers(campaign)} & expected
        assert {each.answer.mail for each in events if isinstance(each, AnswerSent)} == answered
        assert 0 < len(expected) < 60


def comes(opened: Office, number: int, units: list[str], chance: random.Random) -> None:
    """A mail from a unit or from nobody known, which perhaps is registered for another, as a person claims it."""
    unit = chance.choice([*units, None])
    tracked = [owed.key for name in units for owed in opened.schedule.of_unit(name) if owed.period.requirement.tracked]
    guesses = [key for key in tracked if unit in (None, key.unit)]
    about = chance.choice(tracked)
    known = len(opened.ledger.entries(opened.campaign.id, about.unit).get(about, ()))
    receipt = received(about, known + 1)
    file = StoredFile(chance.choice(tracked), "表.xls", f"{number}.xls", "0" * 64, 1, "application/vnd.ms-excel")
    then = Consequences(
        receipts=(receipt,) if chance.random() < 0.4 else (),
        files=(file,) if chance.random() < 0.4 else (),
        answer=Message(f"<a{number}@office>", "回执", ("zs@xf.gov.cn",), b"-") if chance.random() < 0.5 else None,
    )
    opened.ledger.enrol(opened.campaign.id, [about, file.key])
    came = mail(number, unit, *chance.sample(guesses, chance.randrange(2)))
    assert opened.ledger.mails.file(opened.campaign.id, came, then) is not None


def mail(number: int, unit: str | None, *guesses: ObligationKey) -> ReadMail:
    words = (f"{number}", f"<{number}@mail>", "zs@xf.gov.cn", "张三", "报送")
    return ReadMail(*words, (), BEGAN, BEGAN, Verdict.QUEUE.value, "", unit, guesses)


def received(key: ObligationKey, seq: int) -> Receipt:
    return Receipt(key, Entry.RECEIVED, BEGAN, Channel.MAIL, "王芳", "", BEGAN, seq)


def test_it_reads_through_no_campaign_for_an_item_or_a_unit(tmp_path: Path) -> None:
    """As SQLite says how it finds what it is asked for: by more than the campaign, which is all of it."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        asked.append((statement, parameters))

    with office(tmp_path) as opened:
        item = lookup.item_named(opened, "skills", "interim", None)
        key = ObligationKey(*item.identity, "jiading")
        by_mail = Consequences(receipts=(received(key, 1),), answer=Message("<a@office>", "", (), b""))
        opened.ledger.register(opened.campaign.id, BEGAN)
        opened.ledger.enrol(opened.campaign.id, [key])
        opened.ledger.mails.file(opened.campaign.id, mail(1, "jiading"), by_mail)
        event.listen(opened.ledger._engine, "before_cursor_execute", note)
        progress(opened, BEGAN, item.plan, item)
        assert len(trail(opened, unit="jiading").events) == 3
        event.remove(opened.ledger._engine, "before_cursor_execute", note)
        with opened.ledger.reading() as db:
            found = [db.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values).all() for words, values in asked]
    # Calls and pauses are entered by hand: a campaign has as many as a clerk can.
    ways = [
        way for rows in found for row in rows if not (way := str(row[-1])).startswith(("SEARCH calls", "SEARCH pauses"))
    ]
    assert not [way for way in ways if way.startswith("SCAN") or way.endswith("(campaign=?)")]
