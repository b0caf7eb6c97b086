"""收取 and 认领: what the mailbox shows in the UI, and what a person decides there."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from prefect import tags
from prefect.client.schemas.objects import State

from cuibao.service.views.board import look
from flows.claim import claim
from flows.collect import collect
from flows.forms import claim_schema
from flows.morning import morning
from flows.plan import plan
from tests.flows.runs import Observed, run
from tests.flows.small import LIAISON, UNITS
from tests.integration.imap_server import Account
from tests.mails import AUTHSERV, File, mail
from tests.offices import answers_to, at, office

JIADING = "jiading@xf.gov.cn"


@pytest.fixture
def mailbox(home: Path, account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The office's mailbox, on the afternoon after the notice."""
    settings = {
        "HOST": "127.0.0.1",
        "PORT": str(account.server.port),
        "SECURITY": "none",
        "USER": account.user,
        "PASSWORD": account.password,
        "AUTHSERV": AUTHSERV,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"CUIBAO_IMAP_{name}", value)
    monkeypatch.setenv("CUIBAO_NOW", "2022-04-20T15:00")
    return account


def deliver(mailbox: Account, sender: str = JIADING, name: str = "安全技能联络人.doc") -> None:
    mailbox.deliver(mail(sender=sender, files=[File(name)]), at("2022-04-20T10:00"))


def decide(number: int, **more: object) -> State[Any]:
    return run(claim, mail=number, **{"units": ["嘉定镇"], "items": [LIAISON], "by": "王芳", **more})


def number_of(page: str) -> int:
    """The number of the only mail in the queue's page."""
    (row,) = [line for line in page.splitlines() if line.startswith("| ") and line[2].isdigit()]
    return int(row.split("|")[1])


def test_it_registers_answers_and_draws_the_board(mailbox: Account, home: Path, prefect_api: Observed) -> None:
    deliver(mailbox)
    state = run(collect)
    assert state.message == prefect_api.name(state) == "收取：来信 1 封，登记 1，回执已发送 1"
    assert "[✓ 4.20](" in prefect_api.shown("方案2 安全技能")
    assert f"已登记：嘉定镇，{LIAISON}" in prefect_api.log(state)
    assert len(answers_to(home, "嘉定镇")) == 1


def test_a_morning_reads_first_and_reminds_nobody_of_what_came(
    mailbox: Account, home: Path, monkeypatch: pytest.MonkeyPatch, prefect_api: Observed
) -> None:
    monkeypatch.setenv("CUIBAO_NOW", "2022-04-20T08:30")
    mailbox.deliver(mail(sender=JIADING, files=[File("安全技能联络人.doc")]), at("2022-04-20T08:20"))
    mailbox.deliver(mail(sender="gupi@qq.com", files=[File("古陂镇安全技能联络人.doc")]), at("2022-04-20T08:25"))
    state = run(morning)
    assert state.is_completed()
    read = "先收信：来信 2 封，登记 1，待认领 1，回执已发送 1"
    waiting = "有 1 封来信待认领，最早的从 4月20日 08:30 等到现在"
    assert str(state.message).startswith("每日催报 4月20日：已发送 2，")
    assert str(state.message).endswith(f"；{read}；{waiting}")
    assert len(answers_to(home, "嘉定镇")) == 1
    with office(home) as opened:
        kept = opened.ledger.letter(opened.campaign.id, "jiading", at("2022-04-20T08:30").date())
    assert kept is not None
    assert {key.requirement for key in kept.keys} == {"progress"}
    assert str(run(plan, plan="skills").message).endswith(f"；先收信：没有新来信；{waiting}")


def test_a_morning_writes_all_the_same_where_the_mailbox_cannot_be_read(
    mailbox: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUIBAO_IMAP_PORT", "1")
    state = run(morning)
    assert state.is_completed()
    assert str(state.message).startswith("每日催报 4月20日：已发送 2，")
    assert "；没有先收信（收件服务器 127.0.0.1:1 没有开放：请检查端口，或稍后再试），信照发" in str(state.message)


def test_it_draws_nothing_where_nothing_is_new(mailbox: Account, prefect_api: Observed) -> None:
    state = run(collect)
    assert state.message == "收取：没有新来信"
    assert prefect_api.shown("报送情况表") == ""
    assert prefect_api.drawn() == set()


def test_the_board_says_that_nobody_is_trusted_until_somebody_is(
    mailbox: Account, monkeypatch: pytest.MonkeyPatch, prefect_api: Observed
) -> None:
    monkeypatch.delenv("CUIBAO_IMAP_AUTHSERV")
    deliver(mailbox)
    state = run(collect)
    assert state.message == "收取：来信 1 封，待认领 1"
    assert "还没有认定收件服务器" in prefect_api.log(state)
    assert "## 来信核实\n\n- 还没有认定收件服务器，来信都不会自动登记" in prefect_api.shown("报送情况表")
    monkeypatch.setenv("CUIBAO_IMAP_AUTHSERV", AUTHSERV)
    state = run(collect)
    assert state.message == "收取：没有新来信，原来待核实的 1 封已重新判断，登记 1，回执已发送 1"
    assert "来信核实" not in prefect_api.shown("报送情况表")
    # And where nothing waited for it.
    monkeypatch.setenv("CUIBAO_IMAP_WAIVED_DOMAINS", "xf.gov.cn")
    assert run(collect).message == "收取：没有新来信"
    assert "- xf.gov.cn 的来信不经验证就会登记" in prefect_api.shown("报送情况表")


@pytest.mark.parametrize(("now", "read"), [("2022-04-23T10:16", False), ("2022-04-23T10:00", True)])
def test_the_clock_reads_once_an_hour_on_a_day_off(
    mailbox: Account, monkeypatch: pytest.MonkeyPatch, now: str, read: bool
) -> None:
    monkeypatch.setenv("CUIBAO_NOW", now)
    state = run(collect, scheduled=True)
    assert (state.message == "收取：没有新来信") is read
    assert run(collect).message == "收取：没有新来信"  # by hand, at any time


def test_a_reading_by_the_clock_that_finds_nothing_takes_the_place_of_the_one_before(
    mailbox: Account, prefect_api: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = run(collect)
    with tags("auto-scheduled"):  # as Prefect's scheduler marks what it starts
        first = run(collect, scheduled=True)
        assert prefect_api.remembers(first)
        deliver(mailbox)
        found = run(collect, scheduled=True)
        assert prefect_api.remembers(first)
        monkeypatch.setenv("CUIBAO_NOW", "2022-04-23T10:16")
        second = run(collect, scheduled=True)
        assert not prefect_api.remembers(first)
        monkeypatch.setenv("CUIBAO_NOW", "2022-04-23T11:00")
        third = run(collect, scheduled=True)
    assert not prefect_api.remembers(second)
    assert all(map(prefect_api.remembers, (by_hand, found, third)))


def test_it_says_in_chinese_that_no_mailbox_is_set(home: Path) -> None:
    state = run(collect)
    assert state.is_failed()
    assert "没有设置收信服务器" in str(state.message)


def test_it_says_in_chinese_that_the_mailbox_cannot_be_reached(
    mailbox: Account, monkeypatch: pytest.MonkeyPatch, prefect_api: Observed
) -> None:
    monkeypatch.setenv("CUIBAO_IMAP_PASSWORD", "wrong")
    state = run(collect)
    assert state.is_failed()
    assert "没有收完：" in str(state.message)
    assert "Traceback" not in prefect_api.log(state)


def test_it_lists_what_is_in_doubt_with_the_forms_that_decide_it(mailbox: Account, prefect_api: Observed) -> None:
    deliver(mailbox, sender="some|one@qq.com")
    state = run(collect)
    assert state.message == "收取：来信 1 封，待认领 1"
    page = prefect_api.shown("认领")
    assert page.startswith("# 待认领的来信 1 封\n\n截至 4月20日 15:00。")
    assert "发件人地址不在通讯录里" in page
    assert "待认领的来信" in prefect_api.shown("报送情况表")
    number = number_of(page)
    links = [link for part in page.split("](")[1:] if "parameters=" in (link := part.partition(")")[0])]
    filled = parse_qs(urlsplit(links[0]).query)["parameters"][0]
    assert f'"mail":{number}' in filled
    assert '"claiming":"收到"' in filled
    assert '"claiming":"不是报送"' in parse_qs(urlsplit(links[1]).query)["parameters"][0]


def test_a_clerk_registers_a_mail_of_the_queue(mailbox: Account, home: Path, prefect_api: Observed) -> None:
    deliver(mailbox, sender="someone@qq.com")
    run(collect)
    number = number_of(prefect_api.shown("认领"))
    state = decide(number)
    assert state.message == f"来信 {number} 已登记：嘉定镇，1 项；回执已发送 1"
    assert "# 待认领的来信 0 封" in prefect_api.shown("认领")
    assert "[✓ 4.20](" in prefect_api.shown("方案2 安全技能")
    again = decide(number)
    assert again.is_completed()
    assert str(again.message).startswith("不必再登：嘉定镇已登记收到")
    assert len(answers_to(home, "嘉定镇")) == 1


def test_a_clerk_makes_the_address_of_a_mail_the_units_own(mailbox: Account, home: Path, prefect_api: Observed) -> None:
    deliver(mailbox, sender="someone@qq.com")
    run(collect)
    number = number_of(prefect_api.shown("认领"))
    state = decide(number, keep_address="是")
    words = f"来信 {number} 已登记：嘉定镇，1 项；someone@qq.com 以后算嘉定镇的；回执已发送 1"
    assert state.message == prefect_api.name(state) == words
    kept = (home / "contacts" / "units.yaml").read_text(encoding="utf-8")
    assert kept == UNITS.replace("[jiading@xf.gov.cn]", "[jiading@xf.gov.cn, someone@qq.com]")
    assert "[✓ 4.20](" in prefect_api.shown("方案2 安全技能")
    deliver(mailbox, sender="someone@qq.com", name="嘉定镇主体责任4月工作进展.doc")
    assert run(collect).message == "收取：来信 1 封，登记 1，回执已发送 1"


def test_a_clerk_dismisses_a_mail_of_the_queue(mailbox: Account, prefect_api: Observed) -> None:
    deliver(mailbox, sender="someone@qq.com")
    run(collect)
    number = number_of(prefect_api.shown("认领"))
    state = decide(number, claiming="不是报送", units=None, items=None)
    assert state.message == f"来信 {number} 已记为不是报送"
    assert "# 待认领的来信 0 封" in prefect_api.shown("认领")


def test_a_claim_that_cannot_be_is_answered_in_chinese(mailbox: Account, prefect_api: Observed) -> None:
    wrong: list[tuple[dict[str, object], str]] = [
        ({"items": None}, "没有认领：请选择报送事项"),
        ({"claiming": "收讫"}, "没有认领：怎么处理应为 收到、零报告、不是报送 之一，现为 收讫"),
        ({"by": None}, "请填写登记人。"),
        ({"units": ["嘉定县"]}, "通讯录里没有“嘉定县”。"),
        ({"keep_address": "也许"}, "没有认领：这个地址以后就算该单位的应为 是、否 之一，现为 也许"),
        ({"keep_address": "是", "units": ["嘉定镇", "古陂镇"]}, "没有认领：要把发件地址算作某单位的，请只选一个单位。"),
    ]
    deliver(mailbox, sender="someone@qq.com")
    run(collect)
    number = number_of(prefect_api.shown("认领"))
    for entry, said in wrong:
        state = decide(number, **entry)
        assert state.is_failed(), said
        assert said in str(state.message)
        assert number_of(prefect_api.shown("认领")) == number


def test_the_form_of_a_claim_is_chinese(home: Path) -> None:
    with office(home) as opened:
        fields = claim_schema(opened, look(opened, at("2022-04-18T08:30")))["properties"]
    titles = [field["title"] for field in sorted(fields.values(), key=lambda field: field["position"])]
    assert titles == [
        "来信编号",
        "怎么处理",
        "责任单位",
        "报送事项",
        "这个地址以后就算该单位的",
        "登记人",
        "备注",
    ]
    keeps = fields["keep_address"]
    assert (keeps["enum"], keeps["default"]) == (["否", "是"], "否")
    assert "先电话核实" in keeps["description"]
