"""Judged again: what waits for want of trust alone, once the trust under which it was judged has changed.

From the bytes that were kept, so many at a reading; how far that has come is kept in the ledger, mail by mail.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cuibao.errors import CuibaoError
from cuibao.incoming import Mail
from cuibao.ledger import Consequences, ReadMail
from cuibao.mailbox import parse
from cuibao.office import Office
from cuibao.policy.mail.vouching import Trust
from cuibao.service.mail.keeping import WANTS_TRUST, clean
from cuibao.times import day_of
from cuibao.tongue import say

AT_ONCE = 50
BYTES_AT_ONCE = 64 * 1024 * 1024
# As long as an answer still says something new to whoever sent the mail.
RECENT = 2
log = logging.getLogger(__name__)

# Deals with a mail as if it were new, in the place of the judgement by which it waits; whether that was done.
Deal = Callable[[ReadMail, Mail], bool]


def judge_again(office: Office, as_of: datetime, trust: Trust, deal: Deal) -> int:
    """Let `deal` have what waits and was not judged under `trust` yet; how many were judged again."""
    campaign, probes = office.campaign.id, office.ledger.probes
    under, reached = probes.judged_under(campaign)
    if under == trust.mark and not reached:
        return 0
    if not trust.given:
        probes.judge_under(campaign, trust.mark)
        return 0
    reached = reached if under == trust.mark else 0
    done, size = 0, 0
    found = office.ledger.mails.waiting_for(campaign, WANTS_TRUST, after=reached, at_most=AT_ONCE)
    for number, waiting in enumerate(found, start=1):
        done += _judged(office, as_of, waiting, deal)
        size += _size(office, waiting)
        probes.judge_under(campaign, trust.mark, waiting.id)
        if size > BYTES_AT_ONCE and number < len(found):
            return done
    if len(found) < AT_ONCE:
        probes.judge_under(campaign, trust.mark)
    return done


def is_recent(office: Office, as_of: datetime, mail: Mail) -> bool:
    """Whether `mail` came in the last two working days, so that an answer is no riddle."""
    return day_of(mail.arrived_at) >= office.schedule.calendar.before(day_of(as_of), RECENT)


def _judged(office: Office, as_of: datetime, waiting: ReadMail, deal: Deal) -> bool:
    """One mail; whatever is wrong with it costs the others nothing."""
    try:
        mail = _as_it_came(office, waiting)
    except CuibaoError:
        gone = replace(waiting, reason=_gone(), waits=None)
        return office.ledger.mails.judge_again(office.campaign.id, waiting, gone, as_of, Consequences())
    try:
        return deal(waiting, mail)
    except CuibaoError as trouble:  # it waits on for a person, as it did
        log.warning("mail %s was not judged again: %s", waiting.id, trouble)
    except Exception:
        log.exception("mail %s was not judged again", waiting.id)
    return False


def _as_it_came(office: Office, waiting: ReadMail) -> Mail:
    """The mail from its kept bytes. Raises CuibaoError where these are gone, or not those of that mail any more."""
    raw = office.evidence.read(waiting.raw or "")
    mail = parse(raw, waiting.arrived_at)
    if clean(mail.message_id) != waiting.message_id or len(mail.files) < len(waiting.files) or not raw.strip():
        raise CuibaoError(_gone())
    return replace(mail, identity=waiting.identity)


def _size(office: Office, waiting: ReadMail) -> int:
    try:
        return office.evidence.size(waiting.raw or "")
    except CuibaoError:
        return 0


def _gone() -> str:
    return say("原件读不出来或已损坏，没能重新核实，请到邮箱里打开")
