"""What a covering note says beside its report: a promise, a question or a request is a doubt, a courtesy is none."""

import re
from collections.abc import Iterable
from functools import lru_cache

from cuibao.policy.offices import OfficeNames

_LONGEST = 4000
_CLAUSE = re.compile(r"[，,。；;！!\n]+")
_SENTENCE = re.compile(r"[。；;！!\n]+")
_COURTESY = re.compile(
    r"(?:早上|上午|中午|下午|晚上)好|如有(?:任何)?(?:问题|疑问|不妥|不当|遗漏|需要)[^。！\n]{0,20}|有(?:不妥|不当|问题)[^。！\n]{0,12}"
    r"|不妥(?:之处)?[^。！\n]{0,10}|收到请回复?|请(?:您|领导|予以|及时)?(?:查收|审阅|查阅|阅示|收悉|审核|批评指正|指正)|https?://\S+"
)
_QUESTION = re.compile(
    r"[？]|(?<=[\u4e00-\u9fff])\?|[吗呢]$|[吗呢][\s。，,!！]|请问|请教|咨询|能否|可否|是否(?:可以|需要|要|能|必须)|要不要|可不可以|能不能"
    r"|行不行|需不需要|(?:怎么|如何)(?:填|报|写|弄|办|做|上报|报送)|哪[个张份种](?:表|样|模板|格式|邮箱|版本)|什么时候|何时(?:报|截止)"
    r"|几号(?:报|交|前)|报什么|有没有"
)
# {office} stands for what the office is called.
_REQUEST = (
    r"申请(?!表|书)|请示|延期|延后|推迟|宽限|缓报|缓交|免报|免于报|(?:不用|不需要?|无需|不必)(?:再)?报(?!告)|(?<!按)(?:模板|模版)|样表|范本|空白表|样稿"
    r"|请(?:您|你们?|贵办|{office}|尽快|再|帮忙|帮)*(?:提供|重发|下发|重新发|发一下|发个|发给我|转发|处理|协助|协调|告知|明确|答复|批准|批复|同意)"
    r"|(?:麻烦|帮忙|帮)(?:您|你|再|我)?(?:.{0,4})(?:发|看|转|改|把)|把把?关|先(?:审|看|帮|过目|发您看|给您看)|提(?:出)?(?:修改)?意见|征求意见|送审稿|讨论稿"
    r"|初稿|草稿|草案|未定稿|修改稿待|作废|撤回|撤销|撤稿|报错|发错|传错|弄错|填错|有误|以(?!来|此为准|此件为准|本次为准|这份为准|本件为准)[^，。]{0,10}为准"
)
_UNDONE = re.compile(
    r"正在(?:准备|整理|走|收集|汇总|起草|签|审|修改|完善|撰写|核实|统计|办理|盖章|催|编|补充)|尚未|还没|还未|仍未|未(?:能)?(?:完成|盖章|签字|定稿|签批)"
    r"|没(?:有)?(?:完成|写完|做完|弄好|整理好|盖章|签字)|来不及|赶不|暂(?:时)?(?:无法|不能|没|未|缺|无(?:材料|数据|文件))|不能按|无法按|没法按|待(?:补|定|完善|审|盖|签|领导)"
    r"|后补|待.{0,8}(?:后|再)(?:报|补|交|发|送|上报)|(?:还|尚|仍)?(?:缺|差)(?:少)?[^，。]{0,6}(?:章|签字|表|附件|数据|材料)"
    r"|(?:没有?|未)(?:收到|看到|见到|找到)|打不开|无法打开"
)
_LATER = (
    r"稍后|稍候|稍晚|随后|后续|回头|晚点|晚些|过后|等会|一会儿?|待会|马上|立即|立刻|尽快|抓紧|下午|上午|今晚|今天内|晚上|明天|明日|明早"
    r"|后天|过(?:几|两)天|[两几三]天(?:内|后)|下周|下星期|下个?月|本?周[一二三四五六日天末](?:前|内)?|星期[一二三四五六日天]|近日|近期|这两天"
    r"|\d{1,2}[日号](?:上午|下午|晚)|将(?:于|会|在)|会(?:尽|及时|在|按)|(?<!下)一定|争取|预计|计划于|改天|其余|另外?再"
)
_HAND_IN = r"(?:补报|补交|补充|补上|补发|补送|报|交|发|送|提供|上传|给(?:您|你|到)|反馈|回复|完成|弄好|整理好)"
_PROMISE = re.compile(rf"(?:{_LATER})[^，。；！\n]{{0,12}}?{_HAND_IN}(?!告|表|完|人|展|现|生|布|动|改|电|放|往)")
_BARE_PROMISE = re.compile(rf"^(?:好的?)?(?:我们?)?(?:{_LATER})(?:再)?(?:报|交|发|送|补|给)?(?:吧|了|哦)?$")
_DATED = re.compile(rf"(?:\d{{1,2}}[日号]|月底|月末|季末|年底)(?:之?前|以前)[^，。；！\n]{{0,12}}?{_HAND_IN}(?!告|表)")
# What is told of the rules, and the paper that follows what was sent as a file, are no promises.
_RULE = re.compile(r"(?:根据|按照|按|依据|依照|遵照).{0,20}(?:要求|通知|规定|文件|部署|精神|安排)|要求|规定")
_PAPER = re.compile(r"纸质(?:版|件|稿|材料|文件)?[^，。；！\n]{0,10}(?:寄|送|报|交|递)")


def asks(texts: Iterable[str], office: OfficeNames) -> bool:
    """Whether one of `texts` (a subject, a note, a file's name) asks the `office` for something, promises it, or takes
    it back."""
    request = _request(office)
    return any(_asks(text[:_LONGEST], request) for text in texts)


def without_paper(clause: str) -> str:
    """`clause` without what it says of the paper that follows the file."""
    return _PAPER.sub("", clause)


@lru_cache(maxsize=8)
def _request(office: OfficeNames) -> re.Pattern[str]:
    return re.compile(_REQUEST.replace("{office}", re.escape(office.familiar)))


def _asks(text: str, request: re.Pattern[str]) -> bool:
    plain = _COURTESY.sub("", text)
    if _QUESTION.search(plain) or request.search(plain):
        return True
    dated = (sentence for sentence in _SENTENCE.split(plain) if _DATED.search(sentence))
    if any(not _RULE.search(sentence) for sentence in dated):
        return True
    clauses = [without_paper(clause).strip() for clause in _CLAUSE.split(plain)]
    return any(map(_is_doubtful, clauses))


def _is_doubtful(clause: str) -> bool:
    if _UNDONE.search(clause) or _BARE_PROMISE.match(clause):
        return True
    return _PROMISE.search(clause) is not None
