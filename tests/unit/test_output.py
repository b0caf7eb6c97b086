"""Tables on a terminal: Chinese takes two columns a character, and what others wrote is inert."""

import pytest

from cuibao.cli.help import columns
from cuibao.cli.output import WIDE, print_table

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
