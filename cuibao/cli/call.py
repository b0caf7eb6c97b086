"""`cuibao call`: what a call to a unit came to."""

from datetime import date, datetime

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import say
from cuibao.cli.parameters import Day, Moment


@click.command(cls=ChineseCommand, help="登记一次电话催报：谁接的、怎么说的、承诺哪天前报；到那天为止不催承诺的事项。")
@click.option("--unit", required=True, metavar="单位", help="给哪个单位打的。")
@click.option("--whom", required=True, metavar="姓名", help="接听人。")
@click.option("--called", type=Moment(), help="什么时候打的；不写就是现在。")
@click.option("--note", default="", metavar="文字", help="通话内容。")
@click.option("--until", type=Day(), help="承诺哪天前报；没有承诺的不写。")
@click.option(
    "--item",
    "items",
    multiple=True,
    metavar="事项",
    help="承诺哪一项，写登记表上的名称，可写多次；不写就是逾期、退回的全部。",
)
@click.option("--by", required=True, metavar="姓名", help="登记人。")
def call(
    unit: str, whom: str, called: datetime | None, note: str, until: date | None, items: tuple[str, ...], by: str
) -> None:
    """Enter one call."""
    from cuibao.office import open_office
    from cuibao.service.entries import calling as service
    from cuibao.service.entries import lookup

    with open_office() as office:
        done = service.record_call(
            office,
            office.now(),
            unit=unit,
            whom=whom,
            called=called,
            note=note,
            until=until,
            items=[lookup.item_labelled(office, item) for item in items],
            by=by,
        )
    say(f"{service.said(done)}；登记人 {by}。")
