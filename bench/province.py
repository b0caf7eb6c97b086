"""A ledger that is large by its units: the shipped notice as a province of many counties would send it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

from sqlalchemy import insert, select

from cuibao.ledger.tables import acknowledgements, evidence, letters, mails, obligations, receipts, reminders
from cuibao.model import Campaign, CarriedBy, Channel, Entry, LetterState, Plan, Step, Unit, Verdict
from cuibao.office import Office
from cuibao.times import parse_moment

# Each unit of the notice so many times over: 12,012 units, 406,120 obligations, of which 28,314 are milestones.
COPIES = 286
ENTRIES = 1_000_000
NOW = parse_moment("2022-12-20T18:00")
SEED = 2022
# What is entered of an obligation, by how often of a hundred: two entries and a half each are many, so most reports
# came back once.
_IN, _BACK, _OFF, _LATER, _UNDONE = Entry.RECEIVED, Entry.RETURNED, Entry.EXEMPTED, Entry.EXTENDED, Entry.WITHDRAWN
HISTORIES = {
    (): 4,
    (_IN,): 19,
    (_IN, _BACK): 2,
    (_IN, _BACK, _IN): 46,
    (_LATER, _IN): 6,
    (_IN, _UNDONE, _IN): 6,
    (_OFF,): 2,
    (_IN, _BACK, _IN, _BACK, _IN): 15,
}
# One report of so many came by mail, which was answered; a unit had so many letters, each about four items.
A_MAIL, LETTERS = 4, 12
BATCH = 20_000


def lay_out(office: Office) -> None:
    """Give `office` the notice for so many units, and their year in its ledger."""
    office.campaign = _many(office.campaign)
    vars(office).pop("schedule", None)
    campaign, ledger = office.campaign.id, office.ledger
    ledger.register(campaign, NOW)
    ledger.enrol(campaign, [owed.key for owed in office.schedule.obligations])
    with ledger.writing() as db:
        owed = db.execute(select(obligations).where(obligations.c.campaign == campaign)).mappings().all()
        tracked = {period.identity for period in office.schedule.tracked()}
        asked = [row for row in owed if (row["plan"], row["requirement"], row["period"]) in tracked]
        chance = random.Random(SEED)
        chance.shuffle(asked)
        histories = chance.choices(list(HISTORIES), list(HISTORIES.values()), k=len(asked))
        made = list(islice(_entries(asked, histories, chance), ENTRIES))
        by_mail = [row for row in made[::A_MAIL] if row["entry"] is Entry.RECEIVED]
        for number, row in enumerate(by_mail, 1):
            row["mail"] = number
        of = {row["id"]: row for row in asked}
        for table, rows in (
            (mails, (_mail(campaign, row, of[row["obligation"]]) for row in by_mail)),
            (receipts, iter(made)),
            (evidence, (_file(row) for row in by_mail)),
            (acknowledgements, (_answer(row) for row in by_mail)),
            (letters, _letters(campaign, office.campaign.units)),
            (reminders, _reminders(asked, list(office.campaign.units))),
        ):
            while batch := list(islice(rows, BATCH)):
                db.execute(insert(table), batch)


def _many(campaign: Campaign) -> Campaign:
    """The campaign with each of its units COPIES times over, under its plans as before."""
    numbers = range(COPIES)
    units = {f"{unit.id}-{n}": _copy(unit, n) for n in numbers for unit in campaign.units.values()}
    plans = tuple(_for_many(plan) for plan in campaign.plans)
    return replace(campaign, units=units, plans=plans)


def _copy(unit: Unit, n: int) -> Unit:
    name, addresses = f"{unit.name}{n}", (f"{unit.id}{n}@xf.gov.cn",)
    return replace(unit, id=f"{unit.id}-{n}", no=f"{unit.no}-{n}", name=name, aliases=(), addresses=addresses)


def _for_many(plan: Plan) -> Plan:
    def many(units: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{unit}-{n}" for n in range(COPIES) for unit in units)

    return replace(plan, requirements=tuple(replace(each, units=many(each.units)) for each in plan.requirements))


def _entries(
    asked: Sequence[Any], histories: Sequence[tuple[Entry, ...]], chance: random.Random
) -> Iterator[dict[str, Any]]:
    for row, history in zip(asked, histories, strict=True):
        begun = NOW - timedelta(minutes=chance.randrange(40_000, 340_000))
        for seq, entry in enumerate(history, 1):
            moment = begun + timedelta(days=seq)
            yield {
                "obligation": row["id"],
                "seq": seq,
                "entry": entry,
                "received_at": moment,
                "channel": Channel.MAIL,
                "entered_by": "王芳",
                "note": "" if entry.arrives else "没有盖章，请补齐附表后重报",
                "entered_at": moment,
                "due": moment.date() if entry is _LATER else None,
                "withdraws": seq - 1 if entry is _UNDONE else None,
                "mail": None,
            }


def _mail(campaign: str, row: dict[str, Any], owed: Any) -> dict[str, Any]:
    number = row["mail"]
    return {
        "id": number,
        "campaign": campaign,
        "identity": f"{number:064}",
        "message_id": f"<{number}@xf.gov.cn>",
        "sender": f"{owed['unit']}@xf.gov.cn",
        "sender_name": "张三",
        "subject": f"报送 {owed['requirement']} {owed['period']}",
        "references": [],
        "arrived_at": row["received_at"],
        "read_at": row["received_at"],
        "verdict": Verdict.RECEIPT,
        "reason": "",
        "unit": owed["unit"],
        "guesses": [[owed[name] for name in ("plan", "requirement", "period", "unit")]],
        "files": ["工作情况.docx"],
        "raw": f"{number}.eml",
        "answerable": True,
    }


def _file(row: dict[str, Any]) -> dict[str, Any]:
    words = {"name": "工作情况.docx", "sha256": "0" * 64, "size": 1, "type": "application/msword"}
    return {"mail": row["mail"], "obligation": row["obligation"], "path": f"{row['mail']}.docx", **words}


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "mail": row["mail"],
        "message_id": f"<a{row['mail']}@xf.gov.cn>",
        "subject": "回执：已收到",
        "recipients": ["town@xf.gov.cn"],
        "data": b"-" * 2000,
        "state": LetterState.SENT,
        "attempts": 1,
        "detail": "",
        "written_at": row["received_at"],
    }


def _letters(campaign: str, units: Any) -> Iterator[dict[str, Any]]:
    """Those of the mornings before, by unit and then by morning; not the bytes that they had, or it would be 1 GB."""
    number = 0
    for unit in units:
        for month in range(LETTERS):
            number += 1
            moment = NOW - timedelta(days=7 + 14 * month)
            yield {
                "id": number,
                "campaign": campaign,
                "addressee": unit,
                "day": moment.date(),
                "revision": 0,
                "message_id": f"<l{number}@xf.gov.cn>",
                "subject": "催报函",
                "recipients": [f"{unit}@xf.gov.cn"],
                "data": b"-" * 500,
                "state": LetterState.SENT,
                "attempts": 1,
                "boot": None,
                "detail": "",
                "written_at": moment,
                "carrier": CarriedBy.SMTP,
                "own": [f"{unit}@xf.gov.cn"],
                "refused": [],
                "bounced": [],
                "listed": True,
                "copied": False,
            }


def _reminders(asked: Sequence[Any], units: Sequence[str]) -> Iterator[dict[str, Any]]:
    first = {unit: number * LETTERS + 1 for number, unit in enumerate(units)}
    turn = cycle(range(LETTERS))
    for row in asked:
        for code, step in (("due", Step.DUE), ("overdue-1", Step.OVERDUE)):
            letter = first[row["unit"]] + next(turn)
            yield {"obligation": row["id"], "code": code, "step": step, "letter": letter, "missed_on": None}
