"""Whose word about a sender is believed: the fields of Authentication-Results, read as a grammar (RFC 8601)."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from cuibao.incoming import Authentication, Mail, Result
from cuibao.mailbox import parse
from cuibao.policy.mail.vouching import Lesson, Trust, Word, lesson, vouching, within
from cuibao.times import SHANGHAI
from tests.mails import mail

ARRIVED = datetime(2022, 7, 25, 9, 0, tzinfo=SHANGHAI)
TRUST = Trust("mx.sina.com")
HEAD = "Authentication-Results: "
OURS = f"{HEAD}mx.sina.com; "
PASS = f"{OURS}dmarc=pass header.from=jiading.gov.cn"


def read(*lines: str, sender: str = "liaison@jiading.gov.cn") -> Mail:
    return parse(mail(sender=sender, extra=lines, vouched=False), ARRIVED)


def word(*lines: str, sender: str = "liaison@jiading.gov.cn", trust: Trust = TRUST) -> Word:
    return vouching(read(*lines, sender=sender), trust).word


def results(line: str) -> Sequence[Result]:
    (found,) = read(HEAD + line).authentications
    return found.results


@pytest.mark.parametrize(
    "line",
    [
        "mx.sina.com; dmarc=pass header.from=jiading.gov.cn",
        "MX.Sina.com 1; DMARC=Pass header.From=Jiading.gov.cn",
        "mx.sina.com;dmarc=pass header.from=jiading.gov.cn",
        "mx.sina.com; dmarc = pass (p=reject; dis=none) header.from = jiading.gov.cn",
        "mx.sina.com (the \\) one (of; many)) ; dmarc/1=pass(good)header.from=jiading.gov.cn",
        'mx.sina.com; dmarc=pass reason="fine; \\" dmarc=fail" header.from=jiading.gov.cn',
        "mx.sina.com;\r\n\tdmarc=pass\r\n header.from=jiading.gov.cn",
    ],
)
def test_it_reads_a_result_in_every_form_of_the_grammar(line: str) -> None:
    (found,) = read(HEAD + line).authentications
    assert found == Authentication("mx.sina.com", (Result("dmarc", "pass", (("header.from", "jiading.gov.cn"),)),))


@pytest.mark.parametrize(
    ("line", "methods"),
    [
        ("mx.sina.com; none", []),
        ("mx.sina.com", []),
        ("", []),
        ('mx.sina.com; dmarc=fail reason="x; dmarc=pass"', [("dmarc", "fail")]),
        ("mx.sina.com; dmarc=fail (x; dmarc=pass)", [("dmarc", "fail")]),
        ("mx.sina.com; spf=fail smtp.mailfrom=dmarc=pass@evil.example", [("spf", "fail")]),
        ('mx.sina.com; spf=fail smtp.mailfrom="a; dmarc=pass "@evil.example', [("spf", "fail")]),
        ("mx.sina.com; spf=none smtp.mailfrom=a;dmarc=pass@evil.example", [("spf", "none")]),
        ("mx.sina.com; x dmarc=pass", []),
        ("mx.sina.com; dmarc=pass (never closed", []),
        ('mx.sina.com; dmarc=pass reason="never closed', []),
        ("mx.sina.com; dmarc=pass " + "x" * 20_000, []),
        # Cut in two by a server that folds within words: what passed, nobody knows.
        ("mx41; spf=pass smtp.mail=x@jiading.gov.cn\r\n\t.evil.example; dkim=none", [("dkim", "none")]),
        ("mx41; spf=pass smtp.mail=x@qq.com; dki\r\n\tm=fail", [("spf", "pass"), ("dkim", "fail")]),
        ("mx41; spf=pass smtp.mail=x@qq.com; dkim=fa\r\n\til", [("spf", "pass"), ("dkim", "fa"), ("dkim", "fail")]),
    ],
)
def test_a_result_stands_at_the_head_of_its_piece_and_nowhere_else(line: str, methods: list[tuple[str, str]]) -> None:
    assert [(each.method, each.result) for each in results(line)] == methods


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("mx.sina.com; none", "mx.sina.com"),
        ("mx.sina.com 1; none", "mx.sina.com"),
        ("mx.sina.com 2; none", ""),
        ("mx.sina.com evil; none", ""),
        ('"mx.sina.com"; none', "mx.sina.com"),
        ("mx.sina.com\u00a0evil; none", ""),
        ("mx.\u017fina.com; none", ""),
        ("mx1.\u212auai.cn; none", ""),
        ("spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=jiading.gov.cn; dmarc=pass action=none", ""),
    ],
)
def test_it_reads_the_name_of_the_server_and_takes_nothing_else_for_one(line: str, name: str) -> None:
    (found,) = read(HEAD + line).authentications
    assert found.server == name


def test_what_names_no_server_has_its_results_all_the_same() -> None:
    line = "spf=fail (sender IP is 1.2.3.4) smtp.mailfrom=a.cn; dkim=none (message not signed) header.d=none;dmarc=none"
    assert [(each.method, each.result) for each in results(line)] == [
        ("spf", "fail"),
        ("dkim", "none"),
        ("dmarc", "none"),
    ]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dmarc=pass header.from=jiading.gov.cn", Word.PASSED),
        ("dmarc=pass", Word.PASSED),
        ("spf=fail smtp.mailfrom=list.example; dkim=pass header.d=jiading.gov.cn", Word.PASSED),
        ("spf=softfail; dkim=pass header.i=@jiading.gov.cn; dmarc=none", Word.PASSED),
        ("spf=pass smtp.mailfrom=<bounce@mail.jiading.gov.cn>; dkim=none", Word.PASSED),
        ("spf=pass smtp.mailfrom=jiading.gov.cn; dmarc=temperror", Word.PASSED),
        ("spf=pass smtp.mail=a@jiading.gov.cn", Word.PASSED),
        ("dmarc=pass action=none header.from=a@jiading.gov.cn;compauth=pass reason=100", Word.PASSED),
        ("spf=pass smtp.mailfrom= smtp.helo=mx.jiading.gov.cn", Word.UNKNOWN),
        ("spf=pass smtp.mailfrom=jiading.gov.cn .evil.example", Word.UNKNOWN),
        ("dmarc=bestguesspass action=none header.from=jiading.gov.cn", Word.UNKNOWN),
        ("spf=none; dkim=none; dmarc=none", Word.UNKNOWN),
        ("spf=neutral; dkim=temperror", Word.UNKNOWN),
        ("none", Word.UNKNOWN),
        ("dmarc=permerror", Word.UNKNOWN),
        ("dkim=pass header.d=evil.example; dmarc=none", Word.UNKNOWN),
        ("dkim=pass header.d=gov.cn", Word.UNKNOWN),
        ("dkim=pass header.d=notjiading.gov.cn", Word.UNKNOWN),
        ("dkim=pass", Word.UNKNOWN),
        ("spf=pass smtp.mailfrom=x@jiading.gov.cn@evil.example", Word.UNKNOWN),
        ("spf=pass smtp.helo=jiading.gov.cn", Word.UNKNOWN),
        ("dmarc=pass header.from=evil.example", Word.UNKNOWN),
        ("dmarc=none; dmarc=pass header.from=jiading.gov.cn", Word.UNKNOWN),
        ("spf=fail smtp.mailfrom=dmarc=pass@evil.example; dmarc=fail", Word.FAILED),
        ('dmarc=fail reason="x; dmarc=pass"', Word.FAILED),
        ("spf=pass smtp.mailfrom=jiading.gov.cn; dmarc=fail", Word.FAILED),
        ("dmarc=pass; dmarc=fail", Word.FAILED),
        ("spf=fail; dkim=none", Word.FAILED),
        ("dmarc=reject; dkim=pass header.d=jiading.gov.cn", Word.FAILED),
        # What a server writes as it came may hold results of the sender's own.
        ("spf=none smtp.helo=x;dkim=pass (a) header.d=jiading.gov.cn;a=b; dkim=none; dmarc=none", Word.UNKNOWN),
        ("spf=pass smtp.mailfrom=jiading.gov.cn; spf=none", Word.UNKNOWN),
        ("dkim=fail header.d=list.example; dkim=pass header.d=jiading.gov.cn", Word.PASSED),
        ("spf=softfail", Word.FAILED),
    ],
)
def test_it_takes_the_servers_word_only_where_it_is_about_the_sender(results: str, expected: Word) -> None:
    assert word(OURS + results) is expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], Word.UNKNOWN),
        ([PASS], Word.PASSED),
        ([f"{HEAD}mx.evil.example; dmarc=pass"], Word.UNKNOWN),
        ([f"{HEAD}mx.evil.example; dmarc=fail"], Word.FAILED),
        ([f"{HEAD}sina.com; dmarc=pass"], Word.UNKNOWN),
        (["Received: from a by mail.evil.example; now", PASS], Word.UNKNOWN),
        (["Received: from mx.sina.com (HELO x) (by mx.sina.com) by mail.evil.example; now", PASS], Word.UNKNOWN),
        (["Received: from a (HELO b) by store7.sina.com with LMTP; now", PASS], Word.PASSED),
        (["Received: from a by mx.sina.com; now", "Received: from b by evil.example; now", PASS], Word.UNKNOWN),
        (["Received: from a", PASS], Word.UNKNOWN),
        ([PASS, "Received: from a by mx.sina.com; now", f"{OURS}dmarc=fail"], Word.PASSED),
        ([f"{OURS}dmarc=fail", "Received: from a by mx.sina.com; now", PASS], Word.FAILED),
        ([f"{OURS}spf=none", f"{OURS}dkim=pass header.d=jiading.gov.cn"], Word.PASSED),
        # What cannot be read may be the server's own.
        ([f"{HEAD}mx.sina.com; spf=fail smtp.mailfrom=a(b", PASS], Word.UNKNOWN),
        ([f"{OURS}dmarc=fail{' ' * 20_000}", PASS], Word.UNKNOWN),
        # Below a Received, a second one may be the sender's own.
        (["Received: from a by mx.sina.com; now", f"{OURS}spf=none", PASS], Word.UNKNOWN),
    ],
)
def test_it_believes_what_the_mailboxs_own_server_put_on_top(lines: list[str], expected: Word) -> None:
    assert word(*lines) is expected


@pytest.mark.parametrize(
    ("server", "host", "own"),
    [
        ("mx.sina.com", "store.sina.com", True),
        ("sina.com", "mx.sina.com", True),
        ("sina.com", "evil.com", False),
        ("xinfeng.gov.cn", "jiading.gov.cn", False),
        ("xf.jx.cn", "evil.jx.cn", False),
        ("mx.xinfeng.gov.cn", "store.xinfeng.gov.cn", True),
        ("mx.sina.com", "sinamail.example", False),
    ],
)
def test_two_labels_are_no_organization(server: str, host: str, own: bool) -> None:
    lines = [f"Received: from a by {host}; now", f"{HEAD}{server}; dmarc=pass"]
    assert word(*lines, trust=Trust(server)) is (Word.PASSED if own else Word.UNKNOWN)


def test_it_knows_the_other_servers_of_a_mailbox_that_it_has_learned() -> None:
    lines = ["Received: from a by sinamail.example; now", PASS]
    assert word(*lines, trust=Trust("mx.sina.com", hosts=frozenset({"sinamail.example"}))) is Word.PASSED


@pytest.mark.parametrize(
    ("learned", "above", "own"),
    [
        ((), (), True),
        ((), ("mx.sina.com",), False),  # its word stands above all that it writes: here it has said nothing
        (("mx.sina.com",), ("mx.sina.com",), True),
        (("mx.sina.com",), ("mx2.sina.com",), True),
        (("newxmmxszc6-1.qq.com",), ("newxmmxsza15-6.qq.com",), True),
        (("mx.sina.com",), ("10.1.2.3",), False),
        (("10.1.2.3", "mx.sina.com"), ("10.54.253.32", "mx.sina.com"), True),
        (("10.1.2.3",), ("11.1.2.3",), False),
        (("11.1.2.3",), ("12.1.2.3",), False),
        (("2002:a05:7300::1",), ("2002:a05:6a10::2",), True),
        (("2002:a05:7300::1",), ("2400:3200::1",), False),
        (("localhost",), ("evil.example",), False),
        (("mx.sina.com",), ("",), False),
    ],
)
def test_what_it_has_learned_is_where_the_word_stands(learned: Sequence[str], above: Sequence[str], own: bool) -> None:
    lines = [*(f"Received: from a by {host}; now" for host in above), PASS]
    assert word(*lines, trust=Trust("mx.sina.com", frozenset(learned))) is (Word.PASSED if own else Word.UNKNOWN)


COREMAIL = "Authentication-Results: mx41; spf=pass smtp.mail=evil@evil.example; dkim=none"


@pytest.mark.parametrize("forged", [[], [f"{HEAD}mx41; dmarc=pass header.from=jiading.gov.cn"]])
def test_a_server_that_appends_its_word_is_not_believed_for_anybody_can_write_above(forged: list[str]) -> None:
    received = "Received: from evil.example (unknown [192.0.2.1]) by mx41 (Coremail) with SMTP id x; now"
    raw = mail(extra=[received, *forged], vouched=False).replace(
        b"\r\nMIME-Version", f"\r\n{COREMAIL}\r\nMIME-Version".encode()
    )
    assert vouching(parse(raw, ARRIVED), Trust("mx41")).word is Word.UNKNOWN


QQ = [
    "Received: from mail.jiading.gov.cn ([192.0.2.7])\r\n\tby newxmmxszc6-1.qq.com (NewMX) with SMTP id 6010A8AD",
    "Authentication-Results: mx.qq.com; spf=pass smtp.mailfrom=<liaison@jiading.gov.cn>;\r\n\tdkim=none; "
    "dmarc=none(permerror) header.from=jiading.gov.cn",
    "Received: from x (VM-20-3 [127.0.0.1]) by mail.jiading.gov.cn (Postfix) with ESMTP id 2EF0A60264",
]
SINA = [
    "Received: from unknown (HELO mail.jiading.gov.cn)([192.0.2.7])\r\n\tby sina.com (10.54.253.32) with ESMTP id 6",
    "Authentication-Results: sina.com;\r\n\t spf=pass smtp.mailfrom=liaison@jiading.gov.cn;\r\n\t dkim=none "
    "header.i=none;\r\n\t dmarc=none action=none header.from=liaison@jiading.gov.cn",
    "X-SMAIL-MID: 9109934456634",
]
GMAIL = [
    "Received: by 2002:a05:7300:ab0c:b0:166:9dfe:18c8 with SMTP id a; Mon, 25 Jul 2022 08:30:00 -0700 (PDT)",
    "X-Received: by 2002:a05:6a20:9186:b0:1b6:dfe7:5d48 with SMTP id b",
    "Received: from mail.jiading.gov.cn (mail.jiading.gov.cn. [192.0.2.7])\r\n        by mx.google.com with ESMTPS",
    "Received-SPF: pass (google.com: domain of liaison@jiading.gov.cn designates 192.0.2.7 as permitted sender) c",
    "Authentication-Results: mx.google.com;\r\n       dkim=pass header.i=@jiading.gov.cn header.s=s1 header.b=Ab/C+d=;"
    "\r\n       spf=pass (google.com: domain of liaison@jiading.gov.cn designates 192.0.2.7 as permitted sender) "
    "smtp.mailfrom=liaison@jiading.gov.cn;\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=jiading.gov.cn",
]
POSTFIX = [
    "Return-Path: <liaison@jiading.gov.cn>",
    "Delivered-To: office@xinfeng.gov.cn",
    "Authentication-Results: OpenDMARC; dmarc=pass (p=none dis=none) header.from=jiading.gov.cn",
    "Authentication-Results: OpenDMARC; spf=pass smtp.mailfrom=jiading.gov.cn",
    "Authentication-Results: mail.xinfeng.gov.cn;\r\n\tdkim=pass (2048-bit key; unprotected) header.d=jiading.gov.cn "
    'header.i=@jiading.gov.cn header.a=rsa-sha256 header.s=default header.b="UR4tn8gi";\r\n\tdkim-atps=neutral',
    "Received: from mail.jiading.gov.cn (unknown [192.0.2.7]) by mail.xinfeng.gov.cn (Postfix) with ESMTPS id 1",
]


@pytest.mark.parametrize(
    ("lines", "server", "hosts"),
    [
        (QQ, "mx.qq.com", {"newxmmxszc6-1.qq.com"}),
        (SINA, "sina.com", {"sina.com"}),
        (GMAIL, "mx.google.com", {"2002:a05:7300:ab0c:b0:166:9dfe:18c8", "mx.google.com"}),
        (POSTFIX, "opendmarc", set()),
    ],
    ids=["qq", "sina", "gmail", "postfix"],
)
def test_it_learns_from_the_forms_that_providers_write_and_believes_them(
    lines: list[str], server: str, hosts: set[str]
) -> None:
    found = lesson(read(*lines))
    assert found == Lesson(server, frozenset(hosts))
    assert word(*lines, trust=Trust(found.server, found.hosts)) is Word.PASSED
    assert word(*lines, trust=Trust(found.server)) is (Word.UNKNOWN if lines is GMAIL else Word.PASSED)
    assert word(*lines, sender="a@gupi.gov.cn", trust=Trust(found.server, found.hosts)) is Word.UNKNOWN


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "收件服务器没有写验证结果"),
        (["Received: from a by mx.sina.com; now"], "收件服务器没有写验证结果"),
        ([f"{HEAD}spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=xinfeng.gov.cn; dkim=none"], "没有署名"),
        ([f"{HEAD}mx.sina.com; spf=pass (never closed"], "没有署名"),
        (
            ["Received: from relay.example by mx.sina.com; now", f"{HEAD}relay.example; spf=pass"],
            "不像是收件服务器写的",
        ),
        (["Received: from a", f"{HEAD}mx.sina.com; spf=pass"], "不像是收件服务器写的"),
    ],
)
def test_it_learns_nothing_where_nothing_can_be_relied_upon(lines: list[str], why: str) -> None:
    found = lesson(read(*lines))
    assert (found.server, found.hosts) == ("", frozenset())
    assert why in found.why


def test_a_word_below_from_is_believed_where_it_stands_alone() -> None:
    below = f"\r\n{PASS}\r\nMIME-Version".encode()
    alone = parse(mail(vouched=False).replace(b"\r\nMIME-Version", below), ARRIVED)
    assert vouching(alone, TRUST).word is Word.PASSED
    assert vouching(alone, Trust(TRUST.server, frozenset({"mx.sina.com"}))).word is Word.UNKNOWN
    other = parse(mail(extra=[f"{OURS}none"]).replace(b"\r\nMIME-Version", below), ARRIVED)
    assert vouching(other, TRUST).word is Word.UNKNOWN


def test_it_learns_nothing_from_a_word_at_the_end_of_the_header() -> None:
    raw = mail(vouched=False).replace(b"\r\nMIME-Version", f"\r\n{COREMAIL}\r\nMIME-Version".encode())
    assert lesson(parse(raw, ARRIVED)) == Lesson(
        why="验证结果（mx41）写在信头末尾，分不清是服务器写的还是寄信人自己写的"
    )


def test_hundreds_of_servers_above_a_word_cost_no_more_than_a_few() -> None:
    lines = [line for number in range(200) for line in (f"Received: by h{number}.example; now", f"{OURS}none")]
    found = read(*lines).authentications
    assert len(found) == 200
    assert sum(map(len, {each.above: each.above for each in found})) < 2_000
    assert found[-1].above[-1] == ""


WAIVED = Trust(waived=frozenset({"jiading.gov.cn"}))


@pytest.mark.parametrize(
    ("lines", "trust", "expected"),
    [
        ([], WAIVED, Word.WAIVED),
        ([f"{HEAD}relay.example; none"], WAIVED, Word.WAIVED),
        ([f"{HEAD}relay.example; spf=fail"], WAIVED, Word.FAILED),
        (["Received-SPF: softfail (mx.sina.com: transitioning domain of x)"], WAIVED, Word.FAILED),
        (["Received-SPF: pass (mx.sina.com: domain of x)"], WAIVED, Word.WAIVED),
        ([f"{HEAD}spf=fail (sender IP is 1.2.3.4) smtp.mailfrom=jiading.gov.cn; dkim=none"], WAIVED, Word.FAILED),
        ([f"{HEAD}mx41; spf=pass smtp.mail=x@jiading.gov.cn; dk\r\n\tim=fail"], WAIVED, Word.FAILED),
        ([*["Authentication-Results: x; none"] * 60, f"{HEAD}mx41; spf=fail"], WAIVED, Word.FAILED),
        ([], Trust("mx.sina.com", waived=WAIVED.waived), Word.WAIVED),
        ([f"{OURS}none"], Trust("mx.sina.com", waived=WAIVED.waived), Word.UNKNOWN),
        ([f"{OURS}dmarc=fail"], Trust("mx.sina.com", waived=WAIVED.waived), Word.FAILED),
        # The trusted server's own word, made unreadable by what it quotes.
        (
            [f"{OURS}spf=fail smtp.mailfrom=(@e.example; dmarc=fail"],
            Trust("mx.sina.com", waived=WAIVED.waived),
            Word.UNKNOWN,
        ),
    ],
)
def test_what_is_waived_covers_only_a_mail_without_any_verdict(lines: list[str], trust: Trust, expected: Word) -> None:
    assert word(*lines, trust=trust) is expected


def test_what_is_waived_is_a_domain_to_the_letter() -> None:
    assert word(sender="a@mail.jiading.gov.cn", trust=WAIVED) is Word.UNKNOWN


def test_until_a_server_is_trusted_it_says_so() -> None:
    assert vouching(read(PASS), Trust()).why.startswith("还没有认定收件服务器")


def test_it_tells_in_whose_name_a_report_was_really_sent() -> None:
    report = read(
        f"{OURS}spf=pass smtp.helo=mx.jiading.gov.cn; dkim=pass header.d=b.example", sender="mailer-daemon@x.example"
    )
    assert vouching(report, TRUST).domains == {"mx.jiading.gov.cn", "b.example"}


def test_no_domain_is_within_nothing() -> None:
    assert not within("jiading.gov.cn", "")
    assert not within("", "jiading.gov.cn")
