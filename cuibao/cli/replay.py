"""`cuibao replay`: a stretch of the campaign, rehearsed."""

from datetime import date

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, progress, say
from cuibao.cli.parameters import Day, as_json


@click.command(cls=ChineseCommand, help="按模拟的时钟把一段日子走一遍，各单位的报送由模拟产生（演练用，不对外发信）。")
@click.option("--from", "first", type=Day(), help="从哪天起；不写就是通知印发日。")
@click.option("--to", "last", type=Day(), help="到哪天止；不写就是攻坚战结束日。")
@click.option(
    "--seed", type=int, metavar="整数", default=2022, show_default=True, help="模拟的种子，种子相同则结果相同。"
)
@click.option("--leave-last-morning", is_flag=True, help="最后一天的早晨先不做，留给 Prefect 运行。")
@as_json
def replay(first: date | None, last: date | None, seed: int, leave_last_morning: bool, as_json: bool) -> None:
    """Play a stretch of the campaign in a fresh ledger."""
    from cuibao.office import open_office
    from cuibao.service import replay as service
    from cuibao.service.views.board import look
    from cuibao.service.views.overview import overview

    with open_office() as office:
        start, end = first or office.campaign.issued, last or office.campaign.ends
        letters = received = mornings = 0
        days = service.replay(office, start, end, seed, leave_last_morning=leave_last_morning)
        total = (end - start).days + 1
        with progress(f"模拟演练 {start} 至 {end}", total, quiet=as_json) as advance:
            for day in days:
                written = day.morning.written if day.morning else ()
                letters += len(written)
                received += day.received
                mornings += bool(written)
                advance(f"{day.day}  累计发信 {letters} 封，收到 {received} 件")
        seen = overview(look(office, service.morning_of(end)))
        outbox = office.carrier.name
    summary = {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "seed": seed,
        "simulated": True,
        "letters": letters,
        "mornings": mornings,
        "receipts": received,
        "overdue": {
            cell.obligation.unit.name: sum(
                1 for item in seen.overdue for other in item.missing if other.obligation.unit == cell.obligation.unit
            )
            for item in seen.overdue
            for cell in item.missing
        },
    }
    if as_json:
        print_json(summary)
        return
    say(f"模拟演练（种子 {seed}，报送均为模拟）：{mornings} 个早晨给各单位写信 {letters} 封，登记收件 {received} 件。")
    say(f"信件在：{outbox}")
    overdue: dict[str, int] = summary["overdue"]  # type: ignore[assignment]
    worst = sorted(overdue.items(), key=lambda pair: -pair[1])
    named = "、".join(f"{name} {n} 项" for name, n in worst[:12])
    named = f"：{named}{' 等' if len(worst) > 12 else ''}" if worst else ""
    say(f"截至 {end} 有逾期未报的单位 {len(worst)} 个{named}。")
