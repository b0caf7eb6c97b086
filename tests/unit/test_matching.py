"""What is made of an incoming mail, over the 2022 campaign as the office keeps it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuibao.incoming import Attachment, Authentication, Bounce, Mail, Result
from cuibao.loading import load_campaign
from cuibao.model import OFFICE, Campaign, Expected, ObligationKey, Unit, Verdict
from cuibao.policy.mail.judging import Came, Candidate, Judgement, Matcher, SentLetter
from cuibao.policy.mail.vouching import Trust
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from tests.documents import PNG, TNEF, content
from tests.unit.samples import CHINA

ROOT = Path(__file__).resolve().parents[2]
CAMPAIGN = load_campaign(ROOT / "schedules" / "xinfeng-2022", ROOT / "contacts")
SCHEDULE = Schedule(CAMPAIGN, WorkingDays())
OWN = frozenset({"xfxawb@sina.com"})
TRUST = Trust("mx.sina.com")
PASSED = Authentication("mx.sina.com", (Result("dmarc", "pass"),))
FAILED = Authentication("mx.sina.com", (Result("spf", "fail"), Result("dkim", "fail")))
MATCHER = Matcher(CAMPAIGN, OWN, TRUST)
JIADING = "jiading@xinfeng.example"
ITEM = tuple[str, str, str]

STAGE = ("skills", "interim", "once")
FINAL = ("skills", "final", "once")
LIAISON = ("skills", "liaison", "once")
CULTURE = ("culture", "progress", "2022-Q2")
CHECK = ("mines", "extraction-check", "once")
RENOVATION = ("mines", "technical-renovation", "once")


def duty(month: int) -> ITEM:
    return ("responsibility", "monthly", f"2022-{month:02}")


def technology(month: int) -> ITEM:
    return ("technology", "monthly", f"2022-{month:02}")


def demonstration(month: int) -> ITEM:
    return ("demonstration", "monthly", f"2022-{month:02}")


def mines(month: int) -> ITEM:
    return ("mines", "monthly", f"2022-{month:02}")


def mail(
    *files: str,
    subject: str = "材料",
    text: str = "请查收。",
    sender: str = JIADING,
    on: str = "07-26",
    references: Sequence[str] = (),
) -> Mail:
    """A mail that arrived at 10:00 on a day of 2022."""
    return Mail(
        identity="0",
        message_id="<1@town.example>",
        senders=(sender,),
        sender_name="",
        subject=subject,
        arrived_at=datetime.fromisoformat(f"2022-{on}T10:00").replace(tzinfo=CHINA),
        references=tuple(references),
        text=text,
        attachments=tuple(Attachment(name, "application/octet-stream", content(name)) for name in files),
        links=(),
        authentications=(PASSED,),
        machine="",
        bulk="",
        bounce=None,
        raw=b"",
    )


def key(item: ITEM, unit: str = "jiading") -> ObligationKey:
    return ObligationKey(*item, unit)


def letter(*items: ITEM, unit: str = "jiading") -> SentLetter:
    no = "T00" if unit == OFFICE else CAMPAIGN.units[unit].no
    subject = f"【催报】{unit}：2项逾期、集中实施阶段事项3项 [XF2022-220726-{no}]"
    return SentLetter("<ours@xinfeng.example>", subject, unit, frozenset(key(item, unit) for item in items))


class NothingBefore:
    """Nothing was attached to any letter, and nothing came for anything."""

    def attached(self, unit: str) -> frozenset[str]:
        return frozenset()

    def came(self, key: ObligationKey) -> Came:
        return Came()


def judge(
    received: Mail,
    sent: SentLetter | None = None,
    *,
    owes: Iterable[ITEM] | None = None,
    campaign: Campaign | None = None,
) -> Judgement:
    """The judgement where only `owes` is unsettled; None: everything is."""
    unsettled = None if owes is None else set(owes)
    schedule = SCHEDULE if campaign is None else Schedule(campaign, WorkingDays())
    matcher = MATCHER if campaign is None else Matcher(campaign, OWN, TRUST)

    def candidates(unit: str) -> Sequence[Candidate]:
        return [
            Candidate(each, unsettled is None or (each.key.plan, each.key.requirement, each.key.period) in unsettled)
            for each in schedule.of_unit(unit)
            if each.period.requirement.tracked
        ]

    letters = {sent.message_id: sent} if sent else {}

    def quoted(code: str, _arrived_at: datetime) -> SentLetter | None:
        return sent if sent and code in sent.subject else None

    return matcher.judge(received, letters, quoted, candidates, NothingBefore())


def matched(judgement: Judgement) -> dict[ITEM, tuple[int, ...]]:
    found = [(match.obligation.key, match.files) for match in judgement.matches]
    return {(of.plan, of.requirement, of.period): files for of, files in found}


def guessed(judgement: Judgement) -> list[ITEM]:
    return [(each.key.plan, each.key.requirement, each.key.period) for each in judgement.candidates]


def reply(*files: str, **changes: str) -> Mail:
    ours = letter().subject
    return replace(mail(*files, **changes), subject=f"回复：{ours}", references=("<ours@xinfeng.example>",))


OWED_IN_JULY = [
    STAGE,
    duty(6),
    duty(7),
    technology(7),
    demonstration(7),
    mines(7),
    RENOVATION,
    ("culture", "progress", "2022-Q3"),
]


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("嘉定镇安全技能阶段性工作情况.docx", STAGE),
        ("安 全 技 能（阶段性）工作情况.doc", STAGE),
        ("方案二阶段性工作情况.doc", STAGE),
        ("方案2工作情况.doc", STAGE),
        ("企业从业人员安全技能“巩固提升”攻坚战阶段工作小结.doc", STAGE),
        ("【嘉定镇】安全生产主体责任落实6月工作进展.doc", duty(6)),
        ("主体责任七月份.doc", duty(7)),
        ("主体责任202206.doc", duty(6)),
        ("主体责任 2022年7月20日 6月份进展.doc", duty(6)),
        ("关于报送“双千示范”工程建设7月份进展情况的报告.pdf", demonstration(7)),
        ("关于报送｢双千示范｣工程建设进展情况的报告.pdf", demonstration(7)),
        ("信丰县全面深化“双千示范”工程建设实施方案落实情况.pdf", demonstration(7)),
        ("科技强安.doc", technology(7)),
        ("嘉定镇机械化换人、自动化减人7月进展.doc", technology(7)),
        ("科技强安7月工作情况（1-7月）.doc", technology(7)),
        ("矿山安全7月工作情况.doc", mines(7)),
        ("非煤矿山技术改造情况登记表.xls", RENOVATION),
        ("技术改造登记表（附件2）.xls", RENOVATION),
        ("2022年三季度公共安全文化建设攻坚战进展情况（盖章）.pdf", ("culture", "progress", "2022-Q3")),
        ("安全文化9月.pdf", ("culture", "progress", "2022-Q3")),
    ],
)
def test_it_knows_an_item_by_the_name_of_a_file(name: str, item: ITEM) -> None:
    found = judge(mail(name), owes=OWED_IN_JULY)
    assert (found.verdict, matched(found)) == (Verdict.RECEIPT, {item: (0,)})


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("主体责任工作进展.doc", {duty(6), duty(7)}),
        ("主体责任6-7月工作进展.doc", {duty(6), duty(7)}),
        ("主体责任2022.7.20.doc", {duty(6), duty(7)}),
        ("矿山.doc", {mines(7), RENOVATION}),
        ("落实主体责任提高安全技能工作情况.doc", {duty(6), duty(7), STAGE}),
    ],
)
def test_it_does_not_choose_among_several(name: str, likely: set[ITEM]) -> None:
    found = judge(mail(name), owes=OWED_IN_JULY)
    assert (found.verdict, found.matches) == (Verdict.QUEUE, ())
    assert set(guessed(found)) == likely


def test_it_puts_the_nearest_due_first() -> None:
    found = judge(mail("主体责任工作进展.doc"), owes=OWED_IN_JULY)
    assert guessed(found) == [duty(7), duty(6)]
    assert found.reason == "附件“主体责任工作进展.doc”：有几项可能，不能确定是哪一项"


@pytest.mark.parametrize(
    "name",
    [
        "材料.zip",
        "扫描件001.pdf",
        "7月工作情况.doc",
        "工作总结.doc",
        "实施方案2.doc",
        "各责任单位名单.doc",
        "安全生产专项检查.doc",
    ],
)
def test_it_asks_a_person_where_nothing_names_an_item(name: str) -> None:
    found = judge(mail(name), owes=OWED_IN_JULY)
    assert (found.verdict, found.matches) == (Verdict.QUEUE, ())
    assert guessed(found)[:2] == [STAGE, mines(7)]


def test_it_reads_the_subject_where_the_files_name_nothing() -> None:
    found = judge(mail("扫描件001.pdf", "扫描件002.pdf", subject="嘉定镇安全技能阶段性工作情况"), owes=OWED_IN_JULY)
    assert matched(found) == {STAGE: (0, 1)}


def test_it_reads_the_text_last() -> None:
    found = judge(mail("扫描件001.pdf", text="现报送我镇安全技能阶段性工作情况，请查收。"), owes=OWED_IN_JULY)
    assert matched(found) == {STAGE: (0,)}


def test_it_does_not_take_prose_or_a_signature_for_a_name() -> None:
    prose = judge(mail("材料.doc", text="我镇认真落实主体责任。"), owes=[duty(7)])
    signature = judge(mail("安全技能.doc", text="联系人：张三 联系电话：0797"), owes=[STAGE, LIAISON])
    assert prose.verdict is Verdict.QUEUE
    assert (signature.verdict, set(guessed(signature))) == (Verdict.QUEUE, {STAGE, LIAISON})


def test_it_completes_a_file_name_from_the_subject() -> None:
    files = ("6月.doc", "7月.doc")
    found = judge(mail(*files, subject="嘉定镇主体责任工作进展"), owes=OWED_IN_JULY)
    assert matched(found) == {duty(6): (0,), duty(7): (1,)}


def test_it_makes_several_receipts_of_a_mail_for_several_plans() -> None:
    files = ("安全技能阶段性工作情况.doc", "科技强安7月.doc", "照片.zip", "安全技能佐证.pdf")
    found = judge(mail(*files), owes=OWED_IN_JULY)
    assert found.verdict is Verdict.RECEIPT
    assert matched(found) == {STAGE: (0, 2, 3), technology(7): (1, 2)}


def test_it_takes_plans_that_a_subject_lists() -> None:
    found = judge(mail("材料.zip", subject="嘉定镇安全技能、科技强安工作情况"), owes=OWED_IN_JULY)
    assert matched(found) == {STAGE: (0,), technology(7): (0,)}


def test_it_queues_the_whole_mail_where_one_file_is_in_doubt() -> None:
    found = judge(mail("安全技能阶段性工作情况.doc", "主体责任.doc"), owes=OWED_IN_JULY)
    assert (found.verdict, found.matches) == (Verdict.QUEUE, ())
    assert guessed(found) == [STAGE, duty(7), duty(6)]


def test_it_queues_a_mail_whose_subject_promises_more_than_its_files() -> None:
    found = judge(mail("安全技能阶段性工作情况.doc", subject="安全技能、科技强安材料"), owes=OWED_IN_JULY)
    assert (found.verdict, found.reason) == (Verdict.QUEUE, "主题还写了“科技强安”，附件名称里没有")
    assert guessed(found) == [STAGE, technology(7)]


def test_it_takes_the_one_item_that_a_letter_asks_for() -> None:
    found = judge(reply("扫描件001.pdf"), letter(STAGE, CULTURE), owes=[STAGE, duty(7)])
    assert matched(found) == {STAGE: (0,)}


@pytest.mark.parametrize("prefix", ["回复：", "Re: 答复:", "Fw：转发: RE：", ""])
def test_it_knows_a_letter_by_its_reference_and_takes_no_words_from_its_subject(prefix: str) -> None:
    sent = letter(STAGE, duty(7))
    found = judge(replace(mail("扫描件001.pdf"), subject=prefix + sent.subject), sent, owes=[STAGE, duty(7)])
    assert (found.verdict, found.reason) == (Verdict.QUEUE, "信里有几项未报，不能确定是哪一项")
    assert set(guessed(found)) == {STAGE, duty(7)}


@pytest.mark.parametrize(
    ("name", "item"),
    [("阶段性工作情况.doc", STAGE), ("7月.doc", duty(7)), ("主体责任.doc", duty(7)), ("本月工作进展.doc", duty(7))],
)
def test_it_narrows_within_a_letter_by_fewer_words(name: str, item: ITEM) -> None:
    found = judge(reply(name), letter(STAGE, duty(7)), owes=[STAGE, duty(6), duty(7)])
    assert matched(found) == {item: (0,)}


def test_it_lets_a_covering_note_be_vague_about_the_one_item_asked_for() -> None:
    found = judge(reply("材料.zip", text="现将工作情况报上。"), letter(RENOVATION), owes=[RENOVATION])
    assert matched(found) == {RENOVATION: (0,)}


def test_it_takes_another_item_than_asked_for_from_a_file_but_not_from_the_text() -> None:
    sent, owes = letter(STAGE), [STAGE, technology(7)]
    by_file = judge(reply("科技强安7月进展.doc"), sent, owes=owes)
    by_text = judge(reply("1.doc", text="报送科技强安7月进展情况"), sent, owes=owes)
    assert matched(by_file) == {technology(7): (0,)}
    assert (by_text.verdict, by_text.reason) == (Verdict.QUEUE, "正文写的事项不在所回复的信里")


def test_it_says_that_a_mail_promises_before_it_asks_for_which_item() -> None:
    found = judge(reply(text="我镇材料正在汇总，稍后补报。"), letter(STAGE, duty(7)), owes=[STAGE, duty(7)])
    assert (found.verdict, found.reason) == (
        Verdict.QUEUE,
        "像是申请、询问、说明，或者答应以后再报，不一定是报送",
    )
    assert set(guessed(found)) == {STAGE, duty(7)}


def test_it_never_reads_what_is_quoted() -> None:
    assert judge(mail("1.doc"), owes=[STAGE]).verdict is Verdict.QUEUE


@pytest.mark.parametrize("name", ["安全技能阶段性工作情况（修改）.doc", "主体责任6月.doc", "科技强安进展情况.doc"])
def test_it_files_what_was_settled_as_a_supplement(name: str) -> None:
    found = judge(mail(name), owes=[CULTURE])
    assert (found.verdict, found.reason) == (Verdict.SUPPLEMENT, "该项已登记，作为补充材料存档")
    assert len(found.matches) == 1


@pytest.mark.parametrize("owes", [(), (STAGE,)])
@pytest.mark.parametrize("text", ["收到，谢谢", "您好，已收悉。"])
def test_it_troubles_nobody_with_a_reply_that_only_says_thanks(text: str, owes: tuple[ITEM, ...]) -> None:
    found = judge(reply(text=text), letter(STAGE), owes=owes)
    assert (found.verdict, found.reason) == (Verdict.IGNORED, "只是回信表示收到")


def test_thanks_with_a_file_are_a_report() -> None:
    assert judge(reply("材料.doc", text="收到，谢谢"), letter(STAGE), owes=[STAGE]).verdict is Verdict.RECEIPT


def test_it_says_what_it_registers() -> None:
    found = judge(mail("主体责任6月.doc", "科技强安7月.doc"))
    assert found.reason == "登记：主体责任本月工作进展（6月）、科技强安进展情况（7月）"


def test_it_files_a_supplement_beside_a_receipt() -> None:
    found = judge(mail("安全技能阶段性工作情况.doc", "主体责任6月.doc"), owes=[STAGE])
    assert (found.verdict, matched(found)) == (Verdict.RECEIPT, {STAGE: (0,)})
    assert [match.obligation.key for match in found.supplements] == [key(duty(6))]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("采掘施工项目专项检查情况表.xls", "该单位不需要报“矿山：采掘施工项目专项检查情况表”"),
        ("园区7月攻坚行动工作情况.doc", "该单位不需要报“园区：当月攻坚行动工作情况”"),
        ("高新区等功能区安全专项整治工作情况.doc", "该单位不需要报“园区：当月攻坚行动工作情况”"),
        ("安全技能实施方案.doc", "“安全技能”的“制定实施方案或计划安排，进行动员部署”是工作节点，不需要报送材料"),
        ("安全技能登记表.doc", "看不出是“安全技能”的哪一项"),
        ("科技强安3月进展.doc", "没有所写月份（季度）的报送期"),
        ("主体责任二季度.doc", "没有所写月份（季度）的报送期"),
        ("2021年7月科技强安.doc", "写的是2021年的材料"),
        ("科技强安7月总结.doc", "可能是月报，也可能是总结"),
        ("安全技能最终总结.doc", "所写的事项还没有到报送期，请核对"),
    ],
)
def test_it_says_what_is_wrong_with_an_item(name: str, reason: str) -> None:
    found = judge(mail(name))
    assert (found.verdict, found.reason.partition("：")[2]) == (Verdict.QUEUE, reason)


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("安全技能最终工作情况.doc", FINAL),
        ("科技强安8月.doc", technology(8)),
        ("双千示范年度总结.doc", ("demonstration", "annual", "once")),
    ],
)
def test_it_takes_an_item_before_its_time_only_by_clear_words_and_its_year(name: str, item: ITEM) -> None:
    years = (mail(f"2022年{name}"), mail(name, subject="2022年材料"), mail(name, text="报送2022年材料。"))
    assert [matched(judge(each)) for each in years] == [{item: (0,)}] * 3
    for other in (
        mail(name),
        mail(name, text="现报送。\n嘉定镇人民政府\n2022年7月26日"),
        mail(name, subject="2021年材料"),
    ):
        found = judge(other)
        assert (found.verdict, found.matches) == (Verdict.QUEUE, ())


def test_it_matches_what_a_committee_and_a_department_owe() -> None:
    committee = judge(mail("附件1：采掘施工项目专项检查情况表.xls", sender="kuangshan@xinfeng.example", on="06-20"))
    department = judge(mail("县应急局园区7月.doc", sender="YINGJI@xinfeng.example"))
    assert matched(committee) == {CHECK: (0,)}
    assert matched(department) == {("parks", "monthly", "2022-07"): (0,)}


@pytest.mark.parametrize(
    "sender", ["jiading@xinfeng.example", "liaison.jiading@xinfeng.example", "Leader.Jiading@xinfeng.example"]
)
def test_it_knows_a_unit_by_each_of_its_addresses(sender: str) -> None:
    found = judge(mail("安全技能阶段性工作情况.doc", sender=sender))
    assert found.unit == CAMPAIGN.units["jiading"]


def test_it_guesses_for_an_unknown_sender_but_never_registers() -> None:
    found = judge(mail("古陂镇安全技能阶段性工作情况.doc", sender="zhangsan@mail.example"))
    assert (found.verdict, found.reason) == (Verdict.QUEUE, "发件人地址不在通讯录里")
    assert found.unit == CAMPAIGN.units["gupi"]
    assert guessed(found) == [STAGE]
    assert judge(mail("1.doc", sender="zhangsan@mail.example")).unit is None
    assert judge(reply("1.doc", sender="zhangsan@mail.example"), letter(STAGE)).unit == CAMPAIGN.units["jiading"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (replace(mail("科技强安7月.doc"), senders=(JIADING, "x@y.example")), "邮件没有唯一的发件人，请核对是谁发的"),
        (replace(mail("科技强安7月.doc"), authentications=(FAILED,)), "发件人身份验证未通过（DKIM、SPF），可能是冒名"),
        (replace(mail("科技强安7月.doc"), oversized=True), "邮件过大，没有收全，请到邮箱里打开"),
        (replace(mail("科技强安7月.doc"), machine="自动提交"), "像是系统自动发出的（自动提交），但带有附件"),
        (mail("古陂镇科技强安7月.doc"), "附件写的是古陂镇，发件人是嘉定镇"),
        (mail("科技强安7月.doc", subject="县商务局材料"), "主题写的是县商务局，发件人是嘉定镇"),
    ],
)
def test_it_queues_what_may_not_be_from_the_unit(changed: Mail, reason: str) -> None:
    found = judge(changed)
    assert (found.verdict, found.reason, found.matches) == (Verdict.QUEUE, reason, ())
    assert guessed(found) == ([technology(7)] if found.unit else [])


def test_it_accepts_a_name_beside_the_sender_s_own() -> None:
    assert judge(mail("嘉定镇报县应急局科技强安7月.doc")).verdict is Verdict.RECEIPT


def test_it_queues_a_reply_to_another_unit_s_letter() -> None:
    found = judge(reply("科技强安7月.doc"), letter(technology(7), unit="gupi"))
    assert (found.verdict, found.reason) == (Verdict.QUEUE, "信是写给古陂镇的，发件人是嘉定镇")


def test_it_asks_nothing_of_a_letter_to_the_office_itself() -> None:
    assert judge(reply("科技强安7月.doc"), letter(unit=OFFICE)).verdict is Verdict.RECEIPT


def sharing(*units: str) -> Campaign:
    def shared(unit: Unit) -> Unit:
        return replace(unit, addresses=("shared@xinfeng.example",)) if unit.id in units else unit

    return replace(CAMPAIGN, units={name: shared(unit) for name, unit in CAMPAIGN.units.items()})


@pytest.mark.parametrize(
    ("name", "sent", "unit"),
    [
        ("古陂镇科技强安7月.doc", None, "gupi"),
        ("科技强安7月.doc", letter(technology(7)), "jiading"),
        ("科技强安7月.doc", None, None),
    ],
)
def test_it_tells_apart_units_that_share_an_address(name: str, sent: SentLetter | None, unit: str | None) -> None:
    asked = mail(name, sender="shared@xinfeng.example", references=("<ours@xinfeng.example>",) if sent else ())
    found = judge(asked, sent, campaign=sharing("jiading", "gupi"))
    assert (found.unit and found.unit.id) == unit
    assert found.verdict is (Verdict.RECEIPT if unit else Verdict.QUEUE)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (mail("1.doc", sender="xfxawb@sina.com"), "本办公室自己发出的邮件"),
        (replace(mail(), machine="自动回复"), "自动回复或系统邮件：自动回复"),
        (replace(mail("1.doc", sender="x@y.example"), bulk="邮件列表"), "群发邮件：邮件列表"),
    ],
)
def test_it_ignores_what_nobody_wrote_to_the_office(changed: Mail, reason: str) -> None:
    found = judge(changed)
    assert (found.verdict, found.reason) == (Verdict.IGNORED, reason)


def test_it_takes_a_bulk_mail_of_a_known_unit() -> None:
    assert judge(replace(mail("科技强安7月.doc"), bulk="邮件列表")).verdict is Verdict.RECEIPT


def test_it_matches_a_bounce_to_its_letter() -> None:
    bounce = replace(mail(sender="postmaster@x.example"), bounce=Bounce(("<ours@xinfeng.example>",), (), "550"))
    found = judge(bounce, letter(STAGE))
    assert (found.verdict, found.unit, found.reason) == (
        *(Verdict.BOUNCE, CAMPAIGN.units["jiading"]),
        "退信：给嘉定镇的信没有送达",
    )
    assert judge(bounce).reason == "退信，看不出是哪一封信"


IMAGE = Attachment("image001.png", "image/png", PNG, inline=True)
WINMAIL = Attachment("winmail.dat", "application/ms-tnef", TNEF)
BY_WORDS = mail(subject="嘉定镇安全技能阶段性工作情况", text="情况如下：已完成培训。")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (BY_WORDS, "没有附件"),
        (replace(BY_WORDS, attachments=(IMAGE,)), "没有附件"),
        (replace(BY_WORDS, text=""), "没有附件，也没有正文"),
        (replace(BY_WORDS, text="收到，谢谢！"), "没有附件，正文只是回执"),
        (replace(BY_WORDS, links=("https://x.example",)), "材料在中转站链接里，请尽快下载（链接有期限）"),
        (replace(BY_WORDS, attachments=(WINMAIL,)), "附件“winmail.dat”打不开（加密或专用格式），请核对"),
        (replace(BY_WORDS, text="我镇零报告。"), "该事项不接受零报告"),
        (
            replace(mail("安全技能阶段性工作情况.doc"), links=("https://x.example",)),
            "另有材料在中转站链接里，请尽快下载（链接有期限）",
        ),
        (mail("安全技能阶段性工作情况零报告.doc"), "该事项不接受零报告"),
    ],
)
def test_it_queues_a_mail_without_what_is_asked_for(changed: Mail, reason: str) -> None:
    found = judge(changed)
    assert (found.verdict, found.reason, guessed(found)) == (Verdict.QUEUE, reason, [STAGE])


def lenient(*, nil: bool = False, attached: bool = True, expects: tuple[Expected, ...] = ()) -> Campaign:
    changes: dict[str, Any] = {"nil": nil, "attached": attached, "expects": expects}
    plans = tuple(
        replace(plan, requirements=tuple(replace(each, **changes) for each in plan.requirements))
        for plan in CAMPAIGN.plans
    )
    return replace(CAMPAIGN, plans=plans)


def test_it_takes_a_nil_report_where_one_will_do() -> None:
    found = judge(replace(BY_WORDS, text="我镇无此类情况。"), campaign=lenient(nil=True))
    assert (found.verdict, [match.nil for match in found.matches]) == (Verdict.RECEIPT, [True])
    assert judge(BY_WORDS, campaign=lenient(nil=True)).verdict is Verdict.QUEUE


@pytest.mark.parametrize(
    ("field", "reason"), [("unread", "分段过多，没有全读，请打开看"), ("sender_doubt", "发件人一栏过长")]
)
def test_it_registers_nothing_of_what_was_not_read_whole_or_comes_from_nobody_sure(field: str, reason: str) -> None:
    for text in ("请查收", "收到，谢谢"):
        doubtful = replace(reply("安全技能阶段性工作情况.doc", text=text), **{field: reason})  # type: ignore[arg-type]
        found = judge(doubtful, letter(STAGE), owes=[STAGE])
        assert (found.verdict, found.reason, guessed(found)) == (Verdict.QUEUE, reason, [STAGE])
    thanks = replace(reply(text="收到，谢谢"), unread=reason)
    assert judge(thanks, letter(STAGE), owes=[STAGE]).verdict is Verdict.QUEUE


def test_it_takes_words_alone_only_where_they_state_what_is_expected() -> None:
    plain, expecting = lenient(attached=False), lenient(attached=False, expects=(Expected.NAME, Expected.PHONE))
    stated = replace(BY_WORDS, text="联络员：张三，电话：0797-3330001")
    assert judge(stated, campaign=plain).reason == "没有附件，正文是否就是所要的，请核对"
    assert judge(BY_WORDS, campaign=expecting).reason == "正文里没有写明姓名、联系电话，请核对"
    found = judge(stated, campaign=expecting)
    assert (found.verdict, [match.found for match in found.matches]) == (
        Verdict.RECEIPT,
        [((Expected.NAME, "张三"), (Expected.PHONE, "0797-3330001"))],
    )
    assert judge(replace(BY_WORDS, text=""), campaign=plain).verdict is Verdict.QUEUE
    assert judge(replace(BY_WORDS, text="收到"), campaign=plain).verdict is Verdict.QUEUE
    named = mail("安全技能阶段性工作情况.doc")
    assert {judge(named, campaign=each).verdict for each in (plain, expecting)} == {Verdict.RECEIPT}


VOCABULARY = (
    *("安全技能", "主体责任", "科技强安", "矿山", "园区", "、", "5月", "七月", "二季度", "阶段性", "工作情况", "进展"),
    *(
        "总结",
        "实施方案",
        "嘉定镇",
        "古陂镇",
        "技术改造",
        "登记表",
        "联络员",
        "零报告",
        "方案三",
        "2022年",
        "材料",
        "1",
    ),
)
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=6).map("".join)
ITEMS = [(of.plan, of.requirement, of.period) for of in (each.key for each in SCHEDULE.of_unit("jiading"))]


@settings(max_examples=300)
@given(
    files=st.lists(WORDS, max_size=3),
    subject=WORDS,
    text=WORDS,
    owes=st.sets(st.sampled_from(ITEMS)),
    asked=st.none() | st.sets(st.sampled_from(ITEMS), max_size=5),
)
def test_it_registers_only_what_the_sender_owes_and_each_once(
    files: list[str], subject: str, text: str, owes: set[ITEM], asked: set[ITEM] | None
) -> None:
    sent = None if asked is None else letter(*asked)
    asking = ("<ours@xinfeng.example>",) if sent else ()
    found = judge(mail(*files, subject=subject, text=text, references=asking), sent, owes=owes)
    keys = [match.obligation.key for match in found.matches]
    assert len(set(keys)) == len(keys)
    assert all(of.unit == "jiading" for of in keys)
    if found.verdict is Verdict.RECEIPT:
        assert keys
        assert set(matched(found)) <= owes
    if found.verdict in (Verdict.RECEIPT, Verdict.SUPPLEMENT):
        taken = [index for match in (*found.matches, *found.supplements) for index in match.files]
        assert set(taken) == set(range(len(files)))


# --- what is no report ---


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("延期申请.docx", "申请延期至8月10日"),
        ("关于免报的申请.docx", "请审批"),
        ("image001.png", "请问模板在哪里下载？"),
        ("image001.png", "收到，我们月底前报"),
        ("QQ截图20220725.jpg", "先发个截图"),
        ("关于安全技能阶段性工作情况延期报送的请示.doc", "请审批"),
        ("安全技能阶段性工作情况（模板）.docx", "这个怎么填"),
    ],
)
def test_what_asks_or_promises_is_no_report(name: str, text: str) -> None:
    assert judge(reply(name, text=text), letter(STAGE), owes=[STAGE]).verdict is Verdict.QUEUE


def test_a_scan_that_names_its_item_is_a_report() -> None:
    found = judge(reply("安全技能阶段性工作情况盖章.jpg", text="请查收"), letter(STAGE), owes=[STAGE])
    assert found.verdict is Verdict.RECEIPT
