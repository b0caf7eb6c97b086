"""Several campaigns in one office, two of which are called alike; what is added, taken back, paused, capped, closed."""

import re
import shutil
from collections import Counter
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest

from cuibao.errors import Contradiction, Faults
from cuibao.model import Channel, DateAnswer, LetterStatus
from cuibao.office import Office, open_office
from cuibao.service import replay
from cuibao.service.entries.lookup import item_labelled, item_named, plan_named
from cuibao.service.entries.record import record
from cuibao.service.letters import clock, closing, morning, pausing
from cuibao.service.letters.beginning import beginning
from cuibao.service.receipts import exporting, importing
from cuibao.service.views import handout, workbook, year
from cuibao.service.views.board import Board, look, of_campaign
from cuibao.settings import read_settings
from flows import publish
from flows.pages.links import RECORD, Links, board_of
from flows.pages.year import year_page
from tests import winter
from tests.integration.smtp_server import SmtpServer
from tests.integration.test_redraw import counted
from tests.offices import at, letters_to, office, set_clock, smtp
from tests.several import FIRST, MONTHLY, ROADS, ROADS_PLAN, SECOND, add, lay_out

HALL = "样例县安全生产委员会办公室"
BOTH_DUE = "2025-12-03T08:30"
# The next year's, copied from this year's, in a folder that is called as no page is.
NEXT = "秋冬_2026"
TITLE = "秋冬季安全防范"


def a_year_later(text: str) -> str:
    """`text` with its years moved on, and begun when this year's is still chased."""
    moved = re.sub(r"(?<!\d)20\d\d(?!\d)", lambda found: str(int(found[0]) + 1), text)
    moved = moved.replace("QD2025", "QD2026").replace("2026-10-01", "2026-04-01").replace("2026-11-01", "2026-05-01")
    return moved.replace("2026-10-31", "2026-04-30")


@pytest.fixture(autouse=True)
def _at_year_s_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the campaigns has come to its own end."""
    set_clock(monkeypatch, "2025-12-31T09:00")


@pytest.fixture
def years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office that still chases what this year's campaign is owed when the next one begins, a copy of it."""
    set_clock(monkeypatch, "2026-04-30T22:00")
    winter.lay_out(tmp_path, winter.MONTHLY, winter.QUARTERLY)
    copied = a_year_later(winter.PLAN + winter.MONTHLY + winter.QUARTERLY).replace("from: 2026-11", "from: 2026-04")
    add(tmp_path, a_year_later(winter.CAMPAIGN), copied, NEXT)
    return tmp_path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


def sent(home: Path, name: str, day: str) -> EmailMessage:
    (path,) = letters_to(home, name, day)
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def text_of(found: EmailMessage) -> str:
    body = found.get_body(("plain",))
    assert body is not None
    return "".join(str(body.get_content()).split())


def drawn(opened: Office, board: Board) -> dict[str, str]:
    """The pages on the deployments."""
    return {
        name: each.page.text for name, each in publish.table(opened, board, Links({}, "王芳"), []).items() if each.page
    }


# --- called alike ---


def test_a_letter_says_of_each_item_whose_it_is(years: Path) -> None:
    with office(years) as opened:
        for day in ("2026-03-03", "2026-04-03"):
            morning.run(opened, at(f"{day}T08:30"))
    said = text_of(sent(years, "嘉定镇", "2026-04-03"))
    assert f"{TITLE}（QD2025）、{TITLE}（QD2026）（样安委〔2025〕9号、样安委〔2026〕9号）" in said
    assert re.search(r"秋冬防范（QD2026）月报（4月）", said)
    assert re.search(r"秋冬防范（QD2025）月报（2026年3月）", said)
    assert not re.search(r"秋冬防范(?!（QD202)", said)


def test_nothing_that_is_shown_is_called_alike(years: Path) -> None:
    with office(years) as opened:
        morning.run(opened, at("2026-04-03T08:30"))
        board = look(opened, at("2026-04-03T09:00"))
        table = publish.table(opened, board, Links({}, "王芳"), [])
        items = table[RECORD].form["properties"]["item"]["enum"]
        assert len(items) == len(set(items))
        assert all(item_labelled(opened, each) for each in items)
        plans = [drawn(opened, board)[plan.id].splitlines()[0] for plan in opened.campaign.plans]
        assert plans == ["# 方案1 秋冬季安全防范方案（QD2025）", "# 方案1 秋冬季安全防范方案（QD2026）"]
        assert [each.plan for each in handout.view(opened, board).plans] == ["秋冬防范（QD2025）", "秋冬防范（QD2026）"]
        head = workbook.worksheets(opened, board)[0].head
        assert len(head) == len(set(head))
        shown = year_page(year.year(opened), board.as_of).text
        assert ("| 11月3日 |" in shown, "| 2026年11月3日 |" in shown) == (True, True)


def test_the_pages_of_phases_have_keys_of_their_own(years: Path) -> None:
    with office(years) as opened:
        keys = [publish._gate_key(opened, plan, phase) for plan in opened.campaign.plans for phase in plan.named_phases]
        assert len(keys) == len(set(keys)) == 6
        assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)


def test_a_board_says_what_is_over_of_its_own_campaign_alone(years: Path) -> None:
    with office(years) as opened:
        morning.run(opened, at("2026-04-03T08:30"))
        closing.close(opened, at("2026-04-03T15:00"), "王芳", closing.campaign_named(opened, FIRST))
        board = look(opened, at("2026-04-03T16:00"))
        over = [of_campaign(opened, board, each).over for each in opened.campaign.each]
        assert (over[0] is None, over[1]) == (False, None)
        pages = drawn(opened, board)
        assert ("已于" in pages[board_of(FIRST)], "已于" in pages[board_of(NEXT)]) == (True, False)


def test_none_of_two_is_closed_or_looked_at_by_the_title_of_both(years: Path) -> None:
    with office(years) as opened, pytest.raises(Contradiction, match=f"{FIRST}（{TITLE}（QD2025））"):
        closing.campaign_named(opened, TITLE)
    with (
        open_office(read_settings({"CUIBAO_HOME": str(years)}), only=TITLE) as opened,
        pytest.raises(Faults, match=f"叫“{TITLE}”的攻坚战有几个"),
    ):
        _ = opened.campaign


def test_the_table_of_receipts_comes_back_as_it_went(years: Path, tmp_path: Path) -> None:
    with office(years) as opened:
        morning.run(opened, at("2026-04-03T08:30"))
        moment = at("2026-04-03T10:00")
        for plan, month in (("winter", "2026-03"), (f"{NEXT}:winter", "2026-04")):
            period = item_named(opened, plan, "monthly", month)
            record(opened, moment, units=["嘉定镇"], period=period, received=None, channel=Channel.PAPER, by="王芳")
        path = tmp_path / "table.xlsx"
        exporting.export(opened, look(opened, moment), path)
        found = importing.plan_import(opened, moment, importing.read_table(path))
        assert (found.arrivals, found.refused, found.same) == ((), (), 2)


def test_the_year_end_report_is_about_the_one_that_ended_and_lets_it_go(years: Path) -> None:
    with office(years) as opened:
        for day in ("2026-04-03", "2026-04-30"):
            morning.run(opened, at(f"{day}T08:30"))
        assert len(opened.campaign.each) == 2
    found = sent(years, HALL, "2026-04-30")
    assert found["Subject"].startswith(f"【年终小结】{TITLE}（QD2025）：")
    assert f"{TITLE}（QD2025）：全年报送情况（2025年10月1日至2026年3月31日）" in text_of(found)
    assert "QD2026" not in text_of(found)
    # The machine's own clock has passed the last day of chasing by now.
    with office(years, CUIBAO_NOW="2026-05-06T08:30") as opened:
        assert [each.folder for each in opened.campaign.each] == [NEXT]
        assert [plan.called for plan in opened.campaign.plans] == ["秋冬防范"]
        assert look(opened, opened.now()).strays == ()
    with office(years, CUIBAO_NOW="2026-04-30T16:00") as opened:
        assert len(opened.campaign.each) == 2


def test_forms_that_are_called_alike_are_told_apart(years: Path) -> None:
    for folder, plan in ((FIRST, "1-winter.yaml"), (NEXT, "1-plan.yaml")):
        path = years / "schedules" / folder / plan
        with_form = path.read_text(encoding="utf-8").replace("title: 月报", "title: 月报\n    attach: [月报表.csv]")
        path.write_text(with_form, encoding="utf-8")
        (years / "schedules" / folder / "月报表.csv").write_text(folder, encoding="utf-8")
    with office(years) as opened:
        morning.run(opened, at("2026-04-03T08:30"))
    files = {each.get_filename(): each.get_content() for each in sent(years, "嘉定镇", "2026-04-03").iter_attachments()}
    given = {name: str(data).strip() for name, data in files.items() if name and name.endswith(".csv")}
    assert given == {"月报表.csv": NEXT, "QD2025-月报表.csv": FIRST}


# --- in the middle of a day, and before it is issued ---


def test_who_had_a_letter_before_one_was_added_hears_of_it_the_next_morning(home: Path) -> None:
    shutil.move(home / "schedules" / SECOND, home / "aside")
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
    shutil.move(home / "aside", home / "schedules" / SECOND)
    with office(home) as opened:
        later = morning.run(opened, at("2025-12-03T14:30"))
        assert {each.status for each in later.letters} == {LetterStatus.ALREADY, LetterStatus.NOTHING_DUE}
        morning.run(opened, at("2025-12-04T08:30"))
    assert "道路运输" not in text_of(sent(home, "嘉定镇", "2025-12-03"))
    assert "道路运输" in text_of(sent(home, "嘉定镇", "2025-12-04"))


def test_one_that_is_not_issued_has_no_first_day(home: Path) -> None:
    """The earlier one's is due in October; its own letter is the first after its notice."""
    winter.say(home, winter.MONTHLY.replace("from: 2025-11", "from: 2025-10"))
    with office(home) as opened:
        first, second = opened.campaign.each
        morning.run(opened, at("2025-10-09T08:30"))
        begun = [beginning(opened, each) for each in (first, second)]
        assert [each and each.first_on for each in begun] == [date(2025, 10, 9), None]
        morning.run(opened, at("2025-11-03T08:30"))
        found = beginning(opened, second)
        assert found is not None
        assert found.first_on == date(2025, 11, 3)
    assert "道路运输" not in text_of(sent(home, "嘉定镇", "2025-10-09"))


# --- the end ---


@pytest.mark.parametrize("name", [FIRST, SECOND])
def test_the_report_comes_though_nothing_else_is_due(home: Path, name: str) -> None:
    with office(home) as opened:
        morning.run(opened, at(BOTH_DUE))
        for unit in ("嘉定镇", "古陂镇"):
            for plan, month in (("winter", "2025-11"), ("winter", "2025-12"), ("roads", "2025-12")):
                period, moment = item_named(opened, plan, "monthly", month), at("2025-12-03T10:00")
                record(opened, moment, units=[unit], period=period, received=None, channel=Channel.PAPER, by="王芳")
        closing.close(opened, at("2025-12-03T15:00"), "王芳", closing.campaign_named(opened, name))
        assert morning.run(opened, at("2025-12-05T08:30")).written == ()
    assert sent(home, HALL, "2025-12-05")["Subject"].startswith("【年终小结】")
    with office(home) as opened:
        assert {each.folder for each in opened.campaign.each} == {FIRST, SECOND} - {name}
        assert opened.campaign.id == FIRST


# --- taken back, paused, capped, rehearsed ---


def test_a_morning_that_is_taken_back_takes_the_first_day_of_those_alone_that_began_on_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.move(home / "schedules" / SECOND, home / "aside")
    set_clock(monkeypatch, "2025-12-02T08:30")
    with office(home) as opened:
        morning.prepare(opened, opened.now(), by_the_clock=True)
        list(morning.write(opened, opened.now(), 0))
    shutil.move(home / "aside", home / "schedules" / SECOND)
    set_clock(monkeypatch, "2025-12-12T08:30")
    with office(home) as opened:
        morning.prepare(opened, opened.now(), by_the_clock=True)
        list(morning.write(opened, opened.now(), 0))
        began = [beginning(opened, each) for each in opened.campaign.each]
        assert [each and each.first_on for each in began] == [date(2025, 12, 2), date(2025, 12, 12)]
    set_clock(monkeypatch, "2025-12-03T08:30")
    with office(home) as opened:
        done = clock.answer(opened, opened.now(), DateAnswer.EARLIER_WRONG, "王芳")
        assert [each.day for each in done.tolls] == [date(2025, 12, 12)]
        began = [beginning(opened, each) for each in opened.campaign.each]
        assert [each and each.first_on for each in began] == [date(2025, 12, 2), None]


@pytest.mark.parametrize(
    ("plan", "held"), [(None, ("秋冬防范", "道路运输")), ("roads", ("道路运输",)), ("winter", ("秋冬防范",))]
)
def test_a_pause_holds_what_it_is_about(home: Path, plan: str | None, held: tuple[str, ...]) -> None:
    with office(home) as opened:
        pausing.pause(
            opened,
            at("2025-12-03T08:00"),
            unit=None,
            plan=plan_named(opened, plan) if plan else None,
            first=None,
            last=date(2025, 12, 5),
            reason="抗洪",
            by="王芳",
        )
        morning.run(opened, at(BOTH_DUE))
    said = "".join(
        text_of(message_from_bytes(path.read_bytes(), policy=policy.default)) for path in letters_to(home, "嘉定镇")
    )
    told = said.partition("报送方式")[0]
    assert {name for name in ("秋冬防范", "道路运输") if name in told} == {"秋冬防范", "道路运输"} - set(held)


def test_the_cap_is_the_day_s_for_all(home: Path) -> None:
    with SmtpServer() as server:
        environ = {**smtp(server.port), "CUIBAO_NOW": BOTH_DUE, "CUIBAO_SMTP_DAILY_CAP": "1"}
        with office(home, **environ) as opened:
            assert all(each.drill for each in opened.campaign.each)
            result = morning.run(opened, opened.now())
            assert Counter(each.status for each in result.letters)[LetterStatus.SENT] == 1
            assert opened.rehearsal == "（演练）"
        assert len(server.letters) == 1
    with office(home) as opened:
        assert [each.drill for each in opened.campaign.each] == [False, False]
        assert {each.status for each in morning.run(opened, at(BOTH_DUE)).written} == {LetterStatus.SENT}


def test_a_simulation_plays_all(home: Path) -> None:
    with office(home) as opened:
        days = list(replay.replay(opened, date(2025, 11, 28), date(2025, 12, 5), 7))
        assert sum(each.received for each in days) > 0
        board = look(opened, at("2025-12-05T09:00"))
        assert (board.simulated, board.strays) == (True, ())
        entered = {key.plan for key in opened.ledger.entries(opened.campaign.id)}
        assert entered == {"winter", f"{SECOND}:roads"}
    shutil.rmtree(home / "schedules" / FIRST)
    with office(home) as opened:
        assert opened.rehearsal == "（模拟演练）"


def test_leaders_are_copied_by_themselves_only_where_all_say_so(tmp_path: Path) -> None:
    lay_out(tmp_path, second=ROADS + "  escalation: ask\n")
    with office(tmp_path) as opened:
        assert opened.campaign.policy.copies.value == "ask"


# --- what it costs ---


def asked_by_a_morning(home: Path) -> int:
    """How often a morning on which nothing is to be said asks the ledger, and a look with all pages."""
    with office(home) as opened:
        morning.run(opened, at("2025-12-02T08:30"))
    with office(home) as opened:
        _ = opened.campaign
        with counted(opened) as reads:
            morning.run(opened, at("2025-12-08T08:30"))
            publish.table(opened, look(opened, at("2025-12-08T09:00")), Links({}, "王芳"), [])
        return len(reads.statements)


def test_each_campaign_more_costs_as_much_as_the_one_before(tmp_path: Path) -> None:
    costs = []
    for number in range(1, 5):
        home = tmp_path / str(number)
        winter.lay_out(home, winter.MONTHLY)
        for other in range(1, number):
            campaign = ROADS.replace("DL2025", f"DL{other}").replace("11号", f"{other}1号")
            add(home, campaign, ROADS_PLAN + MONTHLY, f"roads-{other}")
        costs.append(asked_by_a_morning(home))
    more = [after - before for before, after in pairwise(costs)]
    assert max(more[1:]) <= max(more[0], 1) + 2, costs
