"""启用: the form by which a clerk who has seen the first letters lets them go."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.model import Copies
from cuibao.service.entries.lookup import term_named
from cuibao.service.letters import starting
from cuibao.tongue import say
from flows.board import drawn
from flows.desk import at_desk, called, ended, entered, said_in_words
from flows.fields.begin import confirmed
from flows.morning import morning
from flows.pages.links import BEGIN, MORNING


@flow(name="启用", flow_run_name=called(lambda _: BEGIN.word))
@said_in_words(lambda: say("没有启用"))
async def begin(
    number: int | None = None, by: str | None = "", copies: str | None = "", confirm: str | None = ""
) -> State[Any]:
    """Begin by the list of that `number`; in office hours with the morning at once."""
    with at_desk() as desk:
        if confirm != confirmed():
            raise Contradiction(
                say("请先看过“启用”页上的名单和信，再在“确认”里选“{confirmed}”。", confirmed=confirmed())
            )
        if number is None:
            raise Contradiction(starting.look_first())
        chosen = term_named(Copies, copies, say("首次抄送分管领导")) if copies else None
        at_once = starting.begin(desk.office, desk.as_of, by=by or "", copies=chosen, number=number)
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=say("已启用"), by=by))
        if not at_once:
            return await entered(
                say("已启用，{first}", first=starting.follows(desk.office, desk.as_of)), drawn=await drawn()
            )
        # Prefect's types do not let the state of an async subflow be awaited.
        done: State[Any] = await morning.with_options(name=MORNING.word)(return_state=True)  # type: ignore[misc]
        if not done.is_completed():
            await drawn()
    return await ended(say("已启用。{message}", message=done.message), failed=not done.is_completed())
