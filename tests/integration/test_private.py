"""Who may read what the program writes: the office's user alone, but for what a clerk wants written elsewhere."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cuibao.evidence import EvidenceFolder
from tests.offices import at, office

PROGRAM = Path(sys.executable).with_name("cuibao")
DAY = "2022-06-21T08:30"
CLOSED = "原来别的用户也能进，已改为只有本用户能进。"


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if rights(path) & 0o077)


def cuibao(tmp_path: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command for the office at `tmp_path/office`, for a user who lets others read her files."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CUIBAO_HOME": str(tmp_path / "office"), **environ}
    return subprocess.run(
        [str(PROGRAM), *words], env=clean, cwd=tmp_path, umask=0o022, text=True, capture_output=True, check=False
    )


def done(tmp_path: Path, *words: str, **environ: str) -> str:
    """Run the command to a good end; what it said on standard error."""
    ended = cuibao(tmp_path, *words, **environ)
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


def test_what_is_written_to_the_home_is_for_its_user_alone(tmp_path: Path) -> None:
    assert done(tmp_path, "morning", CUIBAO_NOW=DAY) == ""
    home = tmp_path / "office"
    assert list((home / "outbox").glob("*.eml")) != []
    assert (rights(home), open_to_others(home)) == (0o700, [])


def test_a_home_that_was_open_is_closed_and_that_is_said_once_beside_the_answer(tmp_path: Path) -> None:
    home = tmp_path / "office"
    done(tmp_path, "board", CUIBAO_NOW=DAY)
    home.chmod(0o755)
    looked = cuibao(tmp_path, "morning", "--dry-run", "--json", CUIBAO_NOW=DAY)
    assert (looked.stderr, rights(home)) == ("", 0o755)  # who is only looking changes nothing
    closed = cuibao(tmp_path, "board", "--json", CUIBAO_NOW=DAY)
    assert closed.stderr == f"数据文件夹 {home} {CLOSED}\n"
    assert json.loads(closed.stdout) != []
    assert rights(home) == 0o700
    assert done(tmp_path, "board", CUIBAO_NOW=DAY) == ""


def test_what_a_clerk_names_keeps_her_own_umask(tmp_path: Path) -> None:
    done(tmp_path, "calls", "--html", "催报单.html", CUIBAO_NOW=DAY)
    done(tmp_path, "contacts", "export", "通讯录.csv")
    done(tmp_path, "morning", CUIBAO_NOW=DAY, CUIBAO_OUTBOX=str(tmp_path / "shared" / "outbox"))
    for name in ("催报单.html", "通讯录.csv"):
        assert rights(tmp_path / name) == 0o644
    assert {rights(letter) for letter in (tmp_path / "shared" / "outbox").iterdir()} == {0o644}
    assert open_to_others(tmp_path / "office") == []


@pytest.mark.parametrize(("private", "folder", "file"), [(True, 0o700, 0o600), (False, 0o755, 0o644)])
def test_evidence_is_closed_with_all_the_folders_above_it(
    tmp_path: Path, private: bool, folder: int, file: int
) -> None:
    before = os.umask(0o022)
    try:
        kept = EvidenceFolder(tmp_path / "evidence", private=private).keep_mail("c", at(DAY), "a" * 64, b"x")
    finally:
        os.umask(before)
    place = tmp_path / "evidence" / kept.path
    assert rights(place) == file
    assert {rights(above) for above in place.parents if above.is_relative_to(tmp_path / "evidence")} == {folder}


def test_evidence_within_the_home_is_private_and_elsewhere_as_the_office_has_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        for where, wanted in ((tmp_path / "home" / "evidence", 0o600), (tmp_path / "elsewhere", 0o644)):
            with office(tmp_path / "home", CUIBAO_EVIDENCE=str(where)) as opened:
                kept = opened.evidence.keep_mail("c", at(DAY), "a" * 64, b"x")
            assert rights(where / kept.path) == wanted
    finally:
        os.umask(before)
