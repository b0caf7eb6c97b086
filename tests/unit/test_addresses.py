"""Which addresses can be written to, and which must never reach a real server."""

from pathlib import Path

import pytest

from cuibao.errors import SettingError
from cuibao.mailer import OutboxCarrier, Pacing, SmtpSettings, is_address, is_reserved
from cuibao.mailer.smtp import SmtpCarrier


def smtp(sender: str = "xfxawb@sina.com", host: str = "127.0.0.1") -> SmtpCarrier:
    return SmtpCarrier(SmtpSettings(host, 25, "none", None, None, sender))


@pytest.mark.parametrize(
    "address",
    ["xfxawb@sina.com", "zhang.san+cb@mail.xinfeng.gov.cn", "a_b-c@x1.cn", "10086@qq.com", "liaison@jiading.example"],
)
def test_it_takes_a_plain_address(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "zhangsan",
        "@sina.com",
        "zhangsan@",
        "zhangsan@sina",
        "zhang san@sina.com",
        " zhangsan@sina.com",
        "zhangsan@sina.com ",
        "zhangsan@sina.com\n",
        "a@b@sina.com",
        "zhang..san@sina.com",
        ".zhang@sina.com",
        "zhang@sina..com",
        "zhang@-sina.com",
        "zhang@sina.com.",
        "zhang@10.0.0.1",
        "张三 <zhang@sina.com>",
        "zhang＠sina.com",
        "zhang@sina。com",
        "张三@sina.com",
        "zhang@sina.com;li@sina.com",
        "x" * 65 + "@sina.com",
        "zhang@" + "x" * 64 + ".com",
        "zhang@" + ".".join(["x" * 60] * 5) + ".com",
    ],
)
def test_it_turns_down_what_is_no_address(address: str) -> None:
    assert not is_address(address)
    assert not smtp().usable(address)
    assert not OutboxCarrier(Path("outbox"), "xfxawb@sina.com").usable(address)


RESERVED = [
    "a@jiading.example",
    "a@example",
    "a@deep.under.jiading.EXAMPLE",
    "a@x.invalid",
    "a@x.test",
    "a@x.localhost",
    "a@localhost",
    "a@example.com",
    "a@Mail.Example.Com",
    "a@example.net",
    "a@sub.example.org",
]


@pytest.mark.parametrize("address", RESERVED)
def test_it_never_hands_a_reserved_domain_to_a_mail_server_not_even_to_one_on_loopback(address: str) -> None:
    assert is_reserved(address)
    assert not smtp(host="127.0.0.1").usable(address)
    assert not smtp(host="smtp.163.com").usable(address)


@pytest.mark.parametrize("address", RESERVED)
def test_it_lets_a_reserved_domain_into_the_outbox(address: str) -> None:
    assert OutboxCarrier(Path("outbox"), "xfxawb@sina.com").usable(address)


@pytest.mark.parametrize("address", ["a@jiading.example.", "a@EXAMPLE.com.", "a@x.test.."])
def test_it_sees_through_a_trailing_dot(address: str) -> None:
    assert is_reserved(address)
    assert not smtp().usable(address)


@pytest.mark.parametrize(
    "address", ["a@notexample.com", "a@example.cn", "a@test.gov.cn", "a@myexample", "a@latest.com"]
)
def test_it_does_not_mistake_a_similar_domain_for_a_reserved_one(address: str) -> None:
    assert not is_reserved(address)


def test_it_refuses_a_sender_that_is_no_address() -> None:
    with pytest.raises(SettingError, match=r"发件地址 '信丰县安委办' 写法不对"):
        smtp(sender="信丰县安委办")


def test_it_keeps_the_password_out_of_what_is_printed() -> None:
    settings = SmtpSettings("smtp.163.com", 465, "ssl", "me@163.com", "hunter2", "me@163.com")
    assert "hunter2" not in repr(settings)


def test_it_says_where_letters_go() -> None:
    settings = SmtpSettings("smtp.163.com", 465, "ssl", "me@163.com", "x", "me@163.com")
    assert SmtpCarrier(settings).name == "smtp.163.com（账号 me@163.com）"
    assert smtp().name == "127.0.0.1（不登录）"
    assert OutboxCarrier(Path("/var/cuibao/outbox"), "a@sina.com").name == "发件箱 /var/cuibao/outbox"


def test_it_is_gentle_by_default_and_wide_open_for_a_local_relay() -> None:
    assert Pacing() == Pacing(letters_per_connection=20, gap_seconds=3.0, connections=1)
    assert Pacing.for_local_relay() == Pacing(letters_per_connection=1000, gap_seconds=0.0, connections=4)
