"""The environment of everything that `up` starts: ours, Prefect's settings as we want them, none of the user's own."""

from pathlib import Path
from urllib.parse import quote

from cuibao.up.settings import HOST, MARK, UpSettings

# What an office may want of Prefect and can have: more to read when something goes wrong.
HONOURED = frozenset({"PREFECT_LOGGING_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL"})
# Seconds, after which Prefect forgets a run with its logs and pages. What has to last, the flows draw again in time.
RETENTION = 30 * 24 * 3600


def environment(settings: UpSettings, password: str) -> dict[str, str]:
    """What a child's environment holds.

    Prefect takes a setting from the environment before any file (`.env`, prefect.toml, a profile); where it has several
    names, the first of them must stand here, for that one wins over the others wherever they stand.
    """
    theirs = {name: value for name, value in settings.environment.items() if not _is_prefects(name)}
    direct = ",".join(filter(None, (theirs.get("no_proxy") or theirs.get("NO_PROXY"), HOST, "localhost")))
    return theirs | {
        MARK: str(settings.home.resolve()),
        # Without a mailbox its readings would only crowd the list of runs.
        "CUIBAO_READS_MAIL": "true" if theirs.get("CUIBAO_IMAP_HOST") else "false",
        "NO_PROXY": direct,
        "no_proxy": direct,
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        **_prefect(settings, password),
    }


def ignored(settings: UpSettings) -> tuple[str, ...]:
    """The settings of a Prefect of the user's own that `environment` drops, by name."""
    return tuple(sorted(filter(_is_prefects, settings.environment)))


def _is_prefects(name: str) -> bool:
    return name.startswith("PREFECT_") and name not in HONOURED


def _prefect(settings: UpSettings, password: str) -> dict[str, str]:
    home = settings.prefect.resolve()
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": f"{settings.front}api",
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_COLORS": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_API_AUTH_STRING": password,
        # A page is served from either, and calls the API by the first. A foreign page gets no answer to read.
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{settings.port},http://localhost:{settings.port}",
        # A token against forged requests adds nothing to a password in a header, which no foreign page can send; and
        # every client would have to fetch one first.
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": _database_url(home / "prefect.db"),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(RETENTION),
        # Nothing of ours reads an event that is stored, and a page that is drawn anew would store its old text and its
        # new one with one: 1.5 MB a mark. What an event triggers, it triggers all the same.
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }


def _database_url(file: Path) -> str:
    """Prefect's SQLite `file`, over one connection.

    Prefect opens several, and its transactions read before they write: one that meets another's write fails at once
    with 503. A form in the browser then says "Unknown error", and a flow waits two seconds or more before it tries
    again. Prefect keeps to one connection for whatever URL holds ":memory:" (its `configurations.py`; its pool
    settings do not reach SQLite), so this URL does, in a parameter that SQLite ignores. The same substring makes its
    `is_inmemory()` true, which nothing in 3.9.1 asks. None of this is documented: test_prefect_settings.py looks at it.
    """
    return f"sqlite+aiosqlite:///file:{quote(str(file))}?uri=true&single=:memory:"
