"""Which deployments there should be: those that prefect.yaml lists, and of its definitions one for each plan."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from cuibao.model import Campaign, Plan
from cuibao.said import plan_name
from cuibao.times import zone_name
from cuibao.tongue import catalogue, languages, say
from flows.pages.links import flow_name

FILE = "prefect.yaml"
# What bears it, in whatever language, was made here, of a plan, and is taken away here when that plan is no more.
MADE = "自动安装"
_VARIABLE = re.compile(r"\{\{\s*\$(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deployment as it should be. `schedules` and `triggers` are as prefect.yaml has them, without what a person may
    change: whether they are on."""

    entrypoint: str
    name: str
    description: str
    tags: tuple[str, ...]
    pool: str
    parameters: Mapping[str, Any]
    enforced: bool
    limit: int | None
    collision: str | None
    schedules: tuple[Mapping[str, Any], ...]
    triggers: tuple[Mapping[str, Any], ...]

    @property
    def version(self) -> str:
        """What it is at its newest: which description was installed, and whether each schedule was to be on."""
        told = json.dumps([self.description, self.entrypoint], ensure_ascii=False)
        on = "".join("01"[schedule["active"]] for schedule in self.schedules)
        return f"{hashlib.sha256(told.encode()).hexdigest()[:16]}.{on}"


def made() -> frozenset[str]:
    """The tag of what was made here, in every language."""
    return frozenset(str(catalogue(language).get(MADE, MADE)) for language in languages())


def read(checkout: Path) -> Mapping[str, Any]:
    """What prefect.yaml in `checkout` holds."""
    found: Mapping[str, Any] = yaml.safe_load((checkout / FILE).read_text(encoding="utf-8"))
    return found


def own(file: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[Wanted, ...]:
    """The program's own deployments; what a schedule asks of the environment is read from `environ`."""
    return tuple(_wanted(each, environ) for each in file["deployments"])


def of_plans(file: Mapping[str, Any], office: Campaign) -> tuple[Wanted, ...]:
    """A deployment for each plan of what the `office` runs, with its campaign's code in the name where two are called
    the same; and of several campaigns one for the board of each."""
    shared = Counter(_plainly(plan) for plan in office.plans)
    plans = [_of_plan(file, office.of(plan), plan, shared[_plainly(plan)] > 1) for plan in office.plans]
    boards = [_of_board(file, each) for each in office.each] if len(office.each) > 1 else []
    return (*plans, *boards)


def _plainly(plan: Plan) -> str:
    return plan_name(replace(plan, tag=""))


def _of_board(file: Mapping[str, Any], campaign: Campaign) -> Wanted:
    given = file["definitions"]["campaign"]
    named = {"name": f"{flow_name(given['name'])} {campaign.reference}", "parameters": {"campaign": campaign.folder}}
    return _wanted(given | named | {"tags": [*given["tags"], campaign.reference, MADE]}, {})


def _of_plan(file: Mapping[str, Any], campaign: Campaign, plan: Plan, shared: bool) -> Wanted:
    definitions = file["definitions"]
    name = f"{_plainly(plan)} {campaign.reference}" if shared else _plainly(plan)
    trigger = definitions["entered"] | {
        "name": say("{plan} 转阶段", plan=name),
        "match": {"prefect.resource.id": resource_of(campaign, plan)},
    }
    tags = [*definitions["plan"]["tags"], campaign.reference, MADE]
    given = definitions["plan"] | {"name": name, "tags": tags, "parameters": {"plan": plan.id}, "triggers": [trigger]}
    return _wanted(given, {})


def resource_of(campaign: Campaign, plan: Plan) -> str:
    """What the events of a plan are events of."""
    return f"cuibao.plan.{campaign.of(plan).folder}.{plan.own_id}"


def _wanted(given: Mapping[str, Any], environ: Mapping[str, str]) -> Wanted:
    limit = given.get("concurrency_limit") or {}
    return Wanted(
        entrypoint=given["entrypoint"],
        name=flow_name(given["name"]),
        # What prefect.yaml says is in the catalogues too.
        description=say(given.get("description", "")),
        tags=tuple(map(say, given.get("tags", ()))),
        pool=given["work_pool"]["name"],
        parameters=given.get("parameters", {}),
        enforced=given.get("enforce_parameter_schema", True),
        limit=limit.get("limit"),
        collision=limit.get("collision_strategy"),
        schedules=tuple(_schedules(given.get("schedules", ()), environ)),
        triggers=tuple(given.get("triggers", ())),
    )


def _schedules(given: Iterable[Mapping[str, Any]], environ: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    for number, schedule in enumerate(given):
        active = _VARIABLE.sub(lambda found: environ.get(found[1], ""), str(schedule.get("active", True)))
        usual = {"slug": f"schedule-{number}", "parameters": {}, **schedule}
        # By the office's clock, whatever prefect.yaml has for those who deploy by hand.
        yield usual | {"timezone": zone_name(), "active": active.lower() == "true"}
