"""启用: from when on letters go out, and what that makes of the past."""

from datetime import date, datetime

from cuibao.model import Beginning
from cuibao.office import Office
from cuibao.service.letters.leaving import wrong_clock
from cuibao.times import day_of


def asks_first(office: Office) -> bool:
    """Whether nothing may leave before a person has said yes: where letters go to a mail server, but in a drill."""
    return office.reaches_outside and not office.campaign.drill


def beginning(office: Office) -> Beginning | None:
    """How the campaign was begun with what carries its letters now; None where it was not."""
    return office.ledger.mornings.beginning(office.campaign.id, office.carried_by)


def begun_on(office: Office, as_of: datetime) -> date:
    """The day since which the campaign's letters go out. Where nobody has begun it, it would be begun at `as_of`."""
    found = beginning(office)
    return day_of(found.at if found else as_of)


def begin_by_itself(office: Office, as_of: datetime) -> None:
    """Begin the campaign at its first morning, where nobody has to be asked. It was registered."""
    if not asks_first(office) and beginning(office) is None:
        office.ledger.mornings.begin(office.campaign.id, office.carried_by, Beginning(as_of, ""))


def why_not(office: Office, as_of: datetime) -> str | None:
    """Why nothing leaves at `as_of`, or None where it may."""
    if (reason := wrong_clock(office, as_of)) is not None or not asks_first(office):
        return reason
    return "尚未启用，没有发信。请先看首批信寄给谁、写什么，再启用：cuibao begin" if beginning(office) is None else None
