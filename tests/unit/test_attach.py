"""The office's own forms: whether they are there when a campaign is read, and with which letters they go."""

from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from cuibao import enclosed
from cuibao.errors import Faults
from cuibao.model import Channel, Entry, Letter, Receipt, Standing, Step
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from tests.unit import samples, winter

DUE = date(2025, 11, 6)
FORM = f"{winter.FOLDER}/forms/旬报表.xlsx"
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office's files in the working directory, so that messages show the paths as a clerk types them."""
    monkeypatch.chdir(tmp_path)
    winter.lay_out(tmp_path)


@pytest.fixture
def schedule(tmp_path: Path) -> Schedule:
    return winter.laid_out(tmp_path)


def edit(old: str, new: str) -> None:
    path = Path(winter.PLAN_FILE)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults() -> list[str]:
    with pytest.raises(Faults) as caught:
        winter.load(Path())
    return list(caught.value.lines)


def line_of(words: str) -> int:
    text = Path(winter.PLAN_FILE).read_text(encoding="utf-8")
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


def attached(schedule: Schedule, letter: Letter) -> dict[str | None, bytes]:
    data = winter.templates().letter(letter, schedule.campaign, "cuibao@xinfeng.example").data
    message: EmailMessage = message_from_bytes(data, policy=policy.default)
    return {part.get_filename(): cast(bytes, part.get_payload(decode=True)) for part in message.iter_attachments()}


def text_of(schedule: Schedule, letter: Letter) -> str:
    _, words = winter.templates().letter_in_words(letter, schedule.campaign)
    return "".join(line.strip() for line in words.splitlines())


# When a campaign is read


def test_a_file_that_is_not_there_is_a_fault() -> None:
    Path(FORM).unlink()
    place = f"{winter.PLAN_FILE} 第 {line_of('旬报表')} 行，requirements[0].attach[0]"
    assert faults() == [f"{place}：没有这个文件，应放在 {FORM}"]


def test_a_unit_without_a_file_of_its_own_is_named_with_what_it_may_be_called() -> None:
    Path(f"{winter.FOLDER}/forms/周报-古陂镇.xlsx").unlink()
    place = f"{winter.PLAN_FILE} 第 {line_of('周报-{unit}')} 行，requirements[1].attach[0]"
    lacking = "缺古陂镇（forms/周报-gupi.xlsx 或 forms/周报-古陂镇.xlsx）的文件"
    assert faults() == [f"{place}：{lacking}，应放在 {winter.FOLDER}"]


def test_nobody_needs_a_file_who_does_not_owe_the_item() -> None:
    edit("owed_by: [towns]\n    due: {every: week", "owed_by: [jiading]\n    due: {every: week")
    Path(f"{winter.FOLDER}/forms/周报-古陂镇.xlsx").unlink()
    assert winter.load(Path()).plans[0].requirements[1].attach == ("forms/周报-{unit}.xlsx",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("../contacts/units.yaml", "应为本攻坚战文件夹里的文件，写作 forms/汇总表.xlsx，文件夹之间用 /"),
        ("/etc/passwd.txt", "应为本攻坚战文件夹里的文件，写作 forms/汇总表.xlsx，文件夹之间用 /"),
        ("forms\\旬报表.xlsx", "应为本攻坚战文件夹里的文件，写作 forms/汇总表.xlsx，文件夹之间用 /"),
        ("'forms/a\"b.xlsx'", '文件名里不能有 " * : < > ? | 这些符号'),
        ("forms/setup.exe", "只能附 doc、docx、xls"),
        ("forms/旬报表", "只能附 doc、docx、xls"),
    ],
)
def test_only_an_offices_document_within_the_campaigns_folder_goes_out(given: str, said: str) -> None:
    edit("[forms/旬报表.xlsx]", f"\n      - {given}")
    (found,) = faults()
    assert f"requirements[0].attach[0]：{said}" in found
    assert f'现为 "{given.strip(chr(39))}"' in found


def test_a_link_leads_nowhere_else(tmp_path: Path) -> None:
    secret = tmp_path / "contacts/secret.xlsx"
    secret.write_text("x")
    Path(FORM).unlink()
    Path(FORM).symlink_to(secret)
    assert "没有这个文件" in faults()[0]


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, f"{FORM} 是空文件"),
        (2 * MEGABYTE + 1, f"{FORM} 有 2.1 MB，每个附件应不超过 2 MB"),
    ],
)
def test_a_file_that_is_empty_or_too_large_is_a_fault(size: int, said: str) -> None:
    Path(FORM).write_bytes(bytes(size))
    place = f"{winter.PLAN_FILE} 第 {line_of('旬报表')} 行，requirements[0].attach[0]"
    assert faults() == [f"{place}：{said}"]


def test_a_file_may_be_as_large_as_that() -> None:
    Path(FORM).write_bytes(bytes(2 * MEGABYTE))
    assert winter.load(Path())


def test_what_one_unit_gets_must_fit_into_one_letter() -> None:
    for name in ("旬报表", "二", "三"):
        Path(f"{winter.FOLDER}/forms/{name}.xlsx").write_bytes(bytes(2 * MEGABYTE))
    edit("[forms/旬报表.xlsx]", "[forms/旬报表.xlsx, forms/二.xlsx, forms/三.xlsx]")
    place = f"{winter.PLAN_FILE} 第 {line_of('旬报表')} 行，requirements[0].attach[2]"
    assert faults() == [f"{place}：连同前面各项，给嘉定镇的附件合计 6 MB，一封信应不超过 5 MB"]


def test_the_same_file_for_several_items_counts_once() -> None:
    Path(FORM).write_bytes(bytes(2 * MEGABYTE))
    edit("[forms/旬报表.xlsx]", "[forms/旬报表.xlsx, forms/旬报表.xlsx, forms/旬报表.xlsx]")
    assert winter.load(Path())


# With a letter


@pytest.mark.parametrize("step", [Step.OPENING, Step.ADVANCE, Step.DUE])
def test_the_forms_go_with_what_asks_for_them(schedule: Schedule, step: Step) -> None:
    tenday = winter.owed(schedule, "jiading", "tenday")
    letter = winter.letter(schedule, "jiading", date(2025, 10, 9), (step, tenday))
    assert attached(schedule, letter) == {"旬报表.xlsx": "旬报表.xlsx".encode()}
    assert "附件：旬报表.xlsx" in text_of(schedule, letter)


def test_each_unit_gets_its_own(schedule: Schedule) -> None:
    for unit, name, held in (("jiading", "嘉定镇", "jiading"), ("gupi", "古陂镇", "古陂镇")):
        weekly = winter.owed(schedule, unit, "weekly", "2025-W45")
        found = attached(schedule, winter.letter(schedule, unit, DUE, (Step.DUE, weekly)))
        assert found == {f"周报-{name}.xlsx": f"周报-{held}.xlsx".encode()}


def test_they_go_with_what_was_sent_back(schedule: Schedule) -> None:
    tenday = winter.owed(schedule, "jiading", "tenday", "2025-11-T1")
    at = datetime(2025, 11, 5, 9, tzinfo=samples.CHINA)
    entry = Receipt(tenday.key, Entry.RETURNED, at, Channel.MAIL, "陈运发", "缺盖章", at, seq=2)
    standing = Standing(first_at=at, returned=entry, rearmed=entry, count=2)
    letter = replace(winter.letter(schedule, "jiading", DUE), standings={tenday.key: standing})
    assert list(attached(schedule, letter)) == ["旬报表.xlsx"]


def test_they_do_not_go_again_with_what_is_overdue(schedule: Schedule) -> None:
    tenday = winter.owed(schedule, "jiading", "tenday")
    assert attached(schedule, winter.letter(schedule, "jiading", DUE, overdue=(tenday,))) == {}


def test_they_do_not_go_to_those_who_work_along(schedule: Schedule) -> None:
    along = winter.owed(schedule, "jiading", "monthly.jointly")
    assert attached(schedule, winter.letter(schedule, "jiading", date(2025, 11, 5), (Step.DUE, along))) == {}


def test_a_form_of_several_items_goes_once(schedule: Schedule) -> None:
    both = [winter.owed(schedule, "jiading", "tenday", key) for key in ("2025-11-T1", "2025-11-T2")]
    letter = winter.letter(schedule, "jiading", DUE, *((Step.ADVANCE, each) for each in both))
    assert list(attached(schedule, letter)) == ["旬报表.xlsx"]


def test_two_forms_of_one_name_are_told_apart() -> None:
    other = Path(f"{winter.FOLDER}/other/旬报表.xlsx")
    other.parent.mkdir()
    other.write_bytes(b"other")
    edit("[forms/旬报表.xlsx]", "[forms/旬报表.xlsx, other/旬报表.xlsx]")
    schedule = Schedule(winter.load(Path()), WorkingDays())
    letter = winter.letter(schedule, "jiading", DUE, (Step.ADVANCE, winter.owed(schedule, "jiading", "tenday")))
    assert attached(schedule, letter) == {"旬报表.xlsx": "旬报表.xlsx".encode(), "旬报-旬报表.xlsx": b"other"}


def test_a_form_that_is_gone_since_keeps_the_letter_and_says_so(schedule: Schedule) -> None:
    Path(FORM).unlink()
    tenday = winter.owed(schedule, "jiading", "tenday")
    with pytest.raises(Faults, match=r"没有嘉定镇的这个文件，它应随“旬报”的信附上"):
        attached(schedule, winter.letter(schedule, "jiading", DUE, (Step.ADVANCE, tenday)))


def test_no_letter_grows_beyond_what_was_checked(schedule: Schedule) -> None:
    Path(FORM).write_bytes(bytes(5 * MEGABYTE + 1))
    tenday = winter.owed(schedule, "jiading", "tenday")
    with pytest.raises(Faults, match="超过一封信的上限"):
        attached(schedule, winter.letter(schedule, "jiading", DUE, (Step.ADVANCE, tenday)))


def test_a_long_name_arrives_as_it_is() -> None:
    name = "各乡（镇）秋冬季 安全防范（大检查）情况汇总表填报说明和样例-第一季度用.docx"
    Path(f"{winter.FOLDER}/forms/{name}").write_bytes(b"x")
    edit("[forms/旬报表.xlsx]", f"\n      - forms/{name}")
    schedule = Schedule(winter.load(Path()), WorkingDays())
    letter = winter.letter(schedule, "jiading", DUE, (Step.ADVANCE, winter.owed(schedule, "jiading", "tenday")))
    data = winter.templates().letter(letter, schedule.campaign, "cuibao@xinfeng.example").data
    assert list(attached(schedule, letter)) == [name]
    assert b"wordprocessingml.document" in data
    # RFC 2231: no other bytes than ASCII, no line too long.
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_a_units_name_cannot_lead_out_of_the_folder_nor_break_a_header() -> None:
    unit = replace(samples.unit(), name='../镇"一"')
    assert enclosed.paths_for("forms/{unit}.xlsx", unit) == ("forms/jiading.xlsx",)
    assert enclosed.name_for("forms/{unit}.xlsx", unit) == ".._镇_一_.xlsx"
