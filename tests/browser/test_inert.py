"""What strangers wrote, on our pages in Prefect's own UI: text, and never a link, a picture, a script or a form."""

import pytest
from playwright.sync_api import Page, expect

from cuibao.service.views.troubles import Trouble
from flows.pages.markdown import escaped
from flows.pages.queue import queue_page
from tests.browser.conftest import MILLISECONDS
from tests.demo import Demo
from tests.unit.test_pages import LINKS, board, front
from tests.unit.test_queue_page import waiting

HOSTILE = (
    "http://evil.example/a",
    "HTTPS://evil.example/b?c=d",
    "www.evil.example",
    "[点这里](https://evil.example)",
    "[点这里](javascript:alert(1))",
    "![图](https://evil.example/x.png)",
    "<https://evil.example>",
    "<a href='https://evil.example'>点</a>",
    "<img src=x onerror=alert(1)>",
    "<form action='https://evil.example'><input name=password></form>",
    "<!-- a|b -->",
    "http&#58;//evil.example",
    "ceo&#64;evil.example",
    "ceo@evil.example",
    "mailto:ceo@evil.example",
    "xmpp:ceo@evil.example",
    "`code` **粗** ~~删~~ _斜_ | 竖 \\| # 题",
    "[^1]: 注",
)


def shown(page: Page, demo: Demo, text: str) -> None:
    """Open an artifact with this text."""
    made = demo.service.call("/artifacts/", {"type": "markdown", "data": text, "key": "inert"})
    page.goto(f"{demo.service.front}v2/artifacts/artifact/{made['id']}")


@pytest.mark.parametrize("where", ["bounce", "subject"])
def test_nothing_that_a_stranger_wrote_is_more_than_text(page: Page, demo: Demo, where: str) -> None:
    if where == "bounce":
        found = [Trouble("嘉定镇", "邮箱退信", words) for words in HOSTILE]
        text = front(board(troubles=tuple(found)))
    else:
        mails = [waiting(subject=words, files=(words,)) for words in HOSTILE]
        text = queue_page(board(waiting=tuple(mails)), LINKS).text
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url) if "evil" in request.url else None)
    shown(page, demo, text)
    for words in HOSTILE:
        cell = page.get_by_role("cell").filter(has_text=" ".join(words.split())).first
        expect(cell).to_be_visible(timeout=MILLISECONDS)
    # Our own forms have what came as a parameter.
    for alive in ("a:not([href^='/v2/'])", "img", "form", "input", "code", "del", "strong", "em"):
        assert page.locator(f"table {alive}").count() == 0, alive
    assert asked == []


def test_an_address_that_is_copied_from_a_page_is_as_it_was(page: Page, demo: Demo) -> None:
    shown(page, demo, f"# 页\n\n| 邮箱 |\n| --- |\n| {escaped('ceo@evil.example')} |")
    cell = page.get_by_role("cell", name="ceo@evil.example", exact=True)
    expect(cell).to_be_visible(timeout=MILLISECONDS)
    assert cell.inner_text() == "ceo@evil.example"
