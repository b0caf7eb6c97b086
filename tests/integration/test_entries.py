"""What entries do to letters: a report sent back is chased again, one put off later, one exempted never."""

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cuibao.errors import Contradiction, Unconfirmed
from cuibao.model import Channel, Confirming, Entry, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.entries.outcome import Recorded
from cuibao.service.letters import morning
from cuibao.service.views import board
from tests.offices import at, letters_to, office

INTERIM = "安全技能·阶段性工作情况（7月25日前）"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, CUIBAO_NOW="2022-12-30T08:30") as found:
        yield found


def enter(
    opened: Office,
    kind: Entry,
    when: str,
    *units: str,
    note: str = "",
    due: date | None = None,
    confirmed: tuple[Confirming, ...] = (),
) -> Recorded:
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
        confirmed=confirmed,
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
    assert "阶段性工作情况" not in section(text(opened, tmp_path, "2022-07-26T08:30"), "逾期未报")
    letter = text(opened, tmp_path, "2022-08-05T08:30")
    assert "期限：8月5日（星期五）前（含当日，延期后），今日到期" in letter
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


def test_a_group_has_reported_only_when_that_was_confirmed(opened: Office) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-19T10:00", "嘉定镇")
    with pytest.raises(Unconfirmed) as asked:
        enter(opened, Entry.RECEIVED, "2022-07-20T10:00", "各乡（镇）")
    first, item, whom, already = str(asked.value).splitlines()
    assert first == "整组登记收到要先核对再确认，现在什么都没有登记。"
    assert item == f"报送事项：{INTERIM}"
    assert whom.startswith("将登记收到 15 个单位：大塘埠镇、古陂镇、")
    assert already == "不必再登 1 个单位：嘉定镇已登记收到（2022年7月19日10:00收到）"
    assert asked.value.answer == "确认整组"
    with pytest.raises(Unconfirmed):  # another word is not the one
        enter(opened, Entry.RECEIVED, "2022-07-20T10:00", "各乡（镇）", confirmed=(Confirming.EARLY,))
    assert status(opened, "2022-07-20T11:00", "gupi") is Status.DUE_SOON
    done = enter(opened, Entry.RECEIVED, "2022-07-20T10:00", "各乡（镇）", confirmed=(Confirming.GROUP,))
    assert (len(done.entered), len(done.already)) == (15, 1)
    again = enter(opened, Entry.RECEIVED, "2022-07-20T10:01", "各乡（镇）")  # nothing would be entered: nothing to ask
    assert (len(again.entered), len(again.already)) == (0, 16)


def test_what_comes_before_its_period_begins_is_confirmed_and_never_a_groups(opened: Office) -> None:
    with pytest.raises(Contradiction, match="才开始，不能整组登记收到；确有提前报的，请逐个选单位"):
        enter(opened, Entry.RECEIVED, "2022-04-20T10:00", "各乡（镇）", confirmed=tuple(Confirming))
    with pytest.raises(Unconfirmed, match="提前报的要先核对再确认") as asked:
        enter(opened, Entry.RECEIVED, "2022-04-20T10:00", "嘉定镇", "古陂镇")
    assert "将登记收到 2 个单位：嘉定镇、古陂镇" in str(asked.value)
    assert asked.value.answer == "确认提前报送"
    assert opened.ledger.entries(opened.campaign.id) == {}
    enter(opened, Entry.RECEIVED, "2022-04-20T10:00", "嘉定镇", confirmed=(Confirming.EARLY,))
    assert status(opened, "2022-04-21T08:30") is Status.ON_TIME


def test_a_group_is_sent_back_to_those_of_it_who_have_reported(opened: Office) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-19T10:00", "嘉定镇", "古陂镇")
    with pytest.raises(Unconfirmed, match="将登记退回重报 2 个单位：嘉定镇、古陂镇"):
        enter(opened, Entry.RETURNED, "2022-07-20T10:00", "各乡（镇）", note="缺盖章")
    done = enter(opened, Entry.RETURNED, "2022-07-20T10:00", "各乡（镇）", note="缺盖章", confirmed=(Confirming.GROUP,))
    assert {(made.obligation.unit, made.note) for made in done.entered} == {("jiading", "缺盖章"), ("gupi", "缺盖章")}
    again = enter(opened, Entry.RETURNED, "2022-07-20T10:01", "各乡（镇）", note="缺盖章")
    assert (len(again.entered), len(again.already)) == (0, 2)


def test_several_are_sent_back_all_or_none(opened: Office) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-19T10:00", "嘉定镇")
    with pytest.raises(Contradiction, match=f"古陂镇的“{INTERIM}”：还没有登记收到，不能退回。"):
        enter(opened, Entry.RETURNED, "2022-07-20T10:00", "嘉定镇", "古陂镇", note="缺盖章")
    assert status(opened, "2022-07-21T08:30") is Status.ON_TIME


def test_a_group_that_was_entered_by_mistake_is_taken_back_as_one_and_every_entry_is_shown_first(
    opened: Office,
) -> None:
    enter(opened, Entry.RECEIVED, "2022-07-19T10:00", "嘉定镇")
    enter(opened, Entry.RECEIVED, "2022-07-20T10:00", "各乡（镇）", confirmed=(Confirming.GROUP,))
    with pytest.raises(Unconfirmed) as asked:
        enter(opened, Entry.WITHDRAWN, "2022-07-20T11:00", "各乡（镇）", note="点错了")
    own, others = "第1条收到，2022年7月19日10:00，登记人王芳", "第1条收到，2022年7月20日10:00，登记人王芳"
    assert f"将撤销 16 个单位：嘉定镇（{own}）、大塘埠镇（{others}）、" in str(asked.value)
    done = enter(
        opened, Entry.WITHDRAWN, "2022-07-20T11:00", "各乡（镇）", note="点错了", confirmed=(Confirming.GROUP,)
    )
    assert len(done.entered) == 16
    assert status(opened, "2022-07-21T08:30", "gupi") is Status.DUE_SOON


def test_a_mail_is_not_claimed_for_a_group(opened: Office) -> None:
    with pytest.raises(Contradiction, match="这里请逐个选单位，不能选分组“各乡（镇）”。"):
        lookup.owed_by(opened, ["各乡（镇）"], [lookup.item_labelled(opened, INTERIM)])


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
