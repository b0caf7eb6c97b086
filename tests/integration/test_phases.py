"""Phases on the shipped campaign: which run, which turn, what each has in hand, and the report each leaves behind."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cuibao.model import Channel, GateReport, Phase, Plan
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning, phases
from cuibao.service.views.board import Progress, look
from cuibao.service.views.briefs import brief
from tests.offices import at, letters_to, office

MOBILIZATION, IMPLEMENTATION, SUMMARY = "mobilization", "implementation", "summary"
PLANS = ("culture", "skills", "responsibility", "mines", "fireworks", "parks", "technology", "demonstration")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        yield found


def plan(opened: Office, name: str) -> Plan:
    return next(plan for plan in opened.campaign.plans if plan.id == name)


def phase(of: Plan, name: str) -> Phase:
    return next(phase for phase in of.phases if phase.id == name)


def running(opened: Office, name: str, moment: str) -> list[str]:
    return [phase.id for phase in phases.running(plan(opened, name), at(moment))]


def turned(opened: Office, moment: str) -> set[tuple[str, str, str]]:
    return {(t.plan.id, t.phase.id, t.turn) for t in phases.turn(opened, at(moment), opened.campaign.plans, 0)}


def has_sent(opened: Office, name: str, plan: str, requirement: str, period: str | None, when: str) -> None:
    item = lookup.item_named(opened, plan, requirement, period)
    entering.record(opened, at(when), units=[name], period=item, received=None, channel=Channel.MAIL, by="王")


def keys(items: tuple[Progress, ...]) -> list[tuple[str, str]]:
    return [(item.period.requirement.id, item.period.key) for item in items]


def gate(opened: Office, moment: str, name: str, which: str) -> GateReport:
    of = plan(opened, name)
    return phases.gate_report(opened, opened.ledger.entries(opened.campaign.id), at(moment), of, phase(of, which))


# --- which phases run ---


@pytest.mark.parametrize(
    ("name", "moment", "expected"),
    [
        ("skills", "2022-04-18T00:00", [MOBILIZATION]),
        ("skills", "2022-04-30T23:59", [MOBILIZATION]),
        ("skills", "2022-05-01T00:00", [IMPLEMENTATION]),
        ("skills", "2022-10-01T00:00", [SUMMARY]),
        ("responsibility", "2022-04-18T08:30", [MOBILIZATION, IMPLEMENTATION]),
        ("responsibility", "2022-04-30T23:59", [MOBILIZATION, IMPLEMENTATION]),
        ("responsibility", "2022-05-01T00:00", [IMPLEMENTATION]),
    ],
)
def test_the_phases_that_hold_the_day_run(opened: Office, name: str, moment: str, expected: list[str]) -> None:
    assert running(opened, name, moment) == expected


def test_after_its_last_phase_a_plan_still_collects_arrears(opened: Office) -> None:
    assert running(opened, "skills", "2022-11-01T08:30") == [SUMMARY]


def test_before_its_first_phase_nothing_runs(opened: Office) -> None:
    assert running(opened, "culture", "2022-04-17T08:30") == []


# --- transitions ---


def test_no_phase_turns_before_the_notice(opened: Office) -> None:
    assert turned(opened, "2022-04-17T23:59") == set()


def test_both_phases_of_plan_3_open_on_the_day_of_the_notice(opened: Office) -> None:
    found = turned(opened, "2022-04-18T08:30")
    assert found == {(name, MOBILIZATION, "opened") for name in PLANS} | {("responsibility", IMPLEMENTATION, "opened")}


def test_plan_3_closes_its_mobilization_without_opening_anything(opened: Office) -> None:
    turned(opened, "2022-04-29T08:30")
    found = {turn for turn in turned(opened, "2022-05-01T08:30") if turn[0] == "responsibility"}
    assert found == {("responsibility", MOBILIZATION, "closed")}


def test_a_phase_ends_after_its_last_day_only(opened: Office) -> None:
    turned(opened, "2022-04-18T08:30")
    assert turned(opened, "2022-04-30T23:59") == set()
    assert ("skills", MOBILIZATION, "closed") in turned(opened, "2022-05-01T00:00")


def test_a_transition_is_noticed_once(opened: Office) -> None:
    turned(opened, "2022-05-01T08:30")
    assert turned(opened, "2022-05-01T08:30") == turned(opened, "2022-09-30T08:30") == set()


def test_a_server_that_was_down_catches_up_with_every_transition(opened: Office) -> None:
    found = turned(opened, "2022-10-08T08:30")
    assert {turn for turn in found if turn[0] == "skills"} >= {
        ("skills", MOBILIZATION, "closed"),
        ("skills", IMPLEMENTATION, "closed"),
        ("skills", SUMMARY, "opened"),
    }


def test_only_the_plan_asked_for_turns(opened: Office) -> None:
    found = phases.turn(opened, at("2022-05-01T08:30"), (plan(opened, "mines"),), 0)
    assert {transition.plan.id for transition in found} == {"mines"}
    assert ("skills", MOBILIZATION, "closed") in turned(opened, "2022-05-01T08:30")


def test_the_last_phase_closes_when_the_campaign_is_over(opened: Office) -> None:
    turned(opened, "2022-12-31T23:59")
    # The second plan's summary ended in October already.
    assert turned(opened, "2023-01-01T08:30") == {(name, SUMMARY, "closed") for name in PLANS if name != "skills"}


# --- what a phase has in hand ---


def test_mobilization_has_its_own_items_and_no_arrears(opened: Office) -> None:
    of = plan(opened, "skills")
    found = brief(opened, look(opened, at("2022-04-26T08:30")), of, phase(of, MOBILIZATION))
    assert keys(found.items) == [("liaison", "once")]
    assert found.arrears == ()
    assert (found.done, found.total) == (0, 40)


def test_implementation_has_what_has_begun_and_what_mobilization_misses(opened: Office) -> None:
    of = plan(opened, "technology")
    has_sent(opened, "嘉定镇", "technology", "work-plan", None, "2022-04-28T10:00")
    found = brief(opened, look(opened, at("2022-06-21T08:30")), of, phase(of, IMPLEMENTATION))
    assert keys(found.items) == [("monthly", "2022-05"), ("monthly", "2022-06")]
    assert keys(found.arrears) == [("work-plan", "once")]
    assert (found.arrears[0].done, len(found.arrears[0].missing)) == (1, 39)


def test_an_earlier_phase_that_everybody_finished_is_no_arrears(opened: Office) -> None:
    of = plan(opened, "demonstration")
    item = lookup.item_named(opened, "demonstration", "work-plan", None)
    for unit in item.requirement.units:
        has_sent(opened, unit, "demonstration", "work-plan", None, "2022-04-28T10:00")
    assert brief(opened, look(opened, at("2022-06-21T08:30")), of, phase(of, IMPLEMENTATION)).arrears == ()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2022-04-30T08:30", []),  # mobilization still runs beside it, and has the item itself
        ("2022-05-01T08:30", [("monthly", "2022-04")]),
    ],
)
def test_plan_3_takes_over_the_april_report_when_its_mobilization_ends(
    opened: Office, moment: str, expected: list[tuple[str, str]]
) -> None:
    of = plan(opened, "responsibility")
    mobilized = brief(opened, look(opened, at(moment)), of, phase(of, MOBILIZATION))
    implemented = brief(opened, look(opened, at(moment)), of, phase(of, IMPLEMENTATION))
    assert keys(mobilized.items) == [("monthly", "2022-04")]
    assert keys(implemented.arrears) == expected
    assert ("monthly", "2022-04") not in keys(implemented.items)


def test_summary_has_the_final_reports_and_everything_missing(opened: Office) -> None:
    of = plan(opened, "skills")
    found = brief(opened, look(opened, at("2022-10-10T08:30")), of, phase(of, SUMMARY))
    assert keys(found.items) == [("final", "once")]
    assert keys(found.arrears) == [("liaison", "once"), ("interim", "once")]


def test_a_phase_run_ahead_of_its_time_calls_nothing_arrears_that_still_runs(opened: Office) -> None:
    of = plan(opened, "skills")
    found = brief(opened, look(opened, at("2022-06-21T08:30")), of, phase(of, SUMMARY))
    assert keys(found.arrears) == [("liaison", "once")]


# --- the gate report ---


def test_a_gate_report_says_per_unit_what_was_on_time_late_and_missing(opened: Office) -> None:
    has_sent(opened, "嘉定镇", "skills", "liaison", None, "2022-04-25T23:59")
    has_sent(opened, "古陂镇", "skills", "liaison", None, "2022-04-26T00:00")
    rows = {row.unit.id: row for row in gate(opened, "2022-05-01T08:30", "skills", MOBILIZATION).rows}
    assert (rows["jiading"].on_time, rows["jiading"].late, rows["jiading"].missing) == (1, 0, ())
    assert (rows["gupi"].on_time, rows["gupi"].late, rows["gupi"].missing) == (0, 1, ())
    assert (rows["daa"].on_time, rows["daa"].late, rows["daa"].missing) == (0, 0, ("联络人姓名和联系电话",))
    assert len(rows) == 40


def test_a_gate_report_leaves_milestones_out(opened: Office) -> None:
    assert gate(opened, "2022-05-01T08:30", "mines", MOBILIZATION).rows == ()


def test_a_phase_leaves_reports_once_it_is_closed_as_it_stood_then(opened: Office) -> None:
    phases.turn(opened, at("2022-05-01T08:30"), opened.campaign.plans, 0)
    has_sent(opened, "嘉定镇", "skills", "liaison", None, "2022-05-02T10:00")
    (report,) = phases.gate_reports(opened, [plan(opened, "skills")])
    assert (report.phase.id, report.drawn_at) == (MOBILIZATION, at("2022-05-01T08:30"))
    assert {row.unit.id: row.missing for row in report.rows}["jiading"] == ("联络人姓名和联系电话",)
    assert phases.gate_reports(opened, [plan(opened, "mines")]) == ()  # milestones only


def test_a_gate_report_names_the_period_of_a_recurring_item(opened: Office) -> None:
    (row,) = {row.missing for row in gate(opened, "2022-05-01T08:30", "responsibility", MOBILIZATION).rows}
    assert row == ("本月工作进展（4月）",)


def test_a_gate_report_puts_those_who_miss_most_first(opened: Office) -> None:
    for month in ("2022-05", "2022-06"):
        has_sent(opened, "嘉定镇", "mines", "monthly", month, "2022-06-20T10:00")
    rows = gate(opened, "2022-10-01T08:30", "mines", IMPLEMENTATION).rows
    missing = [len(row.missing) for row in rows]
    assert missing == sorted(missing, reverse=True)
    (jiading,) = [row for row in rows if row.unit.id == "jiading"]
    assert (jiading.on_time, jiading.late, len(jiading.missing)) == (1, 1, 4)


def test_a_gate_report_does_not_see_what_came_after_it(opened: Office) -> None:
    has_sent(opened, "嘉定镇", "skills", "liaison", None, "2022-05-02T10:00")
    rows = {row.unit.id: row for row in gate(opened, "2022-05-01T08:30", "skills", MOBILIZATION).rows}
    assert rows["jiading"].missing == ("联络人姓名和联系电话",)


@pytest.mark.slow
def test_the_office_gets_the_reports_of_a_transition_once(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        for day in ("2022-09-30", "2022-10-01", "2022-10-08", "2022-10-09"):  # the 8th and 9th are make-up working days
            morning.run(opened, at(f"{day}T08:30"))
    closing = [path for path in letters_to(tmp_path, "信丰县安委办") if "2022-09-30" not in path.name]
    assert [path.name[:10] for path in closing] == ["2022-10-08"]
    letter = message_from_bytes(closing[0].read_bytes(), policy=policy.default)
    body = letter.get_body(("plain",))
    assert body is not None
    assert all(short in body.get_content() for short in ("安全技能", "主体责任", "矿山", "园区"))
    assert "集中实施" in str(letter["Subject"])
    # Nothing was to be sent in by then.
    assert "烟花爆竹" not in body.get_content()
