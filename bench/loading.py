"""How long the contacts of many units take to read, beside the YAML parser alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from bench.measuring import Figure, medians, seconds
from cuibao.loading import UNITS_FILE, load_campaign
from tests.faults.town import lay_out

ROUNDS = 5
SIZES = (1_200, 3_000, 12_000)
PARSER = "its units.yaml through PyYAML's C parser alone"


def figures() -> Iterator[Figure]:
    """A campaign with so many units, read whole and checked, as units a second."""
    with TemporaryDirectory() as folder:
        for units in SIZES:
            home = lay_out(Path(folder) / str(units), units)
            text = (home / "contacts" / UNITS_FILE).read_text(encoding="utf-8")
            found = medians({"load": _loading(home), PARSER: _parsing(text)}, ROUNDS)
            yield Figure(f"a campaign of {units:,} units", found["load"], {PARSER: found[PARSER]}, units)


def _loading(home: Path) -> Callable[[], float]:
    return lambda: seconds(lambda: load_campaign(home / "schedules" / "town", home / "contacts"))


def _parsing(text: str) -> Callable[[], float]:
    return lambda: seconds(lambda: sum(1 for _ in yaml.parse(text, Loader=yaml.CBaseLoader)))
