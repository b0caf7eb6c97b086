"""登记: what a clerk's form records, what it refuses, and that the board is fresh afterwards."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from prefect.client.schemas.objects import State

from cuibao.model import Channel
from cuibao.service.entries.standings import standings
from cuibao.times import SHANGHAI
from flows.board import board
from flows.plan import plan
from flows.record import record
from tests.flows.runs import Observed, run, submit
from tests.flows.small import APRIL, LIAISON
from tests.offices import letters_to, office, spoil

FORM = "登记/登记"


def enter(*units: str, item: str = LIAISON, **more: object) -> State[Any]:
    return run(record, units=list(units), item=item, **{"by": "王办事员", **more})


def row_of(unit: str, page: str) -> str:
    """The unit's line in a plan's table."""
    (found,) = [line for line in page.splitlines() if line.startswith(f"| [{unit}](")]
    return found


def received(home: Path) -> dict[tuple[str, str], str]:
    """What the ledger holds: when each report arrived, by unit and requirement."""
    with office(home) as opened:
        found = {key: standing.first_at for key, standing in standings(opened).items() if standing.first_at}
    return {(key.unit, key.requirement): f"{when.astimezone(SHANGHAI):%m-%d %H:%M}" for key, when in found.items()}


def test_it_records_what_the_clerk_entered(home: Path, prefect_api: Observed) -> None:
    state = enter("嘉定镇", channel="微信")
    assert state.is_completed()
    assert state.message == prefect_api.name(state) == f"已登记：嘉定镇，{LIAISON}"
    assert received(home) == {("jiading", "liaison"): "04-18 08:30"}


def test_it_records_several_units_at_once(home: Path) -> None:
    state = enter("嘉定镇", "古陂镇")
    assert state.message == f"已登记：嘉定镇、古陂镇，{LIAISON}"
    assert set(received(home)) == {("jiading", "liaison"), ("gupi", "liaison")}


@pytest.mark.usefixtures("year_over")
def test_it_names_the_item_first_where_many_units_have_reported(home: Path) -> None:
    spoil(
        home / "schedules" / "small" / "2-skills.yaml", "[嘉定镇, 古陂镇, 团县委]", "[嘉定镇, 古陂镇, 团县委, 县公安局]"
    )
    state = enter("嘉定镇", "古陂镇", "团县委", "县公安局")
    assert state.message == f"已登记 4 个单位：{LIAISON}，嘉定镇、古陂镇、团县委、县公安局"


def test_it_records_nothing_of_a_contradiction_and_says_why(home: Path, prefect_api: Observed) -> None:
    wrong: list[tuple[dict[str, object], str]] = [
        ({"units": ["嘉定镇", "县公安局"]}, f"县公安局不需要报送“{LIAISON}”。"),
        ({"units": ["嘉定镇", "嘉定县"]}, "通讯录里没有“嘉定县”。"),
        ({"units": []}, "请至少选一个单位。"),
        ({"received": "2022-04-19"}, "收到时间 2022年4月19日 还没到"),
        ({"received": "2022-04-17"}, "早于通知印发日"),
        ({"by": " "}, "请填写登记人。"),
        ({"channel": "电报"}, "收到方式应为 邮件、纸质、传真、微信、当面、电话 之一，现为 电报"),
        ({"entry": "收讫"}, "登记什么应为 收到、零报告、退回重报、免报、延期、撤销 之一，现为 收讫"),
        ({"entry": "退回重报"}, "登记退回重报请在备注里写明原因。"),
        ({"entry": "延期", "note": "防汛"}, "登记延期请填写延到哪一天。"),
        ({"item": ""}, "请选择报送事项。"),
        ({"item": "安全技能·联络员"}, f"没有“安全技能·联络员”这一报送事项。是不是：{LIAISON}"),
    ]
    for entry, said in wrong:
        state = run(record, **{"units": ["嘉定镇"], "item": LIAISON, "by": "王办事员", **entry})
        assert state.is_failed(), said
        assert str(state.message).startswith("没有登记：")
        assert said in str(state.message)
        assert prefect_api.name(state).startswith("没有登记：")
        assert received(home) == {}
        log = prefect_api.log(state)
        assert said in log
        assert "Traceback" not in log


def test_it_says_calmly_what_is_recorded_already(home: Path) -> None:
    enter("古陂镇")
    state = enter("古陂镇")
    assert state.is_completed()
    assert state.message == f"不必再登：古陂镇已登记收到（2022年4月18日08:30收到），{LIAISON}"
    state = enter("嘉定镇", "古陂镇")
    assert state.message == f"已登记：嘉定镇，{LIAISON}；不必再登：古陂镇已登记收到（2022年4月18日08:30收到）"
    assert set(received(home)) == {("gupi", "liaison"), ("jiading", "liaison")}


def test_it_sends_back_and_takes_back(home: Path, prefect_api: Observed) -> None:
    enter("嘉定镇")
    state = enter("嘉定镇", entry="退回重报", note="缺联系电话")
    assert state.message == f"已登记退回重报：嘉定镇，{LIAISON}"
    assert "## 退回待重报 1 项，1 件" in prefect_api.shown("报送情况表")
    assert "[**退回**](" in prefect_api.shown("方案2 安全技能")
    state = enter("嘉定镇", entry="撤销", note="退错了")
    assert state.message == f"已撤销第2条退回重报：嘉定镇，{LIAISON}"
    state = enter("嘉定镇", entry="撤销", note="退错了")
    assert str(state.message).startswith("不必再登：嘉定镇已撤销（")
    assert "[✓ 4.18](" in row_of("嘉定镇", prefect_api.shown("方案2 安全技能"))


def test_it_puts_a_whole_group_off(home: Path) -> None:
    state = enter("各乡（镇）", entry="延期", due="2022-05-06", note="防汛")
    assert str(state.message).startswith("已登记延期：")
    assert "嘉定镇" in str(state.message)
    assert "团县委" not in str(state.message)


TOWNS = "各乡（镇）"


def offered(state: State[Any]) -> tuple[str, dict[str, object]]:
    """What a refusal says, and how the form to which it links is filled in."""
    words, _, address = str(state.message).rpartition("：http")
    filled: dict[str, object] = json.loads(parse_qs(urlsplit(f"http{address}").query)["parameters"][0])
    return words, filled


def test_it_asks_before_it_marks_a_whole_group_and_links_to_the_form_that_does(
    home: Path, prefect_api: Observed
) -> None:
    first = submit(record, units=[TOWNS], item=LIAISON, entry="收到", by="王办事员", received="2022-04-18")
    assert first.is_failed()
    assert received(home) == {}
    words, filled = offered(first)
    assert "将登记收到 2 个单位：嘉定镇、古陂镇\n" in words
    assert words.endswith("打开原来填的表单（已选“确认整组”，核对无误就点 Submit）")
    assert filled["confirm"] == "确认整组"
    assert filled["received"] == "2022-04-18"
    assert words in prefect_api.log(first)
    assert "http" not in prefect_api.name(first)
    second = submit(record, **filled)
    assert second.message == f"已登记：嘉定镇、古陂镇，{LIAISON}"
    assert set(received(home)) == {("jiading", "liaison"), ("gupi", "liaison")}


def test_a_refusal_links_to_the_form_as_it_was_filled_in(home: Path) -> None:
    given = {"units": ["嘉定镇"], "item": LIAISON, "entry": "退回重报", "channel": "微信", "by": "王办事员"}
    words, filled = offered(submit(record, **given, due=None))
    assert words.startswith("没有登记：登记退回重报请在备注里写明原因。")
    assert words.endswith("打开原来填的表单（改好再点 Submit）")
    assert filled == given


def test_it_stops_offering_and_listing_what_was_recorded(home: Path, prefect_api: Observed) -> None:
    run(board)
    page = prefect_api.shown("报送情况表")
    assert "| 安全技能·联络人（4月25日前） | 0/3 | [嘉定镇](" in page
    enter("嘉定镇", "古陂镇")
    fresh = prefect_api.shown("报送情况表")
    assert "| 安全技能·联络人（4月25日前） | 2/3 | [团县委](" in fresh
    assert "[✓ 4.18](" in row_of("嘉定镇", prefect_api.shown("方案2 安全技能"))
    enter("团县委")
    offered = prefect_api.form()
    assert offered["item"]["enum"][0] == APRIL
    assert offered["units"]["items"]["enum"][0] == "嘉定镇"


def test_it_draws_the_board_within_its_own_run(home: Path, prefect_api: Observed) -> None:
    state = enter("嘉定镇")
    assert "[✓ 4.18](" in row_of("嘉定镇", prefect_api.shown("方案2 安全技能"))
    assert prefect_api.subflows(state) == []
    assert len(prefect_api.log(state).splitlines()) == 3


def test_it_says_that_the_board_could_not_be_drawn_and_records_all_the_same(home: Path, prefect_api: Observed) -> None:
    enter("古陂镇")
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        ledger.execute("ALTER TABLE mails RENAME TO lost")
    state = enter("嘉定镇")
    assert state.is_completed()
    assert state.message == f"已登记：嘉定镇，{LIAISON}（报送情况表没有更新，请重做“报送情况表”）"
    assert re.search("报送情况表没有更新：.*no such table: mails", prefect_api.log(state))
    assert set(received(home)) == {("gupi", "liaison"), ("jiading", "liaison")}


def test_it_stops_the_reminder_of_what_was_recorded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter("古陂镇")
    run(plan, plan="skills")
    assert letters_to(home, "古陂镇") == []


def test_it_keeps_who_recorded_it_and_through_what(home: Path) -> None:
    enter("嘉定镇", channel="纸质", note="缺公章", received="2022-04-18")
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        kept = ledger.execute("SELECT channel, entered_by, note FROM receipts").fetchall()
    assert kept == [(Channel.PAPER.value, "王办事员", "缺公章")]


class TestMomentOfTheBoard:
    @pytest.mark.parametrize("as_of", ["2022-04-26T08:30", "2022-04-26T08:30:00+08:00", "2022-04-26T00:30:00Z"])
    def test_it_reads_a_moment_without_offset_as_shanghais(self, home: Path, prefect_api: Observed, as_of: str) -> None:
        state = run(board, as_of=as_of)
        assert state.message == "报送情况表 4月26日 08:30：逾期未报 4 件，临期 0 件"
        assert prefect_api.page("who-has-reported").startswith("# 谁还没有报\n\n截至 4月26日 08:30。")

    def test_it_takes_the_offices_clock_where_no_moment_is_given(self, home: Path, prefect_api: Observed) -> None:
        run(board)
        assert prefect_api.shown("报送情况表").startswith("# 谁还没有报\n\n截至 4月18日 08:30。")
