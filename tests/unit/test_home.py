"""The data folder: made closed, closed where it is ours, left alone where it may be somebody else's."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuibao.home import Closing, close_home, is_ours


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _open_to_others() -> Iterator[None]:
    """Whatever a test makes is open to others, as with the umask of most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as the last version left it."""
    home = tmp_path / "cuibao"
    home.mkdir(mode=0o755)
    for name in ("outbox", "evidence", "logs", "prefect", "contacts", "schedules"):
        (home / name).mkdir()
    (home / "ledger.db").touch()
    (home / "up.lock").touch()
    return home


def test_it_makes_a_home_that_nobody_else_looks_into(tmp_path: Path) -> None:
    home = tmp_path / "above" / "cuibao"
    assert close_home(home) is Closing.CLOSED
    assert rights(home) == 0o700
    assert rights(home.parent) == 0o755


def test_it_closes_a_home_that_was_open_and_says_so_once(home: Path) -> None:
    closing = close_home(home)
    assert closing is Closing.NOW_CLOSED
    assert closing.said(home) == f"数据文件夹 {home} 原来别的用户也能进，已改为只有本用户能进。"
    assert rights(home) == 0o700
    again = close_home(home)
    assert (again, again.said(home)) == (Closing.CLOSED, None)


def test_it_closes_a_home_in_which_somebody_kept_a_file_of_his_own(home: Path) -> None:
    (home / "催报单.html").touch()
    assert close_home(home) is Closing.NOW_CLOSED


@pytest.mark.parametrize("given", [(), ("contacts",), ("schedules", "templates")])
def test_it_closes_without_a_word_what_becomes_a_home(tmp_path: Path, given: tuple[str, ...]) -> None:
    home = tmp_path / "cuibao"
    home.mkdir()
    for name in given:
        (home / name).mkdir()
    closing = close_home(home)
    assert (rights(home), closing.said(home)) == (0o700, None)


def test_it_leaves_a_folder_in_which_there_is_something_else(home: Path) -> None:
    (home / "www").mkdir()
    closing = close_home(home)
    assert closing is Closing.OPEN
    assert str(closing.said(home)).startswith(f"注意：数据文件夹 {home} 别的用户也能进。")
    assert rights(home) == 0o755


@pytest.mark.parametrize("beside", [(), ("logs",), ("templates",)])
def test_it_leaves_a_folder_of_documents_that_somebody_named_by_mistake(
    tmp_path: Path, beside: tuple[str, ...]
) -> None:
    share = tmp_path / "share"
    share.mkdir(mode=0o755)
    (share / "年度总结.docx").touch()
    for name in beside:
        (share / name).mkdir()
    closing = close_home(share)
    assert closing is Closing.OPEN
    assert str(closing.said(share)).startswith(f"注意：数据文件夹 {share} 别的用户也能进。")
    assert rights(share) == 0o755


def test_it_never_closes_a_users_own_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    assert close_home(home) is Closing.OPEN
    monkeypatch.setenv("HOME", str(home / "clerk"))
    assert close_home(home) is Closing.OPEN
    assert rights(home) == 0o755


def test_it_never_closes_a_folder_that_everybody_uses(home: Path) -> None:
    home.chmod(0o1777)
    assert close_home(home) is Closing.OPEN
    assert rights(home) == 0o1777


def test_neither_the_root_nor_the_folder_of_the_program_is_ours() -> None:
    assert [place for place in (Path("/"), Path("/tmp"), Path(__file__).parents[2]) if is_ours(place)] == []


def test_it_leaves_what_another_user_owns(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(home, 12345, 12345)
    assert close_home(home) is Closing.OPEN
    assert rights(home) == 0o755
