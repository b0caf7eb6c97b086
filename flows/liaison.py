"""联络员: the form by which a clerk changes one unit's liaison and leader."""

from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.service.contacts import changing
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import at_desk, called, entered, said_in_words


@flow(name="联络员", flow_run_name=called(lambda given: say("联络员 {unit}", unit=given["unit"])))
@said_in_words(lambda: say("没有修改"), form=True)
async def liaison(
    unit: str | None = "",
    now: str | None = "",
    name: str | None = "",
    post: str | None = "",
    phone: str | None = "",
    mobile: str | None = "",
    email: str | None = "",
    leader_name: str | None = "",
    leader_post: str | None = "",
    leader_phone: str | None = "",
    leader_mobile: str | None = "",
    leader_email: str | None = "",
) -> State[Any]:
    """Change what is given of a unit's liaison and leader; a blank keeps what there is. The board is fresh afterwards.

    `now` only shows the clerk what there is. Prefect's form sends null where something was filled in and emptied again.
    """
    with at_desk() as desk:
        done = changing.change_liaison(
            desk.office,
            unit or "",
            name=name or "",
            post=post or "",
            phone=phone or "",
            mobile=mobile or "",
            email=email or "",
            leader_name=leader_name or "",
            leader_post=leader_post or "",
            leader_phone=leader_phone or "",
            leader_mobile=leader_mobile or "",
            leader_email=leader_email or "",
        )
    for warning in done.warnings:
        get_run_logger().warning("%s", warning)
    # Out of the office that has read the old contacts: the board is drawn by the new ones.
    fresh = await redrawn() if done.changes or done.confirmed_addresses else True
    return await entered(changing.said(done), drawn=fresh)
