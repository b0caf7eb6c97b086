"""Where pages and filled-in forms are in Prefect's UI: addresses that stay, made of the deployments' ids."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from cuibao.model import Channel, Claiming, CopyDecision, Entry, Pause, Plan, Term
from cuibao.said import label_of
from cuibao.service.mail.waiting import Waiting
from cuibao.tongue import catalogue, languages, say, spoken


class Deployment(Term):
    """A deployment of prefect.yaml by its name there, its `word` in the UI. A plan's is known by the plan's id."""

    MORNING = "每日催报", "每日催报"
    RECORD = "登记", "登记"
    CLAIM = "认领", "认领"
    LIAISON = "联络员", "联络员"
    COLLECT = "收取", "收取"
    TRAIL = "往来记录", "往来记录"
    BOARD = "报送情况表", "报送情况表"
    CALLS = "电话催报单", "电话催报单"
    DATE = "核对日期", "核对日期"
    COPIES = "抄送批准", "抄送批准"
    BEGIN = "启用", "启用"
    RESEND = "补发", "补发"
    CALL = "通话", "通话"
    PAUSE = "暂停催报", "暂停催报"
    EVENT = "事发登记", "事发登记"
    EXPORT = "导出", "导出"


class Subflow(Term):
    """A flow that is no deployment of prefect.yaml by its name, its `word` in the UI."""

    PLAN = "方案", "方案"
    PHASES = "方案阶段", "方案阶段"
    STAGE = "阶段", "阶段"


(MORNING, RECORD, CLAIM, LIAISON, COLLECT, TRAIL, BOARD, CALLS) = tuple(Deployment)[:8]
(DATE, COPIES, BEGIN, RESEND, CALL, PAUSE, EVENT, EXPORT) = tuple(Deployment)[8:]
LONGEST_NOTE = 80


def board_of(campaign: str) -> str:
    """What the deployment of the board of the campaign in that folder is known as."""
    return f"{BOARD} {campaign}"


def flow_name(name: str) -> str:
    """What the UI calls the flow that bears `name` in the code."""
    return next((each.word for each in (*Deployment, *Subflow) if name == each.value), name)


def called(language: str) -> frozenset[str]:
    """What our deployments are called in `language`."""
    return frozenset(str(catalogue(language).get(each.zh, each.zh)) for each in Deployment)


def called_elsewhere() -> frozenset[str]:
    """What they are called where another language is spoken, and not here."""
    return frozenset().union(*map(called, languages())) - called(spoken())


def key_of(name: str) -> str:
    """The name in prefect.yaml of the deployment that the UI calls `name`; its own where it is none of ours."""
    return next((each.value for each in Deployment if name == each.word), name)


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a UI in which forms and pages are; None where a deployment is not installed.

    `ids` are those of the deployments, by name, a plan's by the plan's id. `clerk` is filled in as whoever records.
    """

    ids: Mapping[str, str]
    clerk: str

    def page(self, name: str) -> str | None:
        """The page that stands as the description of the deployment `name`."""
        return self._at(name, "?tab=Description")

    def page_of(self, plan: Plan) -> str | None:
        """The page of a plan's table."""
        return self.page(plan.id)

    def runs(self, name: str) -> str | None:
        """The list of the runs of the deployment `name`."""
        return self._at(name, "?tab=Runs")

    def form(self, name: str) -> str | None:
        """The empty form of the deployment `name`."""
        return self._at(name, "/run")

    def entry(self, unit: str, item: str, entry: Entry, number: int | None = None) -> str | None:
        """The form that makes `entry` about the unit's item, by its label; `number` is the entry to withdraw."""
        filled: dict[str, Any] = {"units": [unit], "item": item, "entry": entry.word, "channel": Channel.MAIL.word}
        return self._filled(RECORD, filled | {"by": self.clerk} | ({} if number is None else {"number": number}))

    def copies(self, unit: str, decision: CopyDecision) -> str | None:
        """The form that decides about copies to the leader of the unit of this name."""
        return self._filled(COPIES, {"units": [unit], "decision": decision.word, "by": self.clerk})

    def trail(self, unit: str) -> str | None:
        """The form that shows the trail of the unit of this name."""
        return self._filled(TRAIL, {"unit": unit})

    def liaison(self, unit: str, now: str) -> str | None:
        """The form that changes the people of the unit of this name; `now` says who they are.

        None of it is filled in where it would be changed: what a clerk has not typed must not count as entered.
        """
        return self._filled(LIAISON, {"unit": unit, "now": now})

    def call(self, unit: str, whom: str) -> str | None:
        """The form that enters a call to the unit of this name, in which `whom` is to be asked for."""
        return self._filled(CALL, {"unit": unit, "by": self.clerk} | ({"whom": whom} if whom else {}))

    def lifting(self, pause: Pause) -> str | None:
        """The form that ends a pause before its time."""
        return self._filled(PAUSE, {"lift": pause.id, "by": self.clerk})

    def claim(self, waiting: Waiting, claiming: Claiming) -> str | None:
        """The form that decides about a mail of the queue."""
        filled: dict[str, Any] = {"mail": waiting.mail.id, "claiming": claiming.word, "by": self.clerk}
        # The number alone does not tell a clerk which mail the form is about, nor which address it asks about.
        about = say("，").join(filter(None, (waiting.mail.sender, waiting.mail.subject)))
        filled["note"] = say("来信：{about}", about=about)[:LONGEST_NOTE]
        if claiming is not Claiming.DISMISSED:
            filled["units"] = [waiting.unit.name] if waiting.unit else []
            # Of several none: what is filled in is submitted without a second look.
            filled["items"] = [label_of(item) for item in waiting.items] if len(waiting.items) == 1 else []
        return self._filled(CLAIM, filled)

    def begin(self, number: int) -> str | None:
        """The form that says yes to the list of that number."""
        return self._filled(BEGIN, {"number": number, "by": self.clerk})

    def _filled(self, name: str, parameters: Mapping[str, Any]) -> str | None:
        return filled_form(self.ids[name], parameters) if name in self.ids else None

    def _at(self, name: str, what: str) -> str | None:
        return _at(self.ids[name], what) if name in self.ids else None


def filled_form(deployment: str, parameters: Mapping[str, Any]) -> str:
    """The form of the deployment with this id, filled in."""
    words = quote(json.dumps(parameters, ensure_ascii=False, separators=(",", ":"), default=_iso), safe="")
    return _at(deployment, f"/run?parameters={words}")


def _iso(value: date) -> str:
    """A date or a moment, as the form has it."""
    return value.isoformat()


def _at(deployment: str, what: str) -> str:
    return f"/v2/deployments/deployment/{deployment}{what}"
