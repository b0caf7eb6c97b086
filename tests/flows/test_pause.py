"""暂停催报: what a clerk pauses, what the board and the morning say of it, and how it is ended."""

from pathlib import Path

import pytest

from flows.board import board
from flows.morning import morning
from flows.pause import pause
from tests.flows.runs import Observed, run, submit
from tests.offices import letters_to, office

ALL = {"unit": "全部单位", "plan": "全部方案"}


def test_it_pauses_all_and_says_so_on_the_board_and_in_the_morning(home: Path, prefect_api: Observed) -> None:
    state = submit(pause, **ALL, last="2022-04-29", reason="抗洪抢险", by="王芳")
    said = "全部单位，4月18日至4月29日，原因：抗洪抢险"
    assert state.message == prefect_api.name(state) == f"已暂停催报（第 1 号）：{said}"
    assert f"**暂停催报**：{said}。[看暂停的或解除](" in prefect_api.shown("报送情况表")
    assert f"| 1 | {said} | 王芳 | [解除](" in prefect_api.shown("暂停催报")
    done = run(morning)
    assert done.is_completed()
    assert done.message == "每日催报 4月18日：无需催报 4；全部暂停催报"
    assert letters_to(home, "古陂镇") == []


def test_one_that_is_ended_before_its_time_holds_nothing_back(home: Path, prefect_api: Observed) -> None:
    submit(pause, unit="古陂镇", plan="全部方案", last="2022-04-29", reason="抗洪抢险", by="王芳")
    state = submit(pause, lift=1, by="李四")
    assert state.message == "已提前结束暂停：古陂镇，4月18日至4月29日，原因：抗洪抢险"
    assert "现在没有暂停的。" in prefect_api.shown("暂停催报")
    assert "暂停催报**" not in prefect_api.shown("报送情况表")
    run(morning)
    assert letters_to(home, "古陂镇")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"plan": "全部方案"}, "请选责任单位；要全部暂停，请选“全部单位”。"),
        ({"unit": "全部单位"}, "请选方案；要全部暂停，请选“全部方案”。"),
        ({"lift": 1, **ALL}, "提前结束暂停，只填编号和登记人，别的都不填。"),
        ({"lift": 7}, "没有编号为 7 的暂停，可以解除的：（没有）"),
        (ALL, "请填写暂停到哪一天。"),
    ],
)
def test_nothing_is_paused_by_what_was_left_out(home: Path, given: dict[str, object], said: str) -> None:
    state = run(pause, **{"by": "王芳", "reason": "" if "lift" in given else "抗洪抢险", **given})
    assert state.is_failed()
    assert str(state.message).startswith(f"没有暂停：{said}")
    with office(home) as opened:
        assert opened.ledger.agreements.pauses(opened.campaign.id) == ()


def test_the_form_wants_all_to_be_chosen(home: Path, prefect_api: Observed) -> None:
    run(board)
    form = prefect_api.deployment("暂停催报/暂停催报").parameter_openapi_schema
    assert form is not None
    assert form["properties"]["unit"]["enum"][:2] == ["全部单位", "嘉定镇"]
    assert form["properties"]["plan"]["enum"] == ["全部方案", "安全技能", "主体责任"]
    assert "default" not in form["properties"]["unit"]
