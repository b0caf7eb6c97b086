"""Two thousand units of one campaign with a report a day: one morning, who gets a letter, what it holds."""

import tracemalloc
from pathlib import Path

from cuibao.model import Channel, Entry, LetterStatus
from cuibao.office import Office
from cuibao.service.entries.record import record
from cuibao.service.letters import morning
from cuibao.service.views.board import look
from cuibao.service.views.calls import call_sheet
from tests import winter
from tests.offices import at, office

UNITS, SILENT = 2000, 300
PROMPT = tuple(f"u{number}" for number in range(SILENT, UNITS))
# In bytes: the schedule is there already, and what is said to whom is worked out a batch at a time.
MEMORY = 8_000_000
DAILY = """
  - id: daily
    title: 值班日报
    owed_by: [各单位]
    due: {every: day, at: "17:00", from: 2025-12-01, to: 2025-12-02}
    source: 通知一
"""


def lay_out(home: Path) -> None:
    winter.lay_out(home, DAILY)
    numbers = range(UNITS)
    units = [f"  - {{id: u{n}, no: U{n:05}, name: 第{n}单位, addresses: [u{n}@unit.example]}}\n" for n in numbers]
    group = f"  - {{id: all, name: 各单位, members: [{', '.join(f'u{n}' for n in numbers)}]}}\n"
    (home / "contacts" / "units.yaml").write_text("units:\n" + "".join(units), encoding="utf-8")
    (home / "contacts" / "groups.yaml").write_text("groups:\n" + group, encoding="utf-8")


def exempt(opened: Office, key: str) -> None:
    """All but the silent ones owe nothing of this period."""
    period = opened.schedule.period(("winter", "daily", key))
    said = {"channel": Channel.PHONE, "by": "王芳", "note": "不值班", "entry": Entry.EXEMPTED, "received": None}
    record(opened, at("2025-12-01T08:00"), units=PROMPT, period=period, **said)  # type: ignore[arg-type]


def test_a_morning_of_two_thousand_units_writes_to_those_that_owe_and_to_them_once(tmp_path: Path) -> None:
    lay_out(tmp_path)
    with office(tmp_path) as opened:
        assert len(opened.schedule.obligations) == 2 * UNITS
        for key in ("2025-12-01", "2025-12-02"):
            exempt(opened, key)
        done = morning.run(opened, at("2025-12-01T08:30"))
        assert [each.status for each in done.written] == [LetterStatus.SENT] * SILENT
        assert {each.name for each in done.written} == {f"第{number}单位" for number in range(SILENT)}
        again = morning.run(opened, at("2025-12-01T08:40"))
        assert [each.status for each in again.written] == []

        tracemalloc.start()
        after = morning.run(opened, at("2025-12-02T08:30"), dry_run=True)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MEMORY
        told = {(len(each.overdue), each.subject.split("：")[1].split(" ")[0]) for each in after.written}
        assert (len(after.written), told) == (SILENT, {(1, "1项逾期、1项今日到期")})
        sheet = call_sheet(opened, look(opened, at("2025-12-02T17:01")))
        assert (len(sheet.calls), sheet.items) == (SILENT, 2 * SILENT)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == SILENT
