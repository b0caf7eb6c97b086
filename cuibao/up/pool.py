"""What a run may ask of the worker: nothing."""

from pathlib import Path
from typing import Any


def job_template(checkout: Path) -> dict[str, Any]:
    """The base job template of the work pool: every run begins in the `checkout`, and nothing of it can be set.

    Prefect's own template lets whoever starts a run choose its command, its environment and its folder, each of which
    runs code. A variable that is not here is refused by the server where a deployment's run is started, and is not
    filled in by the worker however it came. `env` must be absent, not empty: a run's own would be merged into it.
    """
    return {
        "variables": {"type": "object", "properties": {}, "additionalProperties": False},
        "job_configuration": {"working_dir": str(checkout.resolve())},
    }
