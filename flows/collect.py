"""收取: the office's mailbox, read by the clock."""

import asyncio
from typing import Any

from prefect import State, flow, get_run_logger
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterName,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import StateType

from cuibao.errors import CuibaoError
from cuibao.said import label_of
from cuibao.service.mail import reading
from cuibao.service.mail.answers import send_answers
from flows.board import redrawn
from flows.desk import at_desk, drill_mark, ended, said_in_chinese

RESTING = "休息日每小时收取一次，这一次不收"
NOTHING = f"收取：{reading.said(reading.Collected(), {})}"


@flow(name="收取", flow_run_name="收取")
@said_in_chinese("没有收信")
async def collect(scheduled: bool | None = False) -> State[Any]:
    """Read what is new in the mailbox, answer what was registered, and draw the board where something changed.

    `scheduled` is said by the clock, which comes every quarter of an hour: not all of them count.
    """
    with at_desk() as desk:
        office, logger = desk.office, get_run_logger()
        if scheduled and not reading.is_time(office, desk.as_of):
            return await _quiet(RESTING)
        found = reading.Collected()
        trouble = ""
        try:
            await asyncio.to_thread(reading.collect, office, desk.as_of, found)
        except CuibaoError as mistake:  # what was read until then is registered, and is to be seen and answered
            trouble = str(mistake)
            logger.error("没有收完：%s", trouble)
        trouble = "；".join(filter(None, (trouble, *found.troubles)))
        answers = await asyncio.to_thread(send_answers, office)
        for notice in found.notices:
            logger.warning("%s", notice)
        for each in found.registered:
            items = "、".join(label_of(item.period) for item in each.items)
            logger.info("已登记：%s，%s（来信：%s）", each.unit, items, each.subject)
        fresh = await redrawn() if found.changed else True
    stale = "" if fresh else "；报表没有全部更新"
    failed = bool(trouble) or not fresh
    words = f"收取：{reading.said(found, answers)}{stale}"
    if scheduled and words == NOTHING and not failed:
        return await _quiet(words)
    return await ended(words + (f"；没有收完：{trouble}" if trouble else ""), failed=failed)


async def _quiet(words: str) -> State[Any]:
    """The end of a reading that found nothing, which takes the place of the one before: 96 a day would bury the others,
    and be half of what Prefect keeps."""
    before = FlowRunFilter(
        name=FlowRunFilterName(any_=[f"{drill_mark()}{words}" for words in (RESTING, NOTHING)]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.COMPLETED])),
        tags=FlowRunFilterTags(all_=["auto-scheduled"]),  # what a person started stays
    )
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_run_filter=before):
            await client.delete_flow_run(run.id)
    return await ended(words)
