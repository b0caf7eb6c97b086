"""`cuibao call` and `cuibao pause`: what they say, what they leave, and where it is seen."""

from pathlib import Path

import pytest

from tests.integration.test_cli import cuibao

pytestmark = pytest.mark.slow

INTERIM = "安全技能·阶段性工作情况（7月25日前）"
NOW = {"CUIBAO_NOW": "2022-07-26T09:00"}
CALL = ("call", "--unit", "古陂镇", "--whom", "张三", "--by", "王芳")


def test_a_call_is_entered_and_seen(tmp_path: Path) -> None:
    words = (*CALL, "--note", "正在盖章", "--until", "2022-07-29", "--item", INTERIM)
    assert cuibao(tmp_path, *words, **NOW).out == (
        f"已登记通话：古陂镇（张三），承诺7月29日前报：{INTERIM}；登记人 王芳。\n"
    )
    of_item = ("--plan", "skills", "--requirement", "interim")
    for narrowed in ((), of_item):
        assert "古陂镇（已承诺7月29日）" in cuibao(tmp_path, "board", *narrowed, **NOW).out
    (event,) = cuibao(tmp_path, "history", "--unit", "古陂镇", "--json", **NOW).json
    assert (event["kind"], event["whom"], event["promised_until"]) == ("call", "张三", "2022-07-29")
    assert [item["label"] for item in event["items"]] == [INTERIM]


def test_a_call_that_promises_too_much_is_refused(tmp_path: Path) -> None:
    said = cuibao(tmp_path, *CALL, "--until", "2022-12-30", "--item", INTERIM, **NOW)
    assert "最晚可以承诺到 2022-08-16（从第一次承诺起 15 个工作日以内）" in said.complaint


def test_a_pause_is_entered_listed_seen_and_ended(tmp_path: Path) -> None:
    assert cuibao(tmp_path, "pause", **NOW).out == "没有暂停过催报。\n"
    words = ("pause", "--unit", "古陂镇", "--to", "2022-08-05", "--reason", "抗洪抢险", "--by", "王芳")
    told = "古陂镇，7月26日至8月5日，原因：抗洪抢险"
    assert cuibao(tmp_path, *words, **NOW).out == f"已暂停催报（第 1 号）：{told}；登记人 王芳。\n"
    assert cuibao(tmp_path, *words, **NOW).out == f"不必再登：早已暂停催报，{told}；登记人 王芳。\n"
    (listed,) = cuibao(tmp_path, "pause", "--json", **NOW).json
    assert (listed["number"], listed["unit"], listed["plan"], listed["last"]) == (1, "gupi", None, "2022-08-05")
    assert f"暂停催报：{told}\n" in cuibao(tmp_path, "board", **NOW).out
    assert "暂停催报 1 个单位，见 cuibao pause。\n" in cuibao(tmp_path, "morning", "--dry-run", **NOW).out
    assert cuibao(tmp_path, "pause", "--lift", "1", "--by", "李四", **NOW).out == (
        f"已提前结束暂停：{told}；登记人 李四。\n"
    )
    assert "2022-07-26 09:00 李四" in cuibao(tmp_path, "pause", **NOW).out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--to", "2022-08-05"), "请用 --unit 或 --plan 写明暂停什么；要全部暂停，请写 --all。"),
        (("--all", "--plan", "skills"), "--all 是全部暂停，不能和 --unit、--plan 一起写。"),
        (("--lift", "1", "--all"), "提前结束暂停，只写 --lift 和 --by。"),
        (("--lift", "1", "--by", "王芳"), "没有编号为 1 的暂停，可以解除的：（没有）"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, words: tuple[str, ...], complaint: str) -> None:
    assert cuibao(tmp_path, "pause", *words, **NOW).complaint == complaint
