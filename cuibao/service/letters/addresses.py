"""To whom a unit's letter goes."""

from collections.abc import Collection
from datetime import datetime

from cuibao.model import Unit
from cuibao.office import Office


def bad_addresses(office: Office) -> frozenset[str]:
    """The addresses at which letters bounced and that were neither changed nor confirmed since, in lower case."""
    return frozenset(office.ledger.mails.bad_addresses(office.campaign.id))


def usable_addresses(office: Office, unit: Unit, bad: Collection[str] | None = None) -> tuple[str, ...]:
    """The unit's own mailboxes and its liaison's, without repeats; only those that letters reach.

    `bad` are the addresses that bounced, where the caller has looked them up already.
    """
    if bad is None:
        bad = bad_addresses(office)
    known = [*unit.addresses, *filter(None, [unit.liaison.email])]
    return tuple(dict.fromkeys(each for each in known if office.carrier.usable(each) and each.lower() not in bad))


def leader_addresses(office: Office, unit: Unit, bad: Collection[str]) -> tuple[str, ...]:
    """The unit's leader's mailbox, where it can be reached: on cc once a reminder is escalated."""
    leader = unit.leader.email
    return (leader,) if leader and office.carrier.usable(leader) and leader.lower() not in bad else ()


def addresses_of(unit: Unit) -> tuple[str, ...]:
    """Every address by which the unit is known, in lower case."""
    known = [*unit.addresses, unit.liaison.email, unit.leader.email]
    return tuple(dict.fromkeys(address.lower() for address in known if address))


def forget_bounces(office: Office, as_of: datetime) -> frozenset[str]:
    """Take the bad mark off addresses that are nobody's any more: changed in the contacts, by whatever hand.

    Should one be entered again, it has a fresh start. What is returned are those addresses.
    """
    known = {address for unit in office.campaign.units.values() for address in addresses_of(unit)}
    gone = bad_addresses(office) - known
    return office.ledger.mails.clear_addresses(office.campaign.id, gone, as_of) if gone else frozenset()
