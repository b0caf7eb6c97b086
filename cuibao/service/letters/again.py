"""补发: what was put off this morning, once more; by itself in office hours, or when a person asks for it.

Level-triggered, as the morning is: it looks at the letters of today that were begun and are not done. What nobody has
is written as everything stands now; what some of its recipients have goes to the others as it was. It begins no
morning: whom the morning has not written to, and whom the daily cap kept back, tomorrow's writes to.
"""

from collections.abc import Collection, Generator
from datetime import datetime

from cuibao.model import OFFICE, LetterStatus
from cuibao.office import Office
from cuibao.service import retrying
from cuibao.service.letters.agenda import quiet
from cuibao.service.letters.mailing import Letters
from cuibao.service.letters.morning import LetterResult, in_turn, noted, result_of
from cuibao.service.sending import send
from cuibao.times import day_of
from cuibao.tongue import say

# In seconds: a morning that is at work has the connection, and what it holds is not for us.
PATIENCE = 10.0
_IN_VAIN = frozenset(
    {
        LetterStatus.DEFERRED,
        LetterStatus.BUSY,
        LetterStatus.CAPPED,
        LetterStatus.ALREADY,
        LetterStatus.UNREACHABLE,
    }
)


def why_not(office: Office, as_of: datetime, *, by_itself: bool) -> str | None:
    """Why nothing is sent again at `as_of`, or None where something is to be."""
    if by_itself and not retrying.is_open(as_of):
        return say("不在办公时间")
    if (reason := quiet(office, as_of)) is not None:
        return reason
    if not _put_off(office, as_of):
        return say("没有要补发的信")
    return retrying.why_silent(office, as_of) if by_itself else None


def resend(office: Office, as_of: datetime) -> Generator[LetterResult, None, None]:
    """Send what was put off today: what became of each, as it goes. Never raises for one letter."""
    revision = office.ledger.mornings.revision(office.campaign.id, day_of(as_of))
    letters = Letters(office, as_of, revision, {}, PATIENCE)
    left = _put_off(office, as_of)
    going = [letters.thing(each) for each in in_turn(office) if each in left]
    for sent in noted(office, as_of, send(office, letters, going)):
        yield result_of(office, letters, sent)


def in_vain(found: Collection[LetterResult]) -> bool:
    """Whether all is as it was before."""
    return all(each.status in _IN_VAIN for each in found)


def _put_off(office: Office, as_of: datetime) -> frozenset[str]:
    """To whom letters of today were begun that are not done; nobody who is in the contacts no more."""
    begun = office.ledger.unfinished_on(office.campaign.id, day_of(as_of))
    return begun & {OFFICE, *office.campaign.units}
