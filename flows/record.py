"""登记: the form by which a clerk marks what has arrived."""

from datetime import date
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.model import Channel, Confirming, Entry
from cuibao.said import label_of
from cuibao.service.entries import lookup
from cuibao.service.entries import record as service
from cuibao.service.entries.outcome import said
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, entered, said_in_words


@flow(name="登记", flow_run_name=called(lambda given: say("登记 {item}", item=given["item"])))
@said_in_words(lambda: say("没有登记"), form=True)
async def record(
    units: list[str] | None = None,
    item: str | None = "",
    entry: str | None = Entry.RECEIVED.value,
    received: date | None = None,
    channel: str | None = Channel.MAIL.value,
    by: str | None = "",
    note: str | None = "",
    due: date | None = None,
    number: int | None = None,
    confirm: str | None = "",
) -> State[Any]:
    """Make an `entry` about `item` for `units`; for all of them or none. The board is fresh afterwards.

    Prefect's form sends null for a field that was filled in and emptied again.
    Nothing is required of the caller: a form sent half empty is answered by us, not by Prefect.
    """
    with at_desk() as desk:
        period = lookup.item_labelled(desk.office, item or "")
        kind = lookup.term_named(Entry, entry or Entry.RECEIVED.value, say("登记什么"))
        recorded = service.record(
            desk.office,
            desk.as_of,
            units=units or [],
            period=period,
            received=received,
            channel=lookup.term_named(Channel, channel or "", say("收到方式")),
            by=by or "",
            note=note or "",
            entry=kind,
            due=due,
            number=number,
            confirmed=[lookup.term_named(Confirming, confirm, say("确认"))] if confirm else [],
        )
        words = said(desk.office, recorded, kind, label_of(period))
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=words, by=by))
        fresh = await redrawn()
    return await entered(words, drawn=fresh)
