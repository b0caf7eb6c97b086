"""What a cell says of a report: dates as clerks and spreadsheets write them, ticks, and what nobody can be sure of."""

from datetime import date

import pytest

from cuibao.service.receipts.cells import Illegible, Ticked, read_cell

DAY = date(2022, 4, 25)


def read(text: str, years: range = range(2022, 2023)) -> date | Ticked | None:
    return read_cell(text, years, lambda day: date(2022, 4, 18) <= day <= date(2023, 1, 20))


@pytest.mark.parametrize(
    "text",
    [
        *("2022-04-25", "2022-4-25", "2022/4/25", "2022.4.25", "20220425", "2022年4月25日", "2022 年 4 月 25 号"),
        *("2022-04-25 00:00:00", "2022-04-25T16:20", "2022-04-25 16:20:05.123000", "44676", "44676.68"),
        *("4月25日", "4月25", "4.25", "4/25", "4-25", "04.25", "４月２５日", " 4月25日 "),
    ],
)
def test_it_reads_a_day_in_all_the_usual_ways(text: str) -> None:
    assert read(text) == DAY


@pytest.mark.parametrize("text", ["√", "✓", "✔", "1", "是", "已报", "已收到", " √ ", "True", "１", "Y"])
def test_a_tick_says_that_it_is_here(text: str) -> None:
    assert read(text) is Ticked.HERE


@pytest.mark.parametrize("text", ["×", "0", "否", "未报", "False"])
def test_a_cross_says_that_it_is_not(text: str) -> None:
    assert read(text) is Ticked.MISSING


@pytest.mark.parametrize("text", ["", " ", "—", "/", "无"])
def test_a_dash_says_nothing(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4.3", "“4.3”可能是 4月3日，也可能是 4月30日，请写成 4月3日这样"),  # Excel makes 4.3 of 4.30
        ("10.1", "“10.1”可能是 10月1日，也可能是 10月10日，请写成 10月1日这样"),
        ("x", "看不懂“x”：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"),
        ("明天", "看不懂“明天”：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"),
        ("=1+1", "看不懂“=1+1”：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"),
        ("25/4/2022", "看不懂“25/4/2022”：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"),
        ("2022-02-30", "没有“2022-02-30”这一天：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"),
        ("2月29日", "没有“2月29日”这一天：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"),
        ("长" * 500, f"看不懂“{'长' * 20}…”：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空"),
    ],
)
def test_what_could_mean_two_things_or_none_is_asked_about(text: str, said: str) -> None:
    with pytest.raises(Illegible) as wrong:
        read(text)
    assert str(wrong.value) == said


def test_a_day_without_a_year_is_of_the_one_in_which_it_can_be() -> None:
    both = range(2022, 2024)
    assert read("1月10日", both) == date(2023, 1, 10)
    assert read("12月31日", both) == date(2022, 12, 31)
    with pytest.raises(Illegible, match="看不出是哪一年，请写成 2023-01-10 这样"):
        read_cell("1月10日", both, lambda _: True)
    assert read("1月30日", both) == date(2022, 1, 30)  # fits in neither: the first, which is then refused
