"""Medians of things done in turns, and how they are shown."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

# Among what a figure stands beside: what it may be at most.
LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Figure:
    """What took `value` of a `unit`, beside peers and perhaps a LIMIT in the same; of a batch of `pieces`, told as
    pieces a second too."""

    what: str
    value: float
    beside: Mapping[str, float]
    pieces: int = 0
    unit: str = "s"

    @property
    def met(self) -> bool | None:
        """Whether it keeps to its limit; None where it has none."""
        limit = self.beside.get(LIMIT)
        return None if limit is None else self.value <= limit


def seconds(do: Callable[[], object]) -> float:
    """How many seconds `do` takes."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def medians(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of the seconds that each subject gives, over `rounds` in which all take a turn.

    One round before is not counted: it fills the caches of the disk and of Python.
    """
    counted = [{name: give() for name, give in subjects.items()} for _ in range(rounds + 1)][1:]
    return {name: median(each[name] for each in counted) for name in subjects}


def lines(figure: Figure) -> Iterator[str]:
    """A figure as it is printed: itself, then a line for each that it stands beside, with the ratio."""
    yield f"{figure.what:<52}{shown(figure, figure.value):>24}{_verdict(figure)}"
    for name, other in figure.beside.items():
        yield f"    {name:<48}{shown(figure, other):>24}   x {ratio(figure, name):.2f}"


def shown(figure: Figure, value: float) -> str:
    """A `value` in the figure's unit, or as pieces a second."""
    return f"{figure.pieces / value:,.0f} a second" if figure.pieces else f"{value:,.3g} {figure.unit}"


def ratio(figure: Figure, name: str) -> float:
    """How many times what it stands beside: of rates the share of it, of anything else the multiple."""
    other = figure.beside[name]
    return other / figure.value if figure.pieces else figure.value / other


def _verdict(figure: Figure) -> str:
    return {None: "", True: "   met", False: "   NOT MET"}[figure.met]
