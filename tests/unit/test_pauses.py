"""On which days a pause holds, and what it is about."""

from dataclasses import replace
from datetime import date

import pytest

from cuibao.model import ObligationKey, Pause, RespiteKind
from cuibao.policy.pauses import covers, respite, runs
from cuibao.times import parse_moment

KEY = ObligationKey("skills", "liaison", "once", "gupi")
PAUSE = Pause(None, None, date(2022, 6, 13), date(2022, 6, 17), "抗洪抢险", "王芳", parse_moment("2022-06-13T08:00"))


@pytest.mark.parametrize(("day", "held"), [(12, False), (13, True), (17, True), (18, False)])
def test_it_holds_from_its_first_day_to_its_last(day: int, held: bool) -> None:
    assert runs(PAUSE, date(2022, 6, day)) is held


@pytest.mark.parametrize(("day", "held"), [(14, True), (15, False), (16, False)])
def test_one_that_was_lifted_holds_on_the_days_before(day: int, held: bool) -> None:
    lifted = replace(PAUSE, lifted_at=parse_moment("2022-06-15T16:00"), lifted_by="王芳")
    assert runs(lifted, date(2022, 6, day)) is held


@pytest.mark.parametrize(
    ("unit", "plan", "about"),
    [
        (None, None, True),
        ("gupi", None, True),
        (None, "skills", True),
        ("gupi", "skills", True),
        ("jiading", None, False),
        (None, "mines", False),
        ("gupi", "mines", False),
        ("jiading", "skills", False),
    ],
)
def test_it_is_about_its_unit_and_its_plan_or_all_of_them(unit: str | None, plan: str | None, about: bool) -> None:
    assert covers(replace(PAUSE, unit=unit, plan=plan), KEY) is about


def test_several_that_overlap_give_what_they_give_together() -> None:
    longer = replace(PAUSE, unit="gupi", first=date(2022, 6, 15), last=date(2022, 6, 20))
    other = replace(PAUSE, unit="jiading", last=date(2022, 6, 30))
    found = respite([PAUSE, longer, other], KEY, date(2022, 6, 16))
    assert found is not None
    assert (found.kind, found.since, found.until) == (RespiteKind.PAUSE, date(2022, 6, 13), date(2022, 6, 20))
    assert respite([PAUSE, longer, other], KEY, date(2022, 6, 21)) is None
