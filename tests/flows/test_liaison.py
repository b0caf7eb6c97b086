"""联络员: what a clerk's form changes of one unit's liaison, what it refuses, and how it looks."""

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from flows.board import board
from flows.forms import liaison_schema, run_schema
from flows.liaison import liaison
from tests.flows.runs import Observed, run
from tests.flows.small import UNITS
from tests.offices import office

FORM = "联络员/联络员"


def kept(home: Path) -> str:
    return (home / "contacts" / "units.yaml").read_text(encoding="utf-8")


def test_it_changes_what_was_filled_in_and_draws_the_board(home: Path, prefect_api: Observed) -> None:
    state = run(liaison, unit="嘉定镇", name="张　三", mobile="138 0000 0000", email=None)
    assert state.is_completed()
    assert state.message == prefect_api.name(state) == "已修改：嘉定镇 联络员 张三，手机 13800000000"
    was, becomes = "addresses: [jiading@xf.gov.cn]", "liaison: {name: 张三, mobile: 13800000000}"
    assert kept(home) == UNITS.replace(was, f"{was}, {becomes}")
    assert prefect_api.shown("报送情况表").startswith("# 谁还没有报")


def test_it_changes_the_leader_too_and_keeps_what_is_left_blank(home: Path, prefect_api: Observed) -> None:
    run(liaison, unit="嘉定镇", name="张三", leader_name="李四", leader_post="副镇长", leader_phone="3330001转8012")
    state = run(liaison, unit="嘉定镇", mobile="13800000000", leader_mobile="13900000000", leader_email="ls@xf.gov.cn")
    assert state.message == "已修改：嘉定镇 联络员 手机 13800000000；分管领导 手机 13900000000，邮箱 ls@xf.gov.cn"
    with office(home) as opened:
        unit = opened.campaign.units["jiading"]
    assert (unit.liaison.name, unit.liaison.mobile) == ("张三", "13800000000")
    assert (unit.leader.name, unit.leader.post, unit.leader.phone) == ("李四", "副镇长", "3330001-8012")
    assert (unit.leader.mobile, unit.leader.email) == ("13900000000", "ls@xf.gov.cn")


def test_what_it_shows_as_being_there_changes_nothing(home: Path, prefect_api: Observed) -> None:
    state = run(liaison, unit="嘉定镇", now="联络员 王五 wangwu@xf.gov.cn")
    assert state.message == "没有变化：嘉定镇"
    assert kept(home) == UNITS


def test_its_page_shows_who_is_there_now_and_opens_the_form_with_it(home: Path, prefect_api: Observed) -> None:
    run(board)
    before = prefect_api.shown("联络员")
    assert before.startswith("# 联络员和分管领导")
    run(liaison, unit="嘉定镇", name="张三", post="站长", email="zs@xf.gov.cn", leader_name="李四")
    (row,) = [line for line in prefect_api.shown("联络员").splitlines() if line.startswith("| [嘉定镇](")]
    link, people, leader, _ = row.strip("| ").split(" | ")
    assert (people, leader) == ("张三（站长）<br>zs<wbr>@xf.gov.cn", "李四")
    form = prefect_api.deployment(FORM).id
    address, _, parameters = link.removeprefix("[嘉定镇](").removesuffix(")").partition("?parameters=")
    assert address == f"/v2/deployments/deployment/{form}/run"
    assert json.loads(unquote(parameters)) == {
        "unit": "嘉定镇",
        "now": "联络员 张三（站长） zs@xf.gov.cn；分管领导 李四",
    }
    assert "[联络员和分管领导](" in prefect_api.shown("报送情况表")


def test_it_says_that_nothing_has_changed(home: Path, prefect_api: Observed) -> None:
    run(liaison, unit="嘉定镇", name="张三")
    state = run(liaison, unit="嘉定镇", name="张三", phone=" ")
    assert state.is_completed()
    assert state.message == prefect_api.name(state) == "没有变化：嘉定镇"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, "请选择责任单位。"),
        ({"unit": "加定镇", "name": "张三"}, "通讯录里没有“加定镇”。是不是：嘉定镇？"),
        ({"unit": "嘉定镇", "email": "zs"}, "邮箱应为邮箱地址，如 xfxawb@sina.com，现为“zs”"),
    ],
)
def test_it_changes_nothing_of_a_mistake_and_says_why(
    home: Path, prefect_api: Observed, entry: dict[str, str], said: str
) -> None:
    state = run(liaison, **entry)
    assert state.is_failed()
    assert state.message == prefect_api.name(state) == f"没有修改：{said}"
    assert "Traceback" not in prefect_api.log(state)
    assert kept(home) == UNITS


def test_it_warns_of_a_mailbox_that_another_unit_has(home: Path, prefect_api: Observed) -> None:
    state = run(liaison, unit="嘉定镇", email="gupi@xf.gov.cn")
    assert "嘉定镇、古陂镇用的是同一个邮箱 gupi@xf.gov.cn" in prefect_api.log(state)
    assert state.is_completed()


def test_its_form_offers_every_unit_and_wants_only_that(home: Path) -> None:
    with office(home) as opened:
        schema = liaison_schema(opened)
    fields = schema["properties"]
    assert fields["unit"]["enum"] == ["嘉定镇", "古陂镇", "县公安局", "团县委"]
    assert schema["required"] == ["unit"]
    titles = [field["title"] for field in sorted(fields.values(), key=lambda field: field["position"])]
    person = ["姓名", "职务", "电话", "手机", "邮箱"]
    assert titles == ["责任单位", "现在的内容", *person, *(f"分管领导{title}" for title in person)]


def test_a_board_gives_it_its_form_and_leaves_it_that(prefect_api: Observed, home: Path) -> None:
    with office(home) as opened:
        wanted = liaison_schema(opened)
    for _ in range(2):
        run(board)
        assert prefect_api.deployment(FORM).parameter_openapi_schema == wanted != run_schema()
