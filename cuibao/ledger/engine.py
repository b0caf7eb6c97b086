"""Opening the database: durable SQLite, any other URL as it is, and the schema brought up to date."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from cuibao.errors import LedgerError
from cuibao.files import open_new, sync_folder
from cuibao.ledger.address import file_of, parsed, shown
from cuibao.locks import alone

REVISION = "0009"
MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 30
AGAIN_SECONDS = 0.05


def require_address(url: str) -> None:
    """Raise LedgerError where nothing could ever be opened at `url`: a mistyped address must leave nothing behind."""
    file_of(parsed(url))


def open_engine(url: str) -> Engine:
    """An engine on `url` whose schema is at REVISION. Raises LedgerError, naming the address without its password."""
    address = parsed(url)
    path = file_of(address)
    with _opening(address):
        if path is not None and not path.exists():
            _create(address, path)
        engine = _engine(address, path)
        _bring_up(engine)
        return engine


def look_at_engine(url: str) -> Engine:
    """An engine on `url` as it is; in memory where there is no ledger. Raises LedgerError as `open_engine` does."""
    address = parsed(url)
    path = file_of(address)
    with _opening(address):
        if path is None or path.exists():
            engine = _engine(address, path)
            revision = _revision(engine)
            if revision == REVISION:
                return engine
            engine.dispose()
            if revision is not None:
                raise LedgerError("台账是另一版本的程序写的；只看不写时不改动它，请先运行一次 cuibao board。")
    return open_engine("sqlite://")


@contextmanager
def in_chinese() -> Iterator[None]:
    """What the database complains of while it is used, as a LedgerError; a broken constraint is for the caller."""
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as trouble:
        raise LedgerError(f"台账读写出错：{_first_line(trouble)}") from trouble


@contextmanager
def _opening(url: URL) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as trouble:
        raise LedgerError(f"台账打不开（{shown(url)}）：{_first_line(trouble)}") from trouble


def _create(url: URL, path: Path) -> None:
    """Make a ledger at `path` that is whole as soon as its name is there.

    Whoever comes second waits for the first. What a killed process left of its own is made anew.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone(path.with_name(f".{path.name}.lock")):
        if path.exists():
            return
        for log in _logs(path):
            # SQLite would take the log of a ledger that was moved or deleted for the new one's.
            if log.exists() and log.stat().st_size > 0:
                raise LedgerError(
                    f"台账文件 {path} 不见了，却还留着它的 {log.name}（里面可能有登记）。请找回或从备份恢复台账；"
                    f"确实要新建的，先把 {log.name} 移走。"
                )
        half = path.with_name(f".{path.name}.new")
        for left in (half, *_logs(half)):
            left.unlink(missing_ok=True)
        # SQLite gives its further files the rights of this one. Nobody reads a WAL without writing beside it, so there
        # is no other user who has lost anything.
        open_new(half, private=True).close()
        engine = _bare_engine(url.set(database=str(half)))
        try:
            _bring_up(engine)
        finally:
            engine.dispose()  # the last to leave puts the log into the file
        if not path.exists():  # nobody has put back an old one meanwhile
            half.rename(path)
            sync_folder(path.parent)


def _logs(path: Path) -> tuple[Path, ...]:
    """Where SQLite keeps what is not yet in the database at `path`, or no longer."""
    return tuple(path.with_name(path.name + kind) for kind in ("-wal", "-journal"))


def _engine(url: URL, path: Path | None) -> Engine:
    """An engine on a database that is there; an empty file is none. Raises LedgerError."""
    if path is not None and path.stat().st_size == 0:
        raise LedgerError(
            f"台账文件 {path} 是空的（0 字节），多半是磁盘满了、复制中断或被清空了。请从备份恢复台账；"
            "确实还没有登记过任何内容的，删去这个文件后重试。"
        )
    return _bare_engine(url)


def _bare_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions on its own: see _begin.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # A file that came back from a backup may not be switched to WAL yet, and must be ours alone for that. SQLite does
    # not wait, whatever the timeout: of several that open it at once, all but one are turned away for a moment.
    for _ in range(int(BUSY_SECONDS / AGAIN_SECONDS)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as trouble:
            if trouble.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(AGAIN_SECONDS)
    connection.execute("PRAGMA journal_mode=WAL")


def _begin(connection: Connection) -> None:
    # A writer takes SQLite's lock at once: a transaction that read first and then wants to write would fail instead
    # of waiting its turn. Said to the driver itself: each letter begins two transactions.
    options, driver = connection.get_execution_options(), connection.connection
    if options.get("cuibao_reading", False):
        _tell(driver, "BEGIN")
        return
    wanted = "NORMAL" if options.get("cuibao_light", False) else "FULL"
    if connection.info.get("synchronous") != wanted:
        _tell(driver, f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
    _tell(driver, "BEGIN IMMEDIATE")


def _tell(driver: Any, words: str) -> None:
    try:
        driver.dbapi_connection.execute(words)
    except sqlite3.Error as trouble:  # as SQLAlchemy would have it
        raise OperationalError(words, None, trouble) from trouble


def _bring_up(engine: Engine) -> None:
    if _revision(engine) != REVISION:
        _migrate(engine)


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _stored_revision(connection)


def _stored_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _migrate(engine: Engine) -> None:
    # Alembic costs more to import than everything else together; only a new or an old ledger needs it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with _migrating(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(20220418)"))
        if _stored_revision(connection) == REVISION:
            return
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, REVISION)
        except CommandError as trouble:
            raise LedgerError("台账由更新版本的程序写成，请先更新本程序再打开。") from trouble


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction in which a table may be made anew that others refer to."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # SQLite changes a constraint by copying the table, and would take the old one's end for that of its rows.
            _tell(connection.connection, "PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            if engine.dialect.name == "sqlite":
                _tell(connection.connection, "PRAGMA foreign_keys=ON")


def _first_line(trouble: BaseException) -> str:
    return next(iter(str(getattr(trouble, "orig", None) or trouble).strip().splitlines()), type(trouble).__name__)
