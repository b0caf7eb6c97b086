"""暂停催报: the form by which a clerk pauses the letters about a unit, a plan or all, or ends a pause."""

from datetime import date
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.service.entries.lookup import plan_named, unit_named
from cuibao.service.letters import pausing as service
from cuibao.times import day_of
from flows.board import redrawn
from flows.desk import Desk, at_desk, entered, said_in_chinese
from flows.fields.pause import ALL_PLANS, ALL_UNITS, chosen


@flow(name="暂停催报", flow_run_name="暂停催报")
@said_in_chinese("没有暂停", form=True)
async def pause(
    unit: str | None = "",
    plan: str | None = "",
    first: date | None = None,
    last: date | None = None,
    reason: str | None = "",
    lift: int | None = None,
    by: str | None = "",
) -> State[Any]:
    """Pause what is chased of `unit` and `plan` from `first` to `last`, or end the pause of the number `lift`."""
    with at_desk() as desk:
        if lift is None:
            words = _paused(desk, unit, plan, first, last, reason or "", by or "")
        elif unit or plan or first or last or reason:
            raise Contradiction("提前结束暂停，只填编号和登记人，别的都不填。")
        else:
            ended = service.lift(desk.office, desk.as_of, lift, by or "")
            words = f"已提前结束暂停：{service.said(desk.office, ended, day_of(desk.as_of))}"
        get_run_logger().info("%s；登记人 %s", words, by)
        fresh = await redrawn()
    return await entered(words, drawn=fresh)


def _paused(
    desk: Desk, unit: str | None, plan: str | None, first: date | None, last: date | None, reason: str, by: str
) -> str:
    one_unit, one_plan = chosen(unit, ALL_UNITS, "责任单位"), chosen(plan, ALL_PLANS, "方案")
    done = service.pause(
        desk.office,
        desk.as_of,
        unit=unit_named(desk.office, one_unit) if one_unit else None,
        plan=plan_named(desk.office, one_plan) if one_plan else None,
        first=first,
        last=last,
        reason=reason,
        by=by,
    )
    return service.outcome(desk.office, done)
