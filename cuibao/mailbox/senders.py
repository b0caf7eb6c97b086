"""Whether From (RFC 5322 section 3.6.2) names its sender beyond doubt: one field, one address, written as it is."""

import re

from cuibao.mailbox import grammar
from cuibao.mailbox.decoding import text_of
from cuibao.mailbox.headers import ADDRESSES_LENGTH, Headers, addresses_in, unfolded
from cuibao.tongue import say

# A domain as the DNS has it: no address literal, no name without a dot, no trailing one.
_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ENCODED = re.compile(r"=\?[^?\s]*\?[BbQq]\?")
# A server that takes a bare CR for the end of a line reads another From there.
_HIDDEN = re.compile(rb"\r[ \t]*from[ \t]*:", re.IGNORECASE)


def doubt(headers: Headers) -> str:
    """Why From cannot be relied upon, in Chinese; empty where it can."""
    fields = headers.all("from")
    if not fields:
        return say("没有发件人")
    if len(fields) > 1 or any(_HIDDEN.search(value) for _, value in headers.fields):
        return say("有几个发件人（From）")
    if len(fields[0]) > ADDRESSES_LENGTH:
        return say("发件人写得过长")
    return _doubt_of(text_of(unfolded(fields[0])))


def _doubt_of(text: str) -> str:
    if _CONTROL.search(text):
        return say("发件人里有控制字符")
    if grammar.has_group(text):
        return say("发件人写成了一组地址")
    written = list(grammar.mailboxes(text))
    if len(written) > 1:
        return say("写了几个发件人地址")
    address = written[0].address.strip(" \t")
    if not _PLAIN.fullmatch(address):
        return (
            say("发件人地址是编码的") if _ENCODED.search(text) and "@" not in address else say("发件人地址写法不规范")
        )
    if set('"()<>\\') & set(written[0].unquoted):
        return say("发件人写法不规范")
    if any(other != address.lower() for other in addresses_in(written[0].unquoted)):
        return say("发件人名称里另有地址")
    return ""
