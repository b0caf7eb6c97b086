"""来信待核: for how long a mail that waits for a person keeps its items from being chased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cuibao.model import Receipt, Respite, RespiteKind
from cuibao.policy.workdays import WorkingDays
from cuibao.times import day_of

# So many working days the office has to decide.
WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Naming:
    """A mail that may be the report of an item: when it `came` and when it was `read`, whether it still `waits` for a
    person, and whether its sender is `vouched` for as the unit."""

    came: datetime
    read: datetime
    waits: bool
    vouched: bool


def respite_by_mails(
    mails: Sequence[Naming], entries: Sequence[Receipt], due: date, today: date, calendar: WorkingDays
) -> Respite | None:
    """What the `mails` that name an item, by their arrival, give it on `today`; None where it is to be chased.

    Once an item until an entry is made for it: the days are those after the first of the mails since the last of its
    `entries`, whatever was decided about that, so that no second mail adds to them. They are counted from when it was
    read: what came while the machine was off waits no less. Of a mail whose days were over when the item was `due`,
    nothing was put off, and it uses up nothing.
    """
    entered = max((entry.entered_at for entry in entries), default=None)
    since = [
        mail
        for mail in mails
        if (entered is None or mail.came > entered) and calendar.after(day_of(mail.read), WORKING_DAYS) > due
    ]
    waiting = [mail for mail in since if mail.waits]
    if not waiting:
        return None
    until = calendar.after(min(day_of(mail.read) for mail in since), WORKING_DAYS)
    first = min(waiting, key=lambda mail: (not mail.vouched, mail.came))
    if not day_of(first.came) <= today <= until:
        return None
    return Respite(RespiteKind.MAIL, day_of(first.came), until, first.vouched)
