"""Every mistake that an office's file may hold, and what the clerk is told about it, word for word."""

import gc
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cuibao.errors import Faults
from cuibao.loading import CalendarOverrides, find_campaigns, load_campaign, load_overrides, load_units
from cuibao.loading.faults import GUESSES
from cuibao.loading.sheet import read_sheet
from cuibao.model import Campaign, Expected, Register
from tests.faults.town import lay_out

CAMPAIGN = """\
title: 攻坚战
document_no: 信安办字〔2022〕30号
reference: XF2022
issued: 2022-04-18
ends: 2022-12-31
office:
  name: 县安委办
  mailbox: office@xinfeng.example
  phone: 3336239
phases:
  mobilization: {from: 2022-04-18, to: 2022-04-30}
  implementation: {from: 2022-05-01, to: 2022-09-30}
  summary: {from: 2022-10-01, to: 2022-12-31}
reminders:
  advance_working_days: [7, 3, 1]
  advance_working_days_monthly: [3, 1]
  overdue_working_days: [1, 3, 5]
  then_every_days: 7
  overdue_at_most: 8
  escalate_from: 3
"""

PLAN = """\
no: 2
id: skills
title: 安全技能实施方案
short: 安全技能
contact: {name: 陈运发, phone: 3336239, mailbox: office@xinfeng.example}
requirements:
  - id: liaison
    title: 联络人
    owed_by: [towns]
    due: 2022-04-25
    source: 方案二 四（三）
  - id: monthly
    title: 本月情况
    owed_by: [嘉定镇, 县消防支队]
    due:
      every: month
      day: 20
      from: 2022-04-18
      to: 2022-12-31
    source: 方案二 四（四）
milestones:
  - id: work-plan
    title: 制定方案
    owed_by: [towns]
    due: 2022-04-30
    source: 方案二 三（一）
"""

UNITS = """\
units:
  - id: jiading
    no: T01
    name: 嘉定镇
    addresses: [jiading@xinfeng.example]
    liaison: {name: 李联络, mobile: 013800000000}
  - id: gupi
    no: T02
    name: 古陂镇
  - id: xiaofang
    no: D01
    name: 县消防救援大队
    aliases: [县消防支队]
"""

GROUPS = """\
groups:
  - id: towns
    name: 各乡（镇）
    members: [jiading, gupi]
  - id: departments
    name: 县直部门
    members: [xiaofang]
"""

HEAD_FILE = "schedules/xf/campaign.yaml"
PLAN_FILE = "schedules/xf/2-skills.yaml"
UNITS_FILE = "contacts/units.yaml"
GROUPS_FILE = "contacts/groups.yaml"
FILES = {HEAD_FILE: CAMPAIGN, PLAN_FILE: PLAN, UNITS_FILE: UNITS, GROUPS_FILE: GROUPS}


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small office in the working directory, so that messages show the paths as a clerk types them."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        write(name, text)


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def edit(name: str, old: str, new: str) -> None:
    text = Path(name).read_text(encoding="utf-8")
    assert old in text
    write(name, text.replace(old, new, 1))


def load() -> Campaign:
    return load_campaign(Path("schedules/xf"), Path("contacts"))


def faults(read: Callable[[], object] = load) -> list[str]:
    with pytest.raises(Faults) as caught:
        read()
    return list(caught.value.lines)


def test_it_loads_good_files() -> None:
    campaign = load()

    assert [item.id for item in campaign.plans[0].requirements] == ["liaison", "monthly", "work-plan"]
    assert [item.tracked for item in campaign.plans[0].requirements] == [True, True, False]


def test_it_reads_what_the_words_of_a_mail_must_state() -> None:
    edit(PLAN_FILE, "title: 联络人", "title: 联络人\n    attachment: false\n    expects: [name, phone, name]")
    liaison, monthly, _ = load().plans[0].requirements
    assert (liaison.attached, liaison.expects) == (False, (Expected.NAME, Expected.PHONE))
    assert (monthly.attached, monthly.expects) == (True, ())


def test_it_resolves_groups_names_and_aliases_in_the_order_of_the_units_without_repeats() -> None:
    edit(PLAN_FILE, "[嘉定镇, 县消防支队]", "[县消防支队, gupi, 各乡（镇）, T01]")
    assert load().plans[0].requirements[1].units == ("jiading", "gupi", "xiaofang")


def test_it_gives_a_plan_without_phases_the_campaigns() -> None:
    assert [phase.end for phase in load().plans[0].phases] == [
        date(2022, 4, 30),
        date(2022, 9, 30),
        date(2022, 12, 31),
    ]


def test_it_lets_a_phase_begin_before_the_issue_day() -> None:
    edit(
        PLAN_FILE,
        "requirements:",
        "phases:\n  mobilization: {from: 2022-04-01, to: 2022-04-30}\n"
        "  implementation: {from: 2022-04-01, to: 2022-09-30}\n  summary: {from: 2022-10-01, to: 2022-12-31}\n"
        "requirements:",
    )
    assert load().plans[0].phases[1].start == date(2022, 4, 1)


def test_it_widens_a_recurrence_to_whole_months() -> None:
    rule = load().plans[0].requirements[1].rule
    assert (rule.first, rule.last) == (date(2022, 4, 1), date(2022, 12, 31))


def test_it_keeps_a_telephone_number_as_written_without_quotes() -> None:
    assert load().units["jiading"].liaison.mobile == "013800000000"


def test_it_accepts_what_is_not_known_yet_left_blank() -> None:
    edit(PLAN_FILE, "name: 陈运发,", "name: ,")
    assert load().plans[0].contact.name is None


def test_it_accepts_the_byte_order_mark_that_notepad_writes() -> None:
    Path(PLAN_FILE).write_bytes(PLAN.encode("utf-8-sig"))
    assert load().plans[0].id == "skills"


# What stands in one file: file, what to change, into what, what the clerk reads.
MISTAKES = [
    # shapes
    (
        PLAN_FILE,
        "day: 20",
        "day: 35",
        f'{PLAN_FILE} 第 17 行，requirements[1].due.day：应为 1 至 31 的整数或 last，现为 "35"',
    ),
    (
        PLAN_FILE,
        "title: 联络人",
        "tilte: 联络人",
        f"{PLAN_FILE} 第 8 行，requirements[0].tilte：没有这个字段，是否应为 title",
    ),
    (PLAN_FILE, "short:", "colour: red\nshort:", f"{PLAN_FILE} 第 4 行，colour：没有这个字段"),
    (
        PLAN_FILE,
        "      from:",
        "      form:",
        f"{PLAN_FILE} 第 18 行，requirements[1].due.form：没有这个字段，是否应为 from",
    ),
    (PLAN_FILE, "    source: 方案二 四（三）\n", "", f"{PLAN_FILE} 第 7 行，requirements[0].source：缺少这一项"),
    (
        PLAN_FILE,
        "source: 方案二 四（三）",
        "source:",
        f"{PLAN_FILE} 第 11 行，requirements[0].source：应为文字，现为空",
    ),
    (PLAN_FILE, "title: 联络人", "title: ''", f"{PLAN_FILE} 第 8 行，requirements[0].title：应为文字，现为空"),
    (PLAN_FILE, "title: 联络人", "title: [联络人]", f"{PLAN_FILE} 第 8 行，requirements[0].title：应为文字，现为列表"),
    (
        *(PLAN_FILE, "owed_by: [towns]", "owed_by: towns"),
        f'{PLAN_FILE} 第 9 行，requirements[0].owed_by：应为列表，每行一项、以“- ”开头，现为 "towns"',
    ),
    (
        *(PLAN_FILE, "owed_by: [towns]", "owed_by: []"),
        f"{PLAN_FILE} 第 9 行，requirements[0].owed_by：至少应有一项，现为空列表",
    ),
    (
        *(PLAN_FILE, "owed_by: [towns]", "owed_by: [[]]"),
        f"{PLAN_FILE} 第 9 行，requirements[0].owed_by[0]：应为文字，现为空列表",
    ),
    (
        *(PLAN_FILE, "contact: {name: 陈运发, phone: 3336239, mailbox: office@xinfeng.example}", "contact: 陈运发"),
        f'{PLAN_FILE} 第 5 行，contact：应为一组“字段: 值”，现为 "陈运发"',
    ),
    (
        *(PLAN_FILE, "due: 2022-04-25", "due: 2022-02-30"),
        f"{PLAN_FILE} 第 10 行，requirements[0].due："
        '应为日期（写作 2022-04-25），或 every、day、from、to 一组，现为 "2022-02-30"',
    ),
    (
        *(PLAN_FILE, "from: 2022-04-18", "from: 20220418"),
        f"{PLAN_FILE} 第 18 行，requirements[1].due.from：应为一期（月写作 2022-04，季 2022-Q2，半年 2022-H1，"
        '旬 2022-04-T1，周 2022-W16，年 2022）或其中一天（2022-04-25），现为 "20220418"',
    ),
    (
        *(PLAN_FILE, "every: month", "every: fortnight"),
        f"{PLAN_FILE} 第 16 行，requirements[1].due.every：应为 day（每日）、week（每周）、ten-days（每旬）、"
        'month（每月）、quarter（每季度）、half-year（每半年）、year（每年） 之一，现为 "fortnight"',
    ),
    (PLAN_FILE, "no: 2", "no: 二", f'{PLAN_FILE} 第 1 行，no：应为 1 至 9999 的整数，现为 "二"'),
    (
        PLAN_FILE,
        "id: skills",
        "id: 技能",
        f'{PLAN_FILE} 第 2 行，id：应为小写字母、数字和连字符，以字母开头，现为 "技能"',
    ),
    (
        PLAN_FILE,
        "short: 安全技能",
        "short: 从业人员安全技能",
        f'{PLAN_FILE} 第 4 行，short：应为 2 至 6 个字的简称，现为 "从业人员安全技能"',
    ),
    (
        *(HEAD_FILE, "mailbox: office@xinfeng.example", "mailbox: office＠xinfeng.example"),
        f'{HEAD_FILE} 第 8 行，office.mailbox：应为一个邮箱地址，如 xfxawb@sina.com，现为 "office＠xinfeng.example"',
    ),
    (
        *(HEAD_FILE, "phone: 3336239", "phone: 张三"),
        f'{HEAD_FILE} 第 9 行，office.phone：应为电话号码（数字、空格和连字符），现为 "张三"',
    ),
    (
        *(HEAD_FILE, "reference: XF2022", "reference: 信丰"),
        f'{HEAD_FILE} 第 3 行，reference：应为 2 至 12 个大写字母或数字，如 XF2022，现为 "信丰"',
    ),
    (
        UNITS_FILE,
        "no: T01",
        "no: 1",
        f'{UNITS_FILE} 第 3 行，units[0].no：应为一个大写字母加两到五位数字，如 T01，现为 "1"',
    ),
    (
        *(UNITS_FILE, "[jiading@xinfeng.example]", "[jiading@]"),
        f'{UNITS_FILE} 第 5 行，units[0].addresses[0]：应为一个邮箱地址，如 xfxawb@sina.com，现为 "jiading@"',
    ),
    (
        *(PLAN_FILE, "title: 制定方案", "title: 本月情况"),
        f"{PLAN_FILE} 第 23 行，milestones[0].title：与第 13 行重复，"
        '一个方案内 requirements 和 milestones 的 title 应各不相同，现为 "本月情况"',
    ),
    # dates that contradict each other
    (
        *(PLAN_FILE, "due: 2022-04-25", "due: 2022-04-17"),
        f'{PLAN_FILE} 第 10 行，requirements[0].due：应不早于印发日 2022-04-18，现为 "2022-04-17"',
    ),
    (
        *(PLAN_FILE, "due: 2022-04-30", "due: 2023-01-01"),
        f'{PLAN_FILE} 第 25 行，milestones[0].due：应不晚于攻坚战结束日 2022-12-31，现为 "2023-01-01"',
    ),
    (
        *(PLAN_FILE, "to: 2022-12-31", "to: 2022-03-31"),
        f'{PLAN_FILE} 第 19 行，requirements[1].due.to：应不早于 from（2022-04-18），现为 "2022-03-31"',
    ),
    (
        *(PLAN_FILE, "day: 20", "day: 5"),
        f"{PLAN_FILE} 第 18 行，requirements[1].due.from：应不早于印发日 2022-04-18，第一期为 2022-04-05",
    ),
    (
        *(PLAN_FILE, "to: 2022-12-31", "to: 2023-01-31"),
        f"{PLAN_FILE} 第 19 行，requirements[1].due.to：应不晚于攻坚战结束日 2022-12-31，最后一期为 2023-01-20",
    ),
    (
        *(PLAN_FILE, "day: 20", "day: 31"),
        f'{PLAN_FILE} 第 17 行，requirements[1].due.day：2022 年 4 月没有 31 日，月末应写 last，现为 "31"',
    ),
    (
        *(
            PLAN_FILE,
            "every: month\n      day: 20\n      from: 2022-04-18\n      to: 2022-12-31",
            "every: quarter\n      day: last\n      from: 2022-04-18\n      to: 2022-05-31",
        ),
        f"{PLAN_FILE} 第 15 行，requirements[1].due："
        "from 2022-04-18 至 to 2022-05-31 之间没有季末月（3、6、9、12 月），应至少有一期",
    ),
    (
        *(HEAD_FILE, "summary: {from: 2022-10-01, to: 2022-12-31}", "summary: {from: 2022-10-01, to: 2022-09-30}"),
        f'{HEAD_FILE} 第 13 行，phases.summary.to：应不早于 from（2022-10-01），现为 "2022-09-30"',
    ),
    (
        *(HEAD_FILE, "summary: {from: 2022-10-01, to: 2022-12-31}", "summary: {from: 2022-10-01, to: 2023-01-31}"),
        f'{HEAD_FILE} 第 13 行，phases.summary.to：应不晚于攻坚战结束日 2022-12-31，现为 "2023-01-31"',
    ),
    (
        *(HEAD_FILE, "{from: 2022-04-18, to: 2022-04-30}", "{from: 2022-04-01, to: 2022-04-17}"),
        f'{HEAD_FILE} 第 11 行，phases.mobilization.to：应不早于印发日 2022-04-18，现为 "2022-04-17"',
    ),
    (
        *(HEAD_FILE, "summary: {from: 2022-10-01,", "summary: {from: 2022-04-20,"),
        f'{HEAD_FILE} 第 13 行，phases.summary.from：应不早于前一阶段开始的 2022-05-01，现为 "2022-04-20"',
    ),
    (
        *(HEAD_FILE, "ends: 2022-12-31", "ends: 2022-04-01"),
        f'{HEAD_FILE} 第 5 行，ends：应不早于印发日 2022-04-18，现为 "2022-04-01"',
    ),
    (
        *(HEAD_FILE, "advance_working_days: [7, 3, 1]", "advance_working_days: [1, 3, 7]"),
        f"{HEAD_FILE} 第 15 行，reminders.advance_working_days：应由大到小、不重复，即 [7, 3, 1]，现为 [1, 3, 7]",
    ),
    # names
    (
        *(PLAN_FILE, "[嘉定镇, 县消防支队]", "[嘉定县, 县消防支队]"),
        f'{PLAN_FILE} 第 14 行，requirements[1].owed_by[0]：没有这个单位或分组，是否应为 嘉定镇，现为 "嘉定县"',
    ),
    (
        *(PLAN_FILE, "[嘉定镇, 县消防支队]", "[海事局]"),
        f"{PLAN_FILE} 第 14 行，requirements[1].owed_by[0]："
        '没有这个单位或分组，应为 units.yaml 或 groups.yaml 中的一个，现为 "海事局"',
    ),
    (
        *(PLAN_FILE, "[嘉定镇, 县消防支队]", "[嘉定镇，县消防支队]"),
        f"{PLAN_FILE} 第 14 行，requirements[1].owed_by[0]："
        '没有这个单位或分组，几个单位之间应用英文逗号或各写一行，现为 "嘉定镇，县消防支队"',
    ),
    (
        *(PLAN_FILE, "id: work-plan", "id: monthly"),
        f"{PLAN_FILE} 第 22 行，milestones[0].id："
        '与第 12 行重复，一个方案内 requirements 和 milestones 的 id 应各不相同，现为 "monthly"',
    ),
    (
        *(UNITS_FILE, "name: 古陂镇", "name: 嘉定镇"),
        f'{UNITS_FILE} 第 9 行，units[1].name：与单位“嘉定镇”（units.yaml 第 4 行）重复，应各不相同，现为 "嘉定镇"',
    ),
    (
        *(UNITS_FILE, "no: T02", "no: T01"),
        f'{UNITS_FILE} 第 8 行，units[1].no：与单位“嘉定镇”（units.yaml 第 3 行）重复，应各不相同，现为 "T01"',
    ),
    (
        *(UNITS_FILE, "[县消防支队]", "[县消防支队, 古陂镇]"),
        f"{UNITS_FILE} 第 13 行，units[2].aliases[1]："
        '与单位“古陂镇”（units.yaml 第 9 行）重复，应各不相同，现为 "古陂镇"',
    ),
    (
        *(GROUPS_FILE, "[jiading, gupi]", "[jiading, 古陂镇]"),
        f'{GROUPS_FILE} 第 4 行，groups[0].members[1]：units.yaml 中没有这个 id，是否应为 gupi，现为 "古陂镇"',
    ),
    (
        *(GROUPS_FILE, "[xiaofang]", "[xiaofang, gupi]"),
        f'{GROUPS_FILE} 第 7 行，groups[1].members[1]：已列入分组“各乡（镇）”，每个单位只应在一个分组，现为 "gupi"',
    ),
    (
        *(GROUPS_FILE, "[jiading, gupi]", "[jiading]"),
        f'{UNITS_FILE} 第 7 行，units[1].id：不在任何分组，应列入 groups.yaml 的一个分组，现为 "gupi"',
    ),
    # YAML itself
    (
        PLAN_FILE,
        "title: 联络人",
        "title: 联络人\n    title: 乙",
        f"{PLAN_FILE} 第 9 行，requirements[0].title：重复，第 8 行已有，应只留一处",
    ),
    (
        PLAN_FILE,
        "short: 安全技能",
        "short：安全技能",
        f"{PLAN_FILE} 第 4 行：字段名后用了中文冒号“：”，应为英文冒号加一个空格“: ”",
    ),
    (PLAN_FILE, "no: 2", "no:2", f"{PLAN_FILE} 第 1 行：冒号后缺一个空格，应写作“字段: 值”"),
    (
        *(PLAN_FILE, "    title: 联络人", "\ttitle: 联络人"),
        f"{PLAN_FILE} 第 8 行：缩进只能用空格，不能用 Tab",
    ),
    (PLAN_FILE, "title: 联络人", 'title: "联络人', f"{PLAN_FILE} 第 8 行：引号没有成对，应补上后一个引号"),
    (
        PLAN_FILE,
        "[嘉定镇, 县消防支队]",
        "[嘉定镇, 县消防支队",
        f"{PLAN_FILE} 第 14 行：方括号或花括号没有成对，应补上后一半",
    ),
    (
        PLAN_FILE,
        "milestones:",
        "---\nmilestones:",
        f"{PLAN_FILE} 第 21 行：一个文件里只能有一份内容，应删去中间的“---”",
    ),
    (
        *(PLAN_FILE, "title: 联络人", "  title: 联络人"),
        f"{PLAN_FILE} 第 8 行：写法有误，请检查这一行和上一行的缩进、冒号和引号（冒号后要有一个空格）",
    ),
    (PLAN_FILE, "title: 联络人", "title: @联络人", f"{PLAN_FILE} 第 8 行：以 @、`、% 开头的内容要加引号"),
    (PLAN_FILE, "title: 联络人", "title: *联络人", f"{PLAN_FILE} 第 8 行：以 * 或 & 开头的内容要加引号"),
    (
        PLAN_FILE,
        "title: 联络人",
        "title: !联络人",
        f"{PLAN_FILE} 第 8 行：写法有误，请检查这一行和上一行的缩进、冒号和引号（冒号后要有一个空格）",
    ),
    (
        PLAN_FILE,
        "title: 联络人",
        "title: !!int 3",
        f"{PLAN_FILE} 第 8 行，requirements[0].title：以 ! 开头的内容要加引号，现为 tag:yaml.org,2002:int",
    ),
    (PLAN_FILE, "title: 联络人", "title: 联络\x07人", f"{PLAN_FILE} 第 8 行：有看不见的控制字符，应删去后重新输入"),
    (
        *(PLAN_FILE, "owed_by: [towns]", "owed_by: &all [*all]"),
        f"{PLAN_FILE} 第 9 行，requirements[0].owed_by[0]：不用 YAML 的 & 和 * 引用，应把内容写全",
    ),
    (
        *(PLAN_FILE, "title: 联络人", "title: 联络人\n    attachment: false\n    expects: [姓名]"),
        f'{PLAN_FILE} 第 10 行，requirements[0].expects[0]：应为 name（姓名）或 phone（联系电话），现为 "姓名"',
    ),
    (
        *(PLAN_FILE, "title: 联络人", "title: 联络人\n    expects: [name, phone]"),
        f"{PLAN_FILE} 第 9 行，requirements[0].expects："
        "只用于不必有附件的事项，应同时写 attachment: false，或不写 expects",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), MISTAKES, ids=[str(n) for n in range(len(MISTAKES))])
def test_it_says_one_mistake_in_one_line(name: str, old: str, new: str, said: str) -> None:
    edit(name, old, new)
    assert faults() == [said]


@pytest.mark.parametrize("written", ["[xiaofang]", "{a: b}"])
def test_an_id_that_is_no_text_is_said_like_any_mistake(written: str) -> None:
    edit(UNITS_FILE, "id: xiaofang", f"id: {written}")
    edit(GROUPS_FILE, "[xiaofang]", "[县消防救援大队]")
    assert f"{UNITS_FILE} 第 10 行，units[2].id：应为小写字母、数字和连字符" in "\n".join(faults())


def test_it_reports_every_mistake_of_every_file_at_once_in_reading_order() -> None:
    write("schedules/xf/3-more.yaml", PLAN)
    edit(HEAD_FILE, "mailbox: office@xinfeng.example", "mailbox: office")
    edit(PLAN_FILE, "due: 2022-04-25", "due: 2023-04-25")
    edit(PLAN_FILE, "day: 20", "day: 35")
    edit(PLAN_FILE, "[嘉定镇, 县消防支队]", "[县消防总队]")
    edit(UNITS_FILE, "no: T02", "no: 2")

    said = [line.partition("：")[0] for line in faults()]

    # Who owes what is not judged while the contacts themselves are wrong.
    assert said == [
        f"{HEAD_FILE} 第 8 行，office.mailbox",
        f"{PLAN_FILE} 第 10 行，requirements[0].due",
        f"{PLAN_FILE} 第 17 行，requirements[1].due.day",
        "schedules/xf/3-more.yaml 第 1 行，no",
        "schedules/xf/3-more.yaml 第 2 行，id",
        "schedules/xf/3-more.yaml 第 4 行，short",
        f"{UNITS_FILE} 第 8 行，units[1].no",
    ]


def test_it_judges_who_owes_an_item_whose_date_is_wrong_too() -> None:
    edit(PLAN_FILE, "day: 20", "day: 35")
    edit(PLAN_FILE, "[嘉定镇, 县消防支队]", "[嘉定县]")
    assert [line.partition("：")[0] for line in faults()] == [
        f"{PLAN_FILE} 第 14 行，requirements[1].owed_by[0]",
        f"{PLAN_FILE} 第 17 行，requirements[1].due.day",
    ]


def test_it_says_which_plan_has_the_same_number() -> None:
    write("schedules/xf/3-more.yaml", PLAN.replace("id: skills", "id: more").replace("short: 安全技能", "short: 其他"))
    assert faults() == ['schedules/xf/3-more.yaml 第 1 行，no：与 2-skills.yaml 重复，每个方案应不同，现为 "2"']


def test_it_wants_something_in_a_plan() -> None:
    write(PLAN_FILE, PLAN.partition("requirements:")[0])
    assert faults() == [f"{PLAN_FILE} 第 1 行：requirements 和 milestones 都为空，应至少有一项"]


def test_it_says_that_a_file_is_in_the_encoding_of_old_notepad() -> None:
    Path(PLAN_FILE).write_bytes(PLAN.encode("gbk"))
    assert faults() == [f"{PLAN_FILE} 第 3 行：应为 UTF-8 编码，现似为 GBK（记事本的“ANSI”）；请另存为 UTF-8 编码"]


def test_it_says_that_a_file_is_utf_16() -> None:
    Path(PLAN_FILE).write_bytes(PLAN.encode("utf-16"))
    assert faults() == [
        f"{PLAN_FILE} 第 1 行：应为 UTF-8 编码，现似为 UTF-16（记事本的“Unicode”）；请另存为 UTF-8 编码"
    ]


def test_it_says_that_a_file_is_no_text() -> None:
    Path(PLAN_FILE).write_bytes(b"no: 2\nid: \xff\xff")
    assert faults() == [f"{PLAN_FILE} 第 2 行：应为 UTF-8 编码，现有无法识别的字节；请另存为 UTF-8 编码"]


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有说明\n"])
def test_it_says_that_a_file_is_empty(text: str) -> None:
    write(PLAN_FILE, text)
    assert faults() == [f"{PLAN_FILE}：是空文件，应写入内容（可从备份或样例复制）"]


def test_it_says_that_a_file_is_a_list() -> None:
    write(PLAN_FILE, "- no: 2\n")
    assert faults() == [f"{PLAN_FILE} 第 1 行：应为一组“字段: 值”，现为列表"]


def test_it_says_which_files_are_not_there() -> None:
    shutil.rmtree("contacts")
    shutil.rmtree("schedules")
    assert faults() == [
        "schedules/xf：没有方案文件，应至少有一个，如 1-culture.yaml",
        f"{HEAD_FILE}：没有这个文件",
        f"{UNITS_FILE}：没有这个文件",
        f"{GROUPS_FILE}：没有这个文件",
    ]


def test_it_keeps_the_offices_own_id_for_the_office() -> None:
    edit(UNITS_FILE, "id: gupi", "id: office")
    edit(GROUPS_FILE, "[jiading, gupi]", "[jiading, office]")
    assert faults() == [f'{UNITS_FILE} 第 7 行，units[1].id：office 是本办公室自己的代号，应换一个，现为 "office"']


@pytest.mark.parametrize("name", ["2-skills.yml", "2-skills.YAML", "2-skills.yaml.txt"])
def test_it_does_not_pass_over_a_plan_with_another_suffix(name: str) -> None:
    Path(PLAN_FILE).rename(f"schedules/xf/{name}")
    write("schedules/xf/3-more.yaml", PLAN)
    assert faults() == [f"schedules/xf/{name}：扩展名应为 .yaml，否则不会被读取"]


def test_it_passes_over_what_an_editor_hides() -> None:
    write("schedules/xf/.2-skills.yaml", "half a file:")
    assert len(load().plans) == 1


def test_it_finds_the_folders_that_hold_a_campaign() -> None:
    write("schedules/another/campaign.yaml", CAMPAIGN)
    write("schedules/drafts/notes.yaml", "")
    assert find_campaigns(Path("schedules")) == (Path("schedules/another"), Path("schedules/xf"))


def test_it_finds_no_campaign_where_there_is_no_folder() -> None:
    assert find_campaigns(Path("nowhere")) == ()


def test_it_overrides_nothing_without_a_file() -> None:
    assert load_overrides(Path("schedules/holidays.yaml")) == CalendarOverrides(frozenset(), frozenset())


def test_it_reads_the_days_that_the_office_overrides() -> None:
    write("schedules/holidays.yaml", "holidays:\n  - 2022-05-02\nworkdays:\n")
    assert load_overrides(Path("schedules/holidays.yaml")) == CalendarOverrides(
        frozenset({date(2022, 5, 2)}), frozenset()
    )


def test_it_says_what_is_wrong_with_the_overrides() -> None:
    write("schedules/holidays.yaml", "holidays: [2022-05-02, 5月3日]\nworkday: []\n")
    assert faults(lambda: load_overrides(Path("schedules/holidays.yaml"))) == [
        'schedules/holidays.yaml 第 1 行，holidays[1]：应为真实的日期，写作 2022-04-25，现为 "5月3日"',
        "schedules/holidays.yaml 第 2 行，workday：没有这个字段，是否应为 workdays",
    ]


def test_it_refuses_a_day_that_is_both_a_holiday_and_a_working_day() -> None:
    write("schedules/holidays.yaml", "holidays: [2022-05-02]\nworkdays:\n  - 2022-05-02\n")
    assert faults(lambda: load_overrides(Path("schedules/holidays.yaml"))) == [
        "schedules/holidays.yaml 第 3 行，workdays[0]：2022-05-02 同时列在 holidays，应只留一处"
    ]


# --- many units ---


def test_a_file_that_was_read_leaves_few_objects_for_the_collector_to_go_through(tmp_path: Path) -> None:
    units, path = 1000, lay_out(tmp_path / "town", 1000) / "contacts" / "units.yaml"
    gc.collect()
    before = len(gc.get_objects())
    sheet = read_sheet(path, [])
    gc.collect()
    assert sheet is not None
    # A unit, its addresses, and the lines of both; PyYAML's nodes would be 40.
    assert len(gc.get_objects()) - before < 10 * units


def test_the_collector_rests_while_a_campaign_is_read(tmp_path: Path) -> None:
    home = lay_out(tmp_path / "town", 1000)
    phases: list[str] = []
    gc.callbacks.append(lambda phase, info: phases.append(phase))
    try:
        load_campaign(home / "schedules" / "town", home / "contacts")
    finally:
        gc.callbacks.pop()
    assert phases.count("start") <= 1  # what it does once it is let go again
    assert gc.isenabled()


def test_a_unit_is_spoken_to_as_its_group_is_unless_it_says_otherwise() -> None:
    edit(GROUPS_FILE, "name: 各乡（镇）", "name: 各乡（镇）\n    register: request")
    edit(UNITS_FILE, "name: 古陂镇", "name: 古陂镇\n    register: instruct")
    registers = [unit.register for unit in load_units(Path("contacts")).values()]
    assert registers == [Register.REQUEST, Register.INSTRUCT, Register.INSTRUCT]
    edit(UNITS_FILE, "register: instruct", "register: ask")
    (fault,) = faults()
    assert fault.endswith('应为 instruct（要求）或 request（商请），现为 "ask"')


def test_only_the_first_wrong_members_are_compared_with_every_unit(tmp_path: Path) -> None:
    groups = lay_out(tmp_path / "town", 100) / "contacts" / "groups.yaml"
    groups.write_text(groups.read_text(encoding="utf-8").replace("town", "twon"), encoding="utf-8")
    said = faults(lambda: load_units(groups.parent))
    assert len([line for line in said if "没有这个 id" in line]) == 100
    assert len([line for line in said if "是否应为 town" in line]) == GUESSES


def test_every_unit_keeps_its_number_however_many_there_are(tmp_path: Path) -> None:
    units = load_units(lay_out(tmp_path / "town", 12_000) / "contacts")
    numbers = [unit.no for unit in units.values()]
    assert (numbers[0], numbers[99], numbers[100], numbers[2_600], numbers[-1]) == (
        *("T00", "T99", "T100", "T2600", "T11999"),
    )
    assert len(set(numbers)) == 12_000
