"""In what language units write to the office of a campaign: each has its own words of naming, asking and handing in."""

from collections.abc import Collection

from cuibao.model import Campaign
from cuibao.policy.mail.english import EnglishWording
from cuibao.policy.mail.naming import Wording

_WORDINGS = {"en": EnglishWording}


def wording_of(campaign: Campaign, past: Collection[str] = ()) -> Wording:
    """The words of `campaign` in its language; the Chinese rules where there are none of that. `past`: the codes of
    campaigns that are over."""
    return _WORDINGS.get(campaign.language, Wording)(campaign, past)
