"""The shipped English example: its dates, its letters, and its clock, which is put forward and back."""

import email
import email.policy
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cuibao.model import Channel, Entry, GateRow, Obligation, OfficeLetter, YearEnd
from cuibao.office import Office
from cuibao.policy.status import ends_at
from cuibao.rendering import letters as rendering
from cuibao.rendering import specimen
from cuibao.rendering.calendar import schedule as calendar_of
from cuibao.rendering.environment import spoken_pages
from cuibao.service import replay
from cuibao.service.entries import opening
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.settings import CHECKOUT
from cuibao.times import at_hour, day_of, parse_moment
from tests.lakeview import CAMPAIGN, FOREIGN, lakeview
from tests.offices import office

# Worked out by hand from the memo: 15 December, 26 January and 1 March; the 10th of each month for the month before,
# on the next business day where that is a weekend (10 October 2026, 10 January and 10 April 2027); the 15th after each
# quarter, and ten business days after it, without Veterans Day and the like, and in January without New Year's Day.
DATES = {
    ("state-data", "fall-enrollment"): ["2026-12-15"],
    ("state-data", "staff-courses"): ["2027-01-26"],
    ("state-data", "language-census"): ["2027-03-01"],
    ("state-data", "census-day"): ["2026-10-07"],
    ("attendance", "monthly"): [
        "2026-09-10",
        "2026-10-12",
        "2026-11-10",
        "2026-12-10",
        "2027-01-11",
        "2027-02-10",
        "2027-03-10",
        "2027-04-12",
        "2027-05-10",
        "2027-06-10",
    ],
    ("attendance", "discipline"): ["2026-10-14", "2027-01-15", "2027-04-14"],
    ("safety", "drill-log"): ["2026-10-15", "2027-01-15", "2027-04-15"],
    ("safety", "safety-plan"): ["2027-03-01"],
}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    """The example's office on a due day of its first autumn."""
    with lakeview(tmp_path, "2026-10-12T15:00") as found:
        yield found


def owed(opened: Office, unit: str, requirement: str, key: str = "") -> Obligation:
    found = (each for each in opened.schedule.of_unit(unit) if each.key.requirement == requirement)
    return next(each for each in found if not key or each.key.period == key)


def parsed(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def said_in(message: EmailMessage) -> str:
    """All that a reader of the mail sees, its files' names and words among it."""
    texts = [str(message[name]) for name in ("From", "To", "Cc", "Subject", "Content-Language") if message[name]]
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        texts.append(part.get_content())
    for part in message.iter_attachments():
        name = part.get_filename() or ""
        data = cast(bytes, part.get_payload(decode=True))
        texts.append(name)
        if name.endswith(".xlsx"):
            book = load_workbook(io.BytesIO(data))
            for sheet in book.worksheets:
                texts += [sheet.title, footer_of(sheet)]
                texts += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
        else:
            texts.append(data.decode())
    return "\n".join(texts)


def footer_of(sheet: Worksheet) -> str:
    footer = sheet.oddFooter
    return (footer.center.text or "") if footer and footer.center else ""


def foreign(text: str) -> list[str]:
    return [line for line in text.split("\n") if FOREIGN.search(line)]


def test_every_date_of_the_year_is_that_of_the_memo(opened: Office) -> None:
    found: dict[tuple[str, str], list[str]] = {}
    for period in opened.schedule.periods:
        found.setdefault(period.identity[:2], []).append(period.due.isoformat())
    assert found == DATES
    assert owed(opened, "kestrel", "safety-plan").period.at == time(17)


def test_its_schools_are_twelve_in_three_groups(opened: Office) -> None:
    groups = [unit.group for unit in opened.campaign.units.values()]
    assert [groups.count(group) for group in opened.campaign.groups] == [7, 3, 2]
    assert all(unit.leader.email and unit.liaison.email for unit in opened.campaign.units.values())
    addresses = [each for unit in opened.campaign.units.values() for each in unit.addresses]
    assert all(address.endswith(".example") for address in addresses)


def test_no_letter_of_its_first_months_says_anything_in_chinese(tmp_path: Path) -> None:
    with office(tmp_path, CUIBAO_CAMPAIGN=CAMPAIGN) as played:
        days = list(replay.replay(played, date(2026, 9, 28), date(2026, 10, 16), seed=3))
    written = sorted((tmp_path / "outbox").glob("*.eml"))
    assert len(written) > 40
    assert sum(day.received for day in days) > 10
    messages = [parsed(path.read_bytes()) for path in written]
    for path, message in zip(written, messages, strict=True):
        assert foreign(said_in(message)) == [], path.name
    subjects = " ".join(str(message["Subject"]) for message in messages)
    for words in ("New reporting dates", "Action needed", "due today", "overdue", "due Wednesday, October 14"):
        assert words in subjects


def test_an_opening_letter_has_the_year_as_a_table_and_a_calendar(opened: Office) -> None:
    morning.run(opened, parse_moment("2026-08-03T08:30"))
    letter = opened.ledger.letter(opened.campaign.id, "kestrel", date(2026, 8, 3))
    assert letter is not None
    message = parsed(letter.message.data)
    assert str(message["Subject"]) == "New reporting dates: 5 items for Fall semester [LUSD2026-260803-M03]"
    assert str(message["Date"]) == "Mon, 03 Aug 2026 08:30:00 -0700"
    assert message["Content-Language"] == "en-US"
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["year-at-a-glance.xlsx", "due-dates.ics"]
    text = said_in(message)
    assert "on the 10th of each month, for the month before; if that is a day off, the next business day" in text
    assert foreign(text) == []


def test_a_letter_is_copied_to_the_principal_once_several_went_unanswered(opened: Office) -> None:
    days = ("2026-08-03", "2026-09-10", "2026-09-11", "2026-09-15", "2026-09-17", "2026-09-22", "2026-09-24")
    for day in days:
        morning.run(opened, parse_moment(f"{day}T08:30"))
    letters = [opened.ledger.letter(opened.campaign.id, "kestrel", date.fromisoformat(day)) for day in days]
    copied = [parsed(each.message.data) for each in letters if each and b"Cc:" in each.message.data]
    assert copied
    assert str(copied[0]["Cc"]) == "principal@kestrel.lakeviewusd.example"
    assert str(copied[0]["Subject"]).startswith("Please respond: 1 report long overdue [")
    plain = copied[0].get_body(("plain",))
    assert plain is not None
    assert "This letter is copied to your administrator." in plain.get_content()


def test_an_incident_is_due_three_business_days_after_it_was_opened_for(opened: Office) -> None:
    (item,) = opening.event_items(opened)
    opening.open_event(
        opened,
        parse_moment("2026-10-09T10:00"),
        item,
        happened=date(2026, 10, 8),
        label="lunchroom fall",
        units=["Kestrel Middle School"],
        by="Owen Castillo",
    )
    incident = owed(opened, "kestrel", "incident")
    assert incident.period.due == date(2026, 10, 13)  # Friday, Monday, Tuesday
    morning.run(opened, parse_moment("2026-10-12T08:30"))
    letter = opened.ledger.letter(opened.campaign.id, "kestrel", date(2026, 10, 12))
    assert letter is not None
    text = said_in(parsed(letter.message.data))
    assert "Incident Report (lunchroom fall)" in text
    assert foreign(text) == []


# What the specimen is made of, which is Chinese whatever is said of it.
_GIVEN = (
    *("样字〔2022〕1号", "样例县防汛抗旱指挥部办公室", "样例县防指办", "上级办公室", "集中实施", "缺少盖章"),
    *("样例工作节点", "样例攻坚战", "样例方案", "样例事项", "样例镇", "样例", "样表"),
)


def test_every_section_of_every_letter_is_english(opened: Office) -> None:
    pages = spoken_pages(CHECKOUT / "templates")
    assert rendering.Templates(CHECKOUT / "templates", lambda *_: b"").check() == ()
    for kind, part, names in rendering._specimens():
        if kind in ("calls", "export") or "截至" in str(getattr(names["letter"], "lines", "")):
            continue  # what stands in these is said by others
        text = pages.render(f"{kind}/{part}", names)
        for given in _GIVEN:
            text = text.replace(given, "Sample")
        assert foreign(text) == [], (kind, part)
    assert len(specimen.LETTERS) > 5


def test_a_phase_and_a_year_end_in_english(opened: Office) -> None:
    campaign, at = opened.campaign, parse_moment("2027-08-02T08:30")
    rows = (GateRow(campaign.units["kestrel"], 9, 2, ("Attendance: Monthly Attendance Report (May 2027)",)),)
    letter = OfficeLetter(at, "year@lakeview.example", (campaign.mailbox,), (), False, YearEnd(campaign, at, rows))
    message = opened.templates.gate_letter(letter, campaign, campaign.mailbox)
    assert message.subject == ("Year-end summary, 2026-27 State Reporting Calendar: 1 report missing from 1 unit")
    text = said_in(parsed(message.data))
    assert "The whole year (August 3, 2026 to June 30, 2027)" in text
    assert foreign(text) == []


# --- its clock ---


def test_a_report_of_half_past_eleven_at_night_is_on_time(opened: Office) -> None:
    assert day_of(datetime(2026, 10, 13, 6, 30, tzinfo=UTC)) == date(2026, 10, 12)
    due = owed(opened, "kestrel", "monthly", "about-2026-09").period
    assert ends_at(due) == datetime(2026, 10, 13, 7, tzinfo=UTC)
    plan = owed(opened, "kestrel", "safety-plan").period
    assert ends_at(plan) == datetime(2027, 3, 2, 1, 1, tzinfo=UTC)


def test_mornings_are_at_half_past_eight_before_and_after_the_clock_is_changed(opened: Office) -> None:
    before, after = (replay.morning_of(date(2026, month, day)) for month, day in ((10, 30), (11, 2)))
    assert before.astimezone(UTC) == datetime(2026, 10, 30, 15, 30, tzinfo=UTC)
    assert after.astimezone(UTC) == datetime(2026, 11, 2, 16, 30, tzinfo=UTC)
    assert day_of(at_hour(date(2026, 11, 1), time(23, 30))) == date(2026, 11, 1)


def test_an_alarm_is_at_half_past_eight_on_the_day_before_though_the_clock_is_put_forward(opened: Office) -> None:
    plan = owed(opened, "kestrel", "safety-plan")
    sunday = date(2027, 3, 14)  # the clock is put forward at two
    noon = replace(plan, period=replace(plan.period, due=sunday, at=time(12)))
    lines = calendar_of([noon], opened.campaign, parse_moment("2026-08-03T08:30")).decode().splitlines()
    assert "DTSTART:20270314T190000Z" in lines
    assert "TRIGGER:-PT26H30M" in lines
    starts = datetime(2027, 3, 14, 19, tzinfo=UTC)
    assert starts - timedelta(hours=26, minutes=30) == at_hour(date(2027, 3, 13), time(8, 30))


def test_what_is_entered_is_told_by_its_clock(opened: Office) -> None:
    monthly = owed(opened, "kestrel", "monthly", "about-2026-08")
    entering.record(
        opened,
        parse_moment("2026-10-12T15:00"),
        units=["kestrel"],
        period=monthly.period,
        received=parse_moment("2026-09-10T23:30"),
        channel=Channel.PAPER,
        by="Dana Whitfield",
        note="",
        entry=Entry.RECEIVED,
    )
    (entry,) = opened.ledger.entries(opened.campaign.id, "kestrel")[monthly.key]
    assert entry.received_at == datetime(2026, 9, 11, 6, 30, tzinfo=UTC)
    assert day_of(entry.received_at) == monthly.period.due
