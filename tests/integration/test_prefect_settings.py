"""What Prefect itself makes of the settings that `cuibao up` gives its children."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cuibao.up import UpSettings, environment

PASSWORD = "abcd-efgh-jkmn-pqrs"


def told(home: Path) -> dict[str, str]:
    """What a child's environment holds."""
    return environment(UpSettings(checkout=home, home=home, environment={}, port=4311), PASSWORD)


ASK = """
import asyncio, json
from prefect.settings import get_current_settings as settings
from prefect.server.database.configurations import AioSqliteConfiguration
server, api = settings().server, settings().api
vacuum = server.services.db_vacuum
database = AioSqliteConfiguration(server.database.connection_url.get_secret_value())

async def pool():
    engine = await database.engine()
    async with engine.connect() as connection:
        (row,) = (await connection.exec_driver_sql("PRAGMA database_list")).all()
    return [type(engine.pool).__name__, engine.pool.size(), engine.pool._max_overflow, row[2]]

print(json.dumps({
    "url": api.url,
    "client": api.auth_string.get_secret_value(),
    "server": server.api.auth_string.get_secret_value(),
    "origins": server.api.cors_allowed_origins,
    "csrf": server.api.csrf_protection_enabled,
    "home": str(settings().home),
    "kept": vacuum.retention_period.days,
    "vacuums": sorted(vacuum.enabled_vacuum_types),
    "persists": server.services.event_persister.enabled,
    "analytics": server.analytics_enabled,
    "pool": asyncio.run(pool()),
}))
"""


def asked(environ: dict[str, str], folder: Path) -> dict[str, Any]:
    """What Prefect itself makes of an environment in `folder`."""
    (folder / "prefect").mkdir(exist_ok=True)
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(command, env=clean | environ, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_prefect_understands_what_it_is_told(tmp_path: Path) -> None:
    assert asked(told(tmp_path), tmp_path) == {
        "url": "http://127.0.0.1:4311/api",
        "client": PASSWORD,
        "server": PASSWORD,
        "origins": "http://127.0.0.1:4311,http://localhost:4311",
        "csrf": False,
        "home": str(tmp_path / "prefect"),
        "kept": 30,
        "vacuums": ["flow_runs", "orphans"],
        "persists": False,
        "analytics": False,
        # One connection to a file. Prefect keeps to one for whatever address holds ":memory:", and SQLite, which makes
        # nothing of that parameter, opens the file all the same: see `_database_url`. Where a later Prefect looks more
        # closely, this fails, and forms in the browser would say "Unknown error" whenever a flow writes.
        "pool": ["AsyncAdaptedQueuePool", 1, 0, str(tmp_path / "prefect" / "prefect.db")],
    }


def test_nothing_in_prefect_asks_whether_the_database_is_in_memory() -> None:
    """Our address would be taken for one that is; nothing of Prefect's may draw conclusions from that."""
    import prefect

    sources = Path(str(prefect.__file__)).parent.rglob("*.py")
    askers = [path.name for path in sources if "is_inmemory" in path.read_text(encoding="utf-8")]
    assert askers == ["configurations.py"]


HOSTILE = """
[api]
url = "http://127.0.0.1:9/api"
auth_string = "not:ours"
[server.api]
auth_string = "not:ours"
cors_allowed_origins = "*"
csrf_protection_enabled = true
[server.database]
connection_url = "sqlite+aiosqlite:///:memory:"
[server.services.db_vacuum]
enabled = "events"
retention_period = 3601
[server.services.event_persister]
enabled = true
"""
PROFILE = """
active = "cloud"
[profiles.cloud]
PREFECT_API_URL = "http://127.0.0.1:9/api"
PREFECT_API_AUTH_STRING = "not:ours"
"""
NAMES = (
    *("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_API_KEY", "PREFECT_HOME", "PREFECT_PROFILE"),
    *("PREFECT_SERVER_API_AUTH_STRING", "PREFECT_PROFILES_PATH", "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"),
    *("PREFECT_SERVER_CORS_ALLOWED_ORIGINS", "PREFECT_SERVER_DATABASE_CONNECTION_URL"),
    *("PREFECT_API_DATABASE_CONNECTION_URL", "PREFECT_API_SERVICES_EVENT_PERSISTER_ENABLED"),
)


def test_no_file_of_another_prefect_leads_it_astray(tmp_path: Path) -> None:
    usual = asked(told(tmp_path), tmp_path)
    elsewhere = tmp_path / "checkout"
    (elsewhere / ".prefect").mkdir(parents=True)
    (elsewhere / ".env").write_text("".join(f"{name}=not-ours\n" for name in NAMES), encoding="utf-8")
    (elsewhere / "prefect.toml").write_text(HOSTILE, encoding="utf-8")
    (elsewhere / "pyproject.toml").write_text(HOSTILE.replace("\n[", "\n[tool.prefect."), encoding="utf-8")
    (elsewhere / ".prefect" / "profiles.toml").write_text(PROFILE, encoding="utf-8")
    assert asked(told(tmp_path), elsewhere) == usual
