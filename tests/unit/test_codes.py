"""The code of a letter: what it is called, and how it is found in what clerks write."""

from datetime import date
from itertools import islice

import pytest

from cuibao.policy.codes import Codes, codes_for

CODES = Codes("XF2022")
CODE = "XF2022-220725-T01"


def test_it_has_the_year_and_a_number_where_it_is_taken() -> None:
    found = list(islice(codes_for("XF2022", date(2022, 7, 25), "T01"), 3))
    assert found == [CODE, f"{CODE}-2", f"{CODE}-3"]
    assert next(codes_for("XF2022", date(2023, 7, 25), "T01")) == "XF2022-230725-T01"


@pytest.mark.parametrize(
    "text",
    [
        f"回复：【催报】嘉定镇：2项逾期 [{CODE}]",
        f"关于{CODE}的材料",
        f"【{CODE}】嘉定镇",
        "xf2022-220725-t01",
        "［ＸＦ２０２２－２２０７２５－Ｔ０１］",
        "XF2022 - 220725 - T01",
        "XF2022—220725–T01",
        f"{CODE}报表",
        f"{CODE}-7月进展",
        f"{CODE}-2022年7月",
        f"{CODE}_2",
        f"（ {CODE} ）",
    ],
)
def test_it_finds_a_code_however_it_is_written(text: str) -> None:
    assert list(CODES.found(text)) == [CODE]


def test_it_finds_the_code_of_a_second_letter_and_thinks_of_the_first() -> None:
    assert list(CODES.found(f"回复：[{CODE}-2]")) == [f"{CODE}-2", CODE]


def test_it_finds_the_older_codes_without_a_year_and_several_in_their_order() -> None:
    assert list(CODES.found(f"[XF2022-0725-T01] {CODE}")) == ["XF2022-0725-T01", CODE]


@pytest.mark.parametrize(
    "text",
    ["", "XF2022", "AXF2022-220725-T01", "XF2023-220725-T01", "XF2022-22072-T01", "XF2022-220725-01", "XF2022-T01"],
)
def test_it_takes_nothing_else_for_one(text: str) -> None:
    assert list(CODES.found(text)) == []
    assert CODES.blanked(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"【催报】嘉定镇 [{CODE}]", "【催报】嘉定镇  "),
        (f"{CODE}-7月进展", " -7月进展"),
        (f"［{CODE}-2］7月", " 7月"),
        ("（xf2022-0725-t01）7月", " 7月"),
    ],
)
def test_it_leaves_the_clerks_own_words(text: str, left: str) -> None:
    assert CODES.blanked(text) == left
