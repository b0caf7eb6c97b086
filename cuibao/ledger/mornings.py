"""The mornings by the machine's own clock, what is asked about its date, and the mornings that were taken back.

Nothing is deleted by taking a morning back: its letters stay, and no reading of what was said counts them.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from cuibao.errors import LedgerError
from cuibao.ledger.book import Book, hold_campaign, of_morning, revision_of, taken_back
from cuibao.ledger.leases import Lease, free, leases_of
from cuibao.ledger.tables import beginnings, campaigns, leases, letters, mornings, phases, questions, retractions
from cuibao.model import Beginning, CarriedBy, Copies, DateAnswer, Doubt, LetterState
from cuibao.times import day_of
from cuibao.tongue import say

UNFINISHED = tuple(state for state in LetterState if state.unfinished)


@dataclass(frozen=True, slots=True)
class Question:
    """Why the morning of `day` waits: what was doubted, by a day or a moment that contradicts it; how it ended."""

    day: date
    doubt: Doubt
    against: date | None
    moment: datetime | None
    asked_at: datetime
    id: int = 0
    answer: DateAnswer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Toll:
    """What one morning did, and what taking it back would undo: how many letters may have left, how many have not, and
    how many phases it opened or closed."""

    day: date
    letters: int
    unsent: int
    phases: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A list of units and addresses that a person was shown, under its number."""

    number: int
    listed: Mapping[str, tuple[str, ...]]


class Mornings(Book):
    """The mornings of a campaign by the machine's own clock."""

    def note(self, campaign: str, at: datetime) -> None:
        """Note that a morning began at `at`, where none of its day is noted that stands."""
        with suppress(IntegrityError), self.writing(light=True) as db:  # another process noted it at the same time
            day = day_of(at)
            row = {"campaign": campaign, "day": day, "revision": revision_of(db, campaign, day)}
            there = exists().where(*(mornings.c[name] == value for name, value in row.items()))
            if not db.scalar(select(there)):
                db.execute(insert(mornings).values(**row, at=at))

    def last(self, campaign: str) -> date | None:
        """The day of the last morning that was noted and not taken back: the last to begin, whatever its day."""
        with self.reading() as db:
            newest = select(mornings.c.day).where(mornings.c.campaign == campaign, ~taken_back(mornings))
            return db.scalar(newest.order_by(mornings.c.id.desc()).limit(1))

    def days(self, campaign: str, *, after: date) -> tuple[date, ...]:
        """The days after `after` of which a morning was noted, or a letter written, that was not taken back."""
        found: set[date] = set()
        with self.reading() as db:
            for table in (mornings, letters):
                later = and_(table.c.campaign == campaign, table.c.day > after, ~taken_back(table))
                found.update(db.scalars(select(table.c.day).where(later).distinct()))
        return tuple(sorted(found))

    def revision(self, campaign: str, day: date) -> int:
        """How often the morning of `day` was taken back."""
        with self.reading() as db:
            return revision_of(db, campaign, day)

    # --- the beginning ---

    def beginning(self, campaign: str, carrier: CarriedBy) -> Beginning | None:
        """How the campaign was begun with what carries its letters now; None where nobody has yet."""
        begun = and_(_begun_with(campaign, carrier), beginnings.c.begun_at.is_not(None))
        with self.reading() as db:
            query = select(beginnings).where(begun).order_by(beginnings.c.id.desc()).limit(1)
            row = db.execute(query).mappings().first()
            return None if row is None else _beginning(row)

    def begin(self, campaign: str, carrier: CarriedBy, beginning: Beginning) -> None:
        """Begin the campaign without asking anybody; where it was begun before, it is this one from now on."""
        given = {"begun_at": beginning.at, "begun_by": beginning.by, "first_on": beginning.first_on}
        with self.writing() as db:
            db.execute(insert(beginnings).values(campaign=campaign, carrier=carrier, **given))

    def begin_as_shown(self, campaign: str, number: int, at: datetime, by: str, copies: Copies) -> bool:
        """Begin the campaign by the yes of a person who has seen the list of that number. False where somebody has said
        yes to it already."""
        unsaid = and_(beginnings.c.campaign == campaign, beginnings.c.id == number, beginnings.c.begun_at.is_(None))
        yes = update(beginnings).where(unsaid).values(begun_at=at, begun_by=by, copies=copies)
        with self.writing() as db:
            return bool(db.execute(yes).rowcount)

    def show(self, campaign: str, carrier: CarriedBy, listed: Mapping[str, Sequence[str]]) -> int:
        """The number of this list of units and addresses, which is kept as it is shown to a person. It was registered.

        One number as long as the list stays as it is, and nobody has said yes.
        """
        newest = select(beginnings).where(_begun_with(campaign, carrier)).order_by(beginnings.c.id.desc()).limit(1)
        with self.reading() as db:
            row = db.execute(newest).mappings().first()
        if row is not None and row["begun_at"] is None and row["listed"] == _as_json(listed):
            return int(row["id"])
        with self.writing() as db:
            made = insert(beginnings).values(campaign=campaign, carrier=carrier, listed=_as_json(listed))
            number: int = db.scalars(made.returning(beginnings.c.id)).one()
            return number

    def shown(self, campaign: str, carrier: CarriedBy, number: int | None) -> Shown | None:
        """The list of that `number`, or the one that was shown last; None where none was."""
        which = true() if number is None else beginnings.c.id == number
        query = select(beginnings).where(_begun_with(campaign, carrier), which, beginnings.c.listed.is_not(None))
        with self.reading() as db:
            row = db.execute(query.order_by(beginnings.c.id.desc()).limit(1)).mappings().first()
            listed = _listed(row["listed"]) if row else None
            return Shown(row["id"], listed) if row and listed is not None else None

    def begins_on(self, campaign: str, carrier: CarriedBy, day: date) -> None:
        """Note that the first morning to write after the beginning is that of `day`, where none was before."""
        first = and_(
            _begun_with(campaign, carrier), beginnings.c.begun_at.is_not(None), beginnings.c.first_on.is_(None)
        )
        with self.reading() as db:
            noted = not db.scalar(select(exists().where(first)))
        if not noted:
            with self.writing() as db:
                db.execute(update(beginnings).where(first).values(first_on=day))

    # --- the question ---

    def open_question(self, campaign: str) -> Question | None:
        """The question that nobody has answered, if there is one."""
        with self.reading() as db:
            row = db.execute(select(questions).where(_open(campaign))).mappings().first()
            return None if row is None else _question(row)

    def ask(self, campaign: str, question: Question) -> None:
        """Ask; where a question is open already, it is this one from now on."""
        said = {name: getattr(question, name) for name in ("day", "doubt", "against", "moment")}
        for _ in range(2):  # another process may ask at the same time
            with suppress(IntegrityError), self.writing() as db:
                if not db.execute(update(questions).where(_open(campaign)).values(**said)).rowcount:
                    row = {"campaign": campaign, "open": campaign, "asked_at": question.asked_at}
                    db.execute(insert(questions).values(**row, **said))
                return

    def settle(self, campaign: str, at: datetime) -> None:
        """Withdraw what was asked, and answered, while the clock showed another day: nothing is odd any more."""
        ahead = and_(_answered_by_person(campaign), questions.c.answered_at >= at + timedelta(days=1))
        with self.reading() as db:
            nothing = db.scalar(select(~exists().where(or_(_open(campaign), ahead))))
        settled = {"answer": DateAnswer.SETTLED, "answered_at": at}
        if not nothing:
            with self.writing() as db:
                db.execute(update(questions).where(_open(campaign)).values(open=None, **settled))
                db.execute(update(questions).where(ahead).values(answer=DateAnswer.SETTLED))

    def answered(self, campaign: str) -> tuple[Question, ...]:
        """The questions that a person answered, the last one first, whatever the clock showed then."""
        with self.reading() as db:
            by_person = select(questions).where(_answered_by_person(campaign))
            rows = db.execute(by_person.order_by(questions.c.id.desc())).mappings()
            return tuple(_question(row) for row in rows)

    def tolls(self, campaign: str, days: Collection[date], boot: str) -> tuple[Toll, ...]:
        """What taking back the mornings of `days` would undo, as it looks from this `boot` of the machine."""
        with self.reading() as db:
            return tuple(_toll(db, campaign, day, boot) for day in days)

    def answer(self, campaign: str, question: Question, days: Collection[date], lease: Lease) -> bool:
        """Write how the open `question` was answered, or one that nobody has asked, and take back the mornings of
        `days`: their letters count no more, those that never left never will, and the phases that they turned are as
        they were.

        False where it is open no more. Raises LedgerError while one of the letters is on its way; then nothing is done.
        """
        said = {name: getattr(question, name) for name in ("answer", "answered_by", "answered_at")}
        with self.writing() as db:
            hold_campaign(db, campaign, alone=True)
            number = _answered(db, campaign, question, said)
            if number is None:
                return False
            for day in days:
                _take_back(db, campaign, day, number, lease)
            return True


def _answered(db: Connection, campaign: str, question: Question, said: Mapping[str, Any]) -> int | None:
    """The number of the question that was answered; None where somebody else has."""
    if question.id:
        open_still = and_(_open(campaign), questions.c.id == question.id)
        ended = db.execute(update(questions).where(open_still).values(open=None, **said))
        return question.id if ended.rowcount else None
    asked = {name: getattr(question, name) for name in ("asked_at", "day", "doubt", "against", "moment")}
    made = insert(questions).values(campaign=campaign, **asked, **said).returning(questions.c.id)
    number: int = db.scalars(made).one()
    return number


def _take_back(db: Connection, campaign: str, day: date, question: int, lease: Lease) -> None:
    morning = (campaign, day, revision_of(db, campaign, day))
    held = list(leases_of(db, *morning))
    if any(not free(row, lease) for row in held):
        raise LedgerError(say("{day} 的催报函还在发送，没有撤回。请过几分钟再试。", day=day))
    # Whoever held one of them and slept finds it gone when it wakes.
    db.execute(leases.delete().where(leases.c.id.in_([row["id"] for row in held])))
    turned = [(row, column) for row in _turned(db, campaign, day) for column in _columns(row, day)]
    record = [[row["plan"], row["phase"], column, row[column].isoformat()] for row, column in turned]
    named = dict(zip(("campaign", "day", "revision"), morning, strict=True))
    db.execute(insert(retractions).values(**named, question=question, phases=record))
    for row, column in turned:
        db.execute(update(phases).where(phases.c.id == row["id"]).values({column: None}))
    together = select(campaigns.c.id).where(campaigns.c.book == campaign)
    first = and_(beginnings.c.campaign.in_(together), beginnings.c.first_on == day)
    db.execute(update(beginnings).where(first).values(first_on=None))
    ours = select(letters.c.id).where(of_morning(*morning)).scalar_subquery()
    db.execute(update(phases).where(phases.c.letter.in_(ours)).values(letter=None))
    db.execute(update(campaigns).where(campaigns.c.final_letter.in_(ours)).values(final_letter=None))
    unfinished, left = and_(of_morning(*morning), letters.c.state.in_(UNFINISHED)), _left(lease.holder.boot)
    for which, state, words in (
        (left, LetterState.UNCERTAIN, say("发送途中程序中断，是否送达请人工核实；这天的催报已撤回")),
        (~left, LetterState.STOPPED, say("这天的催报已撤回")),
    ):
        db.execute(update(letters).where(unfinished, which).values(state=state, detail=words))


def _toll(db: Connection, campaign: str, day: date, boot: str) -> Toll:
    morning, left = of_morning(campaign, day, revision_of(db, campaign, day)), _left(boot)

    def count(*which: ColumnElement[bool]) -> int:
        return db.scalar(select(func.count()).select_from(letters).where(morning, *which)) or 0

    turned = sum(len(_columns(row, day)) for row in _turned(db, campaign, day))
    return Toll(day, count(left), count(~left, letters.c.state.in_(UNFINISHED)), turned)


def _left(boot: str) -> ColumnElement[bool]:
    """Whether a letter may have been handed over; of one that waits since another boot of the machine, a power cut may
    have taken back that it was."""
    cut = and_(letters.c.state == LetterState.WAITING, func.coalesce(letters.c.boot, boot) != boot)
    return or_(letters.c.attempts > 0, cut)


def _turned(db: Connection, campaign: str, day: date) -> list[RowMapping]:
    """The phases that were opened or closed on `day`."""
    rows = db.execute(select(phases).where(phases.c.campaign == campaign)).mappings()
    return [row for row in rows if _columns(row, day)]


def _columns(row: RowMapping, day: date) -> tuple[str, ...]:
    return tuple(name for name in ("opened_at", "closed_at") if row[name] is not None and day_of(row[name]) == day)


def _answered_by_person(campaign: str) -> ColumnElement[bool]:
    answers = (DateAnswer.RIGHT, DateAnswer.EARLIER_WRONG)
    return and_(questions.c.campaign == campaign, questions.c.answer.in_(answers))


def _beginning(row: RowMapping) -> Beginning:
    copies = None if row["copies"] is None else Copies(row["copies"])
    return Beginning(row["begun_at"], row["begun_by"], _listed(row["listed"]), copies, row["first_on"])


def _begun_with(campaign: str, carrier: CarriedBy) -> ColumnElement[bool]:
    return and_(beginnings.c.campaign == campaign, beginnings.c.carrier == carrier)


def _as_json(listed: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {unit: list(addresses) for unit, addresses in listed.items()}


def _listed(kept: Mapping[str, Sequence[str]] | None) -> Mapping[str, tuple[str, ...]] | None:
    return None if kept is None else {unit: tuple(addresses) for unit, addresses in kept.items()}


def _open(campaign: str) -> ColumnElement[bool]:
    return questions.c.open == campaign


def _question(row: RowMapping) -> Question:
    plain = {name: row[name] for name in ("id", "day", "against", "moment", "asked_at", "answered_by", "answered_at")}
    answer = None if row["answer"] is None else DateAnswer(row["answer"])
    return Question(**plain, doubt=Doubt(row["doubt"]), answer=answer)
