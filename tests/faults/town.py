"""An office with one plan and a few units, whose morning of 6 May writes to each of them and to the office itself."""

from pathlib import Path

from cuibao.settings import CHECKOUT

# After DAY the next working day on which no new step falls, a Saturday made up for; and the next on which one does.
DAY, NEXT_DAY, NEXT_STEP = "2022-05-06T08:30", "2022-05-07T08:30", "2022-05-09T08:30"
# What each unit owes and has not sent, by the requirement's id.
ITEMS = {"roster": "安全员名册", "work-plan": "工作方案"}
UNITS = 8
# Each unit's letter, and the gate report of the phase that closed in April.
LETTERS = UNITS + 1

PLAN = """
no: 2
id: skills
title: 安全技能攻坚战实施方案
short: 安全技能
contact: {name: 陈运发, phone: 3336239, mailbox: office@xf.gov.cn}
phases:
  mobilization: {from: 2022-04-01, to: 2022-04-30}
  implementation: {from: 2022-05-01, to: 2022-09-30}
  summary: {from: 2022-10-01, to: 2022-10-31}
requirements:
  - {id: roster, title: 安全员名册, owed_by: [各镇], due: 2022-04-25, source: 方案二 四（三）}
  - {id: work-plan, title: 工作方案, owed_by: [各镇], due: 2022-04-28, source: 方案二 四（三）}
"""


def unit(number: int) -> str:
    """The name of a unit."""
    return f"第{number}镇"


def lay_out(home: Path, units: int = UNITS) -> Path:
    """Write the campaign under `home`, with so many units; the folder again."""
    campaign = home / "schedules" / "town"
    campaign.mkdir(parents=True)
    (home / "contacts").mkdir()
    text = (CHECKOUT / "schedules" / "xinfeng-2022" / "campaign.yaml").read_text(encoding="utf-8")
    (campaign / "campaign.yaml").write_text(text.replace("xfxawb@sina.com", "office@xf.gov.cn"), encoding="utf-8")
    (campaign / "2-skills.yaml").write_text(PLAN, encoding="utf-8")
    rows = [f"  - {{id: town{n}, no: T{n:02d}, name: {unit(n)}, addresses: [town{n}@xf.gov.cn]}}" for n in range(units)]
    (home / "contacts" / "units.yaml").write_text("\n".join(["units:", *rows, ""]), encoding="utf-8")
    members = ", ".join(f"town{n}" for n in range(units))
    groups = f"groups:\n  - {{id: towns, name: 各镇, members: [{members}]}}\n"
    (home / "contacts" / "groups.yaml").write_text(groups, encoding="utf-8")
    return home
