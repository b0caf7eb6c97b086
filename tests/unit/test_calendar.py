"""The calendar file that is written by hand, held against icalendar."""

from datetime import UTC, timedelta
from functools import cache

import pytest
from icalendar import Alarm, Calendar, Event

from cuibao.loading import load_campaign
from cuibao.model import Campaign, Obligation
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from cuibao.rendering.calendar import _folded, _property, schedule
from cuibao.settings import CHECKOUT
from cuibao.times import parse_moment

WHEN = parse_moment("2022-06-21T08:30")


@cache
def shipped() -> Schedule:
    campaign = load_campaign(CHECKOUT / "schedules" / "xinfeng-2022", CHECKOUT / "contacts")
    return Schedule(campaign, WorkingDays(frozenset(), frozenset()))


def by_the_library(data: bytes, campaign: Campaign, owed: tuple[Obligation, ...]) -> bytes:
    """The same calendar by icalendar: with the words of `data`, which other tests look at, and the dates of `owed`."""
    read = Calendar.from_ical(data.decode())
    calendar = Calendar()
    calendar.add("prodid", "-//cuibao//报送日程//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{campaign.title}报送日程")
    for obligation, said in zip(owed, read.walk("VEVENT"), strict=True):
        event = Event()
        for name in ("uid", "summary", "description", "transp"):
            event.add(name, str(said[name]))
        event.add("dtstamp", WHEN.astimezone(UTC))
        event.add("dtstart", obligation.period.due)
        event.add("dtend", obligation.period.due + timedelta(days=1))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", str(said["summary"]))
        alarm.add("trigger", timedelta(hours=-15, minutes=-30))
        event.add_component(alarm)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


@pytest.mark.parametrize("unit", ["jiading", "jiaoyu", "weihua", "gongan"])
def test_it_is_what_icalendar_makes(unit: str) -> None:
    found = shipped()
    owed = tuple(sorted(found.of_unit(unit), key=lambda obligation: obligation.period.due))
    assert owed
    data = schedule(owed, found.campaign, WHEN)
    assert data == by_the_library(data, found.campaign, owed)


@pytest.mark.parametrize("text", ["a;b,c\\d\ne\r\nf", "报" * 200, "x" * 74, "x" * 75, "x" * 76, "报x" * 60, "：\t“”"])
def test_a_text_is_escaped_and_folded_as_icalendar_does(text: str) -> None:
    event = Event()
    event.add("summary", text)
    lines = event.to_ical().split(b"\r\n", 1)[1].rsplit(b"END:VEVENT", 1)[0]
    assert _folded(_property("SUMMARY", text)) == lines
