"""`cuibao clock`: the question about the date for which a morning waits, and its answer."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import say
from cuibao.cli.parameters import ByTerm
from cuibao.errors import CuibaoError
from cuibao.model import DateAnswer

ANSWERS = (DateAnswer.RIGHT, DateAnswer.EARLIER_WRONG)


@click.command(
    cls=ChineseCommand, help="核对日期：电脑的日期可疑时，每日催报停下来等人回答。不写选项就是看有没有要核对的。"
)
@click.option("--answer", type=ByTerm(DateAnswer, "回答", ANSWERS), metavar="回答", help="日期没错，或撤回以前的催报。")
@click.option("--by", default="", metavar="姓名", help="登记人。")
@click.option("--yes", is_flag=True, help="真的撤回；不写就只说会撤回什么。")
def clock(answer: DateAnswer | None, by: str, yes: bool) -> None:
    """Show the open question, or answer it; taking back first says what it would do."""
    from cuibao.office import open_office
    from cuibao.service.letters import clock as service

    with open_office() as office:
        asked = service.asked(office, office.now())
        undoing = answer is DateAnswer.EARLIER_WRONG and asked.tolls and not yes
        if answer is None or undoing:
            say(f"{service.why(asked.question)}。" if asked.question else "没有要核对的日期，每日催报照常。")
            for toll in asked.tolls:
                say(f"答“{DateAnswer.EARLIER_WRONG.word}”就撤回{service.would_undo(toll)}。")
            if undoing:
                raise CuibaoError("还没有撤回。要撤回，请再加上 --yes。")
            if asked.question:
                say(service.what_to_do())
            return
        done = service.answer(office, office.now(), answer, by)
    say(f"{service.said(done)}；登记人 {by}。请再运行一次 cuibao morning。")
