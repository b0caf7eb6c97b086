"""Phases as a notice has them: three by their usual ids, a list of its own, or none; and every mistake in them."""

import re
from datetime import date
from pathlib import Path

import pytest

from cuibao.errors import Faults
from cuibao.loading import load_campaign
from cuibao.model import Campaign, Opens, Phase, Reports
from tests.phased import FOUR, NONE, phased

USUAL = """\
phases:
  mobilization: {from: 2022-04-18, to: 2022-04-30}
  implementation: {from: 2022-05-01, to: 2022-09-30}
  summary: {from: 2022-10-01, to: 2022-12-31}
"""
USUAL_AS_LIST = """\
phases:
  - {name: 动员部署, from: 2022-04-18, to: 2022-04-30}
  - {name: 集中实施, from: 2022-05-01, to: 2022-09-30}
  - {name: 总结提升, from: 2022-10-01, to: 2022-12-31}
"""


def load(home: Path) -> Campaign:
    return load_campaign(home / "schedules" / "small", home / "contacts")


def of_plan(home: Path, phases: str, of_skills: str = "") -> tuple[Phase, ...]:
    return load(phased(home, phases, of_skills)).plans[0].phases


def test_a_list_has_as_many_as_the_notice(tmp_path: Path) -> None:
    found = of_plan(tmp_path, FOUR)
    assert [phase.name for phase in found] == ["自查自纠", "集中攻坚阶段", "督导检查", "总结提升"]
    assert (found[1].start, found[1].end) == (date(2022, 5, 1), date(2022, 8, 31))
    assert [phase.opens for phase in found] == [Opens.ALL, Opens.RUNNING, Opens.ALL, Opens.FINAL]
    assert [phase.reports for phase in found] == [Reports.GATE, Reports.GATE, Reports.NOTHING, Reports.GATE]


def test_a_sentence_says_the_word_phase_once(tmp_path: Path) -> None:
    assert [phase.stem for phase in of_plan(tmp_path, FOUR)] == ["自查自纠", "集中攻坚", "督导检查", "总结提升"]


def test_the_old_form_and_the_same_as_a_list_are_the_same_phases(tmp_path: Path) -> None:
    mapping, listed = of_plan(tmp_path / "a", USUAL), of_plan(tmp_path / "b", USUAL_AS_LIST)
    assert mapping == listed
    assert [(phase.id, phase.name) for phase in mapping] == [
        ("mobilization", "动员部署"),
        ("implementation", "集中实施"),
        ("summary", "总结提升"),
    ]
    assert [phase.opens for phase in mapping] == [Opens.ALL, Opens.RUNNING, Opens.FINAL]


def test_an_id_stays_when_another_phase_comes_in_between(tmp_path: Path) -> None:
    more = FOUR.replace("  - {name: 集中", "  - {name: 排查, from: 2022-04-20, to: 2022-04-30}\n  - {name: 集中")
    before, after = of_plan(tmp_path / "a", FOUR), of_plan(tmp_path / "b", more)
    assert [phase.id for phase in after if phase.name != "排查"] == [phase.id for phase in before]
    assert (before[0].id, before[2].id, before[3].id) == ("phase-3f101d", "inspection", "summary")


@pytest.mark.parametrize("given", [NONE, "phases:\n", ""])
def test_a_campaign_may_have_none(tmp_path: Path, given: str) -> None:
    plan = load(phased(tmp_path, given)).plans[0]
    assert plan.named_phases == ()
    (whole,) = plan.phases
    assert (whole.name, whole.start, whole.end) == ("", date(2022, 4, 18), date(2022, 12, 31))


def test_a_plan_may_have_none_where_its_campaign_has_some(tmp_path: Path) -> None:
    skills, responsibility = load(phased(tmp_path, FOUR, NONE)).plans
    assert (len(skills.named_phases), len(responsibility.named_phases)) == (0, 4)


# What to change in the list, into what, and what the clerk reads; lines count from that of `phases`.
MISTAKES = [
    (
        "id: inspection",
        "id: 督导",
        '第 <3> 行，phases[2].id：应为小写字母、数字和连字符，以字母开头，最多 80 个，现为 "督导"',
    ),
    ("id: inspection", f"id: {'a' * 81}", "第 <3> 行，phases[2].id：应为小写字母、数字和连字符"),
    ("name: 自查自纠, ", "", "第 <1> 行，phases[0].name：缺少这一项"),
    ("name: 自查自纠", "name: 自查 自纠", "第 <1> 行，phases[0].name：应为阶段的名称，1 至 20 个字，中间没有空格"),
    (
        *("opens: all", "opens: some"),
        "第 <3> 行，phases[2].opens：应为 all（本阶段全部事项）或 running（本阶段已到报送期的事项和以前阶段的欠报）"
        '或 final（本阶段全部事项和以前阶段的欠报），现为 "some"',
    ),
    (
        "reports: none",
        "reports: no",
        '第 <3> 行，phases[2].reports：应为 gate（阶段小结）或 none（不写小结），现为 "no"',
    ),
    (
        "to: 2022-08-31",
        "to: 2022-04-30",
        '第 <2> 行，phases[1].to：应不早于 from（2022-05-01），现为 "2022-04-30"',
    ),
    ("to: 2022-12-31", "to: 2023-01-01", "第 <4> 行，phases[3].to：应不晚于攻坚战结束日 2022-12-31"),
    ("to: 2022-04-30", "to: 2022-04-17", "第 <1> 行，phases[0].to：应不早于 from（2022-04-18）"),
    (
        *("from: 2022-09-01", "from: 2022-04-20"),
        '第 <3> 行，phases[2].from：应不早于前一阶段开始的 2022-05-01，现为 "2022-04-20"',
    ),
    (
        "name: 督导检查",
        "name: 自查自纠",
        '第 <3> 行，phases[2].name：与第 <1> 行重复，各阶段的名称应不同，现为 "自查自纠"',
    ),
    (
        *("id: inspection", "id: summary"),
        '第 <4> 行，phases[3].id：与第 <3> 行的阶段重复，各阶段的 id 应不同，请写上另一个 id，现为 "summary"',
    ),
    (FOUR, "phases: 四个\n", '第 <0> 行，phases：应为列表，每个阶段写 name、from、to；不分阶段的写 []，现为 "四个"'),
]


@pytest.mark.parametrize(("was", "becomes", "said"), MISTAKES, ids=[mistake[1] for mistake in MISTAKES])
def test_it_says_what_is_wrong_and_where(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    assert was in FOUR
    phased(tmp_path, FOUR.replace(was, becomes, 1))
    with pytest.raises(Faults) as caught:
        load(tmp_path)
    (line,) = caught.value.lines
    text = (tmp_path / "schedules" / "small" / "campaign.yaml").read_text(encoding="utf-8")
    begins = text.splitlines().index(next(each for each in text.splitlines() if each.startswith("phases:"))) + 1
    assert re.sub("<([0-9])>", lambda found: str(begins + int(found[1])), said) in line


def test_a_mistake_hides_no_other(tmp_path: Path) -> None:
    text = FOUR.replace("opens: all", "opens: some").replace("from: 2022-09-01", "from: 2022-04-20")
    with pytest.raises(Faults) as caught:
        load(phased(tmp_path, text))
    assert len(caught.value.lines) == 2
