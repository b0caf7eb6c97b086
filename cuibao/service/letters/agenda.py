"""What there is to say this morning: each unit's reminders that are true today, and the letter that holds them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from cuibao.ledger import Mark, Pending
from cuibao.model import (
    NOTHING_ENTERED,
    Letter,
    LetterState,
    Obligation,
    ObligationKey,
    Plan,
    Reminder,
    Standing,
    Step,
    StepDate,
    Unit,
)
from cuibao.office import Office
from cuibao.policy.reminders import judge, worst_first
from cuibao.policy.standing import standing as standing_of
from cuibao.service.entries.standings import standings
from cuibao.service.letters.addresses import bad_addresses, leader_addresses, usable_addresses
from cuibao.times import day_of

# Whose entries and steps are in memory at a time.
UNITS_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be said to one unit this morning, and the steps skipped for good.

    `owed` is what it owes all year without what was plainly settled by then, `standings` what had been entered of that,
    `entries` how many there were of all. `opens`: a phase opens for it, on its day or, after downtime, late. `to` are
    its addresses that letters reach, `leaders` its leader's.
    """

    unit: Unit
    to: tuple[str, ...]
    leaders: tuple[str, ...]
    reminders: tuple[Reminder, ...]
    missed: tuple[tuple[ObligationKey, StepDate], ...]
    owed: tuple[Obligation, ...]
    standings: Mapping[ObligationKey, Standing]
    entries: int
    opens: bool

    def concerns(self, plan: Plan) -> bool:
        """Whether something in it is about `plan`."""
        return any(reminder.obligation.period.plan.id == plan.id for reminder in self.reminders)


def quiet(office: Office, as_of: datetime) -> str | None:
    """Why the office writes no letters on the day of `as_of`, or None on a day it does."""
    campaign, today = office.campaign, day_of(as_of)
    if today < campaign.issued:
        return f"{today} 通知尚未印发（{campaign.issued} 印发）"
    if not office.schedule.calendar.is_working(today):
        return f"{today} 为休息日，不发催报函"
    return None


def agendas(office: Office, as_of: datetime, plan: Plan | None = None) -> Iterator[Agenda]:
    """The units that have something to be said to them this morning, in the order of the contacts.

    With a `plan`, only the units that it concerns; what each is told is the same all the same, for a unit gets one
    letter a morning and all of it.
    """
    for found in agendas_of(office, as_of, office.campaign.units.values()):
        if found.reminders and (plan is None or found.concerns(plan)):
            yield found


def agendas_of(office: Office, as_of: datetime, units: Iterable[Unit]) -> Iterator[Agenda]:
    """What is to be said to each of `units` this morning, as the ledger stands now; to some, nothing."""
    bad, left = bad_addresses(office), iter(units)
    while some := list(islice(left, UNITS_AT_ONCE)):
        pending = office.ledger.pending(office.campaign.id, [unit.id for unit in some])
        for unit in some:
            yield _agenda(office, as_of, unit, pending, bad)


def whole(office: Office, agenda: Agenda) -> Agenda:
    """The same, and where its letter tells the whole year also what was settled; from the ledger as it stands now."""
    if not (agenda.opens and agenda.entries):
        return agenda
    year, entered = office.schedule.of_unit(agenda.unit.id), standings(office, agenda.unit.id)
    owed = (office.schedule.as_extended(each, entered.get(each.key, NOTHING_ENTERED)) for each in year)
    return replace(agenda, owed=tuple(owed), standings=entered)


def compose(as_of: datetime, agenda: Agenda, reference: str, message_id: str, *, simulated: bool) -> Letter:
    """The letter of `agenda`; its `to` is empty where no address of the unit can be reached."""
    today, unit = day_of(as_of), agenda.unit
    escalated = any(reminder.step is Step.ESCALATION for reminder in agenda.reminders)
    return Letter(
        unit=unit,
        day=today,
        written_at=as_of,
        reference=reference,
        message_id=message_id,
        to=agenda.to,
        cc=tuple(address for address in agenda.leaders if address not in agenda.to) if escalated else (),
        reminders=agenda.reminders,
        year=agenda.owed,
        standings=agenda.standings,
        with_year=agenda.opens,
        simulated=simulated,
    )


def _agenda(office: Office, as_of: datetime, unit: Unit, pending: Pending, bad: frozenset[str]) -> Agenda:
    today = day_of(as_of)
    to = usable_addresses(office, unit, bad)
    owed, entered = _owed(office, unit, pending)
    reminders: list[Reminder] = []
    missed: list[tuple[ObligationKey, StepDate]] = []
    opens = False
    for key, obligation in owed.items() if today <= office.campaign.ends else ():
        standing = entered.get(key, NOTHING_ENTERED)
        if standing.settled:
            continue
        steps, kept = office.schedule.steps(obligation.period, standing), pending.marks.get(key, {})
        handled = {step.code for step in steps if step.code in kept and _handled(kept[step.code], step, to, today)}
        verdict = judge(steps, handled, obligation.period.due, today)
        if verdict.send is not None:
            reminders.append(Reminder(obligation, verdict.send.step, verdict.send.code))
        missed.extend((key, step) for step in verdict.missed)
        opens = opens or any(step.step is Step.OPENING for step in (verdict.send, *verdict.missed) if step)
    leaders = leader_addresses(office, unit, bad)
    count = pending.counts.get(unit.id, 0)
    return Agenda(unit, to, leaders, worst_first(reminders), tuple(missed), tuple(owed.values()), entered, count, opens)


def _owed(
    office: Office, unit: Unit, pending: Pending
) -> tuple[dict[ObligationKey, Obligation], dict[ObligationKey, Standing]]:
    """What the unit owes all year that is not plainly settled, each with the due date that counts; and how it stands,
    where something was entered."""
    owed = {obligation.key: obligation for obligation in office.schedule.of_unit(unit.id)}
    owed = {key: obligation for key, obligation in owed.items() if key not in pending.settled}
    entered = {key: standing_of(pending.entries[key]) for key in owed if key in pending.entries}
    for key, standing in entered.items():
        owed[key] = office.schedule.as_extended(owed[key], standing)
    return owed, entered


def _handled(mark: Mark, step: StepDate, to: tuple[str, ...], today: date) -> bool:
    """Whether a step needs no letter any more.

    A refused letter is repeated only to an address that it was not refused at. One that has not gone out is still to
    go, and then what it made missed is judged again. What was said before the step's own day was said of another due
    date, corrected since.
    """
    if mark.day < step.day:
        return False
    if mark.letter is LetterState.REFUSED:
        return set(to) <= set(mark.refused)
    return mark.day < today if mark.letter is None else mark.said
