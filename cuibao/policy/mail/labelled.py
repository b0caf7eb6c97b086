"""What a mail's own text states under a label: the name and the phone of a liaison, above any signature."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cuibao.model import Expected
from cuibao.policy.mail.people import is_name
from cuibao.policy.mail.signature import body
from cuibao.policy.offices import OfficeNames

_LONGEST = 2000
_POSTS = "同志|先生|女士|站长|主任|副|镇长|乡长|局长|所长|科长|书记"
_END = rf"(?=$|[\s,，、;；。(（)）:：|/]|{_POSTS}|电话|手机|联系|办公|职务|\d)"
_POST = r"[\u4e00-\u9fff]{2,9}(?:站长|主任|办长|所长|干事|镇长|乡长|局长|书记|科长|股长|专干|干部|科员|工作人员)"
_NAME_LABEL = r"(?P<label>(?:安全)?联络[员人]|联系人|姓\s{0,2}名)(?:姓名)?"
_NAME = re.compile(
    rf"{_NAME_LABEL}(?:\s*[:：是为由|]\s*|[^\S\n]+)?(?:{_POST})?(?P<value>[\u4e00-\u9fff·]{{2,4}}?{_END})"
)
_PHONE_LABEL = (
    r"(?:(?:联系|办公|办公室|固定|移动|值班|手机)?电话|手机|座机|联系方式|tel|mobile)(?:号码?)?"
    r"(?:[（(][^）)]{0,6}[）)])?"
)
_NUMBER = (
    r"(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|(?:\(?0\d{2,3}\)?[\s-]?)?[2-9]\d{6,7}(?:[\s-]?(?:转|分机)?\d{1,6})?)(?!\d)"
)
_PHONE = re.compile(rf"{_PHONE_LABEL}\s*[:：是为|]?\s*(?P<value>{_NUMBER})", re.IGNORECASE)
# A liaison's number right behind the name: the one label is for both.
_BESIDE = re.compile(
    rf"联络[员人](?:姓名)?(?:\s*[:：是为|]\s*|\s+)?[\u4e00-\u9fff·]{{2,4}}?(?:同志)?(?:[(（][^)）\d]{{2,12}}[)）]|[\s,，、;；(（]){{1,2}}(?P<value>{_NUMBER})"
)
# Both behind an announcement: 联络人上报如下：张三 站长 13812345678.
_ANNOUNCED = re.compile(
    rf"联络[员人][^，,。\n:：]{{0,12}}[:：]\s*(?P<name>[\u4e00-\u9fff·]{{2,4}})[\s,，、;；(（]{{1,2}}(?:{_POST}[\s,，、)）]{{1,2}})?(?P<phone>{_NUMBER})"
)
_HEADS = {Expected.NAME: re.compile(r"姓名|联络[员人]|联系人"), Expected.PHONE: re.compile(r"电话|手机|联系方式|号码")}
_CELLS = re.compile(r"[\s|｜\t]+")
# Who says that a person has changed names two of them.
_CHANGED = re.compile(r"变更|更换|调整|不再担任|原联[络系]|改为|换成")


_THANKS = re.compile(r"收到|收悉|来信|来函|阅悉|已阅|知悉|好的|明白|知道了|了解")
_HANDED_IN = re.compile(r"报送|上报|报上|报给|报来|如下|现将|呈报|提交")
_OURS = re.compile(r"(?:我|本)(?:镇|乡|局|委|办|会|单位)[^，,。\n]{0,16}联络[员人]")
_LABEL_FIRST = re.compile(
    r"[\s|]*(?:[您你]好|各位领导好?|领导好?|[\u4e00-\u9fff]主任)?[\s!！,，。:：|]*(?:(?:单位|序号)[\s|]+)?(?:姓\s{0,2}名|联系人)[\s:：|]"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What was found for one of the things expected, as it is written; several joined by 、."""

    expected: Expected
    value: str


def stated(text: str, expects: Sequence[Expected], ours: Collection[str], office: OfficeNames) -> tuple[Stated, ...]:
    """What `text` states of all that is expected; nothing where one of these is missing, or it is said to change.

    `ours` are the office's own people and numbers, which a quotation may have left there.
    """
    own = body(unicodedata.normalize("NFKC", text)[:_LONGEST])
    if _CHANGED.search(own) or _theirs(office).search(own) or not _answers(own):
        return ()
    found = {each: tuple(dict.fromkeys(_values(own, each, ours))) for each in expects}
    if not all(found.values()):
        return ()
    return tuple(Stated(each, "、".join(values)) for each, values in found.items())


def states_some(text: str, expects: Sequence[Expected], ours: Collection[str]) -> bool:
    """Whether `text` may state some of what is expected, with labels or without; behind thanks it is a signature."""
    own = body(unicodedata.normalize("NFKC", text)[:_LONGEST])
    numbers = re.findall(_NUMBER, own) if Expected.PHONE in expects and not _THANKS.search(own) else []
    values = [value for each in expects for value in _values(own, each, ours)] if _answers(own) else []
    return bool(values) or any(_bare(number) not in ours for number in numbers)


@lru_cache(maxsize=8)
def _theirs(office: OfficeNames) -> re.Pattern[str]:
    """Whoever speaks of somebody else's 联络员, such as that of the `office`."""
    return re.compile(
        rf"(?:[县市省][^，,。\n]{{0,6}}[局委办会]|应急管?理?局|{re.escape(office.core)}|贵[办局]|贵单位|你们|您(?!好)|加)的?"
        r"[^，,。！!\n]{0,6}联络[员人]"
    )


def _answers(text: str) -> bool:
    """Whether what is labelled is meant as an answer. What stands behind thanks is a signature, unless somebody says
    that it is handed in, or whose 联络员 it is."""
    if _HANDED_IN.search(text) or _OURS.search(text):
        return True
    return not _THANKS.search(text) and ("联络" in text or _LABEL_FIRST.match(text) is not None)


def _values(text: str, expected: Expected, ours: Collection[str]) -> Iterator[str]:
    patterns = (_NAME,) if expected is Expected.NAME else (_PHONE, _BESIDE)
    written = (found["value"].strip() for pattern in patterns for found in pattern.finditer(text))
    both = (found["name" if expected is Expected.NAME else "phone"] for found in _ANNOUNCED.finditer(text))
    for value in (*written, *both, *_in_tables(text, expected)):
        if _fits(value, expected) and _bare(value) not in ours:
            yield value


def _in_tables(text: str, expected: Expected) -> Iterator[str]:
    """The cells below a head such as 姓名 职务 联系电话, as long as the lines have as many cells."""
    column, width = -1, 0
    for line in text.split("\n"):
        cells = [cell for cell in _CELLS.split(line.strip()) if cell]
        heads = [index for index, cell in enumerate(cells) if _HEADS[expected].fullmatch(_bare_head(cell))]
        if len(cells) >= 2 and heads and all(not re.search(r"\d", cell) for cell in cells):
            column, width = heads[0], len(cells)
        elif column >= 0 and len(cells) == width:
            yield cells[column]
        elif cells:
            column = -1


def _bare_head(cell: str) -> str:
    return re.sub(r"^(?:联系|办公|移动|手机)(?=电话)|(?<=手机)号码?$|(?<=电话)号码?$", "", cell)


def _fits(value: str, expected: Expected) -> bool:
    if expected is Expected.PHONE:
        return re.fullmatch(_NUMBER, value) is not None
    return is_name(value)


def _bare(value: str) -> str:
    return re.sub(r"[\s()（）-]", "", value)
