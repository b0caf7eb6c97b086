"""导出: what a clerk gets of the form, where it lies, and where she finds the form."""

import stat
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.board import board
from flows.export import export
from tests.flows.runs import Observed, run, submit
from tests.integration.smtp_server import SmtpServer

FIRST = ["报送情况 2022-04-18 0830.html", "报送情况 2022-04-18 0830.xlsx"]
SECOND = ["报送情况 2022-04-18 0830（2）.html", "报送情况 2022-04-18 0830（2）.xlsx"]


def test_it_leaves_both_files_in_the_home_for_nobody_else_and_says_where(home: Path, prefect_api: Observed) -> None:
    state = submit(export)
    folder = home / "exports"
    assert state.message == f"已导出：{FIRST[1]}、{FIRST[0]}\n在文件夹 {folder}"
    assert prefect_api.name(state) == f"已导出：{FIRST[1]}、{FIRST[0]}"
    assert sorted(path.name for path in folder.iterdir()) == FIRST
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())} == {0o700, 0o600}
    assert load_workbook(folder / FIRST[1]).sheetnames[0] == "总表"
    assert "嘉定镇" in (folder / FIRST[0]).read_text(encoding="utf-8")


def test_it_never_writes_over_what_was_exported_before(home: Path) -> None:
    run(export)
    (home / "exports" / FIRST[0]).write_text("hers", encoding="utf-8")
    run(export)
    assert sorted(path.name for path in (home / "exports").iterdir()) == sorted(FIRST + SECOND)
    assert (home / "exports" / FIRST[0]).read_text(encoding="utf-8") == "hers"


def test_it_says_so_where_it_cannot_write(home: Path) -> None:
    (home / "exports").write_text("a file", encoding="utf-8")
    state = run(export)
    assert state.is_failed()
    assert str(state.message).endswith(f"没有 {home / 'exports'} 这个文件夹")


@pytest.mark.usefixtures("home")
def test_the_board_leads_to_it_and_it_asks_nothing(prefect_api: Observed) -> None:
    run(board)
    form = prefect_api.deployment("导出/导出")
    assert form.parameter_openapi_schema is not None
    assert form.parameter_openapi_schema["properties"] == {}
    assert f"[导出（Excel 表和网页）](/v2/deployments/deployment/{form.id}/run)" in prefect_api.shown("报送情况表")


def test_where_mail_is_set_the_run_says_that_it_went_to_the_office(
    home: Path, server: SmtpServer, prefect_api: Observed
) -> None:
    state = submit(export)
    first = str(state.message).splitlines()[0]
    assert (first, state.is_completed()) == (prefect_api.name(state), True)
    assert first.startswith("【演练】已导出：报送情况（演练） 2022-04-18 0830.xlsx、")
    assert first.endswith(f"；已寄到 {server.letters[0].recipients[0]}")
    server.next("rcpt", "550 5.1.1 no such user")
    assert "；没有寄到 " in str(submit(export).message)
    assert len(list((home / "exports").iterdir())) == 4
