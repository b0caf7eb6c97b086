"""补发: what was put off this morning, tried again every half hour until it goes."""

from typing import Any

from prefect import State, flow, get_run_logger
from prefect.client.schemas.filters import FlowRunFilterName

from cuibao.model import LetterStatus
from cuibao.service.letters import again
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, ended, said_in_words
from flows.letters import counted, sent
from flows.pages.links import RESEND
from flows.publish import publish_letters
from flows.quiet import ended_quietly


@flow(name="补发", flow_run_name=called(lambda _: RESEND.word))
@said_in_words(lambda: say("没有补发"))
async def resend(scheduled: bool | None = False) -> State[Any]:
    """Send what was put off today. `scheduled` is said by the clock: then only in office hours, and not where the
    mail server has refused us too often."""
    by_itself = bool(scheduled)
    with at_desk() as desk:
        reason = again.why_not(desk.office, desk.as_of, by_itself=by_itself)
        found = [] if reason else await sent(again.resend(desk.office, desk.as_of))
        if reason or again.in_vain(found):
            words = say("没有补发：{reason}", reason=reason or counted(found))
            get_run_logger().info("%s", words)
            return await (
                ended_quietly(words, FlowRunFilterName(like_=say("没有补发：{reason}", reason="")))
                if by_itself
                else ended(words)
            )
        await publish_letters(desk, found)
        stale = "" if await redrawn() else say("；报表没有全部更新")
    # What is put off still is tried again.
    red = any(each.status.red and each.status is not LetterStatus.DEFERRED for each in found)
    return await ended(say("补发：{counted}", counted=counted(found)) + stale, failed=red or bool(stale))
