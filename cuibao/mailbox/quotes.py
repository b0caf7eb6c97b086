"""Where a text stops being its author's own: what clients write above the mail that is answered or forwarded."""

import re

from cuibao.incoming import Stretch

_LONGEST_ATTRIBUTION = 3
_LINES_OF_HEADERS = 8
# Each is tried on a line whose blanks are one each, so that none can be tried in more than one way.
_RULE = re.compile(
    r"[-—_=* ]{2,}(?:原始邮件|原邮件|邮件原件|原信|原始信件|转发(?:的)?邮件(?:信息)?|被转发的邮件|回复的(?:原)?邮件"
    r"|Original(?: Message| Mail)?|Forwarded (?:message|mail)|Original Appointment)[-—_=* ]*",
    re.IGNORECASE,
)
_BEGIN_FORWARDED = re.compile(r"(?:Begin forwarded message|开始转发的邮件|以下是转发的邮件) ?[:：]", re.IGNORECASE)
_WRITES = re.compile(r"(写道|寫道|写到|写| wrote) ?[:：]\Z", re.IGNORECASE)
_DATED = re.compile(r"[在于]? ?\d{4} ?[-/.年]")
_DATED_WITHIN = re.compile(r"[在于] ?\d{4} ?[-/.年]")
_YEAR = re.compile(r"\d{4}")
_LONGEST_LINE = 500
_LONGEST_WROTE = 600
_FROM = re.compile(r"[* ]*(?:发件人|寄件者|寄件人|发送人|From) ?[*]? ?[:：]", re.IGNORECASE)
_OTHERS = (
    re.compile(r"[* ]*(?:发送时间|发送日期|日期|时间|寄件日期|已发送|Sent|Date) ?[*]? ?[:：]", re.IGNORECASE),
    re.compile(r"[* ]*(?:收件人|收件者|抄送|主 ?题|主旨|To|Cc|Subject) ?[*]? ?[:：]", re.IGNORECASE),
)
_HEADERS = (_FROM, *_OTHERS)
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_INVISIBLE = dict.fromkeys(map(ord, "\0\r\u200b\u200c\u200d\u2060\ufeff")) | {0xA0: " ", 0x3000: " "}


def split(text: str) -> tuple[str, str]:
    """The author's own words, and the rest; both tidied up."""
    lines = _lines(text)
    own: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        length = _attribution(lines, at)
        if length and not _marked(lines, at + length):
            quoted += lines[at:]
            break
        if length or lines[at].startswith(">"):
            end = at + max(length, 1)
            quoted += lines[at:end]
            at = end
            continue
        own.append(lines[at])
        at += 1
    return _joined(own), _joined(quoted)


def stretches(quoted: str) -> tuple[Stretch, ...]:
    """What the rest that `split` gives is made of: each stretch with what a client wrote above it of its author."""
    lines = [line.lstrip("> ") for line in quoted.split("\n")]
    found: list[tuple[str, list[str]]] = [("", [])]
    at = 0
    while at < len(lines):
        length = _attribution(lines, at)
        if not length:
            found[-1][1].append(lines[at])
            at += 1
            continue
        end = at + length
        while end < len(lines) and (not lines[end] or any(each.match(lines[end]) for each in _HEADERS)):
            end += 1
        found.append(("\n".join(line for line in lines[at:end] if not _is_of_another(line)), []))
        at = end
    return tuple(Stretch(author, text) for author, words in found if (text := _joined(words)))


def tidy(text: str) -> str:
    """`text` without invisible characters, blanks at line ends and more than one empty line in a row."""
    return _joined(_lines(text))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in _BLANKS.sub(" ", text.translate(_INVISIBLE)).split("\n")]


def _joined(lines: list[str]) -> str:
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _attribution(lines: list[str], at: int) -> int:
    """How many lines at `at` say that what follows is somebody else's; 0 for none."""
    line = lines[at]
    if not line or len(line) > _LONGEST_LINE:
        return 0
    if _RULE.fullmatch(line) or _BEGIN_FORWARDED.fullmatch(line) or _headers_begin(lines, at):
        return 1
    if line.startswith(("在", "于", "On ", "on ")) or line[:4].isdigit() or line.endswith(("写道：", "写道:")):
        # Mail programs wrap it.
        for length in range(1, _LONGEST_ATTRIBUTION + 1):
            if _wrote(lines[at : at + length]):
                return length
    return 0


def _wrote(lines: list[str]) -> bool:
    """Whether the lines together say who wrote what follows, and when."""
    if sum(map(len, lines)) > _LONGEST_WROTE:
        return False
    joined = " ".join(lines)
    verb = _WRITES.search(joined)
    if verb is None:
        return False
    before = joined[: verb.start()]
    if verb[1].lower() == " wrote":
        return before[:3].lower() == "on " and len(before) >= 7
    if _DATED.match(before):
        return True
    if verb[1] == "写":
        return False
    return bool((before.startswith(("在 ", "于 ")) and _YEAR.search(before)) or _DATED_WITHIN.search(before))


def _headers_begin(lines: list[str], at: int) -> bool:
    """Whether the header lines of a mail are written out here, as Outlook does."""
    if not _FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 2 * _LINES_OF_HEADERS] if line][:_LINES_OF_HEADERS]
    return all(any(pattern.match(line) for line in following) for pattern in _OTHERS)


def _is_of_another(line: str) -> bool:
    """Whether a header line says something else than who wrote the mail."""
    return any(pattern.match(line) for pattern in _OTHERS)


def _marked(lines: list[str], at: int) -> bool:
    """Whether the next line that says anything is marked as quoted by itself."""
    return next((line for line in lines[at : at + 5] if line), "").startswith(">")
