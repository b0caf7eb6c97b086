"""Which weeks, ten-day periods, half-years, years and days a text names, and which kinds of report."""

from typing import Any

import pytest

from cuibao.model import Every
from cuibao.policy.mail.spans import span, without_periods


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("第41周", {(0, 41)}),
        ("第 41 周", {(0, 41)}),
        ("第四十一周", {(0, 41)}),
        ("第十周", {(0, 10)}),
        ("2025年第41周", {(2025, 41)}),
        ("2025-W41", {(2025, 41)}),
        ("W41周报", {(0, 41)}),
        ("第41、43周", {(0, 41), (0, 43)}),
        ("第41-43周", {(0, 41), (0, 42), (0, 43)}),
        ("10月第二周", {(0, 0)}),
        ("本周", set()),
        ("上周", set()),
        ("三周年", set()),
    ],
)
def test_weeks(text: str, weeks: set[tuple[int, int]]) -> None:
    assert span(f"巡查{text}").weeks == weeks


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10月6日至12日", (0, 10, 6), (0, 10, 12)),
        ("10月6日-10月12日", (0, 10, 6), (0, 10, 12)),
        ("2025年10月6日—10月12日", (2025, 10, 6), (0, 10, 12)),
        ("12月29日至2026年1月4日", (0, 12, 29), (2026, 1, 4)),
        ("十月六日至十二日", (0, 10, 6), (0, 10, 12)),
        ("10.6-10.12", (0, 10, 6), (0, 10, 12)),
        ("2025.10.6-10.12", (2025, 10, 6), (0, 10, 12)),
        ("2025-10-06至2025-10-12", (2025, 10, 6), (2025, 10, 12)),
        ("20251006-20251012", (2025, 10, 6), (2025, 10, 12)),
        ("1006-1012", (0, 10, 6), (0, 10, 12)),
    ],
)
def test_from_a_day_to_another(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    found = span(f"周报（{text}）")
    assert found.stretches == {(first, last)}
    assert not found.dates | found.days
    assert not found.meant.months


@pytest.mark.parametrize("text", ["10月6日", "2025.10.6", "2025-10-06", "0797-3330001", "5-7月", "XF2022-220525-T01"])
def test_no_stretch(text: str) -> None:
    assert not span(f"材料{text}").stretches


@pytest.mark.parametrize(
    ("text", "field", "found"),
    [
        ("10月上旬", "tenths", {(10, 0)}),
        ("十月下旬", "tenths", {(10, 2)}),
        ("10月上、中旬", "tenths", {(10, 0), (10, 1)}),
        ("下旬", "tenths", {(0, 2)}),
        ("上半年", "halves", {1}),
        ("2025年下半年", "halves", {2}),
        ("H2", "halves", {2}),
        ("上、下半年", "halves", {1, 2}),
        ("PH2", "halves", set()),
        ("2024年年报", "whole", {2024}),
        ("2024年报", "whole", {2024}),
        ("2024年度", "whole", {2024}),
        ("2024年全年", "whole", {2024}),
        ("2024年报告", "whole", set()),
        ("2024年报送", "whole", set()),
        ("2024年工作", "whole", set()),
        ("2024-2025年度", "whole", set()),
        ("10月6日日报", "days", {(0, 10, 6)}),
        ("2025年10月6日工作情况", "days", {(2025, 10, 6)}),
        ("10月6日报送", "days", set()),
        ("10月6日", "days", set()),
        ("日报2025.10.6", "dates", {(2025, 10, 6)}),
        ("日报20251006", "dates", {(2025, 10, 6)}),
        ("第二次报告", "turns", {2}),
        ("第2期", "turns", {2}),
        ("第二次会议", "turns", set()),
        ("上周", "lasts", {Every.WEEK}),
        ("上个月", "lasts", {Every.MONTH}),
        ("以上月份", "lasts", set()),
        ("2024—2026年", "across", {2024, 2026}),
    ],
)
def test_other_periods(text: str, field: str, found: set[Any]) -> None:
    assert getattr(span(f"材料{text}"), field) == found


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("周报", {Every.WEEK}),
        ("每周工作情况", {Every.WEEK}),
        ("本周报送", {Every.WEEK}),
        ("本周五报送", set()),
        ("日报", {Every.DAY}),
        ("6日日报", {Every.DAY}),
        ("10月6日报", set()),
        ("今日报送", set()),
        ("旬报", {Every.TEN_DAYS}),
        ("月报", {Every.MONTH}),
        ("5月报送", set()),
        ("季报", {Every.QUARTER}),
        ("半年报", {Every.HALF_YEAR}),
        ("年报", {Every.YEAR}),
        ("2024年报告", set()),
    ],
)
def test_kinds_of_report(text: str, rates: set[Every]) -> None:
    assert span(f"消防{text}").rates == rates


@pytest.mark.parametrize("text", ["10月上旬", "10月第二周", "10月6-12日"])
def test_a_part_of_a_month_is_no_month(text: str) -> None:
    found = span(f"材料{text}")
    assert found.months == {10}
    assert not found.meant.months
    assert span(f"10月材料{text}").meant.months == {10}


def test_the_years_of_a_campaign_are_not_meant() -> None:
    found = span("2024-2026年行动2025年月报")
    assert found.stated == {2025, 2026}
    assert found.meant.stated == {2025}
    assert span("2024-2026年行动2026年月报").meant.stated == {2026}


def test_one_text_s_periods_stand_before_another_s() -> None:
    week, month = span("第41周"), span("2025年10月月报")
    assert week.or_else(month).weeks == {(0, 41)}
    assert week.or_else(month).rates == {Every.MONTH}
    assert span("周报").or_else(month).months == {10}
    assert span("周报").or_else(month).rates == {Every.WEEK}
    assert span("周报").stating(month.stated).years == {2025}
    assert span("2024年周报").stating(month.stated).years == {2024}


def test_it_takes_all_that_names_a_period_out_of_a_text() -> None:
    assert without_periods("消防第41周周报（10月6日至12日）").replace("。", "") == "消防()"
    assert without_periods("消防上半年年报10月上旬旬报").replace("。", "") == "消防"
