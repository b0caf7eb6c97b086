"""The part of a text that its author wrote for this mail, without the signature below it."""

import re

from cuibao.policy.mail.footers import without_footers
from cuibao.policy.mail.people import is_plain_name

_LONGEST = 30
_MOST = 20_000  # further down no letter goes on
_DASHES = re.compile(r"[-—_=*]{2,}")
_CLOSING = re.compile(
    r"(?:此致|敬礼|(?:顺|敬|谨)?(?:祝|颂)(?!贺).{0,12}"
    r"|发自我的.*|来自我的.*|.{0,12}发送自.*|best regards|regards|sent from my .*)"
    r"[\s！!。,，~]*",
    re.IGNORECASE,
)
_CONTACT = (
    r"(?:联系人|姓名|电话|手机|联系电话|办公电话|座机|传真|邮箱|邮编|地址|网址|qq|微信|tel|fax|mobile|e-?mail|addr?)"
)
_LABELLED = re.compile(rf"{_CONTACT}\s*[:：].*", re.IGNORECASE)
_NUMBERS = re.compile(r"[\d\s()（）+\-—/转.年月日:：]+|[\w.+-]+@[\w.-]+|https?://\S+|www\.\S+")
# An office: none of what is said of a report, or done with it, has a place in its name.
_NO_OFFICE = "转请报发交送给还要需等问未没不误错系收去到在是经待先再把拿找开上下明周过改缺差写填审批签看让被将拟可"
_ENDS = "省|市|县|镇|乡|局|办|站|委|会|所|中心|大队|支队|政府|股|科|室|公司|村|党委|开发区|高新区"
_OFFICE = re.compile(rf"(?:[^\W\d{_NO_OFFICE}]|[\s　（）()]){{1,28}}(?:{_ENDS})[\s　）)]*")
_TAIL = re.compile(r"[\s　]*[\d\-—转]{7,}$")
_ANSWERS = re.compile(r"如下|[:：]$|联络[员人](?:姓名)?[和及、与]?(?:联系)?(?:电话|信息|名单|方式)?$")
# A person is being named, and what stands below on the next lines is about that person.
_NAMES = re.compile(r"联络[员人](?:姓名)?\s{0,2}[:：是为]|^姓\s{0,2}名\s{0,2}[:：]")


def body(text: str) -> str:
    """`text` above two dashes, above a closing such as 此致, and without the lines of a signature at its end.

    No signature are lines that name a 联络员, that go on where one was named, or that an announcement (如下：) stands
    right above.
    """
    lines = [line.strip() for line in without_footers(text[:_MOST]).split("\n")]
    for at, line in enumerate(lines):
        if _DASHES.fullmatch(line) or (len(line) <= _LONGEST and _CLOSING.fullmatch(line)):
            lines = lines[:at]
            break
    end = _signed_from(lines)
    above = next((line for line in reversed(lines[:end]) if line), "")
    if _ANSWERS.search(above) or any("联络" in line for line in lines[end:]):
        end = len(lines)
    elif end and any(map(_NAMES.search, lines[_paragraph(lines, end) : end])):
        end = next((at for at in range(end, len(lines)) if not lines[at]), len(lines))
    return "\n".join(lines[:end]).strip()


def _paragraph(lines: list[str], end: int) -> int:
    """Where the lines begin that stand together right above `end`."""
    at = end
    while at and lines[at - 1]:
        at -= 1
    return at


def is_signed(line: str) -> bool:
    """Whether `line` is what stands in a signature: a name, a number, an office, a date."""
    if len(line) > _LONGEST:
        return False
    words = _TAIL.sub("", line)
    if not words or _NUMBERS.fullmatch(line) or _LABELLED.fullmatch(line) or is_plain_name(words):
        return True
    if _OFFICE.fullmatch(words):
        return True
    office, _, name = words.rpartition(" " if " " in words else "　")
    return is_plain_name(name) and _OFFICE.fullmatch(office) is not None


def below(text: str) -> str:
    """What `body` leaves out of `text`: a signature, as it should be."""
    whole = "\n".join(line.strip() for line in without_footers(text[:_MOST]).split("\n")).strip()
    return whole.removeprefix(body(text))


def _signed_from(lines: list[str]) -> int:
    """Where the lines of a signature begin; the first line of all is none."""
    at = len(lines)
    while at > 1 and (not lines[at - 1] or is_signed(lines[at - 1])):
        at -= 1
    return at
