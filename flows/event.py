"""事发登记: the form by which a clerk opens an item for what happened, or takes that back."""

from datetime import date
from typing import Any

from prefect import State, flow, get_run_logger, runtime

from cuibao.errors import Contradiction
from cuibao.service.entries import opening
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, entered, said_in_words
from flows.pages.links import EVENT


@flow(name="事发登记", flow_run_name=called(lambda _: EVENT.word))
@said_in_words(lambda: say("没有登记"), form=True)
async def event(
    item: str | None = "",
    happened: date | None = None,
    label: str | None = "",
    units: list[str] | None = None,
    back: int | None = None,
    by: str | None = "",
) -> State[Any]:
    """Open `item` for what `happened` on a day to `units`, or take back the event of the number `back`."""
    with at_desk() as desk:
        office, now = desk.office, desk.as_of
        found = opening.event_item_labelled(office, item or "")
        if back is None:
            # A run that is begun anew opens nothing twice.
            token = runtime.flow_run.get_id()
            done = opening.open_event(
                office, now, found, happened=happened, label=label or "", units=units or [], by=by or "", token=token
            )
            words = opening.outcome(office, found, done)
        elif happened or label or units:
            raise Contradiction(say("撤回登记错的，只填事项、第几号和登记人，别的都不填。"))
        else:
            words = opening.taken_back(office, found, opening.take_back(office, now, found, back, by or ""))
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=words, by=by))
        fresh = await redrawn()
    return await entered(words, drawn=fresh)
