"""What is wrong in a file, as one Chinese line: where it is, what would be right, what is there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cuibao.loading.documents import DUE_TAGS, MISUSE

Location = tuple[str | int, ...]

GROUP_OF_FIELDS = "应为一组“字段: 值”"
EXPECTED = {
    "string_type": "应为文字",
    "string_too_short": "应为文字",
    "tuple_type": "应为列表，每行一项、以“- ”开头",
    "model_type": GROUP_OF_FIELDS,
    "too_short": "至少应有一项",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: `field` is a path such as requirements[1].due.day (counted from 0), `line` counts from 1."""

    path: Path
    line: int | None
    field: str
    said: str

    def __str__(self) -> str:
        place = "，".join(part for part in (f"第 {self.line} 行" if self.line else "", self.field) if part)
        joint = " " if self.line else "，"
        return f"{self.path}{joint}{place}：{self.said}" if place else f"{self.path}：{self.said}"


def field_path(location: Location) -> str:
    """`("requirements", 1, "due")` as `requirements[1].due`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def shown(value: object) -> str:
    """What a file holds, for the end of a message."""
    if value is None or value == "":
        return "现为空"
    if isinstance(value, Mapping):
        return "现为一组字段"
    if isinstance(value, list | tuple):
        return "现为列表" if value else "现为空列表"
    return f'现为 "{value}"'


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None where none is alike."""
    return next(iter(get_close_matches(word, list(known), n=1)), None)


def translate(error: ValidationError, shape: type[BaseModel]) -> Iterator[tuple[Location, str]]:
    """Each mistake that pydantic found in a document of `shape`: where, and what to say about it.

    A misspelt field is said once: the field that it should have been is then not reported as missing too.
    """
    details = error.errors(include_url=False)
    meant = dict(_misspellings(details, shape))
    excused = {(*location[:-1], right) for location, right in meant.items() if right}
    for detail in details:
        location = _location(detail)
        if detail["type"] == "missing":
            if location not in excused:
                yield location, "缺少这一项"
        elif detail["type"] == "extra_forbidden":
            hint = meant[location]
            yield location, f"没有这个字段，是否应为 {hint}" if hint else "没有这个字段"
        else:
            yield location, f"{_expected(detail)}，{shown(detail['input'])}"


def _misspellings(details: list[ErrorDetails], shape: type[BaseModel]) -> Iterator[tuple[Location, str | None]]:
    for detail in details:
        if detail["type"] == "extra_forbidden":
            location = _location(detail)
            yield location, nearest(str(location[-1]), _fields_at(shape, location[:-1]))


def _location(detail: ErrorDetails) -> Location:
    """Where the mistake is in the file: pydantic's location without the names of a union's branches."""
    return tuple(part for part in detail["loc"] if part not in DUE_TAGS)


def _expected(detail: ErrorDetails) -> str:
    if detail["type"] == MISUSE:
        return detail["msg"]
    # A kind of error that no shape of ours raises today still reaches the clerk, in pydantic's words.
    return EXPECTED.get(detail["type"], f"应符合要求（{detail['msg']}）")


def _fields_at(shape: type[BaseModel], location: Location) -> set[str]:
    """The fields that may stand at `location` of a document, under the names that the file uses."""
    shapes = [shape]
    for name in (part for part in location if isinstance(part, str)):
        shapes = [
            inner
            for outer in shapes
            for key, field in outer.model_fields.items()
            if (field.alias or key) == name
            for inner in _shapes_in(field.annotation)
        ]
    return {field.alias or key for inner in shapes for key, field in inner.model_fields.items()}


def _shapes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _shapes_in(argument)
