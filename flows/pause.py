"""暂停催报: the form by which a clerk pauses the letters about a unit, a plan or all, or ends a pause."""

from datetime import date
from typing import Any

from prefect import State, flow, get_run_logger

from cuibao.errors import Contradiction
from cuibao.service.entries.lookup import plan_named, unit_named
from cuibao.service.letters import pausing as service
from cuibao.times import day_of
from cuibao.tongue import say
from flows.board import redrawn
from flows.desk import Desk, at_desk, called, entered, said_in_words
from flows.fields.pause import all_plans, all_units, chosen
from flows.pages.links import PAUSE


@flow(name="暂停催报", flow_run_name=called(lambda _: PAUSE.word))
@said_in_words(lambda: say("没有暂停"), form=True)
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
            raise Contradiction(say("提前结束暂停，只填编号和登记人，别的都不填。"))
        else:
            ended = service.lift(desk.office, desk.as_of, lift, by or "")
            words = say("已提前结束暂停：{pause}", pause=service.said(desk.office, ended, day_of(desk.as_of)))
        get_run_logger().info("%s", say("{words}；登记人 {by}", words=words, by=by))
        fresh = await redrawn()
    return await entered(words, drawn=fresh)


def _paused(
    desk: Desk, unit: str | None, plan: str | None, first: date | None, last: date | None, reason: str, by: str
) -> str:
    one_unit, one_plan = chosen(unit, all_units(), say("责任单位")), chosen(plan, all_plans(), say("方案"))
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
