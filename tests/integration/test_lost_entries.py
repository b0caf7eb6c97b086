"""What a check says of entries that nothing in the files is owed for any more: an id or a date was changed."""

from pathlib import Path
from typing import Any

import pytest

from cuibao.model import Channel, Entry
from cuibao.service import checking
from cuibao.service.entries.record import record
from tests import winter
from tests.offices import at, begun, office

LISTED = winter.MONTHLY.replace(
    "due: {every: month, day: 3, from: 2025-11, to: 2026-03}", "due: [2025-11-30, 2026-01-30]"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office that has the first report of two towns."""
    winter.lay_out(tmp_path, LISTED)
    begun(tmp_path)
    with office(tmp_path) as opened:
        first = next(opened.schedule.tracked())
        told: dict[str, Any] = {"period": first, "received": None, "channel": Channel.FAX, "by": "王芳", "note": ""}
        record(opened, at("2025-11-28T10:00"), units=["嘉定镇", "古陂镇"], entry=Entry.RECEIVED, **told)
    return tmp_path


def said(home: Path) -> list[str]:
    with office(home) as opened:
        return [words for words in checking.warnings(opened) if words.startswith("台账里有")]


def test_nothing_is_said_where_all_is_found(home: Path) -> None:
    assert said(home) == []


@pytest.mark.parametrize(
    ("was", "becomes"), [("id: monthly", "id: monthly-report"), ("due: [2025-11-30,", "due: [2025-11-29,")]
)
def test_a_changed_id_or_date_is_told_of(home: Path, was: str, becomes: str) -> None:
    assert was in LISTED
    winter.say(home, LISTED.replace(was, becomes))
    (words,) = said(home)
    assert words.startswith("台账里有 2 件登记，现在的日程里没有：事项 ")
    assert "/monthly，报送期 2025-11-30，单位 " in words
    assert words.endswith("等。代号或日期改过的，请改回来；确实取消了的，不用处理。")
