"""Calls: what is entered of one, what its promises hold back and until when, and where they are seen."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry, RespiteKind, Status
from cuibao.office import Office
from cuibao.service.entries import calling, lookup
from cuibao.service.entries import record as entering
from cuibao.service.entries.calling import Called
from cuibao.service.letters import morning
from cuibao.service.letters.agenda import agendas_of
from cuibao.service.views import calls
from cuibao.service.views.board import Cell, look
from cuibao.service.views.trail import CallMade, trail
from tests.flows.small import APRIL, LIAISON, lay_out
from tests.offices import at, begun, office, unit

ANNUAL = "主体责任·全年总结（12月20日前）"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    lay_out(tmp_path)
    begun(tmp_path)
    with office(tmp_path, CUIBAO_NOW="2022-12-30T08:30") as found:
        yield found


def phoned(opened: Office, when: str, until: str | None = None, *items: str, **more: object) -> Called:
    given = {"unit": "古陂镇", "whom": "张三", "note": "正在盖章", "by": "王芳", **more}
    return calling.record_call(
        opened,
        at(when),
        items=[lookup.item_labelled(opened, item) for item in items],
        until=date.fromisoformat(until) if until else None,
        **given,  # type: ignore[arg-type]
    )


def enter(opened: Office, kind: Entry, when: str) -> None:
    entering.record(
        opened,
        at(when),
        units=["古陂镇"],
        period=lookup.item_labelled(opened, LIAISON),
        received=None,
        channel=Channel.MAIL,
        by="王芳",
        note="" if kind.arrives else "缺盖章",
        entry=kind,
    )


def chased(opened: Office, first: str, last: str) -> list[str]:
    """The days of these on which a letter listed the liaison of 古陂镇 as overdue, and not as promised."""
    found = []
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        for letter in morning.run(opened, at(f"{day}T08:30")).written:
            if letter.name == "古陂镇" and any(each.respite is None for each in letter.overdue):
                found.append(str(day))
        day += timedelta(days=1)
    return found


def cell(opened: Office, when: str) -> Cell:
    (found,) = [
        each
        for each in look(opened, at(when)).cells
        if (each.obligation.unit.name, each.obligation.period.requirement.id) == ("古陂镇", "liaison")
    ]
    return found


def sheet(opened: Office, when: str) -> dict[str, list[str]]:
    """Whom to phone, and how each item stands."""
    found = calls.call_sheet(opened, look(opened, at(when))).calls
    return {call.unit.name: [item.situation for item in call.items] for call in found}


def test_what_was_promised_is_not_chased_until_its_day_and_then_again(opened: Office, tmp_path: Path) -> None:
    twin = lay_out(tmp_path / "twin")
    begun(twin)
    with office(twin, CUIBAO_NOW="2022-12-30T08:30") as silent:
        assert len(chased(silent, "2022-04-18", "2022-05-10")) >= 2
    assert chased(opened, "2022-04-18", "2022-04-26") == []
    done = phoned(opened, "2022-04-26T10:00", "2022-05-10")
    assert calling.said(done) == f"已登记通话：古陂镇（张三），承诺5月10日前报：{LIAISON}"
    assert chased(opened, "2022-04-27", "2022-05-10") == []
    assert cell(opened, "2022-05-09T09:00").status is Status.OVERDUE
    assert chased(opened, "2022-05-11", "2022-05-20")[0] == "2022-05-11"


def test_a_letter_that_goes_all_the_same_says_that_it_was_promised(opened: Office) -> None:
    phoned(opened, "2022-04-26T10:00", "2022-05-07")
    (agenda,) = agendas_of(opened, at("2022-05-05T08:30"), [unit(opened, "古陂镇")])  # the second phase opens
    (listed,) = agenda.overdue
    assert listed.respite is not None
    assert (listed.respite.kind, listed.respite.until, listed.urged) == (RespiteKind.PROMISE, date(2022, 5, 7), False)


@pytest.mark.parametrize("kind", [Entry.RECEIVED, Entry.EXTENDED])
def test_it_is_seen_on_the_board_until_an_entry_overtakes_it(opened: Office, kind: Entry) -> None:
    assert cell(opened, "2022-04-26T09:00").promised is None
    phoned(opened, "2022-04-26T10:00", "2022-05-07")
    assert cell(opened, "2022-04-26T09:00").promised is None
    assert cell(opened, "2022-04-27T09:00").promised == date(2022, 5, 7)
    entering.record(
        opened,
        at("2022-04-28T10:00"),
        units=["古陂镇"],
        period=lookup.item_labelled(opened, LIAISON),
        received=None,
        channel=Channel.PHONE,
        by="王芳",
        note="防汛",
        entry=kind,
        due=date(2022, 6, 1) if kind is Entry.EXTENDED else None,
    )
    assert cell(opened, "2022-04-29T09:00").promised is None


def test_what_is_sent_back_after_the_call_is_chased_at_once(opened: Office) -> None:
    phoned(opened, "2022-04-26T10:00", "2022-05-07")
    enter(opened, Entry.RECEIVED, "2022-04-27T10:00")
    enter(opened, Entry.RETURNED, "2022-04-27T11:00")
    assert chased(opened, "2022-04-28", "2022-04-28") == ["2022-04-28"]


def test_nobody_is_phoned_before_the_day_and_the_sheet_says_what_was_not_kept(opened: Office) -> None:
    assert sheet(opened, "2022-04-26T09:00")["古陂镇"] == ["逾期未报"]
    phoned(opened, "2022-04-26T10:00", "2022-05-07")
    assert "古陂镇" not in sheet(opened, "2022-05-07T09:00")
    assert sheet(opened, "2022-05-08T09:00")["古陂镇"] == ["逾期未报；已承诺5月7日前报，没有报"]
    page = calls.printable(opened, calls.call_sheet(opened, look(opened, at("2022-05-08T09:00"))))
    assert "已承诺5月7日前报，没有报" in page


def test_it_stands_in_the_trail_of_the_unit_and_of_the_item(opened: Office) -> None:
    phoned(opened, "2022-04-26T10:00", "2022-05-07")
    phoned(opened, "2022-04-27T10:00", note="在催办公室", whom="李四")
    made = [each for each in trail(opened, unit="古陂镇").events if isinstance(each, CallMade)]
    assert [(each.items, each.words) for each in made] == [
        (LIAISON, "接听人 张三；正在盖章；承诺 2022-05-07 前报 1 项；登记人 王芳"),
        ("", "接听人 李四；在催办公室；登记人 王芳"),
    ]
    (of_item,) = [each for each in trail(opened, item=LIAISON).events if isinstance(each, CallMade)]
    assert of_item == made[0]
    assert not [each for each in trail(opened, item=APRIL).events if isinstance(each, CallMade)]


def test_one_that_is_entered_twice_is_one(opened: Office) -> None:
    phoned(opened, "2022-04-26T10:00", "2022-05-07")
    again = phoned(opened, "2022-04-26T10:02", "2022-05-07")
    assert calling.said(again).startswith("不必再登通话：")
    assert len(opened.ledger.agreements.calls(opened.campaign.id)) == 1
    assert not phoned(opened, "2022-04-26T10:05", "2022-05-08").again


def test_no_promise_and_no_row_of_promises_silences_for_good(opened: Office) -> None:
    with pytest.raises(Contradiction, match="最晚可以承诺到 2022-05-19（从第一次承诺起 15 个工作日以内）"):
        phoned(opened, "2022-04-26T10:00", "2022-05-20")
    phoned(opened, "2022-04-26T10:00", "2022-05-07")
    with pytest.raises(Contradiction, match="要更晚，请登记延期；只记这次通话的，不填承诺"):
        phoned(opened, "2022-05-09T10:00", "2022-05-20")
    assert phoned(opened, "2022-05-09T10:00", "2022-05-19").promised
    enter(opened, Entry.RECEIVED, "2022-05-19T10:00")
    enter(opened, Entry.RETURNED, "2022-05-20T10:00")
    assert phoned(opened, "2022-05-20T11:00", "2022-06-01").promised  # it was sent back: another matter


@pytest.mark.parametrize(
    ("until", "items", "more", "what"),
    [
        (None, (), {"note": ""}, "请填写通话内容，或者承诺哪天前报。"),
        (None, (LIAISON,), {}, "选了承诺报送的事项，请填写承诺哪天前报；"),
        ("2022-05-07", (), {"whom": " "}, "请填写接听人；没有人接，请写“无人接听”。"),
        ("2022-05-07", (), {"by": ""}, "请填写登记人。"),
        ("2022-05-07", (), {"unit": "古坡镇"}, "通讯录里没有“古坡镇”。是不是：古陂镇"),
        ("2022-05-07", (APRIL,), {}, f"古陂镇不需要报送“{APRIL}”。"),
        ("2022-05-07", (), {"unit": "县公安局"}, "县公安局现在没有逾期或退回的事项；承诺的是哪一项，请选报送事项。"),
        ("2022-04-25", (), {}, "承诺的日期 2022-04-25 早于通话的日期。"),
        (None, (), {"called": at("2022-04-26T11:00")}, "通话时间 2022年4月26日11:00 还没到，"),
        (None, (), {"called": at("2022-04-01T11:00")}, "通话时间 2022年4月1日11:00 早于通知印发日"),
    ],
)
def test_what_cannot_be_is_said(
    opened: Office, until: str | None, items: tuple[str, ...], more: dict[str, object], what: str
) -> None:
    with pytest.raises(Contradiction) as refused:
        phoned(opened, "2022-04-26T10:00", until, *items, **more)
    assert str(refused.value).startswith(what)
    assert opened.ledger.agreements.calls(opened.campaign.id) == ()


def test_what_has_come_is_not_promised(opened: Office) -> None:
    enter(opened, Entry.RECEIVED, "2022-04-26T09:00")
    with pytest.raises(Contradiction, match="已经报了或者免报，不用承诺"):
        phoned(opened, "2022-04-26T10:00", "2022-05-07", LIAISON)
