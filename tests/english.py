"""An English office in a folder of a test's own: a small school district, whose language and clocks are not Chinese."""

import re
import shutil
from pathlib import Path

from cuibao.settings import CHECKOUT

CAMPAIGN = """
title: 2026-27 Reporting Calendar
document_no: Memo 26-01
reference: MAPLE26
issued: 2026-08-03
ends: 2027-06-30
language: en
timezone: America/Los_Angeles
calendar: US-CA
office: {name: Maple Unified School District, short: State Reporting Office, mailbox: r@maple.example, phone: 555-0100}
phases:
  - {id: fall, name: Fall semester, from: 2026-08-03, to: 2026-12-31}
  - {id: spring, name: Spring semester, from: 2027-01-01, to: 2027-06-30}
reminders:
  advance_working_days: [5, 1]
  advance_working_days_monthly: [2]
  overdue_working_days: [1, 3, 5]
  escalate_from: 3
  escalation: ask
"""
PLAN = """
no: 1
id: attendance
title: Attendance Accounting
short: Attendance
contact: {name: Marisol Vega, phone: 555-0102, mailbox: r@maple.example}
requirements:
  - id: monthly
    title: Attendance Report
    owed_by: [Schools]
    due: {every: month, day: 10, about: previous, from: 2026-09, to: 2027-05, on_holiday: after}
    nil_report: true
    source: section 2(a)
  - id: enrollment
    title: Enrollment Certification
    owed_by: [Schools, Departments]
    due: {date: 2026-10-05, at: "17:00"}
    source: section 2(b)
  - id: incident
    title: Incident Report
    event: the incident
    owed_by: [Schools]
    due: {working_days_after: 3}
    source: section 2(c)
milestones:
  - {id: census, title: Census Day, owed_by: [Schools], due: 2026-10-07, source: section 2(d)}
"""
UNITS = """
units:
  - id: oak
    no: S01
    name: Oak Elementary
    addresses: [oak@maple.example]
    liaison: {name: Jane Doe, post: Clerk, phone: 555-0111, mobile: 555-0112, email: jdoe@maple.example}
    leader: {name: Ann Roe, post: Principal, email: aroe@maple.example}
  - {id: elm, no: S02, name: Elm Middle School, addresses: [elm@maple.example]}
  - {id: ash, no: S03, name: Ash High School}
  - {id: hr, no: D01, name: Human Resources, addresses: [hr@maple.example]}
"""
GROUPS = """
groups:
  - {id: schools, name: Schools, members: [oak, elm, ash]}
  - {id: departments, name: Departments, members: [hr]}
"""
# Chinese, and the full-width marks that go with it.
_FOREIGN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’]|\\S·")
ENROLLMENT = "Attendance: Enrollment Certification (due October 5 at 5 p.m.)"


def lay_out(home: Path) -> Path:
    """Write the campaign under `home`; the folder again."""
    campaign = home / "schedules" / "maple-2026"
    campaign.mkdir(parents=True)
    (home / "contacts").mkdir()
    shutil.copy(CHECKOUT / "schedules" / "holidays.yaml", home / "schedules")
    for path, text in (
        (campaign / "campaign.yaml", CAMPAIGN),
        (campaign / "1-attendance.yaml", PLAN),
        (home / "contacts" / "units.yaml", UNITS),
        (home / "contacts" / "groups.yaml", GROUPS),
    ):
        path.write_text(text, encoding="utf-8")
    return home


def foreign(text: str) -> list[str]:
    """The lines of `text` that are not English."""
    return [line for line in text.splitlines() if _FOREIGN.search(line)]
