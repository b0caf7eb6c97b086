"""Hours, moved dates, and dates of a unit's own, in words and on forms."""

from datetime import date, time
from pathlib import Path

import pytest

from cuibao import said
from cuibao.model import DueDay, Moved
from cuibao.policy.schedule import with_due
from tests.unit import samples, winter

TODAY = date(2025, 11, 6)


@pytest.mark.parametrize(
    ("at", "words"), [(None, ""), (time(12), "12时"), (time(9), "9时"), (time(12, 30), "12:30"), (time(0), "0时")]
)
def test_it_says_an_hour(at: time | None, words: str) -> None:
    assert said.hour(at) == words


def test_it_says_the_hour_with_the_day() -> None:
    due = DueDay(date(2025, 11, 6), time(17))
    assert said.due_from(due, TODAY) == "11月6日17时"
    assert said.due_spelled_out(due, TODAY) == "11月6日（星期四）17时"
    assert said.due_spelled_out(due, date(2026, 1, 1)) == "2025年11月6日（星期四）17时"
    assert said.due_from(DueDay(date(2025, 11, 6)), TODAY) == "11月6日"


def test_it_says_when_it_was_due_before_and_who_moved_it() -> None:
    due = DueDay(TODAY, time(17), Moved(date(2025, 11, 7), time(12), "补充通知〔2025〕3号"))
    assert said.moved_words(due, TODAY) == "由11月7日12时改为11月6日17时（补充通知〔2025〕3号）"
    assert said.was_due(due, TODAY) == "原定11月7日12时（按补充通知〔2025〕3号改）"
    assert said.moved_words(DueDay(TODAY), TODAY) == said.was_due(DueDay(TODAY), TODAY) == ""


def test_a_form_calls_what_units_owe_on_days_of_their_own_alike_for_each(tmp_path: Path) -> None:
    schedule = winter.laid_out(tmp_path)
    label = "秋冬防范·年报（2026年1月20日至2026年3月31日，各单位不同）"
    for unit in schedule.campaign.units:
        obligation = winter.owed(schedule, unit, "annual")
        assert said.label_of(obligation.period) == label
        assert said.label_of(with_due(obligation, date(2026, 5, 1)).period) == label
    assert winter.owed(schedule, "gupi", "annual").period.due == date(2026, 2, 10)
    assert said.due_dotted(winter.owed(schedule, "gupi", "annual").period) == "1.20至3.31"


def test_the_labels_of_a_form_are_all_different_and_the_same_of_each_unit(tmp_path: Path) -> None:
    schedule = winter.laid_out(tmp_path)
    labels = [said.label_of(period) for period in schedule.periods]
    assert len(set(labels)) == len(labels)
    for unit in schedule.campaign.units:
        for obligation in schedule.of_unit(unit):
            assert said.label_of(obligation.period) == said.label_of(schedule.period(obligation.key.item))


def test_a_form_says_the_hour(tmp_path: Path) -> None:
    period = winter.owed(winter.laid_out(tmp_path), "jiading", "weekly", "2025-W45").period
    assert said.label_of(period) == "秋冬防范·周报（11月3日至9日，11月6日17时前）"
    assert said.due_dotted(period) == "11.6 17时"


def test_it_tells_what_others_send_from_what_nobody_does(tmp_path: Path) -> None:
    schedule = winter.laid_out(tmp_path)
    assert said.kind_of(winter.owed(schedule, "jiading", "monthly.jointly").period.requirement) == "协助事项"
    assert said.kind_of(winter.owed(schedule, "xiaofang", "monthly").period.requirement) == "报送事项"
    milestone = samples.requirement("mobilize", "动员", samples.once(TODAY), tracked=False)
    assert said.kind_of(milestone) == "工作节点"
