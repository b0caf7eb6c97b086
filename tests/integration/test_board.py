"""The board on the shipped campaign: a period's life, the front page, the plans' tables, whom letters do not reach."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from cuibao.model import Channel, Entry, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.letters.morning import LetterStatus
from cuibao.service.views import board
from cuibao.service.views.board import Cell, Progress
from cuibao.service.views.overview import overview
from cuibao.service.views.plan_table import plan_table
from tests.integration.smtp_server import Drop, SmtpServer
from tests.offices import DOMAIN, at, begun, office, reachable, smtp

DAY = "2022-06-21T08:30"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        yield found


def has_sent(opened: Office, name: str, plan: str, requirement: str, period: str | None, when: str) -> None:
    item = lookup.item_named(opened, plan, requirement, period)
    entering.record(opened, at(when), units=[name], period=item, received=None, channel=Channel.MAIL, by="王")


def cell(opened: Office, moment: datetime, unit: str, requirement: str, period: str) -> Cell:
    (found,) = [
        cell
        for cell in board.look(opened, moment).cells
        if (cell.obligation.key.unit, cell.obligation.key.requirement, cell.obligation.key.period)
        == (unit, requirement, period)
    ]
    return found


def names(items: tuple[Progress, ...]) -> list[tuple[str, str, str]]:
    return [(item.period.plan.id, item.period.requirement.id, item.period.key) for item in items]


# --- a period's life ---


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2022-04-18T08:30", Status.UPCOMING),
        ("2022-04-30T23:59", Status.UPCOMING),
        ("2022-05-01T00:00", Status.OPEN),  # the implementation phase begins
        ("2022-07-13T23:59", Status.OPEN),
        ("2022-07-14T00:00", Status.DUE_SOON),  # seven working days before the 25th
        ("2022-07-25T23:59", Status.DUE_SOON),
        ("2022-07-26T00:00", Status.OVERDUE),
        ("2022-12-31T23:59", Status.OVERDUE),
    ],
)
def test_a_single_item_lives_from_upcoming_to_overdue(opened: Office, moment: str, expected: Status) -> None:
    assert cell(opened, at(moment), "jiading", "interim", "once").status is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2022-05-31T23:59", Status.UPCOMING),
        ("2022-06-01T00:00", Status.OPEN),
        ("2022-06-22T00:00", Status.DUE_SOON),  # the 25th is a Saturday: three working days before Friday the 24th is
        ("2022-06-20T23:59", Status.OPEN),  # Tuesday the 21st
        ("2022-06-26T00:00", Status.OVERDUE),
    ],
)
def test_a_monthly_item_begins_with_its_month(opened: Office, moment: str, expected: Status) -> None:
    (found,) = [
        cell
        for cell in board.look(opened, at(moment)).cells
        if cell.obligation.key.unit == "jiading"
        and (cell.obligation.key.plan, cell.obligation.key.period) == ("mines", "2022-06")
    ]
    assert found.status is expected


@pytest.mark.parametrize(
    ("when", "expected"), [("2022-07-25T23:59", Status.ON_TIME), ("2022-07-26T00:00", Status.LATE)]
)
def test_a_report_settles_its_item_for_good(opened: Office, when: str, expected: Status) -> None:
    has_sent(opened, "嘉定镇", "skills", "interim", None, when)
    found = cell(opened, at("2022-12-31T23:59"), "jiading", "interim", "once")
    assert (found.status, found.received_at) == (expected, at(when))


def test_a_report_settles_one_units_item_only(opened: Office) -> None:
    before = {c.obligation.key: c.status for c in board.look(opened, at("2022-07-26T08:30")).cells}
    has_sent(opened, "嘉定镇", "skills", "interim", None, "2022-07-24T10:00")
    after = {c.obligation.key: c.status for c in board.look(opened, at("2022-07-26T08:30")).cells}
    assert [key.unit for key in before if before[key] != after[key]] == ["jiading"]


def test_a_look_into_the_past_does_not_see_what_came_later(opened: Office) -> None:
    has_sent(opened, "嘉定镇", "skills", "interim", None, "2022-07-26T10:00")
    earlier = cell(opened, at("2022-07-26T09:59"), "jiading", "interim", "once")
    assert (earlier.status, earlier.received_at) == (Status.OVERDUE, None)
    assert cell(opened, at("2022-07-26T10:00"), "jiading", "interim", "once").status is Status.LATE


def test_it_lists_every_tracked_obligation_once_and_no_milestone(opened: Office) -> None:
    found = Counter(cell.obligation.key for cell in board.look(opened, at(DAY)).cells)
    assert set(found.values()) == {1}
    assert len(found) == sum(len(period.requirement.units) for period in opened.schedule.tracked())


def test_it_needs_no_morning_before_it(opened: Office) -> None:
    assert {cell.status for cell in board.look(opened, at("2022-04-18T00:00")).cells} <= {
        Status.UPCOMING,
        Status.OPEN,
        Status.DUE_SOON,
    }


# --- the front page ---


def test_the_front_page_counts_what_the_board_holds(opened: Office) -> None:
    has_sent(opened, "嘉定镇", "skills", "liaison", None, "2022-04-27T10:00")
    seen = overview(board.look(opened, at("2022-07-26T08:30")))
    assert dict(seen.counts) == Counter(cell.status for cell in board.look(opened, at("2022-07-26T08:30")).cells)
    assert seen.counts[Status.LATE] == 1


def test_the_front_page_shows_the_longest_overdue_first(opened: Office) -> None:
    due = [item.period.due for item in overview(board.look(opened, at("2022-07-26T08:30"))).overdue]
    assert due == sorted(due)
    assert len(due) == 20
    assert max(due) < at("2022-07-26T08:30").date()


def test_the_front_page_shows_what_is_due_soonest_first(opened: Office) -> None:
    seen = overview(board.look(opened, at("2022-07-26T08:30")))
    assert names(seen.due_soon) == [("parks", "monthly", "2022-07"), ("demonstration", "monthly", "2022-07")]


@pytest.mark.parametrize(
    ("moment", "today", "fresh"),
    [
        ("2022-07-25T08:30", ["interim", "monthly"], []),  # a Monday: nothing fell due since Friday
        ("2022-07-26T08:30", [], ["interim", "monthly"]),
        ("2022-07-27T08:30", [], []),
        ("2022-06-27T08:30", [], ["extraction-check", "monthly"]),  # a Monday: what fell due on Saturday is new
    ],
)
def test_the_front_page_tells_what_is_due_today_and_newly_overdue(
    opened: Office, moment: str, today: list[str], fresh: list[str]
) -> None:
    seen = overview(board.look(opened, at(moment)))
    assert [found.progress.period.requirement.id for found in seen.due_today] == today
    assert [found.progress.period.requirement.id for found in seen.newly_overdue] == fresh


def test_an_extension_makes_an_item_due_on_its_own_day(opened: Office) -> None:
    item = lookup.item_named(opened, "skills", "interim", None)
    entering.record(
        opened,
        at("2022-07-20T09:00"),
        units=["嘉定镇"],
        period=item,
        received=None,
        channel=Channel.PHONE,
        by="王",
        note="汛期",
        entry=Entry.EXTENDED,
        due=date(2022, 7, 29),
    )
    due = {each.progress.period: each for each in overview(board.look(opened, at("2022-07-29T08:30"))).due_today}
    assert [cell.obligation.unit.name for cell in due[item].cells] == ["嘉定镇"]


def test_the_front_page_shows_who_owes_most_first(opened: Office) -> None:
    has_sent(opened, "嘉定镇", "skills", "liaison", None, "2022-04-22T10:00")
    seen = overview(board.look(opened, at("2022-04-27T08:30")))
    counts = {each.unit.name: (len(each.cells), each.days) for each in seen.arrears}
    assert [len(each.cells) for each in seen.arrears] == sorted((n for n, _ in counts.values()), reverse=True)
    assert counts["古陂镇"] == (2, 7)
    assert counts["嘉定镇"] == (1, 7)


def test_an_item_leaves_the_front_page_when_its_last_unit_has_sent_it(opened: Office) -> None:
    item = lookup.item_named(opened, "mines", "extraction-check", None)
    assert item in [found.period for found in overview(board.look(opened, at("2022-06-27T08:30"))).overdue]
    has_sent(opened, "县矿山安全专业委员会", "mines", "extraction-check", None, "2022-06-27T09:00")
    assert item not in [found.period for found in overview(board.look(opened, at("2022-06-27T09:00"))).overdue]


def test_progress_counts_units_and_names_the_missing_in_the_contacts_order(opened: Office) -> None:
    item = lookup.item_named(opened, "skills", "interim", None)
    for name in ("嘉定镇", "古陂镇", "县公安局"):
        has_sent(opened, name, "skills", "interim", None, "2022-07-24T10:00")
    (found,) = board.look(opened, at("2022-07-26T08:30")).progress_of([item])
    assert (found.done, found.total) == (3, 40)
    missing = [cell.obligation.unit.id for cell in found.missing]
    assert missing == [u for u in item.requirement.units if u not in ("jiading", "gupi", "gongan")]


def test_it_says_whether_the_ledger_is_a_simulation(tmp_path: Path) -> None:
    with office(tmp_path / "real") as real:
        real.ledger.register(real.campaign.id, at(DAY))
        assert not board.look(real, at(DAY)).simulated
    with office(tmp_path / "played") as played:
        played.ledger.register(played.campaign.id, at(DAY), seed=7)
        assert board.look(played, at(DAY)).simulated


# --- a plan's table ---


def test_a_plans_table_has_a_column_a_period_and_a_row_a_unit_that_owes(opened: Office) -> None:
    plan = opened.campaign.plans[3]
    table = plan_table(opened, board.look(opened, at(DAY)), plan)
    assert [period.due for period in table.periods] == sorted(period.due for period in table.periods)
    assert all(period.requirement.tracked for period in table.periods)
    assert {len(cells) for _, cells in table.rows} == {len(table.periods)} == {7}
    owing = {unit for period in table.periods for unit in period.requirement.units}
    assert [unit.id for unit, _ in table.rows] == [unit for unit in opened.campaign.units if unit in owing]


def test_a_plans_table_is_blank_where_a_unit_does_not_owe(opened: Office) -> None:
    table = plan_table(opened, board.look(opened, at(DAY)), opened.campaign.plans[3])
    rows = {unit.id: cells for unit, cells in table.rows}
    owed = {
        unit: {period.requirement.id for period, found in zip(table.periods, cells, strict=True) if found is not None}
        for unit, cells in rows.items()
    }
    assert owed["kuangshan"] == {"extraction-check", "technical-renovation"}
    assert owed["jiading"] == {"technical-renovation", "monthly"}
    assert owed["gongan"] == {"monthly"}
    assert "gaoxinqu" not in owed


def test_the_plans_tables_together_hold_the_board(opened: Office) -> None:
    has_sent(opened, "嘉定镇", "skills", "interim", None, "2022-07-24T10:00")
    moment = at("2022-07-26T08:30")
    in_tables = [
        found
        for plan in opened.campaign.plans
        for _, cells in plan_table(opened, board.look(opened, moment), plan).rows
        for found in cells
        if found is not None
    ]
    assert sorted(in_tables, key=repr) == sorted(board.look(opened, moment).cells, key=repr)


# --- whom letters do not reach ---


def test_nothing_troubles_it_before_the_first_letter(opened: Office) -> None:
    assert board.look(opened, at(DAY)).troubles == ()


def test_a_placeholder_address_troubles_it_only_with_a_mail_server(tmp_path: Path) -> None:
    with SmtpServer() as server, office(tmp_path, **smtp(server.port)) as opened:
        troubled = board.look(opened, at(DAY)).troubles
    assert [trouble.name for trouble in troubled] == [unit.name for unit in opened.campaign.units.values()]
    assert {trouble.what for trouble in troubled} == {"无有效地址"}


@pytest.mark.slow
def test_it_names_the_unit_and_the_servers_words_when_a_letter_bounces(tmp_path: Path) -> None:
    reachable(tmp_path)
    with SmtpServer() as server, office(tmp_path, **smtp(server.port)) as opened:
        for address in (f"gupi@{DOMAIN}", f"liaison.gupi@{DOMAIN}", f"leader.gupi@{DOMAIN}"):
            server.rejects(address, "550 5.1.1 no such user")
        morning.run(opened, at(DAY))
        (trouble,) = board.look(opened, at(DAY)).troubles
    assert (trouble.name, trouble.what) == ("古陂镇", "退信")
    assert trouble.detail.startswith("6月21日：")
    assert "no such user" in trouble.detail


@pytest.mark.slow
def test_it_keeps_in_sight_what_nobody_knows_to_have_arrived(tmp_path: Path) -> None:
    reachable(tmp_path)
    with SmtpServer() as server, office(tmp_path, **smtp(server.port)) as opened:
        morning.run(opened, at("2022-04-18T08:30"))
        server.next("end", Drop(stored=True), Drop(stored=False))
        morning.run(opened, at("2022-04-21T08:30"))
        assert [trouble.what for trouble in board.look(opened, at(DAY)).troubles] == ["是否送达不确定"]
        morning.run(opened, at("2022-04-22T08:30"))  # a letter about something else
        (trouble,) = board.look(opened, at(DAY)).troubles
        assert (trouble.name, trouble.detail[:6]) == ("嘉定镇", "4月21日：")
        for day in (24, 25, 26, 27, 28):  # its items once more: that is known to have arrived
            morning.run(opened, at(f"2022-04-{day}T08:30"))
        assert board.look(opened, at(DAY)).troubles == ()


@pytest.mark.slow
def test_what_was_received_is_no_trouble_any_more(tmp_path: Path) -> None:
    reachable(tmp_path)
    with SmtpServer() as server, office(tmp_path, **smtp(server.port)) as opened:
        morning.run(opened, at("2022-04-18T08:30"))
        server.next("end", Drop(stored=True), Drop(stored=False))
        (letter, *_) = morning.run(opened, at("2022-04-21T08:30")).written
        for obligation in letter.about:
            period = obligation.period
            if period.requirement.tracked:
                has_sent(opened, "嘉定镇", period.plan.id, period.requirement.id, period.name, "2022-04-21T10:00")
        assert board.look(opened, at("2022-05-05T08:30")).troubles == ()


@pytest.mark.slow
def test_the_office_sees_that_its_own_letter_was_refused(tmp_path: Path) -> None:
    reachable(tmp_path)
    begun(tmp_path, **smtp(25))
    with SmtpServer() as server, office(tmp_path, **smtp(server.port)) as opened:
        server.rejects("xfxawb@sina.com", "550 5.1.1 no such user")
        morning.run(opened, at(DAY))
        (trouble,) = board.look(opened, at(DAY)).troubles
        assert (trouble.name, trouble.what) == ("本办公室（小结）", "退信")
        server.accepts("xfxawb@sina.com")
        morning.run(opened, at("2022-06-22T08:30"))
        assert board.look(opened, at(DAY)).troubles == ()


@pytest.mark.slow
def test_under_a_daily_cap_those_go_first_who_have_waited_longest(tmp_path: Path) -> None:
    reachable(tmp_path)
    written, waiting = [], []
    with SmtpServer() as server, office(tmp_path, CUIBAO_SMTP_DAILY_CAP="21", **smtp(server.port)) as opened:
        for day in ("2022-04-18T08:30", "2022-04-19T08:30"):
            sent = [letter for letter in morning.run(opened, at(day)).written if letter.status is LetterStatus.SENT]
            written.append({letter.name for letter in sent})
            waiting.append(
                {trouble.name for trouble in board.look(opened, at(day)).troubles if trouble.what == "今日未发"}
            )
    first, second = written
    assert waiting[0] == second
    assert (len(first), len(second)) == (21, 21)
    assert first & second == set()


@pytest.mark.slow
def test_a_trouble_is_over_when_the_next_letter_goes_through(tmp_path: Path) -> None:
    reachable(tmp_path)
    with SmtpServer() as server, office(tmp_path, **smtp(server.port)) as opened:
        server.next("mail", "451 4.7.1 try again later")
        morning.run(opened, at(DAY))
        assert [trouble.what for trouble in board.look(opened, at(DAY)).troubles] == ["暂缓发送"]
        morning.run(opened, at("2022-06-22T08:30"))
        assert board.look(opened, at(DAY)).troubles == ()
