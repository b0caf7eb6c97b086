"""`cuibao record`: entries made by hand."""

from datetime import date, datetime

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import item_fields, print_json, say
from cuibao.cli.parameters import ByTerm, Day, Received, as_json, words_of
from cuibao.errors import CuibaoError, Unconfirmed
from cuibao.model import Channel, Confirming, Entry
from cuibao.said import label_of

entry_option = click.option(
    "--entry",
    type=ByTerm(Entry, "登记什么"),
    default=Entry.RECEIVED.word,
    show_default=True,
    help=f"登记什么：{words_of(Entry)}。",
)
channel_option = click.option(
    "--channel",
    type=ByTerm(Channel, "渠道"),
    default=Channel.MAIL.word,
    show_default=True,
    help=f"渠道：{words_of(Channel)}。",
)


@click.command(
    cls=ChineseCommand, help="登记：收到、零报告、退回重报、免报、延期，或撤销登记错的一条。重复登记不会重复记。"
)
@click.option("--unit", "units", multiple=True, required=True, metavar="单位", help="哪个单位或分组，可写多次。")
@click.option("--plan", required=True, metavar="方案", help="哪个方案，如 skills 或 安全技能。")
@click.option("--requirement", required=True, metavar="事项", help="哪个事项，如 interim 或它的名称。")
@click.option("--period", metavar="报送期", help="如 2022-07；只有一期的可以不写。")
@entry_option
@click.option("--received", type=Received(), help="何时收到或决定；不写就是现在。")
@channel_option
@click.option("--by", required=True, metavar="姓名", help="登记人。")
@click.option("--note", default="", metavar="文字", help="备注；退回、免报、延期、撤销必须写明原因。")
@click.option("--due", type=Day(), help="延期到哪一天。")
@click.option("--number", type=int, metavar="整数", help="撤销第几条登记；不写就是最后一条。")
@click.option("--yes", is_flag=True, help="确认：整组登记收到、退回、撤销和提前报送，不写只列出将登记什么。")
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
    yes: bool,
    as_json: bool,
) -> None:
    """Make entries, all or none."""
    from cuibao.office import open_office
    from cuibao.service.entries import lookup
    from cuibao.service.entries import record as entering
    from cuibao.service.entries.outcome import said

    with open_office() as office:
        found = lookup.item_named(office, plan, requirement, period)
        try:
            recorded = entering.record(
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
                confirmed=tuple(Confirming) if yes else (),
            )
        except Unconfirmed as unseen:
            raise CuibaoError(f"{unseen}\n核对无误，加 --yes 再运行一次。") from None
        known = office.campaign.units
        words = said(office, recorded, entry, label_of(found))
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
    say(f"{words}；登记人 {by}。")
