"""The catalogues: whatever the program says has its words in each language, and no catalogue has more than that."""

import ast
import importlib
import pkgutil
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import cuibao
import flows
from cuibao import said
from cuibao.model import Term
from cuibao.policy.intervals import KINDS
from cuibao.settings import CHECKOUT
from cuibao.tongue import CHINESE, TONGUES, catalogue, languages, speak
from flows.install.wanted import MADE
from tests.lakeview import FOREIGN

OTHERS = [language for language in languages() if language != CHINESE]
SOURCES = sorted(path for folder in ("cuibao", "flows") for path in (CHECKOUT / folder).rglob("*.py"))
# What a term is called is looked at by itself, and what is said of deployments are words of prefect.yaml.
NO_LITERALS = {CHECKOUT / "cuibao" / "model.py", CHECKOUT / "flows" / "install" / "wanted.py"}
PREFECT = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Saying:
    """A place where something is said: its Chinese, and the values that it is given; None where they are unpacked."""

    place: str
    text: str
    given: frozenset[str] | None


def sayings() -> Iterator[Saying]:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if not re.search(r"from cuibao\.tongue import [^\n]*\bsay\b", text):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                place = f"{path.relative_to(CHECKOUT)}:{node.lineno}"
                (literal,) = node.args
                if path in NO_LITERALS and not isinstance(literal, ast.Constant):
                    continue
                assert isinstance(literal, ast.Constant), f"{place}: no literal"
                given = [each.arg for each in node.keywords]
                yield Saying(place, str(literal.value), None if None in given else frozenset(filter(None, given)))


SAYINGS = tuple(sayings())


def terms() -> Iterator[Term]:
    """Every word of every glossary, wherever it is defined."""
    for package in (cuibao, flows):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name and "__main__" not in found.name:
                importlib.import_module(found.name)
    classes = list(Term.__subclasses__())
    while classes:
        one = classes.pop()
        classes += one.__subclasses__()
        yield from one


def of_deployments() -> set[str]:
    """What the deployments are described as and tagged with, and whatever else of prefect.yaml is a text."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                yield from texts(each)

    return {*texts(PREFECT), MADE}


def places(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def forms(language: str, text: str) -> list[str]:
    translation = catalogue(language)[text]
    return [translation] if isinstance(translation, str) else list(translation.values())


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_is_said_has_its_words(language: str) -> None:
    known = catalogue(language)
    missing = [f"{each.place}: {each.text}" for each in SAYINGS if each.text not in known]
    missing += [f"{type(each).__name__}.{each.name}: {each.zh}" for each in terms() if each.zh not in known]
    assert not missing


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_has_what_nobody_says(language: str) -> None:
    said_somewhere = {each.text for each in SAYINGS} | {each.zh for each in terms()} | of_deployments()
    assert set(catalogue(language)) <= said_somewhere


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_stands_in_two_files(language: str) -> None:
    files = sorted((TONGUES / language).glob("*.toml"))
    found = Counter(text for file in files for text in tomllib.loads(file.read_text(encoding="utf-8")))
    assert [text for text, times in found.items() if times > 1] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_names_no_place_that_nothing_fills(language: str) -> None:
    for each in SAYINGS:
        if each.given is None:
            continue
        assert places(each.text) <= each.given, each.place
        for form in forms(language, each.text):
            assert places(form) <= each.given, f"{each.place}: {form}"


@pytest.mark.parametrize("language", OTHERS)
def test_what_has_two_forms_is_given_a_count(language: str) -> None:
    for each in SAYINGS:
        translation = catalogue(language)[each.text]
        if not isinstance(translation, str):
            assert set(translation) == {"one", "other"}, each.place
            assert each.given is None or "count" in each.given, each.place


def test_english_has_no_chinese_character_and_no_mark_of_its_width() -> None:
    assert [form for text in catalogue("en") for form in forms("en", text) if FOREIGN.search(form)] == []


def test_no_module_asks_which_language_it_is() -> None:
    asked = re.compile(r"\.language\s*[!=]=|spoken\(\)\s*[!=]=|[!=]=\s*spoken\(\)")
    assert [path for path in SOURCES if asked.search(path.read_text(encoding="utf-8"))] == []


def test_the_templates_of_each_language_are_all_there() -> None:
    from cuibao.rendering.letters import REQUIRED

    for language in OTHERS:
        folder = CHECKOUT / "templates" / language
        assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.j2")} >= REQUIRED


def test_english_dates_are_those_of_an_american_office() -> None:
    from datetime import date, datetime, time, timedelta, timezone

    speak("en")
    day, today = date(2026, 4, 25), date(2026, 4, 1)
    assert said.month_day(day) == "April 25"
    assert said.full_date(day) == "April 25, 2026"
    assert said.spelled_out(day, today) == "Saturday, April 25"
    assert said.spelled_out(day, date(2025, 1, 1)) == "Saturday, April 25, 2026"
    assert said.stretch(date(2026, 8, 3), date(2027, 6, 30)) == "August 3, 2026 to June 30, 2027"
    assert [said.hour(time(at)) for at in (0, 8, 12, 17)] == ["12 a.m.", "8 a.m.", "12 noon", "5 p.m."]
    assert said.hour(time(12, 30)) == "12:30 p.m."
    assert said.full_moment(datetime(2026, 4, 25, 8, 5, tzinfo=timezone(timedelta(hours=8)))) == (
        "April 25, 2026, 8:05 a.m."
    )
    assert [said.nth(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 30)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "30th"]
    )
    assert said.both(["A", "B", "C"]) == "A, B and C"


def test_english_names_of_periods() -> None:
    from datetime import date

    speak("en")
    day = date(2026, 2, 25)
    assert [kind.label(kind.holding(day)) for kind in KINDS.values()] == [
        "February 25",
        "February 23 to March 1",
        "February 21–28",
        "February",
        "January–March",
        "January–June",
        "2026",
    ]


def test_a_file_of_templates_is_named_with_its_language(tmp_path: Path) -> None:
    from cuibao.rendering import Templates
    from cuibao.spreadsheet import sheet

    folder = tmp_path / "templates"
    (folder / "en" / "letter").mkdir(parents=True)
    (folder / "en" / "letter" / "subject.txt.j2").write_text("{% if", encoding="utf-8")
    chinese = Templates(folder, sheet).check()
    assert not any("en/" in line for line in chinese)
    speak("en")
    english = Templates(folder, sheet).check()
    assert any(line.startswith("templates/en/letter/subject.txt.j2 第1行") for line in english)
    assert any(line.startswith("templates/en/gate/body.txt.j2：缺少") for line in english)
