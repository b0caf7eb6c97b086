"""True reports, in the shapes that clerks give them; all of them from a unit's own address and vouched for."""

from tests.documents import JPEG, PNG, csv, docx, ofd, ole, pdf, pptx, xlsx, zipped
from tests.mail_corpus.cases import (
    CULTURE,
    LIAISON,
    MODEL_PLAN,
    RENOVATION,
    REPORT,
    SAFE_PLAN,
    STAGE,
    Case,
    duty,
    mines,
    model,
    reply,
    sent,
    technology,
)
from tests.mails import File

APRIL = {"on": "2022-04-20", "since": "2022-04-01"}
LATE = {"since": "2022-05-01"}

BY_NAME = [
    sent("one docx from QQ", REPORT, "嘉定镇安全技能阶段性工作情况.docx", items=[STAGE], style="qq"),
    sent("one doc from Foxmail", REPORT, "安全技能阶段性工作情况.doc", items=[STAGE], style="foxmail"),
    sent("one wps from 163", REPORT, "安全技能阶段性工作情况报告.wps", items=[STAGE], style="netease"),
    sent("one pdf from Outlook", REPORT, "安全技能阶段工作情况（盖章）.pdf", items=[STAGE], style="outlook"),
    sent("one ofd", REPORT, "关于报送安全技能阶段性工作情况的报告.ofd", items=[STAGE]),
    sent("one docx from Gmail", REPORT, "信丰县嘉定镇安全技能阶段性工作情况.docx", items=[STAGE], style="gmail"),
    sent("a month in the name", REPORT, "嘉定镇主体责任7月工作进展.docx", items=[duty(7)], style="qq"),
    sent("a month in Chinese numerals", REPORT, "主体责任七月份工作进展.doc", items=[duty(7)]),
    sent("a month as digits", REPORT, "主体责任202207.xlsx", items=[duty(7)]),
    sent("a month last", REPORT, "科技强安进展情况（7月）.xls", items=[technology(7)], style="foxmail"),
    sent("an et table", REPORT, "科技强安7月进展情况.et", items=[technology(7)], style="netease"),
    sent("a csv table", REPORT, File("科技强安7月进展情况.csv", csv(), "text/csv"), items=[technology(7)]),
    sent("slides", REPORT, "双千示范7月进展.pptx", items=[model(7)]),
    sent("old slides", REPORT, "双千示范7月进展情况.ppt", items=[model(7)]),
    sent("a table by its title", REPORT, "非煤矿山技术改造情况登记表.xls", items=[RENOVATION], style="qq"),
    sent("a quarter", REPORT, "公共安全文化建设三季度进展情况.docx", items=[CULTURE]),
    sent("a quarter as digits", REPORT, "安全文化2022年第3季度.docx", items=[CULTURE]),
    sent("a plan's number", REPORT, "方案三7月工作进展.docx", items=[duty(7)]),
    sent("mines, a month", REPORT, "嘉定镇矿山安全7月工作情况.docx", items=[mines(7)], style="outlook"),
    sent("a name in raw GBK", REPORT, File("安全技能阶段性工作情况.doc", naming="raw"), items=[STAGE]),
    sent("a name in both ways", REPORT, File("安全技能阶段性工作情况.doc", naming="both"), items=[STAGE]),
    sent("a package within .doc", REPORT, File("安全技能阶段性工作情况.doc", docx("wps")), items=[STAGE]),
    sent("a workbook within .xls", REPORT, File("科技强安7月进展.xls", xlsx("wps")), items=[technology(7)]),
    sent("RTF within .doc", REPORT, File("主体责任7月工作进展.doc", b"{\\rtf1\\ansi }"), items=[duty(7)]),
    sent("a package within .wps", REPORT, File("主体责任7月工作进展.wps", docx("new")), items=[duty(7)]),
    sent("a typed part", REPORT, File("主体责任7月工作进展.pdf", pdf(), "application/pdf"), items=[duty(7)]),
    sent("with a full date of writing", REPORT, "主体责任7月工作进展2022.7.20.docx", items=[duty(7)]),
    sent("final version", REPORT, "安全技能阶段性工作情况（最终版）.docx", items=[STAGE]),
    sent("June's, late", REPORT, "主体责任6月工作进展.docx", items=[duty(6)], case=LATE, text="补报6月材料，请查收。"),
    sent("a resend", REPORT, "安全技能阶段性工作情况.docx", items=[STAGE], subject="重新报送", text="按要求重新报送。"),
]

BY_SUBJECT = [
    sent("a scan named by the subject", REPORT, "扫描件001.pdf", items=[STAGE], subject="嘉定镇安全技能阶段性工作情况"),
    sent("pages as pictures", REPORT, "1.jpg", "2.jpg", items=[STAGE], subject="嘉定镇安全技能阶段性工作情况"),
    sent("an archive", REPORT, "材料.zip", items=[STAGE], subject="安全技能阶段性工作情况（嘉定镇）", style="qq"),
    sent("a dull name", REPORT, "新建 Microsoft Word 文档.docx", items=[duty(7)], subject="嘉定镇7月主体责任工作进展"),
    sent("by the text", REPORT, "附件.docx", items=[STAGE], text="现报送我镇安全技能阶段性工作情况，请查收。"),
    sent(
        "two plans in the subject",
        REPORT,
        "材料.zip",
        items=[STAGE, technology(7)],
        subject="安全技能、科技强安工作情况",
    ),
    sent(
        "months as files", REPORT, "6月.doc", "7月.doc", items=[duty(6), duty(7)], subject="主体责任工作进展", case=LATE
    ),
    sent("passed on", REPORT, "安全技能阶段性工作情况.docx", items=[STAGE], subject="转发：阶段性工作情况", text=""),
    sent("no text at all", REPORT, "安全技能阶段性工作情况.docx", items=[STAGE], subject="", text=""),
    sent(
        "a unit before the subject",
        REPORT,
        "上报材料.pdf",
        items=[technology(7)],
        subject="【嘉定镇】科技强安7月进展情况",
    ),
]

REPLIES = [
    reply("a scan in answer", REPORT, "扫描件001.pdf", items=[STAGE], style="qq", text="已办理，请查收附件。"),
    reply("a report in answer, QQ", REPORT, "阶段性工作情况.docx", items=[STAGE], style="qq"),
    reply("a report in answer, Foxmail", REPORT, "阶段性工作情况.doc", items=[STAGE], style="foxmail"),
    reply("a report in answer, 163", REPORT, "工作情况.doc", items=[STAGE], style="netease"),
    reply("a report in answer, Outlook", REPORT, "阶段性工作情况汇报.pdf", items=[STAGE], style="outlook"),
    reply("a report in answer, Gmail", REPORT, "阶段性工作情况.pdf", items=[STAGE], style="gmail"),
    reply("a phone's answer", REPORT, "阶段性工作情况.pdf", items=[STAGE], text="发自我的iPhone", style="plain"),
    reply("thanks and the report", REPORT, "材料.docx", items=[STAGE], text="收到，谢谢！材料见附件。"),
    reply("narrowed by a month", REPORT, "7月.docx", items=[duty(7)], asked=[STAGE, duty(7)]),
    reply("narrowed by a plan", REPORT, "主体责任.docx", items=[duty(7)], asked=[STAGE, duty(7)]),
    reply(
        "both that were asked",
        REPORT,
        "阶段性工作情况.docx",
        "主体责任7月.docx",
        items=[STAGE, duty(7)],
        asked=[STAGE, duty(7)],
    ),
    reply("another than was asked", REPORT, "科技强安7月进展.docx", items=[technology(7)]),
    reply("by our code alone", REPORT, "阶段性工作情况.docx", items=[STAGE], in_reply_to="", quoting=""),
    reply("with a subject of its own", REPORT, "附件1.docx", items=[STAGE], subject="嘉定镇安全技能阶段性工作情况"),
    reply(
        "courtesies",
        REPORT,
        "阶段性工作情况.docx",
        items=[STAGE],
        text="请审阅，谢谢！如有问题请联系张三 13812345678。",
    ),
    reply("more courtesies", REPORT, "阶段性工作情况.docx", items=[STAGE], text="请查收，有不妥请指正。"),
    reply("still more", REPORT, "阶段性工作情况.docx", items=[STAGE], text="领导好，材料已报，辛苦了！收到请回复。"),
    reply(
        "a greeting of the hour",
        REPORT,
        "阶段性工作情况.docx",
        items=[STAGE],
        text="下午好！现将阶段性工作情况报上，请查阅。",
    ),
    reply(
        "what the notice asks",
        REPORT,
        "阶段性工作情况.docx",
        items=[STAGE],
        text="根据通知要求，各单位7月25日前报送，现将我镇情况报送给你们。",
    ),
    reply("paper follows", REPORT, "阶段性工作情况.docx", items=[STAGE], text="现报送电子版，纸质版另行寄送。"),
    reply(
        "with a signature",
        REPORT,
        "阶段性工作情况.docx",
        items=[STAGE],
        text="请查收。\n\n--\n嘉定镇应急管理站\n张三\n电话：0797-3330001",
    ),
    reply("with a logo", REPORT, "阶段性工作情况.docx", File("image001.png", PNG, "image/png", "logo"), items=[STAGE]),
    reply("with a vCard", REPORT, "阶段性工作情况.docx", File("张三.vcf", b"BEGIN:VCARD", "text/vcard"), items=[STAGE]),
    reply(
        "with a gateway's note",
        REPORT,
        "阶段性工作情况.docx",
        File("邮件安全提示.txt", "本邮件已检查".encode()),
        items=[STAGE],
    ),
    reply("with photographs", REPORT, "阶段性工作情况.docx", "培训现场1.jpg", "培训现场2.jpg", items=[STAGE]),
    reply("with proofs", REPORT, "安全技能阶段性工作情况.docx", "佐证材料.zip", "花名册.xlsx", items=[STAGE]),
    reply(
        "with the lock file of Word",
        REPORT,
        "阶段性工作情况.docx",
        File("~$段性工作情况.docx", bytes(162)),
        items=[STAGE],
    ),
    reply(
        "our calendar beside it",
        REPORT,
        "阶段性工作情况.docx",
        File("报送日程.ics", b"BEGIN:VCALENDAR", "text/calendar"),
        items=[STAGE],
    ),
    reply(
        "a second time, better",
        REPORT,
        File("阶段性工作情况.docx", docx("stamped")),
        items=[STAGE],
        case={"back": ((STAGE, ("<first@client.example>",), (docx("first"),)),)},
    ),
    reply(
        "sent back, one file new",
        REPORT,
        File("阶段性工作情况.docx", docx("first")),
        File("附表.xlsx", xlsx("new")),
        items=[STAGE],
        case={"back": ((STAGE, ("<first@client.example>",), (docx("first"),)),)},
    ),
    reply(
        "a long note",
        REPORT,
        "阶段性工作情况.docx",
        items=[STAGE],
        text="县安委办：\n　　我镇高度重视安全技能提升工作，召开专题会议部署，组织企业开展培训12场次，"
        "培训从业人员860人次，特种作业人员持证上岗率达到100%，现将阶段性工作情况随附件报送，请审阅。\n"
        "　　特此报告。\n嘉定镇人民政府\n2022年7月25日",
    ),
]

ARCHIVES = [
    sent(
        "a document in an archive",
        REPORT,
        File("安全技能阶段性工作情况.zip", zipped({"报告.docx": docx()})),
        items=[STAGE],
    ),
    sent(
        "names in GBK",
        REPORT,
        File("安全技能阶段性工作情况.zip", zipped({"报告/报告.doc": ole(), "报告/照片.jpg": JPEG}, gbk=True)),
        items=[STAGE],
    ),
    sent(
        "an archive from a Mac",
        REPORT,
        File("安全技能阶段性工作情况.zip", zipped({"报告.pdf": pdf(), "__MACOSX/._报告.pdf": b"x"})),
        items=[STAGE],
    ),
    sent(
        "an archive of ofd",
        REPORT,
        File("主体责任7月工作进展.zip", zipped({"a.ofd": ofd(), "b.xlsx": xlsx()})),
        items=[duty(7)],
    ),
    sent(
        "an archive of many",
        REPORT,
        File("科技强安7月进展.zip", zipped({f"{n}.docx": docx(str(n)) for n in range(40)})),
        items=[technology(7)],
    ),
    sent("slides in an archive", REPORT, File("双千示范7月进展.zip", zipped({"a.pptx": pptx()})), items=[model(7)]),
]

SCANS = [
    sent("a scan by its name", REPORT, "安全技能阶段性工作情况盖章.jpg", items=[STAGE]),
    sent("two scans by their names", REPORT, "主体责任7月工作进展1.png", "主体责任7月工作进展2.png", items=[duty(7)]),
    reply("a scan by a short name", REPORT, "阶段性工作情况（盖章扫描件）.jpg", items=[STAGE]),
]

LIAISONS = [
    reply(
        "a liaison in a line",
        REPORT,
        items=[LIAISON],
        asked=[LIAISON],
        case=APRIL,
        text="我镇联络人：张三，电话：0797-3330001。",
    ),
    reply(
        "a liaison in two lines",
        REPORT,
        items=[LIAISON],
        asked=[LIAISON],
        case=APRIL,
        text="现将我镇联络人报送如下：\n姓名：张三\n联系电话：13812345678",
    ),
    reply(
        "a liaison without colons",
        REPORT,
        items=[LIAISON],
        asked=[LIAISON],
        case=APRIL,
        text="联络员张三，电话0797-3330001",
    ),
    reply(
        "two liaisons",
        REPORT,
        items=[LIAISON],
        asked=[LIAISON],
        case=APRIL,
        text="联络员：张三 手机：13812345678\n联络员：李四 手机：13912345678",
    ),
    reply(
        "a table",
        REPORT,
        items=[LIAISON],
        asked=[LIAISON],
        case=APRIL,
        text="联络人信息：\n姓名 职务 联系电话\n张三 站长 0797-3330001",
    ),
    reply(
        "a liaison, then a signature",
        REPORT,
        items=[LIAISON],
        asked=[LIAISON],
        case=APRIL,
        style="qq",
        text="联络员：张三\n办公电话：0797-3330001\n手机：13812345678\n\n嘉定镇应急管理站\n李四",
    ),
    sent(
        "a liaison by the subject",
        REPORT,
        items=[LIAISON],
        case=APRIL,
        subject="嘉定镇安全技能联络人姓名和联系电话",
        text="联络人：张三；联系电话：13812345678",
    ),
    reply("a liaison in a document", REPORT, "嘉定镇安全技能联络人.docx", items=[LIAISON], asked=[LIAISON], case=APRIL),
    reply(
        "a liaison in a table of files",
        REPORT,
        "联络员信息表.xlsx",
        items=[LIAISON],
        asked=[LIAISON],
        case=APRIL,
        text="见附件。",
    ),
]

NIL = [
    reply("nil by a sentence", REPORT, items=[mines(7)], asked=[mines(7)], case={"nil": True}, text="我镇本月零报告。"),
    reply(
        "nil, nothing of the kind",
        REPORT,
        items=[mines(7)],
        asked=[mines(7)],
        case={"nil": True},
        text="我镇本月无此类情况，特此报告。",
    ),
    reply(
        "nil, none in the town",
        REPORT,
        items=[RENOVATION],
        asked=[RENOVATION],
        case={"nil": True},
        text="经排查，我镇无非煤矿山，特此报告。",
    ),
    sent(
        "nil by the subject",
        REPORT,
        items=[mines(7)],
        case={"nil": True},
        subject="嘉定镇矿山7月工作情况零报告",
        text="嘉定镇零报告。",
    ),
    sent("nil in a document", REPORT, "嘉定镇矿山7月工作情况（零报告）.docx", items=[mines(7)], case={"nil": True}),
]

PLANS = [
    sent("a work plan", REPORT, "嘉定镇科技强安实施方案.doc", items=[SAFE_PLAN], case=APRIL),
    sent("another", REPORT, "嘉定镇“双千示范”工程建设实施方案.pdf", items=[MODEL_PLAN], case=APRIL),
    sent("both", REPORT, "科技强安实施方案.doc", "双千示范实施方案.doc", items=[SAFE_PLAN, MODEL_PLAN], case=APRIL),
    sent("next month's, with its year", REPORT, "主体责任2022年8月工作进展.docx", items=[duty(8)]),
]

MANY = [
    sent(
        "four items, four files",
        REPORT,
        "安全技能阶段性工作情况.docx",
        "主体责任7月.docx",
        "科技强安7月.docx",
        "双千示范7月.docx",
        items=[STAGE, duty(7), technology(7), model(7)],
        subject="嘉定镇7月各项材料",
    ),
    sent("two of one item", REPORT, "安全技能阶段性工作情况.docx", "安全技能阶段性工作情况.pdf", items=[STAGE]),
    sent(
        "one settled beside one owed", REPORT, "安全技能阶段性工作情况.docx", "主体责任6月工作进展.docx", items=[STAGE]
    ),
]

TRUE: list[Case] = [*BY_NAME, *BY_SUBJECT, *REPLIES, *ARCHIVES, *SCANS, *LIAISONS, *NIL, *PLANS, *MANY]
