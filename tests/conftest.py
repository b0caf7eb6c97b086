"""Fixtures that every suite may use."""

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cuibao.times import USUAL, live_in
from cuibao.tongue import CHINESE, speak
from tests import new_ledgers, new_prefect, services
from tests.demo import Demo, demonstration
from tests.faults import tally as faults
from tests.integration.imap_server import Account, ImapServer
from tests.integration.smtp_server import Certificate, make_certificate
from tests.mail_corpus import tally as corpus
from tests.workers import Together

# Where all need a running service, and what else is a process to start.
SERVICES = frozenset({"acceptance", "browser", "flows"})
SERVERS = frozenset({"postgresql_server", "imap_server"})
# What is said to the tests themselves.
OURS = frozenset({"CUIBAO_REQUIRE_SERVICES", "CUIBAO_ALL_FAULTS", faults.REPORT, corpus.REPORT})
# What is counted, by the name of its section, and how it is said.
REPORTS = {"faults": (faults.REPORT, faults.table), "mail corpus": (corpus.REPORT, corpus.table)}
_numbers = count(1)

# Before anything asks where temporary files go; the workers and the servers take it over.
if "TMPDIR" not in os.environ and (memory := services.roomy_memory()):
    tempfile.tempdir = os.environ["TMPDIR"] = str(memory)

# A busy machine is slow, and that is no fault of what is tested.
settings.register_profile("cuibao", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cuibao")


@pytest.fixture(autouse=True)
def _in_chinese_at_shanghai() -> None:
    """As a process begins: in the program's own language and its usual zone, whatever office a test before opened."""
    speak(CHINESE)
    live_in(USUAL)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow because of what it needs."""
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())) or item.path.parent.name in SERVICES:
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Deal out the tests as `tests.workers` says, whatever `--dist` does."""
    return Together(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Begin the reports, of which the workers know by the environment."""
    if not hasattr(config, "workerinput"):
        for variable, _ in REPORTS.values():
            handle, os.environ[variable] = tempfile.mkstemp(prefix="cuibao-report-")
            os.close(handle)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the faults cost, and what became of the corpus."""
    if hasattr(config, "workerinput"):
        return
    for section, (variable, table) in REPORTS.items():
        if lines := table(Path(os.environ[variable])):
            terminalreporter.section(section)
            for line in lines:
                terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the reports away."""
    if not hasattr(config, "workerinput"):
        for variable, _ in REPORTS.values():
            Path(os.environ.pop(variable)).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the CUIBAO_* settings or the home folder of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(("CUIBAO_", "PREFECT_")) and name not in OURS:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _new_ledgers() -> Iterator[None]:
    """What every test makes anew is made once."""
    with new_ledgers.copied():
        yield


@pytest.fixture(scope="session", autouse=True)
def _new_prefect(tmp_path_factory: pytest.TempPathFactory) -> None:
    """So is what every service begins with, and where it is kept is for all workers."""
    folder = tmp_path_factory.getbasetemp()
    new_prefect.keep_in(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[services.Postgresql]:
    """A running PostgreSQL of our own."""
    with services.postgresql() as running:
        yield running


@pytest.fixture
def postgresql_url(postgresql_server: services.Postgresql) -> str:
    """The URL of a new, empty PostgreSQL database."""
    return postgresql_server.new_database()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration, started once for all suites that need the whole service."""
    with demonstration(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture(scope="session")
def imap_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """What the IMAP server shows, and the authority to trust for it."""
    return make_certificate(tmp_path_factory.mktemp("imap-certificate"))


@pytest.fixture(scope="session")
def imap_server(tmp_path_factory: pytest.TempPathFactory, imap_certificate: Certificate) -> Iterator[ImapServer]:
    """A running Dovecot with TLS."""
    with ImapServer(tmp_path_factory.mktemp("imap"), imap_certificate) as server:
        yield server


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    """An empty mailbox that no other test has."""
    return imap_server.account(f"office{next(_numbers)}")
