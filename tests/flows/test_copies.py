"""抄送批准: what the form decides, what it refuses, and where who waits is to be seen."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from cuibao.model import CopyDecision
from cuibao.service.letters import morning
from flows.board import board
from flows.copies import copies
from tests.flows.runs import Observed, run
from tests.flows.small import APRIL, UNITS
from tests.offices import at, office, spoil

NOW = "2022-05-06T09:00"


@pytest.fixture
def asking(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small campaign with a leader who would get a first copy, where the office wants to be asked."""
    spoil(home / "schedules" / "small" / "campaign.yaml", "escalation: auto", "escalation: ask")
    address = "addresses: [jiading@xf.gov.cn]"
    units = UNITS.replace(address, f"{address}, leader: {{name: 李四, email: ls@xf.gov.cn}}")
    (home / "contacts" / "units.yaml").write_text(units, encoding="utf-8")
    monkeypatch.setenv("CUIBAO_NOW", NOW)
    with office(home, CUIBAO_NOW=NOW) as opened:
        for day in (date(2022, 4, 18) + timedelta(days=count) for count in range(19)):
            morning.run(opened, at(f"{day}T08:30"))
    return home


def test_it_approves_of_who_waits_and_the_pages_say_so(asking: Path, prefect_api: Observed) -> None:
    run(board)
    assert "有 1 个单位第一次抄送分管领导，等批准" in prefect_api.shown("报送情况表")
    page = prefect_api.shown("抄送批准")
    assert page.startswith("# 抄送批准：1 个单位等批准")
    assert f"{APRIL}，逾期 16 天" in page
    state = run(copies, units=["嘉定镇"], decision="批准", by="王芳")
    assert state.is_completed()
    assert state.message == prefect_api.name(state) == "已登记批准：嘉定镇，以后列为督办的信同时抄送分管领导"
    assert "没有等批准的抄送。" in prefect_api.shown("抄送批准")
    assert "等批准" not in prefect_api.shown("报送情况表")
    with office(asking) as opened:
        (asked,) = opened.ledger.copies.asked(opened.campaign.id).values()
    assert asked.decision is CopyDecision.APPROVED


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"units": ["嘉定镇"], "by": "王芳"}, "抄送分管领导应为 批准、不批准 之一，现为 （未选）"),
        ({"units": None, "decision": "批准", "by": "王芳"}, "请至少选一个单位。"),
        ({"units": ["古陂镇"], "decision": "批准", "by": "王芳"}, "古陂镇没有要批准的抄送，什么也没有记。"),
    ],
)
def test_it_says_what_is_wrong_with_what_was_filled_in(
    home: Path, prefect_api: Observed, filled: dict[str, object], words: str
) -> None:
    state = run(copies, **filled)
    assert state.is_failed()
    assert state.message == f"没有登记：{words}"
