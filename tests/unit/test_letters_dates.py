"""What a unit reads of hours, moved dates, rules, paper and work with others; and what its calendar takes in."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from cuibao.model import Letter, Step
from cuibao.policy.schedule import Schedule
from tests.unit import winter

DUE = date(2025, 11, 6)


@pytest.fixture
def schedule(tmp_path: Path) -> Schedule:
    return winter.laid_out(tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def mail(home: Path, schedule: Schedule, letter: Letter) -> EmailMessage:
    data = winter.templates().letter(letter, schedule.campaign, "cuibao@xinfeng.example").data
    return message_from_bytes(data, policy=policy.default)


def bodies(home: Path, schedule: Schedule, letter: Letter) -> tuple[str, str]:
    """The plain part, its lines joined again, and the page without its tags' lines."""
    message = mail(home, schedule, letter)
    parts = [cast(str, part.get_content()) for kind in ("plain", "html") if (part := message.get_body((kind,)))]
    plain, page = ("".join(line.strip() for line in part.splitlines()) for part in parts)
    return plain, page


def file_of(message: EmailMessage, name: str) -> bytes:
    return next(
        cast(bytes, part.get_payload(decode=True)) for part in message.iter_attachments() if _name(part) == name
    )


def _name(part: object) -> str | None:
    return cast(EmailMessage, part).get_filename()


def test_on_its_day_a_letter_says_until_what_hour(home: Path, schedule: Schedule) -> None:
    weekly = winter.owed(schedule, "jiading", "weekly", "2025-W45")
    plain, page = bodies(home, schedule, winter.letter(schedule, "jiading", DUE, (Step.DUE, weekly)))
    assert "期限：11月6日（星期四）17时前，今日17时到期" in plain
    assert "<b>11月6日（星期四）17时前</b>，今日17时到期" in page
    for body in (plain, page):
        assert "17时前（含当日" not in body
        assert "期限“X日前”均含当日，写明几时的到该时为止。" in body


def test_a_whole_day_is_said_as_ever(home: Path, schedule: Schedule) -> None:
    tenday = winter.owed(schedule, "jiading", "tenday", "2025-11-T1")
    for body in bodies(home, schedule, winter.letter(schedule, "jiading", DUE, (Step.ADVANCE, tenday))):
        assert "11月10日（星期一）前（含当日）" in body
        assert "写明几时" not in body


@pytest.mark.parametrize("step", [Step.ADVANCE, Step.DUE])
def test_it_says_once_of_an_item_that_it_was_moved(home: Path, schedule: Schedule, step: Step) -> None:
    weekly = winter.owed(schedule, "jiading", "weekly", "2025-W45")
    for body in bodies(home, schedule, winter.letter(schedule, "jiading", DUE, (step, weekly))):
        assert body.count("由11月7日17时改为11月6日17时（补充通知〔2025〕3号）") == 1


def test_it_says_of_what_is_overdue_that_it_was_moved(home: Path, schedule: Schedule) -> None:
    late = [winter.owed(schedule, "jiading", "weekly", key) for key in ("2025-W44", "2025-W45")]
    letter = winter.letter(schedule, "jiading", date(2025, 11, 10), overdue=tuple(late))
    for body in bodies(home, schedule, letter):
        assert "10月31日17时前，已逾期10天" in body
        said = "11月6日17时前，已逾期4天；期限由11月7日17时改为11月6日17时（补充通知〔2025〕3号）"
        assert said in body
        assert body.count("补充通知") == 1


def test_an_opening_says_rules_and_not_all_their_dates(home: Path, schedule: Schedule) -> None:
    for body in bodies(home, schedule, winter.opening(schedule, "jiading")):
        said = "每周五17时前；自11月3日起改为每周四17时前（补充通知〔2025〕3号），10月10日至12月25日共12期"
        assert said in body
        assert "每旬末前；自12月1日起停报（补充通知〔2025〕3号），10月10日至11月30日共6期" in body
        assert "每月5日前报上月，逢休息日顺延至其后第二个工作日，11月5日至12月5日共2期" in body
        assert body.count("由10月20日改为10月24日（补充通知〔2025〕1号）") == 1
        assert "2026年1月20日（星期二）前（含当日）" in body  # the unit's own day


def test_another_unit_reads_its_own_day(home: Path, schedule: Schedule) -> None:
    for unit, day in (("gupi", "2026年2月10日（星期二）12:30前"), ("xiaofang", "2026年3月31日（星期二）前（含当日）")):
        for body in bodies(home, schedule, winter.opening(schedule, unit)):
            assert day in body


def test_it_says_what_is_wanted_on_paper(home: Path, schedule: Schedule) -> None:
    tenday = winter.owed(schedule, "jiading", "tenday", "2025-11-T1")
    asked = winter.letter(schedule, "jiading", DUE, (Step.ADVANCE, tenday))
    late = winter.letter(schedule, "jiading", date(2025, 11, 12), overdue=(tenday,))
    for letter in (asked, late, winter.opening(schedule, "jiading")):
        for body in bodies(home, schedule, letter):
            assert "一式两份，加盖公章" in body
            assert "3. 注明书面材料的，除回复本邮件外" in body
    other = winter.letter(schedule, "xiaofang", DUE, (Step.DUE, winter.owed(schedule, "xiaofang", "monthly")))
    assert all("书面材料" not in body for body in bodies(home, schedule, other))


def test_it_asks_those_who_work_along_to_send_nothing(home: Path, schedule: Schedule) -> None:
    along = winter.owed(schedule, "jiading", "monthly.jointly")
    plain, page = bodies(home, schedule, winter.letter(schedule, "jiading", date(2025, 11, 5), (Step.DUE, along)))
    for body in (plain, page):
        assert "协助县消防救援大队报送“上月情况”（10月）" in body
        assert "协助事项" in body
        assert "请配合牵头单位按期报送，不需另报" in body
        assert "以上为协助事项，无需报送材料" in body
        assert "工作节点" not in body


def test_it_says_of_one_that_has_passed_what_it_was(home: Path, schedule: Schedule) -> None:
    along = winter.owed(schedule, "jiading", "monthly.jointly")
    letter = winter.letter(schedule, "jiading", DUE, (Step.DUE, along))
    plain, _ = bodies(home, schedule, letter)
    assert "协助事项（已过，1个）" in plain
    assert "1个协助事项已过" in plain


def test_a_calendar_has_the_hour_and_what_was_moved(home: Path, schedule: Schedule) -> None:
    message = mail(home, schedule, winter.opening(schedule, "jiading"))
    found: list[Any] = list(Calendar.from_ical(file_of(message, "报送日程.ics")).walk("VEVENT"))
    events = {str(each["SUMMARY"]): each for each in found}
    hourly = events["【报送】秋冬防范：周报（11月3日至9日）（17时前）"]
    assert hourly["DTSTART"].dt == datetime(2025, 11, 6, 9, tzinfo=UTC)
    assert "期限：由11月7日17时改为11月6日17时（补充通知〔2025〕3号）" in hourly["DESCRIPTION"]
    (alarm,) = hourly.walk("VALARM")
    # Half past eight in Shanghai on the day before.
    assert hourly["DTSTART"].dt + alarm["TRIGGER"].dt == datetime(2025, 11, 5, 0, 30, tzinfo=UTC)
    whole = events["【报送】秋冬防范：旬报（11月上旬）"]
    assert whole["DTSTART"].dt == date(2025, 11, 10)
    assert "书面材料：一式两份，加盖公章" in whole["DESCRIPTION"]
    along = events["【协助事项】秋冬防范：协助县消防救援大队报送“上月情况”（10月）"]
    assert "请配合牵头单位按期报送，不需另报。" in along["DESCRIPTION"]


def test_the_sheet_of_the_year_says_all_of_it(home: Path, schedule: Schedule) -> None:
    message = mail(home, schedule, winter.opening(schedule, "jiading"))
    made = load_workbook(BytesIO(file_of(message, "全年事项一览.xlsx"))).active
    assert made is not None
    rows = [[str(cell or "") for cell in row] for row in made.iter_rows(values_only=True)]
    (weekly,) = (row for row in rows if "周报" in row and "11月3日至9日" in row)
    assert "星期四17时" in weekly
    assert "由11月7日17时改为11月6日17时（补充通知〔2025〕3号）" in weekly
    assert any("旬报" in row and "书面材料：一式两份，加盖公章" in row for row in rows)
    assert any("协助事项，无需报送" in row for row in rows)


def test_a_year_within_the_letter_says_the_year_of_a_date_where_it_is_another(home: Path, schedule: Schedule) -> None:
    for body in bodies(home, schedule, winter.opening(schedule, "xiaofang")):
        assert "2026年1月5日" in body
