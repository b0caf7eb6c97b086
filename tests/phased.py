"""A small campaign whose notice has phases of its own, or none."""

import re
from pathlib import Path

from tests.flows.small import SKILLS, lay_out

FOUR = """\
phases:
  - {name: 自查自纠, from: 2022-04-18, to: 2022-04-30}
  - {name: 集中攻坚阶段, from: 2022-05-01, to: 2022-08-31}
  - {name: 督导检查, id: inspection, from: 2022-09-01, to: 2022-10-31, opens: all, reports: none}
  - {name: 总结提升, from: 2022-11-01, to: 2022-12-31}
"""
NONE = "phases: []\n"


def phased(home: Path, phases: str, of_skills: str = "") -> Path:
    """Lay out the small campaign with these `phases`, and `of_skills` in the plan 安全技能; the folder again."""
    lay_out(home)
    folder = home / "schedules" / "small"
    head = (folder / "campaign.yaml").read_text(encoding="utf-8")
    (folder / "campaign.yaml").write_text(_instead(head, phases, "reminders:"), encoding="utf-8")
    (folder / "2-skills.yaml").write_text(_instead(SKILLS, of_skills, "requirements:"), encoding="utf-8")
    return home


def _instead(text: str, phases: str, following: str) -> str:
    changed, count = re.subn(rf"^phases:\n.*?(?=^{following})", phases, text, flags=re.DOTALL | re.MULTILINE)
    assert count == 1
    return changed
