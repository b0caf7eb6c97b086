"""Whether From names its sender beyond doubt."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibao.incoming import Mail
from cuibao.mailbox import parse
from cuibao.times import SHANGHAI
from tests.mails import SENDER, mail, word

ARRIVED = datetime(2022, 7, 25, 9, 0, tzinfo=SHANGHAI)


def read(raw: bytes) -> Mail:
    found = parse(raw, ARRIVED)
    assert found.unread == ""
    return found


def written(given: str | bytes) -> Mail:
    return read(mail(fields={"From": given}))


@pytest.mark.parametrize(
    "given",
    [
        SENDER,
        f"<{SENDER}>",
        f"  < {SENDER} >",
        f"钟主任 <{SENDER}>",
        f'"钟, 主任" <{SENDER}>',
        f'"钟 \\"主任\\" (办公室) <x>" <{SENDER}>',
        f"{word('钟主任', 'gbk')} <{SENDER}>",
        f'"{word("钟主任", "gbk")}" <{SENDER}>',
        f"{word('钟', 'gbk')}\r\n {word('主任', 'gbk')}\r\n <{SENDER}>",
        f"{SENDER} (嘉定, 镇 (办公室))",
        f"(嘉定) <{SENDER}>",
        f"{SENDER} <{SENDER}>",
        f"LIAISON@jiading.gov.cn <{SENDER}>",
        f'"leader@town.gov.cn" <{SENDER}>',
        f"{word('leader@town.gov.cn')} <{SENDER}>",
        "钟主任".encode("gbk") + f" <{SENDER}>".encode(),
    ],
)
def test_one_address_as_it_is_leaves_no_doubt(given: str | bytes) -> None:
    found = written(given)
    assert (found.sender_doubt, found.senders) == ("", (SENDER,))


@pytest.mark.parametrize(
    "address",
    ["a.b+c@x.gov.cn", "123456789@qq.com", "o'neil@x.cn", "a_b-c@mail.x-y.cn", "A@X.CN", "a=b@x.cn", "_@x.cn"],
)
def test_an_address_may_hold_what_addresses_do(address: str) -> None:
    found = written(f"<{address}>")
    assert (found.sender_doubt, found.senders) == ("", (address.lower(),))


@pytest.mark.parametrize(
    ("given", "doubt", "senders"),
    [
        (f"a@x.cn, {SENDER}", "写了几个发件人地址", ("a@x.cn", SENDER)),
        (f"<a@x.cn> <{SENDER}>", "写了几个发件人地址", ("a@x.cn", SENDER)),
        (f"<{SENDER}> a@x.cn", "写了几个发件人地址", (SENDER, "a@x.cn")),
        (f"<{SENDER}>, ", "写了几个发件人地址", (SENDER,)),
        (f"<{SENDER}>; <{SENDER}>", "写了几个发件人地址", (SENDER,)),
        (f"<>, <{SENDER}>", "写了几个发件人地址", (SENDER,)),
        (f"a@x.cn <{SENDER}>", "发件人名称里另有地址", (SENDER,)),
        (f"钟主任 a@x.cn 代 <{SENDER}>", "发件人名称里另有地址", (SENDER,)),
        (f"各镇: <{SENDER}>;", "发件人写成了一组地址", (SENDER,)),
        ("undisclosed-recipients:;", "发件人写成了一组地址", ()),
        (word(f"钟主任 <{SENDER}>", "gbk"), "发件人地址是编码的", (SENDER,)),
        (f"<{word(SENDER)}>", "发件人地址是编码的", (SENDER,)),
        (f"<{word('liaison')}@jiading.gov.cn>", "发件人地址写法不规范", ("=?utf-8?b?bglhaxnvbg==?=@jiading.gov.cn",)),
        ("<liai son@jiading.gov.cn>", "发件人地址写法不规范", (SENDER,)),
        ("<liaison@jiading.gov.cn\r\n .evil.cn>", "发件人地址写法不规范", ("liaison@jiading.gov.cn.evil.cn",)),
        ("<liaison@jiading\r\n .gov.cn>", "发件人地址写法不规范", (SENDER,)),
        ("<liaison(x)@jiading.gov.cn>", "发件人地址写法不规范", ()),
        ('<"liaison"@jiading.gov.cn>', "发件人地址写法不规范", ()),
        ('"liaison"@jiading.gov.cn', "发件人地址写法不规范", ()),
        ("<@evil.cn:liaison@jiading.gov.cn>", "发件人地址写法不规范", (SENDER,)),
        ("<liaison@jiading.gov.cn.>", "发件人地址写法不规范", (SENDER,)),
        ("<.liaison@jiading.gov.cn", "发件人地址写法不规范", (SENDER,)),
        ("<liaison@[127.0.0.1]>", "发件人地址写法不规范", ("liaison@[127.0.0.1]",)),
        ("<liaison@localhost>", "发件人地址写法不规范", ("liaison@localhost",)),
        ("<联络@jiading.gov.cn>", "发件人地址写法不规范", ("联络@jiading.gov.cn",)),
        ("<liaison@嘉定.cn>", "发件人地址写法不规范", ("liaison@嘉定.cn",)),
        (f'"never closed <{SENDER}>', "发件人写法不规范", (SENDER,)),
        (f"(never closed <{SENDER}>", "发件人写法不规范", (SENDER,)),
        (f"<a <{SENDER}>", "发件人写法不规范", (SENDER,)),
        ("钟主任", "发件人地址写法不规范", ()),
        ("<>", "发件人地址写法不规范", ()),
        (b"<liaison\0@jiading.gov.cn>", "发件人里有控制字符", ()),
        (b"<liaison\x08@jiading.gov.cn>", "发件人里有控制字符", ("liaison\x08@jiading.gov.cn",)),
        (f"钟主任\x1b[2J <{SENDER}>", "发件人里有控制字符", (SENDER,)),
        (f"钟主任\rBcc: x <{SENDER}>", "发件人里有控制字符", (SENDER,)),
        (f"{'钟' * 2_000} <{SENDER}>", "发件人写得过长", ()),
        (f"<{SENDER}>{'(x)' * 2_000}", "发件人写得过长", (SENDER,)),
    ],
)
def test_anything_else_is_a_doubt_that_is_said(given: str | bytes, doubt: str, senders: tuple[str, ...]) -> None:
    found = written(given)
    assert (found.sender_doubt, found.senders) == (doubt, senders)


@pytest.mark.parametrize(
    "line", ["From: a@x.cn", "FROM : a@x.cn", f"from: <{SENDER}>", "From:", "Subject: x\rFrom: a@x.cn"]
)
def test_another_from_is_a_doubt(line: str) -> None:
    assert read(mail(extra=[line])).sender_doubt == "有几个发件人（From）"


def test_no_from_is_a_doubt() -> None:
    assert read(b"Subject: x\r\n\r\nx").sender_doubt == "没有发件人"


@given(st.text(max_size=40))
def test_whatever_is_relied_upon_is_one_plain_address(given: str) -> None:
    found = parse(b"From: " + given.replace("\n", "").encode() + b"\r\n\r\nx", ARRIVED)
    if not found.sender_doubt:
        assert found.sender.isascii()
        assert found.sender in given.lower()
