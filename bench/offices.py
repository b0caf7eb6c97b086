"""Offices of any size: one plan, two items, and as many units as are wanted."""

from pathlib import Path

from cuibao.settings import CHECKOUT
from cuibao.times import parse_moment

# Two mornings on which each unit is reminded; on the first a phase opens, so that the letter carries the year.
DAYS = parse_moment("2022-05-06T08:30"), parse_moment("2022-05-09T08:30")

PLAN = """
no: 2
id: skills
title: 安全技能攻坚战实施方案
short: 安全技能
contact: {name: 陈运发, phone: 3336239, mailbox: office@xf.gov.cn}
requirements:
  - {id: roster, title: 安全员名册, owed_by: [各单位], due: 2022-04-25, source: 方案二 四（三）}
  - {id: work-plan, title: 工作方案, owed_by: [各单位], due: 2022-04-28, source: 方案二 四（三）}
  - id: progress
    title: 本月工作进展
    owed_by: [各单位]
    due: {every: month, day: 20, from: 2022-04-01, to: 2022-12-31}
    source: 方案二
"""


def lay_out(home: Path, units: int) -> None:
    """Write the campaign under `home`."""
    campaign = home / "schedules" / "bench"
    campaign.mkdir(parents=True)
    (home / "contacts").mkdir()
    text = (CHECKOUT / "schedules" / "xinfeng-2022" / "campaign.yaml").read_text(encoding="utf-8")
    (campaign / "campaign.yaml").write_text(text.replace("xfxawb@sina.com", "office@xf.gov.cn"), encoding="utf-8")
    (campaign / "2-skills.yaml").write_text(PLAN, encoding="utf-8")
    rows = [f"  - {{id: unit{n}, no: T{n:05d}, name: 第{n}号镇, addresses: [unit{n}@xf.gov.cn]}}" for n in range(units)]
    (home / "contacts" / "units.yaml").write_text("\n".join(["units:", *rows, ""]), encoding="utf-8")
    members = ", ".join(f"unit{n}" for n in range(units))
    groups = f"groups:\n  - {{id: all, name: 各单位, members: [{members}]}}\n"
    (home / "contacts" / "groups.yaml").write_text(groups, encoding="utf-8")
