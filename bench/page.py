"""The figures as a file, and docs/performance.md made of it: `python -m bench.page` writes it anew."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measuring import LIMIT, Figure, ratio, shown

SUBJECTS = (
    *("starting", "loading", "writing", "growing", "sending", "together", "distance"),
    *("redrawing", "answering", "reading", "keeping"),
)
HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "performance.md"
# What a chart draws at most: beyond it, a figure is simply far from its limit.
TOP = 2.0


def keep(subject: str, figures: Iterable[Figure]) -> None:
    """Write the figures of a subject to RESULTS, in the place of those that were there, and the page."""
    found = kept()
    found["machine"] = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    found["figures"][subject] = [asdict(each) for each in figures]
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")


def kept() -> dict[str, Any]:
    """What RESULTS holds: the machine, and the figures by subject."""
    if not RESULTS.exists():
        return {"machine": "", "figures": {}}
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def page(found: dict[str, Any]) -> str:
    """The page of what `kept` gives."""
    figures = [Figure(**each) for subject in SUBJECTS for each in found["figures"].get(subject, ())]
    limited = [each for each in figures if each.met is not None]
    blocks = (
        "# How fast it is",
        "Made by `make bench`, each figure beside its peers and limits in the same run: medians, taken in turns. The\n"
        "seconds are those of one small machine and vary from run to run; the ratios tell.",
        f"Machine: {found['machine']}.",
        "## What each may take",
        "The share of its limit that each figure takes; at 1 it is reached.",
        _chart(limited),
        "## All figures",
        _table(figures),
    )
    return "\n\n".join(blocks) + "\n"


def _chart(figures: Sequence[Figure]) -> str:
    # A label with a comma or a quotation mark would end it.
    names = ", ".join(f'"{number} {each.what.replace(chr(34), "")}"' for number, each in enumerate(figures, 1))
    bars = ", ".join(f"{min(each.value / each.beside[LIMIT], TOP):.2f}" for each in figures)
    drawn = ["xychart-beta horizontal", f"  x-axis [{names}]", f'  y-axis "share of the limit" 0 --> {TOP:g}']
    return "\n".join(["```mermaid", *drawn, f"  bar [{bars}]", "```"])


def _table(figures: Sequence[Figure]) -> str:
    rows = ["| | measured | limit | beside |", "|---|---|---|---|"]
    return "\n".join([*rows, *map(_row, figures)])


def _row(figure: Figure) -> str:
    limit = figure.beside.get(LIMIT)
    met = "" if limit is None else f"{shown(figure, limit)}, {'met' if figure.met else '**not met**'}"
    peers = [
        f"{name}: {shown(figure, value)} (x {ratio(figure, name):.2f})"
        for name, value in figure.beside.items()
        if name != LIMIT
    ]
    return f"| {figure.what} | {shown(figure, figure.value)} | {met} | {'<br>'.join(peers)} |"


if __name__ == "__main__":
    PAGE.write_text(page(kept()), encoding="utf-8")
