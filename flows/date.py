"""核对日期: the form by which a clerk answers for the date that a morning doubts."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.model import DateAnswer
from cuibao.service.entries.lookup import term_named
from cuibao.service.letters import clock
from flows.board import drawn
from flows.desk import at_desk, ended, said_in_chinese
from flows.morning import morning


@flow(name="核对日期", flow_run_name="核对日期")
@said_in_chinese("没有回答")
async def date(answer: str | None = "", by: str | None = "") -> State[Any]:
    """Answer the open question, then do the morning that waited for it."""
    with at_desk() as desk:
        chosen = term_named(DateAnswer, answer or "", "回答")
        if chosen is DateAnswer.SETTLED:
            raise Contradiction(f"回答应为 {DateAnswer.RIGHT.word} 或 {DateAnswer.EARLIER_WRONG.word}。")
        words = clock.said(clock.answer(desk.office, desk.as_of, chosen, by or ""))
        get_run_logger().info("%s；登记人 %s", words, by)
        # Prefect's types do not let the state of an async subflow be awaited.
        done: State[Any] = await morning(return_state=True)  # type: ignore[misc]
        if not done.is_completed():
            await drawn()
    return await ended(f"{words}。{done.message}", failed=not done.is_completed())
