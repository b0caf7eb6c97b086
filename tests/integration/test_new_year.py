"""The turn of a year whose State Council plan nobody has published: the campaign of 2022, years later."""

import shutil
from pathlib import Path

import pytest

from cuibao.policy.workdays import PUBLISHED_YEARS
from cuibao.service import checking
from cuibao.service.letters import morning
from cuibao.settings import CHECKOUT
from tests.offices import at, begun, office

pytestmark = pytest.mark.slow

LAST_DAY = "2040-12-31"  # a Monday


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The shipped campaign in a year that is not published."""
    assert 2040 not in PUBLISHED_YEARS
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "schedules")
    for path in (tmp_path / "schedules" / "xinfeng-2022").iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("2022-", "2040-"), encoding="utf-8")
    return tmp_path


def test_it_writes_on_the_last_day_of_a_year_and_again_after_new_years_day(home: Path) -> None:
    written = {}
    begun(home)
    with office(home, CUIBAO_NOW="2041-01-02T08:30") as opened:
        for day in (LAST_DAY, "2041-01-01", "2041-01-02"):
            result = morning.run(opened, at(f"{day}T08:30"))
            written[day] = len(result.written), result.skipped
    assert written[LAST_DAY][0] == 42
    assert written["2041-01-01"] == (0, "2041-01-01 为休息日，不发催报函")
    assert written["2041-01-02"][0] > 0


@pytest.mark.parametrize(
    ("day", "years"), [("2040-10-31", ["2040"]), ("2040-11-01", ["2040", "2041"]), ("2041-01-15", ["2040", "2041"])]
)
def test_check_warns_from_november_on_of_a_plan_that_is_missing(home: Path, day: str, years: list[str]) -> None:
    with office(home, CUIBAO_NOW=f"{day}T08:30") as opened:
        warnings = [each for each in checking.warnings(opened) if "放假安排" in each]
    assert [warning.partition(" 年的放假安排")[0].rpartition(" ")[2] for warning in warnings] == years
