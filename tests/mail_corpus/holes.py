"""Mails written by a reader of the rules, to get past them, and true reports of kinds that nobody had thought of.

At first sight 82 of 251 were registered that are none, and 53 of the 80 true ones: a clause passed that looked like a
name or an office, that left one character over, or had only known words; a month in a file's name switched the look at
the rest of it off; subjects and members of archives were hardly looked at.
"""

from tests.documents import docx, pdf, zipped
from tests.mail_corpus.cases import DOUBT, EITHER, LIAISON, REPORT, STAGE, Case, duty, reply, sent
from tests.mails import File

APRIL = {"on": "2022-04-24", "since": "2022-04-01"}
NIL = {"nil": True}
_TITLE = "安全技能阶段性工作情况"
_FILE = f"嘉定镇{_TITLE}.docx"
_DUTY = "嘉定镇落实企业安全生产主体责任7月份工作进展.docx"


def _words(text: str) -> list[str]:
    return text.split()


_ODD = _words("""
章没盖 材料里章未盖 项目没完 范围不对 明细没好 单位没报齐 包含错误 附件错了 请勿查收 材料还要上党委会 还要提交党委会
此件系误发给贵办 请转给应急管理局 只报了3家 漏了2家企业 有2家企业拒绝填写 现在整理材料 已安排填报 收到，材料在办理
附件是旧材料 附件为上月材料 附件是假材料 程序没走完 金额没填 高温停工中 附件是例表 请删 我镇落实后报送 报送人错
此表报市局 继续推进排查后上报 单子没填全 温馨提示 请查收\\n章没盖 请查收\\n材料还要上党委会 请查收\\n--\\n章没盖
请按时报送 请各镇按要求上报 盖章后报送 请盖章后报送 请填报 报告已报镇长
""")
_LONG = "。".join(["截至目前累计培训职工320人次"] * 15)
_FILES = _words("""
嘉定镇7月信访工作情况.docx 7月份疫情防控工作情况.docx 嘉定镇7月环保督察整改进展.docx 嘉定镇7月消防工作总结.docx
7月会议纪要.docx 7月工资表.xlsx 7月值班表.xlsx 7月考勤表.xlsx 嘉定镇7月森林防火月报.xlsx 7月发票.pdf
嘉定镇7月道路交通安全工作进展.docx 嘉定镇7月党建工作总结.docx
""")
_STAGES = _words("""
河长制工作情况.docx 乡村振兴工作情况.docx 阶段性工作情况（乡村振兴）.docx 阶段性工作情况不完整.docx
关于安全技能阶段性工作情况的回复意见.docx 安全技能阶段性工作情况反馈意见.docx 安全技能阶段性工作情况抽查通报.pdf
安全技能阶段性工作情况报送通知.pdf 安全技能阶段性工作情况填表说明.docx 安全技能阶段性工作情况-空表.docx
安全技能阶段性工作情况(样例).docx 安全技能阶段性工作情况征求.docx 安全技能培训阶段性工作提纲.docx
安全技能阶段性工作情况评分表.xlsx 安全技能阶段性工作情况未盖章.pdf 安全技能阶段性工作情况报送名单.xlsx
关于嘉定镇未能按时报送安全技能阶段性工作情况的说明.docx 关于催报安全技能阶段性工作情况的函.pdf
关于报送安全技能阶段性工作情况的通知.docx
""")
_SUBJECTS = (f"勿收 {_TITLE}", f"测试 {_TITLE}", f"{_TITLE}（暂不报）", f"关于报送{_TITLE}的通知", f"{_TITLE}作废件")
_LIAISONS = (
    "旧联络人：刘小军，电话：13807970001",
    "市局联络人：李四，电话：13807970009",
    "收到。联系人：刘小军，电话：13807970001",
    "收到，谢谢！联系人：刘小军，电话：13807970001",
    "收到，我镇会按要求办理。联系人：刘小军，电话：13807970001",
    "来信收悉。\n联系人：刘小军\n电话：13807970001",
    "古陂镇联络人：李四，电话：13907970003",
    "各村联络人：刘小军，电话：13807970001",
    "联络人：张三（代），电话：13800000000，正式的再定",
    "联络人：某某，电话：13800000000",
    "姓名：王丽\n电话：13807970002\n以上为财务人员",
    "好的。姓名：王丽，电话：13807970002",
    "联络人：刘小军，电话：13807970001，不是我",
    "此联络人：刘小军，电话：13807970001，停用",
    "例：联络人：张三，电话：13800000000",
    "材料已收，分管领导：刘小军，电话：13807970001",
    "您好！来信已收到，谢谢！联络人：刘小军，联系电话：13807970001",
    "已阅。联络人：王丽，电话：13807970002",
    "本邮箱已停用，请联系新联络人：王丽，电话：13807970002",
    "王丽\n嘉定镇应急站\n联系人：王丽\n电话：13807970002",
)
_NO_NIL = _words("""
没有问题，零报告制度已落实。 我镇零报告暂未收齐 附件零报告表怎么下载不了 零报告的话还需盖章 本月无法报送相关情况
我镇只有两个村零报告 上月零报告，本月有2起 下月起零报告 周报零报告 疫情零报告 防汛日报：零报告 古陂镇7月零报告
同意零报告吧 领导说零报告 我镇不能零报告，正在统计。 各村都要求报，不得零报告。
""")
_PLAIN = (
    "请查收附件\n\n来自QQ邮箱手机版",
    "请查收！\n\n\n发自 网易邮箱大师",
    "陈主任您好：因前段时间忙于防汛工作，上报迟了，非常抱歉！现补报，请查收。",
    "尊敬的陈主任：\n天气炎热，注意防暑。现将工作情况报送给您，如有不足之处，请指正。\n祝工作顺利！",
    "导出的表格，请查收",
    "三个材料一并报送，请查收。",
    "按您的意见已修改完善，现重新报送，请查收。",
    "定稿，请查收。",
    "这是盖章后的正式稿，请以此为准。",
    "附件请查收，盖章件已寄出",
    "材料已经分管领导审签，请查收",
    "请查收。\n\n本邮件及其附件可能含有保密信息，仅限于发送给上面地址中列出的个人或单位。"
    "如果您错收了本邮件，请您立即电话或邮件通知发件人并删除本邮件！",
    "我镇安全技能阶段性工作情况已整理完毕，下一步我镇将继续加大培训力度，现报送，请查收。",
    "您好，我是嘉定镇刘小军，这是安全技能的材料，请查收。",
    "请查收[玫瑰]",
    "收到请回复，谢谢🙏",
    "今天刚整理好，请查收",
    "见附件。另附佐证照片。",
    "请领导审阅！祝工作愉快！",
    "嘉定镇应急办报送",
    "附件为我镇工作情况，联系人：王丽，联系电话：3330001。",
    "领导：\n    请查收我镇阶段性工作情况。"
    "\n\n--\n嘉定镇应急管理站 刘小军\n电话：0797-3330001\n地址：信丰县嘉定镇阳明北路",
    "信丰县安委办：\n\n    根据《信丰县企业从业人员安全技能“巩固提升”攻坚战实施方案》要求，"
    "现将我镇阶段性工作情况上报贵办，请予审阅。"
    "\n\n                  嘉定镇人民政府\n                  2022年7月25日",
)
_NAMED = (
    "我镇联络人是刘小军，手机13807970001",
    "联络人 刘小军 13807970001",
    "安全技能联络员：刘小军\n联系方式：13807970001",
    "姓名：刘小军\n职务：应急站长\n联系电话：13807970001",
    "姓名\t职务\t电话\n刘小军\t站长\t13807970001",
    "嘉定镇安全技能联络人\n姓名：刘小军\n电话：13807970001",
    "您好，我镇联络员为应急管理站站长刘小军，联系电话13807970001。",
    "姓名：刘小军　　联系电话：１３８０７９７０００１",
    "陈主任，联络人报给您：刘小军，13807970001。",
    "按通知要求，现将联络人上报如下：\n刘小军 应急站站长 13807970001",
    "联络人:诸葛明 电话:0797-3330001-801",
    "联络人：欧阳小军，电话：13807970001",
)
_IS_NIL = (
    "零报告",
    "我镇7月份零报告。",
    "嘉定镇本月无新增情况。",
    "经排查，我镇本月无相关情况。",
    "我镇7月无新增事故隐患，零报告。",
    "您好，我镇本月无此类情况，特此报告。",
    "我镇7月份主体责任无新增情况，零报告。",
)
_OURS = docx("ours")
_SENT_BACK = {"back": ((STAGE, ("<first@client.example>",), (_OURS,)),)}

HOLES_NOT: list[Case] = [
    *(reply(f"hole: {text}", DOUBT, _FILE, text=text.replace("\\n", "\n")) for text in _ODD),
    reply("hole: a long text for talk only", DOUBT, _FILE, text=f"{_LONG}。以上内容仅供内部讨论。"),
    reply("hole: a long text, not true", DOUBT, _FILE, text=f"{_LONG}。内容不实。"),
    reply("hole: far below", DOUBT, _FILE, text="截至目前累计开展培训320人次。" * 300 + "请问这样写行不行？"),
    *(reply(f"hole file: {name}", DOUBT, name, asked=[duty(7)], text="请查收。") for name in _FILES),
    *(reply(f"hole file: {name}", DOUBT, name, text="请查收。") for name in _STAGES),
    *(sent(f"hole subject: {subject}", DOUBT, _FILE, subject=subject, text="") for subject in _SUBJECTS),
    *(reply(f"hole liaison: {text}", EITHER, asked=[LIAISON], case=APRIL, text=text) for text in _LIAISONS),
    *(reply(f"hole nil: {text}", EITHER, asked=[duty(7)], case=NIL, text=text) for text in _NO_NIL),
    reply("hole: ours in an archive", DOUBT, File("材料.zip", zipped({_FILE: _OURS})), case={"ours": (_OURS,)}),
    reply("hole: ours with a slip", DOUBT, File(_FILE, _OURS), "回执.pdf", case={"ours": (_OURS,)}),
    reply("hole: sent back, in an archive", DOUBT, File(f"{_TITLE}.zip", zipped({_FILE: _OURS})), case=_SENT_BACK),
    reply("hole: sent back, with a word on it", DOUBT, File(_FILE, _OURS), "说明.docx", case=_SENT_BACK),
    reply("hole: a page that says more", DOUBT, _FILE, text="请查收", page="<p>请查收</p><p>这是初稿，请先审</p>"),
    reply("hole: a page that takes it back", DOUBT, _FILE, text="请查收", page="<p>章没盖，勿收</p>"),
    reply("hole: a note as a file", DOUBT, _FILE, File("说明.txt", "这是初稿，请先审".encode())),
    reply("hole: a CSV of one letter", DOUBT, File(f"{_TITLE}.csv", b"a")),
    reply("hole: an error as CSV", DOUBT, File(f"{_TITLE}.csv", b'{"errcode":404}')),
    reply("hole: a PDF of nothing", DOUBT, File(f"{_TITLE}.pdf", b"%PDF-1.4 %%EOF")),
    reply("hole: a wage sheet in an archive", DOUBT, File("嘉定镇.zip", zipped({"工资表.docx": docx()}))),
]

HOLES_TRUE: list[Case] = [
    *(reply(f"plain: {text[:30]}", REPORT, _FILE, items=[STAGE], text=text) for text in _PLAIN),
    *(reply(f"named: {text}", REPORT, items=[LIAISON], asked=[LIAISON], case=APRIL, text=text) for text in _NAMED),
    *(reply(f"nil: {text}", REPORT, items=[duty(7)], asked=[duty(7)], case=NIL, text=text) for text in _IS_NIL),
    reply(
        "an archive of what names the item",
        REPORT,
        File("嘉定镇.zip", zipped({f"嘉定镇/{_TITLE}.docx": docx(), f"嘉定镇/{_TITLE}.pdf": pdf()})),
        items=[STAGE],
        asked=[STAGE, duty(7)],
    ),
    reply("a page that says the same", REPORT, _FILE, items=[STAGE], text="请查收", page="<p>请&nbsp;查收</p>"),
    reply("a letter with its report", REPORT, f"关于报送{_TITLE}的函.pdf", _FILE, items=[STAGE]),
    reply("a date and a version", REPORT, "20220725嘉定镇主体责任7月工作进展（定稿）.docx", items=[duty(7)]),
    reply("the notice's own title", REPORT, _DUTY, items=[duty(7)], asked=[STAGE, duty(7)]),
    sent(
        "nil, by its subject", REPORT, items=[duty(7)], case=NIL, subject="嘉定镇主体责任7月零报告", text="特此报告。"
    ),
]
