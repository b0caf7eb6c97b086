"""To whom a unit's letter goes."""

from cuibao.model import Unit
from cuibao.service.parts import Office


def usable_addresses(office: Office, unit: Unit) -> tuple[str, ...]:
    """The unit's own mailboxes and its liaison's, without repeats; only those that the carrier can reach."""
    known = [*unit.addresses, *filter(None, [unit.liaison.email])]
    return tuple(dict.fromkeys(address for address in known if office.carrier.usable(address)))


def leader_addresses(office: Office, unit: Unit) -> tuple[str, ...]:
    """The unit's leader's mailbox, where it can be reached: on cc once a reminder is escalated."""
    leader = unit.leader.email
    return (leader,) if leader and office.carrier.usable(leader) else ()
