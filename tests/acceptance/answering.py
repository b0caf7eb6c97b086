"""How long a clerk waits for what she submitted, by the clock of Prefect's API, on the forms' pool or the other."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cuibao.office import open_office
from cuibao.service.views.board import look
from cuibao.service.views.offers import open_items
from cuibao.settings import read_settings
from cuibao.up import BOARD
from cuibao.up.settings import POOL
from tests.acceptance.running import FINAL, Running

NOW = "2022-07-26T08:30"
FORM = "登记/登记"


class Answered(NamedTuple):
    """Seconds from Submit until the run says what came of it, and until the board has changed."""

    said: float
    drawn: float


def marks(home: Path) -> Iterator[Mapping[str, object]]:
    """What can be submitted in the office at `home`, each once."""
    with open_office(read_settings({"CUIBAO_HOME": str(home), "CUIBAO_NOW": NOW})) as office:
        items = open_items(office, look(office, office.now()))
        for item in items:
            for cell in item.progress.missing:
                yield {"units": [cell.obligation.unit.name], "item": item.label, "by": "王芳"}


def on_the_other_pool(service: Running) -> str:
    """The form once more, as a deployment on the pool whose runs are new interpreters; its id."""
    form = service.deployment(FORM)
    same = {field: form[field] for field in ("flow_id", "entrypoint", "path", "pull_steps", "enforce_parameter_schema")}
    return str(service.call("/deployments/", same | {"name": "另一个登记", "work_pool_name": POOL.name})["id"])


def answered(service: Running, deployment: str, mark: Mapping[str, object]) -> Answered:
    """Submit `mark` to a deployment, and see when it is answered."""
    body = {"parameters": mark, "state": {"type": "SCHEDULED", "name": "Scheduled"}}
    run = service.call(f"/deployments/{deployment}/create_flow_run", body)
    done = service.wait_for(run["id"], *FINAL)
    assert done["state"]["message"].startswith("已登记"), done["state"]
    began, said, drawn = map(
        datetime.fromisoformat, (run["created"], done["end_time"], service.deployment(BOARD)["updated"])
    )
    assert drawn > began
    return Answered((said - began).total_seconds(), (drawn - began).total_seconds())
