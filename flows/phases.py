"""Phases, each a run of its own: what a phase works on is what it is told, and shows in the UI.

The three that most notices have are flows of their own, so that the UI lists their runs apart; a phase of any other
name runs through the flow 阶段.
"""

from collections.abc import Callable
from typing import Any

from prefect import State, flow, get_run_logger, runtime

from cuibao.model import Phase, Plan
from cuibao.said import phase_title
from cuibao.service.entries.lookup import plan_named
from cuibao.service.views.briefs import brief
from cuibao.tongue import say
from flows.desk import at_desk, ended, plan_title
from flows.pages.brief import brief_page
from flows.pages.links import Subflow
from flows.publish import publish_brief


def _titled(phase: str) -> Callable[[], str]:
    return lambda: f"{plan_title()} · {phase}"


def _named() -> str:
    parameters = runtime.flow_run.parameters
    with at_desk() as desk:
        plan = plan_named(desk.office, parameters["plan"])
        return phase_title(plan, _phase(plan, parameters["phase"]))


@flow(name="动员部署", flow_run_name=_titled("动员部署"))
async def mobilization(plan: str, phase: str) -> State[Any]:
    """Who has named its liaison and sent its plan: all items of the phase."""
    return await _work(plan, phase)


@flow(name="集中实施", flow_run_name=_titled("集中实施"))
async def implementation(plan: str, phase: str) -> State[Any]:
    """The recurring reports that have begun, and what mobilization still misses."""
    return await _work(plan, phase)


@flow(name="总结提升", flow_run_name=_titled("总结提升"))
async def summary(plan: str, phase: str) -> State[Any]:
    """The final reports, and everything still missing."""
    return await _work(plan, phase)


@flow(name="阶段", flow_run_name=_named)
async def stage(plan: str, phase: str) -> State[Any]:
    """A phase of any other name, or the whole of a plan that has none."""
    return await _work(plan, phase)


FLOWS = {each.name: each for each in (mobilization, implementation, summary)}


async def work_on(plan: Plan, phase: Phase) -> None:
    """Run what shows that `phase` of `plan` is at work."""
    found = FLOWS.get(phase.name) or stage.with_options(name=Subflow.STAGE.word)
    await found(plan.id, phase.id)


async def _work(plan: str, phase: str) -> State[Any]:
    with at_desk() as desk:
        found = plan_named(desk.office, plan)
        seen = brief(desk.office, desk.board, found, _phase(found, phase))
        await publish_brief(desk, seen)
        get_run_logger().info("%s", brief_page(seen, desk.board).text)
    arrears = sum(len(item.missing) for item in seen.arrears)
    owing = say("，以前阶段欠报 {arrears} 件", arrears=arrears) if arrears else ""
    return await ended(
        say(
            "{phase}：已报 {done}/{total}{owing}",
            phase=phase_title(found, seen.phase),
            done=seen.done,
            total=seen.total,
            owing=owing,
        )
    )


def _phase(plan: Plan, phase: str) -> Phase:
    """The phase of `plan` with this id."""
    return next(each for each in plan.phases if each.id == phase)
