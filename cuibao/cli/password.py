"""`cuibao password`: the password that the web pages ask for."""

import click

from cuibao.cli.help import ChineseCommand
from cuibao.cli.output import print_json, say
from cuibao.cli.parameters import as_json
from cuibao.errors import CuibaoError

NOW = "正在运行的 cuibao up 仍用原来的密码；停掉它再启动，就改用这个密码。"
NEXT = "下次启动 cuibao up 时生效。"
AGAIN = "已经打开的网页要重新输入。"


@click.command(cls=ChineseCommand, help="界面密码：显示打开网页时要输入的密码，或者换一个。")
@click.option("--new", is_flag=True, help="换一个新的，由程序生成。")
@click.option("--set", "chosen", metavar="密码", help="换成自己定的：英文字母、数字、标点，至少 12 个字符。")
@as_json
def password(new: bool, chosen: str | None, as_json: bool) -> None:
    """Print the password, after making or taking a new one where that is asked for."""
    from cuibao.settings import environment, read_settings
    from cuibao.up import is_up, keep_others_out, keep_password, new_password, password_of

    if new and chosen is not None:
        raise CuibaoError("--new 和 --set 只能写一个。")
    home = read_settings(environment()).home
    keep_others_out(home, lambda line: say(line, err=True))
    changed = new or chosen is not None
    if changed:
        keep_password(home, new_password() if chosen is None else chosen)
    word, running = password_of(home), is_up(home)
    if as_json:
        print_json({"password": word, "changed": changed, "running": running})
        return
    say(f"界面密码：{word}")
    if changed:
        say((NOW if running else NEXT) + AGAIN)
