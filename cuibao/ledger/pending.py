"""What a morning asks about the obligations of many units: the steps that were taken, and what is not settled yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    cast,
    func,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from cuibao.ledger.entries import entries_of
from cuibao.ledger.tables import letters, obligations, questions, receipts, reminders, retractions
from cuibao.model import Entry, LetterState, ObligationKey, Receipt, Step
from cuibao.times import day_of, start_of

PARTS = ("plan", "requirement", "period", "unit")
# Whatever was before, a last entry of these settles its obligation: what would take it back is a later one.
SETTLING = (Entry.RECEIVED, Entry.NIL, Entry.EXEMPTED)


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of an obligation in the ledger: `letter` is the state of the letter that carries it, None if missed.

    `refused` are the addresses at which that never arrives, where no address of the unit's has it; `said`: its unit has
    it, or may have it; `reached`: a server took it for one of the unit's own addresses, and it did not come back.
    """

    code: str
    letter: LetterState | None
    day: date
    refused: tuple[str, ...]
    said: bool = False
    step: Step = Step.OPENING
    reached: bool = False

    @property
    def escalated(self) -> bool:
        """Whether a program that stored it, and computed nothing, had it under 督办."""
        return self.step is Step.ESCALATION and not self.code.startswith("listed-")


@dataclass(frozen=True, slots=True)
class PastLetter:
    """A letter of a day before: `refused` are the addresses at which it never arrives, where no address of the unit's
    has it; `said`: the unit has it, or may have it; `listed`: it had the list of what is overdue; `copied`: the leader
    got a copy, whether the unit has it or not."""

    day: date
    refused: tuple[str, ...]
    said: bool
    listed: bool
    copied: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """Of some units' obligations, `settled` are those that plainly are, and `entries` and `marks` what is known of the
    others, which the policy judges; `counts` is how many entries each unit has in all, `letters` are the letters that
    each got lately, oldest first."""

    settled: frozenset[ObligationKey]
    entries: Mapping[ObligationKey, tuple[Receipt, ...]]
    marks: Mapping[ObligationKey, Mapping[str, Mark]]
    counts: Mapping[str, int]
    letters: Mapping[str, tuple[PastLetter, ...]]


def pending_of(
    db: Connection,
    campaign: str,
    units: Collection[str],
    counts: ColumnElement[bool],
    went: ColumnElement[bool],
    *,
    since: date,
    before: date,
) -> Pending:
    """What is pending of `units`, by the letters that `counts` is true of; lately is from `since` to before `before`.
    `went` is true of those, too, whose morning was taken back.

    Entries are counted first: what is entered meanwhile, a letter's last look will miss.
    """
    theirs = and_(obligations.c.campaign == campaign, obligations.c.unit.in_(units))
    counted = select(obligations.c.unit, func.count()).join_from(obligations, receipts).where(theirs)
    numbers = {row[0]: row[1] for row in db.execute(counted.group_by(obligations.c.unit))}
    standing, false = _within(campaign, units, since, before), _false_copies(campaign, units, since)
    letters = _letters_of(db, and_(counts, standing), and_(went, false))
    if not numbers:
        return Pending(frozenset(), {}, marks_of(db, theirs, counts), {}, letters)
    of_it = receipts.c.obligation == obligations.c.id
    newest = select(func.max(receipts.c.seq)).where(of_it).correlate(obligations).scalar_subquery()
    last = select(*_named(), receipts.c.entry, obligations.c.id).join_from(obligations, receipts)
    settled, others = set(), []
    for *parts, entry, row in db.execute(last.where(theirs, receipts.c.seq == newest)):
        if entry in SETTLING:
            settled.add(ObligationKey(*parts))
        else:
            others.append(row)
    plainly = select(receipts.c.id).where(of_it, receipts.c.seq == newest, receipts.c.entry.in_(SETTLING))
    entries = entries_of(db, obligations.c.id.in_(others)) if others else {}
    return Pending(frozenset(settled), entries, marks_of(db, and_(theirs, ~plainly.exists()), counts), numbers, letters)


def marks_of(
    db: Connection, wanted: ColumnElement[bool], counts: ColumnElement[bool]
) -> Mapping[ObligationKey, Mapping[str, Mark]]:
    """The steps of the obligations that are `wanted` which a letter carried or a later step made missed, by code."""
    carried = [letters.c.state, letters.c.attempts, letters.c.day, _refused(), *_missed()]
    of_step = [reminders.c[name] for name in ("code", "step", "letter", "missed_on")]
    columns = [obligations.c.id, *_named(), *of_step, *carried]
    # One that a letter carried which counts for nothing is no mark.
    counting = and_(wanted, or_(reminders.c.letter.is_(None), counts))
    query = select(*columns).select_from(obligations.join(reminders).outerjoin(letters)).where(counting)
    found: dict[ObligationKey, Mapping[str, Mark]] = {}
    by_row: dict[int, dict[str, Mark]] = {}
    for row, plan, requirement, period, unit, code, step, *carrier in db.execute(query):
        if (marks := by_row.get(row)) is None:
            marks = by_row[row] = {}
            found[ObligationKey(plan, requirement, period, unit)] = marks
        marks[code] = _mark(code, step, *carrier)
    return found


def _named() -> Sequence[ColumnElement[str]]:
    return [obligations.c[name] for name in PARTS]


def _refused() -> ColumnElement[Any]:
    """To whom a letter went, only where it matters: read from JSON, it takes longer than all the rest."""
    return case((letters.c.state == LetterState.REFUSED, letters.c.recipients))


def _missed() -> Sequence[ColumnElement[Any]]:
    """The unit's own addresses, and who was refused, put off and who bounced, only where somebody was."""
    whom = ("refused", "deferred", "bounced")
    nobody = and_(*(cast(letters.c[name], Text) == "[]" for name in whom))
    return [case((~nobody, letters.c[name])) for name in ("own", *whom)]


def _within(campaign: str, units: Collection[str], since: date, before: date) -> ColumnElement[bool]:
    days = and_(letters.c.day >= since, letters.c.day < before)
    return and_(letters.c.campaign == campaign, letters.c.addressee.in_(units), days)


def _false_copies(campaign: str, units: Collection[str], since: date) -> ColumnElement[bool]:
    """The letters with a leader's copy whose mornings were taken back, by a person's answer of late."""
    lately = and_(letters.c.campaign == campaign, letters.c.copied, questions.c.answered_at >= start_of(since))
    # For the index: nearly always there is no such day, and nothing to read.
    days = select(retractions.c.day).where(retractions.c.campaign == campaign)
    return and_(lately, letters.c.addressee.in_(units), letters.c.day.in_(days))


def _letters_of(
    db: Connection, standing: ColumnElement[bool], false: ColumnElement[bool]
) -> Mapping[str, tuple[PastLetter, ...]]:
    """The letters that came to something, by addressee: of those that are `standing`. Of the `false` ones only that the
    leader has a copy, since about the day on which they were taken back: the true days say the rest anew."""
    kept = [letters.c[name] for name in ("addressee", "day", "state", "attempts", "listed")]
    copied = case((letters.c.copied, letters.c.recipients))
    columns: list[ColumnElement[Any]] = [*kept, copied, letters.c.own, _refused(), *_missed()]
    same = and_(*(retractions.c[name] == letters.c[name] for name in ("campaign", "day", "revision")))
    never = type_coerce(null(), questions.c.answered_at.type)
    both = union_all(
        select(*columns, never).where(standing),
        select(*columns, questions.c.answered_at)
        .select_from(letters.join(retractions, same).join(questions))
        .where(false),
    )
    found: dict[str, list[PastLetter]] = {}
    for row in db.execute(both):
        addressee, day, state, attempts, listed, copied_to, own, *whom, taken_back_at = row
        arrival = _arrival(LetterState(state), attempts, *whom)
        leaders = [address for address in copied_to or () if address not in (own or ())]
        has_copy = attempts > 0 and any(address not in arrival.missed for address in leaders)
        if taken_back_at is not None and has_copy:
            found.setdefault(addressee, []).append(PastLetter(day_of(taken_back_at), (), False, False, True))
        elif taken_back_at is None and (arrival.said or arrival.refused or has_copy):
            letter = PastLetter(day, arrival.refused, arrival.said, listed, has_copy)
            found.setdefault(addressee, []).append(letter)
    return {addressee: tuple(sorted(theirs, key=_by_day)) for addressee, theirs in found.items()}


def _by_day(letter: PastLetter) -> date:
    return letter.day


class _Arrival(NamedTuple):
    """Whether a unit has a letter, or may have it; at which of its addresses it never will; and all whom it missed."""

    said: bool
    refused: tuple[str, ...]
    missed: tuple[str, ...]


def _arrival(
    state: LetterState, attempts: int, recipients: Sequence[str] | None, own: Sequence[str] | None, *whom: Any
) -> _Arrival:
    """What became of a letter: of its `recipients` where all were refused, else of the unit's `own` addresses where
    somebody was missed; `whom`: who was refused, put off and bounced."""
    if state is LetterState.REFUSED:
        return _Arrival(False, tuple(recipients or ()), tuple(recipients or ()) if not own else _all(whom))
    # One that may have gone out before a power cut, for all that is known, has said nothing yet.
    said = state.delivered and attempts > 0
    if state is LetterState.PARTIAL and own and set(own) <= set(_all(whom)):
        refused, _, bounced = whom
        return _Arrival(False, (*(refused or ()), *(bounced or ())), _all(whom))
    return _Arrival(said, (), _all(whom))


def _all(whom: Sequence[Sequence[str] | None]) -> tuple[str, ...]:
    return tuple(address for some in whom for address in some or ())


def _reached(state: LetterState, own: Sequence[str] | None, missed: Collection[str]) -> bool:
    """Whether a server took a letter for one of the unit's own addresses, from which it did not come back."""
    took = state in (LetterState.SENT, LetterState.PARTIAL)
    return took and (not missed or not own or any(address not in missed for address in own))


def _mark(
    code: str,
    step: str,
    letter: int | None,
    missed_on: date,
    state: str,
    attempts: int,
    day: date,
    recipients: Sequence[str] | None,
    own: Sequence[str] | None,
    *whom: Sequence[str] | None,
) -> Mark:
    if letter is None:
        return Mark(code, None, missed_on, (), step=Step(step))
    became = LetterState(state)
    arrival = _arrival(became, attempts, recipients, own, *whom)
    return Mark(code, became, day, arrival.refused, arrival.said, Step(step), _reached(became, own, arrival.missed))
