"""The commands, each one service call; services are imported where they are used, so that each starts fast."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from cuibao import __version__
from cuibao.cli.calls import calls
from cuibao.cli.contacts import contacts
from cuibao.cli.help import ChineseGroup
from cuibao.cli.history import history
from cuibao.cli.inbox import claim, collect, evidence, queue
from cuibao.cli.output import item_fields, print_json, print_table, progress, reminder_fields
from cuibao.cli.parameters import CHANNELS, ENTRIES, ByChannel, ByEntry, Day, Received, as_json, as_of_option
from cuibao.errors import CuibaoError
from cuibao.model import Channel, Entry, Status

if TYPE_CHECKING:
    from cuibao.office import Office
    from cuibao.service.letters.morning import MorningResult

# What `up` runs first: installing the flows anew has blanked the board's page and the form.
MORNING = "每日催报/每日催报"
BOARD = "报送情况表/报送情况表"


@click.group(cls=ChineseGroup, help="催报：按通知的日期催各单位报送，登记收件，看谁报了谁没报。")
@click.version_option(__version__, "--version", message="催报 %(version)s", help="显示版本。")
def cli() -> None:
    """Every subcommand opens the office on its own."""


@cli.command(help="检查日程、通讯录和模板；没有问题就列出需要确认的理解。")
@as_json
def check(as_json: bool) -> None:
    """Read everything, and print what is wrong or what was assumed."""
    from cuibao.service import checking

    with _office() as office:
        checking.require_sound(office)
        campaign = office.campaign
        found = checking.assumptions(office)
        warnings = checking.warnings(office)
        if as_json:
            print_json(
                {
                    "campaign": campaign.id,
                    "title": campaign.title,
                    "document_no": campaign.document_no,
                    "plans": len(campaign.plans),
                    "periods": len(office.schedule.periods),
                    "units": len(campaign.units),
                    "obligations": len(office.schedule.obligations),
                    "assumptions": [{"where": where, "assumption": words} for where, words in found],
                    "warnings": list(warnings),
                }
            )
            return
        click.echo(f"{campaign.title}（{campaign.document_no}）：没有发现错误。")
        owed = sum(len(period.requirement.units) for period in office.schedule.tracked())
        click.echo(
            f"方案 {len(campaign.plans)} 个，报送期和工作节点 {len(office.schedule.periods)} 个，"
            f"责任单位 {len(campaign.units)} 个，应报 {owed} 件次。"
        )
        for warning in warnings:
            click.echo(f"注意：{warning}")
        click.echo(f"\n通知没有写明、需要办公室确认的 {len(found)} 处：")
        for number, (where, words) in enumerate(found, start=1):
            click.echo(f"{number:>3}. {where}：{words}")


@cli.command(help="列出全年每个报送期：截止日期、之前最后一个工作日、阶段、由谁报。")
@as_json
def schedule(as_json: bool) -> None:
    """The whole year, period by period."""
    from cuibao.service.views import year

    with _office() as office:
        entries = year.year(office)
    if as_json:
        print_json(
            [
                {
                    **item_fields(entry.period),
                    "plan": entry.period.plan.title,
                    "title": entry.period.requirement.title,
                    "last_working_day": entry.last_working_day.isoformat(),
                    "phase": entry.period.phase.name.value,
                    "tracked": entry.period.requirement.tracked,
                    "units": [unit.name for unit in entry.units],
                    "assumption": entry.period.requirement.assumption,
                    "source": entry.period.requirement.source,
                }
                for entry in entries
            ]
        )
        return
    print_table(
        ("截止", "最后工作日", "方案", "事项", "报送期", "阶段", "单位数", "依据"),
        [
            (
                entry.period.due.isoformat(),
                entry.last_working_day.isoformat(),
                f"{entry.period.plan.no} {entry.period.plan.short}",
                entry.period.requirement.title + ("" if entry.period.requirement.tracked else "（工作节点）"),
                entry.period.name,
                entry.period.phase.name.zh,
                str(len(entry.units)),
                entry.period.requirement.source,
            )
            for entry in entries
        ],
    )


@cli.command(help="做一次每日催报：给仍有欠报的单位各写一封催报函。重复运行不会重复发。")
@as_of_option
@click.option("--dry-run", is_flag=True, help="只看会发什么，不写任何东西。")
@as_json
def morning(as_of: datetime | None, dry_run: bool, as_json: bool) -> None:
    """One morning; level-triggered, safe to run again."""
    from cuibao.service.letters import morning as service

    with _office(looking=dry_run) as office:
        result = service.run(office, as_of or office.now(), dry_run=dry_run)
        carrier = office.carrier.name
        simulated = "（模拟演练）" if office.ledger.simulated(office.campaign.id) else ""
    if as_json:
        print_json(
            {
                "as_of": result.as_of.isoformat(),
                "letters": [
                    {
                        "unit": letter.name,
                        "to": list(letter.to),
                        "cc": list(letter.cc),
                        "subject": letter.subject,
                        "message_id": letter.message_id,
                        "status": letter.status.value,
                        "reminders": [reminder_fields(reminder) for reminder in letter.reminders],
                    }
                    for letter in result.written
                ],
                "unreachable": list(result.unreachable),
                "skipped": result.skipped,
            }
        )
        _require_sent(result)
        return
    click.echo(
        f"{result.as_of:%Y-%m-%d %H:%M} 每日催报{simulated}{'（只看不发）' if dry_run else ''}，信件交给：{carrier}"
    )
    for transition in result.transitions:
        turned = "进入" if transition.turn == "opened" else "结束"
        click.echo(f"方案{transition.plan.no} {transition.plan.short}：{turned}{transition.phase.name.zh}阶段")
    if result.skipped:
        click.echo(f"今天不发信：{result.skipped}")
        return
    sent, planned = service.LetterStatus.SENT, service.LetterStatus.PLANNED
    print_table(
        ("单位", "结果", "提醒事项", "主题或说明"),
        [
            (
                letter.name,
                letter.status.zh,
                str(len(letter.reminders) or ""),
                letter.subject if letter.status in (sent, planned) else letter.detail or letter.subject,
            )
            for letter in result.letters
            if letter.status is not service.LetterStatus.NOTHING_DUE
        ],
    )
    counts = Counter(letter.status.zh for letter in result.written)
    tally = "，".join(f"{status} {count}" for status, count in counts.items())
    click.echo(f"本次写信 {len(result.written)} 封{f'：{tally}' if tally else ''}。")
    if result.unreachable:
        click.echo(f"没有可用邮箱、需要电话催报的单位：{'、'.join(result.unreachable)}")
    _require_sent(result)


def _require_sent(result: "MorningResult") -> None:
    if result.unsent:
        why = "；".join(dict.fromkeys(letter.detail for letter in result.unsent))
        raise CuibaoError(f"有 {len(result.unsent)} 封信没有发出：{why}。处理后再运行一次即可，不会重复发。")


@cli.command(help="登记：收到、零报告、退回重报、免报、延期，或撤销登记错的一条。重复登记不会重复记。")
@click.option("--unit", "units", multiple=True, required=True, metavar="单位", help="哪个单位或分组，可写多次。")
@click.option("--plan", required=True, metavar="方案", help="哪个方案，如 skills 或 安全技能。")
@click.option("--requirement", required=True, metavar="事项", help="哪个事项，如 interim 或它的名称。")
@click.option("--period", metavar="报送期", help="如 2022-07；只有一期的可以不写。")
@click.option("--entry", type=ByEntry(), default=Entry.RECEIVED.zh, show_default=True, help=f"登记什么：{ENTRIES}。")
@click.option("--received", type=Received(), help="何时收到或决定；不写就是现在。")
@click.option("--channel", type=ByChannel(), default=Channel.MAIL.zh, show_default=True, help=f"渠道：{CHANNELS}。")
@click.option("--by", required=True, metavar="姓名", help="登记人。")
@click.option("--note", default="", metavar="文字", help="备注；退回、免报、延期、撤销必须写明原因。")
@click.option("--due", type=Day(), help="延期到哪一天。")
@click.option("--number", type=int, metavar="整数", help="撤销第几条登记；不写就是最后一条。")
@as_json
def record(
    units: tuple[str, ...],
    plan: str,
    requirement: str,
    period: str | None,
    entry: Entry,
    received: date | datetime | None,
    channel: Channel,
    by: str,
    note: str,
    due: date | None,
    number: int | None,
    as_json: bool,
) -> None:
    """Make entries, all or none."""
    from cuibao.service.entries import recording

    with _office() as office:
        found = recording.item_named(office, plan, requirement, period)
        recorded = recording.record(
            office,
            office.now(),
            units=units,
            period=found,
            received=received,
            channel=channel,
            by=by,
            note=note,
            entry=entry,
            due=due,
            number=number,
        )
        known = office.campaign.units
    if as_json:
        done = [(made, False) for made in recorded.entered] + [(repeated.entry, True) for repeated in recorded.already]
        print_json(
            [
                {
                    "unit": known[made.obligation.unit].name,
                    **item_fields(found),
                    "entry": made.entry.value,
                    "received_at": made.received_at.isoformat(),
                    "already": already,
                }
                for made, already in done
            ]
        )
        return
    if recorded.entered:
        names = "、".join(known[made.obligation.unit].name for made in recorded.entered)
        what = "已登记" if entry is Entry.RECEIVED else f"已登记{entry.zh}"
        if entry is Entry.WITHDRAWN:
            what = f"已撤销{'、'.join(dict.fromkeys(recorded.taken_back))}"
        through = f"{channel.zh}，" if entry.arrives else ""
        click.echo(f"{what}：{names}，{recording.label_of(found)}，{through}登记人 {by}。")
    for repeated in recorded.already:
        click.echo(f"不必再登：{repeated.unit.name}，{recording.label_of(found)}，{repeated.words}。")


@cli.command(help="看谁报了、谁没报。")
@as_of_option
@click.option("--all", "everything", is_flag=True, help="连未到期的也列出。")
@as_json
def board(as_of: datetime | None, everything: bool, as_json: bool) -> None:
    """Every tracked obligation with its status."""
    from cuibao.service.entries.recording import label_of
    from cuibao.service.views import board as service

    with _office() as office:
        moment = as_of or office.now()
        cells = service.cells(office, moment)
        seen = service.overview(office, moment)
        shown = list(dict.fromkeys((*seen.overdue, *seen.returned, *seen.due_soon)))
        if everything:
            shown = list(service.progress_of(office, moment, list(office.schedule.tracked())))
    if as_json:
        print_json(
            [
                {
                    "unit": cell.obligation.unit.name,
                    **item_fields(cell.obligation.period),
                    "status": cell.status.value,
                    "received_at": cell.received_at.isoformat() if cell.received_at else None,
                }
                for cell in cells
            ]
        )
        return
    simulated = "（模拟演练）" if seen.simulated else ""
    click.echo(
        f"{moment:%Y-%m-%d %H:%M} 报送情况{simulated}：" + "，".join(f"{s.zh} {seen.counts.get(s, 0)}" for s in Status)
    )
    print_table(
        ("事项", "已报/应报", "未报单位"),
        [
            (
                label_of(item.period),
                f"{item.done}/{item.total}",
                "、".join(cell.obligation.unit.name for cell in item.missing),
            )
            for item in shown
        ],
    )
    for trouble in seen.troubles:
        click.echo(f"信送不到：{trouble.name}，{trouble.what}。{trouble.detail}")
    for stray in seen.strays:
        click.echo(f"台账里有登记、日程里没有：{stray}")


@cli.command(help="按模拟的时钟把一段日子走一遍，各单位的报送由模拟产生（演练用，不对外发信）。")
@click.option("--from", "first", type=Day(), help="从哪天起；不写就是通知印发日。")
@click.option("--to", "last", type=Day(), help="到哪天止；不写就是攻坚战结束日。")
@click.option(
    "--seed", type=int, metavar="整数", default=2022, show_default=True, help="模拟的种子，种子相同则结果相同。"
)
@click.option("--leave-last-morning", is_flag=True, help="最后一天的早晨先不做，留给 Prefect 运行。")
@as_json
def replay(first: date | None, last: date | None, seed: int, leave_last_morning: bool, as_json: bool) -> None:
    """Play a stretch of the campaign in a fresh ledger."""
    from cuibao.service import replay as service
    from cuibao.service.views import board as boards

    with _office() as office:
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
        seen = boards.overview(office, service.morning_of(end))
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
    click.echo(
        f"模拟演练（种子 {seed}，报送均为模拟）：{mornings} 个早晨给各单位写信 {letters} 封，登记收件 {received} 件。"
    )
    click.echo(f"信件在：{outbox}")
    overdue: dict[str, int] = summary["overdue"]  # type: ignore[assignment]
    worst = sorted(overdue.items(), key=lambda pair: -pair[1])
    named = "、".join(f"{name} {n} 项" for name, n in worst[:12])
    named = f"：{named}{' 等' if len(worst) > 12 else ''}" if worst else ""
    click.echo(f"截至 {end} 有逾期未报的单位 {len(worst)} 个{named}。")


@cli.command(help="启动服务：Prefect 界面、定时催报和登记表单；按 Ctrl-C 停止。")
@click.option("--run-morning", is_flag=True, help="启动后先做一次今天的每日催报。")
@click.option("--port", type=int, metavar="端口", help="端口；不写就用 CUIBAO_PORT，默认 4200。")
def up(run_morning: bool, port: int | None) -> None:
    """Start everything, and stop it again on Ctrl-C."""
    from cuibao.service import checking
    from cuibao.settings import CHECKOUT, environment
    from cuibao.up import UpSettings
    from cuibao.up import up as start

    with _office() as office:
        checking.require_sound(office)  # what cannot be read is said here, not by a failed run tomorrow
        for warning in checking.warnings(office):
            click.echo(f"注意：{warning}")
        settings = office.settings
    chosen = UpSettings(
        checkout=CHECKOUT, home=settings.home, port=port or settings.port, environment=dict(environment())
    )
    start(chosen, click.echo, run_first=(MORNING if run_morning else BOARD,))


# In the order of the help page: what a clerk needs every day, then the rest.
for command in (
    *(check, schedule, morning, board, record, collect, queue, claim, calls, history, evidence),
    *(contacts, replay, up),
):
    cli.commands.pop(str(command.name), None)
    cli.add_command(command)


@contextmanager
def _office(*, looking: bool = False) -> Iterator["Office"]:
    from cuibao.office import open_office

    with open_office(looking=looking) as office:
        yield office
