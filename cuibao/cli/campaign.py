"""`cuibao campaign`: what campaign this is, and its end before its time."""

import click

from cuibao.cli.help import ChineseGroup
from cuibao.cli.output import say


@click.group(cls=ChineseGroup, help="攻坚战：提前结束。")
def campaign() -> None:
    """Every subcommand opens the office on its own."""


@campaign.command(
    help="提前结束：从此不再给各单位发信，下一个工作日给本办公室一份年终小结。先只列出还欠什么，加 --yes 才结束。"
)
@click.argument("name", metavar="攻坚战")
@click.option("--yes", is_flag=True, help="结束；不写就是看。结束以后不能恢复。")
@click.option("--by", default="", metavar="姓名", help="登记人。")
def close(name: str, yes: bool, by: str) -> None:
    """Say what would be left undone; with --yes, write to nobody any more."""
    from cuibao.office import open_office
    from cuibao.service.letters import closing

    with open_office(looking=not yes) as office:
        named, now = closing.campaign_named(office, name), office.now()
        if yes:
            closing.close(office, now, by, named)
        title, left = named.title, closing.left_undone(office, now, named)
    owing = f"还有 {left.units} 个单位的 {left.items} 件没有报，连没到期的在内" if left.items else "各单位都已报齐"
    if yes:
        say(f"已结束：{title}。{owing}；不再给各单位发信，年终小结随下一次每日催报发给本办公室。")
    else:
        say(f"{title}：{owing}。结束以后不再给各单位发信，不能恢复；确定要结束，加 --yes --by 姓名 再运行一次。")
