"""`cuibao begin`: whom the first letters would go to and what they would say, and the yes to that."""

from typing import TYPE_CHECKING

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.morning import tell
from cuibao.cli.output import print_table, say
from cuibao.cli.parameters import ByTerm, words_of
from cuibao.model import Copies

if TYPE_CHECKING:
    from cuibao.service.letters.starting import FirstLetters


@click.command(
    cls=ChineseCommand, help="启用：设了邮件服务器以后，先看首批信寄给谁、写什么，再同意发出。不写选项就是看。"
)
@click.option("--unit", default="", metavar="单位", help="看给哪个单位的信；不写就看第一封。")
@click.option("--yes", is_flag=True, help="看过了，同意启用；不写就是看。")
@click.option("--by", default="", metavar="姓名", help="登记人。")
@click.option("--list", "number", type=int, metavar="编号", help="同意的是哪份名单；不写就是最近看的那份。")
@click.option(
    "--copies", type=ByTerm(Copies, "抄送"), help=f"首次抄送分管领导：{words_of(Copies)}；不写就按 campaign.yaml。"
)
def begin(unit: str, yes: bool, by: str, number: int | None, copies: Copies | None) -> None:
    """Show what the yes would do; with it, do so: at once in office hours, else with the next morning."""
    from cuibao.office import open_office
    from cuibao.service.letters import morning, starting

    with open_office() as office:
        now = office.now()
        if not yes:
            first = starting.first_letters(office, now, unit)
            if first is None:
                say(f"{starting.standing(office)}。")
            else:
                _show(first, unit, office.carrier.name, first.campaign.policy.copies)
            return
        at_once = starting.begin(office, now, by=by, copies=copies, number=number)
        say(f"已启用，登记人 {by.strip()}。")
        if not at_once:
            say(f"{starting.follows(office, now)}。")
            return
        result = morning.run(office, now, by_the_clock=True)
        carrier = office.carrier.name
    tell(result, carrier)


def _show(first: "FirstLetters", unit: str, carrier: str, copies: Copies) -> None:
    say(f"{first.why}。")
    when = "启用后马上发出" if first.at_once else f"启用后在 {first.moment:%Y-%m-%d %H:%M} 的每日催报发出"
    say(f"首批信 {len(first.letters)} 封，{when}，信件交给：{carrier}")
    rows = [(letter.unit.name, "、".join(letter.to), letter.subject) for letter in first.letters]
    print_table(("单位", "收件地址", "主题"), rows)
    if first.unreachable:
        names = "、".join(each.name for each in first.unreachable)
        say(f"没有可用邮箱、收不到信的单位（请先补通讯录）：{names}")
    if first.others:
        say(f"现在没有要说的单位：{'、'.join(each.name for each in first.others)}")
    say(first.of_the_past)
    if first.example is None:
        say(f"没有给{unit}的信。" if unit else "现在没有要发的信。")
    else:
        say(f"\n以下是给{first.example.name}的信全文（看别的单位：cuibao begin --unit 单位）：\n\n{first.text}")
    say(f"看过无误，请运行：cuibao begin --yes --list {first.number} --by 姓名")
    say(f"分管领导的首次抄送现为“{copies.word}”，要改请加 --copies 先批准 或 --copies 自动抄送。")
