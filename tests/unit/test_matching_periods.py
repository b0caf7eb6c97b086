"""On which period a mail is registered, or that it waits: for every way in which a campaign may divide the calendar."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from cuibao.incoming import Attachment, Authentication, Mail, Result
from cuibao.model import (
    Amendment,
    Anchor,
    Campaign,
    Count,
    Event,
    Every,
    ObligationKey,
    Offset,
    Requirement,
    Rule,
    Verdict,
)
from cuibao.policy.mail.judging import Candidate, Judgement, Matcher, SentLetter
from cuibao.policy.mail.vouching import Trust
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from tests.documents import content
from tests.unit import samples
from tests.unit.samples import CHINA
from tests.unit.test_matching import NothingBefore

SENDER = "jiading@town.example"
AUTUMN = date(2025, 10, 1)


def calendar(every: Every, first: date, last: date, **where: Any) -> Rule:
    return Rule(every, first=first, last=last, **where)


def of(*requirements: Requirement, **changes: Any) -> Campaign:
    """A campaign from October 2025 to the end of 2026 with one plan, 消防安全."""
    plan = samples.plan(1, "fire", "消防安全", requirements)
    found = samples.campaign(
        plan, title="信丰县冬春安全防范工作", units=(samples.unit(), samples.unit("县应急管理局", "yingji", "D01"))
    )
    years = {"issued": date(2025, 9, 1), "ends": date(2026, 12, 31), "chase_until": date(2027, 1, 31)}
    return replace(found, **years | changes)


DAILY = samples.requirement("daily", "消防值守日报", calendar(Every.DAY, AUTUMN, date(2025, 12, 31)))
WEEKLY = samples.requirement("weekly", "消防巡查周报", calendar(Every.WEEK, AUTUMN, date(2026, 3, 31), weekdays=(5,)))
TENTHS = samples.requirement("tenths", "消防整治旬报", calendar(Every.TEN_DAYS, AUTUMN, date(2026, 3, 31)))
MONTHLY = samples.requirement(
    "monthly", "消防工作情况月报", calendar(Every.MONTH, AUTUMN, date(2026, 12, 31), day=10, previous=True)
)
QUARTERLY = samples.requirement(
    "quarterly",
    "消防工作进展情况",
    calendar(
        Every.QUARTER,
        AUTUMN,
        date(2026, 12, 31),
        offset=Offset(Count.WORKING_DAYS_AFTER, 5, Anchor.PERIOD),
    ),
)
HALVES = samples.requirement(
    "halves", "消防工作情况半年报", calendar(Every.HALF_YEAR, date(2025, 7, 1), date(2026, 12, 31))
)
YEARLY = samples.requirement(
    "yearly",
    "消防工作情况年报",
    calendar(Every.YEAR, date(2025, 1, 1), date(2026, 12, 31), month_day=(1, 20), previous=True),
)
STAGES = samples.requirement(
    "stages",
    "阶段性报告",
    Rule(Every.LIST, dates=(date(2026, 6, 30), date(2026, 7, 31), date(2026, 9, 15), date(2026, 9, 30))),
)
ACCIDENT = replace(
    samples.requirement(
        "accident",
        "亡人事故情况报告",
        Rule(Every.EVENT, offset=Offset(Count.DAYS_AFTER, 3, Anchor.EVENT)),
        units=("jiading", "yingji"),
    ),
    event="亡人事故",
)
ALL = of(DAILY, WEEKLY, TENTHS, MONTHLY, QUARTERLY, HALVES, YEARLY)


def mail(
    *files: str, on: str, subject: str = "材料", text: str = "请查收。", sender: str = SENDER, **changes: Any
) -> Mail:
    """A mail that arrived at 10:00 on a day."""
    received = Mail(
        identity="0",
        message_id="<1@town.example>",
        senders=(sender,),
        sender_name="",
        subject=subject,
        arrived_at=datetime.fromisoformat(f"{on}T10:00").replace(tzinfo=CHINA),
        references=(),
        text=text,
        attachments=tuple(Attachment(name, "application/octet-stream", content(name)) for name in files),
        links=(),
        authentications=(Authentication("mx.sina.com", (Result("dmarc", "pass"),)),),
        machine="",
        bulk="",
        bounce=None,
        raw=b"",
    )
    return replace(received, **changes)


def judge(
    campaign: Campaign,
    received: Mail,
    owes: Iterable[str],
    *,
    asked: Iterable[str] | None = None,
    events: Iterable[Event] = (),
    unit: str = "jiading",
) -> Judgement:
    """The judgement where only these items are unsettled, each as item/period."""
    schedule, unsettled = Schedule(campaign, WorkingDays(), tuple(events)), set(owes)
    found = {f"{each.period.requirement.id}/{each.period.key}": each for each in schedule.of_unit(unit)}
    assert unsettled <= found.keys()
    candidates = [Candidate(each, name in unsettled) for name, each in found.items()]
    keys = frozenset(found[name].key for name in asked or ())
    letter = SentLetter("<ours@xinfeng.example>", "【催报】 [XF2022-220726-T01]", unit, keys)
    letters: Mapping[str, SentLetter] = {letter.message_id: letter} if asked is not None else {}
    if letters:
        received = replace(received, references=(letter.message_id,))
    matcher = Matcher(campaign, frozenset({campaign.mailbox}), Trust("mx.sina.com"))
    return matcher.judge(received, letters, lambda code, at: None, lambda name: candidates, NothingBefore())


def outcome(found: Judgement) -> str:
    """The item and the period on which it was registered, or what became of the mail, and why."""
    if found.verdict is Verdict.RECEIPT:
        return "、".join(_name(match.obligation.key) for match in found.matches)
    return f"{found.verdict.zh}：{found.reason}"


def _name(key: ObligationKey) -> str:
    return f"{key.requirement}/{key.period}"


def came(campaign: Campaign, name: str, on: str, owes: Iterable[str], **said: str) -> str:
    """What became of a mail with a file of this name."""
    return outcome(judge(campaign, mail(f"{name}.docx", on=on, **said), owes))


def waited(name: str, why: str) -> str:
    """That a mail with a file of this name waits, and why."""
    file = f"{name}.docx"
    return f"待认领：附件“{file if len(file) <= 24 else f'{file[:23]}…'}”：{why}"


SUPPLEMENT = "补充材料：该项已登记，作为补充材料存档"
SEVERAL = "有几项可能，不能确定是哪一项"
NOT_BEGUN = "所写的事项还没有到报送期，请核对"
NOT_OVER = "所写的一期还没有结束，前一期还没有报，请核对是哪一期"
NONE_SUCH = "没有所写时间的报送期"


FRIDAY = "2025-10-17"
WEEKS = ("weekly/2025-W41", "weekly/2025-W42")


@pytest.mark.parametrize(
    "name",
    [
        "消防安全第41周周报",
        "消防安全第四十一周周报",
        "消防安全2025年第41周周报",
        "消防安全W41周报",
        "消防巡查周报（10月6日至12日）",
        "消防巡查周报10月6日-10月12日",
        "消防巡查周报（2025年10月6日至2025年10月10日）",
        "消防巡查周报10.6-10.12",
        "消防巡查周报20251006-20251012",
        "消防安全周报第41周（2025年10月13日）",
    ],
)
def test_a_week_is_known_by_its_number_or_its_days(name: str) -> None:
    assert came(ALL, name, FRIDAY, WEEKS) == "weekly/2025-W41"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("消防巡查周报", SEVERAL),
        ("消防安全上周周报", SEVERAL),
        ("消防巡查本周周报", SEVERAL),
        ("消防巡查周报2025.10.17", SEVERAL),
        ("消防安全10月周报", NONE_SUCH),
        ("消防安全10月第二周周报", NONE_SUCH),
        ("消防巡查周报（10月7日至12日）", NONE_SUCH),
        ("消防巡查周报（10月3日至9日）", NONE_SUCH),
        ("消防安全第41、42周周报", "写到几个报送期，不能确定报的是哪一期"),
        ("消防安全2024年第41周周报", "写的是2024年的材料"),
        ("消防安全第43周周报", NOT_BEGUN),
    ],
)
def test_a_week_that_is_not_plain_waits(name: str, why: str) -> None:
    found = came(ALL, name, FRIDAY, [*WEEKS, "weekly/2025-W43"])
    assert found == waited(name, why)


def test_the_one_week_owed_now_needs_no_name() -> None:
    assert came(ALL, "消防巡查周报", FRIDAY, ["weekly/2025-W42", "weekly/2025-W43"]) == "weekly/2025-W42"


def test_what_came_for_a_week_before_goes_with_it() -> None:
    assert came(ALL, "消防安全第41周周报", FRIDAY, WEEKS[1:]) == SUPPLEMENT
    assert came(ALL, "消防巡查周报", FRIDAY, WEEKS[1:], text="现报送第41周消防安全周报，请查收。") == SUPPLEMENT


def test_a_note_on_another_week_than_the_file_waits() -> None:
    other = came(ALL, "消防安全第42周周报", FRIDAY, WEEKS, text="现报送10月6日至12日周报，请查收。")
    assert other == "待认领：正文写的是别的报送期"
    assert (
        came(ALL, "消防安全第42周周报", FRIDAY, WEEKS, text="现报送第41周周报。")
        == "待认领：正文写的周次与附件名称不一致"
    )
    same = came(ALL, "消防安全第42周周报", FRIDAY, WEEKS, text="现报送10月13日至19日周报，请查收。")
    assert same == "weekly/2025-W42"


def test_both_weeks_are_meant_where_their_numbers_are_in_doubt() -> None:
    """2027 begins on a Friday: its week of 4 January is the first or the second."""
    rule = calendar(Every.WEEK, date(2027, 1, 4), date(2027, 3, 31), weekdays=(5,))
    campaign = of(replace(WEEKLY, rule=rule), ends=date(2027, 12, 31), chase_until=date(2028, 1, 31))
    owes = ["weekly/2027-W01", "weekly/2027-W02", "weekly/2027-W03"]
    name = "消防安全第2周周报"
    assert came(campaign, name, "2027-01-14", owes) == waited(name, "写到几个报送期，不能确定报的是哪一期")


def test_a_week_across_the_years_is_of_both() -> None:
    for name in ("消防安全2025年12月29日至2026年1月4日周报", "消防安全周报12月29日至1月4日", "消防安全2026年第1周周报"):
        assert came(ALL, name, "2026-01-04", ["weekly/2025-W52", "weekly/2026-W01"]) == "weekly/2026-W01"


PREVIOUS_WEEKS = of(replace(WEEKLY, rule=replace(WEEKLY.rule, weekdays=(2,), previous=True)))
ABOUT = ("weekly/about-2025-W41", "weekly/about-2025-W42")


@pytest.mark.parametrize(
    ("name", "on", "found"),
    [
        ("消防安全周报", "2025-10-14", ABOUT[0]),
        ("消防安全上周周报", "2025-10-14", ABOUT[0]),
        ("消防安全第41周周报", "2025-10-14", ABOUT[0]),
        ("消防安全第42周周报", "2025-10-14", NOT_BEGUN),
        ("消防安全第42周周报", "2025-10-17", NOT_OVER),
        ("消防安全周报", "2025-10-17", SEVERAL),
        ("消防安全第42周周报", "2025-10-20", ABOUT[1]),
    ],
)
def test_a_week_that_is_reported_when_it_is_over(name: str, on: str, found: str) -> None:
    assert came(PREVIOUS_WEEKS, name, on, ABOUT) == (found if found in ABOUT else waited(name, found))


def test_of_two_reports_a_week_the_second_is_not_meant_before_the_first_is_due() -> None:
    campaign = of(replace(WEEKLY, rule=replace(WEEKLY.rule, weekdays=(2, 5))))
    both = ["weekly/2025-W41-2", "weekly/2025-W41-5"]
    assert came(campaign, "消防安全第41周周报", "2025-10-07", both) == both[0]
    assert came(campaign, "消防安全周报（修改）", "2025-10-07", both[1:]) == SUPPLEMENT
    assert came(campaign, "消防安全周报", "2025-10-09", both[1:]) == both[1]


DECEMBER, JANUARY = "monthly/about-2025-12", "monthly/about-2026-01"


@pytest.mark.parametrize(
    ("name", "on", "owes", "found"),
    [
        (
            "消防安全4月工作情况",
            "2026-05-06",
            ["monthly/about-2026-04", "monthly/about-2026-05"],
            "monthly/about-2026-04",
        ),
        ("消防安全12月月报", "2026-01-08", [DECEMBER, JANUARY], DECEMBER),
        ("消防安全2025年12月月报", "2026-01-08", [DECEMBER, JANUARY], DECEMBER),
        ("消防安全12月月报（2026年1月8日）", "2026-01-08", [DECEMBER, JANUARY], DECEMBER),
        ("消防安全月报", "2026-01-08", [DECEMBER, JANUARY], DECEMBER),
        ("消防安全上月月报", "2026-01-08", [DECEMBER, JANUARY], DECEMBER),
        ("消防安全12月月报", "2026-01-08", [JANUARY], SUPPLEMENT),
        ("消防安全月报", "2026-01-08", ["monthly/about-2025-11", DECEMBER], SEVERAL),
        ("消防安全上月月报", "2026-01-08", ["monthly/about-2025-11", DECEMBER], SEVERAL),
        ("消防安全1月月报", "2026-01-08", [DECEMBER, JANUARY], NOT_BEGUN),
        ("消防安全2026年1月月报", "2026-01-08", [DECEMBER, JANUARY], NOT_BEGUN),
        ("消防安全1月月报", "2026-01-20", [DECEMBER, JANUARY], NOT_OVER),
        ("消防安全1月月报", "2026-01-30", [JANUARY], JANUARY),
        ("消防安全12月月报", "2027-01-08", [DECEMBER, "monthly/about-2026-12"], SEVERAL),
        ("消防安全2025年12月月报", "2027-01-08", [DECEMBER, "monthly/about-2026-12"], DECEMBER),
        ("消防安全2026年12月月报", "2027-01-08", [DECEMBER, "monthly/about-2026-12"], "monthly/about-2026-12"),
        ("消防安全12月月报2027.1.8", "2027-01-08", ["monthly/about-2026-12"], "monthly/about-2026-12"),
        ("消防安全2024年12月月报", "2026-01-08", [DECEMBER], "写的是2024年的材料"),
        ("消防安全10月月报（10月1日至28日）", "2025-11-05", ["monthly/about-2025-10"], "monthly/about-2025-10"),
    ],
)
def test_a_month_that_is_reported_when_it_is_over(name: str, on: str, owes: Iterable[str], found: str) -> None:
    plain = found == SUPPLEMENT or found.startswith("monthly/")
    assert came(ALL, name, on, owes) == (found if plain else waited(name, found))


def test_the_year_of_a_subject_is_that_of_its_files() -> None:
    owes, on = [DECEMBER, "monthly/about-2026-12"], "2027-01-08"
    assert came(ALL, "12月月报", on, owes, subject="消防安全2025年月报") == DECEMBER
    assert came(ALL, "12月月报", on, owes[1:], subject="消防安全2025年月报") == SUPPLEMENT


def test_in_a_campaign_of_several_years_a_month_is_of_the_year_that_is_written() -> None:
    """In one that lasts from 2024 to 2026 what is due by the end of each month."""
    rule = calendar(Every.MONTH, date(2024, 4, 1), date(2026, 12, 31), day=25)
    campaign = of(replace(MONTHLY, rule=rule), issued=date(2024, 3, 1))
    marches = ["monthly/2025-03", "monthly/2026-03"]
    name = "消防安全（2024—2026年）3月月报"
    assert came(campaign, name, "2025-03-24", marches) == marches[0]
    assert came(campaign, name, "2026-03-24", marches) == waited(name, SEVERAL)
    assert came(campaign, "消防安全（2024—2026年）2026年3月月报", "2026-03-24", marches) == marches[1]
    assert came(campaign, "消防安全2025年3月月报", "2026-03-24", marches) == marches[0]


def test_the_years_of_a_title_are_no_report_s() -> None:
    titled = replace(ALL, title="2025-2026年冬春安全防范")
    owes = [DECEMBER, JANUARY]
    assert came(titled, "2025-2026年冬春消防安全12月月报", "2026-01-08", owes) == DECEMBER
    plan = replace(ALL.plans[0], short="2026年消防安全", title="2026年消防安全实施方案")
    assert came(replace(ALL, plans=(plan,)), "2026年消防安全12月月报", "2026-01-08", owes) == DECEMBER


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("现报送3月工作情况，请查收。", "monthly/about-2026-03"),
        ("现报送上月工作情况，请查收。", "monthly/about-2026-03"),
        ("现报送消防安全2月月报，请查收。", SUPPLEMENT),
    ],
)
def test_the_text_says_the_month_where_the_file_does_not(text: str, found: str) -> None:
    owes = ["monthly/about-2026-03", "monthly/about-2026-04"]
    assert came(ALL, "消防安全月报", "2026-04-08", owes, text=text) == found


TENS = ("tenths/2025-10-T1", "tenths/2025-10-T2")


@pytest.mark.parametrize(
    ("name", "on", "found"),
    [
        ("消防安全10月上旬旬报", "2025-10-20", TENS[0]),
        ("消防安全十月中旬旬报", "2025-10-20", TENS[1]),
        ("消防整治旬报（10月1日至10日）", "2025-10-12", TENS[0]),
        ("消防安全旬报", "2025-10-09", TENS[0]),
        ("消防安全旬报", "2025-10-20", SEVERAL),
        ("消防安全10月旬报", "2025-10-20", NONE_SUCH),
        ("消防安全10月中旬旬报", "2025-10-08", NOT_BEGUN),
        ("消防安全10月上、中旬旬报", "2025-10-20", "写到几个报送期，不能确定报的是哪一期"),
        ("消防安全上旬旬报", "2025-11-03", "写到几个报送期，不能确定报的是哪一期"),
    ],
)
def test_a_ten_day_period(name: str, on: str, found: str) -> None:
    assert came(ALL, name, on, [*TENS, "tenths/2025-11-T1"]) == (found if found in TENS else waited(name, found))


def test_a_part_of_a_month_is_no_month() -> None:
    owes = ["monthly/about-2025-10"]
    assert came(ALL, "消防安全10月上旬", "2025-11-03", owes) == SUPPLEMENT
    for name in ("消防安全10月上旬工作情况", "消防安全第41周工作情况", "消防安全10月6-12日工作情况"):
        assert came(of(MONTHLY), name, "2025-11-03", owes) == waited(name, "没有所写月份（季度）的报送期")


@pytest.mark.parametrize(
    ("name", "on", "owes", "found"),
    [
        ("消防安全四季度工作进展", "2026-01-06", ["quarterly/2025-Q4", "quarterly/2026-Q1"], "quarterly/2025-Q4"),
        ("消防安全季报", "2026-01-06", ["quarterly/2025-Q4", "quarterly/2026-Q1"], "quarterly/2025-Q4"),
        ("消防安全一季度工作进展", "2026-01-06", ["quarterly/2025-Q4", "quarterly/2026-Q1"], NOT_BEGUN),
        ("消防安全一季度工作进展", "2026-03-06", ["quarterly/2025-Q4", "quarterly/2026-Q1"], NOT_OVER),
        ("消防安全12月工作情况", "2026-01-06", ["quarterly/2025-Q4"], SUPPLEMENT),
        ("消防安全下半年工作情况", "2025-12-29", ["halves/2025-H2", DECEMBER], "halves/2025-H2"),
        ("消防安全半年报", "2025-12-29", ["halves/2025-H2", DECEMBER], "halves/2025-H2"),
        ("消防安全1-6月工作情况", "2026-06-29", ["halves/2025-H2", "halves/2026-H1"], "halves/2026-H1"),
        ("消防安全2026年上半年工作情况", "2026-06-29", ["halves/2025-H2", "halves/2026-H1"], "halves/2026-H1"),
        ("消防安全下半年工作情况", "2026-06-29", ["halves/2026-H1"], SUPPLEMENT),
        ("消防安全2025年年报", "2026-01-12", ["yearly/about-2025", "yearly/about-2026", DECEMBER], "yearly/about-2025"),
        ("消防安全2025年度工作情况", "2026-01-12", ["yearly/about-2025", "yearly/about-2026"], "yearly/about-2025"),
        ("消防安全年报", "2026-01-12", ["yearly/about-2025", "yearly/about-2026"], "yearly/about-2025"),
        ("消防安全2026年年报", "2026-01-12", ["yearly/about-2025", "yearly/about-2026"], NOT_BEGUN),
        ("消防安全年报", "2026-08-12", ["yearly/about-2025", "yearly/about-2026"], SEVERAL),
        ("消防安全2025年度12月月报", "2026-01-08", ["yearly/about-2025", DECEMBER], DECEMBER),
    ],
)
def test_quarters_half_years_and_years(name: str, on: str, owes: Iterable[str], found: str) -> None:
    plain = found == SUPPLEMENT or "/" in found
    assert came(ALL, name, on, owes) == (found if plain else waited(name, found))


def test_a_notice_that_changes_how_often_is_known_by_what_it_made() -> None:
    """月报改为旬报 from December on."""
    monthly = calendar(Every.MONTH, AUTUMN, date(2025, 12, 31))
    tenths = calendar(Every.TEN_DAYS, date(2025, 12, 1), date(2025, 12, 31))
    notice = Amendment("信安办字〔2025〕60号", date(2025, 12, 1), rule=tenths)
    campaign = of(replace(MONTHLY, title="消防工作情况", rule=monthly, amended=(notice,)), WEEKLY)
    owes = ["monthly/2025-11", "monthly/2025-12-T1", "monthly/2025-12-T2"]
    assert came(campaign, "消防安全12月中旬工作情况", "2025-12-20", owes) == owes[2]
    assert came(campaign, "消防安全11月工作情况", "2025-12-20", owes) == owes[0]
    name = "消防安全12月工作情况"
    assert came(campaign, name, "2025-12-20", owes) == waited(name, NONE_SUCH)


DAYS = ("daily/2025-10-06", "daily/2025-10-07")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("消防安全10月6日日报", DAYS[0]),
        ("消防安全6日日报", "写到几个报送期，不能确定报的是哪一期"),
        ("消防安全日报20251006", DAYS[0]),
        ("消防安全日报（2025年10月7日）", DAYS[1]),
        ("消防安全10月6日日报（10月7日）", DAYS[0]),
        ("消防安全10月5日日报", SUPPLEMENT),
        ("消防安全日报", SEVERAL),
        ("消防安全日报10月6日、10月7日", "写到几个报送期，不能确定报的是哪一期"),
        ("消防安全10月日报", NONE_SUCH),
    ],
)
def test_a_day(name: str, found: str) -> None:
    plain = found == SUPPLEMENT or "/" in found
    assert came(ALL, name, "2025-10-07", DAYS) == (found if plain else waited(name, found))


def test_the_day_of_writing_says_nothing_of_a_day_that_is_reported_on() -> None:
    text = "现报送消防安全日报，请查收。\n嘉定镇人民政府\n2025年10月7日"
    assert came(ALL, "消防安全日报", "2025-10-07", DAYS[:1], text=text) == DAYS[0]


def test_the_kind_of_report_is_told_by_its_word() -> None:
    owes = [*WEEKS[1:], "monthly/about-2025-10", "tenths/2025-10-T2"]
    for word, item in (("周报", "weekly/2025-W42"), ("月报", "monthly/about-2025-10"), ("旬报", "tenths/2025-10-T2")):
        assert came(ALL, f"消防安全{word}", FRIDAY, owes) == item
    assert came(of(MONTHLY), "消防安全周报", "2025-11-05", owes[1:2]) == waited("消防安全周报", "没有每周报送的这一项")
    name = "消防安全本周工作情况"
    assert came(of(MONTHLY), name, "2025-11-05", owes[1:2]) == waited(name, "没有每周报送的这一项")
    reply = judge(ALL, mail("月报.docx", on=FRIDAY), owes, asked=["weekly/2025-W42"])
    assert reply.verdict is Verdict.QUEUE
    reply = judge(ALL, mail("周报.docx", on=FRIDAY), owes, asked=owes)
    assert outcome(reply) == "weekly/2025-W42"


@pytest.mark.parametrize(
    ("name", "on", "item"),
    [
        ("第43周周报", FRIDAY, "weekly/2025-W43"),
        ("10月下旬旬报", FRIDAY, "tenths/2025-10-T3"),
        ("3月月报", FRIDAY, "monthly/about-2026-03"),
        ("一季度工作进展", FRIDAY, "quarterly/2026-Q1"),
        ("上半年半年报", FRIDAY, "halves/2026-H1"),
    ],
)
def test_nothing_is_registered_before_it_begins_but_by_its_year(name: str, on: str, item: str) -> None:
    year = item.partition("/")[2].removeprefix("about-")[:4]
    assert came(ALL, f"消防安全{name}", on, [item]) == waited(f"消防安全{name}", NOT_BEGUN)
    assert came(ALL, f"消防安全{year}年{name}", on, [item]) == item


STAGED = of(STAGES, MONTHLY)
DATES = tuple(f"stages/2026-{day}" for day in ("06-30", "07-31", "09-15", "09-30"))


@pytest.mark.parametrize(
    ("name", "on", "owes", "found"),
    [
        ("消防安全阶段性报告", "2026-06-20", DATES, DATES[0]),
        ("消防安全6月阶段性报告", "2026-06-20", DATES, DATES[0]),
        ("消防安全7月阶段性报告", "2026-07-20", DATES, DATES[1]),
        ("消防安全第二次阶段性报告", "2026-07-20", DATES, DATES[1]),
        ("消防安全第2次阶段性报告", "2026-07-20", DATES[1:], DATES[1]),
        ("消防安全2026年7月阶段性报告", "2026-06-20", DATES, DATES[1]),
        ("消防安全阶段性报告", "2026-07-02", DATES[1:], DATES[1]),
        ("消防安全阶段性报告（修改）", "2026-06-29", DATES[1:], SUPPLEMENT),
        ("消防安全6月阶段性报告", "2026-07-02", DATES[1:], SUPPLEMENT),
        ("消防安全阶段性报告", "2026-07-02", DATES, SEVERAL),
        ("消防安全7月阶段性报告", "2026-06-20", DATES, NOT_BEGUN),
        ("消防安全9月阶段性报告", "2026-09-20", DATES[3:], "不能确定报的是哪一次"),
        ("消防安全8月阶段性报告", "2026-09-20", DATES[3:], "不能确定报的是哪一次"),
        ("消防安全第五次阶段性报告", "2026-07-02", DATES[1:], "不能确定报的是哪一次"),
        ("消防安全2025年阶段性报告", "2026-07-02", DATES[1:], "写的是2025年的材料"),
    ],
)
def test_what_is_due_on_some_dates(name: str, on: str, owes: Iterable[str], found: str) -> None:
    plain = found == SUPPLEMENT or "/" in found
    assert came(STAGED, name, on, owes) == (found if plain else waited(name, found))


def test_a_month_is_not_chosen_where_a_date_early_in_the_next_may_be_of_it() -> None:
    campaign = of(replace(STAGES, rule=Rule(Every.LIST, dates=(date(2026, 7, 5), date(2026, 8, 5)))))
    owes, name = ["stages/2026-07-05", "stages/2026-08-05"], "消防安全7月阶段性报告"
    assert came(campaign, name, "2026-08-03", owes) == waited(name, "不能确定报的是哪一次")


def test_what_sums_up_a_year_is_of_the_year_before() -> None:
    campaign = of(samples.requirement("sum", "消防年度工作总结", samples.once(date(2026, 1, 15))), MONTHLY)
    assert came(campaign, "消防安全2025年度工作总结", "2026-01-12", ["sum/once"]) == "sum/once"
    text = "现报送2025年度工作总结，请查收。"
    assert came(campaign, "消防安全年度工作总结", "2026-01-12", ["sum/once"], text=text) == "sum/once"
    name = "消防安全2024年度工作总结"
    assert came(campaign, name, "2026-01-12", ["sum/once"]) == waited(name, "写的是2024年的材料")


HAPPENED = of(ACCIDENT, MONTHLY)
CASES = ("accident/event-1", "accident/event-2")


def events() -> tuple[Event, Event]:
    """Two accidents, for which a clerk opened the item."""

    def opened(number: int, day: str, label: str) -> Event:
        at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=CHINA)
        return Event("fire", "accident", number, at.date(), label, ("jiading", "yingji"), "王芳", at)

    return opened(1, "2025-11-20", "嘉定镇11·20事故"), opened(2, "2025-11-21", "县道11·21事故")


@pytest.mark.parametrize("unit", ["jiading", "yingji"])
@pytest.mark.parametrize(
    ("name", "owes", "found"),
    [
        ("嘉定镇11·20事故情况报告", CASES, CASES[0]),
        ("亡人事故情况报告（嘉定镇11·20事故）", CASES, CASES[0]),
        ("消防安全11.20亡人事故情况报告", CASES, CASES[0]),
        ("消防安全11月21日亡人事故情况报告", CASES, CASES[1]),
        ("消防安全亡人事故情况报告", CASES[1:], CASES[1]),
        ("消防安全11·20亡人事故情况报告", CASES[1:], SUPPLEMENT),
        ("消防安全亡人事故情况报告", CASES, SEVERAL),
        ("消防安全11·22亡人事故情况报告", CASES[:1], "写的是哪一次的情况，不能确定"),
    ],
)
def test_an_event_is_known_by_the_name_that_a_clerk_gave_it(
    name: str, owes: Iterable[str], found: str, unit: str
) -> None:
    received = mail(f"{name}.docx", on="2025-11-23", sender=f"{unit}@town.example")
    plain = found == SUPPLEMENT or "/" in found
    assert outcome(judge(HAPPENED, received, owes, events=events(), unit=unit)) == (
        found if plain else waited(name, found)
    )


def test_a_note_names_an_event() -> None:
    text = "现报送嘉定镇11·20事故情况报告，请查收。"
    received = mail("亡人事故情况报告.docx", on="2025-11-23", text=text)
    assert outcome(judge(HAPPENED, received, CASES, events=events())) == CASES[0]
    other = mail("古陂镇11·20事故情况报告.docx", on="2025-11-23", sender="yingji@town.example")
    assert judge(HAPPENED, other, CASES, events=events(), unit="yingji").verdict is Verdict.QUEUE
