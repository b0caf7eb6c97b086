"""Whose word about a sender is believed: the fields of Authentication-Results, read as a grammar (RFC 8601)."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from cuibao.incoming import Authentication, Mail, Result
from cuibao.mailbox import parse
from cuibao.policy.mail.vouching import Trust, Word, vouching, within
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
    ],
)
def test_a_result_stands_at_the_head_of_its_piece_and_nowhere_else(line: str, methods: list[tuple[str, str]]) -> None:
    assert [(each.method, each.result) for each in results(line)] == methods


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dmarc=pass header.from=jiading.gov.cn", Word.PASSED),
        ("dmarc=pass", Word.PASSED),
        ("spf=fail smtp.mailfrom=list.example; dkim=pass header.d=jiading.gov.cn", Word.PASSED),
        ("spf=softfail; dkim=pass header.i=@jiading.gov.cn; dmarc=none", Word.PASSED),
        ("spf=pass smtp.mailfrom=<bounce@mail.jiading.gov.cn>; dkim=none", Word.PASSED),
        ("spf=pass smtp.mailfrom=jiading.gov.cn; dmarc=temperror", Word.PASSED),
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


WAIVED = Trust(waived=frozenset({"jiading.gov.cn"}))


@pytest.mark.parametrize(
    ("lines", "trust", "expected"),
    [
        ([], WAIVED, Word.WAIVED),
        ([f"{HEAD}relay.example; none"], WAIVED, Word.WAIVED),
        ([f"{HEAD}relay.example; spf=fail"], WAIVED, Word.FAILED),
        ([], Trust("mx.sina.com", waived=WAIVED.waived), Word.WAIVED),
        ([f"{OURS}none"], Trust("mx.sina.com", waived=WAIVED.waived), Word.UNKNOWN),
        ([f"{OURS}dmarc=fail"], Trust("mx.sina.com", waived=WAIVED.waived), Word.FAILED),
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
