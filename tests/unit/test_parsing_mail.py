"""What is made of mails in the shapes that Chinese clients give them, and of no mails at all."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuibao.incoming import Mail
from cuibao.mailbox import parse
from cuibao.times import SHANGHAI
from tests import mails
from tests.mails import LETTER, OFFICE, PNG, SENDER, XLSX, File, cut_words, mail, multipart, part, text_part, word

ARRIVED = datetime(2022, 7, 25, 9, 0, tzinfo=SHANGHAI)
NAME = "信丰县嘉定镇“打非治违”7月报表（终稿）.xlsx"


def read(raw: bytes) -> Mail:
    found = parse(raw, ARRIVED)
    assert found.unread == ""
    assert found.raw is raw
    return found


def test_it_reads_a_plain_report() -> None:
    found = read(mail(name="钟主任", subject="嘉定7月报表", text="请查收。", files=[File(NAME)], message_id="<1@x>"))
    assert (found.senders, found.sender, found.sender_name) == ((SENDER,), SENDER, "钟主任")
    assert (found.subject, found.text) == ("嘉定7月报表", "请查收。")
    assert (found.message_id, found.arrived_at, found.references) == ("<1@x>", ARRIVED, ())
    assert [(each.name, each.data, each.inline) for each in found.attachments] == [(NAME, XLSX, False)]
    assert (found.machine, found.bulk, found.bounce, found.links) == ("", "", None, ())
    assert not found.oversized


def test_it_knows_a_mail_by_its_header_block() -> None:
    raw = mail()
    head = raw[: raw.index(b"\r\n\r\n") + 4]
    assert read(raw).identity == hashlib.sha256(head).hexdigest() == read(head + b"another body").identity


@pytest.mark.parametrize(
    "subject",
    [
        word("七月报表", "gb2312"),
        word("七月报表", "GBK", "Q"),
        word("七月报表", "gb18030"),
        word("七月报表", "utf-8"),
        word("七月", "gbk") + "\r\n " + word("报表", "utf-8"),
        word("七月", "gbk") + word("报表", "gbk"),
        cut_words("七月报表", "gbk", 3),
        cut_words("七月报表", "utf-8", 4),
        "七月报表".encode(),
        "七月报表".encode("gbk"),
        word("七月报表", "gbk").replace("gbk", "utf-8"),
        word("七月报表", "utf-8").replace("utf-8", "gb2312"),
        word("七月报表", "gbk").replace("gbk", "iso-8859-1"),
        word("七月报表", "gbk").replace("gbk", "x-klingon"),
        word("七月报表", "gbk").replace("=?gbk?", "=?gb2312*zh-CN?"),
        word("七月报表", "utf-8").replace("?=", "!?="),
    ],
)
def test_it_reads_a_subject_however_it_is_encoded(subject: str | bytes) -> None:
    assert read(mail(fields={"Subject": subject})).subject == "七月报表"


def test_it_reads_characters_that_gb2312_does_not_have() -> None:
    assert read(mail(fields={"Subject": word("镕基、囍", "gbk").replace("gbk", "gb2312")})).subject == "镕基、囍"


@pytest.mark.parametrize("naming", ["rfc2231", "words", "both", "raw"])
def test_it_reads_a_name_however_it_is_written(naming: Any) -> None:
    assert [each.name for each in read(mail(files=[File(NAME, naming=naming)])).files] == [NAME]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b"attachment; filename*0*=gb2312''%B1%A8; filename*1*=%B1%ED; filename*2=.xls", "报表.xls"),
        (b"attachment; filename*1*=%E8%A1%A8.xls; filename*0*=UTF-8''%E6%8A%A5", "报表.xls"),
        (b"attachment; filename=\"????.xls\"; filename*=utf-8''%E6%8A%A5%E8%A1%A8.xls", "报表.xls"),
        ('attachment; filename="' + cut_words("报表汇总.xls", "gbk", 3) + '"', "报表汇总.xls"),
        ("attachment; filename=报表 汇总.xls".encode("gbk"), "报表 汇总.xls"),
        ('attachment; filename="关于"打非"的通知.doc"; size=3'.encode(), '关于"打非"的通知.doc'),
        ('attachment; filename="报表;七月.xls"'.encode(), "报表;七月.xls"),
        ('attachment; filename="没有收尾.xls'.encode("gbk"), "没有收尾.xls"),
        (b'attachment; filename="../../etc/x\0y\r.xls"', "../../etc/xy.xls"),
        (rb'attachment; filename="C:\reports\x.xls"', r"C:\reports\x.xls"),
        (b"attachment", "未命名.pdf"),
    ],
)
def test_it_reads_a_name_from_the_disposition(disposition: str | bytes, name: str) -> None:
    raw = disposition if isinstance(disposition, bytes) else disposition.encode()
    body = multipart("mixed", text_part("见附件"), part("application/pdf", XLSX, b"Content-Disposition: " + raw))
    assert [each.name for each in read(_headed(body)).files] == [name]


def test_it_takes_the_name_that_was_not_garbled() -> None:
    body = part(f'application/x; name="{word("报表.xls")}"', XLSX, 'Content-Disposition: attachment; filename="??.xls"')
    assert [each.name for each in read(_headed(multipart("mixed", body))).files] == ["报表.xls"]


def test_it_decodes_base64_with_junk_in_it() -> None:
    junk = b"UEsDBCBh\r\n!! IHdvcmti\r\nb29r\r\n=="
    body = part('application/x; name="a.xls"', junk, encoding="7bit").replace(b"7bit", b"base64")
    assert read(_headed(multipart("mixed", body))).files[0].data == b"PK\x03\x04 a workbook"


def test_it_keeps_an_attached_mail_byte_for_byte() -> None:
    inner = mail(subject="七月报表", files=[File("里面的.xls")])
    body = multipart("mixed", text_part("见附件"), part("message/rfc822", inner, encoding="8bit"))
    (file,) = read(_headed(body)).files
    assert (file.name, file.type, file.data) == ("七月报表.eml", "message/rfc822", inner)


def test_it_tells_pictures_in_the_text_from_files() -> None:
    page = text_part('<p>见下图<img src="cid:logo@x"></p>', kind="html")
    files = [
        File("logo.png", PNG, "image/png", content_id="logo@x"),
        File("shot.png", PNG, "image/png", inline=True),
        File("scan.jpg", PNG, "image/jpeg", content_id="unused@x"),
        File("report.pdf", XLSX, "application/pdf", inline=True),
    ]
    found = read(_headed(multipart("related", page, *map(mails.file_part, files))))
    assert [each.name for each in found.files] == ["scan.jpg", "report.pdf"]
    assert len(found.attachments) == 4


def test_it_leaves_signatures_out_and_keeps_winmail_and_invitations() -> None:
    body = multipart(
        "mixed",
        text_part("见附件"),
        part('application/ms-tnef; name="winmail.dat"', b"\x78\x9f\x3e\x22"),
        part('application/pgp-signature; name="signature.asc"', b"-----BEGIN"),
        part('application/pkcs7-signature; name="smime.p7s"', b"0"),
        part("text/calendar; method=REQUEST", b"BEGIN:VCALENDAR"),
    )
    found = read(_headed(body))
    assert [(each.name, each.type) for each in found.files] == [("winmail.dat", "application/ms-tnef")]
    assert [each.name for each in found.attachments] == ["winmail.dat", "未命名.ics"]


def test_it_reads_a_body_of_html_alone() -> None:
    page = "<head><style>p{}</style><title>x</title></head><p>您好：</p><p>见&nbsp;附件 &lt;1&gt;</p><script>1</script>"
    assert read(_headed(text_part(page, "gb2312", "html"))).text == "您好：\n\n见 附件 <1>"


@pytest.mark.parametrize("style", ["qq", "foxmail", "netease", "outlook", "gmail"])
def test_it_parts_an_answer_from_what_it_quotes(style: Any) -> None:
    found = read(mail(text="我镇已报送。", quoting="请于7月25日前报送", in_reply_to=LETTER, style=style))
    assert found.text == "我镇已报送。"
    assert found.references == (LETTER,)


@pytest.mark.parametrize(
    "page",
    [
        "<div>已报送。</div><blockquote>请报送<blockquote>更早</blockquote>还有</blockquote>",
        "<div>已报送。</div><includetail><div>请报送</div></includetail>",
        '<div>已报送。</div><div id="divRplyFwdMsg">发件人</div><div>请报送</div>',
        '<div>已报送。</div><div class="gmail_quote"><div>On</div><div>请报送</div></div>',
        "<div>已报送。</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>请报送</div>",
    ],
)
def test_it_parts_the_quotation_of_a_page(page: str) -> None:
    assert read(_headed(text_part(page, kind="html"))).text == "已报送。"


def test_it_keeps_own_words_below_and_between_quoted_lines() -> None:
    text = "在 2022-07-25 08:30:00，安委办写道：\n> 请报送\n> 七月报表\n已报送。"
    assert read(mail(text=text)).text == "已报送。"


def test_it_parts_what_is_forwarded() -> None:
    assert read(mails.forwarded("七月报表在此")).text == "转发，请处理。"


def test_it_takes_no_report_for_a_quotation() -> None:
    text = "发件人很重要。\n在2022年7月25日前，我镇已开展检查。\n- 检查企业 12 家\n----------\n主题：打非治违"
    assert read(mail(text=text)).text == text


@pytest.mark.parametrize(
    ("given", "senders", "name"),
    [
        ("Liaison@JIADING.gov.cn", (SENDER,), ""),
        (f"<{SENDER}>", (SENDER,), ""),
        (f"{SENDER} (嘉定, 镇)", (SENDER,), ""),
        (f'"leader@town.gov.cn" <{SENDER}>', (SENDER,), "leader@town.gov.cn"),
        (f"leader@town.gov.cn <{SENDER}>", (SENDER,), "leader@town.gov.cn"),
        (f'"钟, 主任" <{SENDER}>', (SENDER,), "钟, 主任"),
        (f"{word('钟主任', 'gbk')} <{SENDER}>", (SENDER,), "钟主任"),
        (word(f"钟主任 <{SENDER}>", "gbk"), (SENDER,), "钟主任"),
        (f"a@x.cn, {SENDER}", ("a@x.cn", SENDER), ""),
        (f"各镇: a@x.cn, <{SENDER}>;", ("a@x.cn", SENDER), ""),
        ("undisclosed-recipients:;", (), ""),
        ("钟主任", (), ""),
        ("", (), ""),
    ],
)
def test_it_reads_every_sender(given: str, senders: tuple[str, ...], name: str) -> None:
    found = read(mail(fields={"From": given}))
    assert (found.senders, found.sender_name) == (senders, name)
    assert found.sender == (senders[0] if len(senders) == 1 else "")


def test_it_reads_a_name_in_raw_gbk() -> None:
    assert read(mail(fields={"From": "钟主任".encode("gbk") + f" <{SENDER}>".encode()})).sender_name == "钟主任"


def test_it_sees_both_of_two_from_headers() -> None:
    found = read(mail(extra=["From: forged@evil.cn"]))
    assert (found.senders, found.sender) == (("forged@evil.cn", SENDER), "")


def test_it_lists_references_from_the_newest_on() -> None:
    fields: dict[str, str | bytes] = {"In-Reply-To": "<c@x> 于", "References": "<a@x>\r\n <b@x> junk <c@x>"}
    assert read(mail(fields=fields)).references == ("<c@x>", "<b@x>", "<a@x>")


@pytest.mark.parametrize(
    ("raw", "machine"),
    [
        (mails.out_of_office(), "自动回复"),
        (mails.out_of_office(by_header=False), "自动回复"),
        (mails.out_of_office(by_header=False, subject="Automatic reply: 催报函", text="x"), "自动回复"),
        (mails.out_of_office(by_header=False, subject="Re:催报函", text="您好，您的邮件我已收到。"), "自动回复"),
        (mails.out_of_office(by_header=False, subject="回复", text="我正在休假，无法及时回复。"), "自动回复"),
        (mails.read_receipt(), "已读回执"),
        (mail(extra=["Auto-Submitted: auto-generated"]), "系统自动发出的邮件"),
        (mail(extra=["Precedence: auto_reply"]), "自动回复"),
        (mail(extra=["Auto-Submitted: no"]), ""),
        (mail(extra=["X-Auto-Response-Suppress: All"]), ""),
        (mail(text="您好，您的邮件我已收到，现报送7月报表：无新增。"), ""),
        (mail(text="我正在外出，报表见附件。", files=[File("a.xls")]), ""),
        (mail(subject="自动回复：催报函", files=[File("a.xls")]), ""),
        (mail(text="本镇企业安装自动回复装置 12 台。" * 3), ""),
    ],
)
def test_it_knows_a_machine(raw: bytes, machine: str) -> None:
    assert read(raw).machine == machine


@pytest.mark.parametrize(
    ("line", "bulk"),
    [
        ("List-Id: <news.x.cn>", "邮件列表"),
        ("List-Unsubscribe: <mailto:x@x.cn>", "可退订的群发邮件"),
        ("Precedence: bulk", "群发邮件"),
        ("X-Mailer: Foxmail 7", ""),
    ],
)
def test_it_knows_a_mail_for_many(line: str, bulk: str) -> None:
    assert read(mail(extra=[line])).bulk == bulk


GONE = "nobody@jiading.gov.cn"


@pytest.mark.parametrize(
    "raw",
    [
        mails.bounce(LETTER, [GONE]),
        mails.bounce(LETTER, [GONE], returned="headers"),
        mails.bounce_qq(LETTER, GONE),
        mails.bounce_netease(LETTER, GONE),
    ],
    ids=["standard", "headers", "qq", "163"],
)
def test_it_reads_a_bounce(raw: bytes) -> None:
    found = read(raw)
    assert found.bounce is not None
    assert (found.bounce.message_ids[0], found.bounce.addresses) == (LETTER, (GONE,))
    assert "550" in found.bounce.detail
    assert found.machine == "退信"


def test_it_names_the_address_that_was_written_to_first() -> None:
    found = read(mails.bounce(LETTER, ["inner@mx.cn"], original=GONE, returned="none")).bounce
    assert found is not None
    assert (found.message_ids, found.addresses) == ((), (GONE, "inner@mx.cn"))


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_it_takes_no_delay_for_a_bounce(action: str) -> None:
    found = read(mails.bounce(LETTER, [GONE], action=action))
    assert (found.bounce, found.machine) == (None, "投递状态通知")


def test_it_takes_no_person_who_writes_of_a_bounce_for_one() -> None:
    found = read(mail(subject="退信", text=f"发给 {GONE} 的邮件被退信了，请核对。"))
    assert (found.bounce, found.machine) == (None, "")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("超大附件：https://mail.qq.com/cgi-bin/ftnExs_download?k=1&code=2 。", 1),
        ("https://wx.mail.qq.com/ftn/download?func=3&key=1，请下载", 1),
        ("https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE", 1),
        ("https://dashi.163.com/html/cloud-attachment-download/?key=1", 1),
        ("链接: https://pan.baidu.com/s/1abc 提取码: 1234", 1),
        ("从云附件下载：\nhttp://files.jiading.gov.cn/a?b=1", 1),
        ("见 http://www.jiading.gov.cn/ 首页", 0),
        ("来自网易邮箱大师 https://mail.163.com/dashi/dlpro.html?from=mail88", 0),
    ],
)
def test_it_finds_transfer_stations(text: str, links: int) -> None:
    assert len(read(mail(text=text)).links) == links


def test_it_finds_the_link_behind_the_words_of_a_page() -> None:
    page = '<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=1">进入下载页面</a>'
    assert read(mail(text="见附件", page=page)).links == ("https://wx.mail.qq.com/ftn/download?func=3&key=1",)


def test_it_reads_a_big_attachment_whole() -> None:
    data = bytes(range(256)) * 36_864
    assert read(mail(files=[File(NAME, data, naming="raw")])).files[0].data == data


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"no header at all",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a",
        b"Content-Type: multipart/mixed\r\n\r\ntext",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
        + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 99,
        b"Content-Type: text/html\r\n\r\n<![foo[<b>x</b>",
        b"Content-Type: text/html; charset=utf-16\r\n\r\nx",
        b"Content-Type: text/html; charset=base64\r\n\r\n\x80",
        b'Content-Type: text/plain; charset="\xff\0"\r\n\r\n\xd2\xbb',
    ],
)
def test_it_makes_something_of_anything(raw: bytes) -> None:
    read(raw)


def test_it_takes_no_answer_that_quotes_a_letter_for_a_bounce() -> None:
    quoting = "贵单位报表已退回，请重报"
    found = read(mail(text="我正在休假。", quoting=quoting, extra=["Return-Path: <>"], style="outlook"))
    assert (found.bounce, found.machine) == (None, "自动回复")


SHAPES = [
    mail(name="钟主任", subject="七月报表", style="qq", quoting="请报送", files=[File(NAME, naming="both")]),
    mail(style="netease", quoting="请报送", files=[File(NAME, naming="raw")]),
    mails.bounce(LETTER, [GONE]),
    mails.bounce_qq(LETTER, GONE),
    mails.out_of_office(),
]


@settings(max_examples=300)
@given(
    st.sampled_from(SHAPES),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=12)), max_size=8),
)
def test_it_never_raises_for_a_damaged_mail(raw: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for start, length, filling in cuts:
        raw = raw[:start] + filling + raw[start + length :]
    found = read(raw)
    str(found).encode()  # no half characters


@settings(max_examples=200)
@given(st.binary(max_size=600), st.sampled_from(["", "From", "Subject", "Content-Type", "Content-Disposition"]))
def test_it_never_raises_for_bytes(junk: bytes, name: str) -> None:
    str(read((f"{name}: ".encode() if name else b"") + junk)).encode()


def _headed(body: bytes) -> bytes:
    return f"From: {SENDER}\r\nTo: {OFFICE}\r\nSubject: x\r\n".encode() + b"MIME-Version: 1.0\r\n" + body
