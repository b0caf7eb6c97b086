"""What a file that came by mail is: one that can be a report, or why it is none. By its name, its type and its bytes.

An allow-list (docs/design.md): a document is what is named as one and holds one. What contradicts its name is in doubt,
and so is what nobody here can look into.
"""

import hashlib
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto

from cuibao.incoming import Attachment
from cuibao.policy.mail.contents import Archive, Content, archive_of, content_of, is_table
from cuibao.tongue import say


class Sort(Enum):
    """What a file is. ADDED by a mail program and sent by nobody; DOUBTFUL: a person must look before anything is
    registered; OTHER: something that was sent, and no report."""

    DOCUMENT = auto()
    PICTURE = auto()
    ADDED = auto()
    DOUBTFUL = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is, `why` that is in doubt, and the names of what is `inside` an archive, with the
    SHA-256 (hex) of the documents there."""

    sort: Sort
    why: str = ""
    inside: tuple[str, ...] = ()
    digests: tuple[str, ...] = field(default=(), compare=False)


_TEXTS = frozenset({Content.TEXT})
_SHEETS = frozenset({Content.SHEET})
_SLIDES = frozenset({Content.SLIDES})
# What a file of that ending may hold: WPS and Office save the newer forms under the older names.
_DOCUMENTS = {
    "doc": _TEXTS | {Content.RICH_TEXT},
    "docx": _TEXTS,
    "wps": _TEXTS | {Content.RICH_TEXT, Content.COMPOUND},
    "xls": _SHEETS,
    "xlsx": _SHEETS,
    "et": _SHEETS | {Content.COMPOUND},
    "ppt": _SLIDES,
    "pptx": _SLIDES,
    "dps": _SLIDES | {Content.COMPOUND},
    "csv": frozenset({Content.PLAIN}),
    "pdf": frozenset({Content.PDF}),
    "ofd": frozenset({Content.OFD}),
}
_NAMELESS = frozenset({Content.TEXT, Content.SHEET, Content.SLIDES, Content.PDF, Content.OFD})
_PICTURES = frozenset(["png", "jpg", "jpeg", "jpe", "gif", "bmp", "webp", "heic", "tif", "tiff"])
_CLOSED = frozenset(["rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "cab", "lzh", "arj", "z", "zst", "ace"])
_PROGRAMS = frozenset(
    [
        "exe",
        "com",
        "scr",
        "bat",
        "cmd",
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "hta",
        "lnk",
        "msi",
        "ps1",
        "jar",
        "iso",
        "img",
        "apk",
        "docm",
        "xlsm",
        "pptm",
        "chm",
    ]
)
_LOCKED = frozenset(["p7m", "pgp", "gpg"])
_LOCKED_TYPES = (
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
    "application/ms-tnef",
    "application/vnd.ms-tnef",
)
_ADDED_ENDINGS = frozenset(["ics", "vcf", "vcs", "p7s", "sig"])
_ADDED_TYPES = ("text/calendar", "text/vcard", "text/x-vcard", "application/pgp-signature", "application/ics")
_ADDED_NAMES = re.compile(
    r"ATT\d+(?:\.(?:html?|txt|dat|bin|c|png|jpe?g|gif))?|signature\.asc|(?:~\$|\._).*|Thumbs\.db|desktop\.ini|\.DS_Store"
    r"|(?:image\d{3}|logo\w*|签名\w*|名片|二维码|qrcode)\.(?:png|jpe?g|gif|bmp)"
    r"|(?:.*邮件.{0,4}(?:安全|风险|签名|声明|检测|提示).*|.*(?:免责|保密)声明.*|.*(?:病毒|杀毒|反垃圾).{0,6}(?:报告|结果|提示|日志).*"
    r"|disclaimer.*|virus.{0,12}report.*|scan.?result.*)\.(?:txt|html?|pdf|docx?|png)",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,4})$|\.(7z)$", re.IGNORECASE)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
# An archive of a county office holds a few dozen files. What is within is opened for as long as this lasts.
_MEMBERS = 1000
_DECLARED = 512 * 1024 * 1024
_OPENED = 64 * 1024 * 1024
_ARCHIVES = 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what Windows and WPS write; others unpack slowly
_HEAD = 4096
_NAME = 200


@dataclass(slots=True)
class Budget:
    """What may still be unpacked of one mail, however many archives it holds: bytes, and archives."""

    unpacked: int = field(default=_OPENED)
    archives: int = field(default=_ARCHIVES)


def look(file: Attachment, budget: Budget | None = None) -> Looked:
    """What `file` is. Linear in its size and in what little of an archive is unpacked, which is taken from the
    `budget` of its mail; never raises."""
    budget = Budget() if budget is None else budget
    name, kind = file.name.strip()[-_NAME:], file.type.lower()
    ending = _ending(name)
    if kind in _LOCKED_TYPES or ending in _LOCKED or name.lower() == "winmail.dat":
        return Looked(Sort.DOUBTFUL, say("打不开（加密或专用格式）"))
    if kind in _ADDED_TYPES or ending in _ADDED_ENDINGS or _ADDED_NAMES.fullmatch(name):
        return Looked(Sort.ADDED)
    content = content_of(file.data)
    if content is Content.ARCHIVE and ending in ("zip", ""):
        return _look_into(file.data, budget)
    return Looked(*_sorted(ending, kind, file.data))


def _sorted(ending: str, kind: str, data: bytes) -> tuple[Sort, str]:
    """What a file is that is no archive to look into."""
    content = content_of(data)
    if content is Content.EMPTY:
        return Sort.DOUBTFUL, say("是空文件")
    if content is Content.LOCKED:
        return Sort.DOUBTFUL, say("有密码或已加密，打不开")
    if content is Content.CLOSED_ARCHIVE or ending in _CLOSED:
        return Sort.DOUBTFUL, say("是这里打不开的压缩包")
    if content is Content.BROKEN:
        return Sort.DOUBTFUL, say("不完整或已损坏，打不开")
    if ending in _PROGRAMS:
        return Sort.DOUBTFUL, say("是程序或带程序的文件，不要打开")
    if ending in _DOCUMENTS:
        fits = content in _DOCUMENTS[ending] and (ending != "csv" or is_table(data))
        return (Sort.DOCUMENT, "") if fits else (Sort.DOUBTFUL, say("内容不是 {ending} 文件", ending=ending))
    if ending in _PICTURES or (not ending and kind.startswith("image/")):
        return (Sort.PICTURE, "") if content is Content.PICTURE else (Sort.DOUBTFUL, say("内容不是图片"))
    if not ending and content in _NAMELESS:
        return Sort.DOCUMENT, ""
    if ending == "zip":
        fits = content in _NAMELESS  # a package that was renamed
        return (Sort.DOCUMENT, "") if fits else (Sort.DOUBTFUL, say("内容不是 zip 压缩包"))
    return Sort.OTHER, ""


def _look_into(data: bytes, budget: Budget) -> Looked:
    """What an archive is by what is in it, one level deep: the best of it, unless something there is in doubt."""
    budget.archives -= 1
    if budget.archives < 0:
        return Looked(Sort.DOUBTFUL, say("是又一个压缩包，太多了没有打开"))
    archive = archive_of(data)
    if (
        archive is None
        or len(archive.members) > _MEMBERS
        or sum(each.file_size for each in archive.members) > _DECLARED
    ):
        return Looked(Sort.DOUBTFUL, say("是过大或已损坏的压缩包"))
    if any(_OUTSIDE.search(each.filename) for each in archive.members):
        return Looked(Sort.DOUBTFUL, say("压缩包里的文件名不正常"))
    found: set[Sort] = set()
    names: list[str] = []
    digests: list[str] = []
    for index, member in enumerate(archive.members):
        name = _named(member.filename, member.flag_bits)
        if name.startswith("__MACOSX/"):
            continue
        sort, why, digest = _look_at(archive, index, name.rpartition("/")[2], budget)
        if sort is Sort.DOUBTFUL:
            return Looked(sort, say("压缩包里有文件{why}", why=why))
        found.add(sort)
        names.append(name)
        if sort is Sort.DOCUMENT:
            digests.append(digest)
    best = next((sort for sort in (Sort.DOCUMENT, Sort.PICTURE) if sort in found), Sort.OTHER)
    return Looked(best, inside=tuple(names), digests=tuple(digests))


def _look_at(archive: Archive, index: int, name: str, budget: Budget) -> tuple[Sort, str, str]:
    """What one member is, why that is in doubt, and its SHA-256; what was unpacked is taken from the `budget`."""
    member = archive.members[index]
    if _ADDED_NAMES.fullmatch(name):
        return Sort.ADDED, "", ""
    ending = _ending(name)
    wanted = member.file_size if ending in _DOCUMENTS or not ending else min(member.file_size, _HEAD)
    if wanted > budget.unpacked:
        return Sort.DOUBTFUL, say("太大"), ""
    if member.compress_type not in _METHODS:
        return Sort.DOUBTFUL, say("打不开"), ""
    budget.unpacked -= wanted
    try:
        with archive.file.open(member) as opened:
            data = opened.read(wanted)
    except Exception:  # whatever zlib and a broken header may raise
        return Sort.DOUBTFUL, say("打不开"), ""
    content = content_of(data)
    if ending == "zip" or content is Content.ARCHIVE:
        return Sort.DOUBTFUL, say("是压缩包"), ""
    return (*_sorted(ending, "", data), hashlib.sha256(data).hexdigest())


def _named(name: str, flags: int) -> str:
    """The name of a member: where it is not marked as UTF-8 (APPNOTE 4.4.4, bit 11), what Chinese Windows writes."""
    if not flags & 0x800:
        with suppress(ValueError):
            name = name.encode("cp437").decode("gb18030")
    return name.replace("\\", "/")


def is_document(name: str) -> bool:
    """Whether a file of that name would be a document."""
    return _ending(name) in _DOCUMENTS


def _ending(name: str) -> str:
    found = _ENDING.search(name)
    return (found[1] or found[2]).lower() if found else ""
