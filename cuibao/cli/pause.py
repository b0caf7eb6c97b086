"""`cuibao pause`: what is not chased for some days."""

from datetime import date
from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, print_table, say
from cuibao.cli.parameters import Day, as_json
from cuibao.errors import CuibaoError
from cuibao.times import day_of

if TYPE_CHECKING:
    from cuibao.model import Pause
    from cuibao.office import Office


@click.command(
    cls=ChineseCommand, help="暂停催报（如抗洪抢险）：一个单位、一个方案或者全部；什么都不写，就列出有哪些暂停。"
)
@click.option("--unit", metavar="单位", help="暂停哪个单位。")
@click.option("--plan", metavar="方案", help="暂停哪个方案，如 skills；和单位一起写，就是这个单位的这个方案。")
@click.option("--all", "everything", is_flag=True, help="全部单位、全部方案都暂停。")
@click.option("--from", "first", type=Day(), help="从哪天起；不写就是今天。")
@click.option("--to", "last", type=Day(), help="到哪天止，这一天也不催。")
@click.option("--reason", default="", metavar="文字", help="原因。")
@click.option("--lift", type=int, metavar="整数", help="提前结束第几号暂停。")
@click.option("--by", default="", metavar="姓名", help="登记人。")
@as_json
def pause(
    unit: str | None,
    plan: str | None,
    everything: bool,
    first: date | None,
    last: date | None,
    reason: str,
    lift: int | None,
    by: str,
    as_json: bool,
) -> None:
    """List, pause, or end a pause."""
    from cuibao.office import open_office
    from cuibao.service.entries.lookup import plan_named, unit_named
    from cuibao.service.letters import pausing as service

    given = bool(unit or plan or everything)
    if lift is not None and (given or first or last or reason):
        raise CuibaoError("提前结束暂停，只写 --lift 和 --by。")
    if everything and (unit or plan):
        raise CuibaoError("--all 是全部暂停，不能和 --unit、--plan 一起写。")
    if not given and lift is None and (first or last or reason):
        raise CuibaoError("请用 --unit 或 --plan 写明暂停什么；要全部暂停，请写 --all。")
    with open_office(looking=not given and lift is None) as office:
        now = office.now()
        if lift is not None:
            ended = service.lift(office, now, lift, by)
            say(f"已提前结束暂停：{service.said(office, ended, day_of(now))}；登记人 {by}。")
            return
        if given:
            done = service.pause(
                office,
                now,
                unit=unit_named(office, unit) if unit else None,
                plan=plan_named(office, plan) if plan else None,
                first=first,
                last=last,
                reason=reason,
                by=by,
            )
            say(f"{service.outcome(office, done)}；登记人 {by}。")
            return
        kept = office.ledger.agreements.pauses(office.campaign.id)
        if as_json:
            print_json([_fields(each) for each in kept])
            return
        say(f"暂停催报 {len(kept)} 个" if kept else "没有暂停过催报。")
        print_table(
            ("编号", "暂停什么", "从", "到", "原因", "登记人", "提前结束"), [_row(office, each) for each in kept]
        )


def _row(office: "Office", pause: "Pause") -> tuple[str, ...]:
    from cuibao.service.letters.pausing import whom

    lifted = f"{pause.lifted_at:%Y-%m-%d %H:%M} {pause.lifted_by}" if pause.lifted_at else ""
    first, last = str(pause.first), str(pause.last)
    return str(pause.id), whom(office, pause), first, last, pause.reason, pause.by, lifted


def _fields(pause: "Pause") -> dict[str, object]:
    return {
        "number": pause.id,
        "unit": pause.unit,
        "plan": pause.plan,
        "first": pause.first.isoformat(),
        "last": pause.last.isoformat(),
        "reason": pause.reason,
        "by": pause.by,
        "lifted_at": pause.lifted_at.isoformat() if pause.lifted_at else None,
        "lifted_by": pause.lifted_by,
    }
