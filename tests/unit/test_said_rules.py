"""A rule as a county office writes it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cuibao.loading.dues import a_due
from cuibao.model import Amendment, Every, Plan, Requirement, Rule
from cuibao.said_rules import LAST, OVER, PLACED, rule_in_words
from tests.unit import samples

ISSUED = date(2025, 9, 28)
OTHER = samples.plan(1, "other", "别的", [samples.requirement("meeting", "现场会", samples.once(ISSUED))])


def item(rule: Rule, **more: Any) -> Requirement:
    return replace(samples.requirement("report", "情况", rule), **more)


def words(requirement: Requirement, unit: str = "") -> str:
    plan: Plan = samples.plan(2, "own", "自己", [requirement])
    return rule_in_words(plan, requirement, (OTHER, plan), ISSUED, unit)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ({"every": "day"}, "每日"),
        ({"every": "day", "at": "17:00", "about": "previous"}, "每日17时前报前一日"),
        ({"every": "week", "day": "friday"}, "每周五前"),
        ({"every": "week", "day": ["tuesday", "friday"], "at": "12:00"}, "每周二、周五12时前"),
        ({"every": "week", "day": "tuesday", "about": "previous", "at": "12:30"}, "每周二12:30前报上周"),
        ({"every": "ten-days"}, "每旬末前"),
        ({"every": "ten-days", "day": "8"}, "每旬第8日前"),
        ({"every": "month", "day": "25"}, "每月25日前"),
        ({"every": "month", "day": "last"}, "每月月底前"),
        ({"every": "month", "day": "10", "about": "previous"}, "每月10日前报上月"),
        ({"every": "month", "days_after": "18"}, "月后18日内"),
        ({"every": "quarter", "day": "last"}, "每季度末前"),
        ({"every": "quarter", "day": "20"}, "每季度末月20日前"),
        ({"every": "quarter", "day": "10", "about": "previous"}, "每季度首月10日前报上季度"),
        ({"every": "quarter", "day": "2-15"}, "每季度第二个月15日前"),
        ({"every": "quarter", "working_days_after": "5"}, "季后5个工作日内"),
        ({"every": "quarter", "days_after": "10", "at": "12:00"}, "季后第10日12时前"),
        ({"every": "quarter", "days_before": "5"}, "每季度结束5日前"),
        ({"every": "half-year", "day": "last"}, "每半年末前"),
        ({"every": "half-year", "day": "10", "about": "previous"}, "每半年首月10日前报上个半年"),
        ({"every": "year", "day": "12-20"}, "每年12月20日前"),
        ({"every": "year", "day": "15"}, "每年12月15日前"),
        ({"every": "year", "day": "15", "about": "previous"}, "每年1月15日前报上年"),
        ({"every": "year", "days_after": "30"}, "年后30日内"),
        ({"every": "month", "day": "10", "on_holiday": "after"}, "每月10日前，逢休息日顺延"),
        ({"every": "month", "day": "10", "on_holiday": "before"}, "每月10日前，逢休息日提前"),
        ({"every": "month", "day": "10", "on_holiday": {"after": "2"}}, "每月10日前，逢休息日顺延至其后第二个工作日"),
        ({"every": "month", "day": "10", "on_holiday": {"before": "12"}}, "每月10日前，逢休息日提前至此前第12个工作日"),
    ],
)
def test_it_says_what_recurs(due: dict[str, object], said: str) -> None:
    assert words(item(a_due(due | {"from": "2025-01-01"}))) == said


@pytest.mark.parametrize(
    ("due", "event", "said"),
    [
        ({"working_days_before": "5", "of": "other/meeting"}, None, "“现场会”期限5个工作日前"),
        ({"days_after": "3", "of": "report"}, None, "“情况”期限后3日内"),
        ({"days_after": "90", "of_unit": "grant-end"}, None, "各单位“grant-end”后90日内"),
        ({"days_after": "3"}, "亡人事故发生", "亡人事故发生后3日内"),
        ({"working_days_before": "5", "at": "12:00"}, "全体会议召开", "全体会议召开前第5个工作日12时前"),
        ("2025-10-20", None, ""),
        (["2025-10-20", "2025-11-20"], None, ""),
    ],
)
def test_it_says_what_it_is_counted_from(due: object, event: str | None, said: str) -> None:
    assert words(item(a_due(due), event=event)) == said


def test_it_says_what_later_notices_changed() -> None:
    friday, thursday = (a_due({"every": "week", "day": day, "from": "2025-10-06"}) for day in ("friday", "thursday"))
    changed = Amendment("补充通知〔2025〕3号", date(2025, 11, 3), rule=thursday)
    stopped = Amendment("补充通知〔2026〕1号", date(2026, 1, 5), stops=True)
    said = "每周五前；自11月3日起改为每周四前（补充通知〔2025〕3号）；自2026年1月5日起停报（补充通知〔2026〕1号）"
    assert words(item(friday, amended=(changed, stopped))) == said


def test_it_says_to_a_unit_its_own_rule() -> None:
    common, own = (a_due({"every": "month", "day": day, "from": "2025-10"}) for day in ("5", "3"))
    for requirement in (
        item(common, apart=((("jiading",), own),)),
        item(common, amended=(Amendment("补充通知", ISSUED, apart=((("jiading",), own),)),)),
    ):
        assert "每月3日前" in words(requirement, "jiading")
        assert "每月3日前" not in words(requirement, "gupi")


def test_it_knows_words_for_every_kind_of_period() -> None:
    kinds = {every for every in Every if every.recurs}
    assert set(LAST) == set(OVER) == set(PLACED) == kinds
