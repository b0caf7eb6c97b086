"""方案: one plan, by hand or at a transition; whatever was run before it, no unit gets two letters a day."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from flows.morning import morning
from flows.plan import ENTERED, plan
from tests.flows.runs import Observed, run
from tests.flows.test_morning import outbox
from tests.offices import letters_to

SKILLS = "方案2 安全技能"


def text_of(home: Path, name: str) -> str:
    (path,) = letters_to(home, name)
    part = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_it_writes_to_the_units_of_its_plan_only(home: Path, prefect_api: Observed) -> None:
    state = run(plan, plan="responsibility")
    assert prefect_api.tasks(state, 1) == {"嘉定镇": "已发送"}
    of_plan, of_board = prefect_api.subflows(state)
    assert of_plan == "方案3 主体责任：转入动员部署"
    assert of_board.startswith("报送情况表 4月18日 08:30：")
    assert prefect_api.shown("方案3 主体责任").startswith("# 方案3 ")
    assert prefect_api.shown("报送情况表").startswith("# 谁还没有报\n\n截至 4月18日 08:30。")


def test_it_sends_a_unit_everything_it_owes_and_the_morning_then_adds_nothing(
    home: Path, prefect_api: Observed
) -> None:
    run(plan, plan="skills")
    letter = text_of(home, "嘉定镇")
    assert "联络人" in letter
    assert "本月工作进展" in letter
    before = outbox(home)
    assert len(before) == 2
    state = run(morning)
    assert str(state.message).startswith("每日催报 4月18日：今日已发 2，")
    assert outbox(home) == before


def test_it_sends_nothing_twice_however_often_it_runs(home: Path) -> None:
    run(morning)
    before = outbox(home)
    for choice in ("自动", None, "动员部署", "summary"):
        assert run(plan, plan="skills", phase=choice).is_completed()
    assert outbox(home) == before


@pytest.mark.parametrize("choice", ["动员部署", "集中实施", "总结提升"])
def test_it_works_on_the_phase_that_is_asked_for(home: Path, prefect_api: Observed, choice: str) -> None:
    state = run(plan, plan="skills", phase=choice)
    of_plan = prefect_api.subflow(state, SKILLS)
    assert str(of_plan.message).endswith(choice)
    (of_phase,) = prefect_api.subflows(of_plan)
    assert of_phase.startswith(f"{SKILLS} · {choice}：")


@pytest.mark.usefixtures("year_over")
def test_it_follows_the_date_where_no_phase_is_asked_for(home: Path, prefect_api: Observed) -> None:
    state = run(plan, plan="skills", as_of="2022-10-10T08:30")
    (of_phase,) = prefect_api.subflows(prefect_api.subflow(state, SKILLS))
    assert of_phase.startswith(f"{SKILLS} · 总结提升：")


def test_it_says_again_nothing_of_a_phase_that_the_morning_opened(home: Path, prefect_api: Observed) -> None:
    run(morning)
    run(plan, plan="skills", phase="mobilization", as_of="2022-04-18T08:30:00+08:00")
    assert [name for name, _ in prefect_api.events(ENTERED)] == [
        "cuibao.plan.small.skills",
        "cuibao.plan.small.responsibility",
    ]


def test_it_names_the_plans_there_are_where_one_is_unknown(home: Path, prefect_api: Observed) -> None:
    state = run(plan, plan="nothing")
    assert state.is_failed()
    assert state.message == "没有完成：没有“nothing”这一方案，现有：skills（安全技能）、responsibility（主体责任）"
    assert prefect_api.name(state) == state.message
    assert "Traceback" not in prefect_api.log(state)
