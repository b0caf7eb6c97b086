"""报送情况表: draw who has reported, from the ledger."""

from datetime import datetime
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import CuibaoError
from cuibao.model import Status
from cuibao.said import short_moment
from cuibao.service.views.overview import overview
from cuibao.tongue import say
from flows.desk import at_desk, called, ended, said_in_words
from flows.pages.links import BOARD
from flows.pages.overview import overview_lines
from flows.publish import publish_board


@flow(name="报送情况表", flow_run_name=called(lambda _: BOARD.word))
@said_in_words(lambda: say("没有更新"))
async def board(as_of: datetime | None = None, campaign: str = "") -> State[Any]:
    """Draw every page anew, whichever `campaign` the page is of from which that is asked for."""
    with at_desk(as_of) as desk:
        desk.look_again()
        address = await publish_board(desk)
        seen = overview(desk.board)
        logger = get_run_logger()
        logger.info("%s", overview_lines(desk.board, seen))
        if address:
            logger.info("%s", say("点这里登记：{address}", address=address))
    overdue, soon = seen.counts.get(Status.OVERDUE, 0), seen.counts.get(Status.DUE_SOON, 0)
    return await ended(
        say(
            "报送情况表 {moment}：逾期未报 {overdue} 件，临期 {soon} 件",
            moment=short_moment(desk.as_of),
            overdue=overdue,
            soon=soon,
        )
    )


async def drawn() -> bool:
    """Draw the board in a run of its own under the flow that is running; whether that went well."""
    # Prefect's types do not let the state of an async subflow be awaited.
    state: State[Any] = await board.with_options(name=BOARD.word)(return_state=True)  # type: ignore[misc]
    return state.is_completed()


async def redrawn() -> bool:
    """Draw the board within the flow that is running; whether that went well. What goes wrong is logged.

    For what happens many times a day: a run of its own, with its log, would be three quarters of what Prefect keeps.
    """
    try:
        with at_desk() as desk:
            desk.look_again()
            await publish_board(desk)
    except Exception as trouble:  # the entry is made: it must not look as if it were not
        words = say("报送情况表没有更新：{trouble}", trouble=trouble)
        get_run_logger().error("%s", words, exc_info=not isinstance(trouble, CuibaoError))
        return False
    return True
