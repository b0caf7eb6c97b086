"""How long it takes to compute all pages of the board anew, as after each mark."""

from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryDirectory

from bench.measuring import Figure, medians, seconds
from cuibao.office import Office, open_office
from cuibao.service import replay
from cuibao.service.views.board import look
from cuibao.settings import read_settings
from cuibao.times import parse_moment
from flows.pages.links import RECORD, Links
from flows.publish import table

ROUNDS = 15
FIRST, LAST, SEED = date(2022, 7, 20), date(2022, 7, 26), 2022
NOW = parse_moment("2022-07-26T18:00")
LINKS = Links({RECORD: "0f0f"}, "县安委办")
PAGES, READING = "pages", "the entries and letters, read once"


def figures() -> Iterator[Figure]:
    """All pages and forms, from a ledger with a week of letters and answers."""
    with TemporaryDirectory() as home, open_office(read_settings({"CUIBAO_HOME": home})) as office:
        for _ in replay.replay(office, FIRST, LAST, SEED):
            pass
        subjects = {PAGES: lambda: seconds(lambda: _redraw(office)), READING: lambda: seconds(lambda: _read(office))}
        found = medians(subjects, ROUNDS)
    yield Figure("one redraw of the board", found[PAGES], {READING: found[READING]})


def _redraw(office: Office) -> None:
    table(office, look(office, NOW), LINKS, [])


def _read(office: Office) -> None:
    office.ledger.entries(office.campaign.id)
    office.ledger.written(office.campaign.id)
