"""Who writes, and whom to ask about what: the office and the plans' contacts, as the templates see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from cuibao.model import Campaign, OfficeContact, Plan
from cuibao.rendering.environment import Recurring
from cuibao.said import listed


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The office that writes: `name` in full, `short` as everyone calls it."""

    name: str
    short: str
    mailbox: str
    phone: str


@dataclass(frozen=True, slots=True)
class ContactView(Recurring):
    """Where to send what some `plans` want, and whom to ask about them (the office where the notice names nobody)."""

    plans: str
    name: str
    phone: str
    mailbox: str


def office_view(campaign: Campaign) -> OfficeView:
    """The office behind `campaign`."""
    return OfficeView(campaign.office, campaign.office_short, campaign.mailbox, campaign.phone)


def contact_views(plans: Iterable[Plan], campaign: Campaign) -> tuple[ContactView, ...]:
    """The contacts of `plans`, in their order, those that share one together."""
    shared: dict[OfficeContact, dict[str, None]] = {}
    for plan in sorted(plans, key=lambda plan: plan.no):
        shared.setdefault(plan.contact, {})[plan.distinct] = None
    return tuple(
        ContactView(listed(shorts), contact.name or campaign.office_short, contact.phone, contact.mailbox)
        for contact, shorts in shared.items()
    )
