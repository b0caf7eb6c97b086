"""The office's morning: one letter to each unit that still owes something, and the gate reports to the office.

Everything here may run again at any time and from several processes: a letter is filed in the ledger before it is
sent; once it may have arrived its bytes stay the same; a step that one letter carries is never carried by another.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from cuibao.errors import Contradiction, CuibaoError, LeaseLost
from cuibao.ledger import FiledLetter, Filing
from cuibao.mailer import Session
from cuibao.model import (
    NOTHING_ENTERED,
    OFFICE,
    GateReport,
    Letter,
    LetterState,
    Message,
    ObligationKey,
    OfficeLetter,
    Reminder,
    Term,
    Unit,
)
from cuibao.office import Office
from cuibao.policy.reminders import worst_first
from cuibao.service.entries.standings import standings
from cuibao.service.letters import phases
from cuibao.service.letters.addresses import forget_bounces
from cuibao.service.letters.agenda import Agenda, agenda_of, agendas, compose, message_id, quiet
from cuibao.service.letters.sending import RECEIVED, Draft, dispatch, take_over
from cuibao.times import day_of

NO_ADDRESS = "通讯录里没有可用的邮箱"
log = logging.getLogger(__name__)


class LetterStatus(Term):
    """What a morning did for an addressee."""

    SENT = "sent", "已发送"
    PARTIAL = "partial", "部分退信"
    DEFERRED = "deferred", "暂缓发送"
    REFUSED = "refused", "退信"
    UNCERTAIN = "uncertain", "是否送达不确定"
    FAILED = "failed", "未能写信"
    CAPPED = "capped", "已达每日上限"
    PLANNED = "planned", "拟发送"
    STOPPED = "stopped", "已报送，未发"
    NOTHING_DUE = "nothing_due", "无需催报"
    ALREADY = "already", "今日已发"
    BUSY = "busy", "正在发送"
    UNREACHABLE = "unreachable", "无有效地址"

    @property
    def written(self) -> bool:
        """Whether this call had a letter to write, whatever came of it (or, in a dry run, would have)."""
        return self in WRITTEN

    @property
    def unsent(self) -> bool:
        """Whether the letter should have gone out and did not, for a reason that a person should look at."""
        return self in (LetterStatus.DEFERRED, LetterStatus.FAILED)


WRITTEN = frozenset(
    {
        LetterStatus.SENT,
        LetterStatus.PARTIAL,
        LetterStatus.DEFERRED,
        LetterStatus.REFUSED,
        LetterStatus.UNCERTAIN,
        LetterStatus.FAILED,
        LetterStatus.CAPPED,
        LetterStatus.PLANNED,
    }
)


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
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MorningResult:
    """What one morning did."""

    as_of: datetime
    skipped: str | None
    transitions: tuple[phases.Transition, ...]
    letters: tuple[LetterResult, ...]

    @property
    def written(self) -> tuple[LetterResult, ...]:
        """The letters to units that this call had to write."""
        return tuple(letter for letter in self.letters if letter.status.written and letter.addressee != OFFICE)

    @property
    def unsent(self) -> tuple[LetterResult, ...]:
        """The letters that should have gone out and did not."""
        return tuple(letter for letter in self.letters if letter.status.unsent)

    @property
    def unreachable(self) -> tuple[str, ...]:
        """The units that are owed a letter and have no address to send it to."""
        return tuple(letter.name for letter in self.letters if letter.status is LetterStatus.UNREACHABLE)


def run(office: Office, as_of: datetime, *, dry_run: bool = False) -> MorningResult:
    """The whole morning. With `dry_run` nothing is written anywhere."""
    skipped = quiet(office, as_of)
    if dry_run:
        found = () if skipped else tuple(_would_write(office, as_of, agenda) for agenda in agendas(office, as_of))
        return MorningResult(as_of, skipped, (), found)
    prepare(office, as_of)
    transitions = phases.turn(office, as_of, office.campaign.plans)
    return MorningResult(as_of, skipped, transitions, () if skipped else tuple(_write_all(office, as_of)))


def prepare(office: Office, as_of: datetime) -> None:
    """Make the ledger ready for the morning: the campaign, its obligations, and what earlier mornings left undone.

    Raises Contradiction for a moment still to come, but in a simulation: its letters would say what is not so, and
    stand in the way of that day's. Then nothing has been touched.
    """
    if as_of > office.now() and not office.ledger.simulated(office.campaign.id):
        raise Contradiction(
            f"{as_of:%Y-%m-%d %H:%M} 还没到，现在是 {office.now():%Y-%m-%d %H:%M}，没有发信。"
            "要看那天会发什么信，请用 cuibao morning --dry-run --as-of。"
        )
    campaign = office.campaign
    office.ledger.register(campaign.id, as_of)
    office.ledger.enrol(campaign.id, (obligation.key for obligation in office.schedule.obligations))
    forget_bounces(office, as_of)
    office.ledger.settle_earlier(campaign.id, day_of(as_of), office.lease())


def in_turn(office: Office) -> tuple[Unit | None, ...]:
    """Whom to write to, None for the office itself: in the order of the contacts and the office last, or under a daily
    cap those first that have waited longest, so that it never passes over the same ones."""
    units = tuple(office.campaign.units.values())
    if office.daily_cap is None:
        return (*units, None)
    last = office.ledger.last_days(office.campaign.id)
    return tuple(sorted((None, *units), key=lambda unit: last.get(unit.id if unit else OFFICE, date.min)))


def write_to(office: Office, session: Session, as_of: datetime, unit: Unit) -> LetterResult:
    """The unit's letter of this morning: written, filed and sent, or whatever is left of that to do.

    Never raises: what goes wrong with one unit is in its result and does not stop the others.
    """
    return _guarded(unit.id, unit.name, lambda: _write_to(office, session, as_of, unit))


def write_to_office(office: Office, session: Session, as_of: datetime) -> LetterResult:
    """The gate reports of the phases that closed, in one letter to the office itself. Never raises."""
    return _guarded(OFFICE, office.campaign.office, lambda: _write_to_office(office, session, as_of))


def _write_all(office: Office, as_of: datetime) -> Iterator[LetterResult]:
    # Looked up once for all: most mornings have nothing to say to most units.
    campaign, today = office.campaign.id, day_of(as_of)
    concerned = {agenda.unit.id for agenda in agendas(office, as_of)} | office.ledger.filed_on(campaign, today)
    with office.carrier.session() as session:
        for unit in in_turn(office):
            if unit is None:
                yield write_to_office(office, session, as_of)
            elif unit.id in concerned:
                yield write_to(office, session, as_of, unit)
            else:
                yield LetterResult(unit.id, unit.name, LetterStatus.NOTHING_DUE)


def _guarded(addressee: str, name: str, write: Callable[[], LetterResult]) -> LetterResult:
    try:
        return write()
    except LeaseLost as lost:
        return LetterResult(addressee, name, LetterStatus.BUSY, detail=str(lost))
    except CuibaoError as trouble:
        return LetterResult(addressee, name, LetterStatus.FAILED, detail=str(trouble))
    except Exception as trouble:
        log.exception("the letter to %s failed", addressee)
        return LetterResult(addressee, name, LetterStatus.FAILED, detail=f"程序出错：{type(trouble).__name__}")


def _write_to(office: Office, session: Session, as_of: datetime, unit: Unit) -> LetterResult:
    filed = office.ledger.letter(office.campaign.id, unit.id, day_of(as_of))
    if filed is not None:
        return _resume(office, session, as_of, unit, filed)
    agenda = agenda_of(office, as_of, unit)
    if not agenda.reminders:
        return LetterResult(unit.id, unit.name, LetterStatus.NOTHING_DUE)
    letter = compose(office, as_of, agenda)
    if not letter.to:
        return _result(letter, "", LetterStatus.UNREACHABLE, NO_ADDRESS)
    if _over_cap(office, as_of):
        return _result(letter, "", LetterStatus.CAPPED)
    filing = _filing(office, letter, agenda)
    number = office.ledger.file(filing, office.lease())
    if number is None:
        return _result(letter, filing.message.subject, LetterStatus.BUSY)
    return _released(office, number, lambda: _send(office, session, letter, filing.message, number))


def _resume(office: Office, session: Session, as_of: datetime, unit: Unit, filed: FiledLetter) -> LetterResult:
    if _kept_back(office, as_of, filed):
        return LetterResult(unit.id, unit.name, LetterStatus.CAPPED)
    ours = take_over(office, filed)
    if ours is None:
        return LetterResult(unit.id, unit.name, _standing(filed), message_id=filed.message.message_id)
    go_on = _repeat if ours.attempts else _write_again
    return _released(office, ours.id, lambda: go_on(office, session, as_of, unit, ours))


def _repeat(office: Office, session: Session, as_of: datetime, unit: Unit, filed: FiledLetter) -> LetterResult:
    """Send what may have arrived before: the same bytes, to the same addresses."""
    agenda = agenda_of(office, as_of, unit)
    letter = compose(office, as_of, replace(agenda, reminders=_carried(office, filed)))
    letter = replace(letter, to=filed.message.recipients, cc=())
    # What it reminds of and has come in since does not stand among the known: then it does not go.
    known = {key: n for key, n in _known(letter).items() if not (key in filed.keys and key in letter.settled)}
    draft = Draft(filed.message, known)
    done = dispatch(office, session, filed.id, draft, filed.attempts, lambda: None)
    return _result(letter, filed.message.subject, LetterStatus(done.state.value), done.detail)


def _write_again(office: Office, session: Session, as_of: datetime, unit: Unit, filed: FiledLetter) -> LetterResult:
    """Write a letter that was put off as everything stands now, and send it."""
    agenda = agenda_of(office, as_of, unit)
    letter = compose(office, as_of, agenda)
    if not letter.reminders:
        office.ledger.conclude(filed.id, LetterState.STOPPED, RECEIVED)
        return _result(letter, "", LetterStatus.STOPPED, RECEIVED)
    if not letter.to:
        office.ledger.let_go(filed.id, office.lease())
        return _result(letter, "", LetterStatus.UNREACHABLE, NO_ADDRESS)
    filing = _filing(office, letter, agenda)
    office.ledger.refile(filed.id, filing, office.lease())
    return _send(office, session, letter, filing.message, filed.id)


def _send(office: Office, session: Session, letter: Letter, message: Message, filed: int) -> LetterResult:
    """Send a letter for the first time; where its unit sends something in before it goes, as it then reads."""
    last = letter, message

    def again() -> Draft | None:
        nonlocal last
        agenda = agenda_of(office, letter.written_at, letter.unit)
        if not agenda.reminders:
            return None
        fresh = compose(office, letter.written_at, agenda)
        filing = _filing(office, fresh, agenda)
        office.ledger.refile(filed, filing, office.lease())
        last = fresh, filing.message
        return Draft(filing.message, _known(fresh))

    done = dispatch(office, session, filed, Draft(message, _known(letter)), 0, again)
    sent, as_it_went = last
    return _result(sent, as_it_went.subject, LetterStatus(done.state.value), done.detail)


def _known(letter: Letter) -> dict[ObligationKey, int]:
    """How many entries each obligation of the unit had when the letter was written."""
    return {key: standing.count for key, standing in letter.standings.items()}


def _write_to_office(office: Office, session: Session, as_of: datetime) -> LetterResult:
    campaign = office.campaign
    filed = office.ledger.letter(campaign.id, OFFICE, day_of(as_of))
    if filed is not None:
        return _resume_to_office(office, session, as_of, filed)
    filing = _office_filing(office, as_of)
    if filing is None:
        return LetterResult(OFFICE, campaign.office, LetterStatus.NOTHING_DUE)
    if not office.carrier.usable(campaign.mailbox):
        return LetterResult(OFFICE, campaign.office, LetterStatus.UNREACHABLE)
    if _over_cap(office, as_of):
        return LetterResult(OFFICE, campaign.office, LetterStatus.CAPPED)
    number = office.ledger.file(filing, office.lease())
    if number is None:
        return LetterResult(OFFICE, campaign.office, LetterStatus.BUSY)
    return _released(office, number, lambda: _send_to_office(office, session, filing.message, number, attempts=0))


def _resume_to_office(office: Office, session: Session, as_of: datetime, filed: FiledLetter) -> LetterResult:
    if _kept_back(office, as_of, filed):
        return LetterResult(OFFICE, office.campaign.office, LetterStatus.CAPPED)
    ours = take_over(office, filed)
    if ours is None:
        return LetterResult(OFFICE, office.campaign.office, _standing(filed))

    def go_on() -> LetterResult:
        filing = _office_filing(office, as_of) if ours.attempts == 0 else None
        if filing is not None:
            office.ledger.refile(ours.id, filing, office.lease())
        message = filing.message if filing is not None else ours.message
        return _send_to_office(office, session, message, ours.id, ours.attempts)

    return _released(office, ours.id, go_on)


def _office_filing(office: Office, as_of: datetime) -> Filing | None:
    """The letter with all gate reports that have not reached the office; None where there are none."""
    campaign, today = office.campaign, day_of(as_of)
    reports = _waiting_reports(office, as_of)
    if not reports:
        return None
    simulated = bool(office.ledger.simulated(campaign.id))
    letter = OfficeLetter(as_of, message_id(office, OFFICE, today), (campaign.mailbox,), reports, simulated)
    message = office.templates.gate_letter(letter, campaign, office.carrier.sender)
    named = tuple((report.plan.id, report.phase.name) for report in reports)
    return Filing(campaign.id, OFFICE, today, as_of, message, phases=named)


def _send_to_office(office: Office, session: Session, message: Message, filed: int, attempts: int) -> LetterResult:
    done = dispatch(office, session, filed, Draft(message), attempts, lambda: None)
    return LetterResult(
        OFFICE,
        office.campaign.office,
        LetterStatus(done.state.value),
        to=message.recipients,
        subject=message.subject,
        message_id=message.message_id,
        detail=done.detail,
    )


def _waiting_reports(office: Office, as_of: datetime) -> tuple[GateReport, ...]:
    marks = office.ledger.phase_marks(office.campaign.id)
    waiting = {(mark.plan, mark.phase) for mark in marks if mark.closed_at is not None and not mark.reported}
    entries = office.ledger.entries(office.campaign.id) if waiting else {}
    found = (
        phases.gate_report(office, entries, as_of, plan, phase)
        for plan in office.campaign.plans
        for phase in plan.phases
        if (plan.id, phase.name) in waiting
    )
    return tuple(report for report in found if report.rows)


def _released(office: Office, filed: int, send: Callable[[], LetterResult]) -> LetterResult:
    """Give up the lease where sending breaks off, so that the next run need not wait for its end."""
    try:
        return send()
    except BaseException:
        office.ledger.let_go(filed, office.lease())
        raise


def _would_write(office: Office, as_of: datetime, agenda: Agenda) -> LetterResult:
    letter = compose(office, as_of, agenda)
    if not letter.to:
        return _result(letter, "", LetterStatus.UNREACHABLE)
    filed = office.ledger.letter(office.campaign.id, agenda.unit.id, letter.day)
    if filed is not None and not filed.state.unfinished:
        return _result(letter, "", LetterStatus.ALREADY)
    message = office.templates.letter(letter, office.campaign, office.carrier.sender)
    return _result(letter, message.subject, LetterStatus.PLANNED)


def _filing(office: Office, letter: Letter, agenda: Agenda) -> Filing:
    return Filing(
        campaign=office.campaign.id,
        addressee=letter.unit.id,
        day=letter.day,
        written_at=letter.written_at,
        message=office.templates.letter(letter, office.campaign, office.carrier.sender),
        steps=tuple((r.obligation.key, r.code, r.step) for r in agenda.reminders),
        missed=tuple((key, step.code, step.step) for key, step in agenda.missed),
    )


def _carried(office: Office, filed: FiledLetter) -> tuple[Reminder, ...]:
    """The reminders of a letter that the ledger holds already."""
    marks = office.ledger.marks(office.campaign.id, filed.addressee)
    entered = standings(office, filed.addressee)
    return worst_first(
        [
            Reminder(obligation, step.step, step.code)
            for obligation in office.schedule.of_unit(filed.addressee)
            if obligation.key in filed.keys
            for step in office.schedule.steps(obligation.period, entered.get(obligation.key, NOTHING_ENTERED))
            if (mark := marks[obligation.key].get(step.code)) is not None
            if mark.letter is not None and mark.day == filed.day
        ]
    )


def _standing(filed: FiledLetter) -> LetterStatus:
    """What to say of a letter that is not ours to send: finished, or in another process's hands."""
    if filed.state.unfinished:
        return LetterStatus.BUSY
    return LetterStatus.STOPPED if filed.state is LetterState.STOPPED else LetterStatus.ALREADY


def _kept_back(office: Office, as_of: datetime, filed: FiledLetter) -> bool:
    """Whether a letter that was put off has to wait for another day."""
    return filed.state.unfinished and filed.attempts == 0 and _over_cap(office, as_of)


def _over_cap(office: Office, as_of: datetime) -> bool:
    cap = office.daily_cap
    return cap is not None and office.ledger.count_letters(office.campaign.id, day_of(as_of)) >= cap


def _result(letter: Letter, subject: str, status: LetterStatus, detail: str = "") -> LetterResult:
    return LetterResult(
        addressee=letter.unit.id,
        name=letter.unit.name,
        status=status,
        to=letter.to,
        cc=letter.cc,
        subject=subject,
        message_id=letter.message_id,
        reminders=letter.reminders,
        detail=detail,
    )
