"""The page of the mails that a person must decide about, and what its links fill in."""

import json
import re
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from cuibao.ledger import ReadMail
from cuibao.model import Period
from cuibao.said import label_of
from cuibao.service.mail.waiting import Waiting
from flows.pages.links import BOARD, CLAIM, Links
from flows.pages.markdown import NO_LINK
from flows.pages.queue import queue_page
from tests.unit import samples
from tests.unit.test_pages import HARD, HARD_ESCAPED, INTERIM, board, period_of, table_lines

NOW = datetime(2022, 7, 29, 17, 0, tzinfo=samples.CHINA)
ARRIVED = datetime(2022, 7, 28, 16, 45, tzinfo=samples.CHINA)
LINKS = Links({CLAIM: "0f0f", BOARD: "0b0b"}, "县安委办")


def waiting(*items: Period, subject: str = "报送材料", files: tuple[str, ...] = ("1.doc",)) -> Waiting:
    mail = ReadMail(
        *("0", "<1@qq.com>", "someone@qq.com", "某人", subject),
        references=(),
        arrived_at=ARRIVED,
        read_at=NOW,
        verdict="queue",
        reason="发件人地址不在通讯录里",
        files=files,
        id=7,
    )
    return Waiting(mail, samples.unit(), items)


def page(*mails: Waiting) -> str:
    return queue_page(board(waiting=mails), LINKS).text.replace("\u2060", "")


def row(*mails: Waiting) -> list[str]:
    """The cells of the last mail's row."""
    return [cell.strip() for cell in table_lines(page(*mails))[-1].strip("|").split(" | ")]


def filled(links: str, words: str) -> dict[str, object]:
    """What the link with these words fills in."""
    address = links.split(f"[{words}](")[1].partition(")")[0]
    found: dict[str, object] = json.loads(parse_qs(urlsplit(address).query)["parameters"][0])
    return found


def test_it_says_which_mail_it_is_and_why_it_waits() -> None:
    number, mail, why, likely, _ = row(waiting(period_of()))
    assert number == "7"
    assert mail == "7月28日 16:45<br>某人 someone<wbr>@qq.com<br>报送材料<br>附件：1.doc"
    assert why == "发件人地址不在通讯录里"
    assert likely == f"{samples.unit().name}<br>{label_of(period_of())}"


def test_it_fills_in_the_form_where_one_item_is_likely() -> None:
    links = row(waiting(period_of()))[-1]
    expected = {"mail": 7, "claiming": "收到", "by": "县安委办", "note": "来信：someone@qq.com，报送材料"}
    expected |= {"units": [samples.unit().name], "items": [label_of(period_of())]}
    assert filled(links, "登记") == expected
    assert filled(links, "不是报送") == {
        "mail": 7,
        "claiming": "不是报送",
        "by": "县安委办",
        "note": "来信：someone@qq.com，报送材料",
    }


@pytest.mark.parametrize("count", [2, 3, 5])
def test_it_leaves_the_choice_among_several_to_the_clerk(count: int) -> None:
    items = [period_of(INTERIM, date(2022, month, 25), f"{month}月") for month in range(5, 5 + count)]
    *_, likely, links = row(waiting(*items))
    named = map(label_of, items) if count <= 3 else [f"有 {count} 项可能"]
    assert likely == "<br>".join([samples.unit().name, *named])
    assert filled(links, "登记")["items"] == []


def test_it_lets_no_mail_break_the_table() -> None:
    cells = row(waiting(subject=HARD, files=(HARD,)))
    assert len(cells) == 5
    assert cells[1].endswith(f"{HARD_ESCAPED}<br>附件：{HARD_ESCAPED}")


@pytest.mark.parametrize("address", ["http://x.example", "HTTPS://x.example/1", "www.x.example", "a@x.example"])
def test_it_makes_no_link_of_what_a_stranger_wrote(address: str) -> None:
    page = queue_page(board(waiting=(waiting(subject=f"请看 {address}", files=(address,)),)), LINKS)
    drawn = re.sub(r"\?parameters=\S+", "", page.text)  # within the address of a form it is a parameter, and no link
    assert address not in drawn
    assert drawn.replace(NO_LINK, "").count(address) == 2


def test_it_leads_back_to_the_board() -> None:
    assert "见[报送情况表](/v2/deployments/deployment/0b0b?tab=Description)" in page(waiting())


def test_it_says_that_nothing_waits() -> None:
    assert page().endswith("\n\n没有待认领的来信。")
    assert "Submit" not in page()
    assert "Submit" in page(waiting())
