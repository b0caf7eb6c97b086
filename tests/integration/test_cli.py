"""The `cuibao` command as others use it: its JSON, its exit codes, what it says, what it leaves, what it loads."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from cuibao.settings import CHECKOUT
from tests.offices import begun, spoil

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("cuibao")
DAY = "2022-06-21T08:30"
NOW = "2022-07-26T09:00"
# What every command of a drill says first.
REHEARSED = "【演练】设了 CUIBAO_DRILL=send：发信、登记都只算演练，不动正式台账。\n"
COMMANDS = (
    *("check", "schedule", "begin", "morning", "board", "record", "collect", "queue", "claim", "calls", "call"),
    *("history", "export", "evidence", "pause", "event", "copies", "clock", "contacts", "receipts", "replay"),
    *("up", "deploy", "password", "campaign"),
)
INTERIM = ("--plan", "skills", "--requirement", "interim", "--period", "2022-07-25", "--by", "王芳")


@dataclass(frozen=True)
class Said:
    """What a command answered, and whether it said first that it is a drill."""

    code: int
    out: str
    err: str
    rehearsed: bool = False

    @property
    def json(self) -> Any:
        assert (self.code, self.err) == (0, "")
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one message of a command that failed: in Chinese, on standard error only, without a traceback."""
        assert (self.code, self.out) == (1, "")
        assert "Traceback" not in self.err
        assert re.search("[\u4e00-\u9fff]", self.err)
        return self.err.removesuffix("\n")


def cuibao(home: Path, *words: str, **environ: str) -> Said:
    """Run the installed command with a clean environment."""
    return started([str(PROGRAM), *words], home, environ)


def started(command: list[str], home: Path, environ: dict[str, str], cwd: Path | None = None) -> Said:
    """Run `command` in `cwd` (else in `home`) with a clean environment and the office at `home`."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(home), "CUIBAO_HOME": str(home / "office"), **environ}
    done = subprocess.run(command, env=clean, cwd=cwd or home, capture_output=True, check=False, timeout=120)
    said, complaint = (stream.decode(errors="replace") for stream in (done.stdout, done.stderr))
    return Said(done.returncode, said, complaint.removeprefix(REHEARSED), complaint.startswith(REHEARSED))


def left(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*"))


# --- JSON, as others rely on ---


def test_schedule_lists_every_period_with_all_its_fields(tmp_path: Path) -> None:
    periods = cuibao(tmp_path, "schedule", "--json").json
    assert len(periods) == 50
    for period in periods:
        assert list(period) == [
            *("plan_no", "requirement", "period", "due", "plan", "title", "last_working_day", "phase", "tracked"),
            *("units", "rule", "assumption", "source"),
        ]
    (june,) = [p for p in periods if (p["plan_no"], p["requirement"], p["period"]) == (4, "monthly", "2022-06")]
    assert june == {
        "plan_no": 4,
        "plan": "信丰县矿山安全专项整治三年行动“巩固提升”攻坚战工作方案",
        "requirement": "monthly",
        "title": "本月工作情况",
        "period": "2022-06",
        "due": "2022-06-25",
        "last_working_day": "2022-06-24",
        "phase": "implementation",
        "tracked": True,
        "units": june["units"],
        "rule": "每月25日前",
        "assumption": june["assumption"],
        "source": "方案四 二（二）",
    }
    assert len(june["units"]) == 22
    assert "嘉定镇" in june["units"]
    assert [p["due"] for p in periods] == sorted(p["due"] for p in periods)


def test_schedule_says_what_is_no_assumption_by_null(tmp_path: Path) -> None:
    found = {p["requirement"]: p for p in cuibao(tmp_path, "schedule", "--json").json if p["plan_no"] == 2}
    assert found["interim"]["assumption"] is None
    assert (found["work-plan"]["tracked"], found["interim"]["tracked"]) == (False, True)


def test_a_morning_answers_with_its_letters(tmp_path: Path) -> None:
    answer = cuibao(tmp_path, "morning", "--as-of", DAY, "--json").json
    assert list(answer) == ["as_of", "letters", "unreachable", "skipped", "paused", "mailbox", "waiting"]
    assert (answer["as_of"], answer["unreachable"], answer["skipped"]) == ("2022-06-21T08:30:00+08:00", [], None)
    assert len(answer["letters"]) == 42
    letter = answer["letters"][0]
    assert list(letter) == ["unit", "to", "cc", "subject", "message_id", "status", "overdue", "reminders"]
    assert (letter["unit"], letter["status"]) == ("嘉定镇", "sent")
    assert letter["to"] == ["jiading@xinfeng.example", "liaison.jiading@xinfeng.example"]
    assert re.fullmatch(r"<xinfeng-2022\.[0-9a-f]{32}@sina\.com>", letter["message_id"])
    for reminder in letter["reminders"]:
        assert list(reminder) == ["plan_no", "requirement", "period", "due", "step"]
        assert reminder["step"] in ("opening", "advance", "due", "overdue", "escalation")


def test_a_second_morning_answers_with_no_letters(tmp_path: Path) -> None:
    cuibao(tmp_path, "morning", "--as-of", DAY, "--json")
    assert cuibao(tmp_path, "morning", "--as-of", DAY, "--json").json["letters"] == []


def test_a_morning_of_a_day_off_says_why_it_is_skipped(tmp_path: Path) -> None:
    answer = cuibao(tmp_path, "morning", "--as-of", "2022-06-18T08:30", "--json").json
    assert answer["skipped"] == "2022-06-18 为休息日，不发催报函"
    assert answer["letters"] == []


def test_a_morning_names_whom_it_cannot_reach(tmp_path: Path) -> None:
    home = tmp_path / "office"
    shutil.copytree(CHECKOUT / "contacts", home / "contacts")
    units = home / "contacts" / "units.yaml"
    told = units.read_text(encoding="utf-8")
    told = told.replace("[jiading@xinfeng.example]", "[]").replace("email: liaison.jiading@xinfeng.example", "")
    units.write_text(told, encoding="utf-8")
    answer = cuibao(tmp_path, "morning", "--as-of", DAY, "--dry-run", "--json").json
    assert answer["unreachable"] == ["嘉定镇"]
    assert "嘉定镇" not in {letter["unit"] for letter in answer["letters"]}


def test_a_record_changes_one_cell_of_the_board(tmp_path: Path) -> None:
    before = cuibao(tmp_path, "board", "--as-of", NOW, "--json").json
    entered = cuibao(
        tmp_path,
        *("record", "--unit", "嘉定镇", *INTERIM, "--received", "2022-07-24T16:20", "--channel", "邮件", "--json"),
        CUIBAO_NOW=NOW,
    ).json
    after = cuibao(tmp_path, "board", "--as-of", NOW, "--json").json
    at = "2022-07-24T16:20:00+08:00"
    item = {"plan_no": 2, "requirement": "interim", "period": "2022-07-25", "due": "2022-07-25"}
    assert entered == [{"unit": "嘉定镇", **item, "entry": "received", "received_at": at, "already": False}]
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        (
            {"unit": "嘉定镇", **item, "status": "overdue", "received_at": None},
            {"unit": "嘉定镇", **item, "status": "on_time", "received_at": at},
        )
    ]
    assert [list(cell) for cell in after[:1]] == [
        ["unit", "plan_no", "requirement", "period", "due", "status", "received_at"]
    ]


def test_a_record_takes_several_units(tmp_path: Path) -> None:
    words = ("record", "--unit", "嘉定镇", "--unit", "县消防救援支队", "--unit", "T03", *INTERIM, "--json")
    answer = cuibao(tmp_path, *words, CUIBAO_NOW=NOW)
    assert [entry["unit"] for entry in answer.json] == ["嘉定镇", "县消防救援大队", "古陂镇"]


def test_check_answers_with_every_assumption(tmp_path: Path) -> None:
    answer = cuibao(tmp_path, "check", "--json").json
    assert (answer["plans"], answer["periods"], answer["units"]) == (8, 50, 42)
    assert len(answer["assumptions"]) >= 30
    assert {tuple(entry) for entry in answer["assumptions"]} == {("where", "assumption")}


def test_check_says_the_mistakes_of_every_file_at_once(tmp_path: Path) -> None:
    home = tmp_path / "office"
    for folder in ("schedules", "templates"):
        shutil.copytree(CHECKOUT / folder, home / folder)
    spoil(home / "schedules" / "xinfeng-2022" / "2-skills.yaml", "due: 2022-07-25", "due: 2022-07-32")
    spoil(home / "schedules" / "holidays.yaml", "holidays: []", "holidays: [2022-13-01]")
    spoil(home / "templates" / "letter" / "subject.txt.j2", "letter.unit", "letter.unti")
    places = [line.partition("：")[0] for line in cuibao(tmp_path, "check").complaint.splitlines()]
    assert [place.partition(" 第")[0].rpartition("/")[2] for place in places] == [
        "2-skills.yaml",
        "holidays.yaml",
        "subject.txt.j2",
    ]
    assert places == list(dict.fromkeys(places))


def test_a_replay_answers_with_a_summary_that_says_it_is_simulated(tmp_path: Path) -> None:
    words = ("replay", "--from", "2022-06-20", "--to", "2022-06-21", "--seed", "7", "--json")
    answer = cuibao(tmp_path, *words).json
    assert list(answer) == ["from", "to", "seed", "simulated", "letters", "mornings", "receipts", "overdue"]
    assert (answer["simulated"], answer["mornings"], answer["letters"] >= 42) == (True, 2, True)
    assert len(list((tmp_path / "office" / "outbox").glob("*.eml"))) == answer["letters"]


# --- what a clerk reads ---


def test_board_says_who_still_owes_of_one_plan_or_one_item(tmp_path: Path) -> None:
    plan, item = ("board", "--as-of", NOW, "--plan", "安全技能"), ("--requirement", "interim")
    owed = [cell for cell in cuibao(tmp_path, "board", "--as-of", NOW, "--json").json if cell["plan_no"] == 2]
    assert cuibao(tmp_path, *plan, "--json").json == owed
    interim = [cell for cell in owed if cell["requirement"] == "interim"]
    cuibao(tmp_path, "record", "--unit", "嘉定镇", *INTERIM, CUIBAO_NOW=NOW)
    left = [cell for cell in interim if cell["unit"] != "嘉定镇"]
    assert len(left) == len(interim) - 1
    assert cuibao(tmp_path, *plan, *item, "--json").json == left
    said = cuibao(tmp_path, *plan).out
    assert said.startswith(f"2022-07-26 09:00 方案2 安全技能：应报 {len(owed)}，已报 1\n")
    assert f"1/{len(interim)}" in said
    assert "最终工作情况" not in said
    assert "最终工作情况" in cuibao(tmp_path, *plan, "--all").out
    assert cuibao(tmp_path, "board", *item).complaint == "指明一个事项，方案和事项要一起写。"


def test_a_simulation_is_called_one_wherever_it_shows(tmp_path: Path) -> None:
    played = cuibao(tmp_path, "replay", "--from", "2022-06-20", "--to", "2022-06-20")
    board = cuibao(tmp_path, "board", "--as-of", DAY)
    morning = cuibao(tmp_path, "morning", "--as-of", DAY)
    assert [said.code for said in (played, board, morning)] == [0, 0, 0]
    assert all("模拟演练" in said.out for said in (played, board, morning))


def test_a_real_campaign_is_not_called_a_simulation(tmp_path: Path) -> None:
    assert "模拟" not in cuibao(tmp_path, "morning", "--as-of", DAY).out
    assert "模拟" not in cuibao(tmp_path, "board", "--as-of", DAY).out


def test_a_morning_says_why_a_letter_did_not_go(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = cuibao(tmp_path, "morning", "--as-of", DAY, CUIBAO_OUTBOX=str(tmp_path / "file"))
    assert "不能写入" in said.out
    assert said.out.rstrip().endswith("本次写信 42 封：暂缓发送 42。")
    assert said.code == 1
    assert re.fullmatch(
        r"有 42 封信没有发出：发件箱文件夹 .* 不能写入.*。处理后再运行一次即可，不会重复发。\n", said.err
    )


def test_a_broken_template_is_one_message_and_keeps_back_no_other_letter(tmp_path: Path) -> None:
    home = tmp_path / "office"
    begun(home)
    shutil.copytree(CHECKOUT / "templates", home / "templates")
    spoil(home / "templates" / "letter" / "body.txt.j2", "letter.unit", "letter.unti")
    begun(home)  # so that there is one to the office too
    said = cuibao(tmp_path, "morning", "--as-of", DAY)
    assert said.code == 1
    why = r"templates/letter/body.txt.j2 第\d+行：使用了没有定义的名称“unti”[^；]*"
    assert re.fullmatch(rf"有 42 封信没有发出：{why}。处理后再运行一次即可，不会重复发。\n", said.err)
    assert [path.name[:18] for path in (home / "outbox").glob("*.eml")] == ["2022-06-21 信丰县安委办 "]
    spoil(home / "templates" / "letter" / "body.txt.j2", "letter.unti", "letter.unit")
    assert cuibao(tmp_path, "morning", "--as-of", DAY).code == 0
    assert len(list((home / "outbox").glob("*.eml"))) == 43


def test_a_record_is_confirmed_in_a_sentence(tmp_path: Path) -> None:
    said = cuibao(tmp_path, "record", "--unit", "嘉定镇", *INTERIM, "--channel", "微信", CUIBAO_NOW=NOW)
    assert said == Said(0, "已登记：嘉定镇，安全技能·阶段性工作情况（7月25日前）；登记人 王芳。\n", "")


@pytest.mark.parametrize(
    "command", [(), *((command,) for command in COMMANDS), ("contacts", "import"), ("contacts", "export")]
)
def test_help_is_chinese_throughout(tmp_path: Path, command: tuple[str, ...]) -> None:
    said = cuibao(tmp_path, *command, "--help")
    assert (said.code, said.err) == (0, "")
    english = set(re.findall(r"(?<![-\w.])[A-Za-z]{2,}(?![-\w])", said.out))
    names = {
        "cuibao",
        "JSON",
        "Prefect",
        "Ctrl",
        "Excel",
        "import",
        "export",
        "campaign",
        "close",
        "skills",
        "interim",
        *COMMANDS,
    }
    assert english <= names
    assert "用法：" in said.out
    assert left(tmp_path) == []


def test_without_a_command_it_shows_its_help(tmp_path: Path) -> None:
    said = cuibao(tmp_path)
    assert said.code == 1
    assert all(command in said.err for command in COMMANDS)


def test_a_call_sheet_answers_with_all_its_fields(tmp_path: Path) -> None:
    answer = cuibao(tmp_path, "calls", "--as-of", NOW, "--json").json
    assert [list(call) for call in answer] == [["unit", "unreached", "bad", "liaison", "leader", "items"]] * 42
    (call,) = [call for call in answer if call["unit"] == "嘉定镇"]
    assert (call["unreached"], call["bad"], list(call["liaison"])) == (False, "", ["name", "post", "phone", "mobile"])
    assert call["items"][-1] == {
        "plan_no": 4,
        "requirement": "monthly",
        "period": "2022-07",
        "due": "2022-07-25",
        "label": "矿山·本月工作情况（7月，7月25日前）",
        "status": "overdue",
        "since": "2022-07-25",
        "overdue_days": 1,
        "letters": 0,
        "reason": "",
    }


def test_a_call_sheet_is_a_table_or_a_page_to_print(tmp_path: Path) -> None:
    said = cuibao(tmp_path, "calls", "--as-of", NOW)
    assert said.out.startswith("2022-07-26 09:00 电话催报单：42 个单位，579 项，信送不到的 0 个\n")
    assert "安全技能·阶段性工作情况（7月25日前）" in said.out
    page = tmp_path / "sheet.html"
    said = cuibao(tmp_path, "calls", "--as-of", NOW, "--html", str(page))
    assert said.out == f"电话催报单：42 个单位，579 项，信送不到的 0 个，已写到 {page}，用浏览器打开即可打印。\n"
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_call_sheet_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    said = cuibao(tmp_path, "calls", "--html", str(tmp_path / "nowhere" / "sheet.html"), CUIBAO_NOW=NOW)
    assert said.complaint.startswith(f"写不了 {tmp_path}/nowhere/sheet.html：")


def test_a_trail_answers_with_what_passed(tmp_path: Path) -> None:
    cuibao(tmp_path, "morning", "--as-of", DAY)
    cuibao(tmp_path, "record", "--unit", "嘉定镇", *INTERIM, CUIBAO_NOW=NOW)
    letter, entry = cuibao(tmp_path, "history", "--unit", "T01", "--json").json
    assert list(letter)[:3] == list(entry)[:3] == ["at", "kind", "unit"]
    assert (letter["kind"], letter["state"], letter["day"]) == ("letter", "sent", "2022-06-21")
    assert list(letter["items"][0]) == ["plan", "requirement", "period", "unit", "label", "step"]
    assert (entry["kind"], entry["number"], entry["entry"], entry["by"]) == ("entry", 1, "received", "王芳")
    assert entry["withdrawn_by"] is None
    item = ("--plan", "skills", "--requirement", "interim", "--period", "2022-07-25")
    kinds = [event["kind"] for event in cuibao(tmp_path, "history", *item, "--json").json]
    assert (len(kinds), kinds[-1]) == (41, "entry")  # its opening went to each of the 40 units that owe it
    said = cuibao(tmp_path, "history", "--unit", "嘉定镇", "--item", "安全技能·阶段性工作情况（7月25日前）").out
    assert said.startswith("往来记录：嘉定镇，安全技能·阶段性工作情况（7月25日前），2 条\n")
    assert "登记第1条" in said


def test_a_trail_wants_to_know_of_what(tmp_path: Path) -> None:
    assert cuibao(tmp_path, "history").complaint == "请写明一个单位或一个报送事项。"


# --- what is wrong ---


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("bord",), f"没有这个命令。可用的命令：{'、'.join(COMMANDS)}"),
        (("board", "--jsn"), "没有 --jsn 这个选项，是不是 --json？"),
        (("board", "--json=1"), "--json 后面不写内容"),
        (("board", "today"), "多了写法不对的内容：today"),
        (("board", "--as-of"), "--as-of 后面要写内容"),
        (("board", "--as-of", "soon"), "--as-of：应为时刻，如 2022-07-25T08:30，现为 soon"),
        (("board", "--as-of", "08:30"), "--as-of：应为时刻，如 2022-07-25T08:30，现为 08:30"),
        (("record", "--unit", "嘉定镇"), "缺少参数 --plan：哪个方案，如 skills 或 安全技能。"),
        (("contacts", "improt"), "没有这个命令。可用的命令：import、export"),
        (("contacts", "import"), "缺少参数：文件"),
        (("contacts", "export"), "缺少参数：文件"),
        (("contacts", "import", "a.xlsx", "b.xlsx"), "多了写法不对的内容：b.xlsx"),
        (("contacts", "import", "/a.xlsx"), "/a.xlsx：没有这个文件"),
        (("contacts", "export", "/a.xls"), "/a.xls：文件名应以 .xlsx 或 .csv 结尾"),
        (("replay", "--seed", "x"), "--seed：应为整数"),
        (("up", "--port", "x"), "--port：应为整数"),
        (("up", "--port", "70000"), "--port：应为 1 至 65535 的整数"),
        (("up", "--port", "0"), "--port：应为 1 至 65535 的整数"),
        (("replay", "--from", "2022-02-30"), "--from：应为日期，如 2022-07-25，现为 2022-02-30"),
        (
            ("record", "--unit", "嘉定镇", *INTERIM, "--channel", "电报"),
            "--channel：应为 邮件、纸质、传真、微信、当面、电话 之一，现为 电报",
        ),
        (
            ("record", "--unit", "嘉定镇", *INTERIM, "--received", "昨天"),
            "--received：应为日期或时刻，如 2022-07-25 或 2022-07-25T16:20，现为 昨天",
        ),
    ],
)
def test_a_mistyped_command_is_answered_in_chinese_and_touches_nothing(
    tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    assert cuibao(tmp_path, *words).complaint == complaint
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"CUIBAO_NOW": "tomorrow"}, "CUIBAO_NOW 应为时刻，如 2022-07-26T08:30，现为 tomorrow"),
        ({"CUIBAO_CAMPAIGN": "nanchang"}, f"CUIBAO_CAMPAIGN：{CHECKOUT}/schedules 下没有 nanchang，现有：xinfeng-2022"),
        (
            {"CUIBAO_DATABASE_URL": "sqlite:///ledger.db"},
            "台账路径应为绝对路径，现为 ledger.db（CUIBAO_DATABASE_URL）",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_nothing_is_touched(
    tmp_path: Path, environ: dict[str, str], complaint: str
) -> None:
    assert cuibao(tmp_path, "board", **environ).complaint == complaint
    assert left(tmp_path) == []


def test_a_ledger_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://cuibao:secret@127.0.0.1:1/cuibao"
    complaint = cuibao(tmp_path, "board", CUIBAO_DATABASE_URL=url).complaint
    assert complaint.startswith("台账打不开（postgresql+psycopg://cuibao:***@127.0.0.1:1/cuibao）")


def test_a_file_that_is_no_ledger_is_left_as_it_is(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a ledger", encoding="utf-8")
    assert "台账打不开" in cuibao(tmp_path, "board", CUIBAO_DATABASE_URL=f"sqlite:///{notes}").complaint
    assert notes.read_text(encoding="utf-8") == "not a ledger"


def test_a_damaged_ledger_is_said_in_chinese(tmp_path: Path) -> None:
    cuibao(tmp_path, "record", "--unit", "嘉定镇", *INTERIM, CUIBAO_NOW=NOW)
    ledger = tmp_path / "office" / "ledger.db"
    for extra in ("-wal", "-shm"):
        ledger.with_name(ledger.name + extra).unlink(missing_ok=True)
    kept = ledger.read_bytes()
    ledger.write_bytes(kept[:4096] + bytes(len(kept) - 4096))
    assert cuibao(tmp_path, "board").complaint.startswith(("台账读写出错", "台账打不开"))


def test_what_nobody_foresaw_is_kept_for_the_programmer(tmp_path: Path) -> None:
    (tmp_path / "filelock.py").touch()  # a library that is broken
    complaint = cuibao(tmp_path, "board", PYTHONPATH=str(tmp_path), TMPDIR=str(tmp_path))
    assert re.fullmatch(rf"程序出错（\w+）。请把 {tmp_path}/cuibao-\w+.log 发给维护程序的人。", complaint.complaint)
    (log,) = tmp_path.glob("cuibao-*.log")
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_a_morning_still_to_come_sends_nothing(tmp_path: Path) -> None:
    complaint = cuibao(tmp_path, "morning", "--as-of", "2022-07-27T08:30", CUIBAO_NOW=NOW).complaint
    assert complaint.startswith("2022-07-27 08:30 还没到，现在是 2022-07-26 09:00，没有发信。")
    assert not (tmp_path / "office" / "outbox").exists()
    planned = cuibao(tmp_path, "morning", "--as-of", "2022-07-27T08:30", "--dry-run", "--json", CUIBAO_NOW=NOW).json
    assert planned["letters"]


def test_a_clock_that_stands_is_a_warning(tmp_path: Path) -> None:
    (warning,) = cuibao(tmp_path, "check", "--json", CUIBAO_NOW=NOW).json["warnings"]
    assert warning.startswith("CUIBAO_NOW 把时钟停在 2022-07-26 09:00")
    (today,) = cuibao(tmp_path, "check", "--json").json["warnings"]
    assert today.startswith("攻坚战已结束")


def test_a_contradiction_is_said_whole_and_nothing_is_recorded(tmp_path: Path) -> None:
    words = ("record", "--unit", "嘉定镇", "--unit", "加定镇", *INTERIM, "--received", "2022-07-27")
    assert cuibao(tmp_path, *words, CUIBAO_NOW=NOW).complaint.splitlines() == [
        "收到时间 2022年7月27日 还没到，现在是 2022年7月26日09:00。",
        "通讯录里没有“加定镇”。是不是：嘉定镇？",
        "以上情况请核对；本次没有登记任何内容。",
    ]
    statuses = {cell["status"] for cell in cuibao(tmp_path, "board", "--as-of", NOW, "--json").json}
    assert not statuses & {"on_time", "late"}


def test_every_mistake_in_the_offices_files_is_said(tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "schedules", tmp_path / "office" / "schedules")
    for name, was, becomes in (
        ("2-skills.yaml", "due: 2022-07-25", "due: 2022-07-32"),
        ("4-mines.yaml", "县矿山安全专业委员会, towns", "县矿山安全专业委员会, twons"),
    ):
        plan = tmp_path / "office" / "schedules" / "xinfeng-2022" / name
        plan.write_text(plan.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")
    for command in ("check", "schedule", "board"):
        complaint = cuibao(tmp_path, command).complaint
        assert "2-skills.yaml" in complaint
        assert "4-mines.yaml" in complaint


def test_a_replay_refuses_a_real_ledger_and_leaves_it(tmp_path: Path) -> None:
    cuibao(tmp_path, "record", "--unit", "嘉定镇", *INTERIM, CUIBAO_NOW=NOW)
    words = ("replay", "--from", "2022-06-20", "--to", "2022-06-21", "--json")
    assert "真实登记" in cuibao(tmp_path, *words).complaint
    assert not (tmp_path / "office" / "outbox").exists()


def test_a_replay_refuses_a_mail_server_and_leaves_the_ledger_for_real_work(tmp_path: Path) -> None:
    server = {"CUIBAO_SMTP_HOST": "127.0.0.1", "CUIBAO_SMTP_PORT": "1", "CUIBAO_SMTP_SENDER": "office@xf.gov.cn"}
    assert "不能对外发信" in cuibao(tmp_path, "replay", "--json", **server).complaint
    assert "模拟" not in cuibao(tmp_path, "board", "--as-of", DAY).out


# --- what is left behind ---


def test_a_dry_run_leaves_nothing_behind(tmp_path: Path) -> None:
    answer = cuibao(tmp_path, "morning", "--as-of", DAY, "--dry-run", "--json").json
    assert {letter["status"] for letter in answer["letters"]} == {"planned"}
    assert len(answer["letters"]) == 42
    assert left(tmp_path) == []


def test_a_dry_run_changes_nothing_in_a_ledger(tmp_path: Path) -> None:
    cuibao(tmp_path, "morning", "--as-of", DAY)
    ledger = tmp_path / "office" / "ledger.db"
    before, files = ledger.read_bytes(), left(tmp_path)
    answer = cuibao(tmp_path, "morning", "--as-of", "2022-06-24T08:30", "--dry-run", "--json").json
    assert answer["letters"] != []
    assert (ledger.read_bytes(), left(tmp_path)) == (before, files)


def test_a_dry_run_sees_what_was_sent_whatever_the_ledgers_address(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}?timeout=5"
    assert cuibao(tmp_path, "morning", "--as-of", DAY, "--json", CUIBAO_DATABASE_URL=url).json["letters"]
    dry = ("morning", "--as-of", DAY, "--dry-run", "--json")
    assert cuibao(tmp_path, *dry, CUIBAO_DATABASE_URL=url).json["letters"] == []


def test_a_dry_run_promises_what_the_morning_does(tmp_path: Path) -> None:
    planned, done = (
        cuibao(tmp_path, "morning", "--as-of", DAY, *more, "--json").json["letters"] for more in (("--dry-run",), ())
    )
    assert {letter["message_id"] for letter in planned} == {""}  # nothing of that name is there yet
    assert [letter | {"status": "planned", "message_id": ""} for letter in done] == planned


@pytest.mark.parametrize("words", [("check",), ("schedule",), ("--version",)])
def test_a_command_that_needs_no_ledger_makes_none(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert cuibao(tmp_path, *words).code == 0
    assert left(tmp_path) == []


# --- terminals ---


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LANG": "C", "LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
@pytest.mark.parametrize(
    "words", [("board", "--as-of", DAY), ("schedule",), ("board", "--json"), ("bord",), ("--help",)]
)
def test_a_poor_terminal_does_not_stop_it(tmp_path: Path, environ: dict[str, str], words: tuple[str, ...]) -> None:
    said = cuibao(tmp_path, *words, CUIBAO_NOW=NOW, **environ)
    assert said.code == (1 if words == ("bord",) else 0)
    assert "Traceback" not in said.err
    assert said.out + said.err != ""


def test_json_reads_back_from_a_poor_terminal(tmp_path: Path) -> None:
    said = cuibao(tmp_path, "board", "--as-of", DAY, "--json", PYTHONIOENCODING="latin-1")
    assert "嘉定镇" in {cell["unit"] for cell in said.json}


def test_a_chinese_windows_terminal_reads_chinese(tmp_path: Path) -> None:
    clean = {"HOME": str(tmp_path), "CUIBAO_HOME": str(tmp_path), "PYTHONIOENCODING": "gbk"}
    done = subprocess.run([PROGRAM, "board", "--as-of", DAY], env=clean, capture_output=True, check=True)
    assert "逾期未报" in done.stdout.decode("gbk")


# --- how it starts ---


# A clerk waits for each of these at every start; `make bench` says how long. What a command seldom needs is imported
# where it is used.
ALWAYS = {"click", "yaml", "chinese_calendar", "pendulum", "dateutil", "six", "cuibao.loading"}
LOADED = {
    "schedule": ALWAYS | {"sqlalchemy", "typing_extensions", "cuibao.ledger"},
    "record": ALWAYS | {"sqlalchemy", "typing_extensions", "cuibao.ledger"},
    "queue": ALWAYS | {"sqlalchemy", "typing_extensions", "cuibao.ledger"},
    "board": ALWAYS | {"sqlalchemy", "typing_extensions", "cuibao.ledger", "cuibao.mailer"},
    "calls": ALWAYS | {"sqlalchemy", "typing_extensions", "cuibao.ledger", "cuibao.mailer"},
}
OURS = {
    f"cuibao.{name}"
    for name in ("loading", "rendering", "mailer", "mailer.smtp", "mailbox", "ledger", "evidence", "spreadsheet")
}
# Of these none is to be found: a command's own file comes by `import_module`, which Python does not list.
OURS |= {f"cuibao.cli.{name}" for name in COMMANDS}


def loaded(home: Path, *words: str) -> set[str]:
    """The installed packages, our adapters and the files of commands that a command imports."""
    said = started([sys.executable, "-X", "importtime", str(PROGRAM), *words], home, {"CUIBAO_NOW": NOW})
    assert said.code == 0
    times = (line for line in said.err.splitlines() if line.startswith("import time:"))
    modules = {line.rpartition("|")[2].strip() for line in times}
    names = {module.partition(".")[0] for module in modules}
    assert "cuibao" in names
    installed = {name for name in names & packages_distributions().keys() if not name.startswith("_")}
    return installed - {"cuibao"} | modules & OURS


@pytest.mark.parametrize("command", LOADED)
def test_it_loads_what_it_needs_and_nothing_else(tmp_path: Path, command: str) -> None:
    cuibao(tmp_path, "board", CUIBAO_NOW=NOW)  # the ledger is there, as on every day but the first
    words = ("--unit", "嘉定镇", *INTERIM) if command == "record" else ()
    assert loaded(tmp_path, command, *words) == LOADED[command]


@pytest.mark.parametrize("words", [("check",), ("morning", "--dry-run"), ("calls", "--html", "sheet.html")])
def test_it_never_loads_prefect(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert "prefect" not in loaded(tmp_path, *words)


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "else" / "where"
    elsewhere.mkdir(parents=True)
    assert len(started([str(PROGRAM), "schedule", "--json"], tmp_path, {}, cwd=elsewhere).json) == 50
