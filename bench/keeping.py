"""How much Prefect's database keeps of a working day: pages in use, of the whole service as an office runs it."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import Figure
from bench.sending import PATH
from cuibao.office import open_office
from cuibao.service.letters import morning
from cuibao.service.views.board import look
from cuibao.service.views.offers import open_items
from cuibao.settings import CHECKOUT, read_settings
from cuibao.up import BOARD, MORNING
from tests.acceptance.running import FINAL, Running, running
from tests.integration.imap_server import ImapServer
from tests.offices import at

READINGS, MARKS, LIMIT = 96, 50, 2.0
# Each is a process of some seconds: one in so many is made, and told as all.
SHARE = 8
SETTLES = 8.0
MORNINGS, DAYS = ("2022-04-18", "2022-05-05", "2022-07-20", "2022-07-22"), ("2022-07-25", "2022-07-26")


def figures() -> Iterator[Figure]:
    """The second day of the service: a morning with a letter to all units, readings that find nothing, and marks."""
    if shutil.which("dovecot", path=PATH) is None:
        print("Dovecot is not installed (apt-get install dovecot-imapd): no day was played")
        return
    with TemporaryDirectory() as home, TemporaryDirectory() as mails, ImapServer(Path(mails)) as server:
        found = _open(home)
        marks = found[:: len(found) * SHARE // MARKS]
        mailbox = server.account("office")
        environ = {"HOST": "127.0.0.1", "PORT": str(server.port), "SECURITY": "none", "USER": mailbox.user}
        environ = {f"CUIBAO_IMAP_{name}": value for name, value in environ.items()}
        environ |= {"CUIBAO_IMAP_PASSWORD": mailbox.password, "CUIBAO_HOME": home}
        database = Path(home) / "prefect" / "prefect.db"
        before, after = (environ | {"CUIBAO_NOW": f"{day}T08:30"} for day in DAYS)
        with running(CHECKOUT, Path(home), before, (MORNING,)):
            pass
        with running(CHECKOUT, Path(home), after, (BOARD,)) as service:
            used = [_used(database)]
            _run(service, MORNING)
            used.append(_used(database))
            for _ in range(READINGS // SHARE):
                _run(service, "收取/收取", scheduled=True)
            used.append(_used(database))
            for unit, item in marks:
                _run(service, "登记/登记", units=[unit], item=item, by="王芳")
            used.append(_used(database))
    shares = {"its morning": 1.0, "its 96 readings": SHARE, "its 50 marks": MARKS / len(marks)}
    parts = {name: (used[n + 1] - used[n]) * times for n, (name, times) in enumerate(shares.items())}
    yield Figure("a working day in Prefect's database", sum(parts.values()), {"limit": LIMIT}, unit="MB")
    yield from (Figure(f"    {name}", part, {}, unit="MB") for name, part in parts.items())


def _open(home: str) -> list[tuple[str, str]]:
    """What can be marked, by unit and item, in an office that has written to everybody before."""
    with open_office(read_settings({"CUIBAO_HOME": home})) as office:
        for day in MORNINGS:
            morning.run(office, at(f"{day}T08:30"))
        items = open_items(office, look(office, at(f"{DAYS[1]}T08:30")))
        return [(cell.obligation.unit.name, item.label) for item in items for cell in item.progress.missing]


def _run(service: Running, name: str, **parameters: object) -> None:
    """Run a deployment as Prefect's scheduler does."""
    body = {"parameters": parameters, "tags": ["auto-scheduled"], "state": {"type": "SCHEDULED"}}
    run = service.call(f"/deployments/{service.deployment(name)['id']}/create_flow_run", body)["id"]
    assert service.wait_for(run, *FINAL, seconds=600)["state_type"] == "COMPLETED"


def _used(database: Path) -> float:
    """The pages in use, in MB, once all is written that a run leaves behind."""
    time.sleep(SETTLES)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as prefect:
        pages, free, size = (
            prefect.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return float((pages - free) * size / 1e6)
