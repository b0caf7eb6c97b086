"""事发登记: the form by which a clerk opens an item, what the board shows of it, and how it is taken back."""

from pathlib import Path

import pytest

from cuibao.service.entries.opening import no_items
from flows.board import board
from flows.event import event
from tests.flows.runs import Observed, run, submit
from tests.offices import office

ACCIDENT = """
  - {id: accident, title: 事故报告, event: 亡人事故, owed_by: [各乡（镇）], due: {days_after: 3}, source: 方案二 五}
"""
GIVEN = {"item": "安全技能·事故报告", "happened": "2022-04-18", "units": ["嘉定镇"], "by": "王芳"}
OTHERS = "## 其他报表"


@pytest.fixture
def with_events(home: Path) -> Path:
    """The small campaign, with an item that is opened by a form."""
    plan = home / "schedules" / "small" / "2-skills.yaml"
    plan.write_text(plan.read_text(encoding="utf-8") + ACCIDENT.strip("\n") + "\n", encoding="utf-8")
    return home


def test_it_opens_the_item_and_the_board_has_it_at_once(with_events: Path, prefect_api: Observed) -> None:
    state = submit(event, **GIVEN)
    item = "安全技能·事故报告（4月18日，4月21日前）"
    assert state.message == prefect_api.name(state) == f"已登记事发（第 1 号）：{item}，嘉定镇；下一次每日催报发函"
    page = prefect_api.shown("报送情况表")
    assert item in page
    assert "[事发登记](" in page.partition(OTHERS)[2]
    assert item in prefect_api.deployment("登记/登记").parameter_openapi_schema["properties"]["item"]["enum"]  # type: ignore[index]
    form = prefect_api.deployment("事发登记/事发登记").parameter_openapi_schema
    assert form is not None
    assert form["properties"]["item"]["enum"] == ["安全技能·事故报告"]
    assert form["properties"]["units"]["items"]["enum"] == ["嘉定镇", "古陂镇", "各乡（镇）", "县直部门"]
    again = submit(event, **GIVEN)
    assert str(again.message).startswith("不必再登：第 1 号事发早已登记")


def test_it_takes_back_what_was_a_mistake(with_events: Path, prefect_api: Observed) -> None:
    submit(event, **GIVEN)
    state = submit(event, item=GIVEN["item"], back=1, by="李四")
    assert state.message == "已撤回第 1 号事发：安全技能·事故报告（4月18日），嘉定镇；已去过信的单位请另行告知"
    assert "事故报告" not in prefect_api.shown("报送情况表")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"item": ""}, "请选择事发的事项。"),
        ({"item": "事故报表"}, "没有“事故报表”这一事发后才报的事项。"),
        ({"happened": None}, "请填写事发日期。"),
        ({"back": 1}, "撤回登记错的，只填事项、第几号和登记人，别的都不填。"),
    ],
)
def test_what_cannot_be_is_said(with_events: Path, given: dict[str, object], said: str) -> None:
    state = run(event, **{**GIVEN, **given})
    assert state.is_failed()
    assert str(state.message).startswith(f"没有登记：{said}")
    with office(with_events) as opened:
        assert opened.ledger.events.all(opened.campaign.id) == ()


def test_where_no_item_is_opened_so_it_says_and_no_page_leads_there(home: Path, prefect_api: Observed) -> None:
    run(board)
    assert "事发登记" not in prefect_api.shown("报送情况表").partition(OTHERS)[2]
    state = run(event, **GIVEN)
    assert str(state.message).startswith(f"没有登记：{no_items()}")
