"""Mails that are made to cost more than their length: each as a function of how long it shall be.

ATTACKS["comments"](2_000_000)   # about so many bytes
"""

import base64
from collections.abc import Callable

from tests.mails import OFFICE, SENDER

Attack = Callable[[int], bytes]

_HEAD = f"From: {SENDER}\r\nTo: {OFFICE}\r\nSubject: x\r\n".encode()


def field(name: str, *pumps: str | bytes, head: str | bytes = b"", tail: str | bytes = b"") -> Attack:
    """A header field that holds the pumps, again and again."""
    return lambda size: (
        _HEAD + name.encode() + b": " + _bytes(head) + _pumped(pumps, size) + _bytes(tail) + b"\r\n\r\nx\r\n"
    )


def body(
    type: str, *pumps: str | bytes, head: str | bytes = b"", tail: str | bytes = b"", encoding: str = "8bit"
) -> Attack:
    """A mail of one part that holds the pumps, again and again."""
    lines = f"Content-Type: {type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    return lambda size: _HEAD + lines + _bytes(head) + _pumped(pumps, size) + _bytes(tail)


def parts(kind: str, *pumps: str | bytes, head: str | bytes = b"") -> Attack:
    """A multipart with the boundary b."""
    return body(f"multipart/{kind}; boundary=b", *pumps, head=head)


def nested(size: int) -> bytes:
    """Multiparts within multiparts, all of them about everything."""
    levels = [f"--{level}\r\nContent-Type: multipart/mixed; boundary={level + 1}\r\n\r\n" for level in range(14)]
    head = b"Content-Type: multipart/mixed; boundary=0\r\n\r\n" + "".join(levels).encode()
    return _HEAD + head + b"--14\r\n\r\n" + b"x" * size


def pictures(size: int) -> bytes:
    """Pictures, each looked for in a page that shows none of them."""
    count = max(size // 2_000, 1)
    page = b"--b\r\nContent-Type: text/html\r\n\r\n" + b"cid:x " * (size // 12) + b"\r\n"
    each = b"".join(
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <%d>\r\n\r\n%s\r\n" % (number, b"x" * 800)
        for number in range(count)
    )
    return _HEAD + b"Content-Type: multipart/related; boundary=b\r\n\r\n" + page + each


def _pumped(pumps: tuple[str | bytes, ...], size: int) -> bytes:
    """Each pump in turn fills its share."""
    each = size // len(pumps)
    return b"".join(_bytes(pump) * (each // len(_bytes(pump))) for pump in pumps)


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


ATTACKS: dict[str, Attack] = {
    "comments never closed": field("Authentication-Results", r"\(", head="x; ("),
    "comments within comments": field("Authentication-Results", "(", head="x; "),
    "comments in From": field("From", r"\(", head="("),
    "comments closed": field("From", "(", ")"),
    "one header folded": field("X-Folded", "\r\n "),
    "folds of blanks": field("X-Folded", "\r\n" + " " * 60),
    "a subject folded": field("Subject", "\r\n a"),
    "boundary without a line": body("multipart/mixed; boundary=b", "--b"),
    "boundary lines": parts("mixed", "--b\r\n"),
    "boundary lines of parts": parts("mixed", "--b\r\n\r\n"),
    "almost boundaries": parts("mixed", "\n--bb"),
    "nested": nested,
    "nested in one boundary": parts("mixed", "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"),
    "pictures": pictures,
    "many headers": lambda size: _HEAD + b"X: y\r\n" * (size // 6) + b"\r\nx",
    "many senders": lambda size: _HEAD + b'From: "\\(<\r\n' * (size // 14) + b"\r\nx",
    "no blank line": lambda size: _HEAD + b"x" * size,
    "colons": lambda size: _HEAD + b"!" * size + b" " * size,
    "blank lines": lambda size: _HEAD + b"\r\n \r\n" * (size // 5),
    "nul": lambda size: _HEAD + b"\0" * size,
    "quotes": field("From", '"\\'),
    "quotes never closed": field("From", '"\\"'),
    "angles": field("From", "<a"),
    "angles closed": field("From", "<", ">"),
    "groups": field("From", "a:"),
    "addresses": field("From", "a@b.c,"),
    "words in From": field("From", "=?a?Q?"),
    "a long address": field("From", "a.", head="<", tail="@x.cn>"),
    "parameters": field("Content-Type", 'x="=', head="a/b; "),
    "parameters quoted": field("Content-Type", '="a;', head="a/b"),
    "parameters escaped": field("Content-Type", '="\\', head="a/b"),
    "parameters of blanks": field("Content-Type", '=" ', head="a/b"),
    "comments in a type": field("Content-Type", r"\(", head="text/plain ("),
    "segments": field("Content-Disposition", "filename*1*=a;", head="attachment;"),
    "parameters in parts": parts("mixed", "--b\r\nContent-Type: a/b" + '="\\(\\' * 1500 + "\r\n\r\n"),
    "encoded words": field("Subject", "=?gbk?Q?"),
    "encoded words cut": field("Subject", "=?gbk?B?YWJjZ?= "),
    "encoded words of many charsets": field("Subject", "=?a?B?YQ==?= =?b?B?YQ==?= "),
    "references": field("References", "<a"),
    "references whole": field("References", "<a@b>"),
    "references bare": field("References", "a@b "),
    "a message id": field("Message-ID", "a", head="<", tail="@x>"),
    "received": field("Received", "by (", head="from x "),
    "base64 padded": body("text/plain", "YWJj=", encoding="base64"),
    "base64 padded everywhere": body("text/plain", "aa=", encoding="base64"),
    "base64 junk": body("text/plain", "=! ", encoding="base64"),
    "base64 words": body("text/plain", "YQ==\r\na ", encoding="base64"),
    "base64 blanks": body("text/plain", " ", head="YQ==a", encoding="base64"),
    "quoted-printable": body("text/plain", "=", encoding="quoted-printable"),
    "quoted-printable breaks": body("text/plain", "=\r", encoding="quoted-printable"),
    "uuencoded": body("text/plain", "begin 644 ", encoding="uuencode"),
    "uuencoded lines": body("text/plain", "!\n", head="begin 644 x\n", encoding="uuencode"),
    "no charset": body("text/plain", b"\xe5\x98"),
    "western": body("text/plain; charset=iso-8859-1", b"\xc4"),
    "western words": body("text/plain; charset=iso-8859-1", b"a\xc4\xc4a"),
    "utf-7": body("text/plain; charset=utf-7", "+"),
    "text": body("text/plain", "a"),
    "lines": body("text/plain", "\r\n"),
    "blanks": body("text/plain", " "),
    "blanks between": body("text/plain", "\n发件人：\n时间", " "),
    "rules": body("text/plain", "-\t\u3000 "),
    "rules on lines": body("text/plain", "- - - " * 80 + "\n"),
    "rules of blanks": body("text/plain", "-" + " " * 400 + "x\n"),
    "attributions": body("text/plain", "在2022-07-25 "),
    "attributions on lines": body("text/plain", ("在 2022-" + "2022-07 于" * 12 + "\n")),
    "attributions long": body("text/plain", "On " + "2022 写" * 25 + "\n"),
    "attributions that end": body("text/plain", "于 " * 90 + "写道：\n"),
    "attributions of digits": body("text/plain", "2022 " * 60 + "写写\n"),
    "headers written out": body("text/plain", "发件人：\r\n"),
    "headers of blanks": body("text/plain", "发件人" + " " * 400 + "\n"),
    "transfer stations": body("text/plain", "云附件 http://a.cn/ "),
    "transfer stations of dots": body("text/plain", "http://" + "a." * 400 + " "),
    "transfer stations all": body("text/plain", "http://mail.qq.com/ftn/x "),
    "one link": body("text/plain", "a", head="http://mail.163.com/"),
    "links of schemes": body("text/plain", "http://"),
    "a page of <": body("text/html", "<"),
    "a page of comments": body("text/html", "<!--"),
    "a page of closed comments": body("text/html", "<!-->"),
    "a page of tags": body("text/html", "<a "),
    "a page of quotes": body("text/html", "<a href='"),
    "a page of quotes in quotes": body("text/html", '<a x="<a\'" '),
    "a page of attributes": body("text/html", ' x="<a"', head="<a", tail="<"),
    "a page of names": body("text/html", " id =", head="<a", tail=">"),
    "a page of equals": body("text/html", "= ", head="<a", tail=">"),
    "a page of quotations": body("text/html", "<blockquote>"),
    "a page of ends": body("text/html", "<blockquote>", "</blockquote>"),
    "a page of heads": body("text/html", "<head>", "</style>"),
    "a page of styles": body("text/html", "<style>"),
    "a page of almost styles": body("text/html", "</style", head="<style>"),
    "a page of sections": body("text/html", "<![CDATA["),
    "a page of declarations": body("text/html", "<!a"),
    "a page of references": body("text/html", "&a"),
    "a page of a number": body("text/html", "1", head="&#"),
    "a page of zeros": body("text/html", "0", head="&#"),
    "a page of a hex number": body("text/html", "f", head="&#x"),
    "a page of pictures": body("text/html", "<img src=data:a/b>"),
    "a bounce": lambda size: b"Return-Path: <>\r\nFrom: postmaster@x.cn\r\n\r\n" + "退信 a@".encode() * (size // 9),
    "a bounce of lines": lambda size: b"From: postmaster@x.cn\r\nSubject: returned mail\r\n\r\n" + b"\n" * size,
    "a bounce of addresses": lambda size: (
        b"From: postmaster@x.cn\r\nSubject: returned mail\r\n\r\n" + b"failed a@b.c\n" * (size // 13)
    ),
    "a bounce of ids": lambda size: (
        b"From: postmaster@x.cn\r\nSubject: returned mail\r\n\r\n" + b"Message-ID   " * (size // 13)
    ),
    "a bounce of recipients": lambda size: (
        b"From: postmaster@x.cn\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: x;a@b.c\r\n\r\n" * (size // 28)
    ),
    "a bounce of blanks": lambda size: (
        b"From: postmaster@x.cn\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n" + b"\n " * (size // 2)
    ),
    "attached mails": parts(
        "mixed", "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n" + "y" * 3_000 + "\r\n"
    ),
    "an attached mail": body("message/rfc822", "Subject: x\r\n"),
    "an attached mail of folds": body("message/rfc822", "\r\n ", head="Subject: x"),
    "an attached mail in base64": lambda size: (
        _HEAD
        + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(b"Subject: x" + b"\r\n " * (size // 4))
    ),
    "a name": field("Content-Disposition", "%E5%98%89", head='attachment; filename="', tail='"'),
    "a name of percents": field("Content-Disposition", "%", head='attachment; filename="', tail='"'),
}
