"""抄送批准: the form by which the office approves of first copies to units' leaders."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.model import CopyDecision
from cuibao.service.entries.lookup import term_named
from cuibao.service.letters.approving import decide
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, entered, said_in_words
from flows.pages.links import COPIES


@flow(name="抄送批准", flow_run_name=called(lambda _: COPIES.word))
@said_in_words(lambda: say("没有登记"))
async def copies(units: list[str] | None = None, decision: str | None = "", by: str | None = "") -> State[Any]:
    """Approve of copies to the leaders of `units`, or decline them; the board is fresh afterwards."""
    with at_desk() as desk:
        chosen = term_named(CopyDecision, decision or "", say("抄送分管领导"))
        words = decide(desk.office, desk.as_of, units or [], chosen, by or "")
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=words, by=by))
        fresh = await redrawn()
    return await entered(words, drawn=fresh)
