"""Which months and quarters a text names."""

import pytest

from cuibao.policy.mail.spans import Span, span


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5月", {5}),
        ("５月份", {5}),
        ("2022年 05 月", {5}),
        ("五月", {5}),
        ("十一月", {11}),
        ("十二月底", {12}),
        ("202205", {5}),
        ("2022.05", {5}),
        ("2022-5", {5}),
        ("5月、6月", {5, 6}),
        ("5、7月", {5, 7}),
        ("5-7月", {5, 6, 7}),
        ("五月至七月", {5, 6, 7}),
    ],
)
def test_it_reads_months_as_clerks_write_them(text: str, months: set[int]) -> None:
    assert span(f"工作进展（{text}）").months == months


@pytest.mark.parametrize(
    ("text", "quarters"),
    [("第二季度", {2}), ("2022年三季度", {3}), ("2季度", {2}), ("Q4", {4}), ("一至三季度", {1, 2, 3})],
)
def test_it_reads_quarters(text: str, quarters: set[int]) -> None:
    found = span(f"进展情况{text}")
    assert found == Span(quarters=frozenset(quarters), years=found.years, stated=found.stated)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("主体责任2022年8月工作进展", {2022}),
        ("2022年度总结", {2022}),
        ("主体责任202208", {2022}),
        ("2022年三季度", {2022}),
        ("主体责任8月，嘉定镇2022年7月25日", set()),
        ("主体责任8月2022.7.25", set()),
        ("8月", set()),
    ],
)
def test_it_tells_a_year_that_is_meant_from_the_day_of_writing(text: str, stated: set[int]) -> None:
    assert span(text).stated == stated


@pytest.mark.parametrize(
    "text",
    [
        "5月20日",
        "2022年5月20日",
        "五月二十日",
        "2022.5.20",
        "20220520",
        "三个月",
        "三年行动",
        "本月",
        "上半年",
        "30号",
        "XF2022-0525-T01",
        "XF2022-220525-T01",
    ],
)
def test_it_takes_no_date_for_a_month(text: str) -> None:
    assert not span(f"材料{text}")


def test_it_keeps_the_year() -> None:
    assert span("2021年5月").years == {2021}
