"""启用: from when on letters go out, and what that makes of the past.

Where letters go to a mail server, nothing leaves before a person has seen whom the first ones would go to, and said
yes; how that is asked is in `starting`. The outbox, drills and simulations begin by themselves.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from cuibao.model import Beginning, Campaign
from cuibao.office import Office
from cuibao.service.letters.addresses import bad_addresses, usable_addresses
from cuibao.service.letters.leaving import wrong_clock
from cuibao.times import day_of
from cuibao.tongue import say


def asks_first(office: Office) -> bool:
    """Whether nothing may leave before a person has said yes: where letters go to a mail server, but in a drill."""
    return office.reaches_outside and not office.campaign.drill


def beginning(office: Office, campaign: Campaign) -> Beginning | None:
    """How `campaign`, one of those that the office runs, was begun with what carries its letters now; None where it was
    not."""
    return office.ledger.mornings.beginning(campaign.id, office.carried_by)


def begun_on(office: Office, as_of: datetime, campaign: Campaign) -> date:
    """The day of the first morning that wrote after `campaign` was begun: that of `as_of`, where none has yet."""
    found = beginning(office, campaign)
    return (found.first_on if found else None) or day_of(as_of)


def begin_by_itself(office: Office, as_of: datetime) -> None:
    """Begin each campaign at its first morning, where nobody has to be asked. It was registered."""
    if asks_first(office):
        return
    for campaign in office.campaign.each:
        if beginning(office, campaign) is None:
            office.ledger.mornings.begin(campaign.id, office.carried_by, Beginning(as_of, ""))


def why_not(office: Office, as_of: datetime) -> str | None:
    """Why nothing leaves at `as_of`, or None where something may: of one campaign at least."""
    return wrong_clock(office, as_of) or unbegun(office)


def unbegun(office: Office) -> str | None:
    """Why nothing leaves before a yes: of no campaign anything may. None where some of it may."""
    reasons = [held_back(office, campaign) for campaign in office.campaign.each]
    return None if None in reasons else reasons[0]


def still_unbegun(office: Office) -> str | None:
    """Why something does not leave before a yes, of several campaigns which; None where all may."""
    waiting = waiting_for_yes(office)
    if not office.campaign.joined:
        return held_back(office, waiting[0]) if waiting else None
    said = (say("{name}：{words}", name=each.title, words=held_back(office, each)) for each in waiting)
    return say("；").join(said) or None


def waiting_for_yes(office: Office) -> tuple[Campaign, ...]:
    """The campaigns of which nothing leaves before a person has said yes, in the office's order."""
    return tuple(each for each in office.campaign.each if held_back(office, each) is not None)


def held_back(office: Office, campaign: Campaign) -> str | None:
    """Why nothing of `campaign` leaves before a yes: nobody has said it, or before the first letters somebody else is
    to get one than was shown. None where it may."""
    if not asks_first(office):
        return None
    begun = beginning(office, campaign)
    if begun is None:
        return say("尚未启用。请打开“启用”（或运行 cuibao begin），看过首批信寄给谁、写什么，再启用")
    if begun.first_on is not None or begun.listed is None:
        return None
    new = say("、").join(newcomers(office, begun.listed))
    if not new:
        return None
    return say(
        "启用以后通讯录有新增（{new}），还没有发信。请打开“启用”（或运行 cuibao begin），看过新名单，再启用一次",
        new=new,
    )


def reached(office: Office) -> Mapping[str, tuple[str, ...]]:
    """The addresses of each unit that letters reach, by the unit's id."""
    bad = bad_addresses(office)
    units = office.campaign.units.values()
    return {unit.id: to for unit in units if (to := usable_addresses(office, unit, bad))}


def newcomers(office: Office, listed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What is in no list that was shown: units with an address (嘉定镇 a@b.cn), and new addresses of one."""
    for unit, addresses in reached(office).items():
        if new := [each for each in addresses if each not in listed.get(unit, ())]:
            yield f"{office.campaign.units[unit].name} {' '.join(new)}"


def answers(office: Office, since: datetime) -> bool:
    """Whether what came, or was written, at `since` is answered: nothing is that was there before the beginning, of
    several campaigns before the first."""
    if not asks_first(office):
        return True
    begun = [found for each in office.campaign.each if (found := beginning(office, each)) is not None]
    if not begun or why_not(office, office.now()) is not None:
        return False
    # A yes that was given while the clock was ahead silences nobody.
    return any(since >= each.at or each.at > office.now() for each in begun)
