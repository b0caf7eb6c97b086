"""方案: one plan's phases; by hand or at a transition also its letters, and the board."""

from datetime import datetime
from typing import Any

from prefect import State, flow, get_run_logger
from prefect.events import emit_event

from cuibao.model import Campaign, Phase, Plan
from cuibao.said import month_day, plan_name
from cuibao.service.entries.lookup import phase_named, plan_named
from cuibao.service.letters import agenda, morning
from cuibao.service.letters import phases as service
from cuibao.service.letters.beginning import why_not
from cuibao.service.letters.phases import Transition
from cuibao.times import day_of
from cuibao.tongue import say
from flows.board import drawn
from flows.desk import at_desk, concluded, ended, plan_title, said_in_words
from flows.forms import Choice
from flows.install.wanted import resource_of
from flows.letters import prepared, send_letters
from flows.pages.links import Subflow
from flows.phases import work_on
from flows.publish import publish_gates

ENTERED = "cuibao.phase.entered"


@flow(name="方案", flow_run_name=plan_title)
@said_in_words(lambda: say("没有完成"))
async def plan(
    plan: str = "", phase: str | None = Choice.AUTO.value, as_of: datetime | None = None, triggered: bool | None = False
) -> State[Any]:
    """Rerun one plan: its phases, the letters of the units it concerns, the board. Safe any number of times.

    `phase` is what the form calls it, or its id; 自动: those that the date says. `triggered`: by a phase that began, at
    the moment `as_of`; one that is not today's any more does nothing.
    """
    with at_desk(as_of) as desk:
        found = plan_named(desk.office, plan)
        by_date = (None, "", Choice.AUTO.value, Choice.AUTO.word)
        chosen = None if phase in by_date else phase_named(found, phase or "").id
        if triggered and morning.outlived(desk.office, desk.as_of):
            day = month_day(day_of(desk.as_of))
            return await ended(say("{plan} {day}：不是今天的，以每日催报为准，不再做", plan=plan_name(found), day=day))
        if (reason := why_not(desk.office, desk.as_of)) is not None:
            return await concluded(
                say("{plan}：{reason}", plan=plan_name(found), reason=reason), sent_all=True, drawn=await drawn()
            )
        left = await prepared(desk)
        await phases_of.with_options(name=Subflow.PHASES.word)(found.id, chosen)
        concerned = {each.unit.id for each in agenda.agendas(desk.office, desk.as_of, found)}
        # The gate reports of all plans go to the office in one letter: the morning's.
        sent = await send_letters(left, concerned, by_itself=bool(triggered))
        said = say("{plan} {day}：{sent}", plan=plan_name(found), day=month_day(day_of(desk.as_of)), sent=sent.words)
        return await concluded(said, sent_all=sent.complete, drawn=await drawn())


@flow(name="方案阶段", flow_run_name=plan_title)
async def phases_of(plan: str, phase: str | None = None) -> State[Any]:
    """Turn the plan's phases where their dates have come, then work on `phase`, or on those that run."""
    with at_desk() as desk:
        found = plan_named(desk.office, plan)
        turned = service.turn(desk.office, desk.as_of, (found,), desk.revision)
        for transition in turned:
            _announce(desk.office.campaign, transition, desk.as_of)
        await publish_gates(desk, found)
        chosen = _chosen(found, phase, desk.as_of)
    for each in chosen:
        await work_on(found, each)
    names = say("、").join(each.name for each in chosen if each.name)
    said = say("转入{names}", names=names) if turned else names
    return await ended(say("：").join(filter(None, (plan_name(found), said))))


def _chosen(plan: Plan, wanted: str | None, as_of: datetime) -> tuple[Phase, ...]:
    if wanted is None:
        return service.running(plan, as_of)
    return tuple(phase for phase in plan.phases if phase.id == wanted)


def _announce(campaign: Campaign, transition: Transition, as_of: datetime) -> None:
    plan, phase = transition.plan, transition.phase
    get_run_logger().info("%s", transition.words)
    if transition.turn == "opened":
        emit_event(
            ENTERED,
            resource={"prefect.resource.id": resource_of(campaign, plan), "prefect.resource.name": plan_name(plan)},
            payload={"phase": phase.id, "as_of": as_of.isoformat()},
        )
