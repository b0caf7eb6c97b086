"""Which period is meant where the key of one is the due date of another: days off and notices move dates together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.entries.lookup import item_labelled, item_named
from tests import winter
from tests.offices import office

DUE = "{every: month, day: 3, from: 2025-11, to: 2026-03}"
DAILY = winter.MONTHLY.replace(DUE, "{every: day, from: 2026-01-01, to: 2026-01-04, on_holiday: after}")
LISTED = winter.MONTHLY.replace(DUE, "{dates: [2026-01-02, 2026-01-03, 2026-01-04], on_holiday: after}")
MOVED = winter.MONTHLY.replace(
    DUE,
    "[2026-01-12, 2026-01-20]\n    amended: [{document_no: 补1号, from: 2026-01-05, moves: {2026-01-12: 2026-01-20}}]",
)


@pytest.fixture
def laid_out(tmp_path: Path) -> Callable[[str], Path]:
    def lay_out(item: str) -> Path:
        winter.lay_out(tmp_path, item)
        return tmp_path

    return lay_out


def named(opened: Office, period: str) -> str:
    return item_named(opened, "winter", "monthly", period).key


@pytest.mark.parametrize("item", [DAILY, LISTED])
def test_a_key_goes_before_the_due_date_of_another(laid_out: Callable[[str], Path], item: str) -> None:
    # 1 to 3 January 2026 were off; Sunday the 4th was made up, so that all of them are due then.
    with office(laid_out(item)) as opened:
        assert {str(period.due) for period in opened.schedule.tracked()} == {"2026-01-04"}
        assert named(opened, "2026-01-04") == "2026-01-04"
        assert named(opened, "2026-01-03") == "2026-01-03"


def test_a_due_date_that_two_have_names_none(laid_out: Callable[[str], Path]) -> None:
    with office(laid_out(MOVED)) as opened:
        assert named(opened, "2026-01-12") == "2026-01-12"
        assert named(opened, "2026-01-20") == "2026-01-20"
        with pytest.raises(Contradiction, match="的报送期应为其中之一：2026-01-12、2026-01-20，现为 1月"):
            named(opened, "1月")


def test_dates_of_a_list_that_fall_on_one_day_have_labels_of_their_own(laid_out: Callable[[str], Path]) -> None:
    with office(laid_out(LISTED)) as opened:
        labels = [label_of(period) for period in opened.schedule.tracked()]
        assert sorted(labels) == [
            "秋冬防范·月报（2026年1月4日前）",
            "秋冬防范·月报（原定2026年1月2日，2026年1月4日前）",
            "秋冬防范·月报（原定2026年1月3日，2026年1月4日前）",
        ]
        assert item_labelled(opened, "秋冬防范·月报（原定2026年1月2日，2026年1月4日前）").key == "2026-01-02"
