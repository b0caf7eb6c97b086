"""A third lot of mails, written after the rules had been mended by what got past them.

At first sight 28 of 40 true reports were registered, and 5 of 98 others: two of these were answers to a letter that
asks for one thing, by a file of any name, and are left out. The other three are mended.
"""

from tests.mail_corpus.cases import DOUBT, EITHER, LIAISON, REPORT, STAGE, Case, duty, reply

APRIL = {"on": "2022-04-24", "since": "2022-04-01"}
NIL = {"nil": True}
_FILE = "嘉定镇安全技能阶段性工作情况.docx"
_NOTES = (
    "您好，嘉定镇阶段性工作情况请查收附件",
    "请王科长查收，谢谢",
    "附件：1.嘉定镇安全技能阶段性工作情况；2.佐证照片。请查收",
    "按照会议要求，现将我镇阶段性工作情况报上，请查收",
    "您好！这是嘉定镇安全技能提升攻坚战的阶段性工作情况报告，请您审阅，祝您工作顺利！",
    "迟到的材料，请查收，抱歉",
    "已盖章，请查收",
    "镇里材料，请收",
    "现提交我镇阶段性总结，请审核，谢谢！",
    "应急站报送：阶段性工作情况",
    "请查收附件中的报告，谢谢配合",
    "领导，您好！\n  材料已准备好，现发给您，请查收！",
    "附件是我镇情况，麻烦了",
    "请查收，电话13807970001",
    "尊敬的县安委办领导：您好，现将有关情况报告如下，具体见附件。",
    "根据县安委办催报函要求，现补报我镇阶段性工作情况，请查收。",
    "材料两份，请查收：报告、照片",
    "收到，这就报送，见附件",
    "请查收。——嘉定镇应急管理站",
    "阶段性工作情况（嘉定镇）",
    "按要求报送阶段性情况，妥否请指示",
    "盖章版和电子版均已上传，请查收",
    "嘉定镇安全技能攻坚战阶段性小结上报，请收悉",
    "各位老师辛苦了，嘉定镇材料请查收",
    "今天才收到通知，现报送，请见谅",
    "领导您好，因近期防汛任务重，报送迟了，请谅解。",
)
_NAMES = (
    "嘉定镇安全技能阶段性情况.docx",
    "关于安全技能“巩固提升”攻坚战的阶段性工作报告-嘉定镇.doc",
    "1.嘉定镇安全技能阶段性工作情况.docx",
    "嘉定镇-阶段工作情况-盖章扫描件.pdf",
    "扫描全能王 2022-07-25 10.30.pdf",
    "嘉定镇上报材料.docx",
    "安全技能阶段性工作情况（嘉定镇应急管理站）.docx",
)
_NAMED = (
    "您好，现将联络员信息报送如下：姓名：钟小红，职务：应急管理站副站长，联系电话：13807970001。",
    "联络人 钟小红 电话 0797-3330001",
    "我镇联络人为钟小红，电话为13807970001，请知悉",
    "安全技能联络人：钟小红（副站长）13807970001",
)
_IS_NIL = (
    "我镇7月份无相关情况，零报告。",
    "本月零报告。嘉定镇",
    "7月我镇无安全生产事故，特此报告。",
)
_ODD = (
    "附件是上次的",
    "附件为交办单",
    "这是市里的",
    "附件系整改通知",
    "请查收整改通知书",
    "附件为检查表",
    "请贵办审核签字",
    "请签字返回",
    "请下发各村",
    "请转发",
    "请上报",
    "发您参考",
    "供您参阅",
    "发您看下行不",
    "先发一份",
    "给您一份旧的",
    "我先发您",
    "发一份给您备用",
    "报告暂缓",
    "请暂存",
    "请保管",
    "麻烦打印",
    "麻烦您打印一下",
    "请打印盖章",
    "请代为盖章",
    "请代报",
    "请代报县里",
    "请补充",
    "请补充完善后报送",
    "领导在看",
    "领导在审",
    "镇长看过再说",
    "在走流程",
    "走流程",
    "流程未完",
    "我写的，您看",
    "见附件，不知对不",
    "材料OK不",
    "可以吗",
    "行吗",
    "这样可以",
    "没盖章",
    "未盖章",
    "章在路上",
    "无章",
    "缺章",
    "空章",
    "电子章",
    "待章",
    "材料附件重了",
    "附件无用",
    "误",
    "错",
    "作废",
    "撤",
    "停",
    "否",
    "免",
    "附件多余",
    "不用看附件",
    "附件不看也行",
    "见上封",
    "见前封",
    "与上封重复",
    "重复",
    "此封为准",
    "以后面的为准",
    "下封为准",
    "还有一封",
    "两封以后封为准",
)
_FILES = (
    "安全技能阶段性工作情况-下半年.docx",
    "安全技能阶段性工作情况调查.docx",
    "安全技能阶段性工作情况汇编.docx",
    "安全技能阶段性工作情况问题.docx",
    "安全技能阶段性工作情况整改.docx",
    "安全技能阶段性工作情况计划.docx",
    "安全技能阶段性工作情况(待).docx",
    "7月15日会议材料.docx",
    "上报格式.docx",
    "统计表（空）.xlsx",
    "附件模版.docx",
    "嘉定镇人员信息统计.xlsx",
    "嘉定镇台账.xlsx",
)
_LIAISONS = (
    "联络人：见附件",
    "联络人：刘小军，电话：13807970001。以上是县局的",
    "联络人换人了，新联络人：刘小军，电话13807970001，还没定",
    "联络员不是刘小军，电话13807970001",
    "联络人：张三，电话：13800000000。格式是这样吗",
)
_NO_NIL = (
    "7月零报告是不是可以不报",
    "零报告？",
    "上半年零报告",
    "二季度零报告",
    "要求零报告",
    "我镇无零报告",
    "零报告制",
    "没有零报告情况",
)

LATEST_NOT: list[Case] = [
    *(reply(f"third: {text}", DOUBT, _FILE, text=text) for text in _ODD),
    *(reply(f"third file: {name}", DOUBT, name, text="请查收") for name in _FILES),
    *(reply(f"third liaison: {text}", EITHER, asked=[LIAISON], case=APRIL, text=text) for text in _LIAISONS),
    *(reply(f"third nil: {text}", EITHER, asked=[duty(7)], case=NIL, text=text) for text in _NO_NIL),
]

LATEST_TRUE: list[Case] = [
    *(reply(f"third: {text[:40]}", REPORT, _FILE, items=[STAGE], text=text) for text in _NOTES),
    *(reply(f"third name: {name}", REPORT, name, items=[STAGE], text="请查收") for name in _NAMES),
    *(
        reply(f"third liaison: {text}", REPORT, items=[LIAISON], asked=[LIAISON], case=APRIL, text=text)
        for text in _NAMED
    ),
    *(reply(f"third nil: {text}", REPORT, items=[duty(7)], asked=[duty(7)], case=NIL, text=text) for text in _IS_NIL),
]
