"""A covering note, clause by clause: what clerks write beside a report is known, and anything else a person reads.

What may be promised, asked or taken back has no end of wordings (`speech` knows the common ones); what accompanies a
report has few. So a short note is looked at by what it may say, and not only by what it may not.
"""

import re
from collections.abc import Callable

from cuibao.policy.mail.labelled import is_name
from cuibao.policy.mail.nil import says_nil
from cuibao.policy.mail.signature import body, is_signed

# Beyond this a text is a report pasted in, of which the beginning is the note.
_SHORT = 200
_NOTE = 60
_CLAUSE = re.compile(r"[，,。；;！!\n~～]+")
_KNOWN = re.compile(
    # A greeting, thanks, an excuse.
    r"(?:你|您)们?好|好$|^(?:各位|尊敬的)?(?:领导|老师|同志|主任|科长|同仁)|安委(?:办|会)|谢|感谢|辛苦|打扰|不好意思|抱歉|见谅|麻烦(?:您|你|了|查)"
    r"|^[小老][\u4e00-\u9fff]$|^[\u4e00-\u9fff]{1,2}(?:主任|科长|局长|书记|股长|站长|镇长)$|祝|^收到|^好的|^发自|^来自|特此报告|以上|^ok"
    # What is handed over, now or before.
    r"|现(?:将|报|把|予以)|报送|上报|报上|报来|呈报|呈送|已报|已发|发(?:您|你|给|送)|发上|传上|上传|交上|提交|奉上|附上|寄送|补报|重报|报给|再报一次"
    r"|报晚|晚报|迟报|漏报|漏了|附件|附后|见附|详见|如下|一并|电子版|纸质|扫描|转报|备案|印发"
    r"|已(?:经)?[^，。]{0,10}(?:盖章|签字|签发|审定|审核|签批|办理|完成|整理|改好|修改)|(?:盖章|签字|红头)(?:版|件|稿|扫描|pdf)"
    r"|查收|审阅|审核|查阅|审查|阅示|收悉|指正|接收|收阅|请收|签收|收下|回执"
    r"|^这是我们?(?:镇|乡|局|委|办|单位|这边)?的?(?:材料|报告|情况|报表)?$"
    # Why, and by whose word.
    r"|^(?:根据|按照?|依据|受|经)|委托|(?:有|如有|如需|若有)(?:任何)?(?:问题|疑问|事|需要|不妥|修改)|联系|电话|手机|联络|姓名|职务|邮箱"
    # What was done, in the words of reports.
    r"|[\d-]{7,}|\d(?:余|多)?(?:人|次|家|期|场|处|项|%|条|起|户|万)|开展|组织|召开|排查|培训|检查|整改|落实|推进|完成|发现|取证率|持证|部署|宣传|执法|会议精神|下一步|继续"
)
# A known word makes none of these harmless.
_HEDGED = re.compile(
    r"再(?:改|看|核|想|说|商量|完善|研究|确认)|参考|去年|上一?年|旧的?(?:版|材料)|不(?:对|全|准|完整|一定|确定)|仅供|暂定|大概|先(?:发|报|给|传|这样)"
    r"|批了|想(?!请)|打算|希望|等(?:领导|[他她我镇局]|书记|主任|签|盖|批|下|明|周|几|一)|没(?!有?问题)|别(?:的|处)|回个?电话|版本|转发|抄送|各村|执行|不用(?!谢|客气)|如果|要是|万一|只是|就发|就报"
    r"|部分|一半|[上下]半(?!年)|测试|忽略|删"
)


def odd_clause(text: str, named: Callable[[str], bool]) -> str:
    """The first clause of a covering note that is nothing which clerks write beside a report; empty where there is
    none. `named`: whether a clause names something of the campaign."""
    own = body(text)
    note = own if len(own) <= _SHORT else own[:_NOTE]
    for clause in _CLAUSE.split(note):
        words = clause.strip(' 　:：.、·-—()（）"“”')
        if words and not _is_known(words, named):
            return words
    return ""


def _is_known(clause: str, named: Callable[[str], bool]) -> bool:
    if not re.search(r"[\u4e00-\u9fff]", clause) or _is_signed(clause) or says_nil(clause):
        return True
    if _HEDGED.search(clause):
        return False
    return _KNOWN.search(clause) is not None or named(clause)


def _is_signed(clause: str) -> bool:
    """Whether it is a line of a signature that was written into the note; two to four characters may be anything."""
    return is_signed(clause) and (len(clause) > 4 or is_name(clause))
