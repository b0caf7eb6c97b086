"""What a clerk is told of dates that are counted from nothing, moved from nowhere or said in part."""

from pathlib import Path

import pytest

from cuibao.errors import Faults
from cuibao.loading import load_campaign
from tests.unit.test_due_rules import PLAN_FILE, dates, fault, load, office, periods

__all__ = ["office"]

NO_DATE = "units.yaml 中 古陂镇没有这个日期，应在该单位下写 dates: {grant-end: 2024-06-30} 这样的一项"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            "due: 2022-05-10\ndue_for: {古陂镇: {days_after: 3, of: itme1}}",
            'due_for.古陂镇.of：没有这一事项，现为 "itme1"',
        ),
        (
            "due: 2022-05-10\namended: [{document_no: 补1号, from: 2022-05-01, due: {days_after: 3, of: itme1}}]",
            'amended[0].due.of：没有这一事项，现为 "itme1"',
        ),
        (
            "due: 2022-05-10\namended: [{document_no: 补1号, from: 2022-05-01, due: {days_after: 3, of: item}}]",
            'amended[0].due.of：绕了一圈又算回本事项，应从一个有日期的事项算起，现为 "item"',
        ),
        (
            "due: 2022-05-10\ndue_for: {古陂镇: {days_after: 3, of_unit: grant-end}}",
            f'due_for.古陂镇.of_unit：{NO_DATE}，现为 "grant-end"',
        ),
        (
            "due: {days_after: 90, of_unit: grant-end}\ndue_for: {古陂镇: {days_after: 60}}",
            f'due_for.古陂镇.of_unit：{NO_DATE}，现为 "grant-end"',
        ),
        (
            "due: [2022-06-30, 2022-07-29]\n"
            "amended: [{document_no: 补1号, from: 2022-05-01, moves: {2022-06-29: 2022-07-08}}]",
            'amended[0].moves.2022-06-29：没有一期是这一天到期，到期的有 2022-06-30、2022-07-29，现为 "2022-06-29"',
        ),
        (
            "due: {every: quarter, day: last, from: 2022-Q5}",
            "due.from：应为一期（月写作 2022-04，季 2022-Q2，半年 2022-H1，旬 2022-04-T1，周 2022-W16，年 2022）"
            '或其中一天（2022-04-25），现为 "2022-Q5"',
        ),
    ],
)
def test_a_clerk_is_told_what_would_be_right(item: str, said: str) -> None:
    assert fault(item).split("，", 1)[1].removeprefix("requirements[0].") == said


def test_two_items_that_later_notices_count_from_each_other_are_refused() -> None:
    other = "due: 2022-05-20\namended: [{document_no: 补1号, from: 2022-05-01, due: {days_after: 3, of: item%s}}]"
    with pytest.raises(Faults, match="绕了一圈又算回本事项"):
        load(other % "1", other % "")


def test_a_notice_may_move_what_an_earlier_one_moved() -> None:
    moved = (
        "amended:\n  - {document_no: 补1号, from: 2022-05-01, due: {day: 12}}\n"
        "  - {document_no: 补2号, from: 2022-05-01, moves: {2022-11-12: 2022-11-14}}\n"
        "  - {document_no: 补3号, from: 2022-05-01, moves: {2022-11-14: 2022-11-15}}"
    )
    assert dates(f"due: {{every: month, day: 10, from: 2022-11}}\n{moved}") == {
        "2022-11": "2022-11-15",
        "2022-12": "2022-12-12",
    }


def test_a_notice_may_give_an_hour_to_what_was_a_plain_date_or_a_list() -> None:
    notice = "amended: [{document_no: 补1号, from: 2022-05-01, due: {at: '12:00'}}]"
    for due in ("2022-06-30", "[2022-06-30, 2022-07-29]"):
        found = periods(f"due: {due}\n{notice}")
        assert str(found[0].due) == "2022-06-30"
        assert {str(each.at) for each in found} == {"12:00:00"}
    (only,) = periods("due: 2022-06-30\ndue_for: {古陂镇: {at: '09:00'}}")
    assert str(only.apart["gupi"].at) == "09:00:00"


def test_the_steps_of_a_milestone_stand_in_order_too() -> None:
    load("due: 2022-06-30")
    plan = Path(PLAN_FILE)
    node = "milestones: [{id: node, title: 节点, source: 二, owed_by: [towns], due: 2022-06-01, reminders: [1, 3]}]\n"
    plan.write_text(plan.read_text(encoding="utf-8") + node, encoding="utf-8")
    with pytest.raises(Faults, match=r"milestones\[0\].reminders：应由大到小、不重复，即 \[3, 1\]，现为 \[1, 3\]"):
        load_campaign(Path("schedules/xf"), Path("contacts"))
