"""Which of two campaigns that are copies of each other a mail is about: by the letter that it answers."""

from dataclasses import replace

import pytest

from cuibao.model import Verdict
from cuibao.policy.joining import join
from tests.unit.test_matching import CAMPAIGN, FINAL, LIAISON, STAGE, judge, letter, mail, matched, reply

BOTH = join([CAMPAIGN, replace(CAMPAIGN, id="copied", reference="XC2022")], CAMPAIGN.id)


def test_what_is_called_alike_is_named_by_the_codes() -> None:
    assert BOTH.title == f"{CAMPAIGN.title}（XF2022）、{CAMPAIGN.title}（XC2022）"
    first, second = (plan for plan in BOTH.plans if plan.own_id == "skills")
    assert (first.distinct, second.distinct) == ("安全技能（XF2022）", "安全技能（XC2022）")
    assert [BOTH.place(plan) for plan in (first, second)] == [(0, 2), (1, 2)]
    other = join([CAMPAIGN, replace(CAMPAIGN, id="other", title="另一个", plans=())], CAMPAIGN.id)
    assert [plan.distinct for plan in other.plans] == [plan.short for plan in CAMPAIGN.plans]
    assert other.each[0].title == CAMPAIGN.title


def test_a_letter_says_which_is_meant_of_what_it_asks_for() -> None:
    found = judge(reply("安全技能阶段性工作情况.docx"), letter(STAGE), campaign=BOTH)
    assert (found.verdict, matched(found)) == (Verdict.RECEIPT, {STAGE: (0,)})


@pytest.mark.parametrize("asked", [LIAISON, STAGE])
def test_what_it_does_not_ask_for_may_be_the_other_s(asked: tuple[str, str, str]) -> None:
    """Of one campaign alone there would be no doubt."""
    answer = reply("安全技能最终工作情况.docx", on="10-18")
    assert matched(judge(answer, letter(asked))) == {FINAL: (0,)}
    found = judge(answer, letter(asked), campaign=BOTH)
    assert (found.verdict, found.matches) == (Verdict.QUEUE, ())


def test_without_a_letter_it_waits() -> None:
    found = judge(mail("安全技能阶段性工作情况.docx"), campaign=BOTH)
    assert (found.verdict, found.matches) == (Verdict.QUEUE, ())
    assert {each.period.plan.id for each in found.candidates} >= {"skills", "copied:skills"}
