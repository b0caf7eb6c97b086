"""A letter as a town's liaison opens it on a phone."""

from email import message_from_bytes, policy

from playwright.sync_api import Page

from tests.browser.conftest import Picture
from tests.demo import Demo
from tests.offices import letters_to

PHONE = {"width": 390, "height": 844}


def html(demo: Demo, name: str) -> str:
    (path,) = letters_to(demo.home, name, "2022-07-26")
    part = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_it_reads_on_a_phone_without_scrolling_sideways(page: Page, demo: Demo, picture: Picture) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.set_content(html(demo, "嘉定镇"))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    smallest = "Math.min(...[...document.querySelectorAll('td, p')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
    assert page.evaluate(smallest) >= 12
    page.set_viewport_size({**PHONE, "height": page.evaluate("document.documentElement.scrollHeight")})  # type: ignore[typeddict-item]
    picture(page, "letter.png")
