"""The board taken out of the browser: the workbook, read back as Excel reads it, and the lines for the chat group."""

import stat
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cuibao.errors import Contradiction
from cuibao.model import Channel, Entry
from cuibao.office import Office
from cuibao.service.entries import calling, lookup
from cuibao.service.entries import record as entering
from cuibao.service.letters import morning
from cuibao.service.letters.pausing import pause
from cuibao.service.views.board import look
from cuibao.service.views.chat import chat
from cuibao.service.views.export import export
from tests.flows.small import APRIL, LIAISON, lay_out
from tests.integration.test_cli import cuibao
from tests.offices import at, office, smtp, spoil

NOW = "2022-04-26T09:00"
FORMULAS = ("=cmd|' /C calc'!A0", "+1", "@x", "-1+1")
SHEETS = ["总表", "逾期清单", "收件登记", "催报记录"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lay_out(tmp_path)
    person = f'liaison: {{name: "{FORMULAS[0]}", mobile: "13800000000"}}'
    spoil(tmp_path / "contacts" / "units.yaml", "[gupi@xf.gov.cn]}", f"[gupi@xf.gov.cn], {person}}}")
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[Office]:
    with office(home, CUIBAO_NOW=NOW) as found:
        yield found


def enter(opened: Office, unit: str, item: str, entry: Entry, when: str, **more: Any) -> None:
    filled = {"received": None, "channel": Channel.MAIL, "by": "王芳"} | more
    entering.record(opened, at(when), units=[unit], period=lookup.item_labelled(opened, item), entry=entry, **filled)


def written(opened: Office, home: Path) -> Any:
    """The workbook of now, as it is read back."""
    path = home / "a.xlsx"
    export(opened, look(opened, opened.now()), path)
    return load_workbook(path)


def on(text: str) -> datetime:
    """A moment as a cell has it."""
    return at(text).replace(tzinfo=None)


def rows(sheet: Any) -> list[list[Any]]:
    """What stands in a sheet below the line above it."""
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_every_sheet_can_be_filtered_and_printed_with_its_names_on_every_page(opened: Office, home: Path) -> None:
    book = written(opened, home)
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "B3"
        assert (
            sheet.print_area
            == f"'{sheet.title}'!{'$A$1:$'}{sheet.dimensions.split(':')[1].rstrip('0123456789')}${sheet.max_row}"
        )
        assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$2", "$A:$A")
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "截至 2022年4月26日 09:00" in sheet["A1"].value


def test_it_has_a_line_a_unit_with_the_day_on_which_each_report_came(opened: Office, home: Path) -> None:
    enter(opened, "嘉定镇", LIAISON, Entry.RECEIVED, "2022-04-25T16:00")
    enter(opened, "团县委", LIAISON, Entry.RECEIVED, "2022-04-26T08:00")
    enter(opened, "嘉定镇", APRIL, Entry.EXTENDED, "2022-04-21T08:00", due=date(2022, 5, 6), note="汛期")
    sheet = written(opened, home)["总表"]
    head, *found = rows(sheet)
    assert head[:5] == ["单位", "分组", "逾期和退回", "安全技能\n联络人\n4.25", "安全技能\n阶段性工作情况\n7.25"]
    assert [row[:6] for row in found] == [
        ["嘉定镇", "各乡（镇）", 0, on("2022-04-25"), "未到期", "延期至5.6"],
        ["古陂镇", "各乡（镇）", 1, "逾期", "未到期", None],
        ["县公安局", "县直部门", 0, None, None, None],
        ["团县委", "县直部门", 0, on("2022-04-26"), "未到期", None],
    ]
    assert (sheet["D3"].is_date, sheet["D3"].number_format, sheet["D6"].number_format) == (True, 'm"."d', 'm"."d"迟"')
    fills = {sheet[cell].fill.fgColor.rgb for cell in ("D3", "D4", "D6", "E3", "F3")}
    assert len(fills) == 5


def test_what_is_owed_is_listed_the_longest_first_with_whom_to_ask(opened: Office, home: Path) -> None:
    enter(opened, "嘉定镇", LIAISON, Entry.RECEIVED, "2022-04-25T16:00")
    enter(opened, "嘉定镇", LIAISON, Entry.RETURNED, "2022-04-26T08:00", note="缺盖章")
    gupi = [lookup.item_labelled(opened, LIAISON)]
    calling.record_call(
        opened, at(NOW), unit="古陂镇", whom="张三", note="在盖章", items=gupi, until=date(2022, 4, 28), by="王芳"
    )
    head, *found = rows(written(opened, home)["逾期清单"])
    assert head[:9] == ["单位", "方案", "报送事项", "期限", "逾期天数", "情况", "退回原因", "电话里的承诺", "暂停催报"]
    assert [row[:8] for row in found] == [
        ["嘉定镇", "主体责任", "本月工作进展（4月）", on("2022-04-20"), 6, "逾期未报", None, None],
        ["嘉定镇", "安全技能", "联络人", on("2022-04-25"), 1, "退回待重报", "缺盖章", None],
        ["古陂镇", "安全技能", "联络人", on("2022-04-25"), 1, "逾期未报", None, "已承诺4月28日前报"],
        ["团县委", "安全技能", "联络人", on("2022-04-25"), 1, "逾期未报", None, None],
    ]
    assert found[2][-3:] == [FORMULAS[0], None, "13800000000"]


def test_it_has_every_entry_and_every_letter_and_call(opened: Office, home: Path) -> None:
    morning.run(opened, at("2022-04-18T08:30"))
    enter(opened, "嘉定镇", LIAISON, Entry.RECEIVED, "2022-04-25T16:00", received=date(2022, 4, 24))
    enter(opened, "嘉定镇", LIAISON, Entry.WITHDRAWN, "2022-04-25T17:00", note="登错")
    calling.record_call(opened, at(NOW), unit="古陂镇", whom="张三", note="在盖章", by="王芳")
    book = written(opened, home)
    first, second = rows(book["收件登记"])[1:]
    assert first[:5] == [on("2022-04-24"), "嘉定镇", LIAISON, "收到", 1]
    assert first[-2:] == [on("2022-04-25T16:00"), "由第2条撤销"]
    assert second[3:8] == ["撤销第1条", 2, "邮件", "王芳", "登错"]
    letter, *_, call = rows(book["催报记录"])[1:]
    assert letter[:5] == [on("2022-04-18T08:30"), "嘉定镇", "催报函", "XF2022-220418-T01", "已发送"]
    assert letter[5].startswith("启动：")
    assert call == [on("2022-04-26T09:00"), "古陂镇", "通话", None, None, None, "在盖章", "张三", "登记人 王芳"]


def test_no_text_is_a_formula(opened: Office, home: Path) -> None:
    for word, when in zip(FORMULAS, ("16", "17", "18", "19"), strict=True):
        enter(opened, "嘉定镇", LIAISON, Entry.RECEIVED, f"2022-04-25T{when}:00", by=word, note=word)
        enter(opened, "嘉定镇", LIAISON, Entry.RETURNED, f"2022-04-25T{when}:30", by=word, note=word)
    book = written(opened, home)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert set(FORMULAS) <= {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert all(cell.data_type == "s" for cell in cells if isinstance(cell.value, str))


def test_a_drill_says_that_it_is_one(home: Path) -> None:
    with office(home, CUIBAO_NOW=NOW, **smtp(1)) as opened:
        assert all("（演练）" in sheet["A1"].value for sheet in written(opened, home).worksheets)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.xls", "文件名应以 .xlsx 或 .html 结尾"), ("b/a.xlsx", "没有 .*b 这个文件夹"), ("c.xlsx", "已有这个文件")],
)
def test_it_says_what_is_wrong_with_a_name_and_leaves_what_is_there(
    opened: Office, home: Path, name: str, said: str
) -> None:
    (home / "c.xlsx").write_bytes(b"hers")
    with pytest.raises(Contradiction, match=said):
        export(opened, look(opened, opened.now()), home / name)
    assert (home / "c.xlsx").read_bytes() == b"hers"


# --- the lines for the chat group ---


def test_the_lines_for_the_chat_group_name_who_owes_what_is_due_by_plan(opened: Office) -> None:
    enter(opened, "嘉定镇", LIAISON, Entry.RECEIVED, "2022-04-25T16:00")
    enter(opened, "嘉定镇", LIAISON, Entry.RETURNED, "2022-04-26T08:00", note="缺盖章")
    assert chat(opened, look(opened, at(NOW))) == (
        "截至4月26日，以下单位未报：\n\n"
        "【方案2 安全技能】\n联络人（4月25日前）：嘉定镇（退回待重报）、古陂镇、团县委\n\n"
        "【方案3 主体责任】\n本月工作进展（4月，4月20日前）：嘉定镇\n\n"
        "请抓紧报送。"
    )


def test_they_ask_for_nothing_that_is_paused_or_promised(opened: Office) -> None:
    promised: dict[str, Any] = {"items": [lookup.item_labelled(opened, APRIL)], "until": date(2022, 4, 28)}
    calling.record_call(opened, at(NOW), unit="嘉定镇", whom="张三", note="在写", by="王芳", **promised)
    (skills,) = [plan for plan in opened.campaign.plans if plan.id == "skills"]
    spared: dict[str, Any] = {"unit": None, "plan": skills, "first": None, "reason": "抗洪抢险"}
    pause(opened, at(NOW), last=date(2022, 4, 29), by="王芳", **spared)
    assert chat(opened, look(opened, at(NOW))) == "截至4月26日，没有要催的逾期事项。"


# --- the commands ---


@pytest.mark.slow
def test_the_board_prints_them(tmp_path: Path) -> None:
    said = cuibao(tmp_path, "board", "--text", "--as-of", NOW).out
    assert said.startswith("截至4月26日，以下单位未报：\n\n【方案2 安全技能】\n联络人")
    assert cuibao(tmp_path, "board", "--text", "--plan", "安全技能").complaint.startswith("--text 列出全部方案里逾期的")


@pytest.mark.slow
def test_the_command_writes_where_it_was_told_to(tmp_path: Path) -> None:
    done = cuibao(tmp_path, "export", "a.xlsx", "--as-of", NOW)
    assert (done.code, done.out) == (0, "已导出报送情况：a.xlsx\n")
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == SHEETS
    assert not stat.S_IMODE((tmp_path / "office").stat().st_mode) & 0o077
    assert cuibao(tmp_path, "export", "a.xlsx").complaint == "a.xlsx：已有这个文件，请换一个文件名"
