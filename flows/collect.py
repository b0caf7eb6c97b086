"""收取: the office's mailbox, read by the clock."""

import asyncio
from typing import Any

from prefect import State, flow, get_run_logger
from prefect.client.schemas.filters import FlowRunFilterName

from cuibao.errors import CuibaoError
from cuibao.said import label_of
from cuibao.service.mail import reading
from cuibao.service.mail.answers import send_answers
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, ended, said_in_words
from flows.pages.links import COLLECT
from flows.quiet import ended_quietly


def _resting() -> str:
    return say("休息日每小时收取一次，这一次不收")


def _nothing() -> str:
    return say("收取：{found}", found=reading.said(reading.Collected(), {}))


def _quiet() -> FlowRunFilterName:
    said = (_resting(), _nothing())
    return FlowRunFilterName(any_=[f"{mark}{words}" for mark in ("", say("【演练】")) for words in said])


@flow(name="收取", flow_run_name=called(lambda _: COLLECT.word))
@said_in_words(lambda: say("没有收信"))
async def collect(scheduled: bool | None = False) -> State[Any]:
    """Read what is new in the mailbox, answer what was registered, and draw the board where something changed.

    `scheduled` is said by the clock, which comes every quarter of an hour: not all of them count.
    """
    with at_desk() as desk:
        office, logger = desk.office, get_run_logger()
        if scheduled and not reading.is_time(office, desk.as_of):
            return await ended_quietly(_resting(), _quiet())
        found = reading.Collected()
        trouble = ""
        try:
            await asyncio.to_thread(reading.collect, office, desk.as_of, found)
        except CuibaoError as mistake:  # what was read until then is registered, and is to be seen and answered
            trouble = str(mistake)
            logger.error("%s", say("没有收完：{trouble}", trouble=trouble))
        trouble = say("；").join(filter(None, (trouble, *found.troubles)))
        answers = await asyncio.to_thread(send_answers, office, by_itself=bool(scheduled))
        for notice in found.notices:
            logger.warning("%s", notice)
        for each in found.registered:
            items = say("、").join(label_of(item.period) for item in each.items)
            words = say("已登记：{unit}，{items}（来信：{subject}）", unit=each.unit, items=items, subject=each.subject)
            logger.info("%s", words)
        fresh = await redrawn() if found.changed else True
    stale = "" if fresh else say("；报表没有全部更新")
    failed = bool(trouble) or not fresh
    words = say("收取：{found}", found=reading.said(found, answers)) + stale
    if scheduled and words == _nothing() and not failed:
        return await ended_quietly(words, _quiet())
    return await ended(words + (say("；没有收完：{trouble}", trouble=trouble) if trouble else ""), failed=failed)
