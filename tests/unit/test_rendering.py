"""What a unit and the office read in a letter, and the bytes it goes out as."""

import re
import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cuibao import said as wording
from cuibao.errors import Faults
from cuibao.model import (
    Campaign,
    Channel,
    Entry,
    Letter,
    Listed,
    Obligation,
    Receipt,
    Register,
    Respite,
    RespiteKind,
    Standing,
    Step,
    YearEnd,
)
from cuibao.policy.reminders import gravest_first
from cuibao.rendering import Templates, specimen, words
from cuibao.rendering.year import A_PAGE, columns
from cuibao.spreadsheet import sheet
from tests.unit import samples

FOLDER = Path(__file__).parents[2] / "templates"
TODAY = date(2022, 7, 25)
AT = datetime(2022, 7, 22, 10, tzinfo=samples.CHINA)
SENDER = "cuibao@xinfeng.example"
CAMPAIGN = samples.campaign(*samples.PLANS)

QUARTER = samples.obligation(samples.CULTURE, "progress", date(2022, 6, 30))
STAGE = samples.obligation(samples.SKILLS, "stage", TODAY)
MONTHLY = samples.obligation(samples.RESPONSIBILITY, "monthly", date(2022, 7, 20))
MINES = samples.obligation(samples.MINES, "monthly", TODAY)
INSPECT = samples.obligation(samples.FIREWORKS, "inspect", date(2022, 7, 30))
BUILDING = samples.obligation(samples.DEMONSTRATION, "progress", date(2022, 7, 31))


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(FOLDER, sheet)


@pytest.fixture
def own_templates(tmp_path: Path) -> Path:
    """A copy of the templates that a test may break."""
    return Path(shutil.copytree(FOLDER, tmp_path / "templates"))


def mail(templates: Templates, letter: Letter, campaign: Campaign = CAMPAIGN) -> EmailMessage:
    return parsed(templates.letter(letter, campaign, SENDER).data)


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return cast(str, part.get_content())


def both(message: EmailMessage) -> tuple[str, str]:
    return text_of(message), text_of(message, "html")


def flat(body: str) -> str:
    """What a body says, in one line."""
    return "".join(line.strip() for line in body.splitlines())


def subject(templates: Templates, letter: Letter) -> str:
    return templates.letter(letter, CAMPAIGN, SENDER).subject


def overdue(owed: Obligation, *, urged: bool = False) -> Letter:
    """A letter about one overdue item."""
    return samples.letter(overdue=(Listed(owed, urged),))


def mixed() -> Letter:
    """Something in every dated section."""
    return samples.letter(
        samples.reminder(STAGE, Step.DUE),
        samples.reminder(INSPECT, Step.ADVANCE),
        cc=("leader@town.example",),
        overdue=(Listed(QUARTER, urged=True), Listed(MONTHLY)),
    )


def opening(*late: Listed, settled: int = 1) -> Letter:
    """The letter of the first working day of the implementation phase; the year's first items are `settled`."""
    day, year = date(2022, 5, 5), samples.whole_year()
    opened = [samples.reminder(owed, Step.OPENING) for owed in year if owed.period.phase == samples.IMPLEMENTATION]
    return samples.letter(*opened, day=day, year=year, settled=year[:settled], overdue=late)


LIAISON = samples.obligation(samples.SKILLS, "liaison", date(2022, 4, 25))


# Subjects


def test_it_counts_what_is_owed_in_the_subject(templates: Templates) -> None:
    letter = samples.letter(
        samples.reminder(STAGE, Step.DUE),
        samples.reminder(BUILDING, Step.ADVANCE),
        overdue=(Listed(QUARTER), Listed(MONTHLY)),
    )

    assert subject(templates, letter) == "【催报】嘉定镇：2项逾期、1项今日到期、1项近期到期 [XF2022-220725-T01]"


def test_it_says_of_a_simulation_that_it_is_one(templates: Templates) -> None:
    for simulated in (True, False):
        letter = samples.letter(overdue=(Listed(MONTHLY),), simulated=simulated)
        report = samples.office_letter(simulated=simulated)
        assert subject(templates, letter).startswith("【模拟演练】【催报】" if simulated else "【催报】")
        answer = replace(specimen.ACKNOWLEDGEMENTS[0], simulated=simulated)
        messages = [
            templates.letter(letter, CAMPAIGN, SENDER),
            templates.gate_letter(report, CAMPAIGN, SENDER),
            templates.acknowledgement(answer, CAMPAIGN, SENDER),
        ]
        assert all(message.subject.startswith("【模拟演练】") is simulated for message in messages)
        for body in (body for message in messages for body in both(parsed(message.data))):
            assert ("模拟演练，不是正式函件" in body) is simulated


@pytest.mark.parametrize("drill", [True, False])
def test_it_says_of_a_drill_that_it_is_one_whatever_templates_say(
    templates: Templates, own_templates: Path, drill: bool
) -> None:
    for kind in ("letter", "gate", "acknowledgement"):
        (own_templates / kind / "subject.txt.j2").write_text("我们自己的主题", encoding="utf-8")
    campaign = replace(CAMPAIGN, drill=drill)
    letter = samples.letter(samples.reminder(STAGE, Step.OPENING), year=(STAGE,))
    for said_by in (templates, Templates(own_templates, sheet)):
        messages = [
            said_by.letter(letter, campaign, SENDER),
            said_by.gate_letter(samples.office_letter(), campaign, SENDER),
            said_by.acknowledgement(specimen.ACKNOWLEDGEMENTS[0], campaign, SENDER),
        ]
        assert all(message.subject.startswith("【演练】") is drill for message in messages)
        for body in (body for message in messages for body in both(parsed(message.data))):
            assert ("这是演练，不是正式函件" in body) is drill
        (calendar,) = [part for part in parsed(messages[0].data).walk() if part.get_content_type() == "text/calendar"]
        assert ("SUMMARY:【演练】" in calendar.get_content()) is drill


def test_its_grade_is_that_of_the_gravest_item(templates: Templates) -> None:
    assert subject(templates, mixed()).startswith("【督办】嘉定镇：1项督办、1项逾期、1项今日到期")
    assert subject(templates, opening(Listed(LIAISON, urged=True))).startswith("【督办】嘉定镇：1项督办、集中实施")
    assert subject(templates, opening(Listed(LIAISON))).startswith("【催报】嘉定镇：1项逾期、集中实施阶段事项7项")


def test_it_calls_an_opening_letter_a_notice_and_counts_requirements_not_dates(templates: Templates) -> None:
    assert subject(templates, opening(settled=2)) == "【报送通知】嘉定镇：集中实施阶段事项7项 [XF2022-220505-T01]"


@pytest.mark.parametrize("length", range(1, 40))
def test_it_keeps_subjects_of_any_length_whole_on_the_wire(templates: Templates, length: int) -> None:
    unit = samples.unit("信丰县安全生产委员会矿山安全专业委员会及城市社区管委会高新区管委会应急管理站"[:length])
    letter = replace(mixed(), unit=unit)

    message = templates.letter(letter, CAMPAIGN, SENDER)

    # Decoded by the library's older parser: the newer one leaves a space between two encoded words of a name.
    raw = message_from_bytes(message.data)
    assert str(make_header(decode_header(raw["Subject"]))) == message.subject
    assert str(make_header(decode_header(raw["To"]))) == f"{unit.name} <jiading@town.example>"


# Sections


@pytest.mark.parametrize(
    ("step", "due", "day", "heading"),
    [
        (Step.DUE, date(2022, 7, 25), date(2022, 7, 25), "今日到期（1项）"),
        (Step.DUE, date(2022, 7, 25), date(2022, 7, 22), "近期到期（1项）"),
        (Step.ADVANCE, date(2022, 7, 25), date(2022, 7, 22), "近期到期（1项）"),
    ],
)
def test_it_gives_each_item_its_own_section_and_no_other(
    templates: Templates, step: Step, due: date, day: date, heading: str
) -> None:
    letter = samples.letter(samples.reminder(samples.obligation(samples.SKILLS, "stage", due), step), day=day)

    for body in both(mail(templates, letter)):
        headings = re.findall(r"[一二三四]、(\S+?（\d+项）)", body)
        assert headings == [heading]


def test_it_orders_the_sections_worst_first(templates: Templates) -> None:
    for body in both(mail(templates, mixed())):
        places = [body.index(each) for each in ("督办事项（", "其他逾期未报（", "今日到期（", "近期到期（", "报送方式")]
        assert places == sorted(places)


def test_it_spells_out_due_dates_and_days(templates: Templates) -> None:
    text = text_of(mail(templates, mixed()))

    assert "6月30日前，已逾期25天" in text
    assert "期限：7月25日（星期一）前（含当日），今日到期" in text
    assert "期限：7月30日（星期六）前（含当日），还有5天" in text


def test_it_sets_due_dates_in_bold(templates: Templates) -> None:
    assert re.search(r"<b[^>]*>7月25日（星期一）前（含当日）</b>", text_of(mail(templates, mixed()), "html"))


@pytest.mark.parametrize(
    "letter",
    [mixed(), opening(), overdue(MONTHLY), samples.letter(samples.reminder(INSPECT, Step.ADVANCE))],
    ids=["mixed", "opening", "overdue", "milestone"],
)
def test_it_says_in_every_letter_that_a_date_includes_its_day(templates: Templates, letter: Letter) -> None:
    for body in both(mail(templates, letter)):
        assert "期限“X日前”均含当日" in body


def test_it_says_why_a_letter_comes_before_a_due_date_on_a_day_off(templates: Templates) -> None:
    day = date(2022, 7, 29)
    letter = samples.letter(samples.reminder(INSPECT, Step.DUE), day=day)

    for body in both(mail(templates, letter)):
        assert "明日到期，逢休息日，今天是此前最后一个工作日" in body.replace("\r\n", "").replace(" ", "")


def test_it_does_not_speak_of_days_off_on_the_due_date_itself(templates: Templates) -> None:
    for body in both(mail(templates, mixed())):
        assert "休息日" not in body


def test_it_heads_what_is_under_supervision_and_says_who_is_on_copy(templates: Templates) -> None:
    for body in both(mail(templates, mixed())):
        before, after = body.split("其他逾期未报（1项）")
        assert "一、督办事项（1项）" in before
        assert "本函同时抄送你单位分管领导，请尽快补报并说明原因" in flat(before)
        assert "提升攻坚战进展情况（第二季度）" in before
        assert "本月工作进展" in after


def test_it_lists_what_is_under_supervision_with_its_days_overdue_longest_first(templates: Templates) -> None:
    building = samples.obligation(samples.DEMONSTRATION, "progress", date(2022, 6, 30))
    late = gravest_first([Listed(MONTHLY), Listed(building, urged=True), Listed(LIAISON, urged=True)])
    for body in both(mail(templates, samples.letter(overdue=late))):
        assert re.findall(r"已逾期(\d+)天", body) == ["91", "25", "5"]
        assert (
            body.index("督办事项（2项）") < body.index("联络人姓名") < body.index("建设阶段性") < body.index("其他逾期")
        )


def test_it_says_the_form_of_an_item_with_its_first_period_only(templates: Templates) -> None:
    june = samples.obligation(samples.RESPONSIBILITY, "monthly", date(2022, 6, 20))
    for body in both(mail(templates, samples.letter(overdue=(Listed(june), Listed(MONTHLY))))):
        assert flat(body).count("对照7项目标任务") == 1


def test_it_does_not_claim_a_copy_that_nobody_gets(templates: Templates) -> None:
    for body in both(mail(templates, replace(mixed(), cc=()))):
        assert "督办" in body
        assert "抄送" not in body


def test_it_says_what_to_send_in_which_form_and_where_else(templates: Templates) -> None:
    letter = samples.letter(samples.reminder(MINES, Step.DUE), overdue=(Listed(MONTHLY),))

    for body in both(mail(templates, letter)):
        assert "对照7项目标任务，结合实际条目式简要书面报送" in flat(body)
        assert "同时报市安委办" in body
        assert "3. 回复只送达本办公室" in body


def test_it_says_of_nothing_that_it_goes_elsewhere_too_where_it_does_not(templates: Templates) -> None:
    for body in both(mail(templates, overdue(MONTHLY))):
        assert "回复只送达本办公室" not in body


def test_it_gives_the_contacts_of_its_plans_once(templates: Templates) -> None:
    letter = samples.letter(
        samples.reminder(MINES, Step.DUE), samples.reminder(STAGE, Step.DUE), overdue=(Listed(QUARTER), Listed(MONTHLY))
    )

    text, html = both(mail(templates, letter))

    assert "- 公共安全文化建设：杨军明 3336240" in flat(text)
    assert "- 从业人员安全技能、企业安全生产主体责任：陈运发 3336239" in flat(text)
    assert "- 矿山安全：卢志军 3336241" in flat(text)
    assert html.count('href="tel:3336240"') == html.count('href="tel:3336241"') == 1


def test_it_says_where_to_send_what_goes_elsewhere_than_to_the_office(templates: Templates) -> None:
    elsewhere = replace(samples.CULTURE, contact=replace(samples.CULTURE.contact, mailbox="culture@xinfeng.example"))
    owed = samples.obligation(elsewhere, "progress", date(2022, 6, 30))

    assert "公共安全文化建设：材料报至 culture@xinfeng.example，杨军明" in flat(text_of(mail(templates, overdue(owed))))


def test_it_names_the_office_where_a_plan_names_no_contact(templates: Templates) -> None:
    letter = samples.letter(samples.reminder(BUILDING, Step.ADVANCE))

    assert "“双千示范”工程：信丰县安委办 3336239" in text_of(mail(templates, letter))


def test_it_asks_no_report_for_a_milestone(templates: Templates) -> None:
    letter = samples.letter(samples.reminder(INSPECT, Step.ADVANCE))

    for body in both(mail(templates, letter)):
        assert "无需报送材料，请按期完成" in body
        assert samples.MAILBOX not in body.partition("如有疑问")[0]
        assert "直接回复本邮件" not in body


def test_it_asks_to_keep_the_reference_when_replying(templates: Templates) -> None:
    for body in both(mail(templates, mixed())):
        assert re.search("请直接回复本邮件（.*office@xinfeng.example.*），保留主题中的编号", flat(body))
        assert "[XF2022-220725-T01]" in body


def test_it_signs_with_the_office_the_document_and_the_day(templates: Templates) -> None:
    for body in both(mail(templates, mixed())):
        assert "信丰县安全生产委员会办公室" in body
        assert "信安办字〔2022〕30号" in body
        assert "2022年7月25日" in body


# What was sent back, what does not count now, what is late


def sent_back(of: Obligation) -> Standing:
    back = Receipt(of.key, Entry.RETURNED, AT, Channel.PHONE, "王", "缺少<盖章>", AT, seq=2)
    return Standing(first_at=AT, returned=back, rearmed=back, count=2)


def test_it_says_why_something_was_sent_back_and_escapes_the_reason_in_the_page(templates: Templates) -> None:
    standings = {MONTHLY.key: sent_back(MONTHLY), QUARTER.key: sent_back(QUARTER)}
    letter = samples.letter(year=(QUARTER, MONTHLY), overdue=(Listed(QUARTER, urged=True), Listed(MONTHLY)))
    letter = replace(letter, standings=standings)

    assert subject(templates, letter).startswith("【督办】嘉定镇：1项督办、1项退回重报 [")
    text, html = both(mail(templates, letter))
    assert "6月30日前，已逾期25天；7月22日退回，原因：缺少<盖章>" in text
    assert "退回原因：缺少<盖章>。请尽快改正重报" in text
    assert html.count("缺少&lt;盖章&gt;") == 2
    assert "<盖章>" not in html


@pytest.mark.parametrize(
    ("respite", "said"),
    [
        (Respite(RespiteKind.MAIL, date(2022, 7, 21), TODAY), "已收到你单位7月21日来信，正在核对"),
        (
            Respite(RespiteKind.MAIL, date(2022, 7, 21), TODAY, vouched=False),
            "收到一封署你单位名的来信（7月21日），来源正在核实",
        ),
        (Respite(RespiteKind.PROMISE, date(2022, 7, 21), date(2022, 7, 28)), "你单位承诺7月28日前报送"),
    ],
    ids=["vouched", "not-vouched", "promised"],
)
def test_it_says_of_an_item_why_it_does_not_count_now(templates: Templates, respite: Respite, said: str) -> None:
    letter = samples.letter(overdue=(Listed(QUARTER), Listed(MONTHLY, respite=respite)))

    assert subject(templates, letter).startswith("【催报】嘉定镇：1项逾期 [")
    for body in both(mail(templates, letter)):
        before, after = body.split("正在核对或已承诺（1项，不计入以上）")
        assert "本月工作进展" not in before
        assert said in flat(after)
        assert "已逾期" not in after


def test_a_coming_item_of_which_a_mail_waits_says_so(templates: Templates) -> None:
    waiting = {STAGE.key: Respite(RespiteKind.MAIL, date(2022, 7, 21), TODAY)}
    for body in both(mail(templates, samples.letter(samples.reminder(STAGE, Step.DUE), respites=waiting))):
        assert "已收到你单位7月21日来信，正在核对" in body


def test_it_says_nothing_of_what_was_sent_back_while_a_pause_holds_it(templates: Templates) -> None:
    paused = {MONTHLY.key: Respite(RespiteKind.PAUSE, date(2022, 7, 21), TODAY)}
    letter = samples.letter(samples.reminder(STAGE, Step.DUE), year=(MONTHLY, STAGE), respites=paused)
    for body in both(mail(templates, replace(letter, standings={MONTHLY.key: sent_back(MONTHLY)}))):
        assert "退回" not in body


@pytest.mark.parametrize("step", [Step.ADVANCE, Step.OPENING])
def test_it_does_not_reproach_with_what_was_overdue_before_the_campaign_was_begun(
    templates: Templates, step: Step
) -> None:
    owed = samples.obligation(samples.SKILLS, "liaison", date(2022, 7, 26))
    late = {owed.key: date(2022, 4, 30)}
    letter = replace(opening(), day=date(2022, 7, 19), year=(owed,), first_due=late)
    letter = replace(letter, reminders=(samples.reminder(owed, step), *letter.reminders))

    assert subject(templates, letter).startswith("【报送通知】嘉定镇：1项请补报、集中实施阶段事项7项")
    for body in both(mail(templates, letter)):
        said = flat(re.sub(r"</?b>", "", body))
        assert "以下各项请于7月26日（星期二）前（含当日）补报。" in said
        assert re.search("1. 从业人员安全技能[： ]联络人姓名和联系电话（原定4月30日前）", said)
        assert re.search(r"7月26日.*（原定4月30日前）", said.partition("附：全年事项一览（1项）")[2])
        assert not re.search("逾期|督办|未报", body)


def test_it_marks_a_milestone_that_has_passed_and_was_not_said_in_time(templates: Templates) -> None:
    passed = samples.obligation(samples.FIREWORKS, "inspect", date(2022, 7, 20))
    letter = samples.letter(samples.reminder(passed, Step.DUE))

    assert subject(templates, letter).startswith("【催报】嘉定镇：1个工作节点已过 [")
    for body in both(mail(templates, letter)):
        assert "工作节点（已过，1个）" in body
        said = "7月20日（星期三）为“烟花爆竹安全：完成零售店（点）全覆盖检查”的日期，因故未及时提醒。"
        assert said in flat(body)
        assert "逾期" not in body


# Two ways to speak


def test_it_asks_where_it_would_instruct_another_and_keeps_the_grades_apart(templates: Templates) -> None:
    asked = replace(samples.unit("县委宣传部"), register=Register.REQUEST)
    graver, milder, notice = (replace(letter, unit=asked) for letter in (mixed(), overdue(MONTHLY), opening()))

    assert subject(templates, graver).startswith("【提请关注】县委宣传部：1项多次联系未收到、1项到期未收到、")
    assert subject(templates, milder).startswith("【商请报送】县委宣传部：1项到期未收到 [")
    assert subject(templates, notice).startswith("【函告】县委宣传部：集中实施阶段事项7项 [")
    for body in (body for letter in (graver, milder, notice) for body in both(mail(templates, letter))):
        assert "贵单位" in body
        assert "商请" in body
        assert not re.search("督办|你单位|抓好落实|逾期|尽快补报", body)


# Opening letters


def test_it_puts_a_monthly_requirement_in_one_row(templates: Templates) -> None:
    for body in both(mail(templates, opening())):
        assert body.count("每月20日前（含当日，5月至9月）") == 1
        assert body.count("每月月底前（含当日，5月至9月）") == 1


def test_it_attaches_a_year_longer_than_a_page_as_a_workbook_and_says_the_next_few_dates(templates: Templates) -> None:
    letter = opening(settled=2)
    message = mail(templates, letter)

    for body in both(message):
        told = body.partition("附：全年事项一览（30项）")[2]
        assert "全年事项见附件“全年事项一览.xlsx”。最近的3项：" in told
        assert re.findall(r"(\d+月\d+日)(?:</b>)?（星期", told) == ["5月20日", "5月25日", "5月31日"]
    table = year_of(message)
    assert [cell.value for cell in table[1]] == list(dict(columns()))
    assert table.max_row == 1 + len(letter.year)
    assert [f"{table.cell(row, 1).value:%Y-%m-%d}" for row in (2, 31)] == ["2022-04-20", "2022-12-31"]
    assert [table.cell(row, 9).value for row in (2, 3, 4)] == ["已报", "已报", None]
    assert table.cell(4, 6).value == "工作节点，无需报送"


def test_it_tables_a_short_year_in_the_letter_itself(templates: Templates) -> None:
    letter = opening()
    message = mail(templates, replace(letter, year=letter.year[:A_PAGE]))

    html = text_of(message, "html")
    table = html[html.index(f"附：全年事项一览（{A_PAGE}项）") :]
    dates = [(int(month), int(day)) for month, day in re.findall(r"<td[^>]*>(\d+)月(\d+)日<br>", table)]
    assert len(dates) == A_PAGE
    assert dates == sorted(dates)
    assert re.findall(r"- (.+?)（.+【已报】", text_of(message)) == ["4月20日"]
    assert [part.get_filename() for part in message.iter_attachments()] == ["报送日程.ics"]


@pytest.mark.parametrize("words_of_it", ["全年事项一览", "报送日程.ics"])
def test_it_keeps_the_year_out_of_other_letters(templates: Templates, words_of_it: str) -> None:
    for body in both(mail(templates, replace(mixed(), year=samples.whole_year()))):
        assert words_of_it not in body


def year_of(message: EmailMessage) -> Worksheet:
    """The sheet of the workbook that came with a letter."""
    (data,) = [part.get_content() for part in message.iter_attachments() if part.get_filename() == "全年事项一览.xlsx"]
    return load_workbook(BytesIO(data)).worksheets[0]


def events(message: EmailMessage) -> list[Any]:
    (attachment,) = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(cast(str, attachment.get_content()))
    return list(calendar.walk("VEVENT"))


def test_it_attaches_a_calendar_under_its_chinese_name(templates: Templates) -> None:
    _, attachment = mail(templates, opening()).iter_attachments()

    assert attachment.get_filename() == "报送日程.ics"
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_content_charset() == "utf-8"
    assert attachment.get_content_disposition() == "attachment"


def test_it_attaches_nothing_to_other_letters(templates: Templates) -> None:
    assert not list(mail(templates, mixed()).iter_attachments())


def test_it_puts_every_date_to_come_and_not_yet_settled_into_the_calendar(templates: Templates) -> None:
    letter = opening()

    found = sorted(event["DTSTART"].dt for event in events(mail(templates, letter)))

    coming = [owed for owed in letter.year if owed.period.due >= letter.day]
    assert len(coming) < len(letter.year)
    assert found == [owed.period.due for owed in coming if owed.key not in letter.settled]
    assert all(type(day) is date for day in found)


def test_it_keeps_calendar_uids_over_letters_and_apart_from_each_other(templates: Templates) -> None:
    letter = opening()
    later = replace(letter, day=date(2022, 5, 6), message_id="another@xinfeng.example")

    first, second = ([str(event["UID"]) for event in events(mail(templates, each))] for each in (letter, later))

    assert first == second
    assert len(set(first)) == len(first) > 20
    assert "skills.stage.once.jiading@xinfeng-2022.cuibao" in first


def test_it_alarms_on_the_morning_before(templates: Templates) -> None:
    for event in events(mail(templates, opening())):
        (alarm,) = event.walk("VALARM")
        starts = datetime.combine(event["DTSTART"].dt, time())
        assert starts + alarm["TRIGGER"].dt == starts - timedelta(days=1) + timedelta(hours=8, minutes=30)


# The mail itself


def test_it_gives_the_same_letter_the_same_bytes() -> None:
    first, second = (Templates(FOLDER, sheet).letter(opening(), CAMPAIGN, SENDER) for _ in range(2))

    assert first == second


def test_it_writes_the_headers_that_mail_programs_go_by(templates: Templates) -> None:
    message = mail(templates, mixed())

    assert message["Message-ID"] == "<xf2022-0725-t01@xinfeng.example>"
    assert message["Date"].datetime == mixed().written_at
    assert str(message["Date"]).endswith("+0800")
    assert message["From"].addresses[0].display_name == "信丰县安委办"
    assert message["From"].addresses[0].addr_spec == SENDER
    assert [each.addr_spec for each in message["To"].addresses] == ["jiading@town.example"]
    assert [each.addr_spec for each in message["Cc"].addresses] == ["leader@town.example"]
    assert message["Reply-To"].addresses[0].addr_spec == samples.MAILBOX
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Content-Language"] == "zh-CN"


def test_it_does_not_double_the_brackets_of_a_message_id(templates: Templates) -> None:
    letter = replace(mixed(), message_id="<a@xinfeng.example>")

    message = templates.letter(letter, CAMPAIGN, SENDER)

    assert parsed(message.data)["Message-ID"] == "<a@xinfeng.example>"
    assert message.message_id == "<a@xinfeng.example>"


def test_it_names_every_recipient_once_for_the_carrier(templates: Templates) -> None:
    assert templates.letter(mixed(), CAMPAIGN, SENDER).recipients == ("jiading@town.example", "leader@town.example")


def test_it_offers_plain_text_before_html_in_utf8(templates: Templates) -> None:
    message = mail(templates, mixed())

    assert message.get_content_type() == "multipart/alternative"
    assert [(part.get_content_type(), part.get_content_charset()) for part in message.iter_parts()] == [
        ("text/plain", "utf-8"),
        ("text/html", "utf-8"),
    ]


@pytest.mark.parametrize("letter", [mixed(), opening()], ids=["mixed", "opening"])
def test_it_stays_within_the_lines_that_smtp_allows(templates: Templates, letter: Letter) -> None:
    data = templates.letter(letter, CAMPAIGN, SENDER).data

    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.isascii()


@pytest.mark.parametrize("letter", [mixed(), opening(Listed(LIAISON, urged=True))], ids=["mixed", "opening"])
def test_it_leaves_no_html_and_no_long_lines_in_plain_text(templates: Templates, letter: Letter) -> None:
    text = text_of(mail(templates, letter))

    assert not re.search(r"<[^>]+>|&\w+;|\{[{%]", text)
    assert "\n\n\n" not in text
    assert max(sum(1 if character.isascii() else 2 for character in line) for line in text.splitlines()) <= 74


def test_it_escapes_markup_in_names_in_html(templates: Templates) -> None:
    unit = samples.unit("<script>alert(1)</script>镇")

    html = text_of(mail(templates, replace(mixed(), unit=unit)), "html")

    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;镇" in html


def test_it_loads_nothing_from_outside(templates: Templates) -> None:
    html = text_of(mail(templates, opening()), "html")

    assert not re.search(r"<(img|link|script|iframe|style)\b|url\(|https?://", html)
    assert '<meta name="viewport"' in html
    assert '<html lang="zh-CN">' in html


def test_it_lets_no_name_write_a_header(templates: Templates) -> None:
    unit = samples.unit("嘉定镇\r\nBcc: thief@evil.example")

    message = mail(templates, replace(mixed(), unit=unit))

    assert message["Bcc"] is None
    assert "嘉定镇 Bcc: thief@evil.example" in message["Subject"]


@pytest.mark.parametrize("address", ["nobody", "a@b.example\r\nBcc: c@d.example", "张@town.example", ""])
def test_it_refuses_an_address_that_is_none(templates: Templates, address: str) -> None:
    with pytest.raises(Faults, match="不是可用的邮箱地址"):
        templates.letter(replace(mixed(), to=(address,)), CAMPAIGN, SENDER)


# The office's letter


def test_it_reports_a_closed_phase_with_what_is_missing_first(templates: Templates) -> None:
    message = templates.gate_letter(samples.office_letter(), CAMPAIGN, SENDER)

    assert message.subject == "【阶段小结】从业人员安全技能动员部署阶段：1个单位欠报1项"
    for body in both(parsed(message.data)):
        assert "信丰县从业人员安全技能“巩固提升”攻坚战实施方案" in body or "从业人员安全技能：动员部署阶段" in body
        assert "3个单位：按时3项，迟报2项" in body
        places = [body.index(name, body.index("3个单位")) for name in ("大桥镇", "古陂镇", "其余1个单位均按时报送")]
        assert places == sorted(places)


def test_it_gives_each_unit_its_row(templates: Templates) -> None:
    text = text_of(parsed(templates.gate_letter(samples.office_letter(), CAMPAIGN, SENDER).data))

    assert "- 大桥镇：按时0，迟报1，欠报1（联络人姓名和联系电话）" in text
    assert "- 古陂镇：按时1，迟报1，无欠报" in text
    assert "- 嘉定镇" not in text


def test_it_says_so_when_nothing_is_missing(templates: Templates) -> None:
    report = samples.gate_report()
    whole = replace(report, rows=report.rows[:1])

    message = templates.gate_letter(samples.office_letter(whole), CAMPAIGN, SENDER)

    assert message.subject == "【阶段小结】从业人员安全技能动员部署阶段：全部报齐"
    for body in both(parsed(message.data)):
        assert "其余" not in body
        assert "1个单位均按时报送" in body


def test_it_counts_a_unit_once_over_several_reports(templates: Templates) -> None:
    letter = samples.office_letter(samples.gate_report(), samples.gate_report(samples.MINES))

    assert templates.gate_letter(letter, CAMPAIGN, SENDER).subject == (
        "【阶段小结】2个方案动员部署阶段：1个单位欠报2项"
    )


def test_it_counts_a_plan_once_over_several_phases(templates: Templates) -> None:
    phases = (samples.IMPLEMENTATION, samples.MOBILIZATION)
    letter = samples.office_letter(*(samples.gate_report(samples.SKILLS, phase) for phase in phases))

    assert templates.gate_letter(letter, CAMPAIGN, SENDER).subject == (
        "【阶段小结】从业人员安全技能动员部署和集中实施阶段：1个单位欠报2项"
    )


def test_it_says_at_the_end_how_the_year_went(templates: Templates) -> None:
    rows = samples.gate_report().rows
    final = YearEnd(CAMPAIGN, samples.gate_report().drawn_at, rows)
    letter = replace(samples.office_letter(samples.gate_report()), final=final)
    message = templates.gate_letter(letter, CAMPAIGN, SENDER)

    assert message.subject == f"【年终小结】{CAMPAIGN.title}：1个单位欠报1项"
    for body in both(parsed(message.data)):
        places = [body.index(words) for words in ("不再催报", "全年报送情况（2022年4月18日至", "：动员部署阶段（")]
        assert places == sorted(places)
        assert "催报继续进行" not in body


def test_it_writes_the_offices_letter_to_the_office(templates: Templates) -> None:
    message = templates.gate_letter(samples.office_letter(), CAMPAIGN, SENDER)

    assert message.recipients == (samples.MAILBOX,)
    assert parsed(message.data)["Auto-Submitted"] == "auto-generated"
    assert message == templates.gate_letter(samples.office_letter(), CAMPAIGN, SENDER)


# Broken templates


def test_it_finds_nothing_wrong_with_the_shipped_templates(templates: Templates) -> None:
    assert templates.check() == ()


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_it_names_file_and_line_of_an_unknown_name(own_templates: Path) -> None:
    put(own_templates, "letter/subject.txt.j2", "【催报】\n{{ letter.unitt }}\n")

    with pytest.raises(Faults) as caught:
        Templates(own_templates, sheet).letter(mixed(), CAMPAIGN, SENDER)

    assert str(caught.value) == (
        "templates/letter/subject.txt.j2 第2行：使用了没有定义的名称“unitt”，可用的名称见 README.zh-CN.md"
    )


def test_it_names_the_part_that_is_wrong_not_the_letter_that_uses_it(own_templates: Path) -> None:
    put(own_templates, "letter/counts.j2", "{% macro counts(letter) %}\n{{ nobody }}\n{% endmacro %}\n")

    with pytest.raises(Faults, match=r"^templates/letter/counts\.j2 第2行：.*“nobody”"):
        Templates(own_templates, sheet).letter(mixed(), CAMPAIGN, SENDER)


def test_it_names_file_and_line_of_a_template_that_does_not_parse(own_templates: Path) -> None:
    put(own_templates, "letter/body.txt.j2", "一\n二\n{% if letter.overdue %}\n{% endfor %}\n")

    with pytest.raises(Faults, match=r"^templates/letter/body\.txt\.j2 第4行：模板写法有误"):
        Templates(own_templates, sheet).letter(mixed(), CAMPAIGN, SENDER)


def test_it_wants_the_reference_in_the_subject(own_templates: Path) -> None:
    put(own_templates, "letter/subject.txt.j2", "【催报】{{ letter.unit }}")

    assert Templates(own_templates, sheet).check() == (
        "templates/letter/subject.txt.j2：缺少 {{ letter.reference }}，回信靠它对号",
    )


def test_it_names_a_missing_template(own_templates: Path) -> None:
    (own_templates / "gate/body.html.j2").unlink()

    with pytest.raises(Faults, match=r"^templates/gate/body\.html\.j2：缺少这个模板文件$"):
        Templates(own_templates, sheet).gate_letter(samples.office_letter(), CAMPAIGN, SENDER)


def test_it_checks_all_templates_at_once(own_templates: Path) -> None:
    (own_templates / "letter/year.html.j2").unlink()
    (own_templates / "gate/subject.txt.j2").write_bytes("【阶段小结】".encode("gbk"))
    put(own_templates, "letter/subject.txt.j2", "{% if %}")
    put(own_templates, "letter/body.txt.j2", "{% if letter.today %}\n{{ letter.nothing }}\n{% endif %}")

    assert [line.split("：")[0] for line in Templates(own_templates, sheet).check()] == [
        "templates/gate/subject.txt.j2",
        "templates/letter/subject.txt.j2 第1行",
        "templates/letter/body.txt.j2 第2行",
        "templates/letter/year.html.j2",
    ]


# Words


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([5], "5月"), ([5, 6], "5月、6月"), ([5, 6, 7], "5月至7月"), ([4, 6, 7, 8, 10], "4月、6月至8月、10月")],
)
def test_it_shortens_a_stretch_of_months(numbers: list[int], said: str) -> None:
    assert words.months(numbers) == said


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["甲"], "甲"), (["甲", "乙"], "甲和乙"), (["甲", "乙", "丙"], "甲、乙和丙")]
)
def test_it_lists_names_as_a_sentence_does(names: list[str], said: str) -> None:
    assert wording.both(names) == said


def test_it_hangs_wrapped_lines_under_their_label() -> None:
    wrapped = words.wrap("   形式：" + "甲乙丙丁戊" * 3 + "。", columns=30)

    assert wrapped.splitlines() == ["   形式：甲乙丙丁戊甲乙丙丁戊", "         甲乙丙丁戊。"]


def test_it_takes_a_character_along_rather_than_begin_a_line_with_a_full_stop() -> None:
    assert words.wrap("甲乙丙丁戊甲乙丙丁戊。", columns=20).splitlines() == ["甲乙丙丁戊甲乙丙丁", "戊。"]


def test_it_keeps_an_address_whole_when_wrapping() -> None:
    address = "a-rather-long-address@xinfeng.example"

    assert any(address in line for line in words.wrap("材料请发送至本办公室邮箱" + address, 40).splitlines())
