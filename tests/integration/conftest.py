"""Servers that several integration tests share."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.integration.imap_server import Account, ImapServer
from tests.integration.smtp_server import Certificate, make_certificate

_users = count(1)


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
    return imap_server.account(f"office{next(_users)}")
