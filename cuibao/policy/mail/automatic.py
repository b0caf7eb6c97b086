"""The words of machines that answer everybody alike: absence notes and confirmations, as mail providers write them."""

import re

_LONGEST = 400
_PREFIX = re.compile(r"^(?:\s*(?:回复|回覆|答复|转发|re|fwd?|aw|reply)\s*[:：])+", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\s*[\[【(（]?\s*(?:(?:休假|外出|出差|离岗|离职|假期)?\s*自动(?:回复|答复|应答)"
    r"|(?:休假|外出|出差|假期)(?:通知|提醒|中)?自动"
    r"|(?:我)?(?:正在|现在)?(?:休假|外出|出差)中|不在办公室"
    r"|out of (?:the )?office|automatic reply|auto[- ]?reply|autoreply"
    r"|auto[- ]?response|auto\s*:|vacation (?:reply|response))",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"(?:这|此|本)?(?:是|为|由|来自)[^。！\n]{0,12}自动(?:回复|答复|应答|发送|发出)|自动(?:回复|答复|应答)(?:邮件|,|，|。|$)"
    r"|this is an automat(?:ic|ed) (?:reply|response|message)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"(?:正在|正|目前|现在|现|因|已|最近|近期|在)[^。！\n]{0,6}(?:休假|外出|出差|度假|年假|产假|病假|离职|培训|学习|开会|会议中|开车|驾驶)"
    r"|(?:休假|出差|度假|外出)(?:了|中|期间)|不在(?:办公室|岗|单位|国内|家|$|[。，,！!])|已(?:经)?(?:离职|调离)"
    r"|\bout of (?:the )?office\b|\bon (?:vacation|leave|holiday)\b|\b(?:will be|am|I'm) (?:currently )?away\b",
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"(?:邮件|来信|来件|来函|信件)(?:我|我们|本人)?(?:都)?(?:已|已经|均已)?(?:经)?(?:收到|收悉)"
    r"|(?:已|已经)?(?:收到|收悉)(?:了)?(?:您|你)(?:的|发来的|发送的)?(?:邮件|来信)"
    r"|(?:thank you|thanks) for your (?:e-?mail|message)",
    re.IGNORECASE,
)
_WILL_ANSWER = re.compile(
    r"(?:尽快|稍后|及时|第一时间|(?:回来|返回|返岗|结束|上班|会|之|阅读)后?)[^。！\n]{0,10}(?:回复|答复|回信|处理|联系|查阅)"
    r"|(?:get back to you|reply|respond|return)",
    re.IGNORECASE,
)
_ONLY_ARRIVED = re.compile(
    r"\s*(?:您好|你好)?[\s,，.。!！:：]*(?:您|你)(?:的|发来的|发送的)(?:邮件|来信|来件)", re.IGNORECASE
)
# Whoever writes one of these says more than a machine.
_REPORTING = re.compile(r"附件|报送|上报|报表|报告|总结|方案|台账|零报|无新增|情况|请查收|请审阅|联络[员人]")
_URGENT = re.compile(r"(?:紧急|特殊|其他)(?:的)?情况|情况紧急")


def automatic_subject(subject: str) -> bool:
    """Whether a subject says that its mail was written by a machine, behind 回复： and Re: or not."""
    return _SUBJECT.match(_PREFIX.sub("", subject)) is not None


def automatic_words(text: str) -> bool:
    """Whether a short text is what a machine answers everybody, and says nothing of any report."""
    if len(text) > _LONGEST or not text.strip():
        return False
    if _SAYS_SO.search(text):
        return True
    if _REPORTING.search(_URGENT.sub("", text)):
        return False
    if _AWAY.search(text):
        return True
    return bool(_ARRIVED.search(text) and (_WILL_ANSWER.search(text) or _ONLY_ARRIVED.match(text)))
