"""The office's morning: one letter to each unit that still owes something, and the gate reports to the office.

Everything here may run again at any time and from several processes: a letter is filed in the ledger before it is
sent; once it may have arrived its bytes stay the same; a step that one letter carries is never carried by another.
"""

from collections.abc import Collection, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cuibao.errors import Contradiction
from cuibao.ledger import FiledLetter
from cuibao.model import OFFICE, Letter, LetterState, LetterStatus, Listed, Obligation, Reminder
from cuibao.office import Office
from cuibao.said import full_moment, month_day
from cuibao.service.keys import require_keys
from cuibao.service.letters import clock, phases
from cuibao.service.letters.addresses import forget_bounces
from cuibao.service.letters.agenda import Agenda, agendas, compose, quiet, resting, rests, whole
from cuibao.service.letters.beginning import begin_by_itself, waiting_for_yes, why_not
from cuibao.service.letters.closing import final_report, over, unended
from cuibao.service.letters.collecting import Collecting
from cuibao.service.letters.mailing import Letters, settle_earlier, waiting_reports
from cuibao.service.letters.naming import Codebook
from cuibao.service.letters.pausing import in_short
from cuibao.service.mail.looking import ReadFirst, read_first
from cuibao.service.mail.waiting import Backlog, backlog
from cuibao.service.sending import Sent, send
from cuibao.times import day_of
from cuibao.tongue import say

# How many of a morning's agendas stay in memory from the plan until they are written; the others are judged again.
KEPT = 1000

__all__ = ["LetterResult", "LetterStatus", "MorningResult", "prepare", "run", "write"]


@dataclass(frozen=True, slots=True)
class LetterResult:
    """What this call did for one addressee; without a letter the mail's fields are empty."""

    addressee: str
    name: str
    status: LetterStatus
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    message_id: str = ""
    reminders: tuple[Reminder, ...] = ()
    overdue: tuple[Listed, ...] = ()
    detail: str = ""

    @property
    def about(self) -> tuple[Obligation, ...]:
        """What the letter is about."""
        overdue = (listed.obligation for listed in self.overdue)
        return (*overdue, *(reminder.obligation for reminder in self.reminders))


@dataclass(frozen=True, slots=True)
class MorningResult:
    """What one morning did; `left`: letters of earlier ones that, as it found, nobody knows to have arrived; `mailbox`:
    what came of reading it first; `waiting`: the mails that wait for a person; `paused` how much is, in words."""

    as_of: datetime
    skipped: str | None
    transitions: tuple[phases.Transition, ...]
    letters: tuple[LetterResult, ...]
    left: tuple[LetterResult, ...] = ()
    mailbox: ReadFirst | None = None
    waiting: Backlog | None = None
    paused: str = ""

    @property
    def written(self) -> tuple[LetterResult, ...]:
        """The letters to units that this call had to write."""
        return tuple(letter for letter in self.letters if letter.status.written and letter.addressee != OFFICE)

    @property
    def unsent(self) -> tuple[LetterResult, ...]:
        """The letters that should have gone out and did not."""
        return tuple(letter for letter in self.letters if letter.status.unsent)

    @property
    def uncertain(self) -> tuple[LetterResult, ...]:
        """The letters of which this call found that nobody knows whether they arrived."""
        return (*self.left, *(letter for letter in self.letters if letter.status is LetterStatus.UNCERTAIN))

    @property
    def unreachable(self) -> tuple[str, ...]:
        """The units that are owed a letter and have no address to send it to."""
        return tuple(letter.name for letter in self.letters if letter.status is LetterStatus.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Ready:
    """A morning that may go on: how often its day was taken back before, the letters of earlier mornings of which
    nobody knows whether they arrived, and what came of reading the mailbox, where it was."""

    revision: int
    left: tuple[LetterResult, ...]
    mailbox: ReadFirst | None = None


def run(office: Office, as_of: datetime, *, by_the_clock: bool = False, dry_run: bool = False) -> MorningResult:
    """The whole morning; see `prepare`. With `dry_run` nothing is written anywhere.

    Where nothing may leave now, nothing is done that would leave later.
    """
    if not dry_run and (reason := why_not(office, as_of)) is not None:
        return MorningResult(as_of, reason, (), ())
    if dry_run:
        # What may not leave now can be looked at all the same.
        require_keys(office)
        skipped = over(office, as_of) or rests(office, day_of(as_of))
        found = () if skipped else tuple(_would_write(office, as_of))
        return MorningResult(as_of, skipped, (), found, paused=in_short(office, as_of))
    skipped = quiet(office, as_of)
    ready = prepare(office, as_of, by_the_clock=by_the_clock)
    transitions = phases.turn(office, as_of, office.campaign.plans, ready.revision)
    found = _in_order(office, write(office, as_of, ready.revision))
    paused = in_short(office, as_of)
    return MorningResult(as_of, skipped, transitions, found, ready.left, ready.mailbox, backlog(office), paused)


def _in_order(office: Office, found: Iterable[LetterResult]) -> tuple[LetterResult, ...]:
    """As the contacts have them, whichever went first."""
    places = {addressee: place for place, addressee in enumerate([*office.campaign.units, OFFICE])}
    return tuple(sorted(found, key=lambda letter: places[letter.addressee]))


def prepare(office: Office, as_of: datetime, *, by_the_clock: bool = False) -> Ready:
    """Make the ledger ready for the morning: the campaign, its obligations, what earlier mornings left undone, and what
    has come by mail.

    Raises Contradiction for a moment still to come, but in a simulation: its letters would say what is not so, and
    stand in the way of that day's. Raises Faults where what was received would not be found (`require_keys`), and
    DateInDoubt where `as_of` is `by_the_clock`, said by nobody, and the clock is not believed. Then nothing has been
    touched.
    """
    simulated = bool(office.ledger.simulated(office.campaign.id))
    if _to_come(office, as_of):
        raise Contradiction(
            say(
                "{as_of:%Y-%m-%d %H:%M} 还没到，现在是 {now:%Y-%m-%d %H:%M}，没有发信。要看那天会发什么信，"
                "请用 cuibao morning --dry-run --as-of。",
                as_of=as_of,
                now=office.now(),
                moment=full_moment(as_of),
                said=full_moment(office.now()),
            )
        )
    campaign = office.campaign
    require_keys(office)
    office.register(as_of)
    revision = office.ledger.mornings.revision(campaign.id, day_of(as_of))
    if by_the_clock and office.stopped_clock is None and not simulated:
        clock.begin(office, as_of)
    begin_by_itself(office, as_of)
    owed = (obligation.key for unit in campaign.units for obligation in office.schedule.of_unit(unit))
    office.ledger.enrol(campaign.id, owed)
    forget_bounces(office, as_of)
    left = tuple(_of_earlier(office, letter) for letter in settle_earlier(office, as_of))
    return Ready(revision, left, read_first(office) if quiet(office, as_of) is None else None)


def outlived(office: Office, as_of: datetime) -> bool:
    """Whether what a morning triggered at `as_of` is not to be done any more: a morning has come since then, or the
    clock was set back."""
    return day_of(as_of) < day_of(office.now()) or _to_come(office, as_of)


def _to_come(office: Office, as_of: datetime) -> bool:
    return as_of > office.now() and not office.ledger.simulated(office.campaign.id)


def write(
    office: Office, as_of: datetime, revision: int, addressees: Collection[str] | None = None
) -> Generator[LetterResult, None, None]:
    """The letters of this morning to `addressees`, or to all units and the office: what became of each, as it goes.

    Nothing on a day of rest; to the office alone once the campaign is over.

    The morning is one of that `revision`, and writes nothing once it was taken back. Planned from one reading of the
    ledger: to whom; what is said, from that of the letter's batch. Never raises for one letter: what goes wrong with it
    is in its result.
    """
    if resting(office, as_of) is not None:
        return
    to_say: set[str] = set()
    pressing: set[str] = set()
    first: dict[str, Agenda] = {}
    with office.ledger.snapshot():
        ended = over(office, as_of) is not None
        for agenda in () if ended else agendas(office, as_of):
            to_say.add(agenda.unit.id)
            if agenda.presses:
                pressing.add(agenda.unit.id)
            if len(first) < KEPT:
                first[agenda.unit.id] = agenda
        filed = office.ledger.filed_on(office.campaign.id, day_of(as_of))
        unfinished = office.ledger.unfinished_on(office.campaign.id, day_of(as_of))
        turn = [OFFICE] if ended else in_turn(office, pressing)
        order = [each for each in turn if addressees is None or each in addressees]
        if waiting_reports(office, as_of) or final_report(office, as_of):
            to_say.add(OFFICE)
    letters = Letters(office, as_of, revision, first)
    going = []
    for addressee in order:
        state = filed.get(addressee)
        # What was stopped for an entry goes on where that was taken back.
        stopped = state is LetterState.STOPPED and addressee in to_say
        begun = state is not None and (state.unfinished or stopped or addressee in unfinished)
        if begun or (state is None and addressee in to_say):
            going.append(letters.thing(addressee))
        else:
            yield result_of(office, letters, Sent(letters.thing(addressee), _standing(state)))
    for sent in noted(office, as_of, send(office, letters, going)):
        yield result_of(office, letters, sent)


def noted(office: Office, as_of: datetime, sent: Iterable[Sent]) -> Iterator[Sent]:
    """What was sent, as it goes; with the first that reaches a unit the campaign's first day is noted. A morning from
    which nothing left was none."""
    begun = False
    for each in sent:
        left = each.status.reaches or each.status is LetterStatus.UNCERTAIN
        if left and not begun and not each.thing.endswith(f"/{OFFICE}"):
            waiting = waiting_for_yes(office)
            for campaign in office.campaign.each:
                # What is not issued yet is in no letter: who is new by then is still asked about.
                if campaign not in waiting and campaign.issued <= day_of(as_of):
                    office.ledger.mornings.begins_on(campaign.id, office.carried_by, day_of(as_of))
            begun = True
        yield each


def in_turn(office: Office, pressing: Collection[str] = ()) -> list[str]:
    """Whom to write to: in the order of the contacts and the office last, or under a daily cap the `pressing` first and
    then those that have waited longest, so that it never passes over the same ones."""
    units = list(office.campaign.units)
    if office.daily_cap is None:
        return [*units, OFFICE]
    last = office.ledger.last_days(office.campaign.id)
    return sorted([OFFICE, *units], key=lambda each: (each not in {OFFICE, *pressing}, last.get(each, date.min)))


def _standing(state: LetterState | None) -> LetterStatus:
    """What to say of an addressee to whom nothing is to go any more this morning."""
    if state is None:
        return LetterStatus.NOTHING_DUE
    return LetterStatus.STOPPED if state is LetterState.STOPPED else LetterStatus.ALREADY


def _would_write(office: Office, as_of: datetime) -> Iterator[LetterResult]:
    """What a morning would write now; its letters have no Message-ID, for there are none."""
    campaign, today = office.campaign.id, day_of(as_of)
    codes = Codebook(office, today, office.ledger.mornings.revision(campaign, today))
    simulated = bool(office.ledger.simulated(campaign))
    collecting = Collecting(office)
    for agenda in agendas(office, as_of, about=unended(office, as_of)):
        code = codes.code_of(agenda.unit, agenda.told)
        letter = compose(as_of, whole(office, agenda), code, "", collecting, simulated=simulated)
        filed = office.ledger.letter(campaign, agenda.unit.id, today)
        if not letter.to:
            yield _of_letter(letter, "", LetterStatus.UNREACHABLE)
        elif filed is not None and not filed.state.unfinished:
            yield _of_letter(letter, "", LetterStatus.ALREADY)
        else:
            message = office.templates.letter(letter, office.campaign, office.carrier.sender)
            yield _of_letter(letter, message.subject, LetterStatus.PLANNED)


def result_of(office: Office, letters: Letters, sent: Sent) -> LetterResult:
    """What became of one of the `letters`, as the one sender says it."""
    addressee = sent.thing.rpartition("/")[2]
    message = sent.message
    letter = letters.written.pop(addressee, None)
    if letter is not None:
        return _of_letter(letter, message.subject if message else "", sent.status, sent.detail)
    unit = office.campaign.units.get(addressee)
    return LetterResult(
        addressee=addressee,
        name=unit.name if unit else office.campaign.office,
        status=sent.status,
        to=message.recipients if message else (),
        subject=message.subject if message else "",
        message_id=message.message_id if message else "",
        detail=sent.detail,
    )


def _of_earlier(office: Office, letter: FiledLetter) -> LetterResult:
    unit = office.campaign.units.get(letter.addressee)
    return LetterResult(
        addressee=letter.addressee,
        name=unit.name if unit else office.campaign.office,
        status=LetterStatus.UNCERTAIN,
        to=letter.message.recipients,
        subject=letter.message.subject,
        message_id=letter.message.message_id,
        detail=say("{day}的信，{detail}", day=month_day(letter.day), detail=letter.detail),
    )


def _of_letter(letter: Letter, subject: str, status: LetterStatus, detail: str = "") -> LetterResult:
    return LetterResult(
        addressee=letter.unit.id,
        name=letter.unit.name,
        status=status,
        to=letter.to,
        cc=letter.cc,
        subject=subject,
        message_id=letter.message_id,
        reminders=letter.reminders,
        overdue=letter.overdue,
        detail=detail,
    )
