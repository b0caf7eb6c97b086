"""Handing pages to Prefect: artifacts, the board's own page, and the form with what is open now."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from prefect.artifacts import acreate_markdown_artifact, acreate_progress_artifact
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.client.schemas.objects import ArtifactCollection
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings

from cuibao.model import Channel, Entry, GateReport, Phase, Plan
from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.letters.phases import PhaseBrief
from cuibao.service.mail import deciding
from cuibao.service.mail.deciding import Claiming, Waiting
from cuibao.service.views import board, calls, year
from cuibao.service.views.trail import Trail
from cuibao.times import day_of
from flows import pages, sheets
from flows.forms import claim_schema, form_schema, liaison_schema, run_schema, trail_schema
from flows.incoming import ClaimLink, queue_page

BOARD = "报送情况表/报送情况表"
FORM = "登记/登记"
LIAISON_FORM = "联络员/联络员"
CLAIM_FORM = "认领/认领"
HISTORY_FORM = "往来记录/往来记录"
POOL = "cuibao"
WHO_HAS_REPORTED = "who-has-reported"
CALENDAR = "calendar"
CALL_SHEET = "call-sheet"
HISTORY = "history"
UNCLAIMED = "unclaimed"
QUEUE = "待认领的来信"
LONGEST_NOTE = 80


async def publish_board(office: Office, as_of: datetime, *, now: bool) -> board.Overview:
    """Draw the front page and the plans' tables; where `as_of` is `now`, also offer on the form what is open.

    The front page is an artifact and, because an artifact's address changes each time, also the description of the
    board's deployment, which stays where it is: what a clerk keeps as a bookmark shows now, and no other moment.
    """
    async with get_client() as client:
        form, front = await _deployment(client, FORM), await _deployment(client, BOARD)
        history = await _deployment(client, HISTORY_FORM)
        link = _linker(form, office.clerk)
        seen = board.overview(office, as_of)
        for plan in office.campaign.plans:
            table = board.plan_table(office, as_of, plan)
            page = pages.plan_page(table, as_of, seen.simulated, link, _page_of(front), _history_linker(history))
            name = f"{pages.plan_name(plan)}：各单位逐期报送情况"
            await acreate_markdown_artifact(page, key=_plan_key(plan), description=name)
        claim = await _deployment(client, CLAIM_FORM)
        waiting = deciding.queue(office)
        page = queue_page(waiting, as_of, seen.simulated, _claim_linker(claim, office.clerk), _page_of(front))
        await acreate_markdown_artifact(page, key=UNCLAIMED, description=f"{QUEUE}：{len(waiting)} 封")
        sheet = calls.call_sheet(office, as_of)
        await acreate_markdown_artifact(sheets.calls_page(sheet, link), key=CALL_SHEET, description="电话催报单")
        blank = [*_blank_form(form, "登记（一次登记几个单位）"), *_blank_form(history, "往来记录")]
        others = [*blank, *await _others(client, office)]
        pending = (len(waiting), dict(others).get(QUEUE, ""))
        page = pages.overview_page(seen, office.campaign.title, link, others, pending)
        await acreate_markdown_artifact(page, key=WHO_HAS_REPORTED, description="报送情况表：现在谁还没有报")
        if now:
            await _patch(client, front, {"description": page})
            await _patch(client, form, {"parameter_openapi_schema": form_schema(office, as_of)})
            liaison = await _deployment(client, LIAISON_FORM)
            await _patch(client, liaison, {"parameter_openapi_schema": liaison_schema(office)})
            await _patch(client, claim, {"parameter_openapi_schema": claim_schema(office, as_of)})
            await _patch(client, history, {"parameter_openapi_schema": trail_schema(office)})
            await _title_runs(client, {form, liaison, history, claim})
    return seen


async def publish_calendar(office: Office, as_of: datetime) -> None:
    """Draw the whole year."""
    page = pages.calendar_page(year.year(office), day_of(as_of))
    await acreate_markdown_artifact(page, key=CALENDAR, description="全年报送日程")


async def publish_trail(office: Office, as_of: datetime, trail: Trail) -> None:
    """Draw what passed with a unit or about an item."""
    async with get_client() as client:
        link = _withdrawal_linker(await _deployment(client, FORM), office.clerk)
    page = sheets.trail_page(trail, as_of, link)
    await acreate_markdown_artifact(page, key=HISTORY, description=f"往来记录：{trail.title}")


async def publish_brief(brief: PhaseBrief, page: str) -> None:
    """Draw the `page` of what a plan's phase has in hand, and how far it is, where it has something to send in."""
    name = f"{pages.plan_name(brief.plan)} · {brief.phase.name.zh}"
    await acreate_markdown_artifact(page, key=f"phase-{brief.plan.no}-{brief.phase.name.value}", description=name)
    if brief.total:
        share = 100 * brief.done / brief.total
        key = f"progress-{brief.plan.no}-{brief.phase.name.value}"
        await acreate_progress_artifact(share, key=key, description=f"{name}：已报比例")


async def publish_gates(reports: tuple[GateReport, ...], *, simulated: bool) -> None:
    """Draw the records of phases that closed, unless they are drawn already."""
    wanted = {_gate_key(report.plan, report.phase): report for report in reports}
    async with get_client() as client:
        drawn = {found.key: found.data for found in await _newest(client, wanted)}
    for key, report in wanted.items():
        page = pages.gate_page(report, simulated)
        if drawn.get(key) != page:
            name = f"阶段小结：{pages.plan_name(report.plan)} · {report.phase.name.zh}"
            await acreate_markdown_artifact(page, key=key, description=name)


async def board_address() -> str | None:
    """Where the board's own page is, for people; None where the deployments are not installed."""
    async with get_client() as client:
        found = await _deployment(client, BOARD)
    front = get_current_settings().server.ui.api_url or get_current_settings().api.url or ""
    page = _page_of(found)
    return f"{front.removesuffix('/').removesuffix('/api')}{page}" if page else None


async def _others(client: PrefectClient, office: Office) -> list[tuple[str, str]]:
    """The newest version of each other page; an artifact's key alone leads to a list of all its versions."""
    wanted = {UNCLAIMED: QUEUE, CALL_SHEET: "电话催报单"}
    wanted |= {_plan_key(plan): pages.plan_name(plan) for plan in office.campaign.plans} | {CALENDAR: "全年日程"}
    for plan in office.campaign.plans:
        wanted |= {_gate_key(plan, phase): f"阶段小结 {plan.short}{phase.name.zh}" for phase in plan.phases}
    newest = {found.key: f"/v2/artifacts/artifact/{found.latest_id}" for found in await _newest(client, wanted)}
    return [(name, newest[key]) for key, name in wanted.items() if key in newest]


async def _newest(client: PrefectClient, keys: Iterable[str]) -> list[ArtifactCollection]:
    wanted = ArtifactCollectionFilterKey(any_=list(keys))
    return await client.read_latest_artifacts(artifact_filter=ArtifactCollectionFilter(key=wanted))


def _page_of(front: str | None) -> str | None:
    return f"/v2/deployments/deployment/{front}?tab=Description" if front else None


def _blank_form(form: str | None, name: str) -> list[tuple[str, str]]:
    return [(name, f"/v2/deployments/deployment/{form}/run")] if form else []


async def _title_runs(client: PrefectClient, forms: set[str | None]) -> None:
    """Give the other flows' run forms their Chinese titles, which installing a flow anew makes English again.

    What has one of the `forms` of its own keeps it.
    """
    for found in await client.read_deployments():
        before = found.parameter_openapi_schema or {}
        titled = run_schema(phase="phase" in before.get("properties", {}))
        ours = found.work_pool_name in (None, POOL)  # the server may be another project's too
        if ours and str(found.id) not in forms and before != titled:
            await _patch(client, str(found.id), {"parameter_openapi_schema": titled})


def _plan_key(plan: Plan) -> str:
    return f"plan-{plan.no}-{plan.id}"


def _gate_key(plan: Plan, phase: Phase) -> str:
    return f"gate-{plan.no}-{phase.name.value}"


def _linker(form: str | None, clerk: str) -> pages.Link:
    def link(unit: str, item: str, entry: Entry) -> str:
        return _filled(form, {**_entered(unit, item, entry), "by": clerk})

    return link


def _claim_linker(form: str | None, clerk: str) -> ClaimLink:
    def link(waiting: Waiting, claiming: Claiming) -> str:
        filled: dict[str, Any] = {"mail": waiting.mail.id, "claiming": claiming.zh, "by": clerk}
        # The number alone does not tell a clerk which mail the form is about.
        filled["note"] = f"来信：{waiting.mail.subject}"[:LONGEST_NOTE]
        if claiming is not Claiming.DISMISSED:
            filled["units"] = [waiting.unit.name] if waiting.unit else []
            # Of several none: what is filled in is submitted without a second look.
            filled["items"] = [label_of(item) for item in waiting.items] if len(waiting.items) == 1 else []
        return _filled(form, filled)

    return link


def _withdrawal_linker(form: str | None, clerk: str) -> sheets.WithdrawalLink | None:
    def link(unit: str, item: str, number: int) -> str:
        return _filled(form, {**_entered(unit, item, Entry.WITHDRAWN), "by": clerk, "number": number})

    return link if form else None


def _history_linker(form: str | None) -> pages.UnitLink | None:
    return (lambda unit: _filled(form, {"unit": unit})) if form else None


def _entered(unit: str, item: str, entry: Entry) -> dict[str, Any]:
    return {"units": [unit], "item": item, "entry": entry.zh, "channel": Channel.MAIL.zh}


def _filled(form: str | None, parameters: dict[str, Any]) -> str:
    """The address of the form of a deployment, filled in."""
    words = quote(json.dumps(parameters, ensure_ascii=False, separators=(",", ":")), safe="")
    return f"/v2/deployments/deployment/{form}/run?parameters={words}"


async def _deployment(client: PrefectClient, name: str) -> str | None:
    try:
        return str((await client.read_deployment_by_name(name)).id)
    except ObjectNotFound:  # a flow run by hand, without the deployments
        return None


async def _patch(client: PrefectClient, deployment: str | None, values: dict[str, Any]) -> None:
    if deployment is not None:
        answer = await client._client.patch(f"/deployments/{deployment}", json=values)
        answer.raise_for_status()
