"""Installing deployments on a real server: one for each plan, and nothing of what a person changed is undone."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse

from cuibao.loading import load_campaign
from cuibao.model import Campaign
from cuibao.policy.joining import join
from cuibao.settings import CHECKOUT
from cuibao.times import USUAL, live_in
from cuibao.tongue import CHINESE, catalogue, languages, speak
from cuibao.up.settings import FORMS, POOL
from flows.install.server import install, language_of_installed
from flows.install.wanted import MADE, Wanted, of_plans, own
from flows.pages.links import Deployment
from tests import english
from tests.flows.conftest import INSTALLED
from tests.flows.runs import Observed

FILE: dict[str, Any] = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text(encoding="utf-8"))
THIS_YEAR = load_campaign(CHECKOUT / "schedules" / "xinfeng-2022", CHECKOUT / "contacts")
# The same plans in the next year's notice, one of them less.
NEXT_YEAR = replace(THIS_YEAR, id="xinfeng-2023", reference="XF2023", plans=THIS_YEAR.plans[:7])


@pytest.fixture
def server(prefect_api: Observed) -> Iterator[SyncPrefectClient]:
    """A server with our pools and none of our deployments."""
    with get_client(sync_client=True) as client:
        _clear(client)
        for pool in (POOL.name, FORMS.name):
            client._client.post("/work_pools/", json={"name": pool, "type": "process"})
        yield client


@pytest.fixture(scope="module", autouse=True)
def restored() -> Iterator[None]:
    """What the other tests of this package need is put back at the end."""
    yield
    with get_client(sync_client=True) as client:
        _clear(client)
        for name, flow in INSTALLED.items():
            plan = {"方案2 安全技能": "skills", "方案3 主体责任": "responsibility"}.get(name)
            number = client.create_flow_from_name(flow.name)
            given = {"plan": plan} if plan else {}
            client.create_deployment(number, name, parameters=given, enforce_parameter_schema=False)


def _clear(client: SyncPrefectClient) -> None:
    for deployment in client.read_deployments():
        client.delete_deployment(deployment.id)
    for automation in client.read_automations():
        client.delete_automation(automation.id)
    for pool in client.read_work_pools():
        client.delete_work_pool(pool.name)


def put(*campaigns: Campaign, reads_mail: bool = False) -> tuple[int, int]:
    """Install what the program and the `campaigns` want."""
    return put_all([*own(FILE, {"CUIBAO_READS_MAIL": str(reads_mail)}), *_plans(FILE, campaigns)])


def _plans(file: dict[str, Any], campaigns: Sequence[Campaign]) -> tuple[Wanted, ...]:
    return of_plans(file, join(campaigns, campaigns[0].id)) if campaigns else ()


def put_all(wanted: Sequence[Wanted], *, plans: bool = True) -> tuple[int, int]:
    async def once() -> tuple[int, int]:
        async with get_client() as client:
            return await install(client, wanted, plans=plans)

    return asyncio.run(once())


def named(client: SyncPrefectClient, name: str) -> DeploymentResponse:
    return next(each for each in client.read_deployments() if each.name == name)


def plans(client: SyncPrefectClient) -> set[str]:
    return {each.name for each in client.read_deployments() if MADE in each.tags}


def schedule(client: SyncPrefectClient, name: str) -> DeploymentSchedule:
    (found,) = named(client, name).schedules
    return found


def test_it_makes_a_deployment_and_its_trigger_for_each_plan(server: SyncPrefectClient) -> None:
    put(THIS_YEAR)
    assert plans(server) == {f"方案{plan.no} {plan.short}" for plan in THIS_YEAR.plans}
    skills = named(server, "方案2 安全技能")
    assert (skills.parameters, skills.work_pool_name) == ({"plan": "skills"}, POOL.name)
    (trigger,) = [each for each in server.read_automations() if each.name == "方案2 安全技能 转阶段"]
    assert trigger.trigger.match.root == {"prefect.resource.id": "cuibao.plan.xinfeng-2022.skills"}  # type: ignore[union-attr]
    assert trigger.actions[0].deployment_id == skills.id  # type: ignore[union-attr]
    assert len(server.read_automations()) == len(THIS_YEAR.plans)


def test_it_writes_nothing_where_nothing_differs(server: SyncPrefectClient) -> None:
    put(THIS_YEAR)
    assert put(THIS_YEAR) == (0, 0)


def test_next_years_plans_stand_beside_this_years_under_the_campaigns_codes(server: SyncPrefectClient) -> None:
    put(THIS_YEAR)
    put(THIS_YEAR, NEXT_YEAR)
    both = {f"方案{plan.no} {plan.short} {code}" for plan in NEXT_YEAR.plans for code in ("XF2022", "XF2023")}
    boards = {"报送情况表 XF2022", "报送情况表 XF2023"}
    assert plans(server) == both | boards | {"方案8 双千示范"}
    assert len(server.read_automations()) == 15


def test_it_takes_away_the_plans_of_a_campaign_that_is_no_more_and_nothing_else(server: SyncPrefectClient) -> None:
    put(THIS_YEAR, NEXT_YEAR)
    number = server.create_flow_from_name("别人的")
    server.create_deployment(number, "别人的", tags=["方案"])
    put(THIS_YEAR)
    assert plans(server) == {f"方案{plan.no} {plan.short}" for plan in THIS_YEAR.plans}
    assert len(server.read_automations()) == len(THIS_YEAR.plans)
    assert named(server, "别人的")
    assert named(server, "每日催报")


def test_where_a_campaign_does_not_load_nothing_of_any_plan_changes(server: SyncPrefectClient) -> None:
    put(THIS_YEAR)
    assert put_all(own(FILE, {}), plans=False) == (0, 0)
    assert len(plans(server)) == 8


def test_what_was_deployed_by_hand_before_is_taken_over_or_away(server: SyncPrefectClient) -> None:
    number = server.create_flow_from_name("方案")
    for name, plan in (("方案2 安全技能", "skills"), ("方案9 旧的", "gone")):
        server.create_deployment(number, name, parameters={"plan": plan}, tags=["方案"], description="旧的说明")
    before = named(server, "方案2 安全技能").id
    put(THIS_YEAR)
    after = named(server, "方案2 安全技能")
    assert (after.id, after.description) == (before, FILE["definitions"]["plan"]["description"])
    assert "方案9 旧的" not in {each.name for each in server.read_deployments()}


def test_what_a_person_paused_or_disabled_stays_so(server: SyncPrefectClient) -> None:
    put(THIS_YEAR)
    morning, paused = named(server, "每日催报"), schedule(server, "每日催报")
    server._client.patch(f"/deployments/{morning.id}/schedules/{paused.id}", json={"active": False})
    trigger = server.read_automations()[0]
    server.pause_automation(trigger.id)
    changed = {**FILE, "deployments": [_later(each) for each in FILE["deployments"]]}
    put_all([*own(changed, {}), *of_plans(changed, replace(THIS_YEAR, id="xinfeng-2022b"))])
    now = schedule(server, "每日催报")
    assert (now.active, now.schedule.cron) == (False, "15 8 * * *")  # type: ignore[union-attr]
    assert not next(each for each in server.read_automations() if each.id == trigger.id).enabled
    assert len(server.read_automations()) == 8


def _later(deployment: dict[str, Any]) -> dict[str, Any]:
    """The same, with its morning a quarter of an hour earlier."""
    if deployment["name"] != "每日催报":
        return deployment
    return deployment | {"schedules": [deployment["schedules"][0] | {"cron": "15 8 * * *"}]}


def test_what_was_paused_before_this_program_installed_it_stays_so(server: SyncPrefectClient) -> None:
    put(THIS_YEAR)
    morning, paused = named(server, "每日催报"), schedule(server, "每日催报")
    server._client.patch(f"/deployments/{morning.id}/schedules/{paused.id}", json={"active": False})
    server._client.patch(f"/deployments/{morning.id}", json={"version": "f8986c42a001b4117b3d71c9cc0026bc"})
    put(THIS_YEAR)
    assert not schedule(server, "每日催报").active


def test_a_setting_turns_a_schedule_on_and_off_but_not_what_a_person_paused(server: SyncPrefectClient) -> None:
    put(reads_mail=False)
    assert not schedule(server, "收取").active
    put(reads_mail=True)
    reading, found = named(server, "收取"), schedule(server, "收取")
    assert found.active
    server._client.patch(f"/deployments/{reading.id}/schedules/{found.id}", json={"active": False})
    put(reads_mail=True)
    assert not schedule(server, "收取").active


def test_a_drawn_page_and_a_drawn_form_stay(server: SyncPrefectClient) -> None:
    put()
    board = named(server, "报送情况表")
    form = {"type": "object", "properties": {"as_of": {"title": "按哪个时刻", "type": "string"}}}
    server._client.patch(f"/deployments/{board.id}", json={"description": "# 页面", "parameter_openapi_schema": form})
    put()
    assert (named(server, "报送情况表").description, named(server, "报送情况表").parameter_openapi_schema) == (
        "# 页面",
        form,
    )


def test_nobody_elses_command_stays_on_a_deployment(server: SyncPrefectClient) -> None:
    put()
    form = named(server, "登记")
    evil = {"job_variables": {"command": "touch /tmp/x"}, "entrypoint": "/tmp/x.py:evil", "pull_steps": [{"x": {}}]}
    server._client.patch(f"/deployments/{form.id}", json=evil).raise_for_status()
    put()
    found = named(server, "登记")
    assert (found.job_variables, found.entrypoint, found.pull_steps) == ({}, "flows/record.py:record", [])


def test_an_english_offices_deployments_bear_english_names(server: SyncPrefectClient, tmp_path: Path) -> None:
    put(THIS_YEAR)
    home = english.lay_out(tmp_path)
    district = load_campaign(home / "schedules" / "maple-2026", home / "contacts")
    speak(district.language)
    live_in(district.timezone)
    _, removed = put(district)
    found = server.read_deployments()
    names = {each.name for each in found}
    # In the place of all that were called in Chinese, the plans' too.
    assert removed == len(FILE["deployments"]) + len(THIS_YEAR.plans)
    assert {"Record", "Status board", "Morning reminders", "Who to call today", "Program 1: Attendance"} <= names
    told = [text for each in found for text in (each.name, each.description or "", *each.tags)]
    assert english.foreign("\n".join(told)) == []
    flows = {flow.id: flow.name for flow in server.read_flows()}
    assert {flows[each.flow_id] for each in found} & set(flow_names(FILE)) == set()
    (daily,) = named(server, "Morning reminders").schedules
    assert getattr(daily.schedule, "timezone", None) == "America/Los_Angeles"
    assert put(district) == (0, 0)
    (trigger,) = [each for each in server.read_automations() if "Attendance" in each.name]
    assert trigger.name == "Program 1: Attendance: phase change"
    speak(CHINESE)
    live_in(USUAL)
    put(THIS_YEAR)
    assert {each.name for each in server.read_deployments()} & names == set()


def flow_names(file: dict[str, Any]) -> list[str]:
    """What the flows of prefect.yaml's deployments are called in the code."""
    return [each["name"] for each in file["deployments"]]


def test_every_deployment_of_prefect_yaml_has_a_word_in_each_language() -> None:
    told = [text for each in FILE["deployments"] for text in (each["description"], *each["tags"])]
    plan = FILE["definitions"]["plan"]
    told += [plan["description"], *plan["tags"], MADE]
    assert {each["name"] for each in FILE["deployments"]} == {each.value for each in Deployment}
    for language in languages():
        if language != CHINESE:
            assert [text for text in told if text not in catalogue(language)] == []


def test_what_nobody_knows_the_language_of_keeps_the_one_that_is_installed(server: SyncPrefectClient) -> None:
    async def asked() -> str:
        async with get_client() as client:
            return await language_of_installed(client)

    assert asyncio.run(asked()) == CHINESE
    speak("en")
    put()
    assert asyncio.run(asked()) == "en"
