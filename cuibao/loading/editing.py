"""units.yaml changed in place: only the changed values are cut out and put in, every other byte stays.

ruamel.yaml says where each value stands. Its dump would keep comments too, but lay out anew what the office laid out
by hand.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from cuibao.errors import Contradiction
from cuibao.files import write_whole
from cuibao.loading.directory import UNITS_FILE
from cuibao.loading.documents import PersonEntry, UnitEntry
from cuibao.locks import alone

BOM = "\ufeff"
CHANGED_MEANWHILE = "通讯录刚刚被别人改过，本次没有写入。请重新导入或重新填写。"
UNUSUAL = f"{UNITS_FILE} 里有程序改不了的写法，本次没有写入。请用记事本直接改这个文件。"

# Where a value stands in a unit's entry: ("addresses",), ("liaison", "phone").
Place: TypeAlias = tuple[str, ...]
# What to write of one unit: texts, and for addresses a list.
Changed: TypeAlias = Mapping[Place, str | Sequence[str]]
_Value: TypeAlias = "str | Sequence[str] | Mapping[str, _Value]"

_UNIT_ORDER = tuple(UnitEntry.fields)
_PERSON_ORDER = tuple(PersonEntry.fields)
_PLAIN = re.compile(r"[\w+](?:[\w .@+%/()（）·、，。-]*[\w.)）。%])?")
_NOTHING = frozenset({"~", "null"})


def edited(raw: bytes, changes: Mapping[str, Changed]) -> bytes:
    """units.yaml `raw` with the `changes` of each unit, by its id. Raises Contradiction if it cannot be read."""
    text = raw.decode("utf-8")
    mark = BOM if text.startswith(BOM) else ""
    page = _Page(text.removeprefix(BOM))
    for unit, changed in changes.items():
        page.change(unit, changed)
    return (mark + page.result()).encode("utf-8")


def replace_units(path: Path, was: bytes, becomes: bytes) -> None:
    """Put `becomes` in place of the file at `path`. Raises Contradiction where it no longer holds `was`."""
    path = path.resolve()  # a link stays a link
    try:
        with alone(path.with_name(f".{path.name}.lock")):
            if path.read_bytes() != was:
                raise Contradiction(CHANGED_MEANWHILE)
            mode = path.stat().st_mode
            write_whole(path, becomes)
            path.chmod(mode)
    except OSError as trouble:
        raise Contradiction(f"{path}：写不进去（{trouble.strerror}）") from None


class _Page:
    """The text, where everything stands in it, and what is to be cut out and put in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._cuts: list[tuple[int, int, str]] = []
        try:
            listed = _pairs(YAML().compose(text))["units"][1]
        except YAMLError:  # PyYAML, by which all is read, takes a little more
            raise Contradiction(UNUSUAL) from None
        entries = [entry for entry in listed.value if isinstance(entry, MappingNode)]
        self._entries = {_pairs(entry)["id"][1].value: entry for entry in entries}

    def change(self, unit: str, changed: Changed) -> None:
        """Set what has `changed` of the unit with this id."""
        self._set_fields(self._entries[unit], _nested(changed), _UNIT_ORDER)

    def result(self) -> str:
        """The text with every change in it."""
        parts, at = [], 0
        # The sort is stable: what is put in at one place keeps its order.
        for start, end, new in sorted(self._cuts, key=lambda cut: cut[0]):
            parts += [self._text[at:start], new]
            at = end
        return "".join([*parts, self._text[at:]])

    def _set_fields(self, node: MappingNode, fields: Mapping[str, _Value], order: Sequence[str]) -> None:
        there = _pairs(node)
        if not there:
            inner = ", ".join(f"{key}: {_flow(fields[key])}" for key in order if key in fields)
            self._cut(node.start_mark.index + 1, node.end_mark.index - 1, inner)
            return
        for position, key in enumerate(order):
            if key not in fields:
                continue
            if key in there:
                self._set_value(*there[key], fields[key])
            else:
                before = [there[name] for name in order[:position] if name in there]
                self._put_in(node, before[-1] if before else None, f"{key}: {_flow(fields[key])}")

    def _put_in(self, node: MappingNode, after: "tuple[Node, Node] | None", field: str) -> None:
        """A new `field` of `node`, after the one that precedes it in the usual order, else before all."""
        indent = self._newline + " " * node.value[0][0].start_mark.column
        first = node.value[0][0].start_mark.index
        if after is None:
            self._cut(first, first, f"{field}, " if node.flow_style else f"{field}{indent}")
            return
        end = self._end_of(*after)
        if node.flow_style:
            # PyYAML takes a comma that follows the colon of an empty value for a part of the name.
            self._cut(end, end, f"{' ' if self._is_empty(after[1]) else ''}, {field}")
        else:
            self._cut(self._end_of_line(end), None, f"{indent}{field}")

    def _set_value(self, key: Node, node: Node, value: _Value) -> None:
        if isinstance(node, MappingNode) and isinstance(value, Mapping):
            self._set_fields(node, value, _PERSON_ORDER)
        elif isinstance(node, SequenceNode) and not isinstance(value, str | Mapping):
            self._set_items(node, value)
        elif self._is_empty(node):
            colon = self._after_colon(key)
            self._cut(colon, None, f"{'' if self._text[colon - 1] == ':' else ':'} {_flow(value)}")
        else:
            old = self._text[node.start_mark.index : node.end_mark.index]
            new = _scalar(value, getattr(node, "style", None)) if isinstance(value, str) else _flow(value)
            self._cut(node.start_mark.index, node.start_mark.index + len(old.rstrip()), new)

    def _set_items(self, node: SequenceNode, items: Sequence[str]) -> None:
        """The list with `items`: those that it has already stay where they are, with their comments."""
        there: list[Any] = node.value
        if not there:
            self._cut(node.start_mark.index + 1, node.end_mark.index - 1, ", ".join(map(_scalar, items)))
            return
        for old, new in zip(there, items, strict=False):
            if old.value != new:
                self._cut(old.start_mark.index, old.end_mark.index, _scalar(new, old.style))
        last = there[min(len(there), len(items)) - 1].end_mark.index
        if node.flow_style:
            self._cut(last, there[-1].end_mark.index, "".join(f", {_scalar(new)}" for new in items[len(there) :]))
            return
        dash = self._newline + self._text[: there[0].start_mark.index].rpartition("\n")[2]
        added = "".join(f"{dash}{_scalar(new)}" for new in items[len(there) :])
        self._cut(self._end_of_line(last), self._end_of_line(there[-1].end_mark.index), added)

    def _cut(self, start: int, end: int | None, new: str) -> None:
        self._cuts.append((start, start if end is None else end, new))

    def _is_empty(self, node: Node) -> bool:
        return bool(node.start_mark.index == node.end_mark.index)

    def _after_colon(self, key: Node) -> int:
        """Where the value of `key` may begin that has none: an empty value is said to stand at what comes next."""
        end = int(key.end_mark.index)
        colon = re.compile(r"[ \t]*:").match(self._text, end)
        return colon.end() if colon else end

    def _end_of(self, key: Node, node: Node) -> int:
        """Where a field's text ends; a block ends with the last thing in it, and not at what comes next."""
        if self._is_empty(node):
            return self._after_colon(key)
        if isinstance(node, MappingNode) and not node.flow_style:
            return self._end_of(*node.value[-1])
        if isinstance(node, SequenceNode) and not node.flow_style:
            return self._end_of(node.value[-1], node.value[-1])
        held = self._text[node.start_mark.index : node.end_mark.index]
        return int(node.start_mark.index) + len(held.rstrip())

    def _end_of_line(self, at: int) -> int:
        found = re.compile(r"\r?\n|\Z").search(self._text, at)
        assert found is not None
        return found.start()


def _nested(changed: Changed) -> dict[str, _Value]:
    """The changes of one unit as its entry nests them."""
    fields: dict[str, _Value] = {}
    persons: dict[str, dict[str, _Value]] = {}
    for (key, *within), value in changed.items():
        if within:
            persons.setdefault(key, {})[within[0]] = value
        else:
            fields[key] = value
    return {**fields, **persons}


def _pairs(node: Any) -> dict[str, tuple[Any, Any]]:
    """The key's and the value's node of each field."""
    return {key.value: (key, value) for key, value in node.value}


def _flow(value: _Value) -> str:
    """`value` as it is written on one line."""
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(value[key])}" for key in _PERSON_ORDER if key in value) + "}"
    return f"[{', '.join(map(_scalar, value))}]"


def _scalar(text: str, style: str | None = None) -> str:
    """`text` in quotes where the old value had some, or where YAML would take it for something else."""
    if style == '"':
        return json.dumps(text, ensure_ascii=False)
    plain = style != "'" and _PLAIN.fullmatch(text) and text.lower() not in _NOTHING
    return text if plain else f"""'{text.replace("'", "''")}'"""
