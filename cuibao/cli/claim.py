"""`cuibao claim`: what a person decides about a mail."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import say
from cuibao.cli.parameters import ByTerm, words_of
from cuibao.model import Claiming


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
@click.option(
    "--as",
    "claiming",
    type=ByTerm(Claiming, "处理"),
    default=Claiming.RECEIVED.word,
    show_default=True,
    help=f"{words_of(Claiming)}。",
)
@click.option("--unit", "units", multiple=True, metavar="单位", help="哪个单位，可写多次。")
@click.option("--item", "items", multiple=True, metavar="事项", help="哪个事项，写登记表上的名称，可写多次。")
@click.option("--keep-address", is_flag=True, help="发件地址以后就算该单位的，写进通讯录；先电话核实确是该单位的邮箱。")
@click.option("--by", required=True, metavar="姓名", help="登记人。")
@click.option("--note", default="", metavar="文字", help="备注。")
def claim(
    number: int,
    claiming: Claiming,
    units: tuple[str, ...],
    items: tuple[str, ...],
    keep_address: bool,
    by: str,
    note: str,
) -> None:
    """Decide about one mail, and answer it."""
    from cuibao.office import open_office
    from cuibao.service.entries import lookup
    from cuibao.service.mail import deciding as service
    from cuibao.service.mail.answers import send_answers

    with open_office() as office:
        done = service.claim(
            office,
            office.now(),
            number,
            units=units,
            items=[lookup.item_labelled(office, item) for item in items],
            claiming=claiming,
            by=by,
            note=note,
            keep_address=keep_address,
        )
        words = service.said(office, done, send_answers(office))
    say(f"{words}；登记人 {by}。")
