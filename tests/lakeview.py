"""The shipped English example at work in a folder of a test's own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuibao.model import Beginning
from cuibao.office import Office
from cuibao.times import parse_moment
from tests.offices import office

CAMPAIGN = "examples/lakeview-2026"
KESTREL = "office@kestrel.lakeviewusd.example"
# Chinese characters and marks, and what is as wide as they are.
FOREIGN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”]")


@contextmanager
def lakeview(home: Path, now: str, **environ: str) -> Iterator[Office]:
    """The example's office, begun on the day of its memo, at the moment `now` of its clock."""
    settings = {"CUIBAO_CAMPAIGN": CAMPAIGN, "CUIBAO_NOW": now, **environ}
    with office(home, **settings) as opened:
        campaign, since = opened.campaign, parse_moment("2026-08-03T08:00")
        if not opened.ledger.mornings.beginning(campaign.id, opened.carried_by):
            opened.ledger.register(campaign.id, since)
            begun = Beginning(since, "test", first_on=since.date())
            opened.ledger.mornings.begin(campaign.id, opened.carried_by, begun)
        yield opened
