"""A made-up campaign of a winter, laid out as an office's files: weeks with an hour, ten-day reports on paper, a month
reported on in the next, units with days of their own, and a later notice."""

from datetime import date, datetime, time
from pathlib import Path

from cuibao.loading import load_campaign
from cuibao.model import Campaign, Letter, Listed, Obligation, Reminder, Step
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from cuibao.rendering import Templates
from cuibao.spreadsheet import sheet
from tests.unit import samples

CAMPAIGN = """\
title: 秋冬季安全防范
document_no: 县安委办〔2025〕30号
reference: QD2025
issued: 2025-09-28
ends: 2026-03-31
office: {name: 县安全生产委员会办公室, mailbox: office@xinfeng.example, phone: 3336239}
phases:
  mobilization: {from: 2025-09-28, to: 2025-10-08}
  implementation: {from: 2025-10-09, to: 2025-12-31}
  summary: {from: 2026-01-01, to: 2026-03-31}
reminders:
  advance_working_days: [7, 3, 1]
  advance_working_days_monthly: [3, 1]
  overdue_working_days: [1, 3, 5]
  escalate_from: 3
"""

PLAN = """\
no: 1
id: winter
title: 秋冬季安全防范工作方案
short: 秋冬防范
contact: {name: 陈运发, phone: 3336239, mailbox: office@xinfeng.example}
requirements:
  - id: tenday
    title: 旬报
    owed_by: [towns]
    due: {every: ten-days, day: last, from: 2025-10-01, to: 2025-12-31}
    copies: 一式两份，加盖公章
    attach: [forms/旬报表.xlsx]
    source: 四（一）
    amended:
      - {document_no: 补充通知〔2025〕3号, from: 2025-12-01, stopped: true}
  - id: weekly
    title: 周报
    owed_by: [towns]
    due: {every: week, day: friday, at: "17:00", from: 2025-10-06, to: 2026-03-27}
    attach:
      - forms/周报-{unit}.xlsx
    source: 四（二）
    amended:
      - {document_no: 补充通知〔2025〕3号, from: 2025-11-03, due: {day: thursday}}
  - id: monthly
    title: 上月情况
    owed_by: [xiaofang]
    jointly: [towns]
    due: {every: month, day: 5, about: previous, from: 2025-10, to: 2026-02, on_holiday: {after: 2}}
    source: 四（三）
  - id: plan
    title: 工作方案
    owed_by: [towns]
    due: 2025-10-20
    source: 三
    amended:
      - {document_no: 补充通知〔2025〕1号, from: 2025-10-09, moves: {2025-10-20: 2025-10-24}}
  - id: annual
    title: 年报
    owed_by: [towns, departments]
    due: 2026-03-31
    due_for:
      jiading: 2026-01-20
      gupi: {date: 2026-02-10, at: "12:30"}
    source: 四（五）
"""

UNITS = """\
units:
  - {id: jiading, no: T01, name: 嘉定镇, addresses: [jiading@xinfeng.example]}
  - {id: gupi, no: T02, name: 古陂镇, addresses: [gupi@xinfeng.example]}
  - {id: xiaofang, no: D01, name: 县消防救援大队, addresses: [xiaofang@xinfeng.example]}
"""

GROUPS = """\
groups:
  - {id: towns, name: 各乡（镇）, members: [jiading, gupi]}
  - {id: departments, name: 县直部门, members: [xiaofang]}
"""

FOLDER = "schedules/winter"
PLAN_FILE = f"{FOLDER}/1-winter.yaml"
TEMPLATES = Path(__file__).parents[2] / "templates"


def lay_out(home: Path) -> None:
    """Write the office's files under `home`."""
    texts = {f"{FOLDER}/campaign.yaml": CAMPAIGN, PLAN_FILE: PLAN}
    texts |= {"contacts/units.yaml": UNITS, "contacts/groups.yaml": GROUPS}
    # One unit's own form goes by its id, the other's by its name.
    forms = {name: name for name in ("旬报表.xlsx", "周报-jiading.xlsx", "周报-古陂镇.xlsx")}
    for name, text in (texts | {f"{FOLDER}/forms/{name}": text for name, text in forms.items()}).items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def load(home: Path) -> Campaign:
    """The campaign of the files under `home`."""
    return load_campaign(home / FOLDER, home / "contacts")


def laid_out(home: Path) -> Schedule:
    """The same in time."""
    lay_out(home)
    return Schedule(load(home), WorkingDays())


def templates() -> Templates:
    """The letters of the shipped templates."""
    return Templates(TEMPLATES, sheet)


def owed(schedule: Schedule, unit: str, requirement: str, key: str = "") -> Obligation:
    """What the unit owes of the requirement, of that period or of the first."""
    found = (each for each in schedule.of_unit(unit) if each.key.requirement == requirement)
    return next(each for each in found if not key or each.key.period == key)


def letter(
    schedule: Schedule,
    unit: str,
    day: date,
    *said: tuple[Step, Obligation],
    overdue: tuple[Obligation, ...] = (),
    with_year: bool = False,
) -> Letter:
    """A letter of `day` to the unit."""
    return Letter(
        unit=schedule.campaign.units[unit],
        day=day,
        written_at=datetime.combine(day, time(8, 30), samples.CHINA),
        reference="QD2025-251009-T01",
        message_id="id@xinfeng.example",
        to=(f"{unit}@xinfeng.example",),
        cc=(),
        reminders=tuple(Reminder(obligation, step, step.value) for step, obligation in said),
        year=schedule.of_unit(unit),
        standings={},
        with_year=with_year,
        simulated=False,
        overdue=tuple(map(Listed, overdue)),
    )


def opening(schedule: Schedule, unit: str) -> Letter:
    """The letter that opens the whole campaign."""
    everything = ((Step.OPENING, each) for each in schedule.of_unit(unit))
    return letter(schedule, unit, date(2025, 9, 29), *everything, with_year=True)
