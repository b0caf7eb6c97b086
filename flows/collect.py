"""收取: the office's mailbox, read by the clock."""

import asyncio
from collections import Counter
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import CuibaoError
from cuibao.said import label_of
from cuibao.service.mail import reading
from cuibao.service.mail.answers import send_answers
from cuibao.service.mail.reading import Collected
from flows.board import drawn
from flows.desk import at_desk, ended, said_in_chinese


@flow(name="收取", flow_run_name="收取")
@said_in_chinese("没有收信")
async def collect(scheduled: bool | None = False) -> State[Any]:
    """Read what is new in the mailbox, answer what was registered, and draw the board where something changed.

    `scheduled` is said by the clock, which comes every quarter of an hour: not all of them count.
    """
    with at_desk() as (office, as_of, _):
        if scheduled and not reading.is_time(office, as_of):
            return await ended("休息日每小时收取一次，这一次不收")
        found = reading.Collected()
        trouble = ""
        try:
            await asyncio.to_thread(reading.collect, office, as_of, found)
        except CuibaoError as mistake:  # what was read until then is registered, and is to be seen and answered
            trouble = str(mistake)
            get_run_logger().error("没有收完：%s", trouble)
        trouble = "；".join(filter(None, (trouble, *found.troubles)))
        answers = await asyncio.to_thread(send_answers, office)
        for each in found.registered:
            items = "、".join(label_of(item.period) for item in each.items)
            get_run_logger().info("已登记：%s，%s（来信：%s）", each.unit, items, each.subject)
        fresh = await drawn() if found.changed else True
    stale = "" if fresh else "；报表没有全部更新"
    failed = bool(trouble) or not fresh
    return await ended(f"{said(found, answers)}{stale}{f'；没有收完：{trouble}' if trouble else ''}", failed=failed)


def said(found: Collected, answers: Counter[str]) -> str:
    """What a reading came to, in the words that a run is called by."""
    if not found.read:
        words = ["没有新来信"]
    else:
        counts = {
            "登记": sum(len(each.items) for each in found.registered),
            "待认领": found.queued,
            "补充材料": found.supplements,
            "退信": found.bounced,
            "不处理": found.ignored,
        }
        words = [f"来信 {found.read} 封", *(f"{name} {count}" for name, count in counts.items() if count)]
    words += [f"回执{name} {count}" for name, count in answers.items()]
    return f"收取：{'，'.join(words)}"
