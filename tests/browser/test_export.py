"""The exported board as a leader opens it: one file, on a computer or a phone that has no way to the office."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from cuibao.model import Entry
from cuibao.service.views.board import look
from cuibao.service.views.export import export
from tests.browser.conftest import FLAGS
from tests.flows.small import LIAISON, lay_out
from tests.integration.test_export import enter
from tests.offices import at, office, spoil

HOSTILE = "<img src=//x.test/a onerror=alert(1)>"
PHONE = (390, 844)
LAPTOP = (1366, 768)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The board of the small campaign, one of whose units has a name that would do something."""
    lay_out(tmp_path)
    spoil(tmp_path / "contacts" / "units.yaml", "name: 团县委", f'name: "{HOSTILE}"')
    skills = tmp_path / "schedules" / "small" / "2-skills.yaml"
    skills.write_text(skills.read_text(encoding="utf-8").replace("团县委", f'"{HOSTILE}"'), encoding="utf-8")
    path = tmp_path / "报送情况.html"
    with office(tmp_path) as opened:
        enter(opened, "嘉定镇", LIAISON, Entry.RECEIVED, "2022-04-25T16:00")
        enter(opened, "嘉定镇", LIAISON, Entry.RETURNED, "2022-04-26T08:00", note="<script>alert(1)</script>")
        export(opened, look(opened, at("2022-04-26T09:00")), path)
    return path


@pytest.fixture(params=[LAPTOP, PHONE], ids=["laptop", "phone"])
def page(request: pytest.FixtureRequest, chromium: Path, file: Path) -> Iterator[Page]:
    """The file as it opens; nobody asks for anything but it, and no dialog opens."""
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        width, height = request.param
        opened = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("dialog", lambda dialog: pytest.fail(dialog.message))
        opened.goto(file.as_uri())
        yield opened
        browser.close()
    assert asked == [file.as_uri()]


def column(page: Page, section: str, at: int) -> list[str]:
    """What stands in a column of the table in `section`, from the top."""
    return page.locator(f"{section} tbody tr > :nth-child({at})").all_inner_texts()


def test_a_click_on_the_head_of_a_column_sorts_by_it_and_another_turns_it_round(page: Page) -> None:
    days = page.locator("#owed thead").get_by_role("button", name="逾期天数")
    assert column(page, "#owed", 5) == ["6", "1", "1", "1"]
    days.click()
    assert column(page, "#owed", 5) == ["1", "1", "1", "6"]
    days.click()
    assert column(page, "#owed", 5) == ["6", "1", "1", "1"]
    page.locator("#owed thead").get_by_role("button", name="自何时").click()
    assert column(page, "#owed", 4) == ["4月20日到期", *["4月25日到期"] * 2, "4月26日退回"]
    assert page.locator("#owed th[aria-sort]").all_inner_texts() == ["自何时"]


def test_names_are_shown_as_they_are_and_nothing_scrolls_sideways(page: Page) -> None:
    assert HOSTILE in column(page, "#units", 1)
    assert "<script>alert(1)</script>" in column(page, "#owed", 7)
    assert page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth === innerWidth")
    assert page.locator("#units tbody tr").first.is_visible()


def test_it_prints_with_the_heads_of_its_tables_on_every_page_and_no_links(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("#owed thead").evaluate("each => getComputedStyle(each).display") == "table-header-group"
