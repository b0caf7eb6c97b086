"""Two campaigns of one office in one service: their plans and boards, their letters and answers, and the end of one.

What the tests change follows in their order, as in a week: a mark, an answer by mail, the end of the later campaign.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from flows.install.wanted import MADE
from tests.browser.conftest import MILLISECONDS, Picture
from tests.browser.test_clerk import bookmark, submit
from tests.demo import BOARD, FORM, PROGRAM
from tests.integration.imap_server import ImapServer
from tests.integration.smtp_server import SmtpServer
from tests.mails import File, docx, mail
from tests.offices import at, office, smtp
from tests.several import FIRST, ROADS, SECOND, Joined, add
from tests.week import COLLECT, answers

TOWNS = ("嘉定镇", "古陂镇")
HALL = "office@xf.gov.cn"
WINTER, ROADS_WINTER, ROADS_OWN = "方案1 秋冬防范 QD2025", "方案1 秋冬防范 DL2025", "方案2 道路运输"
NAMED = ("方案1 秋冬防范（QD2025）", "方案1 秋冬防范（DL2025）", "方案2 道路运输（DL2025）")
BOARDS = {"QD2025": "秋冬季安全防范", "DL2025": "道路运输安全整治"}
DECEMBER = {
    name: f"{name}·月报（12月，12月3日前）"
    for name in ("秋冬防范（QD2025）", "秋冬防范（DL2025）", "道路运输（DL2025）")
}
MARKED = DECEMBER["秋冬防范（DL2025）"]
THIRD = (
    ROADS.replace("道路运输安全整治", "消防安全整治")
    .replace("样安委〔2025〕11号", "样安委〔2025〕12号")
    .replace("DL2025", "XFZ2025")
)
FIRE = """
no: 1
id: winter
title: 秋冬季消防方案
short: 秋冬防范
contact: {name: 陈运发, phone: 3336239, mailbox: office@xf.gov.cn}
requirements:
  - {id: monthly, title: 月报, owed_by: [各镇], due: 2026-01-09, source: 通知二}
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joined]:
    """The office of both, in place of the demonstration: what `page` is a window on."""
    folder = tmp_path_factory.mktemp("several")
    (folder / "imap").mkdir()
    with SmtpServer() as server, ImapServer(folder / "imap") as mailboxes:
        joined = Joined(folder, server, mailboxes.account("office"))
        try:
            joined.play()
            yield joined
        finally:
            joined.end()


def made(demo: Joined) -> dict[str, dict[str, str]]:
    """What was made of the campaigns: the names of the deployments, and what each runs with."""
    found = demo.service.call("/deployments/filter", {"limit": 200})
    return {each["name"]: each["parameters"] for each in found if MADE in each["tags"]}


def told(demo: Joined) -> list[EmailMessage]:
    """The mails that the server took, in their order."""
    return [message_from_bytes(each.data, policy=policy.default) for each in demo.server.letters]


def text_of(found: EmailMessage) -> str:
    part = found.get_body(("plain",))
    assert part is not None
    return "".join(str(part.get_content()).split())


def board_of(demo: Joined, code: str = "") -> str:
    """The page of the board of one campaign, or of the one across, without where its links lead."""
    description = demo.service.deployment(f"{BOARD} {code}".strip())["description"]
    return re.sub(r"\]\([^)]*\)", "]", str(description))


def entered(demo: Joined) -> set[tuple[str, str, str]]:
    """What the ledger holds of entries: plan, unit, and by whom."""
    with office(demo.home, **smtp(demo.server.port)) as opened:
        units = {unit.id: unit.name for unit in opened.campaign.units.values()}
        return {
            (key.plan, units[key.unit], entry.by)
            for key, entries in opened.ledger.entries(opened.campaign.id).items()
            for entry in entries
        }


def deploy(demo: Joined, now: str = Joined.NOW) -> tuple[int, str]:
    """Run `cuibao deploy`; how it ended, and what it said."""
    done = subprocess.run(
        [str(PROGRAM), "deploy", "--port", str(demo.service.port)],
        env=demo.environment() | {"CUIBAO_NOW": now},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout or done.stderr


def open_board(page: Page, demo: Joined) -> None:
    page.goto(bookmark(demo))
    expect(page.get_by_role("heading", name="【演练】谁还没有报", exact=True)).to_be_visible(timeout=MILLISECONDS)


# --- what stands in Prefect ---


def test_it_installs_the_plans_of_both_and_a_board_for_each(demo: Joined) -> None:
    assert made(demo) == {
        WINTER: {"plan": "winter"},
        ROADS_WINTER: {"plan": f"{SECOND}:winter"},
        ROADS_OWN: {"plan": f"{SECOND}:roads"},
        "报送情况表 QD2025": {"campaign": FIRST},
        "报送情况表 DL2025": {"campaign": SECOND},
    }


def test_events_artifacts_and_labels_tell_plans_of_one_number_and_name_apart(demo: Joined) -> None:
    automations = demo.service.call("/automations/filter", {})
    assert sorted(each["trigger"]["match"]["prefect.resource.id"] for each in automations) == [
        f"cuibao.plan.{SECOND}.roads",
        f"cuibao.plan.{SECOND}.winter",
        f"cuibao.plan.{FIRST}.winter",
    ]
    assert Counter(each["parameters"]["plan"] for each in demo.reruns()) == {
        "winter": 2,
        f"{SECOND}:winter": 2,
        f"{SECOND}:roads": 2,
    }
    # An artifact's newest version is found by its key alone.
    drawn = {each["description"]: each["key"] for each in demo.service.call("/artifacts/latest/filter", {})}
    keys = {words: key for words, key in drawn.items() if str(words).endswith(" · 集中实施")}
    assert set(keys) == {f"{plan} · 集中实施" for plan in NAMED}
    assert len(set(keys.values())) == len(NAMED)
    labels = demo.service.deployment(FORM)["parameter_openapi_schema"]["properties"]["item"]["enum"]
    assert len(labels) == len(set(labels))
    assert set(DECEMBER.values()) <= set(labels)


# --- the letters ---


def test_a_morning_writes_one_letter_a_unit_across_both(demo: Joined) -> None:
    letters = [each for each in told(demo) if not answers(each) and str(each["To"]) != HALL]
    assert [str(each["To"]).partition(" ")[0] for each in letters] == list(TOWNS)
    for each in letters:
        assert "3项今日到期" in each["Subject"]
        assert "秋冬季安全防范、道路运输安全整治（样安委〔2025〕9号、样安委〔2025〕11号）" in text_of(each)
        assert re.findall(r"\d\.(秋冬防范|道路运输)(?:（\w+）)?月报（12月）", text_of(each)) == [
            *("秋冬防范", "秋冬防范", "道路运输")
        ]


# --- the boards ---


def test_the_board_across_shows_both_and_each_has_one_of_its_own(page: Page, demo: Joined, picture: Picture) -> None:
    open_board(page, demo)
    for label in DECEMBER.values():
        expect(page.get_by_role("row").filter(has_text=label).first).to_be_visible(timeout=MILLISECONDS)
    picture(page, "several.png", whole=True)
    for code, title in BOARDS.items():
        page.get_by_role("link", name=f"报送情况表：{title}", exact=True).click()
        heading = page.get_by_role("heading", name=f"【演练】谁还没有报：{title}", exact=True)
        expect(heading).to_be_visible(timeout=MILLISECONDS)
        for label in DECEMBER.values():
            rows = page.get_by_role("row").filter(has_text=label)
            if code in label:
                expect(rows.first).to_be_visible(timeout=MILLISECONDS)
            else:
                expect(rows).to_have_count(0)
        picture(page, f"several-{code}.png", whole=True)
        page.get_by_role("link", name="报送情况表", exact=True).last.click()
        expect(page.get_by_role("heading", name="【演练】谁还没有报", exact=True)).to_be_visible(timeout=MILLISECONDS)


def test_a_click_on_a_cell_of_the_later_one_marks_that_and_nothing_else(page: Page, demo: Joined) -> None:
    before = entered(demo)
    open_board(page, demo)
    page.get_by_role("link", name="方案1 秋冬防范（DL2025）", exact=True).click()
    expect(page.get_by_role("heading", name="【演练】方案1 秋冬季安全防范方案")).to_be_visible(timeout=MILLISECONDS)
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="古陂镇", exact=True))
    row.get_by_role("link", name="临期").click()
    for filled in ("古陂镇", MARKED):
        expect(page.get_by_text(filled, exact=True).first).to_be_visible(timeout=MILLISECONDS)
    assert submit(page, demo)["name"] == f"【演练】已登记：古陂镇，{MARKED}"
    assert {each[:2] for each in entered(demo) - before} == {(f"{SECOND}:winter", "古陂镇")}
    for code, done in (("", "1/2"), ("DL2025", "1/2")):
        assert f"| {MARKED} | {done} | [嘉定镇] |" in board_of(demo, code)
    assert f"| {DECEMBER['秋冬防范（QD2025）']} | 0/2 | [嘉定镇]、[古陂镇] |" in board_of(demo, "QD2025")


# --- the answers ---


def test_an_answer_to_the_letter_about_both_is_registered_where_it_belongs(demo: Joined) -> None:
    before = entered(demo)
    (letter,) = [each for each in told(demo) if str(each["To"]).startswith("嘉定镇")]
    reply = mail(
        sender="jiading@xf.gov.cn",
        subject=f"回复：{letter['Subject']}",
        in_reply_to=str(letter["Message-ID"]),
        sent_at=at(demo.NOW),
        files=[File("嘉定镇道路运输12月月报.docx", docx("roads"))],
    )
    demo.account.deliver(reply, at(demo.NOW))
    assert demo.service.run(COLLECT)["name"] == "【演练】收取：来信 1 封，登记 1，回执已发送 1"
    assert {each[:2] for each in entered(demo) - before} == {(f"{SECOND}:roads", "嘉定镇")}
    (answer,) = [each for each in told(demo) if answers(each)]
    assert "已登记1项：1.道路运输：月报（12月）" in text_of(answer)
    assert f"| {DECEMBER['道路运输（DL2025）']} | 1/2 | [古陂镇] |" in board_of(demo, "DL2025")


# --- the files change, and one ends ---


def test_what_is_added_is_installed_and_what_is_over_is_taken_away_once_its_report_is_out(demo: Joined) -> None:
    both = made(demo)
    demo.command("campaign", "close", "DL2025", "--yes", "--by", "王芳")
    add(demo.home, THIRD, FIRE.replace("2026-01-09", "2026-02-30"), "fire-2025")
    code, said = deploy(demo)
    assert (code, "fire-2025" in said) == (1, True)
    assert made(demo) == both
    (demo.home / "schedules" / "fire-2025" / "1-plan.yaml").write_text(FIRE, encoding="utf-8")
    assert deploy(demo) == (0, "流程共 23 个，改动 3 处，去掉 0 个。\n")
    theirs = {"方案1 秋冬防范 XFZ2025": {"plan": "fire-2025:winter"}, "报送情况表 XFZ2025": {"campaign": "fire-2025"}}
    assert made(demo) == both | theirs

    before = len(demo.server.letters)
    demo.command("morning", CUIBAO_NOW="2025-12-04T08:30")
    (report,) = [each for each in told(demo)[before:] if "年终小结" in each["Subject"]]
    assert ("道路运输安全整治" in report["Subject"], HALL in str(report["To"])) == (True, True)
    assert deploy(demo)[1] == "流程共 20 个，改动 0 处，去掉 3 个。\n"
    rest = {name: made_with for name, made_with in both.items() if SECOND not in str(made_with)}
    assert made(demo) == rest | theirs
    matched = [each["trigger"]["match"] for each in demo.service.call("/automations/filter", {})]
    assert not any(SECOND in str(each) for each in matched)
