"""What there is to say this morning: each unit's reminders that are true today, and the letter that holds them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cuibao.ledger import Mark
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
from cuibao.service.entries.standings import standings
from cuibao.service.letters.addresses import bad_addresses, leader_addresses, usable_addresses
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be said to one unit this morning, and the steps skipped for good.

    `standings` is what had been entered for the unit by then; `opens`: a phase opens for it, on its day or, after
    downtime, late. `to` are its addresses that letters reach, `leaders` its leader's.
    """

    unit: Unit
    to: tuple[str, ...]
    leaders: tuple[str, ...]
    reminders: tuple[Reminder, ...]
    missed: tuple[tuple[ObligationKey, StepDate], ...]
    standings: Mapping[ObligationKey, Standing]
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
    entered: dict[str, dict[ObligationKey, Standing]] = {}
    for key, standing in standings(office).items():
        entered.setdefault(key.unit, {})[key] = standing
    marks = office.ledger.marks(office.campaign.id)
    bad = bad_addresses(office)
    for unit in office.campaign.units.values():
        found = _agenda(office, as_of, unit, entered.get(unit.id, {}), marks, bad)
        if found.reminders and (plan is None or found.concerns(plan)):
            yield found


def agenda_of(office: Office, as_of: datetime, unit: Unit) -> Agenda:
    """What is to be said to `unit` this morning, as the ledger stands now."""
    campaign = office.campaign.id
    marks = office.ledger.marks(campaign, unit.id)
    return _agenda(office, as_of, unit, standings(office, unit.id), marks, bad_addresses(office))


def compose(office: Office, as_of: datetime, agenda: Agenda, revision: int, *, simulated: bool) -> Letter:
    """The letter of `agenda`; its `to` is empty where no address of the unit can be reached. `revision`: how often the
    morning of that day was taken back."""
    today, unit = day_of(as_of), agenda.unit
    escalated = any(reminder.step is Step.ESCALATION for reminder in agenda.reminders)
    return Letter(
        unit=unit,
        day=today,
        written_at=as_of,
        reference=reference_of(office, today, unit),
        message_id=message_id(office, unit.id, today, revision),
        to=agenda.to,
        cc=tuple(address for address in agenda.leaders if address not in agenda.to) if escalated else (),
        reminders=agenda.reminders,
        year=_owed(office, unit, agenda.standings),
        standings=agenda.standings,
        with_year=agenda.opens,
        simulated=simulated,
    )


def reference_of(office: Office, day: date, unit: Unit) -> str:
    """The code of a unit's letter of `day`, by which its reply is known: XF2022-0725-T01."""
    return f"{office.campaign.reference}-{day:%m%d}-{unit.no}"


def message_id(office: Office, addressee: str, day: date, revision: int) -> str:
    """The Message-ID of a morning's letter: the same whoever writes it and however often (RFC 5322, 3.6.4), and another
    one after its morning was taken back: the first may have left."""
    name = f"{office.campaign.id}.{day:%Y%m%d}.{addressee}{f'.r{revision}' if revision else ''}"
    mark = hashlib.sha256(f"{office.campaign.document_no}/{name}".encode()).hexdigest()[:8]
    return f"<{name}.{mark}@{office.carrier.sender.partition('@')[2]}>"


def _agenda(
    office: Office,
    as_of: datetime,
    unit: Unit,
    entered: Mapping[ObligationKey, Standing],
    marks: Mapping[ObligationKey, Mapping[str, Mark]],
    bad: frozenset[str],
) -> Agenda:
    today = day_of(as_of)
    to = usable_addresses(office, unit, bad)
    reminders: list[Reminder] = []
    missed: list[tuple[ObligationKey, StepDate]] = []
    opens = False
    for obligation in _owed(office, unit, entered) if today <= office.campaign.ends else ():
        key = obligation.key
        standing = entered.get(key, NOTHING_ENTERED)
        if standing.settled:
            continue
        steps, kept = office.schedule.steps(obligation.period, standing), marks.get(key, {})
        handled = {step.code for step in steps if step.code in kept and _handled(kept[step.code], step, to, today)}
        verdict = judge(steps, handled, obligation.period.due, today)
        if verdict.send is not None:
            reminders.append(Reminder(obligation, verdict.send.step, verdict.send.code))
        missed.extend((key, step) for step in verdict.missed)
        opens = opens or any(step.step is Step.OPENING for step in (verdict.send, *verdict.missed) if step)
    leaders = leader_addresses(office, unit, bad)
    return Agenda(unit, to, leaders, worst_first(reminders), tuple(missed), entered, opens)


def _owed(office: Office, unit: Unit, entered: Mapping[ObligationKey, Standing]) -> tuple[Obligation, ...]:
    """What the unit owes all year, each with the due date that counts."""
    return tuple(
        office.schedule.as_extended(obligation, entered.get(obligation.key, NOTHING_ENTERED))
        for obligation in office.schedule.of_unit(unit.id)
    )


def _handled(mark: Mark, step: StepDate, to: tuple[str, ...], today: date) -> bool:
    """Whether a step needs no letter any more.

    A refused letter is repeated only to an address that it was not refused at. One that has not gone out is still to
    go, and then what it made missed is judged again. What was said before the step's own day was said of another due
    date, corrected since.
    """
    if mark.day < step.day:
        return False
    if mark.letter is LetterState.REFUSED:
        return set(to) <= set(mark.recipients)
    return mark.day < today if mark.letter is None else mark.said
