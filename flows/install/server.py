"""Bringing Prefect's server to what is wanted: what is missing is made, of what is there only what differs is written.

A schedule that a person paused stays paused, a trigger that was disabled stays so; a page that was drawn as a
description stays until there is another description to install.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions, DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events import DeploymentEventTrigger
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from cuibao.tongue import CHINESE, languages
from cuibao.up.settings import FORMS, POOL
from flows.install.wanted import Wanted, made
from flows.pages.links import called, called_elsewhere, flow_name

# A plan's deployments before the campaigns made them: by hand, in prefect.yaml.
BY_HAND = ["方案"]
AT_ONCE = 200
Known = Mapping[tuple[str, str], DeploymentResponse]


async def install(client: PrefectClient, wanted: Sequence[Wanted], *, plans: bool) -> tuple[int, int]:
    """Have what is `wanted`; with `plans` all that there should be of plans is among it, and what else was made of
    plans is taken away, and of the program's own what bears its name in another language. How many were written, and
    how many taken away. Raises whatever keeps a flow from being read.
    """
    flows: dict[str, Flow[..., Any]] = {each.entrypoint: load_flow_from_entrypoint(each.entrypoint) for each in wanted}
    known = await _known(client)
    written, kept = 0, set()
    for each in wanted:
        flow = flows[each.entrypoint]
        found = known.get((flow_name(flow.name), each.name))
        if found is None:
            number = await _make(client, each, flow)
            written += 1
        else:
            number = found.id
            written += await _mend(client, each, found)
        written += await _keep_triggers(client, number, each.triggers)
        kept.add(number)
    gone = [found for found in known.values() if found.id not in kept]
    removed = [found for found in gone if plans and (_of_a_plan(found) or _of_another_language(found))]
    for found in removed:
        await client.delete_resource_owned_automations(f"prefect.deployment.{found.id}")
        await client.delete_deployment(found.id)
    return written, len(removed)


async def language_of_installed(client: PrefectClient) -> str:
    """In which language the program's own deployments on the server are called; its own where there are none."""
    names = {name for _, name in await _known(client)}
    found = (each for each in languages() if names & called(each) - called(CHINESE))
    return next(found, CHINESE)


async def _known(client: PrefectClient) -> Known:
    """Every deployment of the server, by the names of its flow and its own."""
    found: list[DeploymentResponse] = []
    while page := await client.read_deployments(limit=AT_ONCE, offset=len(found)):
        found += page
    names = {flow.id: flow.name for flow in await _flows(client)}
    return {(names[each.flow_id], each.name): each for each in found}


async def _flows(client: PrefectClient) -> list[Any]:
    found: list[Any] = []
    while page := await client.read_flows(limit=AT_ONCE, offset=len(found)):
        found += page
    return found


def _of_another_language(found: DeploymentResponse) -> bool:
    """Whether it is one of the program's own, from before the office spoke as it does now."""
    return found.work_pool_name in (POOL.name, FORMS.name) and found.name in called_elsewhere()


def _of_a_plan(found: DeploymentResponse) -> bool:
    return bool(made() & set(found.tags)) or (found.tags == BY_HAND and "plan" in (found.parameters or {}))


async def _make(client: PrefectClient, wanted: Wanted, flow: Flow[..., Any]) -> UUID:
    strategy = ConcurrencyLimitStrategy(wanted.collision) if wanted.collision else None
    return await client.create_deployment(
        flow_id=await client.create_flow_from_name(flow_name(flow.name)),
        name=wanted.name,
        version=wanted.version,
        schedules=[_schedule(each) for each in wanted.schedules],
        concurrency_limit=wanted.limit,
        concurrency_options=ConcurrencyOptions(collision_strategy=strategy) if strategy else None,
        parameters=dict(wanted.parameters),
        description=wanted.description,
        work_pool_name=wanted.pool,
        tags=list(wanted.tags),
        entrypoint=wanted.entrypoint,
        pull_steps=[],
        parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
        enforce_parameter_schema=wanted.enforced,
    )


async def _mend(client: PrefectClient, wanted: Wanted, found: DeploymentResponse) -> int:
    """Write what differs, but for what people change. A deployment's `job_variables` are nobody's to set: by them a run
    would get another command or environment."""
    limit = found.global_concurrency_limit.limit if found.global_concurrency_limit else None
    options = found.concurrency_options
    collision = options.collision_strategy.value if options else None
    now = {
        "tags": list(found.tags),
        "parameters": found.parameters or {},
        "entrypoint": found.entrypoint,
        "path": found.path,
        "pull_steps": found.pull_steps or [],
        "work_pool_name": found.work_pool_name,
        "enforce_parameter_schema": found.enforce_parameter_schema,
        "job_variables": found.job_variables or {},
        "concurrency_limit": limit,
        "concurrency_options": collision and {"collision_strategy": collision},
        "version": found.version,
    }
    then = {
        "tags": list(wanted.tags),
        "parameters": dict(wanted.parameters),
        "entrypoint": wanted.entrypoint,
        "path": None,
        "pull_steps": [],
        "work_pool_name": wanted.pool,
        "enforce_parameter_schema": wanted.enforced,
        "job_variables": {},
        "concurrency_limit": wanted.limit,
        "concurrency_options": wanted.collision and {"collision_strategy": wanted.collision},
        "version": wanted.version,
    }
    changed = {name: value for name, value in then.items() if now[name] != value}
    before, _, was_on = (found.version or "").partition(".")
    if before != wanted.version.partition(".")[0]:
        changed["description"] = wanted.description
    if changed:
        answer = await client._client.patch(f"/deployments/{found.id}", json=changed)
        answer.raise_for_status()
    scheduled = await _keep_schedules(client, wanted, found, was_on)
    return int(bool(changed) or scheduled)


async def _keep_schedules(client: PrefectClient, wanted: Wanted, found: DeploymentResponse, was_on: str) -> bool:
    """Have the schedules that are wanted. One that is off stays off, unless it was never to be on: then a setting
    turned it on, and no person turned it off."""
    known = {each.slug: each for each in found.schedules}
    missing = [_schedule(each) for each in wanted.schedules if each["slug"] not in known]
    if missing:
        await client.create_deployment_schedules(found.id, missing)
    changed = bool(missing)
    for number, each in enumerate(wanted.schedules):
        if each["slug"] in known:
            # What was installed before had no such note: its schedules were to be on.
            never = was_on[number : number + 1] == "0"
            changed |= await _keep_schedule(client, found.id, each, known[each["slug"]], turn_on=never)
    return changed


async def _keep_schedule(
    client: PrefectClient, deployment: UUID, wanted: Mapping[str, Any], found: DeploymentSchedule, *, turn_on: bool
) -> bool:
    active = wanted["active"] and (found.active or turn_on)
    same = isinstance(found.schedule, CronSchedule) and found.schedule.cron == wanted["cron"]
    same = same and getattr(found.schedule, "timezone", None) == wanted["timezone"]
    if same and found.active == active and dict(found.parameters) == dict(wanted["parameters"]):
        return False
    cron = CronSchedule(cron=wanted["cron"], timezone=wanted["timezone"])
    await client.update_deployment_schedule(
        deployment, found.id, active=active, schedule=cron, parameters=dict(wanted["parameters"]), slug=found.slug
    )
    return True


def _schedule(wanted: Mapping[str, Any]) -> DeploymentScheduleCreate:
    return DeploymentScheduleCreate(
        schedule=CronSchedule(cron=wanted["cron"], timezone=wanted["timezone"]),
        active=wanted["active"],
        parameters=dict(wanted["parameters"]),
        slug=wanted["slug"],
    )


async def _keep_triggers(client: PrefectClient, deployment: UUID, wanted: Iterable[Mapping[str, Any]]) -> int:
    """Have the triggers that are wanted, each for events of its own; how many were written. One that a person disabled
    stays so, and so does what a person made for other events."""
    wanted = list(wanted)
    related = await client.read_resource_related_automations(f"prefect.deployment.{deployment}") if wanted else []
    written = 0
    for number, spec in enumerate(wanted, start=1):
        trigger = DeploymentEventTrigger.model_validate({"name": f"trigger-{number}", **spec})
        trigger.set_deployment_id(deployment)
        automation = trigger.as_automation()
        known = [each for each in related if _answers(each, trigger.expect, deployment)]
        found, more = (known[0] if known else None), known[1:]
        if found is None:
            await client.create_automation(automation)
        elif _said(found) != _said(automation):
            # Not the client's own update: it sends whose the trigger is, which the server refuses to be told again.
            same = automation.model_dump(mode="json", exclude={"owner_resource"}) | {"enabled": found.enabled}
            answer = await client._client.put(f"/automations/{found.id}", json=same)
            answer.raise_for_status()
        for each in more:
            await client.delete_automation(each.id)
        written += int(found is None or _said(found) != _said(automation)) + len(more)
    return written


def _answers(automation: Automation, events: set[str], deployment: UUID) -> bool:
    """Whether it runs the deployment at these events."""
    expected = getattr(automation.trigger, "expect", None)
    return expected == events and any(
        getattr(action, "deployment_id", None) == deployment for action in automation.actions
    )


def _said(automation: AutomationCore) -> tuple[Any, ...]:
    """What an automation is called, what it does, and when."""
    trigger = automation.trigger.model_dump(mode="json", exclude={"id"})
    return automation.name, trigger, [action.model_dump(mode="json") for action in automation.actions]
