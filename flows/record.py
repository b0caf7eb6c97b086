"""登记: the form by which a clerk marks what has arrived."""

from datetime import date
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.model import Channel
from cuibao.service import receipts
from flows.board import drawn
from flows.desk import at_desk, ended, said_in_chinese

# So many names stand before the item in a run's name, which the UI cuts off.
A_FEW = 3


@flow(name="登记", flow_run_name="登记 {item}")
@said_in_chinese("没有登记")
async def record(
    units: list[str] | None = None,
    item: str = "",
    received: date | None = None,
    channel: str = Channel.MAIL.zh,
    by: str = "",
    note: str = "",
) -> State[Any]:
    """Enter that `units` have sent `item` in; all of them or none. The board is fresh afterwards.

    Nothing is required of the caller: a form sent half empty is answered by us in Chinese, not by Prefect.
    """
    with at_desk() as (office, moment, _):
        period = receipts.item_labelled(office, item)
        entries = receipts.record(
            office,
            moment,
            units=units or [],
            period=period,
            received=received,
            channel=_channel(channel),
            by=by,
            note=note,
        )
        names = "、".join(office.campaign.units[entry.obligation.unit].name for entry in entries)
        get_run_logger().info("已登记：%s，%s，登记人 %s", names, item, by)
        fresh = await drawn()
    many = f" {len(entries)} 个单位" if len(entries) > A_FEW else ""
    stale = "" if fresh else "（报送情况表没有更新，请重做“报送情况表”）"
    return await ended(f"已登记{many}：{f'{item}，{names}' if many else f'{names}，{item}'}{stale}")


def _channel(words: str) -> Channel:
    try:
        return Channel.from_zh(words)
    except KeyError:
        known = "、".join(channel.zh for channel in Channel)
        raise Contradiction(f"收到方式应为 {known} 之一，现为 {words}") from None
