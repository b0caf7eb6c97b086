"""What there is to say this morning: each unit's reminders that are true today, and the letter that holds them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cuibao.ledger import Mark
from cuibao.model import Letter, LetterState, ObligationKey, Plan, Reminder, Step, StepDate, Unit
from cuibao.policy.reminders import judge, reminder, worst_first
from cuibao.service.addresses import leader_addresses, usable_addresses
from cuibao.service.parts import Office
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be said to one unit this morning, and the steps skipped for good."""

    unit: Unit
    reminders: tuple[Reminder, ...]
    missed: tuple[tuple[ObligationKey, StepDate], ...]

    @property
    def opens(self) -> bool:
        """Whether it opens a phase for the unit, on the day or, after downtime, late."""
        steps = [step.code for _, step in self.missed]
        return "opening" in steps or any(reminder.step is Step.OPENING for reminder in self.reminders)

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
    received = office.ledger.received(office.campaign.id)
    marks = office.ledger.marks(office.campaign.id)
    for unit in office.campaign.units.values():
        found = _agenda(office, as_of, unit, received, marks)
        if found.reminders and (plan is None or found.concerns(plan)):
            yield found


def agenda_of(office: Office, as_of: datetime, unit: Unit) -> Agenda:
    """What is to be said to `unit` this morning, as the ledger stands now."""
    campaign = office.campaign.id
    received = office.ledger.received(campaign, unit.id)
    return _agenda(office, as_of, unit, received, office.ledger.marks(campaign, unit.id))


def compose(office: Office, as_of: datetime, unit: Unit, reminders: tuple[Reminder, ...], *, with_year: bool) -> Letter:
    """The letter that says `reminders` to `unit`, less what has been received; `to` is empty where no address of it
    can be reached."""
    campaign, today = office.campaign, day_of(as_of)
    to = usable_addresses(office, unit)
    settled = frozenset(office.ledger.received(campaign.id, unit.id))
    reminders = tuple(reminder for reminder in reminders if reminder.obligation.key not in settled)
    escalated = any(reminder.step is Step.ESCALATION for reminder in reminders)
    return Letter(
        unit=unit,
        day=today,
        written_at=as_of,
        reference=f"{campaign.reference}-{today:%m%d}-{unit.no}",
        message_id=message_id(office, unit.id, today),
        to=to,
        cc=tuple(address for address in leader_addresses(office, unit) if address not in to) if escalated else (),
        reminders=reminders,
        year=office.schedule.of_unit(unit.id),
        settled=settled,
        with_year=with_year,
        simulated=bool(office.ledger.simulated(campaign.id)),
    )


def message_id(office: Office, addressee: str, day: date) -> str:
    """The Message-ID of a morning's letter: the same whoever writes it and however often (RFC 5322, 3.6.4)."""
    name = f"{office.campaign.id}.{day:%Y%m%d}.{addressee}"
    mark = hashlib.sha256(f"{office.campaign.document_no}/{name}".encode()).hexdigest()[:8]
    return f"<{name}.{mark}@{office.carrier.sender.partition('@')[2]}>"


def _agenda(
    office: Office,
    as_of: datetime,
    unit: Unit,
    received: Mapping[ObligationKey, datetime],
    marks: Mapping[ObligationKey, Mapping[str, Mark]],
) -> Agenda:
    today = day_of(as_of)
    if today > office.campaign.ends:
        return Agenda(unit, (), ())
    to = usable_addresses(office, unit)
    reminders: list[Reminder] = []
    missed: list[tuple[ObligationKey, StepDate]] = []
    for obligation in office.schedule.of_unit(unit.id):
        key = obligation.key
        if key in received:
            continue
        handled = {code for code, mark in marks.get(key, {}).items() if _handled(mark, to)}
        verdict = judge(office.schedule.steps(obligation.period), handled, obligation.period.due, today)
        if verdict.send is not None:
            reminders.append(reminder(obligation, verdict.send, today))
        missed.extend((key, step) for step in verdict.missed)
    return Agenda(unit, worst_first(reminders), tuple(missed))


def _handled(mark: Mark, to: tuple[str, ...]) -> bool:
    """Whether a step needs no letter any more.

    A refused letter is repeated only to an address that it was not refused at; one that has not gone out is still to
    go: today's as it is filed, an earlier one's steps in a new letter.
    """
    if mark.letter is LetterState.REFUSED:
        return set(to) <= set(mark.recipients)
    return mark.letter is None or mark.letter.delivered
