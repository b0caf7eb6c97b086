"""收取: the office's mailbox, read by the clock."""

import asyncio
from typing import Any

from prefect import State, flow, get_run_logger
from prefect.client.schemas.filters import FlowRunFilterName

from cuibao.errors import CuibaoError
from cuibao.said import label_of
from cuibao.service.mail import reading
from cuibao.service.mail.answers import send_answers
from flows.board import redrawn
from flows.desk import at_desk, ended, said_in_chinese
from flows.quiet import ended_quietly

RESTING = "休息日每小时收取一次，这一次不收"
NOTHING = f"收取：{reading.said(reading.Collected(), {})}"
QUIET = FlowRunFilterName(any_=[f"{mark}{words}" for mark in ("", "【演练】") for words in (RESTING, NOTHING)])


@flow(name="收取", flow_run_name="收取")
@said_in_chinese("没有收信")
async def collect(scheduled: bool | None = False) -> State[Any]:
    """Read what is new in the mailbox, answer what was registered, and draw the board where something changed.

    `scheduled` is said by the clock, which comes every quarter of an hour: not all of them count.
    """
    with at_desk() as desk:
        office, logger = desk.office, get_run_logger()
        if scheduled and not reading.is_time(office, desk.as_of):
            return await ended_quietly(RESTING, QUIET)
        found = reading.Collected()
        trouble = ""
        try:
            await asyncio.to_thread(reading.collect, office, desk.as_of, found)
        except CuibaoError as mistake:  # what was read until then is registered, and is to be seen and answered
            trouble = str(mistake)
            logger.error("没有收完：%s", trouble)
        trouble = "；".join(filter(None, (trouble, *found.troubles)))
        answers = await asyncio.to_thread(send_answers, office, by_itself=bool(scheduled))
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
        return await ended_quietly(words, QUIET)
    return await ended(words + (f"；没有收完：{trouble}" if trouble else ""), failed=failed)
