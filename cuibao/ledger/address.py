"""Where a ledger is, as CUIBAO_DATABASE_URL says it: taken apart, and shown without its password."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from cuibao.errors import LedgerError

UNKNOWN = (
    "台账打不开：CUIBAO_DATABASE_URL 的写法无法识别，应写作 sqlite:////文件夹/ledger.db，"
    "或 postgresql+psycopg://用户:密码@主机:端口/库名（密码里的 @ 写作 %40，/ 写作 %2F）。"
)


def parsed(url: str) -> URL:
    """The parts of `url`. Raises LedgerError, which shows nothing of one that cannot be taken apart: who knows where
    its password begins and ends."""
    try:
        found = make_url(url)
        backend = found.get_backend_name()
        known = backend in ("sqlite", "postgresql") and found.get_dialect()().create_connect_args(found)
    except (SQLAlchemyError, ValueError, TypeError) as trouble:  # as for a port or a timeout that is no number
        raise LedgerError(UNKNOWN) from trouble
    # An @ within the password ended it too early: the rest of it stands in the host's or the database's place.
    torn = backend != "sqlite" and "@" in f"{found.host}{found.database}"
    if not known or torn or "\0" in url:
        raise LedgerError(UNKNOWN)
    return found


def file_of(url: URL) -> Path | None:
    """The file of an SQLite database, a link followed; None for any other. Raises LedgerError for a relative path."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    path = Path(str(url.database))
    if not path.is_absolute():
        raise LedgerError(f"台账路径应为绝对路径，现为 {url.database}（CUIBAO_DATABASE_URL）")
    return path.resolve()


def shown(url: URL) -> str:
    """`url` without its password, which may stand among its options too."""
    return url.set(query={}).render_as_string(hide_password=True)
