"""每日催报: the office's morning, plan by plan, then the letters, then the board."""

from datetime import datetime
from typing import Any

from prefect import State, flow

from cuibao.said import month_day
from cuibao.service.letters.beginning import why_not
from cuibao.times import day_of
from cuibao.tongue import say
from flows.board import drawn
from flows.desk import at_desk, called, concluded, said_in_words
from flows.letters import prepared, send_letters
from flows.pages.links import MORNING, Subflow
from flows.plan import phases_of


@flow(name="每日催报", flow_run_name=called(lambda _: MORNING.word))
@said_in_words(lambda: say("没有完成"))
async def morning(as_of: datetime | None = None) -> State[Any]:
    """The whole morning at `as_of`, or now. Safe any number of times: nothing is sent twice."""
    with at_desk(as_of) as desk:
        if (reason := why_not(desk.office, desk.as_of)) is not None:
            return await concluded(say("每日催报：{reason}", reason=reason), sent_all=True, drawn=await drawn())
        left = await prepared(desk)
        subflow = phases_of.with_options(name=Subflow.PHASES.word)
        # A page that cannot be drawn must not keep the letters back: the states are looked at when they have gone.
        plans = [await _state_of(subflow(plan.id, return_state=True)) for plan in desk.office.campaign.plans]
        sent = await send_letters(left)
        all_drawn = await drawn() and all(state.is_completed() for state in plans)
        said = say("每日催报 {day}：{sent}", day=month_day(day_of(desk.as_of)), sent=sent.words)
        return await concluded(said, sent_all=sent.complete, drawn=all_drawn)


async def _state_of(run: Any) -> State[Any]:
    """Prefect's types do not let the state of an async subflow be awaited."""
    state: State[Any] = await run
    return state
