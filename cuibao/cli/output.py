"""What commands print: JSON of a fixed shape, or lines and tables that a clerk can read.

Nothing else of the command line writes to the terminal: what came by mail must not move its cursor, nor turn a line
round.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from shutil import get_terminal_size
from typing import Any

import click

from cuibao.cli.help import columns
from cuibao.model import Listed, Period, Plan, Reminder
from cuibao.said import UNRULY, one_line, tamed

WIDE = 200
GAP = "  "
# Two Chinese characters: no column is made narrower than that.
NARROWEST = 4


def plan_fields(plan: Plan) -> dict[str, Any]:
    """What names a plan in every JSON answer: its number, and of several campaigns which it is of."""
    return {**({"campaign": plan.campaign} if plan.tag else {}), "plan_no": plan.no}


def item_fields(period: Period) -> dict[str, Any]:
    """What names a period in every JSON answer; its hour, and when it was due before, where there is one."""
    fields: dict[str, Any] = {
        **plan_fields(period.plan),
        "requirement": period.requirement.id,
        "period": period.name,
        "due": period.due.isoformat(),
    }
    if period.at:
        fields["at"] = f"{period.at:%H:%M}"
    if moved := period.moved:
        at = {"at": f"{moved.at:%H:%M}"} if moved.at else {}
        fields["moved"] = {"was": moved.was.isoformat(), **at, "by": moved.by}
    return fields


def listed_fields(listed: Listed) -> dict[str, Any]:
    """A line of the list of what is overdue in a JSON answer."""
    return {**item_fields(listed.obligation.period), "urged": listed.urged, "held": listed.respite is not None}


def reminder_fields(reminder: Reminder) -> dict[str, Any]:
    """A reminder in a JSON answer."""
    return {**item_fields(reminder.obligation.period), "step": reminder.step.value}


def say(text: str, *, err: bool = False) -> None:
    """Print `text`, in as many lines as it has, on standard output or on standard error."""
    click.echo(tamed(text), err=err)


def print_json(value: Any) -> None:
    """Print `value` as JSON: Chinese as it is, as an escape what would do something to a terminal."""
    words = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(UNRULY.sub(lambda found: json.dumps(found[0])[1:-1], words))


def print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table as wide as the terminal, or 200 columns where the output is no terminal."""
    if not rows:
        return
    room = get_terminal_size().columns if sys.stdout.isatty() else WIDE
    cells = [tuple(tamed(one_line(cell)) for cell in row) for row in rows]
    widths = _fitted([*zip(*cells, strict=True)], head, room - len(GAP) * (len(head) - 1))
    titles = [click.style(line, bold=True) for line in _lines(head, widths)]
    rule = GAP.join("-" * width for width in widths)
    click.echo("\n".join(["", *titles, rule, *(line for row in cells for line in _lines(row, widths)), ""]))


def _fitted(table: Sequence[tuple[str, ...]], head: tuple[str, ...], room: int) -> list[int]:
    """How wide each column is: as wide as what it holds, where the room is short the widest ones less."""
    widths = [max(map(columns, (title, *held))) for title, held in zip(head, table, strict=True)]
    # Dates and names of periods are never broken in two.
    folded = [at for at, held in enumerate(table) if not all(cell.isascii() and len(cell) <= 10 for cell in held)]
    while (over := sum(widths) - room) > 0 and (wide := [at for at in folded if widths[at] > NARROWEST]):
        widest, *others = sorted(wide, key=lambda at: -widths[at])
        next_width = max((widths[at] for at in others), default=NARROWEST)
        widths[widest] = max(widths[widest] - over, min(next_width, widths[widest] - 1))
    return widths


def _lines(row: tuple[str, ...], widths: Sequence[int]) -> Iterator[str]:
    for parts in zip_longest(*map(_folded, row, widths), fillvalue=""):
        padded = (part + " " * (width - columns(part)) for part, width in zip(parts, widths, strict=True))
        yield GAP.join(padded).rstrip()


def _folded(cell: str, width: int) -> list[str]:
    """`cell` in lines of at most `width` columns, broken at a space where there is one."""
    if columns(cell) <= width:
        return [cell]
    lines, used = [""], 0
    for character in cell:
        used += columns(character)
        if used > width:
            kept, space, rest = lines[-1].rpartition(" ")
            lines[-1:] = [kept, rest] if space else [lines[-1], ""]
            used = columns(lines[-1] + character)
        lines[-1] += character
    return [line.strip() for line in lines]


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
