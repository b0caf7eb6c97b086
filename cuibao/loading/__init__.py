"""The office's YAML files read into the model: every mistake in every file at once, in Chinese, with its line."""

from cuibao.loading.calendar import CalendarOverrides, load_overrides
from cuibao.loading.campaign import CAMPAIGN_FILE, find_campaigns, load_campaign
from cuibao.loading.directory import UNITS_FILE, load_units
from cuibao.loading.scalars import is_mailbox, is_phone

__all__ = [
    "CAMPAIGN_FILE",
    "UNITS_FILE",
    "CalendarOverrides",
    "find_campaigns",
    "is_mailbox",
    "is_phone",
    "load_campaign",
    "load_overrides",
    "load_units",
]
