"""What a clerk is told of mistakes in dates, later notices and what they are counted from: one line, at its place."""

import pytest

from cuibao.errors import Faults
from tests.unit.test_due_rules import dates, fault, load, office

__all__ = ["office"]  # a fixture

MONTHLY = "due: {every: month, day: 10, from: 2022-05}"
PERIOD = (
    "应为一期（月写作 2022-04，季 2022-Q2，半年 2022-H1，旬 2022-04-T1，周 2022-W16，年 2022）或其中一天（2022-04-25）"
)
WEEKDAY = "应为 1 至 31 的整数或 last；每周的应为星期，如 friday（星期五），一周几次的写作 [tuesday, friday]"
NOT_CHANGED = "没有改变任何一期：从 {} 起没有要到期的，或与原来一样；以前到期的改期写 moves"


def amended(since: str, what: str, due: str = MONTHLY) -> str:
    return f"{due}\namended:\n  - {{document_no: 补1号, from: {since}, {what}}}"


MISTAKES = [
    ("due: {every: week, day: 周五, from: 2022-05-02}", f'due.day：{WEEKDAY}，现为 "周五"'),
    ("due: {every: month, day: last, from: 2022年5月}", f'due.from：{PERIOD}，现为 "2022年5月"'),
    ("due: {every: quarter, day: 10, from: 2022-Q5}", f'due.from：{PERIOD}，现为 "2022-Q5"'),
    ("due: {every: week, day: friday, from: 2022-W53}", f'due.from：{PERIOD}，现为 "2022-W53"'),
    (
        "due: {every: year, day: 2-29, from: 2022, about: previous}",
        'due.day：2023 年 2 月没有 29 日，应为每一期都有的日子，现为 "29"',
    ),
    (
        "due: {every: month, day: 10, from: 2022-05, to: 2022-08, except: [2022-06, 2022-10]}",
        "due.except[1]：不在 from 至 to 之间，本来就不报，应为其中的一期",
    ),
    (
        "due: {every: month, day: 10, from: 2022-05, except: [2022-03]}",
        "due.except[0]：不在 from 至 to 之间，本来就不报，应为其中的一期",
    ),
    ("due: {working_days: 5, of: item1}", "due.working_days：没有这个字段，是否应为 working_days_after"),
    ("due: {}", "due：应为日期（写作 2022-04-25），或 every、day、from、to 一组，现为一组字段"),
    ("due:\nevery: month\nday: 10\nfrom: 2022-05", "due：下面的 every、day、from 应比 due 多缩进两格"),
    (f"{MONTHLY}\njointly: [towns]", "jointly：都已在 owed_by 中，应为不报送而协助的单位或分组，没有的不写"),
    # What a date is counted from, wherever it is written.
    (
        "due: 2022-05-10\ndue_for: {嘉定镇: {days_after: 5, of: nothing}}",
        'due_for.嘉定镇.of：没有这一事项，现为 "nothing"',
    ),
    (
        amended("2022-05-01", "due: {days_after: 5, of: nothing}", "due: 2022-05-10"),
        'amended[0].due.of：没有这一事项，现为 "nothing"',
    ),
    (
        amended("2022-05-01", "due: {days_after: 5, of: item}", "due: 2022-05-10"),
        'amended[0].due.of：绕了一圈又算回本事项，应从一个有日期的事项算起，现为 "item"',
    ),
    (
        "due: 2022-05-10\ndue_for: {古陂镇: {days_after: 5, of_unit: grant-end}}",
        "due_for.古陂镇.of_unit：units.yaml 中 古陂镇没有这个日期，应在该单位下写 dates: {grant-end: 2024-06-30} "
        '这样的一项，现为 "grant-end"',
    ),
    (
        amended("2022-05-01", "due: {days_after: 5, of_unit: grant-end}", "due: 2022-05-10"),
        "amended[0].due.of_unit：units.yaml 中 古陂镇没有这个日期，应在该单位下写 dates: {grant-end: 2024-06-30} "
        '这样的一项，现为 "grant-end"',
    ),
    (
        "owed_by: [嘉定镇]\ndue: {days_after: 400, of_unit: grant-end}",
        "due：期限应不晚于欠报催到的最后一天 2023-01-31，算得 2023-08-04",
    ),
    (
        "owed_by: [嘉定镇]\ndue: {days_before: 90, of_unit: grant-end}",
        "due：期限应不早于印发日 2022-04-18，算得 2022-04-01",
    ),
    # Later notices.
    (
        amended("2022-04-01", "due: {day: 5}"),
        'amended[0].from：补充通知应不早于印发日 2022-04-18；印发时就这样定的直接写在 due 里，现为 "2022-04-01"',
    ),
    (
        amended("2023-04-01", "due: {day: 5}"),
        'amended[0].from：应不晚于欠报催到的最后一天 2023-01-31，现为 "2023-04-01"',
    ),
    (
        amended("2022-06-01", "moves: {2022-07-10: 2022-05-15}"),
        "amended[0]：原定 2022-07-10 到期的一期改成了 2022-05-15，早于 from（2022-06-01）；这一期不改的，"
        "from 应晚于 2022-07-10",
    ),
    (
        amended("2022-06-01", "moves: {2022-06-11: 2022-06-15}"),
        "amended[0].moves.2022-06-11：没有一期是这一天到期，到期的有 2022-05-10、2022-06-10、2022-07-10、2022-08-10 "
        '等 8 期，现为 "2022-06-11"',
    ),
    (
        amended("2022-06-01", "moves: {2022-06-10: 2023-06-10}"),
        "due：期限应不晚于欠报催到的最后一天 2023-01-31，算得 2023-06-10",
    ),
    (
        amended("2022-06-01", "moves: [2022-06-10, 2022-06-15]"),
        "amended[0].moves：应为一组“原定日期: 改后日期”，现为列表",
    ),
    (amended("2022-06-01", "due: {day: 10}"), f"amended[0].due：{NOT_CHANGED.format('2022-06-01')}"),
    (
        amended("2022-06-01", "due: 2022-06-20", "due: 2022-05-10"),
        f"amended[0].due：{NOT_CHANGED.format('2022-06-01')}",
    ),
    (
        amended("2022-12-20", "stopped: true"),
        f"amended[0].stopped：{NOT_CHANGED.format('2022-12-20')}",
    ),
    (
        f"{amended('2022-08-01', 'due: {day: 5}')}\n  - {{document_no: 补2号, from: 2022-06-01, due: {{day: 8}}}}",
        'amended[1].from：几个补充通知应从早到晚写，上一个是 2022-08-01，现为 "2022-06-01"',
    ),
    (
        f"{amended('2022-08-01', 'due: {day: 5}')}\n  - {{document_no: 补1号, from: 2022-08-01, due: {{day: 5}}}}",
        "amended[1]：补1号 从 2022-08-01 起的已写过，同一通知的应写在一处",
    ),
]


@pytest.mark.parametrize(("item", "said"), MISTAKES, ids=[str(number) for number in range(len(MISTAKES))])
def test_it_says_what_would_be_right(item: str, said: str) -> None:
    more = ["due: 2022-06-30"] if "item1" in item else []
    place, _, told = fault(item, *more).partition("，")
    assert place.startswith("第 ")
    assert told == f"requirements[0].{said}"


def test_an_item_of_dates_of_the_units_own_has_none_to_count_from() -> None:
    own = "owed_by: [嘉定镇]\ndue: {days_after: 90, of_unit: grant-end}"
    assert fault("owed_by: [嘉定镇]\ndue: {days_after: 3, of: item1}", own).endswith(
        'requirements[0].due.of：这一事项按各单位自己的日期到期，没有共同的日期，应同它一样写 of_unit，现为 "item1"'
    )


@pytest.mark.parametrize(
    "item",
    [
        "due: {every: month，day: 10，from: 2022-05}",
        f"{MONTHLY}\ndue_for: {{嘉定镇：{{day: 5}}}}",
    ],
)
def test_full_width_signs_within_a_group_are_named(item: str) -> None:
    with pytest.raises(Faults) as raised:
        load(item)
    said = "方括号、花括号里用了中文的逗号或冒号，应为英文的加一个空格（“, ”和“: ”）"
    assert [line.partition("：")[2] for line in str(raised.value).splitlines()] == [said]


def test_a_date_that_is_over_may_still_be_moved_to_a_later_one() -> None:
    assert dates(amended("2022-06-01", "moves: {2022-05-10: 2022-06-15}"))["2022-05"] == "2022-06-15"
