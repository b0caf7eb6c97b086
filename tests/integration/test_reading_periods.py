"""收取 of what is about another time than that of its arrival: from a real mailbox into the ledger."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from cuibao.model import Entry
from cuibao.office import Office
from cuibao.service.mail import reading
from cuibao.service.mail.reading import Collected
from cuibao.service.mail.waiting import queue
from tests.integration.imap_server import Account
from tests.mails import AUTHSERV, File, docx, mail
from tests.offices import DOMAIN, at, begun, imap, office, reachable

NOW = "2026-01-20T09:00"
JIADING = f"jiading@{DOMAIN}"
CAMPAIGN = """
title: 信丰县冬春安全防范工作
document_no: 信安办字〔2025〕41号
reference: DC2025
issued: 2025-09-15
ends: 2026-03-31
chase_until: 2026-04-30
office: {name: 信丰县安全生产委员会办公室, mailbox: xfxawb@sina.com, phone: 3336239}
phases:
  mobilization: {from: 2025-09-15, to: 2025-09-30}
  implementation: {from: 2025-10-01, to: 2026-02-28}
  summary: {from: 2026-03-01, to: 2026-03-31}
reminders:
  advance_working_days: [7, 3, 1]
  advance_working_days_monthly: [3, 1]
  overdue_working_days: [1, 3, 5]
  escalate_from: 3
  letters_at_most: 2
  letters_in_days: 7
  copy_in_days: 7
  escalation: auto
assumptions: []
"""
PLAN = """
no: 1
id: fire
title: 信丰县冬春消防安全实施方案
short: 消防安全
contact: {name: 陈运发, phone: 3336239, mailbox: xfxawb@sina.com}
requirements:
  - id: monthly
    title: 消防工作情况月报
    owed_by: [towns]
    due: {every: month, day: 10, about: previous, from: 2025-10, to: 2026-02}
    source: 方案 二
  - id: weekly
    title: 消防巡查周报
    owed_by: [towns]
    due: {every: week, day: friday, from: 2025-10-06, to: 2026-03-27}
    source: 方案 三
assumptions: []
"""


@pytest.fixture
def opened(tmp_path: Path, account: Account, database_url: str) -> Iterator[Office]:
    """An office with the winter's campaign alone, whose mailbox is on loopback."""
    folder = tmp_path / "schedules" / "winter-2025"
    folder.mkdir(parents=True)
    (folder / "campaign.yaml").write_text(CAMPAIGN, encoding="utf-8")
    (folder / "1-fire.yaml").write_text(PLAN, encoding="utf-8")
    reachable(tmp_path)
    settings = {"CUIBAO_DATABASE_URL": database_url, "CUIBAO_NOW": NOW, "CUIBAO_IMAP_AUTHSERV": AUTHSERV}
    environ = {**settings, **imap(account)}
    begun(tmp_path, **environ)
    with office(tmp_path, **environ) as found:
        yield found


def deliver(account: Account, name: str, arrived: str, *, subject: str = "报送材料", text: str = "请查收。") -> None:
    """A mail of 嘉定镇 with a report of that name, no two of which are the same."""
    file = File(f"{name}.docx", docx(f"{name} {arrived} {subject}"))
    moment = at(arrived)
    account.deliver(mail(sender=JIADING, subject=subject, text=text, files=[file], sent_at=moment), moment)


def registered(opened: Office) -> dict[str, datetime]:
    """What the mailbox brings 嘉定镇: when each item came in, by item and period."""
    reading.collect(opened, at(NOW), Collected())
    entries = opened.ledger.entries(opened.campaign.id, "jiading")
    assert {entry.entry for of in entries.values() for entry in of} <= {Entry.RECEIVED}
    return {f"{key.requirement}/{key.period}": of[0].received_at for key, of in entries.items() if of}


def reasons(opened: Office) -> list[str]:
    """Why mails wait."""
    return [waiting.mail.reason for waiting in queue(opened)]


def test_december_s_report_comes_in_january(opened: Office, account: Account) -> None:
    deliver(account, "消防安全11月月报", "2025-12-05T10:00")
    deliver(account, "消防安全12月月报", "2026-01-08T10:00")
    assert registered(opened) == {
        "monthly/about-2025-11": at("2025-12-05T10:00"),
        "monthly/about-2025-12": at("2026-01-08T10:00"),
    }
    deliver(account, "月报", "2026-01-12T10:00", subject="消防安全2025年10月月报")
    assert registered(opened)["monthly/about-2025-10"] == at("2026-01-12T10:00")
    assert reasons(opened) == []


def test_a_month_that_is_not_over_waits(opened: Office, account: Account) -> None:
    deliver(account, "消防安全1月月报", "2026-01-08T10:00")
    deliver(account, "消防安全2024年12月月报", "2026-01-08T11:00")
    deliver(account, "消防安全月报", "2026-01-08T12:00")
    assert registered(opened) == {}
    assert sorted(reasons(opened)) == [
        "附件“消防安全1月月报.docx”：所写的事项还没有到报送期，请核对",
        "附件“消防安全2024年12月月报.docx”：写的是2024年的材料",
        "附件“消防安全月报.docx”：有几项可能，不能确定是哪一项",
    ]


def test_weeks_across_the_year_s_end(opened: Office, account: Account) -> None:
    deliver(account, "消防巡查周报（12月22日至28日）", "2025-12-29T10:00")
    deliver(account, "消防安全周报12月29日至1月4日", "2026-01-04T10:00")
    deliver(account, "消防安全第2周周报", "2026-01-09T10:00", text="现报送1月5日至11日周报，请查收。")
    assert registered(opened) == {
        "weekly/2025-W52": at("2025-12-29T10:00"),
        "weekly/2026-W01": at("2026-01-04T10:00"),
        "weekly/2026-W02": at("2026-01-09T10:00"),
    }


def test_a_week_that_is_not_plain_waits(opened: Office, account: Account) -> None:
    deliver(account, "消防巡查周报", "2026-01-09T10:00")
    deliver(account, "消防安全第1周周报", "2026-01-09T11:00", text="现报送第2周周报，请查收。")
    deliver(account, "消防安全第9周周报", "2026-01-09T12:00")
    assert registered(opened) == {}
    assert len(reasons(opened)) == 3
