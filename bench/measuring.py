"""Medians of things done in turns, and how they are shown."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """What took `seconds`, beside peers and limits in seconds; of a batch of `pieces`, told as pieces a second too."""

    what: str
    seconds: float
    beside: Mapping[str, float]
    pieces: int = 0


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
    yield f"{figure.what:<52}{_shown(figure.seconds, figure.pieces)}"
    for name, other in figure.beside.items():
        yield f"    {name:<48}{_shown(other, figure.pieces)}   x {figure.seconds / other:.1f}"


def _shown(seconds: float, pieces: int) -> str:
    rate = f"{pieces / seconds:10.0f} a second" if pieces else ""
    return f"{seconds:8.3f} s{rate}"
