"""What was received before, as a table: handed out, filled in by hand in every way, taken in whole or not at all."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from cuibao.cli.program import cli
from cuibao.errors import Contradiction, CuibaoError
from cuibao.model import Channel, Entry, Status
from cuibao.office import Office
from cuibao.service.entries import lookup
from cuibao.service.entries import record as entering
from cuibao.service.receipts import exporting, importing
from cuibao.service.receipts.importing import ReceiptsPlan
from cuibao.service.views.board import Cell, look
from tests.flows.small import APRIL, LIAISON, lay_out
from tests.offices import at, office

NOW = "2022-05-10T09:00"
INTERIM = "安全技能·阶段性工作情况（7月25日前）"
MAY = "主体责任·本月工作进展（5月，5月20日前）"
JUNE = "主体责任·本月工作进展（6月，6月20日前）"
LIAISON_DUE = date(2022, 4, 25)
Rows = Sequence[Sequence[object]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    with office(lay_out(tmp_path), CUIBAO_NOW=NOW) as found:
        yield found


def table(opened: Office, rows: Rows, name: str = "台账.xlsx", title: str = "台账") -> Path:
    """A file of these rows in the home of the office."""
    path = opened.settings.home / name
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def plan(opened: Office, rows: Rows, name: str = "台账.xlsx") -> ReceiptsPlan:
    return importing.plan_import(opened, opened.now(), importing.read_table(table(opened, rows, name)))


def enter(opened: Office, path: Path, by: str = "王芳") -> ReceiptsPlan:
    found = importing.read_table(path)
    return importing.enter(opened, opened.now(), found, by=by, channel=Channel.PAPER)


def comes(found: ReceiptsPlan) -> list[tuple[str, str, date]]:
    return [(each.obligation.unit.name, each.obligation.period.requirement.id, each.day) for each in found.arrivals]


def refusals(found: ReceiptsPlan) -> dict[str, str]:
    return {each.place.cell: each.why for each in found.refused}


def cell(opened: Office, unit: str, label: str) -> Cell:
    period = lookup.item_labelled(opened, label)
    (found,) = [
        each
        for each in look(opened, opened.now()).cells
        if each.obligation.unit.name == unit and each.obligation.period == period
    ]
    return found


# --- what a table may look like ---


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.csv"])
def test_units_and_items_stand_in_any_order_either_way_round(opened: Office, name: str) -> None:
    expected = {("古陂镇", "liaison", LIAISON_DUE), ("嘉定镇", "liaison", date(2022, 4, 20))}
    rows: Rows = [["序号", LIAISON, "备注", "单位"], [1, "√", "电话里说的", "古陂镇"], [2, "4月20日", "", "嘉定镇"]]
    assert set(comes(plan(opened, rows, name))) == expected
    turned: Rows = [["事项", "嘉定镇", "古陂镇"], ["安全技能·联络人", "2022.4.20", "是"]]
    assert set(comes(plan(opened, turned, name))) == expected


def test_a_list_has_a_row_each_of_unit_item_and_date(opened: Office) -> None:
    rows: Rows = [
        ["2022年收件登记", "", ""],
        ["收到日期", "经办人", "报送事项", "报送单位"],
        [at("2022-04-22T16:20").replace(tzinfo=None), "王", LIAISON, "嘉定镇"],
        ["", "王", LIAISON, "古陂镇"],
        [44671, "王", LIAISON, "古陂镇"],
    ]
    found = plan(opened, rows)
    assert comes(found) == [("嘉定镇", "liaison", date(2022, 4, 22)), ("古陂镇", "liaison", date(2022, 4, 20))]
    assert found.ignored == ("经办人",)


def test_a_sum_a_repeated_head_and_an_empty_row_are_no_units(opened: Office) -> None:
    rows: Rows = [["单位", LIAISON], ["嘉定镇", "√"], [], ["单位", LIAISON], ["古陂镇", ""], ["合计", 1]]
    found = plan(opened, rows)
    assert comes(found) == [("嘉定镇", "liaison", LIAISON_DUE)]
    assert found.left_out == ("第 6 行“合计”没有读",)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["甲", "乙"], ["嘉定镇", "√"]], "没有找到列名。每行一个单位、每列一个事项的，第一格写“单位”"),
        ([["单位", "事项"], ["嘉定镇", LIAISON]], "有“单位”和“事项”，缺少“收到日期”一列"),
    ],
)
def test_it_says_what_is_missing_in_a_table_that_it_cannot_read(opened: Office, rows: Rows, said: str) -> None:
    with pytest.raises(Contradiction, match=said):
        plan(opened, rows)


# --- what a cell does ---


def test_a_tick_is_in_time_on_the_earlier_of_due_date_and_today(opened: Office) -> None:
    path = table(opened, [["单位", LIAISON, MAY], ["嘉定镇", "√", "√"]])
    enter(opened, path)
    past, running = cell(opened, "嘉定镇", LIAISON), cell(opened, "嘉定镇", MAY)
    assert (past.status, past.received_at) == (Status.ON_TIME, at("2022-04-25T00:00"))
    assert (running.status, running.received_at) == (Status.ON_TIME, at(NOW))
    (entry,) = opened.ledger.entries(opened.campaign.id)[past.obligation.key]
    assert (entry.note, entry.by, entry.channel) == ("台账导入，日期不详", "王芳", Channel.PAPER)


def test_a_day_decides_whether_it_was_in_time(opened: Office) -> None:
    enter(opened, table(opened, [["单位", LIAISON], ["嘉定镇", "4月26日"], ["古陂镇", "4月25日"]]))
    assert cell(opened, "嘉定镇", LIAISON).status is Status.LATE
    assert cell(opened, "古陂镇", LIAISON).status is Status.ON_TIME


def test_each_cell_that_cannot_be_taken_in_is_named_with_what_would_be_right(opened: Office) -> None:
    rows: Rows = [
        ["单位", LIAISON, "联络员的事项", MAY, JUNE, INTERIM],
        ["加定镇", "√", "", "", "", ""],
        ["嘉定镇", "5月11日", "√", "4月30日", "√", ""],
        ["古陂镇", "2022-04-10", "", "", "", "明天"],
        ["", "√", "", "", "", ""],
        ["县公安局", "", "", "√", "", ""],
    ]
    found = plan(opened, rows)
    assert comes(found) == []
    assert refusals(found) == {
        "A2": "通讯录里没有“加定镇”。是不是：嘉定镇？",
        "B3": "2022年5月11日 还没到，今天是 2022年5月10日",
        "C1": "没有“联络员的事项”这一报送事项。",
        "D3": "2022年4月30日 早于这一期开始的日期（2022年5月1日），请核对",
        "E3": "这一期 6月1日 才开始，还不能登记收到，请留空",
        "B4": "2022年4月10日 早于这一期开始的日期（2022年4月18日），请核对",
        "F4": "看不懂“明天”：已报的填收到日期（如 2022-04-25、4月25日）或打 √，没报的留空",
        "A5": "没有写单位名称；如果是合并单元格，请拆开后每行都写",
        "D6": f"县公安局不需要报送“{MAY}”，请留空",
    }
    assert str(found.refused[0].place) == "工作表“台账” A2"


def test_a_date_under_a_blank_head_is_refused_and_not_passed_over(opened: Office) -> None:
    blank = "没有写事项名称；如果是合并单元格，请拆开后每格都写"
    found = plan(opened, [["单位", LIAISON, "", MAY], ["嘉定镇", "√", "4月20日", "√", "√"]])
    assert refusals(found) == {"C1": blank, "E1": blank}


def test_a_name_that_several_items_have_is_asked_about(opened: Office) -> None:
    found = plan(opened, [["单位", "本月工作进展"], ["嘉定镇", "√"]])
    assert refusals(found)["B1"].startswith("这个名称有 9 个事项，请写全，如 “主体责任·本月工作进展（4月，4月20日前）”")


def test_what_the_ledger_says_otherwise_is_refused(opened: Office) -> None:
    enter(opened, table(opened, [["单位", LIAISON], ["嘉定镇", "4月20日"]]))
    assert plan(opened, [["单位", LIAISON], ["嘉定镇", "4月20日"]]).same == 1
    assert plan(opened, [["单位", LIAISON], ["嘉定镇", "√"]]).same == 1
    why = "台账里已登记 2022年4月20日 收到；要改日期，请先撤销那一条登记"
    assert refusals(plan(opened, [["单位", LIAISON], ["嘉定镇", "4月21日"]])) == {"B2": why}
    why = "台账里已登记收到；确实没有收到的，请先撤销那一条登记，这里留空"
    assert refusals(plan(opened, [["单位", LIAISON], ["嘉定镇", "未报"]])) == {"B2": why}


def test_one_item_said_twice_must_be_said_alike(opened: Office) -> None:
    alike = plan(opened, [["单位", LIAISON], ["嘉定镇", "4月20日"], ["嘉定镇", "4.20"]])
    assert comes(alike) == [("嘉定镇", "liaison", date(2022, 4, 20))]
    found = plan(opened, [["单位", LIAISON], ["嘉定镇", "4月20日"], ["嘉定镇", "√"]])
    assert refusals(found) == {"B3": "与 工作表“台账” B2 写的不一样，同一单位的同一事项只应写一处"}


def test_a_formula_that_was_never_computed_is_refused(opened: Office) -> None:
    found = plan(opened, [["单位", LIAISON], ["嘉定镇", "=TODAY()"]])
    assert refusals(found) == {"B2": "是公式，没有存下结果。请用 Excel 或 WPS 打开后保存一次，或改写成日期"}


# --- all or nothing ---


def test_nothing_is_entered_while_one_cell_is_wrong(opened: Office) -> None:
    path = table(opened, [["单位", LIAISON], ["嘉定镇", "√"], ["古陂镇", "明天"]])
    assert len(enter(opened, path).refused) == 1
    assert opened.ledger.entries(opened.campaign.id) == {}


def test_somebody_is_named_who_enters(opened: Office) -> None:
    path = table(opened, [["单位", LIAISON], ["嘉定镇", "√"]])
    with pytest.raises(Contradiction, match="请填写登记人。"):
        enter(opened, path, by=" ")
    assert opened.ledger.entries(opened.campaign.id) == {}


def test_what_others_enter_meanwhile_is_looked_at_again(opened: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(opened, [["单位", LIAISON], ["嘉定镇", "4月20日"], ["古陂镇", "4月20日"]])
    append: Callable[..., bool] = opened.ledger.enter

    def late(campaign: str, entries: Any) -> bool:
        monkeypatch.undo()
        with office(opened.settings.home, CUIBAO_NOW=NOW) as other:
            period = lookup.item_labelled(other, LIAISON)
            day = date(2022, 4, 20)
            entering.record(
                other, other.now(), units=["嘉定镇"], period=period, received=day, channel=Channel.FAX, by="李"
            )
        return append(campaign, entries)

    monkeypatch.setattr(type(opened.ledger), "enter", lambda _, *words: late(*words))
    assert comes(enter(opened, path)) == [("古陂镇", "liaison", date(2022, 4, 20))]
    entries = opened.ledger.entries(opened.campaign.id)
    assert sorted((key.unit, [each.by for each in found]) for key, found in entries.items()) == [
        ("gupi", ["王芳"]),
        ("jiading", ["李"]),
    ]


# --- handed out and taken in again ---


@pytest.mark.parametrize("name", ["登记.xlsx", "登记.csv"])
def test_what_was_handed_out_differs_in_nothing(opened: Office, name: str) -> None:
    enter(opened, table(opened, [["单位", LIAISON, MAY], ["嘉定镇", "4月26日", "√"], ["古陂镇", "√", ""]]))
    period = lookup.item_labelled(opened, INTERIM)
    entering.record(
        opened,
        opened.now(),
        units=["古陂镇"],
        period=period,
        received=None,
        channel=Channel.PHONE,
        by="王",
        note="没有企业",
        entry=Entry.EXEMPTED,
    )
    path = opened.settings.home / name
    assert exporting.export(opened, look(opened, opened.now()), path) == (3, 4)
    found = importing.plan_import(opened, opened.now(), importing.read_table(path))
    assert (found.arrivals, found.refused, found.same) == ((), (), 4)


def test_the_table_to_fill_in_has_real_dates_and_stays_readable(opened: Office) -> None:
    enter(opened, table(opened, [["单位", LIAISON], ["嘉定镇", "4月26日"]]))
    path = opened.settings.home / "登记.xlsx"
    exporting.export(opened, look(opened, opened.now()), path)
    sheet = load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["单位", LIAISON, INTERIM, APRIL, MAY]
    assert sheet["B3"].value == at("2022-04-26").replace(tzinfo=None)
    assert sheet["B3"].number_format == "yyyy-mm-dd"
    assert sheet["B4"].number_format == "@"  # 4.30 typed there stays 4.30
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B3", "A2:E5")
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[2][1] == date(2022, 4, 26)
    with pytest.raises(CuibaoError, match="已有这个文件"):
        exporting.export(opened, look(opened, opened.now()), path)


# --- the command line ---


def command(home: Path, *words: str) -> Any:
    environ = {"CUIBAO_HOME": str(home), "CUIBAO_NOW": NOW}
    return CliRunner().invoke(cli, ["receipts", *words], env=environ)


def test_the_command_shows_first_and_enters_when_told_to(tmp_path: Path) -> None:
    home = lay_out(tmp_path)
    with office(home, CUIBAO_NOW=NOW) as opened:
        path = table(opened, [["单位", LIAISON], ["嘉定镇", "√"]])
    shown = command(home, "import", str(path))
    assert "2022-04-25（日期不详，按时）" in shown.output
    assert shown.output.endswith("要登记收到 1 个单位、1 件。现在什么都没有登记，加 --yes --by 姓名 才登记。\n")
    assert not (home / "ledger.db").exists()
    done = command(home, "import", str(path), "--yes", "--by", "王芳", "--channel", "纸质")
    assert done.output.endswith("已登记收到 1 个单位、1 件。\n")
    again = command(home, "import", str(path), "--yes", "--by", "王芳", "--json")
    assert json.loads(again.output) == {
        "entered": True,
        "arrivals": [],
        "refused": [],
        "same": 1,
        "ignored": [],
        "left_out": [],
    }


def test_the_command_names_the_cells_and_ends_with_an_error(tmp_path: Path) -> None:
    home = lay_out(tmp_path)
    with office(home, CUIBAO_NOW=NOW) as opened:
        path = table(opened, [["单位", LIAISON], ["嘉定镇", "=cmd|'/c'!A0"], ["古陂镇", "@x\x1b[2J"]], "台账.csv")
    done = command(home, "import", str(path), "--yes", "--by", "王芳")
    assert "B2：看不懂“=cmd|'/c'!A0”" in done.output
    assert "\x1b" not in done.output
    assert isinstance(done.exception, CuibaoError)
    assert str(done.exception) == "有 2 格不能导入，本次没有登记任何内容；改好后再导入。"
