"""Debian's Chromium, as a clerk in Xinfeng has it set up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.acceptance.running import Running
from tests.demo import Demo
from tests.services import need

CHROMIUM = Path("/usr/bin/chromium")
# Without a sandbox, for tests may run as root; and nothing that calls out by itself.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
MILLISECONDS = 60_000


class Picture(Protocol):
    """Keeps what a page shows under a file name, where pictures are wanted; `whole` with what is below the fold."""

    def __call__(self, page: Page, name: str, *, whole: bool = False) -> None: ...


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Chromium, asked for before the service is started for it."""
    need("Chromium", CHROMIUM.exists())
    return CHROMIUM


@pytest.fixture
def page(chromium: Path, demo: Demo) -> Iterator[Page]:
    """A new window, in Chinese, on Shanghai's clock, logged in; it reaches the service and nothing else."""
    with window(chromium, demo.service) as page:
        log_in(page, demo.service)
        yield page


@contextmanager
def window(chromium: Path, service: Running, *flags: str) -> Iterator[Page]:
    """A new window that has not logged in yet."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *flags])
        context = browser.new_context(
            viewport={"width": 1360, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.route(lambda url: not url.startswith((service.front, "data:", "blob:")), lambda route: route.abort())
        context.set_default_timeout(MILLISECONDS)
        yield context.new_page()
        browser.close()


def log_in(page: Page, service: Running) -> None:
    """Type the printed password where the front page asks for it."""
    page.goto(service.front)
    enter_password(page, service)
    expect(page.get_by_role("link", name="Deployments")).to_be_visible(timeout=MILLISECONDS)


def enter_password(page: Page, service: Running) -> None:
    """Type the printed password into the one box of the login page, and click its button."""
    page.locator("input[type=password]").fill(service.password)
    page.get_by_role("button", name="Login").click()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where pictures for the README go: CUIBAO_SCREENSHOTS, else nowhere."""
    wanted = os.environ.get("CUIBAO_SCREENSHOTS")
    return Path(wanted) if wanted else None


@pytest.fixture
def picture(pictures: Path | None) -> Picture:
    """What takes the pictures."""

    def take(page: Page, name: str, *, whole: bool = False) -> None:
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            page.wait_for_load_state("networkidle")
            if whole:  # the UI scrolls within the window, so a picture of the whole page needs a taller one
                page.set_viewport_size({"width": 1360, "height": 1240})
            page.screenshot(path=pictures / name, animations="disabled")

    return take
