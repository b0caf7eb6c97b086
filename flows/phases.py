"""The three phases, each a flow of its own: what it works on differs, and shows in the UI."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.model import Phase, PhaseName, Plan
from cuibao.office import Office
from cuibao.service.letters import phases as service
from cuibao.service.letters.phases import PhaseBrief
from flows import pages
from flows.desk import at_desk, ended
from flows.publish import publish_brief

Work = Callable[[Office, datetime, Plan, Phase], PhaseBrief]


@flow(name="动员部署", flow_run_name="{plan_name} · 动员部署")
async def mobilization(plan_name: str) -> State[Any]:
    """Who has named its liaison and sent its plan."""
    return await _work(plan_name, PhaseName.MOBILIZATION, service.mobilize)


@flow(name="集中实施", flow_run_name="{plan_name} · 集中实施")
async def implementation(plan_name: str) -> State[Any]:
    """The recurring reports, and what mobilization still misses."""
    return await _work(plan_name, PhaseName.IMPLEMENTATION, service.implement)


@flow(name="总结提升", flow_run_name="{plan_name} · 总结提升")
async def summary(plan_name: str) -> State[Any]:
    """The final reports, and everything still missing."""
    return await _work(plan_name, PhaseName.SUMMARY, service.summarize)


FLOWS = {
    PhaseName.MOBILIZATION: mobilization,
    PhaseName.IMPLEMENTATION: implementation,
    PhaseName.SUMMARY: summary,
}


async def _work(plan_name: str, name: PhaseName, work: Work) -> State[Any]:
    with at_desk() as (office, as_of, _):
        plan = next(plan for plan in office.campaign.plans if pages.plan_name(plan) == plan_name)
        phase = next(phase for phase in plan.phases if phase.name is name)
        brief = work(office, as_of, plan, phase)
        page = pages.brief_page(brief, as_of, bool(office.ledger.simulated(office.campaign.id)))
    await publish_brief(brief, page)
    get_run_logger().info("%s", page)
    arrears = sum(len(item.missing) for item in brief.arrears)
    owing = f"，以前阶段欠报 {arrears} 件" if arrears else ""
    return await ended(f"{plan_name} · {name.zh}：已报 {brief.done}/{brief.total}{owing}")
