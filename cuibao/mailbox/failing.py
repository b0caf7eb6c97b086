"""The words by which mail servers say that a mail was not delivered, or not yet, where they say it for people only."""

import re
from collections.abc import Collection, Iterable, Iterator

from cuibao.mailbox.headers import addresses_in

_LONGEST_LINE = 1000
_MOST_LINES = 500
_SUBJECT = 500
_REACH = 3  # lines below a word of failure in which its addresses stand
_FEW = 3  # addresses that can all be meant where no word stands beside them

# What a subject begins with that is the server's own, whatever mail it quotes behind it.
_HEAD = re.compile(
    r"\W*(?:\[?postmaster\]?\W*)?(?:"
    r"undeliver(?:able|ed)\b|returned (?:mail|to sender)|failure (?:notice|delivery)|non-?deliver|message undeliverable"
    r"|(?:e-?mail |message |permanent |final )*deliver(?:y|ed)\b[\w :(-]{0,30}(?:fail|error)"
    r"|(?:mail|message)s? (?:delivery )?(?:has )?(?:fail|error|system error|could not be|not deliver|rejected)"
    r"|failed (?:mail |message )?deliver|(?:message|mail) you sent|unzustellbar|could ?n.t (?:be )?deliver"
    r"|(?:系统|系統|邮件|郵件|自动|投递失败)?(?:退信|退件)|(?:邮件|郵件|信件)?(?:被退回|退回通知|退还)"
    r"|(?:邮件|郵件|信件|您的邮件)?(?:未|未能|无法|無法|不能)(?:成功)?(?:传递|傳遞|送达|送達|投递|投遞|递送|发送)"
    r"|(?:邮件|郵件|信件)?(?:传递|傳遞|投递|投遞|发送|傳送|寄送|递送)(?:状态通知\W{0,3})?失[败敗]"
    r")",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"退信|退件|(?:被|已|给您)退[回还]|退回来|(?:投递|发送|传递|递送|寄送|传送)失败|拒收|拒绝接收|被.{0,20}拒绝"
    r"|(?:无法|未能|不能|没有|未)(?:成功)?的?(?:投递|送达|传递|发送|递送|寄达|到达)"
    r"|(?:邮箱|用户|收件人|地址|帐号|账号|账户|域名).{0,40}不存在|不存在.{0,10}(?:邮箱|用户|收件人|地址|帐号|账号)"
    r"|undeliver|(?:not|cannot|n't) (?:be |been |able to )*(?:be )?deliver|did(?: not|n't) reach|were not reached"
    r"|deliver(?:y|ed)?\b.{0,60}(?:fail|error|unsuccessful)|(?:fail|unable|refused) to deliver|\(failure\)"
    r"|fail(?:ed|ure) (?:mail |message )?(?:delivery|notice|recipient|address)|mail failure|mail failed|returned mail"
    r"|return(?:ed|ing).{0,20} to (?:the )?sender|permanent(?:ly)? (?:fatal )?(?:error|fail)|given up|giving up"
    r"|(?:unknown|unrouteable|no such|invalid) (?:user|address|recipient|mailbox|host)|user unknown"
    r"|(?:recipient|address|mailbox|user|account).{0,60}(?:not found|unavailable|disabled|reject|not exist|is full)"
    r"|not listed in|不(?:成功|正确)|unzustellbar|nicht zugestellt",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"延迟|延遲|延误|暂缓|暂未(?:送达|投递)|尚未(?:送达|传递|投递)|警告|稍后.{0,10}(?:重试|继续)|继续(?:尝试|重试|投递)"
    r"|\bdelay(?:ed)?\b|\bwarning\b|will be retried|still (?:trying|being)|temporar(?:y|ily) fail",
    re.IGNORECASE,
)
_WILL_RETRY = re.compile(
    r"(?:将|会|仍)(?:会|在)?(?:自动|再次|继续|定期|多次)*(?:尝试|重试|重新投递|重新发送)|继续(?:尝试|重试|投递)"
    r"|稍后.{0,10}(?:重试|再试|继续)|will (?:keep|continue) (?:on )?(?:try|to try|retry|to retry|attempt|to attempt)"
    r"|still (?:trying|being retried)|will be (?:retried|attempted|tried)|not yet been deliver|has been delayed"
    r"|will (?:retry|try again)|尚未(?:送达|传递|投递成功)|delivery attempts will continue",
    re.IGNORECASE,
)
_ONLY_WARNS = re.compile(
    r"warning (?:message )?only|do not need to resend|不需要重新发送|无需重新发送|无须重发|只是(?:一封)?警告",
    re.IGNORECASE,
)
_FOR_GOOD = re.compile(
    r"放弃|不再|永久|退信|退回来|permanent|giv(?:en|ing) up|gave up|will not be retried|no longer be", re.IGNORECASE
)
_ARRIVED = re.compile(
    r"[\s【\[(（]{0,5}(?:successful|deliver(?:ed|y (?:succe|receipt))|relayed|已(?:成功)?(?:送达|传递|投递|中继)"
    r"|(?:投递|发送|送达)成功)",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"success(?:ful(?:ly)?)?\b.{0,30}(?:deliver|relay)|(?:deliver|relay).{0,20}success|成功(?:投递|送达|发送)到"
    r"|(?:投递|送达|发送|传递)成功",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?<![\d.])(?:5\d\d[ -]|#?5\.\d{1,2}\.\d{1,3}\b)")
_BESIDE = re.compile(
    r"收件人|收件地址|收信人|收件者|投递到|发送到|传递到|recipient|\bto:?$|address|mailbox|user\b|account",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\bfailed\b|\brejected\b|\berrors?\b|(?<![\d.])[45]\d\d[ -]", re.IGNORECASE)
_ANSWER = re.compile(
    r"(?<![\d.])5\d\d[ -]|不存在|拒收|已满|退信原因|user unknown|no such user|unknown user|not listed|英文说明",
    re.IGNORECASE,
)
_OF_ID = re.compile(r"message-?id", re.IGNORECASE)
# Where the report's own words end and the mail that came back begins, if it was put into the same text.
_RETURNED = re.compile(
    r"[ \t>]{0,20}(?:(?:Return-Path|Received|DKIM-Signature|MIME-Version)[ \t]*:"
    r"|[-=_* \t]{2,}(?:below this line is a copy|this is a copy of (?:the|your) message"
    r"|(?:the )?original (?:message|mail)|unsent message|returned message|(?:the )?(?:message )?headers? (?:of|follow)"
    r"|原信信头)"
    r"|original message headers?[ \t]*:"
    r"|[-—_=* \t]{0,20}原(?:始)?(?:邮件|信件?)(?:头|标题|信头|内容|正文)?[ \t]*(?:[:：]|[-—_=*]|$))",
    re.IGNORECASE,
)


# Words that no delay has, and no absence: what was said to be tried again has ended, or a server said no.
_ENDED = re.compile(
    r"已(?:经)?(?:放弃|停止)|(?:将|会)?不再(?:尝试|重试|投递|发送)|giv(?:en|ing) up|gave up|will not be retried",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"退信|(?:投递|发送|传递|递送|寄送|送达)失败|被.{0,20}(?:拒收|拒绝|退回)|拒收|(?:无法|未能|没有|不能)(?:成功)?(?:投递|送达|传递)"
    r"|undeliver|(?:not|cannot|n't) (?:be )?deliver|delivery (?:has )?fail",
    re.IGNORECASE,
)


_ANSWERS = re.compile(r"\s*(?:回复|回覆|答复|转发|re|fwd?)\s*[:：]", re.IGNORECASE)


def begins_as_bounce(subject: str) -> bool:
    """Whether a subject has a server's words of failure in front, before whatever it quotes."""
    return _HEAD.match(subject[:_SUBJECT]) is not None


def only_tells(subject: str, opening: str) -> bool:
    """Whether a server tells how a mail is getting on: it arrived, or will be tried again."""
    subject = subject[:_SUBJECT]
    if _ONLY_WARNS.search(opening):
        return True
    if begins_as_bounce(subject):
        return False
    if _DELAYED.search(subject) or (_ARRIVED.match(subject) and not _FAILED.search(subject)):
        return True
    told = _FAILED.search(subject) or _FOR_GOOD.search(opening)
    return _WILL_RETRY.search(opening) is not None and not told


def may_have_ended(subject: str, opening: str) -> bool:
    """Whether a mail that only tells how another is getting on may say, too, that it was given up."""
    both = f"{subject[:_SUBJECT]}\n{opening}"
    return _ENDED.search(both) is not None or _REPLY.search(both) is not None


def may_report(subject: str, opening: str) -> bool:
    """Whether an automatic mail of nobody knows whom may be a server's report, by words that no absence has."""
    own = "" if _ANSWERS.match(subject) else subject[:_SUBJECT]
    return _REPORTS.search(f"{own}\n{opening}") is not None


def tells_of_failure(subject: str, opening: str) -> bool:
    """Whether a server's own words say that a mail was not delivered, in whatever language a reply code is in."""
    subject = subject[:_SUBJECT]
    words = _HEAD.match(subject) or _FAILED.search(subject) or _FAILED.search(opening) or _REPLY.search(opening)
    return words is not None


def answer_in(text: str) -> str:
    """The line that says why, as the other server put it; empty where none does."""
    return next((line for line in _lines(text) if _ANSWER.search(line)), "")


def parted(text: str) -> tuple[str, str]:
    """The report's own words, and what of the mail that came back stands below them."""
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines) if _RETURNED.match(line)), len(lines))
    return "\n".join(lines[:at]), "\n".join(lines[at:])


def failed_addresses(subject: str, notice: str, ours: Collection[str]) -> list[str]:
    """The addresses that a notice says it did not reach; `ours` are not meant."""
    lines = [line for line in _lines(notice) if not _OF_ID.search(line)]
    found = dict.fromkeys(address for address in _beside(lines) if address not in ours)
    if found or any(map(_has_arrived, lines)):
        return list(found)
    every = [address for address in addresses_in("\n".join((subject[:_SUBJECT], *lines))) if address not in ours]
    return every if len(every) <= _FEW else []


def _beside(lines: Iterable[str]) -> Iterator[str]:
    """Addresses that a line begins with, or that stand beside words of failure, on their line or the next few; those
    below words of success are none."""
    arrived, left = False, 0
    for line in lines:
        if _has_arrived(line):
            arrived, left = True, 0
        elif _FAILED.search(line) or _REFUSED.search(line):
            arrived, left = False, _REACH + 1
        elif _BESIDE.search(line):
            left = _REACH + 1
        left -= 1
        addresses = addresses_in(line)
        if addresses and not arrived and (left >= 0 or line.lstrip(" \t<\"'*-").lower().startswith(addresses[0])):
            yield from addresses
            left = max(left, _REACH)


def _has_arrived(line: str) -> bool:
    return (_ARRIVED.match(line) or _SUCCESS.search(line)) is not None and not _FAILED.search(line)


def _lines(text: str) -> list[str]:
    lines = (line[:_LONGEST_LINE] for line in text.split("\n"))
    return [line for line in lines if line.strip()][:_MOST_LINES]
