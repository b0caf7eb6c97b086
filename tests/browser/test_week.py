"""A week by mail and in the browser: letters, answers, one reading of the mailbox, and what is left for a clerk."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from cuibao.service.entries import lookup
from tests import week as playing
from tests.browser.conftest import MILLISECONDS, Picture
from tests.browser.test_clerk import bookmark, submit
from tests.demo import BOARD
from tests.integration.smtp_server import Stage, Stall
from tests.mails import File
from tests.offices import DOMAIN, at, office
from tests.week import (
    CLAIM,
    COLLECT,
    INTERIM,
    JULY,
    RESPONSIBILITY,
    SKILLS,
    STRANGER,
    Week,
    address,
    eventually,
    message_id,
    played,
)

HEADING = "谁还没有报"


@pytest.fixture(scope="module")
def demo(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """The week, in place of the demonstration: what `page` is a window on."""
    with played(tmp_path_factory.mktemp("week")) as week:
        yield week


@pytest.fixture
def week(demo: Week) -> Week:
    return demo


def rows(table: str, first: str) -> list[list[str]]:
    """The rows of a page whose first cell begins so, each as its cells, as one reads them."""
    begins = (f"| {first}", f"| [{first}](")  # a unit's name links to its history
    lines = [line for line in table.replace("\u2060", "").splitlines() if line.startswith(begins)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def waiting(table: str) -> list[dict[str, str]]:
    """The mails on the queue's page, each as its cells by their heading."""
    lines = rows(table, "")
    return [dict(zip(lines[0], row, strict=True)) for row in lines[2:]]


def owing(board: str, item: str = INTERIM) -> set[str]:
    """The units that the board says have not reported `item`."""
    (row,) = rows(board, item)
    return {part.partition("](")[0] for part in row[2].split("[")[1:]}


def everybody(week: Week) -> set[str]:
    """The units that are to report the interim report."""
    with office(week.home) as opened:
        item = lookup.item_labelled(opened, INTERIM)
        return {each.unit.name for each in opened.schedule.obligations if each.period == item}


def test_it_says_what_the_week_came_to(week: Week) -> None:
    assert week.first["state_type"] == "COMPLETED"
    assert week.first["name"] == "收取：来信 10 封，登记 5，待认领 3，退信 1，不处理 2，回执已发送 4"


def test_it_counts_a_report_from_the_day_it_arrived(week: Week) -> None:
    reported = {"嘉定镇", "大塘埠镇", "县公安局", "高新区管委会"}
    assert owing(week.pages[BOARD]) == everybody(week) - reported
    said = {unit: " ".join(rows(week.pages[SKILLS], unit)[0]) for unit in reported}
    assert "[✓ 7.25](" in said["嘉定镇"]
    for unit, day in (("大塘埠镇", "7.26"), ("县公安局", "7.27"), ("高新区管委会", "7.29")):
        assert f"[✓ 迟报 {day}](" in said[unit]
    assert "[✓ 迟报 7.26](" in " ".join(rows(week.pages[RESPONSIBILITY], "大塘埠镇")[0])
    assert "大塘埠镇" not in owing(week.pages[BOARD], JULY)
    assert "嘉定镇" in owing(week.pages[BOARD], JULY)


def test_it_says_whom_no_letter_reached(week: Week) -> None:
    (row,) = rows(week.pages[BOARD], "小江镇")
    assert row[1] == "邮箱退信"
    assert f"xiaojiang@{DOMAIN}" in row[2]


def test_it_leaves_to_a_person_what_a_person_must_decide_and_nothing_else(week: Week) -> None:
    wrong, forged, stranger = waiting(week.pages[CLAIM])
    assert wrong["来信"].startswith(f"7月27日 11:40<br>jiaoyu@{DOMAIN}<br>回复：")
    assert wrong["来信"].endswith("<br>附件：县教育局矿山本月工作情况（7月）.doc")
    reason = "附件“县教育局矿山本月工作情况（7月）.doc”：该单位不需要报“矿山：本月工作情况”"
    assert wrong["为什么待认领"] == reason
    assert wrong["可能是"].startswith("县教育局<br>")

    subject, file = (
        "古陂镇安全技能阶段性工作情况，详见 http://gupi.example/x",
        "附件：古陂镇安全技能阶段性工作情况.docx",
    )
    assert forged["来信"] == f"7月28日 03:07<br>gupi@{DOMAIN}<br>{subject}<br>{file}"
    assert forged["为什么待认领"] == "发件人身份验证未通过（SPF、DMARC），可能是冒名"
    assert forged["可能是"] == f"古陂镇<br>{INTERIM}"

    sender, file = f"西牛安办 {STRANGER}", "附件：西牛镇安全技能阶段性工作情况.docx"
    assert stranger["来信"] == f"7月28日 16:45<br>{sender}<br>西牛镇报送材料<br>{file}"
    assert stranger["为什么待认领"] == "发件人地址不在通讯录里"
    assert stranger["可能是"] == f"西牛镇<br>{INTERIM}"

    assert "**有 3 封来信待认领**" in week.pages[BOARD]


def test_it_answers_whom_it_registered_and_nobody_else(week: Week) -> None:
    threads = {address(answer): answer["In-Reply-To"] for answer in week.thanked}
    assert len(threads) == len(week.thanked)
    assert threads == {
        f"jiading@{DOMAIN}": message_id("on-time"),
        f"datangbu@{DOMAIN}": message_id("two-plans"),
        f"gongan@{DOMAIN}": message_id("late"),
        f"gaoxinqu@{DOMAIN}": message_id("large"),
    }
    for answer in week.thanked:
        assert str(answer["References"]).split()[-1] == answer["In-Reply-To"]


def test_it_keeps_what_came_and_leaves_the_mailbox_as_it_was(week: Week) -> None:
    assert week.account.flags() == [()] * len(playing.ANSWERS)
    with office(week.home) as opened:
        kept = opened.ledger.mails.files(opened.campaign.id)
    (large,) = [file for file in kept if file.key.unit == "gaoxinqu"]
    assert (large.name, large.size) == ("高新区管委会安全技能阶段性工作情况（含照片）.docx", playing.MEGABYTES)
    assert (week.home / "evidence" / large.path).stat().st_size == playing.MEGABYTES


def test_it_reads_nothing_twice(week: Week) -> None:
    before = len(week.server.letters)
    assert week.collect()["name"] == "收取：没有新来信"
    assert len(week.server.letters) == before


def open_queue(page: Page, week: Week, picture: Picture | None = None) -> None:
    """From the board to the mails that wait."""
    page.goto(bookmark(week))
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible(timeout=MILLISECONDS)
    if picture:
        picture(page, "week.png")
    page.get_by_role("link", name="待认领的来信", exact=True).click()
    expect(page.get_by_role("heading", name="待认领的来信")).to_be_visible(timeout=MILLISECONDS)


def row_of(page: Page, words: str) -> Locator:
    """The row of the mail from or about `words`."""
    return page.get_by_role("row").filter(has_text=words)


def link_of(page: Page, mail: str, words: str) -> Locator:
    """The link in the row of `mail` with these words, which its column does not break."""
    return row_of(page, mail).get_by_role("link", name=re.compile("\u2060?".join(words)))


def filled(link: Locator) -> dict[str, object]:
    """What the link to a form fills in."""
    (words,) = parse_qs(urlsplit(str(link.get_attribute("href"))).query)["parameters"]
    found: dict[str, object] = json.loads(words)
    return found


def test_it_lets_a_clerk_register_a_mail_of_the_queue(page: Page, week: Week, picture: Picture) -> None:
    open_queue(page, week, picture)
    picture(page, "queue.png")
    link = link_of(page, STRANGER, "登记")
    assert filled(link) | {"mail": 0} == {
        "mail": 0,
        "claiming": "收到",
        "units": ["西牛镇"],
        "items": [INTERIM],
        "by": "县安委办",
        "note": "来信：西牛镇报送材料",
    }
    link.click()
    for words in ("收到", "西牛镇", INTERIM, "县安委办"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible(timeout=MILLISECONDS)
    picture(page, "claim.png", whole=True)
    run = submit(page, week)
    assert run["state_type"] == "COMPLETED"
    assert str(run["name"]).endswith("已登记：西牛镇，1 项；回执已发送 1")

    assert "西牛镇" not in owing(week.page())
    assert "[✓ 迟报 7.28](" in " ".join(rows(week.shown(SKILLS), "西牛镇")[0])
    (answer,) = week.acknowledgements(STRANGER)
    assert answer["In-Reply-To"] == message_id("stranger")
    open_queue(page, week)
    assert row_of(page, STRANGER).count() == 0


def test_it_lets_a_clerk_choose_where_the_program_cannot(page: Page, week: Week, picture: Picture) -> None:
    open_queue(page, week)
    link = link_of(page, f"jiaoyu@{DOMAIN}", "登记")
    assert (filled(link)["units"], filled(link)["items"]) == (["县教育局"], [])
    link.click()
    expect(page.get_by_text("县教育局", exact=True).first).to_be_visible(timeout=MILLISECONDS)
    page.get_by_text("Select", exact=True).nth(1).click()
    page.get_by_role("option", name=INTERIM).click()
    picture(page, "choose.png", whole=True)
    page.keyboard.press("Escape")
    run = submit(page, week)
    assert str(run["name"]).endswith("已登记：县教育局，1 项；回执已发送 1")

    assert "县教育局" not in owing(week.page())
    assert "[✓ 迟报 7.27](" in " ".join(rows(week.shown(SKILLS), "县教育局")[0])
    (answer,) = week.acknowledgements(f"jiaoyu@{DOMAIN}")
    assert answer["In-Reply-To"] == message_id("wrong-item")


def test_it_lets_a_clerk_dismiss_a_mail_of_the_queue(page: Page, week: Week, picture: Picture) -> None:
    open_queue(page, week)
    before = waiting(week.shown(CLAIM))
    links = row_of(page, f"gupi@{DOMAIN}").get_by_role("link").all_inner_texts()
    assert [words.replace("\u2060", "") for words in links] == [f"gupi@{DOMAIN}", "登记", "不是报送"]
    link_of(page, f"gupi@{DOMAIN}", "不是报送").click()
    expect(page.get_by_text("不是报送", exact=True).first).to_be_visible(timeout=MILLISECONDS)
    picture(page, "dismiss.png", whole=True)
    run = submit(page, week)
    assert run["state_type"] == "COMPLETED"
    assert str(run["name"]).endswith("已记为不是报送")

    assert waiting(week.shown(CLAIM)) == [row for row in before if "gupi" not in row["来信"]]
    assert "古陂镇" in owing(week.page())
    assert week.acknowledgements(f"gupi@{DOMAIN}") == []


def flow_process(week: Week, run: str) -> int:
    """The process in which a flow run runs."""
    mark = f"PREFECT__FLOW_RUN_ID={run}".encode()
    (found,) = [each for each in week.processes() if mark in Path(f"/proc/{each}/environ").read_bytes().split(b"\0")]
    return found


@pytest.mark.parametrize(
    ("unit", "name", "stage", "then"),
    [
        ("xintian", "新田镇", "greeting", "收取：没有新来信，回执已发送 1"),
        ("youshan", "油山镇", "end", "收取：没有新来信，回执是否送达不确定 1"),
    ],
    ids=["before the answer is out", "after it"],
)
def test_it_goes_on_where_it_was_killed(week: Week, unit: str, name: str, stage: Stage, then: str) -> None:
    connections = week.server.connections
    week.server.next(stage, Stall(stored=True))
    files = (File(f"{name}安全技能阶段性工作情况.docx"),)
    week.account.deliver(week.reply(unit, unit, files, style="netease"), at("2022-07-29T16:50"))
    run = week.service.start(COLLECT)
    eventually(
        lambda: week.acknowledgements(f"{unit}@{DOMAIN}") if stage == "end" else week.server.connections > connections
    )
    os.kill(flow_process(week, run), signal.SIGKILL)
    assert week.service.wait_for(run, "CRASHED", "COMPLETED", "FAILED")["state_type"] == "CRASHED"

    assert week.collect()["name"] == then
    (answer,) = week.acknowledgements(f"{unit}@{DOMAIN}")
    assert answer["In-Reply-To"] == message_id(unit)
    with office(week.home) as opened:
        (entries,) = opened.ledger.entries(opened.campaign.id, unit).values()
    assert len(entries) == 1
