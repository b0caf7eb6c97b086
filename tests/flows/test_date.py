"""核对日期 on a real Prefect server: a morning that doubts the machine's clock, and the form that answers for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cuibao.office import Office
from flows.board import board
from flows.date import date
from flows.morning import morning
from flows.plan import plan
from tests.flows.runs import Observed, run
from tests.flows.test_morning import outbox
from tests.offices import at, letters_to

FORM, BOARD = "核对日期", "报送情况表"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the machine's own clock shows, in Shanghai: its last line."""
    shows = ["2022-04-18T08:30"]
    monkeypatch.delenv("CUIBAO_NOW")
    monkeypatch.setattr(Office, "machine_now", staticmethod(lambda: at(shows[-1]).astimezone(UTC)))
    return shows


def test_it_waits_in_red_and_says_why_where_the_clerk_looks(
    home: Path, prefect_api: Observed, clock: list[str]
) -> None:
    run(morning)
    before = outbox(home)
    clock.append("2022-09-01T08:30")
    state = run(morning)
    assert state.is_failed()
    assert str(state.message).startswith("没有完成：电脑上的日期是 2022年9月1日，")
    assert run(plan, plan="skills").is_failed()
    assert outbox(home) == before
    assert "**每日催报停着**：电脑上的日期是 2022年9月1日，" in prefect_api.shown(BOARD)
    schema = prefect_api.deployment("核对日期/核对日期").parameter_openapi_schema or {}
    fields = schema["properties"]
    assert fields["answer"]["description"].startswith(
        "电脑上的日期是 2022年9月1日，离上一次催报、来信或核对日期（2022年4月18日）"
    )
    page = prefect_api.shown(FORM)
    assert "答“日期没错”，今天照常催报" in page
    assert "- 2022年4月18日的催报：已发出的 2 封信不再算数，到期照常再催，2 个阶段退回转阶段以前" in page


def test_the_form_that_lets_the_day_through_does_its_morning(
    home: Path, prefect_api: Observed, clock: list[str]
) -> None:
    run(morning)
    clock.append("2022-09-01T08:30")
    run(morning)
    before = outbox(home)
    state = run(date, answer="日期没错", by="王")
    assert state.is_completed()
    assert str(state.message).startswith("日期没错，今天照常催报。每日催报 9月1日：已发送 ")
    assert len(outbox(home)) > len(before)
    assert "没有要核对的日期" in prefect_api.shown(FORM)
    assert "停着" not in prefect_api.shown(BOARD)


def test_the_form_that_takes_a_morning_back_does_the_right_one(
    home: Path, prefect_api: Observed, clock: list[str]
) -> None:
    clock.append("2022-04-25T08:30")
    run(morning)
    clock.append("2022-04-20T08:30")
    assert run(morning).is_failed()
    state = run(date, answer="撤回以前的催报", by="王")
    assert state.is_completed(), state.message
    assert str(state.message).startswith("已撤回2022年4月25日的催报：")
    assert {name[:10] for name in outbox(home)} == {"2022-04-20", "2022-04-25"}
    clock.append("2022-04-25T08:30")
    run(morning)
    assert len(letters_to(home, "嘉定镇", "2022-04-25")) == 2


def test_it_answers_a_wrong_form_in_chinese(home: Path, prefect_api: Observed, clock: list[str]) -> None:
    run(morning)
    clock.append("2022-09-01T08:30")
    run(morning)
    for answer, by in (("", "王"), ("也许", "王"), ("日期没错", ""), ("日期已改正", "王")):
        state = run(date, answer=answer, by=by)
        assert state.is_failed(), answer
        assert str(state.message).startswith("没有回答："), answer
        assert "停着" in prefect_api.shown(BOARD), answer


def test_there_is_nothing_to_answer_on_an_ordinary_day(home: Path, prefect_api: Observed, clock: list[str]) -> None:
    run(board)
    assert run(date, answer="日期没错", by="王").message == "没有回答：没有要核对的日期，不用回答。"


def test_what_a_phase_triggered_on_another_day_does_nothing_and_is_not_red(
    home: Path, prefect_api: Observed, clock: list[str]
) -> None:
    clock.append("2022-04-20T08:30")
    state = run(plan, plan="skills", phase="mobilization", as_of="2022-04-18T08:30:00+08:00", triggered=True)
    assert state.is_completed()
    assert state.message == "方案2 安全技能 4月18日：不是今天的，以每日催报为准，不再做"
    assert outbox(home) == {}
    clock.append("2022-04-17T08:30")  # set back since
    state = run(plan, plan="skills", phase="mobilization", as_of="2022-04-18T08:30:00+08:00", triggered=True)
    assert state.is_completed()
    clock.append("2022-04-20T08:30")
    same_day = run(plan, plan="skills", phase="mobilization", as_of="2022-04-20T08:30:00+08:00", triggered=True)
    assert same_day.is_completed()
    assert len(outbox(home)) == 2


def test_a_moment_that_somebody_gives_is_not_measured(home: Path, clock: list[str]) -> None:
    run(morning)
    clock.append("2022-09-01T08:30")
    assert run(morning, as_of=datetime(2022, 9, 1, 8, tzinfo=UTC).astimezone()).is_failed()  # still to come
    assert run(morning, as_of=at("2022-09-01T08:00")).is_completed()
