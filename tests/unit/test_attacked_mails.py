"""Names that clerks give to files, of periods of every kind: the plain ones registered, and none on a wrong one."""

import pytest

from tests.unit.test_matching_periods import ALL, came

DAYS = ("daily/2025-10-16", "daily/2025-10-17")
MONTHS = tuple(f"monthly/about-{month}" for month in ("2025-10", "2025-11", "2025-12", "2026-01"))
QUARTERS = ("quarterly/2025-Q4", "quarterly/2026-Q1")
HALVES = ("halves/2025-H2", "halves/2026-H1")
TENTHS = tuple(f"tenths/2025-10-T{number}" for number in (1, 2, 3))


@pytest.mark.parametrize(
    "name",
    [
        "10月16日、17日消防值守日报",
        "消防值守日报（10月16日和17日）",
        "消防安全10月16、17日日报",
        "2025年10月16日、17日消防安全日报",
    ],
)
def test_several_days_in_one_report_wait(name: str) -> None:
    assert "写到几个报送期" in came(ALL, name, "2025-10-17", DAYS)


@pytest.mark.parametrize(
    ("name", "on", "owes", "found"),
    [
        ("报送10月消防安全工作情况月报", "2025-11-08", MONTHS, MONTHS[0]),
        ("消防安全工作情况月报12月报表", "2026-01-08", MONTHS, MONTHS[2]),
        ("补报10月消防安全工作情况月报", "2025-12-08", MONTHS, MONTHS[0]),
        ("消防安全工作情况月报1月8日", "2026-01-08", MONTHS[2:3], MONTHS[2]),
        ("消防安全工作情况月报202512", "2026-01-08", MONTHS, MONTHS[2]),
        ("2025年第四季度消防安全工作进展情况报表", "2026-01-06", QUARTERS, QUARTERS[0]),
        ("消防安全工作进展情况10-12月", "2026-01-06", QUARTERS, QUARTERS[0]),
        ("消防安全工作情况上半年小结", "2026-06-28", HALVES, HALVES[1]),
        ("下半年消防安全工作情况半年报", "2026-01-05", HALVES, HALVES[0]),
        ("消防整治旬报10.11-10.20", "2025-10-20", TENTHS, TENTHS[1]),
        ("2025年消防安全工作情况年报", "2026-01-15", ("yearly/about-2025",), "yearly/about-2025"),
    ],
)
def test_what_is_plain_is_registered(name: str, on: str, owes: tuple[str, ...], found: str) -> None:
    assert came(ALL, name, on, owes) == found


@pytest.mark.parametrize(
    ("name", "on", "owes"),
    [
        ("10月11月消防安全工作情况月报", "2025-12-08", MONTHS),
        ("消防安全工作情况月报（1月）", "2026-01-08", MONTHS),
        ("消防安全工作情况月报2024年12月", "2026-01-08", MONTHS),
        ("消防安全工作进展情况四季度和一季度一起报", "2026-04-06", QUARTERS),
        ("消防安全工作进展情况第一季度", "2026-01-06", QUARTERS),
        ("10月上、中旬消防整治旬报", "2025-10-20", TENTHS),
        ("10月消防整治旬报", "2025-10-20", TENTHS),
        ("消防巡查第3期周报", "2025-10-17", ("weekly/2025-W41", "weekly/2025-W42")),
    ],
)
def test_what_is_not_plain_waits(name: str, on: str, owes: tuple[str, ...]) -> None:
    assert came(ALL, name, on, owes).startswith("待认领：")
