"""结束: how long what is overdue is chased, that a campaign which is over writes to nobody, and the year-end report."""

import shutil
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry, LetterStatus
from cuibao.office import Office
from cuibao.service import checking
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.letters.closing import close
from cuibao.service.views.board import look
from cuibao.settings import CHECKOUT
from flows.pages.links import Links
from flows.pages.overview import overview_page
from tests.integration.smtp_server import SmtpServer
from tests.integration.test_cli import cuibao
from tests.offices import at, begun, letters_to, office, reachable, smtp, spoil

OFFICE = "信丰县安委办"
# The last day of chasing, and the day after it.
LAST, AFTER = "2023-01-31T08:30", "2023-02-01T08:30"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    begun(tmp_path)
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[Office]:
    with office(home) as found:
        yield found


def letter(home: Path, day: str, name: str = OFFICE) -> EmailMessage:
    (path,) = letters_to(home, name, day)
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def enter(opened: Office, when: str, unit: str, item: tuple[str, str, str | None], **more: object) -> None:
    period = lookup.item_named(opened, *item)
    wanted: dict[str, object] = {"entry": Entry.RECEIVED, "note": "", **more}
    entering.record(
        opened,
        at(when),
        units=[unit],
        period=period,
        received=None,
        channel=Channel.PAPER,
        by="王芳",
        **wanted,  # type: ignore[arg-type]
    )


def last_to_office(opened: Office, day: str) -> LetterStatus:
    """What became of the office's own letter."""
    (found,) = [each.status for each in morning.run(opened, at(day)).letters if each.addressee == "office"]
    return found


def settle_all(opened: Office, when: str) -> None:
    """Let everything but the last report of the year be in."""
    for period in opened.schedule.tracked():
        if period.due < date(2022, 12, 31):
            units = period.requirement.units
            entering.record(
                opened, at(when), units=units, period=period, received=None, channel=Channel.PAPER, by="王芳"
            )


# --- to chase_until ---


def test_what_falls_due_on_the_last_day_is_chased_afterwards(home: Path, opened: Office) -> None:
    settle_all(opened, "2022-12-29T16:00")
    morning.run(opened, at("2022-12-30T08:30"))  # the last working day on or before it
    due = letter(home, "2022-12-30", "嘉定镇")
    assert "近期到期" in due["Subject"]
    days = []
    for day in ("2023-01-03", "2023-01-04", "2023-01-05", "2023-01-06", "2023-01-09", "2023-01-31", "2023-02-01"):
        result = morning.run(opened, at(f"{day}T08:30"))
        days += [day for each in result.written if each.name == "嘉定镇"]
    assert days[0] == "2023-01-03"
    assert len(days) >= 3
    assert "2023-02-01" not in days
    assert "逾期" in letter(home, "2023-01-03", "嘉定镇")["Subject"]
    assert "12月31日" in text(letter(home, "2023-01-03", "嘉定镇"))


def test_an_extension_may_run_to_the_last_day_of_chasing(opened: Office) -> None:
    item = ("culture", "progress", "2022-Q4")
    enter(opened, "2022-12-20T10:00", "嘉定镇", item, entry=Entry.EXTENDED, note="换届", due=date(2023, 1, 31))
    with pytest.raises(Contradiction, match="延期日期 2023-02-01 晚于欠报催到的最后一天（2023-01-31）"):
        enter(opened, "2022-12-20T10:00", "古陂镇", item, entry=Entry.EXTENDED, note="换届", due=date(2023, 2, 1))


# --- over ---


def test_a_campaign_that_is_over_says_so_and_writes_to_nobody(home: Path) -> None:
    with office(home, CUIBAO_NOW=AFTER) as opened:
        said = "攻坚战已结束，欠报催到 2023年1月31日为止，不再发信"
        board = look(opened, at(AFTER))
        assert board.over == said
        assert said in overview_page(board, "攻坚战", Links({}, "王芳"), []).text
        assert f"{said}。" in checking.warnings(opened)
        result = morning.run(opened, at(AFTER))
        assert result.skipped == said
        assert result.written == ()
    with office(home, CUIBAO_NOW=LAST) as opened:
        assert look(opened, at(LAST)).over is None
        assert not any("不再发信" in warning for warning in checking.warnings(opened))


def test_a_check_leaves_no_ledger(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        checking.warnings(opened)
    assert list(tmp_path.iterdir()) == []


def test_an_old_campaign_that_is_begun_when_it_is_over_writes_to_nobody(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        for day in (AFTER, "2023-02-02T08:30"):
            assert all(not each.status.written for each in morning.run(opened, at(day)).letters)
    assert not (tmp_path / "outbox").exists()


def test_no_report_is_sent_of_a_phase_that_ended_before_the_beginning(tmp_path: Path) -> None:
    with office(tmp_path) as opened:
        for day in ("2022-07-19", "2022-09-30", "2022-10-08"):
            morning.run(opened, at(f"{day}T08:30"))
    assert [path.name[:10] for path in letters_to(tmp_path, OFFICE)] == ["2022-10-08"]
    assert "动员部署" not in text(letter(tmp_path, "2022-10-08"))


def test_a_letter_about_several_phases_counts_plans_and_not_phases(home: Path, opened: Office) -> None:
    morning.run(opened, at("2023-01-03T08:30"))
    subject = letter(home, "2023-01-03")["Subject"]
    assert subject.startswith("【阶段小结】8个方案动员部署、集中实施和总结提升阶段：42个单位欠报1321项")


# --- the year-end report ---


def test_the_office_is_told_once_how_the_year_ended(home: Path, opened: Office) -> None:
    enter(opened, "2022-04-20T10:00", "嘉定镇", ("skills", "liaison", None))
    enter(opened, "2022-04-28T10:00", "古陂镇", ("skills", "liaison", None))
    for day in ("2023-01-03", "2023-01-30", "2023-01-31", "2023-02-01", "2023-02-02"):
        morning.run(opened, at(f"{day}T08:30"))
        morning.run(opened, at(f"{day}T09:30"))
    assert [path.name[:10] for path in letters_to(home, OFFICE)] == ["2023-01-03", "2023-01-31"]
    told = letter(home, "2023-01-31")
    assert told["Subject"].startswith(f"【年终小结】{opened.campaign.title}：42个单位欠报1319项")
    words = text(told)
    assert "42个单位：按时1项，迟报1项，欠报1319项（42个单位）" in words
    assert "不再催报" in words
    assert "从业人员安全技能" not in words.split("- 嘉定镇")[0]
    assert "年终小结" in words


@pytest.mark.parametrize(("days", "written"), [(["2023-01-20", "2023-02-06"], "2023-02-06"), (["2023-02-04"], None)])
def test_after_downtime_it_is_told_on_the_next_working_day(
    home: Path, opened: Office, days: list[str], written: str | None
) -> None:
    for day in days:
        morning.run(opened, at(f"{day}T08:30"))
    finals = [path for path in letters_to(home, OFFICE) if "【年终小结】" in letter(home, path.name[:10])["Subject"]]
    assert [path.name[:10] for path in finals] == ([written] if written else [])


def test_closing_a_campaign_ends_it_at_once_with_the_report(home: Path, opened: Office) -> None:
    morning.run(opened, at("2022-10-10T08:30"))
    with pytest.raises(Contradiction, match="请填写登记人"):
        close(opened, at("2022-10-10T15:00"), " ", opened.campaign)
    close(opened, at("2022-10-10T15:00"), "王芳", opened.campaign)
    said = "攻坚战已于 2022年10月10日由王芳结束，不再发信"
    assert look(opened, at("2022-10-10T16:00")).over == said
    assert look(opened, at("2022-10-10T09:00")).over is None
    with pytest.raises(Contradiction, match=f"{said}。不用再结束"):
        close(opened, at("2022-10-10T16:00"), "李强", opened.campaign)
    for day in ("2022-10-11", "2022-10-12", "2023-01-31"):
        result = morning.run(opened, at(f"{day}T08:30"))
        assert result.skipped is not None
        assert result.written == ()
    finals = [path.name[:10] for path in letters_to(home, OFFICE) if path.name[:10] > "2022-10-10"]
    assert finals == ["2022-10-11"]
    assert letter(home, "2022-10-11")["Subject"].startswith("【年终小结】")


def test_the_command_closes_only_the_campaign_that_it_names_and_with_a_yes(tmp_path: Path) -> None:
    home = tmp_path / "office"
    begun(home)
    looked = cuibao(tmp_path, "campaign", "close", "xinfeng-2022", CUIBAO_NOW="2022-10-10T15:00")
    assert (looked.code, looked.err) == (0, "")
    assert looked.out.startswith("信丰县安全生产专项整治三年行动“巩固提升”攻坚战：还有 42 个单位的 ")
    assert "加 --yes --by 姓名" in looked.out
    other = cuibao(
        tmp_path, "campaign", "close", "xinfeng-2023", "--yes", "--by", "王芳", CUIBAO_NOW="2022-10-10T15:00"
    )
    assert other.complaint.startswith("没有“xinfeng-2023”这个攻坚战，现有：xinfeng-2022（")
    yes = ("campaign", "close", "xinfeng-2022", "--yes", "--by", "王芳")
    closed = cuibao(tmp_path, *yes, CUIBAO_NOW="2022-10-10T15:00")
    assert (closed.code, closed.out[:4]) == (0, "已结束：")
    assert cuibao(tmp_path, *yes, CUIBAO_NOW="2022-10-10T16:00").complaint.endswith("不用再结束。")
    morning_after = cuibao(tmp_path, "morning", "--as-of", "2022-10-11T08:30")
    assert "攻坚战已于 2022年10月10日由王芳结束" in morning_after.out
    assert [path.name[:10] for path in letters_to(home, OFFICE)][-1] == "2022-10-11"


def test_a_report_that_could_not_leave_goes_on_the_next_day_and_then_never_again(
    tmp_path: Path, database_url: str
) -> None:
    reachable(tmp_path)
    with SmtpServer() as server:
        environ = {**smtp(server.port), "CUIBAO_DATABASE_URL": database_url}
        begun(tmp_path, **environ)
        with office(tmp_path, **environ) as opened:
            settle_all(opened, "2022-12-29T16:00")
            mailbox = opened.campaign.mailbox
            server.rejects(mailbox, "451 4.7.1 try again later")
            assert last_to_office(opened, LAST) is LetterStatus.DEFERRED
    with SmtpServer() as server:
        environ |= smtp(server.port)
        with office(tmp_path, **environ) as opened:
            days = ("2023-02-01T08:30", "2023-02-01T09:30", "2023-02-02T08:30")
            found = [last_to_office(opened, day) for day in days]
        assert found == [LetterStatus.SENT, LetterStatus.ALREADY, LetterStatus.NOTHING_DUE]
        assert [kept.recipients for kept in server.letters] == [(mailbox,)]


def test_a_report_that_the_offices_mailbox_refuses_is_not_tried_every_day(tmp_path: Path) -> None:
    reachable(tmp_path)
    with SmtpServer() as server:
        environ = smtp(server.port)
        begun(tmp_path, **environ)
        with office(tmp_path, **environ) as opened:
            settle_all(opened, "2022-12-29T16:00")
            server.rejects(opened.campaign.mailbox, "550 5.1.1 no such user")
            found = [last_to_office(opened, day) for day in (LAST, "2023-02-01T08:30", "2023-02-02T08:30")]
            assert found == [LetterStatus.REFUSED, LetterStatus.NOTHING_DUE, LetterStatus.NOTHING_DUE]
            assert "退信" in [trouble.what for trouble in look(opened, at("2023-02-02T09:00")).troubles]


def test_a_check_says_what_took_the_place_of_settings_that_mean_nothing_any_more(tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "schedules")
    campaign = tmp_path / "schedules" / "xinfeng-2022" / "campaign.yaml"
    spoil(campaign, "  copy_in_days: 7", "  overdue_at_most: 8\n  then_every_days: 7\n  copy_in_days: 7")
    with office(tmp_path) as opened:
        found = [each for each in checking.warnings(opened) if "已不起作用" in each]
    assert found == [
        "campaign.yaml 的 reminders.then_every_days 已不起作用：逾期的每周在该单位的催报日再催一次。请删去这一行。",
        "campaign.yaml 的 reminders.overdue_at_most 已不起作用："
        "逾期的一直催到 chase_until（不写就是结束日以后一个月）。请删去这一行。",
    ]
    with office(tmp_path / "other") as opened:
        assert not any("已不起作用" in each for each in checking.warnings(opened))
