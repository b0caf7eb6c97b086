"""The tables of a new ledger, made by the migrations once a process and copied from then on.

A ledger is made in nearly every test, and to make its tables takes longer than most of what is tested with it. All else
about a new ledger is the program's own: when it is made, under which name, for whom to read. What has any table goes
through the migrations, whatever it is, and so does PostgreSQL.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from threading import Lock

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.pool import StaticPool

from cuibao.ledger import engine as program

_one_at_a_time = Lock()
_migrate = program._migrate


@contextmanager
def copied() -> Iterator[None]:
    """Copy the tables of new ledgers within the block."""
    program._migrate = _make
    try:
        yield
    finally:
        program._migrate = _migrate


@contextmanager
def by_the_migrations() -> Iterator[None]:
    """Make each ledger's tables within the block of `copied` as the program does: for what is about just that."""
    program._migrate = _migrate
    try:
        yield
    finally:
        program._migrate = _make


def _make(engine: Engine) -> None:
    if engine.dialect.name != "sqlite" or inspect(engine).get_table_names():
        _migrate(engine)
        return
    with _one_at_a_time, closing(engine.raw_connection()) as connection:
        new = connection.driver_connection
        assert isinstance(new, sqlite3.Connection)
        _tables().backup(new)


@cache
def _tables() -> sqlite3.Connection:
    """A database in memory with the tables, and nothing else of use."""
    empty = sqlite3.connect(":memory:", check_same_thread=False)
    empty.isolation_level = None
    _migrate(create_engine("sqlite://", creator=lambda: empty, poolclass=StaticPool))
    return empty
