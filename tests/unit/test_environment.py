"""What recurs in letters is made once by a macro, and whatever could differ is not."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from markupsafe import Markup

from cuibao.rendering.environment import Pages, Recurring

# Says how often it was executed.
COUNTING = (
    "{% set seen = namespace(n=0) %}"
    "{% macro item(it) %}{% set seen.n = seen.n + 1 %}{{ it }}{{ seen.n }} {% endmacro %}"
)
USING = '{% import "parts.html.j2" as part %}'


@dataclass(frozen=True, slots=True)
class View(Recurring):
    """An item of a letter."""

    title: str

    def __str__(self) -> str:
        return self.title


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    (tmp_path / "parts.html.j2").write_text(COUNTING, encoding="utf-8")
    return Pages(tmp_path)


def said(pages: Pages, tmp_path: Path, text: str, name: str = "page.html.j2", **names: object) -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return pages.render(name, names).strip()


def test_a_macro_makes_what_recurs_once_over_all_letters(pages: Pages, tmp_path: Path) -> None:
    calls = USING + '{{ part.item(view) }}{{ part.item(it="x") }}'
    first = said(pages, tmp_path, calls, view=View("a"))
    assert first == said(pages, tmp_path, calls, view=View("a")) == "a1 x2"
    assert said(pages, tmp_path, calls, view=View("b")) == "b3 x2"


def test_what_is_escaped_already_is_not_taken_for_what_is_not(pages: Pages, tmp_path: Path) -> None:
    calls = USING + "{{ part.item(one) }}{{ part.item(other) }}"
    assert said(pages, tmp_path, calls, one="<", other=Markup("<")) == "&lt;1 <2"


def test_what_a_plain_macro_says_is_escaped_in_a_page(pages: Pages, tmp_path: Path) -> None:
    (tmp_path / "plain.txt.j2").write_text("{% macro m(a) %}{{ a }}{% endmacro %}", encoding="utf-8")
    calls = '{% from "plain.txt.j2" import m %}{{ m("<") ~ "&" }}{{ m(many) }}'
    assert said(pages, tmp_path, calls, "page.txt.j2", many=["<"]) == "<&['<']"
    assert said(pages, tmp_path, calls, many=["<"]) == "&lt;&amp;[&#39;&lt;&#39;]"


def test_a_macro_that_changes_what_it_is_given_is_executed_each_time(pages: Pages, tmp_path: Path) -> None:
    (tmp_path / "next.j2").write_text(
        "{% macro next(n) %}{% set n.n = n.n + 1 %}{{ n.n }}{% endmacro %}", encoding="utf-8"
    )
    calls = '{% from "next.j2" import next %}{% set n = namespace(n=0) %}{{ next(n) }}{{ next(n) }}'
    assert said(pages, tmp_path, calls) == "12"


def test_a_macro_of_the_letter_itself_sees_that_letter(pages: Pages, tmp_path: Path) -> None:
    calls = "{% macro who(greeting) %}{{ greeting }}{{ unit }}{% endmacro %}{{ who('致') }}"
    assert [said(pages, tmp_path, calls, unit=name) for name in ("甲", "乙")] == ["致甲", "致乙"]
