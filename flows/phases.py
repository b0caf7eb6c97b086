"""The three phases, each a flow of its own: what it works on differs, and shows in the UI."""

from collections.abc import Callable
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.model import PhaseName
from cuibao.said import plan_name
from cuibao.service.entries.lookup import plan_named
from cuibao.service.views.briefs import brief
from flows.desk import at_desk, ended, plan_title
from flows.pages.brief import brief_page
from flows.publish import publish_brief


def _titled(phase: PhaseName) -> Callable[[], str]:
    return lambda: f"{plan_title()} · {phase.zh}"


@flow(name="动员部署", flow_run_name=_titled(PhaseName.MOBILIZATION))
async def mobilization(plan: str) -> State[Any]:
    """Who has named its liaison and sent its plan."""
    return await _work(plan, PhaseName.MOBILIZATION)


@flow(name="集中实施", flow_run_name=_titled(PhaseName.IMPLEMENTATION))
async def implementation(plan: str) -> State[Any]:
    """The recurring reports, and what mobilization still misses."""
    return await _work(plan, PhaseName.IMPLEMENTATION)


@flow(name="总结提升", flow_run_name=_titled(PhaseName.SUMMARY))
async def summary(plan: str) -> State[Any]:
    """The final reports, and everything still missing."""
    return await _work(plan, PhaseName.SUMMARY)


FLOWS = {
    PhaseName.MOBILIZATION: mobilization,
    PhaseName.IMPLEMENTATION: implementation,
    PhaseName.SUMMARY: summary,
}


async def _work(plan: str, name: PhaseName) -> State[Any]:
    with at_desk() as desk:
        found = plan_named(desk.office, plan)
        phase = next(phase for phase in found.phases if phase.name is name)
        seen = brief(desk.office, desk.board, found, phase)
        await publish_brief(desk, seen)
        get_run_logger().info("%s", brief_page(seen, desk.board).text)
    arrears = sum(len(item.missing) for item in seen.arrears)
    owing = f"，以前阶段欠报 {arrears} 件" if arrears else ""
    return await ended(f"{plan_name(found)} · {name.zh}：已报 {seen.done}/{seen.total}{owing}")
