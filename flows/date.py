"""核对日期: the form by which a clerk answers for the date that a morning doubts."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.model import DateAnswer
from cuibao.service.entries.lookup import term_named
from cuibao.service.letters import clock
from cuibao.tongue import say
from flows.board import drawn
from flows.desk import at_desk, called, ended, said_in_words
from flows.morning import morning
from flows.pages.links import DATE, MORNING


@flow(name="核对日期", flow_run_name=called(lambda _: DATE.word))
@said_in_words(lambda: say("没有回答"))
async def date(answer: str | None = "", by: str | None = "") -> State[Any]:
    """Answer the open question, then do the morning that waited for it."""
    with at_desk() as desk:
        chosen = term_named(DateAnswer, answer or "", say("回答"))
        if chosen is DateAnswer.SETTLED:
            raise Contradiction(
                say(
                    "回答应为 {right} 或 {wrong}。",
                    right=DateAnswer.RIGHT.word,
                    wrong=DateAnswer.EARLIER_WRONG.word,
                )
            )
        words = clock.said(clock.answer(desk.office, desk.as_of, chosen, by or ""))
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=words, by=by))
        # Prefect's types do not let the state of an async subflow be awaited.
        done: State[Any] = await morning.with_options(name=MORNING.word)(return_state=True)  # type: ignore[misc]
        if not done.is_completed():
            await drawn()
    return await ended(say("{words}。{message}", words=words, message=done.message), failed=not done.is_completed())
