"""An office with two campaigns in a folder of a test's own: three units, the same in both; one begins a month after
the other, and two of their items are called alike."""

from pathlib import Path
from typing import Any

from tests import winter
from tests.demo import Demo
from tests.integration.imap_server import Account
from tests.integration.smtp_server import SmtpServer
from tests.mails import AUTHSERV
from tests.offices import imap, smtp
from tests.week import eventually

# The ledger is begun with the earlier one, which has a plan of the id `winter`; the other's is `roads`.
FIRST, SECOND = "winter-2025", "roads-2025"
# How many phases of the three plans of `Joined` have opened by its day.
PHASES = 6
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


class Joined(Demo):
    """The service of both campaigns, with its mail server and its mailbox: a drill on the day on which both are due.

    A plan of the later one has the number, the id and the name of the earlier one's.
    """

    NOW = "2025-12-03T08:30"

    def __init__(self, folder: Path, server: SmtpServer, account: Account) -> None:
        reads = {**imap(account), "CUIBAO_IMAP_AUTHSERV": AUTHSERV}
        super().__init__(folder, {**smtp(server.port), **reads, "CUIBAO_NOW": self.NOW})
        self.server, self.account = server, account
        lay_out(self.home, plan=ROADS_PLAN.replace("no: 1", "no: 2") + MONTHLY)
        again = self.home / "schedules" / SECOND / "2-winter.yaml"
        again.write_text(winter.PLAN + MONTHLY, encoding="utf-8")

    def play(self) -> None:
        """That day's morning, and nothing else by the clock: the machine's is not the office's."""
        self.start("--run-morning")
        for deployment in self.service.call("/deployments/filter", {}):
            if deployment["schedules"]:
                self.service.call(f"/deployments/{deployment['id']}/pause_deployment", {})
        # What the phases that opened trigger reads the mailbox too: it must not be there when mail comes.
        eventually(lambda: len(self.reruns()) == PHASES)
        on_its_way = {"flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}}
        eventually(lambda: not self.service.call("/flow_runs/filter", on_its_way))

    def reruns(self) -> list[dict[str, Any]]:
        """The runs of plans that came to their end, each triggered by a phase."""
        of_plans = {
            "deployments": {"tags": {"all_": ["方案"]}},
            "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
        }
        found: list[dict[str, Any]] = self.service.call("/flow_runs/filter", of_plans)
        return found
