"""Marking what arrives: what is kept, and every contradiction, which leaves nothing behind."""

import shutil
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry, Period, Receipt, Status
from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.entries.standings import standings
from cuibao.service.views import board
from cuibao.service.views.offers import open_items
from cuibao.settings import CHECKOUT
from tests.offices import at, office, spoil

NOW = "2022-07-26T09:00"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        yield found


def interim(opened: Office) -> Period:
    return lookup.item_named(opened, "skills", "interim", None)


def record(
    opened: Office,
    *units: str,
    period: Period | None = None,
    received: datetime | date | None = None,
    by: str = "王芳",
    now: str = NOW,
    note: str = "",
) -> tuple[Receipt, ...]:
    recorded = entering.record(
        opened,
        at(now),
        units=units,
        period=period or interim(opened),
        received=received,
        channel=Channel.FAX,
        by=by,
        note=note,
    )
    return recorded.entered


def known(opened: Office) -> dict[str, datetime]:
    """When each unit's report first came in; nothing else was entered."""
    return {key.unit: found.first_at for key, found in standings(opened).items() if found.first_at}


def status(opened: Office, unit: str, now: str = NOW) -> Status:
    (found,) = [
        cell.status
        for cell in board.look(opened, at(now)).cells
        if cell.obligation.key.unit == unit and cell.obligation.key.requirement == "interim"
    ]
    return found


def faults(opened: Office, *units: str, **said: object) -> list[str]:
    """What record() complains of, without the last line; nothing may have been kept."""
    before = known(opened)
    with pytest.raises(Contradiction) as contradiction:
        record(opened, *units, **said)  # type: ignore[arg-type]
    assert known(opened) == before
    *lines, last = str(contradiction.value).splitlines()
    assert last == "以上情况请核对；本次没有登记任何内容。"
    return lines


# --- what is kept ---


def test_it_keeps_who_recorded_what_when_and_how(opened: Office) -> None:
    (entry,) = record(opened, "嘉定镇", received=at("2022-07-24T16:20"), by=" 王芳 ", note=" 附件2份 ")
    assert entry.entry is Entry.RECEIVED
    assert (entry.by, entry.note, entry.channel) == ("王芳", "附件2份", Channel.FAX)
    assert (entry.received_at, entry.entered_at) == (at("2022-07-24T16:20"), at(NOW))
    assert known(opened) == {"jiading": at("2022-07-24T16:20")}


@pytest.mark.parametrize("name", ["县消防救援大队", "县消防救援支队", "xiaofang", " 县消防救援支队 "])
def test_it_takes_a_unit_by_any_of_its_names(opened: Office, name: str) -> None:
    record(opened, name)
    assert list(known(opened)) == ["xiaofang"]


def test_it_records_one_unit_named_twice_once(opened: Office) -> None:
    assert len(record(opened, "嘉定镇", "T01", "jiading")) == 1


def test_it_records_several_units_at_once(opened: Office) -> None:
    record(opened, "嘉定镇", "古陂镇", "县公安局")
    assert set(known(opened)) == {"jiading", "gupi", "gongan"}


def test_it_survives_a_restart(tmp_path: Path) -> None:
    with office(tmp_path) as first:
        record(first, "嘉定镇")
    with office(tmp_path) as second:
        assert known(second) == {"jiading": at(NOW)}


# --- dates and moments ---


def test_a_corrected_due_date_keeps_what_was_received(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        record(opened, "嘉定镇", now="2022-07-20T10:00")
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "schedules")
    spoil(tmp_path / "schedules" / "xinfeng-2022" / "2-skills.yaml", "due: 2022-07-25", "due: 2022-07-28")
    with office(tmp_path) as opened:
        assert interim(opened).due == date(2022, 7, 28)
        assert status(opened, "jiading") is Status.ON_TIME
        assert board.look(opened, at(NOW)).strays == ()


def test_a_changed_id_leaves_what_was_received_in_sight(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        record(opened, "嘉定镇")
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "schedules")
    spoil(tmp_path / "schedules" / "xinfeng-2022" / "2-skills.yaml", "id: interim", "id: halfway")
    with office(tmp_path) as opened:
        assert board.look(opened, at(NOW)).strays == ("skills interim once jiading",)


def test_nothing_said_means_now(opened: Office) -> None:
    record(opened, "嘉定镇")
    assert known(opened) == {"jiading": at(NOW)}


def test_today_means_now(opened: Office) -> None:
    record(opened, "嘉定镇", received=date(2022, 7, 26))
    assert known(opened) == {"jiading": at(NOW)}


def test_an_earlier_day_is_kept_as_its_midnight(opened: Office) -> None:
    record(opened, "嘉定镇", received=date(2022, 7, 25))
    assert known(opened) == {"jiading": at("2022-07-25T00:00")}


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (date(2022, 7, 25), Status.ON_TIME),
        (at("2022-07-25T23:59:59"), Status.ON_TIME),
        (at("2022-07-25T23:59:59+08:00"), Status.ON_TIME),
        (at("2022-07-25T15:59:59Z"), Status.ON_TIME),
        (at("2022-07-25T16:00Z"), Status.LATE),
        (at("2022-07-26T00:00"), Status.LATE),
        (date(2022, 7, 26), Status.LATE),
    ],
)
def test_the_due_day_counts_to_its_end_in_shanghai(opened: Office, received: date | datetime, expected: Status) -> None:
    record(opened, "嘉定镇", received=received)
    assert status(opened, "jiading") is expected


def test_it_takes_a_report_of_the_day_of_the_notice(opened: Office) -> None:
    record(opened, "嘉定镇", received=date(2022, 4, 18))
    assert known(opened) == {"jiading": at("2022-04-18T00:00")}


# --- contradictions ---


def test_it_refuses_an_unknown_unit_and_suggests_the_nearest(opened: Office) -> None:
    assert faults(opened, "加定镇") == ["通讯录里没有“加定镇”。是不是：嘉定镇？"]


def test_it_suggests_nothing_where_nothing_is_near(opened: Office) -> None:
    assert faults(opened, "XYZ") == ["通讯录里没有“XYZ”。"]


def test_it_refuses_a_unit_that_does_not_owe_the_item(opened: Office) -> None:
    assert faults(opened, "县危化安全专业委员会") == [
        "县危化安全专业委员会不需要报送“安全技能·阶段性工作情况（7月25日前）”。"
    ]


def test_it_refuses_a_milestone(opened: Office) -> None:
    milestone = next(period for period in opened.schedule.periods if not period.requirement.tracked)
    assert faults(opened, "嘉定镇", period=milestone) == [
        "“制定实施方案或计划安排，进行动员部署”是工作节点，不需要报送，无从登记。"
    ]


def test_it_refuses_a_moment_still_to_come(opened: Office) -> None:
    assert faults(opened, "嘉定镇", received=at("2022-07-26T09:01")) == [
        "收到时间 2022年7月26日09:01 还没到，现在是 2022年7月26日09:00。"
    ]


def test_it_refuses_a_day_still_to_come(opened: Office) -> None:
    assert faults(opened, "嘉定镇", received=date(2022, 7, 27)) == [
        "收到时间 2022年7月27日 还没到，现在是 2022年7月26日09:00。"
    ]


@pytest.mark.parametrize("received", [date(2022, 4, 17), at("2022-04-17T23:59")])
def test_it_refuses_a_day_before_the_notice(opened: Office, received: date | datetime) -> None:
    (fault,) = faults(opened, "嘉定镇", received=received)
    assert fault.endswith("早于通知印发日（2022年4月18日）。")


@pytest.mark.parametrize("by", ["", "  ", "\u3000"])
def test_it_refuses_an_entry_by_nobody(opened: Office, by: str) -> None:
    assert faults(opened, "嘉定镇", by=by) == ["请填写登记人。"]


def test_it_refuses_a_name_longer_than_the_ledger_keeps(opened: Office) -> None:
    assert faults(opened, "嘉定镇", by="王" * 81) == ["登记人请不超过80个字。"]


def test_it_refuses_an_entry_for_no_unit(opened: Office) -> None:
    assert faults(opened) == ["请至少选一个单位。"]


def test_it_records_none_of_several_where_one_is_wrong(opened: Office) -> None:
    record(opened, "古陂镇")
    complaints = faults(opened, "嘉定镇", "古陂镇", "县公安", "县危化安全专业委员会")
    assert len(complaints) == 2


def test_it_names_everything_that_is_wrong_at_once(opened: Office) -> None:
    complaints = faults(opened, "加定镇", "县危化安全专业委员会", received=date(2023, 1, 1), by="")
    assert len(complaints) == 4


def test_a_contradiction_leaves_no_trace_in_an_empty_ledger(opened: Office) -> None:
    faults(opened, "加定镇")
    assert opened.ledger.simulated(opened.campaign.id) is None


def test_two_clerks_at_once_record_an_item_once(tmp_path: Path) -> None:
    with office(tmp_path) as first:
        record(first, "古陂镇")
    ready, outcomes = threading.Barrier(4), []

    def clerk() -> None:
        with office(tmp_path) as desk:
            item = interim(desk)
            ready.wait()
            try:
                outcomes.append(len(record(desk, "嘉定镇", period=item)))
            except Contradiction:
                outcomes.append(0)

    desks = [threading.Thread(target=clerk) for _ in range(4)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(outcomes) == [0, 0, 0, 1]


# --- naming an item ---


@pytest.mark.parametrize("plan", ["skills", "安全技能", "2", "信丰县企业从业人员安全技能“巩固提升”攻坚战实施方案"])
@pytest.mark.parametrize("requirement", ["interim", "阶段性工作情况"])
def test_an_item_goes_by_its_ids_and_its_titles(opened: Office, plan: str, requirement: str) -> None:
    assert lookup.item_named(opened, plan, requirement, None) == interim(opened)


@pytest.mark.parametrize("period", ["2022-06", "2022-06-20", "6月"])
def test_a_period_goes_by_its_key_its_due_date_and_its_label(opened: Office, period: str) -> None:
    assert lookup.item_named(opened, "responsibility", "monthly", period).key == "2022-06"


def test_an_unknown_plan_is_answered_with_the_plans_there_are(opened: Office) -> None:
    with pytest.raises(
        Contradiction, match=r"没有“skils”这一方案，现有：culture（安全文化）、skills（安全技能）"
    ) as said:
        lookup.item_named(opened, "skils", "interim", None)
    assert all(plan.id in str(said.value) for plan in opened.campaign.plans)


def test_an_unknown_item_is_answered_with_those_of_its_plan(opened: Office) -> None:
    with pytest.raises(Contradiction) as said:
        lookup.item_named(opened, "technology", "interim", None)
    assert str(said.value) == (
        "方案“科技强安”没有“interim”这一事项，现有："
        "work-plan（科技强安实施方案）、monthly（科技强安进展情况）、annual（科技强安全年工作总结）"
    )


@pytest.mark.parametrize(("period", "shown"), [(None, "（未写）"), ("2022-10", "2022-10")])
def test_an_unknown_period_is_answered_with_those_of_its_item(opened: Office, period: str | None, shown: str) -> None:
    with pytest.raises(Contradiction) as said:
        lookup.item_named(opened, "parks", "monthly", period)
    assert str(said.value) == (
        "“当月攻坚行动工作情况”的报送期应为其中之一：2022-05、2022-06、2022-07、2022-08、2022-09，现为 " + shown
    )


def test_a_milestone_cannot_be_named_for_recording(opened: Office) -> None:
    with pytest.raises(Contradiction, match="是工作节点，不需要报送，无从登记"):
        lookup.item_named(opened, "mines", "work-plan", None)


def test_every_label_names_one_item_only(opened: Office) -> None:
    tracked = list(opened.schedule.tracked())
    assert [lookup.item_labelled(opened, label_of(period)) for period in tracked] == tracked


def test_labels_tell_the_years_of_a_longer_campaign_apart(tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "schedules")
    spoil(tmp_path / "schedules" / "xinfeng-2022" / "campaign.yaml", "ends: 2022-12-31", "ends: 2023-12-31")
    spoil(
        tmp_path / "schedules" / "xinfeng-2022" / "3-responsibility.yaml",
        "      to: 2022-12-31",
        "      to: 2023-12-31",
    )
    with office(tmp_path) as opened:
        labels = [label_of(period) for period in opened.schedule.tracked()]
        assert len(set(labels)) == len(labels)
        assert lookup.item_labelled(opened, "主体责任·本月工作进展（5月，5月20日前）").key == "2022-05"
        assert lookup.item_labelled(opened, "主体责任·本月工作进展（2023年5月，2023年5月20日前）").key == "2023-05"


def test_an_unknown_label_is_answered_with_the_nearest(opened: Office) -> None:
    with pytest.raises(Contradiction, match=r"是不是：安全技能·阶段性工作情况（7月25日前）"):
        lookup.item_labelled(opened, "安全技能·阶段性工作情况（7月25日）")


# --- what the form offers ---


def test_the_form_offers_only_what_has_begun_and_is_owed(opened: Office) -> None:
    offered = open_items(opened, board.look(opened, at("2022-05-05T09:00")))
    assert all(item.progress.period.begins <= date(2022, 5, 5) for item in offered)
    assert all(item.progress.missing for item in offered)
    assert "安全技能·最终工作情况（10月20日前）" not in {item.label for item in offered}


def test_the_form_offers_the_most_urgent_first(opened: Office) -> None:
    due = [item.progress.period.due for item in open_items(opened, board.look(opened, at(NOW)))]
    assert due == sorted(due)


def test_the_form_drops_an_item_that_everybody_has_sent(opened: Office) -> None:
    item = interim(opened)
    units = [opened.campaign.units[unit].name for unit in item.requirement.units]
    record(opened, *units[1:])
    assert item in [offer.progress.period for offer in open_items(opened, board.look(opened, at(NOW)))]
    record(opened, units[0])
    assert item not in [offer.progress.period for offer in open_items(opened, board.look(opened, at(NOW)))]


def test_it_offers_at_night_what_it_offers_in_the_morning(opened: Office) -> None:
    night = at("2022-07-26T23:59")
    assert [item.label for item in open_items(opened, board.look(opened, night))] == [
        item.label for item in open_items(opened, board.look(opened, night - timedelta(hours=23)))
    ]
