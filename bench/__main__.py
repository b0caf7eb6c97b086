"""All figures, one after the other, or those of the subjects that are named; either way they are kept."""

import sys
from importlib import import_module

from bench.measuring import lines
from bench.page import SUBJECTS, keep


def main() -> None:
    """Print each figure as it comes, and write them down when all of a subject's are there."""
    for subject in sys.argv[1:] or SUBJECTS:
        found = []
        for figure in import_module(f"bench.{subject}").figures():
            print(*lines(figure), sep="\n", flush=True)
            found.append(figure)
        keep(subject, found)


if __name__ == "__main__":
    main()
