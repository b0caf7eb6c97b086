"""The design's rows, read from the sources: who may import whom, and who alone may look at the clock."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("cuibao", "flows")
    for path in sorted((ROOT / folder).rglob("*.py"))
}

DESIGN = ROOT / "docs" / "design.md"
PICTURE = ROOT / "docs" / "images" / "architecture.dot"


def rows() -> dict[str, tuple[str, ...]]:
    """The table of rows in the design, top to bottom: what each is called, and the modules that stand in it."""
    _, _, table = DESIGN.read_text(encoding="utf-8").partition("| row | modules |")
    lines = (line.split("|")[1:3] for line in table.partition("\n\n")[0].splitlines()[2:])
    return {name.strip(): tuple(re.findall(r"`([^`]*)`", modules)) for name, modules in lines}


# A module imports from its own package and from lower rows.
ROWS = rows()
CLOCKS = {
    "datetime.datetime": {"now", "utcnow", "today"},
    "datetime.date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"},
    "pendulum": {"parse", "now", "today", "tomorrow", "yesterday"},
    "pendulum.DateTime": {"now", "utcnow", "today"},
    "pendulum.Date": {"today"},
    "email.utils": {"localtime", "formatdate", "make_msgid"},
}
ENVIRONMENT = {"os": {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}}
# One library, one adapter.
HOMES = {
    "sqlalchemy": "cuibao.ledger",
    "alembic": "cuibao.ledger",
    "jinja2": "cuibao.rendering",
    "yagmail": "cuibao.mailer",
    "imap_tools": "cuibao.mailbox",
    "yaml": "cuibao.loading",
    "openpyxl": "cuibao.spreadsheet",
    "python_calamine": "cuibao.spreadsheet",
    "ruamel": "cuibao.loading",
    "chinese_calendar": "cuibao.policy",
    "holidays": "cuibao.policy",
    "click": "cuibao.cli",
    "rich": "cuibao.cli",
    "dotenv": "cuibao.settings",
    "filelock": "cuibao.locks",
}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(SOURCES[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> tuple[str, ...]:
    """Every module that `module` imports, wherever in it: at the top, in a function, for types only."""
    return tuple(_imports(module))


def _imports(module: str) -> Iterator[str]:
    package = module if SOURCES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in SOURCES else base


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def homes(module: str) -> list[str]:
    """The design's names for where `module` lives; `cuibao` is the name of nothing but itself."""
    return [
        name
        for names in ROWS.values()
        for name in names
        if module == name or (name != "cuibao" and within(module, name))
    ]


def home(module: str) -> str:
    """The one name for where `module` lives."""
    (found,) = homes(module)
    return found


def row(module: str) -> str:
    (found,) = [title for title, names in ROWS.items() if home(module) in names]
    return found


def above(name: str, module: str) -> bool:
    """Whether `name` stands in a row above that of `module`."""
    return list(ROWS).index(row(name)) < list(ROWS).index(row(module))


def drawn() -> dict[str, list[str]]:
    """The modules in each row of the picture."""
    clusters = re.findall(r"subgraph cluster_(\w+) \{(.*?)\] \}\n", PICTURE.read_text(encoding="utf-8"), re.DOTALL)
    return {name: re.findall(r'"([\w.]+)" \[', nodes) for name, nodes in clusters}


def uses(module: str, forbidden: dict[str, set[str]]) -> list[str]:
    """Where `module` names one of the `forbidden` attributes, by whatever name it imported their owner."""
    names: dict[str, str] = {}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    banned = {f"{owner}.{name}" for owner, found in forbidden.items() for name in found}
    found = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Attribute | ast.Name):
            head, dot, rest = ast.unparse(node).partition(".")
            if names.get(head, head) + dot + rest in banned:
                found.append(f"{module}:{node.lineno} {ast.unparse(node)}")
    return found


ENGINE = [module for module in SOURCES if within(module, "cuibao")]


def importers(modules: Iterable[str], wrong: Callable[[str, str], bool]) -> list[str]:
    """The imports among those of `modules` that are `wrong`, each as “module imports name”."""
    return [f"{module} imports {name}" for module in modules for name in imports(module) if wrong(module, name)]


def test_the_sources_were_found() -> None:
    assert {"cuibao.office", "cuibao.service.letters.morning", "cuibao.ledger.ledger", "flows.morning"} <= set(SOURCES)


def test_every_module_stands_in_one_row_of_the_design() -> None:
    assert {module: homes(module) for module in SOURCES if len(homes(module)) != 1} == {}


def test_every_name_in_the_designs_rows_is_a_module() -> None:
    assert [name for names in ROWS.values() for name in names if name not in SOURCES] == []


def test_the_picture_has_the_rows_of_the_design() -> None:
    assert {title: {home(module) for module in modules} for title, modules in drawn().items()} == {
        title: set(names) for title, names in ROWS.items()
    }


def test_every_module_in_the_picture_exists() -> None:
    assert [module for modules in drawn().values() for module in modules if module not in SOURCES] == []


def test_the_picture_was_drawn_anew_after_its_last_change() -> None:
    source, image = (PICTURE.with_suffix(kind).read_text(encoding="utf-8") for kind in (".dot", ".svg"))
    shown = re.findall(r'class="node">\n<title>(.*?)</title>', image)
    nodes = (line for line in source.splitlines() if "->" not in line)
    assert sorted(shown) == sorted(name for line in nodes for name in re.findall(r'([\w.]+)"? \[label=', line))


def test_a_module_imports_only_downward() -> None:
    def upward(module: str, name: str) -> bool:
        ours = within(name, "cuibao") or within(name, "flows")
        return ours and home(name) != home(module) and above(name, module)

    assert importers(SOURCES, upward) == []


def test_an_adapter_imports_no_other_adapter() -> None:
    def sideways(module: str, name: str) -> bool:
        return within(name, "cuibao") and row(name) == row(module) == "adapters" and home(name) != home(module)

    assert importers(SOURCES, sideways) == []


def test_the_words_of_the_engine_import_their_tongue_and_time_zone_only() -> None:
    words = ["cuibao.model", "cuibao.incoming", "cuibao.errors", "cuibao.tongue", "cuibao.times"]
    beside = {"cuibao.tongue", "cuibao.times"}
    assert importers(words, lambda _, name: within(name, "cuibao") and name not in beside) == []


def test_what_is_said_everywhere_imports_the_model_its_tongue_and_the_time_zone_only() -> None:
    ours = {name for name in imports("cuibao.said") if within(name, "cuibao")}
    assert ours <= {"cuibao.model", "cuibao.times", "cuibao.tongue"}


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for module in SOURCES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_module_is_imported_in_a_circle() -> None:
    needs = {
        module: {name for name in imports(module) if name in SOURCES and name != module and not within(module, name)}
        for module in SOURCES
    }
    while free := [module for module, needed in needs.items() if not needed]:
        needs = {module: needed - set(free) for module, needed in needs.items() if module not in free}
    assert sorted(needs) == []


def test_the_engine_never_imports_prefect() -> None:
    assert importers(ENGINE, lambda _, name: within(name, "prefect")) == []


def test_nothing_imports_smtplib() -> None:
    assert importers(SOURCES, lambda _, name: within(name, "smtplib")) == []


def test_nothing_locks_by_a_call_that_other_systems_lack() -> None:
    assert importers(SOURCES, lambda _, name: name == "fcntl") == []


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_used_in_one_place_only(library: str) -> None:
    users = {home(module) for module in ENGINE if any(within(name, library) for name in imports(module))}
    assert users == {HOMES[library]}


def test_only_the_office_reads_the_clock() -> None:
    assert {use.partition(":")[0] for module in SOURCES for use in uses(module, CLOCKS)} == {"cuibao.office"}


def test_only_the_settings_read_the_environment() -> None:
    # A fork is told there by Prefect's worker what Prefect's engine is to do, as a new process would be.
    users = {"cuibao.settings", "flows.worker.forks"}
    assert {use.partition(":")[0] for module in SOURCES for use in uses(module, ENVIRONMENT)} == users


def test_no_flow_module_hides_a_module_of_the_standard_library_or_of_a_dependency() -> None:
    installed = set(importlib.metadata.packages_distributions()) - {"flows"}
    names = {path.stem for path in (ROOT / "flows").iterdir() if not path.name.startswith((".", "_"))}
    assert names & (installed | set(sys.stdlib_module_names)) == set()
