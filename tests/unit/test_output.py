"""Tables on a terminal: Chinese takes two columns a character, and what others wrote is inert."""

import json
import re
from pathlib import Path

import pytest

from cuibao.cli import output
from cuibao.cli.help import columns
from cuibao.cli.output import WIDE, print_json, print_table, say

HEAD = ("截止", "事项", "未报单位")
DAY = "2022-04-25"


def printed(capsys: pytest.CaptureFixture[str], *rows: tuple[str, ...]) -> list[str]:
    print_table(HEAD, rows)
    return capsys.readouterr().out.splitlines()


def test_columns_stand_under_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, (DAY, "联络人", "嘉定镇"), ("", "work plan", "")) == [
        "",
        "截止        事项       未报单位",
        "----------  ---------  --------",
        "2022-04-25  联络人     嘉定镇",
        "            work plan",
        "",
    ]


def test_a_row_that_is_too_wide_is_folded_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    units = "、".join(f"第{number}镇" for number in range(60))
    lines = printed(capsys, (DAY, "联络人", units))
    assert all(columns(line) <= WIDE for line in lines)
    assert "".join(line.rpartition("  ")[2] for line in lines[3:]) == units


def test_a_text_is_broken_between_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, (DAY, "方案 " * 3, "word " * 60))
    assert {word for line in lines[3:] for word in line.split()} == {DAY, "方案", "word"}


def test_a_date_is_never_broken_however_many_columns_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, (DAY, "事" * 200, "镇" * 300))
    assert all(columns(line) <= WIDE for line in lines)
    assert lines[3].startswith(f"{DAY}  事")


def test_no_cell_moves_the_cursor_or_breaks_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, (DAY, "\x1b[2J联络人\n第二行", "嘉定\r镇\t"))
    assert lines[3] == "2022-04-25  [2J联络人 第二行  嘉定 镇"


def test_no_rows_are_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == []


# A cleared screen, a line turned round, a byte that no terminal takes, a line that was never said, an unseen letter.
HOSTILE = "\x1b[2J甲\u202e乙\x9b31m丙\ud800丁\u2066戊\0己\u2028庚\U000e0041"


def test_no_line_does_anything_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"信送不到：{HOSTILE}\n下一行\t。")
    say(HOSTILE, err=True)
    mark = "\ufffd"
    shown = f"{mark}[2J甲{mark}乙{mark}31m丙{mark}丁{mark}戊{mark}己{mark}庚{mark}"
    assert capsys.readouterr() == (f"信送不到：{shown}\n下一行\t。\n", f"{shown}\n")


def test_no_cell_turns_its_row_round(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, (DAY, "附件\u202efdp.exe", "嘉定镇"))
    assert lines[3] == "2022-04-25  附件\ufffdfdp.exe  嘉定镇"


def test_json_says_by_its_escapes_what_came(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"subject": HOSTILE, "name": "张三"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"subject": HOSTILE, "name": "张三"}
    assert "张三" in out
    assert all(character.isprintable() or character == "\n" for character in out)


def test_nothing_else_of_the_command_line_writes_to_the_terminal() -> None:
    writers = [path.name for path in Path(output.__file__).parent.glob("*.py") if writes(path)]
    assert writers == ["output.py"]


def writes(path: Path) -> bool:
    return re.search(r"click\.s?echo|(?<!\w)print\(|std(out|err)\.write", path.read_text(encoding="utf-8")) is not None
