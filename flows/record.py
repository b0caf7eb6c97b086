"""登记: the form by which a clerk marks what has arrived."""

from datetime import date
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry
from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.entries import recording
from cuibao.service.entries.recording import Recorded
from flows.board import drawn
from flows.desk import at_desk, ended, said_in_chinese

# So many names stand before the item in a run's name, which the UI cuts off.
A_FEW = 3


@flow(name="登记", flow_run_name="登记 {item}")
@said_in_chinese("没有登记")
async def record(
    units: list[str] | None = None,
    item: str | None = "",
    entry: str | None = Entry.RECEIVED.zh,
    received: date | None = None,
    channel: str | None = Channel.MAIL.zh,
    by: str | None = "",
    note: str | None = "",
    due: date | None = None,
    number: int | None = None,
) -> State[Any]:
    """Make an `entry` about `item` for `units`; for all of them or none. The board is fresh afterwards.

    Prefect's form sends null for a field that was filled in and emptied again.
    Nothing is required of the caller: a form sent half empty is answered by us in Chinese, not by Prefect.
    """
    with at_desk() as (office, moment, _):
        period = recording.item_labelled(office, item or "")
        kind = _entry(entry or Entry.RECEIVED.zh)
        recorded = recording.record(
            office,
            moment,
            units=units or [],
            period=period,
            received=received,
            channel=_channel(channel or ""),
            by=by or "",
            note=note or "",
            entry=kind,
            due=due,
            number=number,
        )
        words = said(office, recorded, kind, label_of(period))
        get_run_logger().info("%s；登记人 %s", words, by)
        fresh = await drawn()
    return await ended(words + ("" if fresh else "（报送情况表没有更新，请重做“报送情况表”）"))


def said(office: Office, recorded: Recorded, kind: Entry, item: str) -> str:
    """What came of an entry, in the words that a run is called by."""
    names = [office.campaign.units[made.obligation.unit].name for made in recorded.entered]
    parts = []
    if names:
        what = "已登记" if kind is Entry.RECEIVED else f"已登记{kind.zh}"
        if kind is Entry.WITHDRAWN:
            what = f"已撤销{'、'.join(dict.fromkeys(recorded.taken_back))}"
        listed = "、".join(names)
        parts.append(
            f"{what} {len(names)} 个单位：{item}，{listed}" if len(names) > A_FEW else f"{what}：{listed}，{item}"
        )
    if recorded.already:
        listed = "，".join(f"{repeated.unit.name}{repeated.words}" for repeated in recorded.already)
        parts.append(f"不必再登：{listed}" + ("" if names else f"，{item}"))
    return "；".join(parts)


def _entry(words: str) -> Entry:
    try:
        return Entry.from_zh(words)
    except KeyError:
        known = "、".join(entry.zh for entry in Entry)
        raise Contradiction(f"登记什么应为 {known} 之一，现为 {words}") from None


def _channel(words: str) -> Channel:
    try:
        return Channel.from_zh(words)
    except KeyError:
        known = "、".join(channel.zh for channel in Channel)
        raise Contradiction(f"收到方式应为 {known} 之一，现为 {words}") from None
