"""One YAML file as the office wrote it: its values as plain text, and the line on which each stands.

Scalars stay text. What YAML would guess (012 as octal, NO as false, 3336239 as a number) is read by the shapes in
`documents` instead, so that a phone number needs no quotes and a message can show what the file really says.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cuibao.loading.faults import Fault, Location, field_path

# The C parser is ten times faster, but a PyYAML built from source may lack it.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_WIDE_COLON = re.compile(r"\s*(- +)?[A-Za-z_]+\s*：")
_TAB = re.compile(r" *\t")
_TIGHT_COLON = re.compile(r"\s*(- +)?[A-Za-z_]+:[^\s/]")

# What libyaml and PyYAML say (a part of it), and what to tell the office.
_SYNTAX = (
    ("cannot start any token", "以 @、`、% 开头的内容要加引号"),
    ("unexpected end of stream", "引号没有成对，应补上后一个引号"),
    ("expected ',' or", "方括号或花括号没有成对，应补上后一半"),
    ("expected a single document", "一个文件里只能有一份内容，应删去中间的“---”"),
    ("undefined alias", "以 * 开头的内容要加引号"),
    ("expected alphabetic or numeric character", "以 * 或 & 开头的内容要加引号"),
    ("special characters are not allowed", "有看不见的控制字符，应删去后重新输入"),
    ("control characters are not allowed", "有看不见的控制字符，应删去后重新输入"),
)
_STARTS_WHERE_IT_WENT_WRONG = ("unexpected end of stream", "expected ',' or", "could not find expected ':'")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that is good YAML; `data` holds only dicts, lists, text and None."""

    path: Path
    root: yaml.Node
    data: Any

    def line(self, location: Location) -> int:
        """The line, from 1, of what stands at `location`, or of the innermost part that is there."""
        node, mark = self.root, self.root.start_mark
        for part in location:
            found = _child(node, part)
            if found is None:
                break
            node, mark = found
        return int(mark.line) + 1

    def at(self, location: Location) -> Any:
        """The value at `location`, or None where there is none."""
        value = self.data
        for part in location:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def fault(self, location: Location, said: str) -> Fault:
        """A mistake at `location` of this file."""
        return Fault(self.path, self.line(location), field_path(location), said)


def read_sheet(path: Path, faults: list[Fault]) -> Sheet | None:
    """The file at `path`; what keeps it from being read is added to `faults`, and there is then no sheet."""
    text = _read_text(path, faults)
    if text is None:
        return None
    loader = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        faults.append(_syntax_fault(path, text, error))
        return None
    finally:
        if loader is not None:
            loader.dispose()
    if root is None:
        faults.append(Fault(path, None, "", "是空文件，应写入内容（可从备份或样例复制）"))
        return None
    reader = _NodeReader(path, faults)
    data = reader.value(root, ())
    return Sheet(path, root, data) if reader.complete else None


def _read_text(path: Path, faults: list[Fault]) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        faults.append(Fault(path, None, "", "没有这个文件"))
        return None
    except OSError as error:
        faults.append(Fault(path, None, "", f"无法读取（{error.strerror}）"))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault(path, line, "", f"应为 UTF-8 编码，{_encoding_guess(raw)}；请另存为 UTF-8 编码"))
        return None


def _encoding_guess(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "现似为 UTF-16（记事本的“Unicode”）"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "现有无法识别的字节"
    return "现似为 GBK（记事本的“ANSI”）"


def _syntax_fault(path: Path, text: str, error: yaml.YAMLError) -> Fault:
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None)
    if any(part in said for part in _STARTS_WHERE_IT_WENT_WRONG) and getattr(error, "context_mark", None):
        mark = error.context_mark  # type: ignore[attr-defined]
    number = mark.line + 1 if mark else _line_of_unprintable(text)
    for culprit in (number, number - 1):
        slip = _usual_slip(text, culprit)
        if slip:
            return Fault(path, culprit, "", slip)
    for part, meaning in _SYNTAX:
        if part in said or part in context:
            return Fault(path, number, "", meaning)
    return Fault(path, number, "", "写法有误，请检查这一行和上一行的缩进、冒号和引号（冒号后要有一个空格）")


def _line_of_unprintable(text: str) -> int:
    # The two parsers give its place in bytes and in characters: looked up here instead.
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _usual_slip(text: str, number: int) -> str | None:
    """The usual slip on a line: a tab before it, a full-width colon, or no space after the colon."""
    lines = text.splitlines()
    line = lines[number - 1] if 1 <= number <= len(lines) else ""
    if _TAB.match(line):
        return "缩进只能用空格，不能用 Tab"
    if _WIDE_COLON.match(line):
        return "字段名后用了中文冒号“：”，应为英文冒号加一个空格“: ”"
    if _TIGHT_COLON.match(line):
        return "冒号后缺一个空格，应写作“字段: 值”"
    return None


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, Any] | None:
    """What stands at `part` of a node, and the mark where it begins (for a field, that of its name)."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value, key.start_mark
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark
    return None


class _NodeReader:
    """Nodes to plain values; adds to `faults` what YAML allows and these files do not.

    `complete` turns false where a value was lost; a field given twice is a mistake, but its first value stands.
    """

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self.seen: set[int] = set()
        self.complete = True

    def value(self, node: yaml.Node, location: Location) -> Any:
        """The value of `node`, which stands at `location`."""
        # An alias is the same node met again. Refusing them also ends the ones that contain themselves.
        if id(node) in self.seen:
            self._lost(node, location, "不用 YAML 的 & 和 * 引用，应把内容写全")
            return None
        self.seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            self._lost(node, location, f"以 ! 开头的内容要加引号，现为 {node.tag}")
        if isinstance(node, yaml.MappingNode):
            return self._fields(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*location, index)) for index, item in enumerate(node.value)]
        quoted = getattr(node, "style", None)
        return None if not quoted and node.value in _NOTHING else node.value

    def _fields(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        first_line: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._lost(key, location, "字段名应为文字")
                continue
            name = key.value
            if name in fields:
                self._fault(key, (*location, name), f"重复，第 {first_line[name]} 行已有，应只留一处")
                continue
            first_line[name] = key.start_mark.line + 1
            fields[name] = self.value(value, (*location, name))
        return fields

    def _lost(self, node: yaml.Node, location: Location, said: str) -> None:
        self.complete = False
        self._fault(node, location, said)

    def _fault(self, node: yaml.Node, location: Location, said: str) -> None:
        self.faults.append(Fault(self.path, node.start_mark.line + 1, field_path(location), said))
