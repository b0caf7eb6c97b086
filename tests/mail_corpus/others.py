"""Whatever is no report, or may not be taken for one without a person."""

from typing import Any

from cuibao.model import Verdict
from tests.documents import (
    P7M,
    PNG,
    RAR,
    SEVEN_ZIP,
    TNEF,
    docx,
    pdf,
    sealed_doc,
    sealed_docx,
    sealed_pdf,
    sealed_xls,
    sealed_zip,
    zipped,
)
from tests.mail_corpus.cases import (
    DOUBT,
    EITHER,
    JIADING,
    LIAISON,
    MORE,
    NOTHING,
    OURS,
    RENOVATION,
    STAGE,
    Case,
    mines,
    reply,
    sent,
)
from tests.mails import File, authentication_results

APRIL = {"on": "2022-04-20", "since": "2022-04-01"}
NAMED = "安全技能阶段性工作情况.docx"
ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
VACATION = "您好，我正在休假，无法及时阅读您的邮件，尽快给您回复。"


def liaison(what: str, right: tuple[Verdict, ...], *files: File, text: str, **given: Any) -> Case:
    """An answer where words alone would do."""
    return reply(what, right, *files, asked=[LIAISON], case=APRIL, text=text, **given)


THANKS = [
    reply("thanks", NOTHING, text="收到，谢谢！"),
    reply("thanks in full", NOTHING, text="您好，邮件已收悉，谢谢。"),
    reply("noted", NOTHING, text="好的，收到。"),
    liaison("thanks for the letter, our calendar", NOTHING, File("报送日程.ics", ICS), text="收到，谢谢。"),
    reply(
        "thanks, our calendar as text/calendar",
        NOTHING,
        File("报送日程.ics", ICS, "text/calendar"),
        text="收到，谢谢。",
    ),
    liaison(
        "thanks with Apple's piece", NOTHING, File("ATT00001.htm", b"<html></html>", "text/html"), text="收到，谢谢。"
    ),
    liaison(
        "thanks with a vCard", NOTHING, File("张三.vcf", b"BEGIN:VCARD\r\nEND:VCARD", "text/vcard"), text="收到，谢谢。"
    ),
    reply("thanks with a logo", NOTHING, File("image001.png", PNG, "image/png"), text="收到，谢谢！"),
    reply("thanks with a signature", NOTHING, text="收到，谢谢！\n\n--\n嘉定镇应急管理站 张三\n电话：0797-3330001"),
    reply("thanks above a quotation", NOTHING, text="收到，谢谢", style="netease"),
]

AUTOMATIC = [
    reply("marked", NOTHING, text="我在休假。", extra=["Auto-Submitted: auto-replied"]),
    liaison("vacation by its words", NOTHING, text=VACATION),
    liaison(
        "vacation of QQ",
        NOTHING,
        text="这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。",
    ),
    liaison("163's", NOTHING, text="您好，您的邮件我已收到，我会尽快回复您，谢谢！"),
    liaison("Sina's", NOTHING, text="您好，您的来信我已收到，我会尽快给您回复。"),
    liaison("Coremail's", NOTHING, text="您的来信已收到，我会尽快处理并给您回复。此邮件为系统自动回复，请勿直接回复。"),
    liaison(
        "Exchange in Chinese", NOTHING, text="我目前不在办公室，8月1日返回。如有紧急情况，请联系李四，电话13812345678。"
    ),
    liaison(
        "Exchange in English",
        NOTHING,
        text="I am currently out of the office with no access to e-mail. I will reply when I return.",
    ),
    liaison(
        "Gmail's",
        NOTHING,
        text="Thank you for your email. I'm on vacation until August 1 and will get back to you as soon as possible.",
    ),
    liaison("139's", NOTHING, text="您好！您发送的邮件我已收到，稍后会给您回复，谢谢。"),
    liaison("a phone's", EITHER, text="我正在开会，稍后回复您。"),
    liaison("I am not there", EITHER, text="我不在"),
    liaison("by the subject, with Re:", NOTHING, subject="Re: 自动回复：催报函", text="您好，我出差了，8月1日回来。"),
    liaison("by the subject in English", NOTHING, subject="Automatic reply: 催报函", text="I will be away."),
    sent("of a stranger", NOTHING, sender="someone@qq.com", subject="自动回复：报送材料", text="您好，我正在休假。"),
    reply("marked, with a document", DOUBT, NAMED, text="我在休假。", extra=["Auto-Submitted: auto-replied"]),
    reply("by its words, with a vCard", EITHER, File("a.vcf", b"BEGIN:VCARD", "text/vcard"), text=VACATION),
    reply("by its subject, with a document", DOUBT, NAMED, subject="自动回复：催报函", text=VACATION),
]

PROMISES = [
    liaison("soon, of a liaison", DOUBT, text="好的，马上报"),
    reply("soon, with a picture", DOUBT, File("image.png", PNG), text="收到，我们月底前报"),
    reply("later", DOUBT, "1.docx", text="暂无材料，稍后补报。"),
    reply("this afternoon", DOUBT, "1.docx", text="先发个目录，下午报。"),
    reply("tomorrow", DOUBT, "附件.docx", text="明天上午报送。"),
    reply("being signed", DOUBT, NAMED, text="正在走签批，请先看。"),
    reply("the stamped one follows", DOUBT, NAMED, text="以此件为准的正式件后补。"),
    reply("a draft by its text", DOUBT, NAMED, text="初稿请先审。"),
    reply("a draft by its name", DOUBT, "安全技能阶段性工作情况（初稿）.docx"),
    reply("for comments", DOUBT, "安全技能阶段性工作情况（征求意见稿）.docx"),
    reply("may it be later", DOUBT, NAMED, text="是否可以延期到8月？"),
    reply("a request for delay", DOUBT, "关于安全技能阶段性工作情况延期报送的请示.doc"),
    reply("a request to be exempt", DOUBT, "关于免报安全技能阶段性工作情况的申请.doc"),
    reply("which table", DOUBT, "通知.docx", text="请问报哪个表？"),
    reply("where is the form", DOUBT, "表格.xlsx", text="是填这个表吗"),
    reply("no form", DOUBT, text="没有模板，请发一下。"),
    reply("no attachment came", DOUBT, text="没有收到附件，请重发。"),
    reply("a template", DOUBT, "安全技能阶段性工作情况（模板）.docx", text="这个怎么填"),
    reply("data missing", DOUBT, NAMED, text="先报一部分，还差两个企业的数据，其余随后补上。"),
    reply("taken back", DOUBT, NAMED, text="刚才报错了，请以明天的为准。"),
    reply("withdrawn", DOUBT, NAMED, subject="撤回：安全技能阶段性工作情况"),
    reply("please look first", DOUBT, NAMED, text="请领导先帮忙把把关，没问题再盖章。"),
    reply("not yet done", DOUBT, "工作情况.docx", text="我镇尚未完成，正在收集。"),
    reply("in two days", DOUBT, text="好的，过两天报给你们。"),
    reply("a promise in the subject", DOUBT, "1.docx", subject="嘉定镇安全技能阶段性工作情况稍后报送"),
    liaison("who shall it be", DOUBT, text="请问联络员是填分管领导吗？电话填办公室的0797-3330001可以吗？"),
    liaison("to be told later", DOUBT, text="联络员：待定，电话：稍后补报"),
    liaison("a signature is no liaison", DOUBT, text="好的。\n\n嘉定镇应急管理站\n联系人：张三\n电话：0797-3330001"),
    liaison("below a closing", DOUBT, text="已阅。\n此致\n敬礼\n姓名：张三\n电话：0797-3330001"),
    liaison("below two dashes", DOUBT, text="我们研究一下。\n--\n联络员：张三\n电话：0797-3330001"),
    liaison("a name without a number", DOUBT, text="我镇联络员：张三"),
    liaison("a number without a name", DOUBT, text="联络员电话：0797-3330001"),
    liaison("our own number", DOUBT, text="收到，有事联系联络人：陈运发，电话：3336239"),
]

EMPTY = [
    reply("of no bytes", DOUBT, File(NAMED, b"")),
    reply("of blanks", DOUBT, File("安全技能阶段性工作情况.csv", b"  \r\n\r\n ", "text/csv")),
    reply("one of two empty", DOUBT, NAMED, File("附表.xlsx", b"")),
    reply("an empty archive", DOUBT, File("安全技能阶段性工作情况.zip", zipped({}))),
    reply("an empty document in an archive", DOUBT, File("安全技能阶段性工作情况.zip", zipped({"报告.docx": b""}))),
    sent("no file at all", DOUBT, subject="嘉定镇安全技能阶段性工作情况", text="见附件。"),
    sent("pasted into the text", DOUBT, subject="嘉定镇安全技能阶段性工作情况", text="我镇共培训860人次，情况如下：……"),
    reply("nothing at all", DOUBT, text=""),
]

UNREADABLE = [
    reply("S/MIME, encrypted", DOUBT, File("smime.p7m", P7M, "application/pkcs7-mime"), text=""),
    reply("S/MIME beside a report", DOUBT, NAMED, File("smime.p7m", P7M, "application/pkcs7-mime")),
    reply("PGP", DOUBT, File("encrypted.asc", b"-----BEGIN PGP MESSAGE-----\n", "application/octet-stream"), text=""),
    reply("PGP within the text", DOUBT, text="-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"),
    reply("winmail.dat", DOUBT, File("winmail.dat", TNEF, "application/ms-tnef"), text="请查收"),
    reply("winmail.dat and a gateway's note", DOUBT, File("winmail.dat", TNEF), File("邮件安全提示.txt", b"ok")),
    liaison("winmail.dat and thanks", DOUBT, File("winmail.dat", TNEF), text="收到，谢谢"),
    reply("an archive with a password", DOUBT, File("安全技能阶段性工作情况.zip", sealed_zip({"报告.docx": docx()}))),
    reply("rar", DOUBT, File("安全技能阶段性工作情况.rar", RAR)),
    reply("7z", DOUBT, File("安全技能阶段性工作情况.7z", SEVEN_ZIP)),
    reply("rar under another name", DOUBT, File("安全技能阶段性工作情况.zip", RAR)),
    reply("a document with a password", DOUBT, File(NAMED, sealed_docx())),
    reply("a .doc with a password", DOUBT, File("安全技能阶段性工作情况.doc", sealed_doc())),
    reply("an .xls with a password", DOUBT, File("安全技能阶段性工作情况.xls", sealed_xls())),
    reply("a PDF with a password", DOUBT, File("安全技能阶段性工作情况.pdf", sealed_pdf())),
    reply("half a PDF", DOUBT, File("安全技能阶段性工作情况.pdf", pdf()[:40])),
    reply("half a package", DOUBT, File(NAMED, docx()[:200])),
    reply(
        "a sealed document in an archive",
        DOUBT,
        File("安全技能阶段性工作情况.zip", zipped({"a.docx": sealed_docx(), "b.docx": docx()})),
    ),
    reply(
        "an archive in an archive",
        DOUBT,
        File("安全技能阶段性工作情况.zip", zipped({"a.zip": zipped({"b.docx": docx()})})),
    ),
    reply("a link to a transfer station", DOUBT, text="材料见链接 https://mail.qq.com/cgi-bin/ftnExs_download?k=1"),
]

FALSE_NAMES = [
    reply("a program as a document", DOUBT, File(NAMED, b"MZ\x90\x00" + bytes(200))),
    reply("a page as a document", DOUBT, File("安全技能阶段性工作情况.doc", b"<html><body>login</body></html>")),
    reply("an archive as a document", DOUBT, File(NAMED, zipped({"readme.txt": b"x"}))),
    reply("a picture as a PDF", DOUBT, File("安全技能阶段性工作情况.pdf", PNG)),
    reply("a program", DOUBT, File("安全技能阶段性工作情况.exe", b"MZ\x90\x00")),
    reply(
        "a program in an archive",
        DOUBT,
        File("安全技能阶段性工作情况.zip", zipped({"报告.docx": docx(), "打开.exe": b"MZ\x90"})),
    ),
    reply("a path out of the archive", DOUBT, File("安全技能阶段性工作情况.zip", zipped({"../../报告.docx": docx()}))),
    reply(
        "a bomb", DOUBT, File("安全技能阶段性工作情况.zip", zipped({f"{n}.docx": bytes(40_000_000) for n in range(3)}))
    ),
    reply("a video", DOUBT, File("安全技能阶段性工作情况.mp4", b"\x00\x00\x00\x18ftypmp42")),
    reply("a text file", DOUBT, File("安全技能阶段性工作情况.txt", b"x")),
    reply("a link file", DOUBT, File("安全技能阶段性工作情况.url", b"[InternetShortcut]")),
]

PICTURES = [
    reply("a screenshot", DOUBT, "QQ截图20220725103000.jpg", text="见图"),
    reply("a phone's picture", DOUBT, "微信图片_20220725103000.jpg", text=""),
    reply("photographs of a training", DOUBT, "安全技能培训现场照片.jpg", text="请查收照片"),
    reply("a numbered picture", DOUBT, "IMG_0001.jpg"),
    reply(
        "a picture in the text alone", DOUBT, File("image002.png", PNG, "image/png", "c1", inline=True), text="请查收"
    ),
]

NOT_VOUCHED = [
    sent("no word at all", DOUBT, NAMED, vouched=False),
    sent("another server's word", DOUBT, NAMED, extra=[authentication_results("mx.evil.example", dmarc="pass")]),
    sent("none of everything", DOUBT, NAMED, extra=[authentication_results(spf="none", dkim="none", dmarc="none")]),
    sent("a failure", DOUBT, NAMED, extra=[authentication_results(spf="fail", dmarc="fail")]),
    sent(
        "a pass within a failure",
        DOUBT,
        NAMED,
        extra=["Authentication-Results: mx.sina.com; spf=fail smtp.mailfrom=dmarc=pass@evil.example; dmarc=fail"],
    ),
    sent(
        "a pass as a reason",
        DOUBT,
        NAMED,
        extra=['Authentication-Results: mx.sina.com; dmarc=fail reason="x; dmarc=pass"'],
    ),
    sent(
        "somebody else's signature",
        DOUBT,
        NAMED,
        extra=["Authentication-Results: mx.sina.com; dkim=pass header.d=evil.example; dmarc=none"],
    ),
    sent("a temporary error", DOUBT, NAMED, extra=[authentication_results(spf="temperror", dmarc="temperror")]),
    sent("two senders", DOUBT, NAMED, fields={"From": f"<{JIADING}>, <evil@evil.example>"}),
    sent("a free mailbox", DOUBT, NAMED, sender="jiading-anban@qq.com"),
    sent("a look-alike", DOUBT, NAMED, sender="jiading@xinfeng.example.com"),
    sent("the address as a name", DOUBT, NAMED, sender="evil@evil.example", name=JIADING),
]

SENT_BACK = [
    reply(
        "the same mail again",
        DOUBT,
        File(NAMED, docx("first")),
        message_id="<first@client.example>",
        extra=["Received: from a by b; Mon, 25 Jul 2022 09:00:00 +0800"],
        case={"back": ((STAGE, ("<first@client.example>",), (docx("first"),)),)},
    ),
    reply(
        "the same file again",
        DOUBT,
        File(NAMED, docx("first")),
        case={"back": ((STAGE, ("<first@client.example>",), (docx("first"),)),)},
    ),
    reply(
        "the same file, renamed",
        DOUBT,
        File("安全技能阶段性工作情况（修改）.docx", docx("first")),
        text="已修改，请查收。",
        case={"back": ((STAGE, ("<first@client.example>",), (docx("first"),)),)},
    ),
    reply(
        "the same file and a new photograph",
        DOUBT,
        File(NAMED, docx("first")),
        "现场照片.jpg",
        case={"back": ((STAGE, ("<first@client.example>",), (docx("first"),)),)},
    ),
    reply(
        "the same id, another file",
        DOUBT,
        File(NAMED, docx("second")),
        message_id="<first@client.example>",
        case={"back": ((STAGE, ("<first@client.example>",), (docx("first"),)),)},
    ),
]

ANOTHER_TIME = [
    sent("next month's without a year", DOUBT, "主体责任8月工作进展.docx"),
    sent("December's, of which year", DOUBT, "主体责任12月工作进展.docx"),
    sent("last year's", DOUBT, "主体责任2021年7月工作进展.docx"),
    sent("a quarter not begun", DOUBT, "安全文化四季度进展情况.docx"),
    sent("next month's, dated today", DOUBT, "主体责任8月工作进展.docx", text="现报送。\n嘉定镇\n2022年7月25日"),
    sent("too many months open", DOUBT, "主体责任工作进展.docx", case={"since": "2022-05-01"}),
    sent("settled already", MORE, "主体责任6月工作进展.docx"),
]

SOMEBODY_ELSES = [
    sent("another unit's by its file", DOUBT, "古陂镇安全技能阶段性工作情况.docx"),
    sent("another unit's by its subject", DOUBT, "报告.docx", subject="古陂镇安全技能阶段性工作情况"),
    reply("to another unit's letter", DOUBT, "阶段性工作情况.docx", sender="gupi@xinfeng.example", text="请查收"),
    sent("what it need not report", DOUBT, "园区7月工作情况.docx"),
    sent("a milestone", DOUBT, "烟花爆竹零售店规范经营秩序检查情况.docx"),
    reply("our own file", DOUBT, File("阶段性工作情况表.docx", docx("our form")), case={"ours": (docx("our form"),)}),
    reply(
        "our own file, renamed",
        DOUBT,
        File("嘉定镇安全技能阶段性工作情况.docx", docx("our form")),
        case={"ours": (docx("our form"),)},
    ),
    reply(
        "our own letter",
        DOUBT,
        File("催报函.eml", f"Message-ID: {OURS}\r\n\r\nx".encode(), "message/rfc822"),
        text="请查收",
    ),
]

PASSING_BY = [
    sent(
        "a newsletter",
        NOTHING,
        sender="news@shop.example",
        subject="7月优惠",
        text="点击退订",
        extra=["List-Unsubscribe: <http://x.example>"],
    ),
    sent("a list", NOTHING, sender="list@lists.example", extra=["List-Id: <l.lists.example>"], subject="讨论"),
    sent("a stranger's advertisement", DOUBT, "发票.pdf", sender="fapiao@163.com", subject="代开发票"),
    sent("an invitation", DOUBT, "关于召开安全生产会议的通知.docx", subject="会议通知", text="请派人参加。"),
    reply("an invitation in answer", DOUBT, "关于召开安全生产工作会议的通知.docx", text="请准时参加。"),
    reply("a list of duty in answer", DOUBT, "国庆值班安排表.xlsx", text="请查收。"),
    reply("a calendar of a meeting", EITHER, File("invite.ics", ICS, "text/calendar"), text="会议邀请"),
    reply(
        "an unrelated mail attached",
        DOUBT,
        File("转发.eml", b"From: <a@b.example>\r\nMessage-ID: <1@b.example>\r\n\r\nx", "message/rfc822"),
        text="见附件",
    ),
    sent("nothing names it", DOUBT, "材料.docx"),
    sent("a report of nothing known", DOUBT, "7月工作情况.docx"),
    sent("an essay of two plans", DOUBT, "落实主体责任提高安全技能工作情况.docx"),
    sent("one clear, one not", DOUBT, NAMED, "主体责任.docx", case={"since": "2022-05-01"}),
    sent("the subject has more", DOUBT, NAMED, subject="安全技能、科技强安材料"),
    sent("from ourselves", NOTHING, NAMED, sender="xfxawb@sina.com"),
    reply("a virus note alone", DOUBT, File("病毒扫描报告.pdf", pdf()), text="请查收"),
    reply("a disclaimer alone", DOUBT, File("免责声明.pdf", pdf()), text="请查收"),
]

NO_NIL = [
    reply("nil where it may not be", DOUBT, asked=[mines(7)], text="我镇本月零报告。"),
    reply("no material yet", DOUBT, asked=[mines(7)], case={"nil": True}, text="暂无材料，稍后补报。"),
    reply("no form", DOUBT, asked=[mines(7)], case={"nil": True}, text="没有模板。"),
    reply("no attachment", DOUBT, asked=[mines(7)], case={"nil": True}, text="没有收到附件。"),
    reply("not nil", DOUBT, asked=[mines(7)], case={"nil": True}, text="我镇这个月不是零报告。"),
    reply("whether nil", DOUBT, asked=[mines(7)], case={"nil": True}, text="没有此类企业是不是零报告？"),
    reply("the rule of nil", DOUBT, asked=[mines(7)], case={"nil": True}, text="我镇严格落实零报告制度。"),
    reply("no objection", DOUBT, asked=[mines(7)], case={"nil": True}, text="我镇无异议。"),
    reply("no way to open it", DOUBT, asked=[mines(7)], case={"nil": True}, text="附件无法打开，麻烦重发。"),
    reply("no time", DOUBT, asked=[RENOVATION], case={"nil": True}, text="这几天没有时间。"),
    reply("nil in a document where it may not be", DOUBT, "矿山7月工作情况零报告.docx", asked=[mines(7)]),
]

NOT_TRUE: list[Case] = [
    *THANKS,
    *AUTOMATIC,
    *PROMISES,
    *EMPTY,
    *UNREADABLE,
    *FALSE_NAMES,
    *PICTURES,
    *NOT_VOUCHED,
    *SENT_BACK,
    *ANOTHER_TIME,
    *SOMEBODY_ELSES,
    *PASSING_BY,
    *NO_NIL,
]
