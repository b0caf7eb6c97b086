"""One YAML file as the office wrote it: its values as plain text, and the line on which each stands.

Scalars stay text. What YAML would guess (012 as octal, NO as false, 3336239 as a number) is read by the shapes in
`documents` instead, so that a phone number needs no quotes and a message can show what the file really says.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cuibao.loading.faults import Fault, Location, field_path

# The C parser is ten times faster, but a PyYAML built from source may lack it.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))})
_WIDE_COLON = re.compile(r"\s*(- +)?[A-Za-z_]+\s*：")
_TAB = re.compile(r" *\t")
_WIDE_IN_GROUP = re.compile(r"[^\[{]*[\[{][^\"'#]*[，：]")
_TIGHT_COLON = re.compile(r"\s*(- +)?[A-Za-z_]+:[^\s/]")

# How deep the office's files are nested is less than half of this. What is read of a file that goes deeper is no more
# than a line: libyaml takes the square of the depth, and whoever follows it a frame of the stack a level.
DEEPEST = 20
TOO_DEEP = "nested too deep"

# What libyaml and PyYAML say (a part of it), and what to tell the office.
_SYNTAX = (
    ("cannot start any token", "以 @、`、% 开头的内容要加引号"),
    ("unexpected end of stream", "引号没有成对，应补上后一个引号"),
    ("expected ',' or", "方括号或花括号没有成对，应补上后一半"),
    (TOO_DEEP, f"一层套一层太多，最多 {DEEPEST} 层，应检查这里的方括号、花括号和横线"),
    ("expected a single document", "一个文件里只能有一份内容，应删去中间的“---”"),
    ("undefined alias", "以 * 开头的内容要加引号"),
    ("expected alphabetic or numeric character", "以 * 或 & 开头的内容要加引号"),
    ("special characters are not allowed", "有看不见的控制字符，应删去后重新输入"),
    ("control characters are not allowed", "有看不见的控制字符，应删去后重新输入"),
)
_STARTS_WHERE_IT_WENT_WRONG = ("unexpected end of stream", "expected ',' or", "could not find expected ':'")


# The line of a value, counted from 1 (of a field, that of its name), with those of what is in it.
Lines: TypeAlias = int | tuple[int, dict[str, "Lines"] | list["Lines"]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that is good YAML; `data` holds only dicts, lists, text and None."""

    path: Path
    data: Any
    lines: Lines

    def line(self, location: Location) -> int:
        """The line, from 1, of what stands at `location`, or of the innermost part that is there."""
        lines: Any = self.lines
        for part in location:
            try:
                lines = lines[1][part]
            except (KeyError, IndexError, TypeError):
                break
        return _first(lines)

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
        reader = _SheetReader(path, loader)
        read = reader.document()
    except yaml.YAMLError as error:
        faults.append(_syntax_fault(path, text, error))
        return None
    finally:
        if loader is not None:
            loader.dispose()
    if read is None:
        faults.append(Fault(path, None, "", "是空文件，应写入内容（可从备份或样例复制）"))
        return None
    faults += reader.faults
    return Sheet(path, *read) if reader.complete else None


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
    if _WIDE_IN_GROUP.match(line) and line.count("{") == line.count("}") and line.count("[") == line.count("]"):
        return "方括号、花括号里用了中文的逗号或冒号，应为英文的加一个空格（“, ”和“: ”）"
    return None


class _SheetReader:
    """The events of a parser to plain values and their lines; `faults` are what YAML allows and these files do not.

    PyYAML would first make nodes of them, which take ten times the room and know nothing more. `complete` turns false
    where a value was lost; a field given twice is a mistake, but its first value stands.
    """

    def __init__(self, path: Path, loader: Any) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.complete = True
        self._next = loader.get_event
        self._anchors: set[str] = set()

    def document(self) -> tuple[Any, Lines] | None:
        """The only document of the stream; None where it is empty. Raises YAMLError."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        event = self._next()
        read = self._value(event, (), _line(event))
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _broken("expected a single document", event)
        return read

    def _value(self, event: Any, location: Location, line: int) -> tuple[Any, Lines]:
        """What begins with `event` at `location`; it is told by `line`."""
        if isinstance(event, yaml.AliasEvent):
            self._require_anchor(event)
            self._lost(event, location, "不用 YAML 的 & 和 * 引用，应把内容写全")
            return None, line
        self._anchors.add(event.anchor)
        if event.tag not in _PLAIN_TAGS:
            self._lost(event, location, f"以 ! 开头的内容要加引号，现为 {event.tag}")
        if isinstance(event, yaml.CollectionStartEvent):
            _require_shallow(event, len(location))
        if isinstance(event, yaml.MappingStartEvent):
            return self._fields(location, line)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(location, line)
        return None if not event.style and event.value in _NOTHING else event.value, line

    def _items(self, location: Location, line: int) -> tuple[Any, Lines]:
        items: list[Any] = []
        lines: list[Lines] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            value, within = self._value(event, (*location, len(items)), _line(event))
            items.append(value)
            lines.append(within)
        return items, (line, lines)

    def _fields(self, location: Location, line: int) -> tuple[Any, Lines]:
        fields: dict[str, Any] = {}
        lines: dict[str, Lines] = {}
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            name = key.value if isinstance(key, yaml.ScalarEvent) else None
            if name is None:
                self._require_anchor(key)
                self._lost(key, location, "字段名应为文字")
                self._pass_over(key, location)
            elif name in fields:
                self._fault(key, (*location, name), f"重复，第 {_first(lines[name])} 行已有，应只留一处")
            else:
                fields[name], lines[name] = self._value(self._next(), (*location, name), _line(key))
                continue
            self._pass_over(self._next(), location)
        return fields, (line, lines)

    def _require_anchor(self, event: Any) -> None:
        """An alias of nothing is no alias: somebody wrote a star. Raises YAMLError."""
        if isinstance(event, yaml.AliasEvent) and event.anchor not in self._anchors:
            raise _broken("undefined alias", event)

    def _pass_over(self, event: Any, location: Location) -> None:
        """Read to the end of what begins with `event` within what is at `location`."""
        depth = 0
        while True:
            _require_shallow(event, len(location) + depth)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if not depth:
                return
            event = self._next()

    def _lost(self, event: Any, location: Location, said: str) -> None:
        self.complete = False
        self._fault(event, location, said)

    def _fault(self, event: Any, location: Location, said: str) -> None:
        self.faults.append(Fault(self.path, _line(event), field_path(location), said))


def _require_shallow(event: Any, depth: int) -> None:
    """Raises YAMLError where `event` begins something at a `depth` that no file of an office has."""
    if depth > DEEPEST:
        raise _broken(TOO_DEEP, event)


def _broken(said: str, event: Any) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=said, problem_mark=event.start_mark)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _first(lines: Lines) -> int:
    return lines if isinstance(lines, int) else lines[0]
