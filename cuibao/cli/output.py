"""What commands print: JSON of a fixed shape, or a table that a clerk can read."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from cuibao.model import Period, Reminder


def item_fields(period: Period) -> dict[str, Any]:
    """What names a period in every JSON answer."""
    return {
        "plan_no": period.plan.no,
        "requirement": period.requirement.id,
        "period": period.name,
        "due": period.due.isoformat(),
    }


def reminder_fields(reminder: Reminder) -> dict[str, Any]:
    """A reminder in a JSON answer."""
    return {**item_fields(reminder.obligation.period), "step": reminder.step.value}


def print_json(value: Any) -> None:
    """Print `value` as JSON, Chinese as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a table as wide as the terminal, or 200 columns where the output is no terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    for column, cells in zip(table.columns, zip(*rows, strict=True), strict=True):
        # Dates and names of periods are never broken in two.
        column.no_wrap = all(cell.isascii() and len(cell) <= len("2022-04-18") for cell in cells)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, width=200)
    console.print(table)


@contextmanager
def progress(title: str, total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A progress bar of `total` steps on standard error; call what it yields at each with what to say."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as shown:
        bar = shown.add_task(title, total=total, said="")
        yield lambda said: shown.update(bar, advance=1, said=said)
