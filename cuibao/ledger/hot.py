"""Statements that are executed for every letter, said to the driver itself.

SQLAlchemy writes them, once for each kind of database; what it does around each execution costs more than SQLite takes
for it. They run in its transactions all the same.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError

Convert = Callable[[Any], Any]


class Hot:
    """A statement whose parameters are all named by `bindparam`."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def __call__(self, db: Connection, **values: Any) -> Any:
        """Execute it in the transaction of `db`; the driver's own cursor. Raises DBAPIError."""
        written = self._written.get(db.dialect.name)
        if written is None:
            written = self._written[db.dialect.name] = _Written(self._statement, db.dialect)
        try:
            return _driver(db).execute(written.words, written.parameters(values))
        except Exception as trouble:
            raise DBAPIError.instance(written.words, None, trouble, Exception) from trouble


class _Written:
    """A statement as one kind of database has it."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.words: str = compiled.string
        self._order: tuple[str, ...] | None = tuple(compiled.positiontup) if compiled.positional else None
        converts = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()
        }
        self._converts: Mapping[str, Convert] = {name: found for name, found in converts.items() if found is not None}
        self._fixed = {
            name: self._converted(name, value) for name, value in compiled.params.items() if value is not None
        }

    def parameters(self, values: Mapping[str, Any]) -> Any:
        named = self._fixed | {name: self._converted(name, value) for name, value in values.items()}
        return named if self._order is None else [named[name] for name in self._order]

    def _converted(self, name: str, value: Any) -> Any:
        convert = self._converts.get(name)
        return value if convert is None else convert(value)


def read(db: Connection, column: Any, value: Any) -> Any:
    """A `value` of `column` as the driver gave it, as everyone else gets it."""
    convert = column.type.dialect_impl(db.dialect).result_processor(db.dialect, None)
    return value if convert is None else convert(value)


def _driver(db: Connection) -> Any:
    return db.connection.dbapi_connection
