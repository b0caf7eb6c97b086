"""YAML that no office writes, nested or repeated without end: it costs a line, and no more work than it is long.

What is counted are the events that the parser is asked for and the lines of ours that Python goes through.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import yaml

from cuibao.errors import Faults
from cuibao.loading import faults as said_of
from cuibao.loading import load_units, sheet
from cuibao.loading.scalars import is_mailbox
from tests.faults.town import lay_out

LOADERS = [pytest.param(yaml.CBaseLoader, id="libyaml"), pytest.param(yaml.BaseLoader, id="PyYAML")]


def counting(loader: Any, events: list[Any]) -> Any:
    class Counting(loader):  # type: ignore[misc]
        def get_event(self) -> Any:
            events.append(super().get_event())
            return events[-1]

    return Counting


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("opening", ["[", "{", "{a: ", "- ", "? ", "[? ", "? [", "[{a: ", "!!seq [", "&a [", "{? "])
def test_it_refuses_what_is_nested_deeper_than_sense_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: Any, opening: str
) -> None:
    events: list[Any] = []
    monkeypatch.setattr(sheet, "_Loader", counting(loader, events))
    path = tmp_path / "units.yaml"
    path.write_text(f"\nunits:\n {opening * 100_000}", encoding="utf-8")
    (tmp_path / "groups.yaml").write_text("groups: []\n", encoding="utf-8")
    with pytest.raises(Faults) as refused:
        load_units(tmp_path)
    first = refused.value.lines[0]
    assert first == f"{path} 第 3 行：一层套一层太多，最多 20 层，应检查这里的方括号、花括号和横线"
    assert len(refused.value.lines) == 2  # and that there are no groups
    assert len(events) < 100


def test_it_reads_what_is_nested_as_deep_as_sense(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for depth, right in ((sheet.DEEPEST, True), (sheet.DEEPEST + 1, False)):
        path.write_text(f"a: {'[' * depth}{']' * depth}\n", encoding="utf-8")
        assert (sheet.read_sheet(path, []) is not None) is right


@pytest.mark.parametrize("opening", ['"', "'", "|\n", "> ", "#", "!", "%", "*a ", "--- ", "a: &a ", "- *a\n", "&a "])
def test_it_gets_to_the_end_of_whatever_is_repeated(tmp_path: Path, opening: str) -> None:
    (tmp_path / "units.yaml").write_text(opening * 100_000, encoding="utf-8")
    with pytest.raises(Faults, match=r"units\.yaml"):
        load_units(tmp_path)


def steps(do: Callable[[], object]) -> int:
    """How many lines of what reads the office's files Python goes through."""
    folder, count = str(Path(sheet.__file__).parent), 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if frame.f_code.co_filename.startswith(folder) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        do()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("field", ["id", "no", "name", "addresses"])
@pytest.mark.parametrize("alike", [pytest.param(2, id="in pairs"), pytest.param(10_000, id="all of them")])
def test_twice_the_units_that_are_doubled_are_twice_the_work(tmp_path: Path, field: str, alike: int) -> None:
    taken, length = [], []
    for units in (150, 300):
        contacts = lay_out(tmp_path / str(units), units) / "contacts"
        listed = yaml.load((contacts / "units.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
        for number, unit in enumerate(listed["units"]):
            unit[field] = listed["units"][number // alike * alike][field]
        (contacts / "units.yaml").write_text(yaml.safe_dump(listed, allow_unicode=True), encoding="utf-8")
        said: list[str] = []
        taken.append(steps(lambda: said.extend(complaints(contacts))))  # noqa: B023
        length.append(sum(map(len, said)))
    assert taken[1] < 2.1 * taken[0]
    assert length[1] < 2.2 * length[0] or field == "addresses"


def complaints(contacts: Path) -> tuple[str, ...]:
    try:
        load_units(contacts)
    except Faults as faults:
        return faults.lines
    return ()


def test_it_shows_the_beginning_of_what_is_long() -> None:
    assert said_of.shown("长" * 100_000) == f'现为 "{"长" * 200}…"'


def test_it_looks_at_no_more_of_a_mailbox_than_there_can_be() -> None:
    assert is_mailbox(f"{'a' * 64}@{'b' * 60}.cn")
    assert not is_mailbox(f"a@{'b' * 300}.cn")
    assert not is_mailbox(f"a@{'b' * 1_000_000}")  # which would take the square of it
