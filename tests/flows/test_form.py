"""The form's fields: Chinese titles, and nothing offered that is not open now."""

from pathlib import Path
from typing import Any

import pytest

from cuibao.model import Channel
from cuibao.said import label_of
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.views.board import look
from flows.board import board
from flows.forms import record_schema, run_schema
from tests.flows.runs import Observed, run
from tests.flows.small import APRIL, LIAISON
from tests.offices import at, office

ISSUED = "2022-04-18T08:30"


def fields(home: Path, moment: str, **environ: str) -> dict[str, Any]:
    with office(home, **environ) as opened:
        found: dict[str, Any] = record_schema(opened, look(opened, at(moment)))["properties"]
    return found


def test_it_titles_every_field_in_chinese_in_the_order_of_the_form(home: Path) -> None:
    found = fields(home, ISSUED)
    titles = [field["title"] for field in sorted(found.values(), key=lambda field: field["position"])]
    assert titles == [
        "责任单位",
        "报送事项",
        "登记什么",
        "收到日期",
        "收到方式",
        "登记人",
        "备注（原因）",
        "延期到",
        "撤销第几条",
        "确认",
    ]


def test_it_offers_what_has_begun_and_is_owed_first(home: Path) -> None:
    found = fields(home, ISSUED)
    assert found["item"]["enum"][:2] == [APRIL, LIAISON]
    assert found["units"]["items"]["enum"][:3] == ["嘉定镇", "古陂镇", "团县委"]


def test_it_offers_every_unit_every_group_and_every_item(home: Path) -> None:
    found = fields(home, ISSUED)
    with office(home) as opened:
        names = {unit.name for unit in opened.campaign.units.values()}
        assert set(found["units"]["items"]["enum"]) == names | set(opened.campaign.groups.values())
        assert sorted(found["item"]["enum"]) == sorted(map(label_of, opened.schedule.tracked()))


def test_it_offers_last_what_was_received(home: Path) -> None:
    with office(home) as opened:
        period = lookup.item_labelled(opened, LIAISON)
        units = ["嘉定镇", "古陂镇", "团县委"]
        entering.record(opened, at(ISSUED), units=units, period=period, received=None, channel=Channel.MAIL, by="王")
    found = fields(home, ISSUED)
    assert found["item"]["enum"][:2] == [APRIL, LIAISON]
    assert found["units"]["items"]["enum"][0] == "嘉定镇"


def test_it_offers_what_is_overdue_first(home: Path) -> None:
    assert fields(home, "2022-05-05T08:30")["item"]["enum"][:2] == [APRIL, LIAISON]


def test_it_fills_in_the_clerk(home: Path) -> None:
    assert fields(home, ISSUED, CUIBAO_CLERK="陈运发")["by"]["default"] == "陈运发"


def test_a_rerun_asks_for_nothing_and_says_in_chinese_what_may_be_chosen(prefect_api: Observed, home: Path) -> None:
    run(board)
    assert prefect_api.deployment("报送情况表/报送情况表").parameter_openapi_schema == run_schema()
    found = run_schema(["动员部署", "集中实施", "总结提升"])
    assert found["required"] == []
    assert [field["title"] for field in found["properties"].values()] == ["阶段", "按哪个时刻"]
    assert found["properties"]["phase"]["enum"] == ["自动", "动员部署", "集中实施", "总结提升"]


@pytest.mark.parametrize("field", ["units", "item", "channel", "by"])
def test_it_wants_what_an_entry_cannot_do_without(home: Path, field: str) -> None:
    with office(home) as opened:
        assert field in record_schema(opened, look(opened, at(ISSUED)))["required"]
