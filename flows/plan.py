"""方案: one plan's phases; by hand or at a transition also its letters, and the board."""

from datetime import datetime
from typing import Any

from prefect import State, flow, get_run_logger
from prefect.events import emit_event

from cuibao.errors import CuibaoError
from cuibao.model import Phase, PhaseName, Plan
from cuibao.said import month_day
from cuibao.service.letters import agenda, morning
from cuibao.service.letters import phases as service
from cuibao.service.letters.phases import Transition
from cuibao.times import day_of
from flows import pages
from flows.board import drawn
from flows.desk import at_desk, concluded, ended, said_in_chinese
from flows.forms import Choice
from flows.letters import send_letters
from flows.phases import FLOWS
from flows.publish import publish_gates

ENTERED = "cuibao.phase.entered"


@flow(name="方案", flow_run_name="{plan}")
@said_in_chinese("没有完成")
async def plan(plan: str = "", phase: Choice = Choice.AUTO, as_of: datetime | None = None) -> State[Any]:
    """Rerun one plan: its phases, the letters of the units it concerns, the board. Safe any number of times."""
    with at_desk(as_of) as (office, moment, _):
        found = next((known for known in office.campaign.plans if known.id == plan), None)
        if found is None:
            raise CuibaoError(f"没有“{plan}”这一方案，现有：{'、'.join(known.id for known in office.campaign.plans)}")
        morning.prepare(office, moment)
        await phases_of(pages.plan_name(found), phase)
        concerned = tuple(each.unit for each in agenda.agendas(office, moment, found))
        # The gate reports of all plans go to the office in one letter: the morning's.
        sent = await send_letters(concerned)
        said = f"{pages.plan_name(found)} {month_day(day_of(moment))}：{sent.words}"
        return await concluded(said, sent_all=sent.complete, drawn=await drawn())


@flow(name="方案阶段", flow_run_name="{plan_name}")
async def phases_of(plan_name: str, phase: Choice = Choice.AUTO) -> State[Any]:
    """Turn the plan's phases where their dates have come, then work on the phases that run."""
    with at_desk() as (office, as_of, _):
        found = next(known for known in office.campaign.plans if pages.plan_name(known) == plan_name)
        turned = service.turn(office, as_of, (found,))
        for transition in turned:
            _announce(transition, as_of)
        simulated = bool(office.ledger.simulated(office.campaign.id))
        await publish_gates(service.gate_reports(office, found), simulated=simulated)
        chosen = _chosen(found, phase, as_of)
    for each in chosen:
        await FLOWS[each.name](plan_name)
    names = "、".join(each.name.zh for each in chosen)
    return await ended(f"{plan_name}：{'转入' if turned else ''}{names}")


def _chosen(plan: Plan, choice: Choice, as_of: datetime) -> tuple[Phase, ...]:
    if choice is Choice.AUTO:
        return service.running(plan, as_of)
    wanted = PhaseName.from_zh(choice.value)
    return tuple(phase for phase in plan.phases if phase.name is wanted)


def _announce(transition: Transition, as_of: datetime) -> None:
    plan, phase = transition.plan, transition.phase
    turned = "进入" if transition.turn == "opened" else "结束"
    get_run_logger().info("%s：%s%s阶段", pages.plan_name(plan), turned, phase.name.zh)
    if transition.turn == "opened":
        emit_event(
            ENTERED,
            resource={"prefect.resource.id": f"cuibao.plan.{plan.id}", "prefect.resource.name": pages.plan_name(plan)},
            payload={"phase": phase.name.zh, "as_of": as_of.isoformat()},
        )
