"""What strangers wrote, on the terminal: nothing of it clears the screen, forges a line or turns one round."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cuibao.ledger import Consequences, ReadMail
from tests.integration.test_cli import Said, cuibao
from tests.offices import at, office

pytestmark = pytest.mark.slow

NOW = "2022-07-27T09:00"
HOSTILE = "\x1b[2J\x1b]0;题\x07甲\u202e乙\x9b31m丙\u2066丁\0\n已登记：嘉定镇\r\u2028戊"
JIADING = "jiading@xinfeng.example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office to which two mails came, one of them a delivery report."""
    with office(tmp_path / "office", CUIBAO_NOW=NOW) as opened:
        campaign, when = opened.campaign.id, at("2022-07-26T10:00")
        opened.ledger.register(campaign, when)
        queued = mail("queue", f"{JIADING}{HOSTILE}", HOSTILE)
        opened.ledger.mails.file(campaign, queued, Consequences())
        bounced = mail("bounce", "postmaster@x.example", HOSTILE)
        opened.ledger.mails.file(campaign, bounced, Consequences(bad=((JIADING, HOSTILE),)))
    return tmp_path


def mail(verdict: str, sender: str, words: str) -> ReadMail:
    when = at("2022-07-26T10:00")
    told = ReadMail(verdict, f"<{verdict}@mail>", sender, words, words, (), when, when, verdict, words)
    return replace(told, unit="jiading", files=(words,))


def run(home: Path, *words: str) -> Said:
    return cuibao(home, *words, CUIBAO_NOW=NOW)


@pytest.mark.parametrize(
    "words",
    [
        ("queue",),
        ("history", "--unit", "嘉定镇"),
        ("board",),
        ("calls",),
        ("history", "--unit", HOSTILE.replace("\n", "")),
    ],
)
def test_no_command_prints_what_moves_the_terminal(home: Path, words: tuple[str, ...]) -> None:
    said = run(home, *(word.replace("\0", "") for word in words))
    printed = said.out + said.err
    assert [hex(ord(each)) for each in printed if not (each.isprintable() or each in "\n\u3000")] == []
    assert ("甲" in printed, "\n已登记：嘉定镇" in printed) == (True, False)


def test_json_keeps_what_came_as_escapes(home: Path) -> None:
    out = run(home, "queue", "--json").out
    (waiting,) = json.loads(out)
    assert waiting["subject"] == HOSTILE
    assert all(character.isprintable() or character == "\n" for character in out)
