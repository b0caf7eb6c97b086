"""How long a clerk waits for what she submits: the forms' worker beside one that starts an interpreter for each run."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.measuring import LIMIT, Figure
from cuibao.settings import CHECKOUT
from cuibao.up import BOARD
from tests.acceptance.answering import FORM, NOW, answered, marks, on_the_other_pool
from tests.acceptance.running import running

ROUNDS, AT_MOST = 7, 3.0
OTHER = "a new interpreter for the run"


def figures() -> Iterator[Figure]:
    """From Submit to the words in the run and to the changed board, by the API's clock, in turns."""
    with TemporaryDirectory() as home:
        environ = {"CUIBAO_HOME": home, "CUIBAO_NOW": NOW}
        with running(CHECKOUT, Path(home), environ, (BOARD,)) as service:
            pools = (str(service.deployment(FORM)["id"]), on_the_other_pool(service))
            some = marks(Path(home))
            rounds = [[answered(service, pool, next(some)) for pool in pools] for _ in range(ROUNDS + 1)][1:]
    for what, until in (("said", "from Submit to 已登记"), ("drawn", "from Submit to the changed board")):
        ours, others = (median(getattr(turn[pool], what) for turn in rounds) for pool in (0, 1))
        yield Figure(until, ours, {OTHER: others, LIMIT: AT_MOST})
