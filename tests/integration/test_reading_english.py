"""收取 of English mails: what schools write to the shipped example's office, from a real mailbox into the ledger."""

from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cuibao.model import Entry
from cuibao.office import Office
from cuibao.service.letters import morning
from cuibao.service.mail import answers as answering
from cuibao.service.mail import reading
from cuibao.service.mail.reading import Collected
from cuibao.service.mail.waiting import queue
from cuibao.times import parse_moment
from tests.integration.imap_server import Account
from tests.lakeview import FOREIGN, KESTREL, lakeview
from tests.mails import AUTHSERV, File, docx, mail
from tests.offices import imap

AT = "2026-09-10T10:00-07:00"
NOW = "2026-10-12T15:00"
QUOTING = (
    "On Mon, Oct 12, 2026 at 8:30 AM State Reporting Office <reporting@lakeviewusd.example>\nwrote:\n> Action needed"
)
MONTHLY, DRILLS, SUSPENSIONS = (
    ("attendance", "monthly", "about-2026-09"),
    ("safety", "drill-log", "about-2026-Q3"),
    ("attendance", "discipline", "2026-Q3"),
)


@pytest.fixture
def opened(tmp_path: Path, account: Account, database_url: str) -> Iterator[Office]:
    """The example's office on the afternoon of a due day, whose mailbox is on loopback; all until September came in."""
    environ = {"CUIBAO_DATABASE_URL": database_url, "CUIBAO_IMAP_AUTHSERV": AUTHSERV, **imap(account)}
    with lakeview(tmp_path, NOW, **environ) as found:
        yield found


def deliver(
    account: Account,
    subject: str,
    text: str,
    files: Sequence[str] = (),
    *,
    sender: str = KESTREL,
    quoting: str = "",
    in_reply_to: str = "",
    arrived: str = "2026-10-12T10:00-07:00",
) -> None:
    moment = parse_moment(arrived)
    sent = [File(name, docx(f"{name} {subject} {text}")) for name in files]
    whole = f"{text}\n\n{quoting}" if quoting else text
    account.deliver(
        mail(
            sender=sender,
            to="reporting@lakeviewusd.example",
            subject=subject,
            text=whole,
            files=sent,
            sent_at=moment,
            in_reply_to=in_reply_to,
        ),
        moment,
    )


def registered(opened: Office, unit: str = "kestrel") -> dict[tuple[str, str, str], Entry]:
    """What the mailbox brings: by item and period."""
    reading.collect(opened, parse_moment(NOW), Collected())
    entries = opened.ledger.entries(opened.campaign.id, unit)
    return {key.item: entry.entry for key, of in entries.items() for entry in of}


def waiting(opened: Office) -> list[str]:
    """Why each mail waits for a person."""
    return [each.mail.reason for each in queue(opened)]


@pytest.mark.parametrize(
    ("subject", "text", "files", "item"),
    [
        ("September attendance", "Please see attached.", ["Kestrel September Attendance.docx"], MONTHLY),
        ("September 2026 Attendance Report", "Hi Marisol,\n\nAttached is our report for September.\n\nThanks,\nYen", [
            "attendance_2026-09_signed.docx"], MONTHLY),
        ("Monthly Attendance Report (September 2026)", "Good morning,\nPlease find attached our signed report for"
         " September. Let me know if you have any questions.\n\nBest regards,\nAndre Lewis\nRegistrar\n"
         "Kestrel Middle School\n(559) 555-0210", ["SeptAttendance.docx"], MONTHLY),
        ("Safety Drill Log", "Hello,\nI have attached the log for July-September.\nHave a great day!", [
            "Safety Drill Log Jul-Sep.docx"], DRILLS),
        ("Kestrel Middle drill log", "Here is the drill log for July through September 2026.\n\nSent from my iPhone", [
            "scan0412.docx"], DRILLS),
        ("[EXTERNAL] FW: Suspension summary July-September", "Attached. Thank you!", ["Suspension Summary.docx"],
         SUSPENSIONS),
    ],
)  # fmt: skip
def test_a_report_is_registered_by_the_words_of_its_school(
    opened: Office, account: Account, subject: str, text: str, files: list[str], item: tuple[str, str, str]
) -> None:
    deliver(account, subject, text, files)
    assert registered(opened) == {item: Entry.RECEIVED}, waiting(opened)


def test_nothing_to_report_is_a_report_where_that_will_do(opened: Office, account: Account) -> None:
    deliver(account, "Suspension Summary, July-September 2026", "We have nothing to report for July through September.")
    assert registered(opened) == {SUSPENSIONS: Entry.NIL}, waiting(opened)


DOUBTFUL: tuple[tuple[str, str, list[str]], ...] = (
    # what asks, promises or takes back
    ("September attendance", "Can we get an extension until Friday?", []),
    ("September attendance", "Can we get an extension? Attached is what we have.", ["September Attendance.docx"]),
    ("September attendance", "Attached. The signed copy will follow tomorrow.", ["September Attendance.docx"]),
    ("September attendance", "Attached is a draft.", ["September Attendance.docx"]),
    ("September attendance", "Please disregard the report I sent.", ["September Attendance.docx"]),
    ("September attendance", "Attached, except for grade 7.", ["September Attendance.docx"]),
    ("September attendance", "We are submitting the signed report by October 20.", ["September Attendance.docx"]),
    ("September attendance", "Please see attached.", ["September Attendance DRAFT.docx"]),
    ("September attendance?", "Please see attached.", ["September Attendance.docx"]),
    ("September attendance", "The principal is out with the flu.", ["September Attendance.docx"]),
    ("September attendance", "The signed copy is with the principal.", ["September Attendance.docx"]),
    ("September attendance", "The report is in the front office.", ["September Attendance.docx"]),
    ("September attendance", "We are submitting the signed copy in May.", ["September Attendance.docx"]),
    ("September attendance", "Is this the report you requested", ["September Attendance.docx"]),
    ("September attendance", "Attached is our reply to your letter.", ["September Attendance.docx"]),
    ("September attendance", "Page 1 of the report attached.", ["September Attendance.docx"]),
    ("September attendance", "No report this month.", ["September Attendance.docx"]),
    ("September attendance", "Thanks for the extension!", ["September Attendance.docx"]),
    ("September attendance", "This is the report for all but grade 8.", ["September Attendance.docx"]),
    ("September attendance", "Please see attached.", ["Staff meeting attendance.docx"]),
    (
        "September attendance",
        "Please see attached.\n\nThanks,\nReport Coming Tomorrow",
        ["September Attendance.docx"],
    ),
    # what does not name one item, or one period
    ("Safety plan and drill log", "Please see attached.", ["Safety.docx"]),
    ("Attendance and drill log", "Please see attached.", ["Kestrel.docx"]),
    ("Safety", "Please see attached.", ["Safety.docx"]),
    ("Q1 drill log", "Please see attached.", ["Drill Log Q1.docx"]),
    ("Third quarter drill log", "Please see attached.", ["Drill Log.docx"]),
    ("Quarterly attendance", "Please see attached.", ["Attendance.docx"]),
    ("September and August attendance", "Please see attached.", ["Attendance.docx"]),
    ("Attendance October 2026", "Please see attached.", ["Attendance October.docx"]),
    ("Attendances of the field trip", "Please see attached.", ["Field trip.docx"]),
    ("Kestrel", "Please see attached.", ["scan.docx"]),
    # of another school
    ("Harbor Middle School September attendance", "Please see attached.", ["Harbor September Attendance.docx"]),
    # nothing to report, and yet something
    ("Suspension Summary July-September", "Nothing to report yet.", []),
    ("Suspension Summary July-September", "Nothing to report, except two suspensions.", []),
    ("September attendance", "Nothing to report.", []),
    ("Suspension Summary", "Nothing to report for now but we are still checking.", []),
    ("September attendance", "Please see attached.", []),
)


def test_what_is_in_doubt_waits_for_a_person(opened: Office, account: Account) -> None:
    for subject, text, files in DOUBTFUL:
        deliver(account, subject, text, files)
    assert registered(opened) == {}
    assert len(queue(opened)) == len(DOUBTFUL)


@pytest.mark.parametrize("threaded", [True, False], ids=["by its thread", "by its code alone"])
def test_an_answer_to_a_letter_is_registered_by_what_the_letter_asks_for(
    tmp_path: Path, account: Account, database_url: str, *, threaded: bool
) -> None:
    environ = {"CUIBAO_DATABASE_URL": database_url, "CUIBAO_IMAP_AUTHSERV": AUTHSERV, **imap(account)}
    opening, due = (parse_moment(f"{day}T08:30-07:00") for day in ("2026-08-03", "2026-09-10"))
    with lakeview(tmp_path, "2026-08-03T08:30", **environ) as opened:
        morning.run(opened, opening)
    with lakeview(tmp_path, "2026-09-10T08:30", **environ) as opened:
        morning.run(opened, due)
        letter = opened.ledger.letter(opened.campaign.id, "kestrel", due.date())
        assert letter is not None
        subject = f"RE: [EXTERNAL] {letter.message.subject}"
        answered = letter.message.message_id if threaded else ""
        text = "Hi,\n\nPlease see attached.\n\nThank you,\nAndre Lewis\nRegistrar"
        deliver(account, subject, text, ["scan.docx"], quoting=QUOTING, in_reply_to=answered, arrived=AT)
        deliver(
            account,
            subject,
            "Got it, thank you!\n\nBest,\nAndre Lewis\nRegistrar",
            quoting=QUOTING,
            in_reply_to=answered,
            arrived=AT,
        )
        assert registered(opened) == {("attendance", "monthly", "about-2026-08"): Entry.RECEIVED}, waiting(opened)
        assert waiting(opened) == []
        for text in (
            "Got it. Can we get an extension?",
            "Got it.\n\nThanks,\nwe are late, please call me",
            "Received. No.",
        ):
            deliver(account, subject, text, quoting=QUOTING, in_reply_to=answered, arrived=AT)
        reading.collect(opened, parse_moment(NOW), Collected())
        assert len(waiting(opened)) == 2
        answering.send_answers(opened)
    (answer,) = [path for path in (tmp_path / "outbox").glob("*.eml") if b"auto-replied" in path.read_bytes()]
    message = message_from_bytes(answer.read_bytes(), policy=policy.default)
    plain = message.get_body(("plain",))
    assert plain is not None
    assert (
        str(message["Subject"]) == "Received from Kestrel Middle School: Attendance, Monthly Attendance Report (August)"
    )
    assert "We received your email of September 10, 2026 at 10:00 a.m." in plain.get_content()
    assert not FOREIGN.search(plain.get_content())
