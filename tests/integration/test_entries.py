"""What entries do to letters: a report sent back is chased again, one put off later, one exempted never."""

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.entries.record import Recorded
from cuibao.service.letters import morning
from cuibao.service.views import board
from tests.offices import at, letters_to, office

INTERIM = "安全技能·阶段性工作情况（7月25日前）"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, CUIBAO_NOW="2022-12-30T08:30") as found:
        yield found


def enter(opened: Office, kind: Entry, when: str, *units: str, note: str = "", due: date | None = None) -> Recorded:
    return entering.record(
        opened,
        at(when),
        units=units or ("嘉定镇",),
        period=lookup.item_labelled(opened, INTERIM),
        received=None,
        channel=Channel.MAIL,
        by="王芳",
        note=note,
        entry=kind,
        due=due,
    )


def text(opened: Office, home: Path, when: str, name: str = "嘉定镇") -> str:
    """What the letter of the morning of `when` to `name` says before the year's table; empty where there is none."""
    morning.run(opened, at(when))
    found = letters_to(home, name, when[:10])
    if not found:
        return ""
    part = message_from_bytes(found[0].read_bytes(), policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).partition("附：全年事项一览")[0]


def section(letter: str, heading: str) -> str:
    """The section of `letter` under the heading that holds `heading`."""
    _, _, after = letter.partition(f"、{heading}（")
    return after.partition("\n二、")[0].partition("\n三、")[0]


def status(opened: Office, when: str, unit: str = "jiading") -> Status:
    (found,) = [
        cell.status
        for cell in board.look(opened, at(when)).cells
        if cell.obligation.key.unit == unit and cell.obligation.key.requirement == "interim"
    ]
    return found


@pytest.mark.slow
def test_what_was_sent_back_is_chased_again_with_the_reason(opened: Office, tmp_path: Path) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-22T10:00")
    assert "阶段性工作情况" not in text(opened, tmp_path, "2022-07-26T08:30")
    enter(opened, Entry.RETURNED, "2022-07-28T16:00", note="没有盖章，\n第2页缺数据")
    assert status(opened, "2022-07-29T08:30") is Status.RETURNED
    letter = text(opened, tmp_path, "2022-07-29T08:30")
    back = section(letter, "退回重报")
    assert "阶段性工作情况" in back
    assert "退回原因：没有盖章， 第2页缺数据" in back
    assert "阶段性工作情况" not in section(letter, "逾期未报")
    enter(opened, Entry.RECEIVED, "2022-07-29T17:00")
    assert status(opened, "2022-07-30T08:30") is Status.ON_TIME
    assert "阶段性工作情况" not in text(opened, tmp_path, "2022-08-01T08:30")


@pytest.mark.slow
def test_every_letter_says_what_was_sent_back_until_it_has_come_again(opened: Office, tmp_path: Path) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-22T10:00")
    enter(opened, Entry.RETURNED, "2022-07-28T16:00", note="没有盖章")
    said = [text(opened, tmp_path, f"2022-{day}T08:30") for day in ("07-29", "08-01", "08-02", "08-03")]
    assert all("没有盖章" in letter for letter in said if letter)
    assert said[0]


@pytest.mark.slow
def test_what_was_put_off_is_chased_by_its_new_date(opened: Office, tmp_path: Path) -> None:
    recorded = enter(opened, Entry.EXTENDED, "2022-07-20T10:00", "各乡（镇）", note="防汛", due=date(2022, 8, 5))
    assert len(recorded.entered) == 16
    assert status(opened, "2022-07-26T08:30") is Status.EXTENDED
    assert "安全技能\n" not in text(opened, tmp_path, "2022-07-26T08:30").partition("、逾期未报")[2].partition("、")[0]
    letter = text(opened, tmp_path, "2022-08-05T08:30")
    assert "期限：8月5日（星期五）前（延期后），今日到期" in letter
    assert status(opened, "2022-08-06T08:30") is Status.OVERDUE
    assert status(opened, "2022-07-26T08:30", "gongan") is Status.OVERDUE


@pytest.mark.slow
def test_who_is_exempt_hears_no_more_of_it(opened: Office, tmp_path: Path) -> None:
    enter(opened, Entry.EXEMPTED, "2022-07-20T10:00", note="机构已撤并")
    assert status(opened, "2022-07-26T08:30") is Status.EXEMPT
    assert "阶段性工作情况" not in text(opened, tmp_path, "2022-07-26T08:30")
    (item,) = board.look(opened, at("2022-07-26T08:30")).progress_of([lookup.item_labelled(opened, INTERIM)])
    assert item.total == len(item.period.requirement.units) - 1


@pytest.mark.slow
def test_a_mistaken_entry_that_is_withdrawn_is_chased_as_if_it_had_never_been(opened: Office, tmp_path: Path) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-22T10:00")
    enter(opened, Entry.WITHDRAWN, "2022-07-25T18:00", note="登错了单位")
    assert status(opened, "2022-07-24T08:30") is Status.DUE_SOON
    assert "阶段性工作情况" in text(opened, tmp_path, "2022-07-26T08:30")
    entries = opened.ledger.entries(opened.campaign.id, "jiading")
    (found,) = entries.values()
    assert [entry.entry for entry in found] == [Entry.RECEIVED, Entry.WITHDRAWN]


def test_a_group_that_is_put_off_leaves_out_who_has_reported(opened: Office) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-19T10:00", "嘉定镇")
    recorded = enter(opened, Entry.EXTENDED, "2022-07-20T10:00", "各乡（镇）", note="防汛", due=date(2022, 8, 5))
    assert "jiading" not in {entry.obligation.unit for entry in recorded.entered}
    assert len(recorded.entered) == 15


def test_a_group_is_not_withdrawn_as_one(opened: Office) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-19T10:00", "嘉定镇")
    enter(opened, Entry.EXEMPTED, "2022-07-20T10:00", "各乡（镇）", note="无企业")
    with pytest.raises(Contradiction, match="登记撤销请逐个选单位，不能选分组“各乡（镇）”"):
        enter(opened, Entry.WITHDRAWN, "2022-07-20T11:00", "各乡（镇）", note="登错了")
    assert status(opened, "2022-07-21T08:30") is Status.ON_TIME


def test_a_report_of_somebody_exempt_counts_and_can_be_sent_back(opened: Office) -> None:
    enter(opened, Entry.EXEMPTED, "2022-07-19T10:00", note="无企业")
    enter(opened, Entry.RECEIVED, "2022-07-20T10:00")
    assert status(opened, "2022-07-21T08:30") is Status.ON_TIME
    enter(opened, Entry.RETURNED, "2022-07-21T10:00", note="缺盖章")
    assert status(opened, "2022-07-22T08:30") is Status.RETURNED


def test_the_same_twice_says_so_and_adds_nothing(opened: Office) -> None:
    enter(opened, Entry.EXTENDED, "2022-07-20T10:00", "各乡（镇）", note="防汛", due=date(2022, 8, 5))
    again = enter(opened, Entry.EXTENDED, "2022-07-21T10:00", "各乡（镇）", note="防汛", due=date(2022, 8, 5))
    assert (len(again.entered), len(again.already)) == (0, 16)
    assert again.already[0].words == "已登记延期（延至8月5日）"
