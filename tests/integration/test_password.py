"""`cuibao password`: shown, made anew, chosen, and what is said of one that will not do."""

import json
from pathlib import Path

from cuibao.up.lock import only_one
from tests.integration.test_private import cuibao, rights


def test_the_password_is_made_on_the_spot_and_then_the_same(tmp_path: Path) -> None:
    first = cuibao(tmp_path, "password")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("界面密码：")
    assert cuibao(tmp_path, "password").stdout == first.stdout
    assert (rights(tmp_path / "office"), rights(tmp_path / "office" / "password")) == (0o700, 0o600)


def test_a_new_one_says_from_when_it_holds(tmp_path: Path) -> None:
    old = cuibao(tmp_path, "password", "--json")
    new = cuibao(tmp_path, "password", "--new")
    assert new.stdout.endswith("\n下次启动 cuibao up 时生效。已经打开的网页要重新输入。\n")
    assert json.loads(old.stdout)["password"] not in new.stdout
    with only_one(tmp_path / "office"):
        chosen = cuibao(tmp_path, "password", "--set", "xinfeng-anban-2022")
    assert chosen.stdout == (
        "界面密码：xinfeng-anban-2022\n"
        "正在运行的 cuibao up 仍用原来的密码；停掉它再启动，就改用这个密码。已经打开的网页要重新输入。\n"
    )
    kept = {"password": "xinfeng-anban-2022", "changed": False, "running": False}
    assert json.loads(cuibao(tmp_path, "password", "--json").stdout) == kept


def test_it_says_what_is_wrong_with_a_password_and_keeps_the_old_one(tmp_path: Path) -> None:
    old = cuibao(tmp_path, "password").stdout
    for words, complaint in (
        (("--set", "too-short"), "密码太短，至少要 12 个字符。\n"),
        (("--set", "县安委办县安委办县安委办"), "密码只能用英文字母、数字和英文标点，不能有空格和汉字。\n"),
        (("--new", "--set", "xinfeng-anban"), "--new 和 --set 只能写一个。\n"),
    ):
        refused = cuibao(tmp_path, "password", *words)
        assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", complaint)
    assert cuibao(tmp_path, "password").stdout == old
    (tmp_path / "office" / "password").write_text("", encoding="ascii")
    spoiled = cuibao(tmp_path, "password")
    assert (spoiled.returncode, "cuibao password --new" in spoiled.stderr) == (1, True)
    assert cuibao(tmp_path, "password", "--new").returncode == 0
