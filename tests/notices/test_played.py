"""Notices of other offices played through days, with the letters to an outbox: a flood season with daily reports,
statistics over two years."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry
from cuibao.office import Office
from cuibao.said import label_of, stretch
from cuibao.service.entries import opening
from cuibao.service.entries.record import record
from cuibao.service.letters import morning
from cuibao.service.views.board import look
from cuibao.service.views.calls import call_sheet, printable
from cuibao.settings import CHECKOUT
from tests.integration.test_cli import cuibao
from tests.offices import at, letters_to, office

HERE = Path(__file__).parent / "played"


@contextmanager
def playing(home: Path, notice: str) -> Iterator[Office]:
    """The office at `home` that issued `notice`."""
    (home / "schedules").mkdir()
    shutil.copytree(HERE / notice, home / "schedules" / notice, ignore=shutil.ignore_patterns("contacts"))
    shutil.copytree(HERE / notice / "contacts", home / "contacts")
    (home / "schedules" / "holidays.yaml").write_text("holidays: []\nworkdays: []\n", encoding="utf-8")
    with office(home) as opened:
        yield opened


def play(opened: Office, first: str, last: str) -> None:
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        morning.run(opened, at(f"{day}T08:30"))
        day += timedelta(days=1)


def arrives(opened: Office, unit: str, requirement: str, key: str, when: str, **given: Entry | date) -> None:
    period = opened.schedule.period((opened.campaign.plans[0].id, requirement, key))
    words = {"channel": Channel.MAIL, "by": "王芳", "note": "说明", "received": None} | given
    record(opened, at(when), units=[unit], period=period, **words)  # type: ignore[arg-type]


def letter(home: Path, unit: str, day: str) -> tuple[str, str, str]:
    """The subject, the plain text and the HTML of the letter to `unit` of a day, without line ends and spaces."""
    (path,) = letters_to(home, unit, day)
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    bodies = (message.get_body((kind,)) for kind in ("plain", "html"))
    plain, html = ("".join(str(body.get_content()).split()) for body in bodies if body)
    return str(message["subject"]), plain, html


def test_daily_reports_that_are_long_overdue_stand_in_one_line(tmp_path: Path) -> None:
    with playing(tmp_path, "flood") as opened:
        play(opened, "2024-05-27", "2024-06-12")
        arrives(opened, "red", "daily", "2024-06-05", "2024-06-13T08:00")
        play(opened, "2024-06-13", "2024-06-14")
        subject, plain, html = letter(tmp_path, "红石镇", "2024-06-14")
    assert "【督办】红石镇：11项督办、2项逾期、" in subject
    assert "督办事项（11项）" in plain
    assert "1.防汛值守汛情日报（6月1日至6月4日、6月6日至6月8日，共7期）6月1日17时至6月8日17时前，已逾期6至13天" in plain
    assert "汛情日报（6月1日至6月4日、6月6日至6月8日，共7期）" in html
    # The latest have lines of their own, and so has what is due but once a week.
    assert "汛情日报（6月9日）6月9日17时前，已逾期5天" in plain
    assert "隐患周报（6月3日至9日）6月7日前，已逾期7天" in plain
    assert "汛情日报（6月3日）" not in plain


def test_what_was_sent_back_or_put_off_keeps_a_line_of_its_own(tmp_path: Path) -> None:
    with playing(tmp_path, "flood") as opened:
        play(opened, "2024-05-27", "2024-06-04")
        arrives(opened, "red", "daily", "2024-06-04", "2024-06-04T16:00")
        arrives(opened, "red", "daily", "2024-06-03", "2024-06-04T16:00", entry=Entry.EXTENDED, due=date(2024, 6, 6))
        arrives(opened, "red", "daily", "2024-06-04", "2024-06-12T16:00", entry=Entry.RETURNED)
        play(opened, "2024-06-05", "2024-06-14")
        _, plain, _ = letter(tmp_path, "红石镇", "2024-06-14")
    assert "汛情日报（6月1日至6月2日、6月5日至6月8日，共6期）" in plain
    assert "汛情日报（6月3日）6月6日前（延期后），已逾期8天" in plain
    assert "退回原因：说明。请尽快改正重报" in plain


def test_the_call_sheet_lists_them_so_too_and_counts_them_all(tmp_path: Path) -> None:
    with playing(tmp_path, "flood") as opened:
        play(opened, "2024-05-27", "2024-05-27")
        sheet = call_sheet(opened, look(opened, at("2024-07-01T09:00")))
        page = printable(opened, sheet)
    red = next(call for call in sheet.calls if call.unit.id == "red")
    assert len(red.items) == 34
    assert [line.label for line in red.lines] == [
        "防汛值守·汛情日报（6月1日至6月27日，共27期）",
        "防汛值守·隐患周报（6月3日至9日，6月7日前）",
        "防汛值守·隐患周报（6月10日至16日，6月14日前）",
        "防汛值守·隐患周报（6月17日至23日，6月21日前）",
        "防汛值守·汛情日报（6月28日17时前）",
        "防汛值守·隐患周报（6月24日至30日，6月28日前）",
        "防汛值守·汛情日报（6月29日17时前）",
        "防汛值守·汛情日报（6月30日17时前）",
    ]
    assert page.count("<td>防汛值守·汛情日报（6月1日至6月27日，共27期）</td>") == 3
    where = {"CUIBAO_HOME": str(tmp_path), "PYTHONPATH": str(CHECKOUT)}
    said = cuibao(tmp_path, "calls", "--as-of", "2024-07-01T09:00", **where).out
    assert said.count("汛情日报（6月1日至6月27日，共27期）") == 3
    assert "汛情日报（6月2日" not in said


def test_a_meeting_to_come_is_opened_ahead_and_asked_for_before_it_is_held(tmp_path: Path) -> None:
    with playing(tmp_path, "flood") as opened:
        play(opened, "2024-05-27", "2024-06-03")
        item = opening.event_item_named(opened, "flood", "meet")
        given = {"label": "会商", "units": ["县应急管理局"], "by": "王芳"}
        done = opening.open_event(opened, at("2024-06-03T15:00"), item, happened=date(2024, 6, 20), **given)  # type: ignore[arg-type]
        # Before the 20th, a Thursday: the 19th, 18th, 17th, 14th, 13th.
        (owed,) = [each for each in opened.schedule.of_unit("emergency") if each.period.requirement.id == "meet"]
        assert (done.event.day, owed.period.due) == (date(2024, 6, 20), date(2024, 6, 13))
        play(opened, "2024-06-04", "2024-06-13")
        with pytest.raises(Contradiction, match="2034-06-20 晚于欠报催到的最后一天（2024年10月30日）"):
            opening.open_event(opened, at("2024-06-03T15:00"), item, happened=date(2034, 6, 20), **given)  # type: ignore[arg-type]
        # What is reported afterwards cannot be opened before it happened.
        quick = opening.event_item_named(opened, "flood", "quick")
        with pytest.raises(Contradiction, match="2024-06-20 还没到"):
            opening.open_event(opened, at("2024-06-03T15:00"), quick, happened=date(2024, 6, 20), **given)  # type: ignore[arg-type]
    assert "今日到期" in letter(tmp_path, "县应急管理局", "2024-06-13")[0]
    assert len(letters_to(tmp_path, "县应急管理局")) == 4  # the news of it, two steps ahead, the day itself


def test_what_is_due_on_the_day_that_it_is_about_names_that_day_once(tmp_path: Path) -> None:
    with playing(tmp_path, "flood") as opened:
        daily = opened.schedule.period(("flood", "daily", "2024-06-01"))
        assert label_of(daily) == "防汛值守·汛情日报（6月1日17时前）"
        assert len({label_of(period) for period in opened.schedule.periods}) == len(opened.schedule.periods)


def test_a_notice_over_two_years_opens_with_the_years(tmp_path: Path) -> None:
    with playing(tmp_path, "statistics") as opened:
        play(opened, "2023-12-01", "2023-12-01")
    _, plain, html = letter(tmp_path, "红石镇", "2023-12-01")
    assert "统计报表（2023年12月1日至2025年12月31日）" in plain
    assert "2023年12月1日至2025年12月31日" in html
    assert stretch(date(2022, 4, 18), date(2022, 12, 31)) == "4月18日至12月31日"
