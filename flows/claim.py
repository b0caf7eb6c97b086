"""认领: the form by which a clerk decides about a mail that the program was not sure of."""

import asyncio
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.model import Claiming
from cuibao.service.entries import lookup
from cuibao.service.mail import deciding
from cuibao.service.mail.answers import send_answers
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, entered, said_in_words
from flows.forms import Choice, yes_or_no


@flow(name="认领", flow_run_name=called(lambda given: say("认领来信 {mail}", mail=given["mail"])))
@said_in_words(lambda: say("没有认领"), form=True)
async def claim(
    mail: int | None = None,
    claiming: str | None = Claiming.RECEIVED.value,
    units: list[str] | None = None,
    items: list[str] | None = None,
    keep_address: str | None = Choice.NO.value,
    by: str | None = "",
    note: str | None = "",
) -> State[Any]:
    """Register a mail of the queue for `units` and `items`, or dismiss it; answer its sender, draw the board anew."""
    with at_desk() as desk:
        if mail is None:
            raise Contradiction(say("请填写来信编号。"))
        done = deciding.claim(
            desk.office,
            desk.as_of,
            mail,
            units=units or [],
            items=[lookup.item_labelled(desk.office, item) for item in items or []],
            claiming=lookup.term_named(Claiming, claiming or "", say("怎么处理")),
            by=by or "",
            note=note or "",
            keep_address=yes_or_no(keep_address or Choice.NO.value, say("这个地址以后就算该单位的")),
        )
        words = deciding.said(desk.office, done, await asyncio.to_thread(send_answers, desk.office))
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=words, by=by))
    # Out of the office that has read the old contacts, where an address was added to them.
    fresh = await redrawn()
    return await entered(words, drawn=fresh)
