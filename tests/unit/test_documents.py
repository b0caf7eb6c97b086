"""What a file that came by mail is, by its name, its type and its bytes."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibao.incoming import Attachment
from cuibao.policy.mail.contents import content_of
from cuibao.policy.mail.documents import Budget, Looked, Sort, look
from tests.documents import (
    JPEG,
    P7M,
    PNG,
    RAR,
    SEVEN_ZIP,
    TNEF,
    content,
    csv,
    docx,
    ofd,
    ole,
    pdf,
    pptx,
    sealed_doc,
    sealed_docx,
    sealed_pdf,
    sealed_xls,
    sealed_zip,
    xlsx,
    zipped,
)


def looked(name: str, data: bytes | None = None, kind: str = "application/octet-stream") -> Looked:
    return look(Attachment(name, kind, content(name) if data is None else data))


@pytest.mark.parametrize(
    "ending", ["doc", "docx", "wps", "pdf", "ofd", "xls", "xlsx", "et", "csv", "ppt", "pptx", "dps", "zip"]
)
def test_it_knows_each_kind_of_document(ending: str) -> None:
    assert looked(f"报告.{ending}").sort is Sort.DOCUMENT
    assert looked(f"报告.{ending.upper()}", content(f"a.{ending}")).sort is Sort.DOCUMENT


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("报告.doc", docx()),
        ("报告.doc", b"{\\rtf1}"),
        ("报表.xls", xlsx()),
        ("报告.wps", docx()),
        ("报表.et", xlsx()),
        ("报告", pdf()),
        ("报告7.20", docx()),
        ("报表.csv", "单位,数量\n嘉定镇,3\n".encode("utf-16")),
        ("材料.zip", docx()),
    ],
)
def test_it_takes_what_office_programs_save_under_other_names(name: str, data: bytes) -> None:
    assert looked(name, data).sort is Sort.DOCUMENT


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("报告.docx", b"", "是空文件"),
        ("报告.txt", b" \r\n\0", "是空文件"),
        ("报告.docx", b"MZ\x90\x00", "内容不是 docx 文件"),
        ("报告.docx", b"<html></html>", "内容不是 docx 文件"),
        ("报告.docx", zipped({"a.txt": b"x"}), "内容不是 docx 文件"),
        ("报告.docx", xlsx(), "内容不是 docx 文件"),
        ("报告.doc", ole("", "Workbook", b"\x09\x08\x00\x00"), "内容不是 doc 文件"),
        ("报告.csv", b"<html>", "内容不是 csv 文件"),
        ("报告.csv", b"a", "内容不是 csv 文件"),
        ("报告.csv", b'{"errcode": 404}', "内容不是 csv 文件"),
        ("报告.csv", b"\xe7 404 Not Found\n", "内容不是 csv 文件"),
        ("报告.pdf", b"%PDF-1.4 %%EOF", "不完整或已损坏，打不开"),
        ("报告.docx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b""}), "是空文件"),
        ("报告.pdf", JPEG, "内容不是 pdf 文件"),
        ("照片.jpg", b"MZ\x90\x00", "内容不是图片"),
        ("报告.exe", b"MZ\x90\x00", "是程序或带程序的文件，不要打开"),
        ("报告.docm", docx(), "是程序或带程序的文件，不要打开"),
        ("报告.docx", docx()[:100], "不完整或已损坏，打不开"),
        ("报告.pdf", pdf()[:30], "不完整或已损坏，打不开"),
        ("报告.docx", sealed_docx(), "有密码或已加密，打不开"),
        ("报告.doc", sealed_doc(), "有密码或已加密，打不开"),
        ("报表.xls", sealed_xls(), "有密码或已加密，打不开"),
        ("报告.pdf", sealed_pdf(), "有密码或已加密，打不开"),
        ("材料.zip", sealed_zip({"a.docx": docx()}), "有密码或已加密，打不开"),
        ("材料.rar", RAR, "是这里打不开的压缩包"),
        ("材料.zip", SEVEN_ZIP, "是这里打不开的压缩包"),
        ("smime.p7m", P7M, "打不开（加密或专用格式）"),
        ("winmail.dat", TNEF, "打不开（加密或专用格式）"),
        ("x.dat", TNEF, "有密码或已加密，打不开"),
        ("材料.zip", zipped({}), "是空文件"),
        ("材料.zip", zipped({"a.docx": docx(), "b.pdf": sealed_pdf()}), "压缩包里有文件有密码或已加密，打不开"),
        ("材料.zip", zipped({"a.docx": docx(), "b.exe": b"MZ"}), "压缩包里有文件是程序或带程序的文件，不要打开"),
        ("材料.zip", zipped({"a.docx": b""}), "压缩包里有文件是空文件"),
        ("材料.zip", zipped({"b.zip": zipped({"a.docx": docx()})}), "压缩包里有文件是压缩包"),
        ("材料.zip", zipped({"../a.docx": docx()}), "压缩包里的文件名不正常"),
        ("材料.zip", zipped({"/etc/a.docx": docx()}), "压缩包里的文件名不正常"),
        ("材料.zip", zipped({"C:\\a.docx": docx()}), "压缩包里的文件名不正常"),
        ("材料.zip", zipped({f"{n}.docx": bytes(40_000_000) for n in range(2)}), "压缩包里有文件是空文件"),
        ("材料.zip", zipped({"a.docx": b"x" + bytes(70_000_000)}), "压缩包里有文件太大"),
        ("材料.zip", zipped({f"{n}.txt": b"x" for n in range(1001)}), "是过大或已损坏的压缩包"),
    ],
)
def test_it_says_why_a_person_must_look(name: str, data: bytes, why: str) -> None:
    assert looked(name, data) == Looked(Sort.DOUBTFUL, why)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("报送日程.ics", "application/octet-stream"),
        ("a", "text/calendar"),
        ("张三.vcf", "text/plain"),
        ("ATT00001.htm", "text/html"),
        ("ATT00002.txt", "text/plain"),
        ("~$报告.docx", "application/octet-stream"),
        ("Thumbs.db", "application/octet-stream"),
        (".DS_Store", "application/octet-stream"),
        ("smime.p7s", "application/octet-stream"),
        ("signature.asc", "application/pgp-signature"),
        ("image001.png", "image/png"),
        ("邮件安全提示.txt", "text/plain"),
        ("免责声明.pdf", "application/pdf"),
        ("病毒扫描报告.html", "text/html"),
        ("Disclaimer.txt", "text/plain"),
    ],
)
def test_it_knows_what_mail_programs_add(name: str, kind: str) -> None:
    assert looked(name, b"x", kind) == Looked(Sort.ADDED)


def test_it_names_what_is_in_an_archive_from_chinese_windows() -> None:
    found = looked("材料.zip", zipped({"报告/报告.doc": ole(), "照片.jpg": JPEG}, gbk=True))
    assert found == Looked(Sort.DOCUMENT, inside=("报告/报告.doc", "照片.jpg"))
    assert looked("材料.zip", zipped({"1.jpg": JPEG, "2.png": PNG})).sort is Sort.PICTURE
    assert looked("材料.zip", zipped({"1.mp4": b"video"})).sort is Sort.OTHER
    assert looked("材料.zip", zipped({"报告.ofd": ofd(), "a.csv": csv(), "b.pptx": pptx()})).sort is Sort.DOCUMENT


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_it_unpacks_only_what_windows_packs(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("a.docx", docx())
    assert looked("材料.zip", packed.getvalue()) == Looked(Sort.DOUBTFUL, "压缩包里有文件打不开")


def test_it_has_one_budget_for_all_archives_of_a_mail() -> None:
    archive = Attachment("材料.zip", "application/zip", zipped({"a.docx": docx()}))
    budget = Budget(unpacked=2 * len(docx()) + 10, archives=3)
    assert [look(archive, budget).why for _ in range(4)] == [
        "",
        "",
        "压缩包里有文件太大",
        "是又一个压缩包，太多了没有打开",
    ]


def test_it_refuses_a_member_whose_name_begins_with_nul() -> None:
    data = zipped({"abc.docx": docx()}).replace(b"abc.docx", b"\0bc.docx")
    assert looked("材料.zip", data).sort is Sort.DOUBTFUL


def test_it_unpacks_no_more_than_it_needs() -> None:
    """A member that says it is small and is not, and one of which only the beginning is looked at."""
    bomb = zipped({"a.jpg": JPEG + bytes(200_000_000)})
    assert len(bomb) < 1_000_000
    assert looked("照片.zip", bomb).sort is Sort.PICTURE
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        assert archive.infolist()[0].file_size > 200_000_000


NAMES = st.sampled_from(["a.docx", "a.doc", "a.xls", "a.zip", "a.pdf", "a.jpg", "a.csv", "a", "a.rar", "winmail.dat"])
STARTS = st.sampled_from([b"", docx(), ole(), sealed_xls(), pdf(), zipped({"a.docx": docx(), "b.xls": ole()}), PNG])


@given(name=NAMES, start=STARTS, cuts=st.lists(st.tuples(st.integers(0, 6000), st.binary(max_size=9)), max_size=6))
def test_it_makes_something_of_any_bytes(name: str, start: bytes, cuts: list[tuple[int, bytes]]) -> None:
    data = bytearray(start)
    for at, junk in cuts:
        data[at : at + len(junk)] = junk
    assert looked(name, bytes(data)).sort in Sort
    assert looked(name, bytes(data[: len(data) // 2])).sort in Sort
    content_of(bytes(data))
