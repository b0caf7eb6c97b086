"""What the bytes of a file are, whatever it is called: documents, pictures, archives, and what nobody here can read."""

import io
import re
import zipfile
from dataclasses import dataclass
from enum import Enum, auto

from cuibao.policy.mail import compound


class Content(Enum):
    """What a file holds. TEXT, SHEET and SLIDES are office packages and compound files; LOCKED needs a password."""

    EMPTY = auto()
    TEXT = auto()
    RICH_TEXT = auto()
    SHEET = auto()
    SLIDES = auto()
    COMPOUND = auto()
    PDF = auto()
    OFD = auto()
    PICTURE = auto()
    ARCHIVE = auto()
    CLOSED_ARCHIVE = auto()
    LOCKED = auto()
    BROKEN = auto()
    PLAIN = auto()
    OTHER = auto()


# A package has a few dozen parts, or hundreds with many pictures.
MEMBERS = 5000
_TOP = 16 * 1024
_DIRECTORY_ENTRY = b"PK\x01\x02"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_CLOSED = (
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
    b"-lh",
    b"**ACE**",
)
_TNEF = b"\x78\x9f\x3e\x22"
_PGP = b"-----BEGIN PGP MESSAGE"
_ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_OBJECT = re.compile(rb"\d\s+obj\b")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|script|\?xml|meta|table)", re.IGNORECASE)
_PARTS = {"word/document": Content.TEXT, "xl/workbook": Content.SHEET, "ppt/presentation": Content.SLIDES}
_STREAMS = {
    "WordDocument": Content.TEXT,
    "Workbook": Content.SHEET,
    "Book": Content.SHEET,
    "PowerPoint Document": Content.SLIDES,
}


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip that can be read: its members, folders apart."""

    file: zipfile.ZipFile
    members: tuple[zipfile.ZipInfo, ...]


def content_of(data: bytes) -> Content:
    """What `data` is. Linear in its size; never raises."""
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return Content.EMPTY
    if data.startswith(compound.MAGIC):
        return _of_compound(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _of_zip(data)
    if b"%PDF-" in data[:1024]:
        return _of_pdf(data)
    if data.startswith(b"{\\rtf"):
        return Content.RICH_TEXT
    if _is_picture(data):
        return Content.PICTURE
    if data.startswith(_CLOSED) or data[257:262] == b"ustar" or data[2:5] == b"-lh":
        return Content.CLOSED_ARCHIVE
    if data.startswith(_TNEF) or _PGP in data[:4096]:
        return Content.LOCKED
    return Content.PLAIN if _is_plain(data) else Content.OTHER


def is_table(data: bytes) -> bool:
    """Whether plain `data` has rows, and cells in one of them, as a table saved as CSV has."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.replace(b"\0", b"")
    rows = [row for row in data[:_TOP].splitlines() if row.strip()]
    return len(rows) >= 2 and not rows[0].startswith((b"{", b"[")) and any(map(re.compile(rb"[,;\t]").search, rows))


def archive_of(data: bytes) -> Archive | None:
    """`data` as a zip; None where it is none, is broken or has more members than anybody packs."""
    if data.count(_DIRECTORY_ENTRY) > MEMBERS:
        return None
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, OverflowError):
        return None
    members = file.infolist()
    if not all(each.filename for each in members):  # a name that begins with NUL is cut to nothing
        return None
    return Archive(file, tuple(each for each in members if not each.is_dir()))


def _of_compound(data: bytes) -> Content:
    streams = compound.streams(data)
    if not streams:
        return Content.BROKEN
    if compound.locked(streams):
        return Content.LOCKED
    return next((kind for name, kind in _STREAMS.items() if name in streams), Content.COMPOUND)


def _of_zip(data: bytes) -> Content:
    archive = archive_of(data)
    if archive is None:
        return Content.BROKEN
    sizes = {each.filename.lower().replace("\\", "/"): each.file_size for each in archive.members}
    if not sizes:
        return Content.EMPTY
    if any(each.flag_bits & 1 for each in archive.members):
        return Content.LOCKED
    if "[content_types].xml" in sizes:
        for part, kind in _PARTS.items():
            found = [size for name, size in sizes.items() if name.startswith(part) and name.endswith(".xml")]
            if found:
                return kind if any(found) else Content.EMPTY
    return Content.OFD if "ofd.xml" in sizes else Content.ARCHIVE


def _of_pdf(data: bytes) -> Content:
    if b"%%EOF" not in data or not _OBJECT.search(data):
        return Content.BROKEN
    return Content.LOCKED if _ENCRYPTED_PDF.search(data) else Content.PDF


def _is_picture(data: bytes) -> bool:
    brands = (b"heic", b"heix", b"mif1", b"msf1")
    photograph = data[4:8] == b"ftyp" and data[8:12] in brands
    return data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or photograph


def _is_plain(data: bytes) -> bool:
    """Whether it is text, and no page or program."""
    if data.startswith((b"MZ", b"#!")) or _MARKUP.match(data[:1024]):
        return False
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in data
