"""Handing pages to Prefect: a table of what stands on each deployment, and the artifacts beside it.

The ledger is the record. A deployment's description and an artifact are views that can be drawn again at any time. A
description has an address that stays and asks again every half minute, so it shows now and no other moment; what stands
on it already is not written again: each change is an event with the old and the new text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prefect.artifacts import acreate_markdown_artifact, acreate_progress_artifact
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.client.schemas.objects import ArtifactCollection
from prefect.client.schemas.responses import DeploymentResponse
from prefect.context import get_run_context
from prefect.settings import get_current_settings

from cuibao.errors import CuibaoError
from cuibao.model import JOINT, Campaign, Phase, Plan
from cuibao.office import Office
from cuibao.said import phase_title, plan_name
from cuibao.service.entries.opening import event_items
from cuibao.service.letters import pausing, phases, starting
from cuibao.service.letters.morning import LetterResult
from cuibao.service.views import calls, plan_table, year
from cuibao.service.views.board import Board, of_campaign
from cuibao.service.views.briefs import PhaseBrief
from cuibao.service.views.trail import Trail
from cuibao.times import day_of
from cuibao.tongue import say
from cuibao.up.settings import FORMS, POOL
from flows import forms
from flows.desk import Desk, in_ui
from flows.fields.begin import begin_schema
from flows.fields.call import call_schema
from flows.fields.copies import copies_schema
from flows.fields.event import event_schema
from flows.fields.pause import pause_schema
from flows.pages import links as names
from flows.pages.begin import begin_page
from flows.pages.brief import brief_page
from flows.pages.calls import calls_page
from flows.pages.contacts import contacts_page
from flows.pages.copies import copies_page
from flows.pages.date import date_page
from flows.pages.gate import gate_page
from flows.pages.letters import letters_page
from flows.pages.links import Links, board_of
from flows.pages.markdown import Page
from flows.pages.overview import overview_page
from flows.pages.pauses import pauses_page
from flows.pages.plan_table import plan_page
from flows.pages.queue import queue_page
from flows.pages.trail import trail_page
from flows.pages.year import year_page

YEAR, TRAIL, FRONT, CALLS, LETTERS = "calendar", "history", "who-has-reported", "call-sheet", "letters"


@dataclass(frozen=True, slots=True)
class Posting:
    """What stands on a deployment: a page as its description, or none, and its form.

    No page stands on a deployment with a schedule: whatever changes a deployment deletes its future scheduled runs.
    """

    page: Page | None
    form: dict[str, Any]


async def publish_board(desk: Desk) -> str | None:
    """Draw what is to be seen now, and offer on the forms what is open; of another moment the board alone.

    Where the board's page is, for people; None where the deployments are not installed.
    """
    async with get_client() as client:
        deployments = await _deployments(client)
        links = _links(desk.office, deployments)
        more = await _artifacts(client, desk)
        if not desk.now:
            await _show_moment(desk, links, more)
        for name, posting in table(desk.office, desk.board, links, more).items() if desk.now else ():
            if name in deployments:
                await _post(client, deployments[name], posting)
    page = links.page(names.BOARD)
    return in_ui(page) if page else None


def table(office: Office, board: Board, links: Links, more: Iterable[tuple[str, str]]) -> Mapping[str, Posting]:
    """What stands on each deployment, by the deployment's name, a plan's by the plan's id."""
    rerun = forms.run_schema()
    sheet = calls.call_sheet(office, board)
    plans = {plan.id: _plan_page(office, board, plan, links) for plan in office.campaign.plans}
    paused = [pausing.said(office, pause, day_of(board.as_of)) for pause in board.pauses]
    more = [*_events(office, links), *_boards(office, links), *_plans(office.campaign, links), *more]
    front = overview_page(board, office.campaign.title, links, more, paused)
    record = forms.record_schema(office, board)
    units = [unit.name for unit in office.campaign.units.values()]
    found = {
        names.BOARD: Posting(front, rerun),
        names.CALLS: Posting(calls_page(sheet, links), rerun),
        names.CLAIM: Posting(queue_page(board, links), forms.claim_schema(office, board)),
        names.RECORD: Posting(None, record),
        names.LIAISON: Posting(contacts_page(office.campaign, board, links), forms.liaison_schema(office)),
        names.TRAIL: Posting(None, forms.trail_schema(office)),
        names.MORNING: Posting(None, rerun),
        names.DATE: Posting(date_page(board, links), forms.date_schema(office, board.asked)),
        names.COPIES: Posting(copies_page(board, links, office.names.familiar), copies_schema(office, board)),
        names.BEGIN: _beginning(office, board, links),
        names.COLLECT: Posting(None, forms.empty_schema()),
        names.RESEND: Posting(None, forms.empty_schema()),
        names.CALL: Posting(None, call_schema(office, units, record["properties"]["item"]["enum"])),
        names.PAUSE: Posting(pauses_page(office, board, links), pause_schema(office)),
        names.EVENT: Posting(None, event_schema(office)),
        names.EXPORT: Posting(None, forms.empty_schema()),
        **{plan.id: Posting(plans[plan.id], _plan_form(plan)) for plan in office.campaign.plans},
        **{board_of(folder): _board_of(office, each, board, links) for folder, each in office.campaign.joined.items()},
    }
    return {name: replace(each, page=each.page and _shown(office, each.page)) for name, each in found.items()}


def _board_of(office: Office, campaign: Campaign, board: Board, links: Links) -> Posting:
    """The board of one of several campaigns, with the pages of its plans."""
    page = overview_page(of_campaign(office, board, campaign), campaign.title, links, _plans(campaign, links), one=True)
    return Posting(page, forms.run_schema())


def _plan_form(plan: Plan) -> dict[str, Any]:
    return forms.run_schema([phase.name for phase in plan.named_phases])


def _beginning(office: Office, board: Board, links: Links) -> Posting:
    try:
        first = starting.first_letters(office, board.as_of)
        standing = starting.standing(office)
    except CuibaoError as trouble:  # the board is to be drawn all the same
        first, standing = None, str(trouble).removesuffix(say("。"))
    return Posting(begin_page(board, first, standing, links), begin_schema(office, first))


async def publish_trail(desk: Desk, trail: Trail) -> None:
    """Draw what passed with a unit or about an item."""
    async with get_client() as client:
        links = _links(desk.office, await _deployments(client))
    page = _shown(desk.office, trail_page(trail, desk.as_of, links))
    await acreate_markdown_artifact(page.text, key=TRAIL, description=say("往来记录：{title}", title=trail.title))


async def publish_letters(desk: Desk, found: Sequence[LetterResult]) -> None:
    """Draw what became of this morning's letters, unit by unit, also of those that needed none; nothing where all of
    them did."""
    if any(result.status.reaches or result.status.troubled or result.status.left for result in found):
        office = desk.office
        page = _shown(office, letters_page(found, desk.as_of, bool(office.ledger.simulated(office.campaign.id))))
        await acreate_markdown_artifact(page.text, key=LETTERS, description=say("本次写信：各单位的结果"))


async def publish_brief(desk: Desk, brief: PhaseBrief) -> None:
    """Draw what a plan's phase has in hand, and how far it is, where it has something to send in."""
    name = phase_title(brief.plan, brief.phase)
    office = desk.office
    of_phase = f"{_of(office, brief.plan)}{brief.plan.no}-{brief.phase.id}"
    key, progress = (_key(office, f"{what}-{of_phase}") for what in ("phase", "progress"))
    async with get_client() as client:
        drawn = _lasting(await _newest(client, [key, progress]))
    await _draw(drawn, key, _shown(office, brief_page(brief, desk.board)), name)
    share = 100 * brief.done / brief.total if brief.total else None
    if share is not None and (progress not in drawn or drawn[progress].data != share):
        await acreate_progress_artifact(share, key=progress, description=say("{name}：已报比例", name=name))


async def publish_gates(desk: Desk, plan: Plan) -> None:
    """Draw the records of the phases of `plan` that closed, unless they are drawn already."""
    office = desk.office
    reports = {_gate_key(office, plan, report.phase): report for report in phases.gate_reports(office, [plan])}
    async with get_client() as client:
        drawn = _lasting(await _newest(client, reports))
    for key, report in reports.items():
        name = say("阶段小结：{phase}", phase=phase_title(plan, report.phase))
        await _draw(drawn, key, _shown(office, gate_page(report, desk.board.simulated)), name)


async def _show_moment(desk: Desk, links: Links, more: list[tuple[str, str]]) -> None:
    """The board of another moment, as artifacts of the run that asked for it."""
    office = desk.office
    page = _shown(office, overview_page(desk.board, office.campaign.title, links, more))
    await acreate_markdown_artifact(page.text, key=FRONT, description=say("谁还没有报"))
    page = _shown(office, calls_page(calls.call_sheet(office, desk.board), links))
    await acreate_markdown_artifact(page.text, key=CALLS, description=names.CALLS.word)
    for plan in office.campaign.plans:
        page = _shown(office, _plan_page(office, desk.board, plan, links))
        name = say("{plan}：各单位逐期报送情况", plan=plan_name(plan))
        key = f"plan-{_of(office, plan)}{plan.no}-{plan.own_id}"
        await acreate_markdown_artifact(page.text, key=key, description=name)


async def _artifacts(client: PrefectClient, desk: Desk) -> list[tuple[str, str]]:
    """Draw the year where that is due; the newest version of it and of each phase's record, by name and address. An
    artifact's key alone leads to a list of all its versions."""
    office = desk.office
    wanted = {YEAR: say("全年日程")}
    for plan in office.campaign.plans:
        wanted |= {
            _gate_key(office, plan, phase): say("阶段小结 {plan}{phase}", plan=plan.called, phase=phase.name)
            for phase in plan.named_phases
        }
    newest = await _newest(client, wanted)
    page = year_page(year.year(office), desk.as_of)
    if desk.now and await _draw(_lasting(newest), YEAR, page, say("全年报送日程")):
        newest = await _newest(client, wanted)
    return [(name, f"/v2/artifacts/artifact/{newest[key].latest_id}") for key, name in wanted.items() if key in newest]


async def _draw(drawn: Mapping[str, ArtifactCollection], key: str, page: Page, description: str) -> bool:
    """Draw `page` as the artifact `key`, unless the newest that was `drawn` says the same; whether it was drawn."""
    if key in drawn and page.says(str(drawn[key].data)):
        return False
    await acreate_markdown_artifact(page.text, key=key, description=description)
    return True


async def _newest(client: PrefectClient, keys: Iterable[str]) -> Mapping[str, ArtifactCollection]:
    wanted = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=list(keys)))
    return {found.key: found for found in await client.read_latest_artifacts(artifact_filter=wanted)}


def _lasting(drawn: Mapping[str, ArtifactCollection]) -> Mapping[str, ArtifactCollection]:
    """Those of `drawn` that need not be drawn again yet: Prefect deletes a page together with the run that drew it, and
    counts by its own clock."""
    oldest = get_run_context().start_time - get_current_settings().server.services.db_vacuum.retention_period / 2
    return {key: found for key, found in drawn.items() if found.updated and found.updated > oldest}


async def _post(client: PrefectClient, deployment: DeploymentResponse, posting: Posting) -> None:
    """Change what stands on `deployment`, where it differs."""
    changed: dict[str, Any] = {}
    if posting.page is not None and not posting.page.says(deployment.description):
        changed["description"] = posting.page.text
    if deployment.parameter_openapi_schema != posting.form:
        changed["parameter_openapi_schema"] = posting.form
    if changed:
        answer = await client._client.patch(f"/deployments/{deployment.id}", json=changed)
        answer.raise_for_status()


async def _deployments(client: PrefectClient) -> Mapping[str, DeploymentResponse]:
    """Our deployments by name, those of the plans by the plan's id, which is what they were made with: an office may
    call a plan otherwise. None where a flow is run by hand without them. The server may be another project's too."""
    ours = [each for each in await client.read_deployments() if each.work_pool_name in (None, POOL.name, FORMS.name)]
    return {_known_as(each): each for each in ours}


def _known_as(deployment: DeploymentResponse) -> str:
    made_with = deployment.parameters or {}
    if folder := made_with.get("campaign"):
        return board_of(folder)
    return str(made_with.get("plan") or names.key_of(deployment.name))


def _links(office: Office, deployments: Mapping[str, DeploymentResponse]) -> Links:
    return Links({name: str(each.id) for name, each in deployments.items()}, office.clerk)


def _events(office: Office, links: Links) -> list[tuple[str, str]]:
    """The form by which items are opened, where there are such."""
    address = links.form(names.EVENT) if event_items(office) else None
    return [(names.EVENT.word, address)] if address else []


def _boards(office: Office, links: Links) -> list[tuple[str, str]]:
    """The boards of several campaigns."""
    pages = ((each.title, links.page(board_of(folder))) for folder, each in office.campaign.joined.items())
    return [(say("报送情况表：{title}", title=title), address) for title, address in pages if address]


def _plans(campaign: Campaign, links: Links) -> list[tuple[str, str]]:
    pages = ((plan_name(plan), links.page_of(plan)) for plan in campaign.plans)
    return [(name, address) for name, address in pages if address]


def _plan_page(office: Office, board: Board, plan: Plan, links: Links) -> Page:
    return plan_page(plan_table.plan_table(office, board, plan), board, links)


def _shown(office: Office, page: Page) -> Page:
    return page.rehearsed if office.campaign.drill else page


def _of(office: Office, plan: Plan) -> str:
    """What a key has of the campaign of a plan that is not of the office's first: its code, for a folder may be called
    anything."""
    return f"{office.campaign.of(plan).reference.lower()}-" if JOINT in plan.id else ""


def _gate_key(office: Office, plan: Plan, phase: Phase) -> str:
    return _key(office, f"gate-{_of(office, plan)}{plan.no}-{phase.id}")


def _key(office: Office, key: str) -> str:
    """The artifact's key: what a drill draws of a phase is no version of what is real."""
    return f"{key}-drill" if office.campaign.drill else key
