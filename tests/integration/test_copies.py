"""抄送批准: a unit's first copy to its leader waits for a person where the office wants that; the letter does not."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.model import Channel, CopyDecision, DateAnswer, Step
from cuibao.office import Office
from cuibao.service.entries import record as entering
from cuibao.service.letters import clock, morning
from cuibao.service.letters.approving import decide, waiting
from cuibao.service.views.board import look
from cuibao.settings import CHECKOUT
from flows.fields.copies import copies_schema
from flows.pages.copies import copies_page
from flows.pages.links import COPIES, Links
from flows.pages.overview import overview_page
from tests.integration.test_cli import cuibao
from tests.offices import at, begun, office, spoil

FIRST = date(2022, 4, 18)
# What was due on 20 April is under 督办 in its third letter.
URGED = date(2022, 4, 29)
UNIT, OTHER = "嘉定镇", "古陂镇"
LINKS = Links({COPIES: "7"}, "王芳")


def asking(home: Path) -> None:
    """Let the office at `home` want to be asked."""
    shutil.copytree(CHECKOUT / "schedules", home / "schedules")
    spoil(home / "schedules" / "xinfeng-2022" / "campaign.yaml", "escalation: auto", "escalation: ask")


@pytest.fixture
def opened(tmp_path: Path, database_url: str) -> Iterator[Office]:
    asking(tmp_path)
    environ = {"CUIBAO_DATABASE_URL": database_url}
    begun(tmp_path, **environ)
    with office(tmp_path, **environ) as found:
        yield found


def play(opened: Office, first: date, last: date) -> dict[str, dict[date, tuple[str, ...]]]:
    """The mornings of these days: the copies of each letter in which something was under 督办, by unit and day."""
    found: dict[str, dict[date, tuple[str, ...]]] = {}
    day = first
    while day <= last:
        for letter in morning.run(opened, at(f"{day}T08:30")).written:
            if any(listed.urged for listed in letter.overdue):
                found.setdefault(letter.name, {})[day] = letter.cc
        day += timedelta(days=1)
    return found


def names(opened: Office, day: date) -> list[str]:
    return [each.unit.name for each in waiting(opened, at(f"{day}T09:00"))]


def test_a_first_copy_waits_for_a_person_and_the_letter_does_not(opened: Office) -> None:
    sent = play(opened, FIRST, date(2022, 5, 6))
    assert sent[UNIT]
    assert set(sent[UNIT].values()) == {()}
    (wanted,) = [each for each in waiting(opened, at("2022-05-06T09:00")) if each.unit.name == UNIT]
    assert wanted.since == min(sent[UNIT])
    assert wanted.items
    assert all(listed.urged for listed in wanted.items)
    assert decide(opened, at("2022-05-06T09:00"), [UNIT, UNIT], CopyDecision.APPROVED, "王芳") == (
        f"已登记批准：{UNIT}，以后列为督办的信同时抄送分管领导"
    )
    decide(opened, at("2022-05-06T09:00"), [OTHER], CopyDecision.DECLINED, "王芳")
    assert not {UNIT, OTHER} & set(names(opened, date(2022, 5, 6)))
    after = play(opened, date(2022, 5, 7), date(2022, 5, 31))
    copied = [day for day, cc in after[UNIT].items() if cc]
    assert len(copied) >= 2
    assert all((later - day).days >= 7 for day, later in pairwise(copied))
    assert after[OTHER]
    assert set(after[OTHER].values()) == {()}
    assert OTHER not in names(opened, date(2022, 5, 31))


def test_what_was_declined_can_be_approved_later(opened: Office) -> None:
    play(opened, FIRST, date(2022, 5, 6))
    decide(opened, at("2022-05-06T09:00"), [UNIT], CopyDecision.DECLINED, "王芳")
    decide(opened, at("2022-05-06T10:00"), [UNIT], CopyDecision.APPROVED, "王芳")
    after = play(opened, date(2022, 5, 7), date(2022, 5, 20))
    assert any(after[UNIT].values())


def test_it_refuses_who_was_not_asked_about_and_whoever_does_not_say_who_decides(opened: Office) -> None:
    now = at("2022-05-06T09:00")
    with pytest.raises(Contradiction, match=f"{UNIT}没有要批准的抄送，什么也没有记"):
        decide(opened, now, [UNIT], CopyDecision.APPROVED, "王芳")
    with pytest.raises(Contradiction, match="请至少选一个单位"):
        decide(opened, now, [], CopyDecision.APPROVED, "王芳")
    with pytest.raises(Contradiction, match="请填写登记人"):
        decide(opened, now, [UNIT], CopyDecision.APPROVED, "")


def test_a_dry_run_asks_nobody(tmp_path: Path) -> None:
    asking(tmp_path)
    begun(tmp_path)
    with office(tmp_path) as opened:
        days = (URGED - timedelta(days=1), date(2022, 5, 6))
        play(opened, FIRST, days[0])
        before = opened.ledger.copies.asked(opened.campaign.id)
        result = morning.run(opened, at(f"{days[1]}T08:30"), dry_run=True)
        assert any(listed.urged for letter in result.written for listed in letter.overdue)
        assert opened.ledger.copies.asked(opened.campaign.id) == before


def test_whose_leader_had_a_copy_before_is_not_asked_about(tmp_path: Path) -> None:
    begun(tmp_path)
    with office(tmp_path) as opened:
        sent = play(opened, FIRST, date(2022, 5, 6))
        assert any(sent[UNIT].values())
    asking(tmp_path)
    with office(tmp_path) as opened:
        after = play(opened, date(2022, 5, 7), date(2022, 5, 20))
        assert any(after[UNIT].values())
        assert UNIT not in names(opened, date(2022, 5, 20))


def test_who_has_nothing_under_urging_any_more_does_not_wait(opened: Office) -> None:
    play(opened, FIRST, date(2022, 5, 6))
    (wanted,) = [each for each in waiting(opened, at("2022-05-06T09:00")) if each.unit.name == UNIT]
    for listed in wanted.items:
        entering.record(
            opened,
            at("2022-05-06T09:00"),
            units=[UNIT],
            period=listed.obligation.period,
            received=None,
            channel=Channel.PAPER,
            by="王芳",
        )
    assert UNIT not in names(opened, date(2022, 5, 6))


def test_the_pages_say_who_waits_and_for_what(tmp_path: Path) -> None:
    asking(tmp_path)
    begun(tmp_path)
    with office(tmp_path) as opened:
        play(opened, FIRST, date(2022, 5, 6))
        board = look(opened, at("2022-05-06T09:00"))
        count = len(board.copies)
        assert count > 1
        front = overview_page(board, "攻坚战", LINKS, []).text
        assert f"**有 {count} 个单位第一次抄送分管领导，等批准**" in front
        page = copies_page(board, LINKS, opened.names.familiar).text
        assert page.startswith(f"# 抄送批准：{count} 个单位等批准")
        assert "第一次抄送先由县安委办批准" in page
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {UNIT} |")]
        assert "主体责任·本月工作进展（4月，4月20日前），逾期 16 天" in row
        assert f"{Step.ESCALATION.zh}" not in row
        schema = copies_schema(opened, board)["properties"]
        assert schema["units"]["items"]["enum"][:count] == [each.unit.name for each in board.copies]
        assert schema["decision"]["enum"] == ["批准", "不批准"]
        for each in board.copies:
            decide(opened, at("2022-05-06T09:00"), [each.unit.name], CopyDecision.DECLINED, "王芳")
        board = look(opened, at("2022-05-06T09:00"))
        assert "等批准" not in overview_page(board, "攻坚战", LINKS, []).text
        assert "没有等批准的抄送。" in copies_page(board, LINKS, opened.names.familiar).text


@pytest.mark.slow
def test_the_command_lists_who_waits_and_decides(tmp_path: Path) -> None:
    home = tmp_path / "office"
    home.mkdir()
    asking(home)
    begun(home)
    with office(home) as opened:
        play(opened, FIRST, date(2022, 5, 6))
    now = {"CUIBAO_NOW": "2022-05-06T09:00"}
    listed = cuibao(tmp_path, "copies", "--json", **now).json
    assert (UNIT, "2022-04-29") in [(each["unit"], each["since"]) for each in listed]
    assert f"等批准抄送分管领导的单位 {len(listed)} 个" in cuibao(tmp_path, "copies", **now).out
    assert f"等批准的单位 {len(listed)} 个" in cuibao(tmp_path, "board", **now).out
    assert cuibao(tmp_path, "copies", "--approve", UNIT, **now).complaint.startswith("请填写登记人。")
    done = cuibao(tmp_path, "copies", "--approve", UNIT, "--approve", OTHER, "--by", "王芳", **now)
    assert done.out == f"已登记批准：{UNIT}、{OTHER}，以后列为督办的信同时抄送分管领导；登记人 王芳。\n"
    assert len(cuibao(tmp_path, "copies", "--json", **now).json) == len(listed) - 2
    both = cuibao(tmp_path, "copies", "--approve", UNIT, "--decline", OTHER, "--by", "王芳", **now)
    assert both.complaint == "--approve 和 --decline 请分两次写。"


def test_a_copy_of_a_morning_that_was_taken_back_counts_since_it_was(tmp_path: Path, database_url: str) -> None:
    environ = {"CUIBAO_DATABASE_URL": database_url}
    begun(tmp_path, **environ)
    with office(tmp_path, **environ) as opened:
        play(opened, FIRST, URGED - timedelta(days=1))
        opened.ledger.mornings.note(opened.campaign.id, at(f"{URGED}T08:30"))
        false = play(opened, URGED, URGED)
        copied = [name for name, days in false.items() if days[URGED]]
        assert len(copied) > 10
        clock.answer(opened, at(f"{URGED - timedelta(days=1)}T10:00"), DateAnswer.EARLIER_WRONG, "王芳")
        true = play(opened, URGED, URGED + timedelta(days=14))
        assert [name for name in copied if true[name].get(URGED) != ()] == []
        again = {day for name in copied for day, cc in true[name].items() if cc}
        assert min(again) - URGED >= timedelta(days=6)
