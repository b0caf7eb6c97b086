"""Phases of a notice's own, and a notice without any: what turns, what is written, what older ledgers hold."""

import json
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from cuibao.cli.schedule import schedule
from cuibao.model import Step
from cuibao.office import Office
from cuibao.service.entries.lookup import phase_named
from cuibao.service.letters import morning, phases
from cuibao.service.views import year
from cuibao.service.views.board import look
from cuibao.service.views.briefs import brief
from flows.pages.year import year_page
from tests.offices import at, letters_to, office, spoil
from tests.phased import FOUR, NONE, phased

OFFICE = "信丰县安委办"
ISSUE_DAY = "2022-04-18T08:30"


def letter(home: Path, name: str, day: str) -> EmailMessage:
    (path,) = letters_to(home, name, day)
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def parts(found: EmailMessage) -> str:
    return "".join(str(part.get_content()) for kind in ("plain", "html") if (part := found.get_body((kind,))))


def turned(opened: Office, moment: str) -> list[tuple[str, str, str]]:
    return [(t.plan.id, t.phase.id, t.turn) for t in phases.turn(opened, at(moment), opened.campaign.plans, 0)]


def in_hand(opened: Office, moment: str, name: str) -> tuple[list[str], list[str]]:
    plan = opened.campaign.plans[0]
    found = brief(opened, look(opened, at(moment)), plan, phase_named(plan, name))
    return tuple([item.period.requirement.id for item in items] for items in (found.items, found.arrears))  # type: ignore[return-value]


# --- phases of its own ---


def test_they_open_and_close_by_their_own_ids(tmp_path: Path) -> None:
    with office(phased(tmp_path, FOUR)) as opened:
        assert turned(opened, ISSUE_DAY) == [(plan, "phase-3f101d", "opened") for plan in ("skills", "responsibility")]
        found = phases.turn(opened, at("2022-05-01T08:30"), opened.campaign.plans[:1], 0)
        assert [each.words for each in found] == [
            "方案2 安全技能：结束自查自纠阶段",
            "方案2 安全技能：进入集中攻坚阶段",
        ]
        assert {mark.phase for mark in opened.ledger.phase_marks("small")} == {"phase-3f101d", found[1].phase.id}


def test_a_letter_and_the_report_to_the_office_call_them_as_the_notice_does(tmp_path: Path) -> None:
    with office(phased(tmp_path, FOUR)) as opened:
        morning.run(opened, at(ISSUE_DAY))
        morning.run(opened, at("2022-05-05T08:30"))
    first = letter(tmp_path, "嘉定镇", "2022-04-18")
    assert "自查自纠阶段事项2项" in str(first["Subject"])
    assert "集中攻坚阶段（5月1日至8月31日）" in parts(letter(tmp_path, "嘉定镇", "2022-05-05"))
    report = letter(tmp_path, OFFICE, "2022-05-05")
    assert str(report["Subject"]).startswith("【阶段小结】2个方案自查自纠阶段：")


def test_one_that_is_told_so_leaves_no_report(tmp_path: Path) -> None:
    with office(phased(tmp_path, FOUR)) as opened:
        for moment in (ISSUE_DAY, "2022-09-01T08:30"):
            morning.run(opened, at(moment))
        morning.run(opened, at("2022-11-01T08:30"))  # the one before has closed
        assert ("responsibility", "inspection") in {
            (mark.plan, mark.phase) for mark in opened.ledger.phase_marks("small") if mark.closed_at
        }
        reports = phases.gate_reports(opened, opened.campaign.plans)
    assert "inspection" not in {report.phase.id for report in reports}
    assert len(reports) == 4
    assert letters_to(tmp_path, OFFICE, "2022-09-01") != []
    assert letters_to(tmp_path, OFFICE, "2022-11-01") == []


def test_what_one_works_on_is_what_it_is_told(tmp_path: Path) -> None:
    monthly = "- {id: monthly, title: 每月情况, owed_by: [嘉定镇], source: 无,"
    dues = "due: {every: month, day: 20, from: 2022-05-01, to: 2022-10-31}}"
    phased(tmp_path, FOUR)
    spoil(tmp_path / "schedules" / "small" / "2-skills.yaml", "requirements:\n", f"requirements:\n  {monthly} {dues}\n")
    with office(tmp_path) as opened:
        june = "2022-06-15T08:30"
        # Told nothing: one in between has what has begun, and what is missing from before.
        assert in_hand(opened, june, "集中攻坚阶段") == (["monthly", "monthly", "interim"], ["liaison"])
        assert in_hand(opened, june, "督导检查") == (["monthly", "monthly"], [])
        assert in_hand(opened, "2022-11-15T08:30", "总结提升")[1].count("monthly") == 6


# --- none ---


def test_without_phases_the_opening_goes_out_on_the_issue_day_with_all_items(tmp_path: Path) -> None:
    with office(phased(tmp_path, NONE)) as opened:
        result = morning.run(opened, at(ISSUE_DAY))
    assert result.transitions == ()
    (jiading,) = [each for each in result.written if each.name == "嘉定镇"]
    opening = {each.obligation.period.key for each in jiading.reminders if each.step is Step.OPENING}
    assert {"once", "2022-05", "2022-12"} <= opening
    found = letter(tmp_path, "嘉定镇", "2022-04-18")
    assert "报送事项3项" in str(found["Subject"])
    said = parts(found)
    assert all(title in said for title in ("联络人", "阶段性工作情况", "本月工作进展"))
    assert "阶段" not in said.replace("阶段性工作情况", "")
    assert "安全技能（4月18日至12月31日）" in said


def test_without_phases_it_waits_for_a_working_day_after_the_issue_day(tmp_path: Path) -> None:
    phased(tmp_path, NONE)
    spoil(tmp_path / "schedules" / "small" / "campaign.yaml", "issued: 2022-04-18", "issued: 2022-04-16")
    with office(tmp_path) as opened:
        (liaison, *_) = [p for p in opened.schedule.periods if p.requirement.id == "liaison"]
        (opening, *_) = opened.schedule.steps(liaison)
    assert (opening.step, opening.day) == (Step.OPENING, date(2022, 4, 18))


def test_without_phases_nothing_opens_or_closes_and_the_office_gets_no_report(tmp_path: Path) -> None:
    with office(phased(tmp_path, NONE)) as opened:
        for moment in (ISSUE_DAY, "2022-05-05T08:30", "2023-01-03T08:30"):
            assert morning.run(opened, at(moment)).transitions == ()
        assert opened.ledger.phase_marks("small") == ()
        assert phases.gate_reports(opened, opened.campaign.plans) == ()
    assert letters_to(tmp_path, OFFICE) == []


def test_a_letter_about_plans_with_and_without_phases_calls_all_of_it_items(tmp_path: Path) -> None:
    with office(phased(tmp_path, FOUR, NONE)) as opened:
        morning.run(opened, at(ISSUE_DAY))
    found = letter(tmp_path, "嘉定镇", "2022-04-18")
    assert "报送事项3项" in str(found["Subject"])
    assert "自查自纠阶段（4月18日至4月30日）" in parts(found)


def test_without_phases_the_year_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(phased(tmp_path, NONE)) as opened:
        page = year_page(year.year(opened), at(ISSUE_DAY)).text
    assert "阶段性工作情况 |  | 3" in page
    monkeypatch.setenv("CUIBAO_HOME", str(tmp_path))
    found = json.loads(CliRunner().invoke(schedule, ["--json"]).stdout)
    assert {each["phase"] for each in found} == {None}
    assert "None" not in CliRunner().invoke(schedule).stdout


# --- what an earlier program wrote ---

OLDER = (
    "INSERT INTO campaigns (id, book, simulated, opened_at) VALUES ('small', 'small', false, '2022-04-18 00:30:00')",
    "INSERT INTO phases (id, campaign, plan, phase, opened_at, closed_at) VALUES "
    "(1, 'small', 'skills', 'mobilization', '2022-04-18 00:30:00', '2022-05-01 00:30:00'), "
    "(2, 'small', 'skills', 'implementation', '2022-05-01 00:30:00', NULL)",
)
USUAL_AS_LIST = """\
phases:
  - {name: 动员部署, from: 2022-04-01, to: 2022-04-30}
  - {name: 集中实施, from: 2022-05-01, to: 2022-09-30}
  - {name: 总结提升, from: 2022-10-01, to: 2022-10-31}
"""
USUAL = """\
phases:
  mobilization: {from: 2022-04-01, to: 2022-04-30}
  implementation: {from: 2022-05-01, to: 2022-09-30}
  summary: {from: 2022-10-01, to: 2022-10-31}
"""


@pytest.mark.parametrize("form", [USUAL, USUAL_AS_LIST])
def test_no_phase_that_an_earlier_program_opened_is_opened_again(tmp_path: Path, form: str) -> None:
    with office(phased(tmp_path, NONE, form)) as opened:
        opened.ledger.close()
    engine = create_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    with engine.begin() as db:
        for row in OLDER:
            db.execute(text(row))
    engine.dispose()
    with office(tmp_path) as opened:
        assert turned(opened, "2022-05-02T08:30") == []
        (report,) = phases.gate_reports(opened, opened.campaign.plans)
        assert (report.phase.name, report.drawn_at) == ("动员部署", at("2022-05-01T08:30"))
        assert turned(opened, "2022-10-01T08:30") == [
            ("skills", "implementation", "closed"),
            ("skills", "summary", "opened"),
        ]
