"""The password, as a clerk meets it: asked for once, then never again in this browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MILLISECONDS, Picture, enter_password, log_in, window
from tests.browser.test_clerk import bookmark
from tests.demo import FORM, Demo


@pytest.fixture
def page(chromium: Path, demo: Demo) -> Iterator[Page]:
    """A window in which nobody has logged in."""
    with window(chromium, demo.service) as page:
        yield page


def expect_board(page: Page) -> None:
    expect(page.get_by_role("heading", name="谁还没有报")).to_be_visible(timeout=MILLISECONDS)


def test_it_asks_once_and_then_shows_what_was_wanted(page: Page, demo: Demo, picture: Picture) -> None:
    page.goto(bookmark(demo))
    box = page.locator("input[type=password]")
    expect(box).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_role("heading", name="谁还没有报")).to_have_count(0)
    box.fill("wrong-password")
    page.get_by_role("button", name="Login").click()
    expect(page.get_by_text("Invalid credentials")).to_be_visible(timeout=MILLISECONDS)
    picture(page, "login.png")
    enter_password(page, demo.service)
    expect_board(page)

    page.reload()
    expect_board(page)
    other = page.context.new_page()
    other.goto(bookmark(demo))
    expect_board(other)
    assert other.locator("input[type=password]").count() == 0


def test_links_open_at_once_where_the_password_is_known(page: Page, demo: Demo) -> None:
    """Also an older bookmark, and a link to a filled-in form: Prefect's login page would have spoiled these."""
    log_in(page, demo.service)
    page.goto(bookmark(demo).partition("&")[0])
    expect_board(page)
    form = demo.service.deployment(FORM)["id"]
    page.goto(f'{demo.service.front}v2/deployments/deployment/{form}/run?parameters={{"by":"王办事员"}}')
    expect(page.get_by_text("王办事员", exact=True).first).to_be_visible(timeout=MILLISECONDS)


def test_it_asks_again_where_the_password_was_changed(page: Page, demo: Demo) -> None:
    """A browser that keeps an old password is not shut out: it is asked for the new one."""
    page.goto(demo.service.front)
    page.evaluate("localStorage.setItem('prefect-password', btoa('an-older-password'))")
    page.goto(bookmark(demo))
    enter_password(page, demo.service)
    expect_board(page)
