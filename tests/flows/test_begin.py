"""启用 on a real Prefect server: a morning that sends nothing yet, the page that shows what it would, and the yes."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from cuibao.model import Copies
from cuibao.office import Office
from flows.begin import begin
from flows.board import board
from flows.fields.begin import confirmed
from flows.morning import morning
from flows.plan import plan
from tests.flows.runs import Observed, run
from tests.integration.smtp_server import SmtpServer
from tests.offices import at, in_earnest, spoil

FORM, BOARD = "启用", "报送情况表"
YES = {"by": "王芳", "copies": Copies.ASK.zh, "confirm": confirmed()}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the machine's own clock shows, in Shanghai: its last line."""
    shows = ["2022-07-19T09:00"]
    monkeypatch.delenv("CUIBAO_NOW")
    monkeypatch.setattr(Office, "machine_now", staticmethod(lambda: at(shows[-1]).astimezone(UTC)))
    return shows


@pytest.fixture
def server(home: Path, clock: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpServer]:
    """The mail server of the office at `home`, which is no drill."""
    with SmtpServer() as running:
        for name, value in in_earnest(running.port).items():
            monkeypatch.setenv(name, value)
        yield running


def form(prefect_api: Observed) -> dict[str, dict[str, object]]:
    schema = prefect_api.deployment(f"{FORM}/{FORM}").parameter_openapi_schema or {}
    fields: dict[str, dict[str, object]] = schema["properties"]
    return fields


def test_a_morning_before_the_yes_is_green_and_sends_nothing(server: SmtpServer, prefect_api: Observed) -> None:
    for state in (run(morning), run(plan, plan="skills")):
        assert state.is_completed()
        assert "尚未启用" in prefect_api.name(state)
    assert server.letters == []
    assert prefect_api.events("cuibao.phase.entered") == []
    assert "**尚未启用。" in prefect_api.shown(BOARD)
    assert "[打开启用](/v2/deployments/deployment/" in prefect_api.shown(BOARD)


def test_its_page_shows_who_gets_what_and_who_gets_nothing(server: SmtpServer, prefect_api: Observed) -> None:
    run(board)
    page = prefect_api.shown(FORM)
    assert "| 嘉定镇 | jiading<wbr>@xf.gov.cn | 【报送通知】嘉定镇" in page
    assert "团县委" in page.partition("收不到信的单位")[2].splitlines()[0]
    assert "## 给嘉定镇的信全文" in page
    assert "报送通知<br>" in page
    assert form(prefect_api)["copies"]["default"] == Copies.AUTO.zh


def test_the_yes_sends_at_once_and_the_page_says_so(server: SmtpServer, prefect_api: Observed) -> None:
    run(board)
    state = run(begin, number=form(prefect_api)["number"]["default"], **YES)
    assert state.is_completed()
    assert prefect_api.name(state).startswith("已启用。每日催报 7月19日：已发送 2")
    assert {address for letter in server.letters for address in letter.recipients} == {
        "jiading@xf.gov.cn",
        "gupi@xf.gov.cn",
    }
    assert "已于 2022年7月19日 09:00 启用，登记人 王芳，首批信 7月19日 发出" in prefect_api.shown(FORM)
    assert "尚未启用" not in prefect_api.shown(BOARD)
    again = run(begin, number=1, **YES)
    assert again.is_failed()
    assert "没有启用：已于 2022年7月19日 09:00 启用" in str(again.message)


def test_after_hours_the_next_morning_sends(server: SmtpServer, prefect_api: Observed, clock: list[str]) -> None:
    clock.append("2022-07-22T18:00")
    run(board)
    state = run(begin, number=form(prefect_api)["number"]["default"], **YES)
    assert prefect_api.name(state) == "已启用，首批信在 7月25日（星期一） 08:30 的每日催报发出"
    assert server.letters == []
    clock.append("2022-07-25T08:30")
    assert run(morning).is_completed()
    assert len(server.letters) == 2


def test_a_yes_wants_what_the_form_asks(server: SmtpServer, prefect_api: Observed) -> None:
    run(board)
    given = {"number": form(prefect_api)["number"]["default"], **YES}
    for left_out, why in (("confirm", confirmed()), ("number", "先看首批信"), ("by", "登记人"), ("copies", "")):
        state = run(begin, **{name: value for name, value in given.items() if name != left_out})
        assert state.is_failed() is bool(why), left_out
        assert why in str(state.message)
        assert bool(server.letters) is not bool(why), left_out


def test_a_form_that_was_open_while_an_address_was_added_asks_again(
    home: Path, server: SmtpServer, prefect_api: Observed
) -> None:
    run(board)
    number = form(prefect_api)["number"]["default"]
    spoil(home / "contacts" / "units.yaml", "[gupi@xf.gov.cn]", "[gupi@xf.gov.cn, new@xf.gov.cn]")
    run(board)
    state = run(begin, number=number, **YES)
    assert state.is_failed()
    assert "古陂镇 new@xf.gov.cn" in str(state.message)
    assert server.letters == []
    assert run(begin, number=form(prefect_api)["number"]["default"], **YES).is_completed()
