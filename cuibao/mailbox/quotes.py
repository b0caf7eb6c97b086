"""Where a text stops being its author's own: what clients write above the mail that is answered or forwarded."""

import re

_LONGEST_ATTRIBUTION = 3
_LINES_OF_HEADERS = 8
_RULE = re.compile(
    r"[-—_=* ]{2,}\s*(?:原始邮件|原邮件|邮件原件|原信|原始信件|转发(?:的)?邮件(?:信息)?|被转发的邮件|回复的(?:原)?邮件"
    r"|Original(?: Message| Mail)?|Forwarded (?:message|mail)|Original Appointment)\s*[-—_=* ]*",
    re.IGNORECASE,
)
_BEGIN_FORWARDED = re.compile(r"(?:Begin forwarded message|开始转发的邮件|以下是转发的邮件)\s*[:：]", re.IGNORECASE)
_WROTE = re.compile(
    r"(?:(?:在|于)?\s*\d{4}\s*[-/.年].{0,300}(?:写道|寫道|写到|写)|(?:在|于)\s.{0,300}\d{4}.{0,200}(?:写道|寫道|写到)"
    r"|.{0,100}(?:于|在)\s*\d{4}\s*[-/.年].{0,200}(?:写道|寫道|写到)|On\s.{4,300}\swrote)\s*[:：]",
    re.IGNORECASE,
)
_FROM = re.compile(r"[*\s]*(?:发件人|寄件者|寄件人|发送人|From)\s*[*]?\s*[:：]", re.IGNORECASE)
_OTHERS = (
    re.compile(r"[*\s]*(?:发送时间|发送日期|日期|时间|寄件日期|已发送|Sent|Date)\s*[*]?\s*[:：]", re.IGNORECASE),
    re.compile(r"[*\s]*(?:收件人|收件者|抄送|主\s*题|主旨|To|Cc|Subject)\s*[*]?\s*[:：]", re.IGNORECASE),
)
_INVISIBLE = dict.fromkeys(map(ord, "\0\r\u200b\u200c\u200d\u2060\ufeff")) | {0xA0: " ", 0x3000: " "}


def split(text: str) -> tuple[str, str]:
    """The author's own words, and the rest; both tidied up."""
    lines = text.translate(_INVISIBLE).split("\n")
    own: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        length = _attribution(lines, at)
        if length and not _marked(lines, at + length):
            quoted += lines[at:]
            break
        if length or lines[at].lstrip().startswith(">"):
            end = at + max(length, 1)
            quoted += lines[at:end]
            at = end
            continue
        own.append(lines[at])
        at += 1
    return tidy("\n".join(own)), tidy("\n".join(quoted))


def tidy(text: str) -> str:
    """`text` without invisible characters, blanks at line ends and more than one empty line in a row."""
    lines = (re.sub(r"[ \t\f\v]+", " ", line).strip() for line in text.translate(_INVISIBLE).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _attribution(lines: list[str], at: int) -> int:
    """How many lines at `at` say that what follows is somebody else's; 0 for none."""
    line = lines[at].strip()
    if not line or len(line) > 500:
        return 0
    if _RULE.fullmatch(line) or _BEGIN_FORWARDED.fullmatch(line) or _headers_begin(lines, at):
        return 1
    if line.startswith(("在", "于", "On ", "on ")) or line[:4].isdigit() or line.endswith(("写道：", "写道:")):
        # Mail programs wrap it.
        for length in range(1, _LONGEST_ATTRIBUTION + 1):
            joined = " ".join(each.strip() for each in lines[at : at + length])
            if _WROTE.fullmatch(joined[:800]):
                return length
    return 0


def _headers_begin(lines: list[str], at: int) -> bool:
    """Whether the header lines of a mail are written out here, as Outlook does."""
    if not _FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 2 * _LINES_OF_HEADERS] if line.strip()][:_LINES_OF_HEADERS]
    return all(any(pattern.match(line) for line in following) for pattern in _OTHERS)


def _marked(lines: list[str], at: int) -> bool:
    """Whether the next line that says anything is marked as quoted by itself."""
    following = next((line for line in lines[at : at + 5] if line.strip()), "")
    return following.lstrip().startswith(">")
