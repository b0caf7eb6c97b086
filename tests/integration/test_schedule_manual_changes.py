"""What the clerk's manual of dates says of an id or a kind of period that was changed after something was received."""

import re
from pathlib import Path
from typing import Any

import pytest

from cuibao.errors import Faults
from cuibao.model import Channel, Entry
from cuibao.service import checking
from cuibao.service.entries.record import record
from tests.offices import at, begun, office, spoil
from tests.unit.test_schedule_manual import PAGE, lay_out

FORM, LOST = re.findall(r"^```text\n(.*)\n```$", PAGE, re.MULTILINE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The manual's office, which has 红石镇's report on January."""
    lay_out(tmp_path / "schedules" / "safety-2025", tmp_path / "contacts", "due: 2025-07-31")
    begun(tmp_path)
    with office(tmp_path) as opened:
        first = opened.schedule.period(("safety", "towns-monthly", "about-2025-01"))
        told: dict[str, Any] = {"received": None, "channel": Channel.MAIL, "by": "张某", "note": ""}
        record(opened, at("2025-02-03T10:00"), units=["红石镇"], period=first, entry=Entry.RECEIVED, **told)
    return tmp_path


def change(home: Path, was: str, becomes: str) -> None:
    spoil(home / "schedules" / "safety-2025" / "1-safety.yaml", was, becomes)


def test_a_kind_of_period_that_was_changed_is_refused(home: Path) -> None:
    change(home, "day: 3, about: previous", "day: 3")
    change(home, "from: 2025-01}", "from: 2025-02}")
    with office(home) as opened, pytest.raises(Faults) as raised:
        checking.require_sound(opened)
    assert tuple(raised.value.lines) == (FORM,)


def test_an_id_that_was_changed_is_told_of(home: Path) -> None:
    change(home, "id: towns-monthly", "id: towns-report")
    with office(home) as opened:
        assert LOST in checking.warnings(opened)
