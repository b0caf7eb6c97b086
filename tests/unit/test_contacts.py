"""A table of contacts read as offices send it, and units.yaml edited without losing a byte of what stays."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook, load_workbook

from cuibao.errors import Contradiction
from cuibao.loading.editing import edited
from cuibao.service.contacts.cells import filled
from cuibao.service.contacts.changing import PLACES
from cuibao.settings import CHECKOUT
from cuibao.spreadsheet import Column, read_rows, write_table
from cuibao.spreadsheet.columns import column_called, find_header
from cuibao.tongue import speak

SHIPPED = (CHECKOUT / "contacts" / "units.yaml").read_bytes()


def workbook(path: Path, *rows: Sequence[object], change: Callable[[Any], object] = lambda book: None) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    change(book)
    book.save(path)
    return path


def read(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of the table at `path`, with their numbers."""
    return [(row.number, {column.value: text for column, text in row.cells.items()}) for row in read_rows(path).rows]


def first(path: Path) -> dict[str, str]:
    return read(path)[0][1]


# --- the names of columns ---


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("单位", Column.UNIT),
        ("单　位", Column.UNIT),
        ("责任\n单位", Column.UNIT),
        ("乡镇（街道）", Column.UNIT),
        (" 部门：", Column.UNIT),
        ("联络员", Column.NAME),
        ("联系人", Column.NAME),
        ("联络人姓名", Column.NAME),
        ("职务/职称", Column.POST),
        ("办公电话", Column.PHONE),
        ("联系电话（座机）", Column.PHONE),
        ("手机号码*", Column.MOBILE),
        ("联络员手机", Column.MOBILE),
        ("Ｅ－ｍａｉｌ", Column.EMAIL),
        ("电子邮箱（必填）", Column.EMAIL),
        ("单位邮箱", Column.ADDRESSES),
        ("分管领导", Column.LEADER_NAME),
        ("领导职务", Column.LEADER_POST),
        ("分管领导手机号", Column.LEADER_MOBILE),
        ("序号", None),
        ("备注", None),
        ("主要领导电话", None),
        ("", None),
    ],
)
def test_it_knows_a_column_by_the_names_that_offices_use(name: str, column: Column | None) -> None:
    assert column_called(name) is column


@pytest.mark.parametrize("column", Column)
def test_it_knows_every_name_that_an_export_writes(column: Column) -> None:
    assert column_called(column.value) is column


def test_it_reads_a_header_of_two_lines() -> None:
    rows = [
        ["通讯录", "", "", "", "", "", ""],
        ["序号", "单位", "联络员", "", "分管领导", "", "备注"],
        ["", "", "姓名", "手机", "姓名", "电话", ""],
        ["1", "嘉定镇", "张三", "13800000000", "李四", "3330001", ""],
    ]
    found = find_header(rows)
    assert found is not None
    assert (found.below, found.ignored) == (3, ("序号", "备注"))
    assert found.columns == {
        1: Column.UNIT,
        2: Column.NAME,
        3: Column.MOBILE,
        4: Column.LEADER_NAME,
        5: Column.LEADER_PHONE,
    }


def test_it_takes_a_department_for_the_unit_only_where_nothing_else_is_one() -> None:
    both, alone = find_header([["部门", "单位", "姓名"]]), find_header([["部门", "姓名"]])
    assert both is not None
    assert (both.columns, both.ignored) == ({1: Column.UNIT, 2: Column.NAME}, ("部门",))
    assert alone is not None
    assert alone.columns == {0: Column.UNIT, 1: Column.NAME}


def test_it_takes_no_row_of_values_for_the_second_line_of_a_header() -> None:
    found = find_header([["单位", "姓名"], ["", "张三"], ["嘉定镇", "李四"]])
    assert found is not None
    assert found.below == 1


# --- files ---


def test_it_finds_the_header_below_a_title_and_numbers_rows_as_excel_does(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        book.worksheets[0].merge_cells("A1:D1")

    path = workbook(
        tmp_path / "a.xlsx",
        ["信丰县安委会成员单位联络员通讯录"],
        [],
        ["序号", "邮箱", "姓 名", "单位名称"],
        [1, "zs@163.com", "张三", "嘉定镇"],
        [2],
        [],
        [3, None, "李四", "古陂镇"],
        change=merge,
    )
    assert read(path) == [
        (4, {"单位": "嘉定镇", "姓名": "张三", "邮箱": "zs@163.com"}),
        (7, {"单位": "古陂镇", "姓名": "李四"}),
    ]
    assert read_rows(path).ignored == ("序号",)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13800000000, "13800000000"),
        (13800000000.0, "13800000000"),
        ("013800000000", "013800000000"),
        (" 138 ", "138"),
    ],
)
def test_it_reads_a_number_as_its_digits(tmp_path: Path, value: object, text: str) -> None:
    assert first(workbook(tmp_path / "a.xlsx", ["单位", "手机"], ["嘉定镇", value]))["手机"] == text


def test_it_passes_over_a_header_that_is_repeated(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["单位", "姓名"], ["嘉定镇", "张三"], ["单位", "姓名"], ["古陂镇", "李四"])
    assert [number for number, _ in read(path)] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_a_csv_however_it_was_saved(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = ["信丰县通讯录", "", "姓名,单位,手机", '张三,嘉定镇,"13800000000"', "", "李四,古陂镇,"]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(rows).replace(",", delimiter).encode(encoding))
    assert read(path) == [
        (4, {"单位": "嘉定镇", "姓名": "张三", "手机": "13800000000"}),
        (6, {"单位": "古陂镇", "姓名": "李四"}),
    ]


@pytest.mark.parametrize(
    ("name", "held", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0", "打不开，可能已损坏或设了密码"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "打不开，可能已损坏或设了密码"),
        ("a.ods", b"PK\x03\x04 and no more", "打不开，可能已损坏"),
        ("a.xls", b" <html><table>", "其实是网页文件，请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"),
        ("a.xlsx", b"PK\x03\x04 and no more", "打不开，可能已损坏"),
        ("a.xlsx", b"", "打不开，可能已损坏"),
        ("a.docx", b"PK", "只能导入 .xlsx、.xls、.ods 或 .csv 文件"),
        ("a.csv", b"", "没有找到列名"),
        ("a.csv", "单位,姓名\n嘉定镇,张三".encode() + b"\xff\xff\xff", "认不出文字编码"),
        ("a.csv", "姓名,手机,备注\n张三,138,".encode(), "缺少“单位”一列。第 1 行的列名有：姓名、手机、备注"),
        ("a.csv", "单位,姓名,联系人\n".encode(), "第 1 行有几列都是“姓名”：姓名、联系人。请只留一列"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(tmp_path: Path, name: str, held: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(held)
    with pytest.raises(Contradiction) as wrong:
        read_rows(tmp_path / name)
    assert str(wrong.value).startswith(f"{tmp_path / name}：{said}")


@pytest.mark.parametrize(("name", "said"), [("none.xlsx", "没有这个文件"), ("", "是文件夹，应为 .xlsx 或 .csv 文件")])
def test_it_says_that_there_is_no_file(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(Contradiction, match=said):
        read_rows(tmp_path / name)


# --- what is written out ---

ODD = {
    Column.UNIT: "嘉定镇",
    Column.NAME: "=HYPERLINK(1)",
    Column.PHONE: "+86 797 3330001",
    Column.MOBILE: "013800000000",
}


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_it_reads_back_what_it_wrote(tmp_path: Path, name: str) -> None:
    write_table(tmp_path / name, [ODD])
    assert read(tmp_path / name) == [(2, {column.value: text for column, text in ODD.items()})]


def test_it_writes_text_and_never_a_formula_into_a_workbook(tmp_path: Path) -> None:
    write_table(tmp_path / "a.xlsx", [ODD])
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    cells = {cell.value: (cell.data_type, cell.number_format) for cell in sheet[2] if cell.value}
    assert cells == dict.fromkeys(ODD.values(), ("s", "@"))


def test_it_guards_a_csv_against_formulas_and_marks_it_as_utf_8(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", [ODD])
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    row = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))[1]
    assert {"'=HYPERLINK(1)", "'+86 797 3330001", "013800000000"} <= set(row)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.xls", "文件名应以 .xlsx 或 .csv 结尾"), ("x/a.csv", "这个文件夹"), ("old.csv", "已有这个文件")],
)
def test_it_writes_nowhere_else(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "old.csv").touch()
    with pytest.raises(Contradiction, match=said):
        write_table(tmp_path / name, [])
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]


# --- cells ---


def values(cells: dict[Column, str], kept: dict[Column, str] | None = None) -> dict[Column, str]:
    found = filled(kept or {}, cells)
    assert found.faults == ()
    return {column: "、".join(texts) for column, texts in found.values.items()}


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (Column.NAME, "张　三", "张三"),
        (Column.NAME, "John  Smith", "John Smith"),
        (Column.POST, "站长\n兼书记", "站长 兼书记"),
        (Column.EMAIL, " zs＠163。com ", "zs@163.com"),
        (Column.EMAIL, "mailto:zs@163.com", "zs@163.com"),
        (
            Column.ADDRESSES,
            "a@163.com；b@163.com，c@163.com\nd@163.com e@163.com",
            "、".join(f"{x}@163.com" for x in "abcde"),
        ),
        (Column.PHONE, "（0797）3330001", "0797-3330001"),
        (Column.PHONE, "0797－3330001", "0797-3330001"),
        (Column.PHONE, "0797—3330001", "0797-3330001"),
        (Column.PHONE, "0797-3330001转8012", "0797-3330001-8012"),
        (Column.PHONE, "0797-3330001 转 8012", "0797-3330001-8012"),
        (Column.PHONE, "0797-3330001转分机8012", "0797-3330001-8012"),
        (Column.PHONE, "0797-3330001分机8012", "0797-3330001-8012"),
        (Column.PHONE, "0797－3330001，分机号：8012", "0797-3330001-8012"),
        (Column.PHONE, "（0797）3330001（分机８０１２）", "0797-3330001-8012"),
        (Column.PHONE, "０７９７－３３３０００１转８０１２", "0797-3330001-8012"),
        (Column.PHONE, "0797-3330001 ext. 8012", "0797-3330001-8012"),
        (Column.PHONE, "3330001 Ext8012", "3330001-8012"),
        (Column.PHONE, "3330001x8012", "3330001-8012"),
        (Column.PHONE, "3330001-转8012", "3330001-8012"),
        (Column.LEADER_PHONE, "3330001转8012", "3330001-8012"),
        (Column.MOBILE, "13800000000\u202c", "13800000000"),
        (Column.MOBILE, "138 0000 0000", "13800000000"),
        (Column.MOBILE, "+86-138-0000-0000", "13800000000"),
        (Column.MOBILE, "13800000000.0", "13800000000"),
        (Column.LEADER_PHONE, "3330001", "3330001"),
    ],
)
def test_it_brings_a_cell_into_form(column: Column, cell: str, value: str) -> None:
    assert values({column: cell}) == {column: value}


@pytest.mark.parametrize("cell", ["", "　", "无", "/", "—", "暂无", "\u200b"])
def test_it_takes_what_stands_for_nothing_as_blank(cell: str) -> None:
    assert values(dict.fromkeys(Column, cell)) == {}


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        (Column.EMAIL, "zs.163.com", "邮箱应为邮箱地址，如 xfxawb@sina.com，现为“zs.163.com”"),
        (Column.EMAIL, "zhang san@163.com", "邮箱应为邮箱地址"),
        (Column.EMAIL, "a@163.com、b@163.com", "邮箱只能写一个，现有2个：a@163.com、b@163.com"),
        (Column.EMAIL, "；", "邮箱应为邮箱地址"),
        (Column.ADDRESSES, "a@163.com、b", "单位邮箱应为邮箱地址"),
        (Column.PHONE, "3330001转总机", "电话应为号码"),
        (Column.PHONE, "转8012", "电话应为号码"),
        (Column.PHONE, "3330001转80120000", "电话应为号码"),
        (Column.PHONE, "1.38E+10", "电话被 Excel 改成了 1.38E+10"),
        (Column.PHONE, "3330001/3330002", "电话只能写一个，现有2个：3330001、3330002"),
        (Column.MOBILE, "13800000000、13900000000", "手机只能写一个"),
        (Column.MOBILE, "#N/A", "手机是 Excel 的出错标记 #N/A"),
        (Column.NAME, "同上", "姓名请写明，不能写“同上”"),
        (Column.POST, "长" * 81, "职务太长"),
        (Column.PHONE, "3330001、" * 34_000, "电话太长，一格请不超过 1000 个字"),
        (Column.ADDRESSES, "a@163.com、" * 34_000, "单位邮箱太长，一格请不超过 1000 个字"),
        (Column.EMAIL, "a" * 300 + "@163.com", "邮箱应为邮箱地址，如 xfxawb@sina.com，现为“" + "a" * 40 + "…”"),
    ],
)
def test_it_refuses_a_cell_and_says_why(column: Column, cell: str, fault: str) -> None:
    (said,) = filled({}, {column: cell}).faults
    assert said.startswith(fault)


@pytest.mark.parametrize(
    ("phone", "mobile", "becomes"),
    [
        ("13800000000", "", {Column.MOBILE: "13800000000"}),
        ("13800000000", "13800000000", {Column.MOBILE: "13800000000"}),
        ("13800000000", "13900000000", {Column.PHONE: "13800000000", Column.MOBILE: "13900000000"}),
        ("0797-3330001、13800000000", "", {Column.PHONE: "0797-3330001", Column.MOBILE: "13800000000"}),
    ],
)
def test_it_lets_a_mobile_number_go_where_it_belongs(phone: str, mobile: str, becomes: dict[Column, str]) -> None:
    assert values({Column.PHONE: phone, Column.MOBILE: mobile}) == becomes


@pytest.mark.parametrize(
    ("column", "text"), [(Column.PHONE, "13800000000"), (Column.NAME, "张 三"), (Column.MOBILE, "138 0000 0000")]
)
def test_it_leaves_alone_what_the_contacts_say_already(column: Column, text: str) -> None:
    assert values({column: text}, {column: text}) == {column: text}


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (Column.PHONE, "7973330001", "电话 7973330001 可能少了开头的 0"),
        (Column.MOBILE, "1380000000", "不是 11 位手机号"),
    ],
)
def test_it_doubts_a_number(column: Column, cell: str, said: str) -> None:
    (warning,) = filled({}, {column: cell}).warnings
    assert said in warning


# --- units.yaml ---

BLOCK = """\
# 头
units:
  -   id: a   # 一
      name:  "甲"
      liaison:

      # 注
      addresses:
        - x@a.cn   # 旧
        - y@a.cn
  - {id: b, name: 乙, liaison: {email: 'b@a.cn' , mobile: }, leader: {}} # 二
  - id: c
    name: 丙
    liaison:
      email: c@a.cn # 三
      name: 王
"""


def edit(text: str, unit: str, **changed: str | Sequence[str]) -> str:
    return edited(text.encode(), {unit: {PLACES[Column[name]]: value for name, value in changed.items()}}).decode()


def test_it_changes_nothing_without_a_change() -> None:
    assert edited(SHIPPED, {}) == SHIPPED
    assert edit(BLOCK, "a") == BLOCK


@pytest.mark.parametrize(
    ("unit", "changed", "was", "becomes"),
    [
        ("a", {"NAME": "张三", "EMAIL": "z@a.cn"}, "      liaison:\n", "      liaison: {name: 张三, email: z@a.cn}\n"),
        ("a", {"LEADER_NAME": "李四"}, "      liaison:\n", "      liaison:\n      leader: {name: 李四}\n"),
        ("a", {"ADDRESSES": ["x@a.cn", "n@a.cn"]}, "- y@a.cn", "- n@a.cn"),
        ("a", {"ADDRESSES": ["x@a.cn"]}, "   # 旧\n        - y@a.cn", "   # 旧"),
        ("a", {"ADDRESSES": ["x@a.cn", "y@a.cn", "n@a.cn"]}, "- y@a.cn", "- y@a.cn\n        - n@a.cn"),
        ("b", {"EMAIL": "n@a.cn"}, "'b@a.cn'", "'n@a.cn'"),
        ("b", {"MOBILE": "138"}, "mobile: }", "mobile: 138 }"),
        ("b", {"NAME": "张三"}, "{email: 'b", "{name: 张三, email: 'b"),
        ("b", {"LEADER_EMAIL": "l@a.cn", "LEADER_NAME": "李"}, "leader: {}", "leader: {name: 李, email: l@a.cn}"),
        ("b", {"ADDRESSES": ["n@a.cn"]}, "name: 乙, ", "name: 乙, addresses: [n@a.cn], "),
        ("c", {"NAME": "null"}, "name: 王", "name: 'null'"),
        ("c", {"NAME": "O'Neil: #1"}, "name: 王", "name: 'O''Neil: #1'"),
        ("c", {"POST": "站长"}, "name: 王\n", "name: 王\n      post: 站长\n"),
        ("c", {"EMAIL": "n@a.cn"}, "email: c@a.cn # 三", "email: n@a.cn # 三"),
        ("c", {"LEADER_PHONE": "0797-1"}, "name: 王\n", "name: 王\n    leader: {phone: 0797-1}\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_it_changes_one_value_and_no_other_byte(
    unit: str, changed: dict[str, str | Sequence[str]], was: str, becomes: str, newline: str
) -> None:
    text, was, becomes = (part.replace("\n", newline) for part in (BLOCK, was, becomes))
    assert text.count(was) == 1
    found = edit(text, unit, **changed)
    assert found == text.replace(was, becomes)
    yaml.safe_load(found)


def test_it_changes_every_unit_of_the_shipped_file_and_keeps_its_comments() -> None:
    ids = [unit["id"] for unit in yaml.safe_load(SHIPPED)["units"]]
    new: dict[tuple[str, ...], str] = {
        ("liaison", "name"): "张三",
        ("liaison", "mobile"): "13800000000",
        ("liaison", "email"): "z@a.cn",
        ("leader", "post"): "副镇长",
    }
    becomes = edited(SHIPPED, dict.fromkeys(ids, new)).decode()
    same = [(old, now) for old, now in zip(SHIPPED.decode().splitlines(), becomes.splitlines(), strict=True)]
    changed = {(old.split(":")[0].strip()) for old, now in same if old != now}
    assert changed == {"liaison", "leader"}
    for unit in yaml.safe_load(becomes)["units"]:
        assert unit["liaison"] == {"name": "张三", "mobile": 13800000000, "email": "z@a.cn"}
        assert list(unit["leader"]) == ["post", "email"]


@pytest.mark.parametrize("space", ["", " "])
def test_it_puts_a_field_after_an_empty_one(space: str) -> None:
    text = f"units:\n  - {{id: a, liaison: {{name: {space}, phone: {space}}}}}\n"
    (unit,) = yaml.safe_load(edit(text, "a", POST="站长", EMAIL="z@a.cn"))["units"]
    assert unit["liaison"] == {"name": None, "post": "站长", "phone": None, "email": "z@a.cn"}


def test_it_keeps_the_mark_at_the_head_of_a_file() -> None:
    assert edit("\ufeff" + BLOCK, "c", NAME="李").startswith("\ufeff# 头")


def test_an_american_number_is_kept_without_a_word() -> None:
    speak("en")
    found = filled({}, {Column.PHONE: "(559) 555-0101", Column.MOBILE: "(559) 555-0199", Column.EMAIL: "nobody"})
    assert (found.values[Column.PHONE], found.values[Column.MOBILE]) == (("559-555-0101",), ("559-555-0199",))
    assert found.warnings == ()
    assert found.faults == ('Email address: should be an email address, like jdoe@example.com, and is "nobody"',)
