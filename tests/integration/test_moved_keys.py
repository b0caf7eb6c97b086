"""Rules changed so that what was received would not be found: refused before anything is sent or registered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cuibao.errors import Faults
from cuibao.model import Channel, Entry
from cuibao.office import Office
from cuibao.policy.keys import form_of
from cuibao.service import checking
from cuibao.service.entries.record import record
from cuibao.service.letters import morning
from cuibao.service.mail import reading
from cuibao.service.receipts import importing
from cuibao.service.receipts.tables import Markings
from cuibao.service.views.board import look
from tests import winter
from tests.integration.imap_server import ImapServer
from tests.offices import at, begun, imap, letters_to, office

PREVIOUS = winter.MONTHLY.replace("day: 3", "day: 3, about: previous")
WEEKS = "every: week, day: friday, from: 2025-W45, to: 2026-02"
WEEKLY = winter.MONTHLY.replace("every: month, day: 3, from: 2025-11, to: 2026-03", WEEKS)
TWICE = WEEKLY.replace("day: friday", "day: [tuesday, friday]")
LISTED = winter.MONTHLY.replace("every: month, day: 3, from: 2025-11, to: 2026-03", "dates: [2025-12-10, 2026-01-10]")
NOW = "2025-12-01T08:30"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    winter.lay_out(tmp_path, winter.MONTHLY)
    begun(tmp_path)
    return tmp_path


def received(home: Path, *items: str, when: str = "2025-11-28T10:00", entry: Entry = Entry.RECEIVED) -> None:
    """Let both towns have sent in the first period of what the plan says with these `items`."""
    winter.say(home, *items)
    with office(home) as opened:
        record(opened, at(when), **given(opened, entry))


def given(opened: Office, entry: Entry = Entry.RECEIVED) -> dict[str, Any]:
    first = next(opened.schedule.tracked())
    told = {"units": ["嘉定镇", "古陂镇"], "period": first, "received": None, "channel": Channel.FAX, "by": "王芳"}
    return {**told, "entry": entry, "note": "登错了" if entry is Entry.WITHDRAWN else ""}


def said(was: str, now: str) -> str:
    return (
        f"1-winter.yaml：事项 monthly（月报）的报送期变了写法：台账里有 2 条登记在{was}的报送期下，"
        f"现在的 due 是{now}的，这些登记会找不到。请改回原来的写法；要换报送办法，另起一个 id，原来的事项照旧留着。"
    )


@pytest.fixture
def ways(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Whatever sends or registers, each in an office of its own."""
    with ImapServer(tmp_path_factory.mktemp("imap")) as server:
        account = server.account("office")

        def do(way: Any, **environ: str) -> None:
            with office(home, **environ) as opened:
                way(opened)

        yield {
            "morning": lambda: do(lambda opened: morning.run(opened, at(NOW))),
            "dry": lambda: do(lambda opened: morning.run(opened, at(NOW), dry_run=True)),
            "record": lambda: do(lambda opened: record(opened, at(NOW), **given(opened))),
            "collect": lambda: do(
                lambda opened: reading.collect(opened, at(NOW), reading.Collected()), **imap(account)
            ),
            "import": lambda: do(lambda opened: importing.plan_import(opened, at(NOW), Markings((), (), ()))),
            "check": lambda: do(checking.require_sound),
        }


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (winter.MONTHLY, PREVIOUS, said(" 2025-11 这样", " about-2025-11 这样")),
        (PREVIOUS, winter.MONTHLY, said(" about-2025-11 这样", " 2025-11 这样")),
        (WEEKLY, TWICE, said(" 2025-W45 这样", " 2025-W45-2 这样")),
        (TWICE, WEEKLY, said(" 2025-W45-2 这样", " 2025-W45 这样")),
        (winter.MONTHLY, WEEKLY, said(" 2025-11 这样", " 2025-W45 这样")),
        (
            winter.MONTHLY,
            winter.ACCIDENT.replace("accident", "monthly").replace("事故报告", "月报"),
            said(" 2025-11 这样", " event-1 这样"),
        ),
    ],
)
def test_nothing_is_sent_or_registered_under_other_keys(
    home: Path, ways: dict[str, Any], before: str, after: str, words: str
) -> None:
    received(home, before)
    sent = len(letters_to(home, "嘉定镇"))
    winter.say(home, after)
    for name, way in ways.items():
        if name == "record" and "event:" in after:  # there is nothing to record anything of
            continue
        with pytest.raises(Faults) as refused:
            way()
        assert str(refused.value) == words, name
    assert len(letters_to(home, "嘉定镇")) == sent
    with office(home) as opened:
        assert sum(map(len, opened.ledger.entries(opened.campaign.id).values())) == 2
        assert len(look(opened, at(NOW)).strays) == 2  # who only looks is not kept from it
    winter.say(home, before)
    for name in ("morning", "check"):
        ways[name]()


def test_another_weekday_or_a_corrected_date_of_a_list_is_refused_too(home: Path, ways: dict[str, Any]) -> None:
    received(home, TWICE)
    winter.say(home, TWICE.replace("[tuesday, friday]", "[monday, friday]"))
    with pytest.raises(Faults, match="的报送期变了写法"):
        ways["morning"]()
    listed = LISTED.replace("id: monthly", "id: listed")
    received(home, listed)
    winter.say(home, listed.replace("2025-12-10", "2025-12-12"))
    said = "的几个日期里没有 2025-12-10 了，台账里有 2 条登记在这样的报送期下，会找不到。请把日期改回来；要改期，"
    for name in ("morning", "check"):
        with pytest.raises(Faults, match=said):
            ways[name]()
    winter.say(home, listed.replace("2026-01-10", "2026-01-12"))  # nothing came for that one
    ways["morning"]()


def test_what_was_taken_back_is_in_nobodys_way(home: Path, ways: dict[str, Any]) -> None:
    received(home, winter.MONTHLY)
    received(home, winter.MONTHLY, entry=Entry.WITHDRAWN)
    winter.say(home, PREVIOUS)
    for way in ways.values():
        way()


@pytest.mark.parametrize(
    "after",
    [
        winter.MONTHLY.replace("day: 3", "day: last").replace("from: 2025-11", "from: 2025-12"),
        winter.MONTHLY.rstrip()
        + "\n    amended: [{document_no: 样安委〔2025〕12号, from: 2025-12-01, due: {day: 5}}]\n",
    ],
)
def test_other_dates_of_the_same_kind_are_no_matter(home: Path, ways: dict[str, Any], after: str) -> None:
    received(home, winter.MONTHLY)
    winter.say(home, after)
    ways["morning"]()
    ways["check"]()


def test_an_item_of_another_id_has_keys_of_its_own(home: Path, ways: dict[str, Any]) -> None:
    received(home, winter.MONTHLY)
    other = PREVIOUS.replace("id: monthly", "id: monthly-about").replace("月报", "上月情况")
    winter.say(home, winter.MONTHLY, other)
    ways["morning"]()


def test_the_ledger_is_asked_once_an_office_and_never_by_who_looks(home: Path) -> None:
    received(home, winter.MONTHLY)
    with office(home) as opened:
        look(opened, at(NOW))
        assert opened.keys_held == set()
        record(opened, at(NOW), **given(opened))
        assert opened.keys_held == {("winter", "monthly")}
        morning.run(opened, at(NOW))
        assert () in opened.keys_held


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("2024-03", "0-0"),
        ("about-2024-03", "about-0-0"),
        ("2025-W41", "0-W0"),
        ("2025-W41-2", "0-W0-2"),
        ("2025-10-T3", "0-0-T0"),
        ("2025-Q4", "0-Q0"),
        ("2025-H2", "0-H0"),
        ("2025", "0"),
        ("2025-10-01", "0-0-0"),
        ("event-12", "event-0"),
        ("once", "once"),
    ],
)
def test_each_kind_of_key_has_a_form_of_its_own(key: str, form: str) -> None:
    assert form_of(key) == form
