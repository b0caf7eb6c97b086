"""收取: the office's mailbox, read once and for all: receipts, evidence, the queue of what a person must decide.

A mail and all that it brings about are one transaction; how far the mailbox was read is noted after it. Whatever breaks
off in between is read again and found known, so no mail is lost and none counts twice.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from cuibao.errors import Contradiction, CuibaoError
from cuibao.incoming import Mail
from cuibao.ledger import Consequences, ReadMail
from cuibao.mailbox import Batch, MailboxSession
from cuibao.model import Entry, Obligation, Receipt, Verdict
from cuibao.office import Office
from cuibao.policy.entries import Already, Refused, admit
from cuibao.policy.mail.judging import Judgement, Matcher
from cuibao.policy.standing import standing
from cuibao.service.entries.record import AGAIN
from cuibao.service.keys import require_keys
from cuibao.service.letters.leaving import wrong_clock
from cuibao.service.mail.answers import acknowledgement
from cuibao.service.mail.bounces import bounced
from cuibao.service.mail.correspondence import Correspondence
from cuibao.service.mail.keeping import clean, keep_files, keep_raw, read_mail, receipt
from cuibao.service.mail.rejudging import is_recent, judge_again
from cuibao.service.mail.trusting import learn, notices
from cuibao.times import day_of, start_of
from cuibao.tongue import say

# How often a mail is filed against clerks who enter the same at the same time.
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Registered:
    """A mail by which something was registered: which unit's, and what for."""

    unit: str
    items: tuple[Obligation, ...]
    subject: str


@dataclass(slots=True)
class Collected:
    """What a reading of the mailbox came to; `again`: how many were judged again that waited for trust; `retrusted`:
    whether there is something new about whom to believe, and `notices`: what is to be known or done about that."""

    read: int = 0
    registered: list[Registered] = field(default_factory=list)
    supplements: int = 0
    queued: int = 0
    bounced: int = 0
    ignored: int = 0
    again: int = 0
    retrusted: bool = False
    troubles: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the board, the queue or the call sheet have something new to show."""
        return bool(self.registered or self.supplements or self.queued or self.bounced or self.again or self.retrusted)


@dataclass(frozen=True, slots=True)
class _Reading:
    """All that is at hand while the mailbox is read."""

    office: Office
    as_of: datetime
    matcher: Matcher
    letters: Correspondence
    found: Collected
    again: ReadMail | None = None  # the mail in the ledger that is judged once more

    def file(self, mail: ReadMail, then: Consequences) -> bool:
        """Keep the mail with all that it brings about, as a new one or in the place of what was made of it."""
        mails, campaign = self.office.ledger.mails, self.office.campaign.id
        if self.again is not None:
            return mails.judge_again(campaign, self.again, mail, self.as_of, then)
        return mails.file(campaign, mail, then) is not None

    def is_done(self, mail: Mail) -> bool:
        """Whether another process, or a person, has dealt with the mail meanwhile."""
        mails, campaign = self.office.ledger.mails, self.office.campaign.id
        if self.again is None:
            return bool(mails.known(campaign, [mail.identity]))
        stands = mails.numbered(campaign, self.again.id)
        return stands is None or stands.decision is not None or stands.waits != self.again.waits

    def is_answered(self, mail: Mail) -> bool:
        """Whether who wrote the mail is to have an acknowledgement."""
        return self.again is None or is_recent(self.office, self.as_of, mail)


def said(found: Collected, answers: Mapping[str, int]) -> str:
    """What a reading came to, in the one wording that the UI and the command line share; `answers` as `send_answers`
    counts them."""
    counts = {
        Verdict.RECEIPT.word: sum(len(each.items) for each in found.registered),
        Verdict.QUEUE.word: found.queued,
        Verdict.SUPPLEMENT.word: found.supplements,
        Verdict.BOUNCE.word: found.bounced,
        Verdict.IGNORED.word: found.ignored,
    }
    read = say("来信 {count} 封", count=found.read) if found.read else say("没有新来信")
    again = [say("原来待核实的 {count} 封已重新判断", count=found.again)] if found.again else []
    counted = [
        say("{name} {count}", name=name, count=count)
        for name, count in counts.items()
        if (found.read or found.again) and count
    ]
    return say("，").join(
        [
            read,
            *again,
            *counted,
            *(say("回执{name} {count}", name=name, count=count) for name, count in answers.items()),
        ]
    )


def is_time(office: Office, as_of: datetime) -> bool:
    """Whether a reading by the clock is due: every quarter of an hour on working days, else only at the full hour."""
    return office.schedule.calendar.is_working(day_of(as_of)) or as_of.minute < 15


def collect(office: Office, as_of: datetime, found: Collected) -> None:
    """Read what is new in the mailbox, and count it in `found`.

    Raises Faults as `require_keys`. Raises SettingError, LoginRefused or MailboxTrouble; what was read until then stays
    read. A mail that cannot be dealt with now is among the `troubles` found and is read again the next time; it keeps
    nobody else's back.
    """
    campaign = office.campaign
    mailbox = office.mailbox
    require_keys(office)
    office.register(as_of)
    office.ledger.enrol(campaign.id, (obligation.key for obligation in office.schedule.obligations))
    own = frozenset({campaign.mailbox.lower(), office.carrier.sender.lower()})
    trust = office.trust
    known = Correspondence(office)
    reading = _Reading(office, as_of, Matcher(campaign, own, trust, known.past), known, found)
    found.retrusted = office.ledger.probes.judged_under(campaign.id)[0] not in (None, trust.mark)
    found.again = judge_again(office, as_of, trust, partial(_once_more, reading))
    with mailbox.opened() as session:
        for folder in mailbox.folders:
            name = f"{mailbox.account}/{folder}"
            position = office.ledger.mails.position(campaign.id, name)
            for batch in session.news(folder, position, since=campaign.issued):
                _read(reading, session, batch)
                if not found.troubles:
                    office.ledger.mails.advance(campaign.id, name, batch.position)
    found.notices += notices(office)
    if (reason := wrong_clock(office, as_of)) is not None:
        found.notices.append(say("{reason}。来信照样登记，不发回执。", reason=reason))
    if office.trust != trust:  # whatever came in between was judged under what was trusted before
        office.ledger.probes.judge_under(campaign.id, trust.mark)


def _read(reading: _Reading, session: MailboxSession, batch: Batch) -> None:
    """Deal with each mail of the batch that is new."""
    mails, campaign = reading.office.ledger.mails, reading.office.campaign.id
    known = mails.known(campaign, [glimpse.identity for glimpse in batch.glimpses])
    without_consequence: list[ReadMail] = []
    try:
        for mail in session.mails(glimpse for glimpse in batch.glimpses if glimpse.identity not in known):
            reading.found.read += 1
            kept = _guarded(reading, mail)
            if kept is not None:
                without_consequence.append(kept)
    finally:  # what was read before the connection went stays read
        mails.file_all(campaign, without_consequence)


def _guarded(reading: _Reading, mail: Mail) -> ReadMail | None:
    """Deal with a mail; one at which the program fails goes to a person, whatever it holds. One that cannot be kept now
    is among the troubles, and read again the next time."""
    for way in (_deal_with, _given_up, _given_up_bare):
        try:
            return way(reading, mail)
        except CuibaoError as trouble:
            reading.found.troubles.append(
                say("来信“{subject}”：{trouble}", subject=clean(mail.subject), trouble=trouble)
            )
            return None
        except Exception:  # MemoryError and RecursionError among others
            log.exception("the mail %s failed", mail.identity)
    reading.found.troubles.append(say("来信“{subject}”：程序处理不了，也存不进待认领", subject=clean(mail.subject)))
    return None


def _given_up(reading: _Reading, mail: Mail) -> ReadMail:
    return _queued(reading, mail, Judgement(Verdict.QUEUE, say("程序处理不了这封信，请打开看")))


def _given_up_bare(reading: _Reading, mail: Mail) -> ReadMail:
    """As `_given_up`, where even what its header says is more than can be kept."""
    bare = replace(mail, message_id="", senders=(), sender_name="", subject="", references=(), attachments=())
    return _given_up(reading, bare)


def _deal_with(reading: _Reading, mail: Mail) -> ReadMail | None:
    """Do what the mail brings about; a mail that brings nothing about is given back, to be kept with others."""
    if (learned := learn(reading.office, reading.as_of, mail)) is not None:
        reading.found.ignored += 1
        reading.found.retrusted = True
        reading.found.notices.append(say("{words}。", words=learned.words))
        return read_mail(reading.as_of, mail, Judgement(Verdict.IGNORED, say("本办公室的自检信")), raw=None)
    for _ in range(AGAIN):
        judgement = reading.matcher.judge(
            mail, reading.letters.sent, reading.letters.quoted, reading.letters.candidates, reading.letters
        )
        if judgement.verdict is Verdict.IGNORED:
            reading.found.ignored += 1
            return read_mail(reading.as_of, mail, judgement, raw=None)
        if judgement.verdict is Verdict.BOUNCE:
            return _bounced(reading, mail, judgement)
        if judgement.verdict is Verdict.QUEUE:
            return _queued(reading, mail, judgement)
        if mail.arrived_at < start_of(reading.office.campaign.issued):
            return _queued(reading, mail, _in_doubt(judgement, say("邮箱没有给出到信时间，请核对")))
        done = _registered(reading, mail, judgement)
        if isinstance(done, str):
            return _queued(reading, mail, _in_doubt(judgement, done))
        if done:
            return None
        reading.letters.forget(judgement.unit.id if judgement.unit else "")
        if reading.is_done(mail):
            return None
    raise Contradiction(say("别人正在登记同一事项，这封来信下次再收。"))


def _once_more(reading: _Reading, waited: ReadMail, mail: Mail) -> bool:
    """Deal as with a new one with a mail that `waited` for trust; whether it was judged anew."""
    again = replace(reading, again=waited, found=Collected())
    judged = _deal_with(again, mail)
    reading.found.registered += again.found.registered
    reading.found.supplements += again.found.supplements
    if judged is None:
        return bool(again.found.registered or again.found.supplements)
    if judged.verdict != Verdict.QUEUE:  # nothing leaves the queue unseen
        return False
    return again.file(judged, Consequences())


def _queued(reading: _Reading, mail: Mail, judgement: Judgement) -> ReadMail:
    kept = read_mail(reading.as_of, mail, judgement, keep_raw(reading.office, mail))
    reading.found.queued += 1
    return kept


def _bounced(reading: _Reading, mail: Mail, judgement: Judgement) -> ReadMail | None:
    """Mark the addresses that our mail did not reach; where none of that can be told, a person looks at it."""
    office = reading.office
    judged, then = bounced(office, reading.letters, mail, judgement)
    if judged.verdict is Verdict.QUEUE:
        return _queued(reading, mail, judged)
    if then is None:
        reading.found.ignored += 1
        return read_mail(reading.as_of, mail, judged, raw=None)
    kept = read_mail(reading.as_of, mail, judged, keep_raw(office, mail))
    if office.ledger.mails.file(office.campaign.id, kept, then) is not None:
        reading.found.bounced += 1
    return None


def _in_doubt(judgement: Judgement, reason: str) -> Judgement:
    likely = tuple(match.obligation for match in judgement.matches)
    return replace(judgement, verdict=Verdict.QUEUE, reason=reason, candidates=likely)


def _registered(reading: _Reading, mail: Mail, judgement: Judgement) -> bool | str:
    """Register what the mail settles. False where something was entered meanwhile; why, where a person must decide."""
    assert judgement.unit is not None
    office, unit = reading.office, judgement.unit
    admitted = _admitted(reading, mail, judgement)
    if isinstance(admitted, str):
        return admitted
    raw = keep_raw(office, mail)
    files = keep_files(office, mail, (*judgement.matches, *judgement.supplements))
    settled = [match for match in judgement.matches if match.obligation.key in {each.obligation for each in admitted}]
    answered = settled and reading.is_answered(mail)
    waited = reading.again is not None
    answer = acknowledgement(office, reading.as_of, mail, unit, settled, waited=waited) if answered else None
    then = Consequences(receipts=admitted, files=files, answer=answer)
    verdict = judgement if settled else replace(judgement, verdict=Verdict.SUPPLEMENT)
    kept = read_mail(reading.as_of, mail, verdict, raw)
    if not reading.file(kept, then):
        return False
    if settled:
        items = tuple(match.obligation for match in settled)
        reading.found.registered.append(Registered(unit.name, items, mail.subject))
        reading.letters.forget(unit.id)
    else:
        reading.found.supplements += 1
    return True


def _admitted(reading: _Reading, mail: Mail, judgement: Judgement) -> tuple[Receipt, ...] | str:
    """The entries that the mail makes; why, where one of them contradicts what was entered."""
    assert judgement.unit is not None
    if judgement.verdict is Verdict.SUPPLEMENT:
        return ()
    entries = reading.office.ledger.entries(reading.office.campaign.id, judgement.unit.id)
    found = []
    for match in judgement.matches:
        before = entries.get(match.obligation.key, ())
        returned = standing(before).returned
        wanted = receipt(
            reading.as_of, mail, match.obligation.key, Entry.NIL if match.nil else Entry.RECEIVED, say("邮件自动登记")
        )
        if returned is not None and wanted.received_at < returned.entered_at:
            return say("这封信是退回之前寄来的，请核对是不是重报")
        verdict = admit(match.obligation.period, before, wanted)
        if isinstance(verdict, Refused):
            return verdict.words
        if not isinstance(verdict, Already):
            found.append(verdict)
    return tuple(found)
