"""Pauses, played day by day: nobody is written to in one, and what fell into it is made up for once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.model import Channel, Pause, Step
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning, pausing
from cuibao.service.letters.morning import LetterResult
from cuibao.service.views import calls
from cuibao.service.views.board import look
from cuibao.service.views.trail import PauseMade, trail
from tests.flows.small import LIAISON, lay_out
from tests.offices import at, begun, office, spoil

LECTURE = "  - {id: lecture, title: 专题讲座, owed_by: [古陂镇], due: 2022-05-04, source: 二}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The small campaign with a milestone, begun when it was issued."""
    lay_out(tmp_path)
    spoil(
        tmp_path / "schedules" / "small" / "2-skills.yaml", "requirements:\n", f"milestones:\n{LECTURE}requirements:\n"
    )
    begun(tmp_path)
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[Office]:
    with office(home, CUIBAO_NOW="2022-12-30T08:30") as found:
        yield found


def pauses(opened: Office, when: str, last: str, unit: str | None = None, plan: str | None = None) -> Pause:
    return pausing.pause(
        opened,
        at(when),
        unit=lookup.unit_named(opened, unit) if unit else None,
        plan=lookup.plan_named(opened, plan) if plan else None,
        first=None,
        last=date.fromisoformat(last),
        reason="抗洪抢险",
        by="王芳",
    ).pause


def played(opened: Office, first: str, last: str, unit: str = "古陂镇") -> dict[str, LetterResult]:
    """What the mornings of these days wrote to `unit`, by their days."""
    found: dict[str, LetterResult] = {}
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        for letter in morning.run(opened, at(f"{day}T08:30")).written:
            if letter.name == unit:
                found[str(day)] = letter
        day += timedelta(days=1)
    return found


def said(letter: LetterResult) -> set[tuple[str, str]]:
    """What a letter is about: the ids of its items, and as what."""
    reminded = {(each.obligation.key.requirement, each.step.value) for each in letter.reminders}
    return reminded | {(each.obligation.key.requirement, "listed") for each in letter.overdue}


def test_nobody_is_written_to_and_what_fell_into_it_is_made_up_for_once(opened: Office) -> None:
    assert "2022-04-18" in played(opened, "2022-04-18", "2022-04-18")
    pauses(opened, "2022-04-19T08:00", "2022-05-10")
    assert played(opened, "2022-04-19", "2022-05-10") == {}
    after = played(opened, "2022-05-11", "2022-05-31")
    first = after.pop("2022-05-11")
    # The opening of 5 May, the lecture of 4 May, and what was due on 25 April.
    assert said(first) == {("interim", Step.OPENING), ("lecture", Step.DUE), ("liaison", "listed")}
    assert after
    assert all(said(letter) == {("liaison", "listed")} for letter in after.values())


def test_only_its_unit_or_plan_is_silent(opened: Office) -> None:
    played(opened, "2022-04-18", "2022-04-18")
    pauses(opened, "2022-04-19T08:00", "2022-04-30", unit="古陂镇")
    pauses(opened, "2022-04-19T08:00", "2022-04-30", plan="主体责任")
    assert pausing.in_short(opened, at("2022-04-20T08:30")) == "暂停催报 1 个单位、1 个方案"
    assert played(opened, "2022-04-19", "2022-04-25") == {}
    jiading = played(opened, "2022-04-26", "2022-04-30", "嘉定镇")
    assert {item for letter in jiading.values() for item, _ in said(letter)} == {"liaison"}
    assert played(opened, "2022-05-01", "2022-05-05")


def test_it_ends_on_the_day_on_which_it_is_lifted(opened: Office) -> None:
    played(opened, "2022-04-18", "2022-04-18")
    made = pauses(opened, "2022-04-19T08:00", "2022-05-31")
    assert played(opened, "2022-04-19", "2022-04-27") == {}
    pausing.lift(opened, at("2022-04-28T08:00"), made.id, "王芳")
    assert said(played(opened, "2022-04-28", "2022-04-28")["2022-04-28"]) == {("liaison", "listed")}
    with pytest.raises(Contradiction, match="早已结束"):
        pausing.lift(opened, at("2022-04-28T09:00"), made.id, "王芳")
    with pytest.raises(Contradiction, match="没有编号为 9 的暂停，可以解除的：（没有）"):
        pausing.lift(opened, at("2022-04-28T09:00"), 9, "王芳")


def test_one_that_is_entered_twice_is_one(opened: Office) -> None:
    made = pauses(opened, "2022-04-19T08:00", "2022-05-10")
    assert pauses(opened, "2022-04-19T08:00", "2022-05-10") == made
    assert len(opened.ledger.agreements.pauses(opened.campaign.id)) == 1


def test_statuses_entries_and_gate_reports_are_as_ever(opened: Office) -> None:
    played(opened, "2022-04-18", "2022-04-18")
    pauses(opened, "2022-04-19T08:00", "2022-05-31")
    entering.record(
        opened,
        at("2022-04-27T10:00"),
        units=["嘉定镇"],
        period=lookup.item_labelled(opened, LIAISON),
        received=None,
        channel=Channel.MAIL,
        by="王芳",
    )
    board = look(opened, at("2022-05-05T08:00"))
    statuses = {cell.obligation.key: cell.status.value for cell in board.cells}
    found = {(key.unit, key.requirement): status for key, status in statuses.items() if key.requirement == "liaison"}
    assert found["jiading", "liaison"] == "late"
    assert found["gupi", "liaison"] == "overdue"
    closing = morning.run(opened, at("2022-05-05T08:30"))
    assert [letter.addressee for letter in closing.letters if letter.status.reaches] == ["office"]


def test_it_is_shown_on_the_board_and_in_the_trail_and_nobody_is_phoned(opened: Office) -> None:
    moment = at("2022-04-27T09:00")
    assert {call.unit.name for call in calls.call_sheet(opened, look(opened, moment)).calls} >= {"古陂镇", "嘉定镇"}
    made = pauses(opened, "2022-04-26T08:00", "2022-05-10", unit="古陂镇")
    board = look(opened, moment)
    assert [pausing.said(opened, each, date(2022, 4, 27)) for each in board.pauses] == [
        "古陂镇，4月26日至5月10日，原因：抗洪抢险"
    ]
    assert "古陂镇" not in {call.unit.name for call in calls.call_sheet(opened, board).calls}
    (event,) = [each for each in trail(opened, unit="古陂镇").events if isinstance(each, PauseMade)]
    assert (event.word, event.unit, event.items) == ("暂停催报", "古陂镇", "全部方案")
    assert event.words == "2022-04-26 至 2022-05-10；原因 抗洪抢险；登记人 王芳"
    assert not any(isinstance(each, PauseMade) for each in trail(opened, unit="嘉定镇").events)
    pausing.lift(opened, at("2022-05-01T08:00"), made.id, "李四")
    (event,) = [each for each in trail(opened, item=LIAISON).events if isinstance(each, PauseMade)]
    assert event.words.endswith("；2022-05-01 08:00 由李四解除")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({"reason": " "}, "请写明暂停的原因。"),
        ({"by": ""}, "请填写登记人。"),
        ({"last": None}, "请填写暂停到哪一天。"),
        ({"first": date(2022, 4, 18)}, "暂停只能从今天（2022-04-19）起，现为 2022-04-18。"),
        ({"last": date(2022, 4, 18)}, "暂停到的日期 2022-04-18 早于开始的日期 2022-04-19。"),
        ({"last": date(2024, 1, 1)}, "暂停到的日期 2024-01-01 晚于欠报催到的最后一天（"),
    ],
)
def test_what_cannot_be_is_said(opened: Office, words: dict[str, object], what: str) -> None:
    given = {"unit": None, "plan": None, "first": None, "last": date(2022, 4, 30), "reason": "抗洪", "by": "王芳"}
    with pytest.raises(Contradiction) as refused:
        pausing.pause(opened, at("2022-04-19T08:00"), **(given | words))  # type: ignore[arg-type]
    assert str(refused.value).startswith(what)
    assert opened.ledger.agreements.pauses(opened.campaign.id) == ()
