"""Jinja2 as the office's templates need it: strict, escaping in HTML, and saying in Chinese what is wrong where."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro

from cuibao.errors import Faults
from cuibao.tongue import beside, languages


class Unknown(StrictUndefined):
    """A name that a template uses and nobody gave it: every use of it is a fault, told in Chinese."""

    @property
    def _undefined_message(self) -> str:
        return f"使用了没有定义的名称“{self._undefined_name}”，可用的名称见 README.zh-CN.md"


class Recurring:
    """A view that stands in many letters alike; frozen, so that what a macro made of it once holds for all of them."""

    __slots__ = ()


class Remembering(Context):
    """A context in which a macro is executed once for the same words and views: it knows nothing else. (One that is no
    file's but a rendering's own is another each time.) What a macro of a plain file says is text for a page too, and
    escaped there; Jinja would take it for HTML.
    """

    def call(self, macro: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What `macro`, or whatever else a template calls, gives."""
        if not isinstance(macro, Macro):
            return super().call(macro, *args, **kwargs)
        named = {name: value for name, value in kwargs.items() if name not in _JINJA_S_OWN}
        alike = all(isinstance(each, _ALIKE) for each in (*args, *named.values()))
        return (_said if alike else _say)(macro, *args, **named)


_JINJA_S_OWN = ("_loop_vars", "_block_vars")
_ALIKE = (str, int, type(None), Recurring)


def _say(macro: Macro, *args: Any, **kwargs: Any) -> str:
    escaping = EvalContext(macro._environment)
    escaping.autoescape = _escapes(macro._func.__code__.co_filename)
    return macro(escaping, *args, **kwargs)


_said = lru_cache(maxsize=1024, typed=True)(_say)  # typed: what is Markup is not escaped again


class Pages:
    """The template files of one folder, compiled once each; those of other languages lie in folders of it and are none
    of its own. `shown` is what the folder is
    called where something is wrong in it."""

    def __init__(self, folder: Path, shown: str = "") -> None:
        self._folder = folder
        self._shown = shown or folder.name
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=_escapes,
            undefined=Unknown,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.context_class = Remembering

    def render(self, name: str, names: Mapping[str, object]) -> str:
        """The text of template `name` given `names`. Raises Faults naming the file and line that is wrong."""
        try:
            return self._environment.get_template(name).render(names)
        except Exception as error:
            raise Faults([self._fault(name, error)]) from error

    def check(self, required: frozenset[str]) -> tuple[str, ...]:
        """Faults of the `required` templates that are missing, and of all that cannot be read as templates."""
        found = (path.relative_to(self._folder) for path in self._folder.rglob("*.j2"))
        present = {path.as_posix() for path in found if path.parts[0] not in languages()}
        faults = [self._missing(name) for name in sorted(required - present)]
        for name in sorted(present):
            try:
                self._environment.get_template(name)
            except (TemplateSyntaxError, UnicodeDecodeError) as error:
                faults.append(self._fault(name, error))
        return tuple(faults)

    def fault(self, name: str, words: str) -> str:
        """What is wrong with template `name` as a whole, in `words`."""
        return f"{self._at(name, None)}：{words}"

    def _fault(self, name: str, error: Exception) -> str:
        if isinstance(error, TemplateNotFound):
            return self._missing(error.name if isinstance(error.name, str) else name)
        if isinstance(error, TemplateSyntaxError):
            return f"{self._at(error.name or name, error.lineno)}：模板写法有误（{error.message}）"
        if isinstance(error, UnicodeDecodeError):
            return self.fault(name, "不是 UTF-8 编码，请另存为 UTF-8")
        place = self._at(*self._where(name, error.__traceback__))
        if isinstance(error, UndefinedError):
            return f"{place}：{error.message}"
        return f"{place}：无法生成（{error}）"

    def _where(self, name: str, trace: TracebackType | None) -> tuple[str, int | None]:
        """The innermost template line that the error passed through."""
        found: tuple[str, int | None] = (name, None)
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.is_relative_to(self._folder):
                found = (path.relative_to(self._folder).as_posix(), trace.tb_lineno)
            trace = trace.tb_next
        return found

    def _missing(self, name: str) -> str:
        return self.fault(name, "缺少这个模板文件")

    def _at(self, name: str, line: int | None) -> str:
        return f"{self._shown}/{name}" + (f" 第{line}行" if line else "")


def spoken_pages(folder: Path) -> Pages:
    """The template files in `folder` of the language that is spoken."""
    own = beside(folder)
    return Pages(own, own.relative_to(folder.parent).as_posix())


def _escapes(name: str | None) -> bool:
    return name is not None and name.endswith(".html.j2")
