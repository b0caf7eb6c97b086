"""启用: the form by which a clerk who has seen the first letters lets them go."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.model import Copies
from cuibao.service.entries.lookup import term_named
from cuibao.service.letters import starting
from flows.board import drawn
from flows.desk import at_desk, ended, entered, said_in_chinese
from flows.fields.begin import CONFIRMED
from flows.morning import morning


@flow(name="启用", flow_run_name="启用")
@said_in_chinese("没有启用")
async def begin(
    number: int | None = None, by: str | None = "", copies: str | None = "", confirm: str | None = ""
) -> State[Any]:
    """Begin by the list of that `number`; in office hours with the morning at once."""
    with at_desk() as desk:
        if confirm != CONFIRMED:
            raise Contradiction(f"请先看过“启用”页上的名单和信，再在“确认”里选“{CONFIRMED}”。")
        if number is None:
            raise Contradiction(starting.LOOK_FIRST)
        chosen = term_named(Copies, copies, "首次抄送分管领导") if copies else None
        at_once = starting.begin(desk.office, desk.as_of, by=by or "", copies=chosen, number=number)
        get_run_logger().info("已启用；登记人 %s", by)
        if not at_once:
            return await entered(f"已启用，{starting.follows(desk.office, desk.as_of)}", drawn=await drawn())
        # Prefect's types do not let the state of an async subflow be awaited.
        done: State[Any] = await morning(return_state=True)  # type: ignore[misc]
        if not done.is_completed():
            await drawn()
    return await ended(f"已启用。{done.message}", failed=not done.is_completed())
