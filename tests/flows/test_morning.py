"""每日催报 on a real Prefect server: what the UI shows of a morning, and that it is safe to run again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from cuibao.service.letters import morning as service
from flows.board import board
from flows.morning import morning
from flows.plan import ENTERED, plan
from flows.record import record
from tests.flows.conftest import observed
from tests.flows.runs import Observed, run
from tests.flows.small import APRIL, LIAISON, lay_out
from tests.integration.smtp_server import SmtpServer
from tests.offices import at, begun, office, spoil

OFFICE = "县安委办（小结）"
SKILLS, RESPONSIBILITY = "方案2 安全技能", "方案3 主体责任"
PAGES = ("报送情况表", "电话催报单", "认领", SKILLS, RESPONSIBILITY)
MOBILIZED = "2022-05-05T08:30"  # the first working day after 30 April


def outbox(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "outbox").glob("*.eml")}


@dataclass(frozen=True)
class First:
    """The first morning: its office, what came of it, and what Prefect then knows."""

    home: Path
    state: State[Any]
    prefect: Observed


@pytest.fixture(scope="class")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[First]:
    """The morning of 18 April, run once for all that is only looked at."""
    home = lay_out(tmp_path_factory.mktemp("first"))
    with observed() as prefect:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CUIBAO_HOME", str(home))
            patch.setenv("CUIBAO_NOW", "2022-04-18T08:30")
            state = run(morning)
        yield First(home, state, prefect)


class TestFirst:
    def test_it_works_through_each_plan_and_its_phase_by_their_chinese_names(self, first: First) -> None:
        assert first.prefect.subflows(first.state) == [
            f"{SKILLS}：转入动员部署",
            f"{RESPONSIBILITY}：转入动员部署",
            "报送情况表 4月18日 08:30：逾期未报 0 件，临期 4 件",
        ]
        assert first.prefect.subflows(first.prefect.subflow(first.state, SKILLS)) == [f"{SKILLS} · 动员部署：已报 0/3"]

    def test_it_names_its_run_by_what_came_of_it(self, first: First) -> None:
        assert first.state.is_completed()
        assert (
            first.state.message
            == first.prefect.name(first.state)
            == "每日催报 4月18日：已发送 2，无需催报 1，无有效地址 1"
        )

    def test_it_ends_a_task_a_letter_in_what_became_of_it_and_shows_all_units_in_a_table(self, first: First) -> None:
        assert first.prefect.tasks(first.state, 2) == {"嘉定镇": "已发送", "古陂镇": "已发送"}
        assert len(outbox(first.home)) == 2
        page = first.prefect.page("letters")
        assert page.startswith("# 本次写信\n\n截至 4月18日 08:30。")
        rows = [line.split(" | ")[:3] for line in page.splitlines() if line.startswith("| ")][2:]
        assert rows == [
            ["| 团县委", "无有效地址", "1"],
            ["| 嘉定镇", "已发送", "2"],
            ["| 古陂镇", "已发送", "1"],
            ["| 县公安局", "无需催报", ""],
            ["| 信丰县安全生产委员会办公室", "无需催报", ""],
        ]

    def test_it_draws_each_page_where_it_stays(self, first: First) -> None:
        titles = {name: first.prefect.shown(name).partition("\n")[0] for name in PAGES}
        assert titles == {
            "报送情况表": "# 谁还没有报",
            "电话催报单": "# 电话催报单",
            "认领": "# 待认领的来信 0 封",
            "方案2 安全技能": "# 方案2 安全技能攻坚战实施方案",
            "方案3 主体责任": "# 方案3 主体责任攻坚战实施方案",
        }
        assert first.prefect.drawn() == {
            "calendar",
            "letters",
            "phase-2-mobilization",
            "phase-3-mobilization",
            "progress-2-mobilization",
            "progress-3-mobilization",
        }

    def test_it_keeps_the_boards_own_page_and_the_form_fresh(self, first: First) -> None:
        page = first.prefect.shown("报送情况表")
        form = first.prefect.deployment("登记/登记")
        assert f"/v2/deployments/deployment/{form.id}/run?parameters=" in str(page)
        assert first.prefect.form()["item"]["enum"][:2] == [APRIL, LIAISON]


def test_it_shows_a_refused_letter_as_failed_and_writes_to_the_others(
    server: SmtpServer, prefect_api: Observed
) -> None:
    server.rejects("gupi@xf.gov.cn", "550 5.1.1 no such user")
    state = run(morning)
    found = prefect_api.tasks(state, 2)
    assert (found["古陂镇"], found["嘉定镇"]) == ("退信", "已发送")
    assert (state.is_completed(), "退信 1" in str(state.message)) == (True, True)
    assert [letter.recipients for letter in server.letters] == [("jiading@xf.gov.cn",)]
    page = prefect_api.shown("报送情况表")
    assert "| 古陂镇 | 退信 | 4月18日：" in page
    assert "| 团县委 | 无有效地址 |" in page


def test_it_ends_red_when_a_letter_did_not_go_out_and_a_rerun_of_a_plan_sends_it(
    server: SmtpServer, prefect_api: Observed
) -> None:
    server.next("mail", "451 4.7.1 try again later")
    state = run(morning)
    assert state.is_failed()
    words = "已发送 1，暂缓发送 1，无需催报 1，无有效地址 1；要处理的：嘉定镇暂缓发送（451 4.7.1 try again later）"
    assert state.message == f"【演练】每日催报 4月18日：{words}"
    state = run(plan, plan="skills")
    assert state.is_completed()
    assert prefect_api.tasks(state, 1) == {"嘉定镇": "已发送"}
    assert sorted(letter.recipients for letter in server.letters) == [("gupi@xf.gov.cn",), ("jiading@xf.gov.cn",)]


def test_it_sends_nothing_when_it_runs_again(home: Path, prefect_api: Observed) -> None:
    run(morning)
    before = outbox(home)
    pages = prefect_api.pages("letters")
    state = run(morning)
    assert prefect_api.tasks(state, 0) == {}
    assert state.message == "每日催报 4月18日：今日已发 2，无需催报 1，无有效地址 1"
    assert outbox(home) == before
    assert prefect_api.pages("letters") == pages


def test_it_writes_no_letter_on_a_day_off_but_draws_the_board(
    home: Path, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUIBAO_NOW", "2022-05-01T08:30")
    state = run(morning)
    assert state.message == "每日催报 5月1日：2022-05-01 为休息日，不发催报函"
    assert prefect_api.tasks(state, 0) == {}
    assert outbox(home) == {}
    assert prefect_api.shown("报送情况表").startswith("# 谁还没有报\n\n截至 5月1日 08:30。")


def test_it_writes_nothing_at_a_moment_still_to_come(home: Path, prefect_api: Observed) -> None:
    state = run(morning, as_of="2022-04-19T08:30")
    assert str(state.message).startswith("没有完成：2022-04-19 08:30 还没到，现在是 2022-04-18 08:30，没有发信。")
    assert state.is_failed()
    assert outbox(home) == {}


@pytest.mark.usefixtures("year_over")
def test_it_works_at_another_moment_where_one_is_given(home: Path, prefect_api: Observed) -> None:
    state = run(morning, as_of="2022-04-19T00:30:00Z")
    assert prefect_api.name(state).startswith("每日催报 4月19日：已发送 2")
    assert prefect_api.page("who-has-reported").startswith("# 谁还没有报\n\n截至 4月19日 08:30。")
    assert {name.partition(" ")[0] for name in outbox(home)} == {"2022-04-19"}


def test_it_says_once_that_a_plan_has_entered_a_phase(
    home: Path, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(morning)
    monkeypatch.setenv("CUIBAO_NOW", MOBILIZED)
    run(morning)
    run(morning)
    opened = [(plan, payload["phase"]) for plan, payload in prefect_api.events(ENTERED)]
    assert opened == [
        ("cuibao.plan.small.skills", "mobilization"),
        ("cuibao.plan.small.responsibility", "mobilization"),
        ("cuibao.plan.small.skills", "implementation"),
        ("cuibao.plan.small.responsibility", "implementation"),
    ]
    assert {payload["as_of"] for _, payload in prefect_api.events(ENTERED)[2:]} == {"2022-05-05T08:30:00+08:00"}


@pytest.mark.usefixtures("year_over")
def test_it_leaves_a_gate_report_when_a_phase_closes_and_writes_it_to_the_office(
    home: Path, prefect_api: Observed
) -> None:
    begun(home)
    state = run(morning, as_of=MOBILIZED)
    assert prefect_api.tasks(state, 3)[OFFICE] == "已发送"
    page = prefect_api.page("gate-2-mobilization")
    assert page.startswith("# 阶段小结：方案2 安全技能 · 动员部署\n\n截至 5月5日 08:30。阶段为4月1日至4月30日。")
    assert "| 嘉定镇 | 0 | 0 | 1 | 联络人 |" in page
    assert "gate-2-implementation" not in prefect_api.drawn()


@pytest.mark.usefixtures("year_over")
def test_it_draws_the_gate_report_of_a_phase_that_was_closed_without_prefect_and_draws_it_once(
    home: Path, prefect_api: Observed
) -> None:
    with office(home) as opened:
        service.run(opened, at(MOBILIZED))
    run(morning, as_of="2022-05-06T08:30")
    assert "截至 5月5日 08:30。" in prefect_api.page("gate-2-mobilization")
    run(morning, as_of="2022-05-07T08:30")
    assert len(prefect_api.pages("gate-2-mobilization")) == 1


def test_it_finds_the_place_of_a_plan_that_the_office_calls_otherwise(home: Path, prefect_api: Observed) -> None:
    (plan,) = [path for path in home.rglob("*.yaml") if "short: 安全技能" in path.read_text(encoding="utf-8")]
    plan.write_text(plan.read_text(encoding="utf-8").replace("short: 安全技能", "short: 技能"), encoding="utf-8")
    run(morning)
    assert prefect_api.shown("方案2 安全技能").startswith("# 方案2 安全技能攻坚战实施方案")
    place = prefect_api.deployment("方案/方案2 安全技能").id
    assert f"[方案2 技能](/v2/deployments/deployment/{place}?tab=Description)" in prefect_api.shown("报送情况表")


@pytest.mark.usefixtures("year_over")
def test_another_moment_leaves_the_boards_own_page_and_the_form_alone(home: Path, prefect_api: Observed) -> None:
    run(board)
    page, form = prefect_api.deployment("报送情况表/报送情况表").description, prefect_api.form()
    run(morning, as_of="2022-04-19T08:30")
    assert prefect_api.page("who-has-reported").startswith("# 谁还没有报\n\n截至 4月19日 08:30。")
    assert str(page).startswith("# 谁还没有报\n\n截至 12月31日 08:30。")
    assert prefect_api.deployment("报送情况表/报送情况表").description == page
    assert prefect_api.form() == form


def test_what_says_the_same_is_not_written_again(
    home: Path, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(morning)
    before = {name: prefect_api.shown(name) for name in PAGES}
    changes = {name: prefect_api.changes(name) for name in PAGES}
    drawn = {key: prefect_api.pages(str(key)) for key in prefect_api.drawn()}
    monkeypatch.setenv("CUIBAO_NOW", "2022-04-18T16:00")
    run(morning)
    assert {name: prefect_api.shown(name) for name in PAGES} == before
    assert {name: prefect_api.changes(name) for name in PAGES} == changes
    assert {key: prefect_api.pages(str(key)) for key in prefect_api.drawn()} == drawn
    run(record, units=["嘉定镇"], item=LIAISON, by="王")
    after = {name: prefect_api.shown(name) for name in PAGES}
    assert {name for name in PAGES if after[name] != before[name]} == {"报送情况表", "方案2 安全技能"}
    assert "截至 4月18日 16:00。" in after["方案2 安全技能"]


def test_a_page_that_was_lost_is_drawn_again(home: Path, prefect_api: Observed) -> None:
    run(board)
    page = prefect_api.shown("方案2 安全技能")
    prefect_api.forget("方案2 安全技能", "calendar")
    run(board)
    assert prefect_api.shown("方案2 安全技能") == page
    assert len(prefect_api.pages("calendar")) == 1


def test_it_says_in_chinese_what_is_wrong_with_the_offices_files(home: Path, prefect_api: Observed) -> None:
    spoil(home / "schedules" / "small" / "2-skills.yaml", "2022-04-25", "2022-04-31")
    state = run(morning)
    assert state.is_failed()
    assert str(state.message).startswith("没有完成：")
    assert "2-skills.yaml 第" in str(state.message)
    assert "Traceback" not in prefect_api.log(state)
