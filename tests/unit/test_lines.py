"""Units of which different things are said: each owes what its own line comes to, and nothing of another's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cuibao.model import DueDay, Event, Period
from cuibao.policy import periods
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from cuibao.times import SHANGHAI
from tests.unit import test_due_rules
from tests.unit.test_due_rules import load

office = test_due_rules.office
STOPS = "amended:\n  - {document_no: 补1号, from: %s, stopped: true}"


def dues(*items: str, events: tuple[Event, ...] = ()) -> Mapping[str, set[tuple[str, str, str]]]:
    """What each unit owes: item, key and due date."""
    schedule = Schedule(load(*items), WorkingDays(), events)
    return {
        unit: {(owed.period.requirement.id, owed.period.key, str(owed.period.due)) for owed in schedule.of_unit(unit)}
        for unit in schedule.campaign.units
    }


def test_a_unit_whose_own_date_a_notice_drops_does_not_fall_back_on_the_common_one() -> None:
    own = "due: 2022-05-25\ndue_for: {古陂镇: 2022-06-10}\n"
    found = dues(own + STOPS % "2022-05-28")
    assert (found["jiading"], found["gupi"]) == ({("item", "once", "2022-05-25")}, set())


def test_what_was_due_before_a_notice_stops_the_others_stays_owed() -> None:
    own = "due: 2022-06-10\ndue_for: {古陂镇: 2022-05-25}\n"
    found = dues(own + STOPS % "2022-05-28")
    assert (found["jiading"], found["gupi"]) == (set(), {("item", "once", "2022-05-25")})


def test_what_is_counted_from_units_own_dates_is_owed_by_each_by_its_own() -> None:
    item = "due: {days_after: 30, of_unit: grant-end}\ndue_for: {古陂镇: 2022-08-01}\njointly: [departments]"
    found = dues(item)
    assert found["jiading"] == {("item", "once", "2022-07-30")}
    assert found["gupi"] == {("item", "once", "2022-08-01")}
    assert {name for name, _, _ in found["xiaofang"]} == {"item.jointly"}


ACCIDENT = "event: 亡人事故\ndue: {days_after: 3}"
HAPPENED = Event(
    "skills", "item", 1, date(2022, 6, 1), "6·1事故", ("jiading",), "王芳", datetime(2022, 6, 1, 9, tzinfo=SHANGHAI)
)


def test_what_follows_an_event_is_owed_by_whoever_owes_it() -> None:
    found = dues(ACCIDENT, "owed_by: [departments]\ndue: {days_after: 5, of: item}", events=(HAPPENED,))
    assert found["jiading"] == {("item", "event-1", "2022-06-04")}
    assert found["xiaofang"] == {("item1", "event-1", "2022-06-09")}
    found = dues(ACCIDENT, "due: {days_after: 5, of: item}", events=(HAPPENED,))
    assert (len(found["jiading"]), found["gupi"]) == (2, set())  # of the towns, only the one that it happened to


def test_days_are_counted_from_the_units_own_date_of_another_item() -> None:
    found = dues("due: {days_after: 5, of: item1}", "due: 2022-06-10\ndue_for: {古陂镇: 2022-07-10}")
    assert ("item", "once", "2022-06-15") in found["jiading"]
    assert ("item", "once", "2022-07-15") in found["gupi"]


def test_no_notice_makes_due_what_was_not_before_it_came() -> None:
    found = dues(
        "due: {every: month, day: 25, from: 2022-05, to: 2022-06}\n"
        "amended:\n  - {document_no: 补1号, from: 2022-05-15, due: {day: 10}}"
    )
    assert found["gupi"] == {("item", "2022-05", "2022-05-25"), ("item", "2022-06", "2022-06-10")}


def of(item: str, key: str = "once") -> Period:
    return next(each for each in Schedule(load(item), WorkingDays()).periods if each.key == key)


def test_only_who_owes_it_counts_for_the_days_that_are_shown() -> None:
    found = of("owed_by: [嘉定镇]\ndue: 2022-06-10\ndue_for: {towns: 2022-07-15}")
    assert (str(found.due), dict(found.apart)) == ("2022-07-15", {})
    found = of("due: 2022-06-10\ndue_for: {古陂镇: 2022-07-15}")
    assert [str(day) for day in found.dues] == ["2022-06-10", "2022-07-15"]
    assert replace(found, due=date(2022, 7, 15)).dues == found.dues


TOLD = "due: {every: month, day: 9, on_holiday: after, from: 2022-07, to: 2022-07}\n"


def test_what_one_unit_was_told_puts_off_nothing_of_another() -> None:
    # Saturday 9 July 2022 is off.
    campaign = load(TOLD + "due_for: {古陂镇: {on_holiday: before}}")
    first = Schedule(campaign, WorkingDays())
    told = {
        (*owed.period.identity[:2], *owed.period.told_as): owed.period.due
        for owed in first.obligations
        if owed.period.told_as
    }
    assert {str(day) for day in told.values()} == {"2022-07-11", "2022-07-08"}
    (again,) = Schedule(campaign, WorkingDays(), (), told).periods
    assert (str(again.due_for("jiading")), str(again.due_for("gupi"))) == ("2022-07-11", "2022-07-08")


def test_what_was_told_by_another_rule_counts_no_more() -> None:
    first = Schedule(load(TOLD), WorkingDays()).periods[0]
    assert first.told_as
    told = {(*first.identity[:2], *first.told_as): first.due}
    corrected = load(TOLD.replace("after", "before"))
    assert str(Schedule(corrected, WorkingDays(), (), told).periods[0].due) == "2022-07-08"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Two thousand towns beside the two."""
    units = (tmp_path / "contacts" / "units.yaml").read_text(encoding="utf-8")
    more = "".join(f"  - {{id: t{n}, no: T{n + 100}, name: 第{n}镇}}\n" for n in range(2000))
    (tmp_path / "contacts" / "units.yaml").write_text(units + more, encoding="utf-8")
    groups = (tmp_path / "contacts" / "groups.yaml").read_text(encoding="utf-8")
    members = ", ".join(["jiading", "gupi", *(f"t{n}" for n in range(2000))])
    (tmp_path / "contacts" / "groups.yaml").write_text(
        groups.replace("members: [jiading, gupi]", f"members: [{members}]"), encoding="utf-8"
    )
    return tmp_path


AMENDED = (
    "due: {every: month, day: 10, from: 2022-05}\ndue_for: {towns: {day: 5}, 古陂镇: {day: 6}}\n"
    "amended:\n  - {document_no: 补1号, from: 2022-10-01, due_for: {towns: {day: 7}}}"
)


def test_a_line_is_laid_out_once_for_all_its_units(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[str] = []
    original = periods._Layout._lay

    def counted(*given: Any) -> Any:
        laid.append("")
        return original(*given)

    campaign = load(AMENDED)
    monkeypatch.setattr(periods._Layout, "_lay", counted)
    found = Schedule(campaign, WorkingDays()).periods
    assert len(found[0].units) == 2002
    assert len(laid) <= 8


def test_to_load_it_each_day_of_each_unit_is_looked_at_a_few_times(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    original = DueDay.__hash__

    def counted(day: DueDay) -> int:
        looked.append("")
        return original(day)

    monkeypatch.setattr(DueDay, "__hash__", counted)
    load(AMENDED)
    assert 0 < len(looked) <= 4 * 2002 * 8


def test_what_recurs_is_not_reminded_of_before_it_begins_though_its_days_are_off() -> None:
    # 1 to 7 October 2022 were off.
    schedule = Schedule(load("due: {every: day, from: 2022-09-30, to: 2022-10-08}"), WorkingDays())
    days = {
        each.key: [str(step.day) for step in schedule.steps(each) if step.code == "due"] for each in schedule.periods
    }
    assert [key for key, steps in days.items() if steps] == ["2022-09-30", "2022-10-08"]


def test_a_notice_may_stop_all_and_go_on_with_some_or_ask_some_more_often() -> None:
    monthly = "due: {every: month, day: 10, from: 2022-05, to: 2022-08}\n"
    stops = "amended:\n  - {document_no: 补1号, from: 2022-06-01, stopped: true}\n"
    found = dues(monthly + stops + "  - {document_no: 补2号, from: 2022-08-01, due_for: {嘉定镇: {day: 8}}}")
    assert found["gupi"] == {("item", "2022-05", "2022-05-10")}
    assert found["jiading"] == {("item", "2022-05", "2022-05-10"), ("item", "2022-08", "2022-08-08")}
    weekly = (
        "amended:\n  - document_no: 补1号\n    from: 2022-08-01\n"
        "    due_for: {嘉定镇: {every: week, day: friday, from: 2022-W31, to: 2022-W32}}"
    )
    found = dues(monthly + weekly)
    assert ("item", "2022-08", "2022-08-10") in found["gupi"]
    assert {key for _, key, _ in found["jiading"]} == {"2022-05", "2022-06", "2022-07", "2022-W31", "2022-W32"}
