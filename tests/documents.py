"""Files as bytes, as far as anybody looks: what office programs write, and what only bears such a name.

docx("text"); xlsx(); pptx(); ole("WordDocument"); pdf(); ofd(); csv(); zipped({"报告.docx": docx()})
sealed_docx(); sealed_doc(); sealed_pdf(); sealed_zip({...}); RAR; SEVEN_ZIP; TNEF; P7M; PNG
content("报告.docx")    # what a file of that name holds in an honest mail
"""

import html
import io
import struct
import zipfile
from collections.abc import Mapping

WRITTEN = (2022, 7, 25, 8, 30, 0)
PNG = b"\x89PNG\r\n\x1a\n a picture"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF a picture"
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(64)
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(64)
TNEF = b"\x78\x9f\x3e\x22" + bytes(64)
P7M = b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(64)
_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def xlsx(text: str = "报表.xlsx") -> bytes:
    """A workbook with that in its first cell."""
    return _package("xl/workbook.xml", f"<workbook><t>{html.escape(text)}</t></workbook>", "spreadsheetml.sheet.main")


def pptx(text: str = "报告") -> bytes:
    """Slides with that text."""
    return _package("ppt/presentation.xml", f"<p><t>{html.escape(text)}</t></p>", "presentationml.presentation.main")


def docx(text: str = "报告", size: int = 0) -> bytes:
    """A document with that text; with a photograph where it must have a `size` in bytes."""
    words = f"<document><t>{html.escape(text)}</t></document>"
    plain = _package("word/document.xml", words, "wordprocessingml.document", b"" if size else None)
    return (
        _package("word/document.xml", words, "wordprocessingml.document", bytes(size - len(plain))) if size else plain
    )


def ole(text: str = "报告", stream: str = "WordDocument", head: bytes = b"\xec\xa5\xc1\x00") -> bytes:
    """A compound file (MS-CFB) with one stream, which begins with `head`: .doc, .xls, .wps, .et, .ppt."""
    data = (head + bytes(508) + text.encode("utf-16-le")).ljust(4096, b"\0")
    sectors = len(data) // _SECTOR
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    fat = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    folder = (
        _entry("Root Entry", 5, child=1, start=_END) + _entry(stream, 2, start=2, size=len(data)) + _entry("", 0) * 2
    )
    top = struct.pack("<8s16sHHHHH6xIIIIIIIII", _MAGIC, b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    return top + struct.pack("<109I", 0, *[_FREE] * 108) + fat + folder + data


def pdf(text: str = "报告") -> bytes:
    """A PDF."""
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + text.encode() + b"\ntrailer\n<< >>\n%%EOF\n"


def ofd(text: str = "报告") -> bytes:
    """An OFD (GB/T 33190-2016)."""
    return zipped({"OFD.xml": f"<OFD>{text}</OFD>".encode(), "Doc_0/Document.xml": b"<Document/>"})


def csv(text: str = "单位,数量\n嘉定镇,3\n") -> bytes:
    """A table as WPS saves it."""
    return text.encode("gbk")


def zipped(files: Mapping[str, bytes], *, gbk: bool = False) -> bytes:
    """An archive; `gbk`: its names as Chinese Windows writes them, in GBK and not marked as anything."""
    stands = {name: f"{number:03}".ljust(len(name.encode("gbk")), "-") for number, name in enumerate(files)}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(stands[name] if gbk else name, WRITTEN)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    made = written.getvalue()
    for name, stand in stands.items() if gbk else ():  # the library itself would write UTF-8
        made = made.replace(stand.encode(), name.encode("gbk"))
    return made


def sealed_zip(files: Mapping[str, bytes]) -> bytes:
    """An archive whose members need a password, as its flags say."""
    return _flagged(zipped(files), 1)


def sealed_docx() -> bytes:
    """A document with a password (MS-OFFCRYPTO): a compound file around it."""
    return ole("", "EncryptedPackage", b"\x10\x00\x00\x00")


def sealed_doc() -> bytes:
    """A .doc with a password (MS-DOC, FibBase.fEncrypted)."""
    return ole("", "WordDocument", b"\xec\xa5\xc1\x00" + bytes(6) + b"\x00\x01")


def sealed_xls() -> bytes:
    """An .xls with a password (MS-XLS, FilePass)."""
    return ole("", "Workbook", struct.pack("<HH16sHH", 0x0809, 16, b"", 0x002F, 0))


def sealed_pdf() -> bytes:
    """A PDF with a password."""
    return pdf().replace(b"trailer\n<< >>", b"trailer\n<< /Encrypt 5 0 R >>")


def content(name: str) -> bytes:
    """What a file of that name holds in an honest mail."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("xls", "et"):
        return ole("报告", "Workbook", struct.pack("<HH16s", 0x0809, 16, b""))
    if ending == "zip":
        return zipped({"材料.docx": docx()})
    made = {
        **dict.fromkeys(("doc", "wps"), ole()),
        **dict.fromkeys(("ppt", "dps"), ole("报告", "PowerPoint Document")),
        "docx": docx(),
        "pptx": pptx(),
        "pdf": pdf(),
        "ofd": ofd(),
        "csv": csv(),
        "rar": RAR,
        "7z": SEVEN_ZIP,
        **dict.fromkeys(("png", "bmp", "gif"), PNG),
        **dict.fromkeys(("jpg", "jpeg"), JPEG),
    }
    return made.get(ending) or xlsx()


def _package(part: str, text: str, kind: str, photograph: bytes | None = None) -> bytes:
    """A package as Office writes it (ECMA-376 part 2): the same bytes for the same text."""
    written = io.BytesIO()
    types = (
        f'<Types><Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
    )
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in (("[Content_Types].xml", types + "</Types>"), (part, text)):
            package.writestr(zipfile.ZipInfo(name, WRITTEN), data)
        if photograph is not None:
            package.writestr(zipfile.ZipInfo("word/media/image1.jpeg", WRITTEN), photograph)
    return written.getvalue()


def _entry(name: str, kind: int, *, child: int = _FREE, start: int = 0, size: int = 0) -> bytes:
    """A directory entry (MS-CFB 2.6.1)."""
    words = name.encode("utf-16-le")
    length = len(words) + 2 if name else 0
    return struct.pack("<64sHBBIII36xIQ", words, length, kind, 1, _FREE, _FREE, child, start, size)


def _flagged(archive: bytes, flag: int) -> bytes:
    """The archive with that flag in every header of its members."""
    changed = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = archive.find(mark)
        while found >= 0:
            (flags,) = struct.unpack_from("<H", changed, found + at)
            struct.pack_into("<H", changed, found + at, flags | flag)
            found = archive.find(mark, found + 4)
    return bytes(changed)
