"""How a file says when something is due: what each form comes to, and what a clerk is told of each mistake in it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cuibao.errors import Faults
from cuibao.loading import load_campaign
from cuibao.model import Campaign, Period
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from tests.unit.test_loading import CAMPAIGN, GROUPS, PLAN, UNITS

HEAD = PLAN.split("requirements:")[0]
PLAN_FILE = "schedules/xf/2-skills.yaml"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small office in the working directory."""
    monkeypatch.chdir(tmp_path)
    dated = UNITS.replace("    name: 嘉定镇\n", "    name: 嘉定镇\n    dates: {grant-end: 2022-06-30}\n")
    files = {"schedules/xf/campaign.yaml": CAMPAIGN, "contacts/units.yaml": dated, "contacts/groups.yaml": GROUPS}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")


def load(item: str, *more: str) -> Campaign:
    """The campaign whose one plan has the requirement that `item` says, and `more` of them."""
    written = "".join(
        f"  - id: item{number or ''}\n    title: 事项{number or ''}\n    source: 一\n{_indented(each)}"
        for number, each in enumerate((item, *more))
    )
    Path(PLAN_FILE).write_text(f"{HEAD}requirements:\n{written}", encoding="utf-8")
    return load_campaign(Path("schedules/xf"), Path("contacts"))


def _indented(text: str) -> str:
    given = text if "owed_by" in text else f"owed_by: [towns]\n{text}"
    return "".join(f"    {line}\n" for line in given.splitlines())


def periods(item: str, *more: str) -> tuple[Period, ...]:
    return Schedule(load(item, *more), WorkingDays()).periods


def dates(item: str) -> Mapping[str, str]:
    return {each.key: f"{each.due}{each.at:'T%H:%M}" if each.at else str(each.due) for each in periods(item)}


def fault(item: str, *more: str) -> str:
    """The one mistake of the file, without its name."""
    with pytest.raises(Faults) as raised:
        load(item, *more)
    (line,) = str(raised.value).splitlines()
    return line.removeprefix(f"{PLAN_FILE} ")


def test_a_date_may_have_an_hour() -> None:
    (only,) = periods('due: {date: 2022-07-25, at: "12:30"}')
    assert (only.key, str(only.due), str(only.at)) == ("once", "2022-07-25", "12:30:00")


def test_inserting_a_date_into_a_list_moves_no_key() -> None:
    assert dates("due: [2022-06-30, 2022-07-31]") == {"2022-06-30": "2022-06-30", "2022-07-31": "2022-07-31"}
    more = dates("due: [2022-05-31, 2022-06-30, 2022-07-31]")
    assert more["2022-06-30"] == "2022-06-30"


@pytest.mark.parametrize(
    ("side", "due"),
    [("stay", "2022-10-01"), ("before", "2022-09-30"), ("after", "2022-10-08"), ("{after: 2}", "2022-10-09")],
)
def test_a_day_off_moves_a_due_date_as_it_is_told(side: str, due: str) -> None:
    # 1 to 7 October 2022 were off; Saturday the 8th and Sunday the 9th were made up.
    assert dates(f"due: {{date: 2022-10-01, on_holiday: {side}}}") == {"once": due}


def test_a_working_day_stays_where_it_is() -> None:
    assert dates("due: {date: 2022-10-09, on_holiday: {after: 2}}") == {"once": "2022-10-09"}


def test_every_day_is_reported_on_that_day_or_on_the_next() -> None:
    daily = "due: {every: day, from: 2022-12-30, to: 2022-12-31}"
    assert dates(daily) == {"2022-12-30": "2022-12-30", "2022-12-31": "2022-12-31"}
    assert dates(daily.replace("day,", "day, about: previous,")) == {
        "about-2022-12-30": "2022-12-31",
        "about-2022-12-31": "2023-01-01",
    }


def test_ten_day_periods_end_on_the_10th_the_20th_and_the_last() -> None:
    assert dates("due: {every: ten-days, from: 2022-06-01, to: 2022-06-30}") == {
        "2022-06-T1": "2022-06-10",
        "2022-06-T2": "2022-06-20",
        "2022-06-T3": "2022-06-30",
    }
    assert dates("due: {every: ten-days, day: 3, about: previous, from: 2022-06-T1, to: 2022-06-T3}") == {
        "about-2022-06-T1": "2022-06-13",
        "about-2022-06-T2": "2022-06-23",
        "about-2022-06-T3": "2022-07-03",
    }


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ("every: quarter, day: 20", "2022-09-20"),
        ("every: quarter, day: last", "2022-09-30"),
        ("every: quarter, day: 2-15", "2022-08-15"),
        ("every: quarter, day: 10, about: previous", "2022-10-10"),
        ("every: quarter, day: 2-15, about: previous", "2022-11-15"),
        ("every: quarter, days_before: 5", "2022-09-25"),
        ("every: quarter, working_days_before: 2", "2022-09-28"),
        ("every: quarter, working_days_after: 1", "2022-10-08"),
    ],
)
def test_where_in_a_quarter_it_falls(rule: str, due: str) -> None:
    (found,) = dates(f"due: {{{rule}, from: 2022-07-01, to: 2022-09-30}}").values()
    assert found == due


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ("every: half-year, day: 20", {"2022-H1": "2022-06-20", "2022-H2": "2022-12-20"}),
        ("every: half-year, day: 6-10", {"2022-H1": "2022-06-10", "2022-H2": "2022-12-10"}),
        ("every: year, day: 12-10", {"2022": "2022-12-10"}),
        ("every: year, day: last", {"2022": "2022-12-31"}),
        ("every: year, day: 15, about: previous", {"about-2022": "2023-01-15"}),
    ],
)
def test_where_in_a_half_year_or_a_year_it_falls(rule: str, due: Mapping[str, str]) -> None:
    assert dates(f"due: {{{rule}, from: 2022-04-18}}") == due


def test_without_an_end_it_goes_on_while_a_period_ends_with_the_campaign() -> None:
    assert list(dates("due: {every: month, day: 20, from: 2022-10-01}")) == ["2022-10", "2022-11", "2022-12"]
    # What is reported on must end by then; what is due for it may come later.
    about = dates("due: {every: month, day: 20, about: previous, from: 2022-11-01}")
    assert about == {"about-2022-11": "2022-12-20", "about-2022-12": "2023-01-20"}
    weekly = dates("due: {every: week, day: friday, from: 2022-12-19}")
    assert list(weekly) == ["2022-W51"]  # that of 26 December ends in the next year


def test_periods_that_are_not_asked_for_are_left_out() -> None:
    monthly = "due: {every: month, day: 20, from: 2022-05, to: 2022-08, except: [2022-06, 2022-07-05]}"
    assert list(dates(monthly)) == ["2022-05", "2022-08"]


def test_days_are_counted_from_another_items_date() -> None:
    found = periods(
        "due: {days_after: 3, of: item1}", "due: {every: month, day: 20, at: '12:00', from: 2022-11}", "due: 2022-05-05"
    )
    assert {(each.requirement.id, each.key): str(each.due) for each in found} == {
        ("item", "2022-11"): "2022-11-23",
        ("item", "2022-12"): "2022-12-23",
        ("item1", "2022-11"): "2022-11-20",
        ("item1", "2022-12"): "2022-12-20",
        ("item2", "once"): "2022-05-05",
    }
    assert {each.key: each.label for each in found if each.requirement.id == "item"} == {
        "2022-11": "11月",
        "2022-12": "12月",
    }


def test_days_are_counted_from_a_date_of_the_units_own() -> None:
    (only,) = periods("owed_by: [嘉定镇]\ndue: {days_after: 90, of_unit: grant-end}")
    assert str(only.due_for("jiading")) == "2022-09-28"


def test_a_unit_named_itself_goes_before_its_group() -> None:
    (only,) = periods("due: 2022-05-10\ndue_for: {古陂镇: 2022-05-20, towns: 2022-05-15}")
    assert {unit: str(only.due_for(unit)) for unit in only.units} == {"jiading": "2022-05-15", "gupi": "2022-05-20"}


def test_units_may_differ_in_one_field_only() -> None:
    found = periods('due: {every: month, day: 10, at: "12:00", from: 2022-11}\ndue_for: {古陂镇: {day: 5}}')
    assert {each.key: (str(each.due_for("jiading")), str(each.due_for("gupi"))) for each in found} == {
        "2022-11": ("2022-11-10", "2022-11-05"),
        "2022-12": ("2022-12-10", "2022-12-05"),
    }
    assert {str(each.apart["gupi"].at) for each in found} == {"12:00:00"}


def test_a_notice_may_move_single_dates() -> None:
    moved = "amended:\n  - {document_no: 补1号, from: 2022-06-01, moves: {2022-07-31: 2022-08-05}}"
    found = {each.key: each for each in periods(f"due: [2022-06-30, 2022-07-31]\n{moved}")}
    assert str(found["2022-07-31"].due) == "2022-08-05"
    assert found["2022-06-30"].moved is None


def test_two_notices_move_a_date_twice_and_the_first_stays_on_record() -> None:
    (only,) = periods(
        "due: 2022-06-30\namended:\n  - {document_no: 补1号, from: 2022-06-01, due: 2022-07-10}\n"
        "  - {document_no: 补2号, from: 2022-07-01, due: 2022-07-20}"
    )
    assert only.moved
    assert (str(only.due), str(only.moved.was), only.moved.by) == ("2022-07-20", "2022-07-10", "补2号")


def test_a_notice_may_ask_more_often() -> None:
    found = dates(
        "due: {every: month, day: last, from: 2022-10}\n"
        "amended:\n  - {document_no: 补1号, from: 2022-12-01, due: {every: week, day: friday, from: 2022-12-05}}"
    )
    assert found == {
        "2022-10": "2022-10-31",
        "2022-11": "2022-11-30",
        "2022-W49": "2022-12-09",
        "2022-W50": "2022-12-16",
        "2022-W51": "2022-12-23",
    }


def test_a_notice_that_changes_the_common_day_changes_the_units_own_too() -> None:
    found = periods(
        "due: {every: month, day: 10, from: 2022-11}\ndue_for: {古陂镇: {day: 5}}\n"
        'amended:\n  - {document_no: 补1号, from: 2022-12-01, due: {at: "12:00"}}'
    )
    last = found[-1]
    assert (str(last.at), str(last.apart["gupi"].at)) == ("12:00:00", "12:00:00")
    assert str(last.due_for("gupi")) == "2022-12-05"


MISTAKES = [
    ("due: 9999-12-31", 'due：应为日期（写作 2022-04-25），或 every、day、from、to 一组，现为 "9999-12-31"'),
    (
        "due: {every: month, day: 20, from: 2022-05, to: 9999-12}",
        "due.to：应为一期（月写作 2022-04，季 2022-Q2，半年 2022-H1，旬 2022-04-T1，周 2022-W16，年 2022）"
        '或其中一天（2022-04-25），现为 "9999-12"',
    ),
    (
        "due: {every: week, day: 5, from: 2022-05-02}",
        "due.day：每周的应为星期，如 friday（星期五），一周几次的写作 [tuesday, friday]",
    ),
    ("due: {every: week, from: 2022-05-02}", "due.day：缺少这一项"),
    (
        "due: {every: month, day: friday, from: 2022-05}",
        "due.day：星期只用于 every: week（每周），现为 every: month（每月）",
    ),
    ("due: {every: day, day: 3, from: 2022-05-02}", "due.day：每日都报的不写 day"),
    (
        "due: {every: ten-days, day: 11, from: 2022-05-02}",
        "due.day：每旬的应为 1 至 10 的整数（旬内第几日）或 last",
    ),
    (
        "due: {every: quarter, day: 4-10, from: 2022-Q2}",
        "due.day：应为第几个月-几日，月为 1 至 3，如 1-15（其中第一个月的15日）",
    ),
    (
        "due: {every: week, day: [friday, tuesday], from: 2022-05-02}",
        "due.day：应为一个或几个星期，从早到晚、不重复，如 [tuesday, friday]，现为列表",
    ),
    (
        "due: {every: month, day: 10, from: 2022-05, about: next}",
        'due.about：应为 previous（报的是上一期，如每月10日前报上一个月），或不写，现为 "next"',
    ),
    (
        "due: {date: 2022-05-10, at: 25:00}",
        'due.at：应为几时几分，写作 "12:00"、"09:00"；到当天结束为止的不写 at，现为 "25:00"',
    ),
    (
        "due: {date: 2022-05-10, at: noon}",
        'due.at：应为几时几分，写作 "12:00"、"09:00"；到当天结束为止的不写 at，现为 "noon"',
    ),
    (
        "due: {date: 2022-05-10, on_holiday: {later: 2}}",
        "due.on_holiday：应为 {after: 2}（顺延到其后第二个工作日）或 {before: 2} 这样的一组，现为一组字段",
    ),
    (
        "due: {date: 2022-05-10, on_holiday: never}",
        'due.on_holiday：应为 stay（不变）或 before（提前）或 after（顺延），现为 "never"',
    ),
    ("due: [2022-07-31, 2022-06-30]", "due：日期应从早到晚、不重复"),
    ("due: [2022-07-31, 2023-06-30]", 'due[1]：应不晚于攻坚战结束日 2022-12-31，现为 "2023-06-30"'),
    ("due: {date: 2023-05-10}", 'due.date：应不晚于攻坚战结束日 2022-12-31，现为 "2023-05-10"'),
    (
        "due: {every: month, day: 20, from: 2022-W20, to: 2022-08}",
        "due.from：应为每月的一期，或其中任一天",
    ),
    (
        "due: {every: month, day: 20, from: 2022-05, except: [2022]}",
        "due.except[0]：应为每月的一期，或其中任一天",
    ),
    (
        "due: {every: month, day: 20, from: 2022-05, to: 2022-06, except: [2022-05, 2022-06]}",
        "due：没有一个月的报送期在其中，应至少有一期；请核对 from、to、except",
    ),
    (
        "due: {every: month, day: 20, about: previous, from: 2022-05, to: 2023-02}",
        "due.to：应不晚于欠报催到的最后一天 2023-01-31，最后一期为 2023-03-20",
    ),
    (
        "due: {days_after: 3}",
        "due：从什么算起没有写：按报送期结束写 every，按另一事项写 of，按单位自己的日期写 of_unit，按事发写 event",
    ),
    ("event: 事故\ndue: 2022-05-10", "due：事发后才报的事项（event），期限应写 days_after 等，不写日期"),
    (
        "due: {every: month, day: 20, days_after: 3, from: 2022-05}",
        "due.day：与 days_after 只能写一个",
    ),
    (
        "due: {days_after: 3, working_days_after: 3, of_unit: grant-end}",
        "due：应写 days_after、days_before、working_days_after、working_days_before 中的一个",
    ),
    ("due: {days_after: 3, of: itme1}", 'due.of：没有这一事项，现为 "itme1"'),
    ("due: {days_after: 3, of: item}", 'due.of：绕了一圈又算回本事项，应从一个有日期的事项算起，现为 "item"'),
    (
        "due: {days_after: 3, of_unit: grant-end}",
        "due.of_unit：units.yaml 中 古陂镇没有这个日期，应在该单位下写 dates: {grant-end: 2024-06-30} 这样的一项，"
        '现为 "grant-end"',
    ),
    (
        "due: 2022-05-10\ndue_for: {小古镇: 2022-05-20}",
        'due_for.小古镇：没有这个单位或分组，是否应为 古陂镇，现为 "小古镇"',
    ),
    (
        "due: 2022-05-10\ndue_for: {departments: 2022-05-20}",
        'due_for.departments：不在 owed_by 中，应为报送这一事项的单位或分组，现为 "departments"',
    ),
    (
        "due: 2022-05-10\ndue_for: {嘉定镇: 2022-05-20, jiading: 2022-05-21}",
        'due_for.jiading：与 嘉定镇 是同一单位，只应写一处，现为 "jiading"',
    ),
    (
        "due: {every: month, day: 10, from: 2022-11}\ndue_for: {古陂镇: 2022-11-05}",
        "due_for.古陂镇：报送期应与 due 的一样，只是日期不同；due 有 2022-11、2022-12，这里有 once",
    ),
    (
        "due: 2022-05-10\namended:\n  - {document_no: 补1号, from: 2022-05-01}",
        "amended[0]：应写改成了什么：due、due_for、moves 或 stopped: true",
    ),
    (
        "due: 2022-05-10\namended:\n  - {document_no: 补1号, from: 2022-05-01, due: 2022-06-31}",
        'amended[0].due：应为日期（写作 2022-04-25），或 every、day、from、to 一组，现为 "2022-06-31"',
    ),
    ("due: 2022-05-10\nreminders: [1, 3]", "reminders：应由大到小、不重复，即 [3, 1]，现为 [1, 3]"),
    ("due: 2022-05-10\njointly: [县消防]", 'jointly[0]：没有这个单位或分组，是否应为 县消防支队，现为 "县消防"'),
]


@pytest.mark.parametrize(("item", "said"), MISTAKES, ids=[each[0].splitlines()[-1][:40] for each in MISTAKES])
def test_it_says_what_would_be_right(item: str, said: str) -> None:
    place, _, told = fault(item).partition("，")
    assert place.startswith("第 ")
    assert told == f"requirements[0].{said}"


def test_a_campaign_of_another_country_goes_by_its_holidays() -> None:
    head = Path("schedules/xf/campaign.yaml")
    head.write_text(f"calendar: US\n{CAMPAIGN}", encoding="utf-8")
    campaign = load("due: {date: 2022-07-04, on_holiday: after}")
    (only,) = Schedule(campaign, WorkingDays(country=campaign.calendar)).periods
    assert str(only.due) == "2022-07-05"


def test_a_country_that_is_none_is_said() -> None:
    Path("schedules/xf/campaign.yaml").write_text(f"calendar: XX\n{CAMPAIGN}", encoding="utf-8")
    with pytest.raises(Faults) as raised:
        load("due: 2022-07-04")
    said = '第 1 行，calendar：没有这个国家（地区）的节假日，应为 ISO 3166 代号，如 CN、US、US-CA，现为 "XX"'
    assert str(raised.value) == f"schedules/xf/campaign.yaml {said}"
