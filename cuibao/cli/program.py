"""The program `cuibao`: its commands in the order of the help page, what a clerk needs every day first."""

from contextlib import suppress
from importlib import import_module

import click

from cuibao import __version__
from cuibao.cli.help import ChineseGroup
from cuibao.cli.output import say
from cuibao.errors import SettingError
from cuibao.settings import environment, is_drill

COMMANDS = (
    *("check", "schedule", "begin", "morning", "board", "record", "collect", "queue", "claim", "calls", "call"),
    *("history", "export", "evidence", "pause", "event", "copies", "clock", "contacts", "receipts", "replay"),
    *("up", "deploy", "password", "campaign"),
)


def command(name: str) -> click.Command:
    """The command called `name`, out of the file of that name."""
    found: click.Command = getattr(import_module(f"cuibao.cli.{name}"), name)
    return found


class Program(ChineseGroup):
    """All the commands; a file is imported only when its command, or the help page, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        return command(cmd_name) if cmd_name in COMMANDS else None


@click.group(cls=Program, help="催报：按通知的日期催各单位报送，登记收件，看谁报了谁没报。")
@click.version_option(__version__, "--version", message="催报 %(version)s", help="显示版本。")
def cli() -> None:
    """Every command opens the office on its own, and imports its service only where it runs: so each starts fast."""
    with suppress(SettingError):  # the command says what is wrong with it
        if is_drill(environment()):
            say("【演练】设了 CUIBAO_DRILL=send：发信、登记都只算演练，不动正式台账。", err=True)
