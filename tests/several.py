"""An office with two campaigns in a folder of a test's own: three units, the same in both; one begins a month after
the other, and two of their items are called alike."""

from pathlib import Path

from tests import winter

# The ledger is begun with the earlier one, which has a plan of the id `winter`; the other's is `roads`.
FIRST, SECOND = "winter-2025", "roads-2025"
ROADS = (
    winter.CAMPAIGN.replace("秋冬季安全防范", "道路运输安全整治")
    .replace("样安委〔2025〕9号", "样安委〔2025〕11号")
    .replace("QD2025", "DL2025")
    .replace("issued: 2025-10-01", "issued: 2025-11-03")
    .replace("from: 2025-10-01, to: 2025-10-31", "from: 2025-11-03, to: 2025-11-30")
    .replace("from: 2025-11-01, to: 2026-02-28", "from: 2025-12-01, to: 2026-02-28")
)
ROADS_PLAN = (
    winter.PLAN.replace("id: winter", "id: roads")
    .replace("秋冬季安全防范方案", "道路运输安全整治方案")
    .replace("秋冬防范", "道路运输")
)
MONTHLY = """
  - id: monthly
    title: 月报
    owed_by: [各镇]
    due: {every: month, day: 3, from: 2025-12, to: 2026-03}
    source: 通知二
"""


def lay_out(home: Path, *, second: str = ROADS, plan: str = ROADS_PLAN + MONTHLY) -> Path:
    """The files of both under `home`, which is given back."""
    winter.lay_out(home, winter.MONTHLY + winter.QUARTERLY)
    add(home, second, plan)
    return home


def add(home: Path, campaign: str = ROADS, plan: str = ROADS_PLAN + MONTHLY, name: str = SECOND) -> None:
    """The files of another campaign."""
    folder = home / "schedules" / name
    folder.mkdir(parents=True)
    (folder / "campaign.yaml").write_text(campaign, encoding="utf-8")
    (folder / "1-plan.yaml").write_text(plan, encoding="utf-8")
