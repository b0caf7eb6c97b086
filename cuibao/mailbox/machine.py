"""Which mails no person wrote, and which are for a list of people."""

import re

from cuibao.mailbox.headers import Headers
from cuibao.policy.mail.automatic import automatic_subject, automatic_words
from cuibao.tongue import say

_SHORT = 160
_RECEIPT_SUBJECT = re.compile(
    r"(?:已读回执|已读|阅读回执|Read receipt|Read|Return receipt \(displayed\))\s*[:：]", re.IGNORECASE
)
# Whoever writes one of these says more than a machine that answers everybody alike.
_REPORTING = re.compile(r"附件|报送|上报|报表|报告|总结|方案|台账|零报|无新增|情况|请查收|请审阅")


def why_machine(headers: Headers, subject: str, text: str, *, files: bool) -> str:
    """Why no person wrote this mail; empty where one may have.

    The headers decide (RFC 3834). Words decide only where nothing was sent in: those a subject begins with, or those
    of a short text; a report that says the same in passing is a report.
    """
    content = headers.parameters("content-type")
    if content.value == "multipart/report" and content.get("report-type").lower() == "disposition-notification":
        return say("已读回执")
    submitted = headers.parameters("auto-submitted").value
    if submitted and submitted != "no":
        return say("自动回复") if submitted.startswith("auto-replied") else say("系统自动发出的邮件")
    if headers.text("precedence").lower() in ("auto_reply", "auto-reply"):
        return say("自动回复")
    return "" if files else _why_by_words(subject, text)


def why_bulk(headers: Headers) -> str:
    """Why this mail is for a list of people (RFC 2369, RFC 2919); empty where it is not."""
    if headers.raw("list-id") or headers.raw("list-post"):
        return say("邮件列表")
    if headers.raw("list-unsubscribe"):
        return say("可退订的群发邮件")
    return say("群发邮件") if headers.text("precedence").lower() in ("bulk", "list", "junk") else ""


def _why_by_words(subject: str, text: str) -> str:
    if automatic_subject(subject):
        return say("自动回复")
    if len(text) <= _SHORT and not _REPORTING.search(text) and _RECEIPT_SUBJECT.match(subject):
        return say("已读回执")
    return say("自动回复") if automatic_words(text) else ""
