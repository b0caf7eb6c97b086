"""A clerk's morning in the browser: who has not reported, mark one, see it gone."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import MILLISECONDS, Picture
from tests.demo import BOARD, FORM, MORNING, Demo

# A unit that gets a letter on the last morning of the demonstration.
WRITTEN_TO = "县矿山安全专业委员会"
SKILLS = "方案/方案2 安全技能"
INTERIM = "安全技能·阶段性工作情况（7月25日前）"
MINES = "矿山·本月工作情况（7月，7月25日前）"


@pytest.fixture(scope="module", autouse=True)
def _as_of_today(chromium: Path, demo: Demo) -> None:
    """The board as the office's clock has it, whatever another suite looked at."""
    demo.service.run(BOARD)


def bookmark(demo: Demo) -> str:
    """The board's address, as `cuibao up` says it."""
    line = next(line for line in demo.service.said if line.startswith("报送情况表（请收藏这个网址）："))
    return line.partition("：")[2]


def open_board(page: Page, demo: Demo) -> None:
    page.goto(bookmark(demo))
    expect(page.get_by_role("heading", name="谁还没有报")).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_text("截至 7月26日 08:30。").first).to_be_visible(timeout=MILLISECONDS)


def owing(page: Page) -> list[str]:
    """The units that the board says owe the interim report."""
    return urgent(page).get_by_role("link").all_inner_texts()


def urgent(page: Page) -> Locator:
    """The line on top of the board about the interim report, which fell due yesterday."""
    return page.get_by_role("row").filter(has_text=INTERIM).first


def units_owing(demo: Demo, item: str = INTERIM) -> list[str]:
    """The units that owe an item, by the board's own page."""
    rows = [line for line in demo.page().splitlines() if line.startswith(f"| {item}")]
    return [part.partition("](")[0] for row in rows for part in row.split("[")[1:]]


def newest(demo: Demo, name: str) -> str:
    """The id of the newest run of a deployment."""
    wanted = {"deployment_id": {"any_": [demo.service.deployment(name)["id"]]}, "start_time": {"is_null_": False}}
    found = demo.service.call("/flow_runs/filter", {"flow_runs": wanted, "sort": "START_TIME_DESC", "limit": 1})
    return str(found[0]["id"])


def submit(page: Page, demo: Demo) -> dict[str, object]:
    """Click Submit and wait for the run that it started; the run."""
    with page.expect_response(lambda answer: answer.url.endswith("/create_flow_run"), timeout=MILLISECONDS) as sent:
        page.get_by_role("button", name="Submit").click()
    run: dict[str, object] = demo.service.wait_for(sent.value.json()["id"], "COMPLETED", "FAILED", "CRASHED")
    return run


def test_it_shows_who_has_not_reported_two_clicks_from_the_front_page(page: Page, demo: Demo, picture: Picture) -> None:
    page.goto(demo.service.front)
    page.get_by_role("link", name="Runs", exact=True).first.click()
    newest_board = page.get_by_role("link", name="报送情况表 7月26日").and_(page.locator("[href*='/flow-run/']")).first
    expect(newest_board).to_be_visible(timeout=MILLISECONDS)
    picture(page, "runs.png")
    newest_board.click()
    line = page.get_by_text(f"【逾期】{INTERIM} 已报").last
    expect(line).to_contain_text("未报：", timeout=MILLISECONDS)
    for unit in units_owing(demo):
        expect(line).to_contain_text(unit)


def test_it_marks_a_report_received_in_two_clicks(page: Page, demo: Demo, picture: Picture) -> None:
    open_board(page, demo)
    picture(page, "board.png")
    unit, *others = owing(page)
    link = urgent(page).get_by_role("link", name=unit, exact=True)
    again = str(link.get_attribute("href"))
    link.click()

    expect(page.get_by_text("责任单位", exact=True)).to_be_visible(timeout=MILLISECONDS)
    for filled in (unit, INTERIM, "邮件", "县安委办"):
        expect(page.get_by_text(filled, exact=True).first).to_be_visible(timeout=MILLISECONDS)
    picture(page, "form.png", whole=True)
    run = submit(page, demo)
    assert run["name"] == f"已登记：{unit}，{INTERIM}"

    open_board(page, demo)
    assert owing(page) == others

    # The same link once more, as from a page that was left open.
    page.goto(f"{demo.service.front.rstrip('/')}{again}")
    expect(page.get_by_text(INTERIM, exact=True).first).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_text("点 Submit 以后过几秒按 F5")).to_be_visible(timeout=MILLISECONDS)
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="View run").click()
    expect(page.get_by_text(f"不必再登：{unit}已登记收到").first).to_be_visible(timeout=MILLISECONDS)


def test_it_marks_a_group_by_a_second_submit_after_its_list_was_read(page: Page, demo: Demo) -> None:
    def towns() -> list[str]:
        return [name for name in units_owing(demo, MINES) if name.endswith(("镇", "乡"))]

    owed = towns()
    form = f"{demo.service.front}v2/deployments/deployment/{demo.service.deployment(FORM)['id']}/run"
    given = {"units": ["各乡（镇）"], "item": MINES, "entry": "收到", "channel": "邮件", "by": "县安委办"}
    page.goto(f"{form}?parameters={quote(json.dumps(given))}")
    expect(page.get_by_text(MINES, exact=True).first).to_be_visible(timeout=MILLISECONDS)
    asked = submit(page, demo)
    assert asked["state_type"] == "FAILED"
    assert towns() == owed

    page.goto(f"{demo.service.front}v2/runs/flow-run/{asked['id']}")
    told = page.get_by_text(f"将登记收到 {len(owed)} 个单位：{'、'.join(owed)}").last
    expect(told).to_be_visible(timeout=MILLISECONDS)
    with page.expect_popup() as opened:
        page.get_by_role("link", name=form).first.click()
    again = opened.value
    expect(again.get_by_text("确认整组", exact=True).first).to_be_visible(timeout=MILLISECONDS)
    assert submit(again, demo)["state_type"] == "COMPLETED"
    assert towns() == []


def test_the_first_screen_shows_what_is_urgent(page: Page, demo: Demo) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    open_board(page, demo)
    heads = (page.get_by_role("heading", name=name) for name in ("今天到期", "按单位"))
    for shown in (*heads, urgent(page)):
        expect(shown).to_be_in_viewport(timeout=MILLISECONDS)


def test_it_links_every_unit_to_a_form_that_says_what_it_owes(page: Page, demo: Demo) -> None:
    open_board(page, demo)
    form = demo.service.deployment(FORM)["id"]
    links = urgent(page).get_by_role("link")
    for link in links.all():
        address = urlsplit(str(link.get_attribute("href")))
        assert address.path == f"/v2/deployments/deployment/{form}/run"
        assert f'"units":["{link.inner_text()}"]' in parse_qs(address.query)["parameters"][0]


def test_it_leads_from_the_board_to_a_plans_table(page: Page, demo: Demo, picture: Picture) -> None:
    open_board(page, demo)
    page.get_by_role("link", name="方案2 安全技能", exact=True).click()
    expect(page.get_by_role("heading", name="方案2 信丰县企业从业人员安全技能")).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_role("columnheader", name="阶段性工作情况 7.25")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=units_owing(demo)[0], exact=True))
    expect(row.get_by_role("link", name="逾期").last).to_be_visible()
    picture(page, "plan.png")


def test_a_page_that_is_left_open_shows_by_itself_what_was_marked_meanwhile(page: Page, demo: Demo) -> None:
    open_board(page, demo)
    page.get_by_role("link", name="方案2 安全技能", exact=True).click()
    unit = units_owing(demo)[0]
    cells = page.get_by_role("row").filter(has=page.get_by_role("cell", name=unit, exact=True)).get_by_role("link")
    expect(cells.filter(has_text="逾期").last).to_be_visible(timeout=MILLISECONDS)
    page.evaluate("window.left_open = true")
    before = cells.filter(has_text="✓").count()
    demo.service.run(FORM, units=[unit], item=INTERIM, channel="邮件", by="王办事员")
    expect(cells.filter(has_text="✓")).to_have_count(before + 1, timeout=MILLISECONDS)
    assert page.evaluate("window.left_open")  # nobody has loaded the page again


def test_it_reruns_a_plan_at_once_without_asking_anything(page: Page, demo: Demo) -> None:
    before = demo.outbox()
    page.goto(f"{demo.service.front}v2/deployments/deployment/{demo.service.deployment(SKILLS)['id']}")
    page.get_by_role("button", name="Run", exact=True).click()
    with page.expect_response(lambda answer: answer.url.endswith("/create_flow_run"), timeout=MILLISECONDS) as sent:
        page.get_by_role("menuitem", name="Quick run").click()
    done = demo.service.wait_for(sent.value.json()["id"], "COMPLETED", "FAILED", "CRASHED")
    assert re.fullmatch(r"方案2 安全技能 7月26日：(没有新的信要发|今日已发 \d+)", done["name"])
    assert demo.outbox() == before


def test_it_shows_the_morning_plan_by_plan_and_unit_by_unit(page: Page, demo: Demo, picture: Picture) -> None:
    page.goto(f"{demo.service.front}v2/runs/flow-run/{newest(demo, MORNING)}")
    expect(page.get_by_text(re.compile(r"每日催报 7月26日：.*已发送 \d")).first).to_be_visible(timeout=MILLISECONDS)
    picture(page, "morning.png")
    page.get_by_role("tab", name="Subflow Runs").click()
    expect(page.get_by_text("方案2 安全技能：集中实施").first).to_be_visible(timeout=MILLISECONDS)
    page.get_by_role("tab", name="Task Runs").click()
    expect(page.get_by_text(re.compile(r"^\d+ Task runs$"))).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_role("link", name=WRITTEN_TO, exact=True)).to_be_visible(timeout=MILLISECONDS)
    page.get_by_role("tab", name="Artifacts").click()
    page.get_by_role("link", name="letters").first.click()
    expect(page.get_by_role("heading", name="本次写信")).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_role("cell", name=WRITTEN_TO, exact=True)).to_be_visible(timeout=MILLISECONDS)
    picture(page, "letters.png")
