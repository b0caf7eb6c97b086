"""A week by mail and in the browser: letters, answers, one reading of the mailbox, and what is left for a clerk."""

import json
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from cuibao.policy.mail.bouncing import untold
from cuibao.service.entries import lookup
from flows.pages.markdown import NO_LINK
from tests import week as playing
from tests.browser.conftest import MILLISECONDS, Picture
from tests.browser.test_clerk import bookmark, submit
from tests.browser.test_letters import PHONE
from tests.demo import BOARD, FORM
from tests.integration.smtp_server import Stage, Stall
from tests.mails import File, docx, mail
from tests.offices import DOMAIN, at, office, smtp
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
    lines = [line for line in table.replace("\u2060", "").replace(NO_LINK, "").splitlines() if line.startswith(begins)]
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
    with office(week.home, **smtp(week.server.port)) as opened:
        item = lookup.item_labelled(opened, INTERIM)
        return {each.unit.name for each in opened.schedule.obligations if each.period == item}


def test_it_says_what_the_week_came_to(week: Week) -> None:
    assert week.first["state_type"] == "COMPLETED"
    assert week.first["name"] == "【演练】收取：来信 14 封，登记 5，待认领 7，退信 1，不处理 2，回执已发送 4"


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
    (row,) = [row for row in rows(week.pages[BOARD], "小江镇") if row[1] == "邮箱退信"]
    assert f"xiaojiang@{DOMAIN}" in row[2]


def test_it_leaves_to_a_person_what_a_person_must_decide_and_nothing_else(week: Week) -> None:
    table = waiting(week.pages[CLAIM])
    assert [row["为什么待认领"] for row in table] == [each.why for each in DECISIONS]
    bounce, promise, wrong, locked, forged, unvouched, stranger = table
    system = "**退信**<br>7月28日 08:31<br>邮件系统 postmaster@mx.ganzhou.example<br>系统退信<br>（没有附件）"
    assert (bounce["来信"], bounce["可能是"]) == (system, "看不出来")

    assert promise["来信"].startswith(f"7月26日 09:30<br>tieshikou@{DOMAIN}<br>回复：")
    assert promise["来信"].endswith("<br>（没有附件）")
    assert promise["可能是"].startswith("铁石口镇<br>")

    assert wrong["来信"].startswith(f"7月27日 11:40<br>jiaoyu@{DOMAIN}<br>回复：")
    assert wrong["来信"].endswith("<br>附件：县教育局矿山本月工作情况（7月）.doc")
    assert wrong["可能是"].startswith("县教育局<br>")

    subject, file = (
        "古陂镇安全技能阶段性工作情况，详见 http://gupi.example/x",
        "附件：古陂镇安全技能阶段性工作情况.docx",
    )
    assert forged["来信"] == f"7月28日 03:07<br>gupi@{DOMAIN}<br>{subject}<br>{file}"

    sender, file = f"西牛安办 {STRANGER}", "附件：西牛镇安全技能阶段性工作情况.docx"
    assert stranger["来信"] == f"7月28日 16:45<br>{sender}<br>西牛镇报送材料<br>{file}"

    for row, unit in ((locked, "正平镇"), (forged, "古陂镇"), (unvouched, "虎山乡"), (stranger, "西牛镇")):
        assert row["可能是"] == f"{unit}<br>{INTERIM}"

    assert "**有 7 封来信待认领**（其中退信 1 封，排在最前）" in week.pages[BOARD]


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


def test_an_acknowledgement_reads_on_a_phone_without_scrolling_sideways(
    page: Page, week: Week, picture: Picture
) -> None:
    (answer,) = week.acknowledgements(f"datangbu@{DOMAIN}")
    part = answer.get_body(("html",))
    assert part is not None
    page.set_viewport_size(PHONE)
    page.set_content(str(part.get_content()))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    dates = page.locator("b").filter(has_text="日（星期")
    assert dates.count() == 16
    assert {len(date.evaluate("each => [...each.getClientRects()]")) for date in dates.all()} == {1}  # none is broken
    page.set_viewport_size({**PHONE, "height": page.evaluate("document.documentElement.scrollHeight")})
    picture(page, "acknowledgement.png")


def test_it_keeps_what_came_and_leaves_the_mailbox_as_it_was(week: Week) -> None:
    assert week.account.flags() == [()] * len(playing.ANSWERS)
    with office(week.home, **smtp(week.server.port)) as opened:
        kept = opened.ledger.mails.files(opened.campaign.id)
    (large,) = [file for file in kept if file.key.unit == "gaoxinqu"]
    assert (large.name, large.size) == ("高新区管委会安全技能阶段性工作情况（含照片）.docx", playing.MEGABYTES)
    assert (week.home / "evidence" / large.path).stat().st_size == playing.MEGABYTES


def test_it_reads_nothing_twice(week: Week) -> None:
    before = len(week.server.letters)
    assert week.collect()["name"] == "【演练】收取：没有新来信"
    assert len(week.server.letters) == before


@dataclass(frozen=True)
class Decision:
    """What a clerk makes of a mail that waits: the words by which its row is known and `why` it waits there, the unit
    that it is likely from; then the day of the receipt, empty where it is dismissed, and whom the answer goes to. The
    item is chosen by hand where the form leaves it `open`; `keep`: its address is the unit's from now on."""

    number: str
    row: str
    why: str
    unit: str
    received: str = ""
    answered: tuple[str, ...] = ()
    open: bool = False
    keep: bool = False

    @property
    def way(self) -> str:
        return "登记" if self.received else "不是报送"


DECISIONS = (
    Decision("", "postmaster@mx.ganzhou.example", untold(), ""),
    Decision(
        number="promise",
        row=f"tieshikou@{DOMAIN}",
        why="像是申请、询问、说明，或者答应以后再报，不一定是报送",
        unit="铁石口镇",
    ),
    Decision(
        number="wrong-item",
        row=f"jiaoyu@{DOMAIN}",
        why="附件“县教育局矿山本月工作情况（7月）.doc”：该单位不需要报“矿山：本月工作情况”",
        unit="县教育局",
        received="7.27",
        answered=(f"jiaoyu@{DOMAIN}",),
        open=True,
    ),
    Decision(
        number="locked",
        row=f"zhengping@{DOMAIN}",
        why="附件“正平镇安全技能阶段性工作情况.docx”有密码或已加密，打不开，请核对",
        unit="正平镇",
        received="7.27",
        answered=(f"zhengping@{DOMAIN}",),
    ),
    Decision("forged", f"gupi@{DOMAIN}", "发件人身份验证未通过（DMARC），可能是冒名", "古陂镇"),
    Decision(
        number="unvouched",
        row=f"hushan@{DOMAIN}",
        why="收件服务器没有核实发件人，请核对是谁发的",
        unit="虎山乡",
        received="7.28",
        answered=(f"hushan@{DOMAIN}",),
    ),
    Decision(
        number="stranger",
        row=STRANGER,
        why="发件人地址不在通讯录里",
        unit="西牛镇",
        received="7.28",
        answered=(STRANGER, f"xiniu@{DOMAIN}", f"liaison.xiniu@{DOMAIN}"),
        keep=True,
    ),
)


def open_board(page: Page, week: Week) -> None:
    page.goto(bookmark(week))
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible(timeout=MILLISECONDS)


def open_queue(page: Page, week: Week) -> None:
    """From the board to the mails that wait."""
    open_board(page, week)
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


def decide(page: Page, week: Week, each: Decision, picture: Picture) -> None:
    """Read why the mail waits, open the form that its link fills in, decide, and see what came of it."""
    open_queue(page, week)
    row = row_of(page, each.row)
    expect(row).to_contain_text(each.why)
    links = [words.replace("\u2060", "") for words in row.get_by_role("link").all_inner_texts()]
    assert links == ["登记", "不是报送"]
    link = link_of(page, each.row, each.way)
    given = filled(link)
    assert (given["claiming"], given["by"]) == ("收到" if each.received else "不是报送", "县安委办")
    assert str(given["note"]).startswith(f"来信：{each.row}，")
    if each.received:
        assert (given["units"], given["items"]) == ([each.unit], [] if each.open else [INTERIM])
    else:
        assert given.keys().isdisjoint({"units", "items", "keep_address"})
    link.click()
    for words in (given["claiming"], given["note"], *([each.unit] if each.received else []), "县安委办"):
        expect(page.get_by_text(str(words), exact=True).first).to_be_visible(timeout=MILLISECONDS)
    if each.open:
        page.get_by_text("Select", exact=True).nth(1).click()
        page.get_by_role("option", name=INTERIM).click()
        page.keyboard.press("Escape")
    if each.keep:
        page.get_by_text("否", exact=True).click()
        page.get_by_role("option", name="是", exact=True).click()
    picture(page, f"claim-{each.number or 'bounce'}.png", whole=True)
    run = submit(page, week)
    came_to = [f"来信 {given['mail']} {f'已登记：{each.unit}，1 项' if each.received else '已记为不是报送'}"]
    came_to += [f"{STRANGER} 以后算{each.unit}的"] if each.keep else []
    came_to += ["回执已发送 1"] if each.received else []
    assert (run["state_type"], run["name"]) == ("COMPLETED", f"【演练】{'；'.join(came_to)}")
    page.goto(f"{week.service.front}v2/runs/flow-run/{run['id']}")
    expect(page.get_by_text("；".join(came_to)).first).to_be_visible(timeout=MILLISECONDS)


def on_the_board(page: Page, week: Week, each: Decision) -> None:
    """The board no longer waits for what was registered, and still does for what was not."""
    open_board(page, week)
    names = page.get_by_role("row").filter(has_text=INTERIM).get_by_role("link", name=each.unit, exact=True)
    expect(names).to_have_count(0 if each.received else 1)
    cells = " ".join(rows(week.shown(SKILLS), each.unit)[0])
    assert (f"[✓ 迟报 {each.received}](" in cells) == bool(each.received)


def answered(week: Week, each: Decision) -> None:
    """Whom the one answer to the mail went to, and what it names."""
    to_it = [answer for answer in week.acknowledgements() if answer["In-Reply-To"] == message_id(each.number)]
    assert len(to_it) == (1 if each.received else 0)
    for answer in to_it:
        assert {one.addr_spec for one in answer["To"].addresses} == set(each.answered)
        part = answer.get_body(("plain",))
        assert part is not None
        said, _, more = "".join(part.get_content().split()).partition("另有下列")
        assert f"{each.unit}：" in said
        assert "已登记1项：1.安全技能：阶段性工作情况（迟报）期限：7月25日（星期一）前附件：" in said
        assert (f"来信发自{STRANGER}，今后按你单位的邮箱对待" in said) == each.keep
        assert "安全技能：阶段性工作情况" not in more


def entered(week: Week, each: Decision) -> None:
    """What the ledger holds: one entry from the day on which the mail arrived, by the clerk, and its files."""
    with office(week.home, **smtp(week.server.port)) as opened:
        (unit,) = [unit.id for unit in opened.campaign.units.values() if unit.name == each.unit]
        entries = [entry for found in opened.ledger.entries(opened.campaign.id, unit).values() for entry in found]
        (mail,) = [
            mail
            for mail in opened.ledger.mails.listed(opened.campaign.id)
            if mail.message_id == message_id(each.number)
        ]
        kept = opened.ledger.mails.files(opened.campaign.id, unit)
    assert (mail.decision, mail.decided_by) == ("received" if each.received else "dismissed", "县安委办")
    assert [(entry.received_at, entry.by) for entry in entries] == (
        [(mail.arrived_at, "县安委办")] if each.received else []
    )
    assert tuple(file.name for file in kept) == (mail.files if each.received else ())


def test_a_clerk_decides_about_every_mail_that_waits(page: Page, week: Week, picture: Picture) -> None:
    open_board(page, week)
    picture(page, "week.png")
    open_queue(page, week)
    picture(page, "queue.png")
    for done, each in enumerate(DECISIONS, start=1):
        decide(page, week, each, picture)
        if each.unit:
            on_the_board(page, week, each)
            answered(week, each)
            entered(week, each)
        left = len(DECISIONS) - done
        assert not left or f"**有 {left} 封来信待认领**" in week.page()
    open_queue(page, week)
    expect(page.get_by_text("没有待认领的来信。")).to_be_visible(timeout=MILLISECONDS)
    assert page.get_by_role("row").count() == 0
    assert "来信待认领" not in week.page()

    # The clerk has said whose address that is.
    files = (File("西牛镇主体责任7月工作进展.docx", docx("from home again")),)
    again = mail(sender=STRANGER, subject="西牛镇报送材料", files=files, message_id=message_id("again"), style="qq")
    week.account.deliver(again, at("2022-07-29T16:58"))
    assert week.collect()["name"] == "【演练】收取：来信 1 封，登记 1，回执已发送 1"
    assert "西牛镇" not in owing(week.page(), JULY)
    (answer,) = [each for each in week.acknowledgements() if each["In-Reply-To"] == message_id("again")]
    assert [one.addr_spec for one in answer["To"].addresses] == [STRANGER]


def test_a_report_that_was_sent_back_and_comes_once_more_waits(page: Page, week: Week, picture: Picture) -> None:
    returned = {"units": ["县公安局"], "item": INTERIM, "entry": "退回重报", "channel": "邮件", "by": "县安委办"}
    assert week.service.run(FORM, **returned, note="缺盖章")["state_type"] == "COMPLETED"
    _, raw = playing.late(week)
    week.account.deliver(
        raw.replace(message_id("late").encode(), message_id("once-more").encode()), at("2022-07-29T17:00")
    )
    assert week.collect()["name"] == "【演练】收取：来信 1 封，待认领 1"
    each = Decision("once-more", f"gongan@{DOMAIN}", "与退回的相同，请核对是不是重报", "县公安局")
    decide(page, week, each, picture)
    answered(week, each)
    assert "县公安局（退回）" in re.sub(r"\]\([^)]*\)", "", week.page()).replace("[", "")


def flow_process(week: Week, run: str) -> int:
    """The process in which a flow run runs."""
    mark = f"PREFECT__FLOW_RUN_ID={run}".encode()
    (found,) = [each for each in week.processes() if mark in Path(f"/proc/{each}/environ").read_bytes().split(b"\0")]
    return found


@pytest.mark.parametrize(
    ("unit", "name", "stage", "then"),
    [
        ("xintian", "新田镇", "greeting", "【演练】收取：没有新来信，回执已发送 1"),
        ("youshan", "油山镇", "end", "【演练】收取：没有新来信，回执是否送达不确定 1"),
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
    with office(week.home, **smtp(week.server.port)) as opened:
        (entries,) = opened.ledger.entries(opened.campaign.id, unit).values()
    assert len(entries) == 1
