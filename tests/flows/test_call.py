"""通话: what a clerk enters of a call, and where it is seen afterwards."""

from pathlib import Path

import pytest

from flows.board import board
from flows.call import call
from tests.flows.runs import Observed, run, submit
from tests.flows.small import APRIL, LIAISON
from tests.offices import office

DAY = "2022-04-26T09:00"


@pytest.fixture(autouse=True)
def _after_the_due_day(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUIBAO_NOW", DAY)


def test_it_enters_what_was_promised_and_the_board_says_so(home: Path, prefect_api: Observed) -> None:
    run(board)
    sheet = prefect_api.shown("电话催报单")
    assert "[登记这次通话](/v2/deployments/deployment/" in sheet
    assert "古陂镇" in sheet
    state = submit(call, unit="古陂镇", whom="张三", note="正在盖章", until="2022-05-07", items=[], by="王芳")
    assert state.message == prefect_api.name(state) == f"已登记通话：古陂镇（张三），承诺5月7日前报：{LIAISON}"
    assert "（已承诺5月7日）" in prefect_api.shown("报送情况表")
    assert "古陂镇" not in prefect_api.shown("电话催报单")


def test_a_refusal_keeps_what_was_filled_in(home: Path) -> None:
    state = submit(call, unit="古陂镇", whom="张三", called="2022-04-26T08:40:00+08:00", items=[LIAISON], by="王芳")
    assert state.is_failed()
    assert str(state.message).startswith("没有登记：选了承诺报送的事项，请填写承诺哪天前报；")
    assert "%222022-04-26T08%3A40%3A00%2B08%3A00%22" in str(state.message)
    with office(home) as opened:
        assert opened.ledger.agreements.calls(opened.campaign.id) == ()


def test_the_form_offers_every_unit_and_every_item(home: Path, prefect_api: Observed) -> None:
    run(board)
    form = prefect_api.deployment("通话/通话").parameter_openapi_schema
    assert form is not None
    fields = form["properties"]
    titles = ["责任单位", "接听人", "通话时间", "通话内容", "承诺哪天前报", "承诺报送的事项", "登记人"]
    assert [field["title"] for field in fields.values()] == titles
    assert fields["unit"]["enum"] == ["嘉定镇", "古陂镇", "县公安局", "团县委"]
    assert {APRIL, LIAISON} <= set(fields["items"]["items"]["enum"])
