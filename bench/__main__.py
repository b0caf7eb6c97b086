"""All figures, one after the other; or those of the subjects that are named, which are not kept."""

import sys
from importlib import import_module

from bench.measuring import Figure, lines
from bench.page import keep

SUBJECTS = (
    *("starting", "loading", "writing", "growing", "sending", "together", "distance"),
    *("redrawing", "reading", "keeping"),
)


def main() -> None:
    """Print each figure as it comes, and write them down at the end."""
    wanted = tuple(sys.argv[1:])
    found: list[Figure] = []
    for subject in wanted or SUBJECTS:
        for figure in import_module(f"bench.{subject}").figures():
            print(*lines(figure), sep="\n", flush=True)
            found.append(figure)
    if not wanted:
        keep(found)


if __name__ == "__main__":
    main()
