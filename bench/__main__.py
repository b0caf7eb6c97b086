"""All figures, one after the other."""

from bench import distance, redrawing, sending, starting, writing
from bench.measuring import lines

for subject in (starting, writing, sending, distance, redrawing):
    for figure in subject.figures():
        print(*lines(figure), sep="\n", flush=True)
