"""事发登记: what a clerk opens an item for, what is then owed and written, and how it is taken back."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from cuibao.errors import Contradiction, LedgerError
from cuibao.ledger import engine as engines
from cuibao.model import Channel, Entry, Event, Status
from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.checking import require_sound
from cuibao.service.entries import opening
from cuibao.service.entries.lookup import item_named
from cuibao.service.entries.record import record
from cuibao.service.letters import morning
from cuibao.service.views.board import look
from tests import winter
from tests.integration.test_cli import cuibao
from tests.offices import at, begun, letters_to, office

HAPPENED = date(2025, 11, 18)  # a Tuesday
OPENED, NEXT_MORNING = "2025-11-18T15:00", "2025-11-19T08:30"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    winter.lay_out(tmp_path, winter.ACCIDENT)
    begun(tmp_path)
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[Office]:
    with office(home) as found:
        yield found


def happens(opened: Office, when: str = OPENED, **given: Any) -> opening.Opened:
    (item,) = opening.event_items(opened)
    words: dict[str, Any] = {"happened": HAPPENED, "label": "", "units": ["嘉定镇"], "by": "王芳"}
    return opening.open_event(opened, at(when), item, **{**words, **given})


def text_of(path: Path) -> str:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_next_morning_writes_of_it_and_it_is_an_item_like_others(home: Path, opened: Office) -> None:
    done = happens(opened)
    assert (done.event.number, done.event.label, done.event.units) == (1, "11月18日", ("jiading",))
    (period,) = opened.schedule.tracked()
    assert (period.key, period.due, period.begins) == ("event-1", date(2025, 11, 21), HAPPENED)
    morning.run(opened, at(NEXT_MORNING))
    (letter,) = letters_to(home, "嘉定镇")
    assert "秋冬防范 事故报告（11月18日）\n   期限：11月21日（星期五）前" in text_of(letter)
    assert letters_to(home, "古陂镇") == []
    named = item_named(opened, "winter", "accident", "event-1")
    told: dict[str, Any] = {"units": ["嘉定镇"], "period": named, "received": None, "channel": Channel.FAX}
    record(opened, at("2025-11-20T10:00"), **told, by="王芳")
    (cell,) = look(opened, at("2025-11-24T08:30")).cells
    assert (cell.status, label_of(cell.obligation.period)) == (
        Status.ON_TIME,
        "秋冬防范·事故报告（11月18日，11月21日前）",
    )


def test_another_office_finds_it(home: Path, opened: Office) -> None:
    happens(opened)
    with office(home) as other:
        assert [period.key for period in other.schedule.periods] == ["event-1"]


def test_it_is_written_of_however_many_letters_went(home: Path, opened: Office) -> None:
    for day in (10, 11, 12):
        happens(opened, f"2025-11-{day}T07:00", happened=date(2025, 11, day))
        morning.run(opened, at(f"2025-11-{day}T08:30"))
    assert len(letters_to(home, "嘉定镇")) == 3


def test_the_same_twice_is_one(opened: Office) -> None:
    happens(opened)
    again = happens(opened, "2025-11-18T15:05")
    assert (again.again, again.event.number) == (True, 1)
    assert len(opened.schedule.periods) == 1


def test_a_form_that_is_sent_again_opens_nothing_more(opened: Office) -> None:
    first = happens(opened, token="a1")
    again = happens(opened, token="a1", label="改了的名称")
    assert (again.again, again.event) == (True, first.event)


def test_another_one_of_the_item_has_the_next_number(opened: Office) -> None:
    happens(opened)
    done = happens(opened, label="某矿冒顶", units=["各镇"])
    assert (done.event.number, done.event.units) == (2, ("jiading", "gupi"))
    assert opening.outcome(opened, opening.event_items(opened)[0], done) == (
        "已登记事发（第 2 号）：秋冬防范·事故报告（某矿冒顶，11月21日前），嘉定镇、古陂镇；下一次每日催报发函"
    )


def test_a_number_that_somebody_took_meanwhile_is_passed_over(home: Path, opened: Office) -> None:
    opened.ledger.register(opened.campaign.id, at(OPENED))
    theirs = Event("winter", "accident", 1, HAPPENED, "别的", ("gupi",), "李四", at(OPENED))
    assert opened.ledger.events.keep(opened.campaign.id, theirs)
    assert not opened.ledger.events.keep(opened.campaign.id, theirs)
    assert happens(opened).event.number == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"happened": date(2025, 11, 19)}, "事发日期 2025-11-19 还没到，今天是 2025-11-18。"),
        ({"happened": date(2025, 9, 30)}, "事发日期 2025-09-30 早于通知印发日（2025年10月1日）。"),
        ({"happened": None}, "请填写事发日期。"),
        ({"label": "长" * 41}, "名称请不超过40个字，现为 41 个字。"),
        ({"units": []}, "请至少选一个单位。"),
        ({"units": ["县公安局"]}, "县公安局不需要报送“秋冬防范·事故报告”。"),
        ({"units": ["县直部门"]}, "“县直部门”里没有要报“秋冬防范·事故报告”的单位。"),
        ({"units": ["加定镇"]}, "通讯录里没有“加定镇”。是不是：嘉定镇？"),
        ({"by": ""}, "请填写登记人。"),
    ],
)
def test_what_cannot_be_is_said(opened: Office, given: dict[str, Any], said: str) -> None:
    with pytest.raises(Contradiction) as refused:
        happens(opened, **given)
    assert said in str(refused.value)
    assert opened.ledger.events.all(opened.campaign.id) == ()


def test_two_are_not_called_alike(opened: Office) -> None:
    happens(opened)
    with pytest.raises(Contradiction, match="第 1 号事发也叫“11月18日”，请另写一个名称"):
        happens(opened, units=["古陂镇"])


def test_one_by_mistake_is_taken_back_and_written_of_no_more(home: Path, opened: Office) -> None:
    happens(opened)
    (item,) = opening.event_items(opened)
    opening.take_back(opened, at("2025-11-18T16:00"), item, 1, "李四")
    assert opened.schedule.periods == ()
    morning.run(opened, at(NEXT_MORNING))
    assert letters_to(home, "嘉定镇") == []
    with pytest.raises(Contradiction, match="第 1 号事发早已撤回"):
        opening.take_back(opened, at("2025-11-18T16:00"), item, 1, "李四")
    with pytest.raises(Contradiction, match=r"没有编号为 7 的事发，可以撤回的：（没有）"):
        opening.take_back(opened, at("2025-11-18T16:00"), item, 7, "李四")
    assert happens(opened).event.number == 2


def test_one_for_which_something_came_is_not_taken_back(opened: Office) -> None:
    happens(opened)
    (item,) = opening.event_items(opened)
    (period,) = opened.schedule.tracked()
    told: dict[str, Any] = {"units": ["嘉定镇"], "period": period, "received": None, "channel": Channel.FAX}
    record(opened, at("2025-11-18T16:00"), **told, by="王芳")
    with pytest.raises(Contradiction, match="第 1 号事发已有 1 个单位的登记，不能撤回"):
        opening.take_back(opened, at("2025-11-18T17:00"), item, 1, "李四")


def test_who_works_along_does_so_each_time(tmp_path: Path) -> None:
    winter.lay_out(tmp_path, winter.ACCIDENT.replace("due:", "jointly: [县公安局]\n    due:"))
    with office(tmp_path) as opened:
        happens(opened)
        assert [(each.requirement.id, each.units) for each in opened.schedule.periods] == [
            ("accident", ("jiading",)),
            ("accident.jointly", ("gongan",)),
        ]


def test_the_command_lists_opens_and_takes_back(tmp_path: Path) -> None:
    winter.lay_out(tmp_path / "office", winter.ACCIDENT)
    home = tmp_path
    now = {"CUIBAO_NOW": OPENED}
    assert cuibao(home, "event", **now).out == "没有登记过事发。\n"
    words = ("event", "--day", "2025-11-18", "--unit", "嘉定镇", "--by", "王芳")
    told = "秋冬防范·事故报告（11月18日，11月21日前），嘉定镇"
    assert cuibao(home, *words, **now).out == f"已登记事发（第 1 号）：{told}；下一次每日催报发函；登记人 王芳。\n"
    (listed,) = cuibao(home, "event", "--json", **now).json
    assert (listed["number"], listed["day"], listed["units"], listed["taken_back_by"]) == (
        *(1, "2025-11-18", ["jiading"]),
        None,
    )
    done = cuibao(home, "event", "--back", "1", "--by", "李四", **now)
    assert done.out.startswith("已撤回第 1 号事发：秋冬防范·事故报告（11月18日），嘉定镇；")
    assert "2025-11-18 15:00 李四" in cuibao(home, "event", **now).out
    assert "请用 --day 和 --unit 写明" in cuibao(home, "event", "--by", "王芳", **now).complaint


def test_where_no_item_is_opened_so_it_is_said(tmp_path: Path) -> None:
    assert cuibao(tmp_path, "event").out.startswith("这次通知里没有事发后才报的事项")
    words = ("event", "--day", "2022-07-01", "--unit", "嘉定镇", "--by", "王芳")
    assert cuibao(tmp_path, *words, CUIBAO_NOW="2022-07-26T09:00").complaint == opening.no_items()


def test_a_campaign_without_such_items_asks_the_ledger_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    original = engines._set_pragmas

    def traced(connection: Any, record: Any) -> None:
        original(connection, record)
        connection.set_trace_callback(lambda words: asked.update([words.split()[0].upper()]))

    monkeypatch.setattr(engines, "_set_pragmas", traced)
    selects = {}
    for name, items in (("plain", winter.MONTHLY), ("events", winter.ACCIDENT), ("told", winter.QUARTERLY)):
        with office(winter.lay_out(tmp_path / name, items)) as opened:
            _ = opened.campaign, opened.ledger
            asked.clear()
            _ = opened.schedule
            selects[name] = asked["SELECT"]
    assert selects == {"plain": 0, "events": 1, "told": 1}


@pytest.mark.parametrize("item", [winter.ACCIDENT, winter.QUARTERLY])
def test_a_schedule_that_is_looked_at_makes_no_ledger(tmp_path: Path, item: str) -> None:
    with office(winter.lay_out(tmp_path, item)) as opened:
        require_sound(opened)
        _ = opened.schedule
    assert list(tmp_path.glob("*.db*")) == []


def test_what_is_taken_back_at_the_same_time_takes_no_entry(home: Path, opened: Office) -> None:
    happens(opened)
    (period,) = opened.schedule.tracked()
    (item,) = opening.event_items(opened)
    told: dict[str, Any] = {"units": ["嘉定镇"], "period": period, "received": None, "channel": Channel.FAX}
    with office(home) as other:
        opening.take_back(other, at("2025-11-19T09:00"), item, 1, "李强")
    with pytest.raises(LedgerError, match="这次事发刚刚撤回，没有登记任何内容"):
        record(opened, at("2025-11-19T09:01"), **told, by="王芳")
    assert opened.ledger.entries(opened.campaign.id) == {}


def test_what_was_entered_meanwhile_keeps_it_from_being_taken_back(opened: Office) -> None:
    done = happens(opened)
    (period,) = opened.schedule.tracked()
    told: dict[str, Any] = {"units": ["嘉定镇"], "period": period, "received": None, "channel": Channel.FAX}
    record(opened, at("2025-11-19T09:01"), **told, by="王芳")
    events, campaign = opened.ledger.events, opened.campaign.id
    assert not events.take_back(campaign, done.event, "李强", at("2025-11-19T09:02"), entries=0)
    assert events.take_back(campaign, done.event, "李强", at("2025-11-19T09:02"), entries=1)


def test_an_event_and_its_entries_keep_each_other_out_on_either_database(home: Path, database_url: str) -> None:
    with office(home, CUIBAO_DATABASE_URL=database_url) as opened:
        done = happens(opened)
        (period,) = opened.schedule.tracked()
        told: dict[str, Any] = {"units": ["嘉定镇"], "period": period, "received": None, "channel": Channel.FAX}
        record(opened, at("2025-11-19T09:01"), **told, by="王芳")
        events, campaign = opened.ledger.events, opened.campaign.id
        assert not events.take_back(campaign, done.event, "李强", at("2025-11-19T09:02"), entries=0)
        assert events.take_back(campaign, done.event, "李强", at("2025-11-19T09:02"), entries=1)
        with pytest.raises(LedgerError, match="这次事发刚刚撤回"):
            record(
                opened,
                at("2025-11-19T09:03"),
                **{**told, "units": ["嘉定镇"]},
                by="李强",
                entry=Entry.RETURNED,
                note="x",
            )
