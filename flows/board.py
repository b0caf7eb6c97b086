"""报送情况表: draw who has reported, from the ledger."""

from datetime import datetime
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.model import Plan, Status
from flows import pages
from flows.desk import at_desk, ended, said_in_chinese
from flows.publish import board_address, publish_board, publish_calendar


@flow(name="报送情况表", flow_run_name="报送情况表", validate_parameters=True)
@said_in_chinese("没有更新")
async def board(as_of: datetime | None = None) -> State[Any]:
    """Draw every page of the board anew."""
    with at_desk(as_of) as (office, moment):
        await publish_calendar(office, moment)
        said = await draw(office.campaign.plans)
    return await ended(f"报送情况表 {pages.day(moment)}：{said}")


async def draw(plans: tuple[Plan, ...]) -> str:
    """Draw the front page and the tables of `plans`; how much is overdue, in words."""
    with at_desk() as (office, moment):
        seen = await publish_board(office, moment, plans)
    logger = get_run_logger()
    logger.info("%s", pages.overview_lines(seen))
    if address := await board_address():
        logger.info("点这里登记：%s", address)
    overdue = seen.counts.get(Status.OVERDUE, 0)
    return f"逾期未报 {overdue} 件，临期 {seen.counts.get(Status.DUE_SOON, 0)} 件"
