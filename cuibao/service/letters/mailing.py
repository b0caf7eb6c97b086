"""催报函 as mail: what the one sender asks about a morning's letters, to the units and, with the gate reports, to the
office itself."""

import logging
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cuibao.errors import CuibaoError, LeaseLost
from cuibao.ledger import Ending, FiledLetter, Filing, Hold, Leased, Look, Quota, letter_name
from cuibao.model import (
    NOTHING_ENTERED,
    OFFICE,
    GateReport,
    Letter,
    LetterState,
    LetterStatus,
    ObligationKey,
    OfficeLetter,
    Reminder,
    Reports,
    RespiteKind,
    Standing,
    Step,
)
from cuibao.office import Office
from cuibao.policy.reminders import soonest_first
from cuibao.service.entries.standings import standings
from cuibao.service.letters import phases
from cuibao.service.letters.agenda import Agenda, agendas_of, compose, whole
from cuibao.service.letters.beginning import begun_on
from cuibao.service.letters.closing import ended, final_report
from cuibao.service.letters.collecting import Collecting
from cuibao.service.letters.naming import Codebook, message_id
from cuibao.service.letters.telling import Telling
from cuibao.service.sending import Parcel, Sent, received, taken_over
from cuibao.times import day_of
from cuibao.tongue import say

log = logging.getLogger(__name__)


class Letters:
    """The letters of the morning of `as_of`, each batch written from one reading of the ledger.

    `revision`: how often the morning of that day was taken back before; `planned`: what is known already of the first
    units. `written` is each unit's letter as it was last written, by unit; whoever is told what became of it takes it
    out.
    """

    kind = Leased.LETTER
    # Once more after a crash or a lost answer, the same bytes; then a person.
    attempts = 2

    def __init__(
        self,
        office: Office,
        as_of: datetime,
        revision: int,
        planned: Mapping[str, Agenda],
        patience: float = math.inf,  # whoever has the connection gives it back, or dies
    ) -> None:
        self.patience = patience
        self._office = office
        self._as_of = as_of
        self._day = day_of(as_of)
        self._simulated = bool(office.ledger.simulated(office.campaign.id))
        self._revision = revision
        self._key = office.key
        self._codes = Codebook(office, self._day, revision)
        self._planned = dict(planned)
        self._telling = Telling(office)
        self._collecting = Collecting(office)
        self.written: dict[str, Letter] = {}
        self._looks: dict[str, Look] = {}
        cap = office.daily_cap
        self.quota = None if cap is None else Quota(office.campaign.id, self._day, self._revision, cap)

    def thing(self, addressee: str) -> str:
        """What the letter to `addressee` is called among the leases."""
        return letter_name(self._office.campaign.id, self._day, self._revision, addressee)

    def load(self, things: Sequence[str]) -> Iterator[Parcel | Sent]:
        """The letters, with those that are new filed all at once."""
        addressees = {thing: thing.rpartition("/")[2] for thing in things}
        with self._office.ledger.snapshot():
            filed = self._office.ledger.letters(self._office.campaign.id, self._day, addressees.values())
            agendas = self._agendas(addressees.values(), self._planned)
        found = [
            self._guarded(thing, filed.get(addressee), agendas.get(addressee))
            for thing, addressee in addressees.items()
        ]
        filings = [each for each in found if isinstance(each, Filing)]
        self._telling.tell(self.written[each.addressee] for each in filings if each.addressee in self.written)
        rows = self._office.ledger.file(filings, self._office.lease())
        for each in found:
            if not isinstance(each, Filing):
                yield each
            elif each.addressee in rows:
                yield self._parcel(each, rows[each.addressee])
            else:
                yield Sent(each.thing, LetterStatus.BUSY)

    def again(self, parcel: Parcel) -> Parcel | LetterStatus:
        """The unit's letter as it reads now; or that there is nothing left to remind of, or nobody to remind."""
        addressee = parcel.hold.thing.rpartition("/")[2]
        with self._office.ledger.snapshot():
            agendas = self._agendas([addressee], {})
        filing = self._compose(agendas[addressee])
        if not isinstance(filing, Filing):
            return LetterStatus.STOPPED if filing is LetterStatus.NOTHING_DUE else filing
        filing = replace(filing, row=parcel.hold.row)
        self._telling.tell([self.written[addressee]])
        if not self._office.ledger.file([filing], self._office.lease()):
            raise LeaseLost(taken_over())
        return self._parcel(filing, parcel.hold.row)

    def put_off(self, _parcel: Parcel) -> LetterState:
        """It may go at the next run of its day."""
        return LetterState.DEFERRED

    def _agendas(self, addressees: Collection[str], planned: dict[str, Agenda]) -> Mapping[str, Agenda]:
        """What there is to say to the units among `addressees`, by their ids: as was `planned`, once, or as the ledger
        stands now. What was entered since, the last look finds."""
        known = [planned.pop(each) for each in addressees if each in planned]
        others = {each for each in addressees if each != OFFICE}.difference(agenda.unit.id for agenda in known)
        units = [self._office.campaign.units[each] for each in addressees if each in others]
        found = (*known, *agendas_of(self._office, self._as_of, units))
        return {each.unit.id: whole(self._office, each) for each in found}

    def _guarded(self, thing: str, filed: FiledLetter | None, agenda: Agenda | None) -> Parcel | Filing | Sent:
        """What to do about one letter, with the `agenda` of its unit; what goes wrong does not stop the others."""
        try:
            return self._judged(thing, filed, agenda)
        except CuibaoError as trouble:
            return Sent(thing, LetterStatus.FAILED, str(trouble))
        except Exception as trouble:
            log.exception("%s failed", thing)
            return Sent(thing, LetterStatus.FAILED, say("程序出错：{kind}", kind=type(trouble).__name__))

    def _judged(self, thing: str, filed: FiledLetter | None, agenda: Agenda | None) -> Parcel | Filing | Sent:
        again = agenda is not None and agenda.says and filed is not None and filed.state is LetterState.STOPPED
        if filed is not None and not (filed.unfinished or again):
            stopped = filed.state is LetterState.STOPPED
            return Sent(thing, LetterStatus.STOPPED if stopped else LetterStatus.ALREADY, message=filed.message)
        attempts = filed.handed_over(self._office.holder.boot) if filed else 0
        if filed is not None and (attempts or filed.deferred):
            return self._as_it_was(filed, attempts, agenda)
        found = self._to_office() if agenda is None else self._compose(agenda)
        if isinstance(found, Filing):
            return replace(found, row=filed.id if filed else None)
        if filed is not None and found is LetterStatus.NOTHING_DUE:
            ending = Ending(Hold(Leased.LETTER, thing, filed.id), LetterState.STOPPED, received(), 0)
            self._office.ledger.leases.conclude(ending, self._office.lease())
            return Sent(thing, LetterStatus.STOPPED, received())
        return Sent(thing, found, say("通讯录里没有可用的邮箱") if found is LetterStatus.UNREACHABLE else "")

    def _compose(self, agenda: Agenda) -> Filing | LetterStatus:
        if not agenda.says:
            return LetterStatus.NOTHING_DUE
        letter = self._letter(agenda)
        self.written[letter.unit.id] = letter
        self._looks[letter.unit.id] = Look(self._office.campaign.id, letter.unit.id, agenda.entries)
        if not letter.to:
            return LetterStatus.UNREACHABLE
        return Filing(
            campaign=self._office.campaign.id,
            addressee=letter.unit.id,
            day=letter.day,
            revision=self._revision,
            written_at=letter.written_at,
            message=self._office.templates.letter(letter, self._office.campaign, self._office.carrier.sender),
            steps=_steps(letter),
            missed=tuple((key, step.code, step.step) for key, step in agenda.missed),
            code=letter.reference,
            carrier=self._office.carried_by,
            own=letter.to,
            entries=agenda.entries,
            listed=any(listed.respite is None for listed in letter.overdue),
            copied=bool(letter.cc),
            asks=agenda.asks,
        )

    def _letter(self, agenda: Agenda) -> Letter:
        code, name = self._codes.code_of(agenda.unit, agenda.told), self._id(agenda.unit.id)
        return compose(self._as_of, agenda, code, name, self._collecting, simulated=self._simulated)

    def _id(self, addressee: str) -> str:
        return message_id(self._office, self._key, addressee, self._day, self._revision)

    def _parcel(self, filing: Filing, row: int) -> Parcel:
        hold = Hold(Leased.LETTER, filing.thing, row)
        return Parcel(hold, filing.message, look=self._looks.pop(filing.addressee, None))

    def _as_it_was(self, filed: FiledLetter, attempts: int, agenda: Agenda | None) -> Parcel | Sent:
        """What may have arrived before: the same bytes to the same addresses, unless it reminds of what has come in.
        What some of its recipients have: the same bytes to those that were put off, unless anything has."""
        hold, rest = Hold(Leased.LETTER, filed.thing, filed.id), bool(filed.deferred)
        left = _left(filed, agenda)
        if rest and not left:
            return Sent(filed.thing, LetterStatus.ALREADY, message=filed.message)
        message = replace(filed.message, recipients=left) if rest else filed.message
        parcel = Parcel(hold, message, attempts, filed.attempts, rest=rest, missed=filed.missed)
        if agenda is None:
            return parcel
        entered = standings(self._office, filed.addressee)
        told = tuple(listed for listed in agenda.overdue if listed.obligation.key in filed.keys)
        carried = replace(agenda, reminders=self._carried(filed, entered), overdue=told)
        self.written[filed.addressee] = replace(self._letter(carried), to=message.recipients, cc=())
        entries = sum(standing.count for standing in entered.values())
        if rest and filed.entries is not None:
            entries = filed.entries
        moot = bool(attempts) and any(entered[key].settled for key in filed.keys if key in entered)
        return replace(parcel, look=Look(filed.campaign, filed.addressee, entries), moot=moot)

    def _carried(self, filed: FiledLetter, entered: Mapping[ObligationKey, Standing]) -> tuple[Reminder, ...]:
        """The reminders of a letter that the ledger holds already."""
        office = self._office
        marks = office.ledger.marks(office.campaign.id, filed.addressee)
        return soonest_first(
            [
                Reminder(obligation, step.step, step.code)
                for obligation in office.schedule.of_unit(filed.addressee)
                if obligation.key in filed.keys
                for step in office.schedule.steps(obligation.period, entered.get(obligation.key, NOTHING_ENTERED))
                if (mark := marks[obligation.key].get(step.code)) is not None
                if mark.letter is not None and mark.day == filed.day
            ]
        )

    def _to_office(self) -> Filing | LetterStatus:
        """The letter with all reports that have not reached the office."""
        office, campaign = self._office, self._office.campaign
        reports = waiting_reports(office, self._as_of)
        final = final_report(office, self._as_of)
        if not reports and final is None:
            return LetterStatus.NOTHING_DUE
        if not office.carrier.usable(campaign.mailbox):
            return LetterStatus.UNREACHABLE
        letter = OfficeLetter(self._as_of, self._id(OFFICE), (campaign.mailbox,), reports, self._simulated, final)
        return Filing(
            campaign=campaign.id,
            addressee=OFFICE,
            day=self._day,
            revision=self._revision,
            written_at=self._as_of,
            message=office.templates.gate_letter(letter, campaign, office.carrier.sender),
            phases=tuple((report.plan.id, report.phase.id) for report in reports),
            carrier=office.carried_by,
            final=final.campaign.id if final else None,
        )


def _left(filed: FiledLetter, agenda: Agenda | None) -> tuple[str, ...]:
    """Who of those that were put off is still to get the letter: an address that is the unit's own now, and its leader
    where one would be copied now; nobody where all that it says is paused."""
    if agenda is None:
        return filed.deferred
    paused = {key for key, respite in agenda.respites.items() if respite.kind is RespiteKind.PAUSE}
    if filed.keys and paused.issuperset(filed.keys):
        return ()
    wanted = {address.lower() for address in (*agenda.to, *(agenda.leaders if agenda.urges else ()))}
    return tuple(address for address in filed.deferred if address.lower() in wanted)


def _steps(letter: Letter) -> tuple[tuple[ObligationKey, str, Step], ...]:
    """What the letter says of what, for the ledger: of what is overdue that it was listed that day, unless something
    holds it."""
    listed_on = f"listed-{letter.day}"
    listed = (
        (each.obligation.key, listed_on, Step.ESCALATION if each.urged else Step.OVERDUE)
        for each in letter.overdue
        if each.respite is None
    )
    return (*((each.obligation.key, each.code, each.step) for each in letter.reminders), *listed)


def waiting_reports(office: Office, as_of: datetime) -> tuple[GateReport, ...]:
    """The gate reports of the phases that asked for something, were closed, and whose report has not reached the
    office. There is none of a phase whose last day was before the beginning, and none once the campaign is over."""
    begun = {
        campaign.folder: begun_on(office, as_of, campaign)
        for campaign in office.campaign.each
        if ended(office, as_of, campaign) is None
    }
    if not begun:
        return ()
    tracked = ((each, office.campaign.of(each.plan).folder) for each in office.schedule.tracked())
    asked = {
        (each.plan.id, each.phase.id)
        for each, campaign in tracked
        if campaign in begun and each.phase.end >= begun[campaign]
    }
    marks = office.ledger.phase_marks(office.campaign.id)
    waiting = {(mark.plan, mark.phase) for mark in marks if mark.closed_at is not None and not mark.reported} & asked
    entries = office.ledger.entries(office.campaign.id) if waiting else {}
    found = (
        phases.gate_report(office, entries, as_of, plan, phase)
        for plan in office.campaign.plans
        for phase in plan.phases
        if phase.reports is Reports.GATE and (plan.id, phase.id) in waiting
    )
    return tuple(report for report in found if report.rows)


def settle_earlier(office: Office, as_of: datetime) -> tuple[FiledLetter, ...]:
    """Close what earlier mornings left unfinished: perhaps handed over is uncertain, any other is deferred. The
    uncertain ones are returned: a person looks at them, and they are never repeated.

    The steps of a deferred letter are free for today's. What another process holds is left to it.
    """
    left = {each.thing: each for each in office.ledger.underway(office.campaign.id, day_of(as_of))}
    leases = office.ledger.leases
    ours = leases.take(Leased.LETTER, list(left), office.lease()).ours if left else ()
    found = [_settled(office, left[thing]) for thing in ours]
    leases.give_up(Leased.LETTER, ours, office.lease())
    return tuple(letter for letter in found if letter is not None)


def _settled(office: Office, seen: FiledLetter) -> FiledLetter | None:
    # What it is like is known only now that it is ours.
    letter = office.ledger.letter(office.campaign.id, seen.addressee, seen.day)
    if letter is None or not letter.state.unfinished:
        return None
    doubtful = letter.handed_over(office.holder.boot) > 0
    state = LetterState.UNCERTAIN if doubtful else LetterState.DEFERRED
    words = say("发送途中程序中断，是否送达请人工核实") if doubtful else letter.detail or say("当日未能发出")
    ending = Ending(Hold(Leased.LETTER, letter.thing, letter.id), state, words, letter.attempts)
    office.ledger.leases.conclude(ending, office.lease())
    return replace(letter, state=state, detail=words) if doubtful else None
