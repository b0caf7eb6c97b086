"""Rules that real notices set, each written as a campaign in a folder beside this file: its dates, worked out by hand.

The texts are public notices of safety, statistics, schools, environment and grants; w01 was made up to hold what the
others do not.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from cuibao.loading import load_campaign
from cuibao.model import Event, Period
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from cuibao.times import SHANGHAI

HERE = Path(__file__).parent

# By notice and item: each period's key, and the day on which it is due, with its hour where it has one.
DATES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("n01", "plan"): {"once": "2010-07-31"},
    ("n01", "table"): {f"2010-{month:02}": f"2010-{month:02}-25" for month in range(8, 12)},
    ("n01", "summary"): {"once": "2010-12-20"},
    ("n03", "monthly-a"): {
        **{f"about-2018-{month:02}": f"2018-{month + 1:02}-18" for month in range(2, 12)},
        "about-2018-12": "2019-01-18",
    },
    ("n03", "monthly-b"): {
        **{f"about-2018-{month:02}": f"2018-{month + 1:02}-03" for month in range(2, 12)},
        "about-2018-12": "2019-01-03",
    },
    ("n03", "quarterly-a"): {"about-2018-Q1": "2018-04-07"},
    ("n03", "quarterly-b"): {"about-2018-Q2": "2018-07-06"},
    ("n03", "quarterly-c"): {"about-2018-Q3": "2018-10-10 12:00"},
    ("n03", "yearly"): {"about-2018": "2019-01-25"},
    ("n04", "filing"): {"once": "2024-03-15"},
    ("n04", "quarterly"): {
        f"{year}-Q{number}": f"{year}-{day}"
        for year in (2024, 2025, 2026)
        for number, day in ((1, "03-31"), (2, "06-30"), (3, "09-30"), (4, "12-31"))
    },
    ("n04", "half-yearly"): {
        f"{year}-H{number}": f"{year}-{day}"
        for year in (2024, 2025, 2026)
        for number, day in ((1, "06-30"), (2, "12-31"))
    },
    # 10-04 is in the holiday; the working days after it are Saturday 10-08 and Sunday 10-09, which were made up.
    ("n06", "weekly"): {
        "about-2016-W38": "2016-09-27 12:00",
        "about-2016-W39": "2016-10-09 12:00",
        "about-2016-W40": "2016-10-11 12:00",
        "about-2016-W41": "2016-10-18 12:00",
    },
    ("n07", "annual"): {"once": "2020-03-31"},
    ("n11", "stage"): {"2009-06-30": "2009-06-30", "2009-07-31": "2009-07-31"},
    ("n11", "summary"): {"once": "2009-10-30"},
    ("n11", "bulletin"): {
        "2009-W21-2": "2009-05-19",
        "2009-W21-5": "2009-05-22",
        "2009-W22-2": "2009-05-26",
        "2009-W22-5": "2009-05-29",
    },
    ("n13", "plan"): {"once": "2007-04-20"},
    ("n13", "plan.jointly"): {"once": "2007-04-20"},
    ("n13", "progress"): {"2007-Q2": "2007-06-30", "2007-Q3": "2007-09-30", "2007-Q4": "2007-12-31"},
    ("n13", "progress.jointly"): {"2007-Q2": "2007-06-30", "2007-Q3": "2007-09-30", "2007-Q4": "2007-12-31"},
    ("n14", "liaison"): {"once": "2001-04-15"},
    ("n14", "monthly"): {
        **{f"about-2001-{month:02}": f"2001-{month + 1:02}-10" for month in range(4, 12)},
        "about-2001-12": "2002-01-10",
    },
    ("e02", "quarterly"): {
        "2024-Q1": "2024-04-30",
        "2024-Q2": "2024-07-30",
        "2024-Q3": "2024-10-30",
        "2024-Q4": "2025-01-30",
    },
    ("e02", "half-yearly"): {"2024-H1": "2024-07-30", "2024-H2": "2025-01-30"},
    ("e02", "final"): {"once": "2024-09-28"},
    ("e03", "fall"): {"2023-12-15": "2023-12-15", "2024-01-26": "2024-01-26", "2024-03-01": "2024-03-01"},
    ("w01", "ten-days"): {
        "2025-10-T1": "2025-10-10",
        "2025-10-T2": "2025-10-20",
        "2025-10-T3": "2025-10-31",
        "2025-11-T1": "2025-11-10",
        "2025-11-T2": "2025-11-20",
        "2025-11-T3": "2025-11-30",
    },
    ("w01", "weekly"): {
        # Fridays in October, then by the later notice Thursdays.
        "2025-W41": "2025-10-10 17:00",
        "2025-W42": "2025-10-17 17:00",
        "2025-W43": "2025-10-24 17:00",
        "2025-W44": "2025-10-31 17:00",
        "2025-W45": "2025-11-06 17:00",
        "2025-W46": "2025-11-13 17:00",
        "2025-W47": "2025-11-20 17:00",
        "2025-W48": "2025-11-27 17:00",
        "2025-W49": "2025-12-04 17:00",
        "2025-W50": "2025-12-11 17:00",
        "2025-W51": "2025-12-18 17:00",
        "2025-W52": "2025-12-25 17:00",
        "2026-W01": "2026-01-01 17:00",
        "2026-W02": "2026-01-08 17:00",
        "2026-W03": "2026-01-15 17:00",
        "2026-W04": "2026-01-22 17:00",
        "2026-W05": "2026-01-29 17:00",
        "2026-W06": "2026-02-05 17:00",
        "2026-W07": "2026-02-12 17:00",
        "2026-W08": "2026-02-19 17:00",
        "2026-W09": "2026-02-26 17:00",
        "2026-W10": "2026-03-05 17:00",
        "2026-W11": "2026-03-12 17:00",
        "2026-W12": "2026-03-19 17:00",
        "2026-W13": "2026-03-26 17:00",
    },
    ("w01", "towns-monthly"): {
        "about-2025-10": "2025-11-03",
        "about-2025-11": "2025-12-03",
        "about-2025-12": "2026-01-03",
        "about-2026-01": "2026-02-03",
        "about-2026-02": "2026-03-03",
        "about-2026-03": "2026-04-03",
    },
    ("w01", "monthly"): {
        "about-2025-10": "2025-11-05",
        "about-2025-11": "2025-12-05",
        "about-2025-12": "2026-01-05",
        "about-2026-01": "2026-02-05",
        "about-2026-02": "2026-03-05",
        "about-2026-03": "2026-04-05",
    },
    ("w01", "monthly.jointly"): {
        "about-2025-10": "2025-11-05",
        "about-2025-11": "2025-12-05",
        "about-2025-12": "2026-01-05",
        "about-2026-01": "2026-02-05",
        "about-2026-02": "2026-03-05",
        "about-2026-03": "2026-04-05",
    },
    # The council meets on Tuesday 2025-11-25: the fifth working day before it is Tuesday 11-18.
    ("w01", "meeting"): {"event-1": "2025-11-18"},
    ("w01", "accident"): {"event-1": "2025-11-23"},
    # Sunday 2026-01-04 was made up: the working days of January are the 4th to the 8th. Of April: Wednesday the 1st to
    # Friday the 3rd, Tuesday the 7th (清明 is the 4th to the 6th), Wednesday the 8th.
    ("w01", "quarterly"): {"2025-Q4": "2026-01-08", "2026-Q1": "2026-04-08"},
    ("w01", "annual"): {"once": "2026-01-15"},
}
EVENTS = (
    Event(
        "winter",
        "meeting",
        1,
        date(2025, 11, 25),
        "第四季度全体会议",
        ("fire",),
        "县安委办",
        datetime(2025, 11, 3, 9, tzinfo=SHANGHAI),
    ),
    Event(
        "winter",
        "accident",
        1,
        date(2025, 11, 20),
        "红石镇11·20事故",
        ("red",),
        "县安委办",
        datetime(2025, 11, 21, 9, tzinfo=SHANGHAI),
    ),
)


def schedule(notice: str) -> Schedule:
    """The notice laid out, by the State Council's calendar, with what clerks opened."""
    campaign = load_campaign(HERE / notice, HERE / notice / "contacts")
    return Schedule(campaign, WorkingDays(country=campaign.calendar), EVENTS)


def said(period: Period) -> str:
    return f"{period.due} {period.at:%H:%M}" if period.at else str(period.due)


@pytest.mark.parametrize(("notice", "item"), DATES)
def test_it_falls_due_on_the_dates_worked_out_by_hand(notice: str, item: str) -> None:
    found = [period for period in schedule(notice).periods if period.requirement.id == item]
    assert {period.key: said(period) for period in found} == DATES[notice, item]


def test_it_lays_out_every_item_of_every_notice() -> None:
    folders = sorted(path.parent.name for path in HERE.glob("*/campaign.yaml"))
    assert {(each, period.requirement.id) for each in folders for period in schedule(each).periods} == set(DATES)


def test_units_have_dates_of_their_own() -> None:
    (annual,) = schedule("n07").periods
    units = {"plant": "2020-03-31", "mill": "2020-03-31", "one": "2020-04-15", "head": "2020-04-30"}
    assert {unit: str(annual.due_for(unit)) for unit in annual.units} == units
    final = next(period for period in schedule("e02").periods if period.requirement.id == "final")
    assert {unit: str(final.due_for(unit)) for unit in final.units} == {"alpha": "2024-09-28", "beta": "2024-12-14"}


def test_a_later_notice_leaves_the_old_date_on_record() -> None:
    weekly = {period.key: period for period in schedule("w01").periods if period.requirement.id == "weekly"}
    assert weekly["2025-W44"].moved is None
    moved = weekly["2025-W45"].moved
    assert moved
    assert (str(moved.was), moved.by) == ("2025-11-07", "补充通知（2025-11-03）")
    (annual,) = schedule("n07").periods
    assert annual.moved
    assert (str(annual.moved.was), annual.moved.by) == ("2020-03-10", "统字〔2020〕17号")
    city = annual.apart["one"].moved
    assert city
    assert str(city.was) == "2020-03-20"


def test_what_clerks_open_is_owed_by_the_units_that_they_name() -> None:
    opened = {period.requirement.id: period for period in schedule("w01").periods if period.key == "event-1"}
    assert opened["accident"].units == ("red",)
    assert opened["accident"].label == "红石镇11·20事故"
    assert schedule("w01").owes("red", opened["accident"])
    assert not schedule("w01").owes("green", opened["accident"])


def test_whoever_works_along_is_reminded_and_owes_nothing() -> None:
    found = schedule("n13")
    (line,) = (owed.period for owed in found.of_unit("trade") if owed.period.key == "once")
    assert (line.requirement.tracked, line.requirement.title) == (False, "协助区发展改革局报送“推进计划”")


def test_what_is_about_the_month_before_begins_with_it() -> None:
    monthly = {period.key: period for period in schedule("n14").periods if period.requirement.id == "monthly"}
    december = monthly["about-2001-12"]
    assert (december.label, str(december.begins), str(december.about)) == ("12月", "2001-12-01", "2001-12-31")
