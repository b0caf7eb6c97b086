"""What SQL leaves out of a morning's reading, held against the policy alone on ledgers of random entries."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from cuibao.ledger import Filing, Leased, Ledger
from cuibao.ledger.pending import SETTLING
from cuibao.ledger.tables import letters
from cuibao.model import Channel, Entry, LetterState, Message, ObligationKey, Receipt, Step
from cuibao.policy.standing import standing
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.letters.agenda import agendas, whole
from tests.integration.test_ledger import AS_OF, CAMPAIGN, MINE
from tests.offices import at, office

UNITS = [f"town{number}" for number in range(8)]
KEYS = [ObligationKey("skills", f"item{number}", "once", unit) for unit in UNITS for number in range(20)]
DAY = date(2022, 7, 25)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(database_url)
    opened.register(CAMPAIGN, AS_OF)
    opened.enrol(CAMPAIGN, KEYS)
    yield opened
    opened.close()


def random_entries(dice: random.Random, key: ObligationKey) -> Iterator[Receipt]:
    """Any kind after any other, also what no clerk could enter."""
    for seq in range(1, 1 + dice.choice([0, 0, 1, 1, 2, 3, 4])):
        kind = dice.choice(list(Entry))
        due = DAY + timedelta(days=seq) if kind is Entry.EXTENDED else None
        withdraws = dice.randrange(1, seq + 1) if kind is Entry.WITHDRAWN else None
        yield Receipt(key, kind, AS_OF, Channel.PAPER, "王", "", AS_OF, seq, due, withdraws)


def fill(ledger: Ledger, seed: int) -> None:
    dice = random.Random(seed)
    assert ledger.enter(CAMPAIGN, [entry for key in KEYS for entry in random_entries(dice, key)])
    for unit in UNITS:
        steps = tuple((key, code, Step.DUE) for key in KEYS if key.unit == unit for code in dice.sample("abc", 2))
        filing = Filing(CAMPAIGN, unit, DAY, 0, AS_OF, Message(f"<{unit}@x>", "", ("a@x",), b""), steps=steps)
        ledger.leases.take(Leased.LETTER, [filing.thing], MINE)
        ledger.file([filing], MINE)


@pytest.mark.parametrize("seed", range(5))
def test_it_leaves_out_what_the_policy_calls_settled_and_nothing_of_the_rest(ledger: Ledger, seed: int) -> None:
    fill(ledger, seed)
    entries, marks = ledger.entries(CAMPAIGN), ledger.marks(CAMPAIGN)
    asked = UNITS[:5]
    pending = ledger.pending(CAMPAIGN, asked, since=DAY, before=DAY)
    theirs = {key for key in KEYS if key.unit in asked}
    assert pending.settled == {key for key in theirs & set(entries) if entries[key][-1].entry in SETTLING}
    assert all(standing(entries[key]).settled for key in pending.settled)
    others = theirs - pending.settled
    assert pending.entries == {key: found for key, found in entries.items() if key in others}
    assert pending.marks == {key: found for key, found in marks.items() if key in others}
    assert pending.counts == {unit: sum(len(entries.get(k, ())) for k in theirs if k.unit == unit) for unit in asked}


def test_without_entries_nothing_is_settled(ledger: Ledger) -> None:
    pending = ledger.pending(CAMPAIGN, UNITS, since=DAY, before=DAY)
    assert (pending.settled, pending.entries, pending.marks, pending.counts) == (frozenset(), {}, {}, {})


UNIT, LEADER = "town@xf.gov.cn", "leader.town@xf.gov.cn"
SENT, PARTIAL, REFUSED = LetterState.SENT, LetterState.PARTIAL, LetterState.REFUSED


@pytest.mark.parametrize(
    ("state", "refused", "deferred", "bounced", "said", "reached", "copied"),
    [
        (SENT, [], [], [], True, True, True),
        (PARTIAL, [LEADER], [], [], True, True, False),
        # The leader has it, the unit does not.
        (PARTIAL, [UNIT], [], [], False, False, True),
        (PARTIAL, [], [UNIT], [], False, False, True),
        (REFUSED, [], [], [UNIT], False, False, True),
        # Nobody has it.
        (REFUSED, [UNIT, LEADER], [], [], False, False, False),
    ],
)
def test_what_only_the_leader_got_is_no_letter_to_the_unit_but_a_copy_all_the_same(
    ledger: Ledger,
    state: LetterState,
    refused: list[str],
    deferred: list[str],
    bounced: list[str],
    said: bool,
    reached: bool,
    copied: bool,
) -> None:
    key, message = KEYS[0], Message("<1@x>", "", (UNIT, LEADER), b"")
    told = {"steps": ((key, "due", Step.DUE),), "own": (UNIT,), "copied": True}
    filing = Filing(CAMPAIGN, key.unit, DAY, 0, AS_OF, message, **told)  # type: ignore[arg-type]
    ledger.leases.take(Leased.LETTER, [filing.thing], MINE)
    ledger.file([filing], MINE)
    became = {"state": state, "attempts": 1, "refused": refused, "deferred": deferred, "bounced": bounced}
    with ledger.writing() as db:
        db.execute(update(letters).values(**became))
    pending = ledger.pending(CAMPAIGN, [key.unit], since=DAY, before=DAY + timedelta(days=1))
    mark = pending.marks[key]["due"]
    assert (mark.said, mark.reached) == (said, reached)
    assert any(letter.said for letter in pending.letters.get(key.unit, ())) is said
    assert any(letter.copied for letter in pending.letters.get(key.unit, ())) is copied


def test_an_opening_letter_tells_what_was_settled_too(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-04-18T08:30"))
        item = lookup.item_named(opened, "skills", "liaison", None)
        entering.record(
            opened, at("2022-04-20T10:00"), units=["嘉定镇"], period=item, received=None, channel=Channel.FAX, by="王"
        )
        (found,) = [each for each in agendas(opened, at("2022-05-05T08:30")) if each.unit.name == "嘉定镇"]
        owed, year = found.owed, whole(opened, found).owed
        morning.run(opened, at("2022-05-05T08:30"))
        filed = opened.ledger.letter(opened.campaign.id, "jiading", date(2022, 5, 5))
    assert (len(owed), len(year)) == (43, 44)
    assert filed is not None
    letter = message_from_bytes(filed.message.data, policy=policy.default)
    (sheet,) = [each for each in letter.iter_attachments() if str(each.get_filename()).endswith(".xlsx")]
    year_sheet = load_workbook(BytesIO(sheet.get_content())).worksheets[0]
    assert sum(value == "已报" for row in year_sheet.iter_rows(values_only=True) for value in row) == 1


def test_what_was_sent_back_and_then_exempted_is_not_asked_for_again(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at("2022-04-18T08:30"))
        item = lookup.item_named(opened, "skills", "liaison", None)
        for hour, kind in enumerate((Entry.RECEIVED, Entry.RETURNED, Entry.EXEMPTED), start=10):
            moment = at(f"2022-04-20T{hour}:00")
            entering.record(
                opened,
                moment,
                units=["嘉定镇"],
                period=item,
                received=None,
                channel=Channel.FAX,
                by="王",
                note="因故",
                entry=kind,
            )
        morning.run(opened, at("2022-05-05T08:30"))
        filed = opened.ledger.letter(opened.campaign.id, "jiading", date(2022, 5, 5))
    assert filed is not None
    assert "退回重报" not in filed.message.subject
