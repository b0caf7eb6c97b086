"""A small campaign in a folder of its own: two plans and four units, each of which shows one ending of a letter."""

import shutil
from pathlib import Path

from cuibao.settings import CHECKOUT

SKILLS = """
no: 2
id: skills
title: 安全技能攻坚战实施方案
short: 安全技能
contact: {name: 陈运发, phone: 3336239, mailbox: xfxawb@sina.com}
phases:
  mobilization: {from: 2022-04-01, to: 2022-04-30}
  implementation: {from: 2022-05-01, to: 2022-09-30}
  summary: {from: 2022-10-01, to: 2022-10-31}
requirements:
  - {id: liaison, title: 联络人, owed_by: [嘉定镇, 古陂镇, 团县委], due: 2022-04-25, source: 方案二 四（三）}
  - {id: interim, title: 阶段性工作情况, owed_by: [嘉定镇, 古陂镇, 团县委], due: 2022-07-25, source: 方案二 四（三）}
"""
RESPONSIBILITY = """
no: 3
id: responsibility
title: 主体责任攻坚战实施方案
short: 主体责任
contact: {name: 陈运发, phone: 3336239, mailbox: xfxawb@sina.com}
requirements:
  - id: progress
    title: 本月工作进展
    owed_by: [嘉定镇]
    due: {every: month, day: 20, from: 2022-04-01, to: 2022-12-31}
    source: 方案三 四（二）
  - {id: annual, title: 全年总结, owed_by: [县公安局], due: 2022-12-20, source: 方案三 四（三）}
"""
UNITS = """
units:
  - {id: jiading, no: T01, name: 嘉定镇, addresses: [jiading@xf.gov.cn]}
  - {id: gupi, no: T03, name: 古陂镇, addresses: [gupi@xf.gov.cn]}
  - {id: gongan, no: D05, name: 县公安局, addresses: [gongan@xf.gov.cn]}
  - {id: tuanwei, no: D19, name: 团县委}
"""
GROUPS = """
groups:
  - {id: towns, name: 各乡（镇）, members: [jiading, gupi]}
  - {id: departments, name: 县直部门, members: [gongan, tuanwei]}
"""

LIAISON = "安全技能·联络人（4月25日前）"
APRIL = "主体责任·本月工作进展（4月，4月20日前）"


def lay_out(home: Path) -> Path:
    """Write the campaign under `home`; the folder again."""
    campaign = home / "schedules" / "small"
    campaign.mkdir(parents=True)
    (home / "contacts").mkdir()
    shutil.copy(CHECKOUT / "schedules" / "xinfeng-2022" / "campaign.yaml", campaign)
    for path, text in (
        (campaign / "2-skills.yaml", SKILLS),
        (campaign / "3-responsibility.yaml", RESPONSIBILITY),
        (home / "contacts" / "units.yaml", UNITS),
        (home / "contacts" / "groups.yaml", GROUPS),
    ):
        path.write_text(text, encoding="utf-8")
    return home
