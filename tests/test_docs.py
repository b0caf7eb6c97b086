"""What is written about the program, held against the program: what is added and not written down fails here."""

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from prefect import Flow

import cuibao
from bench.page import PAGE, kept
from bench.page import page as page_of
from cuibao.cli.program import COMMANDS, command
from cuibao.loading import load_campaign
from cuibao.model import Campaign
from cuibao.rendering.answers import AcknowledgementView
from cuibao.rendering.contacts import OfficeView
from cuibao.rendering.exports import ExportLetterView, ExportView
from cuibao.rendering.gates import GateLetterView
from cuibao.rendering.letters import REQUIRED
from cuibao.rendering.sheets import CallSheetView
from cuibao.rendering.views import LetterView
from cuibao.said import full_date
from cuibao.settings import CHECKOUT, read_settings
from cuibao.tongue import languages
from flows.install.wanted import of_plans
from flows.pages import links

READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted(
    path.relative_to(CHECKOUT).as_posix() for pattern in ("*.md", "[!.]*/**/*.md") for path in CHECKOUT.glob(pattern)
)
CAMPAIGN = load_campaign(CHECKOUT / "schedules" / "xinfeng-2022", CHECKOUT / "contacts")

CODE_SPAN = re.compile(r"`([^`\n]+)`")
CODE_LINE = re.compile(r"^    (\S.*)$", re.MULTILINE)
CELLS = re.compile(r"^\|(.*)\|$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"\bCUIBAO_[A-Z_]+\b")


def written(name: str) -> str:
    """The text of the file `name`."""
    return (CHECKOUT / name).read_text(encoding="utf-8")


def code(text: str) -> list[str]:
    """What `text` shows as code, in its lines and in blocks of its own."""
    return [*CODE_SPAN.findall(text), *CODE_LINE.findall(text)]


def rows(text: str) -> list[list[str]]:
    """The cells of every table in `text`, a list a row."""
    return [[cell.strip() for cell in line.split("|")] for line in CELLS.findall(text)]


# --- the commands ---


def commands() -> dict[str, click.Command]:
    """Every command by the words that call it; of a group, what is in it."""
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        inner = outer.commands if isinstance(outer := command(name), click.Group) else {}
        found |= {f"{name} {within}": each for within, each in inner.items()} or {name: outer}
    return found


def calls(shown: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Every call of the program in what is `shown` as code: the words before its options, and those."""
    for line in shown:
        for call in re.findall(r"(?:^|\s|/)cuibao ([a-z][^|;]*)", line):
            yield re.split(r" [-[…A-Z]", call)[0], re.findall(r"--[a-z-]+", call)


def called(words: str) -> str | None:
    """The command that `words` call; None where there is none."""
    return next((name for name in commands() if words == name or words.startswith(f"{name} ")), None)


@pytest.mark.parametrize("name", commands())
@pytest.mark.parametrize("page", READMES)
def test_every_command_stands_in_the_readmes_with_a_word_on_it(page: str, name: str) -> None:
    told = [words for call, words, *_ in rows(written(page)) if name in [called(w) for w, _ in calls(code(call))]]
    assert any(told), f"{page} 的命令表里没有 cuibao {name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_call_of_the_program_that_is_shown_is_one_that_it_takes(page: str) -> None:
    for words, options in calls(code(written(page))):
        name = called(words)
        if name is None and words in COMMANDS:
            continue
        assert name is not None, f"{page}: cuibao {words}"
        known = {spelled for param in commands()[name].params for spelled in param.opts} | {"--help"}
        assert set(options) <= known, f"{page}: cuibao {words}"


# --- the settings ---


def documented() -> set[str]:
    """The settings that the office's example names, each at the beginning of a line."""
    lines = (line.lstrip("#").partition("=") for line in written(".env.example").splitlines())
    return {name for name, equals, _ in lines if equals and SETTING.fullmatch(name)}


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    read: set[str] = set()
    # A server and an account: without these there is more that nobody looks at.
    given = {"CUIBAO_SMTP_HOST": "smtp.sina.com", "CUIBAO_IMAP_HOST": "imap.sina.com"}
    given |= {"CUIBAO_SMTP_USER": "xfxawb@sina.com", "CUIBAO_SMTP_PASSWORD": "授权码"}

    class Asked(dict[str, str]):
        def get(self, name: str, default: object = None) -> str | None:  # type: ignore[override]
            read.add(name)
            return given.get(name)

    read_settings(Asked())
    assert documented() == read


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CONTRIBUTING.md"])  # which has the tests' own
def test_every_setting_that_a_page_names_can_be_set(page: str) -> None:
    assert set(SETTING.findall(written(page))) - documented() == set()


# --- the templates ---

TEMPLATES = written("templates/README.zh-CN.md")
# What the templates of each folder are given, beside the office and the campaign.
VIEWS = {"letter": LetterView, "acknowledgement": AcknowledgementView, "gate": GateLetterView, "calls": CallSheetView}
VIEWS |= {"export": ExportView, "exported": ExportLetterView}
NAMES = {"letter": "letter", "acknowledgement": "letter", "gate": "letter", "calls": "sheet", "export": "board"}
NAMES |= {"exported": "letter"}


def sections() -> dict[str, str]:
    """The names listed for the templates of each folder, by that folder; for all of them by “”."""
    names = TEMPLATES.partition("## 可用的名称")[2].partition("\n## ")[0]
    parts = re.split(r"^### .*?(?:`(\w+)/`.*)?$", names, flags=re.MULTILINE)[1:]
    return {folder or "": text for folder, text in zip(parts[::2], parts[1::2], strict=True)}


def fields(view: type) -> set[str]:
    """The names of everything that can be reached from `view`."""
    found: set[str] = set()
    for name, kind in typing.get_type_hints(view).items():
        found.add(name)
        for inner in (kind, *typing.get_args(kind)):
            if dataclasses.is_dataclass(inner) and isinstance(inner, type):
                found |= fields(inner)
    return found


def listed(text: str) -> set[str]:
    """The names that `text` shows as code."""
    return {name for name in CODE_SPAN.findall(text) if name.isidentifier()}


def test_every_template_is_named() -> None:
    found = {path.relative_to(CHECKOUT / "templates") for path in (CHECKOUT / "templates").rglob("*.j2")}
    files = {path.as_posix() for path in found if path.parts[0] not in languages()}
    named = {name for name in CODE_SPAN.findall(TEMPLATES) if "/" in name and name.endswith(".j2")}
    assert named == files


def test_the_names_of_each_kind_of_template_are_listed() -> None:
    assert {name.partition("/")[0] for name in REQUIRED} == set(VIEWS) == set(sections()) - {""}


@pytest.mark.parametrize("folder", VIEWS)
def test_every_name_that_a_template_is_given_is_listed_and_every_listed_one_is_given(folder: str) -> None:
    assert listed(sections()[folder]) == fields(VIEWS[folder]) | {NAMES[folder]}


def test_the_names_that_all_templates_are_given_are_listed() -> None:
    given = {"office", "campaign"} | fields(OfficeView)
    assert given <= listed(sections()[""]) <= given | {field.name for field in dataclasses.fields(Campaign)}


# --- the rhythm ---


def rhythm(campaign: Campaign) -> list[list[str]]:
    """When a unit of `campaign` is written to, and about what, by its settings."""
    policy = campaign.policy
    before, monthly, after = (
        "、".join(map(str, days)) for days in (policy.advance, policy.advance_monthly, policy.overdue)
    )
    full = f"{policy.letters_in_days} 天内（含当天）已有 {policy.letters_at_most} 封的，顺延到有空的一天"
    return [
        ["通知印发、每个阶段开始", "报送通知：本阶段事项、全年一览表、可导入手机的日历"],
        [f"期限前第 {before} 个工作日（每月的事项只有 {monthly}）", f"近期到期；{full}"],
        ["期限当天；逢休息日，提前到此前最后一个工作日", "今日到期；提前的列在近期到期，注明逢休息日"],
        [f"期限后第 {after} 个工作日，以后每周一次（该单位的催报日）", f"逾期清单，全部欠报在一起；{full}"],
        [
            f"一项的第 {policy.escalate_from} 封逾期信起",
            f"该项列为督办，抄送分管领导，{policy.copy_in_days} 天内最多一次",
        ],
        [f"{full_date(campaign.chase_until)}以后", "不再发信"],
    ]


@pytest.mark.parametrize("page", ["README.zh-CN.md", "docs/policy.md"])
def test_the_rhythm_is_told_as_it_is_set(page: str) -> None:
    table = rows(written(page).partition("| 时间 | 内容 |")[2].partition("\n\n")[0])
    assert table[1:] == rhythm(CAMPAIGN)


# --- what Prefect runs ---

DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load(written("prefect.yaml"))["deployments"]


def flow_of(deployment: Mapping[str, Any]) -> Flow[..., Any]:
    """The flow that `deployment` starts."""
    path, _, name = deployment["entrypoint"].partition(":")
    found = getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)
    assert isinstance(found, Flow)
    return found


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: str(each["name"]))
def test_what_a_deployment_hands_over_its_flow_takes(deployment: dict[str, Any]) -> None:
    given = [deployment, *deployment.get("schedules", []), *deployment.get("triggers", [])]
    names = {name for each in given for name in each.get("parameters", {})}
    assert names <= set(inspect.signature(flow_of(deployment)).parameters)


def test_each_plan_has_its_deployment_which_begins_when_a_phase_does() -> None:
    deployed = {
        (each.name, each.parameters["plan"]): [trigger["match"] for trigger in each.triggers]
        for each in of_plans(yaml.safe_load(written("prefect.yaml")), CAMPAIGN)
    }
    assert deployed == {
        (f"方案{plan.no} {plan.short}", plan.id): [{"prefect.resource.id": f"cuibao.plan.{CAMPAIGN.id}.{plan.id}"}]
        for plan in CAMPAIGN.plans
    }


def test_what_the_trigger_of_a_plan_hands_over_its_flow_takes() -> None:
    definitions = yaml.safe_load(written("prefect.yaml"))["definitions"]
    names = {"plan", *definitions["entered"]["parameters"]}
    assert names <= set(inspect.signature(flow_of(definitions["plan"])).parameters)


def test_every_deployment_that_the_code_names_is_there() -> None:
    deployed = {f"{flow_of(each).name}/{each['name']}" for each in DEPLOYMENTS}
    flows = "|".join({name.partition("/")[0] for name in deployed})
    sources = [path for folder in ("cuibao", "flows") for path in (CHECKOUT / folder).rglob("*.py")]
    named = {
        name for path in sources for name in re.findall(rf'"((?:{flows})/[^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert named
    assert named - deployed == set()


def test_every_deployment_has_its_name_in_the_code() -> None:
    deployed = {each["name"] for each in DEPLOYMENTS}
    assert {name for constant, name in vars(links).items() if constant.isupper() and isinstance(name, str)} == deployed


@pytest.mark.parametrize("name", [each["name"] for each in DEPLOYMENTS if "plan" not in each.get("parameters", {})])
def test_every_form_and_page_is_explained_to_the_clerk(name: str) -> None:
    assert name in written("README.zh-CN.md")


# --- links, files, commands of make ---


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    targets = {link.partition("#")[0] for link in LINK.findall(written(page)) if "://" not in link} - {""}
    folder = (CHECKOUT / page).parent
    assert {target for target in targets if not (folder / target).exists()} == set()


def test_every_picture_is_shown_somewhere() -> None:
    pictures = {path.name for path in (CHECKOUT / "docs" / "images").iterdir() if path.suffix in (".png", ".svg")}
    assert pictures == {Path(link).name for page in PAGES for link in LINK.findall(written(page)) if "images/" in link}


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/design.md"])
def test_every_file_that_the_programmers_pages_name_is_there(page: str) -> None:
    tops = {path.name for path in CHECKOUT.iterdir()}
    paths = (name for name in CODE_SPAN.findall(written(page)) if " " not in name)
    named = {name for name in paths if name.partition("/")[0] in tops or name.endswith("/")}
    assert named
    assert {name for name in named if not list(CHECKOUT.glob(name.rstrip("/")))} == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_target_of_make_that_is_shown_is_there(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", written("Makefile"), re.MULTILINE))
    shown = {target for line in code(written(page)) for target in re.findall(r"(?:^|\s)make ([a-z]+)", line)}
    assert shown - targets == set()


def test_every_target_of_make_is_shown_to_programmers() -> None:
    targets = set(re.findall(r"^([a-z]+):", written("Makefile"), re.MULTILINE)) - {"clean"}
    assert {target for target in targets if f"make {target}" not in written("CONTRIBUTING.md")} == set()


# --- the version ---

SECTIONS = re.findall(r"^## (.*)$", written("CHANGELOG.md"), re.MULTILINE)


def test_the_newest_release_in_the_changelog_is_this_version() -> None:
    unreleased, newest, *_ = SECTIONS
    assert unreleased == "Unreleased"
    assert newest.partition(" ")[0] == cuibao.__version__


def test_every_release_in_the_changelog_has_its_day_newest_first() -> None:
    days = [date.fromisoformat(section.partition(" ")[2].strip("()")) for section in SECTIONS[1:]]
    assert days == sorted(days, reverse=True)


def test_the_page_of_figures_says_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of(kept())
