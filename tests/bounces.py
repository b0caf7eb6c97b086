"""Delivery reports as bytes, in the shapes that mail servers really give them; the addresses are made up.

    notice(sender="MAILER-DAEMON@mx.example", subject="failure notice", text="…")      # text alone
    dsn(recipient("a@x.cn"), recipient("b@x.cn", action="delivered"))                  # RFC 3464, and its neighbours
    SHAPES["qmail"](LETTER, "gone@jiading.gov.cn")                                     # what names its letter
    SILENT["163"]("gone@jiading.gov.cn")                                               # what does not

`extra` are further header lines, on top as servers put them. `vouched` puts the word of the
mailbox's server above one.
"""

from collections.abc import Callable, Sequence

from tests.mails import AUTHSERV, OFFICE, mail, multipart, part, text_part, word

ORIGINAL = "【信丰县安委办】嘉定镇：3项待报"


def notice(
    text: str,
    *,
    sender: str = "MAILER-DAEMON@mx.jiading.gov.cn",
    name: str = "",
    subject: str = "failure notice",
    html: str = "",
    charset: str = "utf-8",
    extra: Sequence[str] = (),
) -> bytes:
    """A report in words for people, plain or as a page."""
    body = text_part(html, charset, "html") if html else text_part(text, charset)
    return _headed(sender, name, subject, body, extra)


def vouched(raw: bytes, *results: str) -> bytes:
    """`raw` with the verdicts of the mailbox's server, e.g. "dmarc=pass header.from=qq.com"."""
    return f"Authentication-Results: {'; '.join((AUTHSERV, *results))}\r\n".encode() + raw


def recipient(
    address: str, *, action: str = "failed", status: str = "5.1.1", kind: str = "rfc822", original: str = ""
) -> str:
    """A group of fields about one recipient (RFC 3464 section 2.3)."""
    lines = [f"Original-Recipient: {original}"] if original else []
    lines += [f"Final-Recipient: {kind}; {address}", *([f"Action: {action}"] if action else []), f"Status: {status}"]
    return "\r\n".join([*lines, "Diagnostic-Code: smtp; 550 5.1.1 User unknown", ""])


def dsn(
    *groups: str,
    letter: str = "",
    to: str = "gone@jiading.gov.cn",
    outer: str = "report",
    type: str = "message/delivery-status",
    encoding: str = "7bit",
    returned: str = "message/rfc822",
    name: str = "Message-ID",
    sender: str = "MAILER-DAEMON@mx.jiading.gov.cn",
    subject: str = "Undelivered Mail Returned to Sender",
    extra: Sequence[str] = (),
) -> bytes:
    """A report by the standard, or nearly."""
    status = "\r\n".join(["Reporting-MTA: dns; mx.jiading.gov.cn\r\n", *groups]).encode()
    if encoding == "quoted-printable":
        status = status.replace(b"=", b"=3D").replace(b"@", b"=40")
    parts = [text_part("Delivery to the following recipients failed.\r\n"), part(type, status, encoding=encoding)]
    if letter:
        parts.append(part(returned, original(letter, to=to, name=name).encode(), encoding="7bit"))
    parameters = " report-type=delivery-status;" if outer == "report" else ""
    return _headed(sender, "", subject, multipart(outer, *parts, parameters=parameters), extra)


def original(letter: str, *, to: str = "gone@jiading.gov.cn", name: str = "Message-ID") -> str:
    """The header of the letter that came back."""
    return f"From: <{OFFICE}>\r\nTo: <{to}>\r\nSubject: {word(ORIGINAL)}\r\n{name}: {letter}\r\n\r\n"


def _headed(sender: str, name: str, subject: str, body: bytes, extra: Sequence[str]) -> bytes:
    whom = f'"{word(name)}" <{sender}>' if name else sender
    head = mail(
        fields={"From": whom, "Subject": subject if subject.isascii() else word(subject)}, extra=extra, vouched=False
    )
    return head[: head.index(b"MIME-Version")] + b"MIME-Version: 1.0\r\n" + body


def googlemail(letter: str, gone: str) -> bytes:
    """Google's, when a mail was sent by its web page: text alone, marked as an automatic answer."""
    text = (
        f"Delivery to the following recipient failed permanently:\n\n     {gone}\n\n"
        "Technical details of permanent failure:\nGoogle tried to deliver your message, but it was rejected by the "
        "server for the recipient domain jiading.gov.cn by mx.jiading.gov.cn.\n\nThe error that the other server "
        "returned was:\n550 5.1.1 User unknown\n\n----- Original message -----\n\n"
        f"MIME-Version: 1.0\nReceived: by 192.0.2.1\nMessage-ID: {letter}\nFrom: {OFFICE}\nTo: {gone}\n"
    )
    return notice(
        text,
        sender="mailer-daemon@googlemail.com",
        name="Mail Delivery Subsystem",
        subject="Delivery Status Notification (Failure)",
        extra=["Return-Path: <>", f"X-Failed-Recipients: {gone}", "Auto-Submitted: auto-replied"],
    )


def exim(letter: str, gone: str) -> bytes:
    """Exim's without a part for machines."""
    text = (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        f"delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n"
        f"\n  {gone}\n    Unrouteable address\n\n------ This is a copy of the message, including all the headers. "
        f"------\n\nReturn-path: <{OFFICE}>\nMessage-Id: {letter}\nFrom: {OFFICE}\nTo: {gone}\n\nbody\n"
    )
    return notice(
        text,
        sender="Mailer-Daemon@mx.jiading.gov.cn",
        name="Mail Delivery System",
        subject="Mail delivery failed: returning message to sender",
        extra=[f"X-Failed-Recipients: {gone}", "Auto-Submitted: auto-replied"],
    )


def qmail(letter: str, gone: str, program: str = "qmail-send program at mx.jiading.gov.cn") -> bytes:
    """qmail's (QSBMF), which several others imitate."""
    text = (
        f"Hi. This is the {program}.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
        f"This is a permanent error; I've given up. Sorry it didn't work out.\n\n<{gone}>:\n192.0.2.1 does not like "
        "recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.1.\n\n"
        f"--- Below this line is a copy of the message.\n\nReturn-Path: <{OFFICE}>\nFrom: {OFFICE}\nTo: {gone}\n"
        f"Message-Id: {letter}\n\nbody\n"
    )
    return notice(text)


def haraka(letter: str, gone: str) -> bytes:
    """Haraka's."""
    text = (
        "Hi. This is the Haraka Mailer program at mx.jiading.gov.cn.\nI'm afraid I wasn't able to deliver your message "
        "to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"Intended Recipients: <{gone}>\nFailure Reason: Error: Some recipients failed: <{gone}>\n\n"
        f"--- Below this line is a copy of the message.\n\nReceived: (Haraka outbound)\nMessage-ID: {letter}\n"
    )
    return notice(text, extra=["Auto-Submitted: auto-replied"])


def mdaemon(letter: str, gone: str) -> bytes:
    """MDaemon's: the Message-ID in a summary."""
    text = (
        "The attached message has failed delivery, for the following reason:\n\n"
        f"Session transcript:\n--> RCPT To:<{gone}>\n<-- 550 5.1.1 User unknown\n\n: Message contains [1] file "
        f"attachments\n\nFailed address: {gone}\n\n--- Session Transcript ---\nMessage-ID: {letter}\n"
    )
    return notice(
        text, sender="MDaemon@mx.jiading.gov.cn", subject="Permanent Delivery Failure", extra=["X-MDRedirect: 1"]
    )


def smartermail(letter: str, gone: str) -> bytes:
    """SmarterMail's."""
    text = (
        f"Could not deliver message to the following recipient(s):\n\nFailed Recipient: {gone}\nReason: Remote host "
        f"said: 550 User unknown\n\n   -- The header and top 20 lines of the message follows --\n\nReceived: from x\n"
        f"From: {OFFICE}\nTo: {gone}\nMessage-ID: {letter}\n"
    )
    return notice(text, sender="postmaster@mx.jiading.gov.cn", name="System Administrator", subject="Delivery Failure")


def domino(letter: str, gone: str) -> bytes:
    """Domino's, whose reason is in the subject."""
    text = (
        f"Your message\n\n  Subject: {ORIGINAL}\n\nwas not delivered to:\n\n  {gone}\n\nbecause:\n\n  User nobody "
        f"({gone}) not listed in Domino Directory\n"
    )
    subject = f"DELIVERY FAILURE: User nobody ({gone}) not listed in Domino Directory"
    body = multipart("mixed", text_part(text), part("message/rfc822", original(letter).encode(), encoding="7bit"))
    return _headed("Postmaster@jiading.gov.cn", "", subject, body, ["Return-Path: <>"])


def exchange(letter: str, gone: str) -> bytes:
    """Exchange's after a gateway has made a page of it."""
    page = (
        f"<p><b>Delivery has failed to these recipients or groups:</b></p><p><a href='mailto:{gone}'>{gone}</a><br>"
        "The email address you entered couldn't be found.</p><p><b>Diagnostic information for administrators:</b></p>"
        f"<p>Generating server: mx.jiading.gov.cn</p><p>{gone}<br>#550 5.1.1 RESOLVER.ADR.RecipNotFound ##</p>"
        f"<p>Original message headers:</p><pre>Received: from x\nMessage-ID: &lt;{letter.strip('<>')}&gt;\n</pre>"
    )
    sender = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@jiading.gov.cn"
    return notice("", html=page, sender=sender, name="Microsoft Outlook", subject=f"Undeliverable: {ORIGINAL}")


def exchange_zh(letter: str, gone: str, subject: str = f"未传递: {ORIGINAL}") -> bytes:
    """Exchange's in Chinese, likewise."""
    page = (
        f"<p><b>您的邮件未送达以下收件人或组：</b></p><p>{gone}<br>找不到您输入的电子邮件地址。请检查收件人的电子邮件地址"
        f"并尝试重新发送该邮件。</p><p>供管理员使用的诊断信息:</p><p>生成服务器: mx.jiading.gov.cn</p><p>{gone}<br>"
        "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'</p><p>原始邮件头:</p>"
        f"<pre>Received: from x\nMessage-ID: &lt;{letter.strip('<>')}&gt;\n</pre>"
    )
    return notice("", html=page, sender="postmaster@jiading.gov.cn", subject=subject, charset="gb18030")


def sendmail(letter: str, gone: str) -> bytes:
    """Sendmail's older ones, without a part for machines."""
    text = (
        f"The original message was received at Mon, 25 Jul 2022 08:30:00 +0800\nfrom mx.sina.com [192.0.2.9]\n\n"
        f"   ----- The following addresses had permanent fatal errors -----\n<{gone}>\n\n"
        f"   ----- Transcript of session follows -----\n550 5.1.1 <{gone}>... User unknown\n\n"
        f"   ----- Original message follows -----\n\nReturn-Path: <{OFFICE}>\nMessage-Id: {letter}\n"
    )
    return notice(
        text,
        sender="MAILER-DAEMON@mx.jiading.gov.cn",
        name="Mail Delivery Subsystem",
        subject="Returned mail: see transcript for details",
    )


def postfix_de(letter: str, gone: str) -> bytes:
    """Postfix' in words of its operator's own: told by its structure."""
    text = (
        "Dies ist das Mailsystem auf Rechner mx.jiading.gov.cn.\n\nIhre Nachricht konnte leider nicht an einen oder "
        f"mehrere Empfaenger zugestellt werden.\n\n<{gone}>: host mx.jiading.gov.cn sagte: 550 5.1.1\n    Benutzer "
        "unbekannt\n"
    )
    body = multipart("mixed", text_part(text), part("text/rfc822-headers", original(letter).encode(), encoding="7bit"))
    return _headed("MAILER-DAEMON@mx.jiading.gov.cn", "", "Nachricht nicht zustellbar", body, ["Return-Path: <>"])


def imail(letter: str, gone: str) -> bytes:
    """IMail's."""
    text = (
        f"Unknown user: {gone}\n\n\nOriginal message follows.\n\nReceived: from x\nMessage-ID: {letter}\nTo: {gone}\n"
    )
    return notice(text, sender="Postmaster@jiading.gov.cn", subject="Undeliverable Mail")


def zimbra(letter: str, gone: str) -> bytes:
    """Zimbra's, which is Postfix' in words alone after a list has cut its parts."""
    text = (
        "This is the mail system at host mx.jiading.gov.cn.\n\nI'm sorry to have to inform you that your message could "
        f"not\nbe delivered to one or more recipients. It's attached below.\n\n<{gone}>: host mx.jiading.gov.cn said:\n"
        f"    550 5.1.1 <{gone}>: Recipient address rejected: jiading.gov.cn (in reply to RCPT TO command)\n"
    )
    body = multipart("mixed", text_part(text), part("message/rfc822", original(letter).encode(), encoding="7bit"))
    return _headed("MAILER-DAEMON@jiading.gov.cn", "Mail Delivery System", "Undelivered Mail", body, [])


def yahoo(letter: str, gone: str) -> bytes:
    """Yahoo's."""
    text = (
        f"Sorry, we were unable to deliver your message to the following address.\n\n<{gone}>:\n554: delivery error: "
        "dd This user doesn't have an account\n\n--- Below this line is a copy of the message.\n\n"
        f"Message-Id: {letter}\n"
    )
    return notice(text, sender="MAILER-DAEMON@yahoo.com", subject="Failure Notice")


def dragonfly(letter: str, gone: str) -> bytes:
    """DragonFly's, from nobody."""
    text = (
        "This is the DragonFly Mail Agent at mx.jiading.gov.cn.\n\nThere was an error delivering your mail to "
        f"<{gone}>.\n\nmx.jiading.gov.cn said:\n550 5.1.1 User unknown\n\nMessage headers follow below.\n\n"
        f"Message-Id: {letter}\n"
    )
    return notice(text, sender="MAILER-DAEMON <>", subject="Mail delivery failed")


def winmail(letter: str, gone: str) -> bytes:
    """Winmail Server's, in both languages."""
    text = (
        f"您好！\n您的邮件不能成功的递送到指定地址。这是一个永久的错误，因此不得不放弃继续递送。\n\n<{gone}>:\n"
        f"550 User not found\n\n--- Below this line is a copy of the message.\n\nMessage-ID: {letter}\n"
    )
    return notice(text, sender="postmaster@jiading.gov.cn", subject="邮件投递失败通知", charset="gbk")


def netease(gone: str, sender: str = "Postmaster@163.com") -> bytes:
    """A 系统退信 as 163, 126, yeah.net and others with Coremail write it: a table, and of the letter only whom it was
    to."""
    page = (
        "<h1>抱歉，您的邮件被退回来了……</h1><table><tr><th nowrap>原邮件信息：</th><td><table><tr><th>时　间：</th><td>"
        f"2022-07-25 08:30:00</td></tr><tr><th>主　题：</th><td>{ORIGINAL}</td></tr><tr><th>收件人：</th>"
        f'<td>{gone}</td></tr><tr style="display:none;"><th>抄　送：</th><td>xxx</td></tr></table></td></tr>'
        "<tr><th>退信原因：</th><td>"
        "<div>邮差小易抱歉地通知您，收信人的邮箱地址不存在。</div><div>英文说明:The user does not exist</div></td></tr>"
        "<tr><th>建议解决方案：</th><td>请联系 <a href='http://feedback.mail.126.com/?BouncedRcpt=x%40x.com'>管理员</a>"
        "</td></tr></table><span>----------------<br>This message is generated by Coremail.</span>"
    )
    return notice("", html=page, sender=sender, subject="系统退信", charset="gbk", extra=["Return-Path: <>"])


def qq(gone: str) -> bytes:
    """QQ's, Foxmail's and exmail's without the letter beside it."""
    page = (
        "<div>抱歉，您的邮件被退回来了……<br>Sorry, your mail is returned...</div><table><tr><td>原邮件信息/<br>"
        f"Original e-mail message :</td><td>收件人/To : {gone}</td></tr><tr><td>退信原因/<br>Bounce reason :</td>"
        "<td>由于对方服务器不稳定，或者双方服务器连接不畅，多次重试失败</td></tr></table>"
    )
    return notice(
        "", html=page, sender="PostMaster@qq.com", subject="系统退信/The email is returned", charset="gb18030"
    )


def coremail(gone: str) -> bytes:
    """Coremail's sysadmin, as boards of education and governments run it."""
    text = f"您好，您发送的邮件被退回。\n收件人：{gone}\n退信原因：550 The user does not exist\n"
    return notice(text, sender="sysadmin@xfzf.gov.cn", name="系统管理员", subject="退信通知", charset="gbk")


def aliyun(gone: str) -> bytes:
    """Aliyun's."""
    text = f"很抱歉，您的邮件未能送达。\n\n收件人: {gone}\n退信原因: 收件人邮件地址不存在，邮件无法送达。\n"
    return notice(text, sender="postmaster@aliyun.com", name="系统通知", subject="退信通知：邮件发送失败")


def sina(gone: str) -> bytes:
    """Sina's."""
    text = f"您好，很抱歉地通知您，以下收件人没有收到您的邮件：\n<{gone}>\n550 User not found\n"
    return notice(text, sender="MAILER-DAEMON@sina.com", name="新浪邮箱", subject="邮件投递失败")


SHAPES: dict[str, Callable[[str, str], bytes]] = {
    "googlemail": googlemail,
    "exim": exim,
    "qmail": qmail,
    "haraka": haraka,
    "mdaemon": mdaemon,
    "smartermail": smartermail,
    "domino": domino,
    "exchange": exchange,
    "exchange in Chinese": exchange_zh,
    "sendmail": sendmail,
    "postfix in German": postfix_de,
    "imail": imail,
    "zimbra": zimbra,
    "yahoo": yahoo,
    "dragonfly": dragonfly,
    "winmail": winmail,
}
SILENT: dict[str, Callable[[str], bytes]] = {
    "163": netease,
    "126": lambda gone: netease(gone, "postmaster@126.com"),
    "qq": qq,
    "coremail": coremail,
    "aliyun": aliyun,
    "sina": sina,
}
