"""`cuibao evidence`: everything that came for one item, in a folder."""

from pathlib import Path

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import say
from cuibao.errors import CuibaoError

item_option = click.option("--item", metavar="事项", help="哪个事项，写登记表上的名称；或用下面三项指明。")
plan_option = click.option("--plan", metavar="方案", help="哪个方案，如 skills 或 安全技能。")
requirement_option = click.option("--requirement", metavar="事项", help="哪个事项，如 interim 或它的名称。")
period_option = click.option("--period", metavar="报送期", help="如 2022-07；只有一期的可以不写。")


@click.command(cls=ChineseCommand, help="导出一个事项的全部来件：每个单位一个文件夹，附目录。")
@item_option
@plan_option
@requirement_option
@period_option
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="文件夹", help="导出到哪个新文件夹。")
def evidence(item: str | None, plan: str | None, requirement: str | None, period: str | None, out: Path) -> None:
    """The folder that an inspection asks for."""
    from cuibao.office import open_office
    from cuibao.service.entries.lookup import item_meant
    from cuibao.service.views import evidence

    with open_office() as office:
        found = item_meant(office, item, plan, requirement, period)
        if found is None:
            raise CuibaoError("请用 --item 写明事项（登记表上的名称），或用 --plan 和 --requirement 指明。")
        done = evidence.export(office, found, out)
    say(f"已导出 {done.units} 个单位的 {done.files} 个文件到 {done.folder}，目录见 {evidence.index()}。")
    if done.damaged:
        raise CuibaoError("以下文件没有导出：\n" + "\n".join(done.damaged))
