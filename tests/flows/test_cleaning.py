"""What Prefect forgets of what is old, on rows that are dated back, and what has to last all the same."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.morning import morning
from flows.record import record
from tests.flows.runs import Observed, eventually, run
from tests.flows.small import LIAISON

LASTING = ("calendar", "gate-2-mobilization")
OF_RUNS = ("flow_run_state", "log", "artifact", "task_run")
ENDED, DRAWN = "flow_run SET end_time", "artifact_collection SET updated"


def date_back(database: Path, what: str, days: int) -> None:
    """Let all that there is have happened so many days ago."""
    with closing(sqlite3.connect(database, timeout=60)) as prefect, prefect:
        prefect.execute(f"UPDATE {what} = datetime('now', ?) || '.000000'", (f"-{days} days",))


def left(database: Path) -> dict[str, int]:
    """How many rows of runs there are, by table."""
    with closing(sqlite3.connect(database, timeout=60)) as prefect:
        found = {each: f"SELECT count(*) FROM {each} WHERE flow_run_id IS NOT NULL" for each in OF_RUNS}
        found |= {
            each: f"SELECT count(*) FROM {each}" for each in ("flow_run", "task_run_state", "artifact_collection")
        }
        return {each: prefect.execute(query).fetchone()[0] for each, query in found.items()}


@pytest.fixture
def transition(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The morning on which the first phase has closed."""
    monkeypatch.setenv("CUIBAO_NOW", "2022-05-05T08:30")


@pytest.mark.usefixtures("transition")
def test_a_run_that_is_a_month_old_goes_with_all_that_is_its_own_and_what_has_to_last_is_drawn_again(
    prefect_api: Observed, prefect_server: Path
) -> None:
    prefect_api.log(run(morning))
    prefect_api.tasks(run(morning), 0)
    assert all(left(prefect_server).values())
    date_back(prefect_server, ENDED, 31)
    date_back(prefect_server, DRAWN, 31)
    gone = eventually(lambda: left(prefect_server), lambda found: not any(found.values()))
    assert not any(gone.values()), gone
    assert prefect_api.shown("报送情况表").startswith("# 谁还没有报")
    run(morning)
    assert [len(prefect_api.pages(key)) for key in LASTING] == [1, 1]


def test_a_run_that_is_younger_stays(home: Path, prefect_api: Observed, prefect_server: Path) -> None:
    old = run(record, units=["嘉定镇"], item=LIAISON, by="王")
    date_back(prefect_server, ENDED, 31)
    young = run(record, units=["古陂镇"], item=LIAISON, by="王")
    with closing(sqlite3.connect(prefect_server, timeout=60)) as prefect, prefect:
        young_id = str(young.state_details.flow_run_id)
        prefect.execute("UPDATE flow_run SET end_time = datetime('now', '-29 days') WHERE id = ?", (young_id,))
    eventually(lambda: prefect_api.remembers(old), lambda found: not found)
    assert (prefect_api.remembers(old), prefect_api.remembers(young)) == (False, True)


@pytest.mark.usefixtures("transition")
@pytest.mark.parametrize(("days", "versions"), [(14, 1), (16, 2)])
def test_a_page_is_drawn_again_well_before_it_goes(
    prefect_api: Observed, prefect_server: Path, days: int, versions: int
) -> None:
    run(morning)
    date_back(prefect_server, DRAWN, days)
    run(morning)
    keys = (*LASTING, "phase-2-implementation", "progress-2-implementation")
    assert {key: len(prefect_api.pages(key)) for key in keys} == dict.fromkeys(keys, versions)
