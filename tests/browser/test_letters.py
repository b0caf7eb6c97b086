"""A letter as a town's liaison opens it on a phone."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, sync_playwright

from cuibao.service.letters import morning
from tests.browser.conftest import FLAGS, Picture
from tests.demo import Demo
from tests.offices import at, letters_to, office

PHONE: ViewportSize = {"width": 390, "height": 844}
SCREENS = 3


@pytest.fixture
def phone(chromium: Path) -> Iterator[Page]:
    """A phone that reaches nothing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_context(viewport=PHONE, locale="zh-CN", offline=True).new_page()
        browser.close()


def page_of(path: Path) -> str:
    """What the mail at `path` says as a page."""
    part = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def height(page: Page) -> int:
    found = page.evaluate("document.documentElement.scrollHeight")
    assert isinstance(found, int)
    return found


def test_it_reads_on_a_phone_without_scrolling_sideways(page: Page, demo: Demo, picture: Picture) -> None:
    page.set_viewport_size(PHONE)
    (path,) = letters_to(demo.home, "嘉定镇", "2022-07-25")
    page.set_content(page_of(path))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    smallest = "Math.min(...[...document.querySelectorAll('td, p')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
    assert page.evaluate(smallest) >= 12
    page.set_viewport_size({**PHONE, "height": height(page)})
    picture(page, "letter.png")


@pytest.mark.parametrize("day", ["2022-04-18", "2022-05-05", "2022-07-19"])
def test_the_first_letter_to_a_unit_takes_three_screens_at_most(phone: Page, tmp_path: Path, day: str) -> None:
    with office(tmp_path) as opened:
        morning.run(opened, at(f"{day}T08:30"))
    letters = sorted((tmp_path / "outbox").glob("*.eml"))
    assert len(letters) == 42
    for path in letters:
        phone.set_content(page_of(path))
        assert height(phone) <= SCREENS * PHONE["height"], path.name
        assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path.name
