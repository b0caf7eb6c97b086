"""Whether the machine's clock can be believed on a morning: by the mornings before, by servers, by the mail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cuibao.dated import Dated
from cuibao.model import Doubt
from cuibao.times import day_of

# Servers and we keep time to the minute, and a mail may have waited: what differs by less than a day proves nothing.
A_DAY = timedelta(days=1)
# So many days without a morning and without a mail are odd; in a mailbox that can be looked into, fewer are.
SILENCE, SILENCE_OF_A_MAILBOX = timedelta(days=45), timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a morning's moment is measured by.

    `last`: the day of the last morning that counts. `arrivals` of mails, by their mailbox's server; `looked`: into the
    mailbox, just now. `confirmed`: when a person last found the date right; `known`: the arrivals that questions have
    been about and persons have answered.
    """

    last: date | None
    arrivals: Collection[datetime] = ()
    looked: bool = False
    dated: Collection[Dated] = ()
    confirmed: datetime | None = None
    known: Collection[datetime] = ()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a moment is doubted: `against` a day before, or by a `moment` that somebody else's clock gave."""

    doubt: Doubt
    against: date | None = None
    moment: datetime | None = None


def suspicion(now: datetime, evidence: Evidence) -> Suspicion | None:
    """Why the morning of `now` has to wait, or None where nothing is odd about its moment."""
    today = day_of(now)
    if evidence.last is not None and today < evidence.last:
        return Suspicion(Doubt.BACK, against=evidence.last)
    for answer in evidence.dated:
        if abs(answer.moment - now) > A_DAY:
            return Suspicion(Doubt.SERVER, against=evidence.last, moment=answer.moment)
    ahead = [moment for moment in evidence.arrivals if moment > now + A_DAY and moment not in evidence.known]
    if ahead:
        return Suspicion(Doubt.MAIL, against=evidence.last, moment=max(ahead))
    return None if any(answer.apart for answer in evidence.dated) else _silence(now, evidence)


def _silence(now: datetime, evidence: Evidence) -> Suspicion | None:
    heard = [day_of(moment) for moment in evidence.arrivals if moment <= now + A_DAY]
    heard += [evidence.last] if evidence.last else []
    heard += [day_of(evidence.confirmed)] if evidence.confirmed else []
    most = SILENCE_OF_A_MAILBOX if evidence.looked else SILENCE
    if not heard or day_of(now) - max(heard) <= most:
        return None
    return Suspicion(Doubt.GAP, against=max(heard))
