"""Whom to phone: who is listed, in what order, what is said of each, and the page to print."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cuibao.ledger.mails import Consequences, ReadMail
from cuibao.model import Channel, Entry, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.views import calls
from cuibao.service.views.board import look
from cuibao.service.views.calls import Call, CallItem, CallSheet
from tests.flows.small import APRIL, LIAISON, lay_out
from tests.integration.smtp_server import Drop, SmtpServer
from tests.offices import at, office, smtp, spoil

LIAISON_OF_JIADING = "liaison: {name: 张三, post: 站长, phone: 0797-3330001, mobile: 13800000000}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The small campaign, with somebody to ask for in one of its units."""
    lay_out(tmp_path)
    units = tmp_path / "contacts" / "units.yaml"
    spoil(units, "[jiading@xf.gov.cn]}", f"[jiading@xf.gov.cn], {LIAISON_OF_JIADING}}}")
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[Office]:
    with office(home, CUIBAO_NOW="2022-12-30T08:30") as found:
        yield found


def enter(opened: Office, unit: str, entry: Entry, when: str, due: date | None = None) -> None:
    entering.record(
        opened,
        at(when),
        units=[unit],
        period=lookup.item_labelled(opened, LIAISON),
        received=None,
        channel=Channel.MAIL,
        by="王芳",
        note="" if entry.arrives else "没有\n盖章",
        entry=entry,
        due=due,
    )


def bounces(opened: Office, address: str, when: str) -> None:
    """Mark `address` bad, as a delivery report does that came at `when`."""
    mail = ReadMail(address, "<b@mail>", "postmaster@xf.gov.cn", "", "退信", (), at(when), at(when), "bounce", "")
    opened.ledger.register(opened.campaign.id, at(when))
    opened.ledger.mails.file(opened.campaign.id, mail, Consequences(bad=((address, "550 no such user"),)))


def names(sheet: CallSheet) -> list[str]:
    return [call.unit.name for call in sheet.calls]


def call(sheet: CallSheet, name: str) -> Call:
    (found,) = [each for each in sheet.calls if each.unit.name == name]
    return found


def item(sheet: CallSheet, unit: str, label: str = LIAISON) -> CallItem:
    (found,) = [each for each in call(sheet, unit).items if each.label == label]
    return found


# --- who is listed, in what order ---


def test_it_lists_whom_no_letter_reaches_first_then_the_longest_overdue(opened: Office) -> None:
    sheet = calls.call_sheet(opened, look(opened, at("2022-04-26T09:00")))
    assert names(sheet) == ["团县委", "嘉定镇", "古陂镇"]  # no address; overdue since the 20th; since the 25th
    assert (sheet.unreached, sheet.items) == (1, 4)
    assert [each.label for each in call(sheet, "嘉定镇").items] == [APRIL, LIAISON]
    assert [each.days for each in call(sheet, "嘉定镇").items] == [6, 1]


def test_it_leaves_out_who_owes_nothing_yet_and_can_be_written_to(opened: Office) -> None:
    assert names(calls.call_sheet(opened, look(opened, at("2022-04-20T09:00")))) == ["团县委"]


def test_it_lists_what_is_due_soon_or_opens_only_where_no_letter_tells_of_it(opened: Office) -> None:
    (told,) = call(calls.call_sheet(opened, look(opened, at("2022-04-18T09:00"))), "团县委").items
    assert (told.label, told.status, told.days, told.letters) == (LIAISON, Status.DUE_SOON, 0, 0)
    interim = "安全技能·阶段性工作情况（7月25日前）"
    assert item(calls.call_sheet(opened, look(opened, at("2022-05-05T09:00"))), "团县委", interim).status is Status.OPEN


def test_it_lists_nobody_when_all_has_come(opened: Office) -> None:
    for unit in ("嘉定镇", "古陂镇", "团县委"):
        enter(opened, unit, Entry.RECEIVED, "2022-04-19T10:00")
    assert calls.call_sheet(opened, look(opened, at("2022-04-20T09:00"))).calls == ()


def test_it_names_no_milestone(home: Path) -> None:
    spoil(
        home / "schedules" / "small" / "2-skills.yaml",
        "requirements:\n",
        "milestones:\n  - {id: made, title: 方案, owed_by: [古陂镇], due: 2022-04-19, source: 二}\nrequirements:\n",
    )
    with office(home) as opened:
        assert any(not period.requirement.tracked for period in opened.schedule.periods)
        assert "古陂镇" not in names(calls.call_sheet(opened, look(opened, at("2022-04-22T09:00"))))


# --- what is said of each ---


def test_it_counts_the_letters_that_went_unanswered(opened: Office) -> None:
    for day in ("18", "20", "21", "22", "25", "26", "27", "28"):
        morning.run(opened, at(f"2022-04-{day}T08:30"))
    carried = [
        letter
        for letter in opened.ledger.written(opened.campaign.id, "gupi")
        if any(key.requirement == "liaison" for key in letter.keys)
    ]
    found = item(calls.call_sheet(opened, look(opened, at("2022-04-29T09:00"))), "古陂镇")
    assert found.letters == len(carried) > 2
    assert item(calls.call_sheet(opened, look(opened, at("2022-04-26T00:00"))), "古陂镇").letters == len(carried) - 1


def test_it_counts_anew_what_was_sent_back_and_says_why(opened: Office) -> None:
    for day in ("18", "20", "22"):
        morning.run(opened, at(f"2022-04-{day}T08:30"))
    enter(opened, "古陂镇", Entry.RECEIVED, "2022-04-23T10:00")
    enter(opened, "古陂镇", Entry.RETURNED, "2022-04-27T10:00")
    found = item(calls.call_sheet(opened, look(opened, at("2022-04-27T11:00"))), "古陂镇")
    assert (found.status, found.reason, found.letters) == (Status.RETURNED, "没有 盖章", 0)
    assert (found.since, found.days) == (date(2022, 4, 27), 2)
    morning.run(opened, at("2022-04-28T08:30"))
    assert item(calls.call_sheet(opened, look(opened, at("2022-04-28T11:00"))), "古陂镇").letters == 1


def test_it_counts_from_the_date_that_something_was_put_off_to(opened: Office) -> None:
    enter(opened, "古陂镇", Entry.EXTENDED, "2022-04-19T10:00", due=date(2022, 4, 28))
    assert "古陂镇" not in names(calls.call_sheet(opened, look(opened, at("2022-04-28T09:00"))))
    found = item(calls.call_sheet(opened, look(opened, at("2022-04-30T09:00"))), "古陂镇")
    assert (found.since, found.days, found.label) == (date(2022, 4, 28), 2, LIAISON)
    assert found.obligation.period.due == date(2022, 4, 28)


def test_it_says_where_the_contacts_have_no_mailbox(opened: Office) -> None:
    found = call(calls.call_sheet(opened, look(opened, at("2022-04-26T09:00"))), "团县委")
    assert (found.unreached, found.bad) == (True, "通讯录里没有可用的邮箱")


def test_it_says_which_mailbox_is_bad_whatever_case_it_is_written_in(home: Path) -> None:
    spoil(home / "contacts" / "units.yaml", "[gupi@xf.gov.cn]", "[GuPi@xf.gov.cn]")
    with office(home) as opened:
        bounces(opened, "gupi@xf.gov.cn", "2022-04-19T10:00")
        sheet = calls.call_sheet(opened, look(opened, at("2022-04-20T09:00")))
        assert call(sheet, "古陂镇").bad == "gupi@xf.gov.cn 自4月19日起退信：550 no such user"
        assert call(sheet, "古陂镇").unreached
        assert "古陂镇" not in names(
            calls.call_sheet(opened, look(opened, at("2022-04-19T09:00")))
        )  # before it bounced


def test_a_unit_with_another_good_mailbox_is_reached(home: Path) -> None:
    spoil(home / "contacts" / "units.yaml", "[gupi@xf.gov.cn]", "[gupi@xf.gov.cn, gupizhen@163.com]")
    with office(home) as opened:
        bounces(opened, "gupi@xf.gov.cn", "2022-04-19T10:00")
        assert "古陂镇" not in names(calls.call_sheet(opened, look(opened, at("2022-04-20T09:00"))))
        found = call(calls.call_sheet(opened, look(opened, at("2022-04-26T09:00"))), "古陂镇")
        assert (found.unreached, found.bad[:14]) == (False, "gupi@xf.gov.cn")


def test_it_phones_whose_last_letter_was_refused_until_the_contacts_are_corrected(home: Path) -> None:
    with SmtpServer() as server:
        with office(home, **smtp(server.port)) as opened:
            server.rejects("gupi@xf.gov.cn", "550 5.1.1 no such user")
            morning.run(opened, at("2022-04-18T08:30"))
            found = call(calls.call_sheet(opened, look(opened, at("2022-04-18T09:00"))), "古陂镇")
            assert found.unreached
            assert found.bad.startswith("4月18日的催报函退信：")
            assert "no such user" in found.bad
            assert [each.letters for each in found.items] == [0]
        spoil(home / "contacts" / "units.yaml", "[gupi@xf.gov.cn]", "[gupizhen@163.com]")
        with office(home, **smtp(server.port)) as opened:
            assert "古陂镇" not in names(calls.call_sheet(opened, look(opened, at("2022-04-18T09:00"))))


def test_it_phones_whose_last_letter_nobody_knows_to_have_arrived(home: Path) -> None:
    with SmtpServer() as server, office(home, **smtp(server.port)) as opened:
        server.next("end", Drop(stored=True), Drop(stored=False))
        morning.run(opened, at("2022-04-18T08:30"))
        (found,) = [
            each
            for each in calls.call_sheet(opened, look(opened, at("2022-04-18T09:00"))).calls
            if each.unit.id != "tuanwei"
        ]
        assert found.unreached
        assert found.bad.startswith("4月18日的催报函是否送达不确定：")


# --- the page to print ---


def test_the_page_holds_a_block_a_unit_with_its_numbers_and_room_to_write(opened: Office) -> None:
    sheet = calls.call_sheet(opened, look(opened, at("2022-04-26T09:00")))
    page = calls.printable(opened, sheet)
    assert "截至 2022年4月26日 09:00" in page
    assert opened.campaign.title in page
    assert [page.count(words) for words in ("通话时间</th>", "接电话人</th>", "答复</th>")] == [3, 3, 3]
    assert page.index("1. 团县委") < page.index("2. 嘉定镇") < page.index("3. 古陂镇")
    assert "联络员 张三（站长）" in page
    assert "0797-3330001" in page
    assert "13800000000" in page
    assert "通讯录里没有可用的邮箱" in page
    assert "模拟演练" not in page


def test_the_page_says_of_a_simulation_that_it_is_one(opened: Office) -> None:
    opened.ledger.register(opened.campaign.id, at("2022-04-18T08:30"), seed=7)
    assert "模拟演练" in calls.printable(opened, calls.call_sheet(opened, look(opened, at("2022-04-26T09:00"))))


def test_no_name_can_break_the_page(opened: Office) -> None:
    sheet = calls.call_sheet(opened, look(opened, at("2022-04-26T09:00")))
    first = sheet.calls[1]
    person = replace(first.unit.liaison, name="<b>张&三</b>", phone='"1"')
    hard = replace(first, unit=replace(first.unit, name="<script>镇", liaison=person), bad="550 <gupi@xf> & 'x'")
    items = tuple(replace(each, label="<i>事项", reason="<缺>") for each in first.items)
    page = calls.printable(opened, replace(sheet, calls=(replace(hard, items=items),)))
    for raw in ("<script>", "<b>张", "<gupi", "<i>", "<缺>"):
        assert raw not in page
    assert "&lt;script&gt;镇" in page
    assert "&lt;b&gt;张&amp;三&lt;/b&gt;" in page
