"""Phases that a notice calls otherwise, or none, as Prefect shows them."""

from pathlib import Path
from typing import Any

import pytest

from flows.morning import morning
from flows.plan import ENTERED, plan
from tests.flows.runs import Observed, run
from tests.phased import FOUR, NONE, phased

SKILLS = "方案2 安全技能"


def form(prefect_api: Observed) -> dict[str, Any]:
    """What may be filled in where the plan is run by hand."""
    schema = prefect_api.deployment(f"方案/{SKILLS}").parameter_openapi_schema
    assert schema is not None
    fields: dict[str, Any] = schema["properties"]
    return fields


@pytest.fixture
def phases() -> str:
    return FOUR


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phases: str) -> Path:
    """The small campaign with these phases, on the day on which it was issued."""
    monkeypatch.setenv("CUIBAO_HOME", str(tmp_path))
    monkeypatch.setenv("CUIBAO_NOW", "2022-04-18T08:30")
    return phased(tmp_path, phases)


def test_a_run_bears_the_name_of_the_phase_and_the_event_its_id(home: Path, prefect_api: Observed) -> None:
    state = run(morning)
    of_plan = prefect_api.subflow(state, SKILLS)
    (of_phase,) = prefect_api.subflows(of_plan)
    assert of_phase.startswith(f"{SKILLS} · 自查自纠：已报 0/3")
    assert [payload["phase"] for _, payload in prefect_api.events(ENTERED)] == ["phase-3f101d", "phase-3f101d"]
    assert form(prefect_api)["phase"]["enum"] == ["自动", "自查自纠", "集中攻坚阶段", "督导检查", "总结提升"]


@pytest.mark.parametrize(
    ("choice", "name"), [("phase-3f101d", "自查自纠"), ("集中攻坚阶段", "集中攻坚阶段"), ("总结提升", "总结提升")]
)
def test_it_works_on_the_one_that_is_asked_for(home: Path, prefect_api: Observed, choice: str, name: str) -> None:
    state = run(plan, plan="skills", phase=choice)
    (of_phase,) = prefect_api.subflows(prefect_api.subflow(state, SKILLS))
    assert of_phase.startswith(f"{SKILLS} · {name}：")


def test_it_names_those_there_are_where_one_is_unknown(home: Path) -> None:
    state = run(plan, plan="skills", phase="动员部署")
    assert state.message == "没有完成：阶段应为 自查自纠、集中攻坚阶段、督导检查、总结提升 之一，现为 动员部署"


@pytest.mark.parametrize("phases", [NONE])
def test_without_phases_the_plan_alone_is_named_and_nothing_is_entered(home: Path, prefect_api: Observed) -> None:
    state = run(morning)
    of_plan = prefect_api.subflow(state, SKILLS)
    assert of_plan.message == SKILLS
    (whole,) = prefect_api.subflows(of_plan)
    assert whole == f"{SKILLS}：已报 0/6"
    assert prefect_api.events(ENTERED) == []
    assert "phase" not in form(prefect_api)
    chosen = run(plan, plan="skills", phase="动员部署")
    assert chosen.message == "没有完成：方案“安全技能”不分阶段，不用选阶段，现为 动员部署"
