"""A liaison's name and phone in the words of a mail, and nowhere else."""

import pytest

from cuibao.model import Expected
from cuibao.policy.mail.labelled import stated
from cuibao.policy.mail.signature import body
from cuibao.policy.offices import OfficeNames
from tests.unit import samples

BOTH = (Expected.NAME, Expected.PHONE)
OURS = frozenset({"3336239", "陈运发"})
OFFICE = OfficeNames.of(samples.campaign())


def found(text: str) -> list[str]:
    return [each.value for each in stated(text, BOTH, OURS, OFFICE)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("联络员：张三，电话：0797-3330001", ["张三", "0797-3330001"]),
        ("联络员张三，电话0797-3330001", ["张三", "0797-3330001"]),
        ("联络员：张三 13812345678", ["张三", "13812345678"]),
        ("联络人为赖建明（站长），手机：138 1234 5678", ["赖建明", "138 1234 5678"]),
        ("报送如下：\n姓名：张三\n联系电话：(0797)3330001", ["张三", "(0797)3330001"]),
        ("联络员：张三\n办公电话：3330001转8012", ["张三", "3330001转8012"]),
        ("联络员：张三 手机：13812345678\n联络员：李四 手机：13912345678", ["张三、李四", "13812345678、13912345678"]),
        ("联络员信息：\n姓名 职务 联系电话\n张三 站长 0797-3330001", ["张三", "0797-3330001"]),
        ("联络员姓名：张三\n职务：应急站站长\n手机：138-1234-5678", ["张三", "138-1234-5678"]),
        ("姓名：张三\n职务：应急站站长\n联系电话：0797-3330001\n\n李四", ["张三", "0797-3330001"]),
        ("联络员：张三\n手机：13812345678\n\n嘉定镇应急管理站\n李四", ["张三", "13812345678"]),
    ],
)
def test_it_finds_what_is_labelled(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "好的。\n\n嘉定镇应急管理站\n联系人：张三\n电话：0797-3330001",
        "知道了。\n--\n联络员：张三\n电话：0797-3330001",
        "知道了。\n此致\n敬礼\n联络员：张三\n电话：0797-3330001",
        "顺祝商祺\n联络员：张三 电话：0797-3330001",
        "张三\n电话：0797-3330001",
        "联络员：张三，职务：站长。\n\n李四\n电话：0797-3330001",
        "好的，联络员尽快报。\n姓名：张三\n电话：0797-3330001",
        "联络员：张三",
        "联络员电话：0797-3330001",
        "联络员：待定，电话：0797-3330001",
        "联络员名单如下，电话0797-3330001",
        "联络员：张三，电话：3336239",
        "联络人：陈运发，电话：0797-3330001",
        "原联络员：张三，电话：0797-3330001，现变更",
        "联络员：张三，电话：12345",
    ],
)
def test_it_finds_nothing_in_signatures_and_nothing_unsure(text: str) -> None:
    assert found(text) == []


def test_it_leaves_out_what_stands_below() -> None:
    assert body("请查收。\n\n嘉定镇应急管理站\n张三\n0797-3330001") == "请查收。"
    assert body("张三") == "张三"
    assert body("请查收\n发自我的iPhone") == "请查收"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("姓名：刘小军　　联系电话：１３８０７９７０００１", ["刘小军", "13807970001"]),
        ("我镇联络员为应急管理站站长刘小军，联系电话13807970001。", ["刘小军", "13807970001"]),
        ("嘉定镇安全技能联络人\n姓名：刘小军\n电话：13807970001", ["刘小军", "13807970001"]),
        ("现将联络人上报如下：\n刘小军 应急站站长 13807970001", ["刘小军", "13807970001"]),
        ("联络人:诸葛明 电话:0797-3330001-801", ["诸葛明", "0797-3330001-801"]),
        ("收到，我镇联络人：刘小军，电话：13807970001", ["刘小军", "13807970001"]),
    ],
)
def test_it_finds_it_in_the_other_shapes_that_clerks_use(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "收到，谢谢！联系人：刘小军，电话：13807970001",
        "收到，我镇会按要求办理。联系人：刘小军，电话：13807970001",
        "好的。姓名：王丽，电话：13807970002",
        "来信已收到，谢谢！联络人：刘小军，联系电话：13807970001",
        "刘小军，13807970001",
    ],
)
def test_it_takes_what_stands_behind_thanks_for_a_signature(text: str) -> None:
    assert found(text) == []
