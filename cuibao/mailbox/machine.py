"""Which mails no person wrote, and which are for a list of people."""

import re

from cuibao.mailbox.headers import Headers

RECEIPT = "已读回执"
AUTOMATIC = "自动回复"
SYSTEM = "系统自动发出的邮件"
_SHORT = 160
_SUBJECT = re.compile(
    r"[\[【(（]?\s*(?:(?:休假|外出|出差|离岗|离职|假期)?\s*自动(?:回复|答复|应答)|(?:休假|外出|出差)(?:通知|提醒)?自动"
    r"|out of (?:the )?office|automatic reply|auto[- ]?reply|autoreply|auto[- ]?response)",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(
    r"(?:已读回执|已读|阅读回执|Read receipt|Read|Return receipt \(displayed\))\s*[:：]", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?:您好|你好|尊敬的\S{0,8}|hello|hi)?[\s,，.。:：!！]*(?:"
    r"(?:这|此|本)?(?:是一封|封)?\s*(?:邮件)?(?:为|是|由)?(?:系统|邮箱)?自动(?:回复|答复|应答|发送|发出)"
    r"|(?:您|你)(?:的|发来的|发送的)?(?:邮件|来信|来件)(?:我|我们|本人)?(?:已|已经|均已)?(?:经)?(?:收到|收悉)"
    r"|(?:我|我们|本人)?(?:已|已经)(?:收到|收悉)(?:您|你)(?:的|发来的)?(?:邮件|来信)"
    r"|(?:我|本人)(?:现在|目前|最近|近期)?(?:正在|正|在)?(?:休假|外出|出差|度假)"
    r"|(?:thank you for your (?:e?-?mail|message)\W+)?(?:I am|I'm|I will be)\s(?:currently\s)?out of (?:the )?office"
    r"|this is an automat(?:ic|ed) (?:reply|response|message))",
    re.IGNORECASE,
)
# Whoever writes one of these says more than a machine that answers everybody alike.
_REPORTING = re.compile(r"附件|报送|上报|报表|报告|总结|方案|台账|零报|无新增|情况|请查收|请审阅")


def why_machine(headers: Headers, subject: str, text: str, *, files: bool) -> str:
    """Why no person wrote this mail, in Chinese; empty where one may have.

    The headers decide (RFC 3834). Words decide only where nothing was sent in: those a subject begins with, or those
    that a short text begins with; a report that says the same in passing is a report.
    """
    content = headers.parameters("content-type")
    if content.value == "multipart/report" and content.get("report-type").lower() == "disposition-notification":
        return RECEIPT
    submitted = headers.parameters("auto-submitted").value
    if submitted and submitted != "no":
        return AUTOMATIC if submitted.startswith("auto-replied") else SYSTEM
    if headers.text("precedence").lower() in ("auto_reply", "auto-reply"):
        return AUTOMATIC
    return "" if files else _why_by_words(subject, text)


def why_bulk(headers: Headers) -> str:
    """Why this mail is for a list of people, in Chinese (RFC 2369, RFC 2919); empty where it is not."""
    if headers.raw("list-id") or headers.raw("list-post"):
        return "邮件列表"
    if headers.raw("list-unsubscribe"):
        return "可退订的群发邮件"
    return "群发邮件" if headers.text("precedence").lower() in ("bulk", "list", "junk") else ""


def _why_by_words(subject: str, text: str) -> str:
    if _SUBJECT.match(subject):
        return AUTOMATIC
    if len(text) > _SHORT or _REPORTING.search(text):
        return ""
    if _RECEIPT_SUBJECT.match(subject):
        return RECEIPT
    return AUTOMATIC if _OPENING.match(text) else ""
