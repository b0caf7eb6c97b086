"""Offices for tests: the shipped 2022 campaign in a folder of the test's own, with real files, ledger and servers."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cuibao.model import Beginning, Unit
from cuibao.office import Office, open_office
from cuibao.settings import CHECKOUT, read_settings
from cuibao.times import parse_moment
from tests.integration.imap_server import Account

if TYPE_CHECKING:  # also what is no test uses this
    import pytest

DOMAIN = "xf.gov.cn"
ISSUED = "2022-04-18T08:00"


def at(text: str) -> datetime:
    """The moment `text` in Shanghai."""
    return parse_moment(text)


def set_clock(monkeypatch: "pytest.MonkeyPatch", shows: str) -> None:
    """Let the machine's clock show this moment in Shanghai, and go on from there."""
    began, start = time.monotonic(), at(shows)
    clock = staticmethod(lambda: start + timedelta(seconds=time.monotonic() - began))
    monkeypatch.setattr(Office, "machine_now", clock)


@contextmanager
def office(home: Path, **environ: str) -> Iterator[Office]:
    """The office at `home`, with letters to an outbox folder there unless `environ` names a mail server."""
    with open_office(read_settings({"CUIBAO_HOME": str(home), **environ})) as opened:
        yield opened


def reachable(home: Path, change: Callable[[str], str] = lambda text: text) -> None:
    """Give the office at `home` contacts of its own under a domain that a mail server would take.

    The mail server of a test is on loopback and keeps what it gets: nothing leaves the machine.
    """
    shutil.copytree(CHECKOUT / "contacts", home / "contacts")
    units = home / "contacts" / "units.yaml"
    units.write_text(change(units.read_text(encoding="utf-8").replace("xinfeng.example", DOMAIN)), encoding="utf-8")


def begun(home: Path, **environ: str) -> None:
    """Let letters of the office at `home` have gone out since the notice was issued: nothing is of before."""
    with office(home, **environ) as opened:
        campaign, since = opened.campaign, at(ISSUED)
        opened.ledger.register(campaign.id, since)
        beginning = Beginning(since, "测试", first_on=since.date())
        opened.ledger.mornings.begin(campaign.id, opened.carried_by, beginning)


def spoil(path: Path, was: str, becomes: str) -> None:
    """Change the first `was` in the text at `path`."""
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")


def smtp(port: int) -> dict[str, str]:
    """The settings of a mail server on loopback that wants no login, for a drill: a test has a clock of its own."""
    return {
        "CUIBAO_DRILL": "send",
        "CUIBAO_SMTP_HOST": "127.0.0.1",
        "CUIBAO_SMTP_PORT": str(port),
        "CUIBAO_SMTP_SECURITY": "none",
        "CUIBAO_SMTP_SENDER": f"office@{DOMAIN}",
    }


def in_earnest(port: int) -> dict[str, str]:
    """The same, and no drill: the machine's own clock has to show the day, and somebody to say yes first."""
    return {name: value for name, value in smtp(port).items() if name != "CUIBAO_DRILL"}


def imap(account: Account) -> dict[str, str]:
    """The settings of that mailbox on loopback."""
    return {
        "CUIBAO_IMAP_HOST": "127.0.0.1",
        "CUIBAO_IMAP_PORT": str(account.server.port),
        "CUIBAO_IMAP_SECURITY": "none",
        "CUIBAO_IMAP_USER": account.user,
        "CUIBAO_IMAP_PASSWORD": account.password,
    }


def letters_to(home: Path, name: str, day: str = "") -> list[Path]:
    """The files of the letters of `day`, or of all, that the office at `home` wrote to the unit called `name`."""
    return sorted((home / "outbox").glob(f"{day or '*'} {name} {'?' * 12}.eml"))


def answers_to(home: Path, name: str) -> list[Path]:
    """The files of the acknowledgements that the office at `home` wrote to the unit called `name`."""
    return sorted((home / "outbox").glob(f"* {name} 回执 *.eml"))


def unit(office: Office, name: str) -> Unit:
    """The unit called `name`."""
    return next(unit for unit in office.campaign.units.values() if unit.name == name)
