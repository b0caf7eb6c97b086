"""Which obligations a mail that waits may be the report of: what it names, with a file or with the words asked for."""

from dataclasses import replace

import pytest

from cuibao.model import Verdict
from tests.mail_corpus.cases import FINAL, LIAISON, MODEL_PLAN, RENOVATION, STAGE, Case, Item, duty, reply, sent
from tests.mail_corpus.trial import judged
from tests.mails import File, authentication_results, docx

STRANGER = "13800000000@qq.com"
OURS = docx("of ours")
NAMED = "嘉定镇安全技能阶段性工作情况.docx"


def named(case: Case) -> list[Item]:
    return [obligation.key.item for obligation in judged(case).names]


def from_stranger(*files: str | File, **given: object) -> Case:
    return sent("", (Verdict.QUEUE,), *files, **{"sender": STRANGER, **given})  # type: ignore[arg-type]


def answered(*files: str | File, **given: object) -> Case:
    return reply("", (Verdict.QUEUE,), *files, **given)  # type: ignore[arg-type]


def test_a_file_names_its_item_whoever_sent_it() -> None:
    found = judged(from_stranger(NAMED))
    assert (found.verdict, found.certain, found.unit and found.unit.id) == (Verdict.QUEUE, False, "jiading")
    assert [obligation.key.item for obligation in found.names] == [STAGE]


def test_a_subject_names_its_item() -> None:
    assert named(from_stranger("材料.pdf", subject="嘉定镇报送安全技能阶段性工作情况")) == [STAGE]


@pytest.mark.parametrize(("asked", "right"), [((STAGE,), [STAGE]), ((STAGE, RENOVATION), [])])
def test_an_answer_names_the_one_item_of_its_letter(asked: tuple[Item, ...], right: list[Item]) -> None:
    assert named(answered("材料.pdf", sender=STRANGER, asked=asked)) == right


def test_a_mail_of_the_units_own_that_waits_names_its_items_beyond_doubt() -> None:
    found = judged(answered(NAMED, text="请查收，另请看看格式对不对？"))
    assert (found.verdict, found.certain) == (Verdict.QUEUE, True)
    assert [obligation.key.item for obligation in found.names] == [STAGE]


def test_what_is_only_likely_is_not_named() -> None:
    vague = answered("材料.pdf", subject="材料", asked=(STAGE, RENOVATION), text="请查收，有问题请联系？")
    assert judged(vague).candidates
    assert named(vague) == []


def test_each_file_names_its_own_and_one_in_doubt_none() -> None:
    files = (NAMED, "嘉定镇主体责任工作进展.docx")
    assert named(from_stranger(*files, case={"since": "2022-05-01"})) == [STAGE]


@pytest.mark.parametrize(
    "text",
    ["好的，马上报", "收到，下周报送。", "我不在", "已阅。", "请问这个要报什么？", "张三 13812345678，还要报什么？"],
)
@pytest.mark.parametrize("asked", [STAGE, LIAISON])
def test_words_that_hand_nothing_in_name_nothing(text: str, asked: Item) -> None:
    assert named(answered(text=text, asked=(asked,), case={"since": "2022-04-01"})) == []


@pytest.mark.parametrize("text", ["好的，马上报", "好的，稍后补报，附图供参考"])
def test_a_picture_under_a_promise_names_nothing(text: str) -> None:
    assert named(answered("IMG_2231.jpg", text=text)) == []
    assert named(answered("IMG_2231.jpg", text="请查收。")) == [STAGE]


@pytest.mark.parametrize("text", ["我镇联络员是刘强同志，电话另告。", "刘强 13812345678"])
def test_words_that_may_be_what_an_item_asks_for_name_it(text: str) -> None:
    assert named(answered(text=text, asked=(LIAISON,), sender=STRANGER, case={"since": "2022-04-01"})) == [LIAISON]


def test_a_number_behind_thanks_is_a_signature() -> None:
    case = answered(text="收到。张三13812345678", asked=(LIAISON,), case={"since": "2022-04-01"})
    assert named(case) == []


@pytest.mark.parametrize(("nil", "right"), [(True, [STAGE]), (False, [])])
def test_a_nil_report_names_its_item_where_one_will_do(nil: bool, right: list[Item]) -> None:
    case = answered(text="我镇本月无此类情况，特此报告。", sender=STRANGER, case={"nil": nil})
    assert named(case) == right


def test_what_lies_elsewhere_or_cannot_be_opened_names_its_item() -> None:
    link = "文件在这里：https://mail.qq.com/cgi-bin/ftnExs_download?k=1&code=2"
    assert named(answered(text=link)) == [STAGE]
    assert named(answered(File(NAMED, b""))) == [STAGE]


def test_a_file_of_ours_names_nothing() -> None:
    assert named(answered(File(NAMED, OURS), case={"ours": (OURS,)})) == []
    assert named(answered(File("日程.ics"), text="马上报")) == []


@pytest.mark.parametrize("sender", ["jiading@xinfeng.example", STRANGER])
def test_a_machine_names_nothing(sender: str) -> None:
    automatic = answered(NAMED, sender=sender, extra=["Auto-Submitted: auto-replied"])
    assert judged(automatic).verdict is Verdict.QUEUE
    assert named(automatic) == []


def test_what_the_provider_found_forged_names_nothing() -> None:
    forged = answered(NAMED, extra=[authentication_results(spf="fail", dkim="fail", dmarc="fail")])
    assert judged(forged).verdict is Verdict.QUEUE
    assert named(forged) == []


def test_what_nobody_vouches_for_is_named_and_not_beyond_doubt() -> None:
    found = judged(answered(NAMED, vouched=False))
    assert (found.verdict, found.certain) == (Verdict.QUEUE, False)
    assert [obligation.key.item for obligation in found.names] == [STAGE]


def test_a_mail_that_is_of_two_units_names_neithers_item() -> None:
    assert named(answered("古陂镇安全技能阶段性工作情况.docx")) == []
    assert named(replace(from_stranger("古陂镇安全技能阶段性工作情况.docx", subject="嘉定镇"), asked=(FINAL,))) == []


def test_what_is_settled_is_not_named() -> None:
    assert named(from_stranger("嘉定镇双千示范实施方案.docx", case={"since": "2022-07-01"})) == []
    assert MODEL_PLAN not in named(from_stranger(NAMED, "嘉定镇双千示范实施方案.docx"))
    assert duty(4) not in named(from_stranger("嘉定镇主体责任4月工作进展.docx"))
