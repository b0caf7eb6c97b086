"""What the pages, forms and exports of an English office say: nothing of it in Chinese."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cuibao.errors import Contradiction, Unconfirmed
from cuibao.ledger import Question, ReadMail, Toll
from cuibao.ledger.mails import Consequences
from cuibao.model import Channel, Copies, CopyDecision, DateAnswer, Doubt, Entry
from cuibao.office import Office
from cuibao.service.entries import calling, lookup, opening, outcome
from cuibao.service.entries.outcome import Recorded
from cuibao.service.entries.record import record
from cuibao.service.letters import approving, clock, morning, pausing, phases, starting
from cuibao.service.letters.clock import Asked
from cuibao.service.views import briefs, calls, chat, export, trail, workbook, year
from cuibao.service.views.board import Board, look
from cuibao.service.views.overview import overview
from flows.fields.begin import begin_schema
from flows.forms import date_schema
from flows.pages.begin import begin_page
from flows.pages.brief import brief_page
from flows.pages.date import date_page
from flows.pages.gate import gate_page
from flows.pages.letters import letters_page
from flows.pages.links import Deployment, Links
from flows.pages.overview import overview_lines
from flows.pages.trail import trail_lines, trail_page
from flows.pages.year import year_page
from flows.publish import Posting, table
from tests.english import ENROLLMENT, foreign, lay_out
from tests.offices import at, office

NOW = "2026-10-20T09:00"
LINKS = Links({name: name.name for name in Deployment} | {"attendance": "plan"}, "State Reporting Office")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    """The office in the third week of October, after an autumn's work."""
    with office(lay_out(tmp_path), CUIBAO_NOW=NOW) as found:
        assert found.campaign.language == "en"
        worked(found)
        yield found


def enter(
    opened: Office,
    unit: str,
    entry: Entry,
    moment: str = NOW,
    *,
    item: str = "enrollment",
    note: str = "",
    due: date | None = None,
) -> Recorded:
    """Make an entry for the unit of this name."""
    period = lookup.item_named(opened, "attendance", item, "about-2026-09" if item == "monthly" else None)
    return record(
        opened,
        at(moment),
        units=[unit],
        period=period,
        received=None,
        channel=Channel.MAIL,
        by="Pat",
        entry=entry,
        note=note,
        due=due,
    )


def worked(opened: Office) -> None:
    """Mornings with their letters, entries of every kind, a call, a pause, an event, mails that wait."""
    for day in ("2026-08-03", "2026-09-10", "2026-10-05", "2026-10-06", "2026-10-08", "2026-10-12", "2026-10-13"):
        morning.run(opened, at(f"{day}T08:30"))
    enter(opened, "Oak Elementary", Entry.RECEIVED, "2026-10-06T10:00")
    enter(opened, "Oak Elementary", Entry.RETURNED, "2026-10-06T11:00", note="not signed")
    enter(opened, "Elm Middle School", Entry.EXTENDED, "2026-10-06T12:00", note="flood", due=date(2026, 11, 2))
    enter(opened, "Human Resources", Entry.EXEMPTED, "2026-10-06T13:00", note="no staff")
    enter(opened, "Human Resources", Entry.WITHDRAWN, "2026-10-06T14:00", note="mistake")
    enter(opened, "Oak Elementary", Entry.NIL, "2026-10-05T10:00", item="monthly")
    period = lookup.item_labelled(opened, ENROLLMENT)
    calling.record_call(
        opened,
        at("2026-10-20T08:00"),
        unit="Human Resources",
        whom="Lee",
        called=None,
        note="will send it",
        until=date(2026, 10, 22),
        items=[period],
        by="Pat",
    )
    elm = lookup.unit_named(opened, "Elm Middle School")
    last = date(2026, 10, 23)
    pausing.pause(opened, at(NOW), unit=elm, plan=None, first=None, last=last, reason="smoke", by="Pat")
    item = opening.event_items(opened)[0]
    opening.open_event(
        opened, at(NOW), item, happened=date(2026, 10, 19), label="Gym roof leak", units=["Schools"], by="Pat"
    )
    for number, reason in enumerate(("the sender's address is not in the contacts", ""), start=1):
        mail = ReadMail(
            *(str(number), f"<{number}@x.example>", "stranger@x.example", "", ""),
            references=(),
            arrived_at=at("2026-10-19T10:00"),
            read_at=at("2026-10-19T10:15"),
            verdict="queue" if reason else "bounce",
            reason=reason or "a bounce; cannot tell of which letter",
            unit="oak",
            files=("report.pdf",) if reason else (),
        )
        assert opened.ledger.mails.file(opened.campaign.id, mail, Consequences())


def drawn(opened: Office) -> tuple[Board, dict[str, Posting]]:
    """The board, and what stands on each deployment."""
    board = look(opened, at(NOW))
    return board, dict(table(opened, board, LINKS, [("The year", "/year")]))


def test_no_page_and_no_form_says_anything_in_chinese(opened: Office) -> None:
    board, found = drawn(opened)
    assert all([board.waiting, board.pauses, board.copies])
    for name, posting in found.items():
        assert foreign(posting.page.text if posting.page else "") == [], name
        assert foreign(json.dumps(posting.form, ensure_ascii=False)) == [], name
    assert foreign(overview_lines(board, overview(board))) == []


def test_the_board_reads_as_an_english_office_writes(opened: Office) -> None:
    _, found = drawn(opened)
    page = found[Deployment.BOARD].page
    assert page is not None
    assert page.text.startswith(
        "# Who still has to report\n\nAs of October 20, 9:00 a.m.<br>This page updates by itself"
    )
    assert "**1 email waits for you**; it does not count as reported before you review it" in page.text
    assert "| [Ash High School](" in page.text
    assert "(sent back)" in page.text
    assert found[Deployment.RECORD].form["title"] == "Record"
    assert "Extended" in found[Deployment.RECORD].form["properties"]["entry"]["enum"]


def test_phases_trails_the_year_and_letters_are_english(opened: Office) -> None:
    board, _ = drawn(opened)
    (plan,) = opened.campaign.plans
    whole = trail.trail(opened, unit="Oak Elementary", item=""), trail.trail(opened, unit="", item=ENROLLMENT)
    results = morning.run(opened, at(NOW)).letters
    pages = [
        brief_page(briefs.brief(opened, board, plan, plan.phases[0]), board),
        year_page(year.year(opened), at(NOW)),
        letters_page(results, at(NOW), simulated=False),
        *(trail_page(each, at(NOW), LINKS) for each in whole),
        *(gate_page(each, simulated=True).rehearsed for each in phases.gate_reports(opened, [plan])),
    ]
    assert [line for page in pages for line in foreign(page.text)] == []
    assert [line for each in whole for line in foreign(trail_lines(each))] == []
    assert any(each.events for each in whole)


def test_exports_are_english(opened: Office) -> None:
    board, _ = drawn(opened)
    for sheet in workbook.worksheets(opened, board):
        cells = [str(getattr(cell, "value", cell) or "") for row in sheet.rows for cell in row]
        assert foreign("\n".join([sheet.title, sheet.above, *map(str, sheet.head), *cells])) == []
    names = [path.name for path in export.leave(opened, board)]
    assert foreign("\n".join([*names, chat.chat(opened, board)])) == []


def test_the_call_sheet_names_people(opened: Office) -> None:
    board, found = drawn(opened)
    assert calls.call_sheet(opened, board).calls
    page = found[Deployment.CALLS].page
    assert page is not None
    assert page.title == "Who to call today"
    assert "Contact person Jane Doe (Clerk) **555-0111** **555-0112**; Supervisor Ann Roe" in page.text


@pytest.mark.parametrize("doubt", list(Doubt))
def test_the_question_about_the_date_is_english(opened: Office, doubt: Doubt) -> None:
    day = date(2026, 10, 20)
    question = Question(day, doubt, date(2026, 10, 13), at("2026-10-13T08:30"), asked_at=at(NOW))
    toll = Toll(date(2026, 10, 13), letters=2, unsent=1, phases=1)
    asked = Asked(question, (toll,))
    page = date_page(replace(look(opened, at(NOW)), asked=asked), LINKS)
    assert foreign(page.text) == []
    assert foreign(json.dumps(date_schema(opened, asked), ensure_ascii=False)) == []
    assert DateAnswer.EARLIER_WRONG.word in page.text
    assert foreign(clock.said(clock.Answered(DateAnswer.RIGHT, (toll,)))) == []


def test_what_comes_before_the_first_letters_is_english(tmp_path: Path) -> None:
    settings = {"CUIBAO_SMTP_HOST": "127.0.0.1", "CUIBAO_SMTP_SENDER": "r@maple.org", "CUIBAO_SMTP_SECURITY": "none"}
    with office(lay_out(tmp_path), **settings) as opened:
        board = look(opened, at("2026-09-01T09:00"))
        first = starting.first_letters(opened, at("2026-09-01T09:00"))
        assert first is not None
        page = begin_page(board, first, "", LINKS)
        told = page.text.partition("## The whole letter")[0]
        assert foreign(told) == []
        assert foreign(json.dumps(begin_schema(opened, first), ensure_ascii=False)) == []
        assert foreign(starting.standing(opened) + str(board.unbegun)) == []
        with pytest.raises(Contradiction) as refused:
            starting.begin(opened, at("2026-09-01T09:00"), by="Pat", copies=Copies.ASK, number=99)
        assert foreign(str(refused.value)) == []


def test_answers_and_refusals_are_english(opened: Office) -> None:
    period = lookup.item_labelled(opened, ENROLLMENT)
    done = enter(opened, "Ash High School", Entry.RECEIVED)
    said = outcome.said(opened, done, Entry.RECEIVED, ENROLLMENT)
    assert said == f"Recorded: Ash High School, {ENROLLMENT}"
    again = outcome.said(opened, enter(opened, "Ash High School", Entry.RECEIVED), Entry.RECEIVED, ENROLLMENT)
    assert again.startswith("Nothing to record: Ash High School, recorded as received (received October 20")
    wrong: list[Callable[[], object]] = [
        lambda: enter(opened, "Ash High School", Entry.EXTENDED),
        lambda: enter(opened, "Ash High School", Entry.EXEMPTED, note="no"),
        lambda: enter(opened, "Oak", Entry.RECEIVED),
        lambda: enter(opened, "Human Resources", Entry.NIL),
        lambda: lookup.term_named(Entry, "other", "What to record"),
        lambda: lookup.item_labelled(opened, "Attendance"),
        lambda: approving.decide(opened, at(NOW), ["Human Resources"], CopyDecision.APPROVED, "Pat"),
        lambda: pausing.lift(opened, at(NOW), 99, "Pat"),
        lambda: opening.event_item_labelled(opened, "x"),
    ]
    for attempt in wrong:
        with pytest.raises(Contradiction) as refused:
            attempt()
        assert foreign(str(refused.value)) == []
    with pytest.raises(Unconfirmed) as asked:
        record(opened, at(NOW), units=["Schools"], period=period, received=None, channel=Channel.MAIL, by="Pat")
    assert foreign(str(asked.value)) == []
    assert asked.value.answer == "Yes, the whole group"


def test_a_table_is_no_wider_than_the_page_for_the_longer_words_of_english(tmp_path: Path) -> None:
    with office(tmp_path, CUIBAO_CAMPAIGN="examples/lakeview-2026", CUIBAO_NOW="2026-10-14T09:00") as opened:
        found = dict(table(opened, look(opened, at("2026-10-14T09:00")), LINKS, []))
        page = found["attendance"].page
    assert page is not None
    # Ten months, and then the quarters under a heading of their own.
    assert [line.count("|") - 2 for line in page.text.splitlines() if line.startswith("| ---")] == [10, 3]
