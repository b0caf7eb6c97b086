"""What there is to say this morning: each unit's reminders that are true today, and the letter that holds them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from cuibao.ledger import Mark, PastLetter, Pending
from cuibao.model import (
    NOTHING_ENTERED,
    Letter,
    LetterState,
    Listed,
    Obligation,
    ObligationKey,
    Plan,
    Reminder,
    ReminderPolicy,
    Respite,
    RespiteKind,
    Standing,
    Step,
    StepDate,
    Unit,
)
from cuibao.office import Office
from cuibao.policy.chasing import (
    LOOKING_BACK,
    Posted,
    as_chased,
    chase_is_due,
    crowded,
    is_urged,
    may_copy,
    owed_since,
)
from cuibao.policy.reminders import OPENED, gravest_first, judge, soonest_first
from cuibao.policy.schedule import with_due
from cuibao.policy.standing import standing as standing_of
from cuibao.policy.status import ONE_DAY, ends_at
from cuibao.policy.workdays import WorkingDays
from cuibao.service.entries.standings import standings
from cuibao.service.letters.addresses import bad_addresses, leader_addresses, usable_addresses
from cuibao.service.letters.beginning import begun_on, why_not
from cuibao.service.letters.closing import over, written_about
from cuibao.service.letters.collecting import Collecting
from cuibao.service.letters.copying import Copying
from cuibao.service.letters.respites import respites
from cuibao.times import day_of
from cuibao.tongue import say

# Whose entries and steps are in memory at a time.
UNITS_AT_ONCE = 250
# The steps that say of an item that it is overdue.
LISTING = (Step.OVERDUE, Step.ESCALATION)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be said to one unit this morning, and the steps skipped for good.

    `reminders` and `overdue` are what its letter holds; both are empty where it gets none today. `owed` is what it owes
    all year without what was plainly settled by then, `standings` what had been entered of that, `entries` how many
    there were of all; `respites` and `first_due` as in the letter. `opens`: a phase opens for it, on its day or, after
    downtime, late; `presses`: something in it is for today and no
    other day. `to` are its addresses that letters reach, `leaders` its leader's; `urges`: something is under 督办,
    and the leader may get a copy; `asks`: a person is to be asked whether it may.
    """

    unit: Unit
    to: tuple[str, ...]
    leaders: tuple[str, ...]
    reminders: tuple[Reminder, ...]
    overdue: tuple[Listed, ...]
    missed: tuple[tuple[ObligationKey, StepDate], ...]
    owed: tuple[Obligation, ...]
    standings: Mapping[ObligationKey, Standing]
    respites: Mapping[ObligationKey, Respite]
    first_due: Mapping[ObligationKey, date]
    entries: int
    opens: bool
    presses: bool
    urges: bool
    asks: bool

    @property
    def says(self) -> bool:
        """Whether there is anything to be said today."""
        return bool(self.reminders or self.overdue)

    @property
    def told(self) -> Iterator[Obligation]:
        """What its letter is about."""
        yield from (reminder.obligation for reminder in self.reminders)
        yield from (listed.obligation for listed in self.overdue)

    def concerns(self, plan: Plan) -> bool:
        """Whether something in it is about `plan`."""
        return any(obligation.period.plan.id == plan.id for obligation in self.told)


def quiet(office: Office, as_of: datetime) -> str | None:
    """Why the office writes no letters to units on the day of `as_of`, or None on a day it does."""
    return over(office, as_of) or resting(office, as_of)


def resting(office: Office, as_of: datetime) -> str | None:
    """Why on the day of `as_of` the office writes to nobody, nor to itself."""
    return why_not(office, as_of) or rests(office, day_of(as_of))


def rests(office: Office, today: date) -> str | None:
    """Why `today` is no day for letters, or None where it is one."""
    campaign = office.campaign
    if today < campaign.issued:
        return say("{today} 通知尚未印发（{issued} 印发）", today=today, issued=campaign.issued)
    if not office.schedule.calendar.is_working(today):
        return say("{today} 为休息日，不发催报函", today=today)
    return None


def agendas(
    office: Office, as_of: datetime, plan: Plan | None = None, about: Collection[str] | None = None
) -> Iterator[Agenda]:
    """The units that have something to be said to them this morning, in the order of the contacts; see `agendas_of`.

    With a `plan`, only the units that it concerns; what each is told is the same all the same, for a unit gets one
    letter a morning and all of it.
    """
    for found in agendas_of(office, as_of, office.campaign.units.values(), about):
        if found.says and (plan is None or found.concerns(plan)):
            yield found


def agendas_of(
    office: Office, as_of: datetime, units: Iterable[Unit], about: Collection[str] | None = None
) -> Iterator[Agenda]:
    """What is to be said to each of `units` this morning, as the ledger stands now; to some, nothing. It is about the
    campaigns whose folders are named, or those that units are written to about now."""
    # Who runs one campaign has asked already whether it is over.
    now = written_about if office.campaign.joined else _all_of
    chosen = now(office, as_of) if about is None else about
    morning, left = _Morning(office, as_of, chosen), iter(units)
    while some := list(islice(left, UNITS_AT_ONCE)):
        yield from morning.agendas(some)


def _all_of(office: Office, _as_of: datetime) -> frozenset[str]:
    return frozenset(each.folder for each in office.campaign.each)


def urged_now(office: Office, as_of: datetime, units: Sequence[Unit]) -> Mapping[str, tuple[Listed, ...]]:
    """What is under 督办 now of what each of `units` owes, whether a letter goes to it today or not."""
    return dict(_Morning(office, as_of, _all_of(office, as_of)).urged(units)) if units else {}


def whole(office: Office, agenda: Agenda) -> Agenda:
    """The same, and where its letter tells the whole year also what was settled; from the ledger as it stands now."""
    if not (agenda.opens and agenda.entries):
        return agenda
    year, entered = office.schedule.of_unit(agenda.unit.id), standings(office, agenda.unit.id)
    chased = {each.key: each for each in agenda.owed}  # some by another date than the schedule's
    extended = (office.schedule.as_extended(each, entered.get(each.key, NOTHING_ENTERED)) for each in year)
    owed = tuple(chased.get(each.key, each) for each in extended)
    return replace(agenda, owed=owed, standings=entered)


def compose(
    as_of: datetime, agenda: Agenda, reference: str, message_id: str, collecting: Collecting, *, simulated: bool
) -> Letter:
    """The letter of `agenda`; its `to` is empty where no address of the unit can be reached."""
    dated = (each.obligation for each in agenda.reminders if each.step is not Step.OPENING)
    today, unit = day_of(as_of), agenda.unit
    return Letter(
        unit=unit,
        day=today,
        written_at=as_of,
        reference=reference,
        message_id=message_id,
        to=agenda.to,
        cc=tuple(address for address in agenda.leaders if address not in agenda.to) if agenda.urges else (),
        reminders=agenda.reminders,
        overdue=agenda.overdue,
        year=agenda.owed,
        standings=agenda.standings,
        respites=agenda.respites,
        first_due=agenda.first_due,
        collected=collecting.of((*dated, *(listed.obligation for listed in agenda.overdue))),
        with_year=agenda.opens,
        simulated=simulated,
    )


class _Morning:
    """What all units have in common on the morning of `as_of`."""

    def __init__(self, office: Office, as_of: datetime, about: Collection[str]) -> None:
        self._office = office
        self._as_of = as_of
        self._today = day_of(as_of)
        self._bad = bad_addresses(office)
        # Where all of what is owed may be said, nothing has to be looked through for it.
        self._about = None if len(about) == len(office.campaign.each) else frozenset(about)
        self._begun = {each.folder: begun_on(office, as_of, each) for each in office.campaign.each}
        self._copies = Copying(office)

    def agendas(self, units: Sequence[Unit]) -> Iterator[Agenda]:
        """What is to be said to each of some `units`, by one reading of the ledger."""
        pending, given = self._reading(units)
        for unit in units:
            yield self._agenda(unit, pending, given)

    def urged(self, units: Sequence[Unit]) -> Iterator[tuple[str, tuple[Listed, ...]]]:
        """What is under 督办 of each of some `units`, by one reading of the ledger."""
        pending, given = self._reading(units)
        for unit in units:
            to = usable_addresses(self._office, unit, self._bad)
            owed, entered, first_due = self._owed(unit, pending)
            found = self._found(owed, entered, first_due, pending, given, to)
            yield unit.id, gravest_first([listed for listed in found.overdue if listed.urged])

    def _reading(self, units: Sequence[Unit]) -> tuple[Pending, Mapping[ObligationKey, Respite]]:
        ids = [unit.id for unit in units]
        since = self._today - LOOKING_BACK
        pending = self._office.ledger.pending(self._office.campaign.id, ids, since=since, before=self._today)
        return pending, respites(self._office, self._as_of, ids)

    def _agenda(self, unit: Unit, pending: Pending, given: Mapping[ObligationKey, Respite]) -> Agenda:
        office, policy = self._office, self._office.campaign.policy
        to = usable_addresses(office, unit, self._bad)
        owed, entered, first_due = self._owed(unit, pending)
        found = self._found(owed, entered, first_due, pending, given, to)
        letters = [_sent(letter, to) for letter in pending.letters.get(unit.id, ())]
        theirs = {key: respite for key, respite in given.items() if key.unit == unit.id}
        if not found.wants_a_letter(unit.id, letters, self._today, policy, office.schedule.calendar):
            found = _Found()
        leaders = leader_addresses(office, unit, self._bad)
        urged = any(listed.urged for listed in found.overdue)
        return Agenda(
            unit=unit,
            to=to,
            leaders=leaders,
            reminders=soonest_first(found.reminders),
            overdue=gravest_first(found.overdue),
            missed=tuple(found.missed),
            owed=tuple(owed.values()),
            standings=entered,
            respites=theirs,
            first_due=first_due,
            entries=pending.counts.get(unit.id, 0),
            opens=found.opens,
            presses=found.presses(self._today),
            urges=urged and may_copy(letters, self._today, policy) and self._copies.allowed(unit),
            asks=urged and bool(leaders) and self._copies.asks(unit),
        )

    def _found(
        self,
        owed: Mapping[ObligationKey, Obligation],
        entered: Mapping[ObligationKey, Standing],
        moved: Collection[ObligationKey],
        pending: Pending,
        given: Mapping[ObligationKey, Respite],
        to: tuple[str, ...],
    ) -> "_Found":
        """What there is to say of all that a unit owes; what a pause holds is not even listed. What was `moved` was
        overdue when the campaign was begun."""
        found = _Found()
        for key, obligation in owed.items():
            standing = entered.get(key, NOTHING_ENTERED)
            respite = given.get(key)
            if not standing.settled and (respite is None or respite.kind is not RespiteKind.PAUSE):
                kept = pending.marks.get(key, {})
                self._judge(obligation, standing, respite, kept, to, found, moved=key in moved)
        return found

    def _owed(
        self, unit: Unit, pending: Pending
    ) -> tuple[dict[ObligationKey, Obligation], dict[ObligationKey, Standing], dict[ObligationKey, date]]:
        """What the unit owes all year that is not plainly settled, each with the due date that counts; how it stands,
        where something was entered; and when it was due first, where that was before the campaign was begun."""
        schedule = self._office.schedule
        owed = {obligation.key: obligation for obligation in schedule.of_unit(unit.id)}
        owed = {key: each for key, each in owed.items() if key not in pending.settled and self._may_say(each)}
        entered = {key: standing_of(pending.entries[key]) for key in owed if key in pending.entries}
        first_due: dict[ObligationKey, date] = {}
        for key, standing in entered.items():
            owed[key] = schedule.as_extended(owed[key], standing)
        for key, obligation in owed.items():
            due = as_chased(obligation, self._begun_of(obligation))
            if due != obligation.period.due:
                first_due[key] = obligation.period.due
        for key in first_due:
            if owed[key].period.requirement.tracked:
                owed[key] = with_due(owed[key], as_chased(owed[key], self._begun_of(owed[key])))
        # A milestone that was over by then is nothing to be reminded of.
        dropped = [key for key in first_due if not owed[key].period.requirement.tracked]
        return {key: each for key, each in owed.items() if key not in dropped}, entered, first_due

    def _may_say(self, obligation: Obligation) -> bool:
        return self._about is None or self._office.campaign.of(obligation.period.plan).folder in self._about

    def _begun_of(self, obligation: Obligation) -> date:
        """When the first letters about its campaign went out."""
        return self._begun[self._office.campaign.of(obligation.period.plan).folder]

    def _judge(
        self,
        obligation: Obligation,
        standing: Standing,
        respite: Respite | None,
        kept: Mapping[str, Mark],
        to: tuple[str, ...],
        found: "_Found",
        *,
        moved: bool,
    ) -> None:
        """Add to what is `found` what there is to say of one obligation; `moved`: it was overdue when the campaign was
        begun, and is due on another day."""
        period, today = obligation.period, self._today
        policy, begun = self._office.campaign.of(period.plan).policy, self._begun_of(obligation)
        steps = self._office.schedule.steps(period, standing)
        handled = {step.code for step in steps if step.code in kept and self._handled(kept[step.code], step, to, begun)}
        # The day itself is said no more once its hour has passed.
        until = period.due if self._as_of < ends_at(period) else min(period.due, today - ONE_DAY)
        verdict = judge(steps, handled, until, today, late=not period.requirement.tracked)
        found.missed += [(obligation.key, step) for step in verdict.missed]
        found.opens |= any(step.step is Step.OPENING for step in (verdict.send, *verdict.missed) if step)
        if verdict.send is not None and (respite is None or respite.kind is RespiteKind.MAIL):
            # Its phase may have ended: what opens are those that run.
            step = Step.ADVANCE if moved and verdict.send.step is Step.OPENING else verdict.send.step
            found.reminders.append(Reminder(obligation, step, verdict.send.code))
            found.opened |= any(each.code == OPENED for each in (verdict.send, *verdict.missed))
        since = owed_since(period.due, standing)
        if since < today and period.due < today and period.requirement.tracked:
            listed_on = [mark.day for mark in kept.values() if mark.reached and mark.step in LISTING]
            # What was under 督办 by an older program's count is so still.
            before = any(mark.reached and since < mark.day for mark in kept.values() if mark.escalated)
            counted = before or is_urged([day for day in listed_on if day < today], since, policy)
            urged = respite is None and counted
            found.overdue.append(Listed(obligation, urged, respite))
            if respite is None:
                found.owed_since.append(since)

    def _handled(self, mark: Mark, step: StepDate, to: tuple[str, ...], begun: date) -> bool:
        """Whether a step needs no letter any more.

        A refused letter is repeated only to an address that it was not refused at. One that has not gone out is still
        to go, and then what it made missed is judged again; so is what was missed before the campaign was `begun`. What
        was said before the step's own day was said of another due date, corrected since.
        """
        if mark.day < step.day:
            return False
        if mark.letter is LetterState.REFUSED or mark.refused:
            return set(to) <= set(mark.refused)
        return begun <= mark.day < self._today if mark.letter is None else mark.said


@dataclass(slots=True)
class _Found:
    """What there is to say to a unit; `owed_since` the days since which what is overdue is owed, but for what is
    given; `opened`: something is about what a clerk opened, of which the unit does not know yet."""

    reminders: list[Reminder] = field(default_factory=list)
    overdue: list[Listed] = field(default_factory=list)
    missed: list[tuple[ObligationKey, StepDate]] = field(default_factory=list)
    owed_since: list[date] = field(default_factory=list)
    opens: bool = False
    opened: bool = False

    def presses(self, today: date) -> bool:
        """Whether something is for today and no other day."""
        return self.opened or any(_always_goes(reminder, today) for reminder in self.reminders)

    def wants_a_letter(
        self, unit: str, letters: Sequence[Posted], today: date, policy: ReminderPolicy, calendar: WorkingDays
    ) -> bool:
        """Whether any of it makes a letter go out today."""
        if self.presses(today):
            return True
        if crowded(letters, today, policy):
            return False
        # To whom owes something overdue, what is coming is said in the letters about that.
        own = [each for each in self.reminders if not (self.owed_since and _only_ahead(each))]
        return bool(own) or chase_is_due(unit, self.owed_since, letters, today, policy, calendar)


def _always_goes(reminder: Reminder, today: date) -> bool:
    """Whether it is an opening or a due day's, and not one of a milestone whose day has passed."""
    return reminder.step is Step.OPENING or (reminder.step is Step.DUE and reminder.obligation.period.due >= today)


def _only_ahead(reminder: Reminder) -> bool:
    """Whether it says that something is coming; what was sent back is to come again now."""
    return reminder.step is Step.ADVANCE and not reminder.code.startswith("returned")


def _sent(letter: PastLetter, to: tuple[str, ...]) -> Posted:
    """As chasing sees it. One that was refused is as good as sent, as long as no other address is known."""
    settles = letter.said or (bool(letter.refused) and set(to) <= set(letter.refused))
    return Posted(letter.day, letter.listed and settles, letter.copied, arrived=letter.said)
