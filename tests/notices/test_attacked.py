"""Rules as notices of many kinds set them come to the dates that their words say; see `attacked`."""

from datetime import datetime
from pathlib import Path

import pytest

from cuibao.loading import load_campaign
from cuibao.model import Campaign, DueDay, Event, Period
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from tests.notices.attacked import SAID, Said
from tests.unit.samples import CHINA

CAMPAIGN = """\
title: 攻坚战
document_no: 信安办字〔2022〕30号
reference: XF2022
issued: {issued}
ends: {ends}
{until}office: {{name: 县安委办, mailbox: office@xinfeng.example, phone: 3336239}}
phases: []
reminders:
  advance_working_days: [7, 3, 1]
  advance_working_days_monthly: [3, 1]
  overdue_working_days: [1, 3, 5]
  escalate_from: 3
"""
PLAN = """\
no: 1
id: skills
title: 安全技能实施方案
short: 安全技能
contact: {name: 陈运发, phone: 3336239, mailbox: office@xinfeng.example}
requirements:
  - id: item
    title: 事项
    source: 一
"""
MEETING = "  - {id: other, title: 会议, owed_by: [towns], due: 2024-10-10, source: 二}\n"
UNITS = """\
units:
  - {id: jiading, no: T01, name: 嘉定镇, dates: {audited: 2022-05-31}}
  - {id: gupi, no: T02, name: 古陂镇, dates: {audited: 2022-06-30}}
  - {id: xiaofang, no: D01, name: 县消防救援大队}
"""
GROUPS = (
    "groups:\n  - {id: towns, name: 各乡（镇）, members: [jiading, gupi]}\n"
    "  - {id: departments, name: 县直部门, members: [xiaofang]}\n"
)


def loaded(home: Path, said: Said, more: str = "") -> Campaign:
    """The campaign with the item that `said` tells, and `more` items."""
    until = f"chase_until: {said.until}\n" if said.until else ""
    owed = "" if "owed_by" in said.item else "    owed_by: [towns]\n"
    item = owed + "".join(f"    {line}\n" for line in said.item.splitlines())
    other = MEETING if "of: other" in said.item and not more else more
    files = {
        "xf/campaign.yaml": CAMPAIGN.format(issued=said.issued, ends=said.ends, until=until),
        "xf/1-skills.yaml": PLAN + item + other,
        "contacts/units.yaml": UNITS,
        "contacts/groups.yaml": GROUPS,
    }
    for name, text in files.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    return load_campaign(home / "xf", home / "contacts")


def laid(period: Period) -> str:
    """Its key and its day, and those of units that have another."""
    own = (f"/{unit} {_day(day)}" for unit, day in period.apart.items())
    return f"{period.key} {_day(DueDay(period.due, period.at))}{''.join(own)}"


def _day(day: DueDay) -> str:
    return f"{day.due} {day.at:%H:%M}" if day.at else str(day.due)


@pytest.mark.parametrize("said", SAID, ids=[each.said for each in SAID])
def test_it_comes_to_the_dates_worked_out_by_hand(said: Said, tmp_path: Path) -> None:
    periods = Schedule(loaded(tmp_path, said), WorkingDays()).periods
    assert sorted(laid(each) for each in periods if each.requirement.id == "item") == sorted(said.dates.split("; "))


def test_what_is_counted_from_an_event_is_owed_by_its_own_units_only(tmp_path: Path) -> None:
    """The towns report an accident; the fire brigade, and the towns concerned, follow three days later."""
    said = Said("", "2024-01-02", "2024-12-31", "event: 事故\ndue: {days_after: 1}", "")
    follows = "  - {id: %s, title: %s, owed_by: [%s], due: {days_after: 3, of: item}, source: 二}\n"
    more = follows % ("fire", "核查", "县消防救援大队") + follows % ("review", "整改", "towns")
    campaign = loaded(tmp_path, said, more)
    noon = datetime(2024, 5, 6, 12, tzinfo=CHINA)
    event = Event("skills", "item", 1, noon.date(), "事故", ("gupi",), "王", noon)
    found = {each.requirement.id: each for each in Schedule(campaign, WorkingDays(), (event,)).periods}
    assert {name: each.units for name, each in found.items()} == {
        "item": ("gupi",),
        "fire": ("xiaofang",),
        "review": ("gupi",),
    }
    assert str(found["fire"].due) == "2024-05-10"


def test_the_days_of_an_event_are_those_of_the_units_that_it_concerns(tmp_path: Path) -> None:
    said = Said(
        "", "2024-01-02", "2024-12-31", "event: 事故\ndue: {days_after: 1}\ndue_for: {古陂镇: {days_after: 9}}", ""
    )
    noon = datetime(2024, 5, 6, 12, tzinfo=CHINA)
    event = Event("skills", "item", 1, noon.date(), "事故", ("jiading",), "王", noon)
    (only,) = Schedule(loaded(tmp_path, said), WorkingDays(), (event,)).periods
    assert [str(day) for day in only.dues] == ["2024-05-07", "2024-05-07"]
