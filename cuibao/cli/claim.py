"""`cuibao claim`: what a person decides about a mail."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.errors import CuibaoError

DECISIONS = {"收到": "received", "零报告": "nil", "不是报送": "dismissed"}


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
