"""`cuibao collect`, `queue`, `claim` and `evidence`: what comes by mail."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, print_table
from cuibao.cli.parameters import as_json
from cuibao.errors import CuibaoError

if TYPE_CHECKING:
    from cuibao.model import Period
    from cuibao.office import Office

DECISIONS = {"收到": "received", "零报告": "nil", "不是报送": "dismissed"}

item_option = click.option("--item", metavar="事项", help="哪个事项，写登记表上的名称；或用下面三项指明。")
plan_option = click.option("--plan", metavar="方案", help="哪个方案，如 skills 或 安全技能。")
requirement_option = click.option("--requirement", metavar="事项", help="哪个事项，如 interim 或它的名称。")
period_option = click.option("--period", metavar="报送期", help="如 2022-07；只有一期的可以不写。")


@click.command(cls=ChineseCommand, help="收取：读邮箱里的新来信，登记、存档、发回执；拿不准的列入待认领。")
@as_json
def collect(as_json: bool) -> None:
    """One reading of the mailbox, without Prefect."""
    from cuibao.office import open_office
    from cuibao.service.entries.recording import label_of
    from cuibao.service.mail import reading
    from cuibao.service.mail.answers import send_answers

    trouble: CuibaoError | None = None
    with open_office() as office:
        found = reading.Collected()
        try:
            reading.collect(office, office.now(), found)
        except CuibaoError as mistake:  # what was read until then is answered all the same
            trouble = mistake
        answers = send_answers(office)
        carrier = office.carrier.name
    counts = {
        "read": found.read,
        "registered": sum(len(each.items) for each in found.registered),
        "queued": found.queued,
        "supplements": found.supplements,
        "bounced": found.bounced,
        "ignored": found.ignored,
    }
    if as_json:
        print_json({**counts, "answers": dict(answers)})
    elif found.read or trouble is None:
        for each in found.registered:
            click.echo(f"已登记：{each.unit}，{'、'.join(label_of(item.period) for item in each.items)}")
        click.echo(
            f"来信 {found.read} 封：登记 {counts['registered']} 项，待认领 {found.queued}，"
            f"补充材料 {found.supplements}，退信 {found.bounced}，不处理 {found.ignored}。"
        )
        for state, count in answers.items():
            click.echo(f"回执{state} {count} 封，交给：{carrier}。")
    if trouble is not None:
        raise trouble
    if found.troubles:
        raise CuibaoError("\n".join(["以下来信没有收下，下次收取时再收：", *found.troubles]))


@click.command(cls=ChineseCommand, help="列出待认领的来信：程序拿不准、要人决定的。")
@as_json
def queue(as_json: bool) -> None:
    """What waits for a person."""
    from cuibao.office import open_office
    from cuibao.service.entries.recording import label_of
    from cuibao.service.mail import deciding as service

    with open_office() as office:
        waiting = service.queue(office)
    if as_json:
        print_json(
            [
                {
                    "number": each.mail.id,
                    "arrived_at": each.mail.arrived_at.isoformat(),
                    "sender": each.mail.sender,
                    "subject": each.mail.subject,
                    "files": list(each.mail.files),
                    "reason": each.mail.reason,
                    "unit": each.unit.name if each.unit else None,
                    "items": [label_of(item) for item in each.items],
                }
                for each in waiting
            ]
        )
        return
    click.echo(f"待认领的来信 {len(waiting)} 封。")
    print_table(
        ("编号", "到信时间", "发件人", "主题", "附件", "为什么"),
        [
            (
                str(each.mail.id),
                f"{each.mail.arrived_at:%Y-%m-%d %H:%M}",
                each.mail.sender,
                each.mail.subject,
                "、".join(each.mail.files),
                each.mail.reason,
            )
            for each in waiting
        ],
    )


class Number(click.ParamType[int]):
    """The number of a mail."""

    name = "编号"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse `value`; fails in Chinese."""
        text = str(value)
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            self.fail("应为来信编号，见 cuibao queue", param, ctx)
        return int(text)


@click.command(cls=ChineseCommand, help="认领一封来信：登记为某单位的某事项，或记为不是报送。")
@click.option("--mail", "number", type=Number(), required=True, metavar="编号", help="来信编号，见 cuibao queue。")
@click.option("--as", "decision", default="收到", show_default=True, metavar="处理", help=f"{'、'.join(DECISIONS)}。")
@click.option("--unit", "units", multiple=True, metavar="单位", help="哪个单位，可写多次。")
@click.option("--item", "items", multiple=True, metavar="事项", help="哪个事项，写登记表上的名称，可写多次。")
@click.option("--by", required=True, metavar="姓名", help="登记人。")
@click.option("--note", default="", metavar="文字", help="备注。")
def claim(number: int, decision: str, units: tuple[str, ...], items: tuple[str, ...], by: str, note: str) -> None:
    """Decide about one mail, and answer it."""
    from cuibao.office import open_office
    from cuibao.service.entries import recording
    from cuibao.service.mail import deciding as service
    from cuibao.service.mail.answers import send_answers

    if decision not in DECISIONS:
        raise CuibaoError(f"--as：应为 {'、'.join(DECISIONS)} 之一，现为 {decision}")
    with open_office() as office:
        done = service.claim(
            office,
            office.now(),
            number,
            units=units,
            items=[recording.item_labelled(office, item) for item in items],
            claiming=service.Claiming(DECISIONS[decision]),
            by=by,
            note=note,
        )
        answers = send_answers(office)
        known = office.campaign.units
    if done.recorded is None:
        click.echo(f"来信 {number} {'早已' if done.again else '已'}记为不是报送。")
        return
    for entry in done.recorded.entered:
        click.echo(f"已登记：{known[entry.obligation.unit].name}，{decision}，登记人 {by}。")
    for repeated in done.recorded.already:
        click.echo(f"不必再登：{repeated.unit.name}，{repeated.words}。")
    for state, count in answers.items():
        click.echo(f"回执{state} {count} 封。")


@click.command(cls=ChineseCommand, help="导出一个事项的全部来件：每个单位一个文件夹，附目录。")
@item_option
@plan_option
@requirement_option
@period_option
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="文件夹", help="导出到哪个新文件夹。")
def evidence(item: str | None, plan: str | None, requirement: str | None, period: str | None, out: Path) -> None:
    """The folder that an inspection asks for."""
    from cuibao.office import open_office
    from cuibao.service.views import evidence

    with open_office() as office:
        found = item_meant(office, item, plan, requirement, period)
        done = evidence.export(office, found, out)
    click.echo(f"已导出 {done.units} 个单位的 {done.files} 个文件到 {done.folder}，目录见 {evidence.INDEX}。")
    if done.damaged:
        raise CuibaoError("以下文件没有导出：\n" + "\n".join(done.damaged))


def item_meant(
    office: "Office", item: str | None, plan: str | None, requirement: str | None, period: str | None
) -> "Period":
    """The item that the options name, by its label or by its parts. Raises Contradiction."""
    from cuibao.service.entries import recording

    if item:
        return recording.item_labelled(office, item)
    if plan and requirement:
        return recording.item_named(office, plan, requirement, period)
    raise CuibaoError("请用 --item 写明事项（登记表上的名称），或用 --plan 和 --requirement 指明。")
