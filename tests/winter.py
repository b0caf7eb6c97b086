"""A campaign of autumn and winter 2025 in a folder of a test's own: two towns and a bureau, whose items are due by
events, by working days and by weeks."""

import shutil
from pathlib import Path

from cuibao.settings import CHECKOUT

CAMPAIGN = """
title: 秋冬季安全防范
document_no: 样安委〔2025〕9号
reference: QD2025
issued: 2025-10-01
ends: 2026-03-31
office: {name: 样例县安全生产委员会办公室, mailbox: office@xf.gov.cn, phone: 3336239}
phases:
  mobilization: {from: 2025-10-01, to: 2025-10-31}
  implementation: {from: 2025-11-01, to: 2026-02-28}
  summary: {from: 2026-03-01, to: 2026-03-31}
reminders:
  advance_working_days: [7, 3, 1]
  advance_working_days_monthly: [3, 1]
  overdue_working_days: [1, 3, 5]
  escalate_from: 3
"""
PLAN = """
no: 1
id: winter
title: 秋冬季安全防范方案
short: 秋冬防范
contact: {name: 陈运发, phone: 3336239, mailbox: office@xf.gov.cn}
requirements:
"""
ACCIDENT = """
  - id: accident
    title: 事故报告
    event: 亡人事故
    owed_by: [各镇]
    due: {days_after: 3}
    source: 通知四
"""
QUARTERLY = """
  - id: quarterly
    title: 季度小结
    owed_by: [各镇]
    due: {every: quarter, working_days_after: 5, from: 2025-Q4, to: 2025-Q4}
    source: 通知三
"""
MONTHLY = """
  - id: monthly
    title: 月报
    owed_by: [各镇]
    due: {every: month, day: 3, from: 2025-11, to: 2026-03}
    source: 通知二
"""
UNITS = """
units:
  - {id: jiading, no: T01, name: 嘉定镇, addresses: [jiading@xf.gov.cn]}
  - {id: gupi, no: T03, name: 古陂镇, addresses: [gupi@xf.gov.cn]}
  - {id: gongan, no: D05, name: 县公安局, addresses: [gongan@xf.gov.cn]}
"""
GROUPS = """
groups:
  - {id: towns, name: 各镇, members: [jiading, gupi]}
  - {id: departments, name: 县直部门, members: [gongan]}
"""


def lay_out(home: Path, *items: str) -> Path:
    """Write the campaign with these `items` under `home`; the folder again."""
    (home / "schedules" / "winter-2025").mkdir(parents=True)
    (home / "contacts").mkdir()
    say(home, *items)
    (home / "schedules" / "winter-2025" / "campaign.yaml").write_text(CAMPAIGN, encoding="utf-8")
    shutil.copy(CHECKOUT / "schedules" / "holidays.yaml", home / "schedules")
    for path, text in (("units.yaml", UNITS), ("groups.yaml", GROUPS)):
        (home / "contacts" / path).write_text(text, encoding="utf-8")
    return home


def say(home: Path, *items: str) -> None:
    """Let the plan under `home` have these `items`, and no others."""
    (home / "schedules" / "winter-2025" / "1-winter.yaml").write_text(PLAN + "".join(items), encoding="utf-8")


def days_off(home: Path, *, holidays: str = "", workdays: str = "") -> None:
    """Let the office's own calendar under `home` say these days, and no others."""
    text = f"holidays: [{holidays}]\nworkdays: [{workdays}]\n"
    (home / "schedules" / "holidays.yaml").write_text(text, encoding="utf-8")
