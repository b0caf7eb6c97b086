"""Contacts taken in from a table: what is changed and what is refused, and that a bad import leaves all as it was."""

import csv
import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from openpyxl import Workbook

from cuibao.errors import Contradiction
from cuibao.office import Office
from cuibao.service.contacts import changing
from cuibao.settings import CHECKOUT
from cuibao.spreadsheet import Column, Row, Table
from tests.faults.town import lay_out, unit
from tests.integration.test_calls import bounces
from tests.integration.test_cli import Said, cuibao
from tests.offices import office, spoil

SHIPPED = (CHECKOUT / "contacts" / "units.yaml").read_bytes()
HEAD = ("单位", "姓名", "职务", "电话", "手机", "邮箱")
ZHANG = ("嘉定镇", "张三", "站长", "0797-3330001", 13800000000, "zs@163.com")
# The home as `cuibao` of test_cli sees it.
HOME = "office"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office with contacts of its own."""
    shutil.copytree(CHECKOUT / "contacts", tmp_path / HOME / "contacts")
    return tmp_path / HOME


@pytest.fixture
def opened(home: Path) -> Iterator[Office]:
    with office(home) as found:
        yield found


def units(home: Path) -> Path:
    return home / "contacts" / "units.yaml"


def table(*rows: Sequence[object], head: Sequence[str] = HEAD) -> Table:
    """The rows as reading a file would give them, below a header in row 1."""
    cells = [{Column(name): str(cell) for name, cell in zip(head, row, strict=False) if cell} for row in rows]
    return Table(tuple(Row(number, found) for number, found in enumerate(cells, start=2)), ())


def plan(opened: Office, *rows: Sequence[object], head: Sequence[str] = HEAD) -> changing.ImportPlan:
    return changing.plan_import(opened, table(*rows, head=head))


def diff(plan: changing.ImportPlan) -> list[tuple[str, str, str, str]]:
    return [(change.name, change.field, change.old, change.new) for change in plan.changes]


def sheet(path: Path, *rows: Sequence[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def changed_lines(home: Path) -> list[str]:
    """What units.yaml now says otherwise than as it was shipped."""
    lines = zip(SHIPPED.splitlines(), units(home).read_bytes().splitlines(), strict=True)
    return [new.decode().strip() for old, new in lines if old != new]


# --- the plan ---


def test_it_says_what_would_change_and_touches_nothing(opened: Office, home: Path) -> None:
    found = plan(opened, ZHANG, ("古陂镇", "", "", "", "", "liaison.gupi@xinfeng.example"))
    assert diff(found) == [
        ("嘉定镇", "姓名", "", "张三"),
        ("嘉定镇", "职务", "", "站长"),
        ("嘉定镇", "电话", "", "0797-3330001"),
        ("嘉定镇", "手机", "", "13800000000"),
        ("嘉定镇", "邮箱", "liaison.jiading@xinfeng.example", "zs@163.com"),
    ]
    assert (found.unchanged, found.rejected, found.warnings) == (("古陂镇",), (), ())
    assert units(home).read_bytes() == SHIPPED


@pytest.mark.parametrize("name", ["县应急局", "县应急管理局", "D01", "yingji", "县 应 急 局"])
def test_it_knows_a_unit_by_each_of_its_names(opened: Office, name: str) -> None:
    assert diff(plan(opened, (name, "张三"))) == [("县应急管理局", "姓名", "", "张三")]


@pytest.mark.parametrize(
    ("rows", "rejected"),
    [
        ([("加定镇", "张三")], [(2, "加定镇", "通讯录里没有“加定镇”。是不是：嘉定镇？")]),
        ([("", "张三")], [(2, "", "没有写单位名称；如果是合并单元格，请拆开后每行都写")]),
        (
            [("嘉定镇", "张三"), ("古陂镇", "李四"), ("T01", "王五")],
            [
                (2, "嘉定镇", "第 2、4 行写的都是嘉定镇，只应有一行"),
                (4, "嘉定镇", "第 2、4 行写的都是嘉定镇，只应有一行"),
            ],
        ),
        (
            [("嘉定镇", "张三", "", "总机", "", "zs")],
            [
                (
                    2,
                    "嘉定镇",
                    "电话应为号码（数字和连字符，如 0797-3330001），现为“总机”；"
                    "邮箱应为邮箱地址，如 xfxawb@sina.com，现为“zs”",
                )
            ],
        ),
    ],
)
def test_it_refuses_a_row_whole_and_says_why(
    opened: Office, rows: list[Sequence[object]], rejected: list[tuple[int, str, str]]
) -> None:
    found = plan(opened, *rows)
    assert sorted((row.row, row.unit, row.why) for row in found.rejected) == sorted(rejected, key=lambda row: row[0])
    assert {change.name for change in found.changes} <= {"古陂镇"}


def test_it_warns_of_a_mailbox_that_two_units_have(opened: Office) -> None:
    found = plan(opened, ("嘉定镇", "", "", "", "", "Gupi@xinfeng.example"))
    assert len(found.changes) == 1
    (warning,) = found.warnings
    assert warning.startswith("嘉定镇、古陂镇用的是同一个邮箱 Gupi@xinfeng.example")


# --- writing ---


def test_it_writes_what_it_planned_and_no_other_line(opened: Office, home: Path) -> None:
    applied = changing.apply(opened, plan(opened, ZHANG))
    liaison = "{name: 张三, post: 站长, phone: 0797-3330001, mobile: 13800000000, email: zs@163.com}"
    assert changed_lines(home) == [f"liaison: {liaison}"]
    assert applied.confirmed_addresses == ("zs@163.com",)


def test_it_writes_the_units_own_mailboxes_and_its_leader(opened: Office, home: Path) -> None:
    head = ("单位", "单位邮箱", "领导姓名", "领导手机", "领导邮箱")
    row = ("嘉定镇", "a@163.com；b@163.com", "李　四", "139 0000 0000", "ls@163.com")
    changing.apply(opened, plan(opened, row, head=head))
    assert changed_lines(home) == [
        "addresses: [a@163.com, b@163.com]",
        "leader: {name: 李四, mobile: 13900000000, email: ls@163.com}",
    ]
    with office(home) as fresh:
        assert fresh.campaign.units["jiading"].addresses == ("a@163.com", "b@163.com")


def test_an_address_that_bounced_stays_bad_while_a_unit_has_it(opened: Office) -> None:
    shared = "gupi@xinfeng.example"
    bounces(opened, "liaison.jiading@xinfeng.example", "2022-07-26T08:45")
    changing.apply(opened, plan(opened, ("嘉定镇", "", "", "", "", shared)))
    assert opened.ledger.mails.bad_addresses(opened.campaign.id) == {}
    bounces(opened, shared, "2022-07-26T09:15")
    with office(opened.settings.home) as fresh:
        changing.apply(fresh, plan(fresh, ("嘉定镇", "", "", "", "", "zs@163.com")))
        assert set(fresh.ledger.mails.bad_addresses(fresh.campaign.id)) == {shared}


def test_a_table_confirms_no_address_that_it_only_repeats(opened: Office) -> None:
    applied = changing.apply(opened, plan(opened, ("嘉定镇", "张三", "", "", "", "liaison.jiading@xinfeng.example")))
    assert applied.confirmed_addresses == ()


@pytest.mark.parametrize("before", [True, False])
def test_it_writes_nothing_where_somebody_else_wrote_meanwhile(opened: Office, home: Path, before: bool) -> None:
    _ = opened.campaign
    planned = None if before else plan(opened, ZHANG)
    spoil(units(home), "name: 古陂镇", "name: 新古陂镇")
    theirs = units(home).read_bytes()
    with pytest.raises(Contradiction, match="别人改过，本次没有写入"):
        changing.apply(opened, planned or plan(opened, ZHANG))
    assert units(home).read_bytes() == theirs


def test_of_two_who_write_at_once_one_is_told(home: Path) -> None:
    said: list[str] = []
    start = threading.Barrier(2)

    def change(unit: str) -> None:
        with office(home) as mine:
            planned = changing.plan_liaison(mine, unit, name="张三")
            start.wait()
            try:
                changing.apply(mine, planned)
            except Contradiction as wrong:
                said.append(str(wrong))

    threads = [threading.Thread(target=change, args=(unit,)) for unit in ("嘉定镇", "古陂镇")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1
    assert len(changed_lines(home)) == 1


def test_it_follows_a_link_and_keeps_the_files_rights(opened: Office, home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.yaml"
    units(home).rename(kept)
    kept.chmod(0o640)
    units(home).symlink_to(kept)
    changing.apply(opened, plan(opened, ZHANG))
    assert units(home).is_symlink()
    assert "张三" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o777 == 0o640


# --- one unit ---


def test_it_changes_one_units_liaison_and_keeps_what_is_left_blank(opened: Office, home: Path) -> None:
    done = changing.change_liaison(opened, "嘉定镇", name="张三", mobile="138 0000 0000")
    assert changed_lines(home) == ["liaison: {name: 张三, mobile: 13800000000, email: liaison.jiading@xinfeng.example}"]
    assert changing.said(done) == "已修改：嘉定镇 联络员 张三，手机 13800000000"
    assert done.confirmed_addresses == ()


def test_an_address_that_is_entered_again_is_confirmed(opened: Office, home: Path) -> None:
    done = changing.change_liaison(opened, "嘉定镇", email="liaison.jiading@xinfeng.example")
    assert done.confirmed_addresses == ("liaison.jiading@xinfeng.example",)
    assert changing.said(done) == "没有变化：嘉定镇"
    assert units(home).read_bytes() == SHIPPED


@pytest.mark.parametrize(
    ("unit", "entered", "said"),
    [
        ("", {"name": "张三"}, "请选择责任单位。"),
        ("加定镇", {"name": "张三"}, "通讯录里没有“加定镇”。是不是：嘉定镇？"),
        ("嘉定镇", {"name": "张三", "email": "zs", "mobile": "x"}, "手机应为号码.*；邮箱应为邮箱地址"),
    ],
)
def test_it_changes_nothing_of_a_form_with_a_mistake(
    opened: Office, home: Path, unit: str, entered: dict[str, str], said: str
) -> None:
    with pytest.raises(Contradiction, match=said):
        changing.change_liaison(opened, unit, **entered)
    assert units(home).read_bytes() == SHIPPED


# --- out and in again ---


@pytest.mark.parametrize("name", ["通讯录.xlsx", "通讯录.csv"])
def test_what_was_exported_changes_nothing_when_it_is_imported(
    opened: Office, home: Path, tmp_path: Path, name: str
) -> None:
    odd = "{name: 张 三, post: =1+1, phone: 13800000000, mobile: +86 138 0000 0000, email: zs@163.com}"
    spoil(units(home), "{email: liaison.jiading@xinfeng.example}", odd)
    spoil(units(home), "[jiading@xinfeng.example]", "[jiading@xinfeng.example, b@163.com]")
    was = units(home).read_bytes()
    assert changing.export(opened, tmp_path / name) == 42
    found = changing.plan_import(opened, changing.read_table(tmp_path / name))
    assert (found.changes, found.rejected, found.ignored, len(found.unchanged)) == ((), (), (), 42)
    changing.apply(opened, found)
    assert units(home).read_bytes() == was


# --- the command ---


def run(home: Path, *words: str | Path) -> Said:
    return cuibao(home.parent, "contacts", *map(str, words))


@pytest.mark.slow
def test_the_command_shows_first_and_writes_with_yes(home: Path, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", ["信丰县联络员通讯录"], ["序号", *HEAD], [1, *ZHANG], [2, "加定镇", "李四"])
    shown = run(home, "import", path)
    assert (shown.code, shown.err) == (0, "")
    for words in ("liaison.jiading@xinfeng.example", "第 4 行（加定镇）：通讯录里没有", "没有用到的列：序号"):
        assert words in shown.out
    assert shown.out.endswith("要改 1 个单位、5 处。现在什么都没有改，加 --yes 才写入。\n")
    assert units(home).read_bytes() == SHIPPED
    assert not (home / "ledger.db").exists()
    done = run(home, "import", path, "--yes")
    assert done.out.endswith(f"已写入 1 个单位、5 处：{units(home)}\n")
    assert (done.code, done.err) == (1, "有 1 行没有导入，改好后再导入一次即可。\n")
    assert len(changed_lines(home)) == 1
    assert cuibao(home.parent, "check").code == 0


@pytest.mark.slow
def test_the_command_answers_in_json(home: Path, tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([("邮箱", "单位", "备注"), ("zs@163.com", "嘉定镇", "")])
    answer: dict[str, Any] = run(home, "import", tmp_path / "a.csv", "--yes", "--json").json
    assert answer == {
        "written": True,
        "changes": [{"unit": "嘉定镇", "field": "邮箱", "old": "liaison.jiading@xinfeng.example", "new": "zs@163.com"}],
        "rejected": [],
        "unchanged": [],
        "ignored": ["备注"],
        "left_out": [],
        "warnings": [],
    }
    assert changed_lines(home) == ["liaison: {email: zs@163.com}"]


@pytest.mark.slow
def test_rejected_rows_in_json_still_end_with_one(home: Path, tmp_path: Path) -> None:
    said = run(home, "import", sheet(tmp_path / "a.xlsx", HEAD, ["加定镇", "李四"]), "--yes", "--json")
    assert said.code == 1
    assert [row["row"] for row in json.loads(said.out)["rejected"]] == [2]


@pytest.mark.slow
def test_the_command_exports_and_takes_it_back(home: Path, tmp_path: Path) -> None:
    assert run(home, "export", tmp_path / "a.xlsx").out == f"已导出 42 个单位：{tmp_path / 'a.xlsx'}\n"
    assert run(home, "import", tmp_path / "a.xlsx", "--yes").out == "没有变化的单位 42 个。\n没有要改的内容。\n"
    assert units(home).read_bytes() == SHIPPED
    assert run(home, "export", tmp_path / "a.xlsx").complaint == f"{tmp_path / 'a.xlsx'}：已有这个文件，请换一个文件名"


@pytest.mark.slow
def test_contacts_with_mistakes_are_said_with_their_line(home: Path, tmp_path: Path) -> None:
    spoil(units(home), "no: T02", "no: 2")
    complaint = run(home, "import", sheet(tmp_path / "a.xlsx", HEAD, ZHANG), "--yes").complaint
    assert "units.yaml 第 " in complaint


def steps(do: Callable[[], object]) -> int:
    """How many lines of the contacts' service Python goes through."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if any(part in frame.f_code.co_filename for part in ("service/contacts", "lookup")) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        do()
    finally:
        sys.settrace(before)
    return count


def test_twice_the_rows_take_twice_the_steps(tmp_path: Path) -> None:
    taken = []
    for rows in (100, 200):
        with office(lay_out(tmp_path / str(rows), rows)) as town:
            _ = town.campaign, town.ledger
            told = table(*[(unit(n), f"p{n}@xf.gov.cn") for n in range(rows)], head=("单位", "单位邮箱"))
            taken.append(steps(lambda: changing.apply(town, changing.plan_import(town, told))))  # noqa: B023
    assert taken[1] < 2.1 * taken[0]


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(lambda n: unit(n // 2), id="each unit twice"),
        pytest.param(lambda n: unit(0), id="one unit in every row"),
        pytest.param(lambda n: f"没有的镇{n}", id="units that nobody knows"),
        pytest.param(lambda n: "没" * 100_000, id="names without end"),
    ],
)
def test_twice_the_rows_that_cannot_be_taken_are_twice_the_work(tmp_path: Path, named: Callable[[int], str]) -> None:
    taken, said = [], []
    for rows in (100, 200):
        with office(lay_out(tmp_path / str(rows), rows)) as town:
            _ = town.campaign
            told = table(*[(named(n), "张三") for n in range(rows)])
            taken.append(steps(lambda: said.append(changing.plan_import(town, told).rejected)))  # noqa: B023
    assert [len(rejected) for rejected in said] == [100, 200]
    assert taken[1] < 2.1 * taken[0]
    length = [sum(len(row.why) + len(row.unit) for row in rejected) for rejected in said]
    assert length[1] < 2.1 * length[0] < 2.1 * 100 * 150
    # Each of these is looked for among all units.
    assert sum("是不是" in row.why for row in said[1]) <= 20


def test_a_mailbox_that_every_unit_gives_is_said_in_a_line(tmp_path: Path) -> None:
    with office(lay_out(tmp_path, 300)) as town:
        told = table(*[(unit(n), "all@xf.gov.cn") for n in range(300)], head=("单位", "邮箱"))
        (warning,) = changing.plan_import(town, told).warnings
    assert "等 300 个单位用的是同一个邮箱 all@xf.gov.cn" in warning
    assert len(warning) < 150


# --- tables as offices keep them ---


def test_it_names_the_sheet_of_each_row(opened: Office, tmp_path: Path) -> None:
    book = Workbook()
    sheets: dict[str, list[Sequence[object]]] = {
        "乡镇": [ZHANG, ("加定镇", "李四")],
        "县直": [("嘉定镇", "王五"), ("应急局", "赵六")],
    }
    for name, rows in sheets.items():
        made = book.create_sheet(name)
        for row in (HEAD, *rows):
            made.append(list(row))
    book.save(tmp_path / "a.xlsx")
    found = changing.plan_import(opened, changing.read_table(tmp_path / "a.xlsx"))
    twice = "工作表“乡镇”第 2 行、工作表“县直”第 2 行写的都是嘉定镇，只应有一行"
    assert [(row.place, row.why) for row in found.rejected] == [
        ("工作表“乡镇”第 2 行", twice),
        ("工作表“乡镇”第 3 行", "通讯录里没有“加定镇”。是不是：嘉定镇？"),
        ("工作表“县直”第 2 行", twice),
        ("工作表“县直”第 3 行", "通讯录里没有“应急局”。是不是：县应急局、县应急管理局？"),
    ]


def test_it_refuses_a_row_with_a_formula_that_nobody_computed(opened: Office, tmp_path: Path) -> None:
    link = '=HYPERLINK("mailto:a@b.cn","a@b.cn")'
    path = sheet(tmp_path / "a.xlsx", HEAD, [*ZHANG[:3], "总机", ZHANG[4], link], ["=A9"])
    found = changing.plan_import(opened, changing.read_table(path))
    assert found.changes == ()
    first, second = found.rejected
    unset = "是公式，没有存下结果，请用 Excel 或 WPS 打开后保存一次，或改写成实际内容"
    assert (first.row, first.unit) == (2, "嘉定镇")
    assert first.why.startswith(f"F2 {unset}；电话应为号码")
    assert (second.row, second.unit, second.why) == (3, "", f"A3 {unset}")


@pytest.mark.slow
def test_the_command_says_what_it_left_out(home: Path, tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEAD, ZHANG, ("古陂镇", "李四")):
        book.worksheets[0].append(list(row))
    book.worksheets[0].row_dimensions[3].hidden = True
    book.create_sheet("说明").append(["请如实填写"])
    book.save(tmp_path / "a.xlsx")
    said = run(home, "import", tmp_path / "a.xlsx")
    assert "没有读的：工作表“说明”里没有找到列名，没有读\n没有读的：隐藏（或筛选掉）的 1 行没有读\n" in said.out
    assert "古陂镇" not in said.out


@pytest.mark.slow
def test_the_command_refuses_a_table_that_is_too_long_in_a_line(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("单位,姓名\n" + "嘉定镇,张三\n" * 30_000, encoding="utf-8")
    complaint = run(home, "import", tmp_path / "a.csv", "--yes").complaint
    assert complaint.startswith(f"{tmp_path / 'a.csv'}：有内容的行超过 20000 行")
    assert "\n" not in complaint
