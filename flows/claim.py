"""认领: the form by which a clerk decides about a mail that the program was not sure of."""

import asyncio
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.office import Office
from cuibao.service.entries import recording
from cuibao.service.mail import deciding
from cuibao.service.mail.answers import send_answers
from cuibao.service.mail.deciding import Claimed, Claiming
from flows.board import drawn
from flows.desk import at_desk, ended, said_in_chinese


@flow(name="认领", flow_run_name="认领来信 {mail}")
@said_in_chinese("没有认领")
async def claim(
    mail: int | None = None,
    claiming: str | None = Claiming.RECEIVED.zh,
    units: list[str] | None = None,
    items: list[str] | None = None,
    by: str | None = "",
    note: str | None = "",
) -> State[Any]:
    """Register a mail of the queue for `units` and `items`, or dismiss it; answer its sender, draw the board anew."""
    with at_desk() as (office, as_of, _):
        if mail is None:
            raise Contradiction("请填写来信编号。")
        done = deciding.claim(
            office,
            as_of,
            mail,
            units=units or [],
            items=[recording.item_labelled(office, item) for item in items or []],
            claiming=_claiming(claiming or ""),
            by=by or "",
            note=note or "",
        )
        words = said(office, done)
        get_run_logger().info("%s；登记人 %s", words, by)
        answers = await asyncio.to_thread(send_answers, office)
        fresh = await drawn()
    words += "".join(f"；回执{name} {count}" for name, count in answers.items())
    return await ended(words + ("" if fresh else "（报送情况表没有更新，请重做“报送情况表”）"))


def said(office: Office, done: Claimed) -> str:
    """What came of a decision, in the words that a run is called by."""
    if done.recorded is None:
        return f"来信 {done.mail.id} {'早已记为' if done.again else '已记为'}不是报送"
    names = dict.fromkeys(office.campaign.units[entry.obligation.unit].name for entry in done.recorded.entered)
    parts = []
    if names:
        parts.append(f"来信 {done.mail.id} 已登记：{'、'.join(names)}，{len(done.recorded.entered)} 项")
    if done.recorded.already:
        listed = "，".join(f"{repeated.unit.name}{repeated.words}" for repeated in done.recorded.already)
        parts.append(f"不必再登：{listed}" + ("" if names else "，附件作为补充材料存档"))
    return "；".join(parts)


def _claiming(words: str) -> Claiming:
    try:
        return Claiming.from_zh(words)
    except KeyError:
        known = "、".join(each.zh for each in Claiming)
        raise Contradiction(f"怎么处理应为 {known} 之一，现为 {words or '（未选）'}") from None
