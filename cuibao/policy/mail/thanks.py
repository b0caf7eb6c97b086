"""A reply that says no more than that our letter has arrived."""

import re

from cuibao.policy.mail.signature import body

_THANKS = re.compile(
    r"(?:(?:各位)?(?:领导|老师|同志)?(?:早上|上午|中午|下午|晚上)?(?:你|您)?们?好|(?:邮件|来信|来函|通知|催报函|文件)?(?:均|都)?已?(?:经)?"
    r"(?:收到|收悉|阅悉|知悉|查收|阅)了?|好的?|谢谢(?:您|你|提醒|领导)*|感谢|辛苦了?|明白|知道|了解|了|ok|thanks?|[\s，。！、,.!~～:：])*",
    re.IGNORECASE,
)
# Below thanks it may be a signature, or what a letter asked for.
_LABELS = re.compile(r"(?:联络[员人]|联系人|姓\s?名)\s*[:：]")


def only_thanks(text: str) -> bool:
    """Whether `text` says no more than that: nothing is to be decided about it."""
    words = body(text)
    named = _LABELS.search(text)
    return bool(words) and not named and len(words) < 100 and _THANKS.fullmatch(words) is not None
