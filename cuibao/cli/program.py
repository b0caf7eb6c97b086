"""The program `cuibao`: its commands in the order of the help page, what a clerk needs every day first."""

import click

from cuibao import __version__
from cuibao.cli.board import board
from cuibao.cli.calls import calls
from cuibao.cli.check import check
from cuibao.cli.claim import claim
from cuibao.cli.clock import clock
from cuibao.cli.collect import collect
from cuibao.cli.contacts import contacts
from cuibao.cli.evidence import evidence
from cuibao.cli.help import ChineseGroup
from cuibao.cli.history import history
from cuibao.cli.morning import morning
from cuibao.cli.password import password
from cuibao.cli.queue import queue
from cuibao.cli.record import record
from cuibao.cli.replay import replay
from cuibao.cli.schedule import schedule
from cuibao.cli.up import up

COMMANDS: tuple[click.Command, ...] = (
    *(check, schedule, morning, board, record, collect, queue, claim, calls, history, evidence),
    *(clock, contacts, replay, up, password),
)


@click.group(cls=ChineseGroup, help="催报：按通知的日期催各单位报送，登记收件，看谁报了谁没报。")
@click.version_option(__version__, "--version", message="催报 %(version)s", help="显示版本。")
def cli() -> None:
    """Every command opens the office on its own, and imports its service only where it runs: so each starts fast."""


for command in COMMANDS:
    cli.add_command(command)
