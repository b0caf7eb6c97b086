"""结束: from when on nobody is written to any more, and the one report that the year leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cuibao.errors import Contradiction
from cuibao.ledger import Closed
from cuibao.model import Campaign, YearEnd
from cuibao.office import Office
from cuibao.policy.chasing import is_over
from cuibao.said import full_date
from cuibao.service.entries.record import require_clerk
from cuibao.service.letters.beginning import begun_on, waiting_for_yes
from cuibao.service.letters.phases import year_end
from cuibao.times import day_of
from cuibao.tongue import say


@dataclass(frozen=True, slots=True)
class LeftUndone:
    """How many `units` have not sent in how many `items`, those that are not due yet among them."""

    units: int
    items: int


def campaign_named(office: Office, name: str) -> Campaign:
    """The campaign that is called `name`: by its folder, its code or its title. Raises Contradiction, listing what
    there is: none is closed by mistake."""
    for campaign in office.campaign.each:
        if name.strip() in (campaign.folder, campaign.reference, campaign.title):
            return campaign
    known = say("、").join(say("{id}（{name}）", id=each.folder, name=each.title) for each in office.campaign.each)
    raise Contradiction(say("没有“{name}”这个攻坚战，现有：{known}", name=name, known=known))


def left_undone(office: Office, as_of: datetime, campaign: Campaign) -> LeftUndone:
    """What is still missing at `as_of`, of the whole `campaign`."""
    rows = year_end(office, office.ledger.entries(office.campaign.id), as_of, campaign).rows
    owing = [row for row in rows if row.missing]
    return LeftUndone(len(owing), sum(len(row.missing) for row in owing))


def over(office: Office, as_of: datetime) -> str | None:
    """Why nobody is written to any more at `as_of`; None while units are, about one campaign at least."""
    found = _ends(office, as_of)
    return None if None in (why for _, why in found) else _named(office, found)


def what_ended(office: Office, as_of: datetime) -> str | None:
    """Which campaigns are over, and why; None where none is."""
    return _named(office, _ends(office, as_of))


def _ends(office: Office, as_of: datetime) -> Sequence[tuple[Campaign, str | None]]:
    return [(each, ended(office, as_of, each)) for each in office.campaign.each]


def _named(office: Office, found: Sequence[tuple[Campaign, str | None]]) -> str | None:
    """Why those are over that are, of several campaigns each by its name."""
    if not office.campaign.joined:
        return found[0][1]
    return say("；").join(say("{name}：{words}", name=each.title, words=why) for each, why in found if why) or None


def ended(office: Office, as_of: datetime, campaign: Campaign) -> str | None:
    """Why nobody is written to any more about `campaign` at `as_of`; None while units are."""
    if is_over(campaign, day_of(as_of)):
        return say("攻坚战已结束，欠报催到 {day}为止，不再发信", day=full_date(campaign.chase_until))
    closing = office.ledger.closings.closing(campaign.id)
    if closing is not None and closing.at <= as_of:
        return say("攻坚战已于 {day}由{by}结束，不再发信", day=full_date(day_of(closing.at)), by=closing.by)
    return None


def written_about(office: Office, as_of: datetime) -> frozenset[str]:
    """The folders of the campaigns about which units are written to at `as_of`: issued, begun and not over."""
    waiting = {each.folder for each in waiting_for_yes(office)}
    return unended(office, as_of) - waiting


def unended(office: Office, as_of: datetime) -> frozenset[str]:
    """The folders of those about which units would be written to at `as_of`, once somebody has said yes."""
    return frozenset(
        each.folder
        for each in office.campaign.each
        if each.issued <= day_of(as_of) and ended(office, as_of, each) is None
    )


def close(office: Office, as_of: datetime, by: str, campaign: Campaign) -> Closed:
    """Close `campaign` before its time: nobody is written to about it from now on, but the office about how the year
    ended.

    Raises Contradiction where nobody says who closes it, or it is over already; then nothing was done.
    """
    require_clerk(by)
    if (reason := ended(office, as_of, campaign)) is not None:
        raise Contradiction(say("{reason}。不用再结束。", reason=reason))
    closing = Closed(as_of, by.strip())
    office.register(as_of)
    if not office.ledger.closings.end(campaign.id, closing):
        raise Contradiction(say("别人刚刚已经结束了攻坚战。"))
    return closing


def final_report(office: Office, as_of: datetime) -> YearEnd | None:
    """The year-end report of the first campaign of which it is due and the office has not got it: from the last day of
    chasing on, or once somebody has closed it. Of one that was begun when that was past there is none."""
    for campaign in office.campaign.each:
        if _is_to_be_reported(office, as_of, campaign):
            return year_end(office, office.ledger.entries(office.campaign.id), as_of, campaign)
    return None


def _is_to_be_reported(office: Office, as_of: datetime, campaign: Campaign) -> bool:
    closings = office.ledger.closings
    closing = closings.closing(campaign.id)
    last = min(campaign.chase_until, day_of(closing.at)) if closing else campaign.chase_until
    if day_of(as_of) < last or begun_on(office, as_of, campaign) > last:
        return False
    return not closings.reported(campaign.id, campaign.mailbox)
