"""Mails as bytes, in the shapes that Chinese clients really give them.

    mail(sender="liaison@jiading.gov.cn", subject="七月报表", text="见附件", files=[File("报表.xlsx", XLSX)])
    mail(style="qq", in_reply_to=letter_id, quoting="请于25日前报送")    # answered as QQ Mail, Foxmail, NetEase … do
    bounce(letter_id, ["nobody@jiading.gov.cn"])                          # RFC 3464; `bounce_qq`, `bounce_netease`
    out_of_office(); read_receipt(); forwarded(...)

Everything not given is that of an honest mail of 25 July 2022. `extra` are further header lines, put on top as servers
do, and `fields` replaces a header by its name; so any shape can be made by hand, raw bytes included.
"""

import base64
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from itertools import count
from typing import Literal
from urllib.parse import quote

from tests.documents import PNG, content, docx, ole, pdf, xlsx

__all__ = ["PNG", "content", "docx", "ole", "pdf", "xlsx"]

OFFICE = "xfxawb@sina.com"
SENDER = "liaison@jiading.gov.cn"
SENT_AT = datetime(2022, 7, 25, 8, 30, tzinfo=timezone(timedelta(hours=8)))
LETTER = "<xinfeng-2022.20220725.jiading@cuibao.sina.com>"
AUTHSERV = "mx.sina.com"

Style = Literal["plain", "qq", "foxmail", "netease", "outlook", "gmail"]
# How a client writes names of files: RFC 2231, encoded-words within quotes, both, or bytes as they are.
Naming = Literal["rfc2231", "words", "both", "raw"]
_NAMING: dict[Style, Naming] = {
    "plain": "rfc2231",
    "qq": "words",
    "foxmail": "words",
    "netease": "words",
    "outlook": "words",
    "gmail": "both",
}
_CHARSET: dict[Style, str] = {
    "plain": "utf-8",
    "qq": "gb18030",
    "foxmail": "gb2312",
    "netease": "gbk",
    "outlook": "gb2312",
    "gmail": "utf-8",
}
_numbers = count(1)


XLSX = xlsx()


@dataclass(frozen=True)
class File:
    """A file of a mail; `data` None for what its name promises; `content_id` and `inline` for pictures within the text;
    `naming` None for the client's way."""

    name: str
    data: bytes | None = None
    type: str = "application/octet-stream"
    content_id: str = ""
    inline: bool = False
    naming: Naming | None = None


def word(text: str, charset: str = "utf-8", way: Literal["B", "Q"] = "B") -> str:
    """`text` as one encoded-word (RFC 2047), however long."""
    data = text.encode(charset)
    if way == "Q":
        return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in data)}?="
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


def cut_words(text: str, charset: str, size: int) -> str:
    """`text` as encoded-words of `size` bytes each, cut wherever that falls, as old QQ and Foxmail do."""
    data = text.encode(charset)
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def mail(
    *,
    sender: str = SENDER,
    name: str = "",
    to: str | Sequence[str] = OFFICE,
    subject: str = "报送材料",
    text: str = "您好，现报送材料，请查收。",
    page: str | None = None,
    quoting: str = "",
    files: Sequence[File] = (),
    in_reply_to: str = "",
    references: Sequence[str] = (),
    message_id: str | None = None,
    sent_at: datetime = SENT_AT,
    style: Style = "plain",
    fields: dict[str, str | bytes] | None = None,
    extra: Sequence[str | bytes] = (),
    vouched: bool = True,
) -> bytes:
    """A person's mail as `style` makes it; `page` is its HTML (QQ and NetEase write one from `text`), `quoting` what
    it answers, in that client's manner. The mailbox's server has found it to be from whom it says, unless `extra` holds
    another word of its, or it is not `vouched` for."""
    charset = _CHARSET[style]
    given: dict[str, str | bytes] = {
        "From": f'"{word(name, charset)}" <{sender}>' if name else f"<{sender}>",
        "To": to if isinstance(to, str) else ", ".join(to),
        "Subject": word(subject, charset) if not subject.isascii() else subject,
        "Date": format_datetime(sent_at),
        "Message-ID": message_id or f"<tencent_{next(_numbers):08X}@client.example>",
    }
    if in_reply_to:
        given |= {"In-Reply-To": in_reply_to, "References": " ".join([*references, in_reply_to])}
    elif references:
        given["References"] = "\r\n ".join(references)
    given |= fields or {}
    body = _body(text, page, quoting, style)
    if files:
        body = multipart("mixed", body, *(file_part(each, _NAMING[style], charset) for each in files))
    if vouched and not any(b"authentication-results" in _bytes(line).lower() for line in extra):
        extra = [passed(sender), *extra]
    lines = [*extra, *((f"{key}: ".encode() + _bytes(value)) for key, value in given.items() if value)]
    return b"\r\n".join(map(_bytes, lines)) + b"\r\nMIME-Version: 1.0\r\n" + body


def multipart(kind: str, *parts: bytes, parameters: str = "") -> bytes:
    """A multipart of whole parts, with its own header lines."""
    boundary = f"----=_NextPart_{next(_numbers):06X}"
    head = f'Content-Type: multipart/{kind};{parameters}\r\n\tboundary="{boundary}"\r\n\r\n'
    inner = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return (
        head.encode() + b"This is a multi-part message in MIME format.\r\n\r\n" + inner + f"--{boundary}--\r\n".encode()
    )


def part(type: str | bytes, data: bytes, *lines: str | bytes, encoding: str = "base64") -> bytes:
    """One part with its header lines."""
    head = [b"Content-Type: " + _bytes(type), f"Content-Transfer-Encoding: {encoding}", *lines]
    body = base64.encodebytes(data).replace(b"\n", b"\r\n") if encoding == "base64" else data
    return b"\r\n".join(map(_bytes, head)) + b"\r\n\r\n" + body


def text_part(text: str, charset: str = "utf-8", kind: str = "plain") -> bytes:
    """A text as one part."""
    return part(f'text/{kind}; charset="{charset}"', text.encode(charset, "xmlcharrefreplace"))


def file_part(file: File, naming: Naming = "rfc2231", charset: str = "utf-8") -> bytes:
    """A file as one part, its name written in that way."""
    where, named = _named(file.name, file.naming or naming, charset)
    disposition = b"inline" if file.inline else b"attachment"
    lines = [b"Content-Disposition: " + disposition + b";\r\n\t" + _bytes(where)]
    if file.content_id:
        lines.append(f"Content-ID: <{file.content_id}>".encode())
    data = content(file.name) if file.data is None else file.data
    return part(file.type.encode() + (b";\r\n\t" + _bytes(named) if named else b""), data, *lines)


def forwarded(inner_text: str, *, inner_sender: str = "town@jiading.gov.cn", own: str = "转发，请处理。") -> bytes:
    """A mail passed on as NetEase does, the one passed on within its text."""
    head = f"发件人：{inner_sender}\n发送日期：2022-07-24 09:00:00\n收件人：{SENDER}\n主题：七月报表"
    text = f"{own}\n\n-------- 转发邮件信息 --------\n{head}\n{inner_text}"
    return mail(text=text, subject="转发：七月报表", style="netease")


def out_of_office(
    *, by_header: bool = True, subject: str = "自动回复：催报函", text: str = "您好，我正在休假。"
) -> bytes:
    """An automatic answer, marked as such (RFC 3834) or by its words alone."""
    return mail(
        subject=subject, text=text, in_reply_to=LETTER, extra=["Auto-Submitted: auto-replied"] if by_header else []
    )


def read_receipt() -> bytes:
    """A disposition notification (RFC 8098)."""
    body = multipart(
        "report",
        text_part("您的邮件已被阅读。"),
        part("message/disposition-notification", b"Disposition: manual-action; displayed\r\n", encoding="7bit"),
        parameters=" report-type=disposition-notification;",
    )
    return _headed({"From": SENDER, "To": OFFICE, "Subject": word("已读：催报函")}, body)


def bounce(
    letter: str,
    addresses: Sequence[str],
    *,
    action: str = "failed",
    original: str = "",
    returned: Literal["message", "headers", "none"] = "message",
    diagnostic: str = "smtp; 550 5.1.1 User unknown",
) -> bytes:
    """A delivery report by the standard (RFC 3464), with the letter or its headers returned."""
    groups = [b"Reporting-MTA: dns; mx.loopback\r\n"]
    for address in addresses:
        lines = [f"Original-Recipient: rfc822; {original}"] if original else []
        lines += [f"Final-Recipient: rfc822; {address}", f"Action: {action}", "Status: 5.1.1"]
        groups.append("\r\n".join([*lines, f"Diagnostic-Code: {diagnostic}", ""]).encode())
    head = f"From: {OFFICE}\r\nTo: {addresses[0]}\r\nMessage-ID: {letter}\r\nSubject: {word('催报函')}\r\n\r\n".encode()
    parts = [
        text_part("Delivery to the following recipients failed.\r\n"),
        part("message/delivery-status", b"\r\n".join(groups), encoding="7bit"),
    ]
    if returned != "none":
        kind = "message/rfc822" if returned == "message" else "text/rfc822-headers"
        parts.append(part(kind, head + (b"body\r\n" if returned == "message" else b""), encoding="7bit"))
    body = multipart("report", *parts, parameters=" report-type=delivery-status;")
    fields = {"From": "MAILER-DAEMON@mx.loopback (Mail Delivery System)", "To": OFFICE, "Return-Path": "<>"}
    return _headed({**fields, "Subject": "Undelivered Mail Returned to Sender"}, body)


def bounce_qq(letter: str, address: str) -> bytes:
    """A 退信 as QQ Mail writes it: HTML, and the letter as an .eml beside it."""
    page = (
        "<html><body><div>抱歉，您的邮件被退回来了……</div><table><tr><td>原邮件信息：</td></tr>"
        f"<tr><td>收件人：</td><td><a>{address}</a></td></tr><tr><td>退信原因：</td>"
        f"<td>收件人邮箱不存在 550 Mailbox not found</td></tr></table><div>发件人：{OFFICE}</div></body></html>"
    )
    head = f"From: <{OFFICE}>\r\nMessage-ID: {letter}\r\n\r\nbody\r\n".encode()
    body = multipart("mixed", text_part(page, "gb18030", "html"), part('application/octet-stream; name="1.eml"', head))
    return _headed({"From": "<PostMaster@qq.com>", "To": OFFICE, "Subject": word("系统退信", "gb18030")}, body)


def bounce_netease(letter: str, address: str) -> bytes:
    """A 系统退信 as 163 writes it: text alone, the returned header within it."""
    text = (
        f"很抱歉，您的邮件无法送达以下收件人：\n\n<{address}>: host mx.jiading.gov.cn said: 550 User not found\n\n"
        f"----- 原信信头 -----\nFrom: {OFFICE}\nMessage-ID: {letter}\n"
    )
    fields = {
        "From": f'"{word("系统退信", "gbk")}" <Postmaster@163.com>',
        "To": OFFICE,
        "Subject": word("系统退信", "gbk"),
    }
    return _headed(fields, text_part(text, "gbk"))


def passed(sender: str) -> str:
    """The header line of a server that found a mail to be from its `sender`."""
    return f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={sender.rpartition('@')[2]}"


def authentication_results(server: str = AUTHSERV, **results: str) -> str:
    """A header line of verdicts (RFC 8601), e.g. spf="pass", dkim="fail"."""
    return f"Authentication-Results: {server}; " + "; ".join(f"{way}={result}" for way, result in results.items())


def _headed(fields: dict[str, str], body: bytes) -> bytes:
    domain = re.search(r"@([\w.-]+)", fields["From"])
    given = {
        "Authentication-Results": f"{AUTHSERV}; dmarc=pass header.from={domain[1] if domain else ''}",
        "Date": format_datetime(SENT_AT),
        "Message-ID": f"<{next(_numbers)}@machine.example>",
        **fields,
    }
    return "".join(f"{key}: {value}\r\n" for key, value in given.items()).encode() + b"MIME-Version: 1.0\r\n" + body


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _body(text: str, page: str | None, quoting: str, style: Style) -> bytes:
    charset = _CHARSET[style]
    plain, written = _quoted(text, quoting, style)
    page = page if page is not None else written
    if page is None:
        return text_part(plain, charset)
    return multipart("alternative", text_part(plain, charset), text_part(page, charset, "html"))


def _quoted(text: str, quoting: str, style: Style) -> tuple[str, str | None]:
    """The plain text and the page in which the client puts its quotation, if it has a way for one."""
    own = f"<div>{html.escape(text)}</div>"
    below = f"<div>{html.escape(quoting)}</div>"
    if style == "qq":
        rule = "------------------&nbsp;原始邮件&nbsp;------------------"
        inner = f"<div>{rule}</div><div><b>发件人:</b> 安委办 &lt;{OFFICE}&gt;</div>{below}" if quoting else ""
        plain = (
            f"{text}\n\n\n\n------------------ 原始邮件 ------------------\n发件人: 安委办\n{quoting}"
            if quoting
            else text
        )
        return plain, f"{own}<div><includetail><!--<![endif]--></includetail></div>{inner}"
    if style == "netease":
        wrote = f'在 2022-07-25 08:30:00，"安委办" <{OFFICE}> 写道：'
        plain = f"{text}\n\n\n{wrote}\n\n{quoting}" if quoting else text
        inner = f'<blockquote id="isReplyContent">{below}</blockquote>' if quoting else ""
        return plain, f"{own}{f'<div>{html.escape(wrote)}</div>' if quoting else ''}{inner}"
    if not quoting:
        return text, None
    head = f"发件人: 安委办 <{OFFICE}>\n发送时间: 2022年7月25日 8:30\n收件人: {SENDER}\n主题: 催报函"
    if style == "outlook":
        return f"{text}\n\n-----邮件原件-----\n{head}\n\n{quoting}", None
    if style == "foxmail":
        return f"{text}\n\n \n{head}\n{quoting}", None
    wrote = f"On Mon, Jul 25, 2022 at 8:30 AM 安委办\n<{OFFICE}> wrote:"
    return f"{text}\n\n{wrote}\n\n" + "\n".join(f"> {line}" for line in quoting.split("\n")), None


def _named(name: str, naming: Naming, charset: str) -> tuple[str | bytes, str | bytes]:
    """What goes after Content-Disposition and after Content-Type."""
    words = word(name, charset)
    modern = f"filename*={charset}''{quote(name.encode(charset), safe='')}"
    if naming == "rfc2231":
        return modern, ""
    if naming == "words":
        return f'filename="{words}"', f'name="{words}"'
    if naming == "both":
        return f'filename="{words}";\r\n\t{modern}', f'name="{words}"'
    raw = name.encode("gbk")
    return b'filename="' + raw + b'"', b'name="' + raw + b'"'
