"""通话: the form by which a clerk enters what a call came to."""

from datetime import date, datetime
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.service.entries import calling as service
from cuibao.service.entries import lookup
from cuibao.times import local
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, entered, said_in_words


@flow(name="通话", flow_run_name=called(lambda given: say("通话 {unit}", unit=given["unit"])))
@said_in_words(lambda: say("没有登记"), form=True)
async def call(
    unit: str | None = "",
    whom: str | None = "",
    called: datetime | None = None,
    note: str | None = "",
    until: date | None = None,
    items: list[str] | None = None,
    by: str | None = "",
) -> State[Any]:
    """Enter a call to `unit` and what was promised in it; the board is fresh afterwards."""
    with at_desk() as desk:
        done = service.record_call(
            desk.office,
            desk.as_of,
            unit=unit or "",
            whom=whom or "",
            called=local(called) if called else None,
            note=note or "",
            until=until,
            items=[lookup.item_labelled(desk.office, item) for item in items or []],
            by=by or "",
        )
        words = service.said(done)
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=words, by=by))
        fresh = await redrawn()
    return await entered(words, drawn=fresh)
