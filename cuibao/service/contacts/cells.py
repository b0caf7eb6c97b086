"""A unit's cells as clerks fill them in, brought into the form that units.yaml keeps, or refused with the reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from cuibao.loading import is_mailbox, is_phone
from cuibao.spreadsheet import Column
from cuibao.tongue import say

# What a clerk writes where there is nothing to write.
NOTHING = frozenset({"无", "暂无", "没有", "/", "-", "—", "——", "－"})
DITTO = frozenset({"同上", "〃", "″", '"'})
NAME_AT_MOST = 80
CELL_AT_MOST = 1000
SHOWN = 40

_EXCEL_ERROR = re.compile(r"#(N/A|[A-Z0/]+[!?])")
_MOBILE = re.compile(r"1\d{10}")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
_SEVERAL = re.compile(r"[;,、/\n]+")
_BETWEEN_MAILBOXES = re.compile(r"[;,、/\n]+|(?<=\w)\s+(?=\S+@)")
_DASHES = re.compile("[‐‑‒–—―−]")
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
# 转8012, 转分机8012, 分机号：8012, (分机 8012), ext. 8012, x8012; behind a number, in half-width characters.
_EXTENSION = re.compile(r"(?i)(?<=\d)[ ,(-]*(?:转(?:分机号?)?|分机号?|ext(?:ension|n)?|x)[ .:-]*(\d{1,6})\b\)?")
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)


class Unusable(Exception):
    """A cell that cannot be taken; `str()` says what would be right."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a row gives of a unit (one text a column, addresses several), and what is wrong or odd about it."""

    values: Mapping[Column, tuple[str, ...]]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The mailboxes that the row gives."""
        columns = (Column.ADDRESSES, Column.EMAIL, Column.LEADER_EMAIL)
        return tuple(address for column in columns for address in self.values.get(column, ()))


def called(column: Column) -> str:
    """What a column is called in the office's language."""
    return {
        Column.UNIT: say("单位"),
        Column.ADDRESSES: say("单位邮箱"),
        Column.NAME: say("姓名"),
        Column.POST: say("职务"),
        Column.PHONE: say("电话"),
        Column.MOBILE: say("手机"),
        Column.EMAIL: say("邮箱"),
        Column.LEADER_NAME: say("领导姓名"),
        Column.LEADER_POST: say("领导职务"),
        Column.LEADER_PHONE: say("领导电话"),
        Column.LEADER_MOBILE: say("领导手机"),
        Column.LEADER_EMAIL: say("领导邮箱"),
    }[column]


def filled(kept: Mapping[Column, str], cells: Mapping[Column, str]) -> Filled:
    """The `cells` of a row; blanks and what stands for them are left out, and what is `kept` already is not touched."""
    values: dict[Column, tuple[str, ...]] = {}
    faults: list[str] = []
    for column, cell in cells.items():
        text = _UNPRINTABLE.sub("", cell).strip()
        if column is Column.UNIT or not text or text in NOTHING:
            continue
        try:
            if len(text) > CELL_AT_MOST:
                raise Unusable(
                    say("太长，一格请不超过 {count} 个字，现为“{text}”", count=CELL_AT_MOST, text=_cut(text))
                )
            if text in DITTO:
                raise Unusable(say("请写明，不能写“同上”"))
            if _EXCEL_ERROR.fullmatch(text):
                raise Unusable(say("是 Excel 的出错标记 {words}，请改成实际内容", words=text))
            values[column] = tuple(text.split("、")) if text == kept.get(column) else _READERS[column](text)
        except Unusable as wrong:
            faults.append(say("{column}{wrong}", column=called(column), wrong=wrong))
    for phone, mobile in ((Column.PHONE, Column.MOBILE), (Column.LEADER_PHONE, Column.LEADER_MOBILE)):
        try:
            _sort_numbers(values, phone, mobile, kept.get(phone))
        except Unusable as wrong:
            faults.append(say("{column}{wrong}", column=called(phone), wrong=wrong))
    return Filled(values, tuple(faults), tuple(_odd(values)))


def _name(text: str) -> tuple[str, ...]:
    """Names of two characters are often spread to the width of three: 张　三."""
    return _words(_BETWEEN_HAN.sub("", text))


def _words(text: str) -> tuple[str, ...]:
    words = " ".join(text.split())
    if len(words) > NAME_AT_MOST:
        raise Unusable(say("太长，请不超过{count}个字，现为“{words}…”", count=NAME_AT_MOST, words=words[:10]))
    return (words,)


def _mailbox(text: str) -> tuple[str, ...]:
    found = _mailboxes(text)
    if len(found) > 1:
        raise Unusable(say("只能写一个，现有{count}个：{listed}", count=len(found), listed=say("、").join(found)))
    return found


def _mailboxes(text: str) -> tuple[str, ...]:
    # An input method left in Chinese types ＠ and 。 for @ and dot.
    plain = normalize("NFKC", text).replace("。", ".")
    parts = [re.sub(r"\s+", "", part) for part in _BETWEEN_MAILBOXES.split(plain)]
    found = tuple(dict.fromkeys(re.sub(r"(?i)^mailto:", "", part) for part in parts if part))
    if not found:
        raise Unusable(say("应为邮箱地址，如 xfxawb@sina.com，现为“{text}”", text=_cut(text)))
    for address in found:
        if not is_mailbox(address):
            raise Unusable(say("应为邮箱地址，如 xfxawb@sina.com，现为“{text}”", text=_cut(address)))
    return found


def _numbers(text: str) -> tuple[str, ...]:
    plain = _EXTENSION.sub(r"-\1", _DASHES.sub("-", normalize("NFKC", text)))
    return tuple(_number(part) for part in _SEVERAL.split(plain) if part.strip())


def _mobile(text: str) -> tuple[str, ...]:
    found = _numbers(text)
    if len(found) > 1:
        raise Unusable(say("只能写一个，现有{count}个：{listed}", count=len(found), listed=say("、").join(found)))
    return found


def _number(text: str) -> str:
    words = re.sub(r"\.0+$", "", re.sub(r"^\((\d{3,4})\)\s*", r"\1-", text.strip()))
    digits = re.sub(r"[\s-]", "", words)
    if _SCIENTIFIC.fullmatch(words):
        raise Unusable(say("被 Excel 改成了 {words}，原来的号码已经看不出，请把这一列设为文本后重新填写", words=words))
    if _MOBILE.fullmatch(digits.removeprefix("+86")):
        return digits.removeprefix("+86")
    words = " ".join(words.split())
    if not is_phone(words):
        raise Unusable(say("应为号码（数字和连字符，如 0797-3330001），现为“{text}”", text=_cut(words)))
    return words


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _sort_numbers(values: dict[Column, tuple[str, ...]], phone: Column, mobile: Column, kept: str | None) -> None:
    """Let what stands under 电话 and is a mobile number go to 手机, where that is free; 电话 keeps one number at most.

    A mobile number that units.yaml already has for the phone stays there.
    """
    numbers = values.pop(phone, ())
    if numbers == (kept,):
        values[phone] = numbers
        return
    lines = [number for number in numbers if not _MOBILE.fullmatch(number)]
    for number in numbers:
        if number not in lines and values.setdefault(mobile, (number,)) != (number,):
            lines.append(number)
    if len(lines) > 1:
        raise Unusable(say("只能写一个，现有{count}个：{listed}", count=len(lines), listed=say("、").join(lines)))
    if lines:
        values[phone] = (lines[0],)


def _odd(values: Mapping[Column, tuple[str, ...]]) -> list[str]:
    """Numbers that can be kept but are hardly right: Excel takes the 0 off an area code. Where numbers are other than
    Chinese ones, the catalogue has nothing to say of them."""
    said = []
    for column in (Column.PHONE, Column.LEADER_PHONE):
        for number in values.get(column, ()):
            if re.fullmatch(r"[2-9]\d{9}", number):
                said.append(say("{column} {number} 可能少了开头的 0", column=called(column), number=number))
    for column in (Column.MOBILE, Column.LEADER_MOBILE):
        for number in values.get(column, ()):
            if not _MOBILE.fullmatch(number):
                said.append(say("{column} {number} 不是 11 位手机号", column=called(column), number=number))
    return list(filter(None, said))


_READERS: Mapping[Column, Callable[[str], tuple[str, ...]]] = {
    Column.ADDRESSES: _mailboxes,
    Column.NAME: _name,
    Column.POST: _words,
    Column.PHONE: _numbers,
    Column.MOBILE: _mobile,
    Column.EMAIL: _mailbox,
    Column.LEADER_NAME: _name,
    Column.LEADER_POST: _words,
    Column.LEADER_PHONE: _numbers,
    Column.LEADER_MOBILE: _mobile,
    Column.LEADER_EMAIL: _mailbox,
}
