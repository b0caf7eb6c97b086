"""What a check says of due dates that are counted from elsewhere and lie where no letter reaches them."""

from pathlib import Path

import pytest

from cuibao.errors import Faults
from cuibao.service import checking
from tests.offices import office
from tests.unit.test_schedule_manual import lay_out


def said(home: Path, item: str) -> list[str]:
    lay_out(home / "schedules" / "safety-2025", home / "contacts", item)
    with office(home) as opened:
        checking.require_sound(opened)
        return [words for words in checking.warnings(opened) if "“" in words]


def test_nothing_is_said_of_a_date_that_letters_reach(tmp_path: Path) -> None:
    assert said(tmp_path, "due: {days_after: 138, of_unit: grant-end}") == []  # 青山乡's is 31 January


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (
            "due: {days_after: 139, of_unit: grant-end}",
            "青山乡的期限应不晚于欠报催到的最后一天 2026-01-31，算得 2026-02-01",
        ),
        (
            "due: {days_after: 60, of: towns-monthly}",
            "期限应不晚于欠报催到的最后一天 2026-01-31，算得 2026-02-01",
        ),
        (
            "due: 2025-12-31\namended: [{document_no: 补, from: 2025-12-01, moves: {2025-12-31: 2026-03-31}}]",
            "期限应不晚于欠报催到的最后一天 2026-01-31，算得 2026-03-31",
        ),
        ("due: {days_before: 200, of: site-meeting}", "期限应不早于印发日 2025-01-02，算得 2024-12-02"),
    ],
)
def test_a_date_out_of_reach_is_refused(tmp_path: Path, item: str, words: str) -> None:
    with pytest.raises(Faults) as raised:
        said(tmp_path, item)
    assert str(raised.value).endswith(words)


def test_a_date_that_the_offices_own_days_off_put_out_of_reach_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "schedules").mkdir()
    days = ", ".join(f"2026-01-{day}" for day in range(26, 32))
    (tmp_path / "schedules" / "holidays.yaml").write_text(f"holidays: [{days}]\n", encoding="utf-8")
    (found,) = said(tmp_path, "due: {every: year, about: previous, day: 01-30, on_holiday: after, from: 2025}")
    assert "·例”有一期的期限为 2026-02-02，在欠报催到的最后一天 2026-01-31 以后" in found
