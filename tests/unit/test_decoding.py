"""From bytes to text and files, as clients have really written them, and their neighbours that mean something else."""

import base64
import binascii
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibao.incoming import Mail
from cuibao.mailbox import parse
from cuibao.mailbox.base64 import decoded
from cuibao.mailbox.decoding import percent_decoded, text_of
from cuibao.times import SHANGHAI
from tests.mails import File, mail, multipart, part, text_part, word

ARRIVED = datetime(2022, 7, 25, 9, 0, tzinfo=SHANGHAI)


def read(raw: bytes) -> Mail:
    found = parse(raw, ARRIVED)
    assert found.unread == ""
    return found


def b64(data: bytes) -> bytes:
    return base64.b64encode(data)


@pytest.mark.parametrize(
    ("written", "data"),
    [
        (b64(b"report a!") + b"\r\n" + b64(b"b"), b"report a!b"),
        (b64(b"a!") + b"\r\n" + b64(b"b"), b"a!b"),
        (b64(b"a") + b"\r\n" + b64(b"bc") + b"\r\n" + b64(b"def") + b"\r\n" + b64(b"g"), b"abcdefg"),
        (b64(b"a") + b64(b"bc") + b64(b"def"), b"abcdef"),
        (b64(b"a") + b"\r\n!!\r\n" + b64(b"bc"), b"abc"),
        (b64(b"ab").replace(b"=", b" =\r\n") + b64(b"cd").rstrip(b"="), b"abcd"),
        (b"YW\r\nJj\r\nZA\r\n=\r\n=\r\nZQ==", b"abcde"),
        (b64(b"a") + b"\r\n-- \r\nThis mail was checked by a gateway\r\n", b"a"),
        (b64(b"ab") + b"\r\n_____\r\nhttp://lists.example/list\r\n", b"ab"),
        (b64(b"ab") + "\r\n本邮件已通过安全检查\r\n".encode(), b"ab"),
        (b"UEsDBCBh\r\n!! IHdvcmti\r\nb29r\r\n==", b"PK\x03\x04 a workbook"),
        (base64.urlsafe_b64encode(bytes(range(190, 256))), bytes(range(190, 256))),
        (b"YWJjZA", b"abcd"),
        (b"YWJjZ", b"abc"),
        (b"=YWJj", b"abc"),
        (b"YWJjZ=GVm", b"abcdef"),
        (b"====", b""),
        (b"", b""),
    ],
)
def test_it_reads_base64_to_its_end(written: bytes, data: bytes) -> None:
    assert decoded(written) == data
    body = part("application/x", written, encoding="7bit").replace(b"7bit", b"base64")
    assert read(b"Subject: x\r\n" + multipart("mixed", body)).attachments[0].data == data


@given(st.lists(st.binary(max_size=40), max_size=8), st.sampled_from([b"", b"\n", b"\r\n", b"\r\n\r\n", b" \t\r\n"]))
def test_it_reads_any_pieces_that_are_padded_each(pieces: list[bytes], between: bytes) -> None:
    assert decoded(between.join(map(b64, pieces))) == b"".join(pieces)


@given(st.binary(max_size=200), st.integers(1, 90), st.sampled_from([b"\r\n", b"\n", b"\r", b" "]))
def test_it_reads_base64_in_lines_of_any_length(data: bytes, length: int, end: bytes) -> None:
    written = b64(data)
    assert decoded(end.join(written[at : at + length] for at in range(0, len(written), length))) == data


@given(st.binary(max_size=300))
def test_it_never_raises_for_what_is_no_base64(data: bytes) -> None:
    decoded(data)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("%E5%98%89%E5%AE%9A%E9%95%87.docx", "嘉定镇.docx"),
        ("%e5%98%89%e5%ae%9a.docx", "嘉定.docx"),
        ("%BC%CE%B6%A8.doc", "嘉定.doc"),
        ("%86%B4.doc", "喆.doc"),
        ("7%E6%9C%88%20%E6%8A%A5%E8%A1%A8.xls", "7月 报表.xls"),
        ("100%25%E5%AE%8C%E6%88%90.docx", "100%完成.docx"),
        ("caf%C3%A9.doc", "café.doc"),
        ("100%完成.docx", "100%完成.docx"),
        ("100%E5完成.docx", "100%E5完成.docx"),
        ("50%25", "50%25"),
        ("50%25.docx", "50%25.docx"),
        ("a%20b.docx", "a%20b.docx"),
        ("up 5% E5%98%89.doc", "up 5% E5%98%89.doc"),
        ("%E5%98%8", "%E5%98%8"),
        ("%FF%98.doc", "%FF%98.doc"),
        ("caf%E9.doc", "caf%E9.doc"),
        ("%00%E5%98%89.doc", "%00%E5%98%89.doc"),
        ("%E5%98%89%0D%0Ax.doc", "%E5%98%89%0D%0Ax.doc"),
        ("%", "%"),
        ("", ""),
    ],
)
def test_it_decodes_a_name_that_is_written_as_a_part_of_a_url(written: str, name: str) -> None:
    assert percent_decoded(written) == name
    if written:
        for line in (f'Content-Disposition: attachment; filename="{written}"', f'Content-Type: a/b; name="{written}"'):
            body = multipart("mixed", text_part("见附件"), f"{line}\r\n\r\nx".encode())
            assert [each.name for each in read(b"Subject: x\r\n" + body).files] == [name]


@pytest.mark.parametrize(
    "text",
    [
        *("喆", "李喆", "镕", "朱镕基", "囍", "王玥", "刘赟", "陈堃", "张昇", "嘉定镇7月报表(喆).docx", "㙓", "𠮷"),
        *(
            "报送材料",
            "报表.xls",
            "安全",
            "刘",
            "CT室",
            "A座B室",
            "T恤",
            "A股",
            "VIP客户",
            "第3季度报表",
            "7月",
            "附件1：喆",
        ),
    ],
)
@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO_8859-1", "windows-1252", "iso-8859-15"])
def test_it_reads_chinese_that_is_called_western(text: str, charset: str) -> None:
    assert text_of(text.encode("gb18030"), charset) == text


@pytest.mark.parametrize(
    "text",
    [
        *("Café Müller", "Müller", "Jürgen Große", "São Paulo", "ação", "Informação", "INFORMAÇÃO", "Ñúñez", "École"),
        *("ÉCOLE", "naïve", "résumé_2022.doc", "20°C", "«été»", "“État”", "It’s", "cœur", "Œuvre", "señor", "l´été"),
        *(
            "Köln straße",
            "coração São",
            "Björk Guðmundsdóttir",
            "CAFÉ MÜLLER",
            "Gödel’s théorème",
            "Fußgängerübergänge",
        ),
    ],
)
def test_it_leaves_western_text_western(text: str) -> None:
    assert text_of(text.encode("cp1252"), "windows-1252") == text
    if "“" not in text and "’" not in text and "œ" not in text.lower():
        assert text_of(text.encode("latin-1"), "iso-8859-1") == text


def test_it_reads_such_a_subject_a_body_and_a_name() -> None:
    western = word("李喆报送的材料", "gb18030").replace("gb18030", "iso-8859-1")
    body = text_part("李喆：您好", "gb18030").replace(b"gb18030", b"iso-8859-1")
    name = "Content-Disposition: attachment; filename*=iso-8859-1''%C0%EE%86%B4.doc"
    found = read(f"Subject: {western}\r\n".encode() + multipart("mixed", body, part("a/b", b"x", name)))
    assert (found.subject, found.text, found.files[0].name) == ("李喆报送的材料", "李喆：您好", "李喆.doc")


BINARY = bytes(range(256)) * 3 + b"\r\n--almost\r\n\n\n\r\r\n.\r\n \t\r\n"


# In 8bit a server may write another line's end, and no NUL.
PLAIN = bytes(range(1, 256)).replace(b"\n", b"") + b"\r\n--almost\r\n\r\nx\ry\r\n.\r\n \t\r\n"
ENCODED = [
    ("base64", base64.encodebytes(BINARY), BINARY),
    ("base64", b"\r\n ".join(b64(BINARY[at : at + 31]) for at in range(0, len(BINARY), 31)), BINARY),
    ("Base64 ", b64(BINARY), BINARY),
    ("quoted-printable", binascii.b2a_qp(BINARY, quotetabs=True, istext=False).replace(b"=\n", b"=\r\n"), BINARY),
    ("quoted-printable", "=\r\n".join(f"={byte:02x}" for byte in BINARY).encode(), BINARY),
    ("8bit", PLAIN, PLAIN),
    ("binary", PLAIN, PLAIN),
    ("", PLAIN, PLAIN),
]


@pytest.mark.parametrize(
    ("encoding", "written", "data"), [*ENCODED, ("8bit", BINARY, BINARY), ("binary", BINARY, BINARY)]
)
def test_a_file_has_the_bytes_that_were_encoded(encoding: str, written: bytes, data: bytes) -> None:
    head = f"Content-Type: application/octet-stream; name=a.doc\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    (file,) = read(b"Subject: x\r\n" + multipart("mixed", text_part("见附件"), head.encode() + written)).files
    assert file.data == data


@given(st.binary(max_size=400))
def test_a_file_in_8bit_has_its_own_bytes(data: bytes) -> None:
    head = b"Content-Type: a/b; name=a.doc\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    (file,) = read(b"Subject: x\r\n" + multipart("mixed", head + data)).files
    assert file.data == data


def test_the_files_of_a_mail_are_named_and_whole_in_every_way_of_writing() -> None:
    files = [File("报表一.xls", bytes(range(256)) * 100, naming=way) for way in ("rfc2231", "words", "both", "raw")]
    assert [(each.name, each.data) for each in read(mail(files=files)).files] == [
        (each.name, each.data) for each in files
    ]
