"""What the clerks of an office read of hours, moved dates and units' own days, in lists, pages, workbook, call sheet;
and a morning's letter with its forms, in an office with a ledger and an outbox of its own."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cuibao.cli.schedule import schedule
from cuibao.model import Channel, Plan, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.views import year
from cuibao.service.views.board import look
from cuibao.service.views.calls import owed_items
from cuibao.service.views.handout import view
from cuibao.service.views.plan_table import COLUMNS, LAST, PlanTable, plan_table
from cuibao.service.views.workbook import worksheets
from flows.pages.links import Links
from flows.pages.plan_table import plan_page
from flows.pages.year import year_page
from tests.offices import at, letters_to, office
from tests.unit import winter

NOW = "2025-12-01T09:00"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    winter.lay_out(tmp_path)
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[Office]:
    with office(home) as found:
        yield found


def printed(home: Path, *words: str) -> str:
    """What `cuibao schedule` says."""
    said = CliRunner().invoke(schedule, words, env={"CUIBAO_HOME": str(home)}, catch_exceptions=False)
    return said.output


def table(opened: Office, moment: str = NOW) -> PlanTable:
    return plan_table(opened, look(opened, at(moment)), the_plan(opened))


def the_plan(opened: Office) -> Plan:
    return opened.campaign.plans[0]


def has_sent(opened: Office, item: str, when: str) -> None:
    for name in ("嘉定镇", "古陂镇"):
        period = lookup.item_labelled(opened, item)
        entering.record(opened, at(when), units=[name], period=period, received=None, channel=Channel.MAIL, by="王")


def columns(found: PlanTable, requirement: str) -> list[str]:
    return [period.key for period in found.periods if period.requirement.id == requirement]


def test_the_schedule_says_hours_what_was_moved_and_units_own_days(home: Path) -> None:
    lines = printed(home).splitlines()
    (weekly,) = (line for line in lines if "2025-W45" in line)
    assert "2025-11-06 17:00" in weekly
    assert "2025-11-07 17时（按补充通知〔2025〕3号改）" in weekly
    assert "原定" in lines[1]
    (annual,) = (line for line in lines if "年报" in line)
    assert "2026-01-20至2026-03-31，各单位不同" in annual
    assert sum("（协助事项）" in line for line in lines) == 5


def test_the_schedule_of_what_nothing_was_moved_of_has_no_column_for_it(tmp_path: Path) -> None:
    assert "原定" not in printed(tmp_path)


def test_the_schedule_as_json_has_it_all(home: Path) -> None:
    found: list[dict[str, Any]] = json.loads(printed(home, "--json"))
    (weekly,) = (each for each in found if each["period"] == "2025-W45")
    assert (weekly["due"], weekly["at"]) == ("2025-11-06", "17:00")
    assert weekly["moved"] == {"was": "2025-11-07", "at": "17:00", "by": "补充通知〔2025〕3号"}
    assert weekly["rule"] == "每周五17时前；自11月3日起改为每周四17时前（补充通知〔2025〕3号）"
    (annual,) = (each for each in found if each["requirement"] == "annual")
    assert annual["due_for"] == {"嘉定镇": "2026-01-20", "古陂镇": "2026-02-10"}
    assert annual["rule"] is None
    (tenday,) = (each for each in found if each["period"] == "2025-10-T1")
    assert not {"at", "moved", "due_for"} & set(tenday)


def test_the_year_page_says_hours_what_was_moved_and_units_own_days(opened: Office) -> None:
    text = year_page(year.year(opened), at(NOW)).text
    assert "| 11月6日17时，原定11月7日17时（按补充通知〔2025〕3号改） | 当日 |" in text
    assert "| 2026年1月20日至2026年3月31日，各单位不同 |" in text
    assert "| 协助事项 |" in text


def test_a_table_of_many_weeks_keeps_to_the_last_and_the_next(opened: Office) -> None:
    found = table(opened)
    weeks = columns(found, "weekly")
    assert weeks == [f"2025-W{number}" for number in range(44, 50)] + ["2025-W50"]
    assert len(weeks) == LAST + 1
    assert len(columns(found, "tenday")) == 6 < COLUMNS  # all of them
    (left_out,) = found.left_out
    assert (left_out.title, left_out.before, left_out.missing, left_out.after) == ("周报", 3, 6, 15)


def test_it_says_what_it_has_no_column_for(opened: Office) -> None:
    owed = "“周报”只列最近几期：以前的 3 期没有列出，其中还有 6 件没报，见“谁还没有报”；以后的 15 期到时列出。"
    assert table(opened).left_out[0].words == owed
    for which in ("10月6日至12日，10月10日", "10月13日至19日，10月17日", "10月20日至26日，10月24日"):
        has_sent(opened, f"秋冬防范·周报（{which}17时前）", "2025-11-30T09:00")
    came = "“周报”只列最近几期：以前的 3 期没有列出，都报了；以后的 15 期到时列出。"
    assert table(opened).left_out[0].words == came
    board = look(opened, at(NOW))
    assert came in plan_page(table(opened), board, Links({}, "县安委办")).text
    assert came in opened.templates.export(view(opened, board), opened.campaign)


def test_before_a_campaign_begins_a_table_of_many_weeks_has_the_first(opened: Office) -> None:
    assert columns(table(opened, "2025-09-29T09:00"), "weekly") == ["2025-W41"]


def test_the_year_of_2022_is_shown_whole(tmp_path: Path) -> None:
    with office(tmp_path / "other") as opened:
        board = look(opened, at("2022-12-01T09:00"))
        found = [plan_table(opened, board, plan) for plan in opened.campaign.plans]
    assert not any(each.left_out for each in found)


def test_pages_say_the_hour_in_the_head_and_a_units_own_day_in_its_cell(opened: Office) -> None:
    found = table(opened)
    lines = plan_page(found, look(opened, at(NOW)), Links({}, "县安委办")).text.splitlines()
    heads = "\n".join(line for line in lines if line.startswith("| 单位"))
    assert "11月3日至9日 11.6 17时" in heads
    assert "年报 1.20至3.31" in heads
    gupi = [line for line in lines if line.startswith("| 古陂镇")]
    assert any("· （2.10 12:30）" in line for line in gupi)


def test_the_page_for_a_leader_says_the_hour_and_a_units_own_day(opened: Office) -> None:
    (plan,) = view(opened, look(opened, at(NOW))).plans
    assert ("周报（11月3日至9日）", "11月6日17时") in plan.periods
    assert ("年报", "2026年1月20日至2026年3月31日") in plan.periods
    gupi = next(row for row in plan.rows if row.unit == "古陂镇")
    assert "未到期（2月10日 12:30）" in [each.words for each in gupi.cells]


def test_the_workbook_says_the_hour_and_has_every_week(opened: Office) -> None:
    whole, owed, *_ = worksheets(opened, look(opened, at(NOW)))
    assert "秋冬防范\n周报（11月3日至9日）\n11.6 17时" in whole.head
    assert sum("周报" in name for name in whole.head) == 25
    dues = {row[2]: row[3] for row in owed.rows}
    assert dues["旬报（11月上旬）"] == date(2025, 11, 10)
    moment = dues["周报（11月3日至9日）"]
    assert isinstance(moment, datetime)
    assert moment == at("2025-11-06T17:00")


def test_who_phones_reads_the_hour(opened: Office) -> None:
    board = look(opened, at(NOW))
    item = next(each for each in owed_items(opened, board) if each.obligation.key.period == "2025-W45")
    assert item.since_when(date(2025, 12, 1)) == "11月6日17时到期"


def test_what_is_due_by_an_hour_is_overdue_on_that_day(opened: Office) -> None:
    def status(moment: str) -> Status:
        cells = look(opened, at(moment)).cells
        return next(each.status for each in cells if each.obligation.key.period == "2025-W45")

    assert status("2025-11-06T17:00") is Status.DUE_SOON
    assert status("2025-11-06T17:01") is Status.OVERDUE


def test_a_morning_sends_the_forms_and_says_the_hour(home: Path, opened: Office) -> None:
    morning.run(opened, at("2025-10-09T08:30"))
    morning.run(opened, at("2025-10-10T08:30"))
    (path,) = letters_to(home, "古陂镇", "2025-10-10")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    names = [part.get_filename() for part in message.iter_attachments()]
    assert sorted(filter(None, names))[:2] == ["周报-古陂镇.xlsx", "旬报表.xlsx"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "10月10日（星期五）17时前，今日17时到期" in body.get_content()
