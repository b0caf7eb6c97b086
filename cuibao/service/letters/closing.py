"""结束: from when on nobody is written to any more, and the one report that the year leaves behind."""

from dataclasses import dataclass
from datetime import datetime

from cuibao.errors import Contradiction
from cuibao.ledger import Closed
from cuibao.model import YearEnd
from cuibao.office import Office
from cuibao.policy.chasing import is_over
from cuibao.said import full_date
from cuibao.service.entries.record import require_clerk
from cuibao.service.letters.beginning import begun_on
from cuibao.service.letters.phases import year_end
from cuibao.times import day_of


@dataclass(frozen=True, slots=True)
class LeftUndone:
    """How many `units` have not sent in how many `items`, those that are not due yet among them."""

    units: int
    items: int


def require_named(office: Office, name: str) -> None:
    """Raise Contradiction where the campaign that the office runs is called otherwise: none is closed by mistake."""
    campaign = office.campaign
    if name.strip() not in (campaign.folder, campaign.reference, campaign.title):
        raise Contradiction(f"没有“{name}”这个攻坚战，现有：{campaign.folder}（{campaign.title}）")


def left_undone(office: Office, as_of: datetime) -> LeftUndone:
    """What is still missing at `as_of`, of the whole campaign."""
    rows = year_end(office, office.ledger.entries(office.campaign.id), as_of).rows
    owing = [row for row in rows if row.missing]
    return LeftUndone(len(owing), sum(len(row.missing) for row in owing))


def over(office: Office, as_of: datetime) -> str | None:
    """Why nobody is written to any more at `as_of`; None while units are."""
    campaign = office.campaign
    if is_over(campaign, day_of(as_of)):
        return f"攻坚战已结束，欠报催到 {full_date(campaign.chase_until)}为止，不再发信"
    closing = office.ledger.closings.closing(campaign.id)
    if closing is not None and closing.at <= as_of:
        return f"攻坚战已于 {full_date(day_of(closing.at))}由{closing.by}结束，不再发信"
    return None


def close(office: Office, as_of: datetime, by: str) -> Closed:
    """Close the campaign before its time: nobody is written to from now on, but the office about how the year ended.

    Raises Contradiction where nobody says who closes it, or it is over already; then nothing was done.
    """
    require_clerk(by)
    if (reason := over(office, as_of)) is not None:
        raise Contradiction(f"{reason}。不用再结束。")
    closing = Closed(as_of, by.strip())
    office.ledger.register(office.campaign.id, as_of)
    if not office.ledger.closings.end(office.campaign.id, closing):
        raise Contradiction("别人刚刚已经结束了攻坚战。")
    return closing


def final_report(office: Office, as_of: datetime) -> YearEnd | None:
    """The year-end report where it is due and the office has not got it: from the last day of chasing on, or once
    somebody has closed the campaign. Of one that was begun when that was past there is none."""
    campaign, closings = office.campaign, office.ledger.closings
    closing = closings.closing(campaign.id)
    last = min(campaign.chase_until, day_of(closing.at)) if closing else campaign.chase_until
    if day_of(as_of) < last or begun_on(office, as_of) > last or closings.reported(campaign.id, campaign.mailbox):
        return None
    return year_end(office, office.ledger.entries(campaign.id), as_of)
