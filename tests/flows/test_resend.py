"""补发 on a real Prefect server: what was put off goes by itself, and runs that sent nothing do not bury the others."""

import pytest
from prefect import tags

from flows.morning import morning
from flows.plan import plan
from flows.resend import resend
from tests.flows.runs import Observed, run
from tests.integration.smtp_server import Drop, SmtpServer
from tests.offices import smtp

JIADING = "jiading@xf.gov.cn"
NINE, LATER = "2022-04-18T09:00", "2022-04-18T09:30"


def test_what_was_put_off_goes_at_nine(
    server: SmtpServer, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.greylists(JIADING)
    assert run(morning).is_failed()
    assert "| 嘉定镇 | 暂缓发送 |" in prefect_api.shown("报送情况表")
    assert "今天会自动再试" in prefect_api.shown("报送情况表")
    monkeypatch.setenv("CUIBAO_NOW", NINE)
    state = run(resend, scheduled=True)
    assert state.message == prefect_api.name(state) == "【演练】补发：已发送 1"
    assert state.is_completed()
    assert prefect_api.tasks(state, 1) == {"嘉定镇": "已发送"}
    assert "| 嘉定镇 | 已发送 |" in prefect_api.page("letters")
    assert "| 嘉定镇 | 暂缓发送 |" not in prefect_api.shown("报送情况表")
    assert [each.recipients for each in server.letters] == [("gupi@xf.gov.cn",), (JIADING,)]


def test_a_run_by_the_clock_that_sent_nothing_takes_the_place_of_the_one_before(
    server: SmtpServer, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.greylists(JIADING, times=2)
    run(morning)
    monkeypatch.setenv("CUIBAO_NOW", NINE)
    with tags("auto-scheduled"):  # as Prefect's scheduler marks what it starts
        first = run(resend, scheduled=True)
        assert (first.is_completed(), first.message) == (True, "【演练】没有补发：暂缓发送 1")
        by_hand = run(resend)
        assert by_hand.message == "【演练】补发：已发送 1"
        second = run(resend, scheduled=True)
        assert second.message == "【演练】没有补发：没有要补发的信"
        assert not prefect_api.remembers(first)
        monkeypatch.setenv("CUIBAO_NOW", "2022-04-23T09:00")
        third = run(resend, scheduled=True)
    assert third.message == "【演练】没有补发：2022-04-23 为休息日，不发催报函"
    assert not prefect_api.remembers(second)
    assert all(map(prefect_api.remembers, (by_hand, third)))


def test_it_is_red_where_a_person_has_to_look(
    server: SmtpServer, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.greylists(JIADING)
    run(morning)
    server.next("end", Drop(stored=True), Drop(stored=False))
    monkeypatch.setenv("CUIBAO_NOW", NINE)
    state = run(resend, scheduled=True)
    assert (state.is_failed(), state.message) == (True, "【演练】补发：是否送达不确定 1")


def test_neither_it_nor_a_phase_that_begins_logs_in_after_three_refusals_but_a_person_may(
    server: SmtpServer, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer(auth=("office@xf.gov.cn", "right")) as strict:
        login = {"CUIBAO_SMTP_USER": "office@xf.gov.cn", "CUIBAO_SMTP_PASSWORD": "wrong"}
        for name, value in (smtp(strict.port) | login).items():
            monkeypatch.setenv(name, value)
        run(morning)
        assert strict.logins == 1
        for moment in (NINE, LATER):
            monkeypatch.setenv("CUIBAO_NOW", moment)
            assert str(run(resend, scheduled=True).message) == "【演练】没有补发：暂缓发送 2"
        assert strict.logins == 3
        silent = "邮件服务器今天已 3 次拒绝登录，不再自动登录"
        assert silent in str(run(resend, scheduled=True).message)
        assert silent in str(run(plan, plan="skills", as_of="2022-04-18T09:30", triggered=True).message)
        assert strict.logins == 3
        monkeypatch.setenv("CUIBAO_SMTP_PASSWORD", "right")
        assert str(run(resend).message) == "【演练】补发：已发送 2"
