"""往来记录 and 电话催报单 in the UI: their pages, their links, and the form that asks for a trail."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from prefect.client.schemas.objects import State

from flows.board import board
from flows.forms import trail_schema
from flows.record import record
from flows.trail import trail
from tests.flows.runs import Observed, run
from tests.flows.small import APRIL, LIAISON
from tests.offices import office

FORM = "往来记录/往来记录"


def enter(entry: str = "收到", note: str = "") -> State[Any]:
    return run(record, units=["嘉定镇"], item=LIAISON, by="王办事员", entry=entry, note=note)


def filled(page: str, words: str) -> tuple[str, dict[str, Any]]:
    """The path of the form that the first link called `words` leads to, and what is filled in."""
    found = re.search(rf"\[{re.escape(words)}\]\((\S+?)\)", page)
    assert found is not None
    address = urlsplit(found[1])
    return address.path, json.loads(parse_qs(address.query)["parameters"][0])


# --- the trail ---


def test_it_draws_what_passed_and_links_each_entry_to_its_withdrawal(home: Path, prefect_api: Observed) -> None:
    enter()
    state = run(trail, unit="嘉定镇")
    assert state.is_completed()
    assert state.message == prefect_api.name(state) == "往来记录：嘉定镇"
    page = prefect_api.page("history")
    assert page.startswith("# 往来记录：嘉定镇\n\n截至 4月18日 08:30。共 1 条")
    assert "收到；2022-04-18 邮件；登记人 王办事员" in page
    form = prefect_api.deployment("登记/登记").id
    assert filled(page, "第1条") == (
        f"/v2/deployments/deployment/{form}/run",
        {"units": ["嘉定镇"], "item": LIAISON, "entry": "撤销", "channel": "邮件", "by": "县安委办", "number": 1},
    )
    assert "2022-04-18 08:30 嘉定镇 登记 第1条" in prefect_api.log(state)


def test_what_was_withdrawn_is_not_withdrawn_again(home: Path, prefect_api: Observed) -> None:
    enter()
    enter("撤销", "登错了")
    run(trail, unit="嘉定镇", item=LIAISON)
    page = prefect_api.page("history")
    assert page.startswith(f"# 往来记录：嘉定镇，{LIAISON}")
    assert "登记 第1条 |" in page
    assert "登记 第2条 |" in page
    assert "已由第2条撤销" in page
    assert "[第" not in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "请写明一个单位或一个报送事项。"),
        ({"unit": None, "item": None}, "请写明一个单位或一个报送事项。"),
        ({"unit": "加定镇"}, "通讯录里没有“加定镇”。是不是：嘉定镇？"),
    ],
)
def test_it_says_in_chinese_what_it_cannot_show(
    home: Path, prefect_api: Observed, asked: dict[str, str | None], said: str
) -> None:
    state = run(trail, **asked)
    assert state.is_failed()
    assert state.message == f"没有往来记录：{said}"
    assert "history" not in prefect_api.drawn()


def test_its_form_offers_every_unit_and_every_item(home: Path, prefect_api: Observed) -> None:
    run(board)
    with office(home) as opened:
        schema = trail_schema(opened)
    assert prefect_api.deployment(FORM).parameter_openapi_schema == schema
    assert schema["required"] == []
    fields = schema["properties"]
    assert [field["title"] for field in fields.values()] == ["责任单位", "报送事项"]
    assert fields["unit"]["enum"] == ["嘉定镇", "古陂镇", "县公安局", "团县委"]
    assert {LIAISON, APRIL} <= set(fields["item"]["enum"])


def test_a_plans_table_leads_from_a_unit_to_its_trail(home: Path, prefect_api: Observed) -> None:
    run(board)
    page = prefect_api.shown("方案2 安全技能")
    form = prefect_api.deployment(FORM).id
    assert filled(page, "古陂镇") == (f"/v2/deployments/deployment/{form}/run", {"unit": "古陂镇"})
    assert "点单位名称可查往来记录。" in page
    assert f"[往来记录](/v2/deployments/deployment/{form}/run)" in prefect_api.shown("报送情况表")


# --- the call sheet ---


def test_the_board_draws_the_call_sheet_and_leads_to_it(home: Path, prefect_api: Observed) -> None:
    run(board, as_of="2022-04-26T09:00")
    page = prefect_api.page("call-sheet")
    assert page.startswith("# 电话催报单\n\n截至 4月26日 09:00。")
    assert page.index("### 1. 团县委") < page.index("### 2. 嘉定镇") < page.index("### 3. 古陂镇")
    form = prefect_api.deployment("登记/登记").id
    assert filled(page, LIAISON) == (
        f"/v2/deployments/deployment/{form}/run",
        {"units": ["团县委"], "item": LIAISON, "entry": "收到", "channel": "邮件", "by": "县安委办"},
    )
    sheet = prefect_api.deployment("报送情况表/电话催报单").id
    run(board)
    address = f"[电话催报单](/v2/deployments/deployment/{sheet}?tab=Description)"
    assert address in prefect_api.shown("报送情况表")
    assert prefect_api.shown("电话催报单").startswith("# 电话催报单\n\n截至 4月18日 08:30。")
