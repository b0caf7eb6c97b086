"""How the shape of a file is said, and a value read by it: every mistake at once, each with its place."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self, TypeAlias, TypeVar, cast

from cuibao.loading.faults import Location, nearest, shown

T = TypeVar("T")
# Makes of a plain value what it stands for; raises Wrong.
Reader: TypeAlias = Callable[[object], T]

LIST = "应为列表，每行一项、以“- ”开头"
GROUP_OF_FIELDS = "应为一组“字段: 值”"
NOT_GIVEN = object()


class Wrong(Exception):
    """What is wrong in a value: where in it, and what to say about it."""

    def __init__(self, found: Iterable[tuple[Location, str]]) -> None:
        self.found = tuple(found)

    @classmethod
    def because(cls, expected: str, value: object) -> Self:
        """The `value` itself is not what was `expected`."""
        return cls([((), f"{expected}，{shown(value)}")])

    def within(self, part: str | int) -> Iterator[tuple[Location, str]]:
        """The same, told of what has the value as its `part`."""
        return (((part, *location), said) for location, said in self.found)


class Field:
    """A field of a document, by the name that the file uses, and what stands for it where it is not given."""

    __slots__ = ("default", "key", "name", "read")

    def __init__(self, read: Reader[Any], key: str, default: object) -> None:
        self.read, self.key, self.default = read, key, default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.key = name, self.key or name


def needed(read: Reader[T], key: str = "") -> T:
    """A field that must be given; `key` where the file calls it by another name."""
    return cast(T, Field(read, key, NOT_GIVEN))


def defaulting(read: Reader[T], default: T, key: str = "") -> T:
    """A field that may be left out; `key` where the file calls it by another name."""
    return cast(T, Field(read, key, default))


def optional(read: Reader[T], key: str = "") -> T | None:
    """A field that may be left out or left blank; `key` where the file calls it by another name."""
    return defaulting(lambda value: None if value is None else read(value), None, key)


def listing(read: Reader[T]) -> tuple[T, ...]:
    """A field for a list, which may be left out or left blank."""
    nothing: tuple[T, ...] = ()
    return defaulting(listed(read), nothing)


def listed(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list, which may be left blank."""
    return lambda value: () if value is None else _each(read, value)


def some(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list of at least one thing."""

    def whole(value: object) -> tuple[T, ...]:
        if value == []:
            raise Wrong.because("至少应有一项", value)
        return _each(read, value)

    return whole


class Document:
    """A part of a file: no field but those named here, so that a misspelt one is caught; `lenient` passes them over."""

    fields: ClassVar[Mapping[str, Field]] = {}
    lenient: ClassVar[bool] = False

    def __init_subclass__(cls, lenient: bool = False) -> None:
        cls.lenient = lenient
        own = (field for field in vars(cls).values() if isinstance(field, Field))
        cls.fields = {**cls.fields, **{field.key: field for field in own}}

    @classmethod
    def read(cls, value: object) -> Self:
        """The document that `value` is. Raises Wrong.

        A misspelt field is said once: the field that it should have been is then not reported as missing too.
        """
        if not isinstance(value, dict):
            raise Wrong.because(GROUP_OF_FIELDS, value)
        strange = () if cls.lenient else (key for key in value if key not in cls.fields)
        meant = {key: nearest(key, cls.fields) for key in strange}
        document = cls()
        found: list[tuple[Location, str]] = []
        for key, field in cls.fields.items():
            given = value.get(key, NOT_GIVEN)
            if given is not NOT_GIVEN:
                try:
                    document.__dict__[field.name] = field.read(given)
                except Wrong as wrong:
                    found += wrong.within(key)
            elif field.default is not NOT_GIVEN:
                document.__dict__[field.name] = field.default
            elif key not in meant.values():
                found.append(((key,), "缺少这一项"))
        found += (((key,), f"没有这个字段，是否应为 {hint}" if hint else "没有这个字段") for key, hint in meant.items())
        if found:
            raise Wrong(found)
        return document


def _each(read: Reader[T], value: object) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise Wrong.because(LIST, value)
    items: list[T] = []
    found: list[tuple[Location, str]] = []
    for index, item in enumerate(value):
        try:
            items.append(read(item))
        except Wrong as wrong:
            found += wrong.within(index)
    if found:
        raise Wrong(found)
    return tuple(items)
