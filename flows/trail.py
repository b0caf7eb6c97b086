"""往来记录: what passed with one unit, or about one item, as a page."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.service.views import trail as service
from cuibao.tongue import say
from flows.desk import at_desk, called, ended, said_in_words
from flows.pages.links import TRAIL
from flows.pages.trail import trail_lines
from flows.publish import publish_trail


@flow(name="往来记录", flow_run_name=called(lambda _: TRAIL.word))
@said_in_words(lambda: say("没有往来记录"))
async def trail(unit: str | None = "", item: str | None = "") -> State[Any]:
    """Draw the trail of `unit`, of `item`, or of that unit's item; at least one of them.

    Prefect's form sends null for a field that was filled in and emptied again.
    """
    with at_desk() as desk:
        found = service.trail(desk.office, unit=unit, item=item)
        await publish_trail(desk, found)
    get_run_logger().info("%s", trail_lines(found))
    return await ended(say("往来记录：{title}", title=found.title))
